"""Proofs made up to look right: none may be taken for one."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.backends.staged import solve_staged
from matcher.plan import Stage
from matcher.problem import Problem
from matcher.proofs.certify_side_rules import certify_staged
from matcher.side_rules import no_side_rules
from matcher.staged_plan import LEAF, Proof, Tree
from matcher.status import Status
from tests.instances.small import problem


def bare_leaf() -> Tree:
    """A tree without a case and without a multiplier: the least that the box alone allows."""
    none = np.zeros(0, np.int64)
    one = np.zeros(1, np.int64)
    return Tree(np.array([LEAF]), one, one, np.zeros(1, np.bool_), np.zeros(2, np.int64), none, none, 1)


def short_of_one() -> Problem:
    """A need of 3 units beside a resource of 2: one unit stays unmet in every plan."""
    return problem([[(0, 1)]], demand=[3], capacity=[2], unmet_cost=[5])


def test_a_column_named_three_times_does_not_prove_three_units_unmet() -> None:
    made = short_of_one()
    rules = no_side_rules(made)
    nothing = np.zeros(0, np.int64)
    claimed = replace(
        solve_staged(made, rules),
        pair=nothing,
        quantity=nothing,
        unmet=np.array([3]),
        stages=(Stage("class.0", 3, 3, "tree"), Stage("cost", 15, 15, "tree")),
        proof=Proof((np.array([1, 1, 1]),), ((bare_leaf(),), (bare_leaf(),))),
    )
    assert claimed.status is Status.OPTIMAL
    checked = certify_staged(made, rules, claimed)
    assert not checked.proven
    assert not checked.accepted


@pytest.mark.parametrize("columns", [[[0, 1], [1]], [[-1]], [[9]], [[1, 0]]])
def test_components_that_overlap_or_lie_outside_or_out_of_order_prove_nothing(columns: list[list[int]]) -> None:
    made = short_of_one()
    rules = no_side_rules(made)
    found = solve_staged(made, rules)
    trees = tuple(bare_leaf() for _ in columns)
    proof = Proof(tuple(np.array(mine, np.int64) for mine in columns), (trees, trees))
    assert certify_staged(made, rules, replace(found, proof=proof)).violations["bound"] > 0


def test_teams_that_share_only_a_need_which_asks_for_nothing_are_two() -> None:
    made = problem([[(0, 1)], [(0, 1)], [(0, 1)]], demand=[1, 0, 1], capacity=[1], unmet_cost=[5, 5, 5])
    found = solve_staged(made, replace(no_side_rules(made), teams=((0, 1), (1, 2))))
    assert [stage.value for stage in found.stages] == [1, 6]


def test_a_whole_need_beside_more_teams_than_needs_stands_for_itself() -> None:
    made = problem([[(0, 1)], [(0, 1)], [(0, 1)]], demand=[1, 1, 2], capacity=[2], unmet_cost=[5, 5, 5])
    rules = replace(no_side_rules(made), teams=((0, 1),) * 6, whole=np.array([False, False, True]))
    assert [stage.value for stage in solve_staged(made, rules).stages] == [2, 12]

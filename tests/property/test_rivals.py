"""What a pairing won by and what a swap would cost are what another code finds on the changed problem."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_schema.model.snapshot import Snapshot
from matcher.build import build
from matcher.errors import MatcherError
from matcher.explanations.rivals import runner_up, swap
from matcher.policy import Policy
from matcher.problem import MAX_UNIT_COST, Problem
from matcher.solve import solve
from tests.instances.complete_peers import optimum
from tests.instances.shrinking import streets
from tests.instances.snapshots import COMBINED, seeded_snapshot
from tests.property.settings import FIXED


def forbidden(problem: Problem, pairs: set[int]) -> Problem:
    """The problem without some pairs, row by row."""
    rows = [
        [pair for pair in range(int(problem.row_start[n]), int(problem.row_start[n + 1])) if pair not in pairs]
        for n in range(problem.n_needs)
    ]
    kept = [pair for row in rows for pair in row]
    return replace(
        problem,
        row_start=np.cumsum([0, *(len(row) for row in rows)]),
        pair_resource=problem.pair_resource[kept],
        pair_cost=problem.pair_cost[kept],
    )


EITHER = st.one_of(streets(COMBINED), streets("capacity"))


@FIXED
@given(EITHER)
def test_a_pairing_lost_by_as_much_as_the_optimum_rises_when_its_resource_is_forbidden_to_the_need(
    street: tuple[int, Snapshot],
) -> None:
    seed, snapshot = street
    instance = build(snapshot, Policy(), seed=seed)
    problem, plan = instance.problem, solve(instance.problem, instance.rules, seed=seed)
    need = np.repeat(np.arange(problem.n_needs), np.diff(problem.row_start)).tolist()
    resource = [instance.resource_uids[r] for r in problem.pair_resource.tolist()]
    for n, uid in sorted({(need[pair], resource[pair]) for pair in plan.pair.tolist()}):
        found = runner_up(instance, plan, instance.need_uids[n], uid)
        mine = {pair for pair in range(problem.n_pairs) if need[pair] == n and resource[pair] == uid}
        if instance.rules.is_empty:
            assert found.lost_by.total == optimum(forbidden(problem, mine)) - plan.objective
        elif found.lost_by.exact:
            assert found.lost_by.rank >= (0,) * len(found.lost_by.rank)
        eligible = {resource[pair] for pair in range(problem.n_pairs) if need[pair] == n} - {uid}
        assert {name for name, _ in found.instead} <= eligible
        assert found.resource is None or found.resource.resource_uid in eligible
        assert found.need is None or found.need.need_uid != instance.need_uids[n]


@FIXED
@given(EITHER)
def test_a_swap_costs_what_the_optimum_rises_by_when_one_unit_more_must_be_served(street: tuple[int, Snapshot]) -> None:
    seed, snapshot = street
    instance = build(snapshot, Policy(), seed=seed)
    problem, plan = instance.problem, solve(instance.problem, instance.rules, seed=seed)
    for n in np.flatnonzero(plan.unmet).tolist():
        found = swap(instance, plan, instance.need_uids[n])
        if not instance.rules.is_empty:
            assert found is None or not found.loss.exact or found.loss.rank >= (0,) * len(found.loss.rank)
            continue
        if problem.shortfall is not None:
            continue  # `test_residual` has the network of these
        demand, unmet_cost = problem.demand.copy(), problem.unmet_cost.copy()
        left = int(plan.unmet[n]) - 1
        demand[n] -= left
        unmet_cost[n] = MAX_UNIT_COST
        served = optimum(replace(problem, demand=demand, unmet_cost=unmet_cost))
        if served >= MAX_UNIT_COST:
            assert found is None, "there is nothing that could be given"
            continue
        assert found is not None
        assert found.loss.total == served + left * int(problem.unmet_cost[n]) - plan.objective
        assert sum(units for _, units in found.loss.displaced) >= 1, "in an optimum, somebody has it"
        assert found.need_uid not in dict(found.loss.displaced)


def test_who_is_served_needs_no_swap_and_what_is_not_paired_has_no_runner_up() -> None:
    instance = build(seeded_snapshot(3, "capacity"), Policy(), seed=3)
    plan = solve(instance.problem, instance.rules, seed=3)
    served = instance.need_uids[int(np.flatnonzero(plan.unmet == 0)[0])]
    for uid in (served, "nobody"):
        with pytest.raises(MatcherError, match="served wholly, or there is none"):
            swap(instance, plan, uid)
        with pytest.raises(MatcherError, match="does not pair"):
            runner_up(instance, plan, uid, "nothing")

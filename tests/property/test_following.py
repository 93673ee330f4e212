"""A plan that follows a problem through its changes is optimal for each: as good as solved anew, and proven on it."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.certify import certify
from matcher.errors import InvalidProblemError
from matcher.live import events as happen
from matcher.live.difference import difference
from matcher.live.following import FollowedPlan
from matcher.live.named import NamedProblem
from matcher.problem import CommonLimits
from matcher.solve import solve
from matcher.status import Status
from tests.instances.changing import Changing
from tests.instances.complete_peers import complete_network, optimum
from tests.instances.peers import PEERS
from tests.instances.small import problem
from tests.property.proof import show
from tests.property.settings import INSTANCES

CHANGES = 8
"""Problems that each plan follows."""


def begun(named: NamedProblem) -> FollowedPlan:
    return FollowedPlan(named, solve(named.problem))


def assert_optimal(plan: FollowedPlan) -> None:
    made = plan.named.problem
    certificate = certify(made, plan.solution())
    assert certificate.proven, certificate.first_violation
    assert certificate.primal_objective == plan.live.objective == solve(made).objective
    assert plan.live.failures == ()


@pytest.mark.parametrize("kind", ["plain", "limits"])
def test_after_every_change_the_plan_is_that_of_a_problem_solved_anew(kind: str) -> None:
    for seed in range(INSTANCES // 4):
        rng = np.random.default_rng((seed, 11))
        world = Changing(rng, limits=kind == "limits")
        plan = begun(world.named())
        for _ in range(CHANGES):
            for _ in range(int(rng.integers(0, 6))):
                world.happen()
            assert plan.follow(world.named()) is not None
            assert_optimal(plan)
        assert {peer(complete_network(plan.named.problem)) for peer in PEERS.values()} == {plan.live.objective}
        show("followed plan", instances=1, plans=CHANGES, optimal=CHANGES, bounds=CHANGES)


def test_a_problem_in_another_order_of_rows_is_no_change() -> None:
    for seed in range(INSTANCES // 20):
        world = Changing(np.random.default_rng((seed, 13)))
        plan = begun(world.named())
        assert plan.follow(world.named()) == ()
        assert_optimal(plan)


def test_a_changed_figure_is_one_event() -> None:
    before = NamedProblem(
        problem([[(0, 1), (1, 9)], [(0, 2)]], demand=[3, 3], capacity=[4, 9], unmet_cost=[50, 50]),
        ("a", "b"),
        ("x", "y"),
    )
    one = before.problem
    for changed, event in (
        (replace(one, demand=np.array([3, 5])), happen.ChangeQuantity(1, 5)),
        (replace(one, capacity=np.array([4, 2])), happen.ChangeCapacity(1, 2)),
        (replace(one, pair_cost=np.array([1, 4, 2], np.int32)), happen.ChangeCost(1, 4)),
    ):
        plan = begun(before)
        changes = plan.follow(NamedProblem(changed, ("a", "b"), ("x", "y")))
        assert changes is not None
        assert [change.event for change in changes] == [event]


def test_limits_that_come_or_hang_elsewhere_are_not_followed() -> None:
    plain = problem([[(0, 1)]], demand=[3], capacity=[4], unmet_cost=[50])
    limited = [
        NamedProblem(replace(plain, limits=CommonLimits(*map(np.array, rows))), ("a",), ("x",), names)
        for rows, names in (
            (([0], [1, -1], [3, 2]), ("one", "two")),
            (([0], [-1, -1], [3, 2]), ("one", "two")),
            (([0], [1, -1], [3, 2]), ("one", "three")),
        )
    ]
    without = NamedProblem(plain, ("a",), ("x",))
    for before, after in ((without, limited[0]), (limited[0], limited[1]), (limited[0], limited[2])):
        for one, other in ((before, after), (after, before)):
            plan = begun(one)
            assert difference(one, other) is None
            assert plan.follow(other) is None
            assert plan.named is one
            assert_optimal(plan)


def test_with_groups_the_optimum_of_every_problem_lies_between_bound_and_cost() -> None:
    gaps = came = 0
    for seed in range(INSTANCES // 4):
        rng = np.random.default_rng((seed, 17))
        world = Changing(rng, limits=bool(seed % 2), groups=True)
        plan = begun(world.named())
        for _ in range(CHANGES):
            names = set(plan.named.groups)
            for _ in range(int(rng.integers(0, 6))):
                world.happen()
            assert plan.follow(world.named()) is not None
            made, found = plan.named.problem, plan.solution()
            certificate = certify(made, found)
            assert certificate.proven_at_prices, certificate.first_violation
            assert certificate.dual_objective <= optimum(made) <= certificate.primal_objective
            assert certificate.proven == (found.status is Status.OPTIMAL)
            gaps += not certificate.proven
            came += bool(set(plan.named.groups) - names)
            if plan.named.problem.n_groups:
                assert certify(made, begun(plan.named).solution()).proven
        show("followed plan with groups", instances=1, plans=CHANGES, bounds=CHANGES)
    assert min(gaps, came) > INSTANCES // 20


def test_rows_without_a_name_or_with_one_name_are_refused() -> None:
    plain = problem([[(0, 1)], []], demand=[3, 1], capacity=[4], unmet_cost=[50, 50])
    for names in (("a",), ("a", "a")):
        with pytest.raises(InvalidProblemError, match="needs has"):
            NamedProblem(plain, names, ("x",))

"""The wiring: backends by name, the check before the answer, deadlines, and inputs with nothing in them."""

from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from matcher import solve as module
from matcher.backends.base import Backend
from matcher.backends.registry import BACKENDS
from matcher.errors import CertificateError, MatcherError
from matcher.plan import Plan, Solution
from matcher.problem import CommonLimits, Problem, ShortfallCosts
from matcher.side_rules import no_side_rules
from matcher.solve import solve
from matcher.status import Status
from tests.instances.city import city
from tests.instances.fair_city import fair_city
from tests.instances.small import chain, problem


def same(left: Plan, right: Plan) -> bool:
    """Bit for bit, save the times."""
    return all(
        np.array_equal(getattr(left, f.name), getattr(right, f.name))
        for f in fields(Plan)
        if f.name not in {"solve_s", "certify_s"}
    )


def test_the_optimum_takes_from_the_cheap_to_give_to_the_dear() -> None:
    made = problem([[(0, 1), (1, 9)], [(0, 2)]], demand=[3, 3], capacity=[4, 9], unmet_cost=[50, 50])
    plan = solve(made)
    assert plan.status is Status.OPTIMAL
    assert plan.objective == plan.bound == 1 * 1 + 2 * 9 + 3 * 2
    assert dict(zip(plan.pair.tolist(), plan.quantity.tolist(), strict=True)) == {0: 1, 1: 2, 2: 3}
    assert plan.unmet.tolist() == [0, 0]
    assert plan.gap == 0


def test_by_hand_costs_more_and_says_how_much_at_most() -> None:
    made = problem([[(0, 1), (1, 9)], [(0, 2)]], demand=[3, 3], capacity=[4, 9], unmet_cost=[50, 50])
    by_hand = solve(made, backend="greedy")
    assert by_hand.status is Status.FEASIBLE
    assert by_hand.bound <= solve(made).objective < by_hand.objective


def test_a_plan_by_hand_that_happens_to_be_optimal_is_called_so() -> None:
    made = problem([[(0, 1)]], demand=[3], capacity=[4], unmet_cost=[50])
    assert solve(made, backend="greedy").status is Status.OPTIMAL


def test_an_unknown_backend_is_an_error_that_names_the_known() -> None:
    with pytest.raises(MatcherError, match=r"no backend 'magic'.*Maybe one of: network_simplex, greedy"):
        solve(city(50), backend="magic")


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"limits": CommonLimits(np.zeros(1, int), np.array([-1]), np.array([2]))}, "limits"),
        (
            {"shortfall": ShortfallCosts(np.zeros(1, int), np.array([-1]), np.array([0, 1]), *np.zeros((2, 1), int))},
            "shortfall",
        ),
    ],
)
def test_a_backend_refuses_what_it_cannot_take(
    held: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = replace(problem([[(0, 1)]], demand=[3], capacity=[4], unmet_cost=[50]), **held)
    plain = Backend(name="plain", run=BACKENDS["network_simplex"].run, exact=True, interruptible=False)
    monkeypatch.setattr(module, "BACKENDS", MappingProxyType({"plain": plain}))
    with pytest.raises(MatcherError, match=rf"'plain' cannot take Problem\.{said}\. Maybe"):
        solve(made, backend="plain")
    with pytest.raises(MatcherError, match="No exact backend of plain takes"):
        solve(made)


def test_side_rules_that_ask_nothing_change_nothing() -> None:
    made = city(200)
    assert same(solve(made, no_side_rules(made)), solve(made))


def test_a_plan_of_the_core_has_one_stage_with_its_proof() -> None:
    plan = solve(city(200))
    assert [(s.code, s.value, s.bound, s.proven_by) for s in plan.stages] == [
        ("cost", plan.objective, plan.bound, "certificate")
    ]


def test_a_false_claim_of_optimality_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    def lie(problem: Problem, *, seed: int, threads: int, deadline_s: float | None) -> Solution:
        found = BACKENDS["greedy"].run(problem, seed=seed, threads=threads, deadline_s=deadline_s)
        return replace(found, status=Status.OPTIMAL)

    liar = Backend(name="liar", run=lie, exact=True, interruptible=False)
    monkeypatch.setattr(module, "BACKENDS", MappingProxyType({"liar": liar}))
    with pytest.raises(CertificateError, match="liar answered optimal, and the check refuses it: "):
        solve(city(200), backend="liar")


def test_an_infeasible_answer_is_never_returned_under_any_status(monkeypatch: pytest.MonkeyPatch) -> None:
    def overfill(problem: Problem, *, seed: int, threads: int, deadline_s: float | None) -> Solution:
        found = BACKENDS["greedy"].run(problem, seed=seed, threads=threads, deadline_s=deadline_s)
        return replace(found, quantity=found.quantity + 1)

    wrong = Backend(name="wrong", run=overfill, exact=False, interruptible=False)
    monkeypatch.setattr(module, "BACKENDS", MappingProxyType({"wrong": wrong}))
    with pytest.raises(CertificateError, match="wrong answered feasible, and the check refuses it: Pair"):
        solve(city(200), backend="wrong")


@pytest.mark.parametrize("backend", sorted(BACKENDS))
@pytest.mark.parametrize(
    "made",
    [
        pytest.param(problem([], demand=[], capacity=[], unmet_cost=[]), id="nothing"),
        pytest.param(problem([], demand=[], capacity=[3], unmet_cost=[]), id="no need"),
        pytest.param(problem([[], []], demand=[1, 2], capacity=[], unmet_cost=[5, 6]), id="no resource"),
        pytest.param(problem([[], []], demand=[1, 2], capacity=[9], unmet_cost=[5, 6]), id="no pair"),
        pytest.param(problem([[(0, 1)]], demand=[0], capacity=[9], unmet_cost=[5]), id="no demand"),
        pytest.param(problem([[(0, 1)]], demand=[2], capacity=[0], unmet_cost=[5]), id="no capacity"),
        pytest.param(problem([[(0, 9)]], demand=[2], capacity=[3], unmet_cost=[5]), id="unmet is cheaper"),
        pytest.param(problem([[(0, 5)]], demand=[2], capacity=[3], unmet_cost=[5]), id="unmet is as cheap"),
        pytest.param(problem([[(0, 0)]] * 9, demand=[2] * 9, capacity=[3], unmet_cost=[0] * 9), id="all free"),
        pytest.param(problem([[(0, 4), (0, 2), (0, 7)]], demand=[5], capacity=[3], unmet_cost=[9]), id="parallel"),
    ],
)
def test_inputs_with_little_in_them_are_solved(made: Problem, backend: str) -> None:
    plan = solve(made, backend=backend)
    if backend == "network_simplex":
        assert plan.status is Status.OPTIMAL
    assert plan.certificate.feasible


def test_the_same_problem_and_seed_give_the_same_plan_on_any_number_of_threads() -> None:
    made = city(6000)
    once = solve(made, seed=4)
    assert same(once, solve(made, seed=4))
    assert same(once, solve(made, seed=4, threads=2))


def test_looking_at_the_clock_often_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = city(1500)
    once = solve(made)
    monkeypatch.setattr("matcher.backends.stages.BUDGET", 37)
    assert same(once, solve(made))


def test_a_component_larger_than_a_piece_of_a_round_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    # A clean round must be counted across pauses, or it is never complete.
    made = city(3000)
    monkeypatch.setattr("matcher.backends.stages.BUDGET", 100)
    assert solve(made).status is Status.OPTIMAL


def test_another_seed_costs_the_same() -> None:
    made = city(1500)
    assert len({solve(made, seed=seed).objective for seed in range(4)}) == 1


def test_places_order_memory_and_change_no_cost() -> None:
    made = city(1500)
    assert solve(made).objective == solve(replace(made, need_xy=None, resource_xy=None)).objective


def test_no_time_at_all_gives_no_solution_but_a_bound() -> None:
    made = city(1500)
    plan = solve(made, deadline_s=0.0)
    assert plan.status is Status.NO_SOLUTION
    assert len(plan.pair) == 0
    assert (plan.unmet == made.demand).all()
    assert plan.bound <= solve(made).objective <= plan.objective


def test_a_complete_search_without_time_or_cut_short_proves_its_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    made = fair_city(1500)
    optimum = solve(made)
    assert optimum.status is Status.OPTIMAL
    nothing = solve(made, deadline_s=0.0)
    assert nothing.status is Status.NO_SOLUTION
    assert nothing.bound <= optimum.objective <= nothing.objective
    looks = iter(range(10**6))
    monkeypatch.setattr("matcher.backends.stages.BUDGET_OF_FORESTS", 300)
    monkeypatch.setattr("matcher.backends.stages.monotonic", lambda: next(looks) / 10)
    plan = solve(made, deadline_s=1.0)
    assert plan.status is Status.FEASIBLE
    assert plan.certificate.feasible
    assert plan.bound <= optimum.objective < plan.objective
    assert plan.gap > 0


def test_a_complete_search_that_looks_at_the_clock_often_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made = fair_city(800)
    once = solve(made, seed=3)
    monkeypatch.setattr("matcher.backends.stages.BUDGET_OF_FORESTS", 37)
    assert same(once, solve(made, seed=3, threads=2))


def test_by_hand_keeps_common_limits_too() -> None:
    made = fair_city(800)
    by_hand = solve(made, backend="greedy")
    assert by_hand.certificate.feasible
    assert by_hand.bound <= solve(made).objective < by_hand.objective


COMPLETE = {
    "limits that hold nothing": {"limits": ([-1, -1], [-1], [0])},
    "a limit of 0": {"limits": ([0, 0], [-1], [0])},
    "a limit of 0 above one of 3": {"limits": ([0, -1], [1, -1], [3, 0])},
    "a limit of 0 below one of 3": {"limits": ([0, -1], [1, -1], [0, 3])},
    "no limit": {"limits": ([-1, -1], [], [])},
    "a chain of equal limits": {"limits": ([0, 0], [1, 2, -1], [4, 4, 4])},
    "no group": {"shortfall": ([-1, -1], [], [0], [], [])},
    "a group without needs": {"shortfall": ([1, 1], [-1, -1], [0, 1, 2], [0, 0], [5, 7])},
    "segments beyond all demand": {"shortfall": ([0, 0], [-1], [0, 2], [0, 90], [5, 7])},
    "a segment that ends where the demand does": {"shortfall": ([0, 0], [-1], [0, 2], [0, 6], [5, 7])},
    "groups at no cost": {"shortfall": ([0, 1], [1, -1], [0, 1, 2], [0, 0], [0, 0])},
    "a dear group": {"shortfall": ([0, -1], [-1], [0, 3], [0, 1, 2], [0, 1, 2**40 - 1])},
}


@pytest.mark.parametrize("demand", [[3, 3], [0, 0], [0, 5]])
@pytest.mark.parametrize("held", COMPLETE.values(), ids=COMPLETE)
def test_forests_with_little_in_them_are_solved(held: dict[str, Any], demand: list[int]) -> None:
    made = problem([[(0, 1), (1, 9)], [(0, 2)]], demand=demand, capacity=[4, 0], unmet_cost=[50, 50])
    arrays = {name: [np.array(column, np.int64) for column in columns] for name, columns in held.items()}
    types = {"limits": CommonLimits, "shortfall": ShortfallCosts}
    assert solve(replace(made, **{name: types[name](*arrays[name]) for name in arrays})).status is Status.OPTIMAL


def test_a_search_cut_short_keeps_every_limit_and_proves_its_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    made = city(3000)
    optimum = solve(made).objective
    looks = iter(range(10**6))
    monkeypatch.setattr("matcher.backends.stages.BUDGET", 500)
    monkeypatch.setattr("matcher.backends.stages.monotonic", lambda: next(looks) / 10)
    plan = solve(made, deadline_s=1.0)
    assert plan.status is Status.FEASIBLE
    assert plan.certificate.feasible
    assert plan.certificate.bounded
    assert plan.bound <= optimum <= plan.objective
    assert plan.gap > 0


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(chain(4000, step=10**6, unmet_cost=2**30 - 1, capacity=1, demand=2), id="prices"),
        pytest.param(
            problem([[(0, 3), (1, 4)], [(0, 5)]], demand=[2**33, 2**33], capacity=[2**33, 2**40], unmet_cost=[9, 9]),
            id="quantities",
        ),
    ],
)
def test_values_beyond_32_bits_are_solved_with_wide_ones(made: Problem) -> None:
    assert solve(made).status is Status.OPTIMAL

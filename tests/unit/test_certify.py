"""The certificate proves what is optimal and refuses everything else."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import certify as module
from matcher.certify import certify
from matcher.exact import exact_dot
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.solve import solve
from tests.instances.city import city
from tests.instances.small import problem, seeded

CITY = city(400)
NEAR = 1000


@pytest.fixture(scope="module")
def plan() -> Plan:
    return solve(CITY)


def test_an_optimal_plan_is_proven_and_everything_was_looked_at(plan: Plan) -> None:
    certificate = certify(CITY, plan)
    assert certificate.proven
    assert certificate.violations == 0
    assert certificate.first_violation == ""
    assert certificate.primal_objective == certificate.dual_objective == plan.objective
    assert (certificate.needs_checked, certificate.resources_checked, certificate.pairs_checked) == (
        CITY.n_needs,
        CITY.n_resources,
        CITY.n_pairs,
    )


def test_the_size_of_a_chunk_changes_nothing(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = replace(plan, need_price=plan.need_price + (np.arange(CITY.n_needs) % 7 == 0))
    whole = certify(CITY, broken)
    monkeypatch.setattr(module, "CHUNK_PAIRS", 37)
    assert certify(CITY, broken) == whole
    assert whole.dual_violations > 0


@settings(max_examples=300, derandomize=True, deadline=None)
@given(data=st.data(), seed=st.integers(0, 400))
def test_every_damage_to_an_optimal_plan_is_refused(data: st.DataObject, seed: int) -> None:
    made = seeded(seed)
    plan = solve(made)
    name = data.draw(st.sampled_from(["quantity", "unmet", "resource_price", "need_price"]))
    values = getattr(plan, name)
    if not len(values):
        return
    at = data.draw(st.integers(0, len(values) - 1))
    by = data.draw(st.sampled_from([-(2**62), -NEAR, -1, 1, NEAR, 2**62]))
    damaged = values.copy()
    damaged[at] += by
    certificate = certify(made, replace(plan, **{name: damaged}))
    if abs(by) <= NEAR and name.endswith("price"):
        # Prices are not unique: another choice may be optimal too, and is then rightly proven.
        damaged_plan = replace(plan, **{name: damaged})
        assert certificate.proven == _prices_prove(made, damaged_plan)
    else:
        assert not certificate.proven
    assert certificate.proven or certificate.first_violation


def _prices_prove(made: Problem, plan: Plan) -> bool:
    """Dual feasibility and equal objectives by the definition: one condition after another, Python integers."""
    v, a = plan.resource_price.tolist(), plan.need_price.tolist()
    rows, resource, cost = made.row_start.tolist(), made.pair_resource.tolist(), made.pair_cost.tolist()
    holds = min(v, default=0) >= 0
    for n in range(made.n_needs):
        ways = [made.unmet_cost.tolist()[n], *(cost[e] + v[resource[e]] for e in range(rows[n], rows[n + 1]))]
        holds = holds and a[n] <= min(ways)
    dual = sum(x * d for x, d in zip(a, made.demand.tolist(), strict=True))
    dual -= sum(x * c for x, c in zip(v, made.capacity.tolist(), strict=True))
    return holds and dual == plan.objective


@pytest.mark.parametrize("kind", ["dropped", "doubled", "moved", "reversed", "out of range", "int32", "short"])
def test_damage_to_the_list_of_pairs_is_refused(plan: Plan, kind: str) -> None:
    pair, quantity, unmet = plan.pair.copy(), plan.quantity.copy(), plan.unmet
    if kind == "dropped":
        pair, quantity = pair[1:], quantity[1:]
    elif kind == "doubled":
        pair, quantity = np.repeat(pair, 2), np.repeat(quantity, 2)
    elif kind == "moved":
        free = np.setdiff1d(np.arange(CITY.n_pairs), pair)
        pair[0] = free[0]
        pair.sort()
    elif kind == "reversed":
        pair, quantity = pair[::-1], quantity[::-1]
    elif kind == "out of range":
        pair[-1] = CITY.n_pairs
    elif kind == "int32":
        unmet = unmet.astype(np.int32)
    else:
        unmet = unmet[1:]
    certificate = certify(CITY, replace(plan, pair=pair, quantity=quantity, unmet=unmet))
    assert not certificate.proven
    assert certificate.first_violation


def test_a_plan_of_another_problem_is_refused(plan: Plan) -> None:
    dearer = replace(CITY, pair_cost=CITY.pair_cost + 1)
    assert not certify(dearer, plan).proven


def test_a_feasible_plan_is_bounded_by_its_prices() -> None:
    made = problem([[(0, 7)], [(0, 3)]], demand=[3, 4], capacity=[5], unmet_cost=[100, 90])
    certificate = certify(made, solve(made, backend="greedy"))
    assert certificate.feasible
    assert certificate.bounded
    assert not certificate.proven
    assert certificate.dual_objective <= solve(made).objective <= certificate.primal_objective


@given(
    st.lists(st.tuples(st.integers(-(2**62), 2**62), st.integers(-(2**62), 2**62)), max_size=6),
)
def test_an_inner_product_never_wraps(terms: list[tuple[int, int]]) -> None:
    a, b = np.array([x for x, _ in terms], np.int64), np.array([y for _, y in terms], np.int64)
    assert exact_dot(a, b) == sum(x * y for x, y in terms)

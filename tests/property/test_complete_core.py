"""With common limits and convex shortfall costs the optimum is that of independent codes, and the proof holds alone."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.certify import certify
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.solve import solve
from matcher.status import Status
from tests.instances.complete import KINDS, complete_problems, seeded_complete
from tests.instances.complete_peers import complete_network
from tests.instances.fair_city import FAIR_VARIANTS
from tests.instances.peers import PEERS
from tests.property.proof import show
from tests.property.settings import FIXED, INSTANCES

ANY = settings(FIXED, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])
NEAR = 1000


def assert_optimal(problem: Problem, *, seed: int = 0) -> Plan:
    plan = solve(problem, seed=seed)
    assert plan.status is Status.OPTIMAL
    assert plan.certificate.proven
    net = complete_network(problem)
    assert {name: peer(net) for name, peer in PEERS.items()} == dict.fromkeys(PEERS, plan.objective)
    show("core, limits and fairness", instances=1, plans=1, optimal=1, bounds=1)
    return plan


@pytest.mark.parametrize("kind", KINDS)
def test_seeded_instances_have_the_objective_of_both_codes(kind: str) -> None:
    for seed in range(INSTANCES):
        assert_optimal(seeded_complete(seed, KINDS[kind]), seed=seed)


@pytest.mark.parametrize("kind", KINDS)
def test_any_small_problem_has_the_objective_of_both_codes(kind: str) -> None:
    @ANY
    @given(complete_problems(KINDS[kind]), st.integers(0, 3))
    def check(problem: Problem, seed: int) -> None:
        assert_optimal(problem, seed=seed)

    check()


@ANY
@given(complete_problems(KINDS["both"], largest_quantity=2**31), st.integers(0, 3))
def test_quantities_beyond_32_bits_have_the_objective_of_both_codes(problem: Problem, seed: int) -> None:
    assert_optimal(problem, seed=seed)


@pytest.mark.parametrize("variant", FAIR_VARIANTS)
def test_each_kind_of_complete_city_has_the_objective_of_both_codes(variant: str) -> None:
    assert_optimal(FAIR_VARIANTS[variant](1000))


@ANY
@given(data=st.data(), seed=st.integers(0, 10**6), kind=st.sampled_from(sorted(KINDS)))
def test_every_damage_to_an_optimal_plan_is_refused(data: st.DataObject, seed: int, kind: str) -> None:
    made = seeded_complete(seed, KINDS[kind])
    plan = solve(made)
    names = ["quantity", "unmet", "resource_price", "need_price", "limit_price", "group_price"]
    name = data.draw(st.sampled_from([n for n in names if len(getattr(plan, n))]))
    values = getattr(plan, name)
    at = data.draw(st.integers(0, len(values) - 1))
    by = data.draw(st.sampled_from([-(2**62), -NEAR, -1, 1, NEAR, 2**62]))
    damaged = values.copy()
    damaged[at] += by
    damaged_plan = replace(plan, **{name: damaged})
    certificate = certify(made, damaged_plan)
    if abs(by) <= NEAR and name.endswith("price"):
        # Prices are not unique: another choice may be optimal too, and is then rightly proven.
        assert certificate.proven == (_plain_bound(made, damaged_plan) == plan.objective)
    else:
        assert not certificate.proven
    assert certificate.proven or certificate.first_violation


@ANY
@given(data=st.data(), seed=st.integers(0, 10**6))
def test_a_plan_is_refused_when_a_segment_or_a_limit_is_another(data: st.DataObject, seed: int) -> None:
    made = seeded_complete(seed, KINDS["both"])
    assert made.shortfall is not None
    assert made.limits is not None
    plan = solve(made)
    where = data.draw(st.sampled_from(["cost", "from_units", "capacity"]))
    if where == "capacity":
        at = data.draw(st.integers(0, made.n_limits - 1))
        capacity = made.limits.capacity.copy()
        capacity[at] = max(0, capacity[at] + data.draw(st.sampled_from([-5, -1, 1, 5])))
        other = replace(made, limits=replace(made.limits, capacity=capacity))
    else:
        values = getattr(made.shortfall, where).copy()
        group = data.draw(st.integers(0, made.n_groups - 1))
        lo, hi = (int(made.shortfall.segment_start[group + k]) for k in range(2))
        values[lo + (where == "from_units") : hi] += data.draw(st.sampled_from([1, 3]))
        other = replace(made, shortfall=replace(made.shortfall, **{where: values}))
    certificate = certify(other, plan)
    net = complete_network(other)
    assert not certificate.proven or certificate.primal_objective == PEERS["pylmcf"](net)
    assert not certificate.bounded or certificate.dual_objective <= PEERS["ortools"](net)


@ANY
@given(seed=st.integers(0, 10**6), kind=st.sampled_from(sorted(KINDS)), scale=st.sampled_from([1, 50, 10**6, 2**40]))
def test_any_prices_at_all_prove_no_more_than_the_optimum(seed: int, kind: str, scale: int) -> None:
    made = seeded_complete(seed, KINDS[kind])
    plan = solve(made)
    rng = np.random.default_rng(seed)

    def random(n: int, low: int) -> np.ndarray:
        return rng.integers(low, scale + 1, n) * rng.integers(0, 2, n)

    guessed = replace(
        plan,
        resource_price=random(made.n_resources, 0),
        limit_price=random(made.n_limits, 0),
        group_price=random(made.n_groups, -scale),
    )
    assert not certify(made, guessed).proven or _plain_bound(made, guessed) == plan.objective
    guessed = replace(guessed, need_price=_best_need_prices(made, guessed))
    certificate = certify(made, guessed)
    assert certificate.bounded
    assert certificate.dual_objective <= plan.objective
    assert certificate.dual_objective == _plain_bound(made, guessed)


def _ways(made: Problem, plan: Plan) -> tuple[list[int], list[int]]:
    """Price of leaving each need unmet, and of each resource with the limits above: node by node, Python integers."""
    unmet, resource = made.unmet_cost.tolist(), plan.resource_price.tolist()
    if made.shortfall is not None:
        for n, g in enumerate(made.shortfall.of_need.tolist()):
            up = g
            while up >= 0:
                unmet[n] += int(plan.group_price[up])
                up = int(made.shortfall.above[up])
    if made.limits is not None:
        for r, limit in enumerate(made.limits.of_resource.tolist()):
            up = limit
            while up >= 0:
                resource[r] += int(plan.limit_price[up])
                up = int(made.limits.above[up])
    return unmet, resource


def _best_need_prices(made: Problem, plan: Plan) -> np.ndarray:
    unmet, resource = _ways(made, plan)
    rows, of, cost = made.row_start.tolist(), made.pair_resource.tolist(), made.pair_cost.tolist()
    best = [
        min([u, *(cost[e] + resource[of[e]] for e in range(a, b))])
        for u, (a, b) in zip(unmet, pairwise(rows), strict=True)
    ]
    return np.array(best, np.int64)


def _plain_bound(made: Problem, plan: Plan) -> int | None:
    """What the prices prove, by the definition, unit by unit of every group; None if they are no prices."""
    if (plan.need_price > _best_need_prices(made, plan)).any():
        return None
    if (plan.resource_price < 0).any() or (plan.limit_price < 0).any():
        return None
    total = sum(a * d for a, d in zip(plan.need_price.tolist(), made.demand.tolist(), strict=True))
    total -= sum(v * c for v, c in zip(plan.resource_price.tolist(), made.capacity.tolist(), strict=True))
    if made.limits is not None:
        total -= sum(w * c for w, c in zip(plan.limit_price.tolist(), made.limits.capacity.tolist(), strict=True))
    return total - sum(_conjugate(made, g, int(plan.group_price[g])) for g in range(made.n_groups))


def _conjugate(made: Problem, group: int, price: int) -> int:
    """The largest of ``price * U - cost(U)`` over every whole shortfall U that the group can have."""
    costs = made.shortfall
    assert costs is not None
    below = [group]
    for g in range(group):  # a group's number is below those above it
        up = int(costs.above[g])
        while up >= 0 and up != group:
            up = int(costs.above[up])
        below += [g] if up == group else []
    most = int(made.demand[np.isin(costs.of_need, below)].sum())
    lo, hi = int(costs.segment_start[group]), int(costs.segment_start[group + 1])
    starts, slopes = costs.from_units[lo:hi].tolist(), costs.cost[lo:hi].tolist()
    best = value = 0
    for unit in range(most):
        value += price - slopes[sum(start <= unit for start in starts) - 1]
        best = max(best, value)
    return best

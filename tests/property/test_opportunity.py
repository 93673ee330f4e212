"""Every opportunity cost equals the difference of two solves by another code, with the pair forced."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given

from graph_schema.model.snapshot import Snapshot
from matcher.build import build
from matcher.opportunity import Loss, OpportunityCost, opportunities, opportunity_of_need
from matcher.policy import Policy
from matcher.problem import Problem
from matcher.solve import solve
from matcher.status import Status
from tests.instances.complete_peers import given_beforehand, optimum
from tests.instances.shrinking import streets
from tests.instances.snapshots import COMBINED, RULES, seeded_snapshot
from tests.property.proof import show
from tests.property.settings import FIXED


def check(found: tuple[OpportunityCost, ...], problem: Problem, pairs: dict[tuple[str, str, str], list[int]]) -> int:
    base = optimum(problem)
    for cost in found:
        pair = pairs[key(cost)][0]
        assert (cost.first is None) == (cost.most == 0) == (cost.whole is None)
        if cost.first is None or cost.whole is None or len(pairs[key(cost)]) > 1:
            continue  # pairs of several shares of one slot are told one by one
        price = int(problem.pair_cost[pair])
        lost = {n: optimum(given_beforehand(problem, pair, n)) + n * price - base for n in {1, cost.most}}
        assert (cost.first.total, cost.whole.total) == (lost[1], lost[cost.most])
        assert cost.given == 0 or cost.first.total == 0
        assert not cost.first.total or cost.whole.total >= cost.most * cost.first.total, "the loss is convex"
    losses = [cost.first.total for cost in found if cost.first is not None]
    assert losses == sorted(losses)
    return len(losses)


def check_staged(found: tuple[OpportunityCost, ...], *, is_optimal: bool) -> int:
    """With side rules `test_forcing` tries every plan; here, that no forced pair is better than the optimum."""
    told = 0
    for cost in found:
        for loss in (cost.first, cost.whole):
            if loss is not None and loss.exact:
                assert is_optimal
                assert loss.rank >= (0,) * len(loss.rank)
                told += 1
        # A block that stands in two slots is forced into one of them alone, which may lose something.
        if cost.most and cost.given == cost.most and cost.first is not None and cost.first.exact:
            assert not any(cost.first.rank)
    return told


@pytest.mark.parametrize("focus", [*RULES, COMBINED])
def test_every_opportunity_cost_equals_the_solve_of_another_code_with_the_pair_forced(focus: str) -> None:
    @FIXED
    @given(streets(focus))
    def tried(street: tuple[int, Snapshot]) -> None:
        check_street(*street, focus)

    tried()


def check_street(seed: int, snapshot: Snapshot, focus: str) -> None:
    instance = build(snapshot, Policy(), seed=seed)
    problem, facts = instance.problem, instance.facts
    plan = solve(problem, instance.rules, seed=seed)
    if not instance.rules.is_empty:
        uid = instance.need_uids[seed % len(instance.need_uids)]
        found = opportunity_of_need(instance, plan, uid)
        show(f"street, {focus}", losses=check_staged(found, is_optimal=plan.status is Status.OPTIMAL))
        return
    need = np.repeat(np.arange(problem.n_needs), np.diff(problem.row_start))
    pairs: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for pair in range(problem.n_pairs):
        resource = instance.resource_uids[int(problem.pair_resource[pair])]
        slot = facts.resources.slot_uid[int(instance.pair_slot[pair])]
        pairs[instance.need_uids[int(need[pair])], resource, slot].append(pair)
    told = opportunities(instance, plan)
    of_needs = [told.of_need(uid, k=1000) for uid in instance.need_uids]
    by_need = [cost for found in of_needs for cost in found]
    by_resource = [cost for uid in facts.resources.uid for cost in told.of_resource(uid, k=1000)]
    equal = sum(check(found, problem, pairs) for found in of_needs)
    assert {key(cost) for cost in by_need} == {key(cost) for cost in by_resource} == set(pairs)
    assert Counter(map(total, by_need)) == Counter(map(total, by_resource))
    show(f"street, {focus}", losses=2 * equal)


def key(cost: OpportunityCost) -> tuple[str, str, str]:
    return cost.need_uid, cost.resource_uid, cost.slot_uid


def total(cost: OpportunityCost) -> tuple[object, ...]:
    return (*key(cost), cost.first and cost.first.total, cost.whole and cost.whole.total)


@pytest.mark.parametrize("seed", range(20))
def test_a_loss_is_told_in_units_of_each_class_and_seconds_and_names_who_loses_as_much(seed: int) -> None:
    instance = build(seeded_snapshot(seed, "capacity"), Policy(), seed=seed)
    plan = solve(instance.problem, instance.rules, seed=seed)
    urgency = dict(zip(instance.need_uids, instance.facts.needs.urgency.tolist(), strict=True))
    for uid in instance.need_uids:
        for cost in opportunity_of_need(instance, plan, uid, k=1000):
            for loss in (cost.first, cost.whole):
                if loss is not None:
                    check_loss(loss, urgency, instance.class_step)


def check_loss(loss: Loss, urgency: dict[str, int], step: int) -> None:
    assert loss.total == loss.seconds + sum(units * (4 - kind) * step for kind, units in enumerate(loss.unmet))
    lost = Counter[int]()
    for uid, units in loss.displaced:
        lost[urgency[uid]] += units
    assert all(lost[kind] >= units for kind, units in enumerate(loss.unmet))

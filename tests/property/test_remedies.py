"""Every remedy, applied, serves its need; what it displaces and costs is what another solve finds."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given

from graph_schema.messages import catalogue, render
from graph_schema.model.pairings import Finding
from graph_schema.model.snapshot import Snapshot
from matcher.advice.adjust import CHANGE_CODES
from matcher.build import build
from matcher.costs import pair_costs
from matcher.policy import Policy
from matcher.problem import Problem
from matcher.remedies import MOST_TRIED, Standing, apply, remedies
from matcher.solve import solve
from matcher.street.formulate import formulate
from tests.instances.shrinking import streets
from tests.instances.snapshots import COMBINED, RULES, seeded_snapshot
from tests.property.proof import show
from tests.property.settings import FIXED, PROVING

seen: Counter[str] = Counter()


def fairness_of(problem: Problem, unmet: list[int]) -> int:
    """What the groups' shortfall costs, unit by unit."""
    costs = problem.shortfall
    if costs is None:
        return 0
    short = [0] * len(costs.above)
    for n, units in enumerate(unmet):
        group = int(costs.of_need[n])
        while group >= 0:
            short[group] += units
            group = int(costs.above[group])
    total = 0
    for group, units in enumerate(short):
        segments = range(int(costs.segment_start[group]), int(costs.segment_start[group + 1]))
        for unit in range(units):
            total += max(int(costs.cost[i]) for i in segments if int(costs.from_units[i]) <= unit)
    return total


def check(seed: int, snapshot: Snapshot, focus: str, *, every: bool, policy: Policy | None = None) -> tuple[int, int]:
    """Remedies of every need that is left wanting, or of one of them; how many these are, and how many were helped."""
    if policy is None:
        policy = Policy(agreement_required=focus == "agreement" or seed % 4 == 0)
    instance = build(snapshot, policy, seed=seed)
    plan = solve(instance.problem, instance.rules, seed=seed)
    wanting = [uid for uid, units in zip(instance.need_uids, plan.unmet.tolist(), strict=True) if units]
    asked = wanting if every else wanting[seed % len(wanting) :][:1] if wanting else []
    helped = served = 0
    for uid in asked:
        answer = remedies(instance, plan, uid)
        assert answer.tried <= MOST_TRIED
        helped += bool(answer.found)
        for remedy in answer.found:
            facts, changed = apply(instance.facts, instance.policy, remedy)
            again = formulate(facts, changed, seed=seed, snapshot_hash="")
            after = solve(again.problem, again.rules, seed=seed)
            unmet = dict(zip(again.need_uids, after.unmet.tolist(), strict=True))
            assert unmet[uid] == 0, (seed, uid, remedy.changes)
            served += 1
            before = dict(zip(instance.need_uids, plan.unmet.tolist(), strict=True))
            more = {other: unmet[other] - before[other] for other in unmet if other != uid}
            assert dict(remedy.displaced) == {other: units for other, units in more.items() if units > 0}
            assert dict(remedy.gained) == {other: -units for other, units in more.items() if units < 0}
            urgency = again.facts.needs.urgency.tolist()
            assert remedy.after == Standing(
                unmet=tuple(
                    sum(units for units, kind in zip(after.unmet.tolist(), urgency, strict=True) if kind == wanted)
                    for wanted in range(4)
                ),
                seconds=int((again.problem.pair_cost[after.pair] * after.quantity).sum())
                + int(
                    (pair_costs(facts, changed, again.pinned.candidates) * np.array(again.pinned.quantity, int)).sum()
                )
                + int((again.priority * after.unmet).sum())
                + fairness_of(again.problem, after.unmet.tolist()),
            )
            for change in remedy.changes:
                assert render(Finding(change.code, change.params), "zh")
                assert render(Finding(change.code, change.params), "en")
                seen[change.code] += 1
    show(f"street, {focus}", remedies=served)
    return len(asked), helped


@pytest.mark.parametrize("focus", [*RULES, COMBINED])
def test_every_remedy_applied_serves_its_need_and_tells_what_it_displaces(focus: str) -> None:
    @FIXED
    @given(streets(focus))
    def tried(street: tuple[int, Snapshot]) -> None:
        check(*street, focus, every=PROVING)

    tried()


@pytest.mark.parametrize("focus", ["reach", "window", "target_group", "agreement", "validity", "batch", "capacity"])
def test_most_needs_that_one_rule_keeps_unmet_can_be_helped(focus: str) -> None:
    counts = [check(seed, seeded_snapshot(seed, focus), focus, every=True) for seed in range(12)]
    assert sum(helped for _, helped in counts) > sum(wanting for wanting, _ in counts) // 4


def test_every_change_has_its_words() -> None:
    assert set(CHANGE_CODES) == {code for code in catalogue() if code.startswith("remedy.")}

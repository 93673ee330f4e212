"""Loads, people, quotas, whole needs, teams, posts, pins, publications and fairness against plain integer programs."""

from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_schema.model.snapshot import Snapshot
from matcher.build import build
from matcher.errors import InvalidProblemError
from matcher.explain import explain
from matcher.instance import Instance
from matcher.plan import Plan
from matcher.policy import Policy
from matcher.reasons import Explanation
from matcher.side_rules import SideRules
from matcher.solve import solve
from matcher.status import Status
from tests.instances.beside import BESIDE, EVERYTHING, street_beside
from tests.instances.plain_program import PlainProgram
from tests.instances.plain_rules import PlainRules
from tests.instances.plain_stages import PlainStages
from tests.instances.shrinking import LARGEST_SEED
from tests.property.proof import show
from tests.property.settings import FIXED, INSTANCES, PROVING
from tests.property.test_rules_and_reasons import check_pairings, check_shortfalls

TRIED = INSTANCES if PROVING else max(INSTANCES // 5, 10)
ENOUGH = 40
"""Streets from which on each kind of limit must have been met."""
FEWER = settings(FIXED, max_examples=TRIED)


@st.composite
def streets_beside(draw: st.DrawFn, focus: str) -> tuple[int, Snapshot, Policy]:
    """A seed, its street and its policy; some of the streets lack the last of their needs or resources."""
    seed = draw(st.integers(0, LARGEST_SEED))
    snapshot, policy = street_beside(seed, focus)
    if draw(st.integers(0, 3)):
        return seed, snapshot, policy
    needs = snapshot.needs[: draw(st.integers(1, len(snapshot.needs)))]
    resources = snapshot.resources[: draw(st.integers(0, len(snapshot.resources)))]
    return seed, replace(snapshot, needs=needs, resources=resources), policy


@pytest.mark.parametrize("focus", [*BESIDE, EVERYTHING])
def test_a_plan_keeps_every_limit_and_side_rule_and_none_is_better(focus: str) -> None:
    seen: Counter[str] = Counter()
    count = max(TRIED, INSTANCES) if focus == EVERYTHING else TRIED  # among all kinds at once, each is rare

    @settings(FEWER, max_examples=count)
    @given(streets_beside(focus))
    def tried(street: tuple[int, Snapshot, Policy]) -> None:
        seen.update(check_street(*street, focus))

    tried()
    assert seen["refused"] < max(TRIED // 2, 5)
    enough = 5 * ENOUGH if focus == EVERYTHING else ENOUGH
    assert enough > count or wanted(focus) <= {kind for kind, times in seen.items() if times}, seen


def test_a_pin_that_takes_units_of_two_groups_of_slots_is_told_once() -> None:
    snapshot, policy = street_beside(487, "pin")
    assert check_street(487, snapshot, policy, "pin")["reason.capacity.partly"]


def check_street(seed: int, snapshot: Snapshot, policy: Policy, focus: str) -> Counter[str]:
    """Check the plan of one street; what has been met in it."""
    plain = PlainRules(snapshot, policy)
    instance = planned(snapshot, policy, seed)
    if instance is None:
        return Counter(["refused"])
    program = PlainProgram(plain)
    assert instance.class_step == program.class_step()
    plan = solve(instance.problem, instance.rules, seed=seed)
    best = PlainStages(program).best()
    assert (best is None) == (plan.status is Status.INFEASIBLE)
    if best is None:
        show(f"beside, {focus}", instances=1)
        return Counter(["infeasible"])
    check_stages(plan, best)
    explanation = explain(instance, plan)
    check_pairings(program, explanation)
    check_side_rules(plain, program, explanation)
    check_shortfalls(program, explanation)
    proven = int(plan.status is Status.OPTIMAL)
    show(f"beside, {focus}", instances=1, plans=1, optimal=proven, bounds=1, reasons=len(explanation.shortfalls))
    return told(instance.rules, instance.limit_keys, explanation)


def planned(snapshot: Snapshot, policy: Policy, seed: int) -> Instance | None:
    """The instance, ``None`` when its pins take more than there is."""
    try:
        return build(snapshot, policy, seed=seed)
    except InvalidProblemError as refused:
        if "pin" not in str(refused):
            raise
        return None


def check_stages(plan: Plan, best: tuple[dict[str, int], int]) -> None:
    """Every stated bound is valid; what is called optimal has the values that the other code finds."""
    by_class, cost = best
    assert plan.status in {Status.OPTIMAL, Status.FEASIBLE}
    values = {stage.code: stage for stage in plan.stages}
    for code, least in by_class.items():
        if code in values:
            assert values[code].bound <= least
            assert plan.status is not Status.OPTIMAL or values[code].value == least
    if all(values[code].value == least for code, least in by_class.items() if code in values):
        assert values["cost"].bound <= cost <= values["cost"].value
        assert plan.status is not Status.OPTIMAL or values["cost"].value == cost


def check_side_rules(plain: PlainRules, program: PlainProgram, explanation: Explanation) -> None:
    """Whole needs are served wholly or not at all, single ones by one provider, teams together."""
    needs = {need.uid: need for need in plain.snapshot.needs}
    providers: dict[str, set[str]] = defaultdict(set)
    units: Counter[str] = Counter()
    resources = {resource.uid: resource for resource in plain.snapshot.resources}
    for pairing in explanation.pairings:
        providers[pairing.need_uid].add(resources[pairing.resource_uid].provider_uid)
        if not any(term.code == "note.pinned" for term in pairing.terms):
            units[pairing.need_uid] += pairing.quantity
    teams: dict[str, set[bool]] = defaultdict(set)
    for uid, need in needs.items():
        if plain.whole(need):
            assert units[uid] in {0, program.left[uid]}
        if plain.single(need) and len({pin.resource.provider_uid for pin in program.pins if pin.need is need}) < 2:
            assert len(providers[uid]) <= 1
        if need.team_uid is not None and program.left[uid]:
            assert units[uid] in {0, program.left[uid]}
            teams[need.team_uid].add(units[uid] > 0)
    assert all(len(served) == 1 for served in teams.values())


def told(rules: SideRules, limit_keys: tuple[tuple[str, str], ...], explanation: Explanation) -> Counter[str]:
    """What an instance has beside its pairs, and which reasons its plan gives."""
    found = Counter(kind for kind, _ in (*limit_keys, *rules.limits.sets.key))
    found += Counter(kind for kind, _ in (*rules.floors.sets.key, *rules.charges.sets.key))
    found["whole"] += int(rules.whole.any() or rules.single.any())
    found["team"] += len(rules.teams)
    found["churn"] += int(rules.churn is not None)
    found["pinned"] += sum(term.code == "note.pinned" for row in explanation.pairings for term in row.terms)
    found.update(shortfall.reason.code for shortfall in explanation.shortfalls)
    return found


def wanted(focus: str) -> set[str]:
    """What must have been seen for the streets of a focus to have been worth it."""
    return {
        "load": {"load", "reason.capacity.load"},
        "person": {"person"},
        "whole": {"whole"},
        "team": {"team"},
        "post": {"post"},
        "pin": {"pinned"},
        "published": {"churn"},
        "floor": {"branch"},
        EVERYTHING: {"load", "whole", "churn"},
    }.get(focus, set())

"""Every mask, cost, funnel and reason against a plain re-implementation, on random streets, by rule and together."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest

from graph_schema.messages import render
from graph_schema.model.pairings import Finding
from graph_schema.model.snapshot import Snapshot, SnapshotNeed, SnapshotResource
from matcher import eligibility
from matcher.build import build
from matcher.explain import explain, suggest
from matcher.policy import Policy
from matcher.reasons import SHORTFALL_CODES, Explanation, ShortfallReasons
from matcher.solve import solve
from matcher.street.candidates import measure
from matcher.street.facts import Candidates
from tests.instances.plain_program import PlainProgram
from tests.instances.plain_rules import STAGES, PlainRules
from tests.instances.plain_stages import PlainStages
from tests.instances.snapshots import COMBINED, RULES, seeded_snapshot
from tests.property.proof import show
from tests.property.settings import INSTANCES

FOCI = (*RULES, COMBINED)


@dataclass(frozen=True)
class Streets:
    """The random streets of a rule, by seed, with their plain answers, which remember what they have worked out."""

    focus: str
    programs: tuple[PlainProgram, ...]

    def __iter__(self) -> Iterator[tuple[int, PlainProgram]]:
        return enumerate(self.programs)


def plain_program(seed: int, focus: str) -> PlainProgram:
    return PlainProgram(PlainRules(seeded_snapshot(seed, focus), policy_of(seed, focus)))


@pytest.fixture(scope="module", params=FOCI)
def streets(request: pytest.FixtureRequest) -> Streets:
    return Streets(request.param, tuple(plain_program(seed, request.param) for seed in range(INSTANCES)))


def policy_of(seed: int, focus: str) -> Policy:
    if focus == "agreement" or (focus == COMBINED and seed % 4 == 0):
        return Policy(agreement_required=True)
    return Policy() if seed % 3 else Policy(walk_speed_mps=1.3, detour=1.5, substitution_s=250, fresh_days=30)


def test_the_first_rule_that_removes_a_pair_is_the_one_that_plain_loops_find(streets: Streets) -> None:
    seen: Counter[str | None] = Counter()
    focus = streets.focus
    for seed, program in streets:
        plain = program.plain
        snapshot, policy = plain.snapshot, plain.policy
        instance = build(snapshot, policy, seed=seed)
        facts = instance.facts
        need, resource = np.divmod(np.arange(len(facts.needs) * len(facts.resources)), max(len(facts.resources), 1))
        pairs = Candidates.unmeasured(need.astype(np.int32), resource.astype(np.int32))
        failed = eligibility.first_failed(facts, policy, measure(facts, policy, pairs))
        needs, resources = by_uid(snapshot)
        for n, r, stage in zip(need.tolist(), resource.tolist(), failed.tolist(), strict=True):
            expected = plain.first_failed(needs[facts.needs.uid[n]], resources[facts.resources.uid[r]])
            assert expected == (None if stage == eligibility.PASSED else STAGES[stage]), (seed, n, r)
            seen[expected] += 1
    assert seen[None] > INSTANCES // 4
    assert focus in {"capacity", COMBINED} or seen[focus] > INSTANCES // 2
    assert focus != COMBINED or set(STAGES) < set(seen)


def test_the_instance_has_the_pairs_costs_slots_and_funnel_that_plain_loops_find(streets: Streets) -> None:
    for seed, program in streets:
        plain = program.plain
        snapshot, policy = plain.snapshot, plain.policy
        instance = build(snapshot, policy, seed=seed)
        needs, resources = by_uid(snapshot)
        ways = program.places()
        problem, facts = instance.problem, instance.facts
        assert instance.class_step == program.class_step()
        assert problem.unmet_cost.tolist() == [program.unmet_cost(needs[uid]) for uid in instance.need_uids]
        assert problem.demand.tolist() == [program.left[uid] for uid in instance.need_uids]
        for n, need_uid in enumerate(instance.need_uids):
            need = needs[need_uid]
            stages = Counter(plain.first_failed(need, resource) for resource in snapshot.resources)
            assert instance.sieve.removed[n].tolist() == [stages[stage] for stage in STAGES], seed
            found = set()
            for pair in range(int(problem.row_start[n]), int(problem.row_start[n + 1])):
                resource_uid = instance.resource_uids[int(problem.pair_resource[pair])]
                found.add((need_uid, resource_uid, facts.resources.slot_uid[int(instance.pair_slot[pair])]))
                assert int(problem.pair_cost[pair]) == plain.cost_s(need, resources[resource_uid])
            assert found <= ways, (seed, need_uid)
            mine = {(way[0], way[1]) for way in ways if way[0] == need_uid}
            assert mine == {(way[0], way[1]) for way in found}, (seed, need_uid)


def test_no_plan_breaks_a_rule_and_every_reason_is_true(streets: Streets) -> None:
    codes: Counter[str] = Counter()
    focus = streets.focus
    for seed, program in streets:
        instance = build(program.plain.snapshot, program.plain.policy, seed=seed)
        plan = solve(instance.problem, instance.rules, seed=seed)
        explanation = explain(instance, plan)
        check_pairings(program, explanation)
        if instance.rules.is_empty:
            assert plan.objective == program.best_cost(), seed
        elif not instance.rules.whole.any() | instance.rules.single.any():
            best = PlainStages(program).best()  # with side rules class by class: the sum of all may be less
            assert best is not None, seed
            assert plan.objective == best[1], seed
        check_shortfalls(program, explanation)
        codes.update(shortfall.reason.code for shortfall in explanation.shortfalls)
        show(f"street, {focus}", instances=1, plans=1, optimal=1, bounds=1, reasons=len(explanation.shortfalls))
    assert set(codes) <= set(SHORTFALL_CODES)
    assert focus == COMBINED or any(code.split(".")[1] == focus for code in codes)


@pytest.mark.parametrize("focus", [COMBINED, "capacity"])
def test_reasons_of_a_greedy_plan_are_true_too(focus: str) -> None:
    tried = 0
    for seed in range(INSTANCES):
        program = plain_program(seed, focus)
        instance = build(program.plain.snapshot, program.plain.policy, seed=seed)
        if not instance.rules.is_empty:
            continue  # the baseline knows the core's limits and no side rule
        explanation = explain(instance, solve(instance.problem, backend="greedy", seed=seed))
        check_pairings(program, explanation)
        check_shortfalls(program, explanation)
        tried += 1
    assert tried > INSTANCES // 4


def check_pairings(program: PlainProgram, explanation: Explanation) -> None:
    """No pairing fails a rule unless it is pinned, no limit is exceeded at any minute, and terms add up."""
    plain = program.plain
    needs, resources = by_uid(plain.snapshot)
    pins = Counter(
        (pin.need.uid, pin.resource.uid, pin.resource.slots[pin.slot].uid, pin.quantity) for pin in program.pins
    )
    given: Counter[str] = Counter()
    for pairing in explanation.pairings:
        need, resource = needs[pairing.need_uid], resources[pairing.resource_uid]
        assert pairing.quantity > 0
        assert pairing.cost_s == plain.cost_s(need, resource) == sum(term.seconds for term in pairing.terms)
        assert {step.uid for step in pairing.path} >= {resource.provider_uid, resource.uid, need.uid}
        for term in pairing.terms:
            assert render(Finding(term.code, term.params), "zh")
            assert render(Finding(term.code, term.params), "en")
        given[need.uid] += pairing.quantity
        key = (need.uid, resource.uid, pairing.slot_uid)
        if any(term.code == "note.pinned" for term in pairing.terms):
            pins[*key, pairing.quantity] -= 1
            broken = [term.params["rule"] for term in pairing.terms if term.code == "note.pinned_against_rule"]
            assert (broken or [None])[0] == plain.first_failed(need, resource)
            continue
        assert plain.first_failed(need, resource) is None
        slot = next(i for i, slot in enumerate(resource.slots) if slot.uid == pairing.slot_uid)
        assert slot in plain.fitting_slots(need, resource)
    units = units_of(explanation)
    assert not any(pins.values())
    assert program.fits(units)
    short = {shortfall.need_uid: shortfall.quantity for shortfall in explanation.shortfalls}
    assert all(given[uid] + short.get(uid, 0) == need.quantity for uid, need in needs.items())


def check_shortfalls(program: PlainProgram, explanation: Explanation) -> None:
    """The reason's stage removed the last candidate, the funnel counts all, and what it says holds."""
    plain = program.plain
    needs, resources = by_uid(plain.snapshot)
    taken: dict[str, Counter[str]] = defaultdict(Counter)
    for pairing in explanation.pairings:
        taken[pairing.slot_uid][pairing.need_uid] += pairing.quantity
    for shortfall in explanation.shortfalls:
        need = needs[shortfall.need_uid]
        stages = {resource.uid: plain.first_failed(need, resource) for resource in resources.values()}
        counts = Counter(stages.values())
        assert dict(shortfall.funnel) == {**{stage: counts[stage] for stage in STAGES}, "capacity": counts[None]}
        assert sum(count for _, count in shortfall.funnel) == len(resources)
        stage = shortfall.reason.code.split(".")[1]
        assert render(Finding(shortfall.reason.code, shortfall.reason.params), "zh")
        assert render(Finding(shortfall.reason.code, shortfall.reason.params), "en")
        if counts[None]:
            check_capacity(program, need, shortfall, explanation)
            continue
        last = [name for name in STAGES if counts[name]]
        if plain.category(need).routed:
            assert stage == "routed"
            assert shortfall.quantity == need.quantity - sum(pin.quantity for pin in plain.pins() if pin.need is need)
            continue
        assert stage == (last[-1] if last else "category")
        removed = [resources[uid] for uid, name in stages.items() if name == stage]
        CHECKS.get(stage, lambda *_: None)(plain, need, removed, shortfall)


def check_capacity(
    program: PlainProgram, need: SnapshotNeed, shortfall: ShortfallReasons, explanation: Explanation
) -> None:
    """All that the need could have is given away, to those that are named; or its batch is full."""
    params, code = shortfall.reason.params, shortfall.reason.code
    plain = program.plain
    needs, _ = by_uid(plain.snapshot)
    if code == "reason.capacity.batch":
        batch = next(batch for batch in plain.snapshot.batches if batch.uid == need.batch_uid)
        holders = Counter(
            {p.need_uid: p.quantity for p in explanation.pairings if needs[p.need_uid].batch_uid == batch.uid}
        )
        assert batch.cap is not None
        assert holders.total() + batch.held >= batch.cap == params["cap"]
        assert {entry["need"]: entry["quantity"] for entry in params["holders"]} == dict(holders)
        return
    units = units_of(explanation)
    more = [key for key in program.places() if key[0] == need.uid and program.fits(units + Counter({key: 1}))]
    kind = code.split(".")[2]
    if kind in {"whole", "single", "team", "published"}:
        eligible = {way.resource.uid: way.resource for way in program.ways if way.need is need}
        reserved = any(resource.area_quotas for resource in eligible.values())
        assert more or reserved, "something is left, though not enough"
        assert plain.whole(need) or plain.single(need) or need.team_uid is not None or kind == "published"
        check_together(program, units, need, shortfall)
        return
    assert not more, "an eligible resource has something left"
    if kind in {"load", "person", "budget"}:
        freed = program.fits_some(units, need, without={kind})
        assert freed, "the limit that is named is the one that holds it back"
        return
    assert kind in {"resource", "partly", "alone", "nothing", "several"}
    if kind == "several":
        assert program.fits_some(units, need, without={"load", "person", "budget"})
        return
    for cap in params["caps"]:
        served = Counter[str]()
        for pairing in explanation.pairings:
            if pairing.resource_uid == cap["resource"]:
                served[pairing.need_uid] += pairing.quantity
        assert all(0 < holder["quantity"] <= served[holder["need"]] for holder in cap["holders"])
    given = need.quantity - shortfall.quantity
    assert given - program.pinned[need.uid] <= params["own"] <= given
    assert (code in {"reason.capacity.partly", "reason.capacity.alone"}) == (params["own"] > 0)
    assert (code in {"reason.capacity.resource", "reason.capacity.partly"}) == (params["others"] > 0)


def check_together(
    program: PlainProgram, units: Counter[tuple[str, str, str]], need: SnapshotNeed, shortfall: ShortfallReasons
) -> None:
    """The largest hole is as told and too small; a role that could be filled names those that could not."""
    plain = program.plain

    def largest(of: SnapshotNeed) -> int:
        providers = {way.resource.provider_uid for way in program.ways if way.need is of}
        alone = plain.single(of) and program.left[of.uid] > 1
        parts = [{provider} for provider in providers] if alone else [providers]
        return max((program.most_of(units, of, part) for part in parts), default=0)

    params, kind = shortfall.reason.params, shortfall.reason.code.split(".")[2]
    if any(resource.area_quotas for resource in plain.snapshot.resources):
        return  # how units are divided over what is reserved is for the plan to choose
    asked = program.left[need.uid]
    if kind in {"whole", "single"}:
        assert params["hole"] == largest(need) < asked == params["asked"]
    if kind == "team":
        assert largest(need) >= asked
        fellows = [row for row in plain.snapshot.needs if row.team_uid == need.team_uid and row is not need]
        short = {row.uid for row in fellows if largest(row) < program.left[row.uid]}
        assert set(params["role_uids"]) == (short or {row.uid for row in fellows if program.left[row.uid]})


def units_of(explanation: Explanation) -> Counter[tuple[str, str, str]]:
    """Units of need, resource and slot, without what is pinned."""
    units: Counter[tuple[str, str, str]] = Counter()
    for pairing in explanation.pairings:
        if not any(term.code == "note.pinned" for term in pairing.terms):
            units[pairing.need_uid, pairing.resource_uid, pairing.slot_uid] += pairing.quantity
    return units


def check_reach(
    plain: PlainRules, need: SnapshotNeed, removed: list[SnapshotResource], shortfall: ShortfallReasons
) -> None:
    params, code = shortfall.reason.params, shortfall.reason.code
    way = {need.area_uid, *plain.areas[need.area_uid].within}
    excluded = [resource for resource in removed if way & set(resource.excludes)]
    listed = [resource for resource in removed if resource not in excluded and resource.serves]
    rest = [resource for resource in removed if resource not in excluded and not resource.serves]
    far = [resource for resource in rest if plain.placed(need, resource)]
    assert (params["excluded"], params["not_covered"], params["too_far"], params["unlocated"]) == (
        len(excluded),
        len(listed),
        len(far),
        len(rest) - len(far),
    )
    if far:
        walks = {resource.uid: (*plain.walk_m(need, resource), plain.walk_s(need, resource)) for resource in far}
        shortest = min(metres for metres, _, _ in walks.values())
        assert params["distance_m"] == shortest
        assert (params["distance_m"], params["method"], params["walk_s"]) == walks[params["nearest_uid"]]
        assert params["walk_s"] > params["limit_s"] == plain.limit_s(need)
        assert code == f"reason.reach.{params['method']}"
    elif listed:
        assert code == "reason.reach.coverage"
    else:
        assert code == ("reason.reach.unlocated" if rest else "reason.reach.excluded")


def check_window(
    plain: PlainRules, need: SnapshotNeed, removed: list[SnapshotResource], shortfall: ShortfallReasons
) -> None:
    code = shortfall.reason.code
    if need.window < 0:
        assert code == "reason.window.shut"
        assert all(slot.window >= 0 and not plain.bounds(slot.window) for row in removed for slot in row.slots)
    else:
        together = [resource for resource in removed if open_in_pieces(plain, need, resource)]
        expected = "reason.window.pieces" if together else "reason.window.closed"
        assert code == (expected if plain.bounds(need.window) else "reason.window.never")
        assert code != "reason.window.pieces" or shortfall.reason.params["pieces"] == len(together)


def open_in_pieces(plain: PlainRules, need: SnapshotNeed, resource: SnapshotResource) -> bool:
    """Minute by minute: whether some slot is open whenever the need asks for it."""
    slots = [plain.bounds(slot.window) for slot in resource.slots]
    return all(
        any(start <= minute < end for bounds in slots for start, end in bounds)
        for asked_from, asked_to in plain.bounds(need.window)
        for minute in range(asked_from, asked_to, 30)
    )


def check_named(_: PlainRules, __: SnapshotNeed, removed: list[SnapshotResource], shortfall: ShortfallReasons) -> None:
    assert shortfall.reason.params["count"] == len(removed)
    assert set(shortfall.reason.params["resource_uids"]) == {resource.uid for resource in removed}


def check_validity(
    plain: PlainRules, need: SnapshotNeed, removed: list[SnapshotResource], shortfall: ShortfallReasons
) -> None:
    check_named(plain, need, removed, shortfall)
    first = max(need.needed_from or plain.snapshot.first_day, plain.snapshot.first_day)
    kind = shortfall.reason.code.split(".")[2]
    if kind == "ended":
        ends = [resource.valid_to for resource in removed]
        assert all(end is not None and end < first for end in ends)
        assert shortfall.reason.params["date"] == max(str(end) for end in ends)
    elif kind == "later":
        begins = [resource.valid_from for resource in removed]
        assert (
            need.needed_by is None
            or need.needed_by < first
            or all(begin and begin > need.needed_by for begin in begins)
        )
        assert all(begin is not None and begin > first for begin in begins)
        assert shortfall.reason.params["date"] == min(str(begin) for begin in begins)


def check_group(
    plain: PlainRules, need: SnapshotNeed, removed: list[SnapshotResource], shortfall: ShortfallReasons
) -> None:
    check_named(plain, need, removed, shortfall)
    assert (shortfall.reason.code == "reason.target_group.unstated") == (need.target_groups == ())
    names = {plain.groups[code].name_zh for resource in removed for code in resource.target_groups}
    assert {name["zh"] for name in shortfall.reason.params["reserved"]} == names


def check_category(
    plain: PlainRules, need: SnapshotNeed, _: list[SnapshotResource], shortfall: ShortfallReasons
) -> None:
    if not plain.category(need).can_be_served_by:
        assert shortfall.reason.code == "reason.category.heading"
    else:
        bound = need.only_resource_uid is not None
        assert shortfall.reason.code == ("reason.category.bound" if bound else "reason.category.none")


def check_skill(
    plain: PlainRules, need: SnapshotNeed, removed: list[SnapshotResource], shortfall: ShortfallReasons
) -> None:
    check_named(plain, need, removed, shortfall)
    unable = [not set(need.skills) <= set(plain.providers[row.provider_uid].skills) for row in removed]
    bare = [not set(need.amenities) <= set(row.amenities) for row in removed]
    kind = "lacking" if all(unable) else "amenity" if all(bare) else "either"
    assert shortfall.reason.code == f"reason.skill.{kind}"


def check_ruling(
    plain: PlainRules, need: SnapshotNeed, removed: list[SnapshotResource], shortfall: ShortfallReasons
) -> None:
    check_named(plain, need, removed, shortfall)
    kinds = [set(plain.rulings_against(need, row)) for row in removed]
    said = shortfall.reason.code.split(".")[2]
    assert all(said in found for found in kinds) if said != "several" else len(set().union(*kinds)) > 1


def check_budget(
    plain: PlainRules, need: SnapshotNeed, removed: list[SnapshotResource], shortfall: ShortfallReasons
) -> None:
    check_named(plain, need, removed, shortfall)
    pool = plain.pool(need)
    codes = {"none", "other_kind"} if pool is None else {"short", "short_here"}
    assert shortfall.reason.code.removeprefix("reason.budget.") in codes
    assert pool is None or all(row.unit_cost_fen > pool.left_fen for row in removed)


CHECKS = {
    "category": check_category,
    "unit": check_named,
    "reach": check_reach,
    "window": check_window,
    "target_group": check_group,
    "skill": check_skill,
    "mode": check_named,
    "agreement": check_named,
    "ruling": check_ruling,
    "budget": check_budget,
    "validity": check_validity,
}


def by_uid(snapshot: Snapshot) -> tuple[dict[str, SnapshotNeed], dict[str, SnapshotResource]]:
    return {need.uid: need for need in snapshot.needs}, {resource.uid: resource for resource in snapshot.resources}


def test_suggestions_are_the_eligible_resources_cheapest_first_with_what_is_left() -> None:
    for seed in range(INSTANCES):
        snapshot, policy = seeded_snapshot(seed), Policy()
        plain, instance = PlainRules(snapshot, policy), build(snapshot, policy, seed=seed)
        plan = solve(instance.problem, seed=seed)
        explanation = explain(instance, plan)
        for need in snapshot.needs:
            found = suggest(instance, plan, need.uid, k=50)
            costs = [suggestion.cost_s for suggestion in found]
            assert costs == sorted(costs)
            passing = {row.uid for row in snapshot.resources if plain.first_failed(need, row) is None}
            assert {suggestion.resource_uid for suggestion in found} == passing
            given = {
                (row.resource_uid, row.slot_uid): row.quantity
                for row in explanation.pairings
                if row.need_uid == need.uid
            }
            told = {(row.resource_uid, row.slot_uid): row.given for row in found if row.given}
            assert told == given
            short = {row.need_uid for row in explanation.shortfalls}
            assert need.uid not in short or all(suggestion.left == 0 for suggestion in found)


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_the_rows_changes_nothing(seed: int) -> None:
    snapshot = seeded_snapshot(seed)
    turned = replace(snapshot, needs=snapshot.needs[::-1], resources=snapshot.resources[::-1])
    instances = [build(one, Policy(), seed=seed) for one in (snapshot, turned)]
    first, second = (explain(instance, solve(instance.problem, seed=seed)) for instance in instances)
    assert first == second

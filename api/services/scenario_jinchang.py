"""The Jinchang scenario of 2020: a batch released, the other waiting, fewer spaces, the service day of a year."""

from collections import Counter
from dataclasses import replace

from api.services.answers import stage_of
from api.services.batches import BatchState
from api.services.calendar import service_year
from api.services.matching import PlanReport
from api.services.scenario_jinchang_figures import EXPECTED, STRESS_SPACES, figures_of, invariants
from api.services.scenario_jinchang_parts import BatchOutcome, JinchangStory, SharedResource, StressOutcome
from api.services.scenario_measures import community_of, given_to
from api.services.scenario_parts import Assertion, Played, Scenario, plan_invariants
from api.services.scenario_stage import Stage
from graph_schema.demo import jinchang
from graph_schema.model.needs import Batch
from graph_schema.workdays import WorkCalendar


def play(stage: Stage) -> Played:
    """Lists in, first batch released, plan, export and back, and a plan with fewer spaces."""
    imported = stage.read_lists()
    first = _release_first(stage)
    plan = stage.match()
    outcomes = tuple(batch_outcome(plan, state) for state in stage.batches())
    round_trip = stage.round_trip()
    stress = _stress(stage) if stage.owns_lists else None
    area_names = {area.uid: area.name for area in plan.graph.areas}
    services = service_year(plan.graph.resources, area_names, jinchang.SERVICE_YEAR, WorkCalendar())
    shared = _shared(plan, first)
    return Played(
        imported=imported,
        plan=plan,
        figures=figures_of(
            plan, imported, batches=outcomes, shared=shared, stress=stress, services=services, round_trip=round_trip
        ),
        invariants=(
            *plan_invariants(stage, plan),
            *invariants(outcomes, shared),
            Assertion("round_trip", expected=0, measured=round_trip),
        ),
        story=JinchangStory(outcomes, shared, stress, services),
    )


def batch_outcome(plan: PlanReport, state: BatchState) -> BatchOutcome:
    """What a plan gives a batch, by community."""
    of_batch = {row.uid: row for row in plan.graph.registrations if row.batch_uid == state.batch.uid}
    names = {area.uid: area.name for area in plan.graph.areas}
    needs = {
        need.uid: of_batch[need.registration_uid] for need in plan.graph.needs if need.registration_uid in of_batch
    }
    placed = Counter(names[needs[p.need_uid].area_uid] for p in plan.pairings if p.need_uid in needs)
    unmet = Counter(stage_of(row.reason) for row in plan.shortfalls if row.need_uid in needs)
    return BatchOutcome(
        state=state,
        released=state.batch.released_at is not None,
        placed=placed.total(),
        unmet=unmet.total(),
        by_area=tuple((name, count, placed[name]) for name, count in state.by_area),
        unmet_by_reason=tuple(sorted(unmet.items())),
    )


def _release_first(stage: Stage) -> Batch | None:
    """The first waiting batch of the list is released, as in the article; the others wait."""
    states = stage.batches()
    if not states:
        return None
    stage.release(states[0].batch)
    return states[0].batch


def _stress(stage: Stage) -> StressOutcome | None:
    """The corrected resource list with fewer spaces, and the plan for it."""
    corrected = [f for f in jinchang.list_files(str(STRESS_SPACES)) if f.name == jinchang.PARKING_FILE]
    report = stage.correct(corrected)
    plan = stage.match()
    even = stage.match(replace(stage.request().policy, fairness_mode="strict"))
    state = stage.batches()[0]
    return StressOutcome(
        STRESS_SPACES,
        report.totals[1],
        batch_outcome(plan, state),
        plan,
        batch_outcome(even, state),
        spread_of_shares(even, state),
    )


def spread_of_shares(plan: PlanReport, state: BatchState) -> float:
    """The largest share that a community of a batch lacks in the class of its registrations, less the smallest."""
    places = community_of(plan.graph)
    names = {name for name, _ in state.by_area}
    of_batch = {row.uid for row in plan.graph.registrations if row.batch_uid == state.batch.uid}
    classes = {need.urgency for need in plan.graph.needs if need.registration_uid in of_batch}
    short = {row.need_uid: row.quantity for row in plan.shortfalls}
    given = given_to(plan)
    asked: Counter[str] = Counter()
    lacks: Counter[str] = Counter()
    for need in plan.graph.needs:
        community = places.get(need.area_uid, "")
        if community in names and need.urgency in classes:
            asked[community] += given[need.uid] + short.get(need.uid, 0)
            lacks[community] += short.get(need.uid, 0)
    shares = [lacks[name] / asked[name] for name in names if asked[name]]
    return round(max(shares, default=0.0) - min(shares, default=0.0), 4)


def _shared(plan: PlanReport, batch: Batch | None) -> SharedResource | None:
    if batch is None or batch.resource_uid not in plan.resources:
        return None
    given = sum(pairing.quantity for pairing in plan.pairings if pairing.resource_uid == batch.resource_uid)
    return SharedResource(plan.resources[batch.resource_uid], given)


SCENARIO = Scenario(jinchang.SCENE, play, EXPECTED)

"""A scenario from list files through the store and the solver to an export, with its figures and its assertions."""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from api.errors import UnknownNameError
from api.services import batches, exporting, importing, matching, scenario_figures
from api.services.batches import BatchState
from api.services.calendar import ServiceYear, service_year
from api.services.checks import Limits, PlanChecks
from api.services.importing import ImportReport, ImportRequest
from api.services.matching import PlanReport, PlanRequest, stage_of
from api.services.scenario_parts import Assertion, BatchOutcome, SharedResource, StressOutcome
from graph_schema.demo import jinchang
from graph_schema.demo.people import register_batch
from graph_schema.lists.errors import FileTakenError
from graph_schema.model.needs import Batch
from graph_schema.model.pairings import Finding
from graph_schema.stores.base import GraphStore
from graph_schema.workdays import WorkCalendar

SCENARIOS = (jinchang.SCENARIO,)
ACTOR = "scenario"
HASH_KEY = hashlib.sha256(b"needlework scenario: its plates are made up").digest()
"""Not a secret: the same registrations get the same identities on every machine."""
STRESS_SPACES = 200
_LOCAL = ZoneInfo("Asia/Shanghai")

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """
    Everything that a run measured.

    Parameters
    ----------
    stress
        ``None`` where the lists were given.
    round_trip
        Rows that the exported lists would change when they are read again.
    """

    name: str
    engine: str
    imported: ImportReport
    plan: PlanReport
    batches: tuple[BatchOutcome, ...]
    shared: SharedResource | None
    stress: StressOutcome | None
    services: ServiceYear
    round_trip: int
    assertions: tuple[Assertion, ...]
    figures: Mapping[str, Any]


def write_lists(name: str, folder: Path) -> tuple[Path, ...]:
    """
    The scenario's lists as files.

    Raises
    ------
    UnknownNameError
        If there is no such scenario.
    FileTakenError
        If a file of one of their names is there already; none is written then.
    """
    check_name(name)
    taken = [path for file in jinchang.list_files() if (path := folder / file.name).exists()]
    if taken:
        raise FileTakenError(str(taken[0]))
    return jinchang.write_lists(folder)


def check_name(name: str) -> None:
    """Raises `UnknownNameError` unless there is a scenario of this name."""
    if name not in SCENARIOS:
        raise UnknownNameError(Finding("cli.scenario_unknown", {"asked": name, "known": list(SCENARIOS)}))


def run(
    store: GraphStore,
    name: str,
    *,
    lists: Path | None = None,
    seed: int = 0,
    progress: Progress = importing.no_progress,
) -> ScenarioResult:
    """
    A scenario in a store of its own: lists in, batch released, plan, fewer spaces, export and back.

    Parameters
    ----------
    store
        Scratch store, migrated and empty.
    lists
        Folder of list files to use instead of the scenario's own: those files and nothing else. The people's register
        and the case with fewer spaces are left out then.
    seed
        Decides between equally good plans.
    """
    check_name(name)
    with tempfile.TemporaryDirectory(prefix="needlework-lists-") as scratch:
        folder = lists
        if folder is None:
            folder = Path(scratch) / "lists"
            jinchang.write_lists(folder)
        imported = _import(store, folder, progress)
        street = imported.reading.directory.street_uid
        if lists is None:
            directory = store.directory(street)
            store.apply_import(register_batch(directory, jinchang.AS_OF, ACTOR))
        first = _release_first(store, street)
        plan = _match(store, street, seed, progress)
        outcomes = tuple(batch_outcome(plan, state) for state in batches.batch_states(plan.graph))
        round_trip = _changed_by_round_trip(store, street, Path(scratch) / "export", progress)
        stress = None if lists is not None else _stress(store, street, Path(scratch) / "stress", seed, progress)
    area_names = {area.uid: area.name for area in plan.graph.areas}
    services = service_year(plan.graph.resources, area_names, jinchang.SERVICE_YEAR, WorkCalendar())
    shared = _shared(plan, first)
    facts = scenario_figures.figures_of(
        plan, imported, batches=outcomes, shared=shared, stress=stress, services=services, round_trip=round_trip
    )
    broken = plan_checks(plan).all()
    assertions = (
        *scenario_figures.invariants(plan, outcomes, shared, broken, round_trip),
        *(scenario_figures.expected(facts, imported) if lists is None else ()),
    )
    return ScenarioResult(
        name=name,
        engine=f"{store.engine.name} ({store.engine.version})",
        imported=imported,
        plan=plan,
        batches=outcomes,
        shared=shared,
        stress=stress,
        services=services,
        round_trip=round_trip,
        assertions=assertions,
        figures={
            "scenario": name,
            "as_of": jinchang.AS_OF.isoformat(),
            "lists_given": lists is not None,
            **facts,
            "assertions": [
                {"code": a.code, "expected": a.expected, "measured": a.measured, "holds": a.holds} for a in assertions
            ],
        },
    )


def plan_checks(plan: PlanReport) -> PlanChecks:
    """The rules over a plan of the scenario."""
    policy = PlanRequest(as_of=plan.run.as_of).policy
    return PlanChecks(
        plan.graph,
        plan.pairings,
        plan.shortfalls,
        first_day=plan.run.as_of.astimezone(_LOCAL).date(),
        horizon_days=plan.run.horizon_days,
        calendar=WorkCalendar(),
        limits=Limits(policy.walk_speed_mps, policy.elder_speed_mps, policy.detour),
    )


def plan_request(seed: int = 0) -> PlanRequest:
    """What the scenario's plan is for."""
    return PlanRequest(as_of=jinchang.AS_OF, horizon_days=jinchang.HORIZON_DAYS, seed=seed)


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


def _import(store: GraphStore, folder: Path, progress: Progress) -> ImportReport:
    return importing.import_lists(
        store,
        ImportRequest(paths=(folder,), skip_bad=True),
        hash_key=HASH_KEY,
        now=jinchang.AS_OF,
        actor=ACTOR,
        progress=progress,
    )


def _release_first(store: GraphStore, street: str) -> Batch | None:
    """The first waiting batch of the list is released, as in the article; the others wait."""
    states = batches.batch_states(store.street_graph(street))
    if not states:
        return None
    store.release_batch(street, states[0].batch.uid, jinchang.AS_OF, ACTOR)
    return states[0].batch


def _match(store: GraphStore, street: str, seed: int, progress: Progress) -> PlanReport:
    return matching.match(store, street, plan_request(seed), now=jinchang.AS_OF, actor=ACTOR, progress=progress)


def _stress(store: GraphStore, street: str, folder: Path, seed: int, progress: Progress) -> StressOutcome | None:
    """The corrected resource list with fewer spaces, and the plan for it."""
    paths = jinchang.write_lists(folder, parking=str(STRESS_SPACES))
    corrected = next(path for path in paths if path.name == jinchang.PARKING_FILE)
    report = importing.import_lists(
        store,
        ImportRequest(paths=(corrected,), skip_bad=True),
        hash_key=HASH_KEY,
        now=jinchang.AS_OF,
        actor=ACTOR,
        progress=progress,
    )
    plan = _match(store, street, seed, progress)
    state = batches.batch_states(plan.graph)[0]
    return StressOutcome(STRESS_SPACES, report.totals[1], batch_outcome(plan, state), plan)


def _changed_by_round_trip(store: GraphStore, street: str, folder: Path, progress: Progress) -> int:
    """Rows that change when the exported lists are read again: none, if nothing is lost on the way."""
    exporting.export_lists(store, street, folder, progress=progress)
    report = importing.import_lists(
        store,
        ImportRequest(paths=(folder,), street=street),
        hash_key=HASH_KEY,
        now=jinchang.AS_OF,
        actor=ACTOR,
        progress=progress,
    )
    created, updated, _ = report.totals
    return created + updated + sum(len(sheet.bad_rows) for sheet in report.reading.reports)


def _shared(plan: PlanReport, batch: Batch | None) -> SharedResource | None:
    if batch is None or batch.resource_uid not in plan.resources:
        return None
    given = sum(pairing.quantity for pairing in plan.pairings if pairing.resource_uid == batch.resource_uid)
    return SharedResource(plan.resources[batch.resource_uid], given)

"""Making a plan: read the street, build the instance, solve, prove, explain, save."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from api.errors import RefusedInputError
from api.services.answers import Solved, answer
from graph_schema.assemble import LOCAL_TIME
from graph_schema.assemble import snapshot as assemble
from graph_schema.kept import content_hash, keep
from graph_schema.model.identity import make_uid
from graph_schema.model.needs import Need
from graph_schema.model.pairings import DEFAULT_HORIZON_DAYS, Finding, MatchRun, Pairing, Shortfall
from graph_schema.model.resources import Resource
from graph_schema.model.snapshot import Snapshot
from graph_schema.model.street import StreetGraph
from graph_schema.stores.base import GraphStore
from graph_schema.streets import StreetNetwork, read_streets
from graph_schema.workdays import WorkCalendar
from matcher.build import build
from matcher.policy import Policy
from matcher.solve import solve
from matcher.status import Status

Progress = Callable[[str, int, int], None]
"""Told (stage, done, all); the stage's name lies in the catalogue under ``cli.stage``."""

COMPUTED_WITH = ("numba", "numpy", "scipy")
"""Packages whose version could change a plan."""


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """
    What a plan is for.

    Parameters
    ----------
    as_of
        Moment of the plan, aware.
    horizon_days
        Days that windows are expanded over.
    seed
        Decides between equally good plans.
    policy
        What it prefers.
    streets
        File of the walking network, ``None`` for straight lines.
    calendar
        Decides workdays and rest days.
    deadline_s
        Seconds after which the search stops with the best plan so far and its proven distance to the best there is.
    """

    as_of: datetime
    horizon_days: int = DEFAULT_HORIZON_DAYS
    seed: int = 0
    deadline_s: float = 300.0
    policy: Policy = field(default_factory=Policy)
    streets: Path | None = None
    calendar: WorkCalendar = field(default_factory=WorkCalendar)


@dataclass(frozen=True)
class PlanReport:
    """
    A plan with the graph that it was made from. Immutable.

    Parameters
    ----------
    run
        Inputs, figures, certificate.
    pairings, shortfalls
        Sorted by uid of the pairing and of the need.
    contents
        What the run keeps: its snapshot and its answer.
    """

    run: MatchRun
    pairings: tuple[Pairing, ...]
    shortfalls: tuple[Shortfall, ...]
    graph: StreetGraph
    contents: tuple[bytes, ...]

    @property
    def street_name(self) -> str:
        """Name of the street."""
        return self.names[self.graph.street_uid]

    @cached_property
    def published_changed(self) -> int:
        """Published pairings that may be changed and of which the plan gives other units in that slot, or none."""
        now: Counter[tuple[str, str]] = Counter()
        for pairing in self.pairings:
            now[pairing.need_uid, pairing.slot_uid] += pairing.quantity
        was: Counter[tuple[str, str]] = Counter()
        for pairing in self.graph.published:
            was[pairing.need_uid, pairing.slot_uid] += pairing.quantity
        return sum(now[key] != units for key, units in was.items())

    @cached_property
    def needs(self) -> dict[str, Need]:
        """Needs by uid."""
        return {need.uid: need for need in self.graph.needs}

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """Resources by uid."""
        return {resource.uid: resource for resource in self.graph.resources}

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of areas and providers by uid."""
        graph = self.graph
        names = {row.uid: row.name for row in (*graph.areas, *graph.organizations)}
        names |= {team.uid: team.name for team in graph.teams}
        return names | {person.uid: person.pseudonym_id for person in graph.people}


def match(
    store: GraphStore,
    street: str,
    request: PlanRequest,
    *,
    now: datetime,
    actor: str,
    progress: Progress = no_progress,
) -> PlanReport:
    """
    The best plan for what the graph holds of a street, proven, explained and saved.

    Parameters
    ----------
    now
        Moment of the run itself, aware UTC.
    actor
        Role that asks for it.

    Raises
    ------
    IncompleteImportError
        If an import of the street is not whole.
    CertificateError
        If the plan fails its independent check; nothing is saved then.
    RefusedInputError
        If there is no plan that keeps every rule, or none was found in time; nothing is saved then.
    """
    progress("read", 0, 1)
    graph = store.street_graph(street)
    progress("read", 1, 1)
    solved = solved_plan(graph, request, progress=progress)
    _check_found(solved)
    report = explained(graph, solved, request, now=now)
    progress("save", 0, 1)
    store.save_run(report.run, report.pairings, report.shortfalls, now, actor, contents=report.contents)
    progress("save", 1, 1)
    return report


def check_newest(store: GraphStore, street: str, as_of: datetime, *, now: datetime) -> None:
    """
    A plan for a day that is over must not silently take the place of one for a later day, where a person asks for it.

    Over HTTP the caller's word holds. The newest plan is the one saved last, whatever day it is for: pages, exports and
    questions go by it, and what the one before only suggested is withdrawn.

    Raises
    ------
    RefusedInputError
        If the day is before today and before the newest plan's.
    """
    day, today = (moment.astimezone(LOCAL_TIME).date() for moment in (as_of, now))
    newest = store.latest_run(street)
    if newest is None or day >= today:
        return
    later = newest.as_of.astimezone(LOCAL_TIME).date()
    if day < later:
        days = {"day": day.isoformat(), "today": today.isoformat(), "later": later.isoformat()}
        raise RefusedInputError(Finding("cli.plan.before_newest", {**days, "run": newest.uid}))


def _check_found(solved: Solved) -> None:
    """Raises `RefusedInputError` unless there is a plan: nothing must take the place of the one in force."""
    if solved.plan.status is Status.INFEASIBLE:
        raise RefusedInputError(Finding("cli.plan.infeasible", {"most": solved.instance.policy.most_changes}))
    if solved.plan.status is Status.NO_SOLUTION:
        raise RefusedInputError(Finding("cli.plan.no_solution", {}))


def solved_plan(graph: StreetGraph, request: PlanRequest, *, progress: Progress = no_progress) -> Solved:
    """The optimum for a street that has been read."""
    progress("build", 0, 2)
    made = assemble(
        graph,
        as_of=request.as_of,
        horizon_days=request.horizon_days,
        calendar=request.calendar,
        streets=None if request.streets is None else network(request.streets),
    )
    return solved_snapshot(made, request.policy, seed=request.seed, deadline_s=request.deadline_s, progress=progress)


def solved_snapshot(
    made: Snapshot, policy: Policy, *, seed: int, deadline_s: float | None, progress: Progress = no_progress
) -> Solved:
    """The optimum for what the matcher sees of a street."""
    progress("build", 1, 2)
    instance = build(made, policy, seed=seed)
    progress("build", 2, 2)
    progress("solve", 0, 1)
    plan = solve(instance.problem, instance.rules, seed=seed, deadline_s=deadline_s)
    progress("solve", 1, 1)
    return Solved(made, instance, plan)


def explained(graph: StreetGraph, solved: Solved, request: PlanRequest, *, now: datetime) -> PlanReport:
    """The plan as records, each pairing and each shortfall with its reasons."""
    run_uid = make_uid(
        graph.street_uid, "run", now.isoformat(), solved.snapshot.hash, request.policy.hash, str(request.seed)
    )
    made, inputs = answer(solved, run_uid), keep(solved.snapshot)
    canonical = made.canonical()
    run = MatchRun(
        uid=run_uid,
        street=graph.street_uid,
        created_at=now,
        as_of=request.as_of,
        horizon_days=request.horizon_days,
        seed=request.seed,
        solver=made.solver,
        status=made.status,
        objective=made.objective,
        bound=made.bound,
        policy_text=request.policy.to_toml(),
        policy_hash=request.policy.hash,
        snapshot_hash=solved.snapshot.hash,
        certificate=made.certificate,
        figures=made.figures,
        version=version("needlework"),
        versions=versions(),
        deadline_s=request.deadline_s,
        inputs_hash=content_hash(inputs.text),
        answer_hash=content_hash(canonical),
    )
    return PlanReport(run, made.pairings, made.shortfalls, graph, (*inputs.contents, canonical))


def versions() -> dict[str, str]:
    """Versions of what a plan is computed with, besides the program's own."""
    return {"python": python_version(), **{name: version(name) for name in COMPUTED_WITH}}


def network(file: Path) -> StreetNetwork:
    """The walking network of a street file; raises `UnreadableFileError`."""
    return read_streets(file)


def read_calendar(file: Path | None) -> WorkCalendar:
    """The statutory calendar, with an office's notice in front; raises `UnreadableFileError`."""
    return WorkCalendar() if file is None else WorkCalendar.from_csv(file)

"""Making a plan: read the street, build the instance, solve, prove, explain, save."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from graph_schema.assemble import snapshot as assemble
from graph_schema.model.identity import make_uid
from graph_schema.model.needs import Need
from graph_schema.model.pairings import Finding, MatchRun, Pairing, PathStep, Shortfall
from graph_schema.model.places import LocatedBy
from graph_schema.model.resources import Resource
from graph_schema.model.snapshot import Snapshot
from graph_schema.model.street import StreetGraph
from graph_schema.stores.base import GraphStore
from graph_schema.streets import StreetNetwork, read_streets
from graph_schema.workdays import WorkCalendar
from matcher import reasons
from matcher.build import build
from matcher.errors import refused
from matcher.explain import explain
from matcher.instance import Instance
from matcher.plan import Certificate, Plan
from matcher.policy import Policy
from matcher.reasons import Explanation
from matcher.solve import solve

Progress = Callable[[str, int, int], None]
"""Told (stage, done, all); the stage's name lies in the catalogue under ``cli.stage``."""

LARGEST_POLICY_BYTES = 100_000


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
    horizon_days: int = 90
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
    """

    run: MatchRun
    pairings: tuple[Pairing, ...]
    shortfalls: tuple[Shortfall, ...]
    graph: StreetGraph

    @property
    def street_name(self) -> str:
        """Name of the street."""
        return self.names[self.graph.street_uid]

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


@dataclass(frozen=True, slots=True)
class Solved:
    """An instance with its plan and the greedy baseline on the same instance."""

    snapshot: Snapshot
    instance: Instance
    plan: Plan
    greedy: Plan


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
    """
    progress("read", 0, 1)
    graph = store.street_graph(street)
    progress("read", 1, 1)
    solved = solved_plan(graph, request, progress=progress)
    report = explained(graph, solved, request, now=now)
    progress("save", 0, 1)
    store.save_run(report.run, report.pairings, report.shortfalls, now, actor)
    progress("save", 1, 1)
    return report


def solved_plan(graph: StreetGraph, request: PlanRequest, *, progress: Progress = no_progress) -> Solved:
    """The optimum and the greedy baseline for a street that has been read."""
    progress("build", 0, 2)
    made = assemble(
        graph,
        as_of=request.as_of,
        horizon_days=request.horizon_days,
        calendar=request.calendar,
        streets=None if request.streets is None else network(request.streets),
    )
    progress("build", 1, 2)
    instance = build(made, request.policy, seed=request.seed)
    progress("build", 2, 2)
    progress("solve", 0, 2)
    plan = solve(instance.problem, seed=request.seed, deadline_s=request.deadline_s)
    progress("solve", 1, 2)
    greedy = solve(instance.problem, backend="greedy", seed=request.seed)
    progress("solve", 2, 2)
    return Solved(made, instance, plan, greedy)


def explained(graph: StreetGraph, solved: Solved, request: PlanRequest, *, now: datetime) -> PlanReport:
    """The plan as records, each pairing and each shortfall with its reasons."""
    run_uid = make_uid(
        graph.street_uid, "run", now.isoformat(), solved.snapshot.hash, request.policy.hash, str(request.seed)
    )
    explanation = explain(solved.instance, solved.plan)
    pairings = _pairings(graph.street_uid, run_uid, explanation)
    shortfalls = _shortfalls(graph.street_uid, run_uid, explanation)
    run = MatchRun(
        uid=run_uid,
        street=graph.street_uid,
        created_at=now,
        as_of=request.as_of,
        horizon_days=request.horizon_days,
        seed=request.seed,
        solver=solved.plan.backend,
        status=solved.plan.status.value,
        objective=solved.plan.objective,
        bound=solved.plan.bound,
        policy_text=request.policy.to_toml(),
        policy_hash=request.policy.hash,
        snapshot_hash=solved.snapshot.hash,
        certificate=certificate_figures(solved.plan.certificate),
        figures=figures(graph, solved, pairings, shortfalls),
        version=version("needlework"),
    )
    return PlanReport(run, pairings, shortfalls, graph)


def _pairings(street: str, run_uid: str, explanation: Explanation) -> tuple[Pairing, ...]:
    made = [
        Pairing(
            uid=make_uid(street, "pairing", run_uid, row.need_uid, row.resource_uid, row.slot_uid),
            street=street,
            run_uid=run_uid,
            need_uid=row.need_uid,
            resource_uid=row.resource_uid,
            slot_uid=row.slot_uid,
            quantity=row.quantity,
            cost_s=row.cost_s,
            terms=tuple(Finding(term.code, term.params) for term in row.terms),
            path=path_of(row.path),
        )
        for row in explanation.pairings
    ]
    return tuple(sorted(made, key=lambda pairing: pairing.uid))


def _shortfalls(street: str, run_uid: str, explanation: Explanation) -> tuple[Shortfall, ...]:
    made = [
        Shortfall(
            street=street,
            run_uid=run_uid,
            need_uid=row.need_uid,
            quantity=row.quantity,
            reason=Finding(row.reason.code, row.reason.params),
            funnel=row.funnel,
        )
        for row in explanation.shortfalls
    ]
    return tuple(sorted(made, key=lambda shortfall: shortfall.need_uid))


def path_of(steps: Iterable[reasons.PathStep]) -> tuple[PathStep, ...]:
    """Evidence of the matcher as records of the graph."""
    return tuple(PathStep(step.relationship, step.label, step.uid, step.name, step.detail) for step in steps)


def stage_of(reason: Finding) -> str:
    """Stage of the funnel that a shortfall's reason belongs to."""
    return reason.code.split(".")[1]


def certificate_figures(certificate: Certificate) -> dict[str, Any]:
    """The certificate's figures as JSON values."""
    return {
        "proven": certificate.proven,
        "primal_objective": certificate.primal_objective,
        "dual_objective": certificate.dual_objective,
        "needs_checked": certificate.needs_checked,
        "resources_checked": certificate.resources_checked,
        "pairs_checked": certificate.pairs_checked,
        "primal_violations": certificate.primal_violations,
        "dual_violations": certificate.dual_violations,
        "slackness_violations": certificate.slackness_violations,
    }


def figures(
    graph: StreetGraph, solved: Solved, pairings: tuple[Pairing, ...], shortfalls: tuple[Shortfall, ...]
) -> dict[str, Any]:
    """Counts and sums of a run; the same plan gives the same figures."""
    instance, problem, greedy = solved.instance, solved.instance.problem, solved.greedy
    unmet, greedy_unmet = instance.unmet(solved.plan), instance.unmet(greedy)
    met = unmet == 0
    partly = ~met & (unmet < instance.facts.needs.quantity)
    urgency = {need.uid: need.urgency for need in graph.needs}
    asked_by_class = Counter(urgency[uid] for uid in instance.need_uids)
    met_by_class = Counter(urgency[uid] for uid, served in zip(instance.need_uids, met, strict=True) if served)
    points = [need.point.located_by for need in solved.snapshot.needs]
    points += [resource.point.located_by for resource in solved.snapshot.resources]
    return {
        "needs": problem.n_needs,
        "needs_met": int(np.count_nonzero(met)),
        "needs_partly_met": int(np.count_nonzero(partly)),
        "needs_unmet": int(np.count_nonzero(~met & ~partly)),
        "needs_by_urgency": {
            level.value: {"asked": count, "met": met_by_class[level]} for level, count in sorted(asked_by_class.items())
        },
        "resources": len(solved.snapshot.resources),
        "resources_used": len({pairing.resource_uid for pairing in pairings}),
        "pairings": len(pairings),
        "candidate_pairs": problem.n_pairs,
        "unmet_by_reason": dict(sorted(Counter(stage_of(row.reason) for row in shortfalls).items())),
        "greedy_objective": greedy.objective,
        "greedy_needs_met": int(np.count_nonzero(greedy_unmet == 0)),
        "walk_method": "straight" if solved.snapshot.streets is None else "network",
        "street_file": "" if solved.snapshot.streets is None else solved.snapshot.streets.source,
        "provisional_days": solved.snapshot.provisional_days,
        "unlocated": sum(point is LocatedBy.UNLOCATED for point in points),
    }


def network(file: Path) -> StreetNetwork:
    """The walking network of a street file; raises `UnreadableFileError`."""
    return read_streets(file)


def read_policy(file: Path | None) -> Policy:
    """The policy of a file, the default one without; raises `InvalidPolicyError`, naming what is wrong."""
    if file is None:
        return Policy()
    with file.open("rb") as source:
        raw = source.read(LARGEST_POLICY_BYTES + 1)
    if len(raw) > LARGEST_POLICY_BYTES:
        raise refused(code="policy.too_large", file=str(file), limit=LARGEST_POLICY_BYTES)
    try:
        return Policy.from_toml(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise refused(code="policy.encoding", file=str(file), at=error.start) from error


def default_policy_text() -> str:
    """The default policy as a file to change."""
    return Policy().to_toml()


def read_calendar(file: Path | None) -> WorkCalendar:
    """The statutory calendar, with an office's notice in front; raises `UnreadableFileError`."""
    return WorkCalendar() if file is None else WorkCalendar.from_csv(file)

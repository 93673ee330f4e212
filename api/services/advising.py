"""What a decision would cost, what would serve an unmet need, and what to look for next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from api.errors import RefusedInputError, UnknownNameError, UnknownNeedError
from api.services.explaining import find_need
from api.services.matching import Progress, no_progress
from api.services.naming import the_resource
from api.services.present import Present, present
from graph_schema.model.pairings import Finding
from graph_schema.stores.base import GraphStore
from matcher.compare import Comparison, compare
from matcher.instance import Instance
from matcher.opportunity import OpportunityCost, opportunity_of_need, opportunity_of_resource
from matcher.plan import Plan
from matcher.recruit import Worth, recruit_next, standing_bands
from matcher.remedies import Remedies, apply, remedies
from matcher.solve import solve
from matcher.street.formulate import formulate

DEFAULT_ROWS = 10
DEFAULT_REMEDIES = 5


@dataclass(frozen=True, slots=True)
class Opportunity:
    """
    Every candidate of a need or resource with what forcing it would lose.

    Parameters
    ----------
    name
        Of the need or resource that is asked about.
    of_need
        Which of both it is.
    """

    present: Present
    uid: str
    name: str
    of_need: bool
    rows: tuple[OpportunityCost, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """The remedies of one unmet need."""

    present: Present
    need_uid: str
    title: str
    answer: Remedies


@dataclass(frozen=True, slots=True)
class Trial:
    """
    A remedy applied and solved again; nothing is saved.

    Parameters
    ----------
    changes
        What is changed, in words of the catalogue.
    instance, plan
        Of the changed street.
    comparison
        The plan as it is and that one side by side.
    """

    changes: tuple[Finding, ...]
    instance: Instance
    plan: Plan
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Recruiting:
    """What one more unit would be worth, dearest first."""

    present: Present
    rows: tuple[Worth, ...]


def opportunity(
    store: GraphStore,
    street: str,
    asked: str,
    *,
    now: datetime,
    is_resource: bool = False,
    rows: int = DEFAULT_ROWS,
    streets: Path | None = None,
    progress: Progress = no_progress,
) -> Opportunity:
    """
    What serving a need from each candidate, or each need from a resource, would lose; nothing is saved.

    Parameters
    ----------
    asked
        uid or words of a need; of a resource where ``is_resource``, or where no need is called so.
    rows
        Most candidates, 1..1000.

    Raises
    ------
    UnknownNeedError, UnknownNameError
        If none, or several, are meant.
    RefusedInputError
        If the need takes no part, or the plan is not proven optimal.
    """
    uid, name, of_need = _meant(store, street, asked, is_resource=is_resource)
    at = present(store, street, now=now, streets=streets, progress=progress)
    return opportunity_in(at, uid, of_need=of_need, name=name, rows=rows, progress=progress)


def opportunity_in(
    at: Present,
    uid: str,
    *,
    of_need: bool = True,
    name: str = "",
    rows: int = DEFAULT_ROWS,
    progress: Progress = no_progress,
) -> Opportunity:
    """
    As `opportunity`, of a plan that is there.

    Raises
    ------
    RefusedInputError
        If the need or resource takes no part, or the plan is not proven optimal.
    """
    at.proven()
    progress("advise", 0, 1)
    instance, plan = at.solved.instance, at.solved.plan
    name = name or (at.titles if of_need else at.resources)[uid]
    if of_need:
        _takes_part(instance, uid, name)
        found = opportunity_of_need(instance, plan, uid, rows)
    else:
        if uid not in instance.facts.resources.uid:
            raise RefusedInputError(Finding("cli.no_offer", {"resource": name}))
        found = opportunity_of_resource(instance, plan, uid, rows)
    progress("advise", 1, 1)
    return Opportunity(at, uid, name, of_need, found)


def advise(
    store: GraphStore,
    street: str,
    asked: str,
    *,
    now: datetime,
    most: int = DEFAULT_REMEDIES,
    streets: Path | None = None,
    progress: Progress = no_progress,
) -> Advice:
    """
    The smallest changes that would serve an unmet need, each solved again.

    Raises
    ------
    UnknownNeedError
        If no need, or more than one, is meant.
    RefusedInputError
        If the need takes no part, is served, or goes to another office.
    """
    need = find_need(store, street, asked)
    at = present(store, street, now=now, streets=streets, progress=progress)
    return advise_on(at, need.uid, most=most, progress=progress)


def advise_on(at: Present, need_uid: str, *, most: int = DEFAULT_REMEDIES, progress: Progress = no_progress) -> Advice:
    """
    As `advise`, of a plan that is there.

    Raises
    ------
    RefusedInputError
        If the need takes no part, is served, or goes to another office.
    """
    instance, plan, title = at.solved.instance, at.solved.plan, at.titles[need_uid]
    _takes_part(instance, need_uid, title)
    n = instance.need_uids.index(need_uid)
    if instance.facts.routed_needs[n]:
        raise RefusedInputError(Finding("cli.remedies.routed", {"need": title}))
    if not int(plan.unmet[n]):
        raise RefusedInputError(Finding("cli.remedies.served", {"need": title}))
    progress("advise", 0, 1)
    answer = remedies(instance, plan, need_uid, k=most)
    progress("advise", 1, 1)
    return Advice(at, need_uid, title, answer)


def advice_if_unmet(
    store: GraphStore, street: str, need_uid: str, *, now: datetime, most: int = DEFAULT_REMEDIES
) -> tuple[int, Advice | None]:
    """Units that the best plan cannot give a need, and its remedies; ``None`` where nothing is to be remedied."""
    at = present(store, street, now=now)
    instance = at.solved.instance
    if need_uid not in instance.need_uids:
        return 0, None
    n = instance.need_uids.index(need_uid)
    missing = int(instance.unmet(at.solved.plan)[n])
    routed = bool(instance.facts.routed_needs[n])
    return missing, None if routed or not missing else advise_on(at, need_uid, most=most)


def try_remedy(advice: Advice, number: int) -> Trial:
    """
    One of the remedies applied and the whole street solved again.

    Parameters
    ----------
    number
        Its place in the list, from 1.

    Raises
    ------
    RefusedInputError
        If there is no such remedy.
    """
    found = advice.answer.found
    if not 1 <= number <= len(found):
        raise RefusedInputError(Finding("cli.remedies.number", {"number": number, "count": len(found)}))
    remedy, before = found[number - 1], advice.present.solved
    facts, policy = apply(before.instance.facts, before.instance.policy, remedy)
    instance = formulate(facts, policy, seed=before.instance.seed, snapshot_hash=before.instance.snapshot_hash)
    plan = solve(instance.problem, instance.rules, seed=instance.seed, deadline_s=advice.present.request.deadline_s)
    return Trial(
        changes=tuple(Finding(change.code, change.params) for change in remedy.changes),
        instance=instance,
        plan=plan,
        comparison=compare((before.instance, before.plan), (instance, plan)),
    )


def recruit(
    store: GraphStore,
    street: str,
    *,
    now: datetime,
    rows: int = DEFAULT_ROWS,
    streets: Path | None = None,
    progress: Progress = no_progress,
) -> Recruiting:
    """
    What one more unit of each category, community and time band would be worth, and who owns something like it.

    Raises
    ------
    RefusedInputError
        If the plan is not proven optimal.
    """
    at = present(store, street, now=now, streets=streets, progress=progress)
    at.proven()
    progress("advise", 0, 1)
    snapshot, calendar = at.solved.snapshot, at.request.calendar
    days = [snapshot.first_day + timedelta(days=day) for day in range(-1, snapshot.horizon_days)]
    bands = standing_bands(np.array([calendar.day(day).is_workday for day in days], dtype=np.bool_))
    found = recruit_next(at.solved.instance, at.solved.plan, bands, rows)
    progress("advise", 1, 1)
    return Recruiting(at, found)


def _meant(store: GraphStore, street: str, asked: str, *, is_resource: bool) -> tuple[str, str, bool]:
    """(uid, name, whether it is a need) of what is asked about."""
    if not is_resource:
        try:
            need = find_need(store, street, asked)
        except UnknownNeedError as error:
            if error.finding.code != "cli.need_unknown":
                raise
            unknown = error
        else:
            return need.uid, need.title, True
    graph = store.street_graph(street)
    try:
        uid = the_resource(graph, asked)
    except UnknownNameError as error:
        if is_resource or error.finding.code == "cli.name_ambiguous":
            raise
        raise unknown from error
    return uid, next(resource.name for resource in graph.resources if resource.uid == uid), False


def _takes_part(instance: Instance, uid: str, title: str) -> None:
    if uid not in instance.need_uids:
        raise RefusedInputError(Finding("cli.no_demand", {"need": title}))

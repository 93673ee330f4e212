"""The plan of a street that follows its graph: what changed is read, built and repaired, and nothing else."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from api.services.answers import Solved
from api.services.matching import PlanRequest, network
from api.services.present import Present, request_for
from graph_schema.assemble import LOCAL_TIME
from graph_schema.assemble import snapshot as assemble
from graph_schema.followed import followed
from graph_schema.model.feed import Position
from graph_schema.model.needs import Need, Visibility
from graph_schema.model.pairings import MatchRun
from graph_schema.model.resources import Resource
from graph_schema.model.street import StreetGraph
from graph_schema.stores.base import GraphStore
from matcher.build import build, rebuild
from matcher.errors import CertificateError, DamagedStateError, InvalidEventError, InvalidProblemError
from matcher.explanations.shortfalls import Shortfalls
from matcher.instance import Instance
from matcher.live.following import FollowedPlan
from matcher.live.instances import named
from matcher.plan import Plan
from matcher.solve import solve
from matcher.status import Status
from matcher.street.formulate import formulate
from matcher.suggestions import Losses, Suggestions

ROOM_FOR_MORE = 2
"""Times the class step that is needed: so many times the needs may come before it has to grow."""
MOST_REPAIRED = 1000
"""Rows that may have changed at once; solving anew is as quick where there are more."""

T = TypeVar("T")
_log = logging.getLogger("needlework.following")


class Made(StrEnum):
    """How a plan was made."""

    REPAIRED = "repaired"
    SOLVED = "solved anew"


class Why(StrEnum):
    """Why a plan was solved anew."""

    FIRST = "first"
    ANOTHER_PLAN = "another plan"
    WHOLE_STREET = "whole street"
    SIDE_RULES = "side rules"
    GAP = "gap"
    LIMITS = "limits or too much changed"
    STEP = "step"
    NOT_PROVEN = "not proven"


@dataclass(frozen=True)
class Standing:
    """
    A plan and what it is of. Immutable; may be asked by several threads.

    Parameters
    ----------
    position
        Of the street's chain: the plan is that of the street exactly there.
    made, why
        Whether it was repaired; why it was not, ``None`` where it was.
    events
        Events that the repair took.
    """

    present: Present
    position: Position
    made: Made
    why: Why | None
    events: int

    @property
    def proven(self) -> bool:
        """Whether the plan is proven optimal."""
        return self.present.solved.plan.status is Status.OPTIMAL

    @cached_property
    def private(self) -> frozenset[str]:
        """Needs that nobody is shown."""
        return frozenset(need.uid for need in self.present.graph.needs if need.visibility is Visibility.PRIVATE)

    @cached_property
    def needs(self) -> dict[str, Need]:
        """Needs by uid, without private ones."""
        return {need.uid: need for need in self.present.graph.needs if need.uid not in self.private}

    @cached_property
    def offers(self) -> dict[str, Resource]:
        """Resources by uid."""
        return {resource.uid: resource for resource in self.present.graph.resources}

    @cached_property
    def suggestions(self) -> Suggestions:
        """Who could serve whom."""
        return Suggestions(self.present.solved.instance, self.present.solved.plan)

    @cached_property
    def shortfalls(self) -> Shortfalls:
        """Why needs are left wanting."""
        return Shortfalls(self.present.solved.instance, self.present.solved.plan)


class StandingPlan:
    """
    The plan of one street, brought up to date when asked. One thread at a time may use it.

    It plans for what the latest saved plan was for, else for the day that it is.

    Parameters
    ----------
    store, street
        The graph, and the street's uid.
    """

    def __init__(self, store: GraphStore, street: str) -> None:
        self._store, self._street = store, street
        self._standing: Standing | None = None
        self._followed: FollowedPlan | None = None
        self._least_step = 0

    @property
    def standing(self) -> Standing | None:
        """The plan as it was brought up to date last, ``None`` before the first time."""
        return self._standing

    def catch_up(self, now: datetime) -> Standing:
        """
        The plan of the street as it is now; the one before stays if this raises.

        Raises
        ------
        NotFoundError, IncompleteImportError, StoreUnavailableError
            As for `GraphStore.street_now`.
        InvalidProblemError
            If what the graph holds cannot be planned for, such as pins over a limit.
        """
        before = self._standing
        changes = None
        if before is not None:
            position = before.position
            latest, changes = self._with_latest(lambda: self._store.changes_since(self._street, position))
        if before is None or changes is None:
            latest, (position, graph) = self._with_latest(lambda: self._store.street_now(self._street))
            why = Why.FIRST if before is None else Why.WHOLE_STREET
        else:
            position, graph = changes.position, followed(before.present.graph, changes)
            why = None
        request = self._request(latest, now)
        if before is None or graph is not before.present.graph or request != before.present.request:
            standing = self._made(_Wanted(position, graph, request, latest), why)
        elif (position, latest) != (before.position, before.present.latest):
            standing = replace(before, position=position, present=replace(before.present, latest=latest))
        else:
            standing = before  # what it remembers of its answers stays
        self._standing = standing
        return standing

    def losses(self, uid: str, *, of_need: bool) -> Losses | None:
        """
        What the standing plan would lose by a unit on each pair of a need or resource, by the pair's number.

        ``None`` where the plan is not one that is followed, or the need or resource takes no part.
        """
        self.prepare()
        kept, standing = self._followed, self._standing
        if kept is None or standing is None:
            return None
        if kept.named.problem is not standing.present.solved.instance.problem:
            return None
        rows = standing.suggestions
        try:
            if of_need:
                return kept.losses_of_need(rows.needs[uid]) if uid in rows.needs else None
            return {pair: lost for g in rows.groups.get(uid, ()) for pair, lost in kept.losses_of_resource(g).items()}
        except DamagedStateError as error:
            _log.warning("the plan of %s cannot be asked and is solved anew next time: %s", self._street, error)
            self._followed = None
            return None

    def _with_latest(self, read: Callable[[], T]) -> tuple[MatchRun | None, T]:
        """What is read together with the latest run at that moment."""
        latest = self._store.latest_run(self._street)
        while True:
            found = read()
            still = self._store.latest_run(self._street)
            if still == latest:
                return latest, found
            latest = still

    def _request(self, latest: MatchRun | None, now: datetime) -> PlanRequest:
        request = request_for(latest, now=now)
        before = None if self._standing is None else self._standing.present.request
        if latest is None and before is not None and _day(before.as_of) == _day(now):
            return replace(request, as_of=before.as_of)
        return request

    def _made(self, wanted: "_Wanted", why: Why | None) -> Standing:
        before, request = self._standing, wanted.request
        snapshot = assemble(
            wanted.graph,
            as_of=request.as_of,
            horizon_days=request.horizon_days,
            calendar=request.calendar,
            streets=None if request.streets is None else network(request.streets),
        )
        instance = None
        if before is not None and _plans_alike(before.present.request, request):
            solved = before.present.solved
            instance = rebuild(solved.instance, solved.snapshot, snapshot, least_step=self._least_step)
        elif why is None:
            why = Why.ANOTHER_PLAN
        if instance is None:
            why = why or Why.WHOLE_STREET
            instance = build(snapshot, request.policy, seed=request.seed, least_step=self._least_step)
        plan, events, why = self._repaired(instance, why)
        if plan is None:
            instance, plan = self._anew(instance, request)
        present = Present(wanted.graph, request, Solved(snapshot, instance, plan), wanted.latest)
        return Standing(present, wanted.position, Made.SOLVED if why else Made.REPAIRED, why, events)

    def _repaired(self, instance: Instance, why: Why | None) -> tuple[Plan | None, int, Why | None]:
        """The plan that was followed, as it is for another instance, and the events that took; without one, why."""
        if why is None:
            self.prepare()
        kept, self._followed = self._followed, None  # until it is known that it could follow
        why = why or self._hindrance(instance)
        if kept is None or why is not None:
            return None, 0, why or Why.FIRST
        try:
            changes = kept.follow(named(instance), MOST_REPAIRED)
            if changes is None:
                return None, 0, Why.LIMITS
            plan = kept.plan()
        except (InvalidEventError, InvalidProblemError, CertificateError) as error:
            _log.warning("the plan of %s could not be followed and is solved anew: %s", self._street, error)
            return None, 0, Why.NOT_PROVEN
        if plan.gap > instance.policy.renew_gap_s * int(instance.problem.demand.sum()):
            return None, 0, Why.GAP
        self._followed = kept
        return plan, len(changes), None

    def _hindrance(self, instance: Instance) -> Why | None:
        """What keeps the plan before from being led to an instance, whatever changed."""
        if not instance.rules.is_empty:
            return Why.SIDE_RULES
        before = self._standing
        if before is not None and instance.class_step != before.present.solved.instance.class_step:
            return Why.STEP
        return None

    def _anew(self, instance: Instance, request: PlanRequest) -> tuple[Instance, Plan]:
        """An instance solved from nothing; where it can be followed from now on, with room in its class step."""
        can_follow = instance.rules.is_empty
        if can_follow and instance.class_step != self._least_step:
            self._least_step = ROOM_FOR_MORE * instance.class_step
            instance = formulate(
                instance.facts,
                instance.policy,
                seed=instance.seed,
                snapshot_hash=instance.snapshot_hash,
                sieve=instance.sieve,
                least_step=self._least_step,
            )
        plan = solve(instance.problem, instance.rules, seed=request.seed, deadline_s=request.deadline_s)
        return instance, plan

    def prepare(self) -> None:
        """
        The standing plan can be asked and followed from now on, where it can be at all.

        Apart from `catch_up`, because a plan can be shown before: on a new machine this compiles for a while.
        """
        standing = self._standing
        if self._followed is not None or standing is None:
            return
        solved = standing.present.solved
        if not solved.instance.rules.is_empty or solved.plan.status is not Status.OPTIMAL:
            return
        try:
            self._followed = FollowedPlan(named(solved.instance), solved.plan)
        except InvalidProblemError as error:
            _log.warning("the plan of %s cannot be followed: %s", self._street, error)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be planned for."""

    position: Position
    graph: StreetGraph
    request: PlanRequest
    latest: MatchRun | None


def _plans_alike(one: PlanRequest, other: PlanRequest) -> bool:
    """Whether a plan for the one can be changed into one for the other."""
    names = ("policy", "seed", "streets", "calendar")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _day(moment: datetime) -> object:
    return moment.astimezone(LOCAL_TIME).date()

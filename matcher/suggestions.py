"""Who could serve a need, and whom a resource could serve: every pair that no rule forbids, best first."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matcher.advice.room import Room
from matcher.errors import MatcherError
from matcher.explanations.evidence import Evidence
from matcher.instance import Instance
from matcher.plan import Plan
from matcher.reasons import ServedNeed, Suggestion
from matcher.street.facts import Candidates

Int64 = npt.NDArray[np.int64]
Losses = Mapping[int, int]
"""Of each pair, what the optimum would lose if a unit were forced onto it; pairs that hold none are left out."""

MOST_SUGGESTIONS = 1000
BEYOND = 1 << 62
"""Rank of what holds no unit, and of all where no losses are known."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Which suggestions are asked for.

    Parameters
    ----------
    k
        How many at most, 1..1000.
    max_walk_s
        Nobody walks longer; ``None`` for as long as the rules let.
    category
        Code of the other side's category; ``None`` for any.
    free
        Only where the plan leaves a unit that could still be given.
    hidden
        Needs that are never named, by uid.

    Raises
    ------
    MatcherError
        If ``k`` is out of range.
    """

    k: int = 5
    max_walk_s: int | None = None
    category: str | None = None
    free: bool = False
    hidden: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not 1 <= self.k <= MOST_SUGGESTIONS:
            msg = f"k is {self.k}, outside 1..{MOST_SUGGESTIONS}."
            raise MatcherError(msg)


class Suggestions:
    """
    Answers about one plan, whether or not it has given things away; may be asked by several threads.

    Parameters
    ----------
    instance, plan
        What was solved, and its plan.

    Raises
    ------
    MatcherError
        If the plan is of another instance.
    """

    def __init__(self, instance: Instance, plan: Plan) -> None:
        problem = instance.problem
        if len(plan.unmet) != problem.n_needs or (len(plan.pair) and int(plan.pair.max()) >= problem.n_pairs):
            msg = f"the plan has {len(plan.unmet)} needs, the instance {problem.n_needs}. Maybe it is of another one."
            raise MatcherError(msg)
        self._instance, self._plan = instance, plan

    @cached_property
    def needs(self) -> dict[str, int]:
        """Number of each need, by uid."""
        return {uid: n for n, uid in enumerate(self._instance.need_uids)}

    @cached_property
    def resources(self) -> dict[str, int]:
        """Number of each resource, by uid."""
        return {uid: r for r, uid in enumerate(self._instance.facts.resources.uid)}

    @cached_property
    def groups(self) -> dict[str, list[int]]:
        """Capacity groups of each resource that has any, by its uid."""
        found: dict[str, list[int]] = defaultdict(list)
        for g, uid in enumerate(self._instance.resource_uids):
            found[uid].append(g)
        return dict(found)

    @cached_property
    def _room(self) -> Room:
        return Room(self._instance, self._plan)

    @cached_property
    def _used(self) -> dict[int, int]:
        return dict(zip(self._plan.pair.tolist(), self._plan.quantity.tolist(), strict=True))

    @cached_property
    def _pinned(self) -> Counter[tuple[int, int, int]]:
        """Units that people have fixed, by need, resource and slot."""
        pins, found = self._instance.pinned, Counter[tuple[int, int, int]]()
        rows = zip(pins.candidates.need.tolist(), pins.candidates.resource.tolist(), pins.slot, strict=True)
        for at, units in zip(rows, pins.quantity, strict=True):
            found[at] += units
        return found

    @cached_property
    def _by_resource(self) -> tuple[Int64, Int64]:
        """Pairs in the order of their resources, and where each resource's begin and the last one's end."""
        instance = self._instance
        resource = instance.groups.resource[instance.problem.pair_resource]
        count = np.bincount(resource, minlength=len(self.resources))
        return np.argsort(resource, kind="stable"), np.concatenate([[0], np.cumsum(count)])

    def of_need(self, need_uid: str, wanted: Wanted, losses: Losses | None = None) -> tuple[Suggestion, ...]:
        """
        Resources that no rule keeps from a need, the least loss first, or the cheapest where no losses are known.

        Raises
        ------
        MatcherError
            If there is no such need.
        """
        instance = self._instance
        if need_uid not in self.needs:
            msg = f"there is no need {need_uid!r} in this instance. Maybe it is not open."
            raise MatcherError(msg)
        n = self.needs[need_uid]
        resources = instance.facts.resources
        found = self._found(np.arange(*instance.problem.row_start[n : n + 2].tolist()), wanted, losses, of_need=True)
        return tuple(
            Suggestion(
                resource_uid=resources.uid[row.resource],
                slot_uid=resources.slot_uid[row.slot],
                cost_s=row.cost_s,
                given=row.given,
                left=row.left,
                terms=row.evidence.terms(row.at, row.slot),
                path=row.evidence.path(row.at, row.slot),
                lost=row.lost,
            )
            for row in found
        )

    def of_resource(self, resource_uid: str, wanted: Wanted, losses: Losses | None = None) -> tuple[ServedNeed, ...]:
        """
        Needs that no rule keeps from a resource, in the order of `of_need`.

        Raises
        ------
        MatcherError
            If there is no such resource.
        """
        instance = self._instance
        resources, needs = instance.facts.resources, instance.facts.needs
        if resource_uid not in self.resources:
            msg = f"there is no resource {resource_uid!r} in this instance. Maybe it is not offered."
            raise MatcherError(msg)
        r = self.resources[resource_uid]
        unmet = instance.unmet(self._plan)
        pairs, start = self._by_resource
        found = self._found(pairs[start[r] : start[r + 1]], wanted, losses, of_need=False)
        return tuple(
            ServedNeed(
                need_uid=needs.uid[row.need],
                slot_uid=resources.slot_uid[row.slot],
                urgency=int(needs.urgency[row.need]),
                cost_s=row.cost_s,
                given=row.given,
                left=row.left,
                missing=int(unmet[row.need]),
                terms=row.evidence.terms(row.at, row.slot),
                path=row.evidence.path(row.at, row.slot),
                lost=row.lost,
            )
            for row in found
        )

    def _found(self, pairs: Int64, wanted: Wanted, losses: Losses | None, *, of_need: bool) -> "list[_Found]":
        instance, room, used = self._instance, self._room, self._used
        passed = instance.sieve.passed
        owner = instance.pair_candidate[pairs].astype(np.int64)
        wide = self._is_wanted(passed.keep(owner), wanted, of_need=of_need)
        pairs, owner = pairs[wide], owner[wide]
        places: dict[tuple[int, int], list[int]] = defaultdict(list)  # shares of one slot are one suggestion
        for candidate, pair in zip(owner.tolist(), pairs.tolist(), strict=True):
            places[candidate, int(instance.pair_slot[pair])].append(pair)
        kept: list[_Place] = []
        for place in sorted(self._place(*place, losses or {}) for place in places.items()):
            left = sum(max(room.of(pair)[0], 0) for pair in place.pairs)
            if left or not wanted.free:
                kept.append(replace(place, left=left))
            if len(kept) == wanted.k:
                break
        shown = passed.keep(np.array([place.candidate for place in kept], np.int64))
        evidence = Evidence(instance.facts, instance.policy, shown)
        return [
            _Found(
                evidence,
                at,
                need=(need := int(passed.need[place.candidate])),
                resource=(resource := int(passed.resource[place.candidate])),
                slot=place.slot,
                cost_s=place.cost,
                given=sum(used.get(pair, 0) for pair in place.pairs) + self._pinned[need, resource, place.slot],
                left=place.left,
                lost=None if place.rank == BEYOND else place.rank,
            )
            for at, place in enumerate(kept)
        ]

    def _place(self, at: tuple[int, int], pairs: list[int], losses: Losses) -> "_Place":
        cost = int(self._instance.problem.pair_cost[pairs[0]])
        rank = min((losses[pair] for pair in pairs if pair in losses), default=BEYOND)
        return _Place(rank, cost, *at, tuple(pairs))

    def _is_wanted(self, c: Candidates, wanted: Wanted, *, of_need: bool) -> npt.NDArray[np.bool_]:
        facts = self._instance.facts
        mask = np.ones(len(c), np.bool_)
        if wanted.max_walk_s is not None:
            mask &= c.walk_s <= wanted.max_walk_s  # -1 where nobody walks, or nobody has to
        if wanted.category is not None:
            kinds = facts.resources.category[c.resource] if of_need else facts.needs.category[c.need]
            mask &= np.array(facts.categories.code)[kinds] == wanted.category
        if wanted.hidden:
            mask &= ~np.isin(c.need, [self.needs[uid] for uid in wanted.hidden if uid in self.needs])
        return mask


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """A slot with a candidate's pairs in it, in the order in which they are told: by loss, cost, then number."""

    rank: int
    cost: int
    candidate: int
    slot: int
    pairs: tuple[int, ...]
    left: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """One suggestion before it is told; ``at`` is its place in the evidence."""

    evidence: Evidence
    at: int
    need: int
    resource: int
    slot: int
    cost_s: int
    given: int
    left: int
    lost: int | None

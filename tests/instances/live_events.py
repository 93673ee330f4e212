"""Events that a live plan can meet, drawn at random from what is there, and the event that undoes each."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.live.base import Base
from matcher.live.events import (
    AddNeed,
    AddResource,
    AllowPair,
    ChangeCapacity,
    ChangeCost,
    ChangeLimit,
    ChangeQuantity,
    Event,
    ForbidPair,
    Pin,
    RemoveNeed,
    RemoveResource,
    Unpin,
)
from matcher.live.pairing import Offer
from matcher.live.plan import Change, LivePlan
from matcher.problem import MAX_UNIT_COST, Problem

Numbers = npt.NDArray[np.int64]


class Scene:
    """
    What is there before an event, and what could happen.

    Parameters
    ----------
    live
        The plan as it stands.
    """

    def __init__(self, live: LivePlan) -> None:
        self.base: Base = live.base()
        problem = self.base.problem
        self.needs, self.resources = np.flatnonzero(self.base.need_open), np.flatnonzero(self.base.resource_open)
        self.pairs = self.base.pair_number.astype(np.int64)
        self.used = self.pairs[self.base.answer.pair]
        self.pins = self.base.pins
        self.need_of = np.repeat(np.arange(problem.n_needs), np.diff(problem.row_start))

    def event(self, rng: np.random.Generator, kind: str) -> Event | None:
        """An event of that kind, or None if nothing is there that it could happen to."""
        return EVENTS[kind](self, rng)

    def index(self, pair: int) -> int:
        """Place of a pair in the problem as it stands."""
        return int(np.flatnonzero(self.pairs == pair)[0])

    def undo(self, change: Change) -> Event:
        """The event after which the problem is as it was in this scene."""
        return UNDO[type(change.event)](self, change.event, change)

    def demand(self, n: int) -> int:
        """Units that a need asks for in all."""
        pinned = self.pinned(lambda e: int(self.need_of[e]) == n)
        return int(self.base.problem.demand[n]) + pinned

    def capacity(self, r: int) -> int:
        """Units that a resource gives in all."""
        pinned = self.pinned(lambda e: int(self.base.problem.pair_resource[e]) == r)
        return int(self.base.problem.capacity[r]) + pinned

    def limit(self, limit: int) -> int:
        """Units that all below a limit give in all."""
        assert self.base.problem.limits is not None
        pinned = self.pinned(lambda e: limit in self._above(int(self.base.problem.pair_resource[e])))
        return int(self.base.problem.limits.capacity[limit]) + pinned

    def need_again(self, n: int) -> AddNeed:
        """The event that brings a need with all its pairs."""
        problem = self.base.problem
        row = slice(*problem.row_start[n : n + 2].tolist())
        offers = _offers(problem.pair_resource[row], problem.pair_cost[row])
        group = -1 if problem.shortfall is None else int(problem.shortfall.of_need[n])
        return AddNeed(int(problem.demand[n]), int(problem.unmet_cost[n]), offers, group)

    def resource_again(self, r: int) -> AddResource:
        """The event that brings a resource with all its pairs."""
        problem = self.base.problem
        mine = np.flatnonzero(problem.pair_resource == r)
        above = -1 if problem.limits is None else int(problem.limits.of_resource[r])
        return AddResource(int(problem.capacity[r]), _offers(self.need_of[mine], problem.pair_cost[mine]), above)

    def pair_again(self, pair: int) -> AllowPair:
        """The event that brings a pair."""
        e, problem = self.index(pair), self.base.problem
        return AllowPair(int(self.need_of[e]), int(problem.pair_resource[e]), int(problem.pair_cost[e]))

    def pinned(self, within: Callable[[int], bool]) -> int:
        """Units pinned on the pairs whose place is within."""
        return sum(units for pair, units in self.pins.items() if within(self.index(pair)))

    def _above(self, r: int) -> list[int]:
        limits = self.base.problem.limits
        assert limits is not None
        found, up = [], int(limits.of_resource[r])
        while up >= 0:
            found.append(up)
            up = int(limits.above[up])
        return found


def _offers(others: Sequence[int] | Numbers, costs: Sequence[int] | Numbers) -> tuple[Offer, ...]:
    return tuple(Offer(int(other), int(cost)) for other, cost in zip(others, costs, strict=True))


def _one(rng: np.random.Generator, some: Numbers) -> int | None:
    return int(rng.choice(some)) if len(some) else None


def _cost(scene: Scene, rng: np.random.Generator) -> int:
    dearest = int(scene.base.problem.pair_cost.max(initial=1))
    return int(rng.integers(0, dearest + 2))


def _some_offers(scene: Scene, rng: np.random.Generator, others: Numbers) -> tuple[Offer, ...]:
    some = rng.choice(others, int(rng.integers(0, 6))) if len(others) else []
    return tuple(Offer(int(other), _cost(scene, rng)) for other in some)


def _add_need(scene: Scene, rng: np.random.Generator) -> Event:
    problem = scene.base.problem
    unmet = int(rng.choice(problem.unmet_cost)) if len(problem.unmet_cost) else 7
    group = int(rng.integers(-1, problem.n_groups)) if problem.n_groups else -1
    if unmet + _dearest_short(problem, group) > MAX_UNIT_COST:
        group = -1
    return AddNeed(int(rng.integers(0, 12)), unmet, _some_offers(scene, rng, scene.resources), group)


def _dearest_short(problem: Problem, group: int) -> int:
    """The most that a unit short below a group can cost."""
    costs, dearest, up = problem.shortfall, 0, group
    while costs is not None and up >= 0:
        dearest += int(costs.cost[costs.segment_start[up + 1] - 1])
        up = int(costs.above[up])
    return dearest


def _add_resource(scene: Scene, rng: np.random.Generator) -> Event:
    limit = int(rng.integers(-1, scene.base.problem.n_limits))
    return AddResource(int(rng.integers(0, 30)), _some_offers(scene, rng, scene.needs), limit)


def _remove_need(scene: Scene, rng: np.random.Generator) -> Event | None:
    pinned = [int(scene.need_of[scene.index(pair)]) for pair in scene.pins]
    n = _one(rng, np.setdiff1d(scene.needs, pinned))
    return None if n is None else RemoveNeed(n)


def _remove_resource(scene: Scene, rng: np.random.Generator) -> Event | None:
    pinned = [int(scene.base.problem.pair_resource[scene.index(pair)]) for pair in scene.pins]
    r = _one(rng, np.setdiff1d(scene.resources, pinned))
    return None if r is None else RemoveResource(r)


def _change_quantity(scene: Scene, rng: np.random.Generator) -> Event | None:
    n = _one(rng, scene.needs)
    if n is None:
        return None
    pinned = scene.demand(n) - int(scene.base.problem.demand[n])
    return ChangeQuantity(n, pinned + int(rng.integers(0, 14)))


def _change_capacity(scene: Scene, rng: np.random.Generator) -> Event | None:
    r = _one(rng, scene.resources)
    if r is None:
        return None
    pinned = scene.capacity(r) - int(scene.base.problem.capacity[r])
    return ChangeCapacity(r, pinned + int(rng.integers(0, 40)))


def _change_limit(scene: Scene, rng: np.random.Generator) -> Event | None:
    limits = scene.base.problem.limits
    if limits is None or not len(limits):
        return None
    limit = int(rng.integers(len(limits)))
    pinned = scene.limit(limit) - int(limits.capacity[limit])
    return ChangeLimit(limit, pinned + int(rng.integers(0, 80)))


def _forbid(scene: Scene, rng: np.random.Generator) -> Event | None:
    free = np.setdiff1d(scene.used if rng.random() < 0.7 and len(scene.used) else scene.pairs, list(scene.pins))
    pair = _one(rng, free)
    return None if pair is None else ForbidPair(pair)


def _allow(scene: Scene, rng: np.random.Generator) -> Event | None:
    n, r = _one(rng, scene.needs), _one(rng, scene.resources)
    return None if n is None or r is None else AllowPair(n, r, _cost(scene, rng))


def _change_cost(scene: Scene, rng: np.random.Generator) -> Event | None:
    pair = _one(rng, scene.used if rng.random() < 0.5 and len(scene.used) else scene.pairs)
    return None if pair is None else ChangeCost(pair, _cost(scene, rng))


def _pin(scene: Scene, rng: np.random.Generator) -> Event | None:
    pair = _one(rng, scene.used if rng.random() < 0.3 and len(scene.used) else scene.pairs)
    if pair is None:
        return None
    e, problem = scene.index(pair), scene.base.problem
    r = int(problem.pair_resource[e])
    most = min(int(problem.demand[scene.need_of[e]]), int(problem.capacity[r]))
    if problem.limits is not None:
        most = min([most, *(int(problem.limits.capacity[up]) for up in scene._above(r))])
    return Pin(pair, int(rng.integers(1, most + 1))) if most else None


def _unpin(scene: Scene, rng: np.random.Generator) -> Event | None:
    pair = _one(rng, np.array(sorted(scene.pins), np.int64))
    return None if pair is None else Unpin(pair, int(rng.integers(1, scene.pins[pair] + 1)))


UNDO: dict[type, Callable[[Scene, Any, Change], Event]] = {
    AddNeed: lambda _, __, change: RemoveNeed(change.effect.need),
    RemoveNeed: lambda scene, event, _: scene.need_again(event.need),
    ChangeQuantity: lambda scene, event, _: ChangeQuantity(event.need, scene.demand(event.need)),
    AddResource: lambda _, __, change: RemoveResource(change.effect.resource),
    RemoveResource: lambda scene, event, _: scene.resource_again(event.resource),
    ChangeCapacity: lambda scene, event, _: ChangeCapacity(event.resource, scene.capacity(event.resource)),
    ChangeLimit: lambda scene, event, _: ChangeLimit(event.limit, scene.limit(event.limit)),
    ForbidPair: lambda scene, event, _: scene.pair_again(event.pair),
    AllowPair: lambda _, __, change: ForbidPair(change.effect.pairs[0]),
    ChangeCost: lambda scene, event, _: ChangeCost(
        event.pair, int(scene.base.problem.pair_cost[scene.index(event.pair)])
    ),
    Pin: lambda _, event, __: Unpin(event.pair, event.units),
    Unpin: lambda _, event, __: Pin(event.pair, event.units),
}

EVENTS: dict[str, Callable[[Scene, np.random.Generator], Event | None]] = {
    "add need": _add_need,
    "remove need": _remove_need,
    "change quantity": _change_quantity,
    "add resource": _add_resource,
    "remove resource": _remove_resource,
    "change capacity": _change_capacity,
    "change limit": _change_limit,
    "forbid": _forbid,
    "allow": _allow,
    "change cost": _change_cost,
    "pin": _pin,
    "unpin": _unpin,
}
"""Every kind of event, by name."""

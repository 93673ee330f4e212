"""What leads from one problem to a later one: rows that came and went, figures that changed, pairs."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.live.named import NamedProblem

Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
NONE = -1


@dataclass(frozen=True, slots=True)
class Matched:
    """
    Rows of one kind before and after.

    Parameters
    ----------
    after
        Of each row before, the index of the same row after, -1 where it is gone.
    before
        The same the other way round, -1 where it is new.
    """

    after: Int64
    before: Int64

    @property
    def gone(self) -> Int64:
        """Rows before that are gone."""
        return np.flatnonzero(self.after == NONE)

    @property
    def new(self) -> Int64:
        """Rows after that are new."""
        return np.flatnonzero(self.before == NONE)


@dataclass(frozen=True, slots=True)
class Difference:
    """
    Two problems laid beside each other.

    A row whose figures no event could change (what leaving a need unmet costs, the limit above a resource) is gone and
    new again.

    Parameters
    ----------
    needs, resources, pairs
        Rows that stayed; pairs of a need and a resource that stayed, pairs of the same two in the order of their costs.
    limits
        Of each limit before, its index after; all stayed.
    demand, capacity, limit, cost
        Rows after that stayed and have another figure now.
    """

    needs: Matched
    resources: Matched
    pairs: Matched
    limits: Int64
    demand: Int64
    capacity: Int64
    limit: Int64
    cost: Int64

    @property
    def rows(self) -> int:
        """Rows that came, went or changed: about as many as there will be events, pairs of new rows left out."""
        moved = sum(len(kind.gone) + len(kind.new) for kind in (self.needs, self.resources))
        return moved + sum(len(some) for some in (self.demand, self.capacity, self.limit, self.cost))


def difference(before: NamedProblem, after: NamedProblem) -> Difference | None:
    """
    What changed from one problem to another.

    Returns
    -------
    Difference or None
        ``None`` where the common limits themselves came, went or hang elsewhere: no event tells of that.
    """
    limits = _matched(before.limits, after.limits)
    if len(limits.gone) or len(limits.new) or not _hangs_alike(before, after, limits.after):
        return None
    one, other = before.problem, after.problem
    needs = _without(_matched(before.needs, after.needs), one.unmet_cost, other.unmet_cost)
    resources = _matched(before.resources, after.resources)
    if one.limits is not None and other.limits is not None:
        renamed = np.append(limits.after, NONE)[one.limits.of_resource]  # the last entry stands for no limit
        resources = _without(resources, renamed, other.limits.of_resource.astype(np.int64))
    pairs = _matched_pairs(before, after, needs.after, resources.after)
    limit: Int64 = np.zeros(0, np.int64)
    if one.limits is not None and other.limits is not None:
        limit = limits.after[one.limits.capacity != other.limits.capacity[limits.after]]
    return Difference(
        needs=needs,
        resources=resources,
        pairs=pairs,
        limits=limits.after,
        demand=_changed(needs, one.demand, other.demand),
        capacity=_changed(resources, one.capacity, other.capacity),
        limit=limit,
        cost=_changed(pairs, one.pair_cost, other.pair_cost),
    )


def _matched(before: Sequence[Hashable], after: Sequence[Hashable]) -> Matched:
    at = {name: i for i, name in enumerate(after)}
    found = np.array([at.get(name, NONE) for name in before], np.int64)
    return Matched(found, _turned(found, len(after)))


def _turned(after: Int64, count: int) -> Int64:
    before = np.full(count, NONE, np.int64)
    stayed = np.flatnonzero(after != NONE)
    before[after[stayed]] = stayed
    return before


def _without(matched: Matched, one: Int64, other: Int64) -> Matched:
    """The same without rows of which the figure differs."""
    after = matched.after.copy()
    stayed = np.flatnonzero(after != NONE)
    after[stayed[one[stayed] != other[after[stayed]]]] = NONE
    return Matched(after, _turned(after, len(matched.before)))


def _changed(matched: Matched, one: npt.NDArray[np.integer], other: npt.NDArray[np.integer]) -> Int64:
    stayed = np.flatnonzero(matched.before != NONE)
    found: Int64 = stayed[one[matched.before[stayed]] != other[stayed]]
    return found


def _hangs_alike(before: NamedProblem, after: NamedProblem, limits: Int64) -> bool:
    one, other = before.problem.limits, after.problem.limits
    if one is None or other is None:
        return one is other
    return bool((np.append(limits, NONE)[one.above] == other.above[limits]).all())


def _matched_pairs(before: NamedProblem, after: NamedProblem, needs: Int64, resources: Int64) -> Matched:
    one, other = before.problem, after.problem
    n_resources = max(other.n_resources, 1)
    need, resource = needs[one.need_of_pair], resources[one.pair_resource]
    stays = np.flatnonzero((need != NONE) & (resource != NONE))
    keys = [
        need[stays] * n_resources + resource[stays],
        other.need_of_pair * n_resources + other.pair_resource.astype(np.int64),
    ]
    nth = [_nth_of_its_kind(keys[0], one.pair_cost[stays]), _nth_of_its_kind(keys[1], other.pair_cost)]
    most = 1 + max(int(some.max(initial=0)) for some in nth)
    _, mine, theirs = np.intersect1d(
        keys[0] * most + nth[0], keys[1] * most + nth[1], assume_unique=True, return_indices=True
    )
    found = np.full(one.n_pairs, NONE, np.int64)
    found[stays[mine]] = theirs
    return Matched(found, _turned(found, other.n_pairs))


def _nth_of_its_kind(key: Int64, cost: npt.NDArray[np.int32]) -> Int64:
    """Number of each pair among those of one key, cheapest first."""
    order = np.lexsort((cost, key))
    at = np.arange(len(key))
    is_first = np.ones(len(key), np.bool_)
    is_first[1:] = key[order[1:]] != key[order[:-1]]
    nth = np.empty(len(key), np.int64)
    nth[order] = at - np.maximum.accumulate(np.where(is_first, at, 0))
    return nth

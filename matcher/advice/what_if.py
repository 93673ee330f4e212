"""Changed problems: a pair forced or forbidden, and the part of a problem that such a change can touch at all."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from matcher.errors import MatcherError
from matcher.problem import CommonLimits, Problem, ShortfallCosts

Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NONE = -1


@dataclass(frozen=True, slots=True)
class Part:
    """
    Whole connected parts of a problem as a problem of their own.

    Parameters
    ----------
    needs, resources, pairs
        Numbers in the whole problem of what stands in the part, ascending.
    """

    problem: Problem
    needs: Int64
    resources: Int64
    pairs: Int64


def part_around(problem: Problem, need: int) -> Part:
    """
    The part that one need is connected with: by pairs, by limits that resources share, by groups that needs share.

    What is changed there changes nothing in any other part, so differences of optima are those of the part.
    """
    label = _labels(problem)
    return _cut(problem, label == label[need])


def forced(problem: Problem, pair: int, units: int) -> Problem:
    """
    The problem that is left when so many units of a pair are given beforehand.

    Its optimum plus what these units cost is the optimum of the problem with at least so many units on the pair; its
    unmet units are those of that optimum.

    Parameters
    ----------
    units
        0 to `most_units`.

    Raises
    ------
    MatcherError
        If more is asked than fits.
    """
    most = most_units(problem, pair)
    if not 0 <= units <= most:
        msg = f"{units} units are to be forced onto pair {pair}, which holds 0 to {most}."
        raise MatcherError(msg)
    need = need_of(problem, pair)
    resource = int(problem.pair_resource[pair])
    demand, capacity = problem.demand.copy(), problem.capacity.copy()
    demand[need] -= units
    capacity[resource] -= units
    limits = problem.limits
    if limits is not None:
        left = limits.capacity.copy()
        left[_limits_above(limits, resource)] -= units
        limits = replace(limits, capacity=left)
    return replace(problem, demand=demand, capacity=capacity, limits=limits)


def most_units(problem: Problem, pair: int) -> int:
    """The most that a pair can carry, whatever else is given up for it."""
    resource = int(problem.pair_resource[pair])
    most = min(int(problem.demand[need_of(problem, pair)]), int(problem.capacity[resource]))
    if problem.limits is not None:
        above = _limits_above(problem.limits, resource)
        most = min([most, *problem.limits.capacity[above].tolist()])
    return most


def free_units(problem: Problem, load: Int64) -> Int64:
    """
    Units that each resource could give more, with all limits above it, shape ``(n_resources,)``.

    Parameters
    ----------
    load
        Units that each resource gives.
    """
    free = problem.capacity - load
    limits = problem.limits
    if limits is None:
        return free
    left = limits.capacity.copy()
    carried = np.zeros(len(left), np.int64)
    inside = limits.of_resource != NONE
    np.add.at(carried, limits.of_resource[inside], load[inside])
    for i, parent in enumerate(limits.above.tolist()):
        if parent != NONE:
            carried[parent] += carried[i]
    left -= carried
    for i in range(len(left) - 1, -1, -1):
        if limits.above[i] != NONE:
            left[i] = min(left[i], left[limits.above[i]])
    free[inside] = np.minimum(free[inside], left[limits.of_resource[inside]])
    return free


def without(problem: Problem, pairs: Int64) -> Problem:
    """The problem without some of its pairs."""
    kept = np.ones(problem.n_pairs, np.bool_)
    kept[pairs] = False
    before = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
    return replace(
        problem,
        row_start=before[problem.row_start],
        pair_resource=problem.pair_resource[kept],
        pair_cost=problem.pair_cost[kept],
    )


def need_of(problem: Problem, pair: int) -> int:
    """Need that a pair belongs to."""
    return int(np.searchsorted(problem.row_start, pair, side="right")) - 1


def _limits_above(limits: CommonLimits, resource: int) -> list[int]:
    found = []
    limit = int(limits.of_resource[resource])
    while limit != NONE:
        found.append(limit)
        limit = int(limits.above[limit])
    return found


def _labels(problem: Problem) -> npt.NDArray[np.int32]:
    """Part of each need, then of each resource, limit and group."""
    n, r = problem.n_needs, problem.n_resources
    ends = [(problem.need_of_pair, problem.pair_resource.astype(np.int64) + n)]
    count = n + r
    if problem.limits is not None:
        ends += _links(np.arange(r) + n, problem.limits.of_resource, count)
        ends += _links(np.arange(len(problem.limits.above)) + count, problem.limits.above, count)
        count += len(problem.limits.above)
    if problem.shortfall is not None:
        ends += _links(np.arange(n), problem.shortfall.of_need, count)
        ends += _links(np.arange(len(problem.shortfall.above)) + count, problem.shortfall.above, count)
        count += len(problem.shortfall.above)
    one = np.concatenate([one for one, _ in ends])
    other = np.concatenate([other for _, other in ends])
    graph = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(count, count))
    label: npt.NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return label


def _links(node: Int64, above: npt.NDArray[np.int32], first: int) -> list[tuple[Int64, Int64]]:
    linked = above != NONE
    return [(node[linked], above[linked].astype(np.int64) + first)]


def _cut(problem: Problem, inside: Mask) -> Part:
    n, r = problem.n_needs, problem.n_resources
    needs, resources = np.flatnonzero(inside[:n]), np.flatnonzero(inside[n : n + r])
    pair_inside = np.repeat(inside[:n], np.diff(problem.row_start))
    pairs = np.flatnonzero(pair_inside)
    of_resource = _renumbered(inside[n : n + r])
    first_group = n + r + (0 if problem.limits is None else len(problem.limits.above))
    row_start = np.concatenate([[0], np.cumsum(np.diff(problem.row_start)[needs])]).astype(np.int64)
    part = Problem(
        demand=problem.demand[needs],
        unmet_cost=problem.unmet_cost[needs],
        capacity=problem.capacity[resources],
        row_start=row_start,
        pair_resource=of_resource[problem.pair_resource[pairs]],
        pair_cost=problem.pair_cost[pairs],
        limits=None if problem.limits is None else _cut_limits(problem.limits, resources, inside[n + r : first_group]),
        shortfall=None if problem.shortfall is None else _cut_groups(problem.shortfall, needs, inside[first_group:]),
    )
    return Part(part, needs, resources, pairs)


def _cut_limits(limits: CommonLimits, resources: Int64, inside: Mask) -> CommonLimits:
    number = _renumbered(inside)
    return CommonLimits(
        of_resource=number[limits.of_resource[resources]],
        above=number[limits.above[inside]],
        capacity=limits.capacity[inside],
    )


def _cut_groups(groups: ShortfallCosts, needs: Int64, inside: Mask) -> ShortfallCosts:
    number = _renumbered(inside)
    count = np.diff(groups.segment_start)
    segment = np.repeat(inside, count)
    return ShortfallCosts(
        of_need=number[groups.of_need[needs]],
        above=number[groups.above[inside]],
        segment_start=np.concatenate([[0], np.cumsum(count[inside])]).astype(np.int64),
        from_units=groups.from_units[segment],
        cost=groups.cost[segment],
    )


def _renumbered(inside: Mask) -> npt.NDArray[np.int32]:
    """New number of each row that stays; the entry at the end, which -1 finds, stays -1."""
    number = np.full(len(inside) + 1, NONE, np.int32)
    number[:-1][inside] = np.arange(int(inside.sum()), dtype=np.int32)
    return number

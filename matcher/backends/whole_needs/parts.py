"""Parts of an instance that share nothing, as the compiled search wants them."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from matcher.kernels.packing import Int64, Packing
from matcher.problem import MAX_UNIT_COST, Problem
from matcher.whole_needs import Mask

STEP_FACTOR = 100
"""A unit of a class is worth this many times the dearest saving per unit more than one of the next class, if the core's
range allows. Refusing what serves less by class is what keeps the order; the steps only lead the search there."""


@dataclass(frozen=True, slots=True)
class Part:
    """
    Needs and resources that pairs connect.

    Parameters
    ----------
    need, resource, pair
        The problem's number of each, int64, ascending.
    unit
        Units of the problem in one of the packing's.
    packing
        Numbered from 0, in its own unit.
    """

    need: Int64
    resource: Int64
    pair: Int64
    unit: int
    packing: Packing


@dataclass(frozen=True, slots=True)
class WholeInstance:
    """
    A problem in which each need is whole and single, with what every step looks at.

    Parameters
    ----------
    problem
        As given.
    need_class
        Of each need, int64.
    owner
        Need of each pair, int64.
    usable
        Pairs over which the whole need fits, the cheapest between the same two.
    gain
        What serving the whole need over each pair saves, less what its units save at least in their class, int64.
    step
        What a unit of each class is worth in the search, int64, shape ``(n_classes,)``.
    """

    problem: Problem
    need_class: Int64
    owner: Int64
    usable: Mask
    gain: Int64
    step: Int64

    def parts(self, usable: Mask) -> list[Part]:
        """Connected parts over these pairs, by their first need; what has none of them is in no part."""
        pair = np.flatnonzero(usable)
        n_needs, resource = self.problem.n_needs, self.problem.pair_resource[pair]
        nodes = n_needs + self.problem.n_resources
        ends = (self.owner[pair], n_needs + resource.astype(np.int64))
        graph = coo_matrix((np.ones(len(pair), np.int8), ends), shape=(nodes, nodes))
        _, label = connected_components(graph, directed=False)
        part_of = label[self.owner[pair]]
        order = np.argsort(part_of, kind="stable")
        starts = np.flatnonzero(np.diff(part_of[order], prepend=-1))
        return [_part(self, pair[chunk]) for chunk in np.split(order, starts[1:]) if len(chunk)]


def fitting_pairs(problem: Problem, owner: Int64) -> Mask:
    """Pairs over which the whole need fits; of two between the same need and resource the cheaper."""
    fits = (problem.demand[owner] > 0) & (problem.demand[owner] <= problem.capacity[problem.pair_resource])
    order = np.lexsort((problem.pair_cost, problem.pair_resource, owner))
    same = np.zeros(len(order), np.bool_)
    same[1:] = (np.diff(owner[order]) == 0) & (np.diff(problem.pair_resource[order]) == 0)
    fits[order[same]] = False
    return fits


def least_unmet_cost(problem: Problem, need_class: Int64) -> Int64:
    """What a unit of each class costs at least when unmet, int64, shape ``(n_classes,)``."""
    least = np.full(int(need_class.max(initial=-1)) + 1, MAX_UNIT_COST, np.int64)
    np.minimum.at(least, need_class, problem.unmet_cost)
    return least


def pair_gains(problem: Problem, owner: Int64, need_class: Int64) -> Int64:
    """
    What serving the whole need over each pair saves, less what a unit of its class saves at least.

    What is left says which needs of a class to serve; how many units of each class is settled before any cost.
    """
    saved = problem.unmet_cost - least_unmet_cost(problem, need_class)[need_class]
    return problem.demand[owner] * (saved[owner] - problem.pair_cost)


def class_steps(demand: Int64, gain: Int64, n_classes: int) -> Int64:
    """What a unit of each class is worth in the search, int64, shape ``(n_classes,)``; demand and gain are of pairs."""
    dearest = max(1, int((np.abs(gain) // demand).max(initial=0)))
    factor = max(1, min(STEP_FACTOR, MAX_UNIT_COST // ((n_classes + 1) * dearest)))
    return np.arange(n_classes, 0, -1, dtype=np.int64) * (factor * dearest)


def _part(instance: WholeInstance, pair: Int64) -> Part:
    problem, owner = instance.problem, instance.owner
    need, pair_need = np.unique(owner[pair], return_inverse=True)
    resource, pair_resource = np.unique(problem.pair_resource[pair].astype(np.int64), return_inverse=True)
    unit = int(np.gcd.reduce(problem.demand[need]))
    demand = problem.demand[need] // unit
    column_pair = np.argsort(pair_resource, kind="stable").astype(np.int64)
    column_start = np.searchsorted(pair_resource[column_pair], np.arange(len(resource) + 1)).astype(np.int64)
    held = problem.capacity[resource] // unit
    capacity = np.array(
        [
            fullest(demand[pair_need[column_pair[column_start[r] : column_start[r + 1]]]].tolist(), int(held[r]))
            for r in range(len(resource))
        ],
        np.int64,
    )
    packing = Packing(
        demand=demand,
        need_class=instance.need_class[need],
        capacity=capacity,
        row_start=np.searchsorted(pair_need, np.arange(len(need) + 1)).astype(np.int64),
        pair_need=pair_need.astype(np.int64),
        pair_resource=pair_resource.astype(np.int64),
        gain=instance.gain[pair],
        step=instance.step * unit,
        column_start=column_start,
        column_pair=column_pair,
    )
    return Part(need, resource, pair, unit, packing)


def fullest(sizes: list[int], room: int) -> int:
    """Greatest sum of sizes, each used once, that is at most ``room``; bit ``s`` of a number says that ``s`` is one."""
    room = min(room, sum(sizes))
    sums, kept = 1, (2 << room) - 1
    for size in sizes:
        sums |= (sums << size) & kept
    return sums.bit_length() - 1

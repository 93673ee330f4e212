"""The complete core written out as an explicit network, every segment an arc of its own, for independent codes."""

from dataclasses import replace

import numpy as np

from matcher.problem import Problem
from tests.instances.peers import Network, by_ortools, rows


def optimum(problem: Problem) -> int:
    """Least cost of a problem with its limits and its groups, by another code."""
    return by_ortools(complete_network(problem))


def complete_network(problem: Problem) -> Network:
    """
    Nodes: needs, resources, limits, groups, one sink. Parallel arcs are the segments of a group's convex cost.

    Written from the definition, arc by arc kind; it shares no code with the solver's layout.
    """
    n, r = problem.n_needs, problem.n_resources
    limits, groups = problem.limits, problem.shortfall
    n_limits, n_groups = problem.n_limits, problem.n_groups
    first_resource, first_limit, first_group = n, n + r, n + r + n_limits
    sink = first_group + n_groups
    all_demand = int(problem.demand.sum())
    up_resource = (
        np.full(r, sink) if limits is None else np.where(limits.of_resource < 0, sink, first_limit + limits.of_resource)
    )
    up_need = np.full(n, sink) if groups is None else np.where(groups.of_need < 0, sink, first_group + groups.of_need)
    tails = [rows(problem), first_resource + np.arange(r), np.arange(n)]
    heads = [first_resource + problem.pair_resource.astype(np.int64), up_resource, up_need]
    costs = [problem.pair_cost, np.zeros(r), problem.unmet_cost]
    capacities = [np.full(problem.n_pairs, all_demand), np.minimum(problem.capacity, all_demand), problem.demand]
    if limits is not None:
        tails.append(first_limit + np.arange(n_limits))
        heads.append(np.where(limits.above < 0, sink, first_limit + limits.above))
        costs.append(np.zeros(n_limits))
        capacities.append(np.minimum(limits.capacity, all_demand))
    if groups is not None:
        for g in range(n_groups):
            lo, hi = int(groups.segment_start[g]), int(groups.segment_start[g + 1])
            ends = [*groups.from_units[lo + 1 : hi].tolist(), max(all_demand, int(groups.from_units[hi - 1]))]
            tails.append(np.full(hi - lo, first_group + g))
            heads.append(np.full(hi - lo, sink if groups.above[g] < 0 else first_group + int(groups.above[g])))
            costs.append(groups.cost[lo:hi])
            capacities.append(np.array(ends) - groups.from_units[lo:hi])
    tail, head, cost, capacity = (np.concatenate(parts).astype(np.int64) for parts in (tails, heads, costs, capacities))
    order = np.lexsort((head, tail))
    supply = np.zeros(sink + 1, np.int64)
    supply[:n] = problem.demand
    supply[sink] = -all_demand
    return Network(tail[order], head[order], cost[order], capacity[order], supply)


def given_beforehand(problem: Problem, pair: int, units: int) -> Problem:
    """So many units of a pair are given: its need asks for less, and its resource and all limits above have less."""
    need = max(n for n in range(problem.n_needs) if int(problem.row_start[n]) <= pair)
    demand, capacity = problem.demand.copy(), problem.capacity.copy()
    demand[need] -= units
    capacity[problem.pair_resource[pair]] -= units
    limits = problem.limits
    if limits is not None:
        left = limits.capacity.copy()
        at = int(limits.of_resource[problem.pair_resource[pair]])
        while at >= 0:
            left[at] -= units
            at = int(limits.above[at])
        limits = replace(limits, capacity=left)
    return replace(problem, demand=demand, capacity=capacity, limits=limits)

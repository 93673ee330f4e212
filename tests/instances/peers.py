"""
Independent codes on the same problem: OR-Tools, LEMON (by way of pylmcf) and scipy, as oracles and as peers.

Traps they set, each met here: OR-Tools' ``flows`` after any status but OPTIMAL kills the interpreter, its
``optimal_cost`` saturates, and it and ``highspy`` exclude each other in one process; LEMON's total wraps, and
its arcs must be sorted by (tail, head). So their totals are believed only where they cannot wrap, and else
recomputed from the flows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pylmcf
from ortools.graph.python import min_cost_flow
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from matcher.problem import Problem

Int64 = npt.NDArray[np.int64]

SMALL_COMPONENT = 200
"""Components of at most this many nodes are solved together: a call for each would cost the peer more."""


@dataclass(frozen=True, slots=True)
class Network:
    """A min-cost flow problem, arcs sorted by (tail, head); nodes: needs, resources, one sink."""

    tail: Int64
    head: Int64
    cost: Int64
    capacity: Int64
    supply: Int64


Peer = Callable[[Network], int]


def network(
    need: npt.NDArray[np.integer],
    resource: npt.NDArray[np.integer],
    cost: npt.NDArray[np.integer],
    *,
    demand: Int64,
    unmet_cost: Int64,
    capacity: Int64,
) -> Network:
    """Pairs sorted by need, and by resource within a need, as a flow problem with an arc "unmet" per need."""
    n, r, p = len(demand), len(capacity), len(need)
    sink = n + r
    # Written in sorted order at once, so that the peers are not charged for a sort.
    at = np.arange(p) + need
    unmet_at = np.cumsum(np.bincount(need, minlength=n) + 1) - 1
    tail, head = np.empty(p + n + r, np.int64), np.empty(p + n + r, np.int64)
    arc_cost, arc_capacity = np.zeros(p + n + r, np.int64), np.empty(p + n + r, np.int64)
    tail[at], head[at], arc_cost[at] = need, resource + np.int64(n), cost
    arc_capacity[at] = np.minimum(demand[need], capacity[resource])
    tail[unmet_at], head[unmet_at], arc_cost[unmet_at], arc_capacity[unmet_at] = (
        np.arange(n), sink, unmet_cost, demand,
    )  # fmt: skip
    tail[p + n :], head[p + n :], arc_capacity[p + n :] = np.arange(n, sink), sink, capacity
    supply = np.zeros(sink + 1, np.int64)
    supply[:n] = demand
    supply[sink] = -demand.sum()
    return Network(tail, head, arc_cost, arc_capacity, supply)


def by_ortools(net: Network) -> int:
    """Optimal cost by OR-Tools' SimpleMinCostFlow."""
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        net.tail.astype(np.int32), net.head.astype(np.int32), net.capacity, net.cost
    )
    flow.set_nodes_supplies(np.arange(len(net.supply), dtype=np.int32), net.supply)
    status = flow.solve()
    assert status == flow.OPTIMAL, f"OR-Tools ended with status {status}"
    flows = flow.flows(arcs)
    return int(flow.optimal_cost()) if _fits(net) else _cost(flows, net)


def by_pylmcf(net: Network) -> int:
    """Optimal cost by LEMON's network simplex."""
    graph = pylmcf.Graph(len(net.supply), net.tail, net.head)
    graph.set_node_supply(net.supply)
    graph.set_edge_costs(net.cost)
    graph.set_edge_capacities(net.capacity)
    graph.solve()
    flows = np.asarray(graph.result())
    return int(graph.total_cost()) if _fits(net) else _cost(flows, net)


def _fits(net: Network) -> bool:
    """Whether no sum of cost times flow can leave 64 bits, so that a code's own total can be believed."""
    return int(net.cost.max(initial=0)) * int(net.supply[net.supply > 0].sum()) < 2**62


def _cost(flows: Int64, net: Network) -> int:
    used = np.flatnonzero(flows)
    return sum(x * c for x, c in zip(flows[used].tolist(), net.cost[used].tolist(), strict=True))


PEERS: dict[str, Peer] = {"ortools": by_ortools, "pylmcf": by_pylmcf}


def rows(problem: Problem) -> npt.NDArray[np.int32]:
    """Need of each pair."""
    return np.repeat(np.arange(problem.n_needs, dtype=np.int32), np.diff(problem.row_start))


def solve_whole(problem: Problem, peer: Peer, need: npt.NDArray[np.int32] | None = None) -> int:
    """Optimal cost of a problem whose rows are sorted by resource; ``need`` as `rows` gives it."""
    need = rows(problem) if need is None else need
    return peer(
        network(
            need,
            problem.pair_resource,
            problem.pair_cost,
            demand=problem.demand,
            unmet_cost=problem.unmet_cost,
            capacity=problem.capacity,
        )
    )


def solve_by_component(problem: Problem, peer: Peer, need: npt.NDArray[np.int32] | None = None) -> int:
    """The same, each connected component by itself."""
    need = rows(problem) if need is None else need
    n, r = problem.n_needs, problem.n_resources
    starts = np.concatenate([problem.row_start, np.full(r, problem.n_pairs)])
    graph = csr_matrix(
        (np.ones(problem.n_pairs, np.int8), problem.pair_resource + np.int32(n), starts), shape=(n + r, n + r)
    )
    count, label = connected_components(graph, directed=False)
    large = np.flatnonzero(np.bincount(label, minlength=count) > SMALL_COMPONENT)
    group_of = np.full(count, len(large), np.int32)
    group_of[large] = np.arange(len(large))
    need_group, resource_group = group_of[label[:n]], group_of[label[n:]]
    groups = len(large) + 1
    need_order, need_cut, need_local = _grouped(need_group, groups)
    resource_order, resource_cut, resource_local = _grouped(resource_group, groups)
    pair_order, pair_cut, _ = _grouped(need_group[need], groups)
    total = 0
    for g in range(groups):
        e = pair_order[pair_cut[g] : pair_cut[g + 1]]
        some = need_order[need_cut[g] : need_cut[g + 1]]
        if len(some):
            these = resource_order[resource_cut[g] : resource_cut[g + 1]]
            total += peer(
                network(
                    need_local[need[e]],
                    resource_local[problem.pair_resource[e]],
                    problem.pair_cost[e],
                    demand=problem.demand[some],
                    unmet_cost=problem.unmet_cost[some],
                    capacity=problem.capacity[these],
                )
            )
    return total


def _grouped(group: npt.NDArray[np.int32], groups: int) -> tuple[Int64, Int64, npt.NDArray[np.int32]]:
    """Members group by group, where each group begins, and each member's number within its group."""
    order = np.argsort(group, kind="stable")
    cut = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=groups))])
    local = np.empty(len(group), np.int32)
    local[order] = np.arange(len(group)) - cut[group[order]]
    return order, cut, local


def solve_by_assignment(problem: Problem) -> int:
    """
    Optimal cost by scipy's dense ``linear_sum_assignment``.

    One row per unit of demand, one column per unit of capacity and a private one per row for "unmet", so it
    is for small problems only.
    """
    need_unit = np.repeat(np.arange(problem.n_needs), problem.demand)
    resource_unit = np.repeat(np.arange(problem.n_resources), problem.capacity)
    dear = 2.0**40
    price = np.full((problem.n_needs, problem.n_resources), dear)
    np.minimum.at(price, (rows(problem), problem.pair_resource), problem.pair_cost)
    unmet = np.full((len(need_unit), len(need_unit)), dear)
    np.fill_diagonal(unmet, problem.unmet_cost[need_unit])
    matrix = np.hstack([price[need_unit][:, resource_unit], unmet])
    return int(matrix[linear_sum_assignment(matrix)].sum())

"""A problem with common limits or costs of groups, rearranged for the simplex as one part with both forests."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.backends.layout import blocks_of, cells_of, order_by_cell, tiles_of
from matcher.forests import at_leaves, sums_above
from matcher.kernels.layout import UNCONNECTED
from matcher.kernels.tree import Chains, Int32, Int64, Records
from matcher.problem import Problem
from matcher.proofs.group_costs import GroupCosts

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ForestLayout:
    """
    One part: the fixed nodes are resources, limits, the root, and groups from the last to the first.

    Parameters
    ----------
    need, resource, limit
        The caller's number of each need (scanning order), resource and limit; those that can play no part are left out.
    capacity
        Of the resources and then the limits, > 0, int64.
    above
        The node above each fixed node, uint32.
    first_segment, width, slope
        First segment of each group's node, and all segments of width > 0, int64; see `matcher.kernels.tree.Chains`.
    block_start, blocks
        The needs' rows of arcs.
    tile_need
        Where the tiles begin, and the end.
    """

    need: Int32
    resource: Int32
    limit: Int32
    capacity: Int64
    above: npt.NDArray[np.uint32]
    first_segment: Int64
    width: Int64
    slope: Int64
    block_start: Int64
    blocks: Records
    tile_need: Int64

    @property
    def root(self) -> int:
        """Number of the root."""
        return len(self.resource) + len(self.limit)

    def chains(self) -> Chains:
        """Fresh storage for where the groups stand."""
        n_fixed = len(self.above)
        return Chains(
            root=self.root,
            above=self.above,
            segment=self.first_segment.copy(),
            first_segment=self.first_segment,
            room=np.zeros(n_fixed, np.int64),
            width=self.width,
            slope=self.slope,
        )


def shut_resources(problem: Problem) -> Mask:
    """Resources that can give nothing, by their own capacity or that of a limit above, shape ``(n_resources,)``."""
    shut: Mask = problem.capacity == 0
    if problem.limits is not None:
        at_limits = sums_above(problem.limits.above, (problem.limits.capacity == 0).astype(np.int64))
        shut |= at_leaves(problem.limits.of_resource, at_limits) > 0
    return shut


def lay_out_forests(problem: Problem, seed: int) -> ForestLayout:
    """Leave out what can play no part, order by place, shuffle within tiles, number the nodes, copy the pairs."""
    usable = np.zeros(problem.n_resources, np.bool_)
    usable[problem.pair_resource] = True
    usable &= ~shut_resources(problem)
    of_need = np.full(problem.n_needs, UNCONNECTED, np.int32)
    if problem.shortfall is not None:
        of_need = problem.shortfall.of_need
    need_cell, resource_cell = cells_of(problem)
    need_order, _ = order_by_cell(_part(_reached(problem, usable) | (of_need >= 0)), need_cell)
    resource_order, _ = order_by_cell(_part(usable), resource_cell)
    tile_need, _ = tiles_of(need_cell[need_order], resource_cell[resource_order])
    rng = np.random.default_rng(seed)
    for lo, hi in zip(tile_need[:-1].tolist(), tile_need[1:].tolist(), strict=True):
        rng.shuffle(need_order[lo:hi])
    local_resource = np.full(problem.n_resources, UNCONNECTED, np.int32)
    local_resource[resource_order] = np.arange(len(resource_order))
    limit, above_supply = _supply_chains(problem, resource_order)
    root = len(resource_order) + len(limit)
    n_groups = problem.n_groups
    node_of_group = np.append(root + n_groups - np.arange(n_groups), root).astype(np.int32)  # -1, none: the root
    first_segment, width, slope = _segments(problem, root)
    block_start, blocks = blocks_of(
        problem, need_order, node_of_group[of_need], 2 * (root + n_groups + 1), local_resource
    )
    above_group = np.zeros(0, np.int32) if problem.shortfall is None else problem.shortfall.above
    capacity = problem.capacity[resource_order]
    if problem.limits is not None:
        capacity = np.concatenate([capacity, problem.limits.capacity[limit]])
    return ForestLayout(
        need=need_order,
        resource=resource_order,
        limit=limit,
        capacity=capacity,
        above=np.concatenate([above_supply, [root], node_of_group[above_group][::-1]]).astype(np.uint32),
        first_segment=first_segment,
        width=width,
        slope=slope,
        block_start=block_start,
        blocks=blocks,
        tile_need=tile_need,
    )


def _part(within: Mask) -> Int32:
    return np.where(within, 0, UNCONNECTED).astype(np.int32)


def _reached(problem: Problem, usable: Mask) -> Mask:
    """Needs with a pair to a usable resource."""
    before = np.concatenate([[0], np.cumsum(usable[problem.pair_resource])])
    return before[problem.row_start[1:]] > before[problem.row_start[:-1]]


def _supply_chains(problem: Problem, resource: Int32) -> tuple[Int32, Int32]:
    """The limits that matter, in their order, and the node above each resource and each of them."""
    limits = problem.limits
    if limits is None:
        return np.zeros(0, np.int32), np.full(len(resource), len(resource), np.int32)
    used = np.zeros(len(limits) + 1, np.bool_)
    used[limits.of_resource[resource]] = True
    for u in range(len(limits)):
        if used[u]:
            used[limits.above[u]] = True
    limit = np.flatnonzero(used[:-1]).astype(np.int32)
    node = np.full(len(limits) + 1, len(resource) + len(limit), np.int32)
    node[limit] = len(resource) + np.arange(len(limit))
    return limit, np.concatenate([node[limits.of_resource[resource]], node[limits.above[limit]]])


def _segments(problem: Problem, root: int) -> tuple[Int64, Int64, Int64]:
    """First segment of each node, widths and slopes; the last of each group is wider than all demand."""
    costs = GroupCosts.of(problem)
    kept = costs.width > 0
    if problem.shortfall is not None:
        first = problem.shortfall.segment_start[:-1]
        kept[first] |= np.bincount(costs.group[kept], minlength=problem.n_groups) == 0
    group, width, slope = costs.group[kept], costs.width[kept], costs.cost[kept]
    starts = np.searchsorted(group, np.arange(problem.n_groups + 1))
    width[starts[1:] - 1] = int(problem.demand.sum()) + 1
    return np.concatenate([np.zeros(root + 1, np.int64), starts[:-1][::-1]]), width, slope

"""An instance rearranged for the simplex: parts that share nothing, neighbours close in memory."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from matcher.kernels import layout as kernel
from matcher.kernels.tree import BLOCK, Int32, Int64, Records
from matcher.problem import Problem

PART_RESOURCES = 1024
"""Components are put together until a part has this many resources: a call per small one would cost more."""

TILE_NEEDS = 12_000
"""A stage works through large parts in tiles of about this many needs, whose resources stay in cache."""

AT_UNMET = -1
"""Padding ends where "unmet" does."""

CACHE_LINE = 64


@dataclass(frozen=True, slots=True)
class Part:
    """
    Components solved as one tree, with numbers of their own from 0.

    Parameters
    ----------
    need, resource
        The caller's number of each need (scanning order) and of each resource.
    capacity
        Of each resource, int64.
    total_demand
        Sum over the needs.
    block_start
        First block of each need's row, counted from the part's first, shape ``(n_needs + 1,)``.
    blocks
        The rows of arcs.
    tile_need, tile_resource
        Where the tiles begin, and the end; shape ``(n_tiles + 1,)``.
    """

    need: Int32
    resource: Int32
    capacity: Int64
    total_demand: int
    block_start: Int64
    blocks: Records
    tile_need: Int64
    tile_resource: Int64


@dataclass(frozen=True, slots=True)
class Layout:
    """
    All parts, largest first.

    Parameters
    ----------
    parts
        The parts; needs that no resource can serve are in none.
    local_resource
        Number of each of the caller's resources in its part; UNCONNECTED if it is in none.
    stranded
        The needs that are in no part.
    dearest_pair
        Largest pair cost.
    seed
        Decides every random order.
    """

    parts: tuple[Part, ...]
    local_resource: Int32
    stranded: Int64
    dearest_pair: int
    seed: int


def lay_out(problem: Problem, seed: int) -> Layout:
    """Split into components, order by place, shuffle within tiles, and copy the pairs into blocks."""
    need_label = np.empty(problem.n_needs, np.int32)
    resource_label = np.empty(problem.n_resources, np.int32)
    components = kernel.label_components(
        problem.row_start, problem.pair_resource, problem.capacity, resource_label, need_label
    )
    part_of_component = _group(np.bincount(resource_label[resource_label >= 0], minlength=components))
    need_part = np.append(part_of_component, kernel.UNCONNECTED)[need_label]
    resource_part = np.append(part_of_component, kernel.UNCONNECTED)[resource_label]
    need_cell, resource_cell = cells_of(problem)
    need_order, need_cuts = order_by_cell(need_part, need_cell)
    resource_order, resource_cuts = order_by_cell(resource_part, resource_cell)
    tiles = [
        tiles_of(need_cell[need_order[a:b]], resource_cell[resource_order[c:d]])
        for (a, b), (c, d) in zip(_spans(need_cuts), _spans(resource_cuts), strict=True)
    ]
    rng = np.random.default_rng(seed)
    for (a, _), (tile_need, _) in zip(_spans(need_cuts), tiles, strict=True):
        for lo, hi in _spans(tile_need):
            rng.shuffle(need_order[a + lo : a + hi])
    local_resource = np.full(problem.n_resources, kernel.UNCONNECTED, np.int32)
    sizes = np.diff(resource_cuts)
    local_resource[resource_order] = np.arange(len(resource_order)) - np.repeat(resource_cuts[:-1], sizes)
    root = np.append(sizes, 0).astype(np.int32)[need_part]
    block_start, blocks = blocks_of(problem, need_order, root, AT_UNMET, local_resource)
    parts = []
    for k, ((a, b), (c, d)) in enumerate(zip(_spans(need_cuts), _spans(resource_cuts), strict=True)):
        need, resource = need_order[a:b], resource_order[c:d]
        parts.append(
            Part(
                need=need,
                resource=resource,
                capacity=problem.capacity[resource],
                total_demand=int(problem.demand[need].sum()),
                block_start=block_start[a : b + 1] - block_start[a],
                blocks=blocks[block_start[a] : block_start[b]],
                tile_need=tiles[k][0],
                tile_resource=tiles[k][1],
            )
        )
    parts.sort(key=lambda part: -len(part.need))
    return Layout(
        parts=tuple(parts),
        local_resource=local_resource,
        stranded=np.flatnonzero(need_part == kernel.UNCONNECTED),
        dearest_pair=int(problem.pair_cost.max(initial=0)),
        seed=seed,
    )


def _group(component_resources: Int64) -> Int32:
    """Part of each component: neighbours in number together until a part is large enough."""
    before = np.cumsum(component_resources) - component_resources
    part = (before // PART_RESOURCES).astype(np.int32)
    # Numbers without gaps, so that no part is empty.
    return (np.cumsum(np.diff(part, prepend=part[:1]) > 0)).astype(np.int32)


def cells_of(problem: Problem) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16]]:
    """Place of each need and resource along a Z-shaped curve over 256 x 256 cells; else its rank in the list."""
    if problem.need_xy is None or problem.resource_xy is None or not problem.n_needs:
        return _ranks(problem.n_needs), _ranks(problem.n_resources)
    columns = [np.concatenate([problem.need_xy[:, k], problem.resource_xy[:, k]]) for k in range(2)]
    low = [float(column.min()) for column in columns]
    span = max(float(column.max()) - least for column, least in zip(columns, low, strict=True))
    cell = np.zeros(len(columns[0]), np.uint16)
    for k in range(2):
        place = ((columns[k] - low[k]) * (255.0 / max(span, 1e-9))).astype(np.uint8)
        cell |= _spread()[place] << k
    return cell[: problem.n_needs], cell[problem.n_needs :]


def _ranks(n: int) -> npt.NDArray[np.uint16]:
    return (np.arange(n) * 2**16 // max(n, 1)).astype(np.uint16)


def _spread() -> npt.NDArray[np.uint16]:
    """Each byte with a 0 put before every bit, so that two of them interleave."""
    byte = np.arange(256)
    return sum(((byte >> bit & 1) << (2 * bit) for bit in range(8)), np.zeros(256, np.int64)).astype(np.uint16)


def order_by_cell(part: Int32, cell: npt.NDArray[np.uint16]) -> tuple[Int32, Int64]:
    """Numbers by (part, cell, number), those in no part left out; and where each part begins."""
    by_cell = np.argsort(cell, kind="stable")  # 16-bit keys: a radix sort, in linear time
    by_cell = by_cell[part[by_cell] != kernel.UNCONNECTED]
    n_parts = int(part.max(initial=-1)) + 1
    key = part[by_cell].astype(np.uint16) if n_parts <= 2**16 else part[by_cell]
    order = by_cell[np.argsort(key, kind="stable")].astype(np.int32)
    cuts = np.zeros(n_parts + 1, np.int64)
    np.cumsum(np.bincount(key, minlength=n_parts), out=cuts[1:])
    return order, cuts


def _spans(cuts: Int64) -> list[tuple[int, int]]:
    return list(pairwise(cuts.tolist()))


def tiles_of(need_cell: npt.NDArray[np.uint16], resource_cell: npt.NDArray[np.uint16]) -> tuple[Int64, Int64]:
    """Cut the needs evenly, and the resources at the same places."""
    count = max(1, round(len(need_cell) / TILE_NEEDS))
    tile_need = np.linspace(0, len(need_cell), count + 1).astype(np.int64)
    inner = np.searchsorted(resource_cell, need_cell[tile_need[1:-1]])
    return tile_need, np.concatenate([[0], inner, [len(resource_cell)]]).astype(np.int64)


def blocks_of(
    problem: Problem, need_order: Int32, unmet_node: Int32, padding_node: int, local_resource: Int32
) -> tuple[Int64, Records]:
    """First block of each need's row, in scanning order, and the rows; see `matcher.kernels.layout.fill_blocks`."""
    block_start = np.empty(len(need_order) + 1, np.int64)
    kernel.count_blocks(need_order, problem.row_start, block_start)
    blocks = _aligned(int(block_start[-1]))
    position = np.full(problem.n_needs, kernel.UNCONNECTED, np.int32)
    position[need_order] = np.arange(len(need_order))
    kernel.fill_blocks(
        position,
        unmet_node,
        padding_node,
        local_resource,
        problem.row_start,
        problem.pair_resource,
        problem.pair_cost,
        problem.unmet_cost,
        block_start,
        blocks,
    )
    return block_start, blocks


def _aligned(n: int) -> Records:
    """Room for n blocks, each exactly one cache line."""
    raw = np.empty(n * BLOCK.itemsize + CACHE_LINE, np.uint8)
    skip = -raw.ctypes.data % CACHE_LINE
    return raw[skip : skip + n * BLOCK.itemsize].view(BLOCK)

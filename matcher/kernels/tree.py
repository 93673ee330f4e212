"""
The basis tree of the network simplex: how its nodes are numbered and what is stored of each.

Nodes are numbered so that a tree arc always carries its flow from the larger number to the smaller:

    resources       0 and up; the arc from the node above to a resource carries its unused capacity
    limits          likewise, each after all that lie below it
    the root        unmet demand flows into it, unused capacity out of it, its price is 0
    groups          the arc from a group to the node above carries its shortfall; each after all that lie above it
    split needs     needs whose demand lies on several arcs, in slots handed out as they come and go

so no node needs a type and no arc a direction; see decision 0002. The arc between a node and the one above it in its
forest is its natural arc. Resources, limits, root and groups are the fixed nodes. A problem without limits and groups
has the resources and the root only, and is solved by code compiled without the rest.

A need whose whole demand sits on one arc is no tree node. Only the node it hangs from and the cost of that
arc are kept; its price is computed while its row is scanned. That leaves 2.7 times fewer nodes to a subtree
and makes most pivots of such a need a change of two numbers.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Records = npt.NDArray[Any]
Int32 = npt.NDArray[np.int32]
UInt32 = npt.NDArray[np.uint32]
Int64 = npt.NDArray[np.int64]
Values = npt.NDArray[Any]
"""Flows, demands or prices: int32, or int64 in a tree with wide values."""

Node = np.uint32

LANES = 8
"""Arcs per block: eight costs and eight resources of 4 bytes are one 64-byte cache line."""

BLOCK = np.dtype([("cost", np.int32, LANES), ("resource", np.uint32, LANES)])
"""A piece of a need's row of arcs. Arc number = block * LANES + lane; the row's last arc is "unmet"."""

PADDING_COST = 2**31 - 1
"""Cost of a lane that holds no arc; with a price >= 0 at its end it never is the cheapest."""

NOWHERE = np.uint32(2**32 - 1)
"""No node. Node numbers are unsigned: compiled code then need not ask whether an index counts from the end."""

UNUSED = -1
"""Number of every natural arc."""

NARROW_PRICE_LIMIT = 2**30
"""Beyond this a 32-bit price plus a cost could wrap; the part is then solved again with 64-bit values."""

BEYOND_WIDE = 2**61
"""A price above all that occur in a tree of wide values."""

ORDER = np.dtype([("next", np.uint32), ("depth", np.int32), ("previous", np.uint32)])
"""Preorder list of the tree, circular through the root: a subtree is a run of it, walked without a stack."""


# What is counted, and the largest price ever written, unsigned.
PIVOTS, DEGENERATE, SHIFTED, SCANNED, FARTHEST = range(5)
N_COUNTS = 5


def link(value: type[np.signedinteger[Any]]) -> np.dtype[np.void]:
    """Record of the arc from a node to its parent: its flow and number, and the need in the node's slot."""
    return np.dtype([("flow", value), ("parent", np.uint32), ("arc", np.int32), ("need", np.uint32)])


class Tree(NamedTuple):
    """
    The basis of one part, changed in place by the kernels, with the rows it prices.

    Parameters
    ----------
    blocks, block_start
        Rows of arcs, and the first block of each need's row, shape ``(n_needs + 1,)``.
    demand
        Of each need, shape ``(n_needs,)``.
    link, order
        Records as above, shape ``(2f,)`` with f fixed nodes.
    price
        Price of each node, shape ``(2f + 1,)``; the root's is 0. The last, of no node, is that at the far end of
        lanes without an arc: beyond any way.
    slots
        Stack of unused slots, its height in ``slots[0]``, shape ``(f + 1,)``. A tree in which each split
        need has two arcs or more has fewer than f of them, and one more while a pivot is under way.
    hangs_from, hangs_cost, hangs_arc
        The node each need hangs from, the cost of that arc and its number, shape ``(n_needs,)``. A split
        need hangs from its own slot at cost 0; its arc is then out of date.
    counts
        What the kernels count, shape ``(N_COUNTS,)``.
    """

    blocks: Records
    block_start: Int64
    demand: Values
    link: Records
    order: Records
    price: Values
    slots: Int32
    hangs_from: UInt32
    hangs_cost: Int32
    hangs_arc: Int32
    counts: Int64


class Chains(NamedTuple):
    """
    The forests above resources and needs, and where each group stands on its convex cost; changed in place.

    A group's natural arc is one arc with a current segment. In the tree it carries the units inside that segment; out
    of the tree the group stands exactly where its current segment begins. Segments are as wide as there is demand for,
    none has width 0, and the last of each group is wider than all demand.

    Parameters
    ----------
    root
        Number of the root.
    above
        The node above each fixed node, the root's of no meaning, shape ``(f,)``.
    segment, first_segment
        Current and first segment of each group's node, of no meaning for others, shape ``(f,)``.
    room
        Width of the current segment, shape ``(f,)``.
    width, slope
        Units of each segment, and the cost of each, int64.
    """

    root: int
    above: UInt32
    segment: Int64
    first_segment: Int64
    room: Int64
    width: Int64
    slope: Int64


def empty_tree(blocks: Records, block_start: Int64, demand: Int64, n_fixed: int, *, wide: bool) -> Tree:
    """Storage for a part of that many fixed nodes; ``wide`` holds 64-bit flows and prices."""
    value = np.int64 if wide else np.int32
    needs, nodes = len(demand), 2 * n_fixed
    price = np.zeros(nodes + 1, value)
    price[nodes] = BEYOND_WIDE if wide else NARROW_PRICE_LIMIT
    return Tree(
        blocks=blocks,
        block_start=block_start,
        demand=demand.astype(value),
        link=np.zeros(nodes, link(value)),
        order=np.zeros(nodes, ORDER),
        price=price,
        slots=np.zeros(n_fixed + 1, np.int32),
        hangs_from=np.zeros(needs, np.uint32),
        hangs_cost=np.zeros(needs, np.int32),
        hangs_arc=np.zeros(needs, np.int32),
        counts=np.zeros(N_COUNTS, np.int64),
    )

"""
The basis tree of the network simplex: how its nodes are numbered and what is stored of each.

Nodes are numbered so that a tree arc always carries its flow from the larger number to the smaller:

    0 … m-1      resources; the arc from the root to a resource carries its unused capacity
    m            the root: unmet demand flows into it, unused capacity out of it, its price is 0
    m+1 … 2m+1   needs whose demand is split over several arcs, in slots handed out as they come and go

so no node needs a type and no arc a direction. Supply chains (resource within provider) would be numbered
between the resources and the root, shortfall chains between the root and the needs; see decision 0002.

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
"""Cost of a lane that holds no arc; with the root's price 0 it never is the cheapest."""

NOWHERE = np.uint32(2**32 - 1)
"""No node. Node numbers are unsigned: compiled code then need not ask whether an index counts from the end."""

UNUSED = -1
"""Number of the arc from the root to a resource."""

NARROW_PRICE_LIMIT = 2**30
"""Beyond this a 32-bit price plus a cost could wrap; the part is then solved again with 64-bit values."""

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
        Records as above, shape ``(2m + 2,)``.
    price
        Price of each node, shape ``(2m + 2,)``; the root's is 0.
    slots
        Stack of unused slots, its height in ``slots[0]``, shape ``(m + 2,)``. A tree in which each split
        need has two arcs or more has at most m of them, and one more while a pivot is under way.
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


def empty_tree(blocks: Records, block_start: Int64, demand: Int64, n_resources: int, *, wide: bool) -> Tree:
    """Storage for a part of that many resources; ``wide`` holds 64-bit flows and prices."""
    value = np.int64 if wide else np.int32
    needs, nodes = len(demand), 2 * n_resources + 2
    return Tree(
        blocks=blocks,
        block_start=block_start,
        demand=demand.astype(value),
        link=np.zeros(nodes, link(value)),
        order=np.zeros(nodes, ORDER),
        price=np.zeros(nodes, value),
        slots=np.zeros(n_resources + 2, np.int32),
        hangs_from=np.zeros(needs, np.uint32),
        hangs_cost=np.zeros(needs, np.int32),
        hangs_arc=np.zeros(needs, np.int32),
        counts=np.zeros(N_COUNTS, np.int64),
    )

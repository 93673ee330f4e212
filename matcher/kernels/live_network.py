"""
What the live plan keeps in memory: the pairs from both sides, what each carries, prices, and labels of a search.

Supply nodes are the common limits and then the resources, so that resources can come and go at the end; `ROOT` stands
above the topmost. Demand nodes are the needs. Where both kinds meet in one array, a node is a number: a supply node is
itself, need ``n`` is ``~n``, below 0.

A need's pairs lie together in a row, a resource's in a column; both have room to grow, and move when it is used up. The
two records of a pair know each other's place. In a column the pairs that carry something come first, so that a search
sees them without looking at the others.

Reduced costs, with the prices of this file (a supply node's price includes all above it, the root's is 0):

    of pair (n, r)           cost + price[r] - need_price[n]   >= 0, and 0 where it carries something
    of leaving n unmet       unmet_cost[n] - need_price[n]     >= 0, and 0 where something is unmet
    of idle units of u       price[u] - price[above[u]]        >= 0, and 0 where some are idle (slack)
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Records = npt.NDArray[Any]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Whole = int | np.int64 | np.uint32
"""A whole number as Python or a compiled loop has it."""

ROOT = -1
"""Above the topmost supply nodes."""
NONE = -1
"""No node, no pair, no place."""

UNREACHED = 2**59
"""Longer than any way."""
ABSENT = -(2**60)
"""Price of a need that asks for nothing: every way to it is then longer than `UNREACHED`."""

NEED = np.dtype(
    [
        ("demand", np.int64),
        ("unmet_cost", np.int64),
        ("unmet", np.int64),
        ("row_start", np.int64),
        ("row_length", np.int32),
        ("row_room", np.int32),
    ],
    align=True,
)
"""A need: units asked, cost of each left unmet, units unmet; its row: place of the first pair, how many, and room."""

SUPPLY = np.dtype(
    [
        ("capacity", np.int64),
        ("slack", np.int64),
        ("column_start", np.int64),
        ("column_length", np.int32),
        ("column_room", np.int32),
        ("column_used", np.int32),
        ("above", np.int32),
        ("first_below", np.int32),
        ("next_below", np.int32),
        ("last_below", np.int32),
    ],
    align=True,
)
"""
A supply node: units it can give, and those that are idle; its column, with how many pairs at its beginning carry
something; the node above, the first below, and below the same node the next and the one before.
"""

PAIR = np.dtype([("supply", np.int32), ("cost", np.int32)], align=True)
"""A pair in a row, as a search scans it: supply node of the resource, cost of a unit."""
CARRIED = np.dtype([("units", np.int64), ("back", np.int32), ("number", np.int32)], align=True)
"""The rest of it: units carried, place in the column, and the number that outsiders call it by."""
BACK = np.dtype([("need", np.int32), ("cost", np.int32), ("pair", np.int32)], align=True)
"""A pair in a column: need, cost of a unit, place in the row."""

LABEL = np.dtype([("search", np.int64), ("length", np.int64), ("via", np.int32)], align=True)
"""
How a search reached a node: the number of the search, the length of the way, and what it came by.

``via`` is the place of a pair; or ``-2 - w`` for supply node ``w``; or `NONE` at the start.
"""

WAITING = np.dtype([("length", np.int64), ("node", np.int32)], align=True)
"""A node in the heap, by the length of its way."""
ENTRY = np.dtype([("units", np.int64), ("pair", np.int32)], align=True)
"""A line of the journal: number of a pair that changed, and by how much."""

# What is counted: searches so far, augmentations and visited nodes, cost of the plan, entries of the journal,
# ends of the used parts of the rows' and the columns' memory.
SEARCHES, AUGMENTATIONS, VISITED, COST, JOURNAL, ROWS_END, COLUMNS_END = range(7)
N_COUNTS = 7

SETTLED, JOURNAL_FULL, DAMAGED = range(3)
"""How a repair ended."""

ALL_FIT, ROWS_FULL, COLUMNS_FULL = range(3)
"""Why an insertion stopped."""


class LiveNetwork(NamedTuple):
    """
    The plan, its prices and its pairs, changed in place by the kernels.

    Parameters
    ----------
    needs, need_price
        Records of `NEED`, and the price of each or `ABSENT`.
    supplies, price
        Records of `SUPPLY`, and the price of each.
    pairs, carried
        Records of `PAIR` and `CARRIED`, by place in the rows.
    backs
        Records of `BACK`, by place in the columns.
    place
        Place of each pair by its number.
    need_label, supply_label
        Records of `LABEL`.
    heap, stack
        Nodes that wait, farther away and at the present length.
    settled
        Nodes whose way is known.
    journal
        Records of `ENTRY`, in the order in which units were moved.
    counts
        As above.
    """

    needs: Records
    need_price: Int64
    supplies: Records
    price: Int64
    pairs: Records
    carried: Records
    backs: Records
    place: Int32
    need_label: Records
    supply_label: Records
    heap: Records
    stack: Int32
    settled: Int32
    journal: Records
    counts: Int64

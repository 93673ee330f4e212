"""Pairs that come and go: rows and columns with room to grow, moved when it is used up, packed when holes are many."""

import numba

from matcher.kernels.live_network import (
    ALL_FIT,
    COLUMNS_END,
    COLUMNS_FULL,
    NONE,
    ROWS_END,
    ROWS_FULL,
    Int32,
    Int64,
    LiveNetwork,
    Whole,
)

LEAST_ROOM = 4
"""Pairs that a row or a column has room for, once it has any; twice as many each time it is used up."""


@numba.njit(cache=True, nogil=True)
def insert_pairs(
    net: LiveNetwork, need: Int32, supply: Int32, cost: Int32, number: Int32, begin: Whole
) -> tuple[Whole, Whole]:
    """
    Put pairs that carry nothing at the ends of their rows and columns.

    Returns how many of them are in, those before ``begin`` included, and what there was no room for: the caller then
    makes room and goes on from there.
    """
    for i in range(begin, len(need)):
        n = need[i]
        u = supply[i]
        if net.needs[n].row_length == net.needs[n].row_room and not _move_row(net, n):
            return i, ROWS_FULL
        if net.supplies[u].column_length == net.supplies[u].column_room and not _move_column(net, u):
            return i, COLUMNS_FULL
        e = net.needs[n].row_start + net.needs[n].row_length
        k = net.supplies[u].column_start + net.supplies[u].column_length
        net.needs[n].row_length += 1
        net.supplies[u].column_length += 1
        net.pairs[e].supply = u
        net.pairs[e].cost = cost[i]
        net.carried[e].units = 0
        net.carried[e].back = k
        net.carried[e].number = number[i]
        net.backs[k].need = n
        net.backs[k].cost = cost[i]
        net.backs[k].pair = e
        net.place[number[i]] = e
    return len(need), ALL_FIT


@numba.njit(cache=True, nogil=True)
def remove_pairs(net: LiveNetwork, number: Int32) -> None:
    """Take pairs that carry nothing out of their rows and columns."""
    for i in range(len(number)):
        e = net.place[number[i]]
        k = net.carried[e].back
        n = net.backs[k].need
        u = net.pairs[e].supply
        net.place[number[i]] = NONE
        net.needs[n].row_length -= 1
        _copy_pair(net, net.needs[n].row_start + net.needs[n].row_length, e)
        net.supplies[u].column_length -= 1
        _copy_back(net, net.supplies[u].column_start + net.supplies[u].column_length, k)


@numba.njit(cache=True, nogil=True)
def pack_rows(net: LiveNetwork, order: Int64) -> None:
    """Move the rows together, in ``order`` of where they begin; no room is left at their ends."""
    end = 0
    for n in order:
        length = net.needs[n].row_length
        start = net.needs[n].row_start
        net.needs[n].row_start = end
        net.needs[n].row_room = length
        for i in range(length):
            _copy_pair(net, start + i, end + i)
        end += length
    net.counts[ROWS_END] = end


@numba.njit(cache=True, nogil=True)
def pack_columns(net: LiveNetwork, order: Int64) -> None:
    """Move the columns together, in ``order`` of where they begin; no room is left at their ends."""
    end = 0
    for u in order:
        length = net.supplies[u].column_length
        start = net.supplies[u].column_start
        net.supplies[u].column_start = end
        net.supplies[u].column_room = length
        for i in range(length):
            _copy_back(net, start + i, end + i)
        end += length
    net.counts[COLUMNS_END] = end


@numba.njit(cache=True, nogil=True)
def _move_row(net: LiveNetwork, n: Whole) -> bool:
    """Move a row behind all others, with room for twice as many; False if there is not so much memory."""
    room = max(2 * net.needs[n].row_room, LEAST_ROOM)
    end = net.counts[ROWS_END]
    if end + room > len(net.pairs):
        return False
    start = net.needs[n].row_start
    net.needs[n].row_start = end
    net.needs[n].row_room = room
    for i in range(net.needs[n].row_length):
        _copy_pair(net, start + i, end + i)
    net.counts[ROWS_END] = end + room
    return True


@numba.njit(cache=True, nogil=True)
def _move_column(net: LiveNetwork, u: Whole) -> bool:
    """Move a column behind all others, with room for twice as many; False if there is not so much memory."""
    room = max(2 * net.supplies[u].column_room, LEAST_ROOM)
    end = net.counts[COLUMNS_END]
    if end + room > len(net.backs):
        return False
    start = net.supplies[u].column_start
    net.supplies[u].column_start = end
    net.supplies[u].column_room = room
    for i in range(net.supplies[u].column_length):
        _copy_back(net, start + i, end + i)
    net.counts[COLUMNS_END] = end + room
    return True


@numba.njit(cache=True, nogil=True)
def _copy_pair(net: LiveNetwork, e: Whole, to: Whole) -> None:
    """Move the record of a pair from one place to another, and tell those who know its place."""
    if e == to:
        return
    net.pairs[to].supply = net.pairs[e].supply
    net.pairs[to].cost = net.pairs[e].cost
    net.carried[to].units = net.carried[e].units
    net.carried[to].back = net.carried[e].back
    net.carried[to].number = net.carried[e].number
    net.backs[net.carried[to].back].pair = to
    net.place[net.carried[to].number] = to


@numba.njit(cache=True, nogil=True)
def _copy_back(net: LiveNetwork, k: Whole, to: Whole) -> None:
    """Move the record of a pair in a column from one place to another, and tell its record in the row."""
    if k == to:
        return
    net.backs[to].need = net.backs[k].need
    net.backs[to].cost = net.backs[k].cost
    net.backs[to].pair = net.backs[k].pair
    net.carried[net.backs[to].pair].back = to

"""
A change of the live plan that is tried and taken back: each write is noted with what stood there before.

A trial writes into the network itself, so that its searches run on the same records as the repairs, and never lets
another see it: the kernel that begins it takes it back before it returns. Notes are taken back in reverse order, which
restores every number and the order within the columns, bit for bit.

The files of this room call one another's compiled code, and a cached function is renewed only when its own file or the
types that it is given change. So one of the types that all of them are given names what is written in them all.
"""

import hashlib
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np

from matcher.kernels.live_network import Int32, Int64, LiveNetwork, Records, Whole

FILES = ("live_network", "live_trial", "live_trial_hops", "live_trial_units", "live_trial_ways", "live_losses")
"""The files of the room."""


def written_in(folder: Path) -> str:
    """Sixteen characters that are others when anything in the files of the room is."""
    return hashlib.sha256(b"".join((folder / f"{name}.py").read_bytes() for name in FILES)).hexdigest()[:16]


WRITTEN = f"of_{written_in(Path(__file__).parent)}"
"""Name of a field that holds nothing."""

NOTE = np.dtype([("before", np.int64), ("at", np.int32), ("kind", np.int32)], align=True)
"""What stood where: one of the kinds below, index, value."""
NEED_PRICE, PRICE, UNITS, UNMET, SLACK, USED, SWAP = range(7)
"""Price of a need and of a supply node, units of a pair, unmet, slack, length of a column's used part, two records."""

HOP = np.dtype([("need", np.int32), ("taken", np.int32), ("given", np.int32), ("question", np.int32)], align=True)
"""
From a supply node by its pair ``taken``, which carries something, to the need, and from there by ``given``.

Both are places in the need's row; ``given`` is `NONE` where the need goes unmet. ``taken`` is ``BELOW - w`` for the
node ``w`` below, and `NONE` where no hop is known. The question that it was found in tells how old it is.
"""
BELOW = -2

LACKING = np.dtype([("units", np.int64), ("need", np.int32), (WRITTEN, np.int32)], align=True)
"""Units that a need lacked before the question, of each need that it has left more or less unmet."""
DISPLACED = np.dtype([("units", np.int64), ("candidate", np.int32), ("need", np.int32)], align=True)
"""Units more that a need lacks, with which of the pairs asked about it is forced."""

# What is counted: searches so far, notes taken, level of what is tried, nodes that the last search settled, steps of
# its way, nodes of all searches, needs lacking, records of what is displaced, pairs priced; the present state;
# questions, and the oldest one whose hops are followed.
(
    SEARCH,
    NOTES,
    LEVEL,
    SETTLED,
    STEPS,
    VISITED,
    LACK,
    DISPLACE,
    PRICED,
    STATE,
    QUESTION,
    OLDEST,
) = range(12)
N_COUNTS = 12


class Trial(NamedTuple):
    """
    What a trial works with; nothing of it is part of the plan.

    Parameters
    ----------
    need_label, supply_label
        Records of `LABEL`.
    heap, stack, settled
        As in `LiveNetwork`.
    hops
        Records of `HOP`, by supply node.
    vain, sound
        By supply node: the search that followed its hop in vain, and the state in which it led to the root.
    asked
        By supply node: the search that it was asked about in.
    need_level, supply_level
        The level at which a price was last noted: within one level the first note is enough.
    notes
        Records of `NOTE`.
    lacking, displaced
        Records of `LACKING`, of each need once, and of `DISPLACED`.
    need_lacking
        By need: the question that it is among ``lacking`` for.
    counts
        As above.
    """

    need_label: Records
    supply_label: Records
    heap: Records
    stack: Int32
    settled: Int32
    hops: Records
    vain: Int64
    sound: Int64
    asked: Int64
    need_level: Int64
    supply_level: Int64
    notes: Records
    lacking: Records
    displaced: Records
    need_lacking: Int64
    counts: Int64


@numba.njit(cache=True, nogil=True)
def begin(trial: Trial, oldest: Whole) -> None:
    """Begin a question in which hops of so many questions before it are followed."""
    trial.counts[QUESTION] += 1
    trial.counts[OLDEST] = max(trial.counts[QUESTION] - oldest, 1)
    trial.counts[LEVEL] += 1
    trial.counts[NOTES] = 0
    trial.counts[LACK] = 0
    trial.counts[DISPLACE] = 0
    trial.counts[PRICED] = 0
    change_state(trial)


@numba.njit(cache=True, nogil=True)
def change_state(trial: Trial) -> None:
    """Units have moved or prices have fallen: no hop is known to lead to the root."""
    trial.counts[STATE] += 1


@numba.njit(cache=True, nogil=True)
def notes_so_far(trial: Trial) -> Whole:
    """How many notes there are, to take back to: what is written from here on is noted even if it was before."""
    trial.counts[LEVEL] += 1
    notes: Whole = trial.counts[NOTES]
    return notes


@numba.njit(cache=True, nogil=True)
def take_back(net: LiveNetwork, trial: Trial, since: Whole) -> None:
    """Undo all that was written since there were so many notes; 0 for all since the question began."""
    for i in range(trial.counts[NOTES] - 1, since - 1, -1):
        kind = trial.notes[i].kind
        at = trial.notes[i].at
        before = trial.notes[i].before
        if kind == NEED_PRICE:
            net.need_price[at] = before
        elif kind == PRICE:
            net.price[at] = before
        elif kind == UNITS:
            net.carried[at].units = before
        elif kind == UNMET:
            net.needs[at].unmet = before
        elif kind == SLACK:
            net.supplies[at].slack = before
        elif kind == USED:
            net.supplies[at].column_used = before
        else:
            _swap(net, np.int64(at), before)
    trial.counts[NOTES] = since
    trial.counts[LEVEL] += 1
    change_state(trial)


@numba.njit(cache=True, nogil=True)
def has_room(trial: Trial, notes: Whole) -> bool:
    """Whether so many notes can still be taken."""
    fits: bool = trial.counts[NOTES] + notes <= len(trial.notes)
    return fits


@numba.njit(cache=True, nogil=True)
def price_need_at(net: LiveNetwork, trial: Trial, n: Whole, price: Whole) -> None:
    """Give a need another price."""
    if trial.need_level[n] != trial.counts[LEVEL]:
        trial.need_level[n] = trial.counts[LEVEL]
        _note(trial, NEED_PRICE, n, net.need_price[n])
    net.need_price[n] = price


@numba.njit(cache=True, nogil=True)
def price_supply_at(net: LiveNetwork, trial: Trial, u: Whole, price: Whole) -> None:
    """Give a supply node another price."""
    if trial.supply_level[u] != trial.counts[LEVEL]:
        trial.supply_level[u] = trial.counts[LEVEL]
        _note(trial, PRICE, u, net.price[u])
    net.price[u] = price


@numba.njit(cache=True, nogil=True)
def leave_unmet(net: LiveNetwork, trial: Trial, n: Whole, more: Whole) -> None:
    """Leave so many units more of a need unmet, or fewer."""
    if trial.need_lacking[n] != trial.counts[QUESTION]:
        trial.need_lacking[n] = trial.counts[QUESTION]
        trial.lacking[trial.counts[LACK]].need = n
        trial.lacking[trial.counts[LACK]].units = net.needs[n].unmet
        trial.counts[LACK] += 1
    _note(trial, UNMET, n, net.needs[n].unmet)
    net.needs[n].unmet += more


@numba.njit(cache=True, nogil=True)
def leave_idle(net: LiveNetwork, trial: Trial, u: Whole, more: Whole) -> None:
    """Leave so many units more of a supply node idle, or fewer."""
    _note(trial, SLACK, u, net.supplies[u].slack)
    net.supplies[u].slack += more


@numba.njit(cache=True, nogil=True)
def carry(net: LiveNetwork, trial: Trial, e: Whole, more: Whole) -> None:
    """Put so many units more on a pair, or fewer."""
    before = net.carried[e].units
    u = np.int64(net.pairs[e].supply)
    if before == 0:
        _swap_noted(net, trial, np.int64(net.carried[e].back), _end_of_used(net, u))
        _note(trial, USED, u, net.supplies[u].column_used)
        net.supplies[u].column_used += 1
    _note(trial, UNITS, e, before)
    net.carried[e].units = before + more
    if before + more == 0:
        _note(trial, USED, u, net.supplies[u].column_used)
        net.supplies[u].column_used -= 1
        _swap_noted(net, trial, np.int64(net.carried[e].back), _end_of_used(net, u))


@numba.njit(cache=True, nogil=True)
def _end_of_used(net: LiveNetwork, u: Whole) -> Whole:
    end: Whole = net.supplies[u].column_start + net.supplies[u].column_used
    return end


@numba.njit(cache=True, nogil=True)
def _swap_noted(net: LiveNetwork, trial: Trial, k: Whole, to: Whole) -> None:
    if k != to:
        _note(trial, SWAP, k, to)
        _swap(net, k, to)


@numba.njit(cache=True, nogil=True)
def _swap(net: LiveNetwork, k: Whole, to: Whole) -> None:
    """Exchange two records of a column."""
    net.backs[k].need, net.backs[to].need = net.backs[to].need, net.backs[k].need
    net.backs[k].cost, net.backs[to].cost = net.backs[to].cost, net.backs[k].cost
    net.backs[k].pair, net.backs[to].pair = net.backs[to].pair, net.backs[k].pair
    net.carried[net.backs[k].pair].back = k
    net.carried[net.backs[to].pair].back = to


@numba.njit(cache=True, nogil=True)
def _note(trial: Trial, kind: Whole, at: Whole, before: Whole) -> None:
    i = trial.counts[NOTES]
    trial.notes[i].kind = kind
    trial.notes[i].at = at
    trial.notes[i].before = before
    trial.counts[NOTES] = i + 1


@numba.njit(cache=True, nogil=True)
def tell_displaced(net: LiveNetwork, trial: Trial, candidate: Whole) -> bool:
    """Write which needs lack more than before the question, and how much; False if there is no room for it."""
    for i in range(trial.counts[LACK]):
        n = trial.lacking[i].need
        more = net.needs[n].unmet - trial.lacking[i].units
        if more > 0:
            at = trial.counts[DISPLACE]
            if at == len(trial.displaced):
                return False
            trial.displaced[at].candidate = candidate
            trial.displaced[at].need = n
            trial.displaced[at].units = more
            trial.counts[DISPLACE] = at + 1
    return True

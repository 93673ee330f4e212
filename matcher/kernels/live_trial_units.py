"""Units sent along the ways that a search within a trial found, and how many a way carries."""

import numba
import numpy as np

from matcher.kernels.live_network import NONE, UNREACHED, LiveNetwork, Whole
from matcher.kernels.live_trial import (
    STEPS,
    Trial,
    carry,
    change_state,
    leave_idle,
    leave_unmet,
)
from matcher.kernels.live_trial_hops import TO_ROOT, next_hop


@numba.njit(cache=True, nogil=True)
def room_out(net: LiveNetwork, trial: Trial, last: Whole) -> Whole:
    """Units that the way to the root by ``last`` carries; counts its steps."""
    room = np.int64(UNREACHED)
    steps = 1
    node: Whole = np.int64(last)
    while node >= 0:
        steps += 1
        if net.supplies[node].slack > 0:
            room = min(room, net.supplies[node].slack)
        elif trial.hops[node].taken >= 0:
            room = min(room, net.carried[trial.hops[node].taken].units)
        node = next_hop(net, trial, node)
    node = np.int64(last)
    while True:
        steps += 1
        if node < 0:
            e = trial.need_label[~node].via
            if e == NONE:
                break
            room = min(room, net.carried[e].units)
            node = np.int64(net.pairs[e].supply)
        else:
            via = np.int64(trial.supply_label[node].via)
            if via == NONE:
                break
            if via >= 0:
                node = ~np.int64(net.backs[net.carried[via].back].need)
            else:
                w = -2 - via
                if net.supplies[w].above == node:
                    room = min(room, net.supplies[w].slack)
                node = w
    trial.counts[STEPS] = steps
    return room


@numba.njit(cache=True, nogil=True)
def send_out(net: LiveNetwork, trial: Trial, last: Whole, units: Whole) -> None:
    """Move units along the way to the root by ``last``."""
    change_state(trial)
    if last < 0:
        leave_unmet(net, trial, ~last, units)
    else:
        _hop_out(net, trial, last, units)
    node = np.int64(last)
    while True:
        if node < 0:
            e = np.int64(trial.need_label[~node].via)
            if e == NONE:
                return
            node = np.int64(net.pairs[e].supply)
            carry(net, trial, e, -units)
        else:
            via = np.int64(trial.supply_label[node].via)
            if via == NONE:
                return
            if via >= 0:
                node = ~np.int64(net.backs[net.carried[via].back].need)
                carry(net, trial, via, units)
            else:
                w = -2 - via
                if net.supplies[w].above == node:
                    leave_idle(net, trial, w, -units)
                else:
                    leave_idle(net, trial, node, units)
                node = w


@numba.njit(cache=True, nogil=True)
def _hop_out(net: LiveNetwork, trial: Trial, u: Whole, units: Whole) -> None:
    """Move units along the hops from a supply node to the root, the last first: a hop changes only what lies behind."""
    hops = 0
    node: Whole = np.int64(u)
    while node != TO_ROOT:
        trial.stack[hops] = node
        hops += 1
        node = next_hop(net, trial, node)
    for i in range(hops - 1, -1, -1):
        node = np.int64(trial.stack[i])
        need = np.int64(trial.hops[node].need)
        taken = np.int64(trial.hops[node].taken)
        given = np.int64(trial.hops[node].given)
        if net.supplies[node].slack > 0:
            leave_idle(net, trial, node, -units)
        elif taken >= 0:
            if given == NONE:
                leave_unmet(net, trial, need, units)
            else:
                carry(net, trial, given, units)
            carry(net, trial, taken, -units)
        else:
            leave_idle(net, trial, np.int64(trial.stack[i + 1]), units)


@numba.njit(cache=True, nogil=True)
def room_in(net: LiveNetwork, trial: Trial, last: Whole) -> Whole:
    """Units that the way from the root by ``last`` carries; counts its steps."""
    room = np.int64(UNREACHED)
    steps = 1
    node = np.int64(last)
    if node < 0:
        room = net.needs[~node].unmet
    while True:
        steps += 1
        if node < 0:
            e = trial.need_label[~node].via
            if e == NONE:
                break
            node = np.int64(net.pairs[e].supply)
        else:
            via = np.int64(trial.supply_label[node].via)
            if via == NONE:
                break
            if via >= 0:
                room = min(room, net.carried[via].units)
                node = ~np.int64(net.backs[net.carried[via].back].need)
            else:
                w = -2 - via
                if net.supplies[w].above != node:
                    room = min(room, net.supplies[node].slack)
                node = w
    trial.counts[STEPS] = steps
    return room


@numba.njit(cache=True, nogil=True)
def send_in(net: LiveNetwork, trial: Trial, last: Whole, units: Whole) -> None:
    """Move units along the way from the root by ``last``."""
    change_state(trial)
    node = np.int64(last)
    if node < 0:
        leave_unmet(net, trial, ~node, -units)
    else:
        leave_idle(net, trial, node, units)
    while True:
        if node < 0:
            e = np.int64(trial.need_label[~node].via)
            if e == NONE:
                return
            node = np.int64(net.pairs[e].supply)
            carry(net, trial, e, units)
        else:
            via = np.int64(trial.supply_label[node].via)
            if via == NONE:
                return
            if via >= 0:
                node = ~np.int64(net.backs[net.carried[via].back].need)
                carry(net, trial, via, -units)
            else:
                w = -2 - via
                if net.supplies[w].above == node:
                    leave_idle(net, trial, w, units)
                else:
                    leave_idle(net, trial, node, -units)
                node = w

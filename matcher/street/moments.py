"""
Who is there at one moment: windows that overlap, and the limits that follow from it.

A user is a slot with the window that its pairs take of it. At each moment the users whose windows hold it give at most
what there is then. Only the largest sets of users that meet at some moment matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.street.facts import ALWAYS, Facts

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Held:
    """Units that are given away beforehand in a slot, during a window."""

    slot: int
    window: int
    units: int


@dataclass(frozen=True, slots=True)
class Moment:
    """
    A limit at some moment.

    Parameters
    ----------
    users
        Bits of the users that meet then.
    limit
        Units that they give together at most; below 0 when more is held than there is.
    """

    users: int
    limit: int


class Meetings:
    """
    Which of several windows meet; remembered, because resources repeat each other's windows.

    Parameters
    ----------
    facts
        Their bounds.
    """

    def __init__(self, facts: Facts) -> None:
        self._bounds = facts.windows
        self._known: dict[tuple[int, ...], tuple[int, ...]] = {}

    def of(self, windows: tuple[int, ...]) -> tuple[int, ...]:
        """Sets of windows, as bits of their positions, that are open together at some moment, each set once."""
        if windows not in self._known:
            self._known[windows] = self._meet(windows)
        return self._known[windows]

    def _meet(self, windows: tuple[int, ...]) -> tuple[int, ...]:
        if len(windows) == 1:
            return (1,)
        always = sum(1 << i for i, window in enumerate(windows) if window == ALWAYS)
        timed = [(i, self._bounds[window]) for i, window in enumerate(windows) if window != ALWAYS]
        if not timed:
            return (always,)
        at = np.concatenate([bounds.reshape(-1) for _, bounds in timed])
        bit = np.concatenate([np.tile([1, -1], len(bounds)) * (i + 1) for i, bounds in timed])
        order = np.lexsort((bit, at))  # what ends at a moment is gone before what begins then comes
        found = {always} if always else set()
        here, before = always, None
        for moment, change in zip(at[order].tolist(), bit[order].tolist(), strict=True):
            if before is not None and moment > before and here:
                found.add(here)
            here ^= 1 << (abs(change) - 1)
            before = moment
        return tuple(sorted(found))


def moments(
    meetings: Meetings, users: Sequence[tuple[int, int]], capacity: Sequence[int], held: Sequence[Held]
) -> list[Moment]:
    """
    Limits of one stock over time, without those that others imply.

    Parameters
    ----------
    users
        (slot, window) of each.
    capacity
        Units of each user's slot.
    held
        What is given away beforehand; its slots have the capacities of the users' where they are the same, and none
        of their own otherwise.
    """
    windows = (*(window for _, window in users), *(hold.window for hold in held))
    every = (1 << len(users)) - 1
    found: dict[int, int] = {}
    for meeting in meetings.of(windows):
        here = [u for u in range(len(users)) if meeting >> u & 1]
        if not here:
            continue
        taken = [hold for k, hold in enumerate(held) if meeting >> (len(users) + k) & 1]
        most = max(capacity[u] for u in here)
        _keep(found, meeting & every, most - sum(hold.units for hold in taken))
        for slot in {users[u][0] for u in here}:
            mine = [u for u in here if users[u][0] == slot]
            if capacity[mine[0]] < most:
                in_slot = sum(hold.units for hold in taken if hold.slot == slot)
                _keep(found, sum(1 << u for u in mine), capacity[mine[0]] - in_slot)
    return [
        Moment(users_bits, limit)
        for users_bits, limit in sorted(found.items(), key=lambda entry: (-entry[0].bit_count(), entry[0]))
        if not any(
            other & users_bits == users_bits and other != users_bits and least <= limit
            for other, least in found.items()
        )
    ]


def parts(limits: Sequence[Moment], n_users: int) -> tuple[list[Moment], list[Moment]]:
    """
    Users in parts that one limit each holds, and the limits that no part holds.

    Returns
    -------
    tuple of list
        Parts, which share no user and together have all of them; and the rest.
    """
    free, chosen = (1 << n_users) - 1, []
    for moment in limits:
        if moment.users & free:
            chosen.append(Moment(moment.users & free, moment.limit))
            free &= ~moment.users
    rest = [
        moment
        for moment in limits
        if not any(part.users & moment.users == moment.users and part.limit <= moment.limit for part in chosen)
    ]
    return chosen, rest


def _keep(found: dict[int, int], users: int, limit: int) -> None:
    found[users] = min(limit, found.get(users, limit))

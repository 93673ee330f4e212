"""Capacity groups: which slots of a resource share what it can give, and the slot that a need takes in each."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher import eligibility as rules
from matcher.facts import ALWAYS, DAY_MIN, Candidates, Facts

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Groups:
    """
    The rows that capacity is counted in, ordered by resource.

    A consumable is one group. Of a renewable resource, slots whose windows overlap share one capacity: the least of
    theirs, so that none is ever exceeded; slots apart in time are groups of their own. A slot that never opens in the
    horizon is in none.

    Parameters
    ----------
    resource
        Resource of each group.
    capacity
        Units that each can give.
    of_slot
        Group of each slot, -1 where it never opens.
    open_min
        Minutes that each slot is open in the horizon.
    """

    resource: Int32
    capacity: Int64
    of_slot: Int32
    open_min: Int64

    def __len__(self) -> int:
        return len(self.resource)


def capacity_groups(facts: Facts) -> Groups:
    """Capacity groups of all resources."""
    resources = facts.resources
    owner: list[int] = []
    capacity: list[int] = []
    of_slot = np.full(len(resources.slot_window), -1, np.int32)
    for r in range(len(resources)):
        slots = range(int(resources.slot_start[r]), int(resources.slot_start[r + 1]))
        usable = [slot for slot in slots if _opens(facts, int(resources.slot_window[slot]))]
        parts = [usable] if resources.consumable[r] and usable else _components(facts, usable)
        for part in parts:
            of_slot[part] = len(owner)
            owner.append(r)
            least = min(int(resources.slot_capacity[slot]) for slot in part)
            capacity.append(int(resources.available[r]) if resources.consumable[r] else least)
    return Groups(np.array(owner, np.int32), np.array(capacity, np.int64), of_slot, _open_minutes(facts))


def expand(facts: Facts, groups: Groups, c: Candidates) -> tuple[Int64, Int32, Int32]:
    """
    Each candidate once for each group of its resource that has a slot for it.

    Returns
    -------
    tuple of ndarray
        Index of the candidate, group, and the slot taken: the one that is open for the fewest minutes, the first
        among equals. By candidate, then group.
    """
    owner, slot = rules.slots_of(facts, c)
    fits = rules.slot_fits(facts, facts.needs.window[c.need[owner]], facts.resources.slot_window[slot])
    owner, slot = owner[fits], slot[fits]
    group = groups.of_slot[slot]
    order = np.lexsort((slot, groups.open_min[slot], group, owner))
    owner, slot, group = owner[order], slot[order], group[order]
    first = np.ones(len(owner), np.bool_)
    first[1:] = (owner[1:] != owner[:-1]) | (group[1:] != group[:-1])
    return owner[first], group[first], slot[first].astype(np.int32)


def _components(facts: Facts, slots: list[int]) -> list[list[int]]:
    """Slots in parts that are apart in time, each part and the parts in slot order."""
    windows = facts.resources.slot_window
    parts: list[list[int]] = []
    for slot in slots:
        touching = [part for part in parts if any(_overlap(facts, int(windows[slot]), int(windows[i])) for i in part)]
        merged = sorted([slot, *(i for part in touching for i in part)])
        parts = [part for part in parts if part not in touching] + [merged]
    return sorted(parts)


def _overlap(facts: Facts, one: int, other: int) -> bool:
    if ALWAYS in (one, other) or one == other:
        return True
    return rules.overlap(facts.windows[one], facts.windows[other])


def _opens(facts: Facts, window: int) -> bool:
    return window == ALWAYS or len(facts.windows[window]) > 0


def _open_minutes(facts: Facts) -> Int64:
    minutes = np.array([int((bounds[:, 1] - bounds[:, 0]).sum()) for bounds in facts.windows], np.int64)
    window = facts.resources.slot_window
    always = np.full(len(window), facts.horizon_days * DAY_MIN, np.int64)
    return np.where(window == ALWAYS, always, minutes[window] if len(minutes) else always)

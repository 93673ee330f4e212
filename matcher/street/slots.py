"""Which slot of a resource a need would take, and which share of it: that of its area, or what is for all."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher import eligibility as rules
from matcher.street.facts import ALWAYS, DAY_MIN, NONE, Candidates, Facts

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

FOR_ALL = 0
"""Share of what is reserved for nobody."""


@dataclass(frozen=True, slots=True)
class Choices:
    """
    Pairs: each candidate with each slot and share of a slot that it may take.

    Parameters
    ----------
    owner
        Index of the candidate, ascending.
    slot
        Slot taken.
    window
        Window in which it is taken: the need's own, else the slot's.
    share
        `FOR_ALL`, or the number of an area's quota.
    """

    owner: Int64
    slot: Int32
    window: Int32
    share: Int32

    def __len__(self) -> int:
        return len(self.owner)


@dataclass(frozen=True, slots=True)
class Quotas:
    """Quotas of all resources, numbered from 1: the area of each, and the units reserved of each slot."""

    area: tuple[int, ...]
    units: tuple[int, ...]
    of_resource: tuple[tuple[int, ...], ...]

    def shares(self, r: int, capacity: int) -> dict[int, int]:
        """Units of a capacity by share, what is for all first; earlier quotas come first where it is too small."""
        left, reserved = capacity, {}
        for number in self.of_resource[r]:
            reserved[number] = min(self.units[number], left)
            left -= reserved[number]
        return {FOR_ALL: left, **reserved}


def quotas_of(facts: Facts) -> Quotas:
    """Number the quotas of all resources."""
    area, units, of_resource = [NONE], [0], []
    for rows in facts.resources.quotas:
        of_resource.append(tuple(range(len(area), len(area) + len(rows))))
        area += [quota_area for quota_area, _ in rows]
        units += [reserved for _, reserved in rows]
    return Quotas(tuple(area), tuple(units), tuple(of_resource))


def choices(facts: Facts, quotas: Quotas, c: Candidates) -> Choices:
    """
    What each candidate may take.

    A need with a window takes one slot that contains it: the one with most to give, then the one that is open for the
    fewest minutes. One without may take any slot that holds no other with as much to give. A published pairing's slot
    is among them in any case.
    """
    resources, needs = facts.resources, facts.needs
    owner, slot = rules.slots_of(facts, c)
    fits = rules.slot_fits(facts, needs.window[c.need[owner]], resources.slot_window[slot])
    owner, slot = owner[fits], slot[fits]
    published = _is_published(facts, c.need[owner], slot)
    consumable = resources.consumable[c.resource[owner]]
    any_slot = (needs.window[c.need[owner]] == ALWAYS) & ~consumable
    capacity = np.where(consumable, 0, resources.slot_capacity[slot])
    order = np.lexsort((slot, open_minutes(facts)[slot], -capacity, ~published, owner))
    owner, slot, published, any_slot = owner[order], slot[order], published[order], any_slot[order]
    best = np.ones(len(owner), np.bool_)
    best[1:] = owner[1:] != owner[:-1]
    kept = np.where(any_slot, ~_is_widened(facts)[slot] | published, best)
    owner, taken = owner[kept], slot[kept].astype(np.int32)
    asked = needs.window[c.need[owner]]
    window = np.where(asked == ALWAYS, resources.slot_window[taken], asked).astype(np.int32)
    return _shared(facts, quotas, c, Choices(owner, taken, window, np.zeros(len(owner), np.int32)))


def open_minutes(facts: Facts) -> Int64:
    """Minutes that each slot is open in the horizon."""
    minutes = np.array([int((bounds[:, 1] - bounds[:, 0]).sum()) for bounds in facts.windows], np.int64)
    window = facts.resources.slot_window
    always = np.full(len(window), facts.horizon_days * DAY_MIN, np.int64)
    return np.where(window == ALWAYS, always, minutes[window] if len(minutes) else always)


def overlap(facts: Facts, one: int, other: int) -> bool:
    """Whether two windows, by index, share a minute."""
    if ALWAYS in {one, other}:
        return True
    return len(facts.windows[one]) > 0 and (one == other or rules.overlap(facts.windows[one], facts.windows[other]))


def _is_published(facts: Facts, need: Int32, slot: Int64) -> Mask:
    number = {uid: i for i, uid in enumerate(facts.resources.slot_uid)} if len(facts.published) else {}
    count = len(facts.resources.slot_uid)
    keys = [
        n * count + number[uid]
        for n, uid in zip(facts.published.need.tolist(), facts.published.slot_uid, strict=True)
        if n >= 0 and uid in number
    ]
    found: Mask = np.isin(need.astype(np.int64) * count + slot, np.array(keys, np.int64))
    return found


def _is_widened(facts: Facts) -> Mask:
    """Slots of renewable resources that hold another slot with as much to give: taking that one leaves more."""
    resources = facts.resources
    widened = np.zeros(len(resources.slot_window), np.bool_)
    several = np.flatnonzero((np.diff(resources.slot_start) > 1) & ~resources.consumable)
    for r in several.tolist():
        slots = range(*resources.slot_start[r : r + 2].tolist())
        for slot in slots:
            widened[slot] = any(_is_narrower(facts, other, slot) for other in slots if other != slot)
    return widened


def _is_narrower(facts: Facts, one: int, other: int) -> bool:
    """Whether a slot lies in another and gives as much; of two that are alike, the first."""
    windows, capacity = facts.resources.slot_window, facts.resources.slot_capacity
    if capacity[one] < capacity[other]:
        return False
    inner, outer = int(windows[one]), int(windows[other])
    if inner == outer:
        return bool(capacity[one] > capacity[other]) or one < other
    if inner == ALWAYS or not len(facts.windows[inner]):
        return False
    return outer == ALWAYS or rules.contains(facts.windows[outer], facts.windows[inner])


def _shared(facts: Facts, quotas: Quotas, c: Candidates, made: Choices) -> Choices:
    """Each choice once more for a quota of the need's area."""
    having = np.array([len(numbers) > 0 for numbers in quotas.of_resource], np.bool_)
    if not having.any():
        return made
    more, share = [], []
    for i in np.flatnonzero(having[c.resource[made.owner]]).tolist():
        need, r = int(c.need[made.owner[i]]), int(c.resource[made.owner[i]])
        for number in quota_shares(facts, quotas, need, r):
            more.append(i)
            share.append(number)
    at = np.concatenate((np.arange(len(made)), np.array(more, np.int64)))
    shares = np.concatenate((made.share, np.array(share, np.int32)))
    order = np.lexsort((shares, at))
    at, shares = at[order], shares[order]
    return Choices(made.owner[at], made.slot[at], made.window[at], shares)


def quota_shares(facts: Facts, quotas: Quotas, need: int, r: int) -> list[int]:
    """Quotas of a resource that a need may draw on."""
    area = int(facts.needs.area[need])
    way = {area, *facts.areas.within[area]}
    return [number for number in quotas.of_resource[r] if quotas.area[number] in way]

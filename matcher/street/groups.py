"""
Capacity groups: what is counted together of a resource, and the limits beside them that no group holds.

A consumable is one group. Of a renewable resource, those pairs are one group that meet at some moment; pairs that never
meet, by day and by night, are in groups of their own. What is reserved for an area, and what a batch may have at most,
is a group too.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.errors import InvalidProblemError
from matcher.pinned import pins_named
from matcher.reasons import Finding
from matcher.street.facts import ALWAYS, NONE, Candidates, Facts
from matcher.street.moments import Held, Meetings, Moment, moments, parts
from matcher.street.slots import Choices, Quotas, overlap

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Groups:
    """
    The rows that capacity is counted in, ordered by resource.

    Parameters
    ----------
    resource
        Resource of each group.
    capacity
        Units that each can give.
    slots
        Slots of the resource that share time with what each gives.
    quota
        Number of the area's quota that it is, 0 for none.
    batch
        Batch whose cap it is, -1 for none.
    """

    resource: Int32
    capacity: Int64
    slots: tuple[tuple[int, ...], ...]
    quota: Int32
    batch: Int32

    def __len__(self) -> int:
        return len(self.resource)


@dataclass(frozen=True, slots=True)
class Users:
    """
    Distinct ways in which pairs take of resources: slot, window, share and capped batch.

    Parameters
    ----------
    resource, slot, window, share, batch
        Of each user; of a consumable the slot is its first and the window `ALWAYS`, for it is all one.
    group
        Capacity group of each.
    """

    resource: Int32
    slot: Int32
    window: Int32
    share: Int32
    batch: Int32
    group: Int32

    def __len__(self) -> int:
        return len(self.slot)


@dataclass(frozen=True, slots=True)
class Row:
    """``sum coefficient * units`` of some users is at most ``limit``; ``key`` is what it stands for."""

    key: tuple[str, str]
    users: tuple[int, ...]
    coefficient: tuple[int, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class Seating:
    """
    Where every pair takes what it takes.

    Parameters
    ----------
    user
        Of each pair.
    nodes
        Limits of several groups together: (key, groups, limit).
    rows
        Limits that cross groups.
    """

    groups: Groups
    users: Users
    user: Int32
    nodes: tuple[tuple[tuple[str, str], tuple[int, ...], int], ...]
    rows: tuple[Row, ...]


def seat(
    facts: Facts,
    quotas: Quotas,
    c: Candidates,
    made: Choices,
    *,
    held: dict[tuple[int, int], list[Held]],
    in_batch: dict[int, int],
) -> Seating:
    """
    Capacity groups of the pairs, and what else limits them.

    Parameters
    ----------
    made
        The pairs.
    held, in_batch
        What pins take of each (resource, share), and of each batch.

    Raises
    ------
    InvalidProblemError
        If pins take more than there is.
    """
    users, user = _users(facts, c, made)
    builder = _Builder(facts, quotas, users, held)
    return builder.seating(user, in_batch)


def _users(facts: Facts, c: Candidates, made: Choices) -> tuple[Users, Int32]:
    resources, batches = facts.resources, facts.batches
    resource = c.resource[made.owner]
    consumable = resources.consumable[resource]
    slot = np.where(consumable, resources.slot_start[resource], made.slot).astype(np.int64)
    window = np.where(consumable, ALWAYS, made.window).astype(np.int64)
    batch = facts.needs.batch[c.need[made.owner]]
    if len(batches.uid):
        batch = np.where((batch != NONE) & (batches.cap[batch] != NONE), batch, NONE)
    widths = (len(facts.windows) + 1, int(made.share.max(initial=0)) + 1, len(batches.uid) + 1)
    key = ((slot * widths[0] + window + 1) * widths[1] + made.share) * widths[2] + batch + 1
    _, first, user = np.unique(key, return_index=True, return_inverse=True)
    found = Users(
        resource=resource[first].astype(np.int32),
        slot=slot[first].astype(np.int32),
        window=window[first].astype(np.int32),
        share=made.share[first].astype(np.int32),
        batch=batch[first].astype(np.int32),
        group=np.full(len(first), NONE, np.int32),
    )
    return found, user.reshape(-1).astype(np.int32)


class _Builder:
    """Makes the groups of one resource and share after the other."""

    def __init__(self, facts: Facts, quotas: Quotas, users: Users, held: dict[tuple[int, int], list[Held]]) -> None:
        self._facts = facts
        self._quotas = quotas
        self._users = users
        self._held = held
        self._meetings = Meetings(facts)
        self._resource: list[int] = []
        self._capacity: list[int] = []
        self._slots: list[tuple[int, ...]] = []
        self._quota: list[int] = []
        self._batch: list[int] = []
        self._nodes: list[tuple[tuple[str, str], tuple[int, ...], int]] = []
        self._rows: list[Row] = []

    def seating(self, user: Int32, in_batch: dict[int, int]) -> Seating:
        users = self._users
        order = np.lexsort((np.arange(len(users)), users.share, users.resource))
        stock: dict[tuple[int, int], list[int]] = defaultdict(list)
        for u in order.tolist():
            stock[int(users.resource[u]), int(users.share[u])].append(u)
        for (r, share), mine in stock.items():
            self._stock(r, share, mine)
        self._caps_of_batches(in_batch)
        groups = Groups(
            np.array(self._resource, np.int32),
            np.array(self._capacity, np.int64),
            tuple(self._slots),
            np.array(self._quota, np.int32),
            np.array(self._batch, np.int32),
        )
        return Seating(groups, users, user, tuple(self._nodes), tuple(self._rows))

    def _stock(self, r: int, share: int, mine: list[int]) -> None:
        """Groups of what is counted together: one resource, one share."""
        resources, held = self._facts.resources, self._held.get((r, share), [])
        if resources.consumable[r]:
            total = self._quotas.shares(r, int(resources.available[r]))[share]
            left = total - sum(hold.units for hold in held)
            chosen = [Moment((1 << len(mine)) - 1, left)]
            rest: list[Moment] = []
        else:
            users = [(int(self._users.slot[u]), int(self._users.window[u])) for u in mine]
            capacity = [self._quotas.shares(r, int(resources.slot_capacity[slot]))[share] for slot, _ in users]
            chosen, rest = parts(moments(self._meetings, users, capacity, held), len(mine))
        for part in chosen:
            self._part(r, share, [mine[i] for i in bits(part.users)], part.limit)
        for moment in rest:
            members = tuple(mine[i] for i in bits(moment.users))
            key = ("moment", resources.uid[r])
            self._rows.append(Row(key, members, (1,) * len(members), self._checked(r, moment.limit)))

    def _part(self, r: int, share: int, members: list[int], limit: int) -> None:
        """One group; with members of capped batches one for each of these, below a common limit."""
        limit = self._checked(r, limit)
        by_batch: dict[int, list[int]] = defaultdict(list)
        for u in members:
            by_batch[int(self._users.batch[u])].append(u)
        slots = self._touched(r, members)
        first = len(self._resource)
        for batch, some in sorted(by_batch.items()):
            self._users.group[some] = len(self._resource)
            self._resource.append(r)
            self._capacity.append(limit)
            self._slots.append(slots)
            self._quota.append(share)
            self._batch.append(batch)
        if len(by_batch) > 1:
            key = ("resource", self._facts.resources.uid[r])
            self._nodes.append((key, tuple(range(first, len(self._resource))), limit))

    def _touched(self, r: int, members: Iterable[int]) -> tuple[int, ...]:
        """Slots of a resource that share time with those of some users."""
        resources = self._facts.resources
        slots = range(*resources.slot_start[r : r + 2].tolist())
        if resources.consumable[r] or len(slots) == 1:
            return tuple(slots)
        own = {int(self._users.slot[u]) for u in members}
        windows = resources.slot_window
        return tuple(s for s in slots if any(overlap(self._facts, int(windows[s]), int(windows[mine])) for mine in own))

    def _caps_of_batches(self, in_batch: dict[int, int]) -> None:
        """The cap of a batch: of each of its groups, and of them together where there are several."""
        of_batch: dict[int, list[int]] = defaultdict(list)
        for g, batch in enumerate(self._batch):
            if batch != NONE:
                of_batch[batch].append(g)
        batches = self._facts.batches
        for batch, groups in of_batch.items():
            left = max(int(batches.cap[batch] - batches.held[batch]) - in_batch.get(batch, 0), 0)
            for g in groups:
                self._capacity[g] = min(self._capacity[g], left)
            if len(groups) > 1:
                self._nodes.append((("batch", batches.uid[batch]), tuple(groups), left))

    def _checked(self, r: int, limit: int) -> int:
        if limit < 0:
            resources = self._facts.resources
            msg = (
                f"pins take {-limit} units more of {resources.name[r]} ({resources.uid[r]}) at some moment than it "
                f"gives. Maybe end one of them, or correct what is offered."
            )
            named = {"resource": resources.name[r], "resource_uid": resources.uid[r]}
            figures = {"units": -limit, "pins": pins_named(self._facts, resources={r})}
            raise InvalidProblemError(msg, Finding("instance.pins_over_moment", {**named, **figures}))
        return limit


def bits(mask: int) -> Sequence[int]:
    """Positions of the bits that are set."""
    return [i for i in range(mask.bit_length()) if mask >> i & 1]

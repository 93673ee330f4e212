"""What people have settled before a plan is made: money, pools, loads, rulings about pairs, and what was published."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

HOURS = "小时"
"""Unit of loads that count time."""
PIN, BAN, DECLINE, NO_SHOW = "pin", "ban", "decline", "no_show"


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """Batches; ``cap`` is -1 when only the resource limits it, ``held`` what pairings take of it already."""

    uid: tuple[str, ...]
    no: tuple[int, ...]
    resource: Int32
    cap: Int64
    held: Int64
    released: Mask


@dataclass(frozen=True, slots=True)
class BudgetFacts:
    """
    Pools of money, by uid.

    Parameters
    ----------
    fund
        Kind of each, index in `Facts.funds`.
    areas
        Areas whose needs it pays for, each with all that lies in it.
    left_fen
        What is neither spent nor reserved.
    pool
        Pool whose money it is, index in `Facts.pools`; -1 for an area's own.
    """

    uid: tuple[str, ...]
    name: tuple[str, ...]
    kind: tuple[str, ...]
    year: tuple[int, ...]
    fund: Int32
    areas: tuple[tuple[int, ...], ...]
    left_fen: Int64
    pool: Int32

    def __len__(self) -> int:
        return len(self.uid)


@dataclass(frozen=True, slots=True)
class PoolFacts:
    """Pools (片区) by uid; ``members`` are the areas that share what they have, each with all that lies in it."""

    uid: tuple[str, ...]
    name: tuple[str, ...]
    members: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.uid)


@dataclass(frozen=True, slots=True)
class LoadFacts:
    """
    A provider's limit over all its resources.

    Parameters
    ----------
    unit
        As written; `HOURS` counts the time of the slots taken.
    first_day, last_day
        Days in which a slot counts against it, both included.
    """

    unit: str
    limit: int
    first_day: int
    last_day: int


@dataclass(frozen=True, slots=True)
class RulingFacts:
    """
    What people have decided about pairs, by uid.

    Parameters
    ----------
    kind
        ``pin``, ``ban``, ``decline`` or ``no_show``.
    need, resource, provider
        Indices of what it names, -1 for any, -2 for what is not there (any more).
    slot_uid
        Of a pin, empty for any.
    quantity
        Of a pin, -1 for as much as the need asks for.
    until
        Last day as written, empty for good.
    """

    uid: tuple[str, ...]
    kind: tuple[str, ...]
    need: Int32
    resource: Int32
    provider: Int32
    slot_uid: tuple[str, ...]
    quantity: Int64
    until: tuple[str, ...]
    reason: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.uid)


@dataclass(frozen=True, slots=True)
class PublishedFacts:
    """Pairings that were published: uid and index of the need (-2 for one that is not there any more), slot, units."""

    need_uid: tuple[str, ...]
    need: Int32
    slot_uid: tuple[str, ...]
    quantity: Int64

    def __len__(self) -> int:
        return len(self.slot_uid)

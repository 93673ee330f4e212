"""What the readers of a snapshot share: numbers for uids, days, and whole amounts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from graph_schema.model.snapshot import Snapshot, SnapshotArea, SnapshotNeed, SnapshotResource
from matcher.errors import InvalidProblemError
from matcher.problem import MAX_TOTAL
from matcher.street.facts import FIRST_DAY, LAST_DAY, NONE
from matcher.street.indexing import Abilities, AreaSets, GroupSets, Index

Int32 = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Numbering:
    """Numbers for everything that a snapshot refers to by uid or name."""

    areas: Index
    categories: Index
    providers: Index
    needs: Index
    resources: Index
    batches: Index
    units: Index
    rings: Index
    modes: Index
    teams: Index
    posts: Index
    funds: Index
    sets: AreaSets
    groups: GroupSets
    skills: Abilities
    amenities: Abilities


def rings_of(paths: Sequence[tuple[tuple[str, str], ...]], levels: tuple[str, ...], index: Index) -> Int32:
    """Uids at each level as numbers, shape ``(rows, levels, k)``."""
    at: list[dict[str, list[int]]] = []
    for path in paths:
        by_level: dict[str, list[int]] = {}
        for level, uid in path:
            by_level.setdefault(level, []).append(index.get(uid))
        at.append(by_level)
    width = max((len(uids) for by_level in at for uids in by_level.values()), default=1)
    made = np.full((len(paths), len(levels), width), NONE, np.int32)
    for i, by_level in enumerate(at):
        for level, uids in by_level.items():
            made[i, levels.index(level), : len(uids)] = uids
    return made


def places_of(
    rows: Sequence[SnapshotNeed] | Sequence[SnapshotResource] | Sequence[SnapshotArea],
) -> npt.NDArray[np.float64]:
    """Planar metres of rows, NaN when unlocated."""
    return np.array([(row.point.x_m, row.point.y_m) for row in rows], np.float64).reshape(-1, 2)


def day_of(snapshot: Snapshot, day: date | None, default: int) -> int:
    """Days from the snapshot's first."""
    return default if day is None else min(max((day - snapshot.first_day).days, FIRST_DAY), LAST_DAY)


def ints(values: Iterable[int]) -> Int32:
    """Values as int32."""
    return np.array(list(values), np.int32)


def flags(values: Iterable[bool]) -> npt.NDArray[np.bool_]:
    """Values as a mask."""
    return np.array(list(values), np.bool_)


def amounts(what: str, rows: Iterable[tuple[str, int]]) -> npt.NDArray[np.int64]:
    """
    Whole amounts by uid.

    Raises
    ------
    InvalidProblemError
        If one is negative or beyond what sums can hold.
    """
    found = []
    for uid, amount in rows:
        if not 0 <= amount <= MAX_TOTAL:
            msg = f"{what} {uid} has the quantity {amount}, outside 0 to {MAX_TOTAL}. Maybe a cell holds two numbers."
            raise InvalidProblemError(msg)
        found.append(amount)
    return np.array(found, np.int64)

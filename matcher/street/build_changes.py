"""What two snapshots of a street differ in, as far as rules and walks are concerned."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from math import isnan
from typing import Any, TypeVar

import numpy as np

from graph_schema.model.places import LocatedBy
from graph_schema.model.snapshot import (
    Point,
    Snapshot,
    SnapshotNeed,
    SnapshotProvider,
    SnapshotResource,
    SnapshotRuling,
    StreetArrays,
)
from matcher.street.commitments import PIN
from matcher.street.resift import ChangedRows

Row = TypeVar("Row", SnapshotNeed, SnapshotResource, SnapshotProvider)

SAME_FOR_ALL = ("street_uid", "first_day", "horizon_days", "categories", "target_groups", "ring_levels", "origin")
"""Fields of a snapshot that say something of every pair."""
_NOWHERE = Point(0.0, 0.0, LocatedBy.UNLOCATED)


def changed_rows(before: Snapshot, after: Snapshot) -> ChangedRows | None:
    """
    Needs and resources that rules and walks have to look at again.

    Returns
    -------
    ChangedRows or None
        ``None`` where something changed that concerns every pair: days, areas, categories, target groups, the walking
        network.
    """
    alike = all(getattr(before, name) == getattr(after, name) for name in SAME_FOR_ALL)
    if not (alike and _same_areas(before, after) and _same_streets(before.streets, after.streets)):
        return None
    window = _windows(before, after)
    needs = _differing(before.needs, after.needs, lambda row: _need(row, window))
    resources = _differing(before.resources, after.resources, lambda row: _resource(row, window))
    providers = _differing(before.providers, after.providers, lambda provider: provider)
    rulings = set(before.rulings) ^ set(after.rulings)
    for ruling in rulings:
        _mark(ruling, needs, resources, providers)
    costly = before.budgets != after.budgets
    for row in (*before.resources, *after.resources):
        if row.provider_uid in providers or (costly and row.unit_cost_fen):
            resources.add(row.uid)
    return ChangedRows(needs, resources)


def _mark(ruling: SnapshotRuling, needs: set[str], resources: set[str], providers: set[str]) -> None:
    """What a ruling that came or went is about; a pin keeps no pair away."""
    if ruling.kind == PIN:
        return
    if ruling.need_uid is not None:
        needs.add(ruling.need_uid)
    elif ruling.resource_uid is not None:
        resources.add(ruling.resource_uid)
    elif ruling.provider_uid is not None:
        providers.add(ruling.provider_uid)


def _windows(before: Snapshot, after: Snapshot) -> Mapping[int, int]:
    """Of each window before, its index after; below -1 for one that is gone, and -1 for always."""
    at = {window: i for i, window in enumerate(after.windows)}
    return {-1: -1} | {i: at.get(window, -2 - i) for i, window in enumerate(before.windows)}


def _need(row: SnapshotNeed, window: Mapping[int, int]) -> SnapshotNeed:
    return row if window[row.window] == row.window else replace(row, window=window[row.window])


def _resource(row: SnapshotResource, window: Mapping[int, int]) -> SnapshotResource:
    if all(window[slot.window] == slot.window for slot in row.slots):
        return row
    return replace(row, slots=tuple(replace(slot, window=window[slot.window]) for slot in row.slots))


def _differing(before: Sequence[Row], after: Sequence[Row], as_after: Callable[[Row], Row]) -> set[str]:
    """Uids of rows that are in one only, or say something else."""
    now = {row.uid: row for row in after}
    found = now.keys() ^ {row.uid for row in before}
    found.update(row.uid for row in before if row.uid in now and not _same(as_after(row), now[row.uid]))
    return found


def _same(one: Any, other: Any) -> bool:
    """Whether two rows say the same; nowhere is nowhere, although no number equals what stands for it."""
    return bool(one == other) or bool(_placed(one) == _placed(other))


def _placed(row: Any) -> Any:
    point = getattr(row, "point", None)
    return replace(row, point=_NOWHERE) if point is not None and isnan(point.x_m) else row


def _same_areas(before: Snapshot, after: Snapshot) -> bool:
    return len(before.areas) == len(after.areas) and all(map(_same, before.areas, after.areas))


def _same_streets(before: StreetArrays | None, after: StreetArrays | None) -> bool:
    if before is None or after is None or before is after:
        return before is after
    arrays: Iterable[str] = ("node_xy_m", "start", "target", "length_m")
    return before.source == after.source and all(
        np.array_equal(getattr(before, name), getattr(after, name)) for name in arrays
    )

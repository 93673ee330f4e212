"""A street a while later: rows that came, went and say something else, rulings, money, and windows in another order."""

from dataclasses import replace
from random import Random
from typing import Any

from graph_schema.model.snapshot import Snapshot, SnapshotBudget, SnapshotNeed, SnapshotProvider, SnapshotResource

OF_A_NEED = (
    *("category", "quantity", "urgency", "area_uid", "point", "window", "target_groups", "service_modes", "skills"),
    *(
        "amenities",
        "flags",
        "only_resource_uid",
        "batch_released",
        "needed_from",
        "needed_by",
        "beneficiary_households",
    ),
)
OF_A_RESOURCE = (
    *("category", "point", "serves", "excludes", "target_groups", "service_modes", "provider_uid", "valid_from"),
    *("valid_to", "surveyed_on", "unit_cost_fen", "amenities", "home_ring", "area_uid"),
)
OF_A_PROVIDER = ("skills", "agreements", "served_area_uids", "responsible_area_uids")


def later(rng: Random, before: Snapshot) -> Snapshot:
    """A few changes, each of a field to what another row says there; every row's references stay known."""
    needs = [_as_another(rng, row, before.needs, OF_A_NEED) for row in before.needs if rng.random() < 0.85]
    resources = [
        _other_slots(rng, _as_another(rng, row, before.resources, OF_A_RESOURCE), len(before.windows))
        for row in before.resources
        if rng.random() < 0.9
    ]
    providers = [_as_another(rng, row, before.providers, OF_A_PROVIDER) for row in before.providers]
    new = f"+{rng.randrange(10**9)}"
    needs += [replace(row, uid=row.uid + new) for row in before.needs if rng.random() < 0.15]
    resources += [_again(row, new) for row in before.resources if rng.random() < 0.15]
    rulings = [row for row in before.rulings if rng.random() < 0.8]
    rulings += [replace(row, uid=row.uid + new, need_uid=None) for row in before.rulings if rng.random() < 0.2]
    made = replace(
        before,
        needs=tuple(sorted(needs, key=_uid)),
        resources=tuple(sorted(resources, key=_uid)),
        providers=tuple(providers),
        rulings=tuple(row for row in rulings if row.resource_uid is not None or row.provider_uid is not None),
        budgets=tuple(_other_money(rng, row) for row in before.budgets),
        hash=f"{before.hash}+",
    )
    return _renumbered(rng, made) if rng.random() < 0.3 else made


def _as_another(rng: Random, row: Any, rows: tuple[Any, ...], fields: tuple[str, ...]) -> Any:
    if rng.random() < 0.7:
        return row
    field = rng.choice(fields)
    return replace(row, **{field: getattr(rng.choice(rows), field)})


def _again(row: SnapshotResource, new: str) -> SnapshotResource:
    slots = tuple(replace(slot, uid=slot.uid + new) for slot in row.slots)
    return replace(row, uid=row.uid + new, slots=slots, held=())


def _other_slots(rng: Random, row: SnapshotResource, n_windows: int) -> SnapshotResource:
    if rng.random() < 0.8:
        return row
    slots = tuple(replace(slot, window=rng.randrange(-1, n_windows), capacity=rng.randint(0, 5)) for slot in row.slots)
    return replace(row, slots=slots, available=max((slot.capacity for slot in slots), default=0))


def _other_money(rng: Random, row: SnapshotBudget) -> SnapshotBudget:
    return replace(row, left_fen=rng.choice([0, row.left_fen, 2 * row.left_fen]))


def _renumbered(rng: Random, made: Snapshot) -> Snapshot:
    """The same street with its windows in another order."""
    order = list(range(len(made.windows)))
    rng.shuffle(order)
    at = {old: new for new, old in enumerate(order)} | {-1: -1}
    return replace(
        made,
        windows=tuple(made.windows[old] for old in order),
        needs=tuple(replace(row, window=at[row.window]) for row in made.needs),
        resources=tuple(
            replace(row, slots=tuple(replace(slot, window=at[slot.window]) for slot in row.slots))
            for row in made.resources
        ),
    )


def _uid(row: SnapshotNeed | SnapshotResource | SnapshotProvider) -> str:
    return row.uid

"""Snapshots of one street made by hand: two communities in two branches, one category, and what a test changes."""

import datetime as dt
from typing import Any

from graph_schema.model.places import LocatedBy
from graph_schema.model.quantities import Qualifier
from graph_schema.model.schedules import IntervalSet
from graph_schema.model.snapshot import (
    Point,
    Snapshot,
    SnapshotArea,
    SnapshotCategory,
    SnapshotNeed,
    SnapshotProvider,
    SnapshotResource,
    SnapshotSlot,
)

FIRST_DAY = dt.date(2026, 3, 2)
DAYS = 10
ALWAYS, DAYTIME, NIGHTS, EVENINGS = -1, 0, 1, 2
WINDOWS = tuple(
    IntervalSet.of([(day * 1440 + opens, day * 1440 + closes) for day in range(DAYS)])
    for opens, closes in ((480, 1080), (1200, 1800), (1140, 1320))
)
HERE = Point(0.0, 0.0, LocatedBy.COORDINATES)


def area(uid: str, *, label: str = "AdminDivision", community: str | None = None, **changes: Any) -> SnapshotArea:
    """A community, or with ``community`` a part of one; community ``c1`` lies in branch ``b1`` and so on."""
    top = community or uid
    street = ("street", "street")
    path = (("community", top), ("branch", f"b{top[1:]}"), street) if uid != "street" else (street,)
    within = () if uid == "street" else (*([community] if community else []), "street")
    made = {"point": HERE, "community_uid": None if uid == "street" else top}
    return SnapshotArea(uid, label, f"{uid}社区", within, path, **(made | changes))


def provider(uid: str = "p", **changes: Any) -> SnapshotProvider:
    """A unit without ties."""
    return SnapshotProvider(uid, changes.pop("label", "Organization"), f"单位{uid}", None, (), (), **changes)


def slot(uid: str, window: int = ALWAYS, capacity: int = 1) -> SnapshotSlot:
    """A slot of a resource."""
    return SnapshotSlot(uid, window, capacity, "开放时间")


def resource(uid: str = "r", *, capacity: int = 1, community: str = "c1", **changes: Any) -> SnapshotResource:
    """Something offered all the time, at the place where everything is."""
    made: dict[str, Any] = {
        "name": f"资源{uid}",
        "category": "A01",
        "unit": "个",
        "offered": capacity,
        "available": capacity,
        "qualifier": Qualifier.EXACT,
        "assumed": False,
        "consumable": False,
        "provider_uid": "p",
        "point": HERE,
        "home_area_uid": community,
        "serves": (),
        "excludes": (),
        "target_groups": (),
        "service_modes": (),
        "status": "offered",
        "valid_from": None,
        "valid_to": None,
        "surveyed_on": FIRST_DAY,
        "slots": (slot(f"{uid}-s", capacity=capacity),),
        "home_ring": area(community).ring_path,
        "area_uid": community,
    }
    return SnapshotResource(uid, **(made | changes))


def need(uid: str = "n", **changes: Any) -> SnapshotNeed:
    """One unit for community c1, at any time."""
    made: dict[str, Any] = {
        "title": f"需求{uid}",
        "category": "A01",
        "unit": "个",
        "quantity": 1,
        "assumed": False,
        "urgency": 3,
        "area_uid": "c1",
        "point": HERE,
        "window": ALWAYS,
        "window_text": "",
        "needed_from": None,
        "needed_by": None,
        "raised_on": None,
        "target_groups": (),
        "service_modes": (),
        "only_resource_uid": None,
        "batch_uid": None,
        "batch_released": True,
    }
    return SnapshotNeed(uid, **(made | changes))


def snapshot(*, needs: tuple[SnapshotNeed, ...], resources: tuple[SnapshotResource, ...], **changes: Any) -> Snapshot:
    """The street with these rows."""
    made: dict[str, Any] = {
        "street_uid": "street",
        "street_name": "示例街道",
        "as_of": dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC),
        "first_day": FIRST_DAY,
        "horizon_days": DAYS,
        "providers": (provider(),),
        "areas": (area("c1"), area("c2"), area("street")),
        "batches": (),
        "categories": (
            SnapshotCategory(
                "A01", "类别", "category", "个", divisible=True, walk_limit_s=900, provider_travels=False, routed=False,
                route_to=None, can_be_served_by=(("A01", 1.0),), one_for_one=("个",),
            ),
        ),
        "target_groups": (),
        "windows": WINDOWS,
        "provisional_days": 0,
        "ring_levels": ("grid", "community", "branch", "street"),
        "streets": None,
        "hash": "by-hand",
    }  # fmt: skip
    return Snapshot(needs=needs, resources=resources, **(made | changes))

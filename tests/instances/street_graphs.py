"""A small street as the graph holds it, made row by row with keyword arguments."""

import datetime as dt
from dataclasses import replace
from typing import Any

from graph_schema.model.needs import Batch, Need, NeedKind, NeedStatus, Registration, Urgency
from graph_schema.model.pairings import Pairing, PairingState
from graph_schema.model.places import NOWHERE, AdminDivision, Area, Grid, LocatedBy, Location, Place
from graph_schema.model.providers import Agreement, Organization, PartyOrganization
from graph_schema.model.quantities import Quantity
from graph_schema.model.resources import Resource, ResourceKind, Slot
from graph_schema.model.schedules import DayKind, Frequency, Schedule
from graph_schema.model.street import StreetGraph
from graph_schema.taxonomy import load

STREET = "street"
LON, LAT = 120.60, 31.31
"""Middle of the street; 0.001 degrees are about 95 m east and 111 m north."""
MONDAY = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)

WORKDAY_NIGHTS = Schedule(Frequency.DAILY, 18 * 60, 32 * 60, day_kind=DayKind.WORKDAY)
WORKDAY_DAYS = Schedule(Frequency.DAILY, 9 * 60, 17 * 60, day_kind=DayKind.WORKDAY)
WEEKENDS = Schedule(Frequency.DAILY, 9 * 60, 17 * 60, day_kind=DayKind.WEEKEND)


def at(east: float = 0, north: float = 0) -> Location:
    """A point so many thousandths of a degree from the middle."""
    return Location(lon=LON + east / 1000, lat=LAT + north / 1000, located_by=LocatedBy.COORDINATES)


def street_areas() -> tuple[Area, ...]:
    """The street, three communities (the last without a point), a grid, and a lane with an alias."""
    return (
        AdminDivision(STREET, STREET, "示例街道", "subdistrict", location=at()),
        AdminDivision("ca", STREET, "甲社区", "community", STREET, location=at(1, 1)),
        AdminDivision("cb", STREET, "乙社区", "community", STREET, location=at(-3, 0)),
        AdminDivision("cc", STREET, "丙社区", "community", STREET),
        Grid("ga", STREET, "甲社区第一网格", "ca"),
        Place("lane", STREET, "石榴巷", "ca", aliases=("榴巷",), location=at(2, 2)),
    )


def party_organizations() -> tuple[PartyOrganization, ...]:
    """A committee over the street, one branch over the first two communities, one over the third, a community's own."""
    return (
        PartyOrganization("top", STREET, "街道大工委", "街道大工委", 0, jurisdiction_uids=(STREET,)),
        PartyOrganization("b1", STREET, "东联动支部", "联动支部", 1, "top", ("ca", "cb")),
        PartyOrganization("b2", STREET, "西联动支部", "联动支部", 1, "top", ("cc",)),
        PartyOrganization("pa", STREET, "甲社区大党委", "社区大党委", 2, "b1", ("ca",)),
    )


def unit(uid: str = "unit", **changes: Any) -> Organization:
    return replace(Organization(uid, STREET, f"共建单位{uid}", checked_in_uid="ca"), **changes)


def slot(uid: str, resource_uid: str = "r", capacity: int = 5, schedule: Schedule | None = None) -> Slot:
    return Slot(uid, STREET, resource_uid, capacity, schedule)


def resource(uid: str = "r", category: str = "PRK01", offered: int = 5, **changes: Any) -> Resource:
    """Spaces of the unit in the middle, always open, surveyed on the first day."""
    quantity = Quantity(offered, load().category(category).unit)
    made = Resource(
        uid=uid,
        street=STREET,
        name=f"资源{uid}",
        category=category,
        kind=ResourceKind.SPACE,
        provider_uid="unit",
        total=quantity,
        offered=quantity,
        location=at(),
        surveyed_on=MONDAY.date(),
        slots=(slot(f"{uid}-s", uid, offered),),
    )
    return replace(made, **changes)


def need(uid: str = "n", category: str = "PRK01", quantity: int = 1, **changes: Any) -> Need:
    """A need of the first community in the middle of the street, at any time."""
    made = Need(
        uid=uid,
        street=STREET,
        title=f"需求{uid}",
        category=category,
        area_uid="ca",
        quantity=Quantity(quantity, load().category(category).unit),
        urgency=Urgency.HARD,
        location=at(1, 0),
    )
    return replace(made, **changes)


def pairing(need_uid: str, resource_uid: str, slot_uid: str, quantity: int, state: PairingState) -> Pairing:
    uid = f"{need_uid}-{resource_uid}-{slot_uid}"
    return Pairing(uid, STREET, "run", need_uid, resource_uid, slot_uid, quantity, 0, (), (), state)


def agreement(uid: str, partner_uid: str | None, signed_on: dt.date | None, valid_to: dt.date | None) -> Agreement:
    return Agreement(uid, STREET, "unit", partner_uid=partner_uid, signed_on=signed_on, valid_to=valid_to)


def street_graph(**rows: Any) -> StreetGraph:
    """The street with these rows in place of the usual ones."""
    usual: dict[str, Any] = {
        "street_uid": STREET,
        "taxonomy": load(),
        "areas": street_areas(),
        "party_organizations": party_organizations(),
        "pools": (),
        "organizations": (unit(),),
        "teams": (),
        "people": (),
        "agreements": (),
        "resources": (),
        "needs": (),
        "batches": (),
        "registrations": (),
        "projects": (),
        "pairings": (),
    }
    return StreetGraph(**{**usual, **rows})


def parking(
    *, offered: int, registrations: dict[str, int], cap: int | None = None, released: bool = True
) -> StreetGraph:
    """One car park serving three communities by its coverage list, and a first batch of registrations for it."""
    garage = resource("garage", offered=offered, serves_uids=("ca", "cb", "cc"), location=NOWHERE)
    areas = [area for area, count in registrations.items() for _ in range(count)]
    rows = tuple(
        Registration(f"reg{i:04d}", STREET, "batch", area, registrant_hash=f"h{i}", rank=i + 1)
        for i, area in enumerate(areas)
    )
    needs = tuple(
        need(
            f"place{i:04d}",
            area_uid=row.area_uid,
            location=NOWHERE,
            kind=NeedKind.REGISTRATION,
            only_resource_uid="garage",
            registration_uid=row.uid,
            status=NeedStatus.OPEN,
            urgency=Urgency.HOPED,
        )
        for i, row in enumerate(rows)
    )
    batch = Batch("batch", STREET, "garage", 1, cap=cap, released_at=MONDAY if released else None)
    return street_graph(resources=(garage,), registrations=rows, needs=needs if released else (), batches=(batch,))

"""Rows of the resource list (资源) and the services list (服务): resources with their slots."""

import re
from collections.abc import Sequence

from graph_schema.lists.cells import Cell, clean, key_of
from graph_schema.lists.columns import ListKind
from graph_schema.lists.resolve.context import Context
from graph_schema.lists.resolve.coverage import read_coverage
from graph_schema.lists.resolve.locate import area_in_address, find_named_area, locate, read_area, read_point
from graph_schema.lists.resolve.rows import RowReader
from graph_schema.lists.resolve.shared import (
    read_category,
    read_day,
    read_groups,
    read_modes,
    read_period,
    read_windows,
)
from graph_schema.lists.resolve.unit_rows import provider_of
from graph_schema.lists.values.dates import Edge
from graph_schema.lists.values.identifiers import parse_number, parse_uid
from graph_schema.lists.values.money import parse_money
from graph_schema.lists.values.quantities import parse_count, parse_quantity, to_quantity
from graph_schema.lists.values.vocabularies import VOCABULARIES, choice_of, parse_choice
from graph_schema.model.categories import Category
from graph_schema.model.identity import make_uid
from graph_schema.model.ledger import Entity
from graph_schema.model.providers import Organization
from graph_schema.model.quantities import Qualifier, Quantity
from graph_schema.model.resources import Resource, ResourceKind, ResourceStatus, Slot
from graph_schema.model.schedules import Schedule

LONGEST_GUARD_MIN = 7 * 1440

_QUOTA = re.compile(r"(?P<area>.+?) ?:? ?(?P<units>\d{1,9})(?: ?[^\d\s]{1,3})?")

_KIND_OF_CLASS = {
    "PRK": ResourceKind.SPACE,
    "VEN": ResourceKind.VENUE,
    "HLP01": ResourceKind.GOODS,
    "HLP05": ResourceKind.GOODS,
    "HLT05": ResourceKind.EQUIPMENT,
    "PRK04": ResourceKind.EQUIPMENT,
    "PRK05": ResourceKind.EQUIPMENT,
    "VEN05": ResourceKind.IDLE_ASSET,
    "CUL03": ResourceKind.GOODS,
    "ENV01": ResourceKind.PERSON,
    "SAF03": ResourceKind.PERSON,
    "SAF04": ResourceKind.PERSON,
}
"""What sort of thing a category's resources are when a list does not say; everything else is a service."""


def resolve_offer(row: RowReader, context: Context) -> list[Entity]:
    """The resource of a row, behind its provider when that had to be made."""
    row.check_needed()
    row.check_shared()
    name = row.raw("name")
    provider_uid, made = provider_of(row, context)
    category = read_category(row, name or "", context)
    if name is None or provider_uid is None or category is None:
        return []
    total, offered = _quantities(row, category)
    schedules, windows_text = read_windows(row, context)
    address = row.raw("address")
    stated_area = read_area(row, "area", context.register)
    area_uid = stated_area.uid if stated_area else area_in_address(context.register, address)
    owner = made or context.register.organizations.get(provider_uid)
    owner_area = owner.checked_in_uid if isinstance(owner, Organization) else None
    point = read_point(row, context)
    location = locate(context.register, point, address, area_uid, owner_area)
    serves, excludes = read_coverage(row, context, area_uid or owner_area)
    valid_from, valid_to = read_period(row, "valid_from", "valid_to", context)
    kind = _kind(row, category)
    quotas = _quotas(row, context, offered)
    list_kind = "service" if row.table.kind is ListKind.SERVICE else "resource"
    uid = row.read("uid", parse_uid) or make_uid(
        context.street, list_kind, *_identity(row, (provider_uid, key_of(name), category.code), address or windows_text)
    )
    resource = Resource(
        uid=uid,
        street=context.street,
        name=name,
        category=category.code,
        kind=kind,
        provider_uid=provider_uid,
        total=total,
        offered=offered,
        list_kind=list_kind,
        status=read_status(row),
        consumable=category.consumable or kind in {ResourceKind.GOODS, ResourceKind.FUND},
        unit_cost_fen=row.read("unit_cost", parse_money),
        address=address,
        location=location,
        area_uid=area_uid,
        serves_uids=serves,
        excludes_uids=excludes,
        target_groups=read_groups(row, context),
        service_modes=read_modes(row),
        conditions=row.raw("conditions"),
        windows_text=windows_text,
        guard_min=row.read("guard_min", lambda cell: parse_count(cell, LONGEST_GUARD_MIN)) or 0,
        idle_since=read_day(row, "idle_since", Edge.START, context),
        surveyed_on=read_day(row, "surveyed_on", Edge.START, context),
        valid_from=valid_from,
        valid_to=valid_to,
        note=_note(row),
        synthetic=row.choice("synthetic") == "yes",
        slots=slots_of(context.street, uid, schedules, offered.value),
        amenities=row.values("amenities"),
        quota_uids=tuple(uid for uid, _ in quotas),
        quota_units=tuple(units for _, units in quotas),
        emergency_ok=row.choice("emergency") != "no",
    )
    return [resource] if made is None else [made, resource]


def _identity(row: RowReader, named: tuple[str, ...], place_or_time: str | None) -> tuple[str, ...]:
    number = row.read("number", parse_number)
    return ("number", key_of(number)) if number is not None else (*named, key_of(place_or_time or ""))


def _quotas(row: RowReader, context: Context, offered: Quantity) -> tuple[tuple[str, int], ...]:
    """(area uid, units) of each area that a part of every slot is kept for, in the order written."""
    units: dict[str, int] = {}
    for value in row.values("quotas"):
        found = _QUOTA.fullmatch(clean(value))
        if found is None:
            row.tell("list_bad_quota", "quotas", value=value)
            continue
        area = find_named_area(row, "quotas", found["area"], context.register)
        if area is not None:
            units[area.uid] = units.get(area.uid, 0) + int(found["units"])
    if sum(units.values()) > offered.value:
        told = {"value": sum(units.values()), "offered": offered.value, "unit": offered.unit}
        row.tell("list_quota_above_offered", "quotas", **told)
    return tuple(units.items())


def slots_of(street: str, resource_uid: str, schedules: Sequence[Schedule], capacity: int) -> tuple[Slot, ...]:
    """One slot per window, one that is always open without any."""
    windows: Sequence[Schedule | None] = schedules or [None]
    return tuple(
        Slot(
            uid=make_uid(street, "slot", resource_uid, schedule.to_text() if schedule else ""),
            street=street,
            resource_uid=resource_uid,
            capacity=capacity,
            schedule=schedule,
        )
        for schedule in windows
    )


def _quantities(row: RowReader, category: Category) -> tuple[Quantity, Quantity]:
    """All there is, and what is offered of it."""
    stated = {key: quantity for key in ("total", "offered") if (quantity := read_quantity(row, key, category))}
    if not stated and not (row.cell("total") or row.cell("offered")):
        attribute = _from_attribute(row, category)
        quantity = attribute or Quantity(1, category.unit, assumed=True)
        return quantity, quantity
    nothing = Quantity(0, category.unit)
    total = stated.get("total") or stated.get("offered") or nothing
    offered = stated.get("offered") or stated.get("total") or nothing
    if total.unit == offered.unit and offered.value > total.value:
        row.tell("list_offered_above_total", "offered", value=offered.value, total=total.value, unit=total.unit)
    if total.unit != offered.unit:
        row.tell("list_units_differ", "offered", value=offered.unit, total=total.unit)
    return total, offered


def _from_attribute(row: RowReader, category: Category) -> Quantity | None:
    """面积 and 可容纳人数 are the quantity only where the category counts in their unit."""
    for key, unit in (("seats", "人"), ("area_m2", "㎡")):
        cell = row.cell(key)
        if cell is not None and category.unit == unit:
            return read_quantity(row, key, category, default_unit=unit)
    return None


def read_quantity(row: RowReader, key: str, category: Category, default_unit: str = "") -> Quantity | None:
    """Quantity of a cell in the category's unit; what is approximate or of another unit is told."""
    cell = row.cell(key)
    if cell is None:
        return None
    unit_cell = row.cell("unit")
    stated_unit = unit_cell.text if unit_cell is not None else (_unit_hint(cell) or default_unit)

    def read() -> tuple[Quantity, bool]:
        return to_quantity(parse_quantity(cell), stated_unit, category, cell.raw)

    result = row.attempt(key, read)
    if result is None:
        return None
    quantity, fits = result
    if not fits:
        row.tell(
            "list_unit_unknown",
            key,
            value=cell.raw,
            unit=quantity.unit,
            category=_named(category),
            wanted=category.unit,
        )
    if quantity.qualifier is not Qualifier.EXACT:
        row.tell("list_approximate", key, value=cell.raw, most=quantity.value, unit=quantity.unit)
    return quantity


def _named(category: Category) -> dict[str, str]:
    return {"zh": f"{category.code} {category.name_zh}", "en": f"{category.code} {category.name_en}"}


def _unit_hint(cell: Cell) -> str:
    return "" if cell.hint in {"必填", "选填", "可填", "估", "约"} else cell.hint


def read_status(row: RowReader) -> ResourceStatus:
    """Status; a word inside a longer text counts (闲置6个月), and so does a bare date for the day it fell idle."""
    cell = row.cell("status")
    if cell is None:
        return ResourceStatus.OFFERED
    found = choice_of(cell.text, "resource_status")
    if found is None:
        text = key_of(cell.text)
        hits = [
            (len(word), value)
            for value, words in VOCABULARIES["resource_status"].items()
            for word in words
            if word in text
        ]
        found = max(hits)[1] if hits else row.choice("status")
    return ResourceStatus(found) if found else ResourceStatus.OFFERED


def _kind(row: RowReader, category: Category) -> ResourceKind:
    stated = row.read("kind", lambda cell: parse_choice(cell, "resource_kind"))
    if stated is not None:
        return ResourceKind(stated)
    if row.table.kind is ListKind.SERVICE:
        return ResourceKind.SERVICE
    return _KIND_OF_CLASS.get(category.code) or _KIND_OF_CLASS.get(category.parent or "") or ResourceKind.SERVICE


def _note(row: RowReader) -> str | None:
    """The note, with the attributes that have no column in the graph."""
    attributes = [
        f"{label}:{text}"
        for key, label in (("area_m2", "面积(㎡)"), ("seats", "可容纳人数"), ("staff", "服务人员数"))
        if (text := row.raw(key)) is not None
    ]
    return ";".join([*([note] if (note := row.raw("note")) else []), *attributes]) or None

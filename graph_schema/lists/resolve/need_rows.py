"""Rows of the need list (需求)."""

import datetime as dt

from graph_schema.lists.cells import key_of
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.resolve.context import Context
from graph_schema.lists.resolve.locate import locate, read_area, read_point
from graph_schema.lists.resolve.offer_rows import read_quantity
from graph_schema.lists.resolve.rows import RowReader
from graph_schema.lists.resolve.shared import read_category, read_day, read_groups, read_modes, read_period
from graph_schema.lists.resolve.unit_rows import tell_assumed_year
from graph_schema.lists.values.choosing import nearest
from graph_schema.lists.values.dates import Edge, next_such_day, parse_date
from graph_schema.lists.values.identifiers import parse_number, parse_uid
from graph_schema.lists.values.quantities import normal_unit, parse_count, parse_quantity
from graph_schema.lists.values.skills import near_skills, skill_of
from graph_schema.lists.values.vocabularies import choice_of, need_status
from graph_schema.lists.values.windows import parse_windows
from graph_schema.model.categories import Category
from graph_schema.model.identity import make_uid
from graph_schema.model.ledger import Entity
from graph_schema.model.needs import Need, NeedKind, NeedStatus, TeamRole, Urgency, Visibility
from graph_schema.model.quantities import Quantity
from graph_schema.model.schedules import Schedule

MOST_PEOPLE = 100_000_000
PRIVATE_CATEGORIES = frozenset({"LAW02"})
"""Matters between neighbours, private unless the list says otherwise."""

FAR_YEARS = 10

_PERSONS, _HOUSEHOLDS = frozenset({"人", "名", "位", "人次"}), frozenset({"户", "家"})
_SOURCE_KINDS = {
    "心愿墙": NeedKind.MICRO_WISH,
    "微心愿": NeedKind.MICRO_WISH,
    "热线": NeedKind.COMPLAINT,
    "12345": NeedKind.COMPLAINT,
}


def resolve_need(row: RowReader, context: Context) -> list[Entity]:
    """The need of a row."""
    row.check_needed()
    row.check_shared()
    title = row.raw("name")
    area = read_area(row, "area", context.register)
    category = read_category(row, title or "", context)
    quantity, households, persons = _quantities(row, category)
    raised_on = read_day(row, "raised_on", Edge.START, context)
    window, needed_from, needed_by = _times(row, context, raised_on or context.today)
    _check_days(row, context, raised_on, needed_by)
    _check_fund(row, context)
    if title is None or area is None or category is None:
        return []
    address = row.raw("address")
    window_cell = row.cell("windows")
    window_text = window_cell.written.strip() if window_cell is not None and window is not None else None
    number = row.read("number", parse_number)
    identity = (
        ("number", key_of(number))
        if number
        else (area.uid, key_of(title), category.code, key_of(address or window_text or ""), *_part(row))
    )
    need = Need(
        uid=row.read("uid", parse_uid) or make_uid(context.street, "need", *identity),
        street=context.street,
        title=title,
        category=category.code,
        area_uid=area.uid,
        quantity=quantity or Quantity(1, category.unit, assumed=True),
        kind=_kind(row, category),
        urgency=Urgency(row.choice("urgency") or Urgency.HOPED),
        flags=_flags(row),
        status=need_status(row.raw("progress") or ""),
        address=address,
        location=locate(context.register, read_point(row, context), address, area.uid),
        window=window,
        window_text=window_text,
        needed_from=needed_from,
        needed_by=needed_by,
        exists_since=read_day(row, "exists_since", Edge.START, context),
        raised_on=raised_on,
        beneficiary_households=households,
        beneficiary_persons=persons,
        target_groups=read_groups(row, context),
        service_modes=read_modes(row),
        source_channel=row.raw("source"),
        visibility=_visibility(row, category),
        proposed_provider=row.raw("provider"),
        progress=row.raw("progress"),
        note=row.raw("note"),
        synthetic=row.choice("synthetic") == "yes",
        skills=_skills(row),
        amenities=row.values("amenities"),
        whole=_yes_no(row, "whole"),
        single_provider=_yes_no(row, "single"),
        team=row.raw("team"),
        role=_role(row),
        post=row.raw("post"),
        fund_kind=row.raw("fund_kind"),
        help=row.choice("help") == "yes",
    )
    return [need]


def _part(row: RowReader) -> tuple[str, ...]:
    """What tells the parts of a joint matter and the posts of a place apart."""
    team, post = row.raw("team"), row.raw("post")
    parts = ("team", key_of(team), row.raw("role") or "") if team else ()
    return (*parts, "post", key_of(post)) if post else parts


def _yes_no(row: RowReader, key: str) -> bool | None:
    stated = row.choice(key)
    return None if stated is None else stated == "yes"


def _role(row: RowReader) -> TeamRole | None:
    stated = row.choice("role")
    if stated is not None and row.cell("team") is None:
        row.tell("list_role_without_team", "role", value=row.raw("role"))
    return None if stated is None else TeamRole(stated)


def _skills(row: RowReader) -> tuple[str, ...]:
    """Skills asked for; an unknown one is an error, since leaving it out would ask for less."""
    skills = []
    for value in row.values("skills"):
        skill = skill_of(value)
        if skill is None:
            row.tell("list_unknown_skill", "skills", value=value, near=near_skills(value))
        else:
            skills.append(skill)
    return tuple(dict.fromkeys(skills))


def _quantities(row: RowReader, category: Category | None) -> tuple[Quantity | None, int | None, int | None]:
    """Quantity asked for, households and persons; the latter two become the first where the category counts in them."""
    households = row.read("households", lambda cell: parse_count(cell, MOST_PEOPLE))
    persons = row.read("persons", lambda cell: parse_count(cell, MOST_PEOPLE))
    if category is None:
        return None, households, persons
    cell = row.cell("quantity")
    if cell is not None:
        unit = _stated_unit(row)
        convertible = {category.unit, *dict(category.unit_conversions)}
        # Where people are counted, visits or households for persons are the amount in a unit that does not fit.
        of_things = category.unit not in _PERSONS | _HOUSEHOLDS
        if of_things and unit not in convertible and unit in _PERSONS | _HOUSEHOLDS:
            count = row.read("quantity", lambda cell: parse_count(cell, MOST_PEOPLE))
            row.tell("list_beneficiaries_only", "quantity", value=cell.raw, unit=category.unit)
            if unit in _HOUSEHOLDS:
                return None, households or count, persons
            return None, households, persons or (count if unit != "人次" else None)
        quantity = read_quantity(row, "quantity", category)
        if quantity is not None and quantity.value == 0:
            row.tell("list_need_of_nothing", "quantity", value=cell.raw)
        return quantity, households, persons
    for key, units in (("households", _HOUSEHOLDS), ("persons", frozenset({"人"}))):
        if category.unit in units and row.cell(key) is not None:
            return read_quantity(row, key, category, default_unit=category.unit), households, persons
    return None, households, persons


def _stated_unit(row: RowReader) -> str:
    """Unit of the quantity cell, beside the number or in the column of units; empty when the number is unreadable."""
    cell, unit_cell = row.cell("quantity"), row.cell("unit")
    if cell is None:
        return ""
    try:
        written = parse_quantity(cell)
    except UnreadableValueError:
        return ""
    return written.unit or normal_unit(unit_cell.text if unit_cell is not None else cell.hint)


def _times(row: RowReader, context: Context, since: dt.date) -> tuple[Schedule | None, dt.date | None, dt.date | None]:
    """
    The one window of a need, and the days between which it is wanted; 需求时间 may hold either.

    Parameters
    ----------
    since
        When it was raised: a day without a year is the next one.
    """
    needed_from, needed_by = read_period(row, "needed_from", "needed_by", context, since)
    window: Schedule | None = None
    cell = row.cell("windows")
    if cell is not None:
        try:
            day = parse_date(cell, Edge.END, context.today)
        except UnreadableValueError:
            window = _window(row, context)
        else:
            later = next_such_day(day, cell, since) or day
            tell_assumed_year(row, "windows", later)
            needed_by = needed_by or later.date
    return window, needed_from, needed_by


def _check_days(row: RowReader, context: Context, raised_on: dt.date | None, needed_by: dt.date | None) -> None:
    """Tells a day of raising that is still to come, and a last day that is over or far ahead."""
    if raised_on is not None and raised_on > context.today:
        row.tell("list_day_ahead", "raised_on", value=row.raw("raised_on") or "", day=str(raised_on))
    if needed_by is None:
        return
    key = "needed_by" if row.cell("needed_by") is not None else "windows"
    told = {"value": row.raw(key) or "", "day": str(needed_by)}
    if needed_by < context.today and need_status(row.raw("progress") or "") is NeedStatus.OPEN:
        row.tell("list_due_past", key, **told)
    elif needed_by.year > context.today.year + FAR_YEARS:
        row.tell("list_due_far", key, **told)


def _check_fund(row: RowReader, context: Context) -> None:
    """Tells a kind of money that neither the graph nor a budget list of this reading has."""
    kind = row.raw("fund_kind")
    if kind is not None and key_of(kind) not in context.fund_kinds:
        row.tell("list_no_such_fund", "fund_kind", value=kind, near=nearest(kind, context.fund_kinds.values()))


def _window(row: RowReader, context: Context) -> Schedule | None:
    read = row.read("windows", lambda cell: parse_windows(cell, context.today))
    if read is None:
        return None
    for code, params in read.warnings:
        row.tell(code, "windows", **params)
    if len(read.schedules) > 1:
        row.tell("list_need_of_several_windows", "windows", value=row.raw("windows"), windows=len(read.schedules))
        return None
    return read.schedules[0] if read.schedules else None


def _kind(row: RowReader, category: Category) -> NeedKind:
    stated = row.choice("kind")
    if stated is not None:
        return NeedKind(stated)
    if row.cell("post") is not None:
        return NeedKind.POST
    if category.code == "HLP05":
        return NeedKind.MICRO_WISH
    source = row.raw("source") or ""
    return next((kind for word, kind in _SOURCE_KINDS.items() if word in source), NeedKind.NEED)


def _flags(row: RowReader) -> tuple[str, ...]:
    flags = set()
    for value in row.values("flags"):
        flag = choice_of(value, "need_flag")
        if flag is None:
            row.tell("list_flag_ignored", "flags", value=value, allowed=["重点", "难点", "热点"])
        else:
            flags.add(flag)
    return tuple(sorted(flags))


def _visibility(row: RowReader, category: Category) -> Visibility:
    stated = row.choice("visibility")
    if stated is not None:
        return Visibility(stated)
    return Visibility.PRIVATE if category.code in PRIVATE_CATEGORIES else Visibility.PUBLIC

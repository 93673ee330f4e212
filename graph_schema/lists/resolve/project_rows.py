"""Rows of the project list (项目)."""

import datetime as dt
import re

from graph_schema.lists.cells import key_of
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.resolve.context import Context
from graph_schema.lists.resolve.locate import read_area
from graph_schema.lists.resolve.rows import RowReader
from graph_schema.lists.resolve.shared import read_day
from graph_schema.lists.resolve.unit_rows import tell_assumed_year
from graph_schema.lists.values.dates import Edge, ReadDate, parse_period
from graph_schema.lists.values.identifiers import parse_number, parse_uid
from graph_schema.lists.values.money import parse_money
from graph_schema.lists.values.quantities import normal_unit, parse_quantity
from graph_schema.model.identity import make_uid
from graph_schema.model.ledger import Entity
from graph_schema.model.needs import Project

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def resolve_project(row: RowReader, context: Context) -> list[Entity]:
    """The project of a row; a leader that is no known unit stays as text."""
    row.check_needed()
    row.check_shared()
    name, lead = row.raw("name"), row.raw("lead")
    area = read_area(row, "area", context.register)
    starts_on = read_day(row, "starts_on", Edge.START, context)
    first, due = _due(row, context)
    persons, visits = _beneficiaries(row)
    if name is None or lead is None:
        return []
    due_on = due.date if due is not None else None
    starts_on = starts_on or (first.date if first is not None else None)
    if starts_on is not None and due_on is not None and due_on < starts_on:
        row.tell("list_ends_before_start", "due", value=str(due_on), start=str(starts_on))
    leaders = context.register.find_provider(lead)
    if not leaders and (near := context.register.near_providers(lead)):
        row.tell("list_lead_near", "lead", value=lead, near=near)
    number = row.read("number", parse_number)
    identity = (
        ("number", key_of(number))
        if number
        else (key_of(lead), key_of(name), key_of(row.raw("level") or ""), area.uid if area else "")
    )
    project = Project(
        uid=row.read("uid", parse_uid) or make_uid(context.street, "project", *identity),
        street=context.street,
        name=name,
        content=row.raw("content"),
        level=row.raw("level"),
        area_uid=area.uid if area else None,
        lead_uid=leaders[0].uid if len(leaders) == 1 else None,
        lead_text=lead,
        support_text=row.values("support"),
        budget_fen=row.read("budget", parse_money),
        funding=row.raw("funding"),
        starts_on=starts_on,
        due_on=due_on,
        due_text=_due_text(row),
        beneficiary_persons=persons,
        beneficiary_visits=visits,
        progress=row.raw("progress"),
        synthetic=row.choice("synthetic") == "yes",
    )
    return [project]


def _due(row: RowReader, context: Context) -> tuple[ReadDate | None, ReadDate | None]:
    """First and last day; a text that names none (每季度) is told and kept as written."""
    cell = row.cell("due")
    if cell is None:
        return None, None
    try:
        first, due = parse_period(cell, context.today)
    except UnreadableValueError as error:
        if error.code != "list_bad_date":
            row.tell(error.code, "due", **error.params)
        else:
            row.tell("list_due_kept_as_text", "due", value=cell.raw)
        return None, None
    tell_assumed_year(row, "due", first)
    tell_assumed_year(row, "due", due)
    return first, due


def _due_text(row: RowReader) -> str | None:
    """The due date as written, where it says more than a day."""
    cell = row.cell("due")
    if cell is None or isinstance(cell.value, dt.date) or _DAY.fullmatch(cell.text):
        return None
    return cell.raw


def _beneficiaries(row: RowReader) -> tuple[int | None, int | None]:
    """Persons, and visits (人次), which are not persons; a text without a number (全体居民) is told."""
    cell = row.cell("beneficiaries")
    if cell is None:
        return None, None
    try:
        written = parse_quantity(cell)
    except UnreadableValueError:
        row.tell("list_beneficiaries_unclear", "beneficiaries", value=cell.raw)
        return None, None
    unit = written.unit or normal_unit(cell.hint)
    if written.value.denominator != 1 or unit not in {"", "人", "名", "位", "人次"}:
        row.tell("list_beneficiaries_unclear", "beneficiaries", value=cell.raw)
        return None, None
    count = int(written.value)
    return (None, count) if unit == "人次" or "人次" in cell.header else (count, None)

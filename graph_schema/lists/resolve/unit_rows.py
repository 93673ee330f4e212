"""Rows of the units list (单位): organisations or volunteer teams, and their agreements; and units named elsewhere."""

import datetime as dt
import re
from typing import Any

from graph_schema.lists.cells import Cell, key_of
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.resolve.context import Context
from graph_schema.lists.resolve.locate import area_in_address, find_named_area, locate, read_area, read_point
from graph_schema.lists.resolve.rows import RowReader
from graph_schema.lists.resolve.ties import read_areas, read_parties, read_seats
from graph_schema.lists.values.dates import Edge, ReadDate, parse_date
from graph_schema.lists.values.identifiers import parse_uid, parse_uscc
from graph_schema.lists.values.limits import parse_limits
from graph_schema.lists.values.numbers import number_at_start
from graph_schema.lists.values.quantities import parse_count
from graph_schema.lists.values.vocabularies import VOCABULARIES, choice_of
from graph_schema.model.identity import make_uid
from graph_schema.model.ledger import Entity
from graph_schema.model.providers import Agreement, Organization, OrganizationKind, VolunteerTeam

MOST_MEMBERS = 1_000_000
LONGEST_TERM_YEARS = 100
_TERM = re.compile(r"(.+?)年(?:期)?")


def resolve_unit(row: RowReader, context: Context) -> list[Entity]:
    """The unit of a row, and its agreement when the row states one."""
    row.check_needed()
    row.check_shared()
    name = row.raw("name")
    if name is None:
        return []
    kind = read_organization_kind(row, "type")
    uscc = row.read("uscc", parse_uscc)
    uid = _uid(row, name, uscc, context)
    _check_code(row, uscc, uid, context)
    checked_in = read_area(row, "checked_in", context.register)
    synthetic = row.choice("synthetic") == "yes"
    ties: dict[str, Any] = {
        "responsible_uids": read_areas(row, "responsible", context),
        "paired_uids": read_parties(row, "paired", context),
        "seat_uids": read_seats(row, context),
        "load_limits": row.read("limits", lambda cell: parse_limits(cell, per_month=False)) or (),
    }
    if kind is OrganizationKind.VOLUNTEER_TEAM and _is_team(row):
        team = VolunteerTeam(
            uid=uid,
            street=context.street,
            name=name,
            member_count=row.read("members", lambda cell: parse_count(cell, MOST_MEMBERS)),
            capacity_h_per_month=row.read("hours", lambda cell: parse_count(cell, MOST_MEMBERS)),
            area_uid=checked_in.uid if checked_in else None,
            aliases=(*_also(row.raw("short_name")), *row.values("aliases")),
            synthetic=synthetic,
            **ties,
        )
        if row.cell("agreement") or row.cell("partner"):
            row.tell("list_team_with_agreement", "agreement" if row.cell("agreement") else "partner", value=name)
        return [team]
    address = row.raw("address")
    point = read_point(row, context)
    address_area = area_in_address(context.register, address)
    organization = Organization(
        uid=uid,
        street=context.street,
        name=name,
        kind=kind or OrganizationKind.OTHER,
        short_name=row.raw("short_name"),
        aliases=row.values("aliases"),
        uscc=uscc,
        status=row.choice("status") or "active",
        checked_in_uid=checked_in.uid if checked_in else None,
        address=address,
        location=locate(context.register, point, address, address_area, checked_in.uid if checked_in else None),
        synthetic=synthetic,
        **ties,
    )
    agreement = _agreement(row, organization, context)
    return [organization] if agreement is None else [organization, agreement]


def _check_code(row: RowReader, uscc: str | None, uid: str, context: Context) -> None:
    """An error when another unit has this code already."""
    holders = context.register.find_provider("", uscc) if uscc is not None else []
    for holder in holders:
        if holder.uid != uid:
            row.tell("list_uscc_taken", "uscc", value=uscc, name=holder.name)


def _is_team(row: RowReader) -> bool:
    """Whether a volunteer body is a team of people, counted by heads and hours, and not a registered unit."""
    kind = row.raw("type") or ""
    return bool(row.cell("members") or row.cell("hours") or kind.endswith(("服务队", "志愿队", "队伍")))


def provider_of(row: RowReader, context: Context, key: str = "provider") -> tuple[str | None, Organization | None]:
    """
    Uid of the unit or team that a row names, and the unit itself when it had to be made.

    A name that nobody has makes a unit, with a warning that names those it may be a slip of.
    """
    name = row.raw(key)
    if name is None:
        return None, None
    uscc = row.read("uscc", parse_uscc) if "uscc" in row.row.cells else None
    found = context.register.find_provider(name, uscc)
    if len(found) > 1:
        row.tell("list_ambiguous_provider", key, value=name, near=sorted(each.name for each in found)[:5])
        return None, None
    if found:
        return found[0].uid, None
    near = context.register.near_providers(name)
    row.tell(
        "list_provider_near" if near else "list_provider_created", key, value=name, **({"near": near} if near else {})
    )
    community = context.register.find_area(name, near=False).found
    home = context.register.community_of(community.uid) if community is not None else None
    kind = read_organization_kind(row, "provider_type")
    made = Organization(
        uid=make_uid(context.street, "unit", key_of(name)),
        street=context.street,
        name=name,
        kind=kind or (OrganizationKind.RESIDENTS_COMMITTEE if home else OrganizationKind.OTHER),
        uscc=uscc,
        checked_in_uid=home.uid if home else None,
        synthetic=row.choice("synthetic") == "yes",
    )
    return made.uid, made


def read_organization_kind(row: RowReader, key: str) -> OrganizationKind | None:
    """Kind of a unit; a word that contains a known one is taken for it, any other is told and left open."""
    cell = row.cell(key)
    if cell is None:
        return None
    found = choice_of(cell.text, "organization_type")
    if found is None:
        text = key_of(cell.text)
        words = [(word, value) for value, all_words in VOCABULARIES["organization_type"].items() for word in all_words]
        inside = [(word, value) for word, value in words if len(word) > 1 and word in text]
        found = max(inside, key=lambda hit: len(hit[0]))[1] if inside else None
    if found is None:
        allowed = [all_words[0] for all_words in VOCABULARIES["organization_type"].values()]
        row.tell("list_unknown_unit_type", key, value=cell.raw, allowed=allowed)
        return None
    return OrganizationKind(found)


def _uid(row: RowReader, name: str, uscc: str | None, context: Context) -> str:
    given = row.read("uid", parse_uid)
    if given is not None:
        return given
    known = [each for each in context.register.find_provider(name, uscc) if uscc is None or _may_be(each, uscc)]
    if len(known) == 1:
        return known[0].uid
    return make_uid(context.street, "unit", uscc or key_of(name))


def _may_be(known: Organization | VolunteerTeam, uscc: str) -> bool:
    """Whether a unit of that name may have this code: it has none yet, or the same."""
    return isinstance(known, Organization) and known.uscc in {None, uscc}


def _also(name: str | None) -> tuple[str, ...]:
    return () if name is None else (name,)


def _agreement(row: RowReader, organization: Organization, context: Context) -> Agreement | None:
    keys = ("agreement", "partner", "signed_on", "agreed_until")
    if not any(row.cell(key) for key in keys):
        return None
    number = row.raw("agreement")
    partner = row.raw("partner")
    partner_uid = _partner(row, partner, context) if partner else None
    signed = row.read("signed_on", lambda cell: parse_date(cell, Edge.START, context.today))
    until = row.read("agreed_until", lambda cell: _until(cell, signed, context.today))
    tell_assumed_year(row, "signed_on", signed)
    tell_assumed_year(row, "agreed_until", until)
    signed_on = signed.date if signed else None
    valid_to = until.date if until else None
    if signed_on is not None and valid_to is not None and valid_to < signed_on:
        row.tell("list_ends_before_start", "agreed_until", value=str(valid_to), start=str(signed_on))
    identity = (number,) if number else (organization.uid, partner_uid or "")
    return Agreement(
        uid=make_uid(context.street, "agreement", *identity),
        street=context.street,
        organization_uid=organization.uid,
        number=number,
        partner_uid=partner_uid,
        signed_on=signed_on,
        valid_to=valid_to,
        scope=row.values("scope"),
    )


def _partner(row: RowReader, text: str, context: Context) -> str | None:
    parties = context.register.find_party(text)
    if len(parties) == 1:
        return parties[0].uid
    area = find_named_area(row, "partner", text, context.register)
    return None if area is None else area.uid


def _until(cell: Cell, signed: ReadDate | None, today: dt.date) -> ReadDate:
    """A date, or a term in years from the day of signing."""
    found = _TERM.fullmatch(cell.text.replace(" ", ""))
    years = number_at_start(found[1]) if found else None
    if years is None or years[1] or years[0] > LONGEST_TERM_YEARS or years[0].denominator != 1:
        return parse_date(cell, Edge.END, today)
    if signed is None or signed.date is None:
        raise UnreadableValueError(code="list_term_without_start", value=cell.raw)
    year = signed.date.year + int(years[0])
    leap_day = signed.date.month == 2 and signed.date.day == 29  # noqa: PLR2004 - 29 February
    anniversary = dt.date(year, 3, 1) if leap_day else signed.date.replace(year=year)
    return ReadDate(anniversary - dt.timedelta(days=1))


def tell_assumed_year(row: RowReader, key: str, read: ReadDate | None) -> None:
    """A warning when a date's year was not written."""
    if read is not None and read.year_assumed and read.date is not None:
        cell = row.cell(key)
        row.tell("list_year_assumed", key, value=cell.raw if cell else "", day=str(read.date))

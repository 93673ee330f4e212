"""Rows of the people list (人员): a person under a pseudonym, and what they offer."""

import datetime as dt
import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace

from graph_schema.lists.cells import key_of
from graph_schema.lists.resolve.context import Context
from graph_schema.lists.resolve.coverage import read_coverage
from graph_schema.lists.resolve.least_loads import LeastLoads
from graph_schema.lists.resolve.locate import locate, read_area
from graph_schema.lists.resolve.offer_rows import read_quantity, read_status, slots_of
from graph_schema.lists.resolve.rows import RowReader
from graph_schema.lists.resolve.shared import category_of, read_day, read_modes, read_windows
from graph_schema.lists.resolve.ties import read_areas, read_seats
from graph_schema.lists.values.dates import Edge
from graph_schema.lists.values.identifiers import parse_number, parse_uid
from graph_schema.lists.values.limits import HOURS, parse_limits
from graph_schema.lists.values.lists_of import split_values
from graph_schema.lists.values.skills import near_skills, skill_of
from graph_schema.lists.values.vocabularies import VOCABULARIES, choice_of, word_of
from graph_schema.model.categories import Category
from graph_schema.model.identity import make_uid
from graph_schema.model.ledger import Entity
from graph_schema.model.pairings import DEFAULT_HORIZON_DAYS
from graph_schema.model.providers import LoadLimit, Person
from graph_schema.model.quantities import Quantity
from graph_schema.model.resources import Resource, ResourceKind, ResourceStatus

LIST_KIND = "people"
"""List kind of a resource that a person's row brings."""
_A_MONTH = {"zh": "每月", "en": "a month"}
_IN_ALL = {"zh": f"{DEFAULT_HORIZON_DAYS} 天内", "en": f"in {DEFAULT_HORIZON_DAYS} days"}
PSEUDONYM_DIGITS = 12
"""Hexadecimal digits of a pseudonym: among 100,000 people two share one with a chance below 2 in 100,000."""


@dataclass(slots=True)
class PeopleRows:
    """All rows of one reading; what a person offered before and no longer names is withdrawn."""

    context: Context
    before: dict[str, list[Resource]] = field(init=False)
    loads: LeastLoads = field(init=False)

    def __post_init__(self) -> None:
        categories = {category.code: category for category in self.context.taxonomy.categories}
        self.loads = LeastLoads(self.context.today, categories)
        self.before = defaultdict(list)
        for resource in self.context.register.base.resources:
            if resource.list_kind == LIST_KIND:
                self.before[resource.provider_uid].append(resource)

    def resolve(self, row: RowReader) -> list[Entity]:
        """The person of a row, and a resource for each category that they offer."""
        row.check_needed()
        row.check_shared()
        limits = _limits(row)
        person = self._person(row, tuple(limit for _, limit in limits))
        if person is None:
            return []
        offers = self._offers(row, person)
        self._tell_too_small(row, person, offers, limits)
        kept = {offer.uid for offer in offers}
        gone = [replace(old, status=ResourceStatus.WITHDRAWN) for old in self.before[person.uid] if old.uid not in kept]
        return [person, *offers, *gone]

    def _tell_too_small(
        self, row: RowReader, person: Person, offers: list[Resource], limits: list[tuple[str, LoadLimit]]
    ) -> None:
        """Limits that not even the smallest slot of what is offered fits in."""
        for key, limit in limits:
            takes = self.loads.least(limit, offers)
            if takes is not None and takes > limit.limit:
                row.tell(
                    "list_limit_below_slot",
                    key,
                    pseudonym=person.pseudonym_id,
                    limit=limit.limit,
                    unit=limit.unit,
                    takes=takes,
                    term=_A_MONTH if limit.per_month else _IN_ALL,
                )

    def _person(self, row: RowReader, limits: tuple[LoadLimit, ...]) -> Person | None:
        context = self.context
        area = read_area(row, "area", context.register)
        pseudonym = row.read("pseudonym", parse_number) or self._pseudonym(row, area.uid if area else "")
        hours = next((limit.limit for limit in limits if limit.per_month and limit.unit == HOURS), None)
        roles = _roles(row)
        if pseudonym is None:
            return None
        return Person(
            uid=row.read("uid", parse_uid) or make_uid(context.street, "person", pseudonym),
            street=context.street,
            pseudonym_id=pseudonym,
            roles=roles,
            vanguard_kind=row.choice("vanguard"),
            skills=_skills(row),
            max_load_h_per_month=hours,
            area_uid=area.uid if area else None,
            affiliation_uid=self._affiliation(row),
            synthetic=row.choice("synthetic") == "yes",
            skills_consent=row.choice("consent") == "yes",
            consent_until=read_day(row, "consent_until", Edge.END, context),
            load_limits=tuple(limit for limit in limits if not (limit.per_month and limit.unit == HOURS)),
            responsible_uids=read_areas(row, "responsible", context),
            seat_uids=read_seats(row, context),
        )

    @staticmethod
    def _pseudonym(row: RowReader, area_uid: str) -> str | None:
        """Of the telephone's keyed hash; without one, of the name's with unit and area, which two may share."""
        phone, name = row.raw("phone"), row.raw("person")
        if phone is None and name is None:
            if not any(issue.row == row.number for issue in row.table.issues):
                row.tell("list_no_person", "person")
            return None
        identity = phone or "\x1f".join((name or "", key_of(row.raw("affiliation") or ""), area_uid))
        return "P-" + hashlib.sha256(identity.encode()).hexdigest()[:PSEUDONYM_DIGITS]

    def _affiliation(self, row: RowReader) -> str | None:
        """Unit, team or party organisation that a person belongs to; an unknown one is told and left out."""
        name = row.raw("affiliation")
        if name is None:
            return None
        register = self.context.register
        found = [each.uid for each in register.find_provider(name)] or [each.uid for each in register.find_party(name)]
        if len(found) == 1:
            return found[0]
        row.tell("list_affiliation_unknown", "affiliation", value=name, near=register.near_providers(name))
        return None

    def _offers(self, row: RowReader, person: Person) -> list[Resource]:
        context = self.context
        schedules, windows_text = read_windows(row, context)
        serves, excludes = read_coverage(row, context, person.area_uid)
        modes, status = read_modes(row), read_status(row)
        surveyed_on: dt.date | None = read_day(row, "surveyed_on", Edge.START, context)
        role = word_of(person.roles[0] if person.roles else "volunteer", "person_role")
        made = []
        for category in self._categories(row):
            offered = read_quantity(row, "total", category) or Quantity(1, category.unit)
            uid = make_uid(context.street, LIST_KIND, person.uid, category.code)
            made.append(
                Resource(
                    uid=uid,
                    street=context.street,
                    name=f"{category.name_zh}·{role}",
                    category=category.code,
                    kind=ResourceKind.SKILL if person.skills else ResourceKind.PERSON,
                    provider_uid=person.uid,
                    total=offered,
                    offered=offered,
                    list_kind=LIST_KIND,
                    status=status,
                    consumable=category.consumable,
                    location=locate(context.register, None, None, person.area_uid),
                    area_uid=person.area_uid,
                    serves_uids=serves,
                    excludes_uids=excludes,
                    service_modes=modes,
                    windows_text=windows_text,
                    surveyed_on=surveyed_on,
                    synthetic=person.synthetic,
                    slots=slots_of(context.street, uid, schedules, offered.value),
                )
            )
        return made

    def _categories(self, row: RowReader) -> list[Category]:
        """Categories that a person offers, in the order written."""
        cell = row.cell("categories")
        if cell is None:
            return []
        found: dict[str, Category] = {}
        for value in split_values(cell.written):
            part = replace(cell, value=value)
            category = category_of(row, "categories", part, part.text, self.context)
            if category is not None:
                found.setdefault(category.code, category)
        return list(found.values())


def _limits(row: RowReader) -> list[tuple[str, LoadLimit]]:
    """Every limit with the column that it stands in."""
    monthly = row.read("monthly", lambda cell: parse_limits(cell, per_month=True)) or ()
    most = row.read("most", lambda cell: parse_limits(cell, per_month=False)) or ()
    limits = [*(("monthly", limit) for limit in monthly), *(("most", limit) for limit in most)]
    if len({(limit.unit, limit.per_month) for _, limit in limits}) < len(limits):
        row.tell("list_limit_twice", "most", value=row.raw("most") or "")
    return limits


def _roles(row: RowReader) -> tuple[str, ...]:
    roles = []
    for value in row.values("roles"):
        role = choice_of(value, "person_role")
        if role is None:
            allowed = [words[0] for words in VOCABULARIES["person_role"].values()]
            row.tell("list_role_ignored", "roles", value=value, allowed=allowed)
        else:
            roles.append(role)
    return tuple(dict.fromkeys(roles))


def _skills(row: RowReader) -> tuple[str, ...]:
    skills = []
    for value in row.values("skills"):
        skill = skill_of(value)
        if skill is None:
            row.tell("list_skill_ignored", "skills", value=value, near=near_skills(value))
        else:
            skills.append(skill)
    return tuple(dict.fromkeys(skills))

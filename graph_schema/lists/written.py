"""From entities back to the cells of their list, so that reading these gives the same entities."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from graph_schema.lists.cells import Cell
from graph_schema.lists.columns import ListKind
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.resolve.context import STREET_ZONE
from graph_schema.lists.resolve.register import Register
from graph_schema.lists.values.dates import date_text
from graph_schema.lists.values.groups import groups_text
from graph_schema.lists.values.lists_of import join_values
from graph_schema.lists.values.money import money_text
from graph_schema.lists.values.vocabularies import AREA_TYPES, need_status, status_word, word_of
from graph_schema.lists.values.windows import parse_windows, windows_text
from graph_schema.model.directory import Directory
from graph_schema.model.needs import Need, NeedStatus, Project, Registration
from graph_schema.model.places import AdminDivision, Area, Building, Grid, LocatedBy, Location, Neighborhood, Place
from graph_schema.model.providers import Agreement, Organization, PartyOrganization, ResourcePool, VolunteerTeam
from graph_schema.model.quantities import Qualifier, Quantity
from graph_schema.model.resources import Resource
from graph_schema.model.schedules import Schedule
from graph_schema.model.street import StreetGraph

Value = str | int | float | None
Cells = Mapping[str, Value]

_QUALIFIED: Mapping[Qualifier, Callable[[int], Value]] = {
    Qualifier.EXACT: lambda value: value,
    Qualifier.ABOUT: lambda value: f"约{value}",
    Qualifier.OVER: lambda value: f"{value}余",
    Qualifier.BELOW: lambda value: f"近{value}",
}


@dataclass(frozen=True, slots=True)
class Beside:
    """
    What stands beside a row in an export; texts are rendered already.

    Parameters
    ----------
    paired_with, paired_quantity, paired_reason
        Who serves or is served, how much, and why; several separated by the caller.
    unmet_quantity, unmet_reason
        What is left of a need, and why.
    """

    paired_with: str = ""
    paired_quantity: str = ""
    paired_reason: str = ""
    unmet_quantity: str = ""
    unmet_reason: str = ""


@dataclass(frozen=True, slots=True)
class WrittenList:
    """One list to be written: its kind, and its rows as column key -> cell."""

    kind: ListKind
    rows: tuple[Cells, ...]


def written_lists(graph: StreetGraph, beside: Mapping[str, Beside] | None = None) -> tuple[WrittenList, ...]:
    """
    Every list of a street that has rows, in reading order, rows sorted as people read them.

    Parameters
    ----------
    beside
        uid of a resource, need or registration -> what stands beside its row.
    """
    directory = Directory(
        graph.street_uid,
        next((area.name for area in graph.areas if area.uid == graph.street_uid), ""),
        graph.taxonomy,
        graph.areas,
        graph.party_organizations,
        graph.pools,
        graph.organizations,
        graph.teams,
        graph.resources,
        graph.batches,
    )
    writer = _Writer(Register(directory), directory, beside or {})
    lists = (
        WrittenList(ListKind.DIRECTORY, tuple(writer.directory_rows())),
        WrittenList(ListKind.UNIT, tuple(writer.unit_rows(graph.agreements))),
        WrittenList(ListKind.RESOURCE, tuple(writer.offer_rows("resource"))),
        WrittenList(ListKind.SERVICE, tuple(writer.offer_rows("service"))),
        WrittenList(ListKind.REGISTRATION, tuple(writer.registration_rows(graph.registrations))),
        WrittenList(ListKind.NEED, tuple(writer.need_rows(graph.needs))),
        WrittenList(ListKind.PROJECT, tuple(writer.project_rows(graph.projects))),
    )
    return tuple(each for each in lists if each.rows)


@dataclass(slots=True)
class _Writer:
    register: Register
    directory: Directory
    beside: Mapping[str, Beside]
    names: dict[str, str] = field(default_factory=dict)

    def directory_rows(self) -> Iterable[Cells]:
        """Areas from the outside in, then party organisations, then pools."""
        for area in sorted(self.directory.areas, key=self._depth_and_name):
            yield self._area(area)
        for party in sorted(self.directory.party_organizations, key=lambda p: (p.rank, p.name, p.uid)):
            yield self._party(party)
        for pool in sorted(self.directory.pools, key=lambda p: (p.name, p.uid)):
            yield self._pool(pool)

    def unit_rows(self, agreements: Iterable[Agreement]) -> Iterable[Cells]:
        """Units, each with a row for every agreement it has; then teams."""
        by_unit: dict[str, list[Agreement]] = {}
        for agreement in sorted(agreements, key=lambda a: (a.number or "", a.uid)):
            by_unit.setdefault(agreement.organization_uid, []).append(agreement)
        for unit in sorted(self.directory.organizations, key=lambda o: (o.name, o.uid)):
            common = self._unit(unit)
            for agreement in by_unit.get(unit.uid, []):
                yield {**common, **self._agreement(agreement)}
            if unit.uid not in by_unit:
                yield common
        for team in sorted(self.directory.teams, key=lambda t: (t.name, t.uid)):
            yield self._team(team)

    def offer_rows(self, list_kind: str) -> Iterable[Cells]:
        """Resources of one list, by provider and name."""
        chosen = [resource for resource in self.directory.resources if resource.list_kind == list_kind]
        for resource in sorted(chosen, key=lambda r: (self._provider(r.provider_uid), r.name, r.uid)):
            yield self._offer(resource)

    def need_rows(self, needs: Iterable[Need]) -> Iterable[Cells]:
        """Needs by area and title; what stands for a registration has its own list."""
        chosen = [need for need in needs if need.registration_uid is None]
        for need in sorted(chosen, key=lambda n: (self._area_name(n.area_uid), n.title, n.uid)):
            yield self._need(need)

    def project_rows(self, projects: Iterable[Project]) -> Iterable[Cells]:
        """Projects by level and name."""
        for project in sorted(projects, key=lambda p: (p.level or "", p.name, p.uid)):
            yield self._project(project)

    def registration_rows(self, registrations: Iterable[Registration]) -> Iterable[Cells]:
        """Registrations by resource, batch and rank."""
        batches = self.register.batches
        chosen = [each for each in registrations if each.batch_uid in batches]
        for each in sorted(
            chosen, key=lambda r: (batches[r.batch_uid].resource_uid, batches[r.batch_uid].no, r.rank or 0, r.uid)
        ):
            yield self._registration(each)

    # -- one row each

    def _area(self, area: Area) -> Cells:
        cells: dict[str, Value] = {
            "name": area.name,
            "aliases": join_values(area.aliases),
            "parent": self._area_name(area.parent_uid),
            **self._common(area.uid, synthetic=area.synthetic),
            **_point(area.location),
        }
        if isinstance(area, AdminDivision):
            cells |= {"type": _type_word(area.level), "number": area.code, "code_year": area.code_year}
            cells |= {"households": area.households, "population": area.population, "share_60plus": area.share_60plus}
        elif isinstance(area, Grid):
            cells |= {"type": _type_word("grid"), "number": area.code, "households": area.households}
        elif isinstance(area, Neighborhood):
            has_management = area.has_property_mgmt
            cells |= {
                "type": _type_word("neighborhood"),
                "built_year": area.built_year,
                "housing_type": word_of(area.housing_type, "housing_type") if area.housing_type else None,
                "households": area.households,
                "population": area.population,
                "share_60plus": area.share_60plus,
                "has_property_mgmt": None if has_management is None else ("有" if has_management else "无"),
            }
        elif isinstance(area, Building):
            cells["type"] = _type_word("building")
        elif isinstance(area, Place):
            cells |= {"type": _type_word(area.kind), "length_m": area.length_m}
        else:
            hours = tuple(Schedule.from_text(text) for text in area.opening_hours)
            cells |= {
                "type": "工作站",
                "tier": area.tier,
                "functions": join_values(area.functions),
                "amenities": join_values(area.amenities),
                "windows": windows_text(hours) if hours else None,
            }
        return cells

    def _party(self, party: PartyOrganization) -> Cells:
        parent = self.register.parties.get(party.parent_uid or "")
        return {
            "type": party.kind,
            "name": party.name,
            "aliases": join_values(party.aliases),
            "parent": self._sure(parent.name, parent.uid, self._party_uids) if parent else None,
            "members": join_values(tuple(self._area_name(uid) for uid in party.jurisdiction_uids)),
            "based_at": self._area_name(party.station_uid),
            **self._common(party.uid, synthetic=party.synthetic),
        }

    def _pool(self, pool: ResourcePool) -> Cells:
        members = join_values(tuple(self._area_name(uid) for uid in pool.member_uids))
        return {
            "type": _type_word("pool"),
            "name": pool.name,
            "members": members,
            **self._common(pool.uid, synthetic=pool.synthetic),
        }

    def _unit(self, unit: Organization) -> dict[str, Value]:
        return {
            "name": unit.name,
            "short_name": unit.short_name,
            "aliases": join_values(unit.aliases),
            "type": word_of(unit.kind, "organization_type"),
            "uscc": unit.uscc,
            "address": unit.address,
            "checked_in": self._area_name(unit.checked_in_uid),
            "status": word_of(unit.status, "organization_status"),
            **self._common(unit.uid, synthetic=unit.synthetic),
            **_point(unit.location),
        }

    def _agreement(self, agreement: Agreement) -> Cells:
        party = self.register.parties.get(agreement.partner_uid or "")
        return {
            "agreement": agreement.number,
            "partner": self._sure(party.name, party.uid, self._party_uids)
            if party
            else self._area_name(agreement.partner_uid),
            "signed_on": date_text(agreement.signed_on),
            "agreed_until": date_text(agreement.valid_to),
            "scope": join_values(agreement.scope),
        }

    def _team(self, team: VolunteerTeam) -> Cells:
        return {
            "name": team.name,
            "aliases": join_values(team.aliases),
            "type": "志愿服务队",
            "checked_in": self._area_name(team.area_uid),
            "members": team.member_count,
            "hours": team.capacity_h_per_month,
            **self._common(team.uid, synthetic=team.synthetic),
        }

    def _offer(self, resource: Resource) -> Cells:
        schedules = tuple(slot.schedule for slot in resource.slots if slot.schedule is not None)
        return {
            "provider": self._provider(resource.provider_uid),
            "name": resource.name,
            "category": resource.category,
            "kind": word_of(resource.kind, "resource_kind"),
            **_quantities(resource.total, resource.offered),
            "area": self._area_name(resource.area_uid),
            "address": resource.address,
            "windows": _windows(resource.windows_text, schedules),
            "guard_min": resource.guard_min or None,
            "serves": self._coverage(resource),
            "target": groups_text(resource.target_groups, self.directory.taxonomy),
            "modes": join_values(tuple(word_of(mode, "service_mode") for mode in resource.service_modes)),
            "conditions": resource.conditions,
            "unit_cost": None if resource.unit_cost_fen is None else _number(money_text(resource.unit_cost_fen, "元")),
            "status": word_of(resource.status, "resource_status"),
            "idle_since": date_text(resource.idle_since),
            "surveyed_on": date_text(resource.surveyed_on),
            "valid_from": date_text(resource.valid_from),
            "valid_to": date_text(resource.valid_to),
            "note": resource.note,
            **self._common(resource.uid, synthetic=resource.synthetic),
            **_point(resource.location),
            **self._beside(resource.uid),
        }

    def _need(self, need: Need) -> Cells:
        quantity = None if need.quantity.assumed else _QUALIFIED[need.quantity.qualifier](need.quantity.value)
        return {
            "area": self._area_name(need.area_uid),
            "name": need.title,
            "category": need.category,
            "kind": word_of(need.kind, "need_kind"),
            "quantity": quantity,
            "unit": None if need.quantity.assumed else need.quantity.unit,
            "households": need.beneficiary_households,
            "persons": need.beneficiary_persons,
            "urgency": word_of(need.urgency, "urgency"),
            "flags": join_values(tuple(word_of(flag, "need_flag") for flag in need.flags)),
            "windows": _windows(need.window_text, () if need.window is None else (need.window,)),
            "needed_from": date_text(need.needed_from),
            "needed_by": date_text(need.needed_by),
            "target": groups_text(need.target_groups, self.directory.taxonomy),
            "modes": join_values(tuple(word_of(mode, "service_mode") for mode in need.service_modes)),
            "address": need.address,
            "source": need.source_channel,
            "raised_on": date_text(need.raised_on),
            "exists_since": date_text(need.exists_since),
            "provider": need.proposed_provider,
            "progress": _progress(need),
            "visibility": word_of(need.visibility, "visibility"),
            "note": need.note,
            **self._common(need.uid, synthetic=need.synthetic),
            **_point(need.location),
            **self._beside(need.uid),
        }

    def _project(self, project: Project) -> Cells:
        lead = self.register.organizations.get(project.lead_uid or "")
        budget = project.budget_fen
        beneficiaries: Value = project.beneficiary_persons
        if project.beneficiary_visits is not None:
            beneficiaries = f"{project.beneficiary_visits}人次"
        return {
            "name": project.name,
            "content": project.content,
            "level": project.level,
            "area": self._area_name(project.area_uid),
            "lead": project.lead_text or (lead.name if lead else ""),
            "support": join_values(project.support_text),
            "budget": None if budget is None else _number(money_text(budget, "万元")),
            "funding": project.funding,
            "starts_on": date_text(project.starts_on),
            "due": _due(project),
            "beneficiaries": beneficiaries,
            "progress": project.progress,
            **self._common(project.uid, synthetic=project.synthetic),
        }

    def _registration(self, registration: Registration) -> Cells:
        batch = self.register.batches[registration.batch_uid]
        resource = self.register.resources[batch.resource_uid]
        released = batch.released_at
        return {
            "resource": self._sure(resource.name, resource.uid, self._resource_uids),
            "batch": batch.no,
            "cap": batch.cap,
            "status": "未放行" if released is None else "已放行",
            "released_on": "" if released is None else date_text(released.astimezone(STREET_ZONE).date()),
            "opens_on": date_text(batch.opens_on),
            "closes_on": date_text(batch.closes_on),
            "area": self._area_name(registration.area_uid),
            "rank": registration.rank,
            "registrant": registration.registrant_hash,
            "plate": registration.plate_hash,
            **self._common(registration.uid, synthetic=registration.synthetic),
            **self._beside(registration.uid),
        }

    # -- names that are read back as the same thing

    def _area_name(self, uid: str | None) -> str:
        """A name that means this area and no other: its own, with its parent's, its code, else its uid."""
        if uid is None:
            return ""
        if uid not in self.names:
            area = self.register.areas.get(uid)
            parent = self.register.areas.get(area.parent_uid or "") if area else None
            candidates = [] if area is None else [area.name, f"{parent.name if parent else ''}{area.name}"]
            code = getattr(area, "code", None)
            candidates += [code] if code else []
            self.names[uid] = next((text for text in candidates if self._means(text, uid)), uid)
        return self.names[uid]

    def _means(self, text: str, uid: str) -> bool:
        found = self.register.find_area(text, near=False).found
        pool_or_party = self.register.find_pool(text) is not None or bool(self.register.find_party(text))
        return found is not None and found.uid == uid and not pool_or_party and "、" not in text

    @staticmethod
    def _sure(name: str, uid: str, find: Callable[[str], list[str]]) -> str:
        return name if find(name) == [uid] else uid

    def _party_uids(self, name: str) -> list[str]:
        return [party.uid for party in self.register.find_party(name)]

    def _resource_uids(self, name: str) -> list[str]:
        return [resource.uid for resource in self.register.find_resources(name)]

    def _provider(self, uid: str) -> str:
        unit = self.register.organizations.get(uid) or self.register.teams.get(uid)
        return (
            uid
            if unit is None
            else self._sure(unit.name, uid, lambda name: [u.uid for u in self.register.find_provider(name)])
        )

    def _coverage(self, resource: Resource) -> str:
        street = self.register.street_uid
        serves, excludes = resource.serves_uids, resource.excludes_uids
        named = "" if serves == (street,) and excludes else join_values(tuple(self._served(uid) for uid in serves))
        if not excludes:
            return named
        return f"{named}除{join_values(tuple(self._area_name(uid) for uid in excludes))}外"

    def _served(self, uid: str) -> str:
        return "全街道" if uid == self.register.street_uid else self._area_name(uid)

    def _depth_and_name(self, area: Area) -> tuple[int, str, str, str]:
        depth = sum(1 for _ in self.register.ancestors(area.uid))
        return depth, type(area).__name__, area.name, area.uid

    def _beside(self, uid: str) -> Cells:
        texts = self.beside.get(uid)
        if texts is None:
            return {}
        return {
            "paired_with": texts.paired_with,
            "paired_quantity": texts.paired_quantity,
            "paired_reason": texts.paired_reason,
            "unmet_quantity": texts.unmet_quantity,
            "unmet_reason": texts.unmet_reason,
        }

    @staticmethod
    def _common(uid: str, *, synthetic: bool) -> Cells:
        return {"uid": uid, "synthetic": "合成" if synthetic else None}


def _type_word(value: str) -> str:
    words = AREA_TYPES.get(value)
    return words[0] if words else value


def _point(location: Location) -> Cells:
    if location.located_by is not LocatedBy.COORDINATES or location.lon_given is None:
        return {}
    return {"lon": location.lon_given, "lat": location.lat_given, "crs": location.crs_given}


def _quantities(total: Quantity, offered: Quantity) -> Cells:
    """Both quantities with their unit in its own column; beside the numbers when they have two."""
    if total.assumed:
        return {}
    first, second = _QUALIFIED[total.qualifier](total.value), _QUALIFIED[offered.qualifier](offered.value)
    if total.unit != offered.unit:
        return {"total": f"{first}{total.unit}", "offered": f"{second}{offered.unit}"}
    return {"total": first, "offered": None if offered == total else second, "unit": total.unit}


def _windows(text: str | None, schedules: tuple[Schedule, ...]) -> str | None:
    """The text as written where it still says these schedules, else one that does."""
    if text is not None:
        try:
            if parse_windows(Cell("", text, ""), dt.date.min).schedules == schedules:
                return text
        except UnreadableValueError:
            pass
    return windows_text(schedules) if schedules else None


def _progress(need: Need) -> str | None:
    """The progress as written, with a word for the state where the text does not say it."""
    written = need.progress or ""
    if need_status(written) is need.status:
        return need.progress
    if need.status is NeedStatus.OPEN:
        return "待办"
    return status_word(need.status)


def _due(project: Project) -> str:
    """The due date as written where it has its year, else the day."""
    if project.due_on is None or (project.due_text and str(project.due_on.year) in project.due_text):
        return project.due_text or ""
    return date_text(project.due_on)


def _number(digits: str) -> Value:
    """A number where a spreadsheet keeps it exactly, else its digits as text."""
    value = float(digits)
    if value.is_integer() and abs(value) < 10**15:
        return int(value)
    return value if repr(value) == digits else digits

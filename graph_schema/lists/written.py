"""From entities back to the cells of their list, so that reading these gives the same entities."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graph_schema.lists.columns import ListKind
from graph_schema.lists.names import Names
from graph_schema.lists.resolve.context import STREET_ZONE
from graph_schema.lists.resolve.register import Register
from graph_schema.lists.values.dates import date_text
from graph_schema.lists.values.groups import groups_text
from graph_schema.lists.values.limits import limits_text
from graph_schema.lists.values.lists_of import join_values
from graph_schema.lists.values.money import money_text
from graph_schema.lists.values.vocabularies import AREA_TYPES, need_status, status_word, word_of
from graph_schema.lists.values.windows import windows_text
from graph_schema.lists.written_cells import (
    QUALIFIED,
    Beside,
    Cells,
    Value,
    beside_cells,
    number_cell,
    windows_cell,
    yuan_cell,
)
from graph_schema.lists.written_people import budget_rows, people_rows
from graph_schema.model.directory import Directory
from graph_schema.model.needs import Need, NeedStatus, Project, Registration
from graph_schema.model.places import AdminDivision, Area, Building, Grid, LocatedBy, Location, Neighborhood, Place
from graph_schema.model.providers import Agreement, Organization, PartyOrganization, ResourcePool, VolunteerTeam
from graph_schema.model.quantities import Quantity
from graph_schema.model.resources import Resource
from graph_schema.model.schedules import Schedule
from graph_schema.model.street import StreetGraph


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
        WrittenList(ListKind.PEOPLE, tuple(people_rows(graph, writer.names, writer.beside))),
        WrittenList(ListKind.RESOURCE, tuple(writer.offer_rows("resource"))),
        WrittenList(ListKind.SERVICE, tuple(writer.offer_rows("service"))),
        WrittenList(ListKind.REGISTRATION, tuple(writer.registration_rows(graph.registrations))),
        WrittenList(ListKind.NEED, tuple(writer.need_rows(graph.needs))),
        WrittenList(ListKind.PROJECT, tuple(writer.project_rows(graph.projects))),
        WrittenList(ListKind.BUDGET, tuple(budget_rows(graph.budgets, writer.names))),
    )
    return tuple(each for each in lists if each.rows)


@dataclass(slots=True)
class _Writer:
    register: Register
    directory: Directory
    beside: Mapping[str, Beside]
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        self.names = Names(self.register)

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
        for resource in sorted(chosen, key=lambda r: (self.names.provider(r.provider_uid), r.name, r.uid)):
            yield self._offer(resource)

    def need_rows(self, needs: Iterable[Need]) -> Iterable[Cells]:
        """Needs by area and title; what stands for a registration has its own list."""
        chosen = [need for need in needs if need.registration_uid is None]
        for need in sorted(chosen, key=lambda n: (self.names.area(n.area_uid), n.title, n.uid)):
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
            "parent": self.names.area(area.parent_uid),
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
        return {
            "type": party.kind,
            "name": party.name,
            "aliases": join_values(party.aliases),
            "parent": self.names.party(party.parent_uid),
            "members": self.names.areas(party.jurisdiction_uids),
            "based_at": self.names.area(party.station_uid),
            **self._common(party.uid, synthetic=party.synthetic),
        }

    def _pool(self, pool: ResourcePool) -> Cells:
        members = self.names.areas(pool.member_uids)
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
            "checked_in": self.names.area(unit.checked_in_uid),
            "status": word_of(unit.status, "organization_status"),
            **self._ties(unit),
            **self._common(unit.uid, synthetic=unit.synthetic),
            **_point(unit.location),
        }

    def _agreement(self, agreement: Agreement) -> Cells:
        return {
            "agreement": agreement.number,
            "partner": self.names.party(agreement.partner_uid) or self.names.area(agreement.partner_uid),
            "signed_on": date_text(agreement.signed_on),
            "agreed_until": date_text(agreement.valid_to),
            "scope": join_values(agreement.scope),
        }

    def _team(self, team: VolunteerTeam) -> Cells:
        return {
            "name": team.name,
            "aliases": join_values(team.aliases),
            "type": "志愿服务队",
            "checked_in": self.names.area(team.area_uid),
            "members": team.member_count,
            "hours": team.capacity_h_per_month,
            **self._ties(team),
            **self._common(team.uid, synthetic=team.synthetic),
        }

    def _ties(self, giver: Organization | VolunteerTeam) -> Cells:
        return {
            "limits": limits_text(giver.load_limits),
            "responsible": self.names.areas(giver.responsible_uids),
            "paired": self.names.seats(giver.paired_uids),
            "seats": self.names.seats(giver.seat_uids),
        }

    def _offer(self, resource: Resource) -> Cells:
        schedules = tuple(slot.schedule for slot in resource.slots if slot.schedule is not None)
        return {
            "provider": self.names.provider(resource.provider_uid),
            "name": resource.name,
            "category": resource.category,
            "kind": word_of(resource.kind, "resource_kind"),
            **_quantities(resource.total, resource.offered),
            "area": self.names.area(resource.area_uid),
            "address": resource.address,
            "windows": windows_cell(resource.windows_text, schedules),
            "guard_min": resource.guard_min or None,
            "serves": self.names.coverage(resource.serves_uids, resource.excludes_uids),
            "target": groups_text(resource.target_groups, self.directory.taxonomy),
            "modes": join_values(tuple(word_of(mode, "service_mode") for mode in resource.service_modes)),
            "conditions": resource.conditions,
            "amenities": join_values(resource.amenities),
            "quotas": join_values(
                tuple(
                    f"{self.names.area(uid)}：{units}"
                    for uid, units in zip(resource.quota_uids, resource.quota_units, strict=True)
                )
            ),
            "emergency": None if resource.emergency_ok else "否",
            "unit_cost": None if resource.unit_cost_fen is None else yuan_cell(resource.unit_cost_fen),
            "status": word_of(resource.status, "resource_status"),
            "idle_since": date_text(resource.idle_since),
            "surveyed_on": date_text(resource.surveyed_on),
            "valid_from": date_text(resource.valid_from),
            "valid_to": date_text(resource.valid_to),
            "note": resource.note,
            **self._common(resource.uid, synthetic=resource.synthetic),
            **_point(resource.location),
            **beside_cells(self.beside, resource.uid),
        }

    def _need(self, need: Need) -> Cells:
        quantity = None if need.quantity.assumed else QUALIFIED[need.quantity.qualifier](need.quantity.value)
        return {
            "area": self.names.area(need.area_uid),
            "name": need.title,
            "category": need.category,
            "kind": word_of(need.kind, "need_kind"),
            "quantity": quantity,
            "unit": None if need.quantity.assumed else need.quantity.unit,
            "households": need.beneficiary_households,
            "persons": need.beneficiary_persons,
            "urgency": word_of(need.urgency, "urgency"),
            "flags": join_values(tuple(word_of(flag, "need_flag") for flag in need.flags)),
            "windows": windows_cell(need.window_text, () if need.window is None else (need.window,)),
            "needed_from": date_text(need.needed_from),
            "needed_by": date_text(need.needed_by),
            "target": groups_text(need.target_groups, self.directory.taxonomy),
            "modes": join_values(tuple(word_of(mode, "service_mode") for mode in need.service_modes)),
            "skills": join_values(tuple(word_of(skill, "skill") for skill in need.skills)),
            "amenities": join_values(need.amenities),
            "whole": _yes_no(need.whole),
            "single": _yes_no(need.single_provider),
            "team": need.team,
            "role": word_of(need.role, "team_role") if need.role else None,
            "post": need.post,
            "fund_kind": need.fund_kind,
            "help": "是" if need.help else None,
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
            **beside_cells(self.beside, need.uid),
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
            "area": self.names.area(project.area_uid),
            "lead": project.lead_text or (lead.name if lead else ""),
            "support": join_values(project.support_text),
            "budget": None if budget is None else number_cell(money_text(budget, "万元")),
            "funding": project.funding,
            "starts_on": date_text(project.starts_on),
            "due": _due(project),
            "beneficiaries": beneficiaries,
            "progress": project.progress,
            **self._common(project.uid, synthetic=project.synthetic),
        }

    def _registration(self, registration: Registration) -> Cells:
        batch = self.register.batches[registration.batch_uid]
        released = batch.released_at
        return {
            "resource": self.names.resource(batch.resource_uid),
            "batch": batch.no,
            "cap": batch.cap,
            "status": "未放行" if released is None else "已放行",
            "released_on": "" if released is None else date_text(released.astimezone(STREET_ZONE).date()),
            "opens_on": date_text(batch.opens_on),
            "closes_on": date_text(batch.closes_on),
            "area": self.names.area(registration.area_uid),
            "rank": registration.rank,
            "registrant": registration.registrant_hash,
            "plate": registration.plate_hash,
            **self._common(registration.uid, synthetic=registration.synthetic),
            **beside_cells(self.beside, registration.uid),
        }

    def _depth_and_name(self, area: Area) -> tuple[int, str, str, str]:
        depth = sum(1 for _ in self.register.ancestors(area.uid))
        return depth, type(area).__name__, area.name, area.uid

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
    first, second = QUALIFIED[total.qualifier](total.value), QUALIFIED[offered.qualifier](offered.value)
    if total.unit != offered.unit:
        return {"total": f"{first}{total.unit}", "offered": f"{second}{offered.unit}"}
    return {"total": first, "offered": None if offered == total else second, "unit": total.unit}


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


def _yes_no(value: bool | None) -> str | None:  # noqa: FBT001 - the value itself
    return None if value is None else "是" if value else "否"

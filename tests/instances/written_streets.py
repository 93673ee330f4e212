"""Random streets as reading their lists would give them, for writing and reading back."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from graph_schema.geo import Crs, to_wgs84
from graph_schema.lists.cells import Cell, trim
from graph_schema.lists.resolve.context import STREET_ZONE
from graph_schema.lists.values.vocabularies import VOCABULARIES, status_word
from graph_schema.lists.values.windows import parse_windows
from graph_schema.model.budgets import BudgetPool
from graph_schema.model.directory import Directory
from graph_schema.model.identity import make_uid
from graph_schema.model.ledger import Entity
from graph_schema.model.needs import (
    Batch,
    Need,
    NeedKind,
    NeedStatus,
    Project,
    Registration,
    TeamRole,
    Urgency,
    Visibility,
)
from graph_schema.model.places import NOWHERE, HousingType, LocatedBy, Location, Neighborhood, Station
from graph_schema.model.providers import Agreement, LoadLimit, Organization, OrganizationKind, Person, VolunteerTeam
from graph_schema.model.quantities import Qualifier, Quantity
from graph_schema.model.resources import Resource, ResourceKind, ResourceStatus, Slot
from graph_schema.model.street import StreetGraph

WINDOWS = (
    "工作日18:00—次日8:00；周末",
    "每月15日 9:00-11:30",
    "周一、三、五 9:00-11:00\n周六全天",
    "每月第一个周六9:00-11:00",
    "周一至周五9:00-17:00(法定节假日除外)",
    "农历九月初九 9:00-11:00",
    "2024年6月1日 9:00-11:00",
)
ONE_WINDOW = WINDOWS[1:2] + WINDOWS[3:]
TODAY = dt.date(2024, 5, 20)

_LETTERS = "甲乙丙丁石楼会室停车=+-@'\"%#&<>１2ＡBé㳇"
_PUNCTUATION = "，。、;:()（）/ \t\n"


def texts(*, shortest: int = 1, plain: bool = False) -> st.SearchStrategy[str]:
    """Names and remarks with every sign that a spreadsheet might take for something else, in the form they are kept."""
    letters = st.text(_LETTERS.replace("'", "") if plain else _LETTERS + _PUNCTUATION, min_size=shortest, max_size=12)
    return letters.map(trim).filter(lambda text: len(text) >= shortest and any(c.isalnum() for c in text))


def maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """The value, or nothing."""
    return st.none() | strategy


days = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))
uids = st.uuids(version=4).map(str)
tokens = st.binary(min_size=32, max_size=32).map(lambda digest: f"hmac-sha256:{digest.hex()}")
modes = st.lists(st.sampled_from(sorted(VOCABULARIES["service_mode"])), unique=True, max_size=3).map(tuple)


@st.composite
def points(draw: st.DrawFn) -> Location:
    """Nowhere, or stated coordinates in any system."""
    if draw(st.booleans()):
        return NOWHERE
    lon, lat = draw(st.integers(1_200_000, 1_209_999)) / 10_000, draw(st.integers(310_000, 319_999)) / 10_000
    crs = draw(st.sampled_from(list(Crs)))
    wgs_lon, wgs_lat = to_wgs84(lon, lat, crs)
    return Location(round(float(wgs_lon), 7), round(float(wgs_lat), 7), lon, lat, crs.value, LocatedBy.COORDINATES)


@dataclass(frozen=True, repr=False)
class Written:
    """A street's graph, and all of its entities by uid."""

    graph: StreetGraph
    entities: dict[str, Entity]


@st.composite
def streets(draw: st.DrawFn, know: Callable[[], Directory]) -> Written:
    """The known street with random neighbourhoods, units, resources, needs, projects and registrations."""
    known = know()
    street = known.street_uid
    bare = [area.uid for area in known.areas if area.name in {"石幢社区", "西街社区"}]
    areas = draw(st.lists(_places(street, bare), max_size=3))
    units = draw(st.lists(_units(street, bare), min_size=1, max_size=4))
    units[0] = replace(units[0], uscc="91110000600037341L")
    agreements = [draw(_agreements(street, unit.uid, bare, n)) for n, unit in enumerate(units) if draw(st.booleans())]
    teams = draw(st.lists(_teams(street, bare), max_size=2))
    providers = [each.uid for each in (*units, *teams)]
    resources = draw(st.lists(_resources(known, bare, providers), min_size=1, max_size=4))
    people = draw(st.lists(_people(known, bare, providers), max_size=3, unique_by=lambda each: each[0].pseudonym_id))
    resources += [offer for _, offers in people for offer in offers]
    needs = draw(st.lists(_needs(known, bare), max_size=4))
    owners = [*bare, *(pool.uid for pool in known.pools)]
    budgets = draw(
        st.lists(_budgets(street, owners), max_size=3, unique_by=lambda row: (row.owner_uid, row.kind, row.year))
    )
    projects = draw(st.lists(_projects(street, bare), max_size=3))
    batches, registrations = draw(_registrations(street, bare, resources[0].uid))
    graph = StreetGraph(
        street,
        known.taxonomy,
        _sorted((*known.areas, *areas)),
        known.party_organizations,
        known.pools,
        _sorted((*known.organizations, *units)),
        _sorted((*known.teams, *teams)),
        _sorted([person for person, _ in people]),
        _sorted(agreements),
        _sorted(resources),
        _sorted(needs),
        _sorted(batches),
        _sorted(registrations),
        _sorted(projects),
        (),
        _sorted(budgets),
    )
    parts = (graph.areas, graph.party_organizations, graph.pools, graph.organizations, graph.teams, graph.agreements)
    more = (
        graph.resources,
        graph.needs,
        graph.batches,
        graph.registrations,
        graph.projects,
        graph.people,
        graph.budgets,
    )
    return Written(graph, {entity.uid: entity for part in (*parts, *more) for entity in part})


def _sorted(entities: Iterable[Entity]) -> tuple[Entity, ...]:  # type: ignore[type-arg]
    return tuple(sorted(entities, key=lambda entity: entity.uid))


@st.composite
def _places(draw: st.DrawFn, street: str, bare: list[str]) -> Neighborhood | Station:
    uid, parent = draw(uids), draw(st.sampled_from(bare))
    aliases = tuple(draw(st.lists(texts(plain=True), max_size=2, unique=True)))
    name, point, synthetic = draw(texts()), draw(points()), draw(st.booleans())
    if draw(st.booleans()):
        hours = parse_windows(Cell("", draw(st.sampled_from(WINDOWS)), ""), TODAY).schedules
        texts_of_hours = tuple(schedule.to_text() for schedule in hours) if draw(st.booleans()) else ()
        tier = draw(st.sampled_from(["community", "grid", "linkage"]))
        return Station(uid, street, name, parent, tier, aliases, ("理发",), (), texts_of_hours, point, synthetic)
    return Neighborhood(
        uid,
        street,
        name,
        parent,
        aliases,
        draw(maybe(st.integers(1900, 2024))),  # type: ignore[arg-type]
        draw(maybe(st.sampled_from(list(HousingType)))),  # type: ignore[arg-type]
        draw(maybe(st.integers(0, 99_999))),  # type: ignore[arg-type]
        draw(maybe(st.integers(0, 99_999))),  # type: ignore[arg-type]
        draw(maybe(st.integers(0, 100).map(lambda percent: percent / 100))),  # type: ignore[arg-type]
        draw(maybe(st.booleans())),  # type: ignore[arg-type]
        point,
        synthetic,
    )


@st.composite
def _units(draw: st.DrawFn, street: str, bare: list[str]) -> Organization:
    return Organization(
        uid=draw(uids),
        street=street,
        name=draw(texts()),
        kind=draw(st.sampled_from(list(OrganizationKind))),
        short_name=draw(maybe(texts())),  # type: ignore[arg-type]
        aliases=tuple(draw(st.lists(texts(plain=True), max_size=2, unique=True))),
        status=draw(st.sampled_from(["active", "inactive", "defunct"])),
        checked_in_uid=draw(st.sampled_from([None, *bare])),
        location=draw(points()),
        synthetic=draw(st.booleans()),
        **draw(_ties(bare)),
    )


@st.composite
def _agreements(draw: st.DrawFn, street: str, unit: str, bare: list[str], n: int) -> Agreement:
    signed, until = sorted((draw(days), draw(days)))
    number = f"GJ-{n}"
    return Agreement(
        uid=make_uid(street, "agreement", number),
        street=street,
        organization_uid=unit,
        number=number,
        partner_uid=draw(st.sampled_from([None, *bare])),
        signed_on=signed,
        valid_to=draw(st.sampled_from([None, until])),
        scope=tuple(draw(st.lists(texts(plain=True), max_size=2, unique=True))),
    )


@st.composite
def _teams(draw: st.DrawFn, street: str, bare: list[str]) -> VolunteerTeam:
    return VolunteerTeam(
        uid=draw(uids),
        street=street,
        name=draw(texts()),
        member_count=draw(maybe(st.integers(0, 999))),  # type: ignore[arg-type]
        capacity_h_per_month=draw(maybe(st.integers(0, 9999))),  # type: ignore[arg-type]
        area_uid=draw(st.sampled_from([None, *bare])),
        aliases=tuple(draw(st.lists(texts(plain=True), max_size=2, unique=True))),
        synthetic=draw(st.booleans()),
        **draw(_ties(bare)),
    )


limits = st.lists(
    st.builds(LoadLimit, st.sampled_from(["个", "人", "次", "小时"]), st.integers(0, 9999), st.booleans()),
    max_size=3,
    unique_by=lambda limit: (limit.unit, limit.per_month),
).map(tuple)


@st.composite
def _people(draw: st.DrawFn, known: Directory, bare: list[str], providers: list[str]) -> tuple[Person, list[Resource]]:
    street = known.street_uid
    monthly = draw(limits)
    person = Person(
        uid=draw(uids),
        street=street,
        pseudonym_id=draw(st.from_regex(r"HT-[0-9]{4}|P-[0-9a-f]{12}", fullmatch=True)),
        roles=tuple(draw(st.lists(st.sampled_from(sorted(VOCABULARIES["person_role"])), unique=True, max_size=2))),
        vanguard_kind=draw(st.sampled_from([None, *sorted(VOCABULARIES["vanguard_kind"])])),
        skills=tuple(draw(st.lists(st.sampled_from(sorted(VOCABULARIES["skill"])), unique=True, max_size=3))),
        max_load_h_per_month=draw(maybe(st.integers(0, 744))),  # type: ignore[arg-type]
        area_uid=draw(st.sampled_from([None, *bare])),
        affiliation_uid=draw(st.sampled_from([None, *providers, *(party.uid for party in known.party_organizations)])),
        synthetic=draw(st.booleans()),
        skills_consent=draw(st.booleans()),
        consent_until=draw(maybe(days)),  # type: ignore[arg-type]
        # 每月 stands in its own column, before what holds for the whole term.
        load_limits=tuple(
            sorted(
                (limit for limit in monthly if (limit.unit, limit.per_month) != ("小时", True)),
                key=lambda limit: not limit.per_month,
            )
        ),
        responsible_uids=tuple(draw(st.lists(st.sampled_from(bare), unique=True, max_size=2))),
        seat_uids=tuple(draw(st.lists(st.sampled_from(_seats(known, bare)), unique=True, max_size=2))),
    )
    items = [each for each in known.taxonomy.categories if each.parent is not None]
    categories = draw(st.lists(st.sampled_from(items), max_size=3, unique_by=lambda each: each.code))
    windows = draw(st.sampled_from([None, *WINDOWS]))
    schedules = parse_windows(Cell("", windows, ""), TODAY).schedules if windows else ()
    units = draw(st.integers(0, 99))
    common: dict[str, Any] = {
        "status": draw(st.sampled_from(list(ResourceStatus))),
        "serves_uids": draw(st.sampled_from([(), tuple(sorted(bare)), (street,)])),
        "service_modes": draw(modes),
        "surveyed_on": draw(maybe(days)),
    }
    role = VOCABULARIES["person_role"][person.roles[0]][0] if person.roles else "志愿者"
    offers = []
    for category in categories:
        uid = make_uid(street, "people", person.uid, category.code)
        quantity = Quantity(units, category.unit)
        offers.append(
            Resource(
                uid=uid,
                street=street,
                name=f"{category.name_zh}·{role}",
                category=category.code,
                kind=ResourceKind.SKILL if person.skills else ResourceKind.PERSON,
                provider_uid=person.uid,
                total=quantity,
                offered=quantity,
                list_kind="people",
                consumable=category.consumable,
                area_uid=person.area_uid,
                windows_text=windows,
                synthetic=person.synthetic,
                slots=tuple(
                    Slot(make_uid(street, "slot", uid, each.to_text() if each else ""), street, uid, units, each)
                    for each in (schedules or (None,))
                ),
                **common,
            )
        )
    return person, offers


def _seats(known: Directory, bare: list[str]) -> list[str]:
    return [*bare, *(party.uid for party in known.party_organizations)]


@st.composite
def _ties(draw: st.DrawFn, bare: list[str]) -> dict[str, Any]:
    return {
        "responsible_uids": tuple(draw(st.lists(st.sampled_from(bare), unique=True, max_size=2))),
        "seat_uids": tuple(draw(st.lists(st.sampled_from(bare), unique=True, max_size=2))),
        "load_limits": draw(limits),
    }


@st.composite
def _budgets(draw: st.DrawFn, street: str, owners: list[str]) -> BudgetPool:
    return BudgetPool(
        uid=draw(uids),
        street=street,
        name=draw(texts()),
        owner_uid=draw(st.sampled_from(owners)),
        kind=draw(texts(plain=True)),
        year=draw(st.integers(2000, 2030)),
        amount_fen=draw(st.integers(0, 10**14)),
        reserved_fen=draw(st.integers(0, 10**14)),
        spent_fen=draw(st.integers(0, 10**14)),
        synthetic=draw(st.booleans()),
    )


@st.composite
def _resources(draw: st.DrawFn, known: Directory, bare: list[str], providers: list[str]) -> Resource:
    uid, street = draw(uids), known.street_uid
    category = draw(st.sampled_from([each for each in known.taxonomy.categories if each.parent is not None]))
    list_kind = draw(st.sampled_from(["resource", "service"]))
    kind = draw(st.sampled_from(list(ResourceKind)))
    total = offered = Quantity(1, category.unit, assumed=True)
    if draw(st.booleans()):
        most = draw(st.integers(0, 1_000_000))
        total = Quantity(most, category.unit, draw(st.sampled_from(list(Qualifier))))
        offered = Quantity(draw(st.integers(0, most)), category.unit, draw(st.sampled_from(list(Qualifier))))
    windows = draw(st.sampled_from([None, *WINDOWS]))
    schedules = parse_windows(Cell("", windows, ""), TODAY).schedules if windows else ()
    first, last = sorted((draw(days), draw(days)))
    serves = draw(st.sampled_from([(), tuple(sorted(bare)), (bare[0],), (street,)]))
    excludes = tuple(sorted(bare[1:])) if serves in {(street,), (bare[0],)} and draw(st.booleans()) else ()
    return Resource(
        uid=uid,
        street=street,
        name=draw(texts()),
        category=category.code,
        kind=kind,
        provider_uid=draw(st.sampled_from(providers)),
        total=total,
        offered=offered,
        list_kind=list_kind,
        status=draw(st.sampled_from(list(ResourceStatus))),
        consumable=category.consumable or kind in {ResourceKind.GOODS, ResourceKind.FUND},
        unit_cost_fen=draw(maybe(st.integers(0, 10**14))),  # type: ignore[arg-type]
        location=draw(points()),
        area_uid=draw(st.sampled_from([None, *bare])),
        serves_uids=serves,
        excludes_uids=excludes,
        target_groups=tuple(sorted(draw(st.sets(st.sampled_from(["ELDER60", "DISABLED", "GIG"]))))),
        service_modes=draw(modes),
        conditions=draw(maybe(texts())),  # type: ignore[arg-type]
        windows_text=windows,
        guard_min=draw(st.integers(0, 600)),
        idle_since=draw(maybe(days)) if list_kind == "resource" else None,  # type: ignore[arg-type]
        surveyed_on=draw(maybe(days)),  # type: ignore[arg-type]
        valid_from=draw(st.sampled_from([None, first])),
        valid_to=draw(st.sampled_from([None, last])),
        note=draw(maybe(texts())),  # type: ignore[arg-type]
        synthetic=draw(st.booleans()),
        amenities=tuple(draw(st.lists(texts(plain=True), max_size=2, unique=True))),
        quota_uids=tuple(bare) if offered.value >= len(bare) else (),
        quota_units=tuple(1 for _ in bare) if offered.value >= len(bare) else (),
        emergency_ok=draw(st.booleans()),
        slots=tuple(
            Slot(make_uid(street, "slot", uid, each.to_text() if each else ""), street, uid, offered.value, each)
            for each in (schedules or (None,))
        ),
    )


@st.composite
def _needs(draw: st.DrawFn, known: Directory, bare: list[str]) -> Need:
    category = draw(st.sampled_from([each for each in known.taxonomy.categories if each.parent is not None]))
    counts_people = category.unit in {"人", "户", "家"}
    stated = counts_people or draw(st.booleans())
    quantity = Quantity(1, category.unit, assumed=True)
    if stated:
        quantity = Quantity(draw(st.integers(1, 10**6)), category.unit, draw(st.sampled_from(list(Qualifier))))
    window = draw(st.sampled_from([None, *ONE_WINDOW]))
    status = draw(st.sampled_from(list(NeedStatus)))
    team: Any = draw(maybe(texts()))
    first, last = sorted((draw(days), draw(days)))
    return Need(
        uid=draw(uids),
        street=known.street_uid,
        title=draw(texts()),
        category=category.code,
        area_uid=draw(st.sampled_from(bare)),
        quantity=quantity,
        kind=draw(st.sampled_from([kind for kind in NeedKind if kind is not NeedKind.REGISTRATION])),
        urgency=draw(st.sampled_from(list(Urgency))),
        flags=tuple(sorted(draw(st.sets(st.sampled_from(["key", "hard", "hot"]))))),
        status=status,
        location=draw(points()),
        window=None if window is None else parse_windows(Cell("", window, ""), TODAY).schedules[0],
        window_text=window,
        needed_from=draw(st.sampled_from([None, first])),
        needed_by=draw(st.sampled_from([None, last])),
        exists_since=draw(maybe(days)),  # type: ignore[arg-type]
        raised_on=draw(maybe(days)),  # type: ignore[arg-type]
        beneficiary_households=draw(maybe(st.integers(0, 9999))),  # type: ignore[arg-type]
        beneficiary_persons=draw(maybe(st.integers(0, 9999))),  # type: ignore[arg-type]
        target_groups=tuple(sorted(draw(st.sets(st.sampled_from(["ELDER60", "DISABLED", "GIG"]))))),
        service_modes=draw(modes),
        source_channel=draw(maybe(texts())),  # type: ignore[arg-type]
        visibility=draw(st.sampled_from(list(Visibility))),
        proposed_provider=draw(maybe(texts())),  # type: ignore[arg-type]
        progress=None if status is NeedStatus.OPEN else status_word(status),
        note=draw(maybe(texts())),  # type: ignore[arg-type]
        synthetic=draw(st.booleans()),
        skills=tuple(draw(st.lists(st.sampled_from(sorted(VOCABULARIES["skill"])), unique=True, max_size=2))),
        amenities=tuple(draw(st.lists(texts(plain=True), max_size=2, unique=True))),
        whole=draw(st.sampled_from([None, True, False])),
        single_provider=draw(st.sampled_from([None, True, False])),
        team=team,
        role=draw(maybe(st.sampled_from(list(TeamRole)))) if team else None,  # type: ignore[arg-type]
        post=draw(maybe(texts())),  # type: ignore[arg-type]
        fund_kind=draw(maybe(texts())),  # type: ignore[arg-type]
        help=draw(st.booleans()),
    )


@st.composite
def _projects(draw: st.DrawFn, street: str, bare: list[str]) -> Project:
    start, due = sorted((draw(days), draw(days)))
    due_text = draw(st.sampled_from([None, "每季度"]))
    people = draw(st.sampled_from([(None, None), (500, None), (None, 3000)]))
    return Project(
        uid=draw(uids),
        street=street,
        name=draw(texts()),
        content=draw(maybe(texts())),  # type: ignore[arg-type]
        level=draw(maybe(texts())),  # type: ignore[arg-type]
        area_uid=draw(st.sampled_from([None, *bare])),
        lead_text="牵头" + draw(texts(plain=True)),
        support_text=tuple(draw(st.lists(texts(plain=True), max_size=2, unique=True))),
        budget_fen=draw(maybe(st.integers(0, 10**14))),  # type: ignore[arg-type]
        funding=draw(maybe(texts())),  # type: ignore[arg-type]
        starts_on=draw(st.sampled_from([None, start])),
        due_on=None if due_text else draw(st.sampled_from([None, due])),
        due_text=due_text,
        beneficiary_persons=people[0],
        beneficiary_visits=people[1],
        progress=draw(maybe(texts())),  # type: ignore[arg-type]
        synthetic=draw(st.booleans()),
    )


@st.composite
def _registrations(
    draw: st.DrawFn, street: str, bare: list[str], resource: str
) -> tuple[list[Batch], list[Registration]]:
    batches, registrations = [], []
    for number in range(1, draw(st.integers(1, 3))):
        released = draw(maybe(days))
        batch = Batch(
            uid=make_uid(street, "batch", resource, str(number)),
            street=street,
            resource_uid=resource,
            no=number,
            cap=draw(maybe(st.integers(0, 9999))),  # type: ignore[arg-type]
            opens_on=draw(maybe(days)),  # type: ignore[arg-type]
            closes_on=draw(maybe(days)),  # type: ignore[arg-type]
            released_at=dt.datetime.combine(released, dt.time(), STREET_ZONE).astimezone(dt.UTC)  # type: ignore[arg-type]
            if released
            else None,
        )
        batches.append(batch)
        for rank in range(1, draw(st.integers(2, 4))):
            registrations.append(  # noqa: PERF401 - each is drawn in turn
                Registration(
                    uid=draw(uids),
                    street=street,
                    batch_uid=batch.uid,
                    area_uid=draw(st.sampled_from(bare)),
                    registrant_hash=draw(tokens),
                    plate_hash=draw(maybe(tokens)),  # type: ignore[arg-type]
                    rank=rank,
                    synthetic=draw(st.booleans()),
                )
            )
    return batches, registrations

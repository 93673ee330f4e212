"""The Jinchang lists: what is public, what is made up, what is wrong on purpose."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from graph_schema.demo import jinchang
from graph_schema.demo.people import VANGUARD_KINDS
from graph_schema.demo.tables import EAST, NORTH, SOUTH, WEST, communities
from graph_schema.lists import ListKind, ListReading, read_lists
from graph_schema.model.directory import Directory
from graph_schema.model.ledger import Entity
from graph_schema.model.needs import Batch, Need, Project, Registration
from graph_schema.model.places import AdminDivision, Grid, Location
from graph_schema.model.providers import Organization, PartyOrganization, Person, ResourcePool, VolunteerTeam
from graph_schema.model.quantities import Qualifier
from graph_schema.model.resources import Resource
from graph_schema.taxonomy import load

KEY = b"a key that only this test has...."


@cache
def reading() -> ListReading:
    with TemporaryDirectory() as folder:
        paths = jinchang.write_lists(Path(folder))
        nothing = Directory(street_uid="", street_name="", taxonomy=load())
        return read_lists(paths, nothing, hash_key=KEY, at=jinchang.AS_OF, actor="test", skip_bad=True)


def entities(kind: type) -> list[Entity]:
    return [row.entity for batch in reading().batches for row in batch.rows if isinstance(row.entity, kind)]


def valid_rows(kind: ListKind) -> int:
    return sum(report.valid for report in reading().reports if report.kind is kind)


def located() -> Iterator[Location]:
    for batch in reading().batches:
        for row in batch.rows:
            location = getattr(row.entity, "location", None)
            if location is not None and location.lon is not None:
                yield location


def test_every_planted_flaw_is_found_in_its_cell_and_nothing_else_is_wrong() -> None:
    found = [
        (report.file, report.sheet, issue.cell or "", issue.row, issue.finding.code)
        for report in reading().reports
        for issue in report.errors
    ]
    planted = [
        (flaw.file, flaw.sheet or Path(flaw.file).stem, flaw.cell, flaw.row, flaw.code) for flaw in jinchang.PLANTED
    ]
    assert sorted(found) == sorted(planted)


def test_a_planted_flaw_costs_exactly_one_row() -> None:
    rows = Counter((flaw.file, flaw.row) for flaw in jinchang.PLANTED)
    assert set(rows.values()) == {1}
    assert sum(len(report.bad_rows) for report in reading().reports) == len(jinchang.PLANTED)


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        (ListKind.RESOURCE, 110),
        (ListKind.NEED, 89),
        (ListKind.PROJECT, 45),
        (ListKind.SERVICE, 4),
        (ListKind.REGISTRATION, 542),
    ],
)
def test_a_list_has_its_stated_number_of_valid_rows(kind: ListKind, count: int) -> None:
    assert valid_rows(kind) == count


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        (Grid, 203),
        (Organization, 181),
        (VolunteerTeam, 10),
        (ResourcePool, 1),
        (Batch, 2),
        (Registration, 542),
        (Need, 89),
        (Project, 45),
        (Resource, 114),
    ],
)
def test_the_lists_hold_this_many_of_a_kind(kind: type, count: int) -> None:
    assert len({entity.uid for entity in entities(kind)}) == count


def test_there_are_29_communities_with_the_codes_of_2020_each_under_one_of_ten_linked_branches() -> None:
    divisions = [area for area in entities(AdminDivision) if isinstance(area, AdminDivision)]
    found = [area for area in divisions if area.level == "community"]
    assert len(found) == 29
    assert {area.code_year for area in found} == {2020}
    assert all(area.code is not None and re.fullmatch(r"320508019\d{3}", area.code) for area in found)
    branches = [p for p in entities(PartyOrganization) if isinstance(p, PartyOrganization) and p.kind == "联动支部"]
    assert len(branches) == 10
    jurisdiction = Counter(uid for branch in branches for uid in branch.jurisdiction_uids)
    assert jurisdiction == Counter({area.uid: 1 for area in found})
    assert all(branch.station_uid for branch in branches)


def test_every_point_lies_in_the_stated_box_whatever_system_it_was_written_in() -> None:
    points = list(located())
    assert {point.crs_given for point in points} >= {"WGS-84", "GCJ-02"}
    assert all(WEST - 0.002 < point.lon < EAST + 0.002 for point in points if point.lon is not None)
    assert all(SOUTH - 0.002 < point.lat < NORTH + 0.002 for point in points if point.lat is not None)


def test_all_that_is_made_up_says_so() -> None:
    public = {"苏州桃花坞发展建设有限公司", "地下车库内部车位错时共享"}
    for kind in (Organization, VolunteerTeam, Resource, Need, Project, Registration, Grid):
        unmarked = {getattr(e, "name", e.uid) for e in entities(kind) if not getattr(e, "synthetic", False)}
        assert unmarked <= public, kind


def test_nothing_in_the_lists_stands_for_a_private_person() -> None:
    with TemporaryDirectory() as folder:
        jinchang.write_lists(Path(folder))
        for file in jinchang.list_files():
            for sheet in file.sheets:
                personal = [i for i, column in enumerate(sheet.columns) if column.header in PERSONAL]
                for row in sheet.rows:
                    assert {row[i] for i in personal} <= ROLES


PERSONAL = {"联系人", "联络员", "联系电话", "电话", "提出人", "负责人"}
ROLES = {None, "", "联络员", "经办", "社区工作人员", "项目负责人"}


def test_plates_have_a_letter_that_no_city_of_the_province_has() -> None:
    plates = [
        row[index]
        for file in jinchang.list_files()
        for sheet in file.sheets
        for index, column in enumerate(sheet.columns)
        if column.header.startswith("车牌")
        for row in sheet.rows
    ]
    assert len(plates) == 543  # a planted row has one too
    assert all(str(plate).startswith("苏Z·") for plate in plates)


def test_the_parking_spaces_are_a_forecast_of_1000_for_three_communities_at_night_and_on_rest_days() -> None:
    (parking,) = [r for r in entities(Resource) if isinstance(r, Resource) and r.name == "地下车库内部车位错时共享"]
    assert (parking.offered.value, parking.offered.qualifier) == (1000, Qualifier.BELOW)
    assert len(parking.serves_uids) == 3
    assert [slot.schedule.to_text() for slot in parking.slots if slot.schedule] == [
        "FREQ=DAILY;X-DAYKIND=WORKDAY;X-OPENS=18:00;X-CLOSES=32:00",
        "FREQ=DAILY;X-DAYKIND=RESTDAY;X-OPENS=00:00;X-CLOSES=24:00",
    ]


def test_the_same_lists_are_the_same_bytes(tmp_path: Path) -> None:
    first = {path.name: path.read_bytes() for path in jinchang.write_lists(tmp_path / "one")}
    second = {path.name: path.read_bytes() for path in jinchang.write_lists(tmp_path / "two")}
    assert first == second


def test_fewer_spaces_change_one_file_alone(tmp_path: Path) -> None:
    base = {path.name: path.read_bytes() for path in jinchang.write_lists(tmp_path / "one")}
    fewer = {path.name: path.read_bytes() for path in jinchang.write_lists(tmp_path / "two", parking="200")}
    assert {name for name in base if base[name] != fewer[name]} == {jinchang.PARKING_FILE}


def test_625_vanguards_have_pseudonyms_and_no_names() -> None:
    directory, people = reading().directory, entities(Person)
    assert [person.pseudonym_id for person in people] == [f"HT-{n:04d}" for n in range(1, 626)]
    assert Counter(person.vanguard_kind for person in people) == Counter(dict(VANGUARD_KINDS))
    homes = Counter(person.area_uid for person in people)
    assert sorted(Counter(homes.values()).items()) == [(21, 13), (22, 16)]
    assert set(homes) <= {area.uid for area in directory.areas}
    assert all(person.synthetic for person in people)


def test_communities_do_not_lie_on_top_of_each_other() -> None:
    points = {(community.lon, community.lat) for community in communities()}
    assert len(points) == 29

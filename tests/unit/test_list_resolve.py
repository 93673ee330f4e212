"""Rows become entities: identities, names, places, quantities, batches, and what is refused."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from graph_schema.lists import ListReading
from graph_schema.lists.references import referred_uids, refers_back_only
from graph_schema.messages import render
from graph_schema.model.directory import Directory
from graph_schema.model.identity import make_uid
from graph_schema.model.ledger import ImportBatch
from graph_schema.model.needs import Batch, Need, NeedKind, NeedStatus, Project, Registration, Urgency, Visibility
from graph_schema.model.places import AdminDivision, Grid, LocatedBy, Neighborhood, Place, Station
from graph_schema.model.providers import (
    Agreement,
    Organization,
    OrganizationKind,
    PartyOrganization,
    ResourcePool,
    VolunteerTeam,
)
from graph_schema.model.quantities import Qualifier, Quantity
from graph_schema.model.resources import Resource, ResourceKind, ResourceStatus
from tests.instances.list_files import (
    DIRECTORY_HEADER,
    DIRECTORY_ROWS,
    NEED_HEADER,
    RESOURCE_HEADER,
    UNIT_HEADER,
    UNIT_ROWS,
    codes,
    empty_directory,
    entities,
    reading,
    street,
    write_csv,
    write_xlsx,
)

NEED = ("石路社区", "夜间停车位不足", "PRK01", "20个", "急")


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    return street(tmp_path_factory.mktemp("street"))


def _area(known: Directory, name: str) -> Any:
    return next(area for area in known.areas if area.name == name)


def _read(
    folder: Path, header: tuple[Any, ...], *rows: tuple[Any, ...], known: Directory, **options: Any
) -> ListReading:
    return reading(write_xlsx(folder / "清单.xlsx", [header, *rows]), directory=known, **options)


def _one(read: ListReading, kind: type) -> Any:
    assert not read.refused, [
        (issue.finding.code, issue.finding.params) for report in read.reports for issue in report.errors
    ]
    (found,) = entities(read, kind)
    return found


# -- the directory


def test_a_directory_gives_the_street_its_areas_and_its_organisations(known: Directory) -> None:
    kinds = [AdminDivision, Grid, Neighborhood, Place, Station]
    assert [sum(isinstance(area, kind) for area in known.areas) for kind in kinds] == [5, 2, 1, 1, 1]
    assert known.street_name == "金阊街道"
    branch = next(party for party in known.party_organizations if party.kind == "联动支部")
    committee = next(party for party in known.party_organizations if party.kind == "街道大工委")
    assert (committee.rank, branch.rank, branch.parent_uid) == (0, 1, committee.uid)
    assert set(branch.jurisdiction_uids) == {_area(known, "石路社区").uid, _area(known, "西街社区").uid}
    assert branch.station_uid == _area(known, "石路联动工作站").uid
    assert _area(known, "石路联动工作站").tier == "linkage"
    (pool,) = known.pools
    assert len(pool.member_uids) == 2
    shilu = _area(known, "石路社区")
    assert (shilu.households, shilu.share_60plus, shilu.code) == (1200, 0.31, "320508019034")
    assert shilu.parent_uid == known.street_uid


def test_rows_of_a_directory_may_stand_in_any_order(known: Directory, tmp_path: Path) -> None:
    read = reading(write_xlsx(tmp_path / "名录.xlsx", [DIRECTORY_HEADER, *reversed(DIRECTORY_ROWS)]))
    assert not read.refused, codes(read)
    assert read.directory.areas == known.areas
    assert read.directory.party_organizations == known.party_organizations
    seen: set[str] = set()
    own = {row.entity.uid for row in read.batches[0].rows}
    for row in read.batches[0].rows:
        assert {uid for uid in referred_uids(row.entity) if uid in own} <= seen | {row.entity.uid}
        seen.add(row.entity.uid)


def test_a_directory_may_be_spread_over_files(known: Directory, tmp_path: Path) -> None:
    inner = write_xlsx(tmp_path / "1.xlsx", [DIRECTORY_HEADER, *DIRECTORY_ROWS[5:]])
    outer = write_xlsx(tmp_path / "2.xlsx", [DIRECTORY_HEADER, *DIRECTORY_ROWS[:5]])
    read = reading(inner, outer)
    assert not read.refused, codes(read)
    assert [batch.file_name for batch in read.batches] == ["2.xlsx", "1.xlsx"]
    assert read.directory.areas == known.areas


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("飞地", "某处"), "list_unknown_type"),
        (("街道", "别的街道"), "list_other_street"),
        (("网格", "第九网格"), "list_parent_needed"),
        (("网格", "第九网格", "", "没有的社区"), "list_unknown_area"),
        (("社区", "新社区", "", "第一网格"), "list_ambiguous_area"),
        (("社区", "新社区", "", "石路社区"), "list_wrong_parent"),
        (("网格党支部", "甲支部", "", "没有的党委"), "list_unknown_parent"),
        (("网格党支部", "甲支部", "", "", "石路社区", "没有的站"), "list_unknown_station"),
        (("片区", "南片区", "", "", "没有的社区"), "list_unknown_area"),
        (("小区", "甲小区", "", "石路社区", "", "", "", 120.6, 31.3), "list_no_crs"),
        (("社区", "", "", "金阊街道"), "list_empty_cell"),
    ],
)
def test_a_directory_row_that_fits_nowhere_is_refused(
    row: tuple[Any, ...], code: str, known: Directory, tmp_path: Path
) -> None:
    read = _read(tmp_path, DIRECTORY_HEADER, row, known=known)
    assert codes(read, errors_only=True) == [code]
    assert read.batches == ()


def test_a_circle_of_parents_is_refused(known: Directory, tmp_path: Path) -> None:
    rows = [("党委", "甲党委", "", "乙党委"), ("党委", "乙党委", "", "甲党委")]
    assert "list_circular_parent" in codes(_read(tmp_path, DIRECTORY_HEADER, *rows, known=known), errors_only=True)
    areas = [("小区", "甲苑", "", "乙苑"), ("小区", "乙苑", "", "甲苑")]
    read = _read(tmp_path, DIRECTORY_HEADER, *areas, known=known)
    assert codes(read, errors_only=True) == ["list_circular_parent"] * 2


def test_lists_before_the_directory_are_refused(tmp_path: Path) -> None:
    read = _read(tmp_path, NEED_HEADER, NEED, known=empty_directory())
    assert codes(read) == ["list_no_street"]


def test_a_row_left_out_takes_the_rows_inside_it_along(tmp_path: Path) -> None:
    rows = [
        DIRECTORY_ROWS[0],
        ("社区", "甲社区", "", "金阊街道", "", "", "", 1, 2, "WGS-84"),
        ("网格", "甲一网格", "", "甲社区"),
        ("社区", "乙社区", "", "金阊街道"),
    ]
    read = reading(write_xlsx(tmp_path / "名录.xlsx", [DIRECTORY_HEADER, *rows]), skip_bad=True)
    assert [entity.name for entity in entities(read)] == ["金阊街道", "乙社区"]
    assert [bad.row for bad in read.reports[0].bad_rows] == [3, 4]


# -- names


@pytest.mark.parametrize(
    "text",
    ["石路社区", "石路", "石路社区居委会", "石路居委会", "石路街区", "320508019034", "金阊街道石路社区", " 石路 社区"],
)
def test_a_community_is_found_by_each_of_its_names(text: str, known: Directory, tmp_path: Path) -> None:
    need = _one(_read(tmp_path, NEED_HEADER, (text, *NEED[1:]), known=known), Need)
    assert need.area_uid == _area(known, "石路社区").uid


def test_a_grid_is_found_with_its_community(known: Directory, tmp_path: Path) -> None:
    need = _one(_read(tmp_path, NEED_HEADER, ("西街社区第一网格", *NEED[1:]), known=known), Need)
    grid = next(area for area in known.areas if area.uid == need.area_uid)
    assert isinstance(grid, Grid)
    assert grid.parent_uid == _area(known, "西街社区").uid
    read = _read(tmp_path, NEED_HEADER, ("第一网格", *NEED[1:]), known=known)
    (issue,) = read.reports[0].errors
    assert issue.finding.code == "list_ambiguous_area"
    assert issue.finding.params["near"] == ["石路社区第一网格", "西街社区第一网格"]


def test_the_beginning_of_one_name_is_taken_for_it_and_told(known: Directory, tmp_path: Path) -> None:
    read = _read(tmp_path, NEED_HEADER, ("桃花", *NEED[1:]), known=known)
    assert _one(read, Need).area_uid == _area(known, "桃花坞社区居委会").uid
    assert codes(read) == ["list_area_by_prefix"]


def test_an_unknown_community_names_the_nearest_at_its_cell(known: Directory, tmp_path: Path) -> None:
    read = _read(tmp_path, NEED_HEADER, ("桃花乌社区", *NEED[1:]), known=known)
    (issue,) = read.reports[0].errors
    assert (issue.sheet, issue.cell, issue.row) == ("Sheet1", "A2", 2)
    assert issue.finding.params["near"][0] == "桃花坞社区居委会"
    assert render(issue.finding, "en").endswith("Maybe it is: 桃花坞社区居委会.")


# -- units


def test_units_bring_their_agreements_and_teams_their_people(known: Directory, tmp_path: Path) -> None:
    header = (*UNIT_HEADER, "队员人数", "统一社会信用代码")
    rows = [
        (
            "示例文化有限公司",
            "非公企业",
            "石路社区",
            "GJ-001",
            "石路联动支部",
            "2024.2.29",
            "三年",
            "",
            "",
            "91110000600037341L",
        ),
        (
            "示例文化有限公司",
            "非公企业",
            "石路社区",
            "GJ-002",
            "西街社区",
            "2024-03-01",
            "长期",
            "",
            "",
            "91110000600037341L",
        ),
        ("巷管家", "志愿团队", "西街社区", "", "", "", "", "", 12),
    ]
    read = _read(tmp_path, header, *rows, known=known)
    unit = _one(read, Organization)
    assert (unit.kind, unit.uscc) == (OrganizationKind.PRIVATE, "91110000600037341L")
    assert unit.uid == next(each.uid for each in known.organizations if each.name == unit.name)
    first, second = entities(read, Agreement)
    assert (first.valid_to, second.valid_to) == (dt.date(2027, 2, 28), None)
    assert first.partner_uid == next(p.uid for p in known.party_organizations if p.name == "石路联动支部")
    assert _one(read, VolunteerTeam).member_count == 12


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("甲公司", "企业", "", "", "", "2024-05-01", "2024-01-01"), "list_ends_before_start"),
        (("甲公司", "企业", "", "", "没有的社区", "2024-05-01"), "list_unknown_area"),
        (("甲公司", "企业", "", "", "", "", "三年"), "list_term_without_start"),
        (("甲队", "志愿服务队", "", "GJ-9"), "list_team_with_agreement"),
    ],
)
def test_a_contradictory_unit_is_refused(row: tuple[Any, ...], code: str, known: Directory, tmp_path: Path) -> None:
    assert codes(_read(tmp_path, UNIT_HEADER, row, known=known), errors_only=True) == [code]


def test_two_rows_of_one_unit_that_differ_are_an_error_naming_the_first(known: Directory, tmp_path: Path) -> None:
    rows = [("甲公司", "企业", "石路社区", "1"), ("甲公司", "学校", "石路社区", "2")]
    read = _read(tmp_path, UNIT_HEADER, *rows, known=known)
    (issue,) = read.reports[0].errors
    assert (issue.finding.code, issue.row, issue.finding.params["row"]) == ("list_unit_contradiction", 3, 2)


def test_an_unknown_provider_becomes_a_unit_with_a_question(known: Directory, tmp_path: Path) -> None:
    rows = [
        ("示例文化有限公可", "会议室", "VEN01", 1, "", "", ""),
        ("示例文化有限公可", "操场", "VEN03", 1, "", "", ""),
        ("石路社区居委会", "活动室", "VEN02", 1, "", "", ""),
    ]
    read = _read(tmp_path, RESOURCE_HEADER, *rows, known=known)
    assert [code for code in codes(read) if "provider" in code] == ["list_provider_near", "list_provider_created"]
    slip, committee = entities(read, Organization)
    assert slip.uid == make_uid(known.street_uid, "unit", "示例文化有限公可")
    assert (committee.kind, committee.checked_in_uid) == (
        OrganizationKind.RESIDENTS_COMMITTEE,
        _area(known, "石路社区").uid,
    )
    assert [resource.provider_uid for resource in entities(read, Resource)] == [slip.uid, slip.uid, committee.uid]


# -- resources and services


def test_a_resource_row_gives_a_resource_with_its_slots(known: Directory, tmp_path: Path) -> None:
    header = (*RESOURCE_HEADER, "可提供数量", "服务对象", "单价(元)", "使用状态", "提前腾退(分钟)", "备注", "面积")
    row = (
        *("示例文化有限公司", "地下车位", "夜间停车", "近千个", "金门路1号", "工作日18:00—次日8:00;周末", "石路、西街"),
        *("200个", "车主", "5元", "闲置6个月以上", 30, "需登记", "约5000平方米"),
    )
    resource = _one(_read(tmp_path, header, row, known=known), Resource)
    assert resource.total == Quantity(1000, "个", Qualifier.BELOW)
    assert resource.offered == Quantity(200, "个")
    assert (resource.category, resource.kind, resource.status) == ("PRK01", ResourceKind.SPACE, ResourceStatus.IDLE)
    assert resource.target_groups == ("CAR_OWNER",)
    assert (resource.unit_cost_fen, resource.guard_min) == (500, 30)
    assert resource.note == "需登记;面积(㎡):约5000平方米"
    assert [(slot.capacity, slot.schedule is not None) for slot in resource.slots] == [(200, True), (200, True)]
    assert len({slot.uid for slot in resource.slots}) == 2
    assert {_area(known, "石路社区").uid, _area(known, "西街社区").uid} == set(resource.serves_uids)


@pytest.mark.parametrize(
    ("coverage", "serves", "excludes"),
    [
        ("全街道", ["金阊街道"], []),
        ("除石路社区外", ["金阊街道"], ["石路社区"]),
        ("除石路、西街以外的其他社区", ["金阊街道"], ["石路社区", "西街社区"]),
        ("北片区", ["桃花坞社区居委会", "石幢社区"], []),
        ("石路联动支部", ["石路社区", "西街社区"], []),
        ("石路、西街等2个社区", ["石路社区", "西街社区"], []),
        ("石路 西街", ["石路社区", "西街社区"], []),
        ("", [], []),
    ],
)
def test_a_coverage_list_names_areas_branches_pools_and_exceptions(
    coverage: str, serves: list[str], excludes: list[str], *, known: Directory, tmp_path: Path
) -> None:
    resource = _one(
        _read(tmp_path, RESOURCE_HEADER, ("示例小学", "操场", "VEN03", 1, "", "", coverage), known=known), Resource
    )
    assert set(resource.serves_uids) == {_area(known, name).uid for name in serves}
    assert set(resource.excludes_uids) == {_area(known, name).uid for name in excludes}


def test_coverage_without_names_is_refused(known: Directory, tmp_path: Path) -> None:
    read = _read(tmp_path, RESOURCE_HEADER, ("示例小学", "操场", "VEN03", 1, "", "", "周边三个社区"), known=known)
    assert codes(read, errors_only=True) == ["list_vague_coverage"]


@pytest.mark.parametrize(
    ("category", "cells", "quantity"),
    [
        ("VEN06", {"可容纳人数": 80}, Quantity(80, "人")),
        ("VEN01", {"可容纳人数": 80}, Quantity(1, "间", assumed=True)),
        ("VEN01", {"数量": "3间"}, Quantity(3, "间")),
        ("VEN01", {"可提供数量": "3"}, Quantity(3, "间")),
        ("PRK01", {"数量": 30, "计量单位": "车位"}, Quantity(30, "个")),
        ("PRK01", {"数量(车位)": 30}, Quantity(30, "个")),
        ("LIV01", {"数量": "2小时"}, Quantity(2, "小时")),
        ("ELD01", {"数量": "约30份"}, Quantity(30, "人", Qualifier.ABOUT)),
    ],
)
def test_a_quantity_is_in_the_categorys_unit_where_it_converts(
    category: str, cells: dict[str, Any], quantity: Quantity, known: Directory, tmp_path: Path
) -> None:
    header = ("单位名称", "资源名称", "资源类别", *cells)
    resource = _one(_read(tmp_path, header, ("示例小学", "某资源", category, *cells.values()), known=known), Resource)
    assert resource.offered == quantity
    assert resource.total.value >= resource.offered.value


def test_a_service_row_gives_a_recurring_resource(known: Directory, tmp_path: Path) -> None:
    header = ("服务名称", "服务单位", "服务时间", "名额", "服务地点", "服务方式", "覆盖范围")
    row = ("免费理发", "示例志愿服务队", "每月15日 9:00-11:30", "30人", "石路联动工作站", "坐班/上门", "全街道")
    read = _read(tmp_path, header, row, known=known)
    service = _one(read, Resource)
    assert (service.list_kind, service.kind, service.category) == ("service", ResourceKind.SERVICE, "LIV01")
    assert service.service_modes == ("counter", "at_home")
    assert codes(read) == ["list_category_guessed"]
    (slot,) = service.slots
    assert slot.schedule is not None
    assert slot.schedule.bymonthday == (15,)


# -- where


@pytest.mark.parametrize(
    ("address", "area", "located_by", "near"),
    [
        ("金门路12号", "", LocatedBy.ADDRESS, "金门路"),
        ("彩虹新村3幢", "", LocatedBy.ADDRESS, "彩虹新村"),
        ("石路社区某处", "", LocatedBy.APPROXIMATE, "石路社区"),
        ("", "彩虹新村", LocatedBy.ADDRESS, "彩虹新村"),
        ("", "石路社区第一网格", LocatedBy.APPROXIMATE, "石路社区"),
        ("", "石幢社区", LocatedBy.UNLOCATED, None),
    ],
)
def test_a_row_lies_at_its_address_else_at_its_communitys_point(
    address: str, area: str, located_by: LocatedBy, near: str | None, *, known: Directory, tmp_path: Path
) -> None:
    header = (*NEED_HEADER, "地址")
    need = _one(_read(tmp_path, header, (area or "石幢社区", *NEED[1:], address), known=known), Need)
    assert need.location.located_by is located_by
    if near is not None:
        place = _area(known, near).location
        assert (need.location.lon, need.location.lat) == (place.lon, place.lat)


# -- needs


def test_a_need_row_gives_a_need(known: Directory, tmp_path: Path) -> None:
    header = (
        *NEED_HEADER,
        "重点难点热点",
        "需求时间",
        "完成时限",
        "受益户数",
        "需求来源",
        "办理情况",
        "对接单位",
        "公开范围",
    )
    row = (
        *NEED,
        "重点、热点",
        "工作日19:00-次日7:00",
        "2024年6月底",
        "约300户",
        "12345热线",
        "办理中",
        "示例小学",
        "内部",
    )
    need = _one(_read(tmp_path, header, row, known=known), Need)
    assert need.quantity == Quantity(20, "个")
    assert (need.urgency, need.flags) == (Urgency.URGENT, ("hot", "key"))
    assert need.window is not None
    assert need.window.closes_min == 31 * 60
    assert (need.needed_by, need.beneficiary_households) == (dt.date(2024, 6, 30), 300)
    assert (need.kind, need.status, need.visibility) == (NeedKind.COMPLAINT, NeedStatus.MATCHED, Visibility.INTERNAL)
    assert need.proposed_provider == "示例小学"


@pytest.mark.parametrize(
    ("category", "cells", "quantity", "told"),
    [
        ("LIV04", {"受益户数": 12}, Quantity(12, "户"), []),
        ("PRK01", {"受益户数": 12}, Quantity(1, "个", assumed=True), []),
        ("PRK01", {"需求数量": "30户"}, Quantity(1, "个", assumed=True), ["list_beneficiaries_only"]),
        ("ELD01", {"惠及人数": "20余人"}, Quantity(20, "人", Qualifier.OVER), ["list_approximate"]),
        ("CUL04", {"需求数量": "12课时"}, Quantity(12, "课时"), ["list_unit_unknown"]),
        ("ENV01", {"需求数量": "20人次"}, Quantity(20, "人次"), ["list_unit_unknown"]),
        ("ELD01", {"需求数量": "30户"}, Quantity(30, "户"), ["list_unit_unknown"]),
        ("LIV04", {"需求数量": "16人"}, Quantity(16, "人"), ["list_unit_unknown"]),
        ("LIV04", {"需求数量": "16家"}, Quantity(16, "户"), []),
        ("PRK01", {}, Quantity(1, "个", assumed=True), []),
    ],
)
def test_households_and_persons_are_the_quantity_only_where_the_category_counts_them(
    category: str, cells: dict[str, Any], quantity: Quantity, told: list[str], *, known: Directory, tmp_path: Path
) -> None:
    header = ("所属社区", "需求名称", "需求类别", *cells)
    read = _read(tmp_path, header, ("石路社区", "某需求", category, *cells.values()), known=known)
    assert _one(read, Need).quantity == quantity
    assert codes(read) == told


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("需求时间", "周一9:00-10:00;周二9:00-10:00", "list_need_of_several_windows"),
        ("需求数量", "0", "list_need_of_nothing"),
        ("紧急程度", "马上", "list_unknown_word"),
        ("服务对象", "火星人", "list_unknown_group"),
        ("系统编号", "1234", "list_bad_uid"),
    ],
)
def test_a_need_that_cannot_be_understood_is_refused(
    header: str, value: str, code: str, known: Directory, tmp_path: Path
) -> None:
    columns = ("所属社区", "需求名称", "需求类别", header)
    read = _read(tmp_path, columns, ("石路社区", "某需求", "PRK01", value), known=known)
    assert codes(read, errors_only=True) == [code]


def test_a_date_in_the_column_of_windows_is_the_day_it_is_wanted_by(known: Directory, tmp_path: Path) -> None:
    header = ("所属社区", "需求名称", "需求类别", "需求时间")
    need = _one(_read(tmp_path, header, ("石路社区", "某需求", "PRK01", "2024年6月"), known=known), Need)
    assert (need.window, need.needed_by) == (None, dt.date(2024, 6, 30))


def test_disputes_between_neighbours_are_private(known: Directory, tmp_path: Path) -> None:
    need = _one(_read(tmp_path, NEED_HEADER, ("石路社区", "楼上漏水争执", "邻里纠纷", "", "难"), known=known), Need)
    assert (need.category, need.visibility) == ("LAW02", Visibility.PRIVATE)


# -- projects and registrations


def test_a_project_row_gives_a_project(known: Directory, tmp_path: Path) -> None:
    header = ("项目名称", "项目类别", "牵头单位", "配合单位", "资金(万元)", "完成时限", "惠及群众")
    rows = [
        ("微改造", "街道项目", "示例文化有限公司", "甲单位、乙单位", 5.5, "2024年6月底", "3000人次"),
        ("微改造二", "街道项目", "别的单位", "", "12万元", "每季度", "500人"),
    ]
    read = _read(tmp_path, header, *rows, known=known)
    first, second = entities(read, Project)
    assert (first.budget_fen, first.due_on, first.beneficiary_visits) == (5_500_000, dt.date(2024, 6, 30), 3000)
    assert first.lead_uid is not None
    assert (second.lead_uid, second.lead_text, second.due_text, second.beneficiary_persons) == (
        None,
        "别的单位",
        "每季度",
        500,
    )
    assert codes(read) == ["list_due_kept_as_text"]


REGISTRATION_HEADER = ("资源名称", "批次", "所属社区", "车牌", "批次状态", "放行日期", "批次上限")


def _parking(folder: Path) -> Path:
    row = ("示例文化有限公司", "地下车位", "PRK01", "近千个", "金门路", "", "")
    return write_xlsx(folder / "资源.xlsx", [RESOURCE_HEADER, row])


def _registrations(folder: Path, *rows: tuple[Any, ...], known: Directory, **options: Any) -> ListReading:
    path = write_xlsx(folder / "登记.xlsx", [REGISTRATION_HEADER, *rows])
    return reading(_parking(folder), path, directory=known, **options)


def test_registrations_stand_in_their_batch_which_waits_until_it_is_released(known: Directory, tmp_path: Path) -> None:
    read = _registrations(
        tmp_path,
        ("地下车位", "第一批", "石路", "苏E10001", "已放行", "2024-05-01", 100),
        ("地下车位", "第一批", "西街", "苏E10002", "已放行", "2024-05-01", 100),
        ("地下车位", "第二批", "西街", "苏E10003", "未放行", "", ""),
        known=known,
    )
    first, second = entities(read, Batch)
    assert (first.no, first.cap, first.released_at) == (1, 100, dt.datetime(2024, 4, 30, 16, 0, tzinfo=dt.UTC))
    assert (second.no, second.released_at) == (2, None)
    registrations = entities(read, Registration)
    assert [(each.batch_uid, each.rank) for each in registrations] == [(first.uid, 1), (first.uid, 2), (second.uid, 1)]
    again = _registrations(tmp_path, ("地下车位", "1", "石路", "苏E10001", "未放行", "", 100), known=read.directory)
    assert entities(again, Batch)[0].released_at == first.released_at
    assert "list_released_already" in codes(again)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("空中车位", "1", "石路", "苏E10001"), "list_unknown_resource"),
        (("地下车位", "首轮", "石路", "苏E10001"), "list_bad_batch"),
        (("地下车位", "1", "没有社区", "苏E10001"), "list_unknown_area"),
        (("地下车位", "1", "石路", ""), "list_no_registrant"),
        (("地下车位", "1", "石路", "苏E1"), "list_bad_plate"),
        (("地下车位", "1", "石路", "苏E10001", "已放行"), "list_release_without_day"),
        (("地下车位", "1", "石路", "苏E10001", "未放行", "2024-05-01"), "list_release_contradiction"),
        (("地下车位", "1", "石路", "苏E10002", "", "", 50), "list_batch_contradiction"),
        (("地下车位", "1", "石路", "苏E00000"), "list_same_key"),
    ],
)
def test_a_wrong_registration_is_refused(row: tuple[Any, ...], code: str, known: Directory, tmp_path: Path) -> None:
    good = ("地下车位", "1", "石路", "苏E00000")
    rows = (row,) if "release" in code else (good, row)
    read = _registrations(tmp_path, *rows, known=known)
    assert codes(read, errors_only=True) == [code]


def test_a_batch_is_there_although_its_first_row_is_left_out(known: Directory, tmp_path: Path) -> None:
    rows = [("地下车位", "1", "没有社区", "苏E10001"), ("地下车位", "1", "石路", "苏E10002")]
    read = _registrations(tmp_path, *rows, known=known, skip_bad=True)
    assert len(entities(read, Batch)) == 1
    assert len(entities(read, Registration)) == 1


# -- identity, refusal and order


def test_the_same_rows_have_the_same_uids_whatever_file_they_stand_in(known: Directory, tmp_path: Path) -> None:
    first = _read(tmp_path, NEED_HEADER, NEED, known=known)
    header = ("标题行",), ("需求名称", "大类/小类", "缺口", "轻重缓急", "提出单位")
    moved = write_csv(tmp_path / "另一个.csv", [*header, (NEED[1], "夜间停车", "25", "难", "石路居委会")], "gb18030")
    second = reading(moved, directory=known)
    old, new = _one(first, Need), _one(second, Need)
    assert old.uid == new.uid
    assert (old.quantity.value, new.quantity.value) == (20, 25)
    assert first.batches[0].uid != second.batches[0].uid


def test_a_stated_number_is_the_identity_and_a_row_counter_is_not(known: Directory, tmp_path: Path) -> None:
    header = ("编号", *NEED_HEADER)
    numbered = [
        _one(_read(tmp_path, header, ("XQ-7", *row), known=known), Need)
        for row in (NEED, ("西街", "改了名", *NEED[2:]))
    ]
    assert numbered[0].uid == numbered[1].uid
    counted = [_one(_read(tmp_path, header, (counter, *NEED), known=known), Need).uid for counter in (1, 2)]
    assert counted[0] == counted[1]


def test_two_rows_with_one_key_are_an_error_that_names_both(known: Directory, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "需求.xlsx", [NEED_HEADER, NEED, NEED], sheet="甲", 乙=[NEED_HEADER, NEED])
    read = reading(path, directory=known)
    places = [(issue.sheet, issue.row, issue.finding.params) for report in read.reports for issue in report.errors]
    assert places == [
        ("甲", 3, {"sheet": "甲", "first": 2, "second": 3}),
        ("乙", 2, {"sheet": "甲", "first": 2, "second": 2}),
    ]


def test_an_error_refuses_its_file_and_skipping_keeps_the_good_rows(known: Directory, tmp_path: Path) -> None:
    rows = [NEED, ("没有社区", *NEED[1:]), ("西街社区", *NEED[1:])]
    refused = _read(tmp_path, NEED_HEADER, *rows, known=known)
    assert (refused.batches, refused.refused, refused.directory) == ((), True, known)
    kept = _read(tmp_path, NEED_HEADER, *rows, known=known, skip_bad=True)
    assert not kept.refused
    assert [row.row for row in kept.batches[0].rows] == [2, 4]
    (report,) = kept.reports
    assert (report.rows, report.valid) == (3, 2)
    (bad,) = report.bad_rows
    assert (bad.row, dict(bad.values)["所属社区"], bad.findings[0].code) == (3, "没有社区", "list_unknown_area")


def test_one_slip_in_the_directory_is_told_once_and_holds_back_what_rests_on_it(tmp_path: Path) -> None:
    rows = [*DIRECTORY_ROWS[:1], ("社区", "石路社区", "", "金阊街道", "", "", "", 1, 2, "WGS-84")]
    write_xlsx(tmp_path / "名录.xlsx", [DIRECTORY_HEADER, *rows])
    write_xlsx(tmp_path / "需求.xlsx", [NEED_HEADER, *[(*NEED[:1], f"需求{n}", *NEED[2:]) for n in range(50)]])
    read = reading(tmp_path)
    assert codes(read, errors_only=True) == ["list_coordinates_outside", "list_rests_on_refused"]
    assert read.reports[1].issues[0].finding.params == {"files": ["名录.xlsx"]}
    assert read.batches == ()


def test_a_refused_units_list_holds_back_the_resources_of_its_units_only(known: Directory, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "1单位.xlsx", [UNIT_HEADER, ("新单位", "企业"), ("坏单位", "企业", "没有社区")])
    resource = ("新单位", "会议室", "VEN01", 1, "", "", "")
    write_xlsx(tmp_path / "2资源.xlsx", [RESOURCE_HEADER, resource])
    write_xlsx(tmp_path / "3资源.xlsx", [RESOURCE_HEADER, ("示例小学", *resource[1:])])
    read = reading(tmp_path, directory=known)
    assert [report.refused for report in read.reports] == [True, True, False]
    assert [batch.file_name for batch in read.batches] == ["3资源.xlsx"]


def test_files_are_read_in_the_order_in_which_they_refer_to_each_other(tmp_path: Path) -> None:
    paths = [
        write_xlsx(tmp_path / "1需求.xlsx", [NEED_HEADER, NEED]),
        _parking(tmp_path),
        write_xlsx(tmp_path / "8单位.xlsx", [UNIT_HEADER, *UNIT_ROWS]),
        write_xlsx(tmp_path / "9名录.xlsx", [DIRECTORY_HEADER, *DIRECTORY_ROWS]),
    ]
    seen: list[tuple[int, int, str]] = []
    read = reading(*paths, progress=lambda done, total, file: seen.append((done, total, file)))
    assert [batch.list_kind for batch in read.batches] == ["directory", "unit", "resource", "need"]
    assert [report.file for report in read.reports] == [path.name for path in paths]
    assert seen[-1][0] == seen[-1][1]
    assert {type(batch) for batch in read.batches} == {ImportBatch}
    assert "list_provider_created" not in codes(read)
    known = {row.entity.uid for batch in read.batches for row in batch.rows}
    for batch in read.batches:
        for row in batch.rows:
            assert set(referred_uids(row.entity)) <= known


def test_a_workbook_of_several_lists_goes_in_at_once_unless_files_refer_to_each_other_in_a_circle(
    tmp_path: Path,
) -> None:
    directory, units = [DIRECTORY_HEADER, *DIRECTORY_ROWS], [UNIT_HEADER, *UNIT_ROWS]
    taken = [REGISTRATION_HEADER, ("夜间车位", 1, "石路社区", "苏E12345", "", "", "")]
    shared = _parking(tmp_path)
    whole = write_xlsx(tmp_path / "合.xlsx", directory, 单位=units, 需求=[NEED_HEADER, NEED])
    read = reading(shared, whole)
    assert [batch.list_kind for batch in read.batches] == ["directory+unit+need", "resource"]
    assert refers_back_only(read.batches)
    for batch in read.batches:
        assert len({row.entity.uid for row in batch.rows}) == len(batch.rows)
    resource = next(row.entity for row in read.batches[1].rows if isinstance(row.entity, Resource))
    circle = write_xlsx(tmp_path / "圈.xlsx", directory, 登记=[taken[0], (resource.name, *taken[1][1:])])
    read = reading(shared, circle)
    assert [batch.list_kind for batch in read.batches] == ["directory", "resource", "registration"]
    assert refers_back_only(read.batches)


def test_reading_again_what_is_known_already_gives_the_same_entities(tmp_path: Path) -> None:
    paths = (
        write_xlsx(tmp_path / "名录.xlsx", [DIRECTORY_HEADER, *DIRECTORY_ROWS]),
        write_xlsx(tmp_path / "单位.xlsx", [UNIT_HEADER, *UNIT_ROWS]),
        _parking(tmp_path),
    )
    first = reading(*paths)
    second = reading(*paths, directory=first.directory)
    assert second.batches == first.batches
    assert second.directory == first.directory
    assert isinstance(entities(first, PartyOrganization)[0], PartyOrganization)
    assert isinstance(entities(first, ResourcePool)[0], ResourcePool)

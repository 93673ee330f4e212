"""The people list and the budget list, and the columns that say how a need is to be served."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph_schema.lists import Beside, ListKind, ListReading, write_lists, written_lists
from graph_schema.model.budgets import BudgetPool
from graph_schema.model.directory import Directory
from graph_schema.model.needs import Need, NeedKind, TeamRole
from graph_schema.model.providers import LoadLimit, Organization, Person, VolunteerTeam
from graph_schema.model.quantities import Quantity
from graph_schema.model.resources import Resource, ResourceKind, ResourceStatus
from graph_schema.taxonomy import load_skills
from tests.instances.list_files import codes, entities, reading, street, write_xlsx
from tests.instances.street_graphs import street_graph

PEOPLE_HEADER = ("姓名", "联系电话", "居住小区", "服务类别")
NEED = ("所属社区", "需求名称", "需求类别")
RESOURCE = ("单位名称", "资源名称", "资源类别", "数量")
BUDGET_HEADER = ("归属", "年度", "经费类型", "额度(元)")


@pytest.fixture
def known(tmp_path: Path) -> Directory:
    return street(tmp_path / "street")


def read(
    tmp_path: Path, known: Directory, header: Sequence[str], *rows: Sequence[Any], name: str = "表"
) -> ListReading:
    return reading(write_xlsx(tmp_path / f"{name}.xlsx", [header, *rows]), directory=known)


def one(found: ListReading, kind: type) -> Any:
    assert not codes(found, errors_only=True), codes(found)
    (entity,) = entities(found, kind)
    return entity


def area_uid(known: Directory, name: str) -> str:
    return next(area.uid for area in known.areas if area.name == name)


def test_a_person_is_kept_under_a_pseudonym_with_a_resource_for_each_category(tmp_path: Path, known: Directory) -> None:
    header = (*PEOPLE_HEADER, "工作单位", "身份", "特长", "同意公开特长", "可服务时间", "每月最多", "身份证号")
    row = ("某某", "13800000001", "石路社区", "理发、家电维修")
    row = (
        *row,
        "示例小学",
        "党员、网格员",
        "剪发；会修家电",
        "是",
        "周六9:00-11:30",
        "8小时、4次",
        "320500199001011234",
    )
    found = read(tmp_path, known, header, row)
    person = one(found, Person)
    assert person.pseudonym_id.startswith("P-")
    assert "某某" not in repr(entities(found))
    assert "13800000001" not in repr(entities(found))
    assert "320500199001011234" not in repr(entities(found))
    assert person.area_uid == area_uid(known, "石路社区")
    assert person.affiliation_uid == next(unit.uid for unit in known.organizations if unit.name == "示例小学")
    assert (person.roles, person.skills, person.skills_consent) == (
        ("party_member", "grid_worker"),
        ("HAIRCUT", "APPLIANCE"),
        True,
    )
    assert (person.max_load_h_per_month, person.load_limits) == (8, (LoadLimit("次", 4),))
    offers = entities(found, Resource)
    assert [offer.category for offer in offers] == ["LIV01", "LIV03"]
    assert {offer.provider_uid for offer in offers} == {person.uid}
    assert {(offer.kind, offer.list_kind, offer.offered.value) for offer in offers} == {
        (ResourceKind.SKILL, "people", 1)
    }
    assert all(offer.slots[0].schedule is not None for offer in offers)
    assert all(offer.location.lon is not None for offer in offers)


def test_a_telephone_is_one_person_whatever_its_spelling(tmp_path: Path, known: Directory) -> None:
    first = one(read(tmp_path, known, PEOPLE_HEADER, ("某某", "138 0000 0001", "石路社区", "理发"), name="a"), Person)
    again = one(read(tmp_path, known, PEOPLE_HEADER, ("某某某", "+8613800000001", "西街社区", ""), name="b"), Person)
    assert first.uid == again.uid


def test_without_a_telephone_name_unit_and_area_are_one_person(tmp_path: Path, known: Directory) -> None:
    rows = [("某某", "", "石路社区", "理发"), ("某某", "", "西街社区", "理发")]
    found = read(tmp_path, known, PEOPLE_HEADER, *rows)
    assert len({person.uid for person in entities(found, Person)}) == 2
    twice = read(tmp_path, known, PEOPLE_HEADER, rows[0], rows[0], name="b")
    assert codes(twice, errors_only=True) == ["list_same_key"]


@pytest.mark.parametrize(
    ("windows", "monthly", "most", "told"),
    [
        pytest.param("周六9:00-11:30", "8小时", "", ("E2", 8, 13), id="hours of five Saturdays in a month"),
        pytest.param("周六9:00-11:30", "13小时", "", None, id="just enough hours"),
        pytest.param("周六9:00-11:30；每月1日9:00-10:00", "8小时", "", None, id="a smaller slot fits"),
        pytest.param("周六9:00-11:30", "", "8小时", ("F2", 8, 33), id="hours in all"),
        pytest.param("周六9:00-11:30", "0人", "", ("E2", 0, 1), id="a count of nothing"),
        pytest.param("周六9:00-11:30", "1人", "", None, id="one is one"),
        pytest.param("", "1小时", "", None, id="always open has no hours"),
    ],
)
def test_a_limit_below_the_smallest_slot_is_told_at_its_cell(  # noqa: PLR0917 - a row of the table
    tmp_path: Path, known: Directory, windows: str, monthly: str, most: str, told: tuple[str, int, int] | None
) -> None:
    header = ("人员编号", "居住小区", "服务类别", "可服务时间", "每月最多", "合计最多", "姓名")
    found = read(tmp_path, known, header, ("HT-0001", "石路社区", "理发", windows, monthly, most, "某某"))
    issues = [issue for report in found.reports for issue in report.issues]
    small = [issue for issue in issues if issue.finding.code == "list_limit_below_slot"]
    if told is None:
        assert not small
        return
    (issue,) = small
    params = issue.finding.params
    assert (issue.cell, params["limit"], params["takes"]) == told
    assert params["pseudonym"] == "HT-0001"
    assert one(found, Person).pseudonym_id == "HT-0001"


def test_a_stated_number_is_the_pseudonym(tmp_path: Path, known: Directory) -> None:
    header = ("人员编号", *PEOPLE_HEADER)
    person = one(read(tmp_path, known, header, ("HT-0001", "", "", "石路社区", "理发")), Person)
    assert person.pseudonym_id == "HT-0001"


def test_a_row_of_nobody_is_an_error(tmp_path: Path, known: Directory) -> None:
    found = read(tmp_path, known, PEOPLE_HEADER, ("", "", "石路社区", "理发"))
    assert codes(found, errors_only=True) == ["list_no_person"]


def test_what_a_person_no_longer_offers_is_withdrawn(tmp_path: Path, known: Directory) -> None:
    before = read(tmp_path, known, PEOPLE_HEADER, ("某某", "13800000001", "石路社区", "理发、家电维修"))
    grown = before.directory
    after = read(tmp_path, grown, PEOPLE_HEADER, ("某某", "13800000001", "石路社区", "理发"), name="b")
    status = {offer.name: offer.status for offer in entities(after, Resource)}
    assert sorted(status.values()) == [ResourceStatus.OFFERED, ResourceStatus.WITHDRAWN]
    assert next(name for name, state in status.items() if state is ResourceStatus.OFFERED).startswith("理发")


@pytest.mark.parametrize(
    ("header", "cell", "code"),
    [
        pytest.param("服务类别", "飞天遁地", "list_unknown_category", id="category"),
        pytest.param("每月最多", "8小时、10小时", "list_limit_twice", id="two limits"),
        pytest.param("每月最多", "若干", "list_vague_quantity", id="vague limit"),
        pytest.param("包联小区", "不存在的小区", "list_unknown_area", id="area"),
        pytest.param("同意公开特长", "也许", "list_unknown_word", id="consent"),
        pytest.param("委员会席位", "不存在的委员会", "list_unknown_area", id="committee"),
    ],
)
def test_a_cell_that_says_nothing_readable_is_an_error_at_the_cell(
    tmp_path: Path, known: Directory, header: str, cell: str, code: str
) -> None:
    columns = ("姓名", "居住小区", "服务类别") if header == "服务类别" else ("姓名", "居住小区", "服务类别", header)
    row = ("某某", "石路社区", cell) if header == "服务类别" else ("某某", "石路社区", "理发", cell)
    found = read(tmp_path, known, columns, row)
    (issue,) = [issue for report in found.reports for issue in report.errors]
    assert issue.finding.code == code
    assert issue.cell == ("C2" if header == "服务类别" else "D2")


@pytest.mark.parametrize(
    ("header", "cell", "code"),
    [
        pytest.param("特长", "御剑飞行", "list_skill_ignored", id="skill"),
        pytest.param("身份", "外星人", "list_role_ignored", id="role"),
        pytest.param("工作单位", "没有这个单位", "list_affiliation_unknown", id="unit"),
    ],
)
def test_what_is_left_out_is_told(tmp_path: Path, known: Directory, header: str, cell: str, code: str) -> None:
    found = read(tmp_path, known, ("姓名", "居住小区", "服务类别", header), ("某某", "石路社区", "理发", cell))
    assert code in codes(found)
    assert entities(found, Person)


def test_no_consent_is_no_consent(tmp_path: Path, known: Directory) -> None:
    header = (*PEOPLE_HEADER, "特长", "同意公开特长", "同意期限")
    rows = [
        ("甲", "13800000001", "石路社区", "理发", "理发", "", ""),
        ("乙", "13800000002", "石路社区", "理发", "理发", "是", "2024年12月31日"),
    ]
    people = entities(read(tmp_path, known, header, *rows), Person)
    assert {(person.skills_consent, person.consent_until) for person in people} == {
        (False, None),
        (True, dt.date(2024, 12, 31)),
    }


def test_money_is_whole_fen_of_an_area_or_a_pool(tmp_path: Path, known: Directory) -> None:
    header = ("归属", "年度", "经费类型", "额度(万元)", "已支出(元)", "已预留")
    found = read(
        tmp_path,
        known,
        header,
        ("石路社区", "2024年度", "为民服务", 20, 50000, ""),
        ("北片区", 2024, "快速处置", "1.5", "", "3000元"),
        ("金阊街道", "2024", "党建", "3万元", "", ""),
    )
    assert not codes(found, errors_only=True)
    budgets = {budget.kind: budget for budget in entities(found, BudgetPool)}
    assert {kind: (row.amount_fen, row.spent_fen, row.reserved_fen, row.left_fen) for kind, row in budgets.items()} == {
        "为民服务": (20_000_000, 5_000_000, 0, 15_000_000),
        "快速处置": (1_500_000, 0, 300_000, 1_200_000),
        "党建": (3_000_000, 0, 0, 3_000_000),
    }
    assert budgets["为民服务"].owner_uid == area_uid(known, "石路社区")
    assert budgets["快速处置"].owner_uid == known.pools[0].uid
    assert budgets["为民服务"].name == "石路社区2024年为民服务"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param(("没有的社区", 2024, "为民服务", 1), "list_unknown_area", id="owner"),
        pytest.param(("石路社区", "明年", "为民服务", 1), "list_bad_year", id="year"),
        pytest.param(("石路社区", 2024, "为民服务", "很多"), "list_bad_money", id="amount"),
        pytest.param(("石路社区", 2024, "", 1), "list_empty_cell", id="kind"),
    ],
)
def test_a_wrong_row_of_money_is_an_error(tmp_path: Path, known: Directory, row: Sequence[Any], code: str) -> None:
    assert code in codes(read(tmp_path, known, BUDGET_HEADER, row), errors_only=True)


def test_money_that_is_overdrawn_is_told(tmp_path: Path, known: Directory) -> None:
    found = read(tmp_path, known, (*BUDGET_HEADER, "已支出(元)"), ("石路社区", 2024, "为民服务", 100, 200))
    assert codes(found) == ["list_budget_overdrawn"]
    assert entities(found, BudgetPool)[0].left_fen == 0


def test_two_rows_of_one_owner_kind_and_year_are_an_error(tmp_path: Path, known: Directory) -> None:
    row = ("石路社区", 2024, "为民服务", 100)
    assert codes(read(tmp_path, known, BUDGET_HEADER, row, row), errors_only=True) == ["list_same_key"]


def test_a_need_says_how_it_is_to_be_served(tmp_path: Path, known: Directory) -> None:
    header = (*NEED, "技能要求", "设施要求", "服务方式", "是否整体解决", "是否单一单位", "联办编号", "联办角色")
    header = (*header, "经费来源", "是否求助", "重点难点热点")
    row = ("石路社区", "老人理发", "理发", "理发、心理咨询", "微波炉、热水壶", "上门", "是", "否", "LB-1", "牵头")
    need = one(read(tmp_path, known, header, (*row, "为民服务", "是", "重点、热点")), Need)
    assert (need.skills, need.amenities) == (("HAIRCUT", "COUNSELLING"), ("微波炉", "热水壶"))
    assert (need.service_modes, need.whole, need.single_provider) == (("at_home",), True, False)
    assert (need.team, need.role, need.fund_kind, need.help) == ("LB-1", TeamRole.LEAD, "为民服务", True)
    assert need.flags == ("hot", "key")


def test_the_parts_of_a_joint_matter_are_rows_of_their_own(tmp_path: Path, known: Directory) -> None:
    header = (*NEED, "联办编号", "角色")
    rows = [("石路社区", "联合整治", "理发", "LB-1", role) for role in ("牵头", "配合")]
    found = read(tmp_path, known, header, *rows)
    assert not codes(found, errors_only=True)
    assert len({need.uid for need in entities(found, Need)}) == 2


def test_a_post_is_a_need_for_a_person_by_shift(tmp_path: Path, known: Directory) -> None:
    header = (*NEED, "岗位", "需求时间")
    rows = [("石路社区", "路口值守", "理发", "金门路口", window) for window in ("每天8:00-12:00", "每天13:00-17:00")]
    posts = entities(read(tmp_path, known, header, *rows), Need)
    assert {(post.kind, post.post) for post in posts} == {(NeedKind.POST, "金门路口")}
    assert len({post.uid for post in posts}) == 2


@pytest.mark.parametrize(
    ("header", "cell", "code"),
    [
        pytest.param("技能要求", "御剑飞行", "list_unknown_skill", id="skill"),
        pytest.param("联办角色", "牵头", "list_role_without_team", id="role alone"),
        pytest.param("是否整体解决", "看情况", "list_unknown_word", id="whole"),
    ],
)
def test_a_demand_that_cannot_be_read_is_never_left_out(
    tmp_path: Path, known: Directory, header: str, cell: str, code: str
) -> None:
    found = read(tmp_path, known, (*NEED, header), ("石路社区", "老人理发", "理发", cell))
    assert codes(found, errors_only=True) == [code]


def test_a_resource_says_its_quotas_amenities_cost_and_emergency_use(tmp_path: Path, known: Directory) -> None:
    header = (*RESOURCE, "各社区名额", "设施", "单价(元)", "应急可用")
    row = ("示例小学", "停车位", "PRK01", "50个", "石路社区20、桃花坞社区：30个", "微波炉", "12.5", "否")
    found = one(read(tmp_path, known, header, row), Resource)
    assert found.quota_uids == (area_uid(known, "石路社区"), area_uid(known, "桃花坞社区居委会"))
    assert (found.quota_units, found.amenities, found.unit_cost_fen, found.emergency_ok) == (
        (20, 30),
        ("微波炉",),
        1250,
        False,
    )


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        pytest.param("石路社区二十", "list_bad_quota", id="no digits"),
        pytest.param("石路社区40、桃花坞社区20", "list_quota_above_offered", id="more than there is"),
        pytest.param("没有的社区20", "list_unknown_area", id="nowhere"),
    ],
)
def test_wrong_quotas_are_errors(tmp_path: Path, known: Directory, cell: str, code: str) -> None:
    found = read(tmp_path, known, (*RESOURCE, "各社区名额"), ("示例小学", "停车位", "PRK01", "50个", cell))
    assert codes(found, errors_only=True) == [code]


def test_a_unit_looks_after_areas_is_paired_sits_on_committees_and_has_limits(tmp_path: Path, known: Directory) -> None:
    header = ("单位名称", "单位类型", "包联小区", "结对党组织", "委员会席位", "全部资源合计上限")
    row = ("示例小学", "学校", "彩虹新村、西街社区", "石路联动支部", "金阊街道大工委、石路社区", "每月40小时、共30人")
    unit = one(read(tmp_path, known, header, row), Organization)
    party = {party.name: party.uid for party in known.party_organizations}
    assert unit.responsible_uids == (area_uid(known, "彩虹新村"), area_uid(known, "西街社区"))
    assert unit.paired_uids == (party["石路联动支部"],)
    assert unit.seat_uids == (party["金阊街道大工委"], area_uid(known, "石路社区"))
    assert unit.load_limits == (LoadLimit("小时", 40), LoadLimit("人", 30, per_month=False))
    team = one(read(tmp_path, known, header, ("示例志愿服务队", "志愿服务队", *row[2:]), name="b"), VolunteerTeam)
    assert replace(team, uid="", name="").load_limits == unit.load_limits


def test_an_unknown_party_organisation_is_an_error(tmp_path: Path, known: Directory) -> None:
    found = read(tmp_path, known, ("单位名称", "单位类型", "结对党组织"), ("示例小学", "学校", "没有的支部"))
    assert codes(found, errors_only=True) == ["list_unknown_party"]


def test_every_skill_has_both_names_and_no_word_twice() -> None:
    skills = load_skills()
    words = [word for skill in skills for word in (skill.name_zh, *skill.synonyms)]
    assert all(skill.name_zh and skill.name_en for skill in skills)
    assert len(words) == len(set(words))


def test_a_persons_quantity_is_in_the_units_of_each_category(tmp_path: Path, known: Directory) -> None:
    found = read(tmp_path, known, (*PEOPLE_HEADER, "可服务数量"), ("甲", "13800000001", "石路社区", "理发、探访", 3))
    assert {offer.offered for offer in entities(found, Resource)} == {Quantity(3, "人")}


def test_what_a_persons_offers_are_paired_with_stands_beside_the_person(tmp_path: Path, known: Directory) -> None:
    found = read(tmp_path, known, PEOPLE_HEADER, ("某某", "13800000001", "石路社区", "理发、家电维修"))
    offers = entities(found, Resource)
    graph = street_graph(areas=known.areas, people=entities(found, Person), resources=offers)
    beside = {offer.uid: Beside(paired_with=offer.category) for offer in offers}
    (people,) = [each for each in written_lists(graph, beside) if each.kind is ListKind.PEOPLE]
    assert people.rows[0]["paired_with"] == "LIV01\nLIV03"


def test_a_person_who_offers_nothing_any_more_is_written_with_what_was_withdrawn(
    tmp_path: Path, known: Directory
) -> None:
    header = (*PEOPLE_HEADER, "服务状态")
    found = read(tmp_path, known, header, ("某某", "13800000001", "石路社区", "理发", "已撤回"))
    graph = street_graph(areas=known.areas, people=entities(found, Person), resources=entities(found, Resource))
    (people,) = [each for each in written_lists(graph) if each.kind is ListKind.PEOPLE]
    assert (people.rows[0]["categories"], people.rows[0]["status"]) == ("LIV01", "已撤回")


@pytest.mark.parametrize("fen", [1, 1_380_000_000_100, 1_641_234_822_729, 10**14])
def test_a_sum_is_written_so_that_nobody_takes_it_for_a_telephone(tmp_path: Path, known: Directory, fen: int) -> None:
    budget = BudgetPool(str(uuid.uuid4()), known.street_uid, "专项", known.street_uid, "党建", 2024, fen)
    graph = replace(street_graph(areas=known.areas, budgets=(budget,)), street_uid=known.street_uid)
    write_lists(tmp_path / "out", written_lists(graph), form="csv")
    found = reading(tmp_path / "out" / "经费清单.csv", directory=known)
    assert codes(found) == []
    assert one(found, BudgetPool) == budget

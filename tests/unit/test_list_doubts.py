"""What a list says that may be a slip: told by cell and value, and taken as it is most likely meant."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from graph_schema.lists import ListReading
from graph_schema.lists.cells import Cell
from graph_schema.lists.values.windows import parse_windows
from graph_schema.messages import render
from graph_schema.model.directory import Directory
from graph_schema.model.needs import Need
from tests.instances.list_files import AT, codes, entities, reading, street, write_csv, write_xlsx

TODAY = AT.date()
HEADER = (
    "编号",
    "所属社区",
    "需求名称",
    "需求类别",
    "需求数量",
    "提出日期",
    "开始日期",
    "完成时限",
    "经费类型",
    "办理情况",
)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    return street(tmp_path_factory.mktemp("known"))


def needs(folder: Path, known: Directory, *rows: dict[str, Any], **more: Any) -> ListReading:
    """A list of needs, each with what a row says differently."""
    filled = {"所属社区": "石路社区", "需求名称": "活动场地", "需求类别": "会议室", "需求数量": "1间"}
    table = [HEADER, *([{**filled, **row}.get(header, "") for header in HEADER] for row in rows)]
    return reading(write_csv(folder / "需求.csv", table), directory=known, **more)


def told(read: ListReading, code: str) -> list[str]:
    """Chinese words of the findings of a code."""
    issues = [issue for report in read.reports for issue in report.issues]
    return [render(issue.finding) for issue in issues if issue.finding.code == code]


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        ({"完成时限": "2023-06-01"}, "list_due_past", "“完成时限”的“2023-06-01”"),
        ({"完成时限": "2124-06-01"}, "list_due_far", "“完成时限”的“2124-06-01”"),
        ({"提出日期": "2025-06-01"}, "list_day_ahead", "“提出日期”的“2025-06-01”"),
        ({"经费类型": "为名服务"}, "list_no_such_fund", "“经费类型”的“为名服务”"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("list") else "",
)
def test_a_doubtful_value_is_a_warning_that_names_cell_and_value(
    row: dict[str, str], code: str, said: str, known: Directory, tmp_path: Path
) -> None:
    read = needs(tmp_path, known, row)
    assert codes(read) == [code]
    assert said in told(read, code)[0]
    assert "也许" in told(read, code)[0]
    assert not read.refused


@pytest.mark.parametrize(
    "row",
    [
        {"完成时限": "2024-05-20", "提出日期": "2024-05-20"},
        {"完成时限": "2023-06-01", "办理情况": "已完成"},
        {"完成时限": "2034-12-31"},
    ],
    ids=["today", "settled", "in ten years"],
)
def test_a_plausible_day_is_told_nothing(row: dict[str, str], known: Directory, tmp_path: Path) -> None:
    assert codes(needs(tmp_path, known, row)) == []


def test_money_of_a_kind_that_a_list_of_the_same_reading_brings_is_known(known: Directory, tmp_path: Path) -> None:
    table = [("归属", "年度", "经费类型", "额度(元)"), ("石路社区", 2024, "为民 服务", 1000)]
    money = write_csv(tmp_path / "经费.csv", table)
    row = ["石路社区", "活动场地", "会议室", "1间", "为民服务"]
    asks = write_csv(tmp_path / "需求.csv", [("所属社区", "需求名称", "需求类别", "需求数量", "经费类型"), row])
    assert codes(reading(asks, money, directory=known)) == []


@pytest.mark.parametrize(
    ("row", "needed"),
    [
        ({"完成时限": "3月5日"}, (None, dt.date(2025, 3, 5))),
        ({"完成时限": "6月5日"}, (None, dt.date(2024, 6, 5))),
        ({"完成时限": "3月底", "提出日期": "2024-02-01"}, (None, dt.date(2024, 3, 31))),
        ({"完成时限": "2月29日", "提出日期": "2024-03-01"}, (None, dt.date(2028, 2, 29))),
        ({"完成时限": "今年3月"}, (None, dt.date(2024, 3, 31))),
        ({"开始日期": "3月1日", "完成时限": "3月5日"}, (dt.date(2025, 3, 1), dt.date(2025, 3, 5))),
        ({"开始日期": "3月1日", "完成时限": "6月5日"}, (dt.date(2024, 3, 1), dt.date(2024, 6, 5))),
    ],
    ids=str,
)
def test_a_last_day_without_its_year_is_the_next_such_day_after_the_need_was_raised(
    row: dict[str, str], needed: tuple[dt.date | None, dt.date], known: Directory, tmp_path: Path
) -> None:
    read = needs(tmp_path, known, row)
    (need,) = entities(read, Need)
    assert (need.needed_from, need.needed_by) == needed
    assert any(str(needed[1]) in words for words in told(read, "list_year_assumed"))


@pytest.mark.parametrize(
    ("text", "codes_told", "likely"),
    [
        ("8:30-5:30", ["list_afternoon_likely"], "17:30"),
        ("周一至周五9:00-5:00", ["list_afternoon_likely"], "17:00"),
        ("18:00-8:00", ["list_next_day_assumed"], None),
        ("9:00-次日5:00", [], None),
        ("周一至周五", ["list_whole_days_assumed"], None),
        ("工作日", ["list_whole_days_assumed"], None),
        ("周一至周五全天", [], None),
        ("周末", [], None),
        ("工作日18:00-次日8:00;周末", [], None),
    ],
)
def test_a_window_that_may_be_meant_otherwise_is_told(text: str, codes_told: list[str], likely: str | None) -> None:
    warnings = parse_windows(Cell("A1", text, "开放时间"), TODAY).warnings
    assert [code for code, _ in warnings] == codes_told
    assert [params["likely"] for _, params in warnings if "likely" in params] == ([likely] if likely else [])


def test_rows_of_one_number_and_other_contents_are_told_as_that(known: Directory, tmp_path: Path) -> None:
    read = needs(tmp_path, known, {"编号": "W-1"}, {"编号": "W-1", "需求名称": "排练", "需求数量": "2间"})
    assert codes(read) == ["list_same_number"]
    (words,) = told(read, "list_same_number")
    assert "第 3 行" in words
    assert "第 2 行" in words
    assert "“编号”都是“W-1”" in words
    assert "需求名称、需求数量" in words


@pytest.mark.parametrize("number", ["W-1", ""])
def test_rows_that_are_equal_are_told_as_that(number: str, known: Directory, tmp_path: Path) -> None:
    assert codes(needs(tmp_path, known, {"编号": number}, {"编号": number})) == ["list_same_key"]


def test_each_sheet_that_is_no_list_is_told_once(known: Directory, tmp_path: Path) -> None:
    rows = [("所属社区", "需求名称", "需求类别"), ("石路社区", "活动场地", "会议室")]
    other = [("社区", "完成率"), ("石路", 1)]
    path = write_xlsx(tmp_path / "合.xlsx", rows, sheet="需求", 统计=other, 走访=other, 填报说明=[("照填",)])
    read = reading(path, directory=known)
    warnings = [issue for report in read.reports for issue in report.warnings]
    assert [issue.finding.params["sheet"] for issue in warnings] == ["统计", "走访"]
    assert not read.refused

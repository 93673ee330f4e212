"""Cells as coordinators write them by hand, which a stricter reader would misread or refuse."""

import datetime as dt
from pathlib import Path

import pytest

from graph_schema.lists.cells import Cell
from graph_schema.lists.columns import ListKind
from graph_schema.lists.errors import RefusedFileError, UnreadableValueError
from graph_schema.lists.forms import FORMS
from graph_schema.lists.headers import find_header
from graph_schema.lists.reader import ReadSheet, read_sheets
from graph_schema.lists.sources import RawSheet, open_file
from graph_schema.lists.values.dates import Edge, parse_date, parse_period
from graph_schema.lists.values.groups import GroupWords, parse_groups
from graph_schema.lists.values.quantities import parse_quantity
from graph_schema.lists.values.vocabularies import choice_of
from graph_schema.lists.values.windows import parse_windows, windows_text
from graph_schema.model.quantities import Qualifier
from graph_schema.taxonomy import load

TODAY = dt.date(2026, 11, 22)


def _cell(text: str) -> Cell:
    return Cell("B2", text, "列")


def _read(tmp_path: Path, text: str) -> tuple[ReadSheet, ...]:
    path = tmp_path / "清单.csv"
    path.write_text(text, encoding="utf-8")
    return read_sheets(open_file(path, lambda _texts: 1), b"k" * 32)


@pytest.mark.parametrize("text", ["三五个", "七八间", "一二十个", "十七八个", "两三个", "三到五个", "2-3间"])
def test_neighbouring_numerals_are_a_range_and_not_a_number_of_two_digits(text: str) -> None:
    with pytest.raises(UnreadableValueError) as refused:
        parse_quantity(_cell(text))
    assert refused.value.code == "list_quantity_range"


@pytest.mark.parametrize(
    ("text", "number", "unit", "qualifier"),
    [
        ("二〇二四个", 2024, "个", Qualifier.EXACT),
        ("二十三个", 23, "个", Qualifier.EXACT),
        ("20个以内", 20, "个", Qualifier.BELOW),
        ("≤20个", 20, "个", Qualifier.BELOW),
        ("≥20个", 20, "个", Qualifier.OVER),
        ("缺口约40个", 40, "个", Qualifier.ABOUT),
        ("需要3名", 3, "名", Qualifier.EXACT),
        ("3名医生", 3, "名", Qualifier.EXACT),
    ],
)
def test_words_around_a_number_are_understood(text: str, number: int, unit: str, qualifier: Qualifier) -> None:
    read = parse_quantity(_cell(text))
    assert (int(read.value), read.unit, read.qualifier) == (number, unit, qualifier)


@pytest.mark.parametrize(
    ("text", "same_as", "told"),
    [
        ("每天中午11点到1点", "每天 11:00-13:00", set()),
        ("中午12点至1点半", "每天 12:00-13:30", set()),
        ("上午9点到5点", "每天 9:00-17:00", {"list_part_of_day_assumed"}),
        ("周一至周五夜间（18:00-次日7:30）", "每周一、周二、周三、周四、周五 18:00-次日7:30", set()),
        ("上午（9:00-11:00）", "每天 9:00-11:00", set()),
        ("每晚18:00后", "每天 18:00-24:00", {"list_part_of_day_assumed"}),
        ("每晚", "每天 18:00-22:00", {"list_part_of_day_assumed"}),
        ("工作日下班后", "工作日 18:00-22:00", {"list_part_of_day_assumed"}),
        ("工作日9:00-17:00（需提前预约）", "工作日 9:00-17:00", set()),
        ("每周1-5", "每周一、周二、周三、周四、周五 全天", {"list_whole_days_assumed"}),
    ],
)
def test_windows_in_everyday_words(text: str, same_as: str, told: set[str]) -> None:
    read = parse_windows(_cell(text), TODAY)
    assert windows_text(read.schedules) == same_as
    assert {code for code, _ in read.warnings} == told


def test_summer_holidays_are_july_and_august_and_told() -> None:
    read = parse_windows(_cell("暑假期间上午"), TODAY)
    assert [schedule.bymonth for schedule in read.schedules] == [(7, 8)]
    assert "list_summer_is_july_and_august" in {code for code, _ in read.warnings}
    assert parse_windows(_cell("7、8月"), TODAY).schedules[0].bymonth == (7, 8)


def test_a_window_given_as_valid_for_long_is_always() -> None:
    assert parse_windows(_cell("长期有效"), TODAY).schedules == ()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026.3.1-2026.12.31", "2026-03-01", "2026-12-31"),
        ("2026.3.1—12.31", "2026-03-01", "2026-12-31"),
        ("2026/3/1至2027/2/28", "2026-03-01", "2027-02-28"),
        ("2026年3月—12月", "2026-03-01", "2026-12-31"),
        ("2026年1—12月", "2026-01-01", "2026-12-31"),
        ("2026年3月至年底", "2026-03-01", "2026-12-31"),
        ("自2026年3月起", "2026-03-01", "None"),
        ("2026-3-1起", "2026-03-01", "None"),
        ("至2026年12月底", "None", "2026-12-31"),
        ("2026-3-12", "None", "2026-03-12"),
        ("长期有效", "None", "None"),
        ("至今", "None", "None"),
    ],
)
def test_a_period_in_one_cell_has_two_ends(text: str, first: str, last: str) -> None:
    start, end = parse_period(_cell(text), TODAY)
    assert (str(start and start.date), str(end and end.date)) == (first, last)


def test_what_is_wrong_in_a_period_is_said_of_the_whole_cell() -> None:
    with pytest.raises(UnreadableValueError) as refused:
        parse_period(_cell("2026.3.1-2026.13.1"), TODAY)
    assert refused.value.params["value"] == "2026.3.1-2026.13.1"


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026", "2026-12-31"), ("年底前", "2026-12-31"), ("上半年", "2026-06-30"), ("二季度", "2026-06-30")],
)
def test_years_and_their_parts_are_days(text: str, day: str) -> None:
    assert str(parse_date(_cell(text), Edge.END, TODAY).date) == day


@pytest.mark.parametrize("text", ["小区居民", "全体居民", "本社区居民", "辖区居民"])
def test_whose_residents_they_are_does_not_narrow_them(text: str) -> None:
    assert parse_groups(_cell(text), GroupWords(load())) == ()


def test_a_missing_column_is_told_with_the_headers_that_were_not_recognised(tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError) as refused:
        _read(tmp_path, "社区,居民盼什么,需求类别,数量\n石路社区,停车,停车,3个\n")
    assert refused.value.finding.code == "list_missing_column_beside"
    assert refused.value.finding.params["unknown"] == ["居民盼什么"]


def test_a_stroke_in_an_optional_cell_is_an_empty_cell(tmp_path: Path) -> None:
    (sheet,) = _read(tmp_path, "社区,需求名称,需求类别,数量,服务对象\n石路社区,停车,停车,/,——\n")
    assert sheet.table is not None
    assert set(sheet.table.rows[0].cells) == {"area", "name", "category"}


def test_short_names_under_unit_are_names_where_no_other_column_names_units(tmp_path: Path) -> None:
    (names,) = _read(tmp_path, "单位,资源名称,资源类别,数量\n某银行,会议室,会议室,1间\n卫生院,义诊,义诊,9人\n")
    assert names.table is not None
    assert names.table.rows[0].cells["provider"].text == "某银行"
    with pytest.raises(RefusedFileError):
        _read(tmp_path, "单位,资源名称,资源类别,数量\n平方米,会议室,会议室,100\n停车位,车位,停车,20\n")


@pytest.mark.parametrize(
    ("kind", "header", "key"),
    [
        (ListKind.NEED, "居民诉求", "name"),
        (ListKind.NEED, "缓急", "urgency"),
        (ListKind.NEED, "希望时间", "windows"),
        (ListKind.NEED, "要求完成时间", "needed_by"),
        (ListKind.NEED, "受益户", "households"),
        (ListKind.PROJECT, "牵头部门", "lead"),
        (ListKind.PROJECT, "协同单位", "support"),
        (ListKind.PROJECT, "预算资金（万元）", "budget"),
        (ListKind.PROJECT, "资金渠道", "funding"),
        (ListKind.PEOPLE, "身份证号码", "identity"),
        (ListKind.REGISTRATION, "身份证号码", "identity"),
        (ListKind.PEOPLE, "可服务内容", "categories"),
        (ListKind.DIRECTORY, "下辖社区", "members"),
        (ListKind.DIRECTORY, "常住户数", "households"),
    ],
)
def test_what_offices_call_a_column(kind: ListKind, header: str, key: str) -> None:
    needed = [column.header for column in FORMS[kind].columns if column.required and column.key != key]
    found, _ = find_header(RawSheet("表", ((1, (*needed, header)),)), kind)
    assert found is not None
    assert found.columns[key].header == header
    assert found.unknown == ()


@pytest.mark.parametrize(("word", "value"), [("同意", "yes"), ("不同意", "no")])
def test_consent_is_a_yes(word: str, value: str) -> None:
    assert choice_of(word, "yes_no") == value

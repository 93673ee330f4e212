"""What is data in a sheet, and what people write around it."""

import datetime as dt
import logging
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from graph_schema.lists import FORMS, ListKind, Severity, read_lists
from graph_schema.lists.csv_source import decode
from graph_schema.lists.headers import find_header, header_words
from graph_schema.lists.sources import RawSheet
from graph_schema.messages import render
from graph_schema.model.directory import Directory
from graph_schema.model.errors import InvalidValueError
from graph_schema.model.needs import Need, Registration
from graph_schema.model.resources import Resource
from tests.instances.list_files import (
    AT,
    HASH_KEY,
    NEED_HEADER,
    RESOURCE_HEADER,
    codes,
    empty_directory,
    entities,
    kinds,
    reading,
    street,
    write_csv,
    write_xlsx,
)

NEED = ("石路社区", "夜间停车位不足", "PRK01", "20个", "急")
SAMPLES = Path(__file__).parents[1] / "instances" / "samples"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    return street(tmp_path_factory.mktemp("street"))


def _need(known: Directory, *paths: Path, **options: Any) -> Need:
    read = reading(*paths, directory=known, **options)
    assert not read.refused, codes(read)
    (need,) = entities(read, Need)
    return need


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_files_of_every_encoding_and_delimiter_say_the_same(
    known: Directory, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    rare = ("石路社区", "湖㳇镇与䶮姓活动", "CUL05", "2场", "盼")  # two characters that GBK lacks
    path = write_csv(tmp_path / "需求.csv", [("金阊街道需求清单",), NEED_HEADER, rare], encoding, delimiter)
    need = _need(known, path)
    assert (need.title, need.quantity.value) == ("湖㳇镇与䶮姓活动", 2)


def test_titles_totals_notes_sections_examples_and_repeated_headers_are_no_data(
    known: Directory, tmp_path: Path
) -> None:
    rows = [
        ("金阊街道2024年度需求清单", "", "", "", ""),
        ("填报单位:石路社区", "", "", "填报时间:2024年5月", ""),
        ("序号", *NEED_HEADER),
        ("示例", "石路社区", "示例需求", "PRK01", "1个", "急"),
        ("一、停车类",),
        (1, *NEED),
        ("小计", "", "", "", 20),
        (),
        ("序号", *NEED_HEADER),
        ("石路社区合计", "", "", "", 20),
        ("备注:以上为初步摸排",),
        ("填表人:", "", "审核人:"),
    ]
    read = reading(write_xlsx(tmp_path / "需求.xlsx", rows), directory=known)
    (report,) = read.reports
    assert (report.header_row, report.rows, report.valid) == (3, 1, 1)
    assert dict(report.dropped) == {"blank": 1, "example": 1, "header": 1, "note": 2, "section": 1, "total": 2}
    assert [row.row for batch in read.batches for row in batch.rows] == [6]


def test_two_header_rows_are_joined_and_merged_cells_filled_down(known: Directory, tmp_path: Path) -> None:
    path = tmp_path / "需求.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("需求")
        page.merge_range(0, 0, 0, 5, "需求清单")
        page.merge_range(1, 0, 2, 0, "所属社区")
        page.merge_range(1, 1, 1, 3, "需求情况")
        page.write_row(2, 1, ["需求名称", "需求类别", "需求数量"])
        page.merge_range(1, 4, 1, 5, "受益")
        page.write_row(2, 4, ["户数", "人数"])
        page.merge_range(3, 0, 4, 0, "石路社区")
        page.write_row(3, 1, ["楼道灯", "路灯", "3盏", 20, 50])
        page.write_row(4, 1, ["磨剪刀", "磨刀", "30人", "", 30])
    read = reading(path, directory=known)
    assert not read.refused, codes(read)
    lamp, knives = entities(read, Need)
    assert lamp.area_uid == knives.area_uid
    assert (lamp.beneficiary_households, lamp.beneficiary_persons) == (20, 50)
    assert (lamp.quantity.value, lamp.quantity.unit) == (3, "处")


def test_a_number_in_a_cell_merged_over_rows_is_asked_about(known: Directory, tmp_path: Path) -> None:
    path = tmp_path / "需求.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("需求")
        page.write_row(0, 0, NEED_HEADER)
        page.write_row(1, 0, NEED)
        page.write_row(2, 0, ("石路社区", "路灯不亮", "FAC03", "", "急"))
        page.merge_range(1, 3, 2, 3, "20个")
    read = reading(path, directory=known)
    assert codes(read, errors_only=True) == ["list_merged_quantity"] * 2


def test_several_lists_in_one_workbook_are_one_import(known: Directory, tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "合.xlsx",
        [NEED_HEADER, NEED],
        sheet="需求",
        资源=[RESOURCE_HEADER, ("示例小学", "操场", "VEN03", 1, "金门路", "周末", "")],
        统计=[("社区", "户数", "人数"), ("石路", 1, 2)],
    )
    read = reading(path, directory=known)
    assert kinds(read) == [ListKind.NEED, ListKind.RESOURCE, None]
    assert [batch.list_kind for batch in read.batches] == ["resource+need"]
    assert codes(read) == ["list_sheet_unrecognised"]


def test_the_kind_may_be_stated(known: Directory, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "表.xlsx", [NEED_HEADER, NEED])
    assert kinds(reading(path, directory=known, kind=ListKind.NEED)) == [ListKind.NEED]
    refused = reading(path, directory=known, kind=ListKind.PROJECT)
    assert codes(refused) == ["list_no_header_of_kind"]


@pytest.mark.parametrize(
    ("cells", "key"),
    [(("示例文化有限公司", "示例小学"), "provider"), (("间", "个"), "unit")],
    ids=["names", "measures"],
)
def test_a_column_headed_unit_is_told_by_its_cells(cells: tuple[str, str], key: str) -> None:
    header = ("单位", "资源名称", "资源类别", "数量", "地址")
    rows = tuple((number, (cell, "会议室", "VEN01", 1, "金门路")) for number, cell in enumerate(cells, start=2))
    found, _ = find_header(RawSheet("资源", ((1, header), *rows)), ListKind.RESOURCE)
    assert found is not None
    assert found.columns[key].column == 1


@pytest.mark.parametrize("kind", list(ListKind))
def test_every_header_and_synonym_of_a_form_is_found(kind: ListKind) -> None:
    form = FORMS[kind]
    for column in form.columns:
        others = [each.header for each in form.columns if each.required and each.key != column.key]
        for header in (column.header, *column.synonyms):
            texts = (header, *others, form.columns[1].header)[: len(others) + 1]
            found, _ = find_header(RawSheet("清单", ((1, texts),)), kind)
            if len(texts) < 2:
                continue
            assert found is not None
            assert found.columns.get(column.key) is not None, header
            assert found.columns[column.key].column == 1, header
    assert header_words([column.header for column in form.columns]) == len(form.columns)


def test_headers_of_one_form_mean_one_column_each() -> None:
    for form in FORMS.values():
        headers = [header for column in form.columns for header in (column.header, *column.synonyms)]
        assert len(headers) == len(set(headers)), {header for header in headers if headers.count(header) > 1}


def test_a_second_column_for_the_same_thing_is_named(known: Directory, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "需求.xlsx", [(*NEED_HEADER, "诉求"), (*NEED, "别的说法")])
    read = reading(path, directory=known)
    (issue,) = read.reports[0].warnings
    assert (issue.finding.code, issue.cell) == ("list_column_beside", "F1")
    assert entities(read, Need)[0].title == "夜间停车位不足"


def test_full_width_digits_and_spaces_are_read_and_names_kept_as_written(known: Directory, tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "需求.xlsx", [NEED_HEADER, ("　石路社区 ", "３号楼  门禁（新装）", "FAC06", "２ 套", "急")]
    )
    need = _need(known, path)
    assert need.title == "３号楼 门禁（新装）"
    assert need.quantity.value == 2


def test_old_workbooks_are_read_with_their_merged_cells_and_dates(known: Directory) -> None:
    read = reading(SAMPLES / "需求清单.xls", directory=known)
    assert not read.refused, codes(read)
    first, second = entities(read, Need)
    assert (first.title, first.quantity.value, first.needed_by) == ("夜间停车位不足", 20, dt.date(2024, 6, 30))
    assert (second.area_uid, second.quantity.value) == (first.area_uid, 3)
    assert read.reports[0].header_row == 3


def test_an_error_value_of_an_old_workbook_is_told_and_not_taken_for_an_empty_cell(known: Directory) -> None:
    read = reading(SAMPLES / "错误值.xls", directory=known)
    (issue,) = read.reports[0].errors
    assert (issue.finding.code, issue.sheet, issue.cell) == ("list_cell_error", "需求", "D2")


def test_a_good_list_followed_by_a_million_empty_rows_is_read(known: Directory, tmp_path: Path) -> None:
    path = tmp_path / "需求.csv"
    path.write_bytes("\n".join([",".join(NEED_HEADER), ",".join(NEED)]).encode() + b"\n" + b",,,,\n" * 1_000_000)
    assert _need(known, path).quantity.value == 20


def test_personal_columns_never_leave_the_reader(
    known: Directory, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = ("王某某", "13812345678", "320508199001011234", "苏E12345")
    need = write_xlsx(
        tmp_path / "需求.xlsx",
        [
            (*NEED_HEADER, "提出人", "电话", "备注"),
            (*NEED, secrets[0], secrets[1], f"可打{secrets[1]},证件{secrets[2]}"),
        ],
    )
    resource = write_xlsx(
        tmp_path / "资源.xlsx", [RESOURCE_HEADER, ("示例小学", "操场车位", "PRK01", 9, "金门路", "", "")]
    )
    header = ("资源名称", "批次", "所属社区", "登记人", "电话", "车牌")
    registration = write_xlsx(
        tmp_path / "登记.xlsx",
        [
            header,
            ("操场车位", "第一批", "石路", secrets[0], secrets[1], secrets[3]),
            ("操场车位", "第一批", "石路", secrets[0], "138123456789", "苏E1234567890"),
        ],
    )
    read = reading(need, resource, registration, directory=known, skip_bad=True)
    words = [
        render(issue.finding, language)
        for report in read.reports
        for issue in report.issues
        for language in ("zh", "en")
    ]  # type: ignore[arg-type]
    everything = repr(read) + "".join(words) + caplog.text
    for secret in (*secrets, "138123456789", "苏E1234567890"):
        assert secret not in everything
    assert "list_personal_dropped" in codes(read)
    assert "list_personal_masked" in codes(read)
    assert codes(read, errors_only=True) == ["list_bad_phone", "list_bad_plate"]
    (kept,) = entities(read, Registration)
    assert kept.plate_hash is not None
    assert kept.plate_hash.startswith("hmac-sha256:")


def test_spellings_of_one_plate_give_one_hash_under_one_key_only(known: Directory, tmp_path: Path) -> None:
    resource = write_xlsx(tmp_path / "资源.xlsx", [RESOURCE_HEADER, ("示例小学", "车位", "PRK01", 9, "金门路", "", "")])
    header = ("资源名称", "批次", "所属社区", "车牌")

    def plate(text: str, key: bytes = HASH_KEY) -> str | None:
        path = write_xlsx(tmp_path / "登记.xlsx", [header, ("车位", "1", "石路", text)])
        (found,) = entities(reading(resource, path, directory=known, hash_key=key), Registration)
        return str(found.plate_hash)

    assert plate("苏E·12345") == plate("苏e 12345") == plate("苏Ｅ12345")
    assert plate("苏E12345") != plate("苏E12346")
    assert plate("苏E12345") != plate("苏E12345", b"another key of 32 bytes.........")


def test_a_short_key_or_a_moment_without_zone_is_a_slip_of_the_caller() -> None:
    with pytest.raises(InvalidValueError, match="hash_key has 5 bytes"):
        read_lists([], empty_directory(), hash_key=b"short", at=AT, actor="tests")
    with pytest.raises(InvalidValueError, match="without a time zone"):
        read_lists([], empty_directory(), hash_key=HASH_KEY, at=AT.replace(tzinfo=None), actor="tests")


def test_gb18030_that_looks_like_utf8_in_a_few_characters_is_still_read() -> None:
    text = "联通,电信\n石路社区,停车\n"
    assert decode(text.encode("gb18030")) == text


def test_the_same_file_chosen_twice_is_refused_once(known: Directory, tmp_path: Path) -> None:
    first = write_csv(tmp_path / "a.csv", [NEED_HEADER, NEED])
    second = tmp_path / "b.csv"
    second.write_bytes(first.read_bytes())
    read = reading(tmp_path, directory=known)
    assert codes(read) == ["list_twin_file"]
    assert [report.severity for report in read.reports[1].issues] == [Severity.ERROR]
    assert len(entities(read, Need)) == 1


def test_resources_of_every_sheet_are_named_with_sheet_and_cell(known: Directory, tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "资源.xlsx",
        [RESOURCE_HEADER, ("示例小学", "操场", "VEN03", "若干", "金门路", "", "")],
        sheet="甲",
        乙=[("标题",), RESOURCE_HEADER, ("示例小学", "食堂", "VEN06", "30人", "金门路", "看情况", "")],
    )
    read = reading(path, directory=known)
    places = [(issue.sheet, issue.cell, issue.row) for report in read.reports for issue in report.errors]
    assert places == [("甲", "D2", 2), ("乙", "F3", 3)]
    assert entities(read, Resource) == []


def test_columns_that_were_not_read_are_told_to_somebody(known: Directory, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "需求.xlsx", [(*NEED_HEADER, "随手一列"), (*NEED, "30")])
    (issue,) = reading(path, directory=known).reports[0].warnings
    assert (issue.finding.code, issue.finding.params["headers"]) == ("list_unknown_columns", ["随手一列"])


def test_the_shared_part_below_a_wide_header_and_a_charge_in_yuan_are_read(known: Directory, tmp_path: Path) -> None:
    rows = [("单位", "可共享资源", "类型", "收费标准（元）", "资源规模", ""), ("", "", "", "", "总量", "可共享")]
    path = write_xlsx(tmp_path / "资源.xlsx", [*rows, ("示例公司", "地下车库", "停车位", "5", "60个", "40个")])
    (resource,) = entities(reading(path, directory=known), Resource)
    assert (resource.name, resource.unit_cost_fen) == ("地下车库", 500)
    assert resource.offered.value == 40

"""Lists as files: harmless, whole, and of use to the people who get them."""

import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from graph_schema.lists import (
    FORMS,
    Beside,
    ListKind,
    UnwritableListError,
    WrittenList,
    read_lists,
    write_bad_rows,
    write_lists,
    write_templates,
    written_lists,
)
from graph_schema.lists.findings import Severity
from graph_schema.lists.page import PAGE, columns_page
from graph_schema.lists.templates import template_columns
from graph_schema.messages import render
from graph_schema.model.directory import Directory
from graph_schema.model.needs import Need, NeedStatus
from graph_schema.model.quantities import Quantity
from graph_schema.model.street import StreetGraph
from graph_schema.taxonomy import load
from tests.instances.list_files import NEED_HEADER, codes, entities, reading, street, write_csv, write_xlsx

NEED = ("石路社区", "夜间停车位不足", "PRK01", "20个", "急")
HARMFUL = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1＋1", "'=1", "''", '=HYPERLINK("http://x","y")')


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    return street(tmp_path_factory.mktemp("street"))


def _graph(known: Directory, *needs: Need) -> StreetGraph:
    none: tuple[Any, ...] = ()
    return StreetGraph(
        known.street_uid,
        known.taxonomy,
        known.areas,
        known.party_organizations,
        known.pools,
        known.organizations,
        known.teams,
        none,
        none,
        none,
        needs,
        none,
        none,
        none,
        none,
    )


def _need(known: Directory, uid: str = "00000000-0000-4000-8000-000000000001", **more: Any) -> Need:
    area = next(area.uid for area in known.areas if area.name == "石幢社区")
    return Need(uid, known.street_uid, more.pop("title", "停车"), "PRK01", area, Quantity(20, "个"), **more)


def _cells(path: Path, sheet: int = 0) -> list[list[Any]]:
    with CalamineWorkbook.from_path(path) as book:
        return book.get_sheet_by_index(sheet).to_python()


def test_what_stands_beside_a_row_is_written_and_not_read_again(known: Directory, tmp_path: Path) -> None:
    need = _need(known)
    beside = {need.uid: Beside("示例小学", 12, "步行5分钟", 8, "容量不足")}
    lists = [each for each in written_lists(_graph(known, need), beside) if each.kind is ListKind.NEED]
    (path,) = write_lists(tmp_path, lists)
    header, row = _cells(path)
    shown = dict(zip(header, row, strict=True))
    assert [shown[name] for name in ("对接结果", "匹配数量", "理由", "未满足数量", "未满足原因")] == [
        "示例小学",
        12,
        "步行5分钟",
        8,
        "容量不足",
    ]
    read = reading(path, directory=known)
    assert codes(read) == []
    assert entities(read, Need) == [need]


@pytest.mark.parametrize("text", HARMFUL)
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_no_cell_is_a_formula_and_its_text_comes_back(text: str, form: Any, known: Directory, tmp_path: Path) -> None:
    need = _need(known, title=f"{text}甲".strip(), note=text.strip())
    lists = [each for each in written_lists(_graph(known, need)) if each.kind is ListKind.NEED]
    (path,) = write_lists(tmp_path, lists, form=form)
    if form == "xlsx":
        with zipfile.ZipFile(path) as package:
            page = package.read("xl/worksheets/sheet1.xml")
            assert b"<f>" not in page
            assert b"hyperlink" not in page
    else:
        data = path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        for cell in data.decode("utf-8-sig").replace("\r\n", ",").split(","):
            assert not cell.strip('"').startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t"))
    assert entities(reading(path, directory=known), Need)[0].title == need.title


def test_columns_of_long_digits_are_text_in_workbooks(known: Directory, tmp_path: Path) -> None:
    lists = [each for each in written_lists(_graph(known)) if each.kind is ListKind.DIRECTORY]
    (path,) = write_lists(tmp_path, lists)
    with zipfile.ZipFile(path) as package:
        assert b'formatCode="@"' in package.read("xl/styles.xml")
    assert "320508019034" in {cell for row in _cells(path) for cell in row}


def test_files_that_are_there_stay_unless_they_may_be_replaced(known: Directory, tmp_path: Path) -> None:
    lists = [WrittenList(ListKind.NEED, ({"name": "甲"},)), WrittenList(ListKind.UNIT, ({"name": "乙"},))]
    (tmp_path / "单位名单.xlsx").write_text("mine")
    with pytest.raises(UnwritableListError, match=r"单位名单\.xlsx is there already\. Maybe"):
        write_lists(tmp_path, lists)
    assert [path.name for path in tmp_path.iterdir()] == ["单位名单.xlsx"]
    assert len(write_lists(tmp_path, lists, overwrite=True)) == 2
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".part"]
    del known


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc/self").exists(), reason="needs a folder nobody may write")
def test_a_folder_that_cannot_be_written_is_named() -> None:
    with pytest.raises(UnwritableListError, match="cannot be written"):
        write_lists(Path("/proc/self/nowhere"), [WrittenList(ListKind.NEED, ({"name": "甲"},))])


def test_the_same_lists_are_the_same_bytes(known: Directory, tmp_path: Path) -> None:
    lists = written_lists(_graph(known, _need(known)))
    first = write_lists(tmp_path / "a", lists)
    second = write_lists(tmp_path / "b", lists)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    templates = [write_templates(tmp_path / name, load()) for name in ("c", "d")]
    assert [path.read_bytes() for path in templates[0]] == [path.read_bytes() for path in templates[1]]


def test_rows_left_out_get_a_file_with_their_messages_that_can_be_corrected(known: Directory, tmp_path: Path) -> None:
    header = ("清单标题",), (*NEED_HEADER, "联系电话")
    rows = [(*NEED, "13800000000"), ("没有社区", *NEED[1:], "13800000000"), (*NEED[:3], "若干", NEED[4], "")]
    source = write_csv(tmp_path / "需求.csv", [*header, *rows], "gb18030")
    read = reading(source, directory=known, skip_bad=True)
    (path,) = write_bad_rows(lambda _: tmp_path, read, lambda finding: render(finding, "zh"))
    assert path.name == "需求_未导入.xlsx"
    table = _cells(path)
    assert table[0] == ["所属社区", "需求名称", "需求类别", "需求数量", "紧急程度", "问题"]
    assert [row[0] for row in table[1:]] == ["没有社区", "石路社区"]
    assert table[1][5].startswith("4: “所属社区”的“没有社区”不在名录里。也许是")
    assert "13800000000" not in str(table)
    corrected = write_xlsx(tmp_path / "改好.xlsx", [table[0], ["西街社区", *table[1][1:]]])
    assert codes(reading(corrected, directory=read.directory)) == []


def test_rows_left_out_never_replace_a_file_that_somebody_may_be_correcting(known: Directory, tmp_path: Path) -> None:
    source = write_csv(tmp_path / "需求.csv", [NEED_HEADER, ("没有社区", *NEED[1:])], "utf-8")
    read = reading(source, directory=known, skip_bad=True)
    (first,) = write_bad_rows(lambda _: tmp_path, read, lambda finding: finding.code)
    assert write_bad_rows(lambda _: tmp_path, read, lambda finding: finding.code) == (first,)
    first.write_bytes(b"corrected by hand")
    (second,) = write_bad_rows(lambda _: tmp_path, read, lambda finding: finding.code)
    assert second.name == "需求_未导入_2.xlsx"
    assert first.read_bytes() == b"corrected by hand"


@pytest.mark.parametrize(
    "names", [("a/需求.csv", "b/需求.csv"), ("a/需求.csv", "b/需求.txt.csv"), ("需求.csv", "需求.CSV")]
)
def test_rows_left_out_of_files_of_like_names_are_all_kept(
    known: Directory, tmp_path: Path, names: tuple[str, ...]
) -> None:
    areas = ("没有社区", "没有这里")
    for name, area in zip(names, areas, strict=True):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write_csv(tmp_path / name, [NEED_HEADER, (area, *NEED[1:])], "utf-8")
    read = read_lists(
        [tmp_path / name for name in names],
        known,
        hash_key=bytes(32),
        at=datetime(2026, 11, 1, tzinfo=UTC),
        actor="test",
        skip_bad=True,
    )
    kept = set()
    for path in write_bad_rows(lambda _: tmp_path / "out", read, lambda finding: finding.code):
        with CalamineWorkbook.from_path(path) as book:
            kept |= {row[0] for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()[1:]}
    assert kept == set(areas)


def test_nothing_is_written_when_no_row_was_left_out(known: Directory, tmp_path: Path) -> None:
    read = reading(write_xlsx(tmp_path / "需求.xlsx", [NEED_HEADER, NEED]), directory=known)
    assert write_bad_rows(lambda _: tmp_path, read, lambda finding: finding.code) == ()


def test_a_state_that_the_lists_own_words_do_not_say_is_written_beside(known: Directory, tmp_path: Path) -> None:
    changed = _need(known, status=NeedStatus.RESOLVED, progress="正在联系")
    lists = [each for each in written_lists(_graph(known, changed)) if each.kind is ListKind.NEED]
    (path,) = write_lists(tmp_path, lists)
    assert entities(reading(path, directory=known), Need)[0].status is NeedStatus.RESOLVED


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    return write_templates(tmp_path_factory.mktemp("templates"), load())


@pytest.mark.parametrize("kind", list(ListKind))
def test_a_template_holds_every_column_an_example_and_the_allowed_values(
    kind: ListKind, templates: tuple[Path, ...]
) -> None:
    path = next(path for path in templates if path.stem == f"{FORMS[kind].title_zh}模板")
    header, example = _cells(path)
    assert header == [column.header for column in template_columns(FORMS[kind]) if column.key != "uid"]
    assert example[0] == "示例"
    allowed = str(_cells(path, sheet=1))
    assert ("PRK01 夜间/错时停车位" in allowed) == any(column.choices == "category" for column in FORMS[kind].columns)
    read = reading(path)
    assert codes(read) == ["list_blank_template"]


def test_the_examples_of_all_templates_are_good_lists_when_filled_in(
    templates: tuple[Path, ...], tmp_path: Path
) -> None:
    street_row = {"类型": "街道", "名称": "金阊街道"}
    for path in templates:
        header, example = _cells(path)
        rows = [header, [cell if cell != "示例" else "" for cell in example]]
        if path.stem.startswith("名录"):
            rows.append([street_row.get(name, "") for name in header])
        if path.stem.startswith("资源"):
            parking = {
                "单位名称": "示例文化有限公司",
                "资源名称": "地下停车位",
                "资源类别": "PRK01",
                "所属社区": "石路社区",
            }
            rows.append([parking.get(name, "") for name in header])
        write_xlsx(tmp_path / path.name, rows)
    read = reading(tmp_path)
    told = [issue for report in read.reports for issue in report.issues if issue.severity is not Severity.NOTE]
    assert [(issue.file, issue.cell, issue.finding) for issue in told if issue.severity is Severity.ERROR] == []
    assert {issue.finding.code for issue in told} <= {"list_provider_created"}
    assert len(read.batches) == len(ListKind)


def test_the_page_of_columns_is_what_the_declaration_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == columns_page()

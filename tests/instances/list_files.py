"""A small street and list files written by hand, for the tests of the lists."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from graph_schema.lists import ListKind, ListReading, read_lists
from graph_schema.model.directory import Directory
from graph_schema.model.ledger import Entity
from graph_schema.taxonomy import load

HASH_KEY = b"0123456789abcdef0123456789abcdef"
AT = dt.datetime(2024, 5, 20, 2, 0, tzinfo=dt.UTC)

DIRECTORY_HEADER = (
    "类型",
    "名称",
    "别名",
    "上级",
    "管辖/成员",
    "驻地",
    "编码",
    "经度",
    "纬度",
    "坐标系",
    "户数",
    "60岁以上占比",
)
DIRECTORY_ROWS: tuple[tuple[Any, ...], ...] = (
    ("街道", "金阊街道", "", "", "", "", "320508019"),
    ("社区", "石路社区", "石路街区", "金阊街道", "", "", "320508019034", 120.5991, 31.3181, "WGS-84", 1200, "31%"),
    ("社区", "桃花坞社区居委会", "", "金阊街道", "", "", "", 120.6101, 31.3241, "WGS-84"),
    ("社区", "石幢社区", "", "金阊街道"),
    ("社区", "西街社区", "", "金阊街道"),
    ("网格", "第一网格", "", "石路社区"),
    ("网格", "第一网格", "", "西街社区"),
    ("小区", "彩虹新村", "", "石路社区", "", "", "", 120.5981, 31.3171, "WGS-84", 800),
    ("街巷", "金门路", "", "石路社区", "", "", "", 120.5961, 31.3161, "WGS-84"),
    ("联动工作站", "石路联动工作站", "", "石路社区"),
    ("街道大工委", "金阊街道大工委", "", "金阊街道"),
    ("联动支部", "石路联动支部", "", "金阊街道大工委", "石路社区、西街社区", "石路联动工作站"),
    ("片区", "北片区", "", "", "桃花坞社区、石幢社区"),
)
UNIT_HEADER = ("单位名称", "单位类型", "报到社区", "协议编号", "协议对象", "签订日期", "到期日期", "联系人")
UNIT_ROWS: tuple[tuple[Any, ...], ...] = (
    ("示例文化有限公司", "非公企业", "石路社区", "GJ-001", "石路社区", "2024.3.1", "三年", "某某"),
    ("示例志愿服务队", "志愿服务队", "西街"),
    ("示例小学", "学校", "桃花坞"),
)
RESOURCE_HEADER = ("单位名称", "资源名称", "资源类别", "数量", "地址", "开放时间", "覆盖范围")
NEED_HEADER = ("所属社区", "需求名称", "需求类别", "需求数量", "紧急程度")


def write_xlsx(
    path: Path, rows: Iterable[Sequence[Any]], sheet: str = "Sheet1", **more: Iterable[Sequence[Any]]
) -> Path:
    """A workbook; cells that begin with ``=`` stay text, dates are dates."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, table in {sheet: rows, **more}.items():
            page = book.add_worksheet(name)
            for row, cells in enumerate(table):
                for column, cell in enumerate(cells):
                    if isinstance(cell, dt.date):
                        page.write_datetime(row, column, cell, day)
                    elif cell is not None and cell != "":
                        page.write(row, column, cell)
    return path


def write_csv(path: Path, rows: Iterable[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """A CSV file in an encoding."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def empty_directory() -> Directory:
    """What an installation knows before its first import."""
    return Directory("", "", load())


def reading(*paths: Path, directory: Directory | None = None, **options: Any) -> ListReading:
    """`read_lists` with the tests' key and moment."""
    given = {"hash_key": HASH_KEY, "at": AT, "actor": "tests", **options}
    return read_lists(paths, directory or empty_directory(), **given)


def street(folder: Path) -> Directory:
    """The small street, read from its own lists."""
    folder.mkdir(exist_ok=True)
    lists = (
        write_xlsx(folder / "名录.xlsx", [DIRECTORY_HEADER, *DIRECTORY_ROWS]),
        write_xlsx(folder / "单位.xlsx", [UNIT_HEADER, *UNIT_ROWS]),
    )
    read = reading(*lists)
    assert not read.refused, codes(read)
    return read.directory


def entities(read: ListReading, kind: type | None = None) -> list[Any]:
    """Everything in the batches, or what is of one kind, in order."""
    found: list[Entity] = [row.entity for batch in read.batches for row in batch.rows]
    return [entity for entity in found if kind is None or isinstance(entity, kind)]


def codes(read: ListReading, *, errors_only: bool = False) -> list[str]:
    """Codes of all issues, in order."""
    issues = [issue for report in read.reports for issue in (report.errors if errors_only else report.issues)]
    return [issue.finding.code for issue in issues]


def rebuild_zip(source: Path, target: Path, change: Callable[[str, bytes], bytes | None], **extra: bytes) -> Path:
    """A workbook's package with its parts changed, left out (``None``) or added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in extra.items():
            new.writestr(name, content)
    return target


def kinds(read: ListReading) -> list[ListKind | None]:
    """Kind of each report."""
    return [report.kind for report in read.reports]

"""Malformed and hostile list files, made on the spot: each with the message that it must get."""

import io
import os
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

from tests.instances.list_files import NEED_HEADER, RESOURCE_HEADER, UNIT_HEADER, rebuild_zip, write_csv, write_xlsx

Make = Callable[[Path], Path]

GOOD_NEED = ("石路社区", "夜间停车位不足", "PRK01", "20个", "急")
GOOD_RESOURCE = ("示例文化有限公司", "会议室", "VEN01", "1间", "金门路1号", "周末", "石路社区")
SHEET = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

HOSTILE: dict[str, tuple[str, Make]] = {}
"""Name -> (code that is told, maker of the file)."""


def _hostile(code: str) -> Callable[[Make], Make]:
    def register(make: Make) -> Make:
        HOSTILE[make.__name__] = (code, make)
        return make

    return register


def _good(folder: Path) -> Path:
    return write_xlsx(folder / ".good.xlsx", [NEED_HEADER, GOOD_NEED])


def _with_sheet_data(folder: Path, name: str, data: bytes) -> Path:
    """A workbook whose cells are these bytes."""

    def change(part: str, content: bytes) -> bytes:
        if part != SHEET:
            return content
        head, _, rest = content.partition(b"<sheetData>")
        return head + b"<sheetData>" + data + b"</sheetData>" + rest.partition(b"</sheetData>")[2]

    return rebuild_zip(_good(folder), folder / name, change)


def _inline(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def _header_row() -> str:
    cells = "".join(_inline(f"{chr(65 + index)}1", text) for index, text in enumerate(NEED_HEADER))
    return f'<row r="1">{cells}</row>'


@_hostile("list_empty_file")
def empty_file(folder: Path) -> Path:
    path = folder / "空.xlsx"
    path.write_bytes(b"")
    return path


@_hostile("list_not_a_file")
def missing_file(folder: Path) -> Path:
    return folder / "没有.xlsx"


@_hostile("list_not_a_file")
def named_pipe(folder: Path) -> Path:
    path = folder / "管道.csv"
    os.mkfifo(path)
    return path


@_hostile("list_file_too_large")
def too_large_file(folder: Path) -> Path:
    path = folder / "很大.csv"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    return path


@_hostile("list_damaged")
def truncated_package(folder: Path) -> Path:
    path = folder / "截断.xlsx"
    path.write_bytes(_good(folder).read_bytes()[:2500])
    return path


@_hostile("list_unpacks_too_large")
def two_gigabyte_header(folder: Path) -> Path:
    """The directory at the end of the package claims that the sheet has 2 GB."""
    data = bytearray(_good(folder).read_bytes())
    at = data.rindex(SHEET.encode()) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = struct.pack("<I", 2_000_000_000)
    path = folder / "炸弹.xlsx"
    path.write_bytes(data)
    return path


@_hostile("list_ratio")
def packed_thousandfold(folder: Path) -> Path:
    return _with_sheet_data(folder, "高压缩.xlsx", b" " * 60_000_000)


@_hostile("list_damaged")
def understated_size(folder: Path) -> Path:
    """Both headers claim 100 bytes for a sheet that unpacks to 60 MB."""
    data = bytearray(packed_thousandfold(folder).read_bytes())
    for signature, offset, length in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = data.rindex(SHEET.encode()) - length if length == 46 else data.index(SHEET.encode()) - length
        assert data[at : at + 4] == signature
        data[at + offset : at + offset + 4] = struct.pack("<I", 100)
    path = folder / "谎报.xlsx"
    path.write_bytes(data)
    return path


@_hostile("list_is_other_kind")
def nested_packages(folder: Path) -> Path:
    content = b"\x00" * 1_000_000
    for depth in range(5):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
            for copy in range(5):
                package.writestr(f"{depth}-{copy}.zip", content)
        content = buffer.getvalue()
    path = folder / "套娃.xlsx"
    path.write_bytes(content)
    return path


@_hostile("list_too_many_parts")
def many_parts(folder: Path) -> Path:
    extra = {f"xl/media/{number}.xml": b"" for number in range(6000)}
    return rebuild_zip(_good(folder), folder / "零件.xlsx", lambda _, content: content, **extra)


@_hostile("list_damaged")
def entity_expansion(folder: Path) -> Path:
    doctype = b'<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'

    def change(part: str, content: bytes) -> bytes:
        return content.replace(b"?>", b"?>" + doctype, 1) if part == "xl/workbook.xml" else content

    return rebuild_zip(_good(folder), folder / "实体.xlsx", change)


@_hostile("list_damaged")
def entities_in_cells(folder: Path) -> Path:
    def change(part: str, content: bytes) -> bytes:
        return content.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1) if part == SHEET else content

    return rebuild_zip(_good(folder), folder / "实体2.xlsx", change)


@_hostile("list_damaged")
def missing_relations(folder: Path) -> Path:
    return rebuild_zip(
        _good(folder),
        folder / "缺件.xlsx",
        lambda part, content: None if part.endswith("workbook.xml.rels") else content,
    )


@_hostile("list_damaged")
def broken_markup(folder: Path) -> Path:
    def change(part: str, content: bytes) -> bytes:
        return content[: len(content) // 2] if part == "xl/workbook.xml" else content

    return rebuild_zip(_good(folder), folder / "断标签.xlsx", change)


@_hostile("list_is_other_kind")
def document_renamed(folder: Path) -> Path:
    path = folder / "其实是文档.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", "<w:document/>")
    return path


@_hostile("list_is_other_kind")
def document(folder: Path) -> Path:
    path = folder / "需求.docx"
    path.write_bytes(document_renamed(folder).read_bytes())
    return path


@_hostile("list_is_other_kind")
def open_document(folder: Path) -> Path:
    path = folder / "开放文档.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", "<office/>")
    return path


@_hostile("list_is_other_kind")
def page_saved_as_sheet(folder: Path) -> Path:
    path = folder / "网页.xls"
    path.write_bytes("<html><table><tr><td>所属社区</td></tr></table></html>".encode())
    return path


@_hostile("list_is_other_kind")
def old_markup_sheet(folder: Path) -> Path:
    path = folder / "旧式.xls"
    path.write_bytes(b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>')
    return path


@_hostile("list_is_other_kind")
def other_programs_sheet(folder: Path) -> Path:
    path = folder / "需求.et"
    path.write_bytes(OLE + b"\x00" * 600)
    return path


@_hostile("list_is_other_kind")
def portable_document(folder: Path) -> Path:
    path = folder / "其实是.xlsx"
    path.write_bytes(b"%PDF-1.7\n" + b"x" * 100)
    return path


@_hostile("list_is_other_kind")
def picture(folder: Path) -> Path:
    path = folder / "照片.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 100)
    return path


@_hostile("list_unknown_form")
def unknown_suffix(folder: Path) -> Path:
    path = folder / "需求.dat"
    path.write_bytes("所属社区,需求名称,需求类别\n".encode())
    return path


@_hostile("list_is_other_kind")
def macro_workbook(folder: Path) -> Path:
    path = folder / "需求.xlsm"
    path.write_bytes(_good(folder).read_bytes())
    return path


@_hostile("list_has_macros")
def hidden_macros(folder: Path) -> Path:
    return rebuild_zip(_good(folder), folder / "宏.xlsx", lambda _, c: c, **{"xl/vbaProject.bin": b"macro"})


@_hostile("list_has_external_links")
def external_links(folder: Path) -> Path:
    return rebuild_zip(
        _good(folder), folder / "外链.xlsx", lambda _, c: c, **{"xl/externalLinks/externalLink1.xml": b"<x/>"}
    )


@_hostile("list_password")
def password(folder: Path) -> Path:
    path = folder / "加密.xlsx"
    path.write_bytes(OLE + b"\x00" * 1000 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 500)
    return path


@_hostile("list_damaged")
def broken_old_workbook(folder: Path) -> Path:
    path = folder / "坏.xls"
    path.write_bytes(OLE + b"\xff" * 1000 + "Workbook".encode("utf-16-le") + b"\x00" * 3000)
    return path


@_hostile("list_damaged")
def garbage_workbook(folder: Path) -> Path:
    path = folder / "乱码.xlsx"
    path.write_bytes(b"\x01\x02" + random.Random(7).randbytes(5000))
    return path


@_hostile("list_damaged")
def garbage_package(folder: Path) -> Path:
    path = folder / "乱码2.xlsx"
    path.write_bytes(b"PK\x03\x04" + random.Random(8).randbytes(5000))
    return path


@_hostile("list_has_nul")
def nul_characters(folder: Path) -> Path:
    path = folder / "空字符.csv"
    path.write_bytes("所属社区,需求名称,需求类别\n石路社区,\x00,PRK01\n".encode())
    return path


@_hostile("list_utf16")
def wide_characters(folder: Path) -> Path:
    return write_csv(folder / "宽.csv", [NEED_HEADER, GOOD_NEED], encoding="utf-16")


@_hostile("list_mixed_encodings")
def mixed_encodings(folder: Path) -> Path:
    path = folder / "混.csv"
    path.write_bytes("所属社区,需求名称,需求类别\n".encode() + "石路社区,夜间停车,PRK01\n".encode("gb18030"))
    return path


@_hostile("list_unknown_encoding")
def no_encoding(folder: Path) -> Path:
    path = folder / "无编码.csv"
    path.write_bytes(b"a,b,c\n\xff\xff\xff\n")
    return path


@_hostile("list_not_text")
def control_characters(folder: Path) -> Path:
    path = folder / "控制.csv"
    path.write_bytes("所属社区,需求名称,需求类别\n石路社区,\x07\x1b,PRK01\n".encode())
    return path


@_hostile("list_broken_quotes")
def open_quote(folder: Path) -> Path:
    path = folder / "引号.csv"
    path.write_bytes('所属社区,需求名称,需求类别\n石路社区,"夜间停车,PRK01\n石路社区,路灯,FAC03\n'.encode())
    return path


@_hostile("list_huge_cell")
def huge_text_cell(folder: Path) -> Path:
    return write_csv(folder / "巨格.csv", [NEED_HEADER, ("石路社区", "长" * 60_000, "PRK01")])


@_hostile("list_huge_cell")
def huge_quoted_cell(folder: Path) -> Path:
    return write_csv(folder / "巨格2.csv", [NEED_HEADER, ("石路社区", 'a"\n' * 60_000, "PRK01")])


@_hostile("list_huge_cell")
def huge_workbook_cell(folder: Path) -> Path:
    row = f'<row r="2">{_inline("A2", "长" * 60_000)}</row>'
    return _with_sheet_data(folder, "巨格.xlsx", (_header_row() + row).encode())


@_hostile("list_too_wide")
def sixteen_thousand_columns(folder: Path) -> Path:
    row = '<row r="2"><c r="A2"><v>1</v></c><c r="XFD2"><v>1</v></c></row>'
    return _with_sheet_data(folder, "万列.xlsx", (_header_row() + row).encode())


@_hostile("list_too_wide")
def wide_text(folder: Path) -> Path:
    return write_csv(folder / "万列.csv", [NEED_HEADER, ["x"] * 16_384])


@_hostile("list_too_many_cells")
def far_cell(folder: Path) -> Path:
    """A table of ten million cells, two of them filled."""
    row = '<row r="1048576"><c r="J1048576"><v>1</v></c></row>'
    return _with_sheet_data(folder, "远.xlsx", (_header_row() + row).encode())


@_hostile("list_no_rows")
def million_empty_rows(folder: Path) -> Path:
    rows = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (number, number) for number in range(2, 1_000_002))
    return _with_sheet_data(folder, "百万空行.xlsx", _header_row().encode() + rows)


@_hostile("list_no_rows")
def million_empty_lines(folder: Path) -> Path:
    path = folder / "百万空行.csv"
    path.write_bytes("所属社区,需求名称,需求类别\n".encode() + b",,\n" * 1_000_000)
    return path


@_hostile("list_too_much_memory")
def one_text_a_million_times(folder: Path) -> Path:
    """A shared text of 20,000 characters in 200,000 cells: 12 GB as separate texts."""
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 200_002))

    def change(part: str, content: bytes) -> bytes:
        if part == "xl/sharedStrings.xml":
            head = content.partition(b"<sst")[0]
            text = ("长" * 20_000).encode()
            main = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="1">'
            return head + main + b"<si><t>" + text + b"</t></si></sst>"
        if part != SHEET:
            return content
        head, _, rest = content.partition(b"<sheetData>")
        return head + b"<sheetData>" + rows.encode() + b"</sheetData>" + rest.partition(b"</sheetData>")[2]

    return rebuild_zip(_good(folder), folder / "重复.xlsx", change)


@_hostile("list_too_slow")
def cells_that_never_close(folder: Path) -> Path:
    """Markup that costs a scanner the square of its length."""
    junk = b"".join(b"<c>%d" % number for number in range(400_000))
    return _with_sheet_data(folder, "不闭合.xlsx", junk)


@_hostile("list_too_many_merged")
def merged_without_end(folder: Path) -> Path:
    ranges = "".join(f'<mergeCell ref="A{2 * n}:B{2 * n + 1}"/>' for n in range(1, 150_000))

    def change(part: str, content: bytes) -> bytes:
        return (
            content.replace(b"</sheetData>", b"</sheetData><mergeCells>" + ranges.encode() + b"</mergeCells>")
            if (part == SHEET)
            else content
        )

    return rebuild_zip(_good(folder), folder / "合并.xlsx", change)


@_hostile("list_no_cells")
def nothing_inside(folder: Path) -> Path:
    return write_xlsx(folder / "无内容.xlsx", [])


@_hostile("list_no_header")
def no_header(folder: Path) -> Path:
    return write_xlsx(folder / "无表头.xlsx", [GOOD_NEED, GOOD_NEED])


@_hostile("list_no_header")
def other_sheets_only(folder: Path) -> Path:
    return write_xlsx(folder / "统计.xlsx", [("月份", "开会次数", "人次"), ("1月", 3, 80)], sheet="统计表")


@_hostile("list_no_header")
def hidden_list(folder: Path) -> Path:
    path = folder / "隐藏.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明").write(0, 0, "见另一个工作表")
        page = book.add_worksheet("需求")
        page.hide()
        for column, text in enumerate(NEED_HEADER):
            page.write(0, column, text)
    return path


@_hostile("list_missing_column")
def missing_required_column(folder: Path) -> Path:
    return write_xlsx(
        folder / "缺列.xlsx",
        [("所属社区", "需求类别", "需求数量", "紧急程度"), ("石路社区", "PRK01", 2, "急")],
        sheet="需求",
    )


@_hostile("list_duplicate_header")
def duplicate_header(folder: Path) -> Path:
    return write_xlsx(folder / "重名.xlsx", [(*NEED_HEADER, "需求名称"), (*GOOD_NEED, "别的")])


@_hostile("list_no_rows")
def header_alone(folder: Path) -> Path:
    return write_xlsx(folder / "只有表头.xlsx", [("金阊街道需求清单",), NEED_HEADER, ("合计", "", "", 0)])


@_hostile("list_cell_formula")
def formula_without_value(folder: Path) -> Path:
    path = folder / "公式.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, NEED_HEADER)
        page.write_row(1, 0, GOOD_NEED)
        page.write_formula(1, 3, "=10+10", None, "")
    return path


@_hostile("list_cell_error")
def error_values(folder: Path) -> Path:
    path = folder / "错误值.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, NEED_HEADER)
        page.write_row(1, 0, GOOD_NEED)
        page.write_formula(1, 3, "=A1/0", None, "#DIV/0!")
    return path


@_hostile("list_bad_date")
def dates_as_text(folder: Path) -> Path:
    return write_xlsx(folder / "日期.xlsx", [(*NEED_HEADER, "完成时限"), (*GOOD_NEED, "等天气好了再说")])


@_hostile("list_digits_lost")
def digits_lost(folder: Path) -> Path:
    header = (*UNIT_HEADER, "统一社会信用代码")
    return write_xlsx(folder / "信用代码.xlsx", [header, ("示例单位", *[""] * 7, 911000006000373418)])


@_hostile("list_same_key")
def same_row_twice(folder: Path) -> Path:
    return write_xlsx(folder / "重复行.xlsx", [NEED_HEADER, GOOD_NEED, GOOD_NEED])


@_hostile("list_quantity_too_large")
def number_without_measure(folder: Path) -> Path:
    return write_xlsx(folder / "天文数字.xlsx", [RESOURCE_HEADER, (*GOOD_RESOURCE[:3], 1e14, *GOOD_RESOURCE[4:])])

"""
Reads one workbook in a process of its own, under hard limits, and writes its cells to stdout as JSON lines.

Run by path, with nothing of this package imported, so that it starts quickly and holds no secrets. A workbook can make
its reader allocate without bound (one filled cell in the last row and column is a table of 17,000,000,000 cells) or
loop; here only this process dies of it.

stdout, one JSON value a line: ``{"sheet": …}``, then its rows ``[number, [cells]]``, then ``{"end": true}``; or one
``{"refused": code, "params": {…}, "sheet": …, "cell": …}`` in place of everything that follows.
"""

import datetime as dt
import json
import re
import resource
import struct
import sys
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import python_calamine

LARGEST_UNPACKED_BYTES = 256_000_000
LARGEST_RATIO = 300
RATIO_COUNTS_FROM_BYTES = 5_000_000
MOST_PARTS = 5_000
MOST_CELLS = 4_000_000
"""Cells of the rectangle from A1 to the last filled one; the reader holds all of it, filled or not."""
MOST_FILLED_CELLS = 1_500_000
MOST_COLUMNS = 500
LONGEST_TEXT = 32_767
"""Characters that a cell of a spreadsheet can hold."""
MOST_MERGED = 100_000
LARGEST_OUTPUT_BYTES = 80_000_000
_FORMULA_RECORD, _BOUND_SHEET, _BOOL_ERR, _BOF = 0x0006, 0x0085, 0x0205, 0x0809
_ERROR_RESULT, _ROOT_ENTRY = 2, 5
CHUNK_BYTES = 1_000_000
LONGEST_CELL_BYTES = 4_000_000

_CELL = re.compile(
    rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)",
    re.DOTALL,
)
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_ERROR_TYPE = re.compile(rb"\bt=[\"']e[\"']")
_TEXT_TYPE = re.compile(rb"\bt=[\"']str[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_STORED = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)</|<(?:\w+:)?is\b")
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")


class _RefusedError(Exception):
    def __init__(self, *, code: str, sheet: str | None = None, cell: str | None = None, **params: Any) -> None:
        super().__init__(code)
        self.finding = {"refused": code, "params": params, "sheet": sheet, "cell": cell}


def main(path: str, memory_bytes: int, cpu_s: int) -> None:
    """Limits itself, checks the file's size before any reader opens it, then reads."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib is one import more in a process made for speed
            data = file.read(2)
            if data != b"PK":
                data += file.read()
        flaws = _check_package(path) if data == b"PK" else _old_errors(data)
        _read(path, flaws)
    except _RefusedError as refused:
        _write(refused.finding)
    except MemoryError:
        _write({"refused": "list_too_much_memory", "params": {}})


def _check_package(path: str) -> dict[str, dict[str, str]]:
    """Sizes, then parts, then cells; gives sheet name -> address -> what is wrong with the cell."""
    try:
        with zipfile.ZipFile(path) as package:
            _check_sizes(package)
            names = set(package.namelist())
            _check_kind(names)
            return {sheet: _check_cells(package, part, sheet) for sheet, part in _sheets(package, names)}
    except (_RefusedError, MemoryError):
        raise
    except RuntimeError as error:  # zipfile's word for an encrypted part
        raise _RefusedError(code="list_password") from error
    except Exception as error:  # zipfile, zlib and lzma each have their own for a broken archive
        raise _RefusedError(code="list_damaged", detail=type(error).__name__) from error


def _check_sizes(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    if len(parts) > MOST_PARTS:
        raise _RefusedError(code="list_too_many_parts", parts=len(parts), most=MOST_PARTS)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > LARGEST_UNPACKED_BYTES:
        raise _RefusedError(
            code="list_unpacks_too_large", megabytes=unpacked // 1_000_000, most=LARGEST_UNPACKED_BYTES // 1_000_000
        )
    for part in parts:
        if part.file_size > RATIO_COUNTS_FROM_BYTES and part.file_size > LARGEST_RATIO * max(part.compress_size, 1):
            ratio = part.file_size // max(part.compress_size, 1)
            raise _RefusedError(code="list_ratio", ratio=ratio, most=LARGEST_RATIO, part=part.filename[:100])


def _check_kind(names: set[str]) -> None:
    if any(name.startswith("word/") for name in names):
        raise _RefusedError(code="list_is_other_kind", kind={"zh": "Word 文档", "en": "a Word document"})
    if any(name.startswith("ppt/") for name in names):
        raise _RefusedError(code="list_is_other_kind", kind={"zh": "演示文稿", "en": "a presentation"})
    if "mimetype" in names and "content.xml" in names:
        raise _RefusedError(code="list_is_other_kind", kind={"zh": "OpenDocument 文件", "en": "an OpenDocument file"})
    if "xl/workbook.bin" in names:
        raise _RefusedError(
            code="list_is_other_kind", kind={"zh": "二进制工作簿(.xlsb)", "en": "a binary workbook (.xlsb)"}
        )
    if "xl/workbook.xml" not in names:
        raise _RefusedError(code="list_is_other_kind", kind={"zh": "压缩包", "en": "a zip archive"})
    if any(name.startswith("xl/vbaProject") for name in names):
        raise _RefusedError(code="list_has_macros")
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise _RefusedError(code="list_has_external_links")


def _sheets(package: zipfile.ZipFile, names: set[str]) -> list[tuple[str, str]]:
    """Sheet names with their parts, as the workbook relates them; no part, no sheet."""
    import xml.etree.ElementTree as ET  # noqa: PLC0415 - small parts only, and documents with a DTD are refused

    def parse(part: str) -> Any:
        with package.open(part) as file:
            data = file.read(LONGEST_CELL_BYTES + 1)
        if len(data) > LONGEST_CELL_BYTES or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise _RefusedError(code="list_damaged", detail=part)
        try:
            return ET.fromstring(data)  # noqa: S314 - no DTD, bounded size
        except ET.ParseError as error:
            raise _RefusedError(code="list_damaged", detail=part) from error

    if "xl/_rels/workbook.xml.rels" not in names:
        raise _RefusedError(code="list_damaged", detail="xl/_rels/workbook.xml.rels")
    targets = {relation.get("Id"): (relation.get("Target") or "") for relation in parse("xl/_rels/workbook.xml.rels")}
    found = []
    for element in parse("xl/workbook.xml").iter():
        if not element.tag.endswith("}sheet"):
            continue
        identity = next((value for name, value in element.attrib.items() if name.endswith("}id")), None)
        target = targets.get(identity, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names and "/worksheets/" in part:
            found.append((element.get("name") or "", part))
    return found


def _check_cells(package: zipfile.ZipFile, part: str, sheet: str) -> dict[str, str]:
    """The sheet's extent, checked, and its cells that hold an error or a formula without a stored value."""
    flaws: dict[str, str] = {}
    last_row = last_column = filled = 0
    for attributes, content in _cells(package, part, sheet):
        is_error = _ERROR_TYPE.search(attributes) is not None
        stored = _STORED.search(content) if content else None
        has_value = stored is not None and (stored.group(1) != b"" or _TEXT_TYPE.search(attributes) is not None)
        is_formula = content is not None and _FORMULA.search(content) is not None
        if not (has_value or is_formula or is_error):
            continue
        reference = _REFERENCE.search(attributes)
        if reference is None:
            continue  # a writer that leaves the address out; the reader counts for itself
        row, column = int(reference.group(2)), _column_number(reference.group(1))
        filled += 1
        last_row, last_column = max(last_row, row), max(last_column, column)
        if last_column > MOST_COLUMNS:
            raise _RefusedError(code="list_too_wide", sheet=sheet, most=MOST_COLUMNS, last=reference.group(1).decode())
        if last_row * last_column > MOST_CELLS or filled > MOST_FILLED_CELLS:
            raise _RefusedError(
                code="list_too_many_cells",
                sheet=sheet,
                cell=(reference.group(1) + reference.group(2)).decode(),
                rows=last_row,
                columns=last_column,
            )
        if (is_error or not has_value) and len(flaws) < MOST_MERGED:
            flaws[(reference.group(1) + reference.group(2)).decode()] = "error" if is_error else "formula"
    return flaws


def _cells(package: zipfile.ZipFile, part: str, sheet: str) -> Iterator[tuple[bytes, bytes | None]]:
    tail = b""
    read = 0
    with package.open(part) as file:
        while chunk := file.read(CHUNK_BYTES):
            read += len(chunk)
            if read > LARGEST_UNPACKED_BYTES:  # the header may have understated it
                raise _RefusedError(
                    code="list_unpacks_too_large",
                    megabytes=read // 1_000_000,
                    most=LARGEST_UNPACKED_BYTES // 1_000_000,
                )
            data = tail + chunk
            if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
                raise _RefusedError(code="list_damaged", sheet=sheet, detail="DOCTYPE")
            end = 0
            for match in _CELL.finditer(data):
                end = match.end()
                yield match.group(1), match.group(2)
            begun = _ANY_CELL.search(data, end)
            tail = data[begun.start() :] if begun else data[max(end, len(data) - 20) :]
            if len(tail) > LONGEST_CELL_BYTES:
                raise _RefusedError(code="list_huge_cell", sheet=sheet, most=LONGEST_TEXT)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _old_errors(data: bytes) -> dict[str, dict[str, str]]:
    """
    Error values of an .xls, which its reader gives as empty; whether the file is sound is for the reader to say.

    Records and their layout: [MS-XLS] 2.4.28 BoundSheet8, 2.4.24 BoolErr, 2.4.127 Formula.
    """
    try:
        stream = _old_stream(data)
        starts: dict[int, str] = {}
        flaws: dict[str, dict[str, str]] = {}
        sheet, at = "", 0
        while at + 4 <= len(stream):
            kind, length = struct.unpack_from("<HH", stream, at)
            body = stream[at + 4 : at + 4 + length]
            if kind == _BOF:
                sheet = starts.get(at, "")
            elif kind == _BOUND_SHEET:
                size, wide = body[6], body[7] & 1
                text = body[8 : 8 + size * (1 + wide)]
                starts[struct.unpack_from("<I", body)[0]] = text.decode("utf-16-le" if wide else "latin-1")
            elif (kind == _BOOL_ERR and body[7] == 1) or (
                kind == _FORMULA_RECORD and body[6] == _ERROR_RESULT and body[12:14] == b"\xff\xff"
            ):
                row, column = struct.unpack_from("<HH", body)
                flaws.setdefault(sheet, {})[_letters(column + 1) + str(row + 1)] = "error"
            at += 4 + length
    except (struct.error, IndexError, UnicodeDecodeError):
        return {}
    return flaws


def _old_stream(data: bytes) -> bytes:
    """The workbook's stream in its compound file ([MS-CFB] 2.2 to 2.6)."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    fat_count, directory_at, _, cutoff, mini_at, mini_count = struct.unpack_from("<IIIIII", data, 44)
    most = len(data) // size + 1

    def chain(start: int, table: tuple[int, ...]) -> Iterator[int]:
        for _ in range(most * 8):
            if start >= len(table):
                return
            yield start
            start = table[start]

    def sectors(numbers: Iterable[int]) -> bytes:
        return b"".join(data[(number + 1) * size : (number + 2) * size] for number in numbers)

    def table_of(raw: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])

    # The first 109 parts of the table lie in the header; more belong to files of over 7 MB, which lists are not.
    fat = table_of(sectors(struct.unpack_from("<109I", data, 76)[: min(fat_count, 109)]))
    mini_fat = table_of(sectors(chain(mini_at, fat))) if mini_count else ()
    directory = sectors(chain(directory_at, fat))
    mini = b""
    for at in range(0, len(directory) - 127, 128):
        name = directory[at : at + 64].decode("utf-16-le", "replace").rstrip("\0")
        start, length = struct.unpack_from("<II", directory, at + 116)
        if directory[at + 66] == _ROOT_ENTRY:
            mini = sectors(chain(start, fat))
        elif name in {"Workbook", "Book"} and length < cutoff:
            return b"".join(mini[64 * number : 64 * number + 64] for number in chain(start, mini_fat))[:length]
        elif name in {"Workbook", "Book"}:
            return sectors(chain(start, fat))[:length]
    return b""


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _read(path: str, flaws: dict[str, dict[str, str]]) -> None:
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as workbook:
            for metadata in workbook.sheets_metadata:
                _read_sheet(workbook, metadata, flaws.get(metadata.name, {}))
    except python_calamine.PasswordError as error:
        raise _RefusedError(code="list_password") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise _RefusedError(code="list_damaged", detail=type(error).__name__) from error
    _write({"end": True})


def _read_sheet(
    workbook: python_calamine.CalamineWorkbook,
    metadata: python_calamine.SheetMetadata,
    flaws: dict[str, str],
) -> None:
    hidden = metadata.visible != python_calamine.SheetVisibleEnum.Visible
    if metadata.typ != python_calamine.SheetTypeEnum.WorkSheet:
        _write({"sheet": metadata.name, "hidden": hidden, "merged": [], "flaws": {}, "worksheet": False})
        return
    sheet = workbook.get_sheet_by_name(metadata.name)
    merged = sheet.merged_cell_ranges or []
    if len(merged) > MOST_MERGED:
        raise _RefusedError(code="list_too_many_merged", sheet=metadata.name, merged=len(merged), most=MOST_MERGED)
    _write({"sheet": metadata.name, "hidden": hidden, "merged": merged, "flaws": flaws, "worksheet": True})
    if sheet.start is None or sheet.end is None:
        return
    (first_row, first_column), (last_row, last_column) = sheet.start, sheet.end
    if last_column + 1 > MOST_COLUMNS:
        raise _RefusedError(code="list_too_wide", sheet=metadata.name, most=MOST_COLUMNS, last=str(last_column + 1))
    if (last_row + 1) * (last_column + 1) > MOST_CELLS:
        raise _RefusedError(
            code="list_too_many_cells", sheet=metadata.name, rows=last_row + 1, columns=last_column + 1, cell=None
        )
    # iter_rows starts at the first filled row's column but pads the rows above it, so both are counted here.
    padding = [None] * first_column
    filled = 0
    for offset, values in enumerate(sheet.to_python(skip_empty_area=True)):
        if any(value != "" for value in values):
            cells = [_plain(value, metadata.name) for value in values]
            filled += len(cells)
            if filled > MOST_FILLED_CELLS:
                raise _RefusedError(
                    code="list_too_many_cells",
                    sheet=metadata.name,
                    rows=last_row + 1,
                    columns=last_column + 1,
                    cell=None,
                )
            _write([first_row + offset + 1, padding + cells])


def _plain(value: Any, sheet: str) -> Any:
    """A JSON value: text, number, bool, nothing, or a tagged date, time or duration."""
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise _RefusedError(code="list_huge_cell", sheet=sheet, most=LONGEST_TEXT)
        return value or None
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return {type(value).__name__: value.isoformat()}
    if isinstance(value, dt.timedelta):
        return {"timedelta": value.total_seconds()}
    return value


class _Output:
    """stdout with a count, so that one text shared by a million cells cannot fill the caller's memory."""

    def __init__(self) -> None:
        self.written = 0

    def write(self, value: Any) -> None:
        line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        self.written += len(line)
        if self.written > LARGEST_OUTPUT_BYTES and "refused" not in value:
            raise _RefusedError(code="list_too_much_memory")
        sys.stdout.buffer.write(line)


_write = _Output().write


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

"""Lists as files: workbooks and CSV that no spreadsheet program takes for formulas, and that are read back the same."""

import csv
import datetime as dt
import io
import itertools
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import xlsxwriter

from graph_schema.lists.columns import Column, Treatment
from graph_schema.lists.csv_source import ESCAPED
from graph_schema.lists.errors import FileTakenError, UnwritableListError
from graph_schema.lists.forms import FORMS
from graph_schema.lists.report import LEFT_OUT, ListReading
from graph_schema.lists.written import WrittenList
from graph_schema.lists.written_cells import Value
from graph_schema.model.pairings import Finding

LONGEST_CELL = 32_000
LONGEST_SHEET_NAME = 31
WIDEST_COLUMN, NARROWEST_COLUMN = 60, 8
_CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - the file format has no zone; one moment for all, so that bytes repeat
_TEXT_COLUMNS = frozenset({"number", "uscc", "uid", "phone", "plate", "registrant", "agreement", "lon", "lat"})
_SHEET_NAME_FORBIDDEN = str.maketrans("[]:*?/\\'", "()-- -- ")

Form = Literal["xlsx", "csv"]


def write_lists(
    folder: Path, lists: Sequence[WrittenList], *, form: Form = "xlsx", overwrite: bool = False
) -> tuple[Path, ...]:
    """
    One file per list, named after it; all of them or none.

    Only columns that some row fills are written, besides the required ones.

    Parameters
    ----------
    folder
        Made when it is not there.
    form
        ``xlsx``, or ``csv`` (UTF-8 with BOM, cells escaped against formulas).
    overwrite
        Whether files of these names may be replaced.

    Raises
    ------
    UnwritableListError
        If a file is there already, or the folder cannot be written.
    """
    made = []
    for each in lists:
        columns = [
            column
            for column in FORMS[each.kind].columns
            if column.required or any(row.get(column.key) not in {None, ""} for row in each.rows)
        ]
        table = [[row.get(column.key) for column in columns] for row in each.rows]
        title = FORMS[each.kind].title_zh
        content = _csv(columns, table) if form == "csv" else _workbook(title, columns, table)
        made.append((folder / f"{title}.{form}", content))
    return write_files(made, overwrite=overwrite)


def write_bad_rows(
    folder_of: Callable[[str], Path], reading: ListReading, words: Callable[[Finding], str]
) -> tuple[Path, ...]:
    """
    The rows that were left out, one file per list file, with what is wrong in a column of their own.

    The headers are the canonical ones, so that a corrected file can be imported as it is. Personal columns are empty
    or hold keyed hashes. A file that is there and says something else stays: somebody may be correcting it.

    Parameters
    ----------
    folder_of
        Where the rows of a list file of this name go.
    words
        Text of a finding in the reader's language.

    Raises
    ------
    UnwritableListError
        If the folder cannot be written.
    """
    sheets: dict[str, list[tuple[str, list[str], list[list[Value]]]]] = {}
    for report in reading.reports:
        if not report.bad_rows:
            continue
        headers = [header for header, _ in report.bad_rows[0].values]
        rows: list[list[Value]] = [
            [*(text for _, text in bad.values), "\n".join(f"{bad.row}: {words(each)}" for each in bad.findings)]
            for bad in report.bad_rows
        ]
        sheets.setdefault(report.file, []).append((report.sheet or "", [*headers, "问题"], rows))
    made: dict[Path, bytes] = {}
    for name, pages in sheets.items():
        content = _plain_workbook(pages)
        made[_free_path(folder_of(name), f"{Path(name).stem}{LEFT_OUT}", content, made)] = content
    return write_files(made.items(), overwrite=True)  # what is replaced has the same content


def write_files(made: Iterable[tuple[Path, bytes]], *, overwrite: bool) -> tuple[Path, ...]:
    """
    Files with this content, none before all could be made; each whole or not at all.

    Raises
    ------
    UnwritableListError
        If one is there already, or cannot be written.
    """
    made = list(made)
    taken = [path for path, _ in made if path.exists()]
    if taken and not overwrite:
        raise FileTakenError(str(taken[0]))
    for path, content in made:
        part = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(content)
            os.replace(part, path)  # noqa: PTH105 - the atomic one
        except OSError as error:
            part.unlink(missing_ok=True)
            raise UnwritableListError(str(path), error.strerror or str(error)) from error
    return tuple(path for path, _ in made)


def _free_path(folder: Path, stem: str, content: bytes, made: Mapping[Path, bytes]) -> Path:
    """The first of ``stem``, ``stem_2``, … that is not made already and where nothing else lies."""
    for number in itertools.count(1):
        path = folder / (f"{stem}.xlsx" if number == 1 else f"{stem}_{number}.xlsx")
        if path not in made and (not path.exists() or (path.is_file() and path.read_bytes() == content)):
            return path
    raise AssertionError  # pragma: no cover - the numbers do not end


def escape(text: str) -> str:
    """A CSV cell that no spreadsheet program takes for a formula; reading takes the apostrophe off again."""
    starts_alike = text[:1] == "'" and text[1:2] != "" and text[1] in ESCAPED
    return f"'{text}" if text[:1] and (starts_alike or text[0] in ESCAPED.replace("'", "")) else text


def _csv(columns: Sequence[Column], table: Iterable[Sequence[Value]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.header for column in columns])
    for row in table:
        writer.writerow(["" if cell is None else cell if not isinstance(cell, str) else escape(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def new_workbook(buffer: io.BytesIO) -> Any:
    """A workbook that takes no text for a formula, link or number."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"created": _CREATED})
    return book


def sheet_name(text: str) -> str:
    """A name that spreadsheet programs accept for a sheet."""
    return text.translate(_SHEET_NAME_FORBIDDEN)[:LONGEST_SHEET_NAME].strip() or "Sheet1"


def _free_sheet_name(text: str, taken: set[str]) -> str:
    """A name that no sheet of the book has yet, whatever the case; it is taken from now on."""
    name = sheet_name(text)
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{sheet_name(text)[: LONGEST_SHEET_NAME - 5]} {number}"
    taken.add(name.casefold())
    return name


def _workbook(title: str, columns: Sequence[Column], table: Sequence[Sequence[Value]]) -> bytes:
    buffer = io.BytesIO()
    with new_workbook(buffer) as book:
        page = book.add_worksheet(sheet_name(title))
        write_header(book, page, columns)
        write_cells(book, page, columns, table)
    return buffer.getvalue()


def write_header(book: Any, page: Any, columns: Sequence[Column]) -> None:
    """The header row of a list, with a mark at required columns; it stays in sight."""
    plain = book.add_format({"bold": True, "bg_color": "#E7EEF7", "border": 1, "text_wrap": True, "valign": "vcenter"})
    required = book.add_format(
        {"bold": True, "bg_color": "#FCE4D6", "border": 1, "text_wrap": True, "valign": "vcenter"}
    )
    for index, column in enumerate(columns):
        page.write_string(0, index, column.header, required if column.required else plain)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, 0, max(len(columns) - 1, 0))


def write_cells(
    book: Any, page: Any, columns: Sequence[Column], table: Sequence[Sequence[Value]], *, first_row: int = 1
) -> None:
    """Cells below the header; columns of long digits in text format, so that what is typed there stays text."""
    as_text = book.add_format({"num_format": "@"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for index, column in enumerate(columns):
        longest = max((_width(str(row[index] or "")) for row in table), default=0)
        width = min(max(longest, _width(column.header) + 2, NARROWEST_COLUMN), WIDEST_COLUMN)
        page.set_column(index, index, width, as_text if column.key in _TEXT_COLUMNS else None)
    for offset, row in enumerate(table):
        for index, (column, cell) in enumerate(zip(columns, row, strict=True)):
            style = as_text if column.key in _TEXT_COLUMNS else None
            style = wrapped if column.treatment is Treatment.IGNORED else style
            _write_cell(page, first_row + offset, index, cell, style)


def _plain_workbook(pages: Iterable[tuple[str, list[str], list[list[Value]]]]) -> bytes:
    buffer = io.BytesIO()
    with new_workbook(buffer) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E7EEF7", "border": 1})
        as_text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        taken: set[str] = set()
        for name, headers, rows in pages:
            page = book.add_worksheet(_free_sheet_name(name, taken))
            for index, header in enumerate(headers):
                page.write_string(0, index, header, bold)
                longest = max((_width(str(row[index] or "")) for row in rows), default=0)
                page.set_column(index, index, min(max(longest, _width(header) + 2), WIDEST_COLUMN), as_text)
            page.freeze_panes(1, 0)
            for offset, row in enumerate(rows, start=1):
                for index, cell in enumerate(row):
                    _write_cell(page, offset, index, cell, as_text)
    return buffer.getvalue()


def _write_cell(page: Any, row: int, column: int, cell: Value, style: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        page.write_string(row, column, cell[:LONGEST_CELL], style)
    else:
        page.write_number(row, column, cell, style)


def _width(text: str) -> int:
    """Columns that the longest line of a text takes: a Chinese character takes two."""
    return max((sum(1 if character.isascii() else 2 for character in line) for line in text.splitlines()), default=0)

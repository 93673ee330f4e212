"""List files as offices send them: title lines, one or two header rows, merged cells, totals, several encodings."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import xlsxwriter

Cell = str | int | float | None
Encoding = Literal["utf-8", "utf-8-sig", "gb18030"]

_WRITTEN_AT = datetime(2020, 8, 28, 9, 0, 0)  # noqa: DTZ001 - the file format stores local time without a zone
"""Stands in the files' properties, so that the same lists are the same bytes on any day."""


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column: its header, and the header that stands above it and its neighbours.

    Parameters
    ----------
    above
        Upper of two header rows; neighbours with the same one share a merged cell. ``None``: one header row, or a
        header merged down over both.
    merge_equal
        Whether equal values below each other share one merged cell.
    """

    header: str
    above: str | None = None
    merge_equal: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    One table among what people write around it.

    Parameters
    ----------
    titles
        Lines above the header.
    rows
        Cells in the order of ``columns``.
    footer
        Lines below the table, cells from the first column on (合计, 备注, 填表说明).
    """

    name: str
    titles: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    footer: tuple[tuple[Cell, ...], ...] = ()

    @property
    def header_rows(self) -> int:
        """Rows that the header takes."""
        return 2 if any(column.above for column in self.columns) else 1


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file of one list: a workbook of sheets, or one sheet as CSV in an encoding."""

    name: str
    sheets: tuple[Sheet, ...]
    encoding: Encoding = "utf-8"

    def write(self, folder: Path) -> Path:
        """Write it into a folder that exists; the same value gives the same bytes."""
        path = folder / self.name
        path.write_bytes(_csv_bytes(self) if path.suffix == ".csv" else _workbook_bytes(self))
        return path


def csv_list(
    name: str,
    title: str,
    columns: Mapping[str, Column],
    rows: Iterable[Mapping[str, Cell]],
    encoding: Encoding = "utf-8-sig",
) -> ListFile:
    """A list as one CSV file with a title line above its header."""
    return ListFile(name, (Sheet("", (title,), *rows_of(columns, rows)),), encoding=encoding)


def rows_of(
    columns: Mapping[str, Column], rows: Iterable[Mapping[str, Cell]]
) -> tuple[tuple[Column, ...], tuple[tuple[Cell, ...], ...]]:
    """Columns and cells of a sheet from rows keyed as the columns are; a key without a column is a slip."""
    table = []
    for row in rows:
        if stray := row.keys() - columns.keys():
            msg = f"row has {sorted(stray)}, columns are {list(columns)}."
            raise ValueError(msg)
        table.append(tuple(row.get(key) for key in columns))
    return tuple(columns.values()), tuple(table)


def fullwidth(text: str) -> str:
    """Digits as a Chinese input method writes them: ``12`` becomes ``１２``."""
    return text.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})


def _csv_bytes(file: ListFile) -> bytes:
    (sheet,) = file.sheets
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for title in sheet.titles:
        writer.writerow([title])
    writer.writerow([column.header for column in sheet.columns])
    writer.writerows([["" if cell is None else cell for cell in row] for row in (*sheet.rows, *sheet.footer)])
    return text.getvalue().encode(file.encoding)


def _workbook_bytes(file: ListFile) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _WRITTEN_AT})
        bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1})
        plain = book.add_format({"valign": "vcenter"})
        for sheet in file.sheets:
            page = book.add_worksheet(sheet.name)
            page.set_column(0, len(sheet.columns) - 1, 18)
            row = 0
            for title in sheet.titles:
                page.merge_range(row, 0, row, max(len(sheet.columns) - 1, 1), title, bold)
                row += 1
            _write_header(page, sheet, row, bold)
            row += sheet.header_rows
            _write_rows(page, sheet, row, plain)
            for offset, line in enumerate(sheet.footer):
                for column, cell in enumerate(line):
                    _write_cell(page, row + len(sheet.rows) + offset, column, cell, plain)
    return buffer.getvalue()


def _write_header(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, row: int, bold: object) -> None:
    if sheet.header_rows == 1:
        for index, column in enumerate(sheet.columns):
            page.write_string(row, index, column.header, bold)
        return
    for first, last in _runs([column.above for column in sheet.columns]):
        above = sheet.columns[first].above
        if above is None:
            for index in range(first, last + 1):
                page.merge_range(row, index, row + 1, index, sheet.columns[index].header, bold)
            continue
        if last > first:
            page.merge_range(row, first, row, last, above, bold)
        else:
            page.write_string(row, first, above, bold)
        for index in range(first, last + 1):
            page.write_string(row + 1, index, sheet.columns[index].header, bold)


def _write_rows(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, top: int, plain: object) -> None:
    for index, column in enumerate(sheet.columns):
        cells = [row[index] for row in sheet.rows]
        for first, last in _runs(cells) if column.merge_equal else ((i, i) for i in range(len(cells))):
            if last > first and cells[first] not in {None, ""}:
                page.merge_range(top + first, index, top + last, index, cells[first], plain)
                continue
            for offset in range(first, last + 1):
                _write_cell(page, top + offset, index, cells[offset], plain)


def _write_cell(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, plain: object) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        page.write_string(row, column, cell, plain)
    else:
        page.write_number(row, column, cell, plain)


def _runs(values: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """First and last index of each run of equal neighbours."""
    first = 0
    for index in range(1, len(values) + 1):
        if index == len(values) or values[index] != values[first]:
            yield first, index - 1
            first = index

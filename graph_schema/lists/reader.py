"""From raw sheets to the rows of a list: data found between titles and totals, personal data taken out."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graph_schema.lists import personal
from graph_schema.lists.cells import EXACT_DIGITS, Cell, CellValue, address, as_text, clean, column_letters, key_of
from graph_schema.lists.columns import ListKind, Treatment
from graph_schema.lists.errors import RefusedFileError, UnreadableValueError
from graph_schema.lists.findings import finding, severity_of
from graph_schema.lists.forms import FORMS
from graph_schema.lists.headers import FoundColumn, FoundHeader, find_header, looks_like_list
from graph_schema.lists.report import ListIssue
from graph_schema.lists.sources import RawFile, RawSheet

MOST_ROWS = 200_000
LONGEST_NAME, LONGEST_TEXT = 300, 2000
MOST_NAMED = 12
"""Unrecognised headers that a message names."""
MOST_SIGNATURES = 3
"""Filled cells of a closing line: 填表人, 审核人 and 日期."""
MARKED_EXAMPLE = "示例"
ALLOWED_SHEET = "可填内容"
"""Sheet of a template that tells what may be written."""

_TOTAL = re.compile(r".{0,12}(合计|小计|总计|累计|共计)([:(\d].*)?")
_FOOTNOTE = re.compile(
    r"(备注|注|说明|填表说明|填报说明|填写说明|填表人|填报人|制表人|制表|审核人|审核|审批|负责人签字|单位盖章|盖章|填报单位|填报时间|填报日期|填表时间|填表日期|日期|联系人)[::].*"
    r"|(备注|说明|填表说明|填报说明|填写说明)\d*|注\d*[::.、].*"
)
_SECTION = re.compile(
    r"([一二三四五六七八九十]{1,3}|\([一二三四五六七八九十]{1,3}\)|第[一二三四五六七八九十]{1,3}(部分|类))[、.::\s]?.*"
)
_STROKE = re.compile(r"[-/\\—–―_]{1,4}")
_PROVEN_NUMBERS = frozenset({"uscc", "uid", "number"})
_EXAMPLE = frozenset({"示例", "样例", "例", "示例行", "填写示例"})


@dataclass(frozen=True, slots=True)
class ListRow:
    """One data row: column key -> cell, filled cells only."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class ListTable:
    """
    The rows of one sheet that is a list.

    Parameters
    ----------
    columns
        Column key -> (letters, header as written, hint in its brackets).
    dropped
        Why -> rows that are no data.
    issues
        What was found so far; those with a row make that row a bad one when they are errors.
    """

    kind: ListKind
    file: str
    sheet: str
    header_row: int
    columns: Mapping[str, tuple[str, str, str]]
    rows: tuple[ListRow, ...]
    dropped: Mapping[str, int] = field(default_factory=dict)
    issues: tuple[ListIssue, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A sheet that was looked at; ``table`` is ``None`` when it is no list."""

    name: str
    table: ListTable | None
    issues: tuple[ListIssue, ...] = ()


def read_sheets(file: RawFile, hash_key: bytes, kind: ListKind | None = None) -> tuple[ReadSheet, ...]:
    """
    Every sheet of a file, with its rows where it is a list.

    Parameters
    ----------
    hash_key
        Key of the installation for personal columns.
    kind
        The kind of list that the file is said to be; recognised from the headers when ``None``.

    Raises
    ------
    RefusedFileError
        If no sheet is a list, a list lacks a required column, or one column stands twice.
    """
    headers: dict[str, tuple[FoundHeader | None, bool]] = {}
    for sheet in file.sheets:
        readable = sheet.is_worksheet and not sheet.hidden
        headers[sheet.name] = find_header(sheet, kind) if readable else (None, False)
    complete = sum(header is not None and not header.missing for header, _ in headers.values())
    alone = complete == 0
    read = []
    for sheet in file.sheets:
        header, is_ambiguous = headers[sheet.name]
        if header is None or not looks_like_list(header, alone=alone):
            read.append(ReadSheet(sheet.name, None, _why_ignored(file.name, sheet)))
            continue
        _check_header(sheet, header, is_ambiguous=is_ambiguous)
        read.append(ReadSheet(sheet.name, _Extraction(file.name, sheet, header, hash_key).table()))
    if not any(sheet.table for sheet in read):
        if not any(sheet.rows for sheet in file.sheets):
            raise RefusedFileError(code="list_no_cells")
        if kind is not None:
            raise RefusedFileError(code="list_no_header_of_kind", kind=_title(kind), headers=_required(kind))
        raise RefusedFileError(code="list_no_header", sheets=[sheet.name for sheet in file.sheets][:20])
    return tuple(read)


def _title(kind: ListKind) -> dict[str, str]:
    return {"zh": FORMS[kind].title_zh, "en": FORMS[kind].title_en}


def _required(kind: ListKind) -> list[str]:
    return [column.header for column in FORMS[kind].columns if column.required]


def _why_ignored(file: str, sheet: RawSheet) -> tuple[ListIssue, ...]:
    if sheet.is_worksheet and not sheet.rows:
        return ()
    code = "list_hidden_sheet" if sheet.hidden else "list_sheet_unrecognised"
    if not sheet.is_worksheet or sheet.name == ALLOWED_SHEET or "说明" in sheet.name:
        code = "list_sheet_ignored"
    return (ListIssue(finding(code, sheet=sheet.name), file, sheet.name, None, None, severity_of(code)),)


def _check_header(sheet: RawSheet, header: FoundHeader, *, is_ambiguous: bool) -> None:
    if is_ambiguous:
        raise RefusedFileError(code="list_kind_ambiguous", sheet=sheet.name, kind=_title(header.kind))
    for text, first, second in header.repeated:
        raise RefusedFileError(
            code="list_duplicate_header",
            sheet=sheet.name,
            cell=address(header.last_row, second),
            header=text,
            first=column_letters(first),
            second=column_letters(second),
        )
    if header.missing:
        unknown = [text for _, text in header.unknown][:MOST_NAMED]
        params: dict[str, Any] = {
            "columns": list(header.missing),
            "row": header.last_row,
            "kind": _title(header.kind),
        }
        if unknown:
            params["unknown"] = unknown
        raise RefusedFileError(
            code="list_missing_column_beside" if unknown else "list_missing_column", sheet=sheet.name, **params
        )


class _Extraction:
    """Takes the data rows out of one sheet."""

    def __init__(self, file: str, sheet: RawSheet, header: FoundHeader, hash_key: bytes) -> None:
        self.file = file
        self.sheet = sheet
        self.header = header
        self.form = FORMS[header.kind]
        self.hash_key = hash_key
        self.dropped: Counter[str] = Counter()
        self.issues: list[ListIssue] = []
        self.dropped_personal: Counter[str] = Counter()
        self.by_position = {found.column: found for found in header.columns.values()}

    def table(self) -> ListTable:
        self._tell_columns()
        shared = self._merged()
        rows: list[ListRow] = []
        previous = self.header.last_row
        for number, cells in self.sheet.rows:
            if number <= self.header.last_row:
                continue
            self.dropped["blank"] += number - previous - 1
            previous = number
            why = self._why_no_data(cells)
            if why is not None:
                self.dropped[why] += 1
                continue
            if len(rows) >= MOST_ROWS:
                raise RefusedFileError(code="list_too_many_rows", sheet=self.sheet.name, most=MOST_ROWS)
            rows.append(ListRow(number, self._cells(number, cells, shared)))
        if not rows and self.dropped["example"]:
            raise RefusedFileError(code="list_blank_template", sheet=self.sheet.name)
        if not rows:
            raise RefusedFileError(code="list_no_rows", sheet=self.sheet.name, row=self.header.last_row)
        personal_columns = sorted(header for header, cells in self.dropped_personal.items() if cells)
        if personal_columns:
            self._tell("list_personal_dropped", columns=personal_columns)
        return ListTable(
            self.header.kind,
            self.file,
            self.sheet.name,
            self.header.last_row,
            {found.key: (column_letters(found.column), found.header, found.hint) for found in self._in_order()},
            tuple(rows),
            {why: count for why, count in sorted(self.dropped.items()) if count},
            tuple(self.issues),
        )

    def _tell(self, code: str, cell: str | None = None, row: int | None = None, **params: object) -> None:
        self.issues.append(ListIssue(finding(code, **params), self.file, self.sheet.name, cell, row, severity_of(code)))

    def _in_order(self) -> list[FoundColumn]:
        return [self.by_position[column] for column in sorted(self.by_position)]

    def _tell_columns(self) -> None:
        row = self.header.last_row
        for spare in self.header.spare:
            self._tell(
                "list_column_beside",
                address(row, spare.column),
                header=spare.header,
                used=self.header.columns[spare.key].header,
            )
        if self.header.unknown:
            self._tell("list_unknown_columns", headers=[header for _, header in self.header.unknown][:30])

    def _merged(self) -> dict[tuple[int, int], tuple[CellValue, int]]:
        """(row, column) below the first of a merged range -> (its value, rows that share it)."""
        by_number = dict(self.sheet.rows)
        last = self.sheet.rows[-1][0]
        shared: dict[tuple[int, int], tuple[CellValue, int]] = {}
        for top, left, bottom, _ in self.sheet.merged:
            if bottom == top or top <= self.header.last_row or left not in self.by_position:
                continue
            cells = by_number.get(top, ())
            value = cells[left - 1] if left <= len(cells) else None
            # Sideways only the first column has it: what it covers besides belongs to other headers.
            for row in range(top, min(bottom, last) + 1):
                shared[row, left] = (value, min(bottom, last) - top + 1)
        return shared

    def _why_no_data(self, cells: tuple[CellValue, ...]) -> str | None:
        """What a row below the header is instead of data; ``None`` for data."""
        filled = [text for cell in cells if cell is not None and (text := clean(as_text(cell)))]
        if not filled:
            return "blank"
        first = filled[0]
        names = [
            clean(as_text(cells[found.column - 1]))
            for key, found in self.header.columns.items()
            if found.column <= len(cells) and (key == "no" or self.form.column(key).needed)
        ]
        headers = {key_of(found.header) for found in self.header.columns.values()}
        reasons = {
            "example": first in _EXAMPLE,
            "total": any(_TOTAL.fullmatch(text.replace(" ", "")) for text in (first, *names)),
            "note": _FOOTNOTE.fullmatch(first) is not None and len(filled) <= MOST_SIGNATURES,
            "section": len(filled) == 1 and _SECTION.fullmatch(first) is not None,
            "header": len(filled) > 1 and all(key_of(text) in headers for text in filled),
        }
        return next((why for why, holds in reasons.items() if holds), None)

    def _cells(
        self, number: int, cells: tuple[CellValue, ...], shared: Mapping[tuple[int, int], tuple[CellValue, int]]
    ) -> dict[str, Cell]:
        found_cells: dict[str, Cell] = {}
        for found in self.header.columns.values():
            at = address(number, found.column)
            value = cells[found.column - 1] if found.column <= len(cells) else None
            value, rows = shared.get((number, found.column), (value, 1))
            flaw = self.sheet.flaws.get(at)
            column = self.form.column(found.key)
            if column.treatment is Treatment.IGNORED:
                continue
            if column.treatment is Treatment.DROPPED:
                self.dropped_personal[found.header] += value is not None
                continue
            if flaw is not None:
                self._tell(f"list_cell_{flaw}", at, number, column=found.header)
                continue
            if value is None or (isinstance(value, str) and not clean(value)):
                continue
            if isinstance(value, str) and not column.needed and _STROKE.fullmatch(clean(value)):
                continue  # a stroke is how an office writes that there is nothing to say
            treated = self._treated(Cell(at, value, found.header, found.hint, rows), found.key, number)
            if treated is not None:
                found_cells[found.key] = treated
        return found_cells

    def _treated(self, cell: Cell, key: str, number: int) -> Cell | None:
        """The cell as it may leave the reader; ``None`` when it is told instead."""
        treatment, value = self.form.column(key).treatment, cell.value
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**EXACT_DIGITS:
            shown = personal.mask(cell.text) if treatment is Treatment.HASHED else cell.text
            self._tell("list_digits_lost", cell.at, number, column=cell.header, value=shown)
            return None
        if treatment is Treatment.HASHED:
            try:
                return replace(cell, value=personal.token(key, cell.written, self.hash_key))
            except UnreadableValueError as error:
                self._tell(error.code, cell.at, number, column=cell.header, **error.params)
                return None
        if isinstance(value, str):
            longest = LONGEST_TEXT if treatment is Treatment.FREE_TEXT else LONGEST_NAME
            if len(value) > longest:
                length = len(value)
                self._tell("list_text_too_long", cell.at, number, column=cell.header, characters=length, most=longest)
                return None
            masked, count = personal.mask_inside(value)
            if count and key not in _PROVEN_NUMBERS:
                self._tell("list_personal_masked", cell.at, number, column=cell.header)
                return replace(cell, value=masked)
        return cell

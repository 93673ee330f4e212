"""Where a sheet's header stands, which list it is of, and which column is which."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from graph_schema.lists.cells import CellValue, as_text, key_of, trim
from graph_schema.lists.columns import READING_ORDER, ListForm, ListKind
from graph_schema.lists.forms import FORMS
from graph_schema.lists.sources import RawSheet
from graph_schema.lists.values.quantities import is_known_measure

ROWS_SEARCHED = 10
"""Filled rows among which the header is looked for."""
REQUIRED_WEIGHT = 3
TITLE_WEIGHT = 2
FEWEST_COLUMNS = 2
CLEAR_COLUMNS = 4
"""Matched columns from which a sheet with one required column missing is taken for a damaged list."""
MEASURE_LENGTH = 3
"""Longest text that a column headed 单位 may hold to be one of measures, not of names."""
LONE_MEASURE_LENGTH = 2
"""The same in a list that has no other column for the names of units; 平方米 and the like are known by name."""

_BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]\s*[*:]*\s*$")


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """
    One column of a sheet.

    Parameters
    ----------
    key
        Column of the form.
    column
        Position from 1.
    header
        As written; of two rows joined by ``/``.
    hint
        What stands in brackets at its end.
    rank
        0 for the canonical header, then the synonyms in their order.
    """

    key: str
    column: int
    header: str
    hint: str
    rank: int


@dataclass(frozen=True, slots=True)
class FoundHeader:
    """
    A sheet's header.

    Parameters
    ----------
    kind
        List it is of.
    first_row, last_row
        Rows it fills, from 1.
    columns
        Recognised columns, one per key, by key.
    spare
        Recognised columns beside a better one for the same key.
    unknown
        (column, header) of what no column of the form is called.
    repeated
        (header, first column, second column) of headers that stand twice, word for word.
    missing
        Canonical headers of required columns that are not there.
    score
        How much it looks like this list.
    """

    kind: ListKind
    first_row: int
    last_row: int
    columns: Mapping[str, FoundColumn]
    spare: tuple[FoundColumn, ...]
    unknown: tuple[tuple[int, str], ...]
    repeated: tuple[tuple[str, int, int], ...]
    missing: tuple[str, ...]
    score: int


def split_hint(header: str) -> tuple[str, str]:
    """A header without the brackets at its end, and what stands in them."""
    text = unicodedata.normalize("NFKC", header)
    found = _BRACKETS.search(text)
    return (text[: found.start()], found.group(1).strip()) if found else (text, "")


def header_words(texts: Sequence[str]) -> int:
    """How many of these texts are headers of some list."""
    return sum(any(_match(FORMS[kind], text) is not None for kind in READING_ORDER) for text in texts if text.strip())


def find_header(sheet: RawSheet, kind: ListKind | None = None) -> tuple[FoundHeader | None, bool]:
    """
    The best header of a sheet, ``None`` when it has none, and whether a second kind fits as well.

    Parameters
    ----------
    kind
        The kind it must be of, when that is known.
    """
    kinds = READING_ORDER if kind is None else (kind,)
    rows = sheet.rows[:ROWS_SEARCHED]
    found = []
    for index in range(len(rows)):
        titles = key_of(sheet.name) + "".join(key_of(as_text(cell)) for _, cells in rows[:index] for cell in cells)
        single = _single_row(sheet, index)
        for headers, length in ((single, 1), (_two_rows(sheet, index), 2)):
            if headers is None:
                continue
            for each in kinds:
                header = _read_header(FORMS[each], _Candidate(sheet, index, length, headers, titles))
                if header is not None:
                    found.append(header)
    if not found:
        return None, False
    # An equal score in fewer rows, then nearer the top: what follows a header repeats it at most.
    best = max(found, key=lambda h: (h.score, not h.missing, h.first_row - h.last_row, -h.first_row))
    rivals = [
        h for h in found if h.kind != best.kind and h.score == best.score and bool(h.missing) == bool(best.missing)
    ]
    return best, bool(rivals)


def looks_like_list(header: FoundHeader, *, alone: bool) -> bool:
    """
    Whether a header is meant as one, complete or not.

    Parameters
    ----------
    alone
        Whether no other sheet of the file is a list, so that this one must be the office's.
    """
    if not header.missing:
        return True
    required = sum(column.required for column in FORMS[header.kind].columns)
    if alone:
        return required > len(header.missing)
    return len(header.missing) == 1 and required > 1 and len(header.columns) >= CLEAR_COLUMNS


@cache
def _words(kind: ListKind) -> Mapping[str, tuple[str, int]]:
    """Header key -> (column key, rank); the better rank wins."""
    words: dict[str, tuple[str, int]] = {}
    for column in FORMS[kind].columns:
        for rank, header in enumerate((column.header, *column.synonyms)):
            entry = (column.key, rank)
            for text in (header, split_hint(header)[0]):
                known = words.get(key_of(text))
                if known is None or rank < known[1]:
                    words[key_of(text)] = entry
    return words


def _match(form: ListForm, header: str) -> tuple[str, int] | None:
    words = _words(form.kind)
    base, _ = split_hint(header)
    return words.get(key_of(header)) or words.get(key_of(base)) or None


def _match_joined(form: ListForm, header: str) -> tuple[str, int] | None:
    """A header of two rows: both together, then the lower, then the upper one."""
    upper, slash, lower = header.partition("\n")
    if not slash:
        return _match(form, header)
    return _match(form, upper + lower) or _match(form, lower) or _match(form, upper)


def _single_row(sheet: RawSheet, index: int) -> dict[int, str]:
    return {column: text for column, cell in enumerate(sheet.rows[index][1], start=1) if (text := trim(as_text(cell)))}


def _two_rows(sheet: RawSheet, index: int) -> dict[int, str] | None:
    """Headers joined over two rows, ``None`` when the second row does not divide groups of the first."""
    if index + 1 >= len(sheet.rows) or sheet.rows[index + 1][0] != sheet.rows[index][0] + 1:
        return None
    upper, lower = _single_row(sheet, index), _single_row(sheet, index + 1)
    number = sheet.rows[index][0]
    wide = {left: right for top, left, bottom, right in sheet.merged if top == number == bottom and right > left}
    joined: dict[int, str] = {}
    group, group_ends = "", 0
    divided = False
    for column in range(1, max([*upper, *lower], default=0) + 1):
        if column in upper:
            group = upper[column]
            group_ends = wide.get(column, 0)
            heads_group = group_ends > column or (column + 1 in lower and column + 1 not in upper)
            if column in lower and not heads_group:
                return None
        elif column in lower and not group:
            return None
        if column in lower:
            divided = True
            joined[column] = f"{group}\n{lower[column]}"
        elif column in upper:
            joined[column] = upper[column]
    return joined if divided else None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Rows that may be a header: their joined texts by column, and what stands above them."""

    sheet: RawSheet
    index: int
    length: int
    headers: Mapping[int, str]
    titles: str

    @property
    def rows(self) -> tuple[int, int]:
        """Numbers of the first and the last row."""
        return self.sheet.rows[self.index][0], self.sheet.rows[self.index + self.length - 1][0]


def _read_header(form: ListForm, candidate: _Candidate) -> FoundHeader | None:
    headers = candidate.headers
    matches: list[FoundColumn] = []
    unknown = []
    for column, header in headers.items():
        match = _match_joined(form, header)
        shown = header.replace("\n", "/")
        if match is None:
            unknown.append((column, shown))
            continue
        key, rank = match
        if key == "unit" and key_of(split_hint(header)[0]) == "单位":
            key, rank = _unit_or_provider(form, candidate, column)
        matches.append(FoundColumn(key, column, shown, split_hint(header)[1], rank))
    columns: dict[str, FoundColumn] = {}
    spare = []
    for match_ in sorted(matches, key=lambda m: (m.rank, m.column)):
        if match_.key in columns:
            spare.append(match_)
        else:
            columns[match_.key] = match_
    if len(columns) < FEWEST_COLUMNS or not any(form.column(key).required for key in columns):
        return None
    missing = tuple(column.header for column in form.columns if column.required and column.key not in columns)
    required = sum(form.column(key).required for key in columns)
    hinted = any(key_of(word) in candidate.titles for word in form.title_words)
    return FoundHeader(
        form.kind,
        *candidate.rows,
        columns,
        tuple(sorted(spare, key=lambda m: m.column)),
        tuple(unknown),
        _repeated(headers),
        missing,
        len(columns) + (REQUIRED_WEIGHT - 1) * required + TITLE_WEIGHT * hinted,
    )


def _unit_or_provider(form: ListForm, candidate: _Candidate, column: int) -> tuple[str, int]:
    """A column headed 单位 holds measures when its cells are as short as measures are, else names of units."""
    first = candidate.index + candidate.length
    below = candidate.sheet.rows[first : first + 2 * ROWS_SEARCHED]
    texts = [trim(_text(cells, column)) for _, cells in below]
    lengths = sorted(0 if is_known_measure(text) else len(text) for text in texts if text)
    others = (_match_joined(form, header) for at, header in candidate.headers.items() if at != column)
    is_lone = not any(match is not None and match[0] == "provider" for match in others)
    longest = LONE_MEASURE_LENGTH if is_lone else MEASURE_LENGTH
    holds_names = bool(lengths) and lengths[len(lengths) // 2] > longest
    if holds_names and "provider" in form.by_key:
        return "provider", len(form.column("provider").synonyms) + 1
    return "unit", len(form.column("unit").synonyms)


def _text(cells: Sequence[CellValue], column: int) -> str:
    return as_text(cells[column - 1]) if column <= len(cells) else ""


def _repeated(headers: Mapping[int, str]) -> tuple[tuple[str, int, int], ...]:
    first: dict[str, int] = {}
    repeated = []
    for column, header in headers.items():
        key = key_of(header)
        if key and key in first:
            repeated.append((header.replace("\n", "/"), first[key], column))
        first.setdefault(key, column)
    return tuple(repeated)

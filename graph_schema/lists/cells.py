"""One cell of a list: where it stands, what was written, and the text that is read from it."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

CellValue = str | int | float | bool | dt.date | dt.time | dt.timedelta | None

EXACT_DIGITS = 15
"""Digits of a number that spreadsheet programs keep; what stands behind them is lost."""

_SPACES = re.compile(r"\s+")
_KEY_IGNORED = re.compile(r"[\W_]+")


def column_letters(column: int) -> str:
    """Letters of a column counted from 1: 1 is A, 27 is AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """A1 address of row and column, both counted from 1."""
    return f"{column_letters(column)}{row}"


def clean(text: str) -> str:
    """Text in half-width form (NFKC), with single spaces, none at the ends."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def trim(text: str) -> str:
    """Text as written, with single spaces and none at the ends; full-width letters stay."""
    return _SPACES.sub(" ", text.replace("\u200b", "").replace("\ufeff", "")).strip()


def key_of(text: str) -> str:
    """What two spellings of one name share: half-width, lower case, without spaces and punctuation."""
    return _KEY_IGNORED.sub("", unicodedata.normalize("NFKC", text)).casefold()


def as_text(value: CellValue) -> str:
    """
    The text that a spreadsheet program would show for a stored value.

    Whole floats lose their ``.0``; a date without time of day is ``2024-06-01``.
    """
    for kinds, show in _SHOWN:
        if isinstance(value, kinds):
            return show(value)
    return ""


def _moment_text(value: dt.datetime) -> str:
    midnight = value.time() == dt.time()
    return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="minutes")


def _duration_text(value: dt.timedelta) -> str:
    minutes = int(value.total_seconds()) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _number_text(value: float) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**18:
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)


# A truth value is a number and a moment is a date, so each stands before the wider kind.
_SHOWN: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (str, lambda value: value),
    (bool, lambda value: "是" if value else "否"),
    ((int, float), _number_text),
    (dt.datetime, _moment_text),
    (dt.timedelta, _duration_text),
    (dt.time, lambda value: value.isoformat(timespec="minutes")),
    (dt.date, lambda value: value.isoformat()),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """
    A cell of a list's row.

    Parameters
    ----------
    at
        A1 address; of a merged cell, the row's own cell.
    value
        As stored: text, number, date …
    header
        Header above it, as written.
    hint
        What stands in brackets at the header's end (万元, ㎡, GCJ-02), empty without.
    merged_rows
        Rows that share this value by a merged cell, 1 for its own.
    """

    at: str
    value: CellValue
    header: str
    hint: str = ""
    merged_rows: int = 1

    @property
    def written(self) -> str:
        """Text exactly as stored, with its line breaks."""
        return as_text(self.value)

    @property
    def raw(self) -> str:
        """Text as written."""
        return trim(as_text(self.value))

    @property
    def text(self) -> str:
        """Text to read values from: half-width, single spaces."""
        return clean(as_text(self.value))

"""Numbers that prove themselves: the unified social credit code; and years, shares and stated numbers."""

import re
import uuid
from fractions import Fraction

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from graph_schema.lists.cells import Cell, key_of
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.values.numbers import number_at_start

COUNTER_DIGITS = 5
"""Up to so many bare digits are a row counter, which changes with every inserted row, and no lasting number."""
FIRST_BUILT = 1800
LARGEST_BATCH = 10_000

_BATCH_WORDS = re.compile(r"第|批次|批|期|号|no\.?", re.IGNORECASE)


def parse_uscc(cell: Cell) -> str:
    """
    A unified social credit code of 18 characters.

    Raises
    ------
    UnreadableValueError
        If a character or the check digit is wrong.
    """
    try:
        return str(uscc.validate(cell.text))
    except ValidationError as error:
        raise UnreadableValueError(code="list_bad_uscc", value=cell.raw, characters=len(key_of(cell.text))) from error


def parse_number(cell: Cell) -> str | None:
    """The stated number of a row, ``None`` when it is a row counter."""
    text = cell.text.replace(" ", "")
    return None if text.isdecimal() and len(text) <= COUNTER_DIGITS else text


def parse_uid(cell: Cell) -> str:
    """
    The uid that an export wrote.

    Raises
    ------
    UnreadableValueError
        If it is none.
    """
    try:
        return str(uuid.UUID(cell.text))
    except ValueError as error:
        raise UnreadableValueError(code="list_bad_uid", value=cell.raw) from error


def parse_share(cell: Cell) -> float:
    """
    A share between 0 and 1 from 31%, 0.31, 31 or 30%以上.

    Raises
    ------
    UnreadableValueError
        If it is no number or outside.
    """
    text = re.sub(r"^(约|近|超|超过)|(以上|左右|余|多)$", "", cell.text.replace(" ", ""))
    found = number_at_start(text)
    if found is None or found[1] not in {"", "%"}:
        raise UnreadableValueError(code="list_bad_share", value=cell.raw)
    value, rest = found
    share = value / 100 if rest == "%" or value > 1 else value
    if share > 1:
        raise UnreadableValueError(code="list_bad_share", value=cell.raw)
    return float(round(share, 6))


def parse_year(cell: Cell, last: int) -> int:
    """
    A year of four digits, from 1993年, 1993-05 or a date.

    Raises
    ------
    UnreadableValueError
        If there is none between 1800 and ``last``.
    """
    found = re.match(r"(?:约|建于)?(\d{4})(?!\d)", cell.text)
    if found is None or not FIRST_BUILT <= int(found[1]) <= last:
        raise UnreadableValueError(code="list_bad_year", value=cell.raw, first=FIRST_BUILT, last=last)
    return int(found[1])


def parse_batch_no(cell: Cell) -> int:
    """
    Number of a batch, from 第一批, 2 or 批次3.

    Raises
    ------
    UnreadableValueError
        If it is no whole number from 1 on.
    """
    found = number_at_start(_BATCH_WORDS.sub("", cell.text.replace(" ", "")))
    value = found[0] if found is not None and not found[1] else Fraction(0)
    if value.denominator != 1 or not 1 <= value <= LARGEST_BATCH:
        raise UnreadableValueError(code="list_bad_batch", value=cell.raw)
    return int(value)

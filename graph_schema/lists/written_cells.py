"""Cells that more than one list writes."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graph_schema.lists.cells import Cell
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.values.money import money_text
from graph_schema.lists.values.windows import parse_windows, windows_text
from graph_schema.model.quantities import Qualifier
from graph_schema.model.schedules import Schedule

_LONG_FEN = 10**12
"""Fen of a sum of eleven digits in yuan."""

Value = str | int | float | None
Cells = Mapping[str, Value]

QUALIFIED: Mapping[Qualifier, Callable[[int], Value]] = {
    Qualifier.EXACT: lambda value: value,
    Qualifier.ABOUT: lambda value: f"约{value}",
    Qualifier.OVER: lambda value: f"{value}余",
    Qualifier.BELOW: lambda value: f"近{value}",
}
"""How an amount is written, by what is known of it."""


@dataclass(frozen=True, slots=True)
class Beside:
    """
    What stands beside a row in an export; texts are rendered already.

    Parameters
    ----------
    paired_with, paired_quantity, paired_reason
        Who serves or is served, how much in all, and why; several texts separated by the caller.
    unmet_quantity, unmet_reason
        What is left of a need, and why.
    """

    paired_with: str = ""
    paired_quantity: int | None = None
    paired_reason: str = ""
    unmet_quantity: int | None = None
    unmet_reason: str = ""


def beside_cells(beside: Mapping[str, Beside], *uids: str) -> Cells:
    """What stands beside a row: of one thing, or of all that a person offers, a line each; one amount is a number."""
    found = [beside[uid] for uid in uids if uid in beside]
    columns = ("paired_with", "paired_quantity", "paired_reason", "unmet_quantity", "unmet_reason")
    return {name: _together([getattr(each, name) for each in found]) for name in columns} if found else {}


def _together(values: list[Value]) -> Value:
    given = [value for value in values if value not in {None, ""}]
    return given[0] if len(given) == 1 else "\n".join(str(value) for value in given)


def windows_cell(text: str | None, schedules: tuple[Schedule, ...]) -> str | None:
    """The text as written where it still says these schedules, else one that does."""
    if text is not None:
        try:
            if parse_windows(Cell("", text, ""), dt.date.min).schedules == schedules:
                return text
        except UnreadableValueError:
            pass
    return windows_text(schedules) if schedules else None


def number_cell(digits: str) -> Value:
    """A number where a spreadsheet keeps it exactly, else its digits as text."""
    value = float(digits)
    if value.is_integer() and abs(value) < 10**15:
        return int(value)
    return value if repr(value) == digits else digits


def yuan_cell(fen: int) -> Value:
    """A sum under a header in 元; in 万元 where eleven digits could be taken for a telephone number."""
    if fen < _LONG_FEN:
        return number_cell(money_text(fen, "元"))
    return f"{money_text(fen, '万元')}万元"

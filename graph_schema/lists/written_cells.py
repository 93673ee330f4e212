"""Cells that more than one list writes."""

import datetime as dt
from collections.abc import Callable, Mapping

from graph_schema.lists.cells import Cell
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.values.windows import parse_windows, windows_text
from graph_schema.model.quantities import Qualifier
from graph_schema.model.schedules import Schedule

Value = str | int | float | None
Cells = Mapping[str, Value]

QUALIFIED: Mapping[Qualifier, Callable[[int], Value]] = {
    Qualifier.EXACT: lambda value: value,
    Qualifier.ABOUT: lambda value: f"约{value}",
    Qualifier.OVER: lambda value: f"{value}余",
    Qualifier.BELOW: lambda value: f"近{value}",
}
"""How an amount is written, by what is known of it."""


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

"""What several kinds of rows read alike: category, windows, target groups, modes, days."""

import datetime as dt

from graph_schema.lists.cells import Cell
from graph_schema.lists.resolve.context import Context
from graph_schema.lists.resolve.rows import RowReader
from graph_schema.lists.resolve.unit_rows import tell_assumed_year
from graph_schema.lists.values.categories import parse_category
from graph_schema.lists.values.dates import Edge, next_such_day, parse_date, parse_period
from graph_schema.lists.values.groups import parse_groups
from graph_schema.lists.values.vocabularies import VOCABULARIES, choice_of
from graph_schema.lists.values.windows import parse_windows
from graph_schema.model.categories import Category
from graph_schema.model.schedules import Schedule


def read_category(row: RowReader, title: str, context: Context) -> Category | None:
    """Category of a row; one that only the title speaks for is told."""
    return category_of(row, "category", row.cell("category"), title, context)


def category_of(row: RowReader, key: str, cell: Cell | None, title: str, context: Context) -> Category | None:
    """Category of a cell, or of a part of one; one that only the title speaks for is told."""
    read = row.attempt(key, lambda: parse_category(cell, title, context.categories))
    if read is None:
        return None
    if read.evidence:
        guess = {
            "zh": f"{read.category.code} {read.category.name_zh}",
            "en": f"{read.category.code} {read.category.name_en}",
        }
        written = cell.raw if cell is not None else ""
        row.tell("list_category_guessed", key, value=written or title, evidence=read.evidence, guess=guess)
    return read.category


def read_windows(row: RowReader, context: Context) -> tuple[tuple[Schedule, ...], str | None]:
    """Schedules of a row and the text they stand in; what was taken for something not written is told."""
    cell = row.cell("windows")
    read = row.read("windows", lambda cell: parse_windows(cell, context.today))
    if read is None or cell is None:
        return (), None
    for code, params in read.warnings:
        row.tell(code, "windows", **params)
    return read.schedules, cell.written.strip()


def read_groups(row: RowReader, context: Context) -> tuple[str, ...]:
    """Codes of the target groups of a row."""
    return row.read("target", lambda cell: parse_groups(cell, context.groups)) or ()


def read_modes(row: RowReader) -> tuple[str, ...]:
    """Service modes of a row; a word that is none is told and left out."""
    modes = []
    for value in row.values("modes"):
        for text in value.split("/"):
            mode = choice_of(text, "service_mode")
            if mode is None:
                allowed = [words[0] for words in VOCABULARIES["service_mode"].values()]
                row.tell("list_mode_ignored", "modes", value=text, allowed=allowed)
            else:
                modes.append(mode)
    return tuple(dict.fromkeys(modes))


def read_day(row: RowReader, key: str, edge: Edge, context: Context) -> dt.date | None:
    """The day of a column; ``None`` when it is empty or 长期."""
    read = row.read(key, lambda cell: parse_date(cell, edge, context.today))
    tell_assumed_year(row, key, read)
    return None if read is None else read.date


def read_period(
    row: RowReader, first_key: str, last_key: str, context: Context, since: dt.date | None = None
) -> tuple[dt.date | None, dt.date | None]:
    """
    First and last day of two columns; the second may hold a whole period, and told is what ends before it starts.

    Parameters
    ----------
    since
        A last day without a year is the next one from here on, and so is the first one then; ``None``: of this year.
    """
    begins = row.read(first_key, lambda cell: parse_date(cell, Edge.START, context.today))
    first, last = row.read(last_key, lambda cell: parse_period(cell, context.today)) or (None, None)
    later = last if since is None else next_such_day(last, row.cell(last_key), since)
    if since is not None and later is not last:
        begins = next_such_day(begins, row.cell(first_key), since)
    tell_assumed_year(row, first_key, begins)
    for read in (first, later):
        tell_assumed_year(row, last_key, read)
    start = (begins.date if begins else None) or (first.date if first else None)
    end = later.date if later else None
    if start is not None and end is not None and end < start:
        row.tell("list_ends_before_start", last_key, value=str(end), start=str(start))
    return start, end

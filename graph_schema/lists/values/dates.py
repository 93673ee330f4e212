"""Dates as offices write them: 2024.6.1, 2024年6月底, serial numbers, 长期."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace
from enum import StrEnum

from graph_schema.lists.cells import Cell
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.values.numbers import chinese_number

FIRST_SERIAL, LAST_SERIAL = 10_000, 80_000
"""Spreadsheet serial numbers taken for dates: 1927 to 2119."""
FIRST_YEAR, LAST_YEAR = 1900, 2199

_EPOCH = dt.date(1899, 12, 30)
_OPEN = frozenset(
    {
        "长期",
        "长期有效",
        "永久",
        "永久有效",
        "常年",
        "全年",
        "长久",
        "无限期",
        "不限",
        "长期坚持",
        "常态化",
        "持续",
        "持续推进",
        "至今",
        "无固定期限",
    }
)
_FULL = re.compile(r"(\d{4})(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})(?:日|号)?(?:[T ]?\d{1,2}:\d{2}(?::\d{2})?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(
    r"(?:(\d{4}|\d{2}|今|本|明|去)年?[-./]?)?(\d{1,2})月?(初|中旬|中|上旬|下旬|底|末|份)?(?:前|以前|之前|内)?"
)
_YEAR = re.compile(r"(\d{4}|今|本|明|去)年?(初|上半年|下半年|全年|底|末|内|第?([一二三四1-4])季度)?(?:前|以前|之前)?")
_BARE_YEAR = re.compile(r"(?:19|20|21)\d{2}")
_PART_OF_THIS_YEAR = re.compile(r"年?(?:初|底|末|内)|(?:上|下)半年|第?[一二三四1-4]季度")
_MONTH_DAY = re.compile(r"(\d{1,2})(?:月|[-./])(\d{1,2})(?:日|号)?(?:前|以前|之前)?")
_RELATIVE_YEARS = {"今": 0, "本": 0, "明": 1, "去": -1}
_DAY_OR_MONTH = r"\d{4}(?:年|[-./])\d{1,2}(?:(?:月|[-./])\d{1,2}(?:日|号)?|月)?"
_END = rf"{_DAY_OR_MONTH}|\d{{1,2}}(?:月|[-./])\d{{1,2}}(?:日|号)?|\d{{1,2}}月底?|\d{{4}}年底?|年底"
_PERIOD = re.compile(rf"自?(?P<first>{_DAY_OR_MONTH}|\d{{4}}年)起?(?:-+|~|—+|–|―|至|到)(?P<last>{_END})(?:止|为止)?")
_FROM = re.compile(rf"(?:自|从)?(?P<first>{_DAY_OR_MONTH}|\d{{4}}年)(?:起|开始)(?:长期(?:有效)?)?")
_UNTIL = re.compile(r"(?:截至|截止|有效期?至|至|到)(?P<last>.+?)(?:止|为止)?")
_CHINESE_NUMERAL = re.compile(r"[零〇○一二三四五六七八九十]+(?=年|月|日|号)")
_EARLY_DAY, _MIDDLE_DAY = 10, 20
_YEARS_TO_LEAP_DAY = 8


class Edge(StrEnum):
    """Which end of a stated month or year is meant."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class ReadDate:
    """
    A date that was read.

    Parameters
    ----------
    date
        The day; ``None`` for 长期.
    year_assumed
        Whether the year was not written and the current one was taken.
    """

    date: dt.date | None
    year_assumed: bool = False


def parse_date(cell: Cell, edge: Edge, today: dt.date) -> ReadDate:
    """
    The day that a cell means.

    Parameters
    ----------
    edge
        Whether a bare month or year means its first or its last day.
    today
        The street's local day, for dates without a year.

    Raises
    ------
    UnreadableValueError
        If it is no date, or a day that does not exist.
    """
    stored = _stored(cell)
    if stored is not None:
        return ReadDate(stored)
    text = _arabic(cell).replace(" ", "").removesuffix("前").removesuffix("之").removesuffix("以") or cell.text
    if text in _OPEN:
        return ReadDate(None)
    found = _FULL.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is not None:
        return ReadDate(_checked(int(found[1]), int(found[2]), int(found[3]), cell))
    return _partial(text, edge, today, cell)


def parse_period(cell: Cell, today: dt.date) -> tuple[ReadDate | None, ReadDate | None]:
    """
    First and last day of a period in one cell, ``None`` for an end that it leaves open.

    ``2026.3.1-2026.12.31``, ``2026年3月—12月``, ``2026年3月起``, ``至2026年底``; a date alone is the last day.

    Raises
    ------
    UnreadableValueError
        If it is no period, or a day that does not exist.
    """
    text = _arabic(cell).replace(" ", "")
    if _stored(cell) is not None or text in _OPEN:
        return None, parse_date(cell, Edge.END, today)
    if found := _PERIOD.fullmatch(text):
        first, last = found["first"], found["last"]
        if not re.match(r"\d{4}", last):  # the year of its beginning
            last = f"{first[:4]}年{last.removeprefix('年')}"
        return _part(first, Edge.START, today, cell), _part(last, Edge.END, today, cell)
    if found := _FROM.fullmatch(text):
        return _part(found["first"], Edge.START, today, cell), None
    found = _UNTIL.fullmatch(text)
    return None, parse_date(cell, Edge.END, today) if found is None else _part(found["last"], Edge.END, today, cell)


def next_such_day(read: ReadDate | None, cell: Cell | None, since: dt.date) -> ReadDate | None:
    """A day written without its year, in the first year in which it is not before another day."""
    if read is None or read.date is None or not read.year_assumed or read.date >= since:
        return read
    if cell is not None and any(word in cell.text for word in _RELATIVE_YEARS):
        return read
    later = (since.year + ahead for ahead in range(_YEARS_TO_LEAP_DAY + 1))
    days = (read.date.replace(year=year) for year in later if _has_day(read.date, year))
    return replace(read, date=next(day for day in days if day >= since))


def _has_day(day: dt.date, year: int) -> bool:
    return day.day <= calendar.monthrange(year, day.month)[1]


def date_text(day: dt.date | None) -> str:
    """The one text that an export writes for a day."""
    return "" if day is None else day.isoformat()


def _arabic(cell: Cell) -> str:
    """Text of a cell with the Chinese numerals of years, months and days in digits."""
    return _CHINESE_NUMERAL.sub(lambda found: str(chinese_number(found.group()) or found.group()), cell.text)


def _part(text: str, edge: Edge, today: dt.date, cell: Cell) -> ReadDate:
    """One end of a period; what is wrong with it is said of the whole cell."""
    try:
        return parse_date(replace(cell, value=text), edge, today)
    except UnreadableValueError as error:
        raise UnreadableValueError(code=error.code, **{**error.params, "value": cell.raw}) from error


def _stored(cell: Cell) -> dt.date | None:
    """The day that the spreadsheet itself stores as a date or serial number."""
    value = cell.value
    if isinstance(value, dt.date):
        return _checked(value.year, value.month, value.day, cell)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _serial(float(value))
    return _serial(float(cell.text)) if cell.text.isdecimal() else None


def _serial(value: float) -> dt.date | None:
    """Day of a serial number of the 1900 system, with its time of day cut."""
    return _EPOCH + dt.timedelta(days=int(value)) if FIRST_SERIAL <= value <= LAST_SERIAL else None


def _partial(text: str, edge: Edge, today: dt.date, cell: Cell) -> ReadDate:
    if _PART_OF_THIS_YEAR.fullmatch(text):
        text = f"本年{text.removeprefix('年')}"
    if _BARE_YEAR.fullmatch(text):
        text += "年"  # not month 26 of the year 2020
    if found := _MONTH_DAY.fullmatch(text):
        if "月" in text or "日" in text or "号" in text:
            return ReadDate(_checked(today.year, int(found[1]), int(found[2]), cell), year_assumed=True)
        raise UnreadableValueError(code="list_bad_date", value=cell.raw)
    if (found := _MONTH.fullmatch(text)) and (found[1] or "月" in text):
        year = _year(found[1], today)
        first, last = _part_of_month(year, int(found[2]), found[3] or "", cell)
        return ReadDate(first if edge is Edge.START else last, year_assumed=not (found[1] or "").isdecimal())
    if found := _YEAR.fullmatch(text):
        year = _year(found[1], today)
        months = _part_of_year(found[2] or "", found[3])
        month = months[0] if edge is Edge.START else months[1]
        day = 1 if edge is Edge.START else calendar.monthrange(year, month)[1]
        return ReadDate(_checked(year, month, day, cell), year_assumed=not found[1].isdecimal())
    raise UnreadableValueError(code="list_bad_date", value=cell.raw)


def _year(text: str | None, today: dt.date) -> int:
    if text is None:
        return today.year
    if text in _RELATIVE_YEARS:
        return today.year + _RELATIVE_YEARS[text]
    return int(text) if len(text) > 2 else 2000 + int(text)  # noqa: PLR2004 - a year of two digits


def _part_of_month(year: int, month: int, part: str, cell: Cell) -> tuple[dt.date, dt.date]:
    _checked(year, month, 1, cell)
    days = calendar.monthrange(year, month)[1]
    first, last = {
        "初": (1, _EARLY_DAY),
        "上旬": (1, _EARLY_DAY),
        "中": (_EARLY_DAY + 1, _MIDDLE_DAY),
        "中旬": (_EARLY_DAY + 1, _MIDDLE_DAY),
        "下旬": (_MIDDLE_DAY + 1, days),
        "底": (days, days),
        "末": (days, days),
    }.get(part, (1, days))
    return dt.date(year, month, first), dt.date(year, month, last)


def _part_of_year(part: str, quarter: str | None) -> tuple[int, int]:
    if quarter:
        number = "一二三四".find(quarter) + 1 or int(quarter)
        return 3 * number - 2, 3 * number
    return {"初": (1, 3), "上半年": (1, 6), "下半年": (7, 12), "底": (12, 12), "末": (12, 12)}.get(part, (1, 12))


def _checked(year: int, month: int, day: int, cell: Cell) -> dt.date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnreadableValueError(code="list_year_out_of_range", value=cell.raw, first=FIRST_YEAR, last=LAST_YEAR)
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise UnreadableValueError(code="list_no_such_day", value=cell.raw) from None

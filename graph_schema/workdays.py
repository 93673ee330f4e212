"""The statutory calendar of China, and the minutes that a schedule opens in a horizon."""

from __future__ import annotations

import calendar as civil
import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import chinese_calendar
import lunar_python

from graph_schema.model.errors import InvalidValueError, UnreadableFileError
from graph_schema.model.schedules import (
    DAY_MIN,
    DayKind,
    Frequency,
    HolidayPolicy,
    IntervalSet,
    Schedule,
)

LONGEST_HORIZON_DAYS = 3660
LONGEST_GUARD_MIN = 7 * DAY_MIN
LONGEST_REST_DAYS = 60
"""No run of rest days is longer; what would shift an occurrence further is an error in the calendar."""
FIRST_YEAR, LAST_YEAR = 1901, 2199
"""Years in which days are looked up; the lunar conversion is defined in all of them."""
LARGEST_NOTICE_BYTES = 1_000_000

_DAY = dt.timedelta(days=1)
_SATURDAY = 5
_LONG_LUNAR_MONTH_DAYS = 30
_NOTICE_KINDS = MappingProxyType(
    {"workday": True, "work": True, "班": True, "restday": False, "rest": False, "休": False},
)


@dataclass(frozen=True, slots=True)
class DayInfo:
    """
    What the calendar says of one day.

    Parameters
    ----------
    is_workday
        Whether people work: a weekday that is no holiday, or an adjusted workday (调休).
    name
        Chinese name of the holiday that it belongs to or makes up for; ``None`` on ordinary days.
    provisional
        Whether the calendar of that year is not published yet, so that the weekday decides.
    """

    is_workday: bool
    name: str | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """
    The statutory calendar: the published years, an office's own notice before them, weekdays beyond both.

    Parameters
    ----------
    notice
        Days stated by the office, for a year that the package does not have yet; they win. A year whose 1 October is
        among them counts as published, since every yearly notice states National Day.
    """

    notice: Mapping[dt.date, DayInfo] = field(default_factory=lambda: MappingProxyType({}))

    def day(self, day: dt.date) -> DayInfo:
        """What is known of this day."""
        stated = self.notice.get(day)
        if stated is not None:
            return stated
        published = _published_day(day)
        if published.provisional and dt.date(day.year, 10, 1) in self.notice:
            return DayInfo(is_workday=published.is_workday)
        return published

    def provisional_days(self, first_day: dt.date, days: int) -> int:
        """How many of the ``days`` from ``first_day`` on follow the weekday alone."""
        return sum(self.day(first_day + i * _DAY).provisional for i in range(days))

    @classmethod
    def from_csv(cls, path: Path) -> WorkCalendar:
        """
        The calendar with a State Council notice in front, from a CSV file.

        Parameters
        ----------
        path
            UTF-8 (with or without BOM) or GB18030; columns ``date`` (2027-02-05), ``kind`` (workday, work, 班, restday,
            rest, 休) and ``name``; only the days that differ from the weekday rule need a row.

        Raises
        ------
        UnreadableFileError
            If the file cannot be read or a row is wrong, with its line.
        """
        return cls(MappingProxyType(dict(_notice_rows(path))))


@lru_cache(maxsize=16384)  # the package scans all its holidays at each call, 30 times slower than the look-up
def _published_day(day: dt.date) -> DayInfo:
    try:
        is_workday = chinese_calendar.is_workday(day)
    except NotImplementedError:
        return DayInfo(is_workday=day.weekday() < _SATURDAY, provisional=True)
    _, name = chinese_calendar.get_holiday_detail(day)
    return DayInfo(is_workday=is_workday, name=chinese_calendar.Holiday(name).chinese if name else None)


def _notice_rows(path: Path) -> Iterator[tuple[dt.date, DayInfo]]:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_NOTICE_BYTES + 1)
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror})."
        raise UnreadableFileError(msg) from error
    if len(raw) > LARGEST_NOTICE_BYTES:
        msg = f"{path}: larger than {LARGEST_NOTICE_BYTES} bytes. Maybe it is not a calendar."
        raise UnreadableFileError(msg, "file.no_calendar", path=str(path))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    seen: set[dt.date] = set()
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        if not {"date", "kind"} <= set(rows.fieldnames or ()):
            msg = f"{path}: columns are {rows.fieldnames}, expected date, kind, name."
            found = list(rows.fieldnames or ["–"])
            raise UnreadableFileError(msg, "file.calendar_columns", path=str(path), found=found)
        for row in rows:
            day, info = _notice_row(path, rows.line_num, row)
            if day in seen:
                msg = f"{path}, line {rows.line_num}: {day} is stated twice."
                place = {"path": str(path), "line": rows.line_num}
                raise UnreadableFileError(msg, "file.calendar_day_twice", day=str(day), **place)
            seen.add(day)
            yield day, info
    except csv.Error as error:
        msg = f"{path}: not a CSV file ({error})."
        raise UnreadableFileError(msg, "file.no_calendar", path=str(path)) from error


def _notice_row(path: Path, line: int, row: Mapping[str, str | None]) -> tuple[dt.date, DayInfo]:
    stated_day, kind = (row["date"] or "").strip(), (row["kind"] or "").strip()
    try:
        day = dt.date.fromisoformat(stated_day)
    except ValueError as error:
        msg = f"{path}, line {line}: date is {stated_day!r}. Maybe write it as 2027-02-05."
        place = {"path": str(path), "line": line}
        raise UnreadableFileError(msg, "file.calendar_day", value=stated_day, **place) from error
    if kind not in _NOTICE_KINDS:
        msg = f"{path}, line {line}: kind is {kind!r}, allowed are {', '.join(_NOTICE_KINDS)}."
        place = {"path": str(path), "line": line}
        raise UnreadableFileError(msg, "file.calendar_kind", value=kind, allowed=list(_NOTICE_KINDS), **place)
    return day, DayInfo(is_workday=_NOTICE_KINDS[kind], name=(row.get("name") or "").strip() or None)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """
    One dated window of a schedule.

    Parameters
    ----------
    date
        Local day on which it starts, after any shift.
    starts_min, ends_min
        Minutes since the horizon's first local midnight, uncut: the start is below 0 for a window of the evening
        before, the end may lie beyond the horizon.
    rest_day
        Whether ``date`` is a rest day.
    shifted_from
        Day that the recurrence gives, where the holiday policy moved it; else ``None``.
    provisional
        Whether the calendar of these days is not published yet.
    """

    date: dt.date
    starts_min: int
    ends_min: int
    rest_day: bool
    shifted_from: dt.date | None
    provisional: bool


def occurrences(
    schedule: Schedule,
    first_day: dt.date,
    days: int,
    calendar: WorkCalendar,
) -> tuple[Occurrence, ...]:
    """
    Every window of a schedule that shares a minute with the horizon, in order of its date.

    One a day: where two meet on a date by a shift, the one whose own date it is stays, else the earliest.

    Parameters
    ----------
    schedule
        The recurrence, local to the street.
    first_day
        First local day of the horizon, years 1901..2199.
    days
        Length of the horizon, 1..3660.
    calendar
        Decides workdays and rest days.

    Raises
    ------
    InvalidValueError
        If the horizon is out of range, or a shift finds no workday within 60 days.
    """
    _check_horizon(first_day, days)
    found = []
    for day, shifted_from in _dates(schedule, first_day - _DAY, first_day + (days - 1) * _DAY, calendar):
        midnight = (day - first_day).days * DAY_MIN
        info = calendar.day(day)
        if midnight + schedule.closes_min > 0:
            found.append(
                Occurrence(
                    date=day,
                    starts_min=midnight + schedule.opens_min,
                    ends_min=midnight + schedule.closes_min,
                    rest_day=not info.is_workday,
                    shifted_from=shifted_from,
                    provisional=info.provisional
                    or (shifted_from is not None and calendar.day(shifted_from).provisional),
                ),
            )
    return tuple(found)


def expand(
    schedules: Schedule | Sequence[Schedule],
    first_day: dt.date,
    days: int,
    calendar: WorkCalendar,
    guard_min: int = 0,
) -> IntervalSet:
    """
    The minutes of the horizon in which any of the schedules is open.

    The guard is taken off before the horizon cuts the windows, so a window that goes on beyond the last day keeps its
    end there. Containment of two such sets is then exactly containment of the windows inside the horizon.

    Parameters
    ----------
    schedules
        One recurrence, or several that are open together.
    first_day, days, calendar
        As for `occurrences`.
    guard_min
        Minutes that must stay empty before each window's end, when the owner comes back; 0..10080.

    Returns
    -------
    IntervalSet
        Within ``[0, 1440 * days)``.

    Raises
    ------
    InvalidValueError
        As `occurrences`, or if the guard is out of range.
    """
    _check_horizon(first_day, days)
    if not 0 <= guard_min <= LONGEST_GUARD_MIN:
        msg = f"guard_min is {guard_min}, outside 0..{LONGEST_GUARD_MIN}."
        raise InvalidValueError(msg)
    days_after = (
        1 + guard_min // DAY_MIN
    )  # far enough to see whether a window at the cut goes on for the guard's length
    windows = []
    for schedule in (schedules,) if isinstance(schedules, Schedule) else schedules:
        for day, _ in _dates(schedule, first_day - _DAY, first_day + (days + days_after - 1) * _DAY, calendar):
            midnight = (day - first_day).days * DAY_MIN
            windows.append((midnight + schedule.opens_min, midnight + schedule.closes_min))
    return IntervalSet.of(windows).shrink(guard_min).clip(0, days * DAY_MIN)


def _check_horizon(first_day: dt.date, days: int) -> None:
    if not FIRST_YEAR <= first_day.year <= LAST_YEAR:
        msg = f"first_day is {first_day}, outside the years {FIRST_YEAR} to {LAST_YEAR}."
        raise InvalidValueError(msg)
    if not 1 <= days <= LONGEST_HORIZON_DAYS:
        msg = f"days is {days}, outside 1..{LONGEST_HORIZON_DAYS}."
        raise InvalidValueError(msg)


def _dates(
    schedule: Schedule,
    first: dt.date,
    last: dt.date,
    calendar: WorkCalendar,
) -> list[tuple[dt.date, dt.date | None]]:
    """Dates from ``first`` to ``last`` on which the schedule starts, each with the date it was shifted from."""
    earliest = first
    if schedule.holiday_policy is HolidayPolicy.SHIFT:
        # Only an unbroken run of rest days can push an earlier date into the range.
        while (first - earliest).days < LONGEST_REST_DAYS and not calendar.day(earliest - _DAY).is_workday:
            earliest -= _DAY
    shifted_from: dict[dt.date, dt.date | None] = {}
    for i in range((last - earliest).days + 1):
        day = earliest + i * _DAY
        if not _recurs(schedule, day, calendar):
            continue
        if not _is_disturbed(schedule, day, calendar):
            if day >= first:
                shifted_from[day] = None
        elif schedule.holiday_policy is HolidayPolicy.SHIFT:
            moved = _next_workday(day, calendar)
            if first <= moved <= last and (schedule.until is None or moved <= schedule.until):
                shifted_from.setdefault(moved, day)
    return sorted(shifted_from.items(), key=lambda item: item[0])


def _recurs(schedule: Schedule, day: dt.date, calendar: WorkCalendar) -> bool:
    if schedule.freq is Frequency.ONCE:
        return day == schedule.starts_on and _is_of_kind(schedule.day_kind, day, calendar)
    return (
        (schedule.starts_on is None or day >= schedule.starts_on)
        and (schedule.until is None or day <= schedule.until)
        and (not schedule.byday or day.weekday() in schedule.byday)
        and (not schedule.bymonth or day.month in schedule.bymonth)
        and (not schedule.bymonthday or _is_monthday(schedule.bymonthday, day))
        and _is_in_phase(schedule, day)
        and (schedule.lunar is None or _is_lunar(schedule.lunar, day))
        and _is_of_kind(schedule.day_kind, day, calendar)
    )


def _is_monthday(bymonthday: tuple[int, ...], day: dt.date) -> bool:
    length = civil.monthrange(day.year, day.month)[1]
    return day.day in bymonthday or day.day - length - 1 in bymonthday


def _is_in_phase(schedule: Schedule, day: dt.date) -> bool:
    anchor = schedule.starts_on
    if anchor is None or schedule.interval == 1:
        return True
    if schedule.freq is Frequency.DAILY:
        periods = (day - anchor).days
    elif schedule.freq is Frequency.WEEKLY:
        monday, anchor_monday = day - day.weekday() * _DAY, anchor - anchor.weekday() * _DAY
        periods = (monday - anchor_monday).days // 7
    elif schedule.freq is Frequency.MONTHLY:
        periods = (day.year - anchor.year) * 12 + day.month - anchor.month
    else:
        periods = day.year - anchor.year
    return periods % schedule.interval == 0


def _is_lunar(lunar: tuple[int, int], day: dt.date) -> bool:
    month, month_day = _lunar_day(day)
    wanted_month, wanted_day = lunar
    if wanted_month not in {0, month}:
        return False
    if month_day == wanted_day:
        return True
    return (
        wanted_day == _LONG_LUNAR_MONTH_DAYS
        and month_day == _LONG_LUNAR_MONTH_DAYS - 1
        and _lunar_day(day + _DAY)[1] == 1
    )


@lru_cache(maxsize=16384)
def _lunar_day(day: dt.date) -> tuple[int, int]:
    """Lunar month (negative for a leap month) and day."""
    lunar = lunar_python.Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return int(lunar.getMonth()), int(lunar.getDay())


def _is_of_kind(kind: DayKind, day: dt.date, calendar: WorkCalendar) -> bool:
    if kind is DayKind.EVERY:
        return True
    if kind is DayKind.WEEKEND:
        return day.weekday() >= _SATURDAY
    return calendar.day(day).is_workday == (kind is DayKind.WORKDAY)


def _is_disturbed(schedule: Schedule, day: dt.date, calendar: WorkCalendar) -> bool:
    """Whether the holiday policy has to act on this day of the recurrence."""
    if schedule.holiday_policy is HolidayPolicy.KEEP:
        return False
    info = calendar.day(day)
    if info.is_workday:
        return False
    means_weekend = bool(schedule.byday) or schedule.day_kind in {DayKind.WEEKEND, DayKind.RESTDAY}
    return info.name is not None or day.weekday() < _SATURDAY or not means_weekend


def _next_workday(day: dt.date, calendar: WorkCalendar) -> dt.date:
    for i in range(1, LONGEST_REST_DAYS + 1):
        if calendar.day(day + i * _DAY).is_workday:
            return day + i * _DAY
    msg = f"No workday within {LONGEST_REST_DAYS} days after {day}. Maybe the calendar notice is wrong."
    raise InvalidValueError(msg)

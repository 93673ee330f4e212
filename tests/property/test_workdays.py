"""Expansion against an oracle of its own: dateutil's rules, minute by minute."""

import datetime as dt
from functools import cache

import chinese_calendar
import lunar_python
import numpy as np
from dateutil import rrule
from hypothesis import given
from hypothesis import strategies as st

from graph_schema.model.schedules import DayKind, Frequency, HolidayPolicy, Schedule
from graph_schema.workdays import WorkCalendar, expand, occurrences
from tests.instances.schedules import schedules
from tests.property.settings import FIXED

CALENDAR = WorkCalendar()
DAY = 1440
FIRST_DAYS = st.sampled_from([dt.date(2025, 1, 26), dt.date(2025, 7, 20), dt.date(2025, 9, 30), dt.date(2026, 2, 13)])
FREQUENCIES = {
    Frequency.DAILY: rrule.DAILY,
    Frequency.WEEKLY: rrule.WEEKLY,
    Frequency.MONTHLY: rrule.MONTHLY,
    Frequency.YEARLY: rrule.YEARLY,
}


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001 - dateutil's rules are local here


def recurring(schedule: Schedule, first: dt.date, last: dt.date) -> set[dt.date]:
    if schedule.freq is Frequency.ONCE:
        return {day for day in (schedule.starts_on,) if day is not None and first <= day <= last}
    if schedule.lunar is not None:
        return {day for day in days_between(first, last) if is_lunar(schedule, day)}
    rule = rrule.rrule(
        FREQUENCIES[schedule.freq],
        dtstart=midnight(schedule.starts_on or first.replace(year=first.year - 1)),
        interval=schedule.interval,
        byweekday=schedule.byday or None,
        bymonthday=schedule.bymonthday or None,
        bymonth=schedule.bymonth or None,
        until=midnight(schedule.until) if schedule.until else None,
    )
    return {moment.date() for moment in rule.between(midnight(first), midnight(last), inc=True)}


def days_between(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=i) for i in range((last - first).days + 1)]


@cache
def lunar_days() -> dict[dt.date, tuple[int, int, bool]]:
    """Lunar month, day and whether it is the month's last, from lunar to civil: the other way round than the code."""
    found = {}
    for year in range(2023, 2027):
        for month in lunar_python.LunarYear.fromYear(year).getMonths():
            length = month.getDayCount()
            first = lunar_python.Solar.fromJulianDay(month.getFirstJulianDay())
            civil = dt.date(first.getYear(), first.getMonth(), first.getDay())
            for i in range(length):
                found[civil + dt.timedelta(days=i)] = (month.getMonth(), i + 1, i + 1 == length)
    return found


def is_lunar(schedule: Schedule, day: dt.date) -> bool:
    wanted_month, wanted_day = schedule.lunar or (0, 0)
    if (schedule.starts_on and day < schedule.starts_on) or (schedule.until and day > schedule.until):
        return False
    month, month_day, is_last = lunar_days()[day]
    return wanted_month in {0, month} and (month_day == wanted_day or (wanted_day == 30 and is_last))


def expected_dates(schedule: Schedule, first: dt.date, last: dt.date) -> set[dt.date]:
    found: dict[dt.date, bool] = {}
    for day in sorted(recurring(schedule, first - dt.timedelta(days=40), last)):
        works = chinese_calendar.is_workday(day)
        if {
            DayKind.EVERY: False,
            DayKind.WORKDAY: not works,
            DayKind.RESTDAY: works,
            DayKind.WEEKEND: day.weekday() < 5,
        }[schedule.day_kind]:
            continue
        is_holiday = chinese_calendar.get_holiday_detail(day)[1] is not None
        meant = schedule.byday or schedule.day_kind in {DayKind.WEEKEND, DayKind.RESTDAY}
        moved = day
        if not works and (is_holiday or not meant):
            if schedule.holiday_policy is HolidayPolicy.SKIP:
                continue
            if schedule.holiday_policy is HolidayPolicy.SHIFT:
                moved = chinese_calendar.find_workday(0, day)
                if schedule.until and moved > schedule.until:
                    continue
        found[moved] = True
    return {day for day in found if first <= day <= last}


@given(
    FIRST_DAYS.flatmap(lambda day: st.tuples(st.just(day), schedules(day))), st.integers(1, 12), st.integers(0, 3000)
)
@FIXED
def test_expansion_equals_a_minute_by_minute_reading(
    instance: tuple[dt.date, Schedule],
    days: int,
    guard_min: int,
) -> None:
    first_day, schedule = instance
    before, after = 1, 4
    is_open = np.zeros((before + days + after + 2) * DAY, dtype=bool)
    for day in expected_dates(
        schedule, first_day - dt.timedelta(days=before), first_day + dt.timedelta(days=days + after)
    ):
        starts = (before + (day - first_day).days) * DAY
        is_open[starts + schedule.opens_min : starts + schedule.closes_min] = True
    closes = np.append(np.flatnonzero(~is_open), len(is_open))
    minute = np.arange(before * DAY, (before + days) * DAY)
    next_closed = closes[np.searchsorted(closes, minute)]
    expected = is_open[minute] & (minute + guard_min < next_closed)

    got = np.zeros(days * DAY, dtype=bool)
    for start, end in expand(schedule, first_day, days, CALENDAR, guard_min).bounds:
        got[start:end] = True
    assert (got == expected).all()


@given(FIRST_DAYS.flatmap(lambda day: st.tuples(st.just(day), schedules(day))), st.integers(1, 40))
@FIXED
def test_occurrences_are_the_dates_whose_windows_meet_the_horizon(
    instance: tuple[dt.date, Schedule],
    days: int,
) -> None:
    first_day, schedule = instance
    eve = first_day - dt.timedelta(days=1)
    dates = expected_dates(schedule, eve, first_day + dt.timedelta(days=days - 1))
    expected = sorted(dates - ({eve} if schedule.closes_min <= DAY else set()))
    found = occurrences(schedule, first_day, days, CALENDAR)
    assert [one.date for one in found] == expected
    assert all(one.rest_day != chinese_calendar.is_workday(one.date) for one in found)
    assert all(one.ends_min - one.starts_min == schedule.closes_min - schedule.opens_min for one in found)


@given(
    st.lists(schedules(dt.date(2026, 2, 13)), min_size=1, max_size=3),
    st.integers(0, 200),
)
@FIXED
def test_several_schedules_are_open_whenever_one_of_them_is(several: list[Schedule], days: int) -> None:
    first_day = dt.date(2026, 2, 13)
    days = 1 + days % 20
    together = expand(several, first_day, days, CALENDAR)
    for schedule in several:
        assert together.contains(expand(schedule, first_day, days, CALENDAR))
    assert together.total_min <= sum(expand(schedule, first_day, days, CALENDAR).total_min for schedule in several)

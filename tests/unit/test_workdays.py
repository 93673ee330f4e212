import datetime as dt
from pathlib import Path

import pytest

from graph_schema.model.errors import InvalidValueError, UnreadableFileError
from graph_schema.model.schedules import DayKind, Frequency, HolidayPolicy, IntervalSet, Schedule
from graph_schema.workdays import DayInfo, WorkCalendar, expand, occurrences

CALENDAR = WorkCalendar()
YEAR_2026 = (dt.date(2026, 1, 1), 365)
HOUR = 60
DAY = 1440


def monthly(day: int, policy: HolidayPolicy = HolidayPolicy.KEEP) -> Schedule:
    return Schedule(Frequency.MONTHLY, 9 * HOUR, 17 * HOUR, bymonthday=(day,), holiday_policy=policy)


def lunar(month: int, day: int) -> Schedule:
    return Schedule(Frequency.YEARLY, 0, DAY, lunar=(month, day))


def dates_of(schedule: Schedule, first_day: dt.date, days: int) -> list[str]:
    return [found.date.isoformat() for found in occurrences(schedule, first_day, days, CALENDAR)]


@pytest.mark.parametrize(("day", "rest_months"), [(15, [2, 3, 8, 11]), (7, [2, 3, 6, 10, 11])])
def test_a_day_of_each_month_of_2026_is_a_rest_day_in_these_months(day: int, rest_months: list[int]) -> None:
    found = occurrences(monthly(day), *YEAR_2026, CALENDAR)
    assert [one.date for one in found] == [dt.date(2026, month, day) for month in range(1, 13)]
    assert [one.date.month for one in found if one.rest_day] == rest_months
    assert not any(one.provisional or one.shifted_from for one in found)


def test_a_shifted_service_day_moves_to_the_next_workday_and_says_from_where() -> None:
    found = occurrences(monthly(15, HolidayPolicy.SHIFT), *YEAR_2026, CALENDAR)
    assert {str(one.shifted_from): str(one.date) for one in found if one.shifted_from} == {
        "2026-02-15": "2026-02-24",
        "2026-03-15": "2026-03-16",
        "2026-08-15": "2026-08-17",
        "2026-11-15": "2026-11-16",
    }
    assert not any(one.rest_day for one in found)
    assert len(found) == 12


def test_a_skipping_service_day_drops_its_rest_days() -> None:
    found = occurrences(monthly(15, HolidayPolicy.SKIP), *YEAR_2026, CALENDAR)
    assert [one.date.month for one in found] == [1, 4, 5, 6, 7, 9, 10, 12]


def test_a_shift_into_the_horizon_from_before_it_counts_and_one_out_of_it_does_not() -> None:
    shifting = monthly(15, HolidayPolicy.SHIFT)
    assert dates_of(shifting, dt.date(2026, 2, 20), 10) == ["2026-02-24"]
    assert dates_of(shifting, dt.date(2026, 2, 10), 10) == []


def test_nothing_is_shifted_beyond_the_day_until_which_it_is_offered() -> None:
    ending = Schedule(
        Frequency.MONTHLY,
        540,
        600,
        bymonthday=(15,),
        until=dt.date(2026, 2, 20),
        holiday_policy=HolidayPolicy.SHIFT,
    )
    assert dates_of(ending, dt.date(2026, 1, 1), 90) == ["2026-01-15"]


def test_a_saturday_market_that_skips_holidays_keeps_ordinary_saturdays() -> None:
    saturdays = Schedule(Frequency.WEEKLY, 540, 600, byday=(5,), holiday_policy=HolidayPolicy.SKIP)
    assert dates_of(saturdays, dt.date(2026, 10, 1), 31) == ["2026-10-10", "2026-10-17", "2026-10-24", "2026-10-31"]


def test_weekend_means_saturday_and_sunday_even_when_one_is_an_adjusted_workday() -> None:
    weekend = Schedule(Frequency.DAILY, 540, 600, day_kind=DayKind.WEEKEND)
    workdays = Schedule(Frequency.DAILY, 540, 600, day_kind=DayKind.WORKDAY)
    assert CALENDAR.day(dt.date(2026, 2, 14)) == DayInfo(is_workday=True, name="春节")
    assert "2026-02-14" in dates_of(weekend, dt.date(2026, 2, 9), 7)
    assert dates_of(workdays, dt.date(2026, 2, 9), 15) == [f"2026-02-{day:02d}" for day in (9, 10, 11, 12, 13, 14)]


def test_the_first_saturday_of_a_month_is_a_weekday_within_seven_dates() -> None:
    first_saturday = Schedule(Frequency.MONTHLY, 0, 60, byday=(5,), bymonthday=tuple(range(1, 8)))
    assert dates_of(first_saturday, dt.date(2026, 1, 1), 90) == ["2026-01-03", "2026-02-07", "2026-03-07"]


def test_the_last_day_of_a_month_is_counted_from_its_end() -> None:
    last = Schedule(Frequency.MONTHLY, 0, 60, bymonthday=(-1,))
    assert dates_of(last, dt.date(2028, 1, 1), 91) == ["2028-01-31", "2028-02-29", "2028-03-31"]


@pytest.mark.parametrize(
    ("year", "schedule", "date"),
    [
        pytest.param(2023, lunar(1, 15), "2023-02-05", id="lantern festival 2023"),
        pytest.param(2026, lunar(1, 1), "2026-02-17", id="spring festival 2026"),
        pytest.param(2026, lunar(1, 15), "2026-03-03", id="lantern festival 2026"),
        pytest.param(2026, lunar(5, 5), "2026-06-19", id="dragon boat festival 2026"),
        pytest.param(2026, lunar(8, 15), "2026-09-25", id="mid-autumn 2026"),
        pytest.param(2026, lunar(9, 9), "2026-10-18", id="double ninth 2026"),
        pytest.param(2026, lunar(12, 30), "2026-02-16", id="new year's eve in a month of 29 days"),
        pytest.param(2024, lunar(12, 30), "2024-02-09", id="new year's eve in a month of 30 days"),
        pytest.param(2025, lunar(6, 15), "2025-07-09", id="sixth month, not its leap month"),
    ],
)
def test_a_lunar_date_recurs_on_its_civil_date(year: int, schedule: Schedule, date: str) -> None:
    assert dates_of(schedule, dt.date(year, 1, 1), 365) == [date]


def test_every_lunar_month_has_its_fifteenth_and_the_leap_month_too() -> None:
    full_moons = Schedule(Frequency.MONTHLY, 0, 60, lunar=(0, 15))
    assert len(dates_of(full_moons, dt.date(2025, 1, 29), 384)) == 13


def test_an_office_lends_its_spaces_at_night_on_workdays_and_all_day_on_rest_days() -> None:
    nights = Schedule(Frequency.DAILY, 18 * HOUR, 32 * HOUR, day_kind=DayKind.WORKDAY)
    rest_days = Schedule(Frequency.DAILY, 0, DAY, day_kind=DayKind.RESTDAY)
    friday = dt.date(2026, 6, 5)  # then an ordinary weekend
    together = expand((nights, rest_days), friday, 4, CALENDAR)
    assert together == IntervalSet.of([(0, 8 * HOUR), (18 * HOUR, 3 * DAY), (3 * DAY + 18 * HOUR, 4 * DAY)])
    until_work = Schedule(Frequency.DAILY, 0, 32 * HOUR, day_kind=DayKind.RESTDAY)
    closed = [(8 * HOUR, 18 * HOUR), (3 * DAY + 8 * HOUR, 3 * DAY + 18 * HOUR)]
    whole = expand((nights, until_work), friday, 4, CALENDAR)
    assert whole.total_min == 4 * DAY - 20 * HOUR
    assert all(whole.intersect(IntervalSet.of([window])).total_min == 0 for window in closed)


def test_a_window_that_began_the_evening_before_the_horizon_counts() -> None:
    nights = Schedule(Frequency.DAILY, 18 * HOUR, 32 * HOUR, day_kind=DayKind.WORKDAY)
    saturday = dt.date(2026, 6, 6)
    assert expand(nights, saturday, 2, CALENDAR) == IntervalSet.of([(0, 8 * HOUR)])
    found = occurrences(nights, saturday, 2, CALENDAR)
    assert [(one.date, one.starts_min, one.ends_min) for one in found] == [(dt.date(2026, 6, 5), -360, 480)]


def test_a_window_that_ended_at_the_first_midnight_does_not_count() -> None:
    until_midnight = Schedule(Frequency.ONCE, 0, DAY, starts_on=dt.date(2026, 6, 5))
    assert occurrences(until_midnight, dt.date(2026, 6, 6), 2, CALENDAR) == ()


def test_what_is_open_day_and_night_loses_no_guard_at_the_end_of_the_horizon() -> None:
    always = Schedule(Frequency.DAILY, 0, DAY)
    first_day = dt.date(2026, 6, 1)
    assert expand(always, first_day, 7, CALENDAR, guard_min=10080) == IntervalSet.of([(0, 7 * DAY)])
    ending = Schedule(Frequency.DAILY, 0, DAY, until=dt.date(2026, 6, 7))
    assert expand(ending, first_day, 7, CALENDAR, guard_min=30) == IntervalSet.of([(0, 7 * DAY - 30)])


def test_a_need_fits_a_slot_only_with_the_guard_before_the_owner_comes_back() -> None:
    nights = Schedule(Frequency.DAILY, 18 * HOUR, 32 * HOUR)
    asked = expand(Schedule(Frequency.DAILY, 19 * HOUR, 31 * HOUR + 30), dt.date(2026, 3, 2), 5, CALENDAR)
    assert expand(nights, dt.date(2026, 3, 2), 5, CALENDAR, 30).contains(asked)
    assert not expand(nights, dt.date(2026, 3, 2), 5, CALENDAR, 31).contains(asked)


def test_beyond_the_published_years_the_weekday_decides_and_says_provisional() -> None:
    assert CALENDAR.day(dt.date(2027, 2, 6)) == DayInfo(is_workday=False, provisional=True)
    assert CALENDAR.day(dt.date(2027, 2, 8)) == DayInfo(is_workday=True, provisional=True)
    assert CALENDAR.provisional_days(dt.date(2026, 12, 25), 14) == 7
    assert occurrences(monthly(15), dt.date(2027, 1, 1), 31, CALENDAR)[0].provisional


def write_notice(folder: Path, text: str, encoding: str = "utf-8-sig") -> Path:
    path = folder / "notice.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_an_offices_notice_publishes_its_year(tmp_path: Path, encoding: str) -> None:
    rows = "date,kind,name\r\n2027-02-08,休,春节\r\n2027-02-20,班,春节\r\n2027-10-01,restday,国庆节\r\n"
    calendar = WorkCalendar.from_csv(write_notice(tmp_path, rows, encoding))
    assert calendar.day(dt.date(2027, 2, 8)) == DayInfo(is_workday=False, name="春节")
    assert calendar.day(dt.date(2027, 2, 20)) == DayInfo(is_workday=True, name="春节")
    assert calendar.day(dt.date(2027, 2, 9)) == DayInfo(is_workday=True)
    assert calendar.day(dt.date(2028, 1, 3)).provisional


def test_a_december_day_of_next_years_notice_does_not_publish_its_own_year(tmp_path: Path) -> None:
    calendar = WorkCalendar.from_csv(write_notice(tmp_path, "date,kind,name\n2027-12-31,rest,元旦\n"))
    assert calendar.day(dt.date(2027, 12, 31)) == DayInfo(is_workday=False, name="元旦")
    assert calendar.day(dt.date(2027, 12, 30)).provisional


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        pytest.param("day,kind\n2027-01-01,rest\n", "columns are", id="wrong header"),
        pytest.param("", "columns are None", id="empty"),
        pytest.param("date,kind,name\n2027/1/1,rest,\n", "line 2: date is '2027/1/1'", id="date as text"),
        pytest.param("date,kind,name\n2027-01-01,free,\n", "line 2: kind is 'free'", id="unknown kind"),
        pytest.param("date,kind,name\n2027-01-01\n", "line 2: kind is ''", id="short row"),
        pytest.param("date,kind\n2027-01-01,休\n2027-01-01,班\n", "line 3: 2027-01-01 is stated twice", id="twice"),
        pytest.param('date,kind\n"2027-01-01,rest\n', "not a CSV file", id="open quote"),
        pytest.param("x" * 1_000_001, "larger than", id="too large"),
    ],
)
def test_a_wrong_notice_is_refused_with_its_line(tmp_path: Path, text: str, stated: str) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        WorkCalendar.from_csv(write_notice(tmp_path, text))
    assert stated in str(refused.value)


def test_a_missing_notice_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"absent\.csv"):
        WorkCalendar.from_csv(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("first_day", "days", "guard_min"),
    [
        (dt.date(1900, 12, 31), 1, 0),
        (dt.date(2200, 1, 1), 1, 0),
        (dt.date(2026, 1, 1), 0, 0),
        (dt.date(2026, 1, 1), 3661, 0),
        (dt.date(2026, 1, 1), 1, -1),
        (dt.date(2026, 1, 1), 1, 10081),
    ],
)
def test_a_horizon_or_guard_out_of_range_is_refused(first_day: dt.date, days: int, guard_min: int) -> None:
    with pytest.raises(InvalidValueError):
        expand(monthly(15), first_day, days, CALENDAR, guard_min)


def test_a_calendar_without_workdays_ends_the_search_for_one() -> None:
    first = dt.date(2027, 1, 1)
    idle = WorkCalendar({first + dt.timedelta(days=i): DayInfo(is_workday=False, name="停") for i in range(365)})
    with pytest.raises(InvalidValueError, match="No workday within 60 days after 2027-01-15"):
        occurrences(monthly(15, HolidayPolicy.SHIFT), first, 31, idle)


def test_every_other_week_is_counted_in_weeks_from_monday() -> None:
    wednesday = dt.date(2026, 6, 3)
    biweekly = Schedule(Frequency.WEEKLY, 0, 60, interval=2, byday=(0, 6), starts_on=wednesday)
    assert dates_of(biweekly, dt.date(2026, 6, 1), 28) == ["2026-06-07", "2026-06-15", "2026-06-21"]


def test_a_rest_day_of_a_notice_disturbs_a_weekday_even_when_it_has_no_name() -> None:
    mondays = Schedule(Frequency.WEEKLY, 0, 60, byday=(0,), holiday_policy=HolidayPolicy.SKIP)
    calendar = WorkCalendar({dt.date(2027, 3, 8): DayInfo(is_workday=False)})
    found = occurrences(mondays, dt.date(2027, 3, 1), 21, calendar)
    assert [one.date.day for one in found] == [1, 15]

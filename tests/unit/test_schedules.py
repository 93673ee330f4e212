import datetime as dt

import numpy as np
import pytest

from graph_schema.model.errors import GraphSchemaError, InvalidValueError
from graph_schema.model.schedules import DayKind, Frequency, HolidayPolicy, IntervalSet, Schedule


def test_the_text_of_a_service_day_reads_like_an_rfc_5545_rule() -> None:
    schedule = Schedule(Frequency.MONTHLY, 540, 1020, bymonthday=(15,), holiday_policy=HolidayPolicy.SHIFT)
    assert schedule.to_text() == "FREQ=MONTHLY;BYMONTHDAY=15;X-HOLIDAY=SHIFT;X-OPENS=09:00;X-CLOSES=17:00"


def test_a_window_over_midnight_counts_its_hours_on() -> None:
    schedule = Schedule(Frequency.DAILY, 1080, 1920, day_kind=DayKind.WORKDAY)
    assert schedule.to_text() == "FREQ=DAILY;X-DAYKIND=WORKDAY;X-OPENS=18:00;X-CLOSES=32:00"


def test_equal_recurrences_have_one_form_whatever_the_order_they_were_given_in() -> None:
    assert Schedule(Frequency.WEEKLY, 0, 60, byday=(6, 5, 6)) == Schedule(Frequency.WEEKLY, 0, 60, byday=(5, 6))


def weekly(**parts: object) -> dict[str, object]:
    return {"freq": Frequency.WEEKLY, "opens_min": 540, "closes_min": 1020, "byday": (0,)} | parts


@pytest.mark.parametrize(
    ("parts", "stated"),
    [
        pytest.param(weekly(opens_min=-1), "opens_min is -1", id="opens before midnight"),
        pytest.param(weekly(opens_min=1440, closes_min=1500), "opens_min is 1440", id="opens on the next day"),
        pytest.param(weekly(closes_min=540), "closes_min is 540", id="empty window"),
        pytest.param(weekly(closes_min=480), "Maybe it closes on the next day", id="closes before it opens"),
        pytest.param(weekly(closes_min=2881), "closes_min is 2881", id="longer than two days"),
        pytest.param(weekly(interval=0), "interval is 0", id="no interval"),
        pytest.param(weekly(interval=2), "without starts_on", id="interval without anchor"),
        pytest.param(weekly(byday=(7,)), "byday has 7", id="eighth weekday"),
        pytest.param(weekly(byday=()), "does not say on which day", id="weekly on no day"),
        pytest.param(weekly(bymonthday=(0,)), "bymonthday has 0", id="day zero"),
        pytest.param(weekly(bymonthday=(32,)), "bymonthday has 32", id="day 32"),
        pytest.param(weekly(bymonth=(13,)), "bymonth has 13", id="month 13"),
        pytest.param(weekly(lunar=(1, 15)), "lunar is (1, 15)", id="lunar week"),
        pytest.param(weekly(freq=Frequency.MONTHLY, byday=()), "does not say on which day", id="monthly on no day"),
        pytest.param(weekly(freq=Frequency.YEARLY), "does not say on which day", id="yearly in no month"),
        pytest.param(weekly(freq=Frequency.ONCE, byday=()), "does not say on which day", id="once, never"),
        pytest.param(
            weekly(freq=Frequency.ONCE, starts_on=dt.date(2026, 1, 1)),
            "parts of a recurrence",
            id="once and weekly",
        ),
        pytest.param(
            weekly(starts_on=dt.date(2026, 2, 1), until=dt.date(2026, 1, 1)),
            "Maybe the two are swapped",
            id="ends before it starts",
        ),
        pytest.param(
            weekly(holiday_policy=HolidayPolicy.SHIFT, day_kind=DayKind.WEEKEND),
            "to a workday",
            id="weekend shifted to workdays",
        ),
        pytest.param(
            {"freq": Frequency.YEARLY, "opens_min": 0, "closes_min": 1, "lunar": (13, 1)},
            "lunar is (13, 1)",
            id="lunar month 13",
        ),
        pytest.param(
            {"freq": Frequency.MONTHLY, "opens_min": 0, "closes_min": 1, "lunar": (1, 1)},
            "months 0..0",
            id="monthly in one lunar month",
        ),
        pytest.param(
            {"freq": Frequency.YEARLY, "opens_min": 0, "closes_min": 1, "lunar": (1, 1), "bymonthday": (1,)},
            "Maybe these are two schedules",
            id="lunar and civil",
        ),
    ],
)
def test_a_contradictory_schedule_is_refused_with_the_part_and_its_value(parts: dict, stated: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        Schedule(**parts)
    assert stated in str(refused.value)
    assert isinstance(refused.value, GraphSchemaError)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ=DAILY",
        "FREQ=DAILY;X-OPENS=09:00",
        "FREQ=HOURLY;X-OPENS=09:00;X-CLOSES=10:00",
        "X-OPENS=09:00;FREQ=DAILY;X-CLOSES=10:00",
        "FREQ=DAILY;INTERVAL=1;X-OPENS=09:00;X-CLOSES=10:00",
        "FREQ=DAILY;X-OPENS=9:00;X-CLOSES=10:00",
        "FREQ=DAILY;FREQ=DAILY;X-OPENS=09:00;X-CLOSES=10:00",
        "FREQ=DAILY;BYHOUR=9;X-OPENS=09:00;X-CLOSES=10:00",
        "FREQ=WEEKLY;BYDAY=XX;X-OPENS=09:00;X-CLOSES=10:00",
        "FREQ=DAILY;DTSTART=20260230;X-OPENS=09:00;X-CLOSES=10:00",
        "FREQ=DAILY;X-OPENS=nine;X-CLOSES=10:00",
        "FREQ=YEARLY;X-LUNAR=1;X-OPENS=09:00;X-CLOSES=10:00",
    ],
)
def test_only_the_canonical_text_is_read(text: str) -> None:
    with pytest.raises(InvalidValueError):
        Schedule.from_text(text)


def test_touching_and_overlapping_intervals_merge_and_empty_ones_vanish() -> None:
    assert IntervalSet.of([(9, 12), (1, 3), (3, 5), (2, 4), (7, 7), (9, 2)]).bounds.tolist() == [[1, 5], [9, 12]]


def test_an_interval_set_keeps_no_link_to_the_array_it_was_made_of() -> None:
    given = np.array([[1, 2]])
    made = IntervalSet(given)
    given[0, 0] = -5
    assert made.bounds.tolist() == [[1, 2]]
    with pytest.raises(ValueError, match="read-only"):
        made.bounds[0, 0] = 7


@pytest.mark.parametrize(
    "bounds",
    [[[2, 1]], [[1, 1]], [[1, 2], [2, 3]], [[5, 6], [1, 2]], [[1, 2, 3]], [1, 2]],
)
def test_bounds_that_are_not_sorted_disjoint_and_apart_are_refused(bounds: list) -> None:
    with pytest.raises(InvalidValueError):
        IntervalSet(np.array(bounds))


def test_a_guard_ends_each_interval_earlier_and_is_never_negative() -> None:
    nights = IntervalSet.of([(0, 480), (1080, 1440)])
    assert nights.shrink(60) == IntervalSet.of([(0, 420), (1080, 1380)])
    with pytest.raises(InvalidValueError):
        nights.shrink(-1)

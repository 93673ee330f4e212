import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from graph_schema.model.schedules import IntervalSet, Schedule
from tests.instances.schedules import schedules
from tests.property.settings import FIXED

INTERVALS = st.lists(st.tuples(st.integers(-20, 60), st.integers(-20, 60)), max_size=8)


def minutes(intervals: IntervalSet | list[tuple[int, int]]) -> set[int]:
    pairs = intervals.bounds.tolist() if isinstance(intervals, IntervalSet) else intervals
    return {minute for start, end in pairs for minute in range(start, end)}


@given(schedules(dt.date(2026, 1, 1)))
@FIXED
def test_text_and_schedule_are_each_others_inverse(schedule: Schedule) -> None:
    assert Schedule.from_text(schedule.to_text()) == schedule


@given(INTERVALS)
@FIXED
def test_any_intervals_make_the_set_of_their_minutes(intervals: list[tuple[int, int]]) -> None:
    made = IntervalSet.of(intervals)
    assert minutes(made) == minutes(intervals)
    assert made.total_min == len(minutes(intervals))
    assert IntervalSet(made.bounds) == made


@given(INTERVALS, INTERVALS)
@FIXED
def test_set_operations_are_those_of_sets_of_minutes(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    a, b = IntervalSet.of(left), IntervalSet.of(right)
    assert minutes(a.intersect(b)) == minutes(a) & minutes(b)
    assert a.contains(b) == (minutes(b) <= minutes(a))
    assert (a == b) == (minutes(a) == minutes(b))
    assert a != b or hash(a) == hash(b)


@given(INTERVALS, st.integers(0, 15))
@FIXED
def test_a_guard_leaves_the_minutes_that_are_followed_by_enough_open_ones(
    intervals: list[tuple[int, int]],
    guard_min: int,
) -> None:
    is_open = minutes(intervals)
    left = {minute for minute in is_open if all(minute + i in is_open for i in range(guard_min + 1))}
    assert minutes(IntervalSet.of(intervals).shrink(guard_min)) == left


@given(INTERVALS, st.integers(-25, 65), st.integers(-25, 65))
@FIXED
def test_clipping_keeps_the_minutes_between(intervals: list[tuple[int, int]], start: int, end: int) -> None:
    kept = {minute for minute in minutes(intervals) if start <= minute < end}
    assert minutes(IntervalSet.of(intervals).clip(start, end)) == kept

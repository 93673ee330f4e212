"""Schedules for property tests, dense around a day so that expansions are seldom empty."""

import datetime as dt

from hypothesis import strategies as st

from graph_schema.model.schedules import DayKind, Frequency, HolidayPolicy, Schedule


@st.composite
def schedules(draw: st.DrawFn, near: dt.date) -> Schedule:
    freq = draw(st.sampled_from(Frequency))
    opens_min = draw(st.integers(0, 1439))
    closes_min = draw(st.integers(opens_min + 1, 2880))
    starts_on = draw(st.none() | st.integers(-40, 20).map(lambda days: near + dt.timedelta(days=days)))
    day_kind = draw(st.sampled_from(DayKind))
    policies = [HolidayPolicy.KEEP, HolidayPolicy.SKIP]
    if day_kind in {DayKind.EVERY, DayKind.WORKDAY}:
        policies.append(HolidayPolicy.SHIFT)
    policy = draw(st.sampled_from(policies))
    if freq is Frequency.ONCE:
        return Schedule(
            freq, opens_min, closes_min, day_kind=day_kind, starts_on=starts_on or near, holiday_policy=policy
        )
    until = draw(st.none() | st.integers(0, 40).map(lambda days: (starts_on or near) + dt.timedelta(days=days)))
    lunar = None
    byday, bymonthday, bymonth = (), (), ()
    interval = 1
    if freq in {Frequency.MONTHLY, Frequency.YEARLY} and draw(st.booleans()):
        month = 0 if freq is Frequency.MONTHLY else draw(st.integers(1, 12))
        lunar = (month, draw(st.integers(1, 30)))
    else:
        byday = tuple(draw(st.sets(st.integers(0, 6), min_size=1 if freq is Frequency.WEEKLY else 0)))
        month_days = st.sets(st.integers(1, 31) | st.integers(-31, -1), max_size=6)
        bymonthday = tuple(draw(month_days)) if freq is not Frequency.WEEKLY else ()
        bymonth = tuple(draw(st.sets(st.integers(1, 12), max_size=12)))
        interval = draw(st.integers(1, 4)) if starts_on else 1
        if freq in {Frequency.MONTHLY, Frequency.YEARLY}:
            bymonthday = bymonthday if bymonthday or byday else (near.day,)
        if freq is Frequency.YEARLY:
            bymonth = bymonth or (near.month,)
    return Schedule(
        freq,
        opens_min,
        closes_min,
        interval=interval,
        byday=byday,
        bymonthday=bymonthday,
        bymonth=bymonth,
        day_kind=day_kind,
        starts_on=starts_on,
        until=until,
        lunar=lunar,
        holiday_policy=policy,
    )

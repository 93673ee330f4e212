"""Windows of a plan: each distinct schedule expanded once, in minutes since the first day's midnight."""

from datetime import date

from graph_schema.model.schedules import DAY_MIN, IntervalSet, Schedule
from graph_schema.workdays import Occurrence, WorkCalendar, expand, occurrences


class Windows:
    """
    Registers schedules and gives the index of what they open.

    Parameters
    ----------
    first_day, days
        Local first day and length of the horizon.
    calendar
        Statutory calendar.
    """

    def __init__(self, first_day: date, days: int, calendar: WorkCalendar) -> None:
        self._first_day = first_day
        self._days = days
        self._calendar = calendar
        self._offered: dict[tuple[Schedule, int], int] = {}
        self._asked: dict[tuple[Schedule, date, date], IntervalSet] = {}
        self._occurrences: dict[Schedule, tuple[Occurrence, ...]] = {}
        self._index: dict[IntervalSet, int] = {}
        self._overlaps: dict[tuple[int, int], bool] = {}

    def offered(self, schedule: Schedule | None, guard_min: int) -> int:
        """Index of a slot's window, its guard cut off; -1 without a schedule."""
        if schedule is None:
            return -1
        key = (schedule, guard_min)
        if key not in self._offered:
            self._offered[key] = self._number(expand(schedule, self._first_day, self._days, self._calendar, guard_min))
        return self._offered[key]

    def asked(self, schedule: Schedule | None, from_day: date | None, to_day: date | None) -> int:
        """
        Index of a need's window: what starts on the plan's and the need's days; -1 without a schedule.

        An evening that began before the first of these days is over or was never asked for. A last day that is past
        (before the plan's or the need's first) takes nothing away: what is overdue is still wanted.
        """
        return -1 if schedule is None else self._number(self.wanted(schedule, from_day, to_day))

    def wanted(self, schedule: Schedule, from_day: date | None, to_day: date | None) -> IntervalSet:
        """What `asked` gives an index, without giving it one."""
        first = max(from_day or self._first_day, self._first_day)
        last = to_day if to_day is not None and to_day >= first else date.max
        key = (schedule, first, last)
        if key not in self._asked:
            if schedule not in self._occurrences:
                self._occurrences[schedule] = occurrences(schedule, self._first_day, self._days, self._calendar)
            rows = [row for row in self._occurrences[schedule] if first <= row.date <= last]
            window = IntervalSet.of([(row.starts_min, row.ends_min) for row in rows])
            self._asked[key] = window.clip(0, self._days * DAY_MIN)
        return self._asked[key]

    def of(self, index: int) -> IntervalSet | None:
        """Window of an index, ``None`` for -1, which is always open."""
        return None if index < 0 else self.distinct()[index]

    def distinct(self) -> tuple[IntervalSet, ...]:
        """All windows asked for, by index."""
        return tuple(self._index)

    def overlap(self, one: int, other: int) -> bool:
        """Whether two windows share a minute; -1 is always open."""
        if one < 0 or other < 0:
            return True
        if one == other:
            return True
        key = (min(one, other), max(one, other))
        if key not in self._overlaps:
            sets = self.distinct()
            self._overlaps[key] = len(sets[one].intersect(sets[other])) > 0
        return self._overlaps[key]

    def _number(self, window: IntervalSet) -> int:
        return self._index.setdefault(window, len(self._index))

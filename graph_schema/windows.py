"""Windows of a plan: each distinct schedule expanded once, in minutes since the first day's midnight."""

from datetime import date, timedelta

from graph_schema.model.schedules import DAY_MIN, IntervalSet, Schedule
from graph_schema.workdays import WorkCalendar, expand


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
        self._expanded: dict[tuple[Schedule, int], IntervalSet] = {}
        self._index: dict[IntervalSet, int] = {}
        self._overlaps: dict[tuple[int, int], bool] = {}

    def index(self, schedule: Schedule | None, guard_min: int = 0, from_day: date | None = None) -> int:
        """Index of a schedule's window, its guard cut off, from a day on; -1 without a schedule."""
        if schedule is None:
            return -1
        key = (schedule, guard_min)
        if key not in self._expanded:
            self._expanded[key] = expand(schedule, self._first_day, self._days, self._calendar, guard_min)
        window = self._expanded[key]
        if from_day is not None and from_day > self._first_day:
            window = window.clip((from_day - self._first_day) // timedelta(days=1) * DAY_MIN, self._days * DAY_MIN)
        return self._index.setdefault(window, len(self._index))

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

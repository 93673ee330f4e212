"""What the smallest standing slot of somebody's offers takes of a limit, before any plan is made."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from graph_schema.givers import months, one_for_one
from graph_schema.model.categories import Category
from graph_schema.model.loads import load_of
from graph_schema.model.pairings import DEFAULT_HORIZON_DAYS
from graph_schema.model.providers import LoadLimit
from graph_schema.model.resources import Resource
from graph_schema.model.schedules import IntervalSet, Schedule
from graph_schema.workdays import WorkCalendar, expand


@dataclass(slots=True)
class LeastLoads:
    """
    Loads of slots from one day on; each schedule is expanded once.

    Parameters
    ----------
    first_day
        Local day of the reading.
    categories
        Code -> category.
    """

    first_day: dt.date
    categories: dict[str, Category]
    _windows: dict[tuple[Schedule, int], IntervalSet] = field(default_factory=dict)

    def least(self, limit: LoadLimit, offers: Iterable[Resource]) -> int | None:
        """
        Units that one unit in the smallest slot takes of a limit, in the month where it takes most.

        Returns
        -------
        int | None
            ``None`` where nothing is offered, or something does not count against the limit.
        """
        taken = [self._most(limit, offer, slot.schedule) for offer in offers for slot in offer.slots]
        counted = [units for units in taken if units is not None]
        return min(counted) if counted and len(counted) == len(taken) else None

    def _most(self, limit: LoadLimit, offer: Resource, schedule: Schedule | None) -> int | None:
        terms = months(self.first_day, DEFAULT_HORIZON_DAYS) if limit.per_month else ((0, DEFAULT_HORIZON_DAYS - 1),)
        window = None if schedule is None else self._window(schedule, offer.guard_min)
        same = one_for_one(limit.unit, self.categories[offer.category])
        unit = limit.unit if same else offer.offered.unit
        loads = [load_of(unit, limit.unit, window, first, last) for first, last in terms]
        return None if None in loads else max(load for load in loads if load is not None)

    def _window(self, schedule: Schedule, guard_min: int) -> IntervalSet:
        key = (schedule, guard_min)
        if key not in self._windows:
            self._windows[key] = expand(schedule, self.first_day, DEFAULT_HORIZON_DAYS, WorkCalendar(), guard_min)
        return self._windows[key]

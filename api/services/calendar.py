"""The service day of a year: each service on each of its dates in each community that it serves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from graph_schema.model.resources import Resource
from graph_schema.workdays import WorkCalendar, occurrences

SERVICE_LIST = "service"


@dataclass(frozen=True, slots=True)
class ServiceOccurrence:
    """
    One service on one date in one community.

    Parameters
    ----------
    starts_min, ends_min
        Minutes after local midnight of ``on``.
    rest_day
        Whether ``on`` is a rest day of the statutory calendar.
    provisional
        Whether the calendar of that year is not published yet.
    """

    on: date
    service_uid: str
    service: str
    area_uid: str
    area: str
    starts_min: int
    ends_min: int
    rest_day: bool
    provisional: bool


@dataclass(frozen=True, slots=True)
class ServiceYear:
    """All occurrences of a year, sorted by date, service and community."""

    year: int
    occurrences: tuple[ServiceOccurrence, ...]

    @property
    def dates(self) -> tuple[date, ...]:
        """Dates on which anything takes place."""
        return tuple(sorted({occurrence.on for occurrence in self.occurrences}))

    @property
    def rest_days(self) -> tuple[date, ...]:
        """Those of the dates that are rest days."""
        return tuple(sorted({occurrence.on for occurrence in self.occurrences if occurrence.rest_day}))

    @property
    def services(self) -> tuple[str, ...]:
        """Names of the services."""
        return tuple(sorted({occurrence.service for occurrence in self.occurrences}))

    @property
    def areas(self) -> tuple[str, ...]:
        """Names of the communities."""
        return tuple(sorted({occurrence.area for occurrence in self.occurrences}))


def service_year(
    resources: Iterable[Resource], area_names: Mapping[str, str], year: int, calendar: WorkCalendar
) -> ServiceYear:
    """
    Every occurrence of the services list in a year.

    Parameters
    ----------
    resources
        Any resources; only those of the services list with a standing window and a coverage list take part.
    area_names
        Area uid -> name.
    year
        Civil year.
    calendar
        Decides rest days.
    """
    found = []
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    for service in resources:
        if service.list_kind != SERVICE_LIST:
            continue
        for slot in service.slots:
            if slot.schedule is None:
                continue
            for when in occurrences(slot.schedule, date(year, 1, 1), days, calendar):
                if when.date.year != year:
                    continue
                found += [
                    ServiceOccurrence(
                        on=when.date,
                        service_uid=service.uid,
                        service=service.name,
                        area_uid=area_uid,
                        area=area_names[area_uid],
                        starts_min=slot.schedule.opens_min,
                        ends_min=slot.schedule.closes_min,
                        rest_day=when.rest_day,
                        provisional=when.provisional,
                    )
                    for area_uid in service.serves_uids
                ]
    found.sort(key=lambda item: (item.on, item.service, item.area, item.service_uid))
    return ServiceYear(year, tuple(found))

"""The service day of a year, counted and held against the statutory calendar."""

from datetime import date

import pytest

from api.services.calendar import service_year
from graph_schema.model.quantities import Quantity
from graph_schema.model.resources import Resource, ResourceKind, Slot
from graph_schema.model.schedules import Frequency, Schedule
from graph_schema.workdays import WorkCalendar

AREAS = {"a": "中街路社区", "b": "养育巷社区", "c": "环秀社区"}


def service(
    name: str, schedule: Schedule | None, *, kind: str = "service", serves: tuple[str, ...] = ("a", "b", "c")
) -> Resource:
    one = Quantity(1, "人")
    slot = Slot(uid=f"slot {name}", street="s", resource_uid=name, capacity=1, schedule=schedule)
    return Resource(
        uid=name,
        street="s",
        name=name,
        category="LIV01",
        kind=ResourceKind.SERVICE,
        provider_uid="p",
        total=one,
        offered=one,
        list_kind=kind,
        serves_uids=serves,
        slots=(slot,),
    )


def the_15th() -> Schedule:
    return Schedule(Frequency.MONTHLY, 9 * 60, 11 * 60 + 30, bymonthday=(15,))


@pytest.mark.parametrize("year", [2020, 2026])
def test_four_services_in_three_communities_on_the_15th_are_144_occurrences_with_four_rest_days(year: int) -> None:
    found = service_year([service(name, the_15th()) for name in "甲乙丙丁"], AREAS, year, WorkCalendar())
    assert len(found.occurrences) == 144
    assert [day.day for day in found.dates] == [15] * 12
    assert found.rest_days == tuple(date(year, month, 15) for month in (2, 3, 8, 11))
    assert (len(found.services), len(found.areas)) == (4, 3)


def test_a_resource_of_another_list_takes_no_part() -> None:
    assert service_year([service("甲", the_15th(), kind="resource")], AREAS, 2026, WorkCalendar()).occurrences == ()


def test_a_service_that_is_always_open_has_no_dates() -> None:
    assert service_year([service("甲", None)], AREAS, 2026, WorkCalendar()).occurrences == ()


def test_a_window_of_the_evening_before_is_no_occurrence_of_the_year() -> None:
    nightly = Schedule(Frequency.DAILY, 22 * 60, 26 * 60)
    found = service_year([service("甲", nightly, serves=("a",))], AREAS, 2026, WorkCalendar())
    assert len(found.occurrences) == 365
    assert found.dates[0] == date(2026, 1, 1)


def test_the_days_of_a_year_not_published_yet_say_so() -> None:
    found = service_year([service("甲", the_15th())], AREAS, 2150, WorkCalendar())
    assert all(occurrence.provisional for occurrence in found.occurrences)

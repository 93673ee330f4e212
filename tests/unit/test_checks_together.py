"""The checks beside the matcher see each rule over several pairings broken, and keep quiet where it is kept."""

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from api.services.checks import Limits, PlanChecks
from api.services.checks_together import most_at_once
from graph_schema.model.budgets import BudgetPool
from graph_schema.model.pairings import Pairing, PairingState
from graph_schema.model.providers import LoadLimit, Person, ResourcePool
from graph_schema.model.rulings import Ruling, RulingKind
from graph_schema.model.schedules import Frequency, IntervalSet, Schedule
from graph_schema.model.street import StreetGraph
from graph_schema.workdays import WorkCalendar
from tests.instances.street_graphs import MONDAY, need, pairing, resource, slot, street_graph

MORNING, LATE_MORNING, EVENING = (
    Schedule(Frequency.DAILY, 7 * 60, 9 * 60),
    Schedule(Frequency.DAILY, 8 * 60, 10 * 60),
    Schedule(Frequency.DAILY, 18 * 60, 20 * 60),
)


def broken(graph: StreetGraph, given: Sequence[Pairing], rule: str) -> bool:
    checks = PlanChecks(
        graph,
        given,
        (),
        first_day=MONDAY.date(),
        horizon_days=14,
        calendar=WorkCalendar(),
        limits=Limits(1.1, 0.8, 1.3),
    )
    return bool(checks.all()[rule])


def give(need_uid: str, resource_uid: str, quantity: int = 1) -> Pairing:
    return pairing(need_uid, resource_uid, f"{resource_uid}-s", quantity, PairingState.SUGGESTED)


def somebody(**changes: Any) -> Person:
    return Person(uid="p", street="street", pseudonym_id="HT-0001", **changes)


def shifts(first: Schedule, second: Schedule) -> StreetGraph:
    """Two posts and one person who offers each of them."""
    return street_graph(
        people=(somebody(),),
        needs=(need("n1", "ENV01", window=first), need("n2", "ENV01", window=second)),
        resources=tuple(resource(uid, "ENV01", 1, provider_uid="p") for uid in ("r1", "r2")),
    )


@pytest.mark.parametrize(("second", "wrong"), [(MORNING, True), (LATE_MORNING, True), (EVENING, False)])
def test_a_person_is_at_one_place_at_a_time(second: Schedule, wrong: bool) -> None:  # noqa: FBT001
    given = [give("n1", "r1"), give("n2", "r2")]
    assert broken(shifts(MORNING, second), given, "one_place") is wrong


@pytest.mark.parametrize(("second", "wrong"), [(LATE_MORNING, True), (EVENING, False)])
def test_a_space_is_shared_by_those_who_do_not_meet(second: Schedule, wrong: bool) -> None:  # noqa: FBT001
    street = street_graph(
        needs=(need("n1", window=MORNING), need("n2", window=second)), resources=(resource(offered=1),)
    )
    assert broken(street, [give("n1", "r"), give("n2", "r")], "capacity") is wrong


@pytest.mark.parametrize(("limit", "wrong"), [(3, True), (4, False)])
@pytest.mark.parametrize("per_month", [True, False])
def test_a_provider_gives_no_more_than_its_limit_over_all_its_resources(
    limit: int,
    per_month: bool,  # noqa: FBT001
    wrong: bool,  # noqa: FBT001
) -> None:
    street = street_graph(
        people=(somebody(load_limits=(LoadLimit("人", limit, per_month),)),),
        needs=(need("n1", "ELD05", 2), need("n2", "LIV06", 2)),
        resources=(resource("r1", "ELD05", 9, provider_uid="p"), resource("r2", "LIV06", 9, provider_uid="p")),
    )
    assert broken(street, [give("n1", "r1", 2), give("n2", "r2", 2)], "load") is wrong


@pytest.mark.parametrize(("hours", "wrong"), [(27, True), (28, False)])
def test_a_limit_in_hours_counts_the_hours_of_every_day(hours: int, wrong: bool) -> None:  # noqa: FBT001
    street = street_graph(
        people=(somebody(max_load_h_per_month=hours),),
        needs=(need("n1", "ENV01", window=MORNING),),
        resources=(resource("r1", "ENV01", 1, provider_uid="p"),),
    )
    assert broken(street, [give("n1", "r1")], "load") is wrong


@pytest.mark.parametrize(
    ("owner", "kind", "asked_kind", "left", "wrong"),
    [
        ("ca", "为民服务", "为民服务", 100, False),
        ("ca", "为民服务", "为民服务", 99, True),
        ("ca", "党建", "为民服务", 100, True),
        ("ca", "党建", None, 100, False),
        ("cb", "为民服务", None, 100, True),
        ("pool", "为民服务", None, 100, False),
    ],
)
def test_money_pays_for_its_own_area_and_kind_and_no_more_than_it_has(
    owner: str,
    kind: str,
    asked_kind: str | None,
    left: int,
    wrong: bool,  # noqa: FBT001
) -> None:
    street = street_graph(
        pools=(ResourcePool("pool", "street", "片区", ("ca", "cc")),),
        budgets=(BudgetPool("b", "street", "经费", owner, kind, 2026, amount_fen=left),),
        needs=(need("n", quantity=4, fund_kind=asked_kind),),
        resources=(resource(unit_cost_fen=25),),
    )
    assert broken(street, [give("n", "r", 4)], "budget") is wrong


@pytest.mark.parametrize(("units", "wrong"), [(3, True), (4, False)])
def test_what_is_whole_is_served_wholly(units: int, wrong: bool) -> None:  # noqa: FBT001
    street = street_graph(needs=(need("n", quantity=4, whole=True),), resources=(resource(),))
    assert broken(street, [give("n", "r", units)], "whole") is wrong


@pytest.mark.parametrize(("second", "wrong"), [("r2", True), ("r1", False)])
def test_one_alone_serves_what_one_should(second: str, wrong: bool) -> None:  # noqa: FBT001
    street = street_graph(
        people=(somebody(),),
        needs=(need("n", quantity=4, single_provider=True),),
        resources=(resource("r1"), resource("r2", provider_uid="p")),
    )
    assert broken(street, [give("n", "r1", 2), give("n", second, 2)], "single") is wrong


@pytest.mark.parametrize(("also", "wrong"), [(False, True), (True, False)])
def test_parts_of_a_joint_matter_are_served_together(also: bool, wrong: bool) -> None:  # noqa: FBT001
    street = street_graph(needs=(need("n1", team="t"), need("n2", team="t")), resources=(resource(),))
    given = [give("n1", "r"), *([give("n2", "r")] if also else [])]
    assert broken(street, given, "team") is wrong


@pytest.mark.parametrize(
    ("consent", "until", "wrong"),
    [(True, None, False), (False, None, True), (True, dt.date(2026, 3, 1), True), (True, dt.date(2026, 3, 2), False)],
)
def test_a_skill_counts_with_consent(consent: bool, until: dt.date | None, wrong: bool) -> None:  # noqa: FBT001
    street = street_graph(
        people=(somebody(skills=("LAW",), skills_consent=consent, consent_until=until),),
        needs=(need("n", "ELD05", skills=("LAW",)),),
        resources=(resource("r", "ELD05", 1, provider_uid="p"),),
    )
    assert broken(street, [give("n", "r")], "skill") is wrong


@pytest.mark.parametrize(("had", "wrong"), [(("微波炉", "热水壶"), False), (("热水壶",), True), ((), True)])
def test_a_place_has_the_amenities_asked_for(had: tuple[str, ...], wrong: bool) -> None:  # noqa: FBT001
    street = street_graph(needs=(need("n", amenities=("微波炉",)),), resources=(resource(amenities=had),))
    assert broken(street, [give("n", "r")], "skill") is wrong


@pytest.mark.parametrize(
    ("about", "wrong"),
    [
        ({"need_uid": "n", "resource_uid": "r"}, True),
        ({"provider_uid": "unit"}, True),
        ({"need_uid": "other", "resource_uid": "r"}, False),
        ({"resource_uid": "r", "until": dt.date(2026, 3, 1)}, False),
    ],
)
def test_what_people_decided_against_is_not_paired(about: dict[str, Any], wrong: bool) -> None:  # noqa: FBT001
    ruling = Ruling("x", "street", RulingKind.BAN, MONDAY, "coordinator", **about)
    street = street_graph(needs=(need("n"),), resources=(resource("r"),), rulings=(ruling,))
    assert broken(street, [give("n", "r")], "ruling") is wrong


@pytest.mark.parametrize(("asked", "wrong"), [(("at_home",), True), (("counter", "at_home"), False), ((), False)])
def test_a_service_is_given_in_a_way_that_is_asked_for(asked: tuple[str, ...], wrong: bool) -> None:  # noqa: FBT001
    street = street_graph(
        needs=(need("n", service_modes=asked),), resources=(resource("r", service_modes=("counter",)),)
    )
    assert broken(street, [give("n", "r")], "mode") is wrong


def test_amounts_that_follow_each_other_never_meet() -> None:
    first, second = IntervalSet.of([(0, 10)]), IntervalSet.of([(10, 20)])
    assert most_at_once([(first, Fraction(2)), (second, Fraction(3)), (None, Fraction(1, 2))]) == Fraction(7, 2)
    assert most_at_once([]) == 0


def test_slots_of_one_resource_share_it_while_they_overlap() -> None:
    spaces = resource(
        offered=2, slots=(slot("a", "r", 2, MORNING), slot("b", "r", 2, LATE_MORNING), slot("c", "r", 2, EVENING))
    )
    street = street_graph(needs=(need("n1", quantity=4),), resources=(spaces,))
    for second, wrong in (("b", True), ("c", False)):
        given = [pairing("n1", "r", where, 2, PairingState.SUGGESTED) for where in ("a", second)]
        assert broken(street, given, "capacity") is wrong

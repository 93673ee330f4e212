"""People, money, rulings and published pairings as a snapshot holds them."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from graph_schema.assemble import snapshot
from graph_schema.givers import months
from graph_schema.model.budgets import BudgetPool
from graph_schema.model.errors import InvalidValueError
from graph_schema.model.loads import load_of
from graph_schema.model.needs import TeamRole
from graph_schema.model.pairings import PairingState
from graph_schema.model.places import Neighborhood, Station
from graph_schema.model.providers import LoadLimit, Person, Provider, ResourcePool, VolunteerTeam
from graph_schema.model.rulings import Ruling, RulingKind
from graph_schema.model.schedules import Frequency, IntervalSet, Schedule
from graph_schema.model.snapshot import (
    Snapshot,
    SnapshotLoad,
    SnapshotNeed,
    SnapshotPool,
    SnapshotProvider,
    SnapshotResource,
)
from graph_schema.workdays import WorkCalendar
from tests.instances.street_graphs import (
    MONDAY,
    STREET,
    need,
    pairing,
    party_organizations,
    resource,
    slot,
    street_areas,
    street_graph,
    unit,
)

SATURDAYS = Schedule(Frequency.WEEKLY, 9 * 60, 11 * 60 + 30, byday=(5,))


def taken(**rows: Any) -> Snapshot:
    """A plan from 2 March 2026 over 40 days, to 10 April."""
    return snapshot(street_graph(**rows), as_of=MONDAY, horizon_days=40, calendar=WorkCalendar())


def person(uid: str = "p", **changes: Any) -> Person:
    return replace(Person(uid, STREET, "P-1", area_uid="ca"), **changes)


def provider_of(provider: Provider, category: str = "ELD05", **rows: Any) -> SnapshotProvider:
    own = rows.pop("resource", {})
    slots = (slot("r-s", "r", 5, SATURDAYS),)
    offer = resource("r", category, provider_uid=provider.uid, slots=slots, **own)
    place = {"people": (provider,)} if isinstance(provider, Person) else {"organizations": (provider,)}
    if isinstance(provider, VolunteerTeam):
        place = {"teams": (provider,)}
    (made,) = taken(resources=(offer,), **{**place, **rows}).providers
    return made


def only_resource(**changes: Any) -> SnapshotResource:
    rows = changes.pop("rows", {})
    (made,) = taken(resources=(resource(**changes),), **rows).resources
    return made


def only_need(**changes: Any) -> SnapshotNeed:
    (made,) = taken(needs=(need(**changes),)).needs
    return made


def test_months_cut_the_term_into_calendar_months() -> None:
    assert months(dt.date(2026, 3, 2), 40) == ((0, 29), (30, 39))
    assert months(dt.date(2026, 4, 30), 2) == ((0, 0), (1, 1))


def test_a_monthly_limit_holds_in_each_month_of_the_term() -> None:
    made = provider_of(person(max_load_h_per_month=8))
    assert made.loads == (SnapshotLoad("小时", 8, 0, 29), SnapshotLoad("小时", 8, 30, 39))


def test_a_limit_over_the_whole_term_is_one_load() -> None:
    made = provider_of(unit(load_limits=(LoadLimit("人", 30, per_month=False),)))
    assert made.loads == (SnapshotLoad("人", 30, 0, 39),)


def test_a_team_gives_its_hours_each_month() -> None:
    made = provider_of(VolunteerTeam("t", STREET, "示例队", capacity_h_per_month=40, area_uid="ca"))
    assert [load.limit for load in made.loads] == [40, 40]


def test_another_word_for_the_unit_is_the_unit() -> None:
    made = provider_of(person(load_limits=(LoadLimit("对", 4, per_month=False),)))
    assert made.loads == (SnapshotLoad("人", 4, 0, 39),)


def test_pairings_in_force_are_taken_off_a_limit_month_by_month() -> None:
    given = pairing("n", "r", "r-s", 2, PairingState.ACCEPTED)
    made = provider_of(
        person(max_load_h_per_month=30, load_limits=(LoadLimit("人", 9, per_month=False),)),
        needs=(need("n", "ELD05", 2),),
        pairings=(given,),
    )
    # Four Saturdays in the rest of March, one in April, two persons each, two and a half hours: 20 and 6 hours.
    limits = {(load.unit, load.first_day): load.limit for load in made.loads}
    assert limits == {("小时", 0): 10, ("小时", 30): 24, ("人", 0): 7}


def test_a_pairing_of_a_need_with_a_window_takes_the_hours_of_that_window() -> None:
    first_hour = Schedule(Frequency.WEEKLY, 9 * 60, 10 * 60, byday=(5,))
    made = provider_of(
        person(max_load_h_per_month=30),
        needs=(need("n", "ELD05", 2, window=first_hour),),
        pairings=(pairing("n", "r", "r-s", 2, PairingState.ACCEPTED),),
    )
    assert [load.limit for load in made.loads] == [22, 28]


@pytest.mark.parametrize(
    ("unit", "counted_in", "window", "days", "units"),
    [
        pytest.param("人", "人", None, (0, 9), 1, id="always open"),
        pytest.param("人", "人", [(0, 60)], (1, 9), 0, id="not open on these days"),
        pytest.param("人", "小时", [(0, 90)], (0, 9), 2, id="begun hours are whole"),
        pytest.param("人", "小时", [(1380, 1500)], (1, 1), 1, id="a night over the end of a month is cut"),
        pytest.param("小时", "小时", [(0, 90)], (0, 9), 1, id="hours are hours"),
        pytest.param("人", "小时", None, (0, 9), None, id="no hours of its own"),
        pytest.param("场", "人", [(0, 90)], (0, 9), None, id="another unit"),
    ],
)
def test_a_unit_takes_of_a_limit_what_it_is_counted_in(
    unit: str, counted_in: str, window: list[tuple[int, int]] | None, days: tuple[int, int], units: int | None
) -> None:
    opened = None if window is None else IntervalSet.of(window)
    assert load_of(unit, counted_in, opened, *days) == units


@pytest.mark.parametrize(
    ("consent", "until", "used"),
    [
        pytest.param(True, None, ("HAIRCUT",), id="given"),
        pytest.param(True, MONDAY.date(), ("HAIRCUT",), id="last day"),
        pytest.param(True, MONDAY.date() - dt.timedelta(days=1), (), id="expired"),
        pytest.param(False, None, (), id="not given"),
    ],
)
def test_skills_are_used_only_with_consent(consent: bool, until: dt.date | None, used: tuple[str, ...]) -> None:  # noqa: FBT001 - a parameter
    made = provider_of(person(skills=("HAIRCUT",), skills_consent=consent, consent_until=until))
    assert made.skills == used


def test_ties_to_places_are_areas_and_those_in_a_partys_charge() -> None:
    tied = unit(responsible_uids=("ga",), paired_uids=("b1",), seat_uids=("b2", "ca"))
    made = provider_of(tied)
    assert made.responsible_area_uids == ("ga",)
    assert made.paired_area_uids == ("ca", "cb")
    assert made.seat_area_uids == ("ca", "cc")


def test_a_person_looks_after_the_areas_of_their_unit_unless_they_have_their_own() -> None:
    rows = {"organizations": (unit(responsible_uids=("ga",)),)}
    assert provider_of(person(affiliation_uid="unit"), **rows).responsible_area_uids == ("ga",)
    own = person(affiliation_uid="unit", responsible_uids=("cb",))
    assert provider_of(own, **rows).responsible_area_uids == ("cb",)


def test_a_resource_has_its_own_amenities_else_those_of_its_station() -> None:
    station = Station("st", STREET, "甲社区驿站", "ca", "community", amenities=("微波炉", "热 水壶", "WIFI"))
    rows = {"rows": {"areas": (*street_areas(), station)}}
    assert only_resource(area_uid="st", **rows).amenities == ("wifi", "微波炉", "热水壶")
    assert only_resource(address="示例路甲社区驿站二楼", **rows).amenities == ("wifi", "微波炉", "热水壶")
    assert only_resource(area_uid="st", amenities=("桌椅",), **rows).amenities == ("桌椅",)
    assert only_resource(**rows).amenities == ()


def test_quotas_cost_and_emergency_use_are_those_of_the_list() -> None:
    made = only_resource(unit_cost_fen=500, quota_uids=("cb", "ca"), quota_units=(2, 1), emergency_ok=False)
    assert (made.unit_cost_fen, made.area_quotas, made.emergency_ok) == (500, (("ca", 1), ("cb", 2)), False)


def test_a_quota_of_an_unknown_area_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="nowhere"):
        only_resource(quota_uids=("nowhere",), quota_units=(1,))


def test_a_need_says_all_that_its_list_says() -> None:
    made = only_need(
        skills=("LAW", "HAIRCUT"),
        amenities=("微波炉", "微波 炉"),
        flags=("key",),
        beneficiary_households=7,
        whole=True,
        single_provider=False,
        team="ＬＢ- 1",
        role=TeamRole.LEAD,
        post="金门路口",
        fund_kind="为民 服务",
        help=True,
    )
    assert (made.skills, made.amenities) == (("HAIRCUT", "LAW"), ("微波炉",))
    assert (made.flags, made.beneficiary_households, made.beneficiary_persons) == (("key",), 7, 0)
    assert (made.whole, made.single_provider, made.team_uid, made.role) == (True, False, "LB-1", "lead")
    assert (made.post, made.fund_kind, made.help, made.kind) == ("金门路口", "为民服务", True, "need")


def test_money_left_is_what_is_neither_promised_nor_spent() -> None:
    pool = ResourcePool("pool", STREET, "片区", ("cb", "ca"))
    budgets = (
        BudgetPool("b2", STREET, "甲", "pool", "快速处置", 2026, 1000),
        BudgetPool("b1", STREET, "乙", "ca", "为民 服务", 2026, 20_000_000, 1_000_000, 5_000_000),
        BudgetPool("b3", STREET, "丙", "ca", "为民服务", 2025, 20_000_000),
        BudgetPool("b4", STREET, "丁", "cb", "为民服务", 2026, 100, 0, 200),
    )
    made = taken(budgets=budgets, pools=(pool,)).budgets
    assert [(row.uid, row.kind, row.area_uids, row.left_fen, row.pool_uid) for row in made] == [
        ("b1", "为民服务", ("ca",), 14_000_000, None),
        ("b2", "快速处置", ("ca", "cb"), 1000, "pool"),
        ("b4", "为民服务", ("cb",), 0, None),
    ]


def test_pools_are_told_with_the_members_that_the_street_holds() -> None:
    pools = (ResourcePool("p2", STREET, "二片区", ("cc", "gone", "ca")), ResourcePool("p1", STREET, "一片区"))
    made = taken(pools=pools)
    assert made.pools == (SnapshotPool("p1", "一片区", ()), SnapshotPool("p2", "二片区", ("ca", "cc")))
    renamed = taken(pools=(replace(pools[0], name="三片区"), pools[1]))
    assert renamed.hash != made.hash


def test_money_of_nobody_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="neither an area nor a pool"):
        taken(budgets=(BudgetPool("b", STREET, "甲", "nowhere", "为民服务", 2026, 1),))


@pytest.mark.parametrize(
    ("until", "holds"),
    [
        pytest.param(None, True, id="for good"),
        pytest.param(MONDAY.date(), True, id="last day"),
        pytest.param(MONDAY.date() - dt.timedelta(days=1), False, id="over"),
    ],
)
def test_a_ruling_holds_up_to_its_last_day(until: dt.date | None, holds: bool) -> None:  # noqa: FBT001 - a parameter
    ruling = Ruling("x", STREET, RulingKind.BAN, MONDAY, "coordinator", "n", "r", until=until)
    assert bool(taken(rulings=(ruling,)).rulings) is holds


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"kind": RulingKind.PIN, "need_uid": None}, id="pin without need"),
        pytest.param({"kind": RulingKind.PIN, "quantity": 0}, id="pin of nothing"),
        pytest.param({"quantity": 1}, id="ban with units"),
        pytest.param({"resource_uid": None}, id="ban of nobody"),
    ],
)
def test_a_ruling_that_decides_nothing_is_refused(wrong: dict[str, Any]) -> None:
    ruling = Ruling("x", STREET, RulingKind.BAN, MONDAY, "coordinator", "n", "r")
    with pytest.raises(InvalidValueError):
        replace(ruling, **wrong)


def test_what_was_published_is_named_by_need_resource_slot_and_units() -> None:
    made = taken(
        published=(
            pairing("n2", "r", "s", 1, PairingState.SUGGESTED),
            pairing("n1", "r", "s", 2, PairingState.SUGGESTED),
        )
    )
    assert made.published == (("n1", "r", "s", 2), ("n2", "r", "s", 1))


@pytest.mark.parametrize(
    ("state", "year", "served"),
    [
        pytest.param(PairingState.ACCEPTED, 2025, ("b1",), id="in force since last year"),
        pytest.param(PairingState.FULFILLED, 2026, ("b1",), id="done this year"),
        pytest.param(PairingState.FULFILLED, 2025, (), id="done last year"),
    ],
)
def test_a_branch_is_served_by_what_is_in_force_or_was_done_this_year(
    state: PairingState, year: int, served: tuple[str, ...]
) -> None:
    made = taken(
        needs=(need("n"),),
        resources=(resource("r"),),
        pairings=(pairing("n", "r", "r-s", 1, state),),
        party_organizations=party_organizations(),
        run_moments=(("run", dt.datetime(year, 6, 1, tzinfo=dt.UTC)),),
    )
    assert made.served_branch_uids == served


def test_an_area_has_its_profile() -> None:
    old = Neighborhood("nb", STREET, "甲新村", "ca", built_year=1993, share_60plus=0.4, has_property_mgmt=False)
    areas = {area.uid: area for area in taken(areas=(*street_areas(), old)).areas}
    assert (areas["nb"].share_60plus, areas["nb"].has_property_mgmt, areas["nb"].built_year) == (0.4, False, 1993)
    assert (areas["ca"].share_60plus, areas["ca"].has_property_mgmt, areas["ca"].built_year) == (None, None, None)

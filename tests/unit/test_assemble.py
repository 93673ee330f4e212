import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from graph_schema.assemble import canonical_hash, snapshot
from graph_schema.model.errors import InvalidValueError
from graph_schema.model.needs import Batch, Need, NeedStatus, Registration
from graph_schema.model.pairings import PairingState
from graph_schema.model.places import NOWHERE, AdminDivision, LocatedBy
from graph_schema.model.providers import PartyOrganization, Person, ResourcePool, VolunteerTeam
from graph_schema.model.quantities import Quantity
from graph_schema.model.resources import Resource, ResourceKind, ResourceStatus
from graph_schema.model.schedules import Frequency, Schedule
from graph_schema.model.snapshot import Snapshot, SnapshotNeed, SnapshotResource
from graph_schema.model.street import StreetGraph
from graph_schema.streets import StreetNetwork
from graph_schema.taxonomy import load
from graph_schema.workdays import WorkCalendar
from tests.instances.street_graphs import (
    LAT,
    LON,
    MONDAY,
    STREET,
    WEEKENDS,
    WORKDAY_DAYS,
    WORKDAY_NIGHTS,
    agreement,
    at,
    need,
    pairing,
    parking,
    party_organizations,
    resource,
    slot,
    street_areas,
    street_graph,
    unit,
)


def taken(graph: StreetGraph, **changes: Any) -> Snapshot:
    return snapshot(graph, **{"as_of": MONDAY, "horizon_days": 14, "calendar": WorkCalendar(), **changes})


def only_need(*needs: Need, **rows: Any) -> SnapshotNeed:
    (made,) = taken(street_graph(needs=needs, **rows)).needs
    return made


def only_resource(*resources: Resource, **rows: Any) -> SnapshotResource:
    (made,) = taken(street_graph(resources=resources, **rows)).resources
    return made


def test_rows_are_sorted_and_their_order_in_the_graph_changes_nothing() -> None:
    graph = street_graph(
        needs=(need("n2", window=WORKDAY_NIGHTS), need("n1", window=WEEKENDS)),
        resources=(resource("r2"), resource("r1", provider_uid="other")),
        organizations=(unit(), unit("other")),
    )
    turned = replace(
        graph,
        needs=graph.needs[::-1],
        resources=graph.resources[::-1],
        areas=graph.areas[::-1],
        organizations=graph.organizations[::-1],
        party_organizations=graph.party_organizations[::-1],
    )
    first, second = taken(graph), taken(turned)
    assert first.hash == second.hash
    assert [row.uid for row in first.needs] == ["n1", "n2"]
    assert [row.uid for row in first.areas] == sorted(area.uid for area in graph.areas)


def test_the_hash_covers_every_part() -> None:
    graph = street_graph(needs=(need(),), resources=(resource(),))
    made = taken(graph)
    assert made.hash == canonical_hash(made)
    changed = (
        taken(graph, horizon_days=15),
        taken(graph, as_of=MONDAY + dt.timedelta(days=1)),
        taken(replace(graph, needs=(need(quantity=2),))),
        taken(replace(graph, resources=(resource(excludes_uids=("cb",)),))),
        taken(graph, ring_levels=("community", "street")),
    )
    assert len({made.hash, *(other.hash for other in changed)}) == 6


def test_the_first_day_is_the_streets_local_date() -> None:
    late = dt.datetime(2026, 3, 1, 16, 30, tzinfo=dt.UTC)
    assert taken(street_graph(), as_of=late).first_day == dt.date(2026, 3, 2)
    same = late.astimezone(dt.timezone(dt.timedelta(hours=8)))
    assert taken(street_graph(), as_of=same).hash == taken(street_graph(), as_of=late).hash, (
        "one moment is one snapshot"
    )
    with pytest.raises(InvalidValueError, match="without a zone"):
        taken(street_graph(), as_of=dt.datetime(2026, 3, 2))  # noqa: DTZ001 - that is the point


def test_a_row_lies_at_its_coordinates_else_a_place_in_its_address_else_its_community_else_nowhere() -> None:
    stated = only_need(need(location=at(1, 0), address="石榴巷3号"))
    assert stated.point.located_by is LocatedBy.COORDINATES
    assert (round(stated.point.x_m), round(stated.point.y_m)) == (95, 0)
    by_address = only_need(need(location=NOWHERE, address="乙社区石榴巷3号"))
    assert by_address.point.located_by is LocatedBy.ADDRESS, "a lane says more than the community beside it"
    assert only_need(need(location=NOWHERE, address="乙社区3号")).point.located_by is LocatedBy.APPROXIMATE
    by_alias = only_need(need(location=NOWHERE, address="榴巷3号"))
    assert by_alias.point.located_by is LocatedBy.ADDRESS
    assert round(by_alias.point.y_m) == 222
    by_community = only_need(need(location=NOWHERE, address="某处", area_uid="ga"))
    assert by_community.point.located_by is LocatedBy.APPROXIMATE
    assert round(by_community.point.y_m) == 111
    by_lane = only_need(need(location=NOWHERE, area_uid="lane"))
    assert by_lane.point.located_by is LocatedBy.ADDRESS
    for nowhere in (only_need(need(location=NOWHERE, area_uid=uid)) for uid in ("cc", STREET)):
        assert nowhere.point.located_by is LocatedBy.UNLOCATED
        assert np.isnan(nowhere.point.x_m)


def test_the_longest_name_in_an_address_wins_and_then_the_one_in_the_own_area() -> None:
    twin = AdminDivision("cd", STREET, "石榴巷社区", "community", STREET, location=at(-9, -9))
    areas = (*street_areas(), twin)
    community = only_need(need(location=NOWHERE, address="石榴巷社区1号"), areas=areas)
    assert community.point.x_m < -800, "the lane's name is part of the community's"
    other = replace(street_areas()[-1], uid="lane2", parent_uid="cb", location=at(-5, 0))
    for area_uid, west in (("ca", False), ("cb", True)):
        row = need(location=NOWHERE, address="石榴巷1号", area_uid=area_uid)
        assert (only_need(row, areas=(*street_areas(), other)).point.x_m < 0) == west


def test_a_resource_without_a_place_lies_where_its_unit_is_checked_in() -> None:
    made = only_resource(resource(location=NOWHERE))
    assert made.point.located_by is LocatedBy.APPROXIMATE
    elsewhere = only_resource(resource(location=NOWHERE, area_uid="cb"))
    assert elsewhere.point.x_m < 0
    assert only_resource(resource(location=NOWHERE), organizations=(unit(checked_in_uid=None),)).point.located_by is (
        LocatedBy.UNLOCATED
    )


def test_each_distinct_schedule_is_expanded_once_and_guard_time_is_cut_off() -> None:
    made = taken(
        street_graph(
            needs=(need("n1", window=WORKDAY_NIGHTS), need("n2", window=WORKDAY_NIGHTS), need("n3")),
            resources=(
                resource("r1", slots=(slot("s1", "r1", 5, WORKDAY_NIGHTS),)),
                resource("r2", slots=(slot("s2", "r2", 5, WORKDAY_NIGHTS),), guard_min=60),
                resource("r3"),
            ),
        )
    )
    assert [row.window for row in made.needs] == [0, 0, -1]
    assert [row.slots[0].window for row in made.resources] == [0, 1, -1]
    assert len(made.windows) == 2
    whole, guarded = made.windows
    assert whole.contains(guarded)
    assert not guarded.contains(whole)
    assert whole.bounds[0].tolist() == [18 * 60, 32 * 60]
    assert guarded.bounds[0].tolist() == [18 * 60, 31 * 60]


def test_a_need_asks_for_its_window_from_the_day_on_which_it_begins() -> None:
    begins = MONDAY.date() + dt.timedelta(days=7)
    graph = street_graph(needs=(need(window=WORKDAY_DAYS, needed_from=begins, needed_by=MONDAY.date()),))
    (window,) = taken(graph).windows
    assert int(window.bounds[0, 0]) == 7 * 1440 + 9 * 60, "a date it is overdue since takes nothing away"


def test_a_need_asks_for_nothing_that_began_before_its_first_day_or_begins_after_its_last() -> None:
    night = Schedule(Frequency.DAILY, 20 * 60, 31 * 60)
    (window,) = taken(street_graph(needs=(need(window=night),))).windows
    assert int(window.bounds[0, 0]) == 20 * 60, "the evening before the plan is over"
    first, last = (MONDAY.date() + dt.timedelta(days=days) for days in (7, 9))
    (window,) = taken(street_graph(needs=(need(window=night, needed_from=first, needed_by=last),))).windows
    assert window.bounds.tolist() == [[day * 1440 + 1200, day * 1440 + 1860] for day in (7, 8, 9)]


def test_days_beyond_the_published_calendar_are_counted_as_provisional() -> None:
    december = dt.datetime(2026, 12, 30, 1, tzinfo=dt.UTC)
    assert taken(street_graph(), as_of=december, horizon_days=5).provisional_days == 3
    assert taken(street_graph()).provisional_days == 0


@pytest.mark.parametrize(
    ("status", "is_demand"),
    [(status, status in {NeedStatus.OPEN, NeedStatus.PARTLY_MATCHED}) for status in NeedStatus],
)
def test_only_open_and_partly_matched_needs_are_demand(status: NeedStatus, *, is_demand: bool) -> None:
    assert bool(taken(street_graph(needs=(need(status=status),))).needs) == is_demand


def test_what_pairings_give_already_is_asked_for_no_more() -> None:
    rows = {"resources": (resource(),), "needs": (need(quantity=5),)}
    for state, left in (
        (PairingState.OFFERED, 3),
        (PairingState.FULFILLED, 3),
        (PairingState.DECLINED, 5),
        (PairingState.SUGGESTED, 5),
    ):
        (asked,) = taken(street_graph(**rows, pairings=(pairing("n", "r", "r-s", 2, state),))).needs
        assert asked.quantity == left
    assert taken(street_graph(**rows, pairings=(pairing("n", "r", "r-s", 5, PairingState.CLAIMED),))).needs == ()


def test_a_pairing_in_force_holds_its_slot_and_those_that_overlap_it() -> None:
    slots = (slot("night", capacity=5, schedule=WORKDAY_NIGHTS), slot("day", capacity=5, schedule=WORKDAY_DAYS))
    always = slot("always", capacity=5)

    def left(state: PairingState, slot_uid: str = "night", **changes: Any) -> list[int]:
        held = (pairing("elsewhere", "r", slot_uid, 2, state),)
        made = only_resource(resource(slots=(*slots, always), **changes), pairings=held)
        return [row.capacity for row in made.slots]

    assert left(PairingState.ACCEPTED) == [3, 5, 3]
    assert left(PairingState.FULFILLED) == [5, 5, 5], "a space is free again"
    assert left(PairingState.FULFILLED, consumable=True) == [3, 3, 3], "goods are used up"
    assert left(PairingState.FULFILLED, kind=ResourceKind.GOODS) == [3, 3, 3]
    assert left(PairingState.ACCEPTED, slot_uid="gone") == [3, 3, 3], "it may have been any of them"
    assert only_resource(resource(slots=(slot("s", capacity=9),))).slots[0].capacity == 5, "never more than offered"


def test_units_are_converted_where_a_conversion_is_stated_and_kept_where_none_is() -> None:
    assert only_need(need(quantity=1)).unit == "个"
    assert only_need(replace(need(), quantity=Quantity(3, "泊位"))).unit == "个"
    unknown = only_need(replace(need(), quantity=Quantity(30, "㎡")))
    assert (unknown.quantity, unknown.unit) == (30, "㎡")


def test_a_need_that_names_no_group_is_for_its_categorys_own_and_everybody_is_no_group() -> None:
    assert only_need(need(category="ELD01")).target_groups == ("ELDER60",)
    assert only_need(need(category="ELD01", target_groups=("ELDER80",))).target_groups == ("ELDER80",)
    assert only_need(need(category="ELD01", target_groups=("ALL",))).target_groups == ()
    assert only_need(need()).target_groups == ()
    assert only_resource(resource(category="ELD01")).target_groups == (), "a resource that names none is for everybody"
    groups = {group.code: group for group in taken(street_graph()).target_groups}
    assert groups["ELDER80"].within == ("ELDER60",)
    assert [code for code, group in groups.items() if group.elders] == [
        "ELDER60",
        "ELDER80",
        "ELDER_ALONE",
        "ELDER_COUPLE",
        "ELDER_FRAIL",
    ]


@pytest.mark.parametrize("status", list(ResourceStatus))
def test_only_idle_and_offered_resources_can_be_matched(status: ResourceStatus) -> None:
    found = taken(street_graph(resources=(resource(status=status),))).resources
    assert bool(found) == (status in {ResourceStatus.IDLE, ResourceStatus.OFFERED})


def test_resources_of_inactive_units_are_left_out_and_teams_and_people_can_provide() -> None:
    assert taken(street_graph(resources=(resource(),), organizations=(unit(status="defunct"),))).resources == ()
    made = taken(
        street_graph(
            resources=(resource("r1", provider_uid="team"), resource("r2", provider_uid="person")),
            teams=(VolunteerTeam("team", STREET, "示例志愿队", area_uid="cb"),),
            people=(Person("person", STREET, "HT-0001", area_uid="cc"),),
        )
    )
    assert [(row.label, row.name, row.home_area_uid) for row in made.providers] == [
        ("Person", "HT-0001", "cc"),
        ("VolunteerTeam", "示例志愿队", "cb"),
    ]


def test_ring_paths_lead_from_the_grid_by_the_linked_branch_to_the_street() -> None:
    areas = {area.uid: area for area in taken(street_graph()).areas}
    assert areas["ga"].ring_path == (("grid", "ga"), ("community", "ca"), ("branch", "b1"), ("street", STREET))
    assert areas["lane"].ring_path == (("community", "ca"), ("branch", "b1"), ("street", STREET))
    assert areas[STREET].ring_path == (("street", STREET),)
    assert (areas["ga"].community_uid, areas[STREET].community_uid) == ("ca", None)
    assert areas["ga"].within == ("ca", STREET)


def test_levels_are_data_and_may_be_kinds_of_organisation() -> None:
    areas = {
        area.uid: area for area in taken(street_graph(), ring_levels=("社区大党委", "联动支部", "subdistrict")).areas
    }
    assert areas["ga"].ring_path == (("社区大党委", "pa"), ("联动支部", "b1"))
    with pytest.raises(InvalidValueError, match="each level stands once"):
        taken(street_graph(), ring_levels=("street", "street"))


def test_a_grid_branch_does_not_take_the_place_of_the_linked_branch() -> None:
    own = PartyOrganization("grid-branch", STREET, "网格支部", "网格党支部", 3, "pa", ("ga",))
    made = taken(street_graph(party_organizations=(*street_graph().party_organizations, own)))
    assert ("branch", "b1") in next(area for area in made.areas if area.uid == "ga").ring_path


def test_branches_without_a_committee_above_them_are_branches_still() -> None:
    branches = tuple(replace(row, rank=0, parent_uid=None) for row in party_organizations() if row.uid in {"b1", "b2"})
    own = PartyOrganization("a-own", STREET, "甲社区大党委", "社区大党委", 0, None, ("ca",))
    for rows in (branches, (*branches, own)):
        areas = {area.uid: area for area in taken(street_graph(party_organizations=rows)).areas}
        assert ("branch", "b1") in areas["ca"].ring_path
        assert ("branch", "b1") in areas["cb"].ring_path
        assert ("branch", "b2") in areas["cc"].ring_path


def test_a_committee_over_every_community_is_no_branch_of_theirs() -> None:
    top = PartyOrganization("top", STREET, "街道大工委", "街道大工委", 0, None, ("ca", "cb", "cc"))
    loose = PartyOrganization("loose", STREET, "楼宇支部", "功能型党支部", 0)
    below = tuple(row for row in party_organizations() if row.uid != "top")
    areas = {area.uid: area for area in taken(street_graph(party_organizations=(top, loose, *below))).areas}
    assert [uid for level, uid in areas["cb"].ring_path if level == "branch"] == ["b1"]


def test_a_community_in_two_pools_shares_a_branch_with_the_members_of_both() -> None:
    pools = (ResourcePool("p1", STREET, "一片区", ("ca", "cb")), ResourcePool("p2", STREET, "二片区", ("cb", "cc")))
    areas = {area.uid: area for area in taken(street_graph(pools=pools)).areas}
    assert [uid for level, uid in areas["cb"].ring_path if level == "branch"] == ["b1", "p1", "p2"]
    assert [uid for level, uid in areas["cc"].ring_path if level == "branch"] == ["b2", "p2"]


def test_members_of_one_pool_count_as_one_branch_besides_their_own() -> None:
    pool = ResourcePool("pool", STREET, "示例片区", ("cb", "cc"))
    areas = {area.uid: area for area in taken(street_graph(pools=(pool,))).areas}
    assert [uid for level, uid in areas["cb"].ring_path if level == "branch"] == ["b1", "pool"]
    assert [uid for level, uid in areas["cc"].ring_path if level == "branch"] == ["b2", "pool"]


def test_home_is_the_coverage_list_else_the_owners_check_in_else_where_it_lies() -> None:
    listed = only_resource(resource(serves_uids=("ga", "cb")))
    assert (listed.home_area_uid, listed.home_ring) == (STREET, (("branch", "b1"), ("street", STREET)))
    assert only_resource(resource(serves_uids=("ga",))).home_area_uid == "ga"
    assert only_resource(resource(area_uid="cb")).home_area_uid == "ca", "the check-in comes before the location"
    nowhere = (unit(checked_in_uid=None),)
    assert only_resource(resource(area_uid="cb"), organizations=nowhere).home_area_uid == "cb"
    assert only_resource(resource(address="石榴巷9号"), organizations=nowhere).home_area_uid == "lane"
    unknown = only_resource(resource(), organizations=nowhere)
    assert (unknown.home_area_uid, unknown.home_ring) == (None, (("street", STREET),))


def test_an_agreement_holds_where_its_partner_is_or_has_jurisdiction() -> None:
    rows = (
        agreement("a1", "cb", None, None),
        agreement("a2", "b1", MONDAY.date(), None),
        agreement("a3", "x", None, None),
    )
    (provider,) = taken(street_graph(resources=(resource(),), agreements=rows)).providers
    assert [row.partner_area_uids for row in provider.agreements] == [("cb",), ("ca", "cb"), ()]
    assert [row.partner_name for row in provider.agreements] == ["乙社区", "东联动支部", None]


def test_areas_served_come_from_fulfilled_pairings_only() -> None:
    rows = {"resources": (resource(),), "needs": (need("n1", quantity=9), need("n2", quantity=9, area_uid="cb"))}
    pairings = (
        pairing("n1", "r", "r-s", 1, PairingState.CLOSED),
        pairing("n2", "r", "r-s", 1, PairingState.ACCEPTED),
    )
    (provider,) = taken(street_graph(**rows, pairings=pairings)).providers
    assert provider.served_area_uids == ("ca",)


def test_an_unreleased_batch_is_no_demand_and_a_released_one_knows_its_cap() -> None:
    waiting = taken(parking(offered=1000, registrations={"ca": 300}, released=False))
    assert waiting.needs == ()
    assert [(row.released, row.registrations) for row in waiting.batches] == [(False, 300)]
    released = taken(parking(offered=1000, registrations={"ca": 3}, cap=2))
    assert {row.batch_uid for row in released.needs} == {"batch"}
    assert all(row.batch_released for row in released.needs)
    assert (released.batches[0].cap, released.batches[0].held) == (2, 0)


def test_what_a_batch_holds_already_counts_towards_its_cap() -> None:
    graph = parking(offered=1000, registrations={"ca": 3}, cap=2)
    held = replace(graph, pairings=(pairing("place0000", "garage", "garage-s", 1, PairingState.ACCEPTED),))
    made = taken(held)
    assert made.batches[0].held == 1
    assert [row.uid for row in made.needs] == ["place0001", "place0002"]


def test_a_need_of_a_waiting_batch_says_that_it_is_not_released() -> None:
    graph = street_graph(
        needs=(need(only_resource_uid="r", registration_uid="reg"),),
        resources=(resource(),),
        registrations=(Registration("reg", STREET, "batch", "ca", registrant_hash="h"),),
        batches=(Batch("batch", STREET, "r", 2),),
    )
    assert [row.batch_released for row in taken(graph).needs] == [False]


def test_categories_carry_who_can_serve_them() -> None:
    kinds = {category.code: category for category in taken(street_graph()).categories}
    assert dict(kinds["PRK01"].can_be_served_by) == {"PRK01": 1.0, "PRK02": 1.0}
    assert kinds["PRK"].can_be_served_by == ()
    assert kinds["SAF02"].can_be_served_by == ()
    assert kinds["SAF02"].route_to_en
    assert (kinds["PRK01"].walk_limit_s, kinds["ELD02"].walk_limit_s) == (600, None)
    assert kinds["PRK01"].one_for_one[0] == "个"
    assert kinds["PRK03"].substitution_reasons[0][0] == "VEN05"


def test_planar_metres_are_measured_from_the_streets_own_point_or_the_networks_origin() -> None:
    assert taken(street_graph()).origin == (LON, LAT)
    network = StreetNetwork(
        source="示例路网",
        lon=np.array([LON, LON + 0.001]),
        lat=np.array([LAT, LAT]),
        origin=(LON + 0.01, LAT),
        node_xy_m=np.array([[-950.0, 0.0], [-855.0, 0.0]]),
        start=np.array([0, 1, 2], np.int64),
        target=np.array([1, 0], np.int32),
        length_m=np.array([95.0, 95.0]),
        ways_left_out=(),
        missing_references=0,
        nodes_elsewhere=0,
        components=1,
    )
    made = taken(street_graph(needs=(need(location=at()),)), streets=network)
    assert round(made.needs[0].point.x_m) == -950
    assert made.streets is not None
    assert made.streets.source == "示例路网"
    nothing = taken(street_graph(areas=tuple(replace(area, location=NOWHERE) for area in street_areas())))
    assert nothing.origin is None


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"resources": (resource(provider_uid="nobody"),)}, "provided by nobody"),
        ({"resources": (resource(serves_uids=("nowhere",)),)}, "the area nowhere"),
        ({"needs": (need(area_uid="nowhere"),)}, "the area nowhere"),
        ({"needs": (replace(need(), category="XXX01"),)}, "category 'XXX01'"),
        ({"organizations": (unit(checked_in_uid="nowhere"),), "resources": (resource(),)}, "the area nowhere"),
        (
            {
                "areas": (
                    AdminDivision("x", STREET, "甲", "community", "y"),
                    AdminDivision("y", STREET, "乙", "community", "x"),
                )
            },
            "lies in itself",
        ),
    ],
    ids=["provider", "coverage", "area", "category", "check-in", "cycle"],
)
def test_a_graph_that_refers_to_nothing_is_refused(rows: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        taken(street_graph(**rows))


def test_a_monthly_day_is_expanded_over_the_horizon() -> None:
    fifteenth = Schedule(Frequency.MONTHLY, 9 * 60, 11 * 60, bymonthday=(15,))
    made = taken(street_graph(resources=(resource(slots=(slot("s", schedule=fifteenth),)),)), horizon_days=90)
    assert len(made.windows[0]) == 3
    assert load().category("LIV01").walk_limit_min == 15

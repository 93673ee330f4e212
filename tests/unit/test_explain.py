"""What a coordinator is told, on streets small enough to check by eye."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from graph_schema.assemble import snapshot
from graph_schema.messages import Language, catalogue, render
from graph_schema.model.needs import NeedStatus, Urgency
from graph_schema.model.pairings import Finding as GraphFinding
from graph_schema.model.pairings import PairingState
from graph_schema.model.places import NOWHERE
from graph_schema.model.providers import PartyOrganization
from graph_schema.model.quantities import Qualifier, Quantity
from graph_schema.model.resources import ResourceStatus
from graph_schema.model.schedules import DayKind, Frequency, Schedule
from graph_schema.model.street import StreetGraph
from graph_schema.workdays import WorkCalendar
from matcher.build import build
from matcher.eligibility import STAGES
from matcher.errors import InvalidPolicyError, MatcherError
from matcher.explain import explain, suggest
from matcher.instance import Instance
from matcher.plan import Plan
from matcher.policy import Policy
from matcher.policy_settings import OUTSIDE
from matcher.reasons import SHORTFALL_CODES, Explanation, Finding, PairingReasons, ShortfallReasons
from matcher.solve import solve
from matcher.status import Status
from tests.instances.street_graphs import (
    MONDAY,
    WEEKENDS,
    WORKDAY_DAYS,
    WORKDAY_NIGHTS,
    agreement,
    at,
    need,
    pairing,
    parking,
    resource,
    slot,
    street_graph,
    unit,
)


def instance_of(graph: StreetGraph, policy: Policy | None = None, *, seed: int = 0, **changes: Any) -> Instance:
    made = snapshot(graph, **{"as_of": MONDAY, "horizon_days": 14, "calendar": WorkCalendar(), **changes})
    return build(made, policy or Policy(), seed=seed)


def explained(graph: StreetGraph, policy: Policy | None = None, **changes: Any) -> Explanation:
    instance = instance_of(graph, policy, **changes)
    return explain(instance, solve(instance.problem))


def served(*, policy: Policy | None = None, graph: dict[str, Any] | None = None, **changes: Any) -> PairingReasons:
    """The only pairing of one need and one resource; ``need_…`` and other changes of these."""
    of_need = {key.removeprefix("need_"): value for key, value in changes.items() if key.startswith("need_")}
    of_resource = {key: value for key, value in changes.items() if not key.startswith("need_")}
    rows = {"needs": (need(**of_need),), "resources": (resource(**of_resource),), **(graph or {})}
    result = explained(street_graph(**rows), policy)
    assert result.shortfalls == ()
    (found,) = result.pairings
    return found


def unmet(graph: StreetGraph, policy: Policy | None = None, **changes: Any) -> ShortfallReasons:
    (shortfall,) = explained(graph, policy, **changes).shortfalls
    return shortfall


def text(finding: Finding, language: Language = "zh") -> str:
    return render(GraphFinding(finding.code, finding.params), language)


def term(found: PairingReasons, kind: str) -> Finding:
    (only,) = [one for one in found.terms if one.code.startswith(f"term.{kind}.")]
    return only


# --- costs


def test_a_walk_is_told_in_metres_and_minutes_and_says_that_it_is_estimated() -> None:
    walk = term(served(), "walk")
    assert walk.code == "term.walk.straight"
    assert walk.params["distance_m"] == 124, "95 m times 1.3, rounded up"
    assert walk.seconds == 113
    assert "直线估算" in text(walk)
    assert "estimated from the straight line" in text(walk, "en")


def test_elders_walk_at_their_own_speed_because_of_their_group_or_their_category() -> None:
    assert term(served(need_target_groups=("ELDER_ALONE",)), "walk").seconds == 155
    assert term(served(category="ELD01", need_category="ELD01"), "walk").seconds == 155


def test_nobody_walks_when_the_provider_comes() -> None:
    for changes in (
        {"category": "ELD02", "need_category": "ELD02"},
        {"service_modes": ("at_home",)},
    ):
        walk = term(served(location=at(40, 0), **changes), "walk")
        assert (walk.code, walk.seconds) == ("term.walk.comes", 0)


def test_people_walk_to_a_loan_although_the_category_would_be_delivered() -> None:
    walk = term(served(category="HLP01", need_category="HLP01", service_modes=("loan",)), "walk")
    assert walk.seconds == 113


def test_a_walk_on_a_coverage_list_is_charged_up_to_the_limit() -> None:
    far = term(served(location=at(40, 0), serves_uids=("ca",)), "walk")
    assert (far.code, far.seconds) == ("term.walk.beyond", 600)
    near = term(served(serves_uids=("ca",)), "walk")
    assert (near.code, near.seconds) == ("term.walk.straight", 113)
    nowhere = term(served(location=NOWHERE, serves_uids=("ca",), need_area_uid="ga"), "walk")
    assert nowhere.code == "term.walk.straight", "the unit's community has a point"


def test_rings_cost_more_the_wider_they_are() -> None:
    def ring(area_uid: str) -> tuple[str, int]:
        found = term(served(need_area_uid=area_uid, location=at(1, 0)), "ring")
        return found.code, found.seconds

    assert ring("ca") == ("term.ring.community", 60)
    assert ring("cb") == ("term.ring.branch", 180)
    assert ring("cc") == ("term.ring.street", 420)
    at_the_grid = served(need_area_uid="ga", graph={"organizations": (unit(checked_in_uid="ga"),)})
    assert term(at_the_grid, "ring").code == "term.ring.grid"


def test_a_ring_without_a_cost_in_the_policy_is_refused() -> None:
    with pytest.raises(InvalidPolicyError, match=r"policy\.ring_missing .*'grid'"):
        instance_of(street_graph(), Policy(rings=(("street", 1), (OUTSIDE, 2))))


def test_a_substitute_says_for_what_and_why_in_both_languages() -> None:
    found = term(served(category="VEN05", need_category="PRK03", location=at(1, 0)), "substitution")
    assert found.seconds == 240
    assert "闲置房屋/用地/岗亭改造" in text(found)
    assert "60%" in text(found)
    assert "fire check" in text(found, "en")
    assert term(served(category="PRK02"), "substitution").seconds == 0
    assert term(served(), "substitution").code == "term.substitution.same"


def test_agreements_in_force_with_the_place_cost_least() -> None:
    def found(*rows: Any) -> tuple[str, int]:
        only = term(served(graph={"agreements": rows}), "agreement")
        return only.code.removeprefix("term.agreement."), only.seconds

    tomorrow, yesterday = MONDAY.date() + dt.timedelta(days=1), MONDAY.date() - dt.timedelta(days=1)
    assert found() == ("none", 120)
    assert found(agreement("a", "ca", yesterday, tomorrow)) == ("partner", 0)
    assert found(agreement("a", "b1", None, None)) == ("partner", 0)
    assert found(agreement("a", "cb", None, None)) == ("elsewhere", 60)
    assert found(agreement("a", "ca", None, yesterday)) == ("ended", 120)
    assert found(agreement("a", "ca", tomorrow, None)) == ("ended", 120)
    assert found(agreement("a", "ca", None, yesterday), agreement("b", "ca", None, None)) == ("partner", 0)


def test_who_has_served_the_community_before_costs_less() -> None:
    assert term(served(), "cooperation").seconds == 60
    before = {
        "needs": (need(), need("old", area_uid="ga")),
        "pairings": (pairing("old", "r", "r-s", 1, PairingState.CLOSED),),
    }
    found = explained(street_graph(resources=(resource(),), **before)).pairings
    assert [term(row, "cooperation").seconds for row in found] == [0]


@pytest.mark.parametrize(
    ("age", "code", "seconds"),
    [
        (0, "fresh", 0),
        (90, "fresh", 0),
        (91, "stale", 1),
        (200, "stale", 110),
        (5000, "stale", 180),
        (None, "never", 180),
    ],
)
def test_an_old_survey_costs_more(age: int | None, code: str, seconds: int) -> None:
    surveyed = None if age is None else MONDAY.date() - dt.timedelta(days=age)
    found = term(served(surveyed_on=surveyed), "freshness")
    assert (found.code, found.seconds) == (f"term.freshness.{code}", seconds)


def test_urgency_outweighs_any_preference() -> None:
    graph = street_graph(
        needs=(
            need("near", urgency=Urgency.HARD),
            need("far", urgency=Urgency.URGENT, location=at(5, 0), area_uid="cb"),
        ),
        resources=(resource(offered=1),),
    )
    instance = instance_of(graph)
    assert instance.class_step > 10 * int(instance.problem.pair_cost.max())
    result = explain(instance, solve(instance.problem))
    assert [row.need_uid for row in result.pairings] == ["far"]
    assert [row.need_uid for row in result.shortfalls] == ["near"]


# --- paths and notes


def test_the_path_leads_from_the_unit_over_the_coverage_list_to_the_need() -> None:
    rows = {"agreements": (agreement("a", "ca", None, None),)}
    path = served(serves_uids=("ca",), need_area_uid="ga", graph=rows).path
    assert [(step.relationship, step.label, step.uid) for step in path] == [
        ("", "AdminDivision", "ca"),
        ("SIGNED_WITH", "Agreement", "a"),
        ("SIGNED_BY", "Organization", "unit"),
        ("PROVIDES", "Resource", "r"),
        ("SERVES", "AdminDivision", "ca"),
        ("WITHIN", "Grid", "ga"),
        ("RAISED_FOR", "Need", "n"),
        ("HAS_SLOT", "Slot", "r-s"),
    ]
    assert path[-1].detail == {"from": "r"}


def test_the_path_of_a_walk_carries_its_figures_and_that_of_a_substitute_its_categories() -> None:
    path = served(category="PRK02").path
    assert [step.relationship for step in path] == [
        "", "PROVIDES", "WALKS", "RAISED_FOR", "HAS_SLOT", "IN_CATEGORY", "CAN_SATISFY",
    ]  # fmt: skip
    walk = path[2].detail
    assert (walk["distance_m"], walk["walk_s"], walk["method"]) == (124, 113, "straight")
    assert path[6].detail == {"weight": 1.0}


def test_what_should_be_known_beside_the_figures_is_noted_and_costs_nothing() -> None:
    about = Quantity(5, "个", Qualifier.BELOW)
    found = served(
        offered=5,
        total=about,
        slots=(slot("s", schedule=WORKDAY_NIGHTS),),
        valid_to=MONDAY.date() + dt.timedelta(days=3),
        location=NOWHERE,
        need_location=NOWHERE,
    )
    assert {one.code for one in found.terms if one.code.startswith("note.")} == {
        "note.approximate_place",
        "note.valid_to",
    }
    rough = replace(resource(), offered=about)
    (row,) = explained(street_graph(needs=(need(),), resources=(rough,))).pairings
    assert "约数" in text(next(one for one in row.terms if one.code == "note.approximate"))
    assumed = Quantity(1, "个", assumed=True)
    (row,) = explained(
        street_graph(needs=(replace(need(), quantity=assumed),), resources=(replace(resource(), offered=assumed),))
    ).pairings
    assert {"note.assumed_need", "note.assumed_offer"} <= {one.code for one in row.terms}
    december = dt.datetime(2026, 12, 30, 1, tzinfo=dt.UTC)
    (row,) = explained(
        street_graph(needs=(need(),), resources=(resource(slots=(slot("s", schedule=WORKDAY_NIGHTS),)),)),
        as_of=december,
    ).pairings
    assert "note.provisional" in {one.code for one in row.terms}


def test_a_need_that_should_not_be_split_says_when_it_is() -> None:
    halves = [resource(uid, category="VEN05", offered=1) for uid in ("r1", "r2")]
    result = explained(street_graph(needs=(need(category="VEN05", quantity=2),), resources=tuple(halves)))
    assert [row.quantity for row in result.pairings] == [1, 1]
    assert all("note.split" in {one.code for one in row.terms} for row in result.pairings)


def test_a_term_claims_no_branch_and_no_history_that_nobody_has_recorded() -> None:
    graph = street_graph(needs=(need(area_uid="cb"),), resources=(resource(),), party_organizations=())
    (found,) = explained(graph).pairings
    assert term(found, "ring").code == "term.ring.street"
    assert "支部" not in text(term(found, "ring")), "this street has none"
    assert "记录" in text(term(found, "cooperation"))


def test_the_agreement_shown_is_the_one_with_this_place() -> None:
    rows = (agreement("a1", "cb", None, None), agreement("a2", "ca", None, None))
    found = served(graph={"agreements": rows})
    assert term(found, "agreement").code == "term.agreement.partner"
    assert [(step.relationship, step.uid) for step in found.path[:3]] == [
        ("", "ca"),
        ("SIGNED_WITH", "a2"),
        ("SIGNED_BY", "unit"),
    ]


def test_an_agreement_of_which_nobody_knows_where_it_holds_is_not_called_one_with_others() -> None:
    for partner in (None, "empty"):
        empty = PartyOrganization("empty", "street", "某支部", "功能型党支部", 3)
        rows = {"agreements": (agreement("a", partner, None, None),)}
        graph = street_graph(needs=(need(),), resources=(resource(),), **rows)
        graph = replace(graph, party_organizations=(*graph.party_organizations, empty))
        (found,) = explained(graph).pairings
        assert term(found, "agreement").code == "term.agreement.unstated"
    branch = served(graph={"agreements": (agreement("a", "b1", None, None),)})
    assert term(branch, "agreement").code == "term.agreement.partner", "the branch stands for its communities"


# --- shortfalls


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("reason.category.none", {"needs": (need(category="LIV01"),), "resources": (resource(),)}),
        ("reason.category.heading", {"needs": (replace(need(), category="PRK"),), "resources": (resource(),)}),
        ("reason.category.bound", {"needs": (need(only_resource_uid="gone"),), "resources": (resource(),)}),
        ("reason.routed", {"needs": (need(category="SAF02"),), "resources": (resource(category="SAF02"),)}),
        ("reason.routed", {"needs": (need(category="LAW02"),)}),
        ("reason.unit", {"needs": (replace(need(), quantity=Quantity(30, "㎡")),), "resources": (resource(),)}),
        ("reason.reach.straight", {"needs": (need(),), "resources": (resource(location=at(12, 0)),)}),
        ("reason.reach.coverage", {"needs": (need(),), "resources": (resource(serves_uids=("cb",)),)}),
        ("reason.reach.excluded", {"needs": (need(),), "resources": (resource(excludes_uids=("ca",)),)}),
        ("reason.reach.unlocated", {"needs": (need(area_uid="cc", location=NOWHERE),), "resources": (resource(),)}),
        (
            "reason.window.closed",
            {
                "needs": (need(window=WORKDAY_NIGHTS, window_text="工作日晚上"),),
                "resources": (resource(slots=(slot("s", schedule=WORKDAY_DAYS),), windows_text="工作日9:00-17:00"),),
            },
        ),
        (
            "reason.window.never",
            {
                "needs": (
                    need(window=Schedule(Frequency.ONCE, 0, 60, starts_on=dt.date(2027, 1, 1)), window_text="元旦"),
                ),
                "resources": (resource(),),
            },
        ),
        (
            "reason.window.shut",
            {
                "needs": (need(),),
                "resources": (
                    resource(
                        slots=(slot("s", schedule=Schedule(Frequency.ONCE, 0, 60, starts_on=dt.date(2027, 1, 1))),)
                    ),
                ),
            },
        ),
        (
            "reason.target_group",
            {"needs": (need(target_groups=("GIG",)),), "resources": (resource(target_groups=("ELDER60",)),)},
        ),
        ("reason.target_group.unstated", {"needs": (need(),), "resources": (resource(target_groups=("ELDER60",)),)}),
        (
            "reason.validity.ended",
            {"needs": (need(),), "resources": (resource(valid_to=MONDAY.date() - dt.timedelta(days=1)),)},
        ),
        (
            "reason.validity.later",
            {
                "needs": (need(needed_by=MONDAY.date()),),
                "resources": (resource(valid_from=MONDAY.date() + dt.timedelta(days=1)),),
            },
        ),
        (
            "reason.validity.apart",
            {
                "needs": (need(window=WEEKENDS),),
                "resources": (resource(valid_to=MONDAY.date() + dt.timedelta(days=1)),),
            },
        ),
        ("reason.capacity.nothing", {"needs": (need(),), "resources": (resource(offered=0),)}),
        ("reason.capacity.alone", {"needs": (need(quantity=9),), "resources": (resource(offered=5),)}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unmet_need_has_one_reason_in_plain_words(code: str, rows: dict[str, Any]) -> None:
    shortfall = unmet(street_graph(**rows))
    assert shortfall.reason.code == code
    for language in ("zh", "en"):
        sentence = text(shortfall.reason, language)  # type: ignore[arg-type]
        assert sentence
        assert "{" not in sentence
        assert "[" not in sentence


def test_an_unlocated_resource_serves_the_community_that_it_lies_in_and_not_that_of_its_owner() -> None:
    lies_in_cc = resource(location=NOWHERE, area_uid="cc")
    reason = unmet(street_graph(needs=(need(),), resources=(lies_in_cc,))).reason
    assert reason.code == "reason.reach.unlocated", "its owner is checked in where the need is, and it lies elsewhere"
    own = need(area_uid="cc", location=NOWHERE)
    assert explained(street_graph(needs=(own,), resources=(lies_in_cc,))).shortfalls == ()


def test_a_provider_without_agreement_is_kept_away_only_where_the_policy_asks_for_one() -> None:
    graph = street_graph(needs=(need(),), resources=(resource(),))
    assert explained(graph).shortfalls == ()
    assert unmet(graph, Policy(agreement_required=True)).reason.code == "reason.agreement"
    signed = replace(graph, agreements=(agreement("a", None, None, None),))
    assert explained(signed, Policy(agreement_required=True)).shortfalls == ()


def test_the_nearest_resource_is_named_with_its_walk_and_the_limit() -> None:
    resources = (resource("r1", location=at(14, 0)), resource("r2", location=at(12, 0)))
    reason = unmet(street_graph(needs=(need(),), resources=resources)).reason
    assert reason.params["nearest_uid"] == "r2"
    assert reason.params["limit_min"] == 10
    assert reason.params["walk_s"] > reason.params["limit_s"]
    assert str(reason.params["distance_m"]) in text(reason)
    assert "直线估算" in text(reason)


def test_a_substitute_farther_within_its_limit_serves_where_the_nearest_of_the_kind_cannot() -> None:
    graph = street_graph(
        needs=(need(),), resources=(resource("far", location=at(12, 0)), resource("other", category="PRK02"))
    )
    assert [row.resource_uid for row in explained(graph).pairings] == ["other"]


def test_the_hours_of_what_is_closed_are_told() -> None:
    rows = {
        "needs": (need(window=WEEKENDS, window_text="周末白天"),),
        "resources": (resource(slots=(slot("s", schedule=WORKDAY_DAYS),), windows_text="工作日9:00-17:00"),),
    }
    reason = unmet(street_graph(**rows)).reason
    assert "周末白天" in text(reason)
    assert "工作日9:00-17:00" in text(reason)


RESTDAYS = Schedule(Frequency.DAILY, 0, 1440, day_kind=DayKind.RESTDAY)
EVENINGS = Schedule(Frequency.DAILY, 20 * 60, 24 * 60)


def test_what_is_open_in_several_windows_together_is_not_called_closed() -> None:
    slots = (slot("night", schedule=WORKDAY_NIGHTS), slot("rest", schedule=RESTDAYS))
    car_park = resource(slots=slots, windows_text="工作日18:00—次日8:00；休息日全天")
    other = resource("a-closed", slots=(slot("d", "a-closed", 5, WORKDAY_DAYS),), windows_text="工作日9:00-17:00")
    asking = need(window=EVENINGS, window_text="每晚20:00—24:00")
    reason = unmet(street_graph(needs=(asking,), resources=(car_park, other))).reason
    assert (reason.code, reason.params["pieces"], reason.params["count"]) == ("reason.window.pieces", 1, 2)
    assert reason.params["resource_uids"][0] == "r", "what could be used stands first"
    assert "拆成几条" in text(reason)
    overnight = replace(asking, window=Schedule(Frequency.DAILY, 20 * 60, 31 * 60))
    found = unmet(street_graph(needs=(overnight,), resources=(car_park,))).reason
    assert found.code == "reason.window.closed", "on a Monday morning it is closed"


def test_a_slot_that_fails_by_its_guard_time_alone_is_told_with_the_guard_time() -> None:
    night = resource(slots=(slot("s", schedule=WORKDAY_NIGHTS),), guard_min=30, windows_text="工作日18:00—次日8:00")
    reason = unmet(
        street_graph(needs=(need(window=WORKDAY_NIGHTS, window_text="工作日晚"),), resources=(night,))
    ).reason
    assert (reason.code, reason.params["guarded"], reason.params["guard_min"]) == ("reason.window.guard", 1, 30)
    assert "提前 30 分钟" in text(reason)


def test_a_time_that_does_not_occur_is_told_with_the_days_looked_at() -> None:
    saturday = Schedule(Frequency.WEEKLY, 540, 600, byday=(5,))
    rows = {"window": saturday, "window_text": "周六", "needed_by": MONDAY.date() + dt.timedelta(days=3)}
    reason = unmet(street_graph(needs=(need(**rows),), resources=(resource(),))).reason
    assert (reason.code, reason.params["from"], reason.params["to"]) == (
        "reason.window.never",
        "2026-03-02",
        "2026-03-05",
    )
    later = need(window=saturday, window_text="周六", needed_from=MONDAY.date() + dt.timedelta(days=300))
    reason = unmet(street_graph(needs=(later,), resources=(resource(),))).reason
    assert (reason.params["from"], reason.params["to"]) == ("2026-03-02", "2026-03-15")


def test_an_overdue_need_can_still_be_served_by_what_begins_tomorrow() -> None:
    overdue = need(needed_by=MONDAY.date() - dt.timedelta(days=5))
    tomorrow = resource(valid_from=MONDAY.date() + dt.timedelta(days=1))
    assert explained(street_graph(needs=(overdue,), resources=(tomorrow,))).shortfalls == ()


def test_slots_apart_in_time_have_a_capacity_each_and_overlapping_ones_share_it() -> None:
    apart = (slot("night", "r", 5, WORKDAY_NIGHTS), slot("weekend", "r", 5, WEEKENDS))
    assert explained(street_graph(needs=(need(quantity=10),), resources=(resource(slots=apart),))).shortfalls == ()
    sharing = (apart[0], slot("always", "r", 5))
    shortfall = unmet(street_graph(needs=(need(quantity=10),), resources=(resource(slots=sharing),)))
    assert shortfall.quantity == 5
    used_up = resource(slots=apart, consumable=True)
    assert unmet(street_graph(needs=(need(quantity=10),), resources=(used_up,))).quantity == 5


def test_a_pairing_takes_the_tightest_slot_that_contains_its_window() -> None:
    slots = (slot("always", "r", 5), slot("night", "r", 5, WORKDAY_NIGHTS))
    found = served(slots=slots, need_window=WORKDAY_NIGHTS)
    assert found.slot_uid == "night"


def test_a_need_that_gets_a_part_says_how_much_and_how_many_others_share() -> None:
    needs = (need("n1", quantity=4, urgency=Urgency.URGENT), need("n2", quantity=4))
    reason = unmet(street_graph(needs=needs, resources=(resource(),))).reason
    assert (reason.code, reason.params["own"], reason.params["others"]) == ("reason.capacity.partly", 1, 1)
    (cap,) = reason.params["caps"]
    assert cap["holders"] == [{"need": "n1", "quantity": 4}, {"need": "n2", "quantity": 1}]


def test_what_others_hold_by_earlier_pairings_is_told() -> None:
    graph = street_graph(
        needs=(need(),),
        resources=(resource(offered=2),),
        pairings=(pairing("elsewhere", "r", "r-s", 2, PairingState.ACCEPTED),),
    )
    reason = unmet(graph).reason
    assert (reason.code, reason.params["capacity"], reason.params["others"]) == ("reason.capacity.resource", 2, 1)
    assert reason.params["caps"][0]["held_before"] == [{"need": "elsewhere", "quantity": 2}]


def test_what_a_need_holds_already_is_its_own_and_nobody_elses() -> None:
    graph = street_graph(
        needs=(need(quantity=5, status=NeedStatus.PARTLY_MATCHED),),
        resources=(resource(offered=2),),
        pairings=(pairing("n", "r", "r-s", 2, PairingState.ACCEPTED),),
    )
    shortfall = unmet(graph)
    reason = shortfall.reason
    assert (shortfall.quantity, reason.code, reason.params["own"]) == (3, "reason.capacity.alone", 2)
    assert reason.params["others"] == 0
    shared = replace(
        graph,
        resources=(resource(offered=4),),
        pairings=(*graph.pairings, pairing("other", "r", "r-s", 2, PairingState.ACCEPTED)),
    )
    reason = unmet(shared).reason
    assert (reason.code, reason.params["own"], reason.params["others"]) == ("reason.capacity.partly", 2, 1)
    assert reason.params["capacity"] == 4


def test_a_suspended_resource_is_on_the_list_and_not_on_offer() -> None:
    reason = unmet(street_graph(needs=(need(),), resources=(resource(status=ResourceStatus.SUSPENDED),))).reason
    assert reason.code == "reason.category.none"
    assert "清单里没有" not in text(reason), "it stands there"
    assert "on offer now" in text(reason, "en")


def test_the_nearest_is_one_of_those_that_people_may_walk_to() -> None:
    resources = (resource("listed", serves_uids=("cb",)), resource("far", location=at(12, 0)))
    reason = unmet(street_graph(needs=(need(),), resources=resources)).reason
    assert (reason.params["count"], reason.params["too_far"], reason.params["nearest_uid"]) == (2, 1, "far")
    assert "走过去用的有 1 项" in text(reason), "the listed one is nearer and does not serve this place"


def test_spaces_that_are_given_at_night_and_again_at_weekends_are_summed_over_both_windows() -> None:
    slots = (slot("night", "r", 5, WORKDAY_NIGHTS), slot("weekend", "r", 5, WEEKENDS))
    reason = unmet(street_graph(needs=(need(quantity=20),), resources=(resource(slots=slots),))).reason
    assert "各时段合计 10 个" in text(reason), "there are five spaces, each given twice"


def test_242_owners_find_1000_spaces() -> None:
    graph = parking(offered=1000, registrations={"ca": 112, "cb": 78, "cc": 52})
    instance = instance_of(graph)
    plan = solve(instance.problem)
    result = explain(instance, plan)
    assert (len(result.pairings), result.shortfalls) == (242, ())
    assert plan.status is Status.OPTIMAL
    assert int(instance.problem.capacity.sum()) - int(plan.quantity.sum()) == 758


@pytest.mark.parametrize("seed", range(3))
def test_a_batch_capped_at_200_places_200_and_says_who_holds_the_cap(seed: int) -> None:
    graph = parking(offered=1000, registrations={"ca": 112, "cb": 78, "cc": 52}, cap=200)
    instance = instance_of(graph, seed=seed)
    result = explain(instance, solve(instance.problem))
    assert len(result.pairings) == 200
    assert len(result.shortfalls) == 42
    assert Counter(row.reason.code for row in result.shortfalls) == {"reason.capacity.batch": 42}
    params = result.shortfalls[0].reason.params
    assert (params["cap"], params["no"], params["taken"], params["holders_count"]) == (200, 1, 200, 200)
    assert {entry["need"] for entry in params["holders"]} <= {row.need_uid for row in result.pairings}
    assert "200" in text(result.shortfalls[0].reason)


def test_a_car_park_of_200_places_200_and_says_that_it_is_used_up() -> None:
    result = explained(parking(offered=200, registrations={"ca": 112, "cb": 78, "cc": 52}))
    assert len(result.pairings) == 200
    assert Counter(row.reason.code for row in result.shortfalls) == {"reason.capacity.resource": 42}
    assert {row.reason.params["others"] for row in result.shortfalls} == {200}


def test_the_cap_of_a_batch_counts_units_whatever_each_of_its_needs_asks_for() -> None:
    graph = parking(offered=10, registrations={"ca": 3}, cap=2)
    grown = (replace(graph.needs[0], quantity=Quantity(2, "个")), *graph.needs[1:])
    result = explained(replace(graph, needs=grown))
    assert sum(pairing.quantity for pairing in result.pairings) == 2
    assert {row.reason.code for row in result.shortfalls} == {"reason.capacity.batch"}


def test_a_need_that_goes_to_another_office_weighs_nothing_in_the_plan_and_is_told_whole() -> None:
    graph = street_graph(needs=(need(category="SAF02", quantity=7),), resources=(resource(category="SAF02"),))
    instance = instance_of(graph)
    for backend in ("network_simplex", "greedy"):
        plan = solve(instance.problem, backend=backend)
        assert (instance.problem.demand.tolist(), plan.objective, plan.unmet.tolist()) == ([0], 0, [0])
        assert instance.unmet(plan).tolist() == [7]
        assert [(row.reason.code, row.quantity) for row in explain(instance, plan).shortfalls] == [("reason.routed", 7)]


def test_a_funnel_counts_every_resource_of_the_street_once() -> None:
    resources = (resource("r1", offered=0), resource("r2", category="LIV01"), resource("r3", location=at(40, 0)))
    shortfall = unmet(street_graph(needs=(need(),), resources=resources))
    assert [code for code, _ in shortfall.funnel] == list(STAGES)
    assert dict(shortfall.funnel)["category"] == dict(shortfall.funnel)["reach"] == 1
    assert sum(count for _, count in shortfall.funnel) == 3


def stopped(instance: Instance, status: Status) -> Plan:
    """A plan that serves nobody, as a search that ran out of time might."""
    plan = solve(instance.problem)
    nothing = np.zeros(0, np.int64)
    return replace(plan, status=status, pair=nothing, quantity=nothing, unmet=instance.problem.demand.copy())


def test_a_search_that_was_stopped_says_so_and_an_optimal_plan_may_not_leave_room() -> None:
    instance = instance_of(street_graph(needs=(need(),), resources=(resource(),)))
    (shortfall,) = explain(instance, stopped(instance, Status.FEASIBLE)).shortfalls
    assert (shortfall.reason.code, shortfall.reason.params["left"]) == ("reason.stopped", 5)
    with pytest.raises(MatcherError, match="claims to be optimal"):
        explain(instance, stopped(instance, Status.OPTIMAL))


def test_a_plan_of_another_instance_is_refused() -> None:
    one = instance_of(street_graph(needs=(need(),), resources=(resource(),)))
    other = instance_of(street_graph(needs=(need("n1"), need("n2")), resources=(resource(),)))
    with pytest.raises(MatcherError, match="Maybe it is of another one"):
        explain(other, solve(one.problem))


def test_suggestions_say_what_the_plan_gives_and_what_is_left() -> None:
    graph = street_graph(
        needs=(need("n1", quantity=5), need("n2", quantity=2, location=at(3, 0))),
        resources=(resource("near", offered=5), resource("far", offered=9, location=at(4, 1))),
    )
    instance = instance_of(graph)
    plan = solve(instance.problem)
    found = suggest(instance, plan, "n1", k=5)
    assert [(row.resource_uid, row.given, row.left) for row in found] == [("near", 5, 0), ("far", 0, 7)]
    assert suggest(instance, plan, "n1", k=1) == found[:1]
    assert sum(one.seconds for one in found[1].terms) == found[1].cost_s
    for wrong, message in (({"need_uid": "nobody"}, "no need 'nobody'"), ({"k": 0}, "k is 0")):
        with pytest.raises(MatcherError, match=message):
            suggest(instance, plan, **{"need_uid": "n1", **wrong})  # type: ignore[arg-type]


def test_a_street_without_needs_or_resources_has_a_plan() -> None:
    assert explained(street_graph()) == Explanation((), ())
    assert explained(street_graph(resources=(resource(),))).pairings == ()


def test_every_reason_that_can_be_given_has_its_words() -> None:
    assert set(SHORTFALL_CODES) == {code for code in catalogue() if code.startswith("reason.")}
    assert {f"stage.{code}" for code in STAGES} == {code for code in catalogue() if code.startswith("stage.")}

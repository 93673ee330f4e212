"""Instances of a street made by hand: what becomes a group, a limit, a row, a step, and what a pin takes out."""

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from api.services.answers import answer
from api.services.matching import solved_snapshot
from graph_schema.messages import render
from graph_schema.model.pairings import Finding
from graph_schema.model.snapshot import Snapshot, SnapshotBudget, SnapshotLoad, SnapshotRuling
from matcher.build import build
from matcher.costs import unmet_costs
from matcher.errors import InvalidProblemError
from matcher.explain import explain
from matcher.instance import Instance
from matcher.plan import Plan
from matcher.policy import Policy
from matcher.problem import Problem
from matcher.solve import solve
from matcher.street.fairness import ladder
from tests.instances.one_street import (
    DAYTIME,
    EVENINGS,
    FIRST_DAY,
    NIGHTS,
    area,
    need,
    provider,
    resource,
    slot,
    snapshot,
)


def planned(street: Snapshot, **policy: Any) -> tuple[Instance, Plan]:
    instance = build(street, Policy(**policy))
    return instance, solve(instance.problem, instance.rules)


def units(street: Snapshot, **policy: Any) -> dict[str, int]:
    """Units that each need has of a plan."""
    instance, plan = planned(street, **policy)
    given: dict[str, int] = {}
    for pairing in explain(instance, plan).pairings:
        given[pairing.need_uid] = given.get(pairing.need_uid, 0) + pairing.quantity
    return given


def pin(need_uid: str, resource_uid: str, quantity: int | None = None, **changes: Any) -> SnapshotRuling:
    made = {"provider_uid": None, "slot_uid": None, "until": None} | changes
    return SnapshotRuling(f"pin-{need_uid}-{resource_uid}", "pin", need_uid, resource_uid, quantity=quantity, **made)


def test_a_day_user_and_a_night_user_share_a_space_and_two_night_users_do_not() -> None:
    day, night = need("day", window=DAYTIME), need("night", window=NIGHTS)
    instance, _ = planned(snapshot(needs=(day, night), resources=(resource(),)))
    assert instance.groups.capacity.tolist() == [1, 1]
    assert instance.rules.is_empty
    assert units(snapshot(needs=(day, night), resources=(resource(),))) == {"day": 1, "night": 1}
    late = need("late", window=EVENINGS, urgency=0)
    instance, _ = planned(snapshot(needs=(late, night), resources=(resource(),)))
    assert instance.groups.capacity.tolist() == [1]
    assert units(snapshot(needs=(late, night), resources=(resource(),))) == {"late": 1}


def test_who_stays_all_day_and_night_meets_both_and_that_is_a_row_of_the_side_rules() -> None:
    street = snapshot(
        needs=(need("day", window=DAYTIME), need("night", window=NIGHTS), need("whole", urgency=0)),
        resources=(resource(),),
    )
    instance, _ = planned(street)
    rows = instance.rules.limits
    assert [key for key, _ in rows.sets.key] == ["moment"]
    assert (rows.limit.tolist(), rows.coefficient.tolist()) == ([1], [1, 1])
    assert units(street) == {"whole": 1}


def test_what_is_reserved_for_an_area_only_its_needs_may_take_and_they_may_take_of_the_rest() -> None:
    car_park = resource(capacity=3, area_quotas=(("c2", 2),))
    far = tuple(need(f"far{i}", urgency=0) for i in range(3))
    near = tuple(need(f"near{i}", area_uid="c2") for i in range(3))
    assert units(snapshot(needs=(*far, near[0]), resources=(car_park,))).keys() & {"near0"}
    served = units(snapshot(needs=(*far, *near), resources=(car_park,)))
    assert sum(name.startswith("far") for name in served) == 1
    assert sum(name.startswith("near") for name in served) == 2
    assert len(units(snapshot(needs=near, resources=(car_park,)))) == 3


def test_a_load_in_the_resources_own_unit_is_a_common_limit_over_all_its_resources() -> None:
    street = snapshot(
        needs=(need("a", quantity=3), need("b", quantity=3, area_uid="c2")),
        resources=(resource("r1", capacity=3), resource("r2", capacity=3, community="c2")),
        providers=(provider(loads=(SnapshotLoad("个", 4, 0, 9),)),),
    )
    instance, plan = planned(street)
    assert instance.limit_keys == (("load", "p"),)
    assert instance.problem.limits is not None
    assert instance.problem.limits.capacity.tolist() == [4]
    assert int(plan.quantity.sum()) == 4
    (shortfall,) = explain(instance, plan).shortfalls[:1]
    assert shortfall.reason.code == "reason.capacity.load"
    assert "单位p" in render(Finding(shortfall.reason.code, shortfall.reason.params), "zh")


def test_a_load_in_hours_counts_the_hours_of_the_windows_that_are_taken() -> None:
    street = snapshot(
        needs=(need("day", window=DAYTIME), need("evening", window=EVENINGS)),
        resources=(resource(),),
        providers=(provider(loads=(SnapshotLoad("小时", 100, 0, 9),)),),
    )
    instance, _ = planned(street)
    rows = instance.rules.limits
    assert rows.sets.key == (("load", "p"),)
    assert sorted(rows.coefficient.tolist()) == [30, 100]  # 3 hours and 10 hours a day, ten days
    assert len(units(street)) == 1


def test_in_an_emergency_loads_grow_and_rings_cost_nothing() -> None:
    street = snapshot(
        needs=(need("a", quantity=4, area_uid="c2"),),
        resources=(resource("r1", capacity=4),),
        providers=(provider(loads=(SnapshotLoad("个", 2, 0, 9),)),),
    )
    assert units(street) == {"a": 2}
    assert units(street, emergency=True, emergency_load_factor=1.5) == {"a": 3}
    instance, plan = planned(street, emergency=True)
    codes = {term.code for pairing in explain(instance, plan).pairings for term in pairing.terms}
    assert "term.ring.emergency" in codes


def test_a_person_is_at_one_place_at_a_time_over_all_resources() -> None:
    street = snapshot(
        needs=(need("post", window=NIGHTS), need("class", window=EVENINGS, category="A01")),
        resources=(
            resource("r1", slots=(slot("s1", NIGHTS),)),
            resource("r2", slots=(slot("s2", EVENINGS),)),
        ),
        providers=(provider(label="Person"),),
    )
    instance, _ = planned(street)
    assert [kind for kind, _ in instance.rules.limits.sets.key] == ["person"]
    assert len(units(street)) == 1
    assert len(units(snapshot(needs=street.needs, resources=street.resources))) == 2


def test_money_is_counted_in_fen_over_all_that_a_budget_pays_for() -> None:
    street = snapshot(
        needs=(need("a", quantity=3), need("b", quantity=3, area_uid="c2", urgency=0)),
        resources=(resource(capacity=6, unit_cost_fen=5_000_00),),
        budgets=(SnapshotBudget("pot", "为民服务经费", "为民服务", 2026, ("street",), 20_000_00),),
    )
    instance, _ = planned(street)
    rows = instance.rules.limits
    assert (rows.sets.key, rows.limit.tolist()) == ((("budget", "pot"),), [2_000_000])
    assert units(street) == {"b": 3, "a": 1}


@pytest.mark.parametrize(
    ("stated", "quantity", "whole", "single"),
    [
        pytest.param({}, 3, False, False, id="its category may be split"),
        pytest.param({"whole": True}, 3, True, False, id="it says whole"),
        pytest.param({"single_provider": True}, 3, False, True, id="it says one provider"),
        pytest.param({"whole": True, "single_provider": True}, 1, False, False, id="one unit is neither"),
    ],
)
def test_a_need_is_whole_or_single_as_it_says(
    stated: dict[str, bool], quantity: int, *, whole: bool, single: bool
) -> None:
    instance, _ = planned(snapshot(needs=(need(quantity=quantity, **stated),), resources=(resource(capacity=3),)))
    assert (instance.rules.whole.tolist(), instance.rules.single.tolist()) == ([whole], [single])


def test_the_roles_of_one_matter_are_all_served_or_none() -> None:
    lead = need("lead", quantity=2, team_uid="matter", role="lead", whole=False)
    support = need("support", quantity=2, team_uid="matter", role="support", area_uid="c2")
    assert units(snapshot(needs=(lead, support), resources=(resource(capacity=3),))) == {}
    assert units(snapshot(needs=(lead, support), resources=(resource(capacity=4),))) == {"lead": 2, "support": 2}


def test_a_pin_is_taken_out_beforehand_and_told_with_the_rule_that_it_breaks() -> None:
    street = snapshot(
        needs=(need("a", quantity=3, target_groups=()), need("b", urgency=0)),
        resources=(resource(capacity=3, target_groups=("ELDER",)),),
        rulings=(pin("a", "r", 2, reason="联席会已定"),),
    )
    instance, plan = planned(street)
    assert instance.problem.demand.tolist() == [{"a": 1, "b": 1}[uid] for uid in instance.need_uids]
    (pairing,) = explain(instance, plan).pairings
    assert (pairing.need_uid, pairing.quantity) == ("a", 2)
    codes = [term.code for term in pairing.terms]
    assert codes[-3:] == ["note.pinned", "note.pinned_against_rule", "note.pinned_reason"]
    words = [render(Finding(term.code, term.params), "zh") for term in pairing.terms[-3:]]
    assert "服务对象不符" in words[1]
    assert "联席会已定" in words[2]


@pytest.mark.parametrize(
    ("rulings", "code"),
    [
        pytest.param((pin("a", "r", 3),), "pins_over", id="more than there is"),
        pytest.param((pin("a", "r", 5),), "pin_beyond_need", id="more than is asked for"),
        pytest.param((pin("a", "gone", 1),), "pin_gone", id="a resource that is gone"),
        pytest.param((pin("a", "r", 1, slot_uid="other"),), "pin_gone", id="a slot that is gone"),
    ],
)
def test_pins_that_cannot_be_kept_are_refused_in_words(rulings: tuple[SnapshotRuling, ...], code: str) -> None:
    street = snapshot(needs=(need("a", quantity=4),), resources=(resource(capacity=2),), rulings=rulings)
    with pytest.raises(InvalidProblemError, match="Maybe") as refused:
        build(street, Policy())
    finding = refused.value.finding
    assert finding is not None
    assert finding.code == f"instance.{code}"
    said = render(Finding(finding.code, finding.params), "zh")
    assert "也许" in said
    assert "needlework ruling lift" in said
    assert rulings[0].uid in said


@pytest.mark.parametrize("seed", range(6))
def test_pins_that_cost_more_than_is_left_are_named_and_no_others(seed: int) -> None:
    street = snapshot(
        needs=(need("a", quantity=2, area_uid="c1"), need("b", area_uid="c2"), need("c", area_uid="c2")),
        resources=(resource("dear", capacity=3, unit_cost_fen=300), resource("free", capacity=3)),
        budgets=(SnapshotBudget("pot", "经费", "为民服务", 2026, ("c1",), 500),),
        rulings=(pin("a", "dear", 2), pin("b", "free", 1)),
    )
    with pytest.raises(InvalidProblemError) as refused:
        build(street, Policy(), seed=seed)
    finding = refused.value.finding
    assert finding is not None
    assert finding.code == "instance.pins_over_budget"
    assert [row["params"]["ruling"] for row in finding.params["pins"]] == ["pin-a-dear"]


def test_the_rings_that_come_first_are_used_up_before_any_other_gives() -> None:
    street = snapshot(
        needs=(need("a", area_uid="c1"), need("b", area_uid="c2")),
        resources=(resource("r1", community="c1"), resource("r2", community="c2", surveyed_on=None)),
    )
    instance, _ = planned(street, ring_first="community")
    dearest, cheapest = int(instance.problem.pair_cost.max()), int(instance.problem.pair_cost.min())
    assert dearest > 10 * cheapest
    assert instance.class_step > 10 * dearest
    assert units(street, ring_first="community") == {"a": 1, "b": 1}


def test_a_need_within_its_class_is_worth_more_by_its_flags_waiting_and_place_and_says_so() -> None:
    old = area("c2", has_property_mgmt=False, built_year=1985, share_60plus=0.5)
    urgent = need("b", area_uid="c2", flags=("key",), raised_on=FIRST_DAY - dt.timedelta(days=12))
    street = snapshot(needs=(need("a"), urgent), resources=(resource(),), areas=(area("c1"), old, area("street")))
    instance, plan = planned(street, fairness_mode="off")
    worth = dict(zip(instance.need_uids, instance.priority.tolist(), strict=True))
    assert worth == {"a": 0, "b": 600 + 120 + 300 + 300 + 300}
    (pairing,) = explain(instance, plan).pairings
    assert pairing.need_uid == "b"
    told = [term.code for term in pairing.terms if term.code.startswith("priority.")]
    assert told == [f"priority.{code}" for code in ("key", "waiting", "elderly_share", "no_property", "old_building")]


def test_a_place_in_the_worst_served_community_is_worth_minutes_of_walking_elsewhere() -> None:
    near = tuple(need(f"near{i}", area_uid="c1") for i in range(4))
    far = tuple(need(f"far{i}", area_uid="c2") for i in range(4))
    street = snapshot(needs=(*near, *far), resources=(resource(capacity=4, community="c1"),))
    assert {name[:-1] for name in units(street, fairness_mode="off")} == {"near"}
    for mode in ({"fairness_mode": "weighed", "community_min": 120}, {"fairness_mode": "strict"}):
        served = units(street, **mode)
        assert sum(name.startswith("far") for name in served) == 2


@pytest.mark.parametrize("mode", ["off", "weighed", "strict"])
def test_no_chain_of_dearer_pairs_outweighs_a_class(mode: str) -> None:
    chain, dearest = 40, 600
    # Need i may have resource i for nothing or the next one at the dearest cost; the last two ask for the chain's ends.
    rows = [[(i, 0), (i + 1, dearest)] for i in range(chain)] + [[(0, 0)], [(chain, 0)]]
    urgency = np.array([0] * (chain + 1) + [1], np.int32)
    steps = ladder(Policy(fairness_mode=mode), dearest, 0, len(rows))
    problem = Problem(
        demand=np.ones(len(rows), np.int64),
        unmet_cost=unmet_costs(urgency, steps.class_step),
        capacity=np.ones(chain + 1, np.int64),
        row_start=np.cumsum([0, *(len(row) for row in rows)]),
        pair_resource=np.array([r for row in rows for r, _ in row], np.int32),
        pair_cost=np.array([cost for row in rows for _, cost in row], np.int32),
    )
    plan = solve(problem)
    assert plan.unmet.tolist() == [0] * (chain + 1) + [1]


def test_what_is_short_of_different_units_is_never_added() -> None:
    street = snapshot(needs=(need("space"), need("meal", category="B01", unit="份")), resources=(resource(),))
    meals = replace(street.categories[0], code="B01", unit="份", can_be_served_by=(), one_for_one=("份",))
    instance, _ = planned(replace(street, categories=(*street.categories, meals)))
    assert instance.places.asked == (1, 1)
    assert set(instance.places.unit) == {"个", "份"}


def test_each_group_of_a_class_has_a_piece_a_unit_or_as_many_as_the_policy_says() -> None:
    grid = area("g", label="Grid", community="c1")
    street = snapshot(
        needs=(need("a", quantity=2, area_uid="g"), need("b", quantity=18, area_uid="c1")),
        resources=(resource(capacity=5),),
        areas=(area("c1"), area("c2"), grid, area("street")),
    )
    instance, _ = planned(street)
    costs, places = instance.problem.shortfall, instance.places
    assert costs is not None
    names = [instance.facts.areas.uid[area] for area in places.area]
    assert (names, places.asked) == (["g", "c1"], (2, 20))
    assert costs.above.tolist() == [1, -1]
    first = slice(*costs.segment_start[:2].tolist())
    assert (costs.from_units[first].tolist(), costs.cost[first].tolist()) == ([0, 1], [0, 166])
    second = slice(*costs.segment_start[1:].tolist())
    assert costs.from_units[second].tolist() == list(range(0, 20, 2))
    assert costs.cost[second].tolist() == [600 * i // 9 for i in range(10)]
    assert np.all(instance.problem.unmet_cost == instance.class_step)


def test_what_is_pinned_of_a_slot_and_what_the_plan_adds_is_one_pairing() -> None:
    street = snapshot(needs=(need("n", quantity=3),), resources=(resource(capacity=3),), rulings=(pin("n", "r", 2),))
    made = answer(solved_snapshot(street, Policy(), seed=0, deadline_s=None), "run")
    (pairing,) = made.pairings
    assert pairing.quantity == 3
    assert any(term.code == "note.pinned" for term in pairing.terms)


def test_two_limits_that_both_hold_a_need_back_are_both_told() -> None:
    street = snapshot(
        needs=(need("n", fund_kind="为民服务"), need("m", fund_kind="为民服务", urgency=0)),
        resources=(resource(capacity=2, unit_cost_fen=900),),
        providers=(provider(loads=(SnapshotLoad("个", 1, 0, 10),)),),
        budgets=(SnapshotBudget("budget", "经费", "为民服务", 2026, ("street",), 1000),),
    )
    (short,) = explain(*planned(street)).shortfalls
    assert short.need_uid == "n"
    assert short.reason.code == "reason.capacity.several"
    assert short.reason.params["limit_keys"] == [["budget", "budget"], ["load", "p"]]


@pytest.mark.parametrize("fixed", [None, 1, 2, 3])
def test_what_is_pinned_of_a_published_pairing_counts_as_kept(fixed: int | None) -> None:
    street = snapshot(
        needs=(need("n", quantity=3),),
        resources=(resource(capacity=3),),
        rulings=() if fixed is None else (pin("n", "r", fixed),),
        published=(("n", "r", "r-s", 3),),
    )
    assert units(street, most_changes=0) == {"n": 3}


def test_more_pinned_than_was_published_is_a_change() -> None:
    street = snapshot(
        needs=(need("n", quantity=3),),
        resources=(resource(capacity=3),),
        rulings=(pin("n", "r", 2),),
        published=(("n", "r", "r-s", 1),),
    )
    assert planned(street, most_changes=0)[1].status == "infeasible"
    assert planned(street, most_changes=1)[1].status == "optimal"

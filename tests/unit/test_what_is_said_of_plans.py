"""Figures and names that a plan is told with: what is left, who waits, what pins cost, which money pays."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from api.commands.advice_text import show_opportunity
from graph_schema.messages import render
from graph_schema.model.pairings import Finding
from graph_schema.model.places import LocatedBy
from graph_schema.model.snapshot import Point, Snapshot, SnapshotBudget, SnapshotRuling
from matcher.build import build
from matcher.compare import compare
from matcher.explain import explain, suggest
from matcher.explanations.rivals import runner_up
from matcher.instance import Instance
from matcher.opportunity import opportunity_of_resource
from matcher.plan import Plan
from matcher.policy import Policy
from matcher.recruit import recruit_next, standing_bands
from matcher.solve import solve
from tests.instances.one_street import DAYS, DAYTIME, EVENINGS, area, need, resource, slot, snapshot

POLICY = Policy(fairness_mode="off")


def pin(need_uid: str, resource_uid: str, units: int = 1) -> SnapshotRuling:
    return SnapshotRuling(f"pin-{need_uid}", "pin", need_uid, resource_uid, None, None, units, None)


def money(uid: str, left_fen: int, kind: str = "为民服务", area_uid: str = "c1") -> SnapshotBudget:
    return SnapshotBudget(uid, f"经费{uid}", kind, 2026, (area_uid,), left_fen)


def planned(made: Snapshot) -> tuple[Instance, Plan]:
    instance = build(made, POLICY)
    return instance, solve(instance.problem, instance.rules)


def said(code: str, params: dict[str, Any]) -> str:
    assert render(Finding(code, params), "en")
    return render(Finding(code, params), "zh")


def test_what_no_need_could_reach_is_left_wholly_but_for_pins() -> None:
    idle = resource("idle", capacity=5, community="c2", serves=("c2",))
    made = snapshot(
        needs=(need("n"), need("k"), need("m")), resources=(idle, resource("busy")), rulings=(pin("m", "idle", 1),)
    )
    instance, plan = planned(made)
    assert instance.resource_uids == ("busy",)
    bands = standing_bands(np.ones(DAYS + 1, np.bool_))
    owners = {owner.resource_uid: owner.left for row in recruit_next(instance, plan, bands) for owner in row.owners}
    assert owners == {"busy": 0, "idle": 4}


def two_slots(*needs: Any) -> Snapshot:
    slots = (slot("day", DAYTIME, 1), slot("evening", EVENINGS, 1))
    return snapshot(needs=needs, resources=(resource("r", slots=slots),))


def test_who_is_served_from_another_slot_waits_for_nothing() -> None:
    instance, plan = planned(two_slots(need("a", window=DAYTIME), need("b")))
    assert not plan.unmet.any()
    assert runner_up(instance, plan, "a", "r").need is None
    instance, plan = planned(two_slots(need("a", window=DAYTIME, urgency=0), need("b", urgency=0), need("c")))
    waiting = runner_up(instance, plan, "a", "r").need
    assert waiting is not None
    assert waiting.need_uid == "c"


def test_a_pin_of_what_the_plan_had_costs_nothing_and_counts_among_what_is_given() -> None:
    rows = {"needs": (need("n"), need("m")), "resources": (resource("r", capacity=2), resource("far", community="c2"))}
    free, pinned = planned(snapshot(**rows)), planned(snapshot(**rows, rulings=(pin("n", "r"),)))
    assert pinned[1].objective < free[1].objective
    assert pinned[0].cost(pinned[1]) == free[0].cost(free[1]) == free[1].objective
    both = compare(free, pinned)
    assert both.before.objective == both.after.objective
    assert both.changes == ()
    assert dict(both.after.parts)["pinned"] > 0
    assert dict(both.before.parts)["rest"] == dict(both.after.parts)["rest"]
    (best, *_) = suggest(*pinned, "n")
    assert (best.resource_uid, best.given) == ("r", 1)


def test_no_pin_lets_a_plan_look_better_than_the_best() -> None:
    rows = {"needs": (need("n"), need("m")), "resources": (resource("r", capacity=2), resource("far", community="c2"))}
    best = planned(snapshot(**rows))
    for other in ("r", "far"):
        instance, plan = planned(snapshot(**rows, rulings=(pin("n", other),)))
        assert instance.cost(plan) >= best[0].cost(best[1])
        assert (instance.cost(plan) > best[0].cost(best[1])) == (other == "far")


def test_a_paid_pairing_names_the_money_that_pays() -> None:
    made = snapshot(needs=(need("n"),), resources=(resource("r", unit_cost_fen=500),), budgets=(money("near", 600),))
    (row,) = explain(*planned(made)).pairings
    (term,) = (term for term in row.terms if term.code.startswith("term.money"))
    assert "5 元，由“经费near”付" in said(term.code, term.params)


def test_what_is_only_assumed_of_places_and_history_is_said_so() -> None:
    street = area("street").ring_path
    rough = Point(0.0, 0.0, LocatedBy.APPROXIMATE)
    wide = resource("r", serves=("street",), home_ring=street, point=rough)
    (row,) = explain(*planned(snapshot(needs=(need("n", point=rough),), resources=(wide,)))).pairings
    words = {term.code: said(term.code, term.params) for term in row.terms}
    assert "看资源的服务范围" in words["term.ring.street"], "its provider may well be next door"
    assert "本系统里没有" in words["term.cooperation.first"], "lists may know of what was done before"
    assert words["note.approximate_place"].startswith("至少有一端没有坐标"), "both ends may have an address"


def test_a_need_that_could_have_two_slots_is_listed_with_the_time_of_each() -> None:
    instance, plan = planned(two_slots(need("b")))
    rows = opportunity_of_resource(instance, plan, "r")
    assert [row.need_uid for row in rows] == ["b", "b"]
    at = SimpleNamespace(
        changed=False, titles={"b": "需求b"}, units={"b": "个"}, windows={"day": "工作日白天", "evening": "每晚"}
    )
    lines: list[str] = []
    session = SimpleNamespace(
        language="zh",
        text=lambda code, **params: render(Finding(code, params), "zh"),
        say=lambda code, **params: lines.append(render(Finding(code, params), "zh")),
    )
    show_opportunity(cast("Any", session), cast("Any", SimpleNamespace(present=at, name="r", of_need=False, rows=rows)))
    named = {line.split("，")[0].strip()[3:] for line in lines if "代价" in line}
    assert named == {"需求b（工作日白天）", "需求b（每晚）"}


def test_money_that_is_short_is_named_with_what_it_has_left_and_with_what_is_not_touched() -> None:
    costly = (resource("r", unit_cost_fen=500),)
    pools = (money("near", 300), money("wide", 90_000, area_uid="street"))
    (row,) = explain(*planned(snapshot(needs=(need("n"),), resources=costly, budgets=pools))).shortfalls
    text = said(row.reason.code, row.reason.params)
    assert "“经费near”只剩 3 元" in text
    assert "经费wide（为民服务，剩 900 元）" in text
    wanting = snapshot(needs=(need("n", fund_kind="为民"),), resources=costly, budgets=pools)
    (row,) = explain(*planned(wanting)).shortfalls
    text = said(row.reason.code, row.reason.params)
    assert row.reason.code == "reason.budget.other_kind"
    assert "经费near（为民服务，剩 3 元）" in text
    taken = snapshot(needs=(need("n"), need("m", urgency=0)), resources=(resource("r", capacity=2, unit_cost_fen=500),),
                     budgets=(money("near", 700),))  # fmt: skip
    (row,) = explain(*planned(taken)).shortfalls
    assert row.reason.code == "reason.capacity.budget"
    assert "经费near（为民服务，剩 2 元）" in said(row.reason.code, row.reason.params)

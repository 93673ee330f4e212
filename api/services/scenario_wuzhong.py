"""Wuzhong: what money allows, who may eat, what a pool changes, and instructors of whom none has more than four."""

from collections import Counter
from typing import Any

from api.services.matching import PlanReport
from api.services.scenario_measures import community_of, given_by, given_to, reason_of, unmet_units
from api.services.scenario_parts import (
    Assertion,
    Expected,
    Played,
    Scenario,
    list_figures,
    plan_figures,
    plan_invariants,
    street_figures,
)
from api.services.scenario_stage import Stage
from graph_schema.demo import wuzhong

FEN = 100


def play(stage: Stage) -> Played:
    """Lists in, plan, export and back; then an instructor withdraws; then the poor community joins its pool."""
    imported = stage.read_lists()
    plan = stage.match()
    round_trip = stage.round_trip()
    figures: dict[str, Any] = {
        "lists": list_figures(imported),
        **street_figures(plan.graph),
        "money": money_figures(plan),
        "elders": {
            "meals_of_80_and_over": _met(plan, f"{wuzhong.MEAL_COMMUNITY}高龄老人集中就餐"),
            "delivered": _met(plan, f"{wuzhong.community_name(2)}高龄老人送餐上门"),
            "reason_of_60_and_over": reason_of(plan, f"{wuzhong.MEAL_COMMUNITY}六十岁以上老人集中就餐"),
        },
        "groups": group_figures(plan),
        "plan": plan_figures(plan),
        "round_trip_changes": round_trip,
    }
    plans = {"": plan}
    if stage.owns_lists:
        stage.correct([wuzhong.instructors_file((wuzhong.WITHDRAWN,))])
        plans["withdrawn"] = stage.match()
        figures["withdrawn"] = group_figures(plans["withdrawn"])
        stage.correct([wuzhong.directory_file((*wuzhong.POOLED, wuzhong.POOR)), wuzhong.resources_file()])
        plans["pooled"] = stage.match()
        before, after = (unmet_units(plans[step], wuzhong.POOR) for step in ("withdrawn", "pooled"))
        figures["pool"] = {"poor_unmet_before": before, "poor_unmet_after": after, "fall": before - after}
    return Played(
        imported=imported,
        plan=plan,
        figures=figures,
        invariants=(
            *(row for step, made in plans.items() for row in plan_invariants(stage, made, step)),
            Assertion("round_trip", expected=0, measured=round_trip),
        ),
    )


def money_figures(plan: PlanReport) -> dict[str, Any]:
    """Yuan that each community spends and keeps of its year, those that spend nothing left out."""
    places = community_of(plan.graph)
    spent: Counter[str] = Counter()
    for row in plan.pairings:
        cost = plan.resources[row.resource_uid].unit_cost_fen or 0
        if cost:
            spent[places[plan.needs[row.need_uid].area_uid]] += cost * row.quantity // FEN
    return {
        "spent_yuan": dict(sorted(spent.items())),
        "left_yuan": {name: wuzhong.YEARLY_YUAN - yuan for name, yuan in sorted(spent.items())},
    }


def group_figures(plan: PlanReport) -> dict[str, Any]:
    """Working groups with an instructor, and how many groups the instructors have."""
    title = "党的工作小组指导"
    given = given_to(plan)
    asked = [need for need in plan.graph.needs if need.title.endswith(title)]
    people = {person.uid: person.pseudonym_id for person in plan.graph.people}
    loads = {people[uid]: units for uid, units in given_by(plan).items() if uid in people}
    return {
        "asked": len(asked),
        "covered": sum(given[need.uid] > 0 for need in asked),
        "instructors": len(people),
        "with_groups": len(loads),
        "most": max(loads.values(), default=0),
        "of_the_withdrawn": loads.get(wuzhong.WITHDRAWN, 0),
    }


def _met(plan: PlanReport, title: str) -> int:
    """Units that a need of this title got."""
    given = given_to(plan)
    return sum(given[need.uid] for need in plan.graph.needs if need.title == title)


_MEAL, _DELIVERY = f"money.left_yuan.{wuzhong.MEAL_COMMUNITY}", f"money.left_yuan.{wuzhong.community_name(2)}"

EXPECTED = (
    Expected("communities", "communities", wuzhong.COMMUNITIES),
    Expected("grids", "grids", wuzhong.GRIDS),
    Expected("stations", "stations", wuzhong.STATIONS),
    Expected("meal_point_yuan", f"money.spent_yuan.{wuzhong.MEAL_COMMUNITY}", wuzhong.MEAL_POINT_YUAN),
    Expected("left_after_the_meal_point", _MEAL, wuzhong.YEARLY_YUAN - wuzhong.MEAL_POINT_YUAN, "at_least"),
    Expected("no_more_than_the_year_has", _DELIVERY, 0),
    Expected("delivered_as_far_as_the_money_goes", "elders.delivered", wuzhong.YEARLY_YUAN // wuzhong.DELIVERY_YUAN),
    Expected("meals_of_80_and_over", "elders.meals_of_80_and_over", wuzhong.MEAL_PLACES),
    Expected("reason_of_60_and_over", "elders.reason_of_60_and_over", "target_group"),
    Expected("poor_unmet_before_the_pool", "pool.poor_unmet_before", 90),
    Expected("poor_unmet_after_the_pool", "pool.poor_unmet_after", 12),
    Expected("poor_unmet_falls", "pool.fall", 78),
    Expected("groups", "groups.asked", wuzhong.GROUPS),
    Expected("groups_covered", "groups.covered", wuzhong.GROUPS),
    Expected("instructors", "groups.instructors", wuzhong.INSTRUCTORS),
    Expected("most_groups", "groups.most", wuzhong.MOST_GROUPS, "at_most"),
    Expected("groups_covered_after_one_withdraws", "withdrawn.covered", wuzhong.GROUPS),
    Expected("most_groups_after_one_withdraws", "withdrawn.most", wuzhong.MOST_GROUPS, "at_most"),
    Expected("groups_of_the_withdrawn", "withdrawn.of_the_withdrawn", 0),
)

SCENARIO = Scenario(wuzhong.SCENE, play, EXPECTED)

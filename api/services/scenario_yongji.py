"""Yongji: each neighbourhood with its unit and with 15 or 16 members, who walk little and stay with their own."""

from collections import Counter
from typing import Any

from api.services.matching import PlanReport
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
from api.services.scenario_stage import Stage, plan_checks
from graph_schema.demo import yongji
from graph_schema.model.providers import Organization, Person

NEAR_S = 300
"""A walk that is short, seconds: what people are asked to walk for this kind of duty at most."""


def play(stage: Stage) -> Played:
    """Lists in, plan, export and back."""
    imported = stage.read_lists()
    plan = stage.match()
    round_trip = stage.round_trip()
    return Played(
        imported=imported,
        plan=plan,
        figures={
            "lists": list_figures(imported),
            **street_figures(plan.graph),
            "members": member_figures(plan),
            "own_units": own_units(plan),
            "plan": plan_figures(plan),
            "round_trip_changes": round_trip,
        },
        invariants=(
            *plan_invariants(stage, plan),
            Assertion("round_trip", expected=0, measured=round_trip),
        ),
    )


def member_figures(plan: PlanReport) -> dict[str, Any]:
    """How many members each neighbourhood has, how many are of their unit's area, and how many stay near home."""
    people = {person.uid: person for person in plan.graph.people}
    of_unit = {unit.uid: set(unit.responsible_uids) for unit in plan.graph.organizations}
    in_each: Counter[str] = Counter()
    checks = plan_checks(plan)
    own, near = 0, 0
    for row in plan.pairings:
        person = people.get(plan.resources[row.resource_uid].provider_uid)
        if person is None:
            continue
        area = plan.needs[row.need_uid].area_uid
        in_each[area] += row.quantity
        near += row.quantity * (checks.walk_s(row) <= NEAR_S)
        own += row.quantity * (area in _looked_after(person, of_unit))
    sizes = Counter(in_each.values())
    return {
        "placed": sum(in_each.values()),
        "neighborhoods": len(in_each),
        "fewest": min(in_each.values(), default=0),
        "most": max(in_each.values(), default=0),
        "of_each_size": {str(size): count for size, count in sorted(sizes.items())},
        "in_their_own_area": own,
        "near": near,
    }


def own_units(plan: PlanReport) -> int:
    """Neighbourhoods that got the unit that looks after them."""
    units: dict[str, Organization] = {unit.uid: unit for unit in plan.graph.organizations}
    return sum(
        plan.needs[row.need_uid].area_uid in units[provider].responsible_uids
        for row in plan.pairings
        if (provider := plan.resources[row.resource_uid].provider_uid) in units
    )


def _looked_after(person: Person, of_unit: dict[str, set[str]]) -> set[str]:
    """Areas that a member looks after: the stated ones, else those of the member's unit."""
    return set(person.responsible_uids) or of_unit.get(person.affiliation_uid or "", set())


EXPECTED = (
    Expected("neighborhoods", "neighborhoods", yongji.NEIGHBORHOODS),
    Expected("units", "units", yongji.UNITS),
    Expected("members", "people", yongji.MEMBERS),
    Expected("members_placed", "members.placed", yongji.MEMBERS),
    Expected("neighborhoods_with_members", "members.neighborhoods", yongji.NEIGHBORHOODS),
    Expected("fewest_members", "members.fewest", 15),
    Expected("most_members", "members.most", 16),
    Expected("of_each_size", "members.of_each_size", {"15": 226, "16": 10}),
    Expected("members_in_their_own_area", "members.in_their_own_area", 900, "at_least"),
    Expected("members_walk_little", "members.near", 2500, "at_least"),
    Expected("each_with_its_unit", "own_units", yongji.NEIGHBORHOODS),
)

SCENARIO = Scenario(yongji.SCENE, play, EXPECTED)

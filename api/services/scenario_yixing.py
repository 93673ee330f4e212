"""Yixing: a service day on each 7th, three published lists, and units that serve the branches they are paired with."""

from collections.abc import Mapping
from typing import Any

from api.services.calendar import service_year
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
from api.services.scenario_stage import Stage
from graph_schema.demo import yixing
from graph_schema.model.needs import Visibility
from graph_schema.model.street import StreetGraph
from graph_schema.workdays import WorkCalendar


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
            "branches": sum(party.kind == "小区党支部" for party in plan.graph.party_organizations),
            "published": published(plan.graph),
            "service_day": service_days(plan.graph),
            "paired": paired_figures(plan),
            "reasons": sorted(plan.run.figures["unmet_by_reason"]),
            "plan": plan_figures(plan),
            "round_trip_changes": round_trip,
        },
        invariants=(
            *plan_invariants(stage, plan),
            Assertion("round_trip", expected=0, measured=round_trip),
        ),
    )


def published(graph: StreetGraph) -> dict[str, int]:
    """Rows of the three lists that everybody may see."""
    return {
        "needs": sum(need.visibility is Visibility.PUBLIC for need in graph.needs),
        "resources": sum(resource.list_kind == "resource" for resource in graph.resources),
        "services": sum(resource.list_kind == "service" for resource in graph.resources),
    }


def service_days(graph: StreetGraph) -> dict[str, Any]:
    """The service day's dates of a year, and those of them that are rest days."""
    names = {area.uid: area.name for area in graph.areas}
    year = service_year(graph.resources, names, yixing.SERVICE_YEAR, WorkCalendar())
    return {
        "year": year.year,
        "dates": [day.isoformat() for day in year.dates],
        "services": len(year.services),
        "rest_days": [day.isoformat() for day in year.rest_days],
    }


def paired_figures(plan: PlanReport) -> dict[str, int]:
    """Service-day needs that are wholly served by the unit paired with their branch, and all."""
    paired = _paired_areas(plan.graph)
    days = [need for need in plan.graph.needs if "服务日" in need.title]
    own = {need.uid: 0 for need in days}
    for row in plan.pairings:
        provider = plan.resources[row.resource_uid].provider_uid
        if row.need_uid in own and plan.needs[row.need_uid].area_uid in paired.get(provider, frozenset()):
            own[row.need_uid] += row.quantity
    return {"asked": len(days), "by_their_own_unit": sum(own[need.uid] == need.quantity.value for need in days)}


def _paired_areas(graph: StreetGraph) -> Mapping[str, frozenset[str]]:
    """Unit -> areas of the branches that it is paired with."""
    areas = {party.uid: party.jurisdiction_uids for party in graph.party_organizations}
    return {
        unit.uid: frozenset(area for party in unit.paired_uids for area in areas.get(party, ()))
        for unit in graph.organizations
    }


EXPECTED = (
    Expected("branches", "branches", yixing.BRANCHES),
    Expected("neighborhoods", "neighborhoods", yixing.BRANCHES),
    Expected("units", "units", yixing.PAIRED_UNITS),
    Expected("published_needs", "published.needs", 353),
    Expected("published_resources", "published.resources", 30),
    Expected("published_services", "published.services", yixing.PAIRED_UNITS),
    Expected(
        "service_days",
        "service_day.dates",
        [f"{yixing.SERVICE_YEAR}-{month:02d}-07" for month in range(1, 13)],
    ),
    Expected("reasons", "reasons", ["reach", "window"]),
    Expected("service_day_needs", "paired.asked", yixing.BRANCHES),
    Expected("served_by_their_own_unit", "paired.by_their_own_unit", yixing.BRANCHES),
)

SCENARIO = Scenario(yixing.SCENE, play, EXPECTED)

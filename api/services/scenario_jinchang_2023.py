"""Jinchang in 2023: need list meets resource list, nobody gives more than was released, a weekend programme."""

from collections import Counter
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
from graph_schema.demo import jinchang_2023
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
            "projects": project_figures(plan.graph),
            "weekend": weekend_figures(plan.graph),
            "kiosks_repurposed": kiosks(plan),
            "over_released": over_released(plan),
            "reasons": sorted(plan.run.figures["unmet_by_reason"]),
            "plan": plan_figures(plan),
            "round_trip_changes": round_trip,
        },
        invariants=(
            *plan_invariants(stage, plan),
            Assertion("over_released", expected=[], measured=over_released(plan)),
            Assertion("round_trip", expected=0, measured=round_trip),
        ),
    )


def project_figures(graph: StreetGraph) -> dict[str, int]:
    """Projects of each level, and all."""
    levels = Counter(project.level or "" for project in graph.projects)
    return {"all": levels.total(), **dict(sorted(levels.items()))}


def weekend_figures(graph: StreetGraph) -> dict[str, Any]:
    """The weekend programme of the year: dates, occurrences, and dates that are workdays of the calendar."""
    names = {area.uid: area.name for area in graph.areas}
    year = service_year(graph.resources, names, jinchang_2023.WEEKEND_YEAR, WorkCalendar())
    return {
        "year": year.year,
        "dates": len(year.dates),
        "occurrences": len(year.occurrences),
        "communities": len(year.areas),
        "on_workdays": [day.isoformat() for day in year.dates if day not in year.rest_days],
    }


def kiosks(plan: PlanReport) -> list[list[str]]:
    """[kiosk, what it becomes] for each idle kiosk that serves another category than its own."""
    return sorted(
        [plan.resources[row.resource_uid].name, plan.needs[row.need_uid].title]
        for row in plan.pairings
        if plan.resources[row.resource_uid].name in jinchang_2023.KIOSKS
        and plan.needs[row.need_uid].category != plan.resources[row.resource_uid].category
    )


def over_released(plan: PlanReport) -> list[str]:
    """Resources of which a slot gives more than their owner released."""
    given: Counter[tuple[str, str]] = Counter()
    for row in plan.pairings:
        given[row.resource_uid, row.slot_uid] += row.quantity
    return sorted(
        plan.resources[uid].name for (uid, _), units in given.items() if units > plan.resources[uid].offered.value
    )


EXPECTED = (
    Expected("communities", "communities", 29),
    Expected("units", "units", 181),
    Expected("projects_of_the_street", "projects.街道", 3),
    Expected("sub_projects", "projects.社区", 87),
    Expected("micro_projects", "projects.微项目", 29),
    Expected("projects", "projects.all", 119),
    Expected("weekend_dates", "weekend.dates", 105),
    Expected("weekend_communities", "weekend.communities", 29),
    Expected("reasons", "reasons", ["capacity", "reach", "window"]),
    Expected(
        "kiosks_repurposed",
        "kiosks_repurposed",
        [
            ["闲置采样亭（仁安）", "彩香二村南社区暖新驿站"],
            ["闲置采样亭（观景）", "金夏社区暖新驿站"],
        ],
    ),
)

SCENARIO = Scenario(jinchang_2023.SCENE, play, EXPECTED)

"""Jinchang in 2023: need list meets resource list, nobody gives more than was released, a weekend programme."""

from collections import Counter
from typing import Any

from api.services.calendar import service_year
from api.services.matching import PlanReport
from api.services.scenario_measures import given_by
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
from graph_schema.demo import jinchang_2023
from graph_schema.demo.people import VANGUARD_KINDS, VANGUARDS
from graph_schema.demo.roster import WORKERS
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
            "vanguards": vanguard_figures(plan),
            "roster": roster_figures(plan),
            "projects": project_figures(plan.graph),
            "weekend": weekend_figures(plan.graph),
            "kiosks_repurposed": kiosks(plan),
            "over_released": list(plan_checks(plan).together().over_capacity()),
            "reasons": sorted(plan.run.figures["unmet_by_reason"]),
            "plan": plan_figures(plan),
            "round_trip_changes": round_trip,
        },
        invariants=(
            *plan_invariants(stage, plan),
            Assertion("round_trip", expected=0, measured=round_trip),
        ),
    )


def vanguard_figures(plan: PlanReport) -> dict[str, Any]:
    """Vanguards of each kind, and what those who give something give at most."""
    people = {person.uid: person for person in plan.graph.people if person.vanguard_kind is not None}
    loads = [units for uid, units in given_by(plan).items() if uid in people]
    kinds = Counter(person.vanguard_kind or "" for person in people.values())
    return {
        "all": len(people),
        **dict(sorted(kinds.items())),
        "giving": len(loads),
        "given": sum(loads),
        "most": max(loads, default=0),
    }


def roster_figures(plan: PlanReport) -> dict[str, Any]:
    """Shifts that are filled, the workers on them, and those on more than one post."""
    people = {person.uid: person.pseudonym_id for person in plan.graph.people}
    posts: dict[str, set[str]] = {}
    filled: Counter[str] = Counter()
    for row in plan.pairings:
        need = plan.needs[row.need_uid]
        if need.post is not None:
            posts.setdefault(people[plan.resources[row.resource_uid].provider_uid], set()).add(need.post)
            filled[row.need_uid] += row.quantity
    asked = [need for need in plan.graph.needs if need.post is not None]
    return {
        "workers": sum(name.startswith("WG-") for name in people.values()),
        "posts": len({need.post for need in asked}),
        "shifts": len(asked),
        "filled": sum(filled[need.uid] == 1 for need in asked),
        "on_duty": len(posts),
        "on_several_posts": sorted(name for name, held in posts.items() if len(held) > 1),
    }


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


EXPECTED = (
    Expected("communities", "communities", 29),
    Expected("units", "units", 181),
    Expected("vanguards", "vanguards.all", VANGUARDS),
    *(Expected(f"vanguards_{kind}", f"vanguards.{kind}", count) for kind, count in VANGUARD_KINDS),
    Expected("most_of_a_vanguard", "vanguards.most", jinchang_2023.MOST_VISITS),
    Expected("workers", "roster.workers", WORKERS),
    Expected("posts", "roster.posts", WORKERS),
    Expected("shifts_filled", "roster.filled", 2 * WORKERS),
    Expected("same_person_on_the_same_post", "roster.on_several_posts", []),
    Expected("projects_of_the_street", "projects.街道", 3),
    Expected("sub_projects", "projects.社区", 87),
    Expected("micro_projects", "projects.微项目", 29),
    Expected("projects", "projects.all", 119),
    Expected("weekend_dates", "weekend.dates", 105),
    Expected("weekend_communities", "weekend.communities", 29),
    Expected("nobody_gives_more_than_released", "over_released", []),
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

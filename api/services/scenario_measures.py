"""Measures of a plan that several scenarios share: what each place got, what each provider gives, what it costs."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from api.services.matching import PlanReport
from graph_schema.model.places import AdminDivision
from graph_schema.model.street import StreetGraph

WALK_TERM = "term.walk"


def community_of(graph: StreetGraph) -> Mapping[str, str]:
    """Area uid -> name of the community that it is or lies in; areas above communities are left out."""
    areas = {area.uid: area for area in graph.areas}
    found: dict[str, str] = {}
    for uid in areas:
        up: str | None = uid
        while up is not None and up in areas:
            area = areas[up]
            if isinstance(area, AdminDivision) and area.level == "community":
                found[uid] = area.name
                break
            up = area.parent_uid
    return found


def given_to(plan: PlanReport) -> Counter[str]:
    """Units that each need got, by uid."""
    given: Counter[str] = Counter()
    for row in plan.pairings:
        given[row.need_uid] += row.quantity
    return given


def given_by(plan: PlanReport) -> Counter[str]:
    """Units that each provider gives, by uid."""
    given: Counter[str] = Counter()
    for row in plan.pairings:
        given[plan.resources[row.resource_uid].provider_uid] += row.quantity
    return given


def unmet_units(plan: PlanReport, community: str | None = None) -> int:
    """Units that stayed unmet, of one community or of all; only sensible where all are counted in one unit."""
    places = community_of(plan.graph)
    return sum(
        row.quantity
        for row in plan.shortfalls
        if community is None or places.get(plan.needs[row.need_uid].area_uid) == community
    )


def reason_of(plan: PlanReport, title: str) -> str | None:
    """Stage of the funnel that left a need of this title short, ``None`` when it is met."""
    return next(
        (row.reason.code.split(".")[1] for row in plan.shortfalls if plan.needs[row.need_uid].title == title),
        None,
    )


def coverage_figures(plan: PlanReport) -> dict[str, Any]:
    """Coverage by community, the worst-off one, and what the plan costs beside: walking, all terms, units given."""
    places = community_of(plan.graph)
    asked: Counter[str] = Counter()
    got: Counter[str] = Counter()
    given = given_to(plan)
    short = {row.need_uid: row.quantity for row in plan.shortfalls}
    for need in plan.graph.needs:
        community = places[need.area_uid]
        got[community] += given[need.uid]
        asked[community] += given[need.uid] + short.get(need.uid, 0)
    shares = {name: round(got[name] / units, 4) for name, units in sorted(asked.items())}
    return {
        "by_community": {name: [got[name], asked[name]] for name in sorted(asked)},
        "worst_off": min(shares.values()),
        "units_given": sum(given.values()),
        "walking_s": _walking_s(plan),
        "terms_s": sum(row.quantity * row.cost_s for row in plan.pairings),
        "status": plan.run.status,
    }


def _walking_s(plan: PlanReport) -> int:
    """Seconds of walking of the whole plan, each unit its own walk."""
    return sum(
        row.quantity * int(term.params.get("seconds", 0))
        for row in plan.pairings
        for term in row.terms
        if term.code.startswith(WALK_TERM)
    )

"""What the Jinchang scenario of 2020 measured, as JSON values, and the statements that it makes about itself."""

from collections import Counter
from typing import Any

from api.services.calendar import ServiceYear
from api.services.importing import ImportReport
from api.services.matching import PlanReport
from api.services.scenario_jinchang_parts import BatchOutcome, SharedResource, StressOutcome
from api.services.scenario_parts import Assertion, Expected, flaws_found, list_figures, plan_figures
from graph_schema.demo import jinchang

CAPACITY = "capacity"
STRESS_SPACES = 200


def figures_of(
    plan: PlanReport,
    imported: ImportReport,
    *,
    batches: tuple[BatchOutcome, ...],
    shared: SharedResource | None,
    stress: StressOutcome | None,
    services: ServiceYear,
    round_trip: int,
) -> dict[str, Any]:
    """Every measured figure; nothing in it depends on the clock, the engine or the machine."""
    graph = plan.graph
    levels = Counter(getattr(area, "level", type(area).__name__) for area in graph.areas)
    measured: dict[str, Any] = {
        "lists": list_figures(imported),
        "communities": levels["community"],
        "grids": levels["Grid"],
        "linked_branches": sum("联动" in party.kind for party in graph.party_organizations),
        "units": len(graph.organizations),
        "teams": len(graph.teams),
        "vanguards": len(graph.people),
        "resources": sum(resource.list_kind == "resource" for resource in graph.resources),
        "services": sum(resource.list_kind == "service" for resource in graph.resources),
        "needs": sum(need.registration_uid is None for need in graph.needs),
        "projects": len(graph.projects),
        "batches": [batch_figures(batch) for batch in batches],
        "parking": None if shared is None else shared_figures(shared),
        "plan": plan_figures(plan),
        "reasons": sorted(plan.run.figures["unmet_by_reason"]),
        "flaws_found": flaws_found(imported),
        "service_day": {
            "year": services.year,
            "occurrences": len(services.occurrences),
            "dates": [day.isoformat() for day in services.dates],
            "rest_days": [day.isoformat() for day in services.rest_days],
            "services": list(services.services),
            "communities": list(services.areas),
        },
        "round_trip_changes": round_trip,
        "stress": None
        if stress is None
        else {
            "offered": stress.offered,
            "rows_updated": stress.updated,
            **batch_figures(stress.batch),
            "status": stress.plan.run.status,
            "certificate": stress.plan.run.certificate,
            "evened_out": {**batch_figures(stress.even), "spread_of_shares": stress.even_spread},
        },
    }
    measured["batch_1_registered"] = batches[0].state.registrations if batches else 0
    measured["parking_offered"] = 0 if shared is None else shared.resource.offered.value
    return measured


def batch_figures(batch: BatchOutcome) -> dict[str, Any]:
    """One batch, with its split by community."""
    return {
        "no": batch.state.batch.no,
        "registered": batch.state.registrations,
        "released": batch.released,
        "placed": batch.placed,
        "unmet": batch.unmet,
        "unmet_by_reason": dict(batch.unmet_by_reason),
        "by_community": [
            {"community": name, "registered": registered, "placed": placed, "unmet": registered - placed}
            if batch.released
            else {"community": name, "registered": registered}
            for name, registered, placed in batch.by_area
        ],
    }


def shared_figures(shared: SharedResource) -> dict[str, Any]:
    """The resource that the batches are for."""
    return {
        "offered": shared.resource.offered.value,
        "qualifier": shared.resource.offered.qualifier.value,
        "forecast": shared.is_forecast,
        "given": shared.given,
        "left": shared.left,
    }


def invariants(batches: tuple[BatchOutcome, ...], shared: SharedResource | None) -> tuple[Assertion, ...]:
    """What holds for the batches of any lists: each is told whole, and only capacity leaves one of it unmet."""
    made = []
    for batch in batches:
        told = batch.placed + batch.unmet
        asked = batch.state.registrations if batch.released else 0
        made.append(Assertion(f"batch_{batch.state.batch.no}_whole", expected=asked, measured=told))
    if shared is not None:
        enough = shared.resource.offered.value
        asked = sum(batch.state.registrations for batch in batches if batch.released)
        placed = sum(batch.placed for batch in batches)
        made.append(Assertion("placed_up_to_capacity", expected=min(asked, enough), measured=placed))
        short = sum(dict(batch.unmet_by_reason).get(CAPACITY, 0) for batch in batches)
        made.append(Assertion("unmet_for_capacity_alone", expected=asked - placed, measured=short))
    return tuple(made)


REASONS = ("capacity", "category", "reach", "routed", "target_group", "unit", "validity", "window")
"""Stages of the funnel that the scenario's lists meet, each in truth."""

EXPECTED = (
    Expected(
        "planted_flaws",
        "flaws_found",
        sorted([flaw.file, flaw.sheet, flaw.cell, flaw.row, flaw.code] for flaw in jinchang.PLANTED),
    ),
    Expected("resources", "lists.resource.valid", 110),
    Expected("needs", "lists.need.valid", 89),
    Expected("projects", "lists.project.valid", 45),
    Expected("communities", "communities", 29),
    Expected("grids", "grids", 203),
    Expected("linked_branches", "linked_branches", 10),
    Expected("units", "units", 181),
    Expected("vanguards", "vanguards", 625),
    Expected("batch_1_registered", "batches.0.registered", 242),
    Expected("batch_1_placed", "batches.0.placed", 242),
    Expected("batch_1_unmet", "batches.0.unmet", 0),
    Expected("left", "parking.left", 758),
    Expected("forecast", "parking.forecast", value=True),
    Expected("batch_2_registered", "batches.1.registered", 300),
    Expected("batch_2_waits", "batches.1.released", value=False),
    Expected("batch_2_placed", "batches.1.placed", 0),
    Expected("stress_placed", "stress.placed", STRESS_SPACES),
    Expected("stress_unmet", "stress.unmet_by_reason", {CAPACITY: 42}),
    Expected("stress_evened_out_placed", "stress.evened_out.placed", STRESS_SPACES),
    Expected("stress_evened_out", "stress.evened_out.spread_of_shares", 0.1, "at_most"),
    Expected("stress_proven", "stress.status", "optimal"),
    Expected("service_day", "service_day.occurrences", 144),
    Expected("service_rest_days", "service_day.rest_days", ["2020-02-15", "2020-03-15", "2020-08-15", "2020-11-15"]),
    Expected("reasons", "reasons", sorted(REASONS)),
)
"""What the scenario's own lists must give."""

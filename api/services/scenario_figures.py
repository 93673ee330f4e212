"""What a scenario measured, as JSON values, and the statements that it makes about itself."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from api.services.calendar import ServiceYear
from api.services.importing import ImportReport
from api.services.matching import PlanReport
from api.services.scenario_parts import Assertion, BatchOutcome, SharedResource, StressOutcome
from graph_schema.demo import jinchang
from graph_schema.demo.figures import ARTICLE_FIGURES

CAPACITY = "capacity"


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
        "plan": {
            "status": plan.run.status,
            "objective": plan.run.objective,
            "bound": plan.run.bound,
            "certificate": plan.run.certificate,
            **plan.run.figures,
        },
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
        },
    }
    measured["batch_1_registered"] = batches[0].state.registrations if batches else 0
    measured["parking_offered"] = 0 if shared is None else shared.resource.offered.value
    measured["articles"] = [
        {
            "code": figure.code,
            "written": figure.written,
            "value": figure.value,
            "year": figure.year,
            "measured": measured.get(figure.measured),
        }
        for figure in ARTICLE_FIGURES
    ]
    return measured


def list_figures(imported: ImportReport) -> dict[str, dict[str, int]]:
    """Kind of list -> sheets, rows read, valid and flawed rows."""
    found: dict[str, dict[str, int]] = {}
    for report in imported.reading.reports:
        if report.kind is None:
            continue
        counts = found.setdefault(report.kind.value, {"sheets": 0, "rows": 0, "valid": 0, "flawed": 0})
        counts["sheets"] += 1
        counts["rows"] += report.rows
        counts["valid"] += report.valid
        counts["flawed"] += len(report.bad_rows)
    return found


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


def invariants(
    plan: PlanReport,
    batches: tuple[BatchOutcome, ...],
    shared: SharedResource | None,
    broken: Mapping[str, tuple[str, ...]],
    round_trip: int,
) -> tuple[Assertion, ...]:
    """What holds for any lists: the proof, every rule, whole batches, nothing lost on the way out and back."""
    made = [Assertion("proven_optimal", expected=True, measured=plan.run.certificate["proven"])]
    made += [Assertion(f"keeps_{rule}", expected=[], measured=list(rows)) for rule, rows in broken.items()]
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
    made.append(Assertion("round_trip", expected=0, measured=round_trip))
    return tuple(made)


def expected(measured: Mapping[str, Any], imported: ImportReport) -> tuple[Assertion, ...]:
    """What the scenario's own lists must give."""
    lists, stress, parking = measured["lists"], measured["stress"], measured["parking"]
    first, second = measured["batches"]
    planted = {(flaw.file, flaw.sheet, flaw.cell, flaw.row, flaw.code) for flaw in jinchang.PLANTED}
    found = {
        (
            report.file,
            "" if report.file.endswith(".csv") else report.sheet or "",
            issue.cell or "",
            issue.row,
            issue.finding.code,
        )
        for report in imported.reading.reports
        for issue in report.errors
    }
    return (
        Assertion("planted_flaws", expected=sorted(planted), measured=sorted(found)),
        Assertion("resources", expected=110, measured=lists["resource"]["valid"]),
        Assertion("needs", expected=89, measured=lists["need"]["valid"]),
        Assertion("projects", expected=45, measured=lists["project"]["valid"]),
        Assertion("communities", expected=29, measured=measured["communities"]),
        Assertion("grids", expected=203, measured=measured["grids"]),
        Assertion("linked_branches", expected=10, measured=measured["linked_branches"]),
        Assertion("units", expected=181, measured=measured["units"]),
        Assertion("vanguards", expected=625, measured=measured["vanguards"]),
        Assertion("batch_1", expected=[242, 242, 0], measured=[first["registered"], first["placed"], first["unmet"]]),
        Assertion("left", expected=758, measured=parking["left"]),
        Assertion("forecast", expected=True, measured=parking["forecast"]),
        Assertion(
            "batch_2_waits",
            expected=[300, False, 0],
            measured=[second["registered"], second["released"], second["placed"]],
        ),
        Assertion(
            "stress",
            expected=[200, 42, {CAPACITY: 42}],
            measured=[stress["placed"], stress["unmet"], stress["unmet_by_reason"]],
        ),
        Assertion("stress_proven", expected=True, measured=stress["certificate"]["proven"]),
        Assertion("service_day", expected=144, measured=measured["service_day"]["occurrences"]),
        Assertion(
            "service_rest_days",
            expected=["2020-02-15", "2020-03-15", "2020-08-15", "2020-11-15"],
            measured=measured["service_day"]["rest_days"],
        ),
        Assertion("reasons", expected=sorted(REASONS), measured=sorted(measured["plan"]["unmet_by_reason"])),
    )


REASONS = frozenset({"capacity", "category", "reach", "routed", "target_group", "unit", "validity", "window"})
"""Stages of the funnel that the scenario's lists meet, each in truth."""

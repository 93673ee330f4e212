"""A street's records brought up to date with what changed since they were read."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from graph_schema.model.budgets import BudgetPool
from graph_schema.model.feed import StreetChanges
from graph_schema.model.ledger import Entity
from graph_schema.model.needs import Batch, Need, Project, Registration
from graph_schema.model.places import AdminDivision, Building, Grid, Neighborhood, Place, Station
from graph_schema.model.providers import (
    Agreement,
    Organization,
    PartyOrganization,
    Person,
    ResourcePool,
    VolunteerTeam,
)
from graph_schema.model.resources import Resource
from graph_schema.model.street import StreetGraph

FIELD_OF: dict[type, str] = {
    **dict.fromkeys((AdminDivision, Building, Grid, Neighborhood, Place, Station), "areas"),
    PartyOrganization: "party_organizations",
    ResourcePool: "pools",
    Organization: "organizations",
    VolunteerTeam: "teams",
    Person: "people",
    Agreement: "agreements",
    Resource: "resources",
    Need: "needs",
    Batch: "batches",
    Registration: "registrations",
    Project: "projects",
    BudgetPool: "budgets",
}
"""Where each kind of row stands in a street's records."""


def followed(graph: StreetGraph, changes: StreetChanges) -> StreetGraph:
    """
    The records as they are at the changes' position; what did not change is the same object as before.

    Parameters
    ----------
    graph
        The records at the position that the changes were asked for.
    """
    made: dict[str, Any] = {}
    if changes.named:
        new: dict[str, list[Entity]] = {field: [] for field in FIELD_OF.values()}
        for row in changes.rows:
            new[FIELD_OF[type(row)]].append(row)
        for field, rows in new.items():
            old = getattr(graph, field)
            if rows or any(row.uid in changes.named for row in old):
                made[field] = _sorted(row for row in (*(o for o in old if o.uid not in changes.named), *rows))
    if changes.rulings is not None:
        made["rulings"] = changes.rulings
    if changes.taxonomy is not None:
        made["taxonomy"] = changes.taxonomy
    if changes.runs is not None:
        kept = (row for row in graph.pairings if row.uid not in changes.runs.named)
        made["pairings"] = _sorted((*kept, *changes.runs.in_force))
        made["published"], made["run_moments"] = changes.runs.published, changes.runs.moments
    return replace(graph, **made) if made else graph


def _sorted(rows: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(rows, key=lambda row: row.uid))

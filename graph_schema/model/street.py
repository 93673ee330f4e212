"""Everything the graph holds of one street, as read for a plan or an export."""

from dataclasses import dataclass
from datetime import datetime

from graph_schema.model.budgets import BudgetPool
from graph_schema.model.categories import Taxonomy
from graph_schema.model.needs import Batch, Need, Project, Registration
from graph_schema.model.pairings import Pairing
from graph_schema.model.places import Area
from graph_schema.model.providers import (
    Agreement,
    Organization,
    PartyOrganization,
    Person,
    ResourcePool,
    VolunteerTeam,
)
from graph_schema.model.resources import Resource
from graph_schema.model.rulings import Ruling


@dataclass(frozen=True, slots=True)
class StreetGraph:
    """
    One street's records, each tuple sorted by uid.

    ``pairings`` are those in force (offered and beyond) and the fulfilled ones, without suggestions.

    Parameters
    ----------
    rulings
        Those that were not lifted, expired ones too.
    published
        Pairings of the run published last that nobody has taken up or refused.
    run_moments
        (uid, moment that its plan is for) of every whole run.
    """

    street_uid: str
    taxonomy: Taxonomy
    areas: tuple[Area, ...]
    party_organizations: tuple[PartyOrganization, ...]
    pools: tuple[ResourcePool, ...]
    organizations: tuple[Organization, ...]
    teams: tuple[VolunteerTeam, ...]
    people: tuple[Person, ...]
    agreements: tuple[Agreement, ...]
    resources: tuple[Resource, ...]
    needs: tuple[Need, ...]
    batches: tuple[Batch, ...]
    registrations: tuple[Registration, ...]
    projects: tuple[Project, ...]
    pairings: tuple[Pairing, ...]
    budgets: tuple[BudgetPool, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    published: tuple[Pairing, ...] = ()
    run_moments: tuple[tuple[str, datetime], ...] = ()

"""Everything the graph holds of one street, as read for a plan or an export."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class StreetGraph:
    """
    One street's records, each tuple sorted by uid.

    ``pairings`` are those in force (offered and beyond) and the fulfilled ones, without suggestions.
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

"""What a list's names can refer to: the areas, units, resources, batches and money that a street knows already."""

from dataclasses import dataclass

from graph_schema.model.budgets import BudgetPool
from graph_schema.model.categories import Taxonomy
from graph_schema.model.needs import Batch
from graph_schema.model.places import Area
from graph_schema.model.providers import Organization, PartyOrganization, ResourcePool, VolunteerTeam
from graph_schema.model.resources import Resource


@dataclass(frozen=True, slots=True)
class Directory:
    """
    The names of one street, sorted by uid.

    ``street_uid`` is empty before the street's own row has been read.
    """

    street_uid: str
    street_name: str
    taxonomy: Taxonomy
    areas: tuple[Area, ...] = ()
    party_organizations: tuple[PartyOrganization, ...] = ()
    pools: tuple[ResourcePool, ...] = ()
    organizations: tuple[Organization, ...] = ()
    teams: tuple[VolunteerTeam, ...] = ()
    resources: tuple[Resource, ...] = ()
    batches: tuple[Batch, ...] = ()
    budgets: tuple[BudgetPool, ...] = ()

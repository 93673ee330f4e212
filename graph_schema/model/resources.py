"""What can be given: resources with standing windows, services among them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from graph_schema.model.places import NOWHERE, Location
from graph_schema.model.quantities import Quantity
from graph_schema.model.schedules import Schedule


class ResourceKind(StrEnum):
    """What sort of thing is given; renewable unless a consumable."""

    SPACE = "space"
    VENUE = "venue"
    PERSON = "person"
    SKILL = "skill"
    GOODS = "goods"
    FUND = "fund"
    EQUIPMENT = "equipment"
    SERVICE = "service"
    IDLE_ASSET = "idle_asset"


class ResourceStatus(StrEnum):
    """Where a resource is in its life; only ``IDLE`` and ``OFFERED`` can be matched."""

    IDLE = "idle"
    OFFERED = "offered"
    IN_USE = "in_use"
    SUSPENDED = "suspended"
    REPURPOSED = "repurposed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Slot:
    """
    One standing window of a resource for the term of the plan.

    Parameters
    ----------
    schedule
        When it is open; ``None`` means always.
    capacity
        Units it can give at a time. Slots of a renewable resource whose windows overlap share it.
    """

    uid: str
    street: str
    resource_uid: str
    capacity: int
    schedule: Schedule | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """
    Something offered (资源): spaces, rooms, skills, hours, goods, funds, or a recurring service (服务).

    Parameters
    ----------
    provider_uid
        Unit, team or person that ``PROVIDES`` it.
    category
        Category code.
    total
        All there is, as written and converted into the category's unit; ``total >= offered``.
    offered
        The part released to the street; the solver never sees more.
    list_kind
        ``resource`` (资源清单), ``service`` (服务清单) or ``people`` (人员清单, what a person offers).
    serves_uids, excludes_uids
        Coverage list (覆盖清单): areas served at any distance, and areas never served.
    target_groups
        Codes of the groups it is reserved for; empty means everybody.
    windows_text
        Opening times as written.
    guard_min
        Minutes that a slot must stay empty before the owner returns, >= 0.
    consumable
        Whether it is used up over all slots.
    unit_cost_fen
        Money per unit, in fen.
    slots
        Its standing windows, in the order written; at least one.
    amenities
        What it has (微波炉, 热水壶 …), as written; those of the station it stands at when it states none.
    quota_uids, quota_units
        Areas that a part of each slot is reserved for, and the units of each, in the same order.
    emergency_ok
        Whether it may be used beyond its limits in an emergency.
    """

    uid: str
    street: str
    name: str
    category: str
    kind: ResourceKind
    provider_uid: str
    total: Quantity
    offered: Quantity
    list_kind: str = "resource"
    status: ResourceStatus = ResourceStatus.IDLE
    consumable: bool = False
    unit_cost_fen: int | None = None
    address: str | None = None
    location: Location = NOWHERE
    area_uid: str | None = None
    serves_uids: tuple[str, ...] = ()
    excludes_uids: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    service_modes: tuple[str, ...] = ()
    conditions: str | None = None
    windows_text: str | None = None
    guard_min: int = 0
    idle_since: date | None = None
    surveyed_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    note: str | None = None
    synthetic: bool = False
    slots: tuple[Slot, ...] = ()
    amenities: tuple[str, ...] = ()
    quota_uids: tuple[str, ...] = ()
    quota_units: tuple[int, ...] = ()
    emergency_ok: bool = True

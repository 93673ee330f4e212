"""Resources as they leave the service."""

from datetime import date

from pydantic import ConfigDict, Field

from api.schemas.common import LocationOut, NamedOut, PageOut, QuantityOut, Schema, TextOut
from api.schemas.needs import FollowedOut, LossOut
from api.schemas.plans import StepOut


class SlotOut(Schema):
    """One standing window."""

    uid: str
    capacity: int = Field(ge=0)
    schedule: str | None = Field(description="Canonical text of the window (RFC 5545 parts); null is always open.")


class ResourceOut(Schema):
    """What a unit offers: only the part that it released, and nothing about its contact persons."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uid": "1f0c2b0e-6a53-5a0f-9a52-2f6f2f0a0004",
                    "name": "单位食堂助餐",
                    "category": {"uid": "ELD01", "name": "老年助餐"},
                    "kind": "service",
                    "list_kind": "resource",
                    "provider": {"uid": "1f0c2b0e-6a53-5a0f-9a52-2f6f2f0a0005", "name": "共建单位066"},
                    "offered": {"value": 60, "unit": "份", "qualifier": "exact", "assumed": False},
                    "status": "offered",
                    "windows": "工作日 11:00—13:00",
                    "serves": [],
                    "target_groups": [],
                    "valid_from": "2026-01-01",
                    "valid_to": "2027-12-31",
                    "surveyed_on": "2026-10-08",
                    "location": {"lon": 120.5987, "lat": 31.3071, "located_by": "coordinates"},
                    "slots": [
                        {
                            "uid": "1f0c2b0e-6a53-5a0f-9a52-2f6f2f0a0006",
                            "capacity": 60,
                            "schedule": "FREQ=DAILY;X-DAYKIND=WORKDAY;X-OPENS=11:00;X-CLOSES=13:00",
                        },
                    ],
                    "synthetic": True,
                }
            ]
        }
    )

    uid: str
    name: str
    category: NamedOut
    kind: str
    list_kind: str = Field(description="resource, service or people.")
    provider: NamedOut | None = Field(description="The unit or team; null where it is a single person.")
    offered: QuantityOut
    status: str
    windows: str | None = Field(description="Opening times as the list says.")
    serves: list[NamedOut] = Field(description="Coverage list; empty means that walking time decides.")
    target_groups: list[str]
    valid_from: date | None
    valid_to: date | None
    surveyed_on: date | None
    location: LocationOut | None
    slots: list[SlotOut]
    synthetic: bool = Field(description="Made by a generator, not from an office's list.")


class ResourcePageOut(PageOut[ResourceOut]):
    """One page of resources, ordered by uid."""


class SuggestedNeedOut(Schema):
    """A need that no rule keeps from the resource, and what speaks for and against it."""

    rank: int = Field(ge=1)
    need: NamedOut
    slot_uid: str
    cost_s: int = Field(description="Cost per unit, in seconds of walking-equivalent; the terms add up to it.")
    given: int = Field(ge=0, description="Units that the best plan gives this need from it.")
    left: int = Field(ge=0, description="Units that the best plan leaves there and the need could still have.")
    missing: int = Field(ge=0, description="Units that the best plan leaves the need without.")
    loss: LossOut | None = Field(description="What one unit from here would lose; null where not known, or none fits.")
    terms: list[TextOut]
    path: list[StepOut]


class SuggestedNeedsOut(Schema):
    """The needs that one resource could serve in the plan that follows the graph, cheapest first."""

    resource: NamedOut
    plan: FollowedOut
    offered: bool = Field(description="Whether the resource is offered and takes part in planning.")
    suggestions: list[SuggestedNeedOut]

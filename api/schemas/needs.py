"""Needs as they leave the service."""

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from api.schemas.common import LocationOut, NamedOut, PageOut, QuantityOut, Schema, TextOut
from api.schemas.plans import StageOut, StepOut


class NeedOut(Schema):
    """A need, without anything that could point to a person: no address, no note, no free remark."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uid": "1f0c2b0e-6a53-5a0f-9a52-2f6f2f0a0001",
                    "title": "老年人集中助餐",
                    "category": {"uid": "ELD01", "name": "老年助餐"},
                    "area": {"uid": "1f0c2b0e-6a53-5a0f-9a52-2f6f2f0a0002", "name": "双虹社区"},
                    "quantity": {"value": 45, "unit": "份", "qualifier": "exact", "assumed": False},
                    "kind": "need",
                    "urgency": "urgent",
                    "status": "open",
                    "window": "工作日 11:30—12:30",
                    "needed_from": "2026-11-23",
                    "needed_by": "2027-01-31",
                    "target_groups": ["elder_80"],
                    "location": {"lon": 120.5951, "lat": 31.3052, "located_by": "approximate"},
                    "synthetic": True,
                }
            ]
        }
    )

    uid: str
    title: str
    category: NamedOut = Field(description="Code and name of its category.")
    area: NamedOut = Field(description="The area it is raised for.")
    quantity: QuantityOut
    kind: str
    urgency: str = Field(description="urgent, hard, worrying or hoped.")
    status: str
    window: str | None = Field(description="When it must be served, as the list says; null when any time will do.")
    needed_from: date | None
    needed_by: date | None
    target_groups: list[str]
    location: LocationOut | None
    synthetic: bool = Field(description="Made by a generator, not from an office's list.")


class NeedPageOut(PageOut[NeedOut]):
    """One page of needs, ordered by uid."""


class LossOut(Schema):
    """What the plan would lose, exactly, if one unit were forced onto a pair; nothing where it gives one anyway."""

    steps: int = Field(description="Steps between urgency classes: 4 for an urgent unit unmet, 1 for one hoped for.")
    seconds: int = Field(description="What is left without them, in seconds of walking-equivalent.")


class SuggestionOut(Schema):
    """A resource that no rule keeps from the need, and what speaks for and against it."""

    rank: int = Field(ge=1)
    resource: NamedOut
    provider: NamedOut | None = Field(description="The unit or team; null where it is a single person.")
    slot_uid: str
    cost_s: int = Field(description="Cost per unit, in seconds of walking-equivalent; the terms add up to it.")
    given: int = Field(ge=0, description="Units that the best plan gives this need from it.")
    left: int = Field(ge=0, description="Units that the best plan leaves over there.")
    loss: LossOut | None = Field(description="What one unit from here would lose; null where not known, or none fits.")
    terms: list[TextOut]
    path: list[StepOut]


class FollowedOut(Schema):
    """Which state of the graph an answer is of, and how its plan was made."""

    seq: int = Field(ge=0, description="The answer is of the street exactly after this event of its chain.")
    current: bool = Field(description="Whether that is all that was in the graph when it was asked.")
    proven: bool = Field(description="Whether the plan is proven optimal.")
    gap: int = Field(ge=0, description="Seconds of walking that the plan may at most cost above the optimum.")
    made: Literal["repaired", "solved anew"] = Field(
        description="Repaired from the plan before, or solved from nothing."
    )
    why: str | None = Field(description="Why it was solved anew: `first`, `side rules`, `gap` and the like.")
    events: int = Field(ge=0, description="Events that the repair took.")
    order: Literal["loss", "cost"] = Field(description="What suggestions are ordered by: the least comes first.")


class SuggestionsOut(Schema):
    """The candidates of one need in the plan that follows the graph, cheapest first."""

    need: NamedOut
    plan: FollowedOut
    demand: bool = Field(description="Whether the need is open and takes part in planning.")
    changed: bool = Field(description="Whether the graph has changed since the latest saved plan.")
    missing: int = Field(ge=0, description="Units that the best plan cannot give.")
    reason: TextOut | None = Field(description="Why they are missing; null when nothing is.")
    funnel: list[StageOut] = Field(description="How many resources each rule kept away, where units are missing.")
    suggestions: list[SuggestionOut]

"""What decisions cost, what would change them, what people have decided, and two plans side by side, as answers."""

from datetime import date

from pydantic import Field

from api.schemas.common import Moment, NamedOut, Schema, TextOut


class UnitsOut(Schema):
    """A need with units of it."""

    need: NamedOut
    units: int = Field(gt=0)


class LossOut(Schema):
    """What the plan would lose against the optimum."""

    total: int = Field(description="Seconds, the steps between urgency classes included.")
    exact: bool = Field(description="Whether both plans are proven optimal.")
    unmet: list[int] = Field(description="Units more unmet of each urgency class, urgent first; negative: fewer.")
    seconds: int = Field(description="The rest, in seconds of walking-equivalent.")
    displaced: list[UnitsOut] = Field(description="Who loses units to this; private needs are left out.")


class CandidateOut(Schema):
    """A pair, and what forcing it would lose."""

    need: NamedOut
    resource: NamedOut
    provider: NamedOut | None = Field(description="The unit or team; null where it is a single person.")
    slot_uid: str
    cost_s: int = Field(description="Cost of one unit, in seconds of walking-equivalent.")
    given: int = Field(ge=0, description="Units that the plan gives.")
    first: LossOut | None = Field(description="Loss when one unit is forced; null when not even one fits.")
    most: int = Field(ge=0, description="Units that fit at most.")
    whole: LossOut | None = Field(description="Loss when all of these are forced.")


class OpportunityOut(Schema):
    """The candidates of a need or resource in the best plan for the graph as it is now, least loss first."""

    asked: NamedOut
    changed: bool = Field(description="Whether the graph has changed since the latest saved plan.")
    candidates: list[CandidateOut]


class StandingOut(Schema):
    """What a plan leaves undone, and what it costs beside that."""

    unmet: list[int] = Field(description="Units unmet of each urgency class, urgent first.")
    seconds: int


class RemedyOut(Schema):
    """One or two changes, perhaps with a pin, that serve the need wholly, as a plan of the changed street shows."""

    rank: int = Field(ge=1)
    changes: list[TextOut]
    displaced: list[UnitsOut] = Field(description="Who would get fewer; private needs are left out.")
    gained: list[UnitsOut] = Field(description="Who else would get more; private needs are left out.")
    before: StandingOut
    after: StandingOut


class RemediesOut(Schema):
    """The smallest changes that would serve an unmet need; empty for one that is served or takes no part."""

    need: NamedOut
    missing: int = Field(ge=0, description="Units that the best plan cannot give.")
    tried: int = Field(ge=0, description="Changed streets that were solved.")
    complete: bool = Field(description="Whether no limit of tries ended the search.")
    remedies: list[RemedyOut]
    not_tried: list[TextOut] = Field(description="Where there is none: what stands in the way, and no change lifts.")


class OwnerOut(Schema):
    """Who owns something like what is looked for."""

    provider: NamedOut | None = Field(description="The unit or team; null where it is a single person.")
    resource: NamedOut
    left: int = Field(ge=0, description="Units that the plan leaves over there.")


class WorthOut(Schema):
    """What one more unit would be worth, exactly."""

    rank: int = Field(ge=1)
    category: NamedOut
    community: NamedOut
    bands: list[TextOut] = Field(description="When it would have to be open: any one of these times is enough.")
    total: int = Field(gt=0, description="Seconds that the optimum would fall by, urgency steps included.")
    fewer_unmet: list[int] = Field(description="Units fewer unmet of each urgency class, urgent first.")
    seconds: int
    needs: int = Field(ge=1, description="Needs for which it would be worth something.")
    owners: list[OwnerOut]


class RecruitOut(Schema):
    """What to look for next, most worth first."""

    changed: bool = Field(description="Whether the graph has changed since the latest saved plan.")
    worth: list[WorthOut]


class ServedOut(Schema):
    """How far some needs are served."""

    needs: int
    met: int
    share: float = Field(ge=0, le=1, description="Mean over the needs of what each is given of what it asks for.")


class SidesOut(Schema):
    """The same needs in both plans."""

    name: str
    before: ServedOut
    after: ServedOut


class BurdenOut(Schema):
    """What a unit or team gives in both plans."""

    provider: NamedOut
    unit: str
    before: int
    after: int


class ChangedOut(Schema):
    """A pairing whose units differ, and why."""

    need: NamedOut
    resource: NamedOut
    before: int
    after: int
    reason: TextOut


class ComparisonOut(Schema):
    """Two saved plans side by side, each made again from what it kept."""

    before: str = Field(description="uid of the one plan.")
    after: str = Field(description="uid of the other.")
    objective_before: int
    objective_after: int
    by_class: list[SidesOut]
    by_community: list[SidesOut]
    burden: list[BurdenOut] = Field(description="Units and teams; single persons are left out.")
    changes: list[ChangedOut] = Field(description="Pairings that differ; those of private needs are left out.")


class RulingOut(Schema):
    """What somebody has decided about a pair."""

    uid: str
    kind: str = Field(description="pin, ban, decline or no_show.")
    need: NamedOut | None = Field(description="Null: all needs.")
    resource: NamedOut | None
    provider: NamedOut | None = Field(description="A unit or team: all of its resources. Null for a single person.")
    quantity: int | None
    until: date | None = Field(description="Last day; null until it is lifted.")
    created_at: Moment
    in_force: bool


class RulingsOut(Schema):
    """Rulings that were not lifted, oldest first; those of private needs are left out."""

    items: list[RulingOut]

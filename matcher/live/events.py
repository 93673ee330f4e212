"""
What can happen to a live plan, as values.

Needs and resources go by their numbers in the problem that the plan began from, pairs by their index there. A new need,
resource or pair gets the number that was freed last, or the next one; the answer to the event tells it.
"""

from dataclasses import dataclass

from matcher.live.pairing import Offer


@dataclass(frozen=True, slots=True)
class AddNeed:
    """
    A need arrives.

    Parameters
    ----------
    demand
        Units it asks for.
    unmet_cost
        Cost of each left unmet.
    offers
        Resources that could serve it, each with the cost of a unit.
    group
        The group directly above it, whose shortfall its unmet units add to, -1 for none.
    """

    demand: int
    unmet_cost: int
    offers: tuple[Offer, ...]
    group: int = -1


@dataclass(frozen=True, slots=True)
class RemoveNeed:
    """A need is withdrawn, with all its pairs; none of them may be pinned."""

    need: int


@dataclass(frozen=True, slots=True)
class ChangeQuantity:
    """A need asks for ``demand`` units in all from now on, pinned ones included."""

    need: int
    demand: int


@dataclass(frozen=True, slots=True)
class AddResource:
    """
    A resource is offered.

    Parameters
    ----------
    capacity
        Units it can give.
    offers
        Needs that it could serve, each with the cost of a unit.
    limit
        The common limit directly above it, -1 for none.
    """

    capacity: int
    offers: tuple[Offer, ...]
    limit: int = -1


@dataclass(frozen=True, slots=True)
class RemoveResource:
    """A resource is withdrawn, with all its pairs; none of them may be pinned."""

    resource: int


@dataclass(frozen=True, slots=True)
class ChangeCapacity:
    """A resource can give ``capacity`` units in all from now on, pinned ones included."""

    resource: int
    capacity: int


@dataclass(frozen=True, slots=True)
class ChangeLimit:
    """The resources below a common limit give ``capacity`` units together at most, pinned ones included."""

    limit: int
    capacity: int


@dataclass(frozen=True, slots=True)
class ForbidPair:
    """A pair is not possible any more, because somebody declined or a rule forbids it. Its number is free again."""

    pair: int


@dataclass(frozen=True, slots=True)
class AllowPair:
    """A resource can serve a need from now on, at ``cost`` a unit; beside other pairs of the two, if there are."""

    need: int
    resource: int
    cost: int


@dataclass(frozen=True, slots=True)
class ChangeCost:
    """A unit on a pair costs ``cost`` from now on."""

    pair: int
    cost: int


@dataclass(frozen=True, slots=True)
class Pin:
    """So many units more of a pair are fixed, whatever they cost; they are taken out of the problem."""

    pair: int
    units: int


@dataclass(frozen=True, slots=True)
class Unpin:
    """So many units of a pair that were fixed are the plan's own again."""

    pair: int
    units: int


Event = (
    AddNeed
    | RemoveNeed
    | ChangeQuantity
    | AddResource
    | RemoveResource
    | ChangeCapacity
    | ChangeLimit
    | ForbidPair
    | AllowPair
    | ChangeCost
    | Pin
    | Unpin
)

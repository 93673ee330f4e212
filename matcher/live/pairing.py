"""Pairs as the live plan tells them: what could be given, and what an event changed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """
    The other end of a pair that comes with a new need or resource.

    Parameters
    ----------
    other
        Number of the resource, or of the need.
    cost
        Of a unit, 0 to ``MAX_UNIT_COST``.
    """

    other: int
    cost: int


@dataclass(frozen=True, slots=True)
class Moved:
    """
    A pair whose units an event changed.

    Parameters
    ----------
    pair, need, resource
        Numbers; the pair's may be free again after the event.
    before, after
        Units that it carried and carries, pinned ones included.
    """

    pair: int
    need: int
    resource: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Held:
    """
    A possible pair as it stands.

    Parameters
    ----------
    pair, need, resource
        Numbers.
    cost
        Of a unit.
    units, pinned
        Units that the plan gives, and units that are fixed beside these.
    """

    pair: int
    need: int
    resource: int
    cost: int
    units: int
    pinned: int

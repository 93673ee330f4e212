"""What is said about a plan: codes and figures, without words."""

from dataclasses import dataclass
from typing import Any

SHORTFALL_CODES = (
    "reason.category.none",
    "reason.category.heading",
    "reason.category.bound",
    "reason.routed",
    "reason.unit",
    "reason.reach.network",
    "reason.reach.straight",
    "reason.reach.coverage",
    "reason.reach.unlocated",
    "reason.reach.excluded",
    "reason.window.closed",
    "reason.window.guard",
    "reason.window.pieces",
    "reason.window.never",
    "reason.window.shut",
    "reason.target_group",
    "reason.target_group.unstated",
    "reason.skill.lacking",
    "reason.skill.amenity",
    "reason.skill.either",
    "reason.mode",
    "reason.agreement",
    "reason.validity.ended",
    "reason.validity.later",
    "reason.validity.apart",
    "reason.batch",
    "reason.ruling.ban",
    "reason.ruling.decline",
    "reason.ruling.no_show",
    "reason.ruling.several",
    "reason.budget.none",
    "reason.budget.other_kind",
    "reason.budget.short",
    "reason.budget.short_here",
    "reason.capacity.resource",
    "reason.capacity.partly",
    "reason.capacity.alone",
    "reason.capacity.nothing",
    "reason.capacity.batch",
    "reason.capacity.load",
    "reason.capacity.person",
    "reason.capacity.budget",
    "reason.capacity.several",
    "reason.capacity.whole",
    "reason.capacity.single",
    "reason.capacity.team",
    "reason.capacity.published",
    "reason.stopped",
)
"""Every reason that an unmet or partly met need can have; the second word is the stage of the funnel."""


@dataclass(frozen=True, slots=True)
class Finding:
    """
    A statement as code and parameters.

    Parameters
    ----------
    code
        Key of the messages.
    params
        Name -> text, number, mapping of both languages, or list of these.
    """

    code: str
    params: dict[str, Any]

    @property
    def seconds(self) -> int:
        """What it adds to the cost of a pairing."""
        return int(self.params.get("seconds", 0))


@dataclass(frozen=True, slots=True)
class PathStep:
    """
    One step of the evidence in the graph.

    Parameters
    ----------
    relationship
        Type that leads here from the step before; empty for the first. ``WALKS`` and ``TRAVELS`` are computed.
    detail
        Figures of the way; ``from`` is the uid of the node left, where that is not the step before.
    """

    relationship: str
    label: str
    uid: str
    name: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PairingReasons:
    """
    One pairing of a plan and why.

    Parameters
    ----------
    quantity
        Units given, > 0.
    cost_s
        Cost per unit.
    terms
        One finding per cost term, then notes that cost nothing; their seconds sum to ``cost_s``.
    """

    need_uid: str
    resource_uid: str
    slot_uid: str
    quantity: int
    cost_s: int
    terms: tuple[Finding, ...]
    path: tuple[PathStep, ...]


@dataclass(frozen=True, slots=True)
class ShortfallReasons:
    """
    What stayed unmet of one need and why.

    Parameters
    ----------
    quantity
        Units left unmet, > 0.
    funnel
        Each stage in order, with how many resources of the street it removed; they sum to all of them.
    """

    need_uid: str
    quantity: int
    reason: Finding
    funnel: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every pairing of a plan, by need, resource and slot, and every shortfall, by need."""

    pairings: tuple[PairingReasons, ...]
    shortfalls: tuple[ShortfallReasons, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """
    A resource that no rule keeps from a need.

    Parameters
    ----------
    given
        Units that the plan gives this need from it.
    left
        Units that the plan leaves over there and the need could still have.
    lost
        What the optimum would lose if a unit were forced onto it, class steps included; ``None`` if that is not known,
        or not even one fits.
    """

    resource_uid: str
    slot_uid: str
    cost_s: int
    given: int
    left: int
    terms: tuple[Finding, ...]
    path: tuple[PathStep, ...]
    lost: int | None = None


@dataclass(frozen=True, slots=True)
class ServedNeed:
    """
    A need that no rule keeps from a resource.

    Parameters
    ----------
    urgency
        0 urgent (急) to 3 hoped for (盼).
    given
        Units that the plan gives this need from it.
    left
        Units that the plan leaves there and the need could still have.
    missing
        Units that the plan leaves the need without.
    lost
        As in `Suggestion`.
    """

    need_uid: str
    slot_uid: str
    urgency: int
    cost_s: int
    given: int
    left: int
    missing: int
    terms: tuple[Finding, ...]
    path: tuple[PathStep, ...]
    lost: int | None = None

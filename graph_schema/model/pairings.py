"""Who serves whom: pairings, what a run left unmet, and the run itself."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

DEFAULT_HORIZON_DAYS = 90
"""Days that a plan looks at: a quarter is long enough for each monthly service day to occur three times."""


class PairingState(StrEnum):
    """State of a pairing. A run writes ``SUGGESTED``; a newer run withdraws what nobody took up."""

    SUGGESTED = "suggested"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    CLAIMED = "claimed"
    IN_PROGRESS = "in_progress"
    FULFILLED = "fulfilled"
    EVALUATED = "evaluated"
    CLOSED = "closed"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    A reason, term or message as code and parameters; its words lie in ``graph_schema.messages``.

    Parameters
    ----------
    code
        Key of the catalogue.
    params
        Name -> text, number or list of these; JSON values only.
    """

    code: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PathStep:
    """
    One step of a pairing's evidence in the graph.

    Parameters
    ----------
    relationship
        Type that leads here from the step before; empty for the first.
    label, uid, name
        The node arrived at.
    detail
        Figure on the way (``walk_s``, ``method``, ``weight`` …), and ``from``, the uid of the node left, where that is
        not the step before; JSON values only.
    """

    relationship: str
    label: str
    uid: str
    name: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pairing:
    """
    A suggested pairing (供需对接) of one need with one slot of one resource.

    Parameters
    ----------
    quantity
        Units given, > 0, in the category's unit.
    cost_s
        Cost per unit, seconds of walking-equivalent.
    terms
        What ``cost_s`` is made of, one finding per cost term; their ``seconds`` sum to ``cost_s``.
    path
        The way through the graph that led to it.
    """

    uid: str
    street: str
    run_uid: str
    need_uid: str
    resource_uid: str
    slot_uid: str
    quantity: int
    cost_s: int
    terms: tuple[Finding, ...]
    path: tuple[PathStep, ...]
    state: PairingState = PairingState.SUGGESTED


@dataclass(frozen=True, slots=True)
class Shortfall:
    """
    What a run left unmet of one need, and why.

    Parameters
    ----------
    quantity
        Units left unmet, > 0.
    reason
        The one primary reason.
    funnel
        (stage code, candidates it removed) in funnel order.
    """

    street: str
    run_uid: str
    need_uid: str
    quantity: int
    reason: Finding
    funnel: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class MatchRun:
    """
    One run of the matcher: what went in, what came out, and its proof.

    Parameters
    ----------
    as_of
        Moment the plan is for, aware UTC.
    horizon_days
        Days that windows were expanded over.
    snapshot_hash, policy_hash
        SHA-256 hex of the inputs.
    objective, bound
        Cost of the plan and the proven lower bound, seconds of walking-equivalent; equal when optimal. Of what people
        have pinned neither says anything: `pinned_cost` comes on top of both.
    certificate
        The certificate's figures; JSON values only.
    figures
        Counts and sums of the run (served, unmet by class, left …); JSON values only.
    version, versions
        Of the program, and of what it computed with by name.
    deadline_s
        Seconds after which the search would have stopped, ``None`` where there was no limit.
    inputs_hash, answer_hash
        SHA-256 hex of the kept contents that it was made from and that it answered; ``None`` where nothing was kept.
    published_at
        When its pairings were made known to those they concern, ``None`` before.
    """

    uid: str
    street: str
    created_at: datetime
    as_of: datetime
    horizon_days: int
    seed: int
    solver: str
    status: str
    objective: int
    bound: int
    policy_text: str
    policy_hash: str
    snapshot_hash: str
    certificate: dict[str, Any]
    figures: dict[str, Any]
    version: str
    versions: dict[str, Any] = field(default_factory=dict)
    deadline_s: float | None = None
    inputs_hash: str | None = None
    answer_hash: str | None = None
    published_at: datetime | None = None

    @property
    def pinned_cost(self) -> int:
        """Seconds that pinned units cost, which objective and bound both leave out; 0 for runs that did not count."""
        return int(self.figures.get("pinned_cost", 0))

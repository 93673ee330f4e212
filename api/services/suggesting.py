"""Who could serve a need and whom a resource could serve, told from the plan that follows the graph."""

from dataclasses import dataclass, replace

from api.services.answers import path_of
from api.services.following import Seen
from graph_schema.errors import NotFoundError, Sought
from graph_schema.model.needs import Need
from graph_schema.model.pairings import Finding, PathStep, Shortfall
from graph_schema.model.resources import Resource
from matcher import reasons
from matcher.suggestions import Wanted


@dataclass(frozen=True, slots=True)
class Other:
    """
    The other end of a pair that no rule forbids.

    Parameters
    ----------
    uid, name
        Of the resource, or of the need.
    given
        Units that the plan gives on it.
    left
        Units that the plan leaves there and the need could still have.
    missing
        Units that the plan leaves the need without.
    lost
        What the plan would lose if a unit were forced onto it, class steps included; ``None``: not known, or none fits.
    """

    uid: str
    name: str
    slot_uid: str
    cost_s: int
    given: int
    left: int
    missing: int
    terms: tuple[Finding, ...]
    path: tuple[PathStep, ...]
    lost: int | None


@dataclass(frozen=True, slots=True)
class Suggested:
    """
    What a plan has to say of one need.

    Parameters
    ----------
    demand
        Whether the need is open and took part.
    shortfall
        What it lacks and why, ``None`` where nothing.
    """

    seen: Seen
    need: Need
    demand: bool
    shortfall: Shortfall | None
    found: tuple[Other, ...]


@dataclass(frozen=True, slots=True)
class SuggestedNeeds:
    """
    What a plan has to say of one resource.

    Parameters
    ----------
    offered
        Whether the resource is offered and took part.
    found
        Needs that it could serve, without private ones.
    """

    seen: Seen
    resource: Resource
    offered: bool
    found: tuple[Other, ...]


def for_need(seen: Seen, uid: str, wanted: Wanted) -> Suggested:
    """
    Resources that could serve a need, best first.

    Raises
    ------
    NotFoundError
        If there is no such need in the plan's street, or it is private.
    """
    standing = seen.standing
    graph = standing.present.graph
    need = standing.needs.get(uid)
    if need is None:
        raise NotFoundError(Sought.NEED, uid, graph.street_uid)
    if uid not in standing.suggestions.needs:
        return Suggested(seen, need, demand=False, shortfall=None, found=())
    names = standing.present.resources
    lacking = standing.shortfalls.of(standing.suggestions.needs[uid])
    missing = 0 if lacking is None else lacking.quantity
    found = tuple(
        _other(row, row.resource_uid, names[row.resource_uid], missing)
        for row in standing.suggestions.of_need(uid, wanted, seen.losses)
    )
    return Suggested(seen, need, demand=True, shortfall=_shortfall(graph.street_uid, lacking), found=found)


def for_resource(seen: Seen, uid: str, wanted: Wanted) -> SuggestedNeeds:
    """
    Needs that a resource could serve, best first; private ones take no place among the ``k``.

    Raises
    ------
    NotFoundError
        If there is no such resource in the plan's street.
    """
    standing = seen.standing
    resource = standing.offers.get(uid)
    if resource is None:
        raise NotFoundError(Sought.RESOURCE, uid, standing.present.graph.street_uid)
    if uid not in standing.suggestions.resources:
        return SuggestedNeeds(seen, resource, offered=False, found=())
    titles = standing.present.titles
    found = tuple(
        _other(row, row.need_uid, titles[row.need_uid], row.missing)
        for row in standing.suggestions.of_resource(uid, replace(wanted, hidden=standing.private), seen.losses)
    )
    return SuggestedNeeds(seen, resource, offered=True, found=found)


def _other(row: reasons.Suggestion | reasons.ServedNeed, uid: str, name: str, missing: int) -> Other:
    return Other(
        uid=uid,
        name=name,
        slot_uid=row.slot_uid,
        cost_s=row.cost_s,
        given=row.given,
        left=row.left,
        missing=missing,
        terms=tuple(Finding(term.code, term.params) for term in row.terms),
        path=path_of(row.path),
        lost=row.lost,
    )


def _shortfall(street: str, lacking: reasons.ShortfallReasons | None) -> Shortfall | None:
    if lacking is None:
        return None
    reason = Finding(lacking.reason.code, lacking.reason.params)
    return Shortfall(street, "", lacking.need_uid, lacking.quantity, reason, lacking.funnel)

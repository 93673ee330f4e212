"""What people decide about pairs: kept, banned, declined, not come; and plans made known."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from api.errors import RefusedInputError, UnknownNameError
from api.services import reading
from api.services.explaining import find_need
from api.services.naming import providers_of, the_provider_or_resource, the_resource
from api.services.pinning import rule_broken
from graph_schema.assemble import LOCAL_TIME
from graph_schema.errors import NotFoundError, Sought
from graph_schema.model.identity import make_uid
from graph_schema.model.needs import Need
from graph_schema.model.pairings import Finding, MatchRun
from graph_schema.model.rulings import Ruling, RulingKind
from graph_schema.model.street import StreetGraph
from graph_schema.stores.base import GraphStore
from matcher.policy import Policy

COOL_DOWN_DAYS = {RulingKind.DECLINE: 30, RulingKind.NO_SHOW: 90}
"""Days after which somebody may be asked again, where no date is named; a pin and a ban hold until they are lifted."""
_SHORTEST_PREFIX = 4


@dataclass(frozen=True, slots=True)
class RulingShown:
    """
    A ruling with the names of what it is about.

    Parameters
    ----------
    need, resource, provider
        ``None`` where it names none, or one that is gone.
    in_force
        Whether it holds today.
    """

    ruling: Ruling
    need: Need | None
    resource: str | None
    provider: str | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """
    What became of a decision.

    Parameters
    ----------
    is_new
        Whether it was stored now; the same one in force is left as it is.
    against
        The rule that a pin is kept against, as a warning; ``None`` where it keeps all.
    """

    shown: RulingShown
    is_new: bool
    against: Finding | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """
    What is to be decided, in a caller's words.

    Parameters
    ----------
    need
        uid or words of the need; ``None``: all needs.
    whom
        uid or name of a resource, or (except for a pin) of a provider.
    quantity
        Units that a pin keeps, > 0; ``None``: as much as the need asks for.
    until
        Last day; ``None``: the kind's own cool-down.
    reason
        Why; no name of a private person.
    """

    kind: RulingKind
    need: str | None
    whom: str
    quantity: int | None = None
    until: date | None = None
    reason: str = ""


def decide(store: GraphStore, street: str, decision: Decision, *, now: datetime, actor: str) -> Decided:
    """
    A decision is stored and holds from the next plan on.

    Raises
    ------
    UnknownNameError
        If need, resource or provider is not there, or several have this name.
    RefusedInputError
        If its last day is over, or it is a pin that no plan could keep.
    """
    today = now.astimezone(LOCAL_TIME).date()
    if decision.until is not None and decision.until < today:
        raise RefusedInputError(
            Finding("cli.ruling_past", {"until": decision.until.isoformat(), "today": today.isoformat()})
        )
    graph = store.street_graph(street)
    need = None if decision.need is None else find_need(store, street, decision.need)
    provider, resource = (
        (None, the_resource(graph, decision.whom))
        if decision.kind is RulingKind.PIN
        else the_provider_or_resource(graph, decision.whom)
    )
    if need is not None and decision.quantity is not None and decision.quantity > need.quantity.value:
        asked = {"quantity": decision.quantity, "need": need.title, "asks": need.quantity.value}
        raise RefusedInputError(Finding("cli.ruling_too_much", asked | {"unit": need.quantity.unit}))
    until = decision.until
    if until is None and decision.kind in COOL_DOWN_DAYS:
        until = today + timedelta(days=COOL_DOWN_DAYS[decision.kind])
    made = Ruling(
        uid=make_uid(
            street, "ruling", decision.kind.value, str(need and need.uid), str(resource or provider), now.isoformat()
        ),
        street=street,
        kind=decision.kind,
        created_at=now,
        by=actor,
        need_uid=None if need is None else need.uid,
        resource_uid=resource,
        provider_uid=provider,
        quantity=decision.quantity,
        until=until,
        reason=decision.reason,
    )
    for known in store.rulings(street):
        if known.holds_on(today) and _same(known, made):
            return Decided(_shown(known, need, graph, today), is_new=False)
    against = None
    if made.kind is RulingKind.PIN:
        latest = store.latest_run(street)
        policy = Policy() if latest is None else Policy.from_toml(latest.policy_text)
        against = rule_broken(graph, made, policy, now=now)
    store.add_ruling(made, now, actor)
    return Decided(_shown(made, need, graph, today), is_new=True, against=against)


def shown_rulings(store: GraphStore, street: str, *, now: datetime) -> tuple[RulingShown, ...]:
    """Rulings that were not lifted, oldest first, expired ones too; those of private needs name no need."""
    today = now.astimezone(LOCAL_TIME).date()
    graph = store.street_graph(street)
    made = sorted(store.rulings(street), key=lambda ruling: (ruling.created_at, ruling.uid))
    return tuple(_shown(ruling, _need_of(store, ruling), graph, today) for ruling in made)


def lift(store: GraphStore, street: str, asked: str, *, now: datetime, actor: str) -> RulingShown:
    """
    A ruling is taken back.

    Parameters
    ----------
    asked
        Its uid, or the beginning of it that no other has.

    Raises
    ------
    UnknownNameError
        If several begin so.
    NotFoundError
        If there is no such ruling.
    """
    standing = store.rulings(street)
    meant = [ruling.uid for ruling in standing if len(asked) >= _SHORTEST_PREFIX and ruling.uid.startswith(asked)]
    if len(meant) > 1:
        raise UnknownNameError(Finding("cli.ruling_ambiguous", {"asked": asked, "found": meant}))
    lifted = store.lift_ruling(street, meant[0] if meant else asked, now, actor)
    today = now.astimezone(LOCAL_TIME).date()
    return _shown(lifted, _need_of(store, lifted), store.street_graph(street), today)


def publish(store: GraphStore, street: str, asked: str, *, now: datetime, actor: str) -> tuple[MatchRun, bool]:
    """
    A plan's pairings are made known; whether it is news: a plan that was published last stays as it is.

    Parameters
    ----------
    asked
        uid of the plan, the beginning of it that no other has, or ``latest``.

    Raises
    ------
    UnknownNameError
        If several begin so.
    NotFoundError
        If there is no such plan.
    """
    run = reading.the_run(store, street, asked)
    before = store.published_run(street)
    if before is not None and before.uid == run.uid:
        return run, False
    store.publish_run(street, run.uid, now, actor)
    return run, True


def _same(one: Ruling, other: Ruling) -> bool:
    return replace(one, uid="", created_at=other.created_at, by="", reason="") == replace(
        other, uid="", by="", reason=""
    )


def _need_of(store: GraphStore, ruling: Ruling) -> Need | None:
    if ruling.need_uid is None:
        return None
    try:
        return store.need(ruling.street, ruling.need_uid)
    except NotFoundError as error:
        if error.kind is not Sought.NEED:
            raise
        return None


def _shown(ruling: Ruling, need: Need | None, graph: StreetGraph, today: date) -> RulingShown:
    resources = {resource.uid: resource.name for resource in graph.resources}
    return RulingShown(
        ruling=ruling,
        need=need,
        resource=resources.get(ruling.resource_uid or ""),
        provider=providers_of(graph).get(ruling.provider_uid or ""),
        in_force=ruling.holds_on(today),
    )

"""``ruling``, ``publish``: what people decide about pairs, and a plan made known."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.lists import ACTOR
from api.commands.session import LOCAL, Session, now
from graph_schema.model.rulings import RulingKind

if TYPE_CHECKING:
    from api.services.ruling import RulingShown

Need = Annotated[str, typer.Argument(metavar="NEED")]
Resource = Annotated[str, typer.Argument(metavar="RESOURCE")]
Whom = Annotated[str, typer.Argument(metavar="RESOURCE|UNIT")]
OfNeed = Annotated[str | None, typer.Option("--need", metavar="NEED")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE")]
Reason = Annotated[str, typer.Option(metavar="TEXT")]
Street = Annotated[str | None, typer.Option(metavar="NAME")]
AsJson = Annotated[bool, typer.Option("--json")]


def pin(
    context: typer.Context,
    need: Need,
    resource: Resource,
    *,
    quantity: Annotated[int | None, typer.Option(min=1)] = None,
    until: Until = None,
    reason: Reason = "",
    street: Street = None,
    as_json: AsJson = False,
) -> None:
    """A pair that every plan keeps."""
    _decide(
        context.obj,
        RulingKind.PIN,
        need,
        resource,
        quantity=quantity,
        until=until,
        reason=reason,
        street=street,
        as_json=as_json,
    )


def ban(
    context: typer.Context,
    whom: Whom,
    *,
    need: OfNeed = None,
    until: Until = None,
    reason: Reason = "",
    street: Street = None,
    as_json: AsJson = False,
) -> None:
    """A resource or unit that no plan pairs with a need, or with any."""
    _decide(context.obj, RulingKind.BAN, need, whom, until=until, reason=reason, street=street, as_json=as_json)


def decline(
    context: typer.Context,
    whom: Whom,
    *,
    need: OfNeed = None,
    until: Until = None,
    reason: Reason = "",
    street: Street = None,
    as_json: AsJson = False,
) -> None:
    """Somebody said no: not asked again before the cool-down ends."""
    _decide(context.obj, RulingKind.DECLINE, need, whom, until=until, reason=reason, street=street, as_json=as_json)


def no_show(
    context: typer.Context,
    whom: Whom,
    *,
    need: OfNeed = None,
    until: Until = None,
    reason: Reason = "",
    street: Street = None,
    as_json: AsJson = False,
) -> None:
    """Somebody did not come: not asked again before the date."""
    _decide(context.obj, RulingKind.NO_SHOW, need, whom, until=until, reason=reason, street=street, as_json=as_json)


def list_rulings(context: typer.Context, *, street: Street = None, as_json: AsJson = False) -> None:
    """Rulings that were not lifted."""
    session: Session = context.obj
    from api.services import ruling  # noqa: PLC0415 - the solver is slow to import
    from api.services.streets import the_street  # noqa: PLC0415

    with session.store() as store:
        shown = ruling.shown_rulings(store, the_street(store, street).uid, now=now())
    if as_json:
        session.json({"rulings": [_ruling_json(row) for row in shown]})
        return
    for row in shown:
        _say(session, "cli.ruling.line" if row.in_force else "cli.ruling.expired", row)
    if not shown:
        session.say("cli.ruling.none")


def lift(
    context: typer.Context,
    ruling: Annotated[str, typer.Argument(metavar="RULING")],
    *,
    street: Street = None,
) -> None:
    """A ruling is taken back."""
    session: Session = context.obj
    from api.services import ruling as service  # noqa: PLC0415 - the solver is slow to import
    from api.services.streets import the_street  # noqa: PLC0415

    with session.store() as store:
        lifted = service.lift(store, the_street(store, street).uid, ruling, now=now(), actor=ACTOR)
    _say(session, "cli.ruling.lifted", lifted)


def publish(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN")],
    *,
    street: Street = None,
) -> None:
    """A plan's pairings are made known: later plans may be told to change few of them."""
    session: Session = context.obj
    from api.services import ruling  # noqa: PLC0415 - the solver is slow to import
    from api.services.streets import the_street  # noqa: PLC0415

    with session.store() as store:
        made, is_news = ruling.publish(store, the_street(store, street).uid, run, now=now(), actor=ACTOR)
    session.say(
        "cli.publish.done" if is_news else "cli.publish.was",
        run=made.uid,
        at=made.created_at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M"),
        pairings=made.figures.get("pairings", "–"),
    )


def _decide(
    session: Session,
    kind: RulingKind,
    need: str | None,
    whom: str,
    *,
    until: datetime | None,
    reason: str,
    street: str | None,
    as_json: bool,
    quantity: int | None = None,
) -> None:
    from api.services import ruling  # noqa: PLC0415 - the solver is slow to import
    from api.services.streets import the_street  # noqa: PLC0415

    day = None if until is None else until.date()
    decision = ruling.Decision(kind, need, whom, quantity, day, reason)
    with session.store() as store:
        decided = ruling.decide(store, the_street(store, street).uid, decision, now=now(), actor=ACTOR)
    if decided.against is not None:
        session.err.print(session.words(decided.against), markup=False)
    if as_json:
        broken = None if decided.against is None else decided.against.params["rule"]
        session.json(_ruling_json(decided.shown) | {"new": decided.is_new, "against_rule": broken})
        return
    _say(session, "cli.ruling.made" if decided.is_new else "cli.ruling.was", decided.shown)


def _say(session: Session, code: str, row: "RulingShown") -> None:
    ruling = row.ruling
    session.say(
        code,
        uid=ruling.uid,
        kind=session.text(f"cli.ruling_kind.{ruling.kind.value}"),
        need=session.text("cli.ruling.all_needs") if ruling.need_uid is None else row.need.title if row.need else "–",
        whom=row.resource or row.provider or "–",
        units="" if ruling.quantity is None else session.text("cli.ruling.units", quantity=ruling.quantity),
        until=session.text("cli.ruling.for_good") if ruling.until is None else ruling.until.isoformat(),
        reason=ruling.reason or "–",
    )


def _ruling_json(row: "RulingShown") -> dict[str, Any]:
    ruling = row.ruling
    return {
        "uid": ruling.uid,
        "kind": ruling.kind.value,
        "need": ruling.need_uid,
        "title": row.need.title if row.need else None,
        "resource": ruling.resource_uid,
        "resource_name": row.resource,
        "provider": ruling.provider_uid,
        "provider_name": row.provider,
        "quantity": ruling.quantity,
        "until": ruling.until and ruling.until.isoformat(),
        "reason": ruling.reason,
        "created_at": ruling.created_at.isoformat(),
        "in_force": row.in_force,
    }


COMMANDS = (("publish", publish),)
GROUPS = (
    (
        "ruling",
        (
            ("pin", pin),
            ("ban", ban),
            ("decline", decline),
            ("no-show", no_show),
            ("list", list_rulings),
            ("lift", lift),
        ),
    ),
)

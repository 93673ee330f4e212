"""``match``, ``explain``, ``batch``: plans, their reasons, and what becomes demand."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from api.commands.lists import ACTOR
from api.commands.session import LOCAL, Session, now
from graph_schema.model.pairings import DEFAULT_HORIZON_DAYS

_SHOWN_PAIRINGS = 5
_SHOWN_UNMET = 20


def match(
    context: typer.Context,
    *,
    as_of: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    horizon_days: Annotated[int, typer.Option(min=1, max=366)] = DEFAULT_HORIZON_DAYS,
    policy: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, metavar="FILE")] = None,
    streets: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, metavar="FILE")] = None,
    calendar: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, metavar="FILE")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1)] = 0,
    emergency: Annotated[bool, typer.Option("--emergency")] = False,
    most_changes: Annotated[int | None, typer.Option(min=0, metavar="K")] = None,
    deadline: Annotated[float, typer.Option(min=0, metavar="SECONDS")] = 300.0,
    yes: Annotated[bool, typer.Option("--yes")] = False,
    street: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """The best plan for what the graph holds now, with its proof and every reason."""
    session: Session = context.obj
    moment = now()
    plan_for = moment if as_of is None else _moment(session, as_of)
    from api.commands import plan_text  # noqa: PLC0415 - the solver is slow to import and --help does without
    from api.services import matching  # noqa: PLC0415
    from api.services.policies import adjusted, read_policy  # noqa: PLC0415
    from api.services.streets import the_street  # noqa: PLC0415

    request = matching.PlanRequest(
        as_of=plan_for,
        horizon_days=horizon_days,
        seed=seed,
        deadline_s=deadline,
        policy=adjusted(read_policy(policy), emergency=emergency, most_changes=most_changes),
        streets=streets,
        calendar=matching.read_calendar(calendar),
    )
    with session.store() as store, session.progress() as progress:
        uid = the_street(store, street).uid
        if not yes:
            matching.check_newest(store, uid, plan_for, now=moment)
        report = matching.match(store, uid, request, now=moment, actor=ACTOR, progress=progress)
    if as_json:
        session.json(plan_text.plan_json(report, session))
        return
    if plan_text.is_past(report.run):
        day, today = (at.astimezone(LOCAL).date().isoformat() for at in (plan_for, moment))
        session.say("cli.plan.past", day=day, today=today)
    plan_text.show_summary(session, report)
    if report.pairings:
        session.say(
            "cli.plan.pairings_title", shown=min(_SHOWN_PAIRINGS, len(report.pairings)), all=len(report.pairings)
        )
        plan_text.show_pairings(session, report, report.pairings[:_SHOWN_PAIRINGS])
    if report.shortfalls:
        session.say("cli.plan.unmet_title", shown=min(_SHOWN_UNMET, len(report.shortfalls)), all=len(report.shortfalls))
        plan_text.show_shortfalls(session, report, report.shortfalls[:_SHOWN_UNMET])
    session.say("cli.plan.next")


def explain(
    context: typer.Context,
    need: Annotated[str, typer.Argument(metavar="NEED")],
    *,
    remedies: Annotated[bool, typer.Option("--remedies")] = False,
    opportunity: Annotated[bool, typer.Option("--opportunity")] = False,
    streets: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, metavar="FILE")] = None,
    street: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Why a need is served as it is or not at all, and who else could serve it."""
    session: Session = context.obj
    from api.commands import advice_text, explain_text  # noqa: PLC0415
    from api.services import advising, explaining, rivalry  # noqa: PLC0415 - the solver is slow to import
    from api.services.streets import the_street  # noqa: PLC0415

    with session.store() as store, session.progress() as progress:
        explanation = explaining.explain(
            store, the_street(store, street).uid, need, now=now(), streets=streets, progress=progress
        )
        uid = explanation.need.uid
        rivals = rivalry.rivalry(explanation.present, uid, is_asked=opportunity)
    asked = remedies and explanation.shortfall is not None and explanation.demand
    advice = advising.advise_on(explanation.present, uid, progress=progress) if asked else None
    costs = (
        advising.opportunity_in(explanation.present, uid, progress=progress)
        if opportunity and explanation.demand
        else None
    )
    if as_json:
        told = explain_text.explanation_json(session, explanation, rivals)
        told |= {} if advice is None else {"remedies": advice_text.advice_json(session, advice)["remedies"]}
        told |= {} if costs is None else {"opportunity": advice_text.opportunity_json(costs)["candidates"]}
        session.json(told)
        return
    explain_text.show_explanation(session, explanation, rivals)
    if advice is not None:
        advice_text.show_advice(session, advice)
    if costs is not None:
        advice_text.show_opportunity(session, costs)


def list_batches(
    context: typer.Context,
    *,
    street: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Batches of registrations, released and waiting."""
    session: Session = context.obj
    from api.services.batches import batch_states  # noqa: PLC0415 - the driver is slow to import
    from api.services.streets import the_street  # noqa: PLC0415

    with session.store() as store:
        states = batch_states(store.street_graph(the_street(store, street).uid))
    if as_json:
        session.json(
            {
                "batches": [
                    {
                        "uid": state.batch.uid,
                        "resource": state.resource,
                        "no": state.batch.no,
                        "cap": state.batch.cap,
                        "registrations": state.registrations,
                        "by_area": dict(state.by_area),
                        "released_at": state.batch.released_at.isoformat() if state.batch.released_at else None,
                    }
                    for state in states
                ],
            },
        )
        return
    for state in states:
        released = state.batch.released_at
        session.say(
            "cli.batch.released" if released else "cli.batch.waiting",
            resource=state.resource,
            no=state.batch.no,
            registrations=state.registrations,
            areas=[f"{area} {count}" for area, count in state.by_area],
            at=released.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M") if released else "",
        )
    if not states:
        session.say("cli.batch.none")


def release_batch(
    context: typer.Context,
    batch: Annotated[str, typer.Argument(metavar="BATCH")],
    *,
    street: Annotated[str | None, typer.Option(metavar="NAME")] = None,
) -> None:
    """A waiting batch becomes demand."""
    session: Session = context.obj
    from api.services import batches  # noqa: PLC0415 - the driver is slow to import
    from api.services.streets import the_street  # noqa: PLC0415

    with session.store() as store:
        state, created = batches.release(store, the_street(store, street).uid, batch, now=now(), actor=ACTOR)
    code = "cli.batch.done" if created else "cli.batch.was_released"
    session.say(code, resource=state.resource, no=state.batch.no, needs=created)


def _moment(session: Session, text: str) -> datetime:
    """A local date (its midnight) or a moment with or without its zone, as aware UTC."""
    try:
        moment = (
            datetime.combine(date.fromisoformat(text), time(), LOCAL)
            if len(text) == len("2026-11-22")
            else datetime.fromisoformat(text)
        )
    except ValueError:
        raise typer.BadParameter(session.text("cli.bad_moment", text=text)) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)).astimezone(UTC)


COMMANDS = (("match", match), ("explain", explain))
GROUPS = (("batch", (("list", list_batches), ("release", release_batch))),)

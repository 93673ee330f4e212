"""``runs``, ``replay``: the plans that were made, and one of them made again."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.session import LOCAL, ExitCode, Session

if TYPE_CHECKING:
    from api.services.replaying import Replay
    from graph_schema.model.pairings import MatchRun

_MOST_LISTED = 1000


def list_runs(
    context: typer.Context,
    run: Annotated[str | None, typer.Argument(metavar="RUN")] = None,
    *,
    limit: Annotated[int, typer.Option(min=1, max=_MOST_LISTED)] = 20,
    street: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Plans that were saved, newest first, or one of them."""
    session: Session = context.obj
    from api.services import reading  # noqa: PLC0415 - the driver is slow to import
    from api.services.streets import the_street  # noqa: PLC0415

    with session.store() as store:
        uid = the_street(store, street).uid
        runs = store.runs(uid, limit) if run is None else (reading.the_run(store, uid, run),)
    if as_json:
        session.json({"runs": [_run_json(made) for made in runs]})
        return
    for made in runs:
        session.say(
            "cli.run.line",
            uid=made.uid,
            at=made.created_at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M"),
            status=session.text(f"cli.run_status.{made.status}"),
            met=made.figures.get("needs_met", "–"),
            needs=made.figures.get("needs", "–"),
            pairings=made.figures.get("pairings", "–"),
        )
    if not runs:
        session.say("cli.run.none")


def replay(
    context: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN")] = "latest",
    *,
    street: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """A plan made again from what it kept, compared byte by byte; nothing is saved."""
    session: Session = context.obj
    from api.services import replaying  # noqa: PLC0415 - the solver is slow to import and --help does without
    from api.services.streets import the_street  # noqa: PLC0415

    with session.store() as store, session.progress() as progress:
        done = replaying.replay(store, the_street(store, street).uid, run, progress=progress)
    if as_json:
        session.json(_replay_json(session, done))
    else:
        _show_replay(session, done)
    if done.contradicted or (done.promised and not done.identical):
        raise typer.Exit(ExitCode.REFUSED)


def _run_json(made: "MatchRun") -> dict[str, Any]:
    return {
        "run": made.uid,
        "created_at": made.created_at.isoformat(),
        "as_of": made.as_of.isoformat(),
        "status": made.status,
        "objective": made.objective + made.pinned_cost,
        "bound": made.bound + made.pinned_cost,
        "needs_met": made.figures.get("needs_met"),
        "needs": made.figures.get("needs"),
        "pairings": made.figures.get("pairings"),
        "version": made.version,
        "answer_hash": made.answer_hash,
    }


def _show_replay(session: Session, done: "Replay") -> None:
    at = done.run.created_at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
    if done.identical:
        session.say("cli.replay.identical", run=done.run.uid, at=at, hash=done.answer_hash)
        return
    code = "cli.replay.differs" if done.promised else "cli.replay.not_promised"
    session.say(
        code, run=done.run.uid, at=at, deadline="–" if done.run.deadline_s is None else f"{done.run.deadline_s:g}"
    )
    for name, then, now in done.versions:
        session.say("cli.replay.version", name=name, recorded=then, made=now)
    session.say(
        "cli.replay.costs",
        recorded=done.recorded[0],
        recorded_bound=done.recorded[1],
        made=done.made[0],
        made_bound=done.made[1],
    )
    for difference in done.differences:
        session.out.print(f"  {session.words(difference)}", markup=False)
    if done.contradicted:
        session.say("cli.replay.contradicted")


def _replay_json(session: Session, done: "Replay") -> dict[str, Any]:
    return {
        "run": done.run.uid,
        "identical": done.identical,
        "promised": done.promised,
        "contradicted": done.contradicted,
        "recorded": {"answer_hash": done.run.answer_hash, "objective": done.recorded[0], "bound": done.recorded[1]},
        "made": {"answer_hash": done.answer_hash, "objective": done.made[0], "bound": done.made[1]},
        "versions": [{"name": name, "recorded": then, "made": now} for name, then, now in done.versions],
        "differences": [
            {"code": found.code, "params": found.params, "text": session.words(found)} for found in done.differences
        ],
    }


COMMANDS = (("runs", list_runs), ("replay", replay))

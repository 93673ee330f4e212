"""``graph`` and ``serve``: the engine behind the graph, and the service in front of it."""

import contextlib
import socket
from typing import Annotated

import typer

from api.commands.session import ExitCode, Session
from api.errors import StandingInTheWayError
from graph_schema.model.pairings import Finding

LOOPBACK = "127.0.0.1"
LAST_PORT = 65535
LISTENERS_LEAVE_S = 3
"""When the service is interrupted, those who listen to changes are cut off after so long."""


def status(context: typer.Context, *, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """What engine is used, where it lies, what it holds."""
    session: Session = context.obj
    from api.services import graphs  # noqa: PLC0415 - the driver is slow to import

    state = graphs.status(session.settings())
    if as_json:
        session.json(state.as_dict())
        return
    session.say("cli.graph.engine", engine=state.engine, version=state.version or "–", address=state.address)
    session.say("cli.graph.running" if state.running else "cli.graph.not_running")
    for street in state.streets:
        session.say("cli.graph.street", name=street.name, counts=[f"{label} {count}" for label, count in street.counts])


def stop(context: typer.Context) -> None:
    """The embedded engine stops now instead of a minute after its last connection."""
    session: Session = context.obj
    from api.services import graphs  # noqa: PLC0415 - the driver is slow to import

    stopped = graphs.stop(session.settings())
    session.say("cli.graph.stopped" if stopped else "cli.graph.was_stopped")


def check(context: typer.Context) -> None:
    """Every street's chain of events is walked and every hash computed anew; imports must be whole."""
    session: Session = context.obj
    from api.services import graphs  # noqa: PLC0415 - the driver is slow to import

    broken = False
    with session.store() as store:
        for result in graphs.check(store):
            code = "cli.graph.chain_whole" if result.broken_at is None else "cli.graph.chain_broken"
            session.say(code, street=result.street, links=result.links, at=result.broken_at)
            broken = broken or result.broken_at is not None
            for record in result.incomplete:
                session.say("cli.import_incomplete", import_uid=record.uid, file_name=record.file_name)
                broken = True
    if broken:
        raise typer.Exit(ExitCode.REFUSED)


def serve(
    context: typer.Context,
    *,
    port: Annotated[int, typer.Option(min=1, max=LAST_PORT)] = 8000,
    street: Annotated[str | None, typer.Option(metavar="NAME")] = None,
) -> None:
    """The page and the API on this machine, until interrupted."""
    session: Session = context.obj
    import uvicorn  # noqa: PLC0415 - only this command serves

    from api.app import create_app  # noqa: PLC0415
    from api.services.streets import the_street  # noqa: PLC0415

    with _taken(port) as listening, session.store() as store:
        street_uid = the_street(store, street).uid if street is not None else None
        session.note("cli.serving", address=f"http://{LOOPBACK}:{port}/")
        app = create_app(store, street_uid=street_uid)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=LISTENERS_LEAVE_S))
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listening])
    if not server.started:
        raise typer.Exit(ExitCode.UNAVAILABLE)


def _taken(port: int) -> socket.socket:
    """The port, held from here on, so that nothing is said to be served where another program listens."""
    try:
        return socket.create_server((LOOPBACK, port))
    except OSError as error:
        other = port + 1 if port < LAST_PORT else port - 1
        raise StandingInTheWayError(Finding("cli.port_taken", {"port": port, "other": other})) from error


COMMANDS = (("serve", serve),)
GROUPS = (("graph", (("status", status), ("stop", stop), ("check", check))),)

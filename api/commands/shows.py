"""``demo`` and ``scenario``: the whole path on lists that come along."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from api.commands.session import ExitCode, Session


def demo(
    context: typer.Context,
    *,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1)] = 0,
) -> None:
    """The Jinchang lists through every step, in a scratch graph that is gone afterwards."""
    session: Session = context.obj
    from api.commands.demo_text import show_demo  # noqa: PLC0415 - the solver is slow to import
    from api.services import scenario  # noqa: PLC0415
    from api.services.graphs import scratch_graph  # noqa: PLC0415
    from graph_schema.demo.jinchang import SCENARIO  # noqa: PLC0415

    with _stopped_cleanly(), scratch_graph(session.settings(), SCENARIO) as store, session.progress() as progress:
        result = scenario.run(store, SCENARIO, seed=seed, progress=progress)
    show_demo(session, result)
    if any(not assertion.holds for assertion in result.assertions):
        raise typer.Exit(ExitCode.REFUSED)


def run_scenario(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    write: Annotated[Path | None, typer.Option(metavar="DIR", file_okay=False)] = None,
    lists: Annotated[Path | None, typer.Option(metavar="DIR", file_okay=False, exists=True)] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1)] = 0,
) -> None:
    """A scenario's figures and assertions, measured in a scratch graph; or its lists as files; or which there are."""
    session: Session = context.obj
    if name is None and (write is not None or lists is not None):
        raise typer.BadParameter(session.text("cli.write_needs_name"))
    if name is None:
        _list_scenarios(session, as_json=as_json)
        return
    if write is not None and lists is not None:
        raise typer.BadParameter(session.text("cli.write_or_lists"))
    from api.services import scenario  # noqa: PLC0415 - the solver is slow to import

    scenario.check_name(name)
    if write is not None:
        written = scenario.write_lists(name, write)
        if as_json:
            session.json({"scenario": name, "written": [str(path) for path in written]})
        else:
            for path in written:
                session.out.print(str(path), markup=False)
        return
    from api.services.graphs import scratch_graph  # noqa: PLC0415

    with _stopped_cleanly(), scratch_graph(session.settings(), name) as store, session.progress() as progress:
        result = scenario.run(store, name, lists=lists, seed=seed, progress=progress)
    if as_json:
        session.json(result.figures)
    else:
        from api.commands.demo_text import show_scenario  # noqa: PLC0415

        show_scenario(session, result)
    if any(not assertion.holds for assertion in result.assertions):
        raise typer.Exit(ExitCode.REFUSED)


def _list_scenarios(session: Session, *, as_json: bool) -> None:
    """Print every scenario that comes along."""
    from api.commands.demo_text import show_scenes  # noqa: PLC0415
    from graph_schema.demo.scenes import SCENES  # noqa: PLC0415

    if as_json:
        session.json(
            {
                "scenarios": [
                    {
                        "name": scene.name,
                        "title_zh": scene.title_zh,
                        "title_en": scene.title_en,
                        "as_of": scene.as_of.isoformat(),
                    }
                    for scene in SCENES.values()
                ]
            }
        )
    else:
        show_scenes(session)


@contextmanager
def _stopped_cleanly() -> Iterator[None]:
    """A request to end the process ends the command as an interrupt does, so that what it started is stopped."""

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


COMMANDS = (("demo", demo), ("scenario", run_scenario))

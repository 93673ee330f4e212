"""``needlework``: the terminal's way in. Wiring only; what the commands do lies in ``api.commands``."""

import os
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import typer

from api.commands import advice, engine, lists, plans, policies, rulings, runs, shows, usage
from api.commands.outcomes import outcome_of
from api.commands.session import ExitCode, Session
from graph_schema.messages import Language, render
from graph_schema.model.pairings import Finding

Named = tuple[str, Callable[..., None]]

_HOISTED = ("--data", "--graph", "--lang")
_ROOMS = (lists, policies, plans, advice, runs, rulings, engine, shows)
"""Modules of commands, in the order in which the help names them; each has commands, groups, or both."""
_COMMANDS: tuple[Named, ...] = tuple(named for room in _ROOMS for named in getattr(room, "COMMANDS", ()))
_GROUPS: tuple[tuple[str, tuple[Named, ...]], ...] = tuple(
    group for room in _ROOMS for group in getattr(room, "GROUPS", ())
)


INTERRUPTED = 130
"""Exit code of a command that Ctrl-C ended."""


def main(argv: Sequence[str] | None = None) -> None:
    """
    Run one command and end the process with its exit code.

    Parameters
    ----------
    argv
        Words after the program's name; the process's own by default.
    """
    words = hoisted(sys.argv[1:] if argv is None else argv)
    language = asked_language(words)
    try:
        code = command_line(language)(args=words, prog_name="needlework", standalone_mode=False) or ExitCode.DONE
        told = render(Finding("cli.interrupted", {}), language) if code == INTERRUPTED else ""
    except Exception as error:
        foreseen = usage.usage_words(error, language)
        if foreseen is not None:
            told, code = foreseen, ExitCode.USAGE
        elif (outcome := outcome_of(error)) is not None:
            told, code = render(outcome[0], language), outcome[1]
        else:
            raise
    sys.stderr.write(f"{told}\n" if told else "")
    sys.exit(code)


def hoisted(words: Sequence[str]) -> list[str]:
    """Words with the options that every command takes moved to the front, wherever they were written."""
    front: list[str] = []
    rest: list[str] = []
    left = iter(words)
    for word in left:
        if word == "--":
            rest += [word, *left]
        elif word in _HOISTED:
            front += [word, *([value] if (value := next(left, None)) is not None else [])]
        elif word.startswith(tuple(f"{option}=" for option in _HOISTED)):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def asked_language(words: Sequence[str]) -> Language:
    """Language that the words or the environment ask for; Chinese otherwise."""
    asked = [os.environ.get("NEEDLEWORK_LANG", "zh")]
    for word, following in pairwise([*words, ""]):
        if word == "--lang":
            asked.append(following)
        elif word.startswith("--lang="):
            asked.append(word.removeprefix("--lang="))
    return next((cast("Language", each) for each in reversed(asked) if each in {"zh", "en"}), "zh")


def command_line(language: Language) -> Any:
    """The commands with their help in one language, ready to be called with words."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.callback()(_every_command)
    for name, run in _COMMANDS:
        app.command(name)(run)
    for name, members in _GROUPS:
        group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
        for member, member_run in members:
            group.command(member)(member_run)
        app.add_typer(group, name=name)
    command = typer.main.get_command(app)
    usage.put_help(command, (), language)
    return command


def _print_version(asked: bool) -> None:  # noqa: FBT001 - the shape that the library calls
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 - only this option needs it

        typer.echo(version("needlework"))
        raise typer.Exit(ExitCode.DONE)


def _every_command(
    context: typer.Context,
    *,
    data: Annotated[Path | None, typer.Option(file_okay=False, metavar="DIR")] = None,
    graph: Annotated[str | None, typer.Option(metavar="URL")] = None,
    lang: Annotated[Literal["zh", "en"], typer.Option(envvar="NEEDLEWORK_LANG")] = "zh",
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_print_version)] = False,  # noqa: ARG001 - its callback answers
) -> None:
    context.obj = Session(language=lang, data=data, graph=graph)

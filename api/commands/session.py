"""What every command of one call shares: language, where the graph is, and how it prints."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from graph_schema.messages import Language, render
from graph_schema.model.pairings import Finding

if TYPE_CHECKING:
    from rich.console import Console

    from api.settings import Settings
    from graph_schema.stores.base import GraphStore


LOCAL = ZoneInfo("Asia/Shanghai")

_FILE_WIDTH = 240
"""Columns of tables that go into a file or another program, where nobody's window cuts them."""


class ExitCode(IntEnum):
    """What a command's end says to a script."""

    DONE = 0
    REFUSED = 1
    """The input is refused; nothing was changed."""
    USAGE = 2
    """The command line itself is wrong."""
    UNAVAILABLE = 3
    """The graph engine does not answer, or refuses access."""
    NOT_FOUND = 4
    """What was asked for is not in the graph."""
    IN_THE_WAY = 5
    """Something must be ended first: an import that is not whole, a database with other contents."""


@dataclass(slots=True)
class Session:
    """
    One call of the program.

    Parameters
    ----------
    language
        Of messages and tables.
    data, graph
        Options of the command line; ``None`` leaves it to the environment.
    """

    language: Language
    data: Path | None = None
    graph: str | None = None

    def settings(self) -> "Settings":
        """The environment's settings with this call's options in front."""
        from api.settings import Settings  # noqa: PLC0415 - pydantic is slow to import and --help does without

        given: dict[str, Any] = {"data": self.data, "graph": self.graph}
        return Settings(**{name: value for name, value in given.items() if value is not None})

    @contextmanager
    def store(self) -> "Iterator[GraphStore]":
        """The office's own graph, migrated and with the shared vocabularies in it."""
        from api.services.graphs import open_graph  # noqa: PLC0415 - the driver is slow to import

        with open_graph(self.settings()) as store:
            yield store

    @property
    def out(self) -> "Console":
        """Where results go."""
        from rich.console import Console  # noqa: PLC0415 - only commands that print need it

        return Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _FILE_WIDTH)

    @property
    def err(self) -> "Console":
        """Where progress and errors go."""
        from rich.console import Console  # noqa: PLC0415 - only commands that print need it

        return Console(stderr=True, highlight=False, soft_wrap=True)

    def text(self, code: str, /, **params: Any) -> str:
        """A message of the catalogue in this call's language."""
        return render(Finding(code, params), self.language)

    def say(self, code: str, /, **params: Any) -> None:
        """Print a message of the catalogue."""
        self.out.print(self.text(code, **params), markup=False)

    def note(self, code: str, /, **params: Any) -> None:
        """Print a message of the catalogue beside the results, to the error stream."""
        self.err.print(self.text(code, **params), markup=False)

    def words(self, finding: Finding) -> str:
        """Text of a finding."""
        return render(finding, self.language)

    def json(self, value: object) -> None:
        """Print one JSON object."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, int, int], None]]:
        """A callback (stage, done, all) that draws bars on a terminal and is silent elsewhere."""
        if not sys.stderr.isatty():
            yield lambda _stage, _done, _total: None
            return
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn  # noqa: PLC0415

        bars: dict[str, Any] = {}
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=self.err, transient=True) as progress:

            def advance(stage: str, done: int, total: int) -> None:
                if stage not in bars:
                    bars[stage] = progress.add_task(self.text(f"cli.stage.{stage}"), total=total or None)
                progress.update(bars[stage], completed=done, total=total or None)

            yield advance


def now() -> datetime:
    """The present moment, aware UTC."""
    return datetime.now(UTC)

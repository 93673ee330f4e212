"""What a scenario is on the side of the graph: when it plays, and the list files that tell it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graph_schema.demo.figures import ArticleFigure
from graph_schema.demo.sheets import ListFile


@dataclass(frozen=True, slots=True)
class Scene:
    """
    A scenario before anything has been read or solved.

    Parameters
    ----------
    name
        As commands know it.
    title_zh, title_en
        One line on what it is about.
    as_of
        Aware moment that its plans are for.
    horizon_days
        Days that windows are expanded over.
    files
        Makes its lists, in the order of their numbers.
    policy
        What its plans prefer: text of a policy file, with its comments; empty for the default.
    articles
        Counts from the article, each with its year, beside what reproduces them.
    """

    name: str
    title_zh: str
    title_en: str
    as_of: datetime
    horizon_days: int
    files: Callable[[], tuple[ListFile, ...]]
    policy: str = ""
    articles: tuple[ArticleFigure, ...] = ()

    def write_lists(self, folder: Path) -> tuple[Path, ...]:
        """Its lists as files in a folder, which is made if need be; the same bytes on any day and machine."""
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(file.write(folder) for file in self.files())

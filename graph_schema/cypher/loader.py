"""
Cypher statements, one constant text per file under ``read`` and ``write``.

A file begins with its header: lines ``// purpose``, ``// params: …`` and ``// returns: …``.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement: ``read/needs`` is the file ``read/needs.cypher``, and ``text`` what is in it."""

    name: str
    text: str


@cache
def statement(name: str) -> Statement:
    """The statement of this name; raises ``FileNotFoundError`` when there is no such file."""
    text = resources.files(__package__).joinpath(*f"{name}.cypher".split("/")).read_text("utf-8")
    return Statement(name, text)

"""What changed in a street since a moment of its chain: the rows that events name, as they are now."""

from dataclasses import dataclass
from datetime import datetime

from graph_schema.model.categories import Taxonomy
from graph_schema.model.ledger import Entity
from graph_schema.model.pairings import Pairing
from graph_schema.model.rulings import Ruling


@dataclass(frozen=True, slots=True)
class Position:
    """
    How far something has been read.

    Parameters
    ----------
    seq
        Links of the street's chain, 0 before the first.
    shared_seq
        Links of the chain of what all streets share.
    """

    seq: int
    shared_seq: int


@dataclass(frozen=True, slots=True)
class RunsNow:
    """
    What a street knows of its runs.

    Parameters
    ----------
    named
        Pairings that the events name, by uid.
    in_force
        Those of them that are in force or fulfilled, as they are now.
    published, moments
        All of them, as in `graph_schema.model.street.StreetGraph`.
    """

    named: frozenset[str]
    in_force: tuple[Pairing, ...]
    published: tuple[Pairing, ...]
    moments: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True)
class StreetChanges:
    """
    What changed in a street after a position.

    Parameters
    ----------
    position
        Up to which these changes are all; nothing after it is among them.
    named
        Rows that the events name, by uid.
    rows
        Those of them that are there, as they are now.
    rulings, runs, taxonomy
        All that is in force now, where an event says that it changed; ``None``: as before.
    kinds
        Kinds of the events, each once, sorted.
    """

    position: Position
    named: frozenset[str] = frozenset()
    rows: tuple[Entity, ...] = ()
    rulings: tuple[Ruling, ...] | None = None
    runs: RunsNow | None = None
    taxonomy: Taxonomy | None = None
    kinds: tuple[str, ...] = ()

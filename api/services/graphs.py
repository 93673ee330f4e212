"""Opening the graph, whatever engine is behind it: the office's own, or a scratch one that leaves nothing behind."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.settings import Settings
from graph_schema.model.ledger import ImportRecord
from graph_schema.stores.base import GraphStore
from graph_schema.stores.embedded import engine_status, stop_engine
from graph_schema.stores.registry import open_store
from graph_schema.taxonomy import load

_COUNTS = """
MATCH (n {street: $street})
UNWIND labels(n) AS label
WITH label WHERE label <> 'Entity'
RETURN label, count(*) AS nodes ORDER BY label
"""


@dataclass(frozen=True, slots=True)
class StreetState:
    """A street and how many nodes of each label it has."""

    name: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class GraphState:
    """
    What is behind the graph.

    Parameters
    ----------
    version
        Empty when nothing runs.
    streets
        Empty when nothing runs.
    """

    engine: str
    version: str
    address: str
    running: bool
    streets: tuple[StreetState, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "engine": self.engine,
            "version": self.version,
            "address": self.address,
            "running": self.running,
            "streets": [{"name": street.name, "nodes": dict(street.counts)} for street in self.streets],
        }


@dataclass(frozen=True, slots=True)
class ChainState:
    """A street's chain of events after every hash was computed anew, and its imports that are not whole."""

    street: str
    links: int
    broken_at: int | None
    incomplete: tuple[ImportRecord, ...]


@contextmanager
def open_graph(settings: Settings) -> Iterator[GraphStore]:
    """The office's graph, migrated and with the shared vocabularies in it; closed at the end."""
    with _opened(settings, settings.data) as store:
        prepare(store)
        yield store


@contextmanager
def scratch_graph(settings: Settings, owner: str) -> Iterator[GraphStore]:
    """
    A graph for one run that leaves nothing behind: a temporary embedded one, or a Neo4j database of nobody else's.

    Parameters
    ----------
    owner
        Mark of everything that is written.

    Raises
    ------
    ForeignContentsError
        If the database holds anything without that mark; nothing was changed then.
    """
    if settings.graph:
        with _opened(settings, settings.data) as store:
            store.mark_scratch(owner)
            store.clear_scratch(owner)
            try:
                prepare(store)
                yield store
            finally:
                store.clear_scratch(owner)
        return
    folder = Path(tempfile.mkdtemp(prefix="needlework-"))
    try:
        with _opened(settings, folder) as store:
            store.mark_scratch(owner)
            prepare(store)
            yield store
    finally:
        try:
            stop_engine(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def prepare(store: GraphStore) -> None:
    """Constraints, indexes and the shared vocabularies are there."""
    store.migrate()
    store.save_taxonomy(load())


def status(settings: Settings) -> GraphState:
    """What is behind the graph; an embedded engine that does not run is not started for the question."""
    if not settings.graph and engine_status(settings.data) is None:
        return GraphState("embedded", "", str(settings.data), running=False)
    with _opened(settings, settings.data) as store:
        engine = store.engine
        streets = tuple(
            StreetState(
                street.name,
                tuple((str(label), int(nodes)) for label, nodes in store.cypher(_COUNTS, {"street": street.uid}).rows),
            )
            for street in store.streets()
        )
        return GraphState(engine.name, engine.version, engine.address, running=True, streets=streets)


def stop(settings: Settings) -> bool:
    """The embedded engine is stopped; ``False`` when none ran, or when the graph is a server's."""
    return False if settings.graph else stop_engine(settings.data)


def check(store: GraphStore) -> tuple[ChainState, ...]:
    """Every street's chain of events, walked from its first link."""
    states = []
    for street in store.streets():
        chain = store.verify_chain(street.uid)
        states.append(ChainState(street.name, chain.links, chain.broken_at, store.incomplete_imports(street.uid)))
    return tuple(states)


def _opened(settings: Settings, folder: Path) -> GraphStore:
    return open_store(
        settings.graph or None,
        folder,
        user=settings.graph_user,
        password=settings.graph_password.get_secret_value(),
        database=settings.graph_database,
    )

"""The one graph store: every operation over a Bolt connection, whatever engine is behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from graph_schema.model.categories import Taxonomy
from graph_schema.model.directory import Directory
from graph_schema.model.feed import Position, StreetChanges
from graph_schema.model.ledger import Event, ImportBatch, ImportRecord, ImportStatus
from graph_schema.model.needs import Need, NeedStatus
from graph_schema.model.pairings import MatchRun, Pairing, Shortfall
from graph_schema.model.places import AdminDivision
from graph_schema.model.resources import Resource, ResourceStatus
from graph_schema.model.rulings import Ruling
from graph_schema.model.street import StreetGraph
from graph_schema.stores import (
    feed,
    imports,
    kept,
    ledger,
    migrating,
    queries,
    reads,
    releases,
    rulings,
    runs,
    scratch,
    undo,
    vocabulary,
)
from graph_schema.stores.base import (
    LARGEST_PAGE,
    ChainCheck,
    EngineInfo,
    ImportOutcome,
    Progress,
    QueryResult,
)
from graph_schema.stores.bolt import Connection
from graph_schema.stores.stamp import Stamp


class BoltGraphStore:
    """
    A `graph_schema.stores.base.GraphStore`, whose docstrings hold here.

    Parameters
    ----------
    connection
        Way to the database; closed with the store.
    engine
        Asked once for name, version and address.
    on_close
        Called after the connection is closed.
    """

    def __init__(
        self,
        connection: Connection,
        engine: Callable[[Connection], EngineInfo],
        on_close: Callable[[], None] = lambda: None,
    ) -> None:
        self._connection = connection
        self._engine = engine
        self._engine_info: EngineInfo | None = None
        self._on_close = on_close
        self._scratch: str | None = None

    @property
    def engine(self) -> EngineInfo:
        """Name, version and address of the engine."""
        if self._engine_info is None:
            self._engine_info = self._engine(self._connection)
        return self._engine_info

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """All connections are given back."""
        self._connection.close()
        self._on_close()

    def migrate(self) -> tuple[str, ...]:
        """Constraints and indexes are there."""
        return migrating.migrate(self._connection)

    def save_taxonomy(self, taxonomy: Taxonomy) -> bool:
        """The shared vocabularies are stored."""
        return vocabulary.save_taxonomy(self._connection, taxonomy, self._scratch)

    def taxonomy(self) -> Taxonomy:
        """The shared vocabularies."""
        return reads.taxonomy(self._connection)

    def streets(self) -> tuple[AdminDivision, ...]:
        """Every subdistrict in the graph."""
        return reads.streets(self._connection)

    def directory(self, street: str) -> Directory:
        """What a list's names may refer to in this street."""
        return reads.directory(self._connection, street)

    def street_graph(self, street: str) -> StreetGraph:
        """Everything the graph holds of one street."""
        return reads.street_graph(self._connection, street)

    def apply_import(self, batch: ImportBatch, *, progress: Progress | None = None) -> ImportOutcome:
        """The rows of a file are in the graph."""
        return imports.apply_import(self._connection, batch, progress, self._scratch)

    def resume_import(self, batch: ImportBatch, *, progress: Progress | None = None) -> ImportOutcome:
        """An incomplete import of this file is complete."""
        return imports.resume_import(self._connection, batch, progress, self._scratch)

    def undo_import(self, street: str, import_uid: str, at: datetime, actor: str) -> ImportRecord:
        """What an import created is gone and what it updated is as before."""
        return undo.undo_import(self._connection, street, import_uid, at=at, actor=actor, scratch=self._scratch)

    def imports(self, street: str) -> tuple[ImportRecord, ...]:
        """All imports, in the order in which they were started."""
        return imports.imports(self._connection, street)

    def incomplete_imports(self, street: str) -> tuple[ImportRecord, ...]:
        """Imports that must be resumed or undone."""
        return imports.imports(self._connection, street, ImportStatus.INCOMPLETE)

    def release_batch(self, street: str, batch_uid: str, at: datetime, actor: str) -> int:
        """Each registration of a batch is a need."""
        return releases.release_batch(self._connection, street, batch_uid, Stamp(at, actor, self._scratch))

    def save_run(
        self,
        run: MatchRun,
        pairings: Sequence[Pairing],
        shortfalls: Sequence[Shortfall],
        at: datetime,
        actor: str,
        *,
        contents: Sequence[bytes] = (),
    ) -> None:
        """A run is stored, whole or not at all."""
        stamp = Stamp(at, actor, self._scratch)
        runs.save_run(self._connection, run, pairings, shortfalls, contents=contents, stamp=stamp)

    def latest_run(self, street: str) -> MatchRun | None:
        """The run saved last."""
        return next(iter(runs.runs(self._connection, street, 1)), None)

    def run(self, street: str, uid: str) -> MatchRun:
        """One run."""
        return runs.run_by_uid(self._connection, street, uid)

    def kept(self, street: str, content_hash: str) -> bytes:
        """A content that a run keeps."""
        return kept.content(self._connection, street, content_hash)

    def runs(self, street: str, limit: int = 100) -> tuple[MatchRun, ...]:
        """Whole runs, newest first."""
        return runs.runs(self._connection, street, limit)

    def runs_that_begin(self, street: str, begins: str, limit: int = 100) -> tuple[MatchRun, ...]:
        """Whole runs whose uids begin with a text, by uid."""
        return runs.runs_that_begin(self._connection, street, begins, limit)

    def pairings(self, street: str, run_uid: str) -> tuple[Pairing, ...]:
        """Pairings of one run."""
        self.run(street, run_uid)
        return reads.pairings_of_run(self._connection, street, run_uid)

    def shortfalls(self, street: str, run_uid: str) -> tuple[Shortfall, ...]:
        """What one run left unmet."""
        self.run(street, run_uid)
        return reads.shortfalls_of_run(self._connection, street, run_uid)

    def add_ruling(self, ruling: Ruling, at: datetime, actor: str) -> None:
        """A decision is stored."""
        rulings.add_ruling(self._connection, ruling, Stamp(at, actor, self._scratch))

    def lift_ruling(self, street: str, uid: str, at: datetime, actor: str) -> Ruling:
        """A decision is taken back."""
        return rulings.lift_ruling(self._connection, street, uid, Stamp(at, actor, self._scratch))

    def rulings(self, street: str) -> tuple[Ruling, ...]:
        """Decisions that were not lifted."""
        return rulings.rulings(self._connection, street)

    def publish_run(self, street: str, run_uid: str, at: datetime, actor: str) -> None:
        """A run's pairings are made known."""
        rulings.publish_run(self._connection, street, run_uid, Stamp(at, actor, self._scratch))

    def published_run(self, street: str) -> MatchRun | None:
        """The run published last."""
        return reads.published_run(self._connection, street)

    def needs(
        self,
        street: str,
        *,
        status: NeedStatus | None = None,
        area: str | None = None,
        category: str | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> tuple[Need, ...]:
        """A page of needs."""
        return reads.page_of_needs(
            self._connection,
            street,
            limit,
            status=status and status.value,
            area=area,
            category=category,
            after=after or "",
        )

    def need(self, street: str, uid: str) -> Need:
        """One need."""
        need: Need = reads.one(self._connection, "Need", street, uid)
        return need

    def find_needs(self, street: str, text: str, limit: int = 20) -> tuple[Need, ...]:
        """Needs that hold every word of a text."""
        return reads.found_needs(self._connection, street, text, limit)

    def resources(
        self,
        street: str,
        *,
        status: ResourceStatus | None = None,
        category: str | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> tuple[Resource, ...]:
        """A page of resources with their slots."""
        return reads.page_of_resources(
            self._connection,
            street,
            limit,
            status=status and status.value,
            category=category,
            after=after or "",
        )

    def resource(self, street: str, uid: str) -> Resource:
        """One resource with its slots."""
        resource: Resource = reads.one(self._connection, "Resource", street, uid)
        return resource

    def events(self, street: str, after_seq: int = 0, limit: int = 100) -> tuple[Event, ...]:
        """Links of the street's chain."""
        return ledger.events(self._connection, street, after_seq, limit)

    def position(self, street: str) -> Position:
        """The ends of the street's chain and of what all streets share."""
        return feed.position(self._connection, street)

    def street_now(self, street: str) -> tuple[Position, StreetGraph]:
        """Everything the graph holds of one street, and the position that it is of."""
        return feed.street_now(self._connection, street)

    def changes_since(self, street: str, after: Position) -> StreetChanges | None:
        """What changed after a position."""
        return feed.changes_since(self._connection, street, after)

    def verify_chain(self, street: str) -> ChainCheck:
        """The street's chain is walked and every hash computed anew."""
        return ledger.verify(self._connection, street)

    def cypher(
        self,
        query: str,
        params: Mapping[str, Any] | None = None,
        *,
        limit: int = LARGEST_PAGE,
        timeout_s: float = 30.0,
    ) -> QueryResult:
        """Rows of a free read-only query."""
        return queries.free_query(self._connection, query, params or {}, limit, timeout_s)

    def mark_scratch(self, owner: str) -> None:
        """From now on everything this store writes is marked as the owner's."""
        scratch.check_mine(self._connection, owner)
        self._scratch = owner

    def foreign_contents(self, owner: str) -> tuple[tuple[str, int], ...]:
        """What is not marked as the owner's."""
        return scratch.foreign_contents(self._connection, owner)

    def clear_scratch(self, owner: str) -> int:
        """What the owner made is gone."""
        return scratch.clear(self._connection, owner)

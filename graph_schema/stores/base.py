"""The graph store in domain words: what every engine must do, and what callers program against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self, runtime_checkable

from graph_schema.model.categories import Taxonomy
from graph_schema.model.directory import Directory
from graph_schema.model.feed import Position, StreetChanges
from graph_schema.model.ledger import Event, ImportBatch, ImportRecord
from graph_schema.model.needs import Need, NeedStatus
from graph_schema.model.pairings import MatchRun, Pairing, Shortfall
from graph_schema.model.places import AdminDivision
from graph_schema.model.resources import Resource, ResourceStatus
from graph_schema.model.rulings import Ruling
from graph_schema.model.street import StreetGraph

SMALL_IMPORT_ROWS = 5_000
"""Largest import that is one transaction."""
CHUNK_ROWS = 1_000
"""Rows of one transaction of a larger import, and of one ``import.rows`` event."""
LARGEST_PAGE = 1_000
"""Most records that one read returns."""

Progress = Callable[[int, int], None]
"""Told (rows done, rows in all) after each committed transaction."""


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """
    What is behind a store.

    Parameters
    ----------
    name
        Key of the engine's registry: ``embedded`` or ``neo4j``.
    version
        As the server reports it.
    address
        ``host:port``, or the data directory of the embedded engine. No password in it.
    """

    name: str
    version: str
    address: str


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """
    What an import did.

    Parameters
    ----------
    created, updated, unchanged
        Rows; their sum is the number of rows of the batch.
    record
        The import as the graph knows it; ``None`` when every row was there already, so that nothing was written.
    needs
        Registrations of released batches that became needs; no rows of the batch.
    """

    created: int
    updated: int
    unchanged: int
    record: ImportRecord | None
    needs: int = 0


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """
    Result of walking a street's chain of events from its first link.

    Parameters
    ----------
    links
        Links that were checked.
    broken_at
        Sequence number of the first link that does not fit, ``None`` when the chain is whole.
    head_hash
        Hash of the last link that fits; empty when there is none.
    """

    links: int
    broken_at: int | None
    head_hash: str


@dataclass(frozen=True, slots=True)
class QueryResult:
    """
    Rows of a free query.

    Parameters
    ----------
    columns
        Names, in the order of the query's ``RETURN``.
    rows
        Plain values: text, numbers, dates, lists, and nodes and relationships as mappings of their properties.
    cut_off
        Whether there were more rows than the bound.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut_off: bool


@runtime_checkable
class GraphStore(Protocol):
    """
    A graph of streets behind one of the engines.

    Everything returned is sorted by uid unless it says otherwise. Every write is one or more explicit transactions,
    is safe to repeat because the caller makes the uids, and appends to the street's chain of events. ``at`` is an
    aware UTC datetime given by the caller; ``actor`` a role or a program, never a private person's name.
    Every method raises `StoreUnavailableError` when the engine does not answer within the deadline.
    """

    @property
    def engine(self) -> EngineInfo:
        """Name, version and address of the engine."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def close(self) -> None:
        """All connections are given back; the store cannot be used any more. May be called twice."""

    # --- schema and taxonomy

    def migrate(self) -> tuple[str, ...]:
        """
        Constraints and indexes are there; names of the migrations that were applied now, in order.

        Raises
        ------
        SchemaVersionError
            If the database records a migration that this program does not know.
        """

    def save_taxonomy(self, taxonomy: Taxonomy) -> bool:
        """
        The shared vocabularies are stored; ``False`` if they were there already, so that nothing was written.

        Raises
        ------
        MissingReferenceError
            If a code that is no longer in them is still that of a need or resource.
        """

    def taxonomy(self) -> Taxonomy:
        """The shared vocabularies; three empty tuples before they are saved."""

    # --- streets

    def streets(self) -> tuple[AdminDivision, ...]:
        """Every subdistrict in the graph."""

    def directory(self, street: str) -> Directory:
        """
        What a list's names may refer to in this street.

        Its ``street_uid`` is empty when the street's own row is not there yet; then only the taxonomy is filled.
        """

    def street_graph(self, street: str) -> StreetGraph:
        """
        Everything the graph holds of one street, read in pages.

        Raises
        ------
        NotFoundError
            If there is no such street.
        IncompleteImportError
            If an import of it is not whole.
        """

    # --- lists

    def apply_import(self, batch: ImportBatch, *, progress: Progress | None = None) -> ImportOutcome:
        """
        The rows of a file are in the graph: new ones created, changed ones updated, equal ones left alone.

        Up to 5,000 rows are one transaction. More are transactions of 1,000 rows under one record that is incomplete
        until the last; a failure in between leaves it so. When every row is there already, nothing is written.

        Parameters
        ----------
        batch
            Rows with uids made by the caller; two rows of one uid are refused.
        progress
            Told (rows done, all rows) after each committed transaction.

        Raises
        ------
        MissingReferenceError, DuplicateKeyError
            If a row names what is not there, or claims another's number; its transaction changed nothing.
        IncompleteImportError
            If another import of the street is incomplete, or this one is (then resume it).
        """

    def resume_import(self, batch: ImportBatch, *, progress: Progress | None = None) -> ImportOutcome:
        """
        An incomplete import of this file goes on where it stopped, and is complete; counts are of the whole import.

        Raises
        ------
        NotFoundError
            If no import of this file is incomplete.
        """

    def undo_import(self, street: str, import_uid: str, at: datetime, actor: str) -> ImportRecord:
        """
        What an import created is gone and what it updated is as before; works on incomplete ones too.

        Undoing an undone import returns its record and changes nothing.

        Raises
        ------
        NotFoundError
            If there is no such import.
        ImportInUseError
            If something else uses a row that it created, or a later import changed one of its rows.
        IncompleteImportError
            If another import of the street is incomplete.
        """

    def imports(self, street: str) -> tuple[ImportRecord, ...]:
        """All imports, in the order in which they were started."""

    def incomplete_imports(self, street: str) -> tuple[ImportRecord, ...]:
        """Imports that must be resumed or undone before anything else."""

    # --- batches and runs

    def release_batch(self, street: str, batch_uid: str, at: datetime, actor: str) -> int:
        """
        Each registration of a batch is a need for its resource alone, and the batch says when; one transaction.

        Each need has kind ``registration``, quantity 1 in the resource's unit, the registration's area, the
        resource's category, and a uid made of the registration's.

        Returns
        -------
        int
            Needs created; 0 when it was released before and each of its registrations is a need already.

        Raises
        ------
        NotFoundError
            If there is no such batch.
        IncompleteImportError
            If an import of the street is incomplete.
        """

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
        """
        A run is stored, whole or not at all; what earlier runs only suggested is withdrawn.

        Repeating it with the same run changes nothing.

        Parameters
        ----------
        contents
            What the run keeps of its inputs and answer, each under its hash and once, however many runs name it.

        Raises
        ------
        InvalidValueError
            If the run names a kept content that is not given with it.
        IncompleteImportError
            If an import of the street is incomplete.
        MissingReferenceError
            If a pairing names a need, resource or slot that is not in the graph (any more).
        """

    def latest_run(self, street: str) -> MatchRun | None:
        """The run saved last, ``None`` before the first."""

    def run(self, street: str, uid: str) -> MatchRun:
        """One run; raises `NotFoundError`."""

    def kept(self, street: str, content_hash: str) -> bytes:
        """
        A content that a run keeps, by its SHA-256 hex.

        Raises
        ------
        NotFoundError
            If it is not there.
        StoredValueError
            If it is no longer what its hash says.
        """

    def runs(self, street: str, limit: int = 100) -> tuple[MatchRun, ...]:
        """Whole runs, newest first."""

    def runs_that_begin(self, street: str, begins: str, limit: int = 100) -> tuple[MatchRun, ...]:
        """Whole runs whose uids begin with a text, by uid."""

    def pairings(self, street: str, run_uid: str) -> tuple[Pairing, ...]:
        """Pairings of one run in whatever state they are now."""

    def shortfalls(self, street: str, run_uid: str) -> tuple[Shortfall, ...]:
        """What one run left unmet, sorted by the need's uid."""

    # --- rulings and publication

    def add_ruling(self, ruling: Ruling, at: datetime, actor: str) -> None:
        """
        A decision is stored and holds from the next run on; adding it again changes nothing, even after it was lifted.

        Raises
        ------
        MissingReferenceError
            If it names a need, resource, provider or slot that is not in the graph, or another resource's slot.
        DuplicateKeyError
            If its uid is another ruling already.
        """

    def lift_ruling(self, street: str, uid: str, at: datetime, actor: str) -> Ruling:
        """
        A decision is taken back; it stays on record with when. Lifting it again changes nothing.

        Raises
        ------
        NotFoundError
            If there is no such ruling.
        """

    def rulings(self, street: str) -> tuple[Ruling, ...]:
        """Decisions that were not lifted, expired ones too."""

    def publish_run(self, street: str, run_uid: str, at: datetime, actor: str) -> None:
        """
        A run's pairings are made known to those they concern: what later plans should leave as it is.

        The run published last counts. Publishing it again changes nothing.

        Raises
        ------
        NotFoundError
            If there is no such whole run.
        """

    def published_run(self, street: str) -> MatchRun | None:
        """The run published last, ``None`` before the first."""

    # --- reads

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
        """
        A page of needs.

        Parameters
        ----------
        area
            uid of the area they are raised for, itself and not what lies in it.
        category
            Category code.
        after
            uid of the last need of the page before.
        limit
            1..1000.
        """

    def need(self, street: str, uid: str) -> Need:
        """One need; raises `NotFoundError`."""

    def find_needs(self, street: str, text: str, limit: int = 20) -> tuple[Need, ...]:
        """Needs whose title, address or note holds every word of ``text``, whatever its width and case."""

    def resources(
        self,
        street: str,
        *,
        status: ResourceStatus | None = None,
        category: str | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> tuple[Resource, ...]:
        """A page of resources with their slots; parameters as for `needs`."""

    def resource(self, street: str, uid: str) -> Resource:
        """One resource with its slots; raises `NotFoundError`."""

    def events(self, street: str, after_seq: int = 0, limit: int = 100) -> tuple[Event, ...]:
        """Links of the street's chain after a sequence number, in order."""

    def position(self, street: str) -> Position:
        """The ends of the street's chain and of what all streets share."""

    def street_now(self, street: str) -> tuple[Position, StreetGraph]:
        """
        Everything the graph holds of one street, and the position that it is of; errors as for `street_graph`.

        Read again while somebody writes, and given up as unavailable when that does not end.
        """

    def changes_since(self, street: str, after: Position) -> StreetChanges | None:
        """
        What changed after a position: the rows that events name, as they are at one later position.

        Returns
        -------
        StreetChanges or None
            ``None`` where the whole street has to be read: the events name more rows than that is worth, one is of a
            kind that does not say what it changed, or the chain is not the one that the position is of.

        Raises
        ------
        IncompleteImportError
            If an import of the street is not whole.
        """

    def verify_chain(self, street: str) -> ChainCheck:
        """The street's chain is walked from its first link and every hash computed anew."""

    def cypher(
        self,
        query: str,
        params: Mapping[str, Any] | None = None,
        *,
        limit: int = LARGEST_PAGE,
        timeout_s: float = 30.0,
    ) -> QueryResult:
        """
        Rows of a free read-only query, for notebooks.

        Parameters
        ----------
        query
            One Cypher statement; values as parameters.
        limit
            Most rows that are fetched, 1..100000.
        timeout_s
            After which the engine is asked to stop and the caller gets `QueryRefusedError`.

        Raises
        ------
        QueryRefusedError
            If the statement would write, or runs longer than the bound.
        """

    # --- scratch databases

    def mark_scratch(self, owner: str) -> None:
        """
        From now on everything this store writes is marked as ``owner``'s, for `clear_scratch`.

        Raises
        ------
        ForeignContentsError
            If the database holds anything that is not so marked; nothing was changed.
        """

    def foreign_contents(self, owner: str) -> tuple[tuple[str, int], ...]:
        """(label, nodes) of what is not marked as ``owner``'s, sorted; nodes are counted up to 1,000 in all."""

    def clear_scratch(self, owner: str) -> int:
        """What ``owner`` made is gone, and nothing else; the number of nodes deleted."""

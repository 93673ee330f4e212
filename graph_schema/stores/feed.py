"""
The change feed: what the events after a position name, read as it is now.

Reads see what is committed and nothing between two of them stands still, so the chain's end is looked at before and
after: where it has not moved, nothing was written meanwhile, and all that was read is of one moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graph_schema.codecs import decode, key_of
from graph_schema.errors import StoreUnavailableError
from graph_schema.model.feed import Position, RunsNow, StreetChanges
from graph_schema.model.ledger import Entity, Event
from graph_schema.model.pairings import Pairing
from graph_schema.model.street import StreetGraph
from graph_schema.stores import ledger, reads, rulings
from graph_schema.stores.base import CHUNK_ROWS, LARGEST_PAGE
from graph_schema.stores.bolt import Connection
from graph_schema.stores.changes import current_rows

T = TypeVar("T")

MOST_READINGS = 20
"""Times that something is read again because somebody wrote meanwhile."""
MOST_NAMED = 20_000
"""Rows and pairings beyond which reading the whole street is as quick."""

_SILENT = frozenset({"import.completed", "import.undone"})
"""Kinds that sum up what events before them have named."""


@dataclass(slots=True)
class _Named:
    """What events name."""

    rows: set[str] = field(default_factory=set)
    pairings: set[str] = field(default_factory=set)
    rulings: bool = False
    runs: bool = False
    unknown: bool = False
    kinds: set[str] = field(default_factory=set)

    def add(self, event: Event) -> None:
        """One event more."""
        kind, payload = event.kind, event.payload
        self.kinds.add(kind)
        if kind == "import.rows":
            self.rows.update(_listed(payload, "created", "updated"))
        elif kind == "import.rows_undone":
            self.rows.update(_listed(payload, "deleted", "restored"))
        elif kind == "batch.released":
            self.rows.add(event.subject)
        elif kind == "batch.needs":
            self.rows.update(_listed(payload, "created"))
        elif kind.startswith("run.") or kind == "import.suggestions_undone":
            self.runs = True
            self.pairings.update(_listed(payload, "suggested", "withdrawn"))
        elif kind.startswith("ruling."):
            self.rulings = True
        elif kind not in _SILENT:
            self.unknown = True

    @property
    def is_whole(self) -> bool:
        """Whether reading the whole street is the way."""
        return self.unknown or len(self.rows) + len(self.pairings) > MOST_NAMED


def position(connection: Connection, street: str) -> Position:
    """See `graph_schema.stores.base.GraphStore.position`."""
    return Position(_end(connection, street), _end(connection, reads.SHARED))


def street_now(connection: Connection, street: str) -> tuple[Position, StreetGraph]:
    """See `graph_schema.stores.base.GraphStore.street_now`."""
    return _unmoved(connection, street, lambda _: reads.street_graph(connection, street))


def changes_since(connection: Connection, street: str, after: Position) -> StreetChanges | None:
    """See `graph_schema.stores.base.GraphStore.changes_since`."""
    _, found = _unmoved(connection, street, lambda now: _changes(connection, street, after, now))
    return found


def _changes(connection: Connection, street: str, after: Position, now: Position) -> StreetChanges | None:
    if now.seq < after.seq or now.shared_seq < after.shared_seq:
        return None  # the graph was cleared: this is another street's beginning
    named = _Named()
    seq = after.seq
    while seq < now.seq:
        page = ledger.events(connection, street, seq, LARGEST_PAGE)
        for event in page:
            named.add(event)
        if not page or named.is_whole:
            return None
        seq = page[-1].seq
    reads.check_street_whole(connection, street)
    return StreetChanges(
        position=now,
        named=frozenset(named.rows),
        rows=_rows(connection, street, sorted(named.rows)),
        rulings=rulings.rulings(connection, street) if named.rulings else None,
        runs=_runs(connection, street, named.pairings) if named.runs else None,
        taxonomy=reads.taxonomy(connection) if now.shared_seq != after.shared_seq else None,
        kinds=tuple(sorted(named.kinds)),
    )


def _rows(connection: Connection, street: str, uids: Sequence[str]) -> tuple[Entity, ...]:
    found: list[Entity] = []
    for start in range(0, len(uids), CHUNK_ROWS):
        keys = [key_of(street, uid) for uid in uids[start : start + CHUNK_ROWS]]
        rows = connection.read(lambda transaction: current_rows(transaction, street, keys))  # noqa: B023 - called at once
        found += (
            decode(row.node.label, row.node.properties, tuple(decode("Slot", part.properties) for part in row.parts))
            for row in rows.values()
        )
    return tuple(found)


def _runs(connection: Connection, street: str, uids: Iterable[str]) -> RunsNow:
    wanted, states = sorted(uids), [state.value for state in reads.IN_FORCE]
    found: list[Pairing] = []
    for start in range(0, len(wanted), CHUNK_ROWS):
        keys = [key_of(street, uid) for uid in wanted[start : start + CHUNK_ROWS]]
        params: dict[str, Any] = {"street": street, "keys": keys, "states": states, "limit": len(keys)}
        rows = connection.read(lambda transaction: transaction.run("read/pairings_by_key", **params))  # noqa: B023 - called at once
        found += (decode("Pairing", row["properties"]) for row in rows)
    return RunsNow(
        frozenset(wanted),
        tuple(found),
        reads.published_pairings(connection, street),
        reads.run_moments(connection, street),
    )


def _listed(payload: dict[str, Any], *names: str) -> Iterable[str]:
    return (uid for name in names for uid in payload.get(name, ()))


def _end(connection: Connection, street: str) -> int:
    heads = connection.read(lambda transaction: transaction.run("read/chain_head", street=street))
    return int(heads[0]["seq"]) if heads else 0


def _unmoved(connection: Connection, street: str, read: Callable[[Position], T]) -> tuple[Position, T]:
    """What a reading gives between two looks at the chains that find them where they were."""
    before = position(connection, street)
    for _ in range(MOST_READINGS):
        found = read(before)
        after = position(connection, street)
        if after == before:
            return before, found
        before = after
    msg = (
        f"The street {street} was written to {MOST_READINGS} times while it was read. Maybe a large import is running."
    )
    raise StoreUnavailableError(msg)

"""
An import undone: what it updated is as before, what it created is gone, unless something else uses it.

What runs only suggested, and nobody published or took up, is no use: these pairings go with the rows. The runs stay,
and each keeps its inputs and its answer by hash.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime

from graph_schema.codecs import from_text, key_of
from graph_schema.errors import ImportInUseError, NotFoundError, Sought
from graph_schema.model.ledger import ImportRecord, ImportStatus
from graph_schema.schema import ENTITY
from graph_schema.stores.base import CHUNK_ROWS, SMALL_IMPORT_ROWS
from graph_schema.stores.bolt import Connection, Transaction
from graph_schema.stores.changes import Row, difference, write
from graph_schema.stores.imports import Applied, lock_gate, read_applied, save_applied, set_gate
from graph_schema.stores.ledger import Happening, append, uids_in_events

_MOST_USERS_NAMED = 20
_USES = (
    "read/rows_changed_later",
    "read/changes_changed_later",
    "read/users_of_rows",
    "read/users_by_own_end",
)
_RUNS = ("read/runs_that_use_rows", "read/runs_that_left_rows")


@dataclasses.dataclass(frozen=True, slots=True)
class _Undo:
    street: str
    uid: str
    at: datetime
    actor: str
    scratch: str | None


def undo_import(
    connection: Connection,
    street: str,
    import_uid: str,
    *,
    at: datetime,
    actor: str,
    scratch: str | None,
) -> ImportRecord:
    """See `graph_schema.stores.base.GraphStore.undo_import`."""
    undo = _Undo(street, import_uid, at, actor, scratch)
    while True:
        applied = connection.write(lambda transaction: _step(transaction, undo))
        if applied.record.status is ImportStatus.UNDONE:
            return applied.record


def _step(transaction: Transaction, undo: _Undo) -> Applied:
    """A transaction's worth of the undo: all of a small import, 1,000 rows of a large one."""
    lock_gate(transaction, undo.street, undo.at, undo.scratch, undo.uid)
    applied = read_applied(transaction, undo.street, undo.uid)
    if applied is None:
        raise NotFoundError(Sought.IMPORT, undo.uid, undo.street)
    if applied.record.status is ImportStatus.UNDONE:
        transaction.abandon()
        return applied
    if not applied.undoing:
        _check_unused(transaction, undo)
    small = applied.record.created + applied.record.updated <= SMALL_IMPORT_ROWS
    restored: list[str] = []
    dropped: list[str] = []
    deleted: list[str] = []
    while True:
        some_restored = _restore(transaction, undo)
        some_dropped = [] if some_restored else _drop_suggestions(transaction, undo)
        some_deleted = [] if some_restored or some_dropped else _delete(transaction, undo)
        restored += some_restored
        dropped += some_dropped
        deleted += some_deleted
        some = some_restored or some_dropped or some_deleted
        if not (small and some) or len(dropped) >= SMALL_IMPORT_ROWS:
            break
    whole = not some
    status = ImportStatus.UNDONE if whole else ImportStatus.INCOMPLETE
    applied = dataclasses.replace(
        applied,
        record=dataclasses.replace(applied.record, status=status, done_rows=0),
        undoing=not whole,
    )
    save_applied(transaction, applied, undo.at, undo.scratch)
    set_gate(transaction, undo.street, None if whole else undo.uid, undo.at)
    happenings = uids_in_events("import.suggestions_undone", undo.uid, withdrawn=sorted(dropped))
    happenings += uids_in_events("import.rows_undone", undo.uid, deleted=sorted(deleted), restored=sorted(restored))
    if whole:
        happenings.append(Happening("import.undone", undo.uid, {"file_hash": applied.record.file_hash}))
    append(transaction, undo.street, happenings, at=undo.at, actor=undo.actor, scratch=undo.scratch)
    return applied


def _check_unused(transaction: Transaction, undo: _Undo) -> None:
    users: dict[str, tuple[str, str, str]] = {}
    for name in _USES:
        rows = transaction.run(name, street=undo.street, **{"import": undo.uid, "limit": _MOST_USERS_NAMED})
        for row in rows:
            label = next(label for label in row["labels"] if label != ENTITY)
            users.setdefault(row["uid"], (label, row["uid"], row["name"] or ""))
    runs: dict[str, datetime] = {}
    for name in _RUNS:
        rows = transaction.run(name, street=undo.street, **{"import": undo.uid, "limit": _MOST_USERS_NAMED})
        runs |= {row["uid"]: row["ran_at"] for row in rows}
    if users or runs:
        named = sorted(runs.items(), key=lambda run: (run[1], run[0]))
        raise ImportInUseError(undo.uid, tuple(sorted(users.values())[:_MOST_USERS_NAMED]), tuple(named))


def _restore(transaction: Transaction, undo: _Undo) -> list[str]:
    found = transaction.run("read/import_changes", street=undo.street, **{"import": undo.uid, "limit": CHUNK_ROWS})
    if not found:
        return []
    rows = []
    for change in found:
        node, *parts = (from_text(stored) for stored in json.loads(change["before"]))
        rows.append(Row(node, tuple(parts)))
    taken_back = frozenset(key_of(undo.street, change["uid"]) for change in found if change["released"])
    write(transaction, undo.street, difference(transaction, undo.street, rows, taken_back))
    transaction.run("write/drop_changes", street=undo.street, keys=[change["key"] for change in found])
    return [change["uid"] for change in found]


def _drop_suggestions(transaction: Transaction, undo: _Undo) -> list[str]:
    found = transaction.run("read/suggestions_of_rows", street=undo.street, **{"import": undo.uid, "limit": CHUNK_ROWS})
    if found:
        transaction.run("write/delete_suggestions", street=undo.street, keys=[row["key"] for row in found])
    return [row["uid"] for row in found]


def _delete(transaction: Transaction, undo: _Undo) -> list[str]:
    found = transaction.run("read/rows_created", street=undo.street, **{"import": undo.uid, "limit": CHUNK_ROWS})
    if found:
        transaction.run("write/delete_rows", street=undo.street, keys=[row["key"] for row in found])
    return [row["uid"] for row in found]

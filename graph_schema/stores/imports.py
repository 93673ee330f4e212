"""Lists into the graph: small ones in one transaction, large ones in many under a record that says how far it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graph_schema.codecs import canonical_json, decode, encode, key_of, to_text
from graph_schema.errors import DuplicateKeyError, IncompleteImportError, InvalidValueError, NotFoundError, Sought
from graph_schema.model.identity import make_uid
from graph_schema.model.ledger import ImportBatch, ImportedRow, ImportRecord, ImportStatus
from graph_schema.stores.base import CHUNK_ROWS, LARGEST_PAGE, SMALL_IMPORT_ROWS, ImportOutcome, Progress
from graph_schema.stores.bolt import Connection, Transaction
from graph_schema.stores.changes import Difference, Provenance, difference, row_of, write
from graph_schema.stores.ledger import Happening, append, uids_in_events
from graph_schema.stores.registered import needs_that_follow, released_by


@dataclass(frozen=True, slots=True)
class Applied:
    """
    One application of a file, as the graph records it.

    Parameters
    ----------
    turn
        Which import of the street it is, from 1.
    undoing
        Whether an undo of it has begun.
    """

    record: ImportRecord
    file_uid: str
    turn: int
    undoing: bool = False


@dataclass(slots=True)
class _Application:
    """
    What the transactions of one import share, so that each may be repeated.

    Parameters
    ----------
    needs
        Registrations that became needs, by the first row of their transaction.
    """

    batch: ImportBatch
    scratch: str | None
    uid: str = ""
    turn: int = 0
    skipped: int = 0
    begun: bool = False
    needs: dict[int, int] = field(default_factory=dict)

    @property
    def provenance(self) -> Provenance:
        return Provenance(self.batch.at, self.uid, self.scratch)


def apply_import(
    connection: Connection,
    batch: ImportBatch,
    progress: Progress | None,
    scratch: str | None,
) -> ImportOutcome:
    """See `graph_schema.stores.base.GraphStore.apply_import`."""
    _check(batch)
    application = _Application(batch, scratch)
    step = len(batch.rows) if len(batch.rows) <= SMALL_IMPORT_ROWS else CHUNK_ROWS
    return _run(connection, application, 0, max(step, 1), progress)


def resume_import(
    connection: Connection,
    batch: ImportBatch,
    progress: Progress | None,
    scratch: str | None,
) -> ImportOutcome:
    """See `graph_schema.stores.base.GraphStore.resume_import`."""
    _check(batch)

    def find(transaction: Transaction) -> Applied:
        found = _latest_of_file(transaction, batch)
        if found is None or found.record.status is not ImportStatus.INCOMPLETE:
            raise NotFoundError(Sought.INCOMPLETE_IMPORT, batch.file_name, batch.street)
        if found.record.rows != len(batch.rows):
            msg = f"{batch.file_name!r} has {len(batch.rows)} rows, but {found.record.rows} when its import began."
            raise InvalidValueError(msg)
        return found

    found = connection.read(find)
    application = _Application(batch, scratch, found.record.uid, found.turn, begun=True)
    if found.undoing:
        connection.write(lambda transaction: _start_anew(transaction, application))
    return _run(connection, application, 0 if found.undoing else found.record.done_rows, CHUNK_ROWS, progress)


def imports(connection: Connection, street: str, status: ImportStatus | None = None) -> tuple[ImportRecord, ...]:
    """All imports of a street in the order in which they were started, or those of one status."""
    found: list[ImportRecord] = []
    turn = 0
    while True:
        after = turn
        page = connection.read(
            lambda transaction: transaction.run("read/imports", street=street, after=after, limit=LARGEST_PAGE),  # noqa: B023 - called at once
        )
        found += (decode("ImportRecord", row["properties"]) for row in page)
        if len(page) < LARGEST_PAGE:
            return tuple(record for record in found if status in {None, record.status})
        turn = page[-1]["properties"]["turn"]


def read_applied(transaction: Transaction, street: str, uid: str) -> Applied | None:
    """One import by its uid."""
    rows = transaction.run("read/import", street=street, key=key_of(street, uid))
    return _applied(rows[0]["properties"]) if rows else None


def save_applied(transaction: Transaction, applied: Applied, at: datetime, scratch: str | None) -> None:
    """The record says this from now on."""
    node = encode(applied.record)
    bookkeeping = {
        "file_uid": applied.file_uid,
        "turn": applied.turn,
        "undoing": applied.undoing or None,
        "created_at": applied.record.at,
        "updated_at": at,
        "scratch": scratch,
    }
    transaction.run(
        "write/save_import",
        street=applied.record.street,
        key=node.key,
        properties=node.properties | {name: given for name, given in bookkeeping.items() if given is not None},
    )


def lock_gate(
    transaction: Transaction,
    street: str,
    at: datetime,
    scratch: str | None,
    allowed: str | None = None,
) -> None:
    """
    No other import, undo, release or run of the street goes on until this transaction ends.

    Raises
    ------
    IncompleteImportError
        If an import other than ``allowed`` is not whole.
    """
    (gate,) = transaction.run(
        "write/lock_gate",
        street=street,
        key=key_of(street, "gate"),
        uid=make_uid(street, "ImportGate"),
        at=at,
        scratch=scratch,
    )
    check_whole(transaction, street, gate["incomplete_uid"], allowed)


def check_whole(transaction: Transaction, street: str, incomplete_uid: str | None, allowed: str | None = None) -> None:
    """Raises `IncompleteImportError` if an import other than ``allowed`` is not whole."""
    if incomplete_uid is None or incomplete_uid == allowed:
        return
    applied = read_applied(transaction, street, incomplete_uid)
    raise IncompleteImportError(incomplete_uid, applied.record.file_name if applied else "")


def set_gate(transaction: Transaction, street: str, incomplete_uid: str | None, at: datetime) -> None:
    """The gate names the import that is not whole, or none."""
    transaction.run("write/set_gate", street=street, key=key_of(street, "gate"), incomplete=incomplete_uid, at=at)


def _run(
    connection: Connection,
    application: _Application,
    done_rows: int,
    step: int,
    progress: Progress | None,
) -> ImportOutcome:
    batch = application.batch
    applied: Applied | None = None
    for start in range(done_rows, max(len(batch.rows), 1), step):
        rows = batch.rows[start : start + step]
        before = application.skipped

        def work(transaction: Transaction, start: int = start, rows: Sequence[ImportedRow] = rows) -> Applied | None:
            application.skipped = before  # noqa: B023 - a repeat begins where the first attempt did
            return _apply(transaction, application, start, rows)

        applied = connection.write(work)
        application.begun = applied is not None
        if progress is not None:
            progress(start + len(rows), len(batch.rows))
    if applied is None:
        return ImportOutcome(0, 0, len(batch.rows), connection.read(lambda tx: _known_record(tx, batch)))
    record = applied.record
    needs = sum(application.needs.values())
    return ImportOutcome(record.created, record.updated, record.unchanged, record, needs)


def _apply(
    transaction: Transaction,
    application: _Application,
    start: int,
    rows: Sequence[ImportedRow],
) -> Applied | None:
    """Rows from ``start`` on are in the graph; ``None`` while nothing has had to be written."""
    batch = application.batch
    street, end = batch.street, start + len(rows)
    if not (application.begun or transaction.in_doubt):
        application.uid = ""  # an attempt that surely failed wrote nothing of that name; another process may have
    lock_gate(transaction, street, batch.at, application.scratch, application.uid or None)
    applied = read_applied(transaction, street, application.uid) if application.uid else None
    if applied is not None and applied.record.done_rows >= end:  # a repeat after a commit that was in doubt
        transaction.abandon()
        return applied
    if applied is None:
        _name(transaction, application)
    change = difference(
        transaction,
        street,
        [row_of(row.entity, application.provenance, row.sheet, row.row) for row in rows],
    )
    unchanged = len(rows) - len(change.after)
    if applied is None and not change.after:
        application.skipped += unchanged
        transaction.abandon()
        return None
    if applied is None:
        applied = _begun(application)
    write(transaction, street, change)
    released = released_by(change)
    follow = needs_that_follow(transaction, street, change, released, application.provenance)
    write(transaction, street, follow)
    application.needs[start] = len(follow.created)
    _keep(transaction, application, change, {batch.uid for batch in released})
    _keep(transaction, application, follow)
    record = applied.record
    whole = end == len(batch.rows)
    applied = dataclasses.replace(
        applied,
        record=dataclasses.replace(
            record,
            status=ImportStatus.COMPLETE if whole else ImportStatus.INCOMPLETE,
            created=record.created + len(change.created),
            updated=record.updated + len(change.updated),
            unchanged=record.unchanged + unchanged,
            done_rows=end,
        ),
    )
    save_applied(transaction, applied, batch.at, application.scratch)
    set_gate(transaction, street, None if whole else application.uid, batch.at)
    created, updated = change.created + follow.created, change.updated + follow.updated
    happenings = uids_in_events("import.rows", application.uid, created=created, updated=updated)
    happenings += (
        Happening("batch.released", batch.uid, {"no": batch.no, "resource": batch.resource_uid}) for batch in released
    )
    if whole:
        figures = {"file_hash": batch.file_hash, "list_kind": batch.list_kind, "rows": len(batch.rows)}
        happenings.append(Happening("import.completed", application.uid, figures))
    if happenings:  # a middle chunk may have changed nothing
        append(transaction, street, happenings, at=batch.at, actor=batch.actor, scratch=application.scratch)
    return applied


def _name(transaction: Transaction, application: _Application) -> None:
    """
    The application gets its uid: the batch's own, or one made of it and the turn when the file was applied before.

    It stays with the application, so that a repeat recognises what it wrote.
    """
    batch = application.batch
    turn = transaction.run("read/last_turn", street=batch.street)[0]["turn"] or 0
    earlier = _latest_of_file(transaction, batch)
    application.turn = turn + 1
    application.uid = batch.uid if earlier is None else make_uid(batch.street, "import", batch.uid, str(turn + 1))


def _begun(application: _Application) -> Applied:
    batch = application.batch
    record = ImportRecord(
        uid=application.uid,
        street=batch.street,
        list_kind=batch.list_kind,
        file_name=batch.file_name,
        file_hash=batch.file_hash,
        status=ImportStatus.INCOMPLETE,
        at=batch.at,
        rows=len(batch.rows),
        created=0,
        updated=0,
        unchanged=application.skipped,
        done_rows=0,
    )
    return Applied(record, batch.uid, application.turn)


def _start_anew(transaction: Transaction, application: _Application) -> None:
    """An undo that was not finished is given up: the import begins again, on whatever the undo has left."""
    batch = application.batch
    lock_gate(transaction, batch.street, batch.at, application.scratch, application.uid)
    save_applied(transaction, _begun(application), batch.at, application.scratch)
    set_gate(transaction, batch.street, application.uid, batch.at)


def _keep(
    transaction: Transaction, application: _Application, change: Difference, released: Collection[str] = ()
) -> None:
    batch = application.batch
    kept = []
    for row in change.before.values():
        uid = row.node.properties["uid"]
        key = key_of(batch.street, application.uid, uid)
        properties: dict[str, Any] = {
            "key": key,
            "uid": uid,
            "street": batch.street,
            "import_uid": application.uid,
            "before": canonical_json([to_text(node) for node in row.nodes]),
            "created_at": batch.at,
            "updated_at": batch.at,
        }
        if uid in released:
            properties["released"] = True
        if application.scratch is not None:
            properties["scratch"] = application.scratch
        kept.append({"key": key, "properties": properties})
    for first in range(0, len(kept), CHUNK_ROWS):
        transaction.run("write/keep_changes", street=batch.street, rows=kept[first : first + CHUNK_ROWS])


def _latest_of_file(transaction: Transaction, batch: ImportBatch) -> Applied | None:
    rows = transaction.run("read/imports_of_file", street=batch.street, file=batch.uid, limit=1)
    return _applied(rows[0]["properties"]) if rows else None


def _known_record(transaction: Transaction, batch: ImportBatch) -> ImportRecord | None:
    known = _latest_of_file(transaction, batch)
    return known.record if known else None


def _applied(properties: dict[str, Any]) -> Applied:
    record: ImportRecord = decode("ImportRecord", properties)
    return Applied(record, properties["file_uid"], properties["turn"], properties.get("undoing", False))


def _check(batch: ImportBatch) -> None:
    """Raises for what no transaction could write: another street's row, or two rows of one uid."""
    seen: dict[str, ImportedRow] = {}
    for row in batch.rows:
        entity = row.entity
        if entity.street != batch.street:
            msg = f"{row.sheet} row {row.row} is of the street {entity.street!r}, the list of {batch.street!r}."
            raise InvalidValueError(msg)
        other = seen.setdefault(entity.uid, row)
        if other is not row:
            msg = (
                f"{other.sheet} row {other.row} and {row.sheet} row {row.row} have one uid, {entity.uid}. "
                "Maybe one of them is a copy."
            )
            raise DuplicateKeyError(msg)

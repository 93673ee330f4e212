"""A batch released by hand: its registrations are demand from then on."""

from __future__ import annotations

from graph_schema.codecs import decode, key_of
from graph_schema.errors import NotFoundError, Sought
from graph_schema.model.needs import Batch
from graph_schema.stores.bolt import Connection, Transaction
from graph_schema.stores.changes import Provenance, current_rows, difference, row_of, write
from graph_schema.stores.imports import lock_gate
from graph_schema.stores.ledger import Happening, append, uids_in_events
from graph_schema.stores.registered import missing_needs
from graph_schema.stores.stamp import Stamp


def release_batch(connection: Connection, street: str, batch_uid: str, stamp: Stamp) -> int:
    """See `graph_schema.stores.base.GraphStore.release_batch`."""
    return connection.write(lambda transaction: _release(transaction, street, batch_uid, stamp))


def _release(transaction: Transaction, street: str, batch_uid: str, stamp: Stamp) -> int:
    lock_gate(transaction, street, stamp.at, stamp.scratch)
    key = key_of(street, batch_uid)
    row = current_rows(transaction, street, [key]).get(key)
    if row is None or row.node.label != "Batch":
        raise NotFoundError(Sought.BATCH, batch_uid, street)
    batch: Batch = decode("Batch", row.node.properties)
    needs = missing_needs(transaction, street, batch)
    if batch.released_at is not None and not needs:
        transaction.abandon()
        return 0
    rows = [row_of(need, Provenance(stamp.at, None, stamp.scratch)) for need in needs]
    change = difference(transaction, street, rows)
    write(transaction, street, change)
    transaction.run("write/lock_resources", street=street, keys=[key_of(street, batch.resource_uid)])
    transaction.run("write/release_batch", street=street, key=key, at=stamp.at)
    happenings = uids_in_events("batch.needs", batch_uid, created=change.created)
    if batch.released_at is None:
        figures = {"no": batch.no, "needs": len(needs), "resource": batch.resource_uid}
        happenings.insert(0, Happening("batch.released", batch_uid, figures))
    append(transaction, street, happenings, at=stamp.at, actor=stamp.actor, scratch=stamp.scratch)
    return len(change.created)

"""Decisions of people: pairs kept, banned or declined, and runs made known."""

from __future__ import annotations

import dataclasses

from graph_schema.codecs import Node, decode, edges_of, encode, key_of
from graph_schema.errors import DuplicateKeyError, MissingReferenceError, NotFoundError, Sought
from graph_schema.model.rulings import Ruling
from graph_schema.schema import SCHEMA
from graph_schema.stores.bolt import Connection, Transaction
from graph_schema.stores.changes import current_rows
from graph_schema.stores.imports import lock_gate
from graph_schema.stores.ledger import Happening, append
from graph_schema.stores.reads import records
from graph_schema.stores.runs import marked
from graph_schema.stores.stamp import Stamp


def add_ruling(connection: Connection, ruling: Ruling, stamp: Stamp) -> None:
    """See `graph_schema.stores.base.GraphStore.add_ruling`."""
    connection.write(lambda transaction: _add(transaction, ruling, stamp))


def lift_ruling(connection: Connection, street: str, uid: str, stamp: Stamp) -> Ruling:
    """See `graph_schema.stores.base.GraphStore.lift_ruling`."""
    return connection.write(lambda transaction: _lift(transaction, street, uid, stamp))


def rulings(connection: Connection, street: str) -> tuple[Ruling, ...]:
    """Rulings of a street that were not lifted."""
    return records(connection, "Ruling", "rulings", street=street)


def publish_run(connection: Connection, street: str, run_uid: str, stamp: Stamp) -> None:
    """See `graph_schema.stores.base.GraphStore.publish_run`."""
    connection.write(lambda transaction: _publish(transaction, street, run_uid, stamp))


def _add(transaction: Transaction, ruling: Ruling, stamp: Stamp) -> None:
    street = ruling.street
    lock_gate(transaction, street, stamp.at, stamp.scratch)
    node = encode(ruling)
    known = _known(transaction, street, node.key)
    if known is not None:
        if dataclasses.replace(known, lifted_at=ruling.lifted_at) != ruling:
            msg = f"The uid {ruling.uid} is another ruling already."
            raise DuplicateKeyError(msg)
        transaction.abandon()
        return
    _check_ends(transaction, ruling)
    _save(transaction, street, node, stamp)
    edges = [{"start": edge.start, "end": edge.end} for edge in sorted(edges_of(node))]
    transaction.run("write/link_concerns", street=street, edges=edges)
    _tell(transaction, "ruling.added", ruling, stamp)


def _lift(transaction: Transaction, street: str, uid: str, stamp: Stamp) -> Ruling:
    lock_gate(transaction, street, stamp.at, stamp.scratch)
    ruling = _known(transaction, street, key_of(street, uid))
    if ruling is None:
        raise NotFoundError(Sought.RULING, uid, street)
    if ruling.lifted_at is not None:
        transaction.abandon()
        return ruling
    lifted = dataclasses.replace(ruling, lifted_at=stamp.at)
    _save(transaction, street, encode(lifted), stamp)
    _tell(transaction, "ruling.lifted", lifted, stamp)
    return lifted


def _publish(transaction: Transaction, street: str, run_uid: str, stamp: Stamp) -> None:
    lock_gate(transaction, street, stamp.at, stamp.scratch)
    key = key_of(street, run_uid)
    rows = transaction.run("read/run", street=street, key=key)
    if not rows or not rows[0]["properties"]["complete"]:
        raise NotFoundError(Sought.RUN, run_uid, street)
    newest = transaction.run("read/published_run", street=street)
    if newest and newest[0]["properties"]["uid"] == run_uid:
        transaction.abandon()
        return
    transaction.run("write/publish_run", street=street, key=key, at=stamp.at)
    before = newest[0]["properties"]["uid"] if newest else None
    happening = Happening("run.published", run_uid, {"before": before})
    append(transaction, street, [happening], at=stamp.at, actor=stamp.actor, scratch=stamp.scratch)


def _known(transaction: Transaction, street: str, key: str) -> Ruling | None:
    rows = transaction.run("read/ruling", street=street, key=key)
    return decode("Ruling", rows[0]["properties"]) if rows else None


def _check_ends(transaction: Transaction, ruling: Ruling) -> None:
    """Raises if a thing that the ruling names is not there, is of another kind, or is a slot of another resource."""
    allowed = (
        (ruling.need_uid, ("Need",)),
        (ruling.resource_uid, ("Resource",)),
        (ruling.slot_uid, ("Slot",)),
        (ruling.provider_uid, SCHEMA.relationship("PROVIDES").starts),
    )
    wanted = [(key_of(ruling.street, uid), labels) for uid, labels in allowed if uid is not None]
    found = current_rows(transaction, ruling.street, sorted({key for key, _ in wanted}))
    for key, labels in wanted:
        row = found.get(key)
        if row is None or row.node.label not in labels:
            what = f"is a {row.node.label}" if row else "is not in the graph"
            msg = f"The ruling {ruling.uid} names {key!r}, which {what}; it must be one of {', '.join(labels)}."
            raise MissingReferenceError(msg)
        if row.node.label == "Slot" and row.node.properties["resource_uid"] != ruling.resource_uid:
            msg = f"The ruling {ruling.uid} names the slot {ruling.slot_uid}, which is of another resource."
            raise MissingReferenceError(msg)


def _save(transaction: Transaction, street: str, node: Node, stamp: Stamp) -> None:
    properties = node.properties | {"created_at": node.properties["ruled_at"], "updated_at": stamp.at}
    transaction.run("write/save_ruling", street=street, key=node.key, properties=marked(properties, stamp))


def _tell(transaction: Transaction, kind: str, ruling: Ruling, stamp: Stamp) -> None:
    stated = {
        "kind": ruling.kind.value,
        "need": ruling.need_uid,
        "resource": ruling.resource_uid,
        "provider": ruling.provider_uid,
        "slot": ruling.slot_uid,
        "quantity": ruling.quantity,
        "until": ruling.until and ruling.until.isoformat(),
        "reason": ruling.reason,
        "by": ruling.by,
    }
    payload = {name: given for name, given in stated.items() if given is not None}
    happening = Happening(kind, ruling.uid, payload)
    append(transaction, ruling.street, [happening], at=stamp.at, actor=stamp.actor, scratch=stamp.scratch)

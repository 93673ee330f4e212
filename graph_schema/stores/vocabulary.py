"""The shared vocabularies stored: categories, who may stand in for whom, target groups."""

from datetime import UTC, datetime

from graph_schema.codecs import encode, key_of
from graph_schema.errors import MissingReferenceError
from graph_schema.model.categories import CanSatisfy, Taxonomy
from graph_schema.model.identity import make_uid
from graph_schema.stores.base import CHUNK_ROWS
from graph_schema.stores.bolt import Connection, Transaction
from graph_schema.stores.changes import Provenance, difference, row_of, write
from graph_schema.stores.imports import lock_gate
from graph_schema.stores.ledger import Happening, append
from graph_schema.stores.reads import SHARED, taxonomy

_ACTOR = "needlework"
_NO_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)
"""The vocabularies are part of the program, not of what happened in an office."""


def save_taxonomy(connection: Connection, wanted: Taxonomy, scratch: str | None) -> bool:
    """See `graph_schema.stores.base.GraphStore.save_taxonomy`."""
    ordered = Taxonomy(
        tuple(sorted(wanted.categories, key=lambda item: item.code)),
        tuple(sorted(wanted.can_satisfy, key=lambda item: (item.resource_code, item.need_code))),
        tuple(sorted(wanted.target_groups, key=lambda item: item.code)),
    )
    now = taxonomy(connection)
    if now == ordered:
        return False
    connection.write(lambda transaction: _save(transaction, now, ordered, scratch))
    return True


def _save(transaction: Transaction, now: Taxonomy, wanted: Taxonomy, scratch: str | None) -> None:
    lock_gate(transaction, SHARED, _NO_CLOCK, scratch)
    items = (*wanted.categories, *wanted.target_groups)
    rows = [row_of(item, Provenance(_NO_CLOCK, None, scratch)) for item in items]
    change = difference(transaction, SHARED, rows)
    write(transaction, SHARED, change)
    transaction.run("write/clear_substitutions", street=SHARED)
    edges = [_edge(pair) for pair in wanted.can_satisfy]
    for start in range(0, len(edges), CHUNK_ROWS):
        some = edges[start : start + CHUNK_ROWS]
        (linked,) = transaction.run("write/link_can_satisfy", street=SHARED, edges=some)
        if linked["linked"] < len(some):
            msg = "A substitution names a category that the taxonomy does not have."
            raise MissingReferenceError(msg)
    kept = {row.node.key for row in rows}
    gone = [encode(item) for item in (*now.categories, *now.target_groups)]
    keys = [node.key for node in gone if node.key not in kept]
    (used,) = transaction.run("read/uses_of_codes", street=SHARED, keys=keys)
    if used["uses"]:
        msg = (
            f"{used['uses']} needs or resources are still of codes that the taxonomy no longer has. "
            "Maybe keep the codes, or undo their lists first."
        )
        raise MissingReferenceError(msg)
    transaction.run("write/delete_rows", street=SHARED, keys=keys)
    figures = {
        "categories": len(wanted.categories),
        "substitutions": len(wanted.can_satisfy),
        "target_groups": len(wanted.target_groups),
    }
    happenings = [Happening("taxonomy.saved", "taxonomy", figures)]
    append(transaction, SHARED, happenings, at=_NO_CLOCK, actor=_ACTOR, scratch=scratch)


def _edge(pair: CanSatisfy) -> dict[str, object]:
    start, end = (key_of(SHARED, make_uid(SHARED, "Category", code)) for code in (pair.resource_code, pair.need_code))
    return {
        "start": start,
        "end": end,
        "weight": float(pair.weight),
        "reason": pair.reason,
        "reason_en": pair.reason_en,
    }

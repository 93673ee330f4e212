"""Rows as they are and as they shall be, and the writes that lead from the one to the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graph_schema.codecs import Edge, Node, edges_of, encode_row, key_of
from graph_schema.errors import DuplicateKeyError, MissingReferenceError
from graph_schema.schema import ENTITY, SCHEMA
from graph_schema.stores.base import CHUNK_ROWS
from graph_schema.stores.bolt import Transaction


@dataclass(frozen=True, slots=True)
class Row:
    """
    A row's node and those of its parts.

    Parameters
    ----------
    parts
        Slots of a resource, in its own order; empty for others.
    """

    node: Node
    parts: tuple[Node, ...] = ()

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes."""
        return (self.node, *self.parts)

    @property
    def edges(self) -> frozenset[Edge]:
        """All relationships that these nodes state."""
        return frozenset(edge for node in self.nodes for edge in edges_of(node))

    def says_the_same_as(self, other: Row) -> bool:
        """Whether both differ in bookkeeping at most."""
        return [node.content for node in self.nodes] == [node.content for node in other.nodes]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where rows come from; ``import_uid`` is ``None`` for what no list brought."""

    at: datetime
    import_uid: str | None = None
    scratch: str | None = None


@dataclass(slots=True)
class Difference:
    """What a set of rows would change: before and after, by the row's key."""

    before: dict[str, Row] = field(default_factory=dict)
    after: dict[str, Row] = field(default_factory=dict)

    @property
    def created(self) -> list[str]:
        """Uids of rows that are not there yet, sorted."""
        return sorted(row.node.properties["uid"] for key, row in self.after.items() if key not in self.before)

    @property
    def updated(self) -> list[str]:
        """Uids of rows that are there and say something else, sorted."""
        return sorted(row.node.properties["uid"] for key, row in self.after.items() if key in self.before)


def row_of(value: object, provenance: Provenance, sheet: str | None = None, number: int | None = None) -> Row:
    """The row that a value of the model makes, with its bookkeeping as if it were new."""
    bookkeeping = {
        "created_at": provenance.at,
        "updated_at": provenance.at,
        "created_by": provenance.import_uid,
        "source_import": provenance.import_uid,
        "source_sheet": sheet,
        "source_row": number,
        "scratch": provenance.scratch,
    }
    stated = {name: given for name, given in bookkeeping.items() if given is not None}
    node, *parts = (Node(node.label, node.key, node.properties | stated) for node in encode_row(value))
    return Row(node, tuple(parts))


def current_rows(transaction: Transaction, street: str, keys: Sequence[str]) -> dict[str, Row]:
    """Rows that are in the graph now, by key; a key without a row is absent."""
    return _rows(transaction, street, keys, "read/rows_by_key")


def _rows(transaction: Transaction, street: str, keys: Sequence[str], statement: str) -> dict[str, Row]:
    nodes = _nodes(transaction, street, keys, statement)
    part_keys = {
        key: [key_of(node.properties["street"], uid) for uid in node.properties.get("slot_uids", ())]
        for key, node in nodes.items()
    }
    parts = _nodes(transaction, street, [part for wanted in part_keys.values() for part in wanted], statement)
    return {
        key: Row(node, tuple(parts[part] for part in part_keys[key] if part in parts)) for key, node in nodes.items()
    }


def difference(
    transaction: Transaction, street: str, rows: Iterable[Row], taken_back: frozenset[str] = frozenset()
) -> Difference:
    """
    What these rows would change; rows that say the same as before are left out.

    Parameters
    ----------
    taken_back
        Keys of rows that lose what the office's work has set; others keep it, whatever they say themselves.

    Raises
    ------
    DuplicateKeyError
        If a uid is a row of another label already.
    """
    wanted = {row.node.key: row for row in rows}
    # Most rows of a list that was there say the same: what they hold is enough to see it.
    there = _rows(transaction, street, list(wanted), "read/contents_by_key")
    same = {key for key, now in there.items() if _is_unchanged(wanted[key], now, keeps=key not in taken_back)}
    before = current_rows(transaction, street, [key for key in there if key not in same])
    found = Difference()
    for key, row in wanted.items():
        if key in same:
            continue
        now = before.get(key)
        if now is None:
            found.after[key] = row
            continue
        if now.node.label != row.node.label:
            msg = (
                f"The uid {row.node.properties['uid']} is a {now.node.label} already, and {row.node.label} in the list."
            )
            raise DuplicateKeyError(msg)
        found.before[key], found.after[key] = now, _merged(row, now, keeps=key not in taken_back)
    return found


def _is_unchanged(row: Row, now: Row, *, keeps: bool) -> bool:
    return row.node.label == now.node.label and _merged(row, now, keeps=keeps).says_the_same_as(now)


def _merged(row: Row, now: Row, *, keeps: bool) -> Row:
    return Row(_with_kept(row.node, now.node, keeps=keeps), _parts_with_creation(row.parts, now.parts))


def write(transaction: Transaction, street: str, change: Difference) -> None:
    """
    The rows are as after the change.

    Raises
    ------
    MissingReferenceError
        If a row names another that is not there, or is of the wrong label.
    """
    old = {node.key: node for row in change.before.values() for node in row.nodes}
    new = {node.key: node for row in change.after.values() for node in row.nodes}
    old_edges = frozenset(edge for row in change.before.values() for edge in row.edges)
    new_edges = frozenset(edge for row in change.after.values() for edge in row.edges)
    _check_references(transaction, street, new, new_edges - old_edges)
    # Relationships go before slots do, and come after rows have.
    _in_chunks(transaction, "write/unlink", street, "edges", [_edge(edge) for edge in sorted(old_edges - new_edges)])
    gone = [key for key in sorted(old) if key not in new]
    _in_chunks(transaction, "write/delete_free_slots", street, "keys", gone)
    present = _nodes(transaction, street, [key for key, node in new.items() if key not in old and node.label == "Slot"])
    by_label: dict[str, list[dict[str, Any]]] = defaultdict(list)
    changed = []
    for key, node in sorted(new.items()):
        row = {"key": key, "properties": node.properties}
        if key in old or key in present:
            if key in present or old[key].properties != node.properties:
                changed.append(row)
        else:
            by_label[node.label].append(row)
    _in_chunks(transaction, "write/update_rows", street, "rows", changed)
    for label, created in sorted(by_label.items()):
        _in_chunks(transaction, f"write/create_{_snake(label)}", street, "rows", created)
    by_relationship: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for edge in sorted(new_edges - old_edges):
        by_relationship[edge.relationship].append(_edge(edge))
    for relationship, edges in sorted(by_relationship.items()):
        _in_chunks(transaction, f"write/link_{relationship.lower()}", street, "edges", edges)


def _nodes(
    transaction: Transaction, street: str, keys: Sequence[str], statement: str = "read/rows_by_key"
) -> dict[str, Node]:
    nodes = {}
    for start in range(0, len(keys), CHUNK_ROWS):
        some = list(keys[start : start + CHUNK_ROWS])
        for found in transaction.run(statement, street=street, keys=some, limit=len(some)):
            (label,) = (name for name in found["labels"] if name != ENTITY)
            properties = {name: value for name, value in found["properties"].items() if value is not None}
            nodes[found["key"]] = Node(label, found["key"], properties)
    return nodes


def _with_kept(node: Node, now: Node, *, keeps: bool = True) -> Node:
    """A row's node with what was set once and no list takes back, and with when it came."""
    kept = {item.name for item in SCHEMA.label(node.label).properties if item.kept} if keeps else set()
    properties = node.properties
    stays = {"created_at", "created_by", "scratch", "lock", *(kept & now.properties.keys())}
    properties = {name: value for name, value in properties.items() if name not in stays}
    return Node(node.label, node.key, properties | {k: v for k, v in now.properties.items() if k in stays})


def _parts_with_creation(parts: tuple[Node, ...], now: tuple[Node, ...]) -> tuple[Node, ...]:
    there = {node.key: node for node in now}
    return tuple(_with_kept(part, there[part.key]) if part.key in there else part for part in parts)


def _check_references(
    transaction: Transaction,
    street: str,
    new: Mapping[str, Node],
    edges: frozenset[Edge],
) -> None:
    labels = {key: node.label for key, node in new.items()}
    ends = sorted({key for edge in edges for key in (edge.start, edge.end)} - labels.keys())
    labels |= {key: node.label for key, node in _nodes(transaction, street, ends).items()}
    for edge in sorted(edges):
        kind = SCHEMA.relationship(edge.relationship)
        for key, allowed in ((edge.start, kind.starts), (edge.end, kind.ends)):
            if labels.get(key) not in allowed:
                other = new.get(edge.end if key == edge.start else edge.start)
                whose = f"{other.label} {other.properties['uid']}" if other else "A row"
                found = labels.get(key)
                what = f"is a {found}" if found else "is neither in the list nor in the graph"
                msg = (
                    f"{whose} is joined by {edge.relationship} to {key!r}, which {what}; it must be one of "
                    f"{', '.join(allowed)}. Maybe import the list that brings it first."
                )
                raise MissingReferenceError(msg)


def _in_chunks(transaction: Transaction, name: str, street: str, param: str, items: Sequence[object]) -> None:
    for start in range(0, len(items), CHUNK_ROWS):
        transaction.run(name, street=street, **{param: list(items[start : start + CHUNK_ROWS])})


def _edge(edge: Edge) -> dict[str, str]:
    return {"relationship": edge.relationship, "start": edge.start, "end": edge.end, "mode": edge.mode}


def _snake(label: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in label).lstrip("_")

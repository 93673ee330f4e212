"""The order in which rows go into the graph: each behind what it refers to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields

from graph_schema.model.ledger import Entity, ImportBatch, ImportedRow

_NOT_REFERENCES = frozenset({"uid", "street"})


def referred_uids(entity: Entity) -> Iterator[str]:
    """Uids that an entity names in its fields ``…_uid`` and ``…_uids``."""
    for field in fields(entity):
        if field.name in _NOT_REFERENCES or not field.name.endswith(("_uid", "_uids")):
            continue
        value = getattr(entity, field.name)
        if isinstance(value, str):
            yield value
        elif value is not None:
            yield from value


def in_reference_order(rows: Sequence[ImportedRow]) -> tuple[ImportedRow, ...]:
    """Rows behind those they refer to, else in the order given; rows of a circle stay in theirs."""
    position = {row.entity.uid: index for index, row in enumerate(rows)}
    links = [[position[uid] for uid in referred_uids(row.entity) if uid in position] for row in rows]
    return tuple(rows[index] for index in _ordered(links))


def batches_in_reference_order(batches: Sequence[ImportBatch]) -> tuple[ImportBatch, ...]:
    """Batches behind those whose rows they refer to, else in the order given."""
    home = {row.entity.uid: index for index, batch in enumerate(batches) for row in batch.rows}
    links = [
        sorted({home[uid] for row in batch.rows for uid in referred_uids(row.entity) if uid in home})
        for batch in batches
    ]
    return tuple(batches[index] for index in _ordered(links))


def refers_back_only(batches: Sequence[ImportBatch]) -> bool:
    """Whether no batch has a row that refers to one of a later batch."""
    home = {row.entity.uid: index for index, batch in enumerate(batches) for row in batch.rows}
    return all(
        home.get(uid, 0) <= index
        for index, batch in enumerate(batches)
        for row in batch.rows
        for uid in referred_uids(row.entity)
    )


def _ordered(links: Sequence[Iterable[int]]) -> list[int]:
    """Indices, each behind those it links to; depth-first, without recursion, since a chain may be long."""
    ordered: list[int] = []
    state = [0] * len(links)
    for start in range(len(links)):
        stack = [] if state[start] else [(start, iter(links[start]))]
        while stack:
            index, rest = stack[-1]
            state[index] = 1
            following = next((link for link in rest if not state[link]), None)
            if following is None:
                stack.pop()
                ordered.append(index)
            else:
                stack.append((following, iter(links[following])))
    return ordered

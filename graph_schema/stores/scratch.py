"""Scratch databases: what an owner made, what others made, and the former gone."""

from graph_schema.errors import ForeignContentsError, InvalidValueError
from graph_schema.schema import ENTITY
from graph_schema.stores.base import CHUNK_ROWS
from graph_schema.stores.bolt import Connection

_MOST_COUNTED = 1_000


def check_mine(connection: Connection, owner: str) -> None:
    """Raises `ForeignContentsError` if the database holds anything that is not ``owner``'s."""
    if not owner:
        msg = "A scratch owner has no name."
        raise InvalidValueError(msg)
    if found := foreign_contents(connection, owner):
        raise ForeignContentsError(owner, found)


def foreign_contents(connection: Connection, owner: str) -> tuple[tuple[str, int], ...]:
    """(label, nodes) of what is not ``owner``'s, sorted."""
    rows = connection.read(
        lambda transaction: transaction.run("read/foreign_contents", owner=owner, limit=_MOST_COUNTED),
    )
    counts: dict[str, int] = {}
    for row in rows:
        label = next((name for name in sorted(row["labels"]) if name != ENTITY), "node without label")
        counts[label] = counts.get(label, 0) + row["nodes"]
    return tuple(sorted(counts.items()))


def clear(connection: Connection, owner: str) -> int:
    """What ``owner`` made is gone, 1,000 nodes in a transaction; how many there were."""
    deleted = 0
    while True:
        (row,) = connection.write(
            lambda transaction: transaction.run("write/clear_scratch", owner=owner, limit=CHUNK_ROWS),
        )
        deleted += int(row["deleted"])
        if row["deleted"] == 0:
            return deleted

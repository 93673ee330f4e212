"""Contents kept by their hash, in parts: what a run was made from, and what it answered."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from functools import partial
from typing import Any

from graph_schema.codecs import key_of
from graph_schema.errors import NotFoundError, Sought, StoredValueError
from graph_schema.kept import content_hash
from graph_schema.model.identity import make_uid
from graph_schema.stores.base import LARGEST_PAGE
from graph_schema.stores.bolt import Connection, Transaction
from graph_schema.stores.imports import lock_gate
from graph_schema.stores.stamp import Stamp

PART_BYTES = 384 * 1024
"""Of a content, before compression: as text it stays below the longest text of a property whatever it holds."""
PARTS_AT_ONCE = 8
"""Parts of one transaction and of one read."""


def keep(connection: Connection, street: str, contents: Sequence[bytes], stamp: Stamp) -> None:
    """
    Contents are in the graph; those that are there already are not written again.

    Nobody sees one before a run names it, so a death in between leaves nothing wrong; the next attempt goes on.
    """
    for content in contents:
        name = content_hash(content)
        parts = [content[start : start + PART_BYTES] for start in range(0, len(content), PART_BYTES)] or [b""]
        there = set(connection.read(partial(_parts_there, street=street, name=name)))
        missing = [number for number in range(len(parts)) if number not in there]
        for start in range(0, len(missing), PARTS_AT_ONCE):
            rows = [
                _row(street, name, number, len(parts), parts[number])
                for number in missing[start : start + PARTS_AT_ONCE]
            ]
            connection.write(partial(_write, street=street, rows=rows, stamp=stamp))


def content(connection: Connection, street: str, name: str) -> bytes:
    """
    The content of this hash.

    Raises
    ------
    NotFoundError
        If it is not there, or not all of it.
    StoredValueError
        If it is no longer what it was.
    """
    found: list[bytes] = []
    while True:
        rows = connection.read(partial(_parts, street=street, name=name, after=len(found) - 1))
        if not rows:
            raise NotFoundError(Sought.CONTENT, name, street)
        try:
            found += [zlib.decompress(base64.b64decode(row["content"], validate=True)) for row in rows]
        except (binascii.Error, zlib.error) as error:
            raise _altered(name) from error
        if len(found) >= rows[-1]["parts"]:
            break
    whole = b"".join(found)
    if content_hash(whole) != name:
        raise _altered(name)
    return whole


def _altered(name: str) -> StoredValueError:
    return StoredValueError(f"The kept content {name} is no longer what its hash says. Maybe something altered it.")


def _parts_there(transaction: Transaction, street: str, name: str) -> list[int]:
    there: list[int] = []
    while True:
        after = there[-1] if there else -1
        rows = transaction.run("read/kept_numbers", street=street, content_hash=name, after=after, limit=LARGEST_PAGE)
        there += [row["part"] for row in rows]
        if len(rows) < LARGEST_PAGE:
            return there


def _parts(transaction: Transaction, street: str, name: str, after: int) -> list[dict[str, Any]]:
    return transaction.run("read/kept_parts", street=street, content_hash=name, after=after, limit=PARTS_AT_ONCE)


def _row(street: str, name: str, number: int, parts: int, part: bytes) -> dict[str, Any]:
    return {
        "key": key_of(street, name, number),
        "uid": make_uid(street, "KeptContent", name, str(number)),
        "content_hash": name,
        "part": number,
        "parts": parts,
        "content": base64.b64encode(zlib.compress(part, 9)).decode("ascii"),
    }


def _write(transaction: Transaction, street: str, rows: Sequence[dict[str, Any]], stamp: Stamp) -> None:
    lock_gate(transaction, street, stamp.at, stamp.scratch)
    dated = {"created_at": stamp.at, "updated_at": stamp.at}
    marked = dated if stamp.scratch is None else dated | {"scratch": stamp.scratch}
    transaction.run(
        "write/keep_parts", street=street, rows=[{"key": row["key"], "properties": row | marked} for row in rows]
    )

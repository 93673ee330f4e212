"""Runs saved, with what they suggest and what they leave unmet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from graph_schema.codecs import Node, canonical_json, decode, edges_of, encode, key_of
from graph_schema.errors import InvalidValueError, MissingReferenceError, NotFoundError, Sought
from graph_schema.kept import content_hash
from graph_schema.model.pairings import MatchRun, Pairing, Shortfall
from graph_schema.schema import KEY
from graph_schema.stores import kept
from graph_schema.stores.base import CHUNK_ROWS, SMALL_IMPORT_ROWS
from graph_schema.stores.bolt import Connection, Transaction
from graph_schema.stores.imports import lock_gate
from graph_schema.stores.ledger import Happening, append, uids_in_events
from graph_schema.stores.stamp import Stamp

_AFTER_ALL = "\uffff"
"""Sorts behind every letter that a uid may go on with."""


def save_run(
    connection: Connection,
    run: MatchRun,
    pairings: Sequence[Pairing],
    shortfalls: Sequence[Shortfall],
    *,
    contents: Sequence[bytes],
    stamp: Stamp,
) -> None:
    """
    See `graph_schema.stores.base.GraphStore.save_run`.

    What the run keeps is written first, in steps of its own. Up to 5,000 pairings and shortfalls are one transaction.
    More are written out of sight in steps of 1,000; one transaction then shows the run, and steps after it withdraw
    what runs before the newest one suggested: this run's own pairings too, where a newer one was saved meanwhile.
    Whatever a death in between leaves undone, the next run's own steps do.
    """
    _check(run, pairings, shortfalls, contents)
    kept.keep(connection, run.street, contents, stamp)
    key = key_of(run.street, run.uid)
    if len(pairings) + len(shortfalls) <= SMALL_IMPORT_ROWS:
        connection.write(lambda transaction: _save_at_once(transaction, run, pairings, shortfalls, stamp))
        return
    states = connection.write(lambda transaction: _begin(transaction, run, stamp))
    if states == (True, True):
        return
    if not states[0]:
        for start in range(0, len(pairings), CHUNK_ROWS):
            some = pairings[start : start + CHUNK_ROWS]
            connection.write(partial(_add_pairings, street=run.street, pairings=some, stamp=stamp))
        for start in range(0, len(shortfalls), CHUNK_ROWS):
            left = shortfalls[start : start + CHUNK_ROWS]
            connection.write(partial(_add_shortfalls, street=run.street, key=key, shortfalls=left))
        connection.write(lambda transaction: _show(transaction, run, pairings, shortfalls, stamp))
    while withdrawn := connection.write(lambda transaction: _withdraw(transaction, run, stamp)):
        del withdrawn
    for start in range(0, len(pairings), CHUNK_ROWS):
        some = pairings[start : start + CHUNK_ROWS]
        connection.write(partial(_hold, street=run.street, pairings=some))
    connection.write(lambda transaction: _put(transaction, run, stamp, complete=True, settled=True))


def runs(connection: Connection, street: str, limit: int) -> tuple[MatchRun, ...]:
    """Whole runs, newest first."""
    rows = connection.read(lambda transaction: transaction.run("read/runs", street=street, limit=limit))
    return tuple(decode("MatchRun", row["properties"]) for row in rows)


def runs_that_begin(connection: Connection, street: str, begins: str, limit: int) -> tuple[MatchRun, ...]:
    """Whole runs whose uids begin with a text, by uid."""
    bounds = {"begins": begins, "ends": begins + _AFTER_ALL}
    rows = connection.read(
        lambda transaction: transaction.run("read/runs_that_begin", street=street, limit=limit, **bounds)
    )
    return tuple(decode("MatchRun", row["properties"]) for row in rows)


def run_by_uid(connection: Connection, street: str, uid: str) -> MatchRun:
    """One whole run; raises `NotFoundError`."""
    key = key_of(street, uid)
    rows = connection.read(lambda transaction: transaction.run("read/run", street=street, key=key))
    if not rows or not rows[0]["properties"]["complete"]:
        raise NotFoundError(Sought.RUN, uid, street)
    run: MatchRun = decode("MatchRun", rows[0]["properties"])
    return run


def _check(
    run: MatchRun, pairings: Sequence[Pairing], shortfalls: Sequence[Shortfall], contents: Sequence[bytes]
) -> None:
    given = {content_hash(content) for content in contents}
    for named in (run.inputs_hash, run.answer_hash):
        if named is not None and named not in given:
            msg = f"The run {run.uid} names the kept content {named}, which is not given with it."
            raise InvalidValueError(msg)
    items: tuple[Pairing | Shortfall, ...] = (*pairings, *shortfalls)
    for item in items:
        if (item.street, item.run_uid) != (run.street, run.uid):
            msg = (
                f"A {type(item).__name__} is of run {item.run_uid} of {item.street}, not of {run.uid} of {run.street}."
            )
            raise InvalidValueError(msg)


def _save_at_once(
    transaction: Transaction,
    run: MatchRun,
    pairings: Sequence[Pairing],
    shortfalls: Sequence[Shortfall],
    stamp: Stamp,
) -> None:
    complete, settled = _begin(transaction, run, stamp)
    if complete and settled:
        transaction.abandon()
        return
    keys = sorted({key_of(run.street, pairing.resource_uid) for pairing in pairings})
    transaction.run("write/lock_resources", street=run.street, keys=keys)
    for start in range(0, len(pairings), CHUNK_ROWS):
        _add_pairings(transaction, run.street, pairings[start : start + CHUNK_ROWS], stamp)
    for start in range(0, len(shortfalls), CHUNK_ROWS):
        some_left = shortfalls[start : start + CHUNK_ROWS]
        _add_shortfalls(transaction, run.street, key_of(run.street, run.uid), some_left)
    _put(transaction, run, stamp, complete=True, settled=True)
    withdrawn: list[str] = []
    while some := _withdraw_some(transaction, run, stamp):
        withdrawn += some
    for start in range(0, len(pairings), CHUNK_ROWS):
        _hold(transaction, run.street, pairings[start : start + CHUNK_ROWS])
    happenings = [*_saved(run, pairings, shortfalls), *_withdrawn(run, withdrawn)]
    append(transaction, run.street, happenings, at=stamp.at, actor=stamp.actor, scratch=stamp.scratch)


def _begin(transaction: Transaction, run: MatchRun, stamp: Stamp) -> tuple[bool, bool]:
    """Whether the run is complete, and settled; it is put there, out of sight, if it is not there at all."""
    lock_gate(transaction, run.street, stamp.at, stamp.scratch)
    rows = transaction.run("read/run", street=run.street, key=key_of(run.street, run.uid))
    if rows:
        return rows[0]["properties"]["complete"], rows[0]["properties"]["settled"]
    _put(transaction, run, stamp, complete=False, settled=False)
    return False, False


def _show(
    transaction: Transaction,
    run: MatchRun,
    pairings: Sequence[Pairing],
    shortfalls: Sequence[Shortfall],
    stamp: Stamp,
) -> None:
    lock_gate(transaction, run.street, stamp.at, stamp.scratch)
    (there,) = transaction.run("read/run", street=run.street, key=key_of(run.street, run.uid))
    if there["properties"]["complete"]:
        transaction.abandon()
        return
    _put(transaction, run, stamp, complete=True, settled=False)
    happenings = _saved(run, pairings, shortfalls)
    append(transaction, run.street, happenings, at=stamp.at, actor=stamp.actor, scratch=stamp.scratch)


def _put(transaction: Transaction, run: MatchRun, stamp: Stamp, *, complete: bool, settled: bool) -> None:
    node = encode(run)
    properties = node.properties | {
        "complete": complete,
        "settled": settled,
        "created_at": stamp.at,
        "updated_at": stamp.at,
    }
    transaction.run("write/save_run", street=run.street, key=node.key, properties=marked(properties, stamp))


def _add_pairings(transaction: Transaction, street: str, pairings: Sequence[Pairing], stamp: Stamp) -> None:
    nodes = [encode(pairing) for pairing in pairings]
    rows = [
        {
            "key": node.key,
            "properties": marked(
                {name: given for name, given in node.properties.items() if name != "active_key"}
                | {"created_at": stamp.at, "updated_at": stamp.at},
                stamp,
            ),
        }
        for node in nodes
    ]
    transaction.run("write/create_pairings", street=street, rows=rows)
    edges: dict[str, list[dict[str, str]]] = {}
    for pairing, node in zip(pairings, nodes, strict=True):
        for edge in sorted(edges_of(node)):
            edges.setdefault(edge.relationship, []).append({"start": edge.start, "end": edge.end})
        for step in pairing.path:
            if step.label == "Agreement":
                edges.setdefault("UNDER", []).append({"start": node.key, "end": key_of(street, step.uid)})
    for relationship, some in sorted(edges.items()):
        (linked,) = transaction.run(f"write/link_{relationship.lower()}", street=street, edges=some)
        if linked["linked"] < len(some):
            missing = len(some) - linked["linked"]
            msg = (
                f"{missing} of {len(some)} ends of {relationship} are not in the graph. "
                "Maybe a list was imported after the run began; run it again."
            )
            raise MissingReferenceError(msg)


def _add_shortfalls(transaction: Transaction, street: str, key: str, shortfalls: Sequence[Shortfall]) -> None:
    rows = [
        {
            "key": key_of(street, shortfall.need_uid),
            "quantity": shortfall.quantity,
            "reason": canonical_json(shortfall.reason),
            "funnel": canonical_json(shortfall.funnel),
        }
        for shortfall in shortfalls
    ]
    (linked,) = transaction.run("write/link_left_unmet", street=street, key=key, rows=rows)
    if linked["linked"] < len(rows):
        msg = f"{len(rows) - linked['linked']} needs left unmet are not in the graph. Maybe run the plan again."
        raise MissingReferenceError(msg)


def _hold(transaction: Transaction, street: str, pairings: Sequence[Pairing]) -> None:
    nodes: list[Node] = [encode(pairing) for pairing in pairings]
    rows = [{"key": node.properties[KEY], "active_key": node.properties["active_key"]} for node in nodes]
    transaction.run("write/hold_keys", street=street, rows=rows)


def _withdraw(transaction: Transaction, run: MatchRun, stamp: Stamp) -> list[str]:
    withdrawn = _withdraw_some(transaction, run, stamp)
    if withdrawn:
        happenings = _withdrawn(run, withdrawn)
        append(transaction, run.street, happenings, at=stamp.at, actor=stamp.actor, scratch=stamp.scratch)
    else:
        transaction.abandon()
    return withdrawn


def _withdraw_some(transaction: Transaction, run: MatchRun, stamp: Stamp) -> list[str]:
    (newest,) = transaction.run("read/runs", street=run.street, limit=1)  # another may have been saved meanwhile
    rows = transaction.run(
        "write/withdraw_suggestions",
        street=run.street,
        run=newest["properties"]["uid"],
        ran_at=newest["properties"]["ran_at"],
        at=stamp.at,
        limit=CHUNK_ROWS,
    )
    return [row["uid"] for row in rows]


def _saved(run: MatchRun, pairings: Sequence[Pairing], shortfalls: Sequence[Shortfall]) -> list[Happening]:
    figures: dict[str, Any] = {
        "status": run.status,
        "objective": run.objective,
        "snapshot_hash": run.snapshot_hash,
        "policy_hash": run.policy_hash,
        "inputs_hash": run.inputs_hash,
        "answer_hash": run.answer_hash,
        "pairings": len(pairings),
        "shortfalls": len(shortfalls),
    }
    listed = uids_in_events("run.pairings", run.uid, suggested=[pairing.uid for pairing in pairings])
    return [Happening("run.saved", run.uid, figures), *listed]


def _withdrawn(run: MatchRun, uids: Sequence[str]) -> list[Happening]:
    return uids_in_events("run.withdrew", run.uid, withdrawn=sorted(uids))


def marked(properties: dict[str, Any], stamp: Stamp) -> dict[str, Any]:
    """Properties with the mark of a scratch owner, where there is one."""
    return properties if stamp.scratch is None else properties | {"scratch": stamp.scratch}

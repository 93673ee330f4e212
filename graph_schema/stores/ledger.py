"""Events appended to a street's chain, and the chain walked again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph_schema.chain import FIRST_HASH, event_hash, link
from graph_schema.codecs import decode, encode, key_of
from graph_schema.model.identity import make_uid
from graph_schema.model.ledger import Event
from graph_schema.stores.base import CHUNK_ROWS, LARGEST_PAGE, ChainCheck
from graph_schema.stores.bolt import Connection, Transaction


@dataclass(frozen=True, slots=True)
class Happening:
    """What an event will say: kind, uid of what changed, and the change as JSON values."""

    kind: str
    subject: str
    payload: dict[str, Any]


def uids_in_events(kind: str, subject: str, **uids: Sequence[str]) -> list[Happening]:
    """Happenings that list uids under names, at most 1,000 uids in each."""
    listed = [(name, uid) for name, group in uids.items() for uid in group]
    happenings = []
    for start in range(0, len(listed), CHUNK_ROWS):
        payload: dict[str, list[str]] = {}
        for name, uid in listed[start : start + CHUNK_ROWS]:
            payload.setdefault(name, []).append(uid)
        happenings.append(Happening(kind, subject, payload))
    return happenings


def append(
    transaction: Transaction,
    street: str,
    happenings: Sequence[Happening],
    *,
    at: datetime,
    actor: str,
    scratch: str | None,
) -> None:
    """The happenings are the last links of the street's chain; called last, because it locks the chain's end."""
    key = key_of(street, "chain")
    (head,) = transaction.run(
        "write/lock_chain",
        street=street,
        key=key,
        uid=make_uid(street, "ChainHead"),
        first_hash=FIRST_HASH,
        at=at,
        scratch=scratch,
    )
    seq, previous_hash = head["seq"], head["hash"]
    rows = []
    for happening in happenings:
        seq += 1
        event = link(
            street,
            seq,
            at=at,
            actor=actor,
            kind=happening.kind,
            subject=happening.subject,
            payload=happening.payload,
            previous_hash=previous_hash,
        )
        previous_hash = event.hash
        rows.append(encode(event).properties | {"created_at": at, "updated_at": at, "scratch": scratch})
    transaction.run("write/append_events", street=street, rows=rows)
    transaction.run("write/move_chain", street=street, key=key, seq=seq, hash=previous_hash, at=at)


def events(connection: Connection, street: str, after_seq: int, limit: int) -> tuple[Event, ...]:
    """Links after a sequence number, in order."""
    rows = connection.read(
        lambda transaction: transaction.run("read/events", street=street, after=after_seq, limit=limit),
    )
    return tuple(decode("Event", row["properties"]) for row in rows)


def verify(connection: Connection, street: str) -> ChainCheck:
    """The chain walked from its first link to its recorded end."""
    seq, previous_hash = 0, FIRST_HASH
    while page := events(connection, street, seq, LARGEST_PAGE):
        for event in page:
            fits = event.seq == seq + 1 and event.previous_hash == previous_hash and event.hash == event_hash(event)
            if not fits:
                return ChainCheck(seq, seq + 1, previous_hash if seq else "")
            seq, previous_hash = event.seq, event.hash
    heads = connection.read(lambda transaction: transaction.run("read/chain_head", street=street))
    whole = [(head["seq"], head["hash"]) for head in heads] == ([(seq, previous_hash)] if seq else [])
    return ChainCheck(seq, None if whole else seq + 1, previous_hash if seq else "")

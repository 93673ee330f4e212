"""The chain of events: what its hashes cover."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import timedelta, timezone

import pytest

from graph_schema.chain import FIRST_HASH, event_hash, link
from graph_schema.model.ledger import Event
from tests.contract import factories as make


def event(**change: object) -> Event:
    first = link(
        "s",
        1,
        at=make.at(0),
        actor="作业员",
        kind="import.rows",
        subject="i",
        payload={"created": ["b", "a"]},
        previous_hash=FIRST_HASH,
    )
    return dataclasses.replace(first, **change)  # type: ignore[arg-type]


def test_the_hash_is_what_anybody_computes_from_the_fields() -> None:
    text = (
        '{"actor":"作业员","at":"2026-11-02T04:00:00+00:00","kind":"import.rows","payload":{"created":["b","a"]},'
        f'"previous_hash":"{FIRST_HASH}","seq":1,"street":"s","subject":"i"}}'
    )
    assert event().hash == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"street": "t"},
        {"seq": 2},
        {"at": make.at(1)},
        {"actor": "另一人"},
        {"kind": "import.row"},
        {"subject": "j"},
        {"payload": {"created": ["a", "b"]}},
        {"previous_hash": "1" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_to_a_chain_is_found(change: dict[str, object]) -> None:
    assert event_hash(event(**change)) != event().hash


def test_the_same_instant_in_another_zone_has_the_same_hash() -> None:
    local = make.at(0).astimezone(timezone(timedelta(hours=8)))
    assert event_hash(event(at=local)) == event().hash

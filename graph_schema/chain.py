"""The chain of events: what a link's hash covers, and how a link is made."""

import dataclasses
import hashlib
from datetime import UTC, datetime
from typing import Any

from graph_schema.codecs import canonical_json
from graph_schema.model.ledger import Event

FIRST_HASH = "0" * 64
"""What the first link of a street names as the hash before it."""


def event_hash(event: Event) -> str:
    """
    SHA-256 hex of every field of a link except ``hash``, as canonical JSON in UTF-8.

    Instants are ISO 8601 in UTC; anyone can compute it again from an export.
    """
    fields = {field.name: getattr(event, field.name) for field in dataclasses.fields(event) if field.name != "hash"}
    return hashlib.sha256(canonical_json(fields).encode()).hexdigest()


def link(
    street: str,
    seq: int,
    *,
    at: datetime,
    actor: str,
    kind: str,
    subject: str,
    payload: dict[str, Any],
    previous_hash: str,
) -> Event:
    """The link that follows ``previous_hash``."""
    event = Event(street, seq, at.astimezone(UTC), actor, kind, subject, payload, previous_hash, "")
    return dataclasses.replace(event, hash=event_hash(event))

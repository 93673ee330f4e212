"""What happened in a street, for whoever listens: which needs and resources, and nothing of what must not be shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph_schema.codecs import key_of
from graph_schema.model.ledger import Event
from graph_schema.model.needs import Visibility
from graph_schema.stores.base import GraphStore

MOST_AT_ONCE = 100
"""Events of one look at the chain; each names up to 1,000 rows."""

_LISTS = ("created", "updated", "deleted", "restored")
_ENDS = ("need", "resource")

_KINDS = """
UNWIND $keys AS key
MATCH (n:Entity {key: key})
WHERE n.street = $street
RETURN n.uid AS uid, labels(n) AS labels, n.visibility AS visibility ORDER BY uid LIMIT $limit
"""


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """
    One link of a street's chain, as anybody may know it.

    Parameters
    ----------
    needs, resources
        Those that it names and that are there and may be shown, by uid.
    """

    seq: int
    at: datetime
    kind: str
    needs: tuple[str, ...]
    resources: tuple[str, ...]


def end_of_chain(store: GraphStore, street: str) -> int:
    """Sequence number of the last event."""
    return store.position(street).seq


def public_events(store: GraphStore, street: str, after: int) -> tuple[PublicEvent, ...]:
    """The next events after a sequence number, every one of them, at most `MOST_AT_ONCE`."""
    return tuple(_public(store, event) for event in store.events(street, after, MOST_AT_ONCE))


def _public(store: GraphStore, event: Event) -> PublicEvent:
    needs, resources = _shown(store, event.street, sorted(set(_named(event))))
    return PublicEvent(event.seq, event.at, event.kind, needs, resources)


def _named(event: Event) -> Iterable[str]:
    """Rows that an event names; a run's pairings are no rows."""
    if event.kind.startswith("run."):
        return
    for name in _LISTS:
        yield from event.payload.get(name, ())
    for name in _ENDS:
        named = event.payload.get(name)
        if isinstance(named, str):
            yield named


def _shown(store: GraphStore, street: str, uids: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Needs that are not private, and resources, that are there under these uids."""
    if not uids:
        return (), ()
    params = {"street": street, "keys": [key_of(street, uid) for uid in uids], "limit": len(uids)}
    rows = store.cypher(_KINDS, params, limit=len(uids)).rows
    needs = [uid for uid, labels, visibility in rows if "Need" in labels and visibility != Visibility.PRIVATE.value]
    return tuple(needs), tuple(uid for uid, labels, _ in rows if "Resource" in labels)

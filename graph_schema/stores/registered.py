"""Registrations of released batches as needs: each is one, once, whatever released its batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graph_schema.codecs import decode, key_of
from graph_schema.errors import InvalidValueError
from graph_schema.model.identity import make_uid
from graph_schema.model.needs import Batch, Need, NeedKind, Registration, Urgency
from graph_schema.model.quantities import Quantity
from graph_schema.model.resources import Resource
from graph_schema.stores.base import LARGEST_PAGE
from graph_schema.stores.bolt import Transaction
from graph_schema.stores.changes import Difference, Provenance, current_rows, difference, row_of

LARGEST_BATCH = 20_000
"""Registrations of a batch; its release is one transaction."""


def released_by(change: Difference) -> list[Batch]:
    """Batches that wait before a change and are released after it, by uid."""
    found: list[Batch] = []
    for key, row in sorted(change.after.items()):
        if row.node.label == "Batch" and "released_at" in row.node.properties:
            before = change.before.get(key)
            if before is None or "released_at" not in before.node.properties:
                found.append(decode("Batch", row.node.properties))
    return found


def needs_that_follow(
    transaction: Transaction, street: str, change: Difference, released: Sequence[Batch], provenance: Provenance
) -> Difference:
    """
    What a change that is written already makes demand of.

    Parameters
    ----------
    released
        Batches that the change releases: all their registrations count, whenever they came. Of batches released
        before, those that the change itself brings or corrects do.
    """
    needs = [need for batch in released for need in missing_needs(transaction, street, batch)]
    at_once = {batch.uid for batch in released}
    by_batch: dict[str, list[Registration]] = {}
    for row in change.after.values():
        if row.node.label == "Registration" and row.node.properties["batch_uid"] not in at_once:
            registration: Registration = decode("Registration", row.node.properties)
            by_batch.setdefault(registration.batch_uid, []).append(registration)
    rows = current_rows(transaction, street, [key_of(street, uid) for uid in sorted(by_batch)])
    for row in rows.values():
        batch: Batch = decode("Batch", row.node.properties)
        if batch.released_at is not None:
            needs += _needs_of(transaction, street, batch, by_batch[batch.uid])
    return difference(transaction, street, [row_of(need, provenance) for need in needs]) if needs else Difference()


def missing_needs(transaction: Transaction, street: str, batch: Batch) -> list[Need]:
    """A need for each registration of a batch that has none yet."""
    needs = _needs_of(transaction, street, batch, _registrations(transaction, street, batch.uid))
    there = current_rows(transaction, street, [key_of(street, need.uid) for need in needs])
    return [need for need in needs if key_of(street, need.uid) not in there]


def _needs_of(transaction: Transaction, street: str, batch: Batch, registrations: Iterable[Registration]) -> list[Need]:
    key = key_of(street, batch.resource_uid)
    resource: Resource = decode("Resource", current_rows(transaction, street, [key])[key].node.properties)
    return [_need_of(registration, batch, resource) for registration in registrations]


def _registrations(transaction: Transaction, street: str, batch_uid: str) -> list[Registration]:
    found: list[Registration] = []
    after = ""
    while True:
        page = transaction.run(
            "read/registrations_of_batch",
            street=street,
            batch=batch_uid,
            after=after,
            limit=LARGEST_PAGE,
        )
        found += (decode("Registration", row["properties"]) for row in page)
        if len(page) < LARGEST_PAGE:
            return found
        if len(found) >= LARGEST_BATCH:
            msg = f"The batch {batch_uid} has more than {LARGEST_BATCH} registrations."
            raise InvalidValueError(msg)
        after = found[-1].uid


def _need_of(registration: Registration, batch: Batch, resource: Resource) -> Need:
    return Need(
        uid=make_uid(registration.street, "registration-need", registration.uid),
        street=registration.street,
        title=resource.name,
        category=resource.category,
        area_uid=registration.area_uid,
        quantity=Quantity(1, resource.offered.unit),
        kind=NeedKind.REGISTRATION,
        urgency=Urgency.HOPED,
        only_resource_uid=batch.resource_uid,
        registration_uid=registration.uid,
        synthetic=registration.synthetic,
    )

"""What a street holds, read in pages: 1,000 records for a caller's page, 20,000 on the way to a whole street."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from graph_schema.codecs import decode, key_of, searchable, shortfall
from graph_schema.errors import InvalidValueError, NotFoundError, Sought, StoredValueError
from graph_schema.model.categories import CanSatisfy, Taxonomy
from graph_schema.model.directory import Directory
from graph_schema.model.needs import Need
from graph_schema.model.pairings import MatchRun, Pairing, PairingState, Shortfall
from graph_schema.model.places import AdminDivision, Area
from graph_schema.model.resources import Resource
from graph_schema.model.street import StreetGraph
from graph_schema.stores.base import LARGEST_PAGE
from graph_schema.stores.bolt import Connection, Transaction
from graph_schema.stores.changes import current_rows
from graph_schema.stores.imports import check_whole

SHARED = ""
"""Street of what all streets share."""
STREET_PAGE = 20_000
"""Records of a page on the way to a whole street: the embedded engine looks at all that follow for each page."""
LARGEST_STREET = 2_000_000
"""Records of one label that are read for one street; more is an error, not a full memory."""
LARGEST_TAXONOMY = 100_000
IN_FORCE = tuple(
    state
    for state in PairingState
    if state
    in {
        PairingState.OFFERED,
        PairingState.ACCEPTED,
        PairingState.CLAIMED,
        PairingState.IN_PROGRESS,
        PairingState.FULFILLED,
        PairingState.EVALUATED,
        PairingState.CLOSED,
    }
)
_MADE_KNOWN = frozenset({PairingState.SUGGESTED, PairingState.WITHDRAWN})
_AREAS = (
    ("AdminDivision", "divisions"),
    ("Grid", "grids"),
    ("Neighborhood", "neighborhoods"),
    ("Building", "buildings"),
    ("Place", "places"),
    ("Station", "stations"),
)


def pages(
    connection: Connection,
    name: str,
    position: Callable[[dict[str, Any]], Any],
    first: Any = "",
    **params: object,
) -> list[dict[str, Any]]:
    """
    All rows of a paged statement.

    Parameters
    ----------
    position
        Of a row: what the next page begins after.
    first
        Position before the first row.
    """
    rows: list[dict[str, Any]] = []
    after = first
    while True:
        page = connection.read(_page(name, {**params, "after": after, "limit": STREET_PAGE}))
        rows += page
        if len(page) < STREET_PAGE:
            return rows
        if len(rows) > LARGEST_STREET:
            msg = f"{name} has given {len(rows)} records, more than {LARGEST_STREET}."
            raise StoredValueError(msg)
        after = position(page[-1])


def records(connection: Connection, label: str, name: str, **params: object) -> tuple[Any, ...]:
    """All values of a label that a paged statement gives, sorted by uid."""
    rows = pages(connection, f"read/{name}", lambda row: row["properties"]["uid"], **params)
    return tuple(decode(label, row["properties"]) for row in rows)


def streets(connection: Connection) -> tuple[AdminDivision, ...]:
    """Every subdistrict."""
    rows = connection.read(lambda transaction: transaction.run("read/streets", limit=LARGEST_PAGE))
    return tuple(decode("AdminDivision", row["properties"]) for row in rows)


def taxonomy(connection: Connection) -> Taxonomy:
    """The shared vocabularies, each sorted by its codes."""
    rows = connection.read(
        lambda transaction: transaction.run("read/substitutions", street=SHARED, limit=LARGEST_TAXONOMY),
    )
    return Taxonomy(
        tuple(sorted(records(connection, "Category", "categories", street=SHARED), key=lambda item: item.code)),
        tuple(
            CanSatisfy(row["resource"], row["need"], row["weight"], row["reason"], row["reason_en"] or "")
            for row in rows
        ),
        tuple(sorted(records(connection, "TargetGroup", "target_groups", street=SHARED), key=lambda item: item.code)),
    )


def areas(connection: Connection, street: str) -> tuple[Area, ...]:
    """Every area of a street, sorted by uid."""
    found = [area for label, name in _AREAS for area in records(connection, label, name, street=street)]
    return tuple(sorted(found, key=lambda area: area.uid))


def directory(connection: Connection, street: str) -> Directory:
    """See `graph_schema.stores.base.GraphStore.directory`."""
    found = areas(connection, street)
    own = next((area for area in found if area.uid == street), None)
    return Directory(
        street_uid=own.uid if own else "",
        street_name=own.name if own else "",
        taxonomy=taxonomy(connection),
        areas=found,
        party_organizations=records(connection, "PartyOrganization", "party_organizations", street=street),
        pools=records(connection, "ResourcePool", "pools", street=street),
        organizations=records(connection, "Organization", "organizations", street=street),
        teams=records(connection, "VolunteerTeam", "teams", street=street),
        resources=resources(connection, street),
        batches=records(connection, "Batch", "batches", street=street),
        budgets=records(connection, "BudgetPool", "budgets", street=street),
    )


def street_graph(connection: Connection, street: str) -> StreetGraph:
    """See `graph_schema.stores.base.GraphStore.street_graph`."""
    check_street_whole(connection, street)
    names = directory(connection, street)
    if not names.street_uid:
        raise NotFoundError(Sought.STREET, street)
    in_force = [
        pairing
        for state in IN_FORCE
        for pairing in records(connection, "Pairing", "pairings_in_state", street=street, state=state.value)
    ]
    return StreetGraph(
        street_uid=street,
        taxonomy=names.taxonomy,
        areas=names.areas,
        party_organizations=names.party_organizations,
        pools=names.pools,
        organizations=names.organizations,
        teams=names.teams,
        people=records(connection, "Person", "people", street=street),
        agreements=records(connection, "Agreement", "agreements", street=street),
        resources=names.resources,
        needs=records(connection, "Need", "needs", street=street, status=None, area=None, category=None),
        batches=names.batches,
        registrations=records(connection, "Registration", "registrations", street=street),
        projects=records(connection, "Project", "projects", street=street),
        pairings=tuple(sorted(in_force, key=_uid)),
        budgets=names.budgets,
        rulings=records(connection, "Ruling", "rulings", street=street),
        published=published_pairings(connection, street),
        run_moments=run_moments(connection, street),
    )


def check_street_whole(connection: Connection, street: str) -> None:
    """Raises `IncompleteImportError` if an import of the street is not whole."""

    def whole(transaction: Transaction) -> None:
        for gate in transaction.run("read/import_gate", street=street, key=key_of(street, "gate")):
            check_whole(transaction, street, gate["incomplete_uid"])

    connection.read(whole)


def run_moments(connection: Connection, street: str) -> tuple[tuple[str, datetime], ...]:
    """The moment that each whole run's plan is for, by the run's uid."""
    rows = pages(connection, "read/run_moments", lambda row: row["uid"], street=street)
    return tuple((row["uid"], row["as_of"].astimezone(UTC)) for row in rows)


def resources(connection: Connection, street: str) -> tuple[Resource, ...]:
    """Every resource of a street with its slots."""
    slots = records(connection, "Slot", "slots", street=street)
    by_resource: dict[str, list[Any]] = {}
    for slot in slots:
        by_resource.setdefault(slot.resource_uid, []).append(slot)
    rows = pages(
        connection,
        "read/resources",
        lambda row: row["properties"]["uid"],
        street=street,
        status=None,
        category=None,
    )
    return tuple(
        decode("Resource", row["properties"], tuple(by_resource.get(row["properties"]["uid"], ()))) for row in rows
    )


def page_of_needs(
    connection: Connection,
    street: str,
    limit: int,
    **filters: str | None,
) -> tuple[Need, ...]:
    """One page of needs."""
    _check_limit(limit)
    rows = connection.read(_page("read/needs", {"street": street, "limit": limit, **filters}))
    return tuple(decode("Need", row["properties"]) for row in rows)


def page_of_resources(
    connection: Connection,
    street: str,
    limit: int,
    **filters: str | None,
) -> tuple[Resource, ...]:
    """One page of resources with their slots."""
    _check_limit(limit)

    def work(transaction: Transaction) -> tuple[Resource, ...]:
        rows = transaction.run("read/resources", street=street, limit=limit, **filters)
        return _with_slots(transaction, street, [row["properties"]["uid"] for row in rows])

    return connection.read(work)


def one(connection: Connection, label: str, street: str, uid: str) -> Any:
    """One row of a street; raises `NotFoundError`."""
    key = key_of(street, uid)
    row = connection.read(lambda transaction: current_rows(transaction, street, [key])).get(key)
    if row is None or row.node.label != label:
        raise NotFoundError(Sought(label.lower()), uid, street)
    return decode(label, row.node.properties, tuple(decode("Slot", part.properties) for part in row.parts))


def found_needs(connection: Connection, street: str, text: str, limit: int) -> tuple[Need, ...]:
    """Needs that hold every word of a text."""
    _check_limit(limit)
    words = searchable(text).split()
    if not words:
        return ()
    rows = connection.read(_page("read/found_needs", {"street": street, "words": words, "limit": limit}))
    return tuple(decode("Need", row["properties"]) for row in rows)


def pairings_of_run(connection: Connection, street: str, run_uid: str) -> tuple[Pairing, ...]:
    """Every pairing of a run."""
    return records(connection, "Pairing", "pairings_of_run", street=street, run=run_uid)


def published_run(connection: Connection, street: str) -> MatchRun | None:
    """The run that was published last, ``None`` before the first."""
    rows = connection.read(lambda transaction: transaction.run("read/published_run", street=street))
    return decode("MatchRun", rows[0]["properties"]) if rows else None


def published_pairings(connection: Connection, street: str) -> tuple[Pairing, ...]:
    """Pairings of that run that nobody took up or refused; a newer run that only suggests takes nothing back."""
    run = published_run(connection, street)
    if run is None:
        return ()
    pairings = pairings_of_run(connection, street, run.uid)
    return tuple(pairing for pairing in pairings if pairing.state in _MADE_KNOWN)


def shortfalls_of_run(connection: Connection, street: str, run_uid: str) -> tuple[Shortfall, ...]:
    """What a run left unmet, sorted by the need's uid."""
    rows = pages(
        connection,
        "read/shortfalls",
        lambda row: row["need_uid"],
        street=street,
        key=key_of(street, run_uid),
    )
    return tuple(shortfall(street, run_uid, row) for row in rows)


def _with_slots(transaction: Transaction, street: str, uids: Sequence[str]) -> tuple[Resource, ...]:
    keys = [key_of(street, uid) for uid in uids]
    rows = current_rows(transaction, street, keys)
    return tuple(
        decode(
            "Resource",
            rows[key].node.properties,
            tuple(decode("Slot", part.properties) for part in rows[key].parts),
        )
        for key in keys
    )


def _page(name: str, params: dict[str, object]) -> Callable[[Transaction], list[dict[str, Any]]]:
    return lambda transaction: transaction.run(name, **params)


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= LARGEST_PAGE:
        msg = f"limit is {limit}, outside 1..{LARGEST_PAGE}."
        raise InvalidValueError(msg)


def _uid(item: Pairing) -> str:
    return item.uid

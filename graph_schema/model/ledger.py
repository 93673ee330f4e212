"""What happened: the chain of events of a street, and the imports that wrote to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from graph_schema.model.budgets import BudgetPool
from graph_schema.model.categories import Category
from graph_schema.model.needs import Batch, Need, Project, Registration
from graph_schema.model.places import AdminDivision, Building, Grid, Neighborhood, Place, Station
from graph_schema.model.providers import (
    Agreement,
    Organization,
    PartyOrganization,
    Person,
    ResourcePool,
    VolunteerTeam,
)
from graph_schema.model.resources import Resource

Entity = (
    AdminDivision
    | Grid
    | Neighborhood
    | Building
    | Place
    | Station
    | PartyOrganization
    | Organization
    | Person
    | VolunteerTeam
    | Agreement
    | ResourcePool
    | Resource
    | Need
    | Batch
    | Registration
    | Project
    | BudgetPool
)
SharedEntity = Category


@dataclass(frozen=True, slots=True)
class Event:
    """
    One link of a street's chain.

    Parameters
    ----------
    seq
        Position in the chain, from 1, without gaps.
    at
        When, aware UTC.
    actor
        Who: a role or a program's name, never a private person's.
    kind
        ``import.rows``, ``run.saved``, ``batch.released`` …
    subject
        Aggregate that changed: its uid.
    payload
        What changed; JSON values only.
    previous_hash, hash
        SHA-256 hex; ``hash`` covers every other field and ``previous_hash``.
    """

    street: str
    seq: int
    at: datetime
    actor: str
    kind: str
    subject: str
    payload: dict[str, Any]
    previous_hash: str
    hash: str


class ImportStatus(StrEnum):
    """Whether an import's rows are all there."""

    INCOMPLETE = "incomplete"
    COMPLETE = "complete"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """
    One row of a list on its way into the graph.

    Parameters
    ----------
    entity
        What the row says.
    sheet, row
        Provenance: sheet name and row number as the spreadsheet program counts (from 1); never identity.
    """

    entity: Entity
    sheet: str
    row: int


LIST_KINDS_JOINED_BY = "+"
"""Between the kinds of a workbook that holds several lists."""


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """
    All rows of one file that go into the graph together.

    Parameters
    ----------
    uid
        Identity of the import record, made by the client from street, kind and file hash.
    list_kind
        ``directory``, ``unit``, ``resource``, ``service``, ``need``, ``project``, ``registration`` or ``register``;
        several joined by `LIST_KINDS_JOINED_BY` where a workbook holds several lists.
    file_name, file_hash
        Name without folders, and SHA-256 hex of the bytes.
    rows
        In an order in which each row's references come before it or are in the graph already.
    """

    uid: str
    street: str
    list_kind: str
    file_name: str
    file_hash: str
    rows: tuple[ImportedRow, ...]
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """What the graph knows of one import."""

    uid: str
    street: str
    list_kind: str
    file_name: str
    file_hash: str
    status: ImportStatus
    at: datetime
    rows: int
    created: int
    updated: int
    unchanged: int
    done_rows: int

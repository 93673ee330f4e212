"""What is asked for: needs, and the registrations of a batch that become needs when it is released."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from graph_schema.model.places import NOWHERE, Location
from graph_schema.model.quantities import Quantity
from graph_schema.model.schedules import Schedule


class Urgency(StrEnum):
    """Urgency class (急难愁盼), the only class of a need; most urgent first."""

    URGENT = "urgent"  # 急
    HARD = "hard"  # 难
    WORRYING = "worrying"  # 愁
    HOPED = "hoped"  # 盼


class NeedKind(StrEnum):
    """Where a need comes from in the office's own terms."""

    NEED = "need"
    COMPLAINT = "complaint"
    MICRO_WISH = "micro_wish"
    PROJECT_NEED = "project_need"
    POST = "post"
    REGISTRATION = "registration"  # one place of a released batch


class NeedStatus(StrEnum):
    """State of a need; only ``OPEN`` and ``PARTLY_MATCHED`` are demand."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    OPEN = "open"
    PARTLY_MATCHED = "partly_matched"
    MATCHED = "matched"
    RESOLVED = "resolved"
    RESOLVED_OTHER_WAY = "resolved_other_way"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


class TeamRole(StrEnum):
    """What a need is in a matter that several handle together."""

    LEAD = "lead"  # 牵头
    SUPPORT = "support"  # 配合


class Visibility(StrEnum):
    """Who may see a need."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Need:
    """
    Something a neighbourhood needs (需求).

    Parameters
    ----------
    area_uid
        Area it is ``RAISED_FOR``: a community, grid, neighbourhood or place.
    quantity
        Units asked for, in the category's unit.
    window
        When it must be served; ``None`` when any slot will do.
    only_resource_uid
        The one resource that may serve it (a batch's registration), else ``None``.
    registration_uid
        Registration that it stands for, else ``None``.
    source_channel
        走访, 热线 … as the list names it.
    proposed_provider
        Unit named by the list itself (对接单位), as written.
    skills, amenities
        Codes of skills, and names of amenities, that whoever serves it must have.
    whole
        Whether it is served wholly or not at all; ``None``: as its category says.
    single_provider
        Whether one provider serves all of it; ``None``: as its category says.
    team, role
        Number of the joint matter that it is a part of, and which part; all its needs are served or none.
    post
        Name of the post that it is a shift of.
    fund_kind
        Kind of the money that pays for it.
    help
        Whether its community has asked the level above for help (求助).
    """

    uid: str
    street: str
    title: str
    category: str
    area_uid: str
    quantity: Quantity
    kind: NeedKind = NeedKind.NEED
    urgency: Urgency = Urgency.HOPED
    flags: tuple[str, ...] = ()
    status: NeedStatus = NeedStatus.OPEN
    address: str | None = None
    location: Location = NOWHERE
    window: Schedule | None = None
    window_text: str | None = None
    needed_from: date | None = None
    needed_by: date | None = None
    exists_since: date | None = None
    raised_on: date | None = None
    beneficiary_households: int | None = None
    beneficiary_persons: int | None = None
    target_groups: tuple[str, ...] = ()
    service_modes: tuple[str, ...] = ()
    source_channel: str | None = None
    visibility: Visibility = Visibility.PUBLIC
    proposed_provider: str | None = None
    progress: str | None = None
    only_resource_uid: str | None = None
    registration_uid: str | None = None
    note: str | None = None
    synthetic: bool = False
    skills: tuple[str, ...] = ()
    amenities: tuple[str, ...] = ()
    whole: bool | None = None
    single_provider: bool | None = None
    team: str | None = None
    role: TeamRole | None = None
    post: str | None = None
    fund_kind: str | None = None
    help: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """
    A batch (批次) of registrations for one resource; no demand before it is released.

    Parameters
    ----------
    no
        Number within the resource, from 1.
    cap
        Units the batch may take, ``None`` when only the resource limits it.
    released_at
        When it was released (aware, UTC), ``None`` while it waits.
    """

    uid: str
    street: str
    resource_uid: str
    no: int
    cap: int | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """
    One registration (登记) of a batch.

    Parameters
    ----------
    registrant_hash, plate_hash
        Keyed hashes made while reading; what they stand for is never stored.
    rank
        Place in the batch's list, from 1.
    """

    uid: str
    street: str
    batch_uid: str
    area_uid: str
    registrant_hash: str
    plate_hash: str | None = None
    rank: int | None = None
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """A project (项目) of the office's list."""

    uid: str
    street: str
    name: str
    content: str | None = None
    level: str | None = None
    area_uid: str | None = None
    lead_uid: str | None = None
    lead_text: str | None = None
    support_text: tuple[str, ...] = ()
    budget_fen: int | None = None
    funding: str | None = None
    starts_on: date | None = None
    due_on: date | None = None
    due_text: str | None = None
    beneficiary_persons: int | None = None
    beneficiary_visits: int | None = None  # 人次: visits, not persons
    progress: str | None = None
    synthetic: bool = False

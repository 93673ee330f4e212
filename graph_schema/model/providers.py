"""Who gives: party organisations, units, teams, people, and what ties them to places."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from graph_schema.model.places import NOWHERE, Location


@dataclass(frozen=True, slots=True)
class PartyOrganization:
    """
    A party organisation (党组织) at any level of the configured tree.

    Parameters
    ----------
    kind
        Work committee, linked branch, community committee, grid branch … as the directory names it.
    rank
        Depth in the tree, 0 at the top. The number of ranks is data.
    parent_uid
        ``SUBORDINATE_TO``.
    jurisdiction_uids
        Areas it ``HAS_JURISDICTION`` over.
    station_uid
        Station it is ``BASED_AT``.
    """

    uid: str
    street: str
    name: str
    kind: str
    rank: int
    parent_uid: str | None = None
    jurisdiction_uids: tuple[str, ...] = ()
    station_uid: str | None = None
    aliases: tuple[str, ...] = ()
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class LoadLimit:
    """
    The most that a provider gives over all its resources and posts together.

    Parameters
    ----------
    unit
        What is counted: 小时, or a unit that resources are counted in.
    limit
        Units, >= 0.
    per_month
        Whether it holds for each calendar month; else for the whole term of a plan.
    """

    unit: str
    limit: int
    per_month: bool = True


class OrganizationKind(StrEnum):
    """What a unit is."""

    GOVERNMENT = "government"  # 机关
    INSTITUTION = "institution"  # 事业单位
    STATE_OWNED = "state_owned"  # 国企
    PRIVATE = "private"  # 非公企业
    SOCIAL = "social"  # 社会组织
    SCHOOL = "school"
    HOSPITAL = "hospital"
    PROPERTY_MANAGER = "property_manager"  # 物业
    OWNERS_COMMITTEE = "owners_committee"  # 业委会, 物管会
    MERCHANT = "merchant"  # 商户
    VOLUNTEER_TEAM = "volunteer_team"
    RESIDENTS_COMMITTEE = "residents_committee"  # 居委会
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Organization:
    """
    A co-building unit (共建单位).

    Parameters
    ----------
    uscc
        Unified social credit code, 18 characters with a valid check digit.
    checked_in_uid
        Community where it is checked in (双报到).
    status
        ``active``, ``inactive`` or ``defunct``.
    responsible_uids
        Areas that it is ``RESPONSIBLE_FOR`` (包联).
    paired_uids
        Party organisations that it is ``PAIRED_WITH`` (结对), for years and not for one pairing.
    seat_uids
        Committees (party organisations) or areas that it ``SITS_ON`` (兼职委员).
    load_limits
        Limits over all its resources.
    """

    uid: str
    street: str
    name: str
    kind: OrganizationKind = OrganizationKind.OTHER
    short_name: str | None = None
    aliases: tuple[str, ...] = ()
    uscc: str | None = None
    status: str = "active"
    checked_in_uid: str | None = None
    address: str | None = None
    location: Location = NOWHERE
    synthetic: bool = False
    responsible_uids: tuple[str, ...] = ()
    paired_uids: tuple[str, ...] = ()
    seat_uids: tuple[str, ...] = ()
    load_limits: tuple[LoadLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """
    A person under a pseudonym. Names and telephones are never stored here.

    Parameters
    ----------
    skills
        What they can do; used for matching only with consent.
    skills_consent, consent_until
        Whether they agree that their skills are listed, and the last day on which they do; ``None`` until they say
        otherwise.
    max_load_h_per_month
        Hours a month, ``None`` without a limit.
    load_limits
        Limits in other units, or for the whole term.
    responsible_uids, seat_uids
        As of a unit.
    """

    uid: str
    street: str
    pseudonym_id: str
    roles: tuple[str, ...] = ()
    vanguard_kind: str | None = None
    skills: tuple[str, ...] = ()
    max_load_h_per_month: int | None = None
    area_uid: str | None = None
    affiliation_uid: str | None = None
    synthetic: bool = False
    skills_consent: bool = False
    consent_until: date | None = None
    load_limits: tuple[LoadLimit, ...] = ()
    responsible_uids: tuple[str, ...] = ()
    seat_uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VolunteerTeam:
    """A volunteer team (志愿服务队) with its hours; what a unit has besides, it has as a unit."""

    uid: str
    street: str
    name: str
    member_count: int | None = None
    capacity_h_per_month: int | None = None
    area_uid: str | None = None
    aliases: tuple[str, ...] = ()
    synthetic: bool = False
    responsible_uids: tuple[str, ...] = ()
    paired_uids: tuple[str, ...] = ()
    seat_uids: tuple[str, ...] = ()
    load_limits: tuple[LoadLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """A co-building agreement (共建协议书) between a unit and a community or party organisation."""

    uid: str
    street: str
    organization_uid: str
    number: str | None = None
    partner_uid: str | None = None
    signed_on: date | None = None
    valid_to: date | None = None
    scope: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourcePool:
    """A pool (片区, 大党委): its member areas share resources like one branch."""

    uid: str
    street: str
    name: str
    member_uids: tuple[str, ...] = ()
    synthetic: bool = False


Provider = Organization | Person | VolunteerTeam

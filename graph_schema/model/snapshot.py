"""
What the matcher sees: the graph of one street at one moment, resolved and unit-free of text.

Places are planar metres, windows are integer minutes, category and target-group trees are closed,
and names are kept only for the reasons. Everything is sorted by ``uid``.
"""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from graph_schema.model.places import LocatedBy
from graph_schema.model.quantities import Qualifier
from graph_schema.model.schedules import IntervalSet


@dataclass(frozen=True, slots=True)
class Point:
    """
    A point in planar metres east and north of the street's origin.

    ``x_m`` and ``y_m`` are NaN when ``located_by`` is ``UNLOCATED``.
    """

    x_m: float
    y_m: float
    located_by: LocatedBy


@dataclass(frozen=True, slots=True)
class SnapshotArea:
    """
    An area and its way up.

    Parameters
    ----------
    label
        Node label in the graph (``AdminDivision``, ``Grid`` …).
    within
        uids of the areas around it, nearest first, without itself.
    ring_path
        (level, uid) from the innermost configured ring level to the street, e.g.
        ``(("grid", g), ("community", c), ("branch", b), ("street", s))``. Levels below the area are absent.
        Members of one pool have a second entry at level ``branch`` with the pool's uid; two areas are in one ring at
        a level when they share any uid there.
    community_uid
        The community it is or lies in, ``None`` above that.
    share_60plus, has_property_mgmt, built_year
        Its profile, aggregates only; ``None`` where nobody stated it. Share from 0 to 1.
    """

    uid: str
    label: str
    name: str
    within: tuple[str, ...]
    ring_path: tuple[tuple[str, str], ...]
    community_uid: str | None
    point: Point
    share_60plus: float | None = None
    has_property_mgmt: bool | None = None
    built_year: int | None = None


@dataclass(frozen=True, slots=True)
class SnapshotAgreement:
    """An agreement of a provider: validity, the partner it is with, and the areas that this partner stands for."""

    uid: str
    partner_uid: str | None
    partner_name: str | None
    valid_from: date | None
    valid_to: date | None
    partner_area_uids: tuple[str, ...] = ()
    partner_label: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class SnapshotLoad:
    """
    The most that a provider gives over all its resources and posts together.

    Parameters
    ----------
    unit
        Matching unit that the limit counts in. Resources in hours or in another unit are converted by the length of
        their slots where the limit is in hours (小时), and are not counted where no conversion exists.
    limit
        Units in the term of the plan, >= 0, what pairings in force take already taken off.
    first_day, last_day
        Days of the plan's term, counted from its first, in which a slot counts against it; both included.
    """

    unit: str
    limit: int
    first_day: int
    last_day: int


@dataclass(frozen=True, slots=True)
class SnapshotProvider:
    """
    A provider.

    Parameters
    ----------
    label
        Node label: ``Organization``, ``VolunteerTeam`` or ``Person``.
    served_area_uids
        Need areas that it has served before (fulfilled pairings).
    loads
        Its limits over all resources, a month each where they are monthly.
    responsible_area_uids, paired_area_uids, seat_area_uids
        Areas that it looks after (包联), those of the party organisations that it is paired with (结对), and those of
        the committees that it sits on.
    skills
        Codes of skills that may be used for matching: consent given, not expired.
    """

    uid: str
    label: str
    name: str
    home_area_uid: str | None
    agreements: tuple[SnapshotAgreement, ...]
    served_area_uids: tuple[str, ...]
    loads: tuple[SnapshotLoad, ...] = ()
    responsible_area_uids: tuple[str, ...] = ()
    paired_area_uids: tuple[str, ...] = ()
    seat_area_uids: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SnapshotSlot:
    """
    One standing window.

    Parameters
    ----------
    window
        Index in ``Snapshot.windows``, guard time already cut off; -1 is always open.
    capacity
        Units it can still give, without what pairings in force hold of it or of a slot that overlaps it, >= 0.
    text
        The opening times as written.
    """

    uid: str
    window: int
    capacity: int
    text: str


@dataclass(frozen=True, slots=True)
class SnapshotHold:
    """What a pairing in force (of a consumable: or fulfilled) takes of a resource."""

    need_uid: str
    slot_uid: str
    quantity: int


@dataclass(frozen=True, slots=True)
class SnapshotResource:
    """
    A resource that can be matched.

    Parameters
    ----------
    available
        Units that can still be given: of a consumable over all slots together, else in the slot that has most left.
    consumable
        Used up over all slots; else each group of overlapping slots has its own capacity.
    serves, excludes
        Area uids of the coverage list; ``serves`` empty means no list.
    home_area_uid
        For rings: the lowest area that holds its whole coverage list, else its owner's check-in,
        else where it lies.
    home_ring
        Ring path of that home, as ``SnapshotArea.ring_path``; of a coverage list, what all its areas share.
    held
        What pairings take of it already, sorted by need and slot.
    area_uid
        Area that it lies in: the stated one, else that of its owner's check-in.
    guard_min
        Minutes cut off the end of each of its windows, because the owner comes back.
    unit_cost_fen
        Money that one unit costs whoever pays for the need, >= 0.
    amenities
        What its place holds (微波炉, 热水壶 …), as written, normalised.
    area_quotas
        (area uid, units) reserved of each slot for an area; what is in no quota is for all.
    emergency_ok
        Whether it may be used in emergency mode beyond its usual limits.
    """

    uid: str
    name: str
    category: str
    unit: str
    offered: int
    available: int
    qualifier: Qualifier
    assumed: bool
    consumable: bool
    provider_uid: str
    point: Point
    home_area_uid: str | None
    serves: tuple[str, ...]
    excludes: tuple[str, ...]
    target_groups: tuple[str, ...]
    service_modes: tuple[str, ...]
    status: str
    valid_from: date | None
    valid_to: date | None
    surveyed_on: date | None
    slots: tuple[SnapshotSlot, ...]
    home_ring: tuple[tuple[str, str], ...] = ()
    held: tuple[SnapshotHold, ...] = ()
    guard_min: int = 0
    area_uid: str | None = None
    unit_cost_fen: int = 0
    amenities: tuple[str, ...] = ()
    area_quotas: tuple[tuple[str, int], ...] = ()
    emergency_ok: bool = True


@dataclass(frozen=True, slots=True)
class SnapshotNeed:
    """
    Demand: one open need.

    Parameters
    ----------
    quantity
        Units still asked for, > 0.
    urgency
        0 urgent (急) … 3 hoped for (盼).
    window
        Index in ``Snapshot.windows``, what starts from ``needed_from`` to ``needed_by``; -1 when any slot will do.
    target_groups
        As stated, without "everybody"; the category's own group when none is stated.
    batch_uid, batch_released
        The batch of its registration, ``None``/``True`` otherwise.
    kind
        Value of ``NeedKind``; ``post`` is a duty that persons fill, each one post at a time.
    skills, amenities
        Codes of skills and names of amenities that whoever serves it must have, all of them.
    flags
        ``key`` (重点), ``hard`` (难点), ``hot`` (热点), sorted.
    beneficiary_households, beneficiary_persons
        0 where nobody stated them.
    whole
        Whether it is served wholly or not at all; ``None``: as its category says (not divisible: whole).
    single_provider
        Whether one provider must serve all of it; ``None``: as its category says (not divisible: single).
    team_uid, role
        Needs with one team are the roles (``lead``, ``support``) of one joint matter: all are served or none.
    post
        Name of the post that it is a shift of, ``None`` for anything else; the same person on the same post is better.
    fund_kind
        Kind of budget that pays for it, ``None`` when its area's pools of any kind may.
    help
        Whether its community has asked the level above for help (求助): rings cost it nothing.
    """

    uid: str
    title: str
    category: str
    unit: str
    quantity: int
    assumed: bool
    urgency: int
    area_uid: str
    point: Point
    window: int
    window_text: str
    needed_from: date | None
    needed_by: date | None
    raised_on: date | None
    target_groups: tuple[str, ...]
    service_modes: tuple[str, ...]
    only_resource_uid: str | None
    batch_uid: str | None
    batch_released: bool
    kind: str = "need"
    skills: tuple[str, ...] = ()
    amenities: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    beneficiary_households: int = 0
    beneficiary_persons: int = 0
    whole: bool | None = None
    single_provider: bool | None = None
    team_uid: str | None = None
    role: str | None = None
    post: str | None = None
    fund_kind: str | None = None
    help: bool = False


@dataclass(frozen=True, slots=True)
class SnapshotBudget:
    """
    Money that pays for what costs something, of one owner and year.

    Parameters
    ----------
    kind
        为民服务, 快速处置 … as the list names it, normalised.
    area_uids
        Areas whose needs it pays for, each with all that lies in it; of a pool (片区): its members.
    left_fen
        What is neither spent nor reserved, >= 0.
    pool_uid
        Pool whose money it is, ``None`` for an area's own.
    """

    uid: str
    name: str
    kind: str
    year: int
    area_uids: tuple[str, ...]
    left_fen: int
    pool_uid: str | None = None


@dataclass(frozen=True, slots=True)
class SnapshotPool:
    """
    A pool (片区): its members share resources like one branch.

    Its uid is an entry at ring level ``branch`` in the path of each member and of all that lies in one.
    """

    uid: str
    name: str
    member_area_uids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SnapshotRuling:
    """
    What people have decided about a pair: an input of every run until it expires.

    Parameters
    ----------
    kind
        ``pin`` (the pair is kept), ``ban`` (never), ``decline`` (not again before its cool-down ends), ``no_show`` (the
        provider did not come: not again before the date). Only those in force on the first day are in a snapshot.
    need_uid, resource_uid, provider_uid
        What it is about. A pin names need and resource. A ban may leave the need open (for all needs) or name the
        provider for the resource (all of its resources).
    slot_uid, quantity
        Of a pin: its slot, and the units kept; ``None``: any slot, as much as the need asks for.
    until
        Last day on which it holds, ``None`` for good.
    """

    uid: str
    kind: str
    need_uid: str | None
    resource_uid: str | None
    provider_uid: str | None
    slot_uid: str | None
    quantity: int | None
    until: date | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SnapshotBatch:
    """A batch: released or waiting, its cap, its registrations, and the units of its cap that pairings hold already."""

    uid: str
    resource_uid: str
    no: int
    cap: int | None
    released: bool
    registrations: int
    held: int = 0


@dataclass(frozen=True, slots=True)
class SnapshotCategory:
    """
    A category as the rules need it.

    Parameters
    ----------
    can_be_served_by
        Resource codes and their fitness in (0, 1], its own code with 1; empty for a class and a routed category.
    one_for_one
        Units of which one fills exactly one unit of a need, the matching unit first.
    substitution_reasons
        Resource code, and why it can serve, in Chinese and English.
    """

    code: str
    name_zh: str
    name_en: str
    unit: str
    divisible: bool
    walk_limit_s: int | None
    provider_travels: bool
    routed: bool
    route_to: str | None
    can_be_served_by: tuple[tuple[str, float], ...]
    one_for_one: tuple[str, ...] = ()
    route_to_en: str | None = None
    substitution_reasons: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SnapshotTargetGroup:
    """A target group; ``within`` are its wider groups, nearest first."""

    code: str
    name_zh: str
    name_en: str
    within: tuple[str, ...]
    elders: bool


@dataclass(frozen=True, slots=True)
class StreetArrays:
    """
    The walking network as arrays.

    Parameters
    ----------
    node_xy_m
        Shape ``(nodes, 2)``, float64, same origin as every ``Point``.
    start, target, length_m
        CSR of the undirected network; ``length_m`` float64 > 0.
    source
        File name, for the figures that came from it.
    """

    node_xy_m: npt.NDArray[np.float64]
    start: npt.NDArray[np.int64]
    target: npt.NDArray[np.int32]
    length_m: npt.NDArray[np.float64]
    source: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    One street at one moment.

    Parameters
    ----------
    as_of
        Aware UTC moment of the plan.
    first_day
        Local date that minute 0 of every window is the midnight of.
    windows
        Distinct expanded windows; needs and slots index into it.
    provisional_days
        Days of the horizon beyond the published calendar.
    ring_levels
        Names of the ring levels, innermost first, without ``outside``.
    streets
        The walking network, ``None`` when straight lines are used.
    hash
        SHA-256 hex of all else, in canonical form.
    origin
        WGS-84 longitude and latitude that planar metres are measured from; ``None`` when nothing is located.
    published
        (need uid, resource uid, slot uid, units) of the pairings that were published and may be changed, sorted: what a
        churn budget counts against.
    served_branch_uids
        Branches (uid at ring level ``branch``) whose needs have had a pairing in the plan's year already, sorted.
    pools
        Pools, by uid: who could join which is part of what would change a plan.
    """

    street_uid: str
    street_name: str
    as_of: datetime
    first_day: date
    horizon_days: int
    needs: tuple[SnapshotNeed, ...]
    resources: tuple[SnapshotResource, ...]
    providers: tuple[SnapshotProvider, ...]
    areas: tuple[SnapshotArea, ...]
    batches: tuple[SnapshotBatch, ...]
    categories: tuple[SnapshotCategory, ...]
    target_groups: tuple[SnapshotTargetGroup, ...]
    windows: tuple[IntervalSet, ...]
    provisional_days: int
    ring_levels: tuple[str, ...]
    streets: StreetArrays | None
    hash: str
    origin: tuple[float, float] | None = None
    budgets: tuple[SnapshotBudget, ...] = ()
    rulings: tuple[SnapshotRuling, ...] = ()
    published: tuple[tuple[str, str, str, int], ...] = ()
    served_branch_uids: tuple[str, ...] = ()
    pools: tuple[SnapshotPool, ...] = ()

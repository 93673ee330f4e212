"""What the rules and costs compute on: one street's rows as arrays, in the order of the instance."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from matcher.street.commitments import BatchFacts, BudgetFacts, LoadFacts, PoolFacts, PublishedFacts, RulingFacts
from matcher.travel import WalkingNetwork

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

NONE = -1
"""Stands for "no such row" in every index array."""
ALWAYS = -1
"""Window of a slot that is always open, and of a need that any slot serves."""
GONE = -2
"""In `NeedFacts.only_resource`: bound to a resource that is not offered (any more)."""
DAY_MIN = 1440
FIRST_DAY, LAST_DAY = -(10**6), 10**6
"""Days that stand for "since ever" and "for ever"."""

NO_AGREEMENT, AGREEMENT_ENDED, AGREEMENT_IN_FORCE = 0, 1, 2
KEY, HARD, HOT = 1, 2, 4
"""Bits of `NeedFacts.flags`: 重点, 难点, 热点."""


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """
    Demand, one entry per need.

    Parameters
    ----------
    category, unit, area, community, window, groups, only_resource, batch
        Indices; ``community`` is an area, ``groups`` a set of target groups.
    skills, amenities
        Sets that whoever serves it must have: rows of `Facts.skill_fits` and `Facts.amenity_fits`.
    modes
        Service modes that it asks for, one of which is enough, as bits; 0 when any will do.
    flags
        Bits `KEY`, `HARD`, `HOT`.
    households, persons
        Who benefits, 0 where nobody stated it.
    waiting_days
        Days from when it was raised to the first day, 0 if unknown.
    whole, single
        Whether it is served wholly or not at all, and by one provider alone; neither for one unit.
    team, post, fund
        Indices of its joint matter, the post that it is a shift of, and the kind of budget that pays; -1 for none.
    help
        Whether its community has asked the level above for help: rings cost it nothing.
    from_day, to_day
        Days since the first day between which it is to be served.
    xy
        Planar metres, NaN when unlocated.
    slow
        Whether its people walk at the elders' speed.
    released
        Whether its batch, if it has one, is released.
    """

    uid: tuple[str, ...]
    title: tuple[str, ...]
    window_text: tuple[str, ...]
    located_by: tuple[str, ...]
    assumed: Mask
    category: Int32
    unit: Int32
    quantity: Int64
    urgency: Int32
    area: Int32
    community: Int32
    xy: Float64
    window: Int32
    from_day: Int32
    to_day: Int32
    groups: Int32
    slow: Mask
    only_resource: Int32
    batch: Int32
    released: Mask
    skills: Int32
    amenities: Int32
    modes: Int32
    flags: Int32
    households: Int64
    persons: Int64
    waiting_days: Int32
    whole: Mask
    single: Mask
    team: Int32
    post: Int32
    fund: Int32
    help: Mask

    def __len__(self) -> int:
        return len(self.uid)


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """
    Supply, one entry per resource; its slots are ``slot_start[r]`` to ``slot_start[r + 1] - 1``.

    Parameters
    ----------
    community, home
        The one that it lies in, and the area that it is at home in; -1 if unknown.
    cover, exclude
        Row of `Facts.area_sets` with the areas that it serves or never serves; -1 without a list.
    home_rings
        uids of its home at each ring level as numbers, shape ``(resources, levels, k)``, -1 where there are fewer.
    travels
        1 when its service modes say that the provider comes, 0 when they say that people come, -1 when the category
        decides.
    survey_age_days
        -1 when never surveyed.
    guard_min
        Minutes before the end of each of its windows from which on it must be empty; they are cut off already.
    held
        (need uid, slot uid, units) that pairings take already.
    modes
        Service modes as bits: the stated ones, else those that its category implies.
    amenities
        What its place holds: column of `Facts.amenity_fits`.
    unit_cost_fen
        Money that a unit costs.
    quotas
        (area, units) reserved of each slot.
    emergency_ok
        Whether it may be used beyond its provider's usual limits in emergency mode.
    """

    uid: tuple[str, ...]
    name: tuple[str, ...]
    located_by: tuple[str, ...]
    qualifier: tuple[str, ...]
    assumed: Mask
    held: tuple[tuple[tuple[str, str, int], ...], ...]
    category: Int32
    unit: Int32
    offered: Int64
    available: Int64
    consumable: Mask
    provider: Int32
    community: Int32
    home: Int32
    xy: Float64
    cover: Int32
    exclude: Int32
    home_rings: Int32
    travels: Int8
    groups: Int32
    valid_from_day: Int32
    valid_to_day: Int32
    survey_age_days: Int32
    guard_min: Int32
    slot_start: Int64
    slot_uid: tuple[str, ...]
    slot_text: tuple[str, ...]
    slot_window: Int32
    slot_capacity: Int64
    modes: Int32
    amenities: Int32
    unit_cost_fen: Int64
    quotas: tuple[tuple[tuple[int, int], ...], ...]
    emergency_ok: Mask

    def __len__(self) -> int:
        return len(self.uid)


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """
    Areas; ``community`` is -1 above communities.

    Parameters
    ----------
    rings
        As `ResourceFacts.home_rings`, shape ``(areas, levels, k)``.
    ring_uids
        Uid behind each of these numbers.
    neighbourhood
        The lowest neighbourhood or grid that an area is or lies in, else its community, -1 above.
    share_60plus
        From 0 to 1, NaN where nobody stated it.
    managed
        1 with a property manager, 0 without, -1 unknown.
    built_year
        -1 where nobody stated it.
    xy
        Planar metres, NaN when unlocated.
    """

    uid: tuple[str, ...]
    label: tuple[str, ...]
    name: tuple[str, ...]
    within: tuple[tuple[int, ...], ...]
    community: Int32
    rings: Int32
    ring_uids: tuple[str, ...]
    neighbourhood: Int32
    share_60plus: Float64
    managed: Int8
    built_year: Int32
    xy: Float64


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """
    An agreement in force; texts are empty if unknown.

    Parameters
    ----------
    areas
        Row of `Facts.area_sets` with where it holds, -1 if that is not known.
    """

    uid: str
    number: str
    partner_uid: str
    partner_label: str
    partner_name: str
    areas: int


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """
    Providers.

    Parameters
    ----------
    agreement
        Best state of its agreements on the first day: none, ended (or not yet begun), in force.
    in_force
        Its agreements in force.
    partner_areas, served_areas
        Rows of `Facts.area_sets`: where its agreements in force hold, and the communities it has served; -1 if none.
    person
        Whether it is one person, who is at one place at a time.
    own_areas, paired_areas, seat_areas
        Rows of `Facts.area_sets`: areas it looks after, is paired with, sits on the committee of; -1 if none.
    skills
        Column of `Facts.skill_fits`.
    loads
        Its limits over all resources.
    """

    uid: tuple[str, ...]
    label: tuple[str, ...]
    name: tuple[str, ...]
    agreement: Int8
    in_force: tuple[tuple[AgreementFacts, ...], ...]
    partner_areas: Int32
    served_areas: Int32
    person: Mask
    own_areas: Int32
    paired_areas: Int32
    seat_areas: Int32
    skills: Int32
    loads: tuple[tuple[LoadFacts, ...], ...]


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """
    Categories.

    Parameters
    ----------
    weight
        Fitness of a resource category (column) for a need category (row), 0 where it cannot, shape ``(c, c)``.
    one_for_one
        Whether one unit of a kind (column) fills one unit of a need (row), shape ``(c, units)``.
    walk_limit_s
        -1 where the provider travels.
    """

    code: tuple[str, ...]
    name_zh: tuple[str, ...]
    name_en: tuple[str, ...]
    unit: tuple[str, ...]
    divisible: Mask
    routed: Mask
    route_to: tuple[str, ...]
    route_to_en: tuple[str, ...]
    weight: Float64
    one_for_one: Mask
    walk_limit_s: Int32
    substitution_zh: dict[tuple[int, int], str]
    substitution_en: dict[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class Facts:
    """
    One street at one moment as arrays.

    Parameters
    ----------
    windows
        Bounds of each distinct window in minutes, int64, shape ``(k, 2)``.
    area_sets
        Distinct sets of areas, shape ``(sets, areas)``.
    group_fits
        Whether people of a need's set of groups (row) may use what is reserved for a resource's (column).
    group_names, group_codes
        Names of each set in Chinese and English, and its codes with those of all wider groups.
    skill_fits, amenity_fits
        Whether who has a set (column) has all that another set (row) asks for.
    skill_sets, amenity_sets
        Members of each set.
    modes
        Service mode of each bit.
    teams, posts, funds
        Uid of each joint matter, name of each post, kind of each budget.
    budgets, pools, rulings, published
        Money, areas that share what they have, what people have decided about pairs, and published pairings.
    served_branches
        Branches whose needs have had a pairing in the plan's year.
    network
        Walking network, ``None`` for straight lines.
    """

    needs: NeedFacts
    resources: ResourceFacts
    areas: AreaFacts
    providers: ProviderFacts
    categories: CategoryFacts
    batches: BatchFacts
    units: tuple[str, ...]
    windows: tuple[Int64, ...]
    area_sets: Mask
    group_fits: Mask
    group_names: tuple[tuple[dict[str, str], ...], ...]
    ring_levels: tuple[str, ...]
    network: WalkingNetwork | None
    network_source: str
    first_day: date
    horizon_days: int
    provisional_days: int
    group_codes: tuple[frozenset[str], ...]
    skill_fits: Mask
    amenity_fits: Mask
    skill_sets: tuple[tuple[str, ...], ...]
    amenity_sets: tuple[tuple[str, ...], ...]
    modes: tuple[str, ...]
    teams: tuple[str, ...]
    posts: tuple[str, ...]
    funds: tuple[str, ...]
    budgets: BudgetFacts
    pools: PoolFacts
    rulings: RulingFacts
    published: PublishedFacts
    served_branches: frozenset[str]

    @property
    def routed_needs(self) -> Mask:
        """Needs that go to another office, shape ``(needs,)``."""
        routed: Mask = self.categories.routed[self.needs.category]
        return routed


@dataclass(frozen=True, slots=True)
class Candidates:
    """
    Pairs of a need and a resource, flat, with what walking between them takes.

    Parameters
    ----------
    need, resource
        Indices into the facts.
    distance_m, walk_s
        As measured; -1 beyond the limit, not measured, or without a place.
    method
        `matcher.travel.WalkMethod` of the distance.
    """

    need: Int32
    resource: Int32
    distance_m: Int32
    walk_s: Int32
    method: Int8

    def __len__(self) -> int:
        return len(self.need)

    def keep(self, mask: Mask | Int64 | slice) -> "Candidates":
        """Those that a mask lets through, a run of them, or in another order."""
        return Candidates(
            self.need[mask], self.resource[mask], self.distance_m[mask], self.walk_s[mask], self.method[mask]
        )

    @classmethod
    def unmeasured(cls, need: Int32, resource: Int32) -> "Candidates":
        """Pairs whose walk nobody has measured."""
        unknown = np.full(len(need), NONE, np.int32)
        return cls(need, resource, unknown, unknown, np.zeros(len(need), np.int8))

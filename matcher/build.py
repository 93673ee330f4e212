"""From a street's snapshot to an instance. The only file that knows the graph's model."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from graph_schema.model.snapshot import (
    Snapshot,
    SnapshotAgreement,
    SnapshotNeed,
    SnapshotResource,
)
from matcher.errors import InvalidProblemError
from matcher.facts import (
    AGREEMENT_ENDED,
    AGREEMENT_IN_FORCE,
    FIRST_DAY,
    GONE,
    LAST_DAY,
    NO_AGREEMENT,
    NONE,
    AgreementFacts,
    AreaFacts,
    BatchFacts,
    CategoryFacts,
    Facts,
    NeedFacts,
    ProviderFacts,
    ResourceFacts,
)
from matcher.formulate import formulate
from matcher.indexing import AreaSets, GroupSets, Index
from matcher.instance import Instance
from matcher.policy import Policy
from matcher.problem import MAX_TOTAL
from matcher.travel import WalkingNetwork

Int32 = npt.NDArray[np.int32]
Row = TypeVar("Row", SnapshotNeed, SnapshotResource)

NOBODY_WALKS = frozenset({"at_home", "delivery", "proxy", "online"})
"""Service modes in which nobody walks: 上门, 配送, 代办, 线上."""
PEOPLE_COME = frozenset({"dine_in", "loan"})
"""Service modes in which people come: 堂食, 借用. 坐班 and 现场 may mean either end: the category decides."""


def build(snapshot: Snapshot, policy: Policy, *, seed: int = 0) -> Instance:
    """
    The instance of a street's snapshot.

    Parameters
    ----------
    snapshot
        One street at one moment.
    policy
        What the plan prefers.
    seed
        Orders needs and resources together with their uids; decides ties and nothing else.

    Raises
    ------
    InvalidPolicyError
        If the policy lacks the cost of one of the street's rings.
    InvalidProblemError
        If the snapshot refers to something that it does not hold, or its numbers leave the exact range.
    """
    return formulate(facts_of(snapshot, seed=seed), policy, seed=seed, snapshot_hash=snapshot.hash)


def facts_of(snapshot: Snapshot, *, seed: int = 0) -> Facts:
    """Snapshot as arrays, needs and resources in the order of a hash of seed and uid."""
    sets = AreaSets((area.uid, *area.within) for area in snapshot.areas)
    groups = GroupSets(
        {group.code: (group.code, *group.within) for group in snapshot.target_groups},
        (group.code for group in snapshot.target_groups if group.elders),
        {group.code: {"zh": group.name_zh, "en": group.name_en} for group in snapshot.target_groups},
    )
    units = Index(
        unit
        for unit in (
            *(unit for category in snapshot.categories for unit in category.one_for_one),
            *(need.unit for need in snapshot.needs),
            *(resource.unit for resource in snapshot.resources),
        )
    )
    needs = _shuffled(snapshot.needs, seed)
    resources = _shuffled(snapshot.resources, seed)
    indices = _Indices(
        areas=Index(area.uid for area in snapshot.areas),
        categories=Index(category.code for category in snapshot.categories),
        providers=Index(provider.uid for provider in snapshot.providers),
        resources=Index(resource.uid for resource in resources),
        batches=Index(batch.uid for batch in snapshot.batches),
        units=units,
        rings=Index(uid for row in (*snapshot.areas,) for _, uid in row.ring_path),
    )
    need_facts = _needs(snapshot, needs, indices, groups)
    resource_facts = _resources(snapshot, resources, indices, groups, sets)
    provider_facts = _providers(snapshot, sets)
    streets = snapshot.streets
    return Facts(
        needs=need_facts,
        resources=resource_facts,
        areas=_areas(snapshot, indices),
        providers=provider_facts,
        categories=_categories(snapshot, indices),
        batches=_batches(snapshot, indices),
        units=tuple(units.values),
        windows=tuple(window.bounds for window in snapshot.windows),
        area_sets=sets.matrix(),
        group_fits=groups.fits(),
        group_names=groups.names(),
        ring_levels=snapshot.ring_levels,
        network=None
        if streets is None
        else WalkingNetwork(streets.node_xy_m, streets.start, streets.target, streets.length_m),
        network_source="" if streets is None else streets.source,
        first_day=snapshot.first_day,
        horizon_days=snapshot.horizon_days,
        provisional_days=snapshot.provisional_days,
    )


@dataclass(frozen=True, slots=True)
class _Indices:
    areas: Index
    categories: Index
    providers: Index
    resources: Index
    batches: Index
    units: Index
    rings: Index


def _shuffled(rows: Sequence[Row], seed: int) -> list[Row]:
    return sorted(rows, key=lambda row: (hashlib.sha256(f"{seed}\x1f{row.uid}".encode()).digest(), row.uid))


def _needs(snapshot: Snapshot, needs: list[SnapshotNeed], index: _Indices, groups: GroupSets) -> NeedFacts:
    community = {area.uid: area.community_uid for area in snapshot.areas}
    days = [_wanted(snapshot, need) for need in needs]
    return NeedFacts(
        uid=tuple(need.uid for need in needs),
        title=tuple(need.title for need in needs),
        window_text=tuple(need.window_text for need in needs),
        located_by=tuple(need.point.located_by.value for need in needs),
        assumed=np.array([need.assumed for need in needs], np.bool_),
        category=_ints(index.categories.of(need.category, "category") for need in needs),
        unit=_ints(index.units.get(need.unit) for need in needs),
        quantity=_amounts("need", ((need.uid, need.quantity) for need in needs)),
        urgency=_ints(need.urgency for need in needs),
        area=_ints(index.areas.of(need.area_uid, "area") for need in needs),
        community=_ints(index.areas.get(community.get(need.area_uid)) for need in needs),
        xy=_xy(needs),
        window=_ints(need.window for need in needs),
        from_day=_ints(first for first, _ in days),
        to_day=_ints(last for _, last in days),
        groups=_ints(groups.row(need.target_groups) for need in needs),
        slow=np.array([groups.is_slow(need.target_groups) for need in needs], np.bool_),
        only_resource=_ints(
            NONE if need.only_resource_uid is None else index.resources.get(need.only_resource_uid, GONE)
            for need in needs
        ),
        batch=_ints(index.batches.get(need.batch_uid) for need in needs),
        released=np.array([need.batch_released for need in needs], np.bool_),
    )


def _wanted(snapshot: Snapshot, need: SnapshotNeed) -> tuple[int, int]:
    """Days between which a need is to be served; a last day that is past takes nothing away."""
    first = max(_day(snapshot, need.needed_from, 0), 0)
    last = max(snapshot.horizon_days - 1, first)
    by = _day(snapshot, need.needed_by, last)
    return first, by if by >= first else last


def _resources(
    snapshot: Snapshot, resources: list[SnapshotResource], index: _Indices, groups: GroupSets, sets: AreaSets
) -> ResourceFacts:
    community = {area.uid: area.community_uid for area in snapshot.areas}
    slots = [slot for resource in resources for slot in resource.slots]
    return ResourceFacts(
        uid=tuple(resource.uid for resource in resources),
        name=tuple(resource.name for resource in resources),
        located_by=tuple(resource.point.located_by.value for resource in resources),
        qualifier=tuple(resource.qualifier.value for resource in resources),
        assumed=np.array([resource.assumed for resource in resources], np.bool_),
        held=tuple(
            tuple((hold.need_uid, hold.slot_uid, hold.quantity) for hold in resource.held) for resource in resources
        ),
        category=_ints(index.categories.of(resource.category, "category") for resource in resources),
        unit=_ints(index.units.get(resource.unit) for resource in resources),
        offered=_amounts("resource", ((resource.uid, resource.offered) for resource in resources)),
        available=_amounts("resource", ((resource.uid, resource.available) for resource in resources)),
        consumable=np.array([resource.consumable for resource in resources], np.bool_),
        provider=_ints(index.providers.of(resource.provider_uid, "provider") for resource in resources),
        community=_ints(index.areas.get(community.get(resource.area_uid or "")) for resource in resources),
        xy=_xy(resources),
        cover=_ints(sets.row(resource.serves) for resource in resources),
        exclude=_ints(sets.row(resource.excludes) for resource in resources),
        home_rings=_rings([resource.home_ring for resource in resources], snapshot.ring_levels, index.rings),
        travels=np.array([_mode(resource.service_modes) for resource in resources], np.int8),
        groups=_ints(groups.row(resource.target_groups) for resource in resources),
        valid_from_day=_ints(_day(snapshot, resource.valid_from, FIRST_DAY) for resource in resources),
        valid_to_day=_ints(_day(snapshot, resource.valid_to, LAST_DAY) for resource in resources),
        survey_age_days=_ints(
            NONE if resource.surveyed_on is None else max(-_day(snapshot, resource.surveyed_on, 0), 0)
            for resource in resources
        ),
        guard_min=_ints(resource.guard_min for resource in resources),
        slot_start=np.concatenate([[0], np.cumsum([len(resource.slots) for resource in resources])]).astype(np.int64),
        slot_uid=tuple(slot.uid for slot in slots),
        slot_text=tuple(slot.text for slot in slots),
        slot_window=_ints(slot.window for slot in slots),
        slot_capacity=_amounts("slot", ((slot.uid, slot.capacity) for slot in slots)),
    )


def _areas(snapshot: Snapshot, index: _Indices) -> AreaFacts:
    return AreaFacts(
        uid=tuple(area.uid for area in snapshot.areas),
        label=tuple(area.label for area in snapshot.areas),
        name=tuple(area.name for area in snapshot.areas),
        within=tuple(tuple(index.areas.of(uid, "area") for uid in area.within) for area in snapshot.areas),
        community=_ints(index.areas.get(area.community_uid) for area in snapshot.areas),
        rings=_rings([area.ring_path for area in snapshot.areas], snapshot.ring_levels, index.rings),
    )


def _providers(snapshot: Snapshot, sets: AreaSets) -> ProviderFacts:
    community = {area.uid: area.community_uid for area in snapshot.areas}
    in_force = [
        [row for row in provider.agreements if _agreement_state(snapshot, row) == AGREEMENT_IN_FORCE]
        for provider in snapshot.providers
    ]
    return ProviderFacts(
        uid=tuple(provider.uid for provider in snapshot.providers),
        label=tuple(provider.label for provider in snapshot.providers),
        name=tuple(provider.name for provider in snapshot.providers),
        agreement=np.array(
            [
                max((_agreement_state(snapshot, row) for row in provider.agreements), default=NO_AGREEMENT)
                for provider in snapshot.providers
            ],
            np.int8,
        ),
        in_force=tuple(tuple(_agreement(row, sets) for row in rows) for rows in in_force),
        partner_areas=_ints(sets.row(area for row in rows for area in row.partner_area_uids) for rows in in_force),
        # Who has worked for one place of a community is known to the whole community.
        served_areas=_ints(
            sets.row(community.get(area) or area for area in provider.served_area_uids)
            for provider in snapshot.providers
        ),
    )


def _agreement(row: SnapshotAgreement, sets: AreaSets) -> AgreementFacts:
    # A partner that the graph does not hold has no label and cannot be pointed at.
    label = row.partner_label or ""
    return AgreementFacts(
        uid=row.uid,
        number=row.number or "",
        partner_uid=(row.partner_uid or "") if label else "",
        partner_label=label,
        partner_name=row.partner_name or "",
        areas=sets.row(row.partner_area_uids),
    )


def _agreement_state(snapshot: Snapshot, agreement: SnapshotAgreement) -> int:
    begun = agreement.valid_from is None or agreement.valid_from <= snapshot.first_day
    lasts = agreement.valid_to is None or agreement.valid_to >= snapshot.first_day
    return AGREEMENT_IN_FORCE if begun and lasts else AGREEMENT_ENDED


def _categories(snapshot: Snapshot, index: _Indices) -> CategoryFacts:
    rows = snapshot.categories
    weight = np.zeros((len(rows), len(rows)), np.float64)
    one_for_one = np.zeros((len(rows), len(index.units)), np.bool_)
    zh: dict[tuple[int, int], str] = {}
    en: dict[tuple[int, int], str] = {}
    for i, category in enumerate(rows):
        for code, fitness in category.can_be_served_by:
            weight[i, index.categories.of(code, "category")] = fitness
        for unit in category.one_for_one:
            one_for_one[i, index.units.get(unit)] = True
        for code, reason_zh, reason_en in category.substitution_reasons:
            zh[i, index.categories.get(code)] = reason_zh
            en[i, index.categories.get(code)] = reason_en
        if category.routed:
            weight[i, i] = 1  # so that the rule ``routed`` is what removes its resources
    return CategoryFacts(
        code=tuple(category.code for category in rows),
        name_zh=tuple(category.name_zh for category in rows),
        name_en=tuple(category.name_en for category in rows),
        unit=tuple(category.unit for category in rows),
        divisible=np.array([category.divisible for category in rows], np.bool_),
        routed=np.array([category.routed for category in rows], np.bool_),
        route_to=tuple(category.route_to or "" for category in rows),
        route_to_en=tuple(category.route_to_en or category.route_to or "" for category in rows),
        weight=weight,
        one_for_one=one_for_one,
        walk_limit_s=_ints(
            NONE if category.provider_travels or category.walk_limit_s is None else category.walk_limit_s
            for category in rows
        ),
        substitution_zh=zh,
        substitution_en=en,
    )


def _batches(snapshot: Snapshot, index: _Indices) -> BatchFacts:
    rows = snapshot.batches
    return BatchFacts(
        uid=tuple(batch.uid for batch in rows),
        no=tuple(batch.no for batch in rows),
        resource=_ints(index.resources.get(batch.resource_uid, GONE) for batch in rows),
        cap=np.array([NONE if batch.cap is None else batch.cap for batch in rows], np.int64),
        held=np.array([batch.held for batch in rows], np.int64),
        released=np.array([batch.released for batch in rows], np.bool_),
    )


def _rings(paths: Sequence[tuple[tuple[str, str], ...]], levels: tuple[str, ...], index: Index) -> Int32:
    """Uids at each level as numbers, shape ``(rows, levels, k)``."""
    at: list[dict[str, list[int]]] = []
    for path in paths:
        by_level: dict[str, list[int]] = {}
        for level, uid in path:
            by_level.setdefault(level, []).append(index.get(uid))
        at.append(by_level)
    width = max((len(uids) for by_level in at for uids in by_level.values()), default=1)
    made = np.full((len(paths), len(levels), width), NONE, np.int32)
    for i, by_level in enumerate(at):
        for level, uids in by_level.items():
            made[i, levels.index(level), : len(uids)] = uids
    return made


def _mode(modes: Iterable[str]) -> int:
    stated = set(modes)
    if stated & NOBODY_WALKS:
        return 1
    return 0 if stated & PEOPLE_COME else NONE


def _xy(rows: Sequence[SnapshotNeed] | Sequence[SnapshotResource]) -> npt.NDArray[np.float64]:
    return np.array([(row.point.x_m, row.point.y_m) for row in rows], np.float64).reshape(-1, 2)


def _day(snapshot: Snapshot, day: date | None, default: int) -> int:
    return default if day is None else min(max((day - snapshot.first_day).days, FIRST_DAY), LAST_DAY)


def _ints(values: Iterable[int]) -> Int32:
    return np.array(list(values), np.int32)


def _amounts(what: str, rows: Iterable[tuple[str, int]]) -> npt.NDArray[np.int64]:
    amounts = []
    for uid, amount in rows:
        if not 0 <= amount <= MAX_TOTAL:
            msg = f"{what} {uid} has the quantity {amount}, outside 0 to {MAX_TOTAL}. Maybe a cell holds two numbers."
            raise InvalidProblemError(msg)
        amounts.append(amount)
    return np.array(amounts, np.int64)

"""Supply of a snapshot as arrays: resources with their slots, and who gives them."""

from collections.abc import Iterable

import numpy as np

from graph_schema.model.snapshot import Snapshot, SnapshotAgreement, SnapshotResource
from matcher.street.build_numbering import Numbering, amounts, day_of, flags, ints, places_of, rings_of
from matcher.street.commitments import LoadFacts
from matcher.street.facts import (
    AGREEMENT_ENDED,
    AGREEMENT_IN_FORCE,
    FIRST_DAY,
    LAST_DAY,
    NO_AGREEMENT,
    NONE,
    AgreementFacts,
    ProviderFacts,
    ResourceFacts,
)
from matcher.street.indexing import AreaSets

NOBODY_WALKS = frozenset({"at_home", "delivery", "proxy", "online"})
"""Service modes in which nobody walks: 上门, 配送, 代办, 线上."""
PEOPLE_COME = frozenset({"dine_in", "loan"})
"""Service modes in which people come: 堂食, 借用."""
EITHER_END = frozenset({"counter"})
"""Service modes that may mean either end, 坐班 and 现场: the category decides who walks."""
PERSON = "Person"


def resource_facts(snapshot: Snapshot, resources: list[SnapshotResource], number: Numbering) -> ResourceFacts:
    """Resources with their slots, in the order given."""
    community = {area.uid: area.community_uid for area in snapshot.areas}
    travels = {category.code: category.provider_travels for category in snapshot.categories}
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
        category=ints(number.categories.of(resource.category, "category") for resource in resources),
        unit=ints(number.units.get(resource.unit) for resource in resources),
        offered=amounts("resource", ((resource.uid, resource.offered) for resource in resources)),
        available=amounts("resource", ((resource.uid, resource.available) for resource in resources)),
        consumable=np.array([resource.consumable for resource in resources], np.bool_),
        provider=ints(number.providers.of(resource.provider_uid, "provider") for resource in resources),
        community=ints(number.areas.get(community.get(resource.area_uid or "")) for resource in resources),
        home=ints(number.areas.get(resource.home_area_uid) for resource in resources),
        xy=places_of(resources),
        cover=ints(number.sets.row(resource.serves) for resource in resources),
        exclude=ints(number.sets.row(resource.excludes) for resource in resources),
        home_rings=rings_of([resource.home_ring for resource in resources], snapshot.ring_levels, number.rings),
        travels=np.array([_mode(resource.service_modes) for resource in resources], np.int8),
        groups=ints(number.groups.row(resource.target_groups) for resource in resources),
        valid_from_day=ints(day_of(snapshot, resource.valid_from, FIRST_DAY) for resource in resources),
        valid_to_day=ints(day_of(snapshot, resource.valid_to, LAST_DAY) for resource in resources),
        survey_age_days=ints(
            NONE if resource.surveyed_on is None else max(-day_of(snapshot, resource.surveyed_on, 0), 0)
            for resource in resources
        ),
        guard_min=ints(resource.guard_min for resource in resources),
        slot_start=np.concatenate([[0], np.cumsum([len(resource.slots) for resource in resources])]).astype(np.int64),
        slot_uid=tuple(slot.uid for slot in slots),
        slot_text=tuple(slot.text for slot in slots),
        slot_window=ints(slot.window for slot in slots),
        slot_capacity=amounts("slot", ((slot.uid, slot.capacity) for slot in slots)),
        modes=ints(_modes(resource, number, travels[resource.category]) for resource in resources),
        amenities=ints(number.amenities.had(resource.amenities) for resource in resources),
        unit_cost_fen=amounts("resource", ((resource.uid, resource.unit_cost_fen) for resource in resources)),
        quotas=tuple(
            tuple((number.areas.of(area, "area"), units) for area, units in resource.area_quotas)
            for resource in resources
        ),
        emergency_ok=flags(resource.emergency_ok for resource in resources),
    )


def _modes(resource: SnapshotResource, number: Numbering, travels: bool) -> int:  # noqa: FBT001 - one of two kinds
    """Stated service modes as bits, else those that the category implies."""
    implied = NOBODY_WALKS if travels else PEOPLE_COME
    modes = set(resource.service_modes) or implied | EITHER_END
    return sum(1 << number.modes.get(mode) for mode in modes if number.modes.get(mode) != NONE)


def provider_facts(snapshot: Snapshot, number: Numbering) -> ProviderFacts:
    """Providers, in the snapshot's order."""
    sets = number.sets
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
        partner_areas=ints(sets.row(area for row in rows for area in row.partner_area_uids) for rows in in_force),
        # Who has worked for one place of a community is known to the whole community.
        served_areas=ints(
            sets.row(community.get(area) or area for area in provider.served_area_uids)
            for provider in snapshot.providers
        ),
        person=flags(provider.label == PERSON for provider in snapshot.providers),
        own_areas=ints(sets.row(provider.responsible_area_uids) for provider in snapshot.providers),
        paired_areas=ints(sets.row(provider.paired_area_uids) for provider in snapshot.providers),
        seat_areas=ints(sets.row(provider.seat_area_uids) for provider in snapshot.providers),
        skills=ints(number.skills.had(provider.skills) for provider in snapshot.providers),
        loads=tuple(
            tuple(LoadFacts(load.unit, load.limit, load.first_day, load.last_day) for load in provider.loads)
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


def _mode(modes: Iterable[str]) -> int:
    stated = set(modes)
    if stated & NOBODY_WALKS:
        return 1
    return 0 if stated & PEOPLE_COME else NONE

"""Places and categories of a snapshot as arrays."""

from collections.abc import Mapping

import numpy as np

from graph_schema.model.snapshot import Snapshot, SnapshotArea
from matcher.street.build_numbering import Numbering, ints, places_of, rings_of
from matcher.street.facts import NONE, AreaFacts, CategoryFacts

NEIGHBOURHOODS = frozenset({"Neighborhood", "Grid"})


def area_facts(snapshot: Snapshot, number: Numbering) -> AreaFacts:
    """Areas, in the snapshot's order."""
    label = {area.uid: area.label for area in snapshot.areas}
    return AreaFacts(
        uid=tuple(area.uid for area in snapshot.areas),
        label=tuple(area.label for area in snapshot.areas),
        name=tuple(area.name for area in snapshot.areas),
        within=tuple(tuple(number.areas.of(uid, "area") for uid in area.within) for area in snapshot.areas),
        community=ints(number.areas.get(area.community_uid) for area in snapshot.areas),
        rings=rings_of([area.ring_path for area in snapshot.areas], snapshot.ring_levels, number.rings),
        ring_uids=tuple(number.rings.values),
        neighbourhood=ints(number.areas.get(_neighbourhood(area, label)) for area in snapshot.areas),
        share_60plus=np.array(
            [np.nan if area.share_60plus is None else area.share_60plus for area in snapshot.areas], np.float64
        ),
        managed=np.array(
            [NONE if area.has_property_mgmt is None else area.has_property_mgmt for area in snapshot.areas], np.int8
        ),
        built_year=ints(NONE if area.built_year is None else area.built_year for area in snapshot.areas),
        xy=places_of(snapshot.areas),
    )


def _neighbourhood(area: SnapshotArea, label: Mapping[str, str]) -> str | None:
    """The lowest neighbourhood or grid that an area is or lies in, else its community."""
    way = (area.uid, *area.within)
    return next((uid for uid in way if label[uid] in NEIGHBOURHOODS), area.community_uid)


def category_facts(snapshot: Snapshot, number: Numbering) -> CategoryFacts:
    """Categories and what can serve them, in the snapshot's order."""
    rows = snapshot.categories
    weight = np.zeros((len(rows), len(rows)), np.float64)
    one_for_one = np.zeros((len(rows), len(number.units)), np.bool_)
    zh: dict[tuple[int, int], str] = {}
    en: dict[tuple[int, int], str] = {}
    for i, category in enumerate(rows):
        for code, fitness in category.can_be_served_by:
            weight[i, number.categories.of(code, "category")] = fitness
        for unit in category.one_for_one:
            one_for_one[i, number.units.get(unit)] = True
        for code, reason_zh, reason_en in category.substitution_reasons:
            zh[i, number.categories.get(code)] = reason_zh
            en[i, number.categories.get(code)] = reason_en
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
        walk_limit_s=ints(
            NONE if category.provider_travels or category.walk_limit_s is None else category.walk_limit_s
            for category in rows
        ),
        substitution_zh=zh,
        substitution_en=en,
    )

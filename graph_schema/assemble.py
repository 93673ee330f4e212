"""From the graph of one street to what the matcher sees: resolved, in planar metres and integer minutes."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from graph_schema.demand import SnapshotRows
from graph_schema.geo import planar_m
from graph_schema.givers import Givers
from graph_schema.locate import Locator
from graph_schema.model.categories import Category, TargetGroup, Taxonomy
from graph_schema.model.errors import InvalidValueError
from graph_schema.model.pairings import DEFAULT_HORIZON_DAYS
from graph_schema.model.places import AdminDivision, LocatedBy, Location, Neighborhood
from graph_schema.model.snapshot import (
    Point,
    Snapshot,
    SnapshotArea,
    SnapshotCategory,
    SnapshotTargetGroup,
)
from graph_schema.model.street import StreetGraph
from graph_schema.rings import DEFAULT_RING_LEVELS, Rings
from graph_schema.standing import budgets_of, pools_of, published_of, rulings_of, served_branches
from graph_schema.streets import StreetNetwork
from graph_schema.taxonomy import DEFAULT_WALK_MIN, ELDERS
from graph_schema.windows import Windows
from graph_schema.workdays import WorkCalendar

LOCAL_TIME = ZoneInfo("Asia/Shanghai")

ALREADY_PLAIN = frozenset({str, int, float, bool, type(None)})
"""Types that are written to a hash as they are."""


def snapshot(
    graph: StreetGraph,
    *,
    as_of: datetime,
    horizon_days: int = DEFAULT_HORIZON_DAYS,
    calendar: WorkCalendar,
    streets: StreetNetwork | None = None,
    ring_levels: Sequence[str] = DEFAULT_RING_LEVELS,
) -> Snapshot:
    """
    One street at one moment, as the matcher sees it; every tuple sorted by uid or code.

    Demand is each need that is open or partly matched, less what pairings give it already. Resources are those idle
    or offered by active providers. A location is the row's coordinates, else a known place in its address, else its
    community's point, else unlocated.

    Parameters
    ----------
    graph
        The street's records.
    as_of
        Aware moment of the plan; its local date is the first day of every window.
    horizon_days
        Days that windows are expanded over.
    calendar
        Statutory calendar.
    streets
        Walking network, ``None`` for straight lines; its origin is that of all planar metres.
    ring_levels
        Levels of the rings, innermost first, see `Rings`.

    Raises
    ------
    InvalidValueError
        If ``as_of`` has no zone, a record refers to one that is missing, or the rings are contradictory.
    """
    if as_of.tzinfo is None:
        msg = f"as_of is {as_of.isoformat()}, without a zone."
        raise InvalidValueError(msg)
    rings = Rings(graph.street_uid, graph.areas, graph.party_organizations, graph.pools, ring_levels)
    first_day = as_of.astimezone(LOCAL_TIME).date()
    windows = Windows(first_day, horizon_days, calendar)
    origin = streets.origin if streets is not None else centre(graph)
    rows = SnapshotRows(graph, rings, Locator(graph.areas, rings), windows, Plane(origin).points)
    needs, resources, batches = rows.needs(), rows.resources(), rows.batches()
    made = Snapshot(
        street_uid=graph.street_uid,
        street_name=next((area.name for area in graph.areas if area.uid == graph.street_uid), ""),
        as_of=as_of.astimezone(UTC),
        first_day=first_day,
        horizon_days=horizon_days,
        needs=needs,
        resources=resources,
        providers=Givers(graph, rows, resources, windows, (first_day, horizon_days)).providers(),
        areas=_areas(graph, rings, Plane(origin)),
        batches=batches,
        categories=_categories(graph.taxonomy),
        target_groups=_target_groups(graph.taxonomy.target_groups),
        windows=windows.distinct(),
        provisional_days=calendar.provisional_days(first_day, horizon_days),
        ring_levels=tuple(ring_levels),
        streets=None if streets is None else streets.arrays(),
        hash="",
        origin=origin,
        budgets=budgets_of(graph, first_day.year),
        rulings=rulings_of(graph, first_day),
        published=published_of(graph),
        served_branch_uids=served_branches(graph, rings, first_day.year, LOCAL_TIME),
        pools=pools_of(graph),
    )
    return replace(made, hash=canonical_hash(made))


def centre(graph: StreetGraph) -> tuple[float, float] | None:
    """Longitude and latitude of the street's own point, else the mean of its areas', else of its rows'; or ``None``."""
    own = [area.location for area in graph.areas if area.uid == graph.street_uid]
    for locations in (
        own,
        [area.location for area in graph.areas],
        [need.location for need in graph.needs] + [resource.location for resource in graph.resources],
    ):
        points = [(place.lon, place.lat) for place in locations if place.lon is not None and place.lat is not None]
        if points:
            lon, lat = np.mean(np.array(points, dtype=np.float64), axis=0).tolist()
            return lon, lat
    return None


def canonical_hash(made: Snapshot) -> str:
    """SHA-256 hex of a snapshot without its hash: the same content gives the same text on every machine."""
    content = {field.name: _plain(getattr(made, field.name)) for field in fields(made) if field.name != "hash"}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _names(of: type[Any]) -> tuple[str, ...]:
    """Fields of a dataclass, which are looked up once: a city has hundreds of thousands of rows."""
    return tuple(field.name for field in fields(of))


def _plain(value: Any) -> Any:
    kind: type[Any] = type(value)
    if kind in ALREADY_PLAIN:
        return value
    if isinstance(value, np.ndarray):
        little_endian = np.ascontiguousarray(value).astype(value.dtype.newbyteorder("<"))
        return [list(value.shape), value.dtype.str[1:], hashlib.sha256(little_endian.tobytes()).hexdigest()]
    if is_dataclass(kind):
        return [_plain(getattr(value, name)) for name in _names(kind)]
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


class Plane:
    """Planar metres about an origin."""

    def __init__(self, origin: tuple[float, float] | None) -> None:
        self._origin = origin

    def points(self, locations: Iterable[Location]) -> list[Point]:
        """Points of locations, NaN where unlocated."""
        locations = list(locations)
        lon = np.array([np.nan if place.lon is None else place.lon for place in locations], dtype=np.float64)
        lat = np.array([np.nan if place.lat is None else place.lat for place in locations], dtype=np.float64)
        known = ~(np.isnan(lon) | np.isnan(lat))
        xy = np.full((len(locations), 2), np.nan)
        if known.any() and self._origin is not None:
            xy[known] = planar_m(lon[known], lat[known], *self._origin)
        return [
            Point(x, y, place.located_by if located else LocatedBy.UNLOCATED)
            for (x, y), place, located in zip(xy.tolist(), locations, known.tolist(), strict=True)
        ]


def _areas(graph: StreetGraph, rings: Rings, plane: Plane) -> tuple[SnapshotArea, ...]:
    areas = sorted(graph.areas, key=lambda area: area.uid)
    points = plane.points(area.location for area in areas)
    return tuple(
        SnapshotArea(
            uid=area.uid,
            label=type(area).__name__,
            name=area.name,
            within=rings.within(area.uid),
            ring_path=rings.path(area.uid),
            community_uid=rings.community_uid(area.uid),
            point=point,
            share_60plus=area.share_60plus if isinstance(area, AdminDivision | Neighborhood) else None,
            has_property_mgmt=area.has_property_mgmt if isinstance(area, Neighborhood) else None,
            built_year=area.built_year if isinstance(area, Neighborhood) else None,
        )
        for area, point in zip(areas, points, strict=True)
    )


def _categories(taxonomy: Taxonomy) -> tuple[SnapshotCategory, ...]:
    servers: dict[str, list[tuple[str, float]]] = {category.code: [] for category in taxonomy.categories}
    reasons: dict[str, list[tuple[str, str, str]]] = {category.code: [] for category in taxonomy.categories}
    for category in taxonomy.categories:
        if category.parent is not None and not category.routed:
            servers[category.code].append((category.code, 1.0))
    for pair in taxonomy.can_satisfy:
        servers[pair.need_code].append((pair.resource_code, pair.weight))
        reasons[pair.need_code].append((pair.resource_code, pair.reason, pair.reason_en))
    return tuple(
        SnapshotCategory(
            code=category.code,
            name_zh=category.name_zh,
            name_en=category.name_en,
            unit=category.unit,
            divisible=category.divisible,
            walk_limit_s=_walk_limit_s(category),
            provider_travels=category.provider_travels,
            routed=category.routed,
            route_to=category.route_to,
            can_be_served_by=tuple(sorted(servers[category.code])),
            one_for_one=(category.unit, *(unit for unit, factor in category.unit_conversions if factor == 1)),
            route_to_en=category.route_to_en,
            substitution_reasons=tuple(sorted(reasons[category.code])),
        )
        for category in sorted(taxonomy.categories, key=lambda category: category.code)
    )


def _walk_limit_s(category: Category) -> int | None:
    if category.provider_travels:
        return None
    return 60 * (DEFAULT_WALK_MIN if category.walk_limit_min is None else category.walk_limit_min)


def _target_groups(groups: Sequence[TargetGroup]) -> tuple[SnapshotTargetGroup, ...]:
    parents: Mapping[str, str | None] = {group.code: group.parent for group in groups}
    made = []
    for group in sorted(groups, key=lambda group: group.code):
        within: list[str] = []
        parent = group.parent
        while parent is not None and parent not in within:
            within.append(parent)
            parent = parents.get(parent)
        made.append(
            SnapshotTargetGroup(
                code=group.code,
                name_zh=group.name_zh,
                name_en=group.name_en,
                within=tuple(within),
                elders=ELDERS in (group.code, *within),
            )
        )
    return tuple(made)

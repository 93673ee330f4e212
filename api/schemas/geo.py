"""The street for a map, as GeoJSON (RFC 7946): places rounded, nothing private, a feature without a place kept."""

from typing import Literal

from pydantic import ConfigDict, Field

from api.schemas.common import PLACES, Schema
from api.services.places import Places, Point
from api.services.reading import PlanInForce
from graph_schema.model.places import AdminDivision

Position = tuple[float, float]


class PointOut(Schema):
    """A place: longitude and latitude, WGS-84, to about ten metres."""

    type: Literal["Point"] = "Point"
    coordinates: Position


class LineOut(Schema):
    """From the resource to the need, straight: who serves whom, not the way."""

    type: Literal["LineString"] = "LineString"
    coordinates: tuple[Position, Position]


class PropertiesOut(Schema):
    """What the feature is."""

    uid: str
    kind: Literal["area", "need", "resource", "pairing"]
    name: str
    quantity: int | None = Field(description="Units asked for, offered or given; null for an area.")
    missing: int | None = Field(
        description="Units of a need that the latest plan cannot give; null where it says nothing."
    )
    synthetic: bool = Field(description="Made by a generator: a sketch, no survey.")


class FeatureOut(Schema):
    """One area, need, resource or pairing."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: PointOut | LineOut | None = Field(description="null where no place is known.")
    properties: PropertiesOut


class FeaturesOut(Schema):
    """The street's areas, needs and resources, and the pairings of its latest plan."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "FeatureCollection",
                    "features": [
                        {
                            "type": "Feature",
                            "id": "1f0c2b0e-6a53-5a0f-9a52-2f6f2f0a0001",
                            "geometry": {"type": "Point", "coordinates": [120.5951, 31.3052]},
                            "properties": {
                                "uid": "1f0c2b0e-6a53-5a0f-9a52-2f6f2f0a0001",
                                "kind": "need",
                                "name": "老年人集中助餐",
                                "quantity": 45,
                                "missing": 10,
                                "synthetic": True,
                            },
                        }
                    ],
                }
            ]
        }
    )

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[FeatureOut]


def features_of(plan: PlanInForce) -> FeaturesOut:
    """Areas, needs, resources and pairings, each group by uid."""
    graph, places = plan.graph, Places(plan.graph.areas)
    served = {pairing.need_uid for pairing in plan.pairings}
    missing = dict.fromkeys(served, 0) | {row.need_uid: row.quantity for row in plan.shortfalls}
    need_at = {need.uid: places.point(need.location, need.area_uid) for need in graph.needs}
    resource_at = {row.uid: places.point(row.location, row.area_uid) for row in graph.resources}
    synthetic = {need.uid for need in graph.needs if need.synthetic}
    titles = {need.uid: need.title for need in graph.needs}
    features = [
        _feature("area", area.uid, area.name, _point(places.point(area.location, None)), synthetic=area.synthetic)
        for area in graph.areas
        if isinstance(area, AdminDivision)
    ]
    features += [
        _feature(
            "need",
            need.uid,
            need.title,
            _point(need_at[need.uid]),
            quantity=need.quantity.value,
            missing=missing.get(need.uid),
            synthetic=need.synthetic,
        )
        for need in graph.needs
    ]
    features += [
        _feature(
            "resource",
            row.uid,
            row.name,
            _point(resource_at[row.uid]),
            quantity=row.offered.value,
            synthetic=row.synthetic,
        )
        for row in graph.resources
    ]
    features += [
        _feature(
            "pairing",
            row.uid,
            titles[row.need_uid],
            _line(resource_at.get(row.resource_uid), need_at[row.need_uid]),
            quantity=row.quantity,
            synthetic=row.need_uid in synthetic,
        )
        for row in plan.pairings
    ]
    return FeaturesOut(features=features)


def _feature(
    kind: Literal["area", "need", "resource", "pairing"],
    uid: str,
    name: str,
    geometry: PointOut | LineOut | None,
    *,
    quantity: int | None = None,
    missing: int | None = None,
    synthetic: bool,
) -> FeatureOut:
    properties = PropertiesOut(uid=uid, kind=kind, name=name, quantity=quantity, missing=missing, synthetic=synthetic)
    return FeatureOut(id=uid, geometry=geometry, properties=properties)


def _rounded(at: Point) -> Position:
    return round(at[0], PLACES), round(at[1], PLACES)


def _point(at: Point | None) -> PointOut | None:
    return None if at is None else PointOut(coordinates=_rounded(at))


def _line(start: Point | None, end: Point | None) -> LineOut | None:
    if start is None or end is None:
        return None
    return LineOut(coordinates=(_rounded(start), _rounded(end)))

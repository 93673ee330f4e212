"""
A street's graph for other programs: NetworkX, GraphML and GeoJSON.

Nothing labelled personal or sensitive leaves: people, registrations and what is linked to them alone are left out, and
so is every property so labelled. GeoJSON, which is for maps that others see, has public properties of public records.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import networkx as nx

from graph_schema.codecs import Edge, Node, canonical_json, edges_of, encode_row, key_of
from graph_schema.declaration import DataLabel, PropertyType
from graph_schema.model.needs import Need, Visibility
from graph_schema.model.pairings import Pairing
from graph_schema.model.places import Area
from graph_schema.model.providers import Organization
from graph_schema.model.resources import Resource
from graph_schema.model.street import StreetGraph
from graph_schema.schema import SCHEMA

_NEVER = frozenset({DataLabel.PERSONAL, DataLabel.SENSITIVE})
_OF_PEOPLE = "people"
_POINT_DIGITS = 7  # about a centimetre


def to_networkx(graph: StreetGraph, pairings: Iterable[Pairing] = ()) -> nx.MultiDiGraph[str]:
    """
    A multigraph with a node for each record and an edge for each relationship.

    Parameters
    ----------
    pairings
        Of a run, besides those that the street's graph holds itself.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes are uids with ``label`` and properties; edges have their type as key and ``type``, and ``mode`` where
        the type has one. Sorted, so that equal graphs give equal results.
    """
    private = {need.uid for need in graph.needs if need.visibility is Visibility.PRIVATE}
    pairings = [pairing for pairing in (*graph.pairings, *pairings) if pairing.need_uid not in private]
    nodes = {node.key: node for node in _nodes(graph, pairings)}
    hidden = _hidden_uids(graph)
    result: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in sorted(nodes.values(), key=lambda node: node.properties["uid"]):
        result.add_node(node.properties["uid"], label=node.label, **_properties(node, _NEVER, hidden))
    for edge in _edges(nodes.values(), pairings):
        if edge.start in nodes and edge.end in nodes:
            start, end = (nodes[key].properties["uid"] for key in (edge.start, edge.end))
            more = {"mode": edge.mode} if edge.mode else {}
            result.add_edge(start, end, key=edge.relationship + edge.mode, type=edge.relationship, **more)
    uids = {node.properties["code"]: node.properties["uid"] for node in nodes.values() if node.label == "Category"}
    for pair in graph.taxonomy.can_satisfy:
        kind, start, end = "CAN_SATISFY", uids[pair.resource_code], uids[pair.need_code]
        result.add_edge(start, end, key=kind, type=kind, weight=float(pair.weight), reason=pair.reason)
    return result


def to_graphml(graph: StreetGraph, pairings: Iterable[Pairing] = ()) -> str:
    """
    The graph of `to_networkx` as GraphML text.

    Lists become their JSON text and dates ISO 8601, because GraphML has numbers, booleans and text alone.
    """
    plain: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    full = to_networkx(graph, pairings)
    for uid, properties in full.nodes(data=True):
        plain.add_node(uid, **{name: _flat(value) for name, value in properties.items()})
    for start, end, key, properties in full.edges(keys=True, data=True):
        plain.add_edge(start, end, key=key, **properties)
    return "\n".join(nx.generate_graphml(plain, named_key_ids=True)) + "\n"


def to_geojson(graph: StreetGraph, pairings: Iterable[Pairing] = ()) -> dict[str, Any]:
    """
    A FeatureCollection (RFC 7946, WGS-84) of what has a point, and a line from provider to need for each pairing.

    A need is put where its area is: its own point is not for everybody. A record without a point, a need that is not
    public, and a pairing of such a need are left out.
    """
    points = {area.uid: (area.location.lon, area.location.lat) for area in graph.areas}
    public = [need for need in graph.needs if need.visibility is Visibility.PUBLIC]
    located: tuple[Organization | Resource, ...] = (*graph.organizations, *_shown_resources(graph))
    points |= {item.uid: (item.location.lon, item.location.lat) for item in located}
    points |= {need.uid: points.get(need.area_uid, (None, None)) for need in public}
    shown: tuple[Area | Organization | Resource | Need, ...]
    shown = (*graph.areas, *graph.organizations, *_shown_resources(graph), *public)
    never, hidden = _NEVER | {DataLabel.INTERNAL}, _hidden_uids(graph)
    features = []
    for item in sorted(shown, key=lambda item: item.uid):
        lon, lat = points[item.uid]
        if lon is None or lat is None:
            continue
        node = encode_row(item)[0]
        properties = {"label": node.label, **_properties(node, never, hidden)}
        features.append(_feature(item.uid, {"type": "Point", "coordinates": _position(lon, lat)}, properties))
    for pairing in sorted({pairing.uid: pairing for pairing in (*graph.pairings, *pairings)}.values(), key=_uid):
        ends = [points.get(uid, (None, None)) for uid in (pairing.resource_uid, pairing.need_uid)]
        if any(lon is None or lat is None for lon, lat in ends):
            continue
        line = [_position(lon, lat) for lon, lat in ends if lon is not None and lat is not None]
        properties = {"label": "Pairing", **_properties(encode_row(pairing)[0], never, hidden)}
        features.append(_feature(pairing.uid, {"type": "LineString", "coordinates": line}, properties))
    return {"type": "FeatureCollection", "features": features}


def _nodes(graph: StreetGraph, pairings: Iterable[Pairing]) -> Iterator[Node]:
    taxonomy = graph.taxonomy
    records: tuple[object, ...] = (
        *taxonomy.categories,
        *taxonomy.target_groups,
        *graph.areas,
        *graph.party_organizations,
        *graph.pools,
        *graph.organizations,
        *graph.teams,
        *graph.agreements,
        *_shown_resources(graph),
        *graph.needs,
        *graph.batches,
        *graph.projects,
        *graph.budgets,
        *pairings,
    )
    for record in records:
        if isinstance(record, Need) and record.visibility is Visibility.PRIVATE:
            continue
        for node in encode_row(record):
            if SCHEMA.label(node.label).data_label not in _NEVER:
                yield node


def _edges(nodes: Iterable[Node], pairings: Iterable[Pairing]) -> list[Edge]:
    edges = {edge for node in nodes for edge in edges_of(node)}
    for pairing in pairings:
        for step in pairing.path:
            if step.label == "Agreement":
                edges.add(Edge("UNDER", key_of(pairing.street, pairing.uid), key_of(pairing.street, step.uid)))
    return sorted(edges)


def _shown_resources(graph: StreetGraph) -> Iterator[Resource]:
    """Resources but those of the people list, which say what somebody can do and where they live."""
    return (resource for resource in graph.resources if resource.list_kind != _OF_PEOPLE)


def _hidden_uids(graph: StreetGraph) -> frozenset[str]:
    """Of those who are never shown; another record's reference to them is not shown either."""
    return frozenset([*(person.uid for person in graph.people), *(row.uid for row in graph.registrations)])


def _properties(node: Node, never: frozenset[DataLabel], hidden: frozenset[str]) -> dict[str, Any]:
    """What may be shown of a node, as plain values; structured text as what it holds."""
    shown: dict[str, Any] = {}
    for declared in SCHEMA.label(node.label).properties:
        if declared.name not in node.properties or declared.data_label in never or declared.derived:
            continue
        value = node.properties[declared.name]
        if declared.type is PropertyType.JSON:
            value = json.loads(value)
        if isinstance(value, str) and value in hidden:
            continue
        shown[declared.name] = value.isoformat() if isinstance(value, date | datetime) else value
    return shown | {"uid": node.properties["uid"], "street": node.properties["street"]}


def _flat(value: object) -> object:
    return canonical_json(value) if isinstance(value, list | dict) else value


def _feature(uid: str, geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "id": uid, "geometry": geometry, "properties": properties}


def _position(lon: float, lat: float) -> list[float]:
    return [round(lon, _POINT_DIGITS), round(lat, _POINT_DIGITS)]


def _uid(item: Pairing) -> str:
    return item.uid

"""A street's graph for other programs: nothing lost that may be shown, nothing shown that may not."""

from __future__ import annotations

import dataclasses
import io
import json

import networkx as nx
import pytest

from graph_schema import export
from graph_schema.declaration import DataLabel
from graph_schema.model.categories import Taxonomy
from graph_schema.model.needs import Need, Visibility
from graph_schema.model.pairings import Pairing
from graph_schema.model.resources import Resource
from graph_schema.model.street import StreetGraph
from graph_schema.schema import SCHEMA
from tests.contract import factories as make

HIDDEN = "不可外传"


def street_graph(**change: object) -> tuple[StreetGraph, list[Pairing]]:
    person = make.person(1, pseudonym_id=HIDDEN, roles=(HIDDEN,), vanguard_kind=HIDDEN, skills=(HIDDEN,))
    hidden = make.resource(7, provider_uid=person.uid)
    resource = make.resource(1, slot_count=2)
    needs: tuple[Need, ...] = (
        make.need(1, address=HIDDEN),
        make.need(2, visibility=Visibility.PRIVATE, title=HIDDEN),
        make.need(3, visibility=Visibility.INTERNAL, title="内部"),
    )
    registration = make.registration(1, registrant_hash=HIDDEN, plate_hash=HIDDEN)
    run = make.match_run(1)
    pairings = [make.pairing(run, need, resource) for need in needs]
    graph = StreetGraph(
        street_uid=make.street_uid(),
        taxonomy=make.taxonomy(),
        areas=tuple(
            sorted((make.street(), make.community(1), make.community(2), make.grid(1), make.station(1)), key=uid)
        ),
        party_organizations=(make.branch(1),),
        pools=(make.pool(make.community(1).uid, make.community(2).uid),),
        organizations=(make.unit(1),),
        teams=(make.team(1),),
        people=(person,),
        agreements=(make.agreement(1),),
        resources=tuple(sorted((resource, hidden), key=uid)),
        needs=tuple(sorted(needs, key=uid)),
        batches=(make.batch(1),),
        registrations=(registration,),
        projects=(make.project(1),),
        pairings=(),
    )
    return dataclasses.replace(graph, **change), pairings  # type: ignore[arg-type]


def uid(item: object) -> str:
    return str(item.uid)  # type: ignore[attr-defined]


def test_networkx_holds_every_record_that_may_be_shown_and_its_relationships() -> None:
    graph, pairings = street_graph()
    network = export.to_networkx(graph, pairings)
    labels = nx.get_node_attributes(network, "label")
    assert labels[make.community(1).uid] == "AdminDivision"
    assert network.nodes[make.need(1).uid]["quantity"] == 2
    assert network.nodes[make.resource(1).uid]["serves_uids"] == [make.community(1).uid]
    edges = {(start, kind, end) for start, end, kind in network.edges(data="type")}
    assert (make.community(1).uid, "WITHIN", make.street_uid()) in edges
    assert (make.unit(1).uid, "PROVIDES", make.resource(1).uid) in edges
    assert (pairings[0].uid, "FULFILLS", make.need(1).uid) in edges
    assert (pairings[0].uid, "UNDER", make.agreement(1).uid) in edges
    assert sum(kind == "CAN_SATISFY" for _, kind, _ in edges) == 3
    assert {kind for _, kind, _ in edges} <= {kind.name for kind in SCHEMA.relationships}
    assert set(labels.values()) <= {label.name for label in SCHEMA.labels}


def test_graphml_reads_back_as_the_same_graph() -> None:
    graph, pairings = street_graph()
    network = export.to_networkx(graph, pairings)
    read = nx.read_graphml(io.BytesIO(export.to_graphml(graph, pairings).encode()), force_multigraph=True)
    assert set(read.nodes) == set(network.nodes)
    assert set(read.edges(keys=True)) == set(network.edges(keys=True))
    for node, properties in network.nodes(data=True):
        back = {
            name: json.loads(value) if isinstance(properties[name], list | dict) else value
            for name, value in read.nodes[node].items()
        }
        assert back == properties


def test_geojson_has_points_and_lines_of_public_records_in_wgs84() -> None:
    graph, pairings = street_graph()
    collection = json.loads(json.dumps(export.to_geojson(graph, pairings)))
    assert collection["type"] == "FeatureCollection"
    features = {feature["id"]: feature for feature in collection["features"]}
    community = features[make.community(1).uid]
    assert community["geometry"] == {"type": "Point", "coordinates": [120.601, 31.3]}
    assert community["properties"]["name"] == "第1社区"
    need = features[make.need(1).uid]
    assert need["geometry"]["coordinates"] == [120.601, 31.3]
    line = features[pairings[0].uid]
    assert line["geometry"] == {"type": "LineString", "coordinates": [[120.605, 31.302], [120.601, 31.3]]}
    assert not {make.need(2).uid, make.need(3).uid, pairings[1].uid, pairings[2].uid} & set(features)
    allowed = {
        (label.name, item.name)
        for label in SCHEMA.labels
        for item in label.properties
        if item.data_label is DataLabel.PUBLIC
    }
    for feature in features.values():
        label = feature["properties"]["label"]
        assert all((label, name) in allowed for name in set(feature["properties"]) - {"label", "uid", "street"})


@pytest.mark.parametrize("form", ["networkx", "graphml", "geojson"])
def test_nothing_personal_or_sensitive_leaves(form: str) -> None:
    graph, pairings = street_graph()
    text = {
        "networkx": lambda: json.dumps(
            nx.node_link_data(export.to_networkx(graph, pairings), edges="edges"), ensure_ascii=False
        ),
        "graphml": lambda: export.to_graphml(graph, pairings),
        "geojson": lambda: json.dumps(export.to_geojson(graph, pairings), ensure_ascii=False),
    }[form]()
    assert HIDDEN not in text
    for hidden in (*graph.people, *graph.registrations, make.need(2)):
        assert hidden.uid not in text


def test_an_export_does_not_depend_on_the_order_it_is_given_in() -> None:
    graph, pairings = street_graph()
    turned = dataclasses.replace(
        graph,
        areas=graph.areas[::-1],
        needs=graph.needs[::-1],
        resources=graph.resources[::-1],
    )
    assert export.to_graphml(turned, pairings[::-1]) == export.to_graphml(graph, pairings)
    assert export.to_geojson(turned, pairings[::-1]) == export.to_geojson(graph, pairings)


def test_an_empty_street_exports_as_nothing() -> None:
    graph, _ = street_graph(
        taxonomy=Taxonomy((), (), ()),
        **{field.name: () for field in dataclasses.fields(StreetGraph) if field.name not in {"street_uid", "taxonomy"}},
    )
    assert export.to_networkx(graph).number_of_nodes() == 0
    assert export.to_geojson(graph)["features"] == []
    assert nx.read_graphml(io.BytesIO(export.to_graphml(graph).encode())).number_of_nodes() == 0


def test_a_resource_without_a_point_is_not_on_the_map() -> None:
    graph, _ = street_graph()
    nowhere = dataclasses.replace(graph.resources[0], location=make.grid(1).location)
    assert isinstance(nowhere, Resource)
    moved = dataclasses.replace(graph, resources=(nowhere,))
    assert nowhere.uid not in {feature["id"] for feature in export.to_geojson(moved)["features"]}


def test_what_a_person_offers_is_not_shown_and_money_is() -> None:
    offered = make.resource(8, list_kind="people", provider_uid=make.person(1).uid, name=HIDDEN)
    graph, pairings = street_graph(resources=(offered,), budgets=(make.budget(1),))
    network = export.to_networkx(graph, pairings)
    assert offered.uid not in network
    assert network.nodes[make.budget(1).uid]["label"] == "BudgetPool"
    assert HIDDEN not in json.dumps(export.to_geojson(graph, pairings), ensure_ascii=False)
    assert "200000" not in json.dumps(export.to_geojson(graph, pairings), ensure_ascii=False)

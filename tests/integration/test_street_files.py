"""Published street files: counts that others found, and a recount with another library."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from graph_schema.geo import planar_m
from graph_schema.streets import read_streets
from graph_schema.walkable import LeftOut, why_not_walkable
from matcher.travel import WalkingNetwork, WalkMethod, walk_distances_m
from tests.instances.walks import nearby

pytestmark = pytest.mark.data


def pedestrian_rule_of_the_published_count(tags: Mapping[str, str]) -> LeftOut | None:
    if "highway" not in tags:
        return LeftOut.NOT_A_STREET
    closed = {"motorway", "motorway_link", "construction", "proposed", "platform"}
    if tags["highway"] in closed or tags.get("area") == "yes":
        return LeftOut.NOT_FOR_WALKING
    if tags.get("foot") == "no":
        return LeftOut.FOOT_FORBIDDEN
    return LeftOut.ACCESS_FORBIDDEN if tags.get("access") in {"no", "private"} else None


def test_porto_alegre_has_the_published_nodes_and_kilometres(test_data: Path) -> None:
    network = read_streets(test_data / "walk/porto_alegre.osm.pbf", rule=pedestrian_rule_of_the_published_count)
    assert len(network.lon) == 37_194
    assert round(network.total_km) == 1_809
    assert network.missing_references == 0


@pytest.mark.parametrize("name", ["porto_alegre.osm.pbf", "helsinki_centre.osm.pbf"])
def test_an_extract_has_the_streets_that_a_plain_recount_finds(test_data: Path, name: str) -> None:
    path = test_data / "walk" / name
    places: dict[int, tuple[float, float]] = {}
    walkable: list[list[int]] = []
    for item in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY):
        if isinstance(item, osmium.osm.Node):
            places[item.id] = (item.location.lon, item.location.lat)
        elif isinstance(item, osmium.osm.Way) and why_not_walkable(dict(item.tags)) is None:
            walkable.append([node.ref for node in item.nodes])
    graph = nx.Graph()
    for way in walkable:
        graph.add_edges_from((a, b) for a, b in pairwise(way) if a != b and {a, b} <= places.keys())
    largest = graph.subgraph(max(nx.connected_components(graph), key=len))

    network = read_streets(path)
    assert len(network.lon) == largest.number_of_nodes()
    assert len(network.target) == 2 * largest.number_of_edges()
    assert network.components == nx.number_connected_components(graph)
    assert network.missing_references == sum(node not in places for way in walkable for node in way)
    read = sorted(zip(network.lon.tolist(), network.lat.tolist(), strict=True))
    assert np.allclose(read, sorted(places[node] for node in largest), rtol=0, atol=1e-9)


def test_helsinki_tolerates_the_references_cut_off_at_its_edge(test_data: Path) -> None:
    network = read_streets(test_data / "walk/helsinki_centre.osm.pbf")
    assert network.missing_references > 700
    assert (np.diff(network.start) > 0).all()


def test_a_chinese_graph_loses_its_motorway_ramps_and_its_directions(test_data: Path) -> None:
    path = test_data / "walk/shenzhen_futian.graphml"
    published = nx.read_graphml(path, force_multigraph=True)
    assert (published.number_of_nodes(), published.number_of_edges()) == (1751, 4009)
    graph = nx.Graph()
    for a, b, tags in published.edges(data=True):
        if a != b and why_not_walkable(tags) is None:
            graph.add_edge(a, b, length=min(float(tags["length"]), graph.get_edge_data(a, b, {}).get("length", np.inf)))
    largest = graph.subgraph(max(nx.connected_components(graph), key=len))

    network = read_streets(path)
    assert len(network.lon) == largest.number_of_nodes()
    assert network.total_km == pytest.approx(largest.size(weight="length") / 1000)
    assert dict(network.ways_left_out)[LeftOut.NOT_FOR_WALKING] == 33


def test_quarter_hours_around_schools_of_a_city_are_those_that_scipy_walks(test_data: Path) -> None:
    network = read_streets(test_data / "walk/porto_alegre.osm.pbf")
    arrays = network.arrays()
    walking = WalkingNetwork(arrays.node_xy_m, arrays.start, arrays.target, arrays.length_m)
    cells = np.genfromtxt(
        test_data / "walk/porto_alegre_hexgrid.csv", delimiter=",", names=True, dtype=None, encoding="utf-8"
    )
    xy = planar_m(cells["lon"], cells["lat"], *network.origin)
    schools = xy[cells["schools"] > 0]
    pairs = nearby(schools, xy, 990.0)
    distance_m, method = walk_distances_m(walking, schools, xy, *pairs, limit_m=990, snap_limit_m=150)

    graph = csr_array((arrays.length_m, arrays.target, arrays.start), shape=(len(network.lon),) * 2)
    nodes = cKDTree(arrays.node_xy_m)
    (school_away, school_node), (cell_away, cell_node) = nodes.query(schools), nodes.query(xy)
    along = dijkstra(graph, indices=school_node, limit=990.0)
    school = np.repeat(np.arange(len(schools)), np.diff(pairs[0]))
    wanted = school_away[school] + along[school, cell_node[pairs[1]]] + cell_away[pairs[1]]
    on_streets = method == WalkMethod.NETWORK
    assert on_streets.mean() > 0.8
    assert np.array_equal(distance_m[on_streets] >= 0, wanted[on_streets] <= 990)
    reached = on_streets & (distance_m >= 0)
    assert reached.sum() > 500
    assert np.abs(distance_m - wanted)[reached].max() <= 1.01
    straight = np.hypot(*(schools[school] - xy[pairs[1]]).T)
    assert (distance_m[reached] >= straight[reached] * 0.999).all()

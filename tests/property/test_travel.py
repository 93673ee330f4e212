"""Walks against scipy and networkx."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from matcher.travel import WalkingNetwork, WalkMethod, walk_distances_m
from tests.instances.walks import city, nearby, network_of
from tests.property.settings import FIXED

COORDINATE = st.integers(-60, 60).map(lambda step: 10.0 * step)
PLACES = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=1, max_size=12)


@st.composite
def networks(draw: st.DrawFn) -> WalkingNetwork:
    nodes = np.array(draw(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=2, max_size=15, unique=True)))
    node = st.integers(0, len(nodes) - 1)
    ends = draw(st.lists(st.tuples(node, node).filter(lambda pair: pair[0] != pair[1]), min_size=1, max_size=40))
    length_dm = draw(st.lists(st.integers(1, 9000), min_size=len(ends), max_size=len(ends)))
    return network_of(nodes, np.array(ends), np.array(length_dm) / 10)


def expected(network: WalkingNetwork, origin: np.ndarray, target: np.ndarray, limit_m: int) -> tuple[float, WalkMethod]:
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(len(network.node_xy)))
    for node in range(len(network.node_xy)):
        for arc in range(network.start[node], network.start[node + 1]):
            graph.add_edge(node, int(network.target[arc]), m=network.length[arc])
    away = [np.hypot(*(network.node_xy - end).T) for end in (origin, target)]
    straight = float(np.hypot(*(origin - target)))
    access = float(min(away[0]) + min(away[1]))
    ends = [int(np.argmin(distances)) for distances in away]
    along = nx.single_source_dijkstra_path_length(graph, ends[0], weight="m").get(ends[1], np.inf)
    walk, method = access + along, WalkMethod.NETWORK
    if walk > limit_m:
        walk = np.inf
    assume(abs(straight - access) > 0.01)  # a node right between the two points: either reading is right
    if min(away[0]) > 300 or min(away[1]) > 300 or (straight < access and straight * 1.3 < walk):
        walk, method = straight * 1.3, WalkMethod.STRAIGHT
    return walk, method


@given(networks(), PLACES, PLACES, st.integers(0, 1500))
@FIXED
def test_walks_are_those_that_networkx_finds(
    network: WalkingNetwork,
    origins: list[tuple[float, float]],
    targets: list[tuple[float, float]],
    limit_m: int,
) -> None:
    # Shifted a little differently, so that no point has two nearest nodes.
    origins_xy = np.array(origins) + np.array([np.sqrt(0.03), np.sqrt(0.085)])
    targets_xy = np.array(targets) - np.array([np.sqrt(0.053), np.sqrt(0.012)])
    pair_start = np.arange(len(origins) + 1, dtype=np.int64) * len(targets)
    pair_target = np.tile(np.arange(len(targets), dtype=np.int32), len(origins))
    distance_m, method = walk_distances_m(network, origins_xy, targets_xy, pair_start, pair_target, limit_m=limit_m)
    for i in range(len(origins)):
        for j in range(len(targets)):
            walk_m, wanted_method = expected(network, origins_xy[i], targets_xy[j], limit_m)
            assert method[i * len(targets) + j] == wanted_method
            if not np.isfinite(walk_m):
                assert distance_m[i * len(targets) + j] == -1
            elif abs(walk_m - round(walk_m)) > 0.01:  # else the last metre may round either way
                wanted_m = int(np.ceil(walk_m))
                assert distance_m[i * len(targets) + j] == (wanted_m if wanted_m <= limit_m else -1)


@pytest.mark.parametrize("seed", range(3))
def test_a_citys_walks_are_those_that_scipy_finds(seed: int) -> None:
    network = city(60, seed)
    random = np.random.default_rng(seed + 100)
    origins = random.choice(len(network.node_xy), 80, replace=False)
    targets = random.choice(len(network.node_xy), 400, replace=False)
    pair_start, pair_target = nearby(network.node_xy[origins], network.node_xy[targets], 990.0)
    distance_m, method = walk_distances_m(
        network,
        network.node_xy[origins],
        network.node_xy[targets],
        pair_start,
        pair_target,
        limit_m=990,
    )
    graph = csr_array((network.length, network.target, network.start), shape=(len(network.node_xy),) * 2)
    scipy_m = dijkstra(graph, indices=origins, limit=990.0)
    pair_origin = np.repeat(np.arange(len(origins)), np.diff(pair_start))
    wanted = scipy_m[pair_origin, targets[pair_target]]
    assert (method == WalkMethod.NETWORK).all()
    assert ((distance_m < 0) == (wanted > 990)).all()
    assert np.abs(distance_m - wanted)[wanted <= 990].max() <= 1
    assert (distance_m[wanted <= 990] >= wanted[wanted <= 990] - 0.1).all()
    assert (distance_m >= 0).sum() > 1000

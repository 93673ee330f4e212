from pathlib import Path

import numpy as np
import pytest

from graph_schema import street_files
from graph_schema.geo import great_circle_m
from graph_schema.model.errors import UnreadableFileError
from graph_schema.streets import along_curve, read_streets
from graph_schema.walkable import LeftOut, why_not_walkable

NODES = {1: (120.600, 31.300), 2: (120.601, 31.300), 3: (120.602, 31.300), 4: (120.602, 31.301), 5: (120.7, 31.4)}


def osm(ways: list[tuple[list[int], dict[str, str]]], nodes: dict[int, tuple[float, float]] | None = None) -> str:
    lines = [f'<node id="{i}" lon="{lon}" lat="{lat}"/>' for i, (lon, lat) in (nodes or NODES).items()]
    for i, (references, tags) in enumerate(ways, start=1):
        lines += [f'<way id="{i}">', *(f'<nd ref="{node}"/>' for node in references)]
        lines += [f'<tag k="{key}" v="{value}"/>' for key, value in tags.items()] + ["</way>"]
    return '<?xml version="1.0"?><osm version="0.6">' + "".join(lines) + "</osm>"


def graphml(
    edges: list[tuple[int, int, dict[str, str]]],
    nodes: dict[int, tuple[float, float]] | None = None,
    crs: str = "epsg:4326",
    prefix: str = "",
) -> str:
    names = ["x", "y", "crs", "highway", "length", "access", "foot", "geometry"]
    keys = "".join(f'<key id="k{name}" attr.name="{name}"/>' for name in names)
    body = "".join(
        f'<node id="{i}"><data key="kx">{lon}</data><data key="ky">{lat}</data></node>'
        for i, (lon, lat) in (nodes or NODES).items()
    )
    for source, target, tags in edges:
        data = "".join(f'<data key="k{key}">{value}</data>' for key, value in tags.items())
        body += f'<edge source="{source}" target="{target}">{data}</edge>'
    return (
        f'{prefix}<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{keys}'
        f'<graph edgedefault="directed"><data key="kcrs">{crs}</data>{body}</graph></graphml>'
    )


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


FOOTWAY = {"highway": "footway"}


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"building": "yes"}, LeftOut.NOT_A_STREET),
        ({"highway": "construction", "foot": "yes"}, LeftOut.NOT_BUILT),
        ({"highway": "residential", "foot": "no"}, LeftOut.FOOT_FORBIDDEN),
        ({"highway": "cycleway", "foot": "use_sidepath"}, LeftOut.FOOT_FORBIDDEN),
        ({"highway": "motorway"}, LeftOut.NOT_FOR_WALKING),
        ({"highway": "trunk", "motorroad": "yes"}, LeftOut.NOT_FOR_WALKING),
        ({"highway": "['primary', 'motorway_link']"}, LeftOut.NOT_FOR_WALKING),
        ({"highway": "service", "access": "private"}, LeftOut.ACCESS_FORBIDDEN),
        ({"highway": "service", "access": "no;yes"}, LeftOut.ACCESS_FORBIDDEN),
        ({"highway": "service", "access": "private", "foot": "yes"}, None),
        ({"highway": "motorway", "foot": "designated"}, None),
        ({"highway": "residential", "oneway": "yes"}, None),
        ({"highway": "trunk"}, None),
        ({"highway": "pedestrian", "area": "yes"}, None),
    ],
)
def test_who_may_walk_is_decided_by_the_first_row_that_fits(tags: dict[str, str], reason: LeftOut | None) -> None:
    assert why_not_walkable(tags) is reason


def test_an_extract_becomes_a_network_in_both_directions(tmp_path: Path) -> None:
    one_way = FOOTWAY | {"oneway": "yes"}
    network = read_streets(write(tmp_path, "lane.osm", osm([([1, 2, 3, 4], one_way)])))
    assert list(zip(network.lon.tolist(), network.lat.tolist(), strict=True)) == [NODES[i] for i in (1, 2, 3, 4)]
    assert network.start.tolist() == [0, 1, 3, 5, 6]
    assert network.target.tolist() == [1, 0, 2, 1, 3, 2]
    assert network.length_m[0] == pytest.approx(float(great_circle_m(*NODES[1], *NODES[2])))
    assert network.source == "lane.osm"
    assert (network.components, network.nodes_elsewhere, network.missing_references) == (1, 0, 0)
    assert network.target.dtype == np.int32
    assert network.start.dtype == np.int64


def test_the_plan_of_a_network_is_measured_from_its_middle_or_a_stated_origin(tmp_path: Path) -> None:
    path = write(tmp_path, "lane.osm", osm([([1, 2, 3, 4], FOOTWAY)]))
    assert np.abs(read_streets(path).node_xy_m.sum(axis=0)).max() < 150
    from_first = read_streets(path, origin=NODES[1])
    assert from_first.node_xy_m[0].tolist() == [0.0, 0.0]
    assert from_first.arrays().node_xy_m[1] == pytest.approx([95.0, 0.0], abs=0.1)


def test_what_is_left_out_is_counted_by_its_reason(tmp_path: Path) -> None:
    ways = [
        ([1, 2], FOOTWAY),
        ([2, 3], {"highway": "motorway"}),
        ([2, 4], {"highway": "service", "access": "private"}),
        ([1, 4], {"building": "yes"}),
        ([1, 5], {"waterway": "river"}),
    ]
    network = read_streets(write(tmp_path, "mixed.osm", osm(ways)))
    assert dict(network.ways_left_out) == {
        LeftOut.NOT_A_STREET: 2,
        LeftOut.NOT_FOR_WALKING: 1,
        LeftOut.ACCESS_FORBIDDEN: 1,
    }
    assert len(network.lon) == 2


def test_only_the_largest_part_is_kept_and_the_rest_counted(tmp_path: Path) -> None:
    nodes = NODES | {6: (120.71, 31.4)}
    network = read_streets(write(tmp_path, "parts.osm", osm([([1, 2, 3], FOOTWAY), ([5, 6], FOOTWAY)], nodes)))
    assert (len(network.lon), network.nodes_elsewhere, network.components) == (3, 2, 2)


def test_a_node_that_the_extract_cut_off_ends_the_street_there(tmp_path: Path) -> None:
    network = read_streets(write(tmp_path, "cut.osm", osm([([1, 2, 99, 3, 4], FOOTWAY), ([2, 3], FOOTWAY)])))
    assert network.missing_references == 1
    assert len(network.target) // 2 == 3


def test_a_node_without_a_place_on_earth_counts_as_missing(tmp_path: Path) -> None:
    network = read_streets(write(tmp_path, "odd.osm", osm([([1, 2, 3], FOOTWAY)], NODES | {3: (120.6, 100.0)})))
    assert (network.missing_references, len(network.lon)) == (1, 2)


def test_twin_streets_count_once_with_the_shorter_length_and_loops_not_at_all(tmp_path: Path) -> None:
    edges = [
        (1, 2, FOOTWAY | {"length": "140.5"}),
        (2, 1, FOOTWAY | {"length": "120.25"}),
        (1, 1, FOOTWAY | {"length": "80"}),
    ]
    network = read_streets(write(tmp_path, "twins.graphml", graphml(edges)))
    assert network.length_m.tolist() == [120.25, 120.25]


def test_two_nodes_on_one_spot_are_a_centimetre_apart(tmp_path: Path) -> None:
    network = read_streets(write(tmp_path, "spot.osm", osm([([1, 2], FOOTWAY)], {1: (120.6, 31.3), 2: (120.6, 31.3)})))
    assert network.length_m.tolist() == [0.01, 0.01]


def test_an_edge_without_a_length_is_as_long_as_it_is_straight(tmp_path: Path) -> None:
    network = read_streets(write(tmp_path, "bare.graphml", graphml([(1, 2, FOOTWAY), (2, 77, FOOTWAY)])))
    assert network.length_m[0] == pytest.approx(float(great_circle_m(*NODES[1], *NODES[2])))
    assert network.missing_references == 1


def test_negative_ids_of_an_editor_are_read(tmp_path: Path) -> None:
    nodes = {-1: (120.6, 31.3), -2: (120.61, 31.3)}
    assert len(read_streets(write(tmp_path, "draft.osm", osm([([-1, -2], FOOTWAY)], nodes))).lon) == 2


ENTITIES = '<!DOCTYPE g [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("name", "content", "stated"),
    [
        pytest.param("streets.shp", "x", "Maybe it should end in", id="another kind"),
        pytest.param("streets.osm.gz", "x", "Maybe it should end in", id="compressed"),
        pytest.param("a.osm", "", "damaged", id="empty osm"),
        pytest.param("a.osm", "<html></html>", "damaged", id="a web page"),
        pytest.param("a.osm", osm([([1, 2], FOOTWAY)])[:-30], "damaged", id="osm cut off"),
        pytest.param("a.osm", ENTITIES + osm([([1, 2], FOOTWAY)]), "damaged", id="osm with entities"),
        pytest.param("a.osm", osm([([1, 2], {"highway": "motorway"})]), "not_for_walking 1", id="motorway only"),
        pytest.param("a.osm", osm([]), "left out: nothing", id="no way at all"),
        pytest.param("a.osm.pbf", b"garbage, garbage", "damaged", id="no pbf"),
        pytest.param("a.osm.pbf", b"", "damaged", id="empty pbf"),
        pytest.param("a.graphml", "", "damaged XML", id="empty graphml"),
        pytest.param("a.graphml", graphml([(1, 2, FOOTWAY)])[:-30], "damaged XML", id="graphml cut off"),
        pytest.param("a.graphml", "<html></html>", "no graph in it", id="other xml"),
        pytest.param("a.graphml", graphml([], prefix=ENTITIES), "document type", id="graphml with entities"),
        pytest.param("a.graphml", graphml([(1, 2, FOOTWAY)], crs="epsg:32651"), "Maybe it was projected", id="metres"),
        pytest.param("a.graphml", graphml([], {1: ("east", 31.3)}), "x of node '1' is 'east'", id="no number"),
        pytest.param("a.graphml", graphml([], {1: ("nan", 31.3)}), "x of node '1' is 'nan'", id="nan"),
        pytest.param("a.graphml", graphml([], {1: (500000.0, 31.3)}), "not degrees", id="not degrees"),
        pytest.param("a.graphml", graphml([(1, 2, FOOTWAY | {"length": "-1"})]), "length is '-1'", id="negative"),
        pytest.param("a.graphml", graphml([(1, 2, FOOTWAY | {"length": "inf"})]), "length is 'inf'", id="infinite"),
        pytest.param("a.graphml", graphml([]), "no street", id="no edge"),
    ],
)
def test_a_wrong_street_file_is_refused_by_name_with_what_is_wrong(
    tmp_path: Path,
    name: str,
    content: str | bytes,
    stated: str,
) -> None:
    path = write(tmp_path, name, content)
    with pytest.raises(UnreadableFileError) as refused:
        read_streets(path)
    assert stated in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"absent\.osm: cannot be read"):
        read_streets(tmp_path / "absent.osm")


@pytest.mark.parametrize(
    ("bound", "value", "name"),
    [
        ("LARGEST_FILE_BYTES", 10, "a.osm"),
        ("MOST_NODES", 1, "a.osm"),
        ("MOST_REFERENCES", 1, "a.osm"),
        ("MOST_NODES", 1, "a.graphml"),
    ],
)
def test_a_file_above_a_bound_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bound: str,
    value: int,
    name: str,
) -> None:
    content = osm([([1, 2, 3], FOOTWAY)]) if name == "a.osm" else graphml([(1, 2, FOOTWAY)])
    monkeypatch.setattr(street_files, bound, value)
    with pytest.raises(UnreadableFileError, match="Maybe cut out"):
        read_streets(write(tmp_path, name, content))


def test_a_huge_tag_costs_no_memory_of_its_size(tmp_path: Path) -> None:
    edges = [(1, 2, FOOTWAY | {"geometry": "9" * 3_000_000, "access": "yes" * 1_000_000})]
    assert len(read_streets(write(tmp_path, "huge.graphml", graphml(edges))).lon) == 2


def test_a_curve_visits_each_quarter_whole_before_the_next() -> None:
    x, y = np.array([0.0, 3.0, 1.0, 2.0, 0.0, 3.0]), np.array([0.0, 3.0, 1.0, 0.0, 3.0, 0.0])
    assert along_curve(x, y).tolist() == [0, 2, 3, 5, 4, 1]

"""Street files (.osm, .osm.pbf, .graphml) as the arrays of a walking network."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from xml.parsers import expat

import numpy as np
import numpy.typing as npt
import osmium
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph_schema.geo import great_circle_m, planar_m
from graph_schema.model.errors import UnreadableFileError
from graph_schema.model.snapshot import StreetArrays

LARGEST_FILE_BYTES = 512 * 1024 * 1024
MOST_NODES = 20_000_000
"""Nodes of a file that are looked at; a province has about as many."""
MOST_REFERENCES = 20_000_000
"""Nodes named by walkable ways, each as often as it is named."""
SHORTEST_STREET_M = 0.01
"""What two nodes on one spot are apart, so that every length is above zero."""
CHUNK_BYTES = 1 << 20
LONGEST_TAG_CHARS = 4096


class LeftOut(StrEnum):
    """Why a way of the file is no part of the walking network."""

    NOT_A_STREET = "not_a_street"
    NOT_BUILT = "not_built"
    FOOT_FORBIDDEN = "foot_forbidden"
    NOT_FOR_WALKING = "not_for_walking"
    ACCESS_FORBIDDEN = "access_forbidden"


NOT_BUILT = frozenset({"construction", "proposed", "planned", "abandoned", "disused", "razed", "no"})
NOT_FOR_WALKING = frozenset(
    {"motorway", "motorway_link", "raceway", "bus_guideway", "busway", "escape", "rest_area", "services"},
)
FOOT_FORBIDDEN = frozenset({"no", "private", "use_sidepath"})
FOOT_ALLOWED = frozenset({"yes", "designated", "permissive", "official", "destination", "customers"})
ACCESS_FORBIDDEN = frozenset({"no", "private", "military", "emergency", "agricultural", "forestry", "delivery"})


def why_not_walkable(tags: Mapping[str, str]) -> LeftOut | None:
    """
    Why people may not walk on a way with these OpenStreetMap tags; ``None`` if they may.

    The first row that fits decides; where a simplified street joins several ways, one forbidden part is enough.

    ==================================================== =================
    tags                                                 left out
    ==================================================== =================
    no ``highway``                                       not a street
    ``highway`` in `NOT_BUILT`                           not built
    ``foot`` in `FOOT_FORBIDDEN`                         foot forbidden
    ``foot`` in `FOOT_ALLOWED`                           no
    ``highway`` in `NOT_FOR_WALKING`, ``motorroad=yes``  not for walking
    ``access`` in `ACCESS_FORBIDDEN`                     access forbidden
    any other                                            no
    ==================================================== =================
    """
    highway, foot, access = (_values(tags.get(key, "")) for key in ("highway", "foot", "access"))
    if not highway:
        return LeftOut.NOT_A_STREET
    if highway & NOT_BUILT:
        return LeftOut.NOT_BUILT
    if foot & FOOT_FORBIDDEN:
        return LeftOut.FOOT_FORBIDDEN
    if foot & FOOT_ALLOWED:
        return None
    if highway & NOT_FOR_WALKING or tags.get("motorroad") == "yes":
        return LeftOut.NOT_FOR_WALKING
    return LeftOut.ACCESS_FORBIDDEN if access & ACCESS_FORBIDDEN else None


def _values(tag: str) -> frozenset[str]:
    """The values of a tag that may be a list, as OpenStreetMap (``a;b``) or OSMnx (``['a', 'b']``) write it."""
    return frozenset(re.findall(r"[^\[\]'\";,\s]+", tag))


@dataclass(frozen=True, slots=True)
class StreetNetwork:
    """
    Where people may walk: the largest connected part of a street file, without directions.

    Parameters
    ----------
    source
        Name of the file.
    lon, lat
        WGS-84 degrees of the nodes, shape ``(nodes,)``, float64; in order along a curve, so that neighbours lie close
        together in memory.
    origin
        Longitude and latitude that ``node_xy_m`` is measured from.
    node_xy_m
        Planar metres of the nodes, shape ``(nodes, 2)``, float64.
    start, target, length_m
        CSR rows: the neighbours of node ``i`` are ``target[start[i]:start[i + 1]]``, at ``length_m`` (> 0) metres; each
        street segment is there twice, once from either end. Shapes ``(nodes + 1,)``, ``(2 * segments,)``.
    ways_left_out
        How many ways (edges of a .graphml) were left out for each reason, in the order of `LeftOut`.
    missing_references
        How often a walkable way names a node that the file does not have, as at the edge of an extract.
    nodes_elsewhere, components
        Nodes outside the largest connected part, and the number of parts with it.
    """

    source: str
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    origin: tuple[float, float]
    node_xy_m: npt.NDArray[np.float64]
    start: npt.NDArray[np.int64]
    target: npt.NDArray[np.int32]
    length_m: npt.NDArray[np.float64]
    ways_left_out: tuple[tuple[LeftOut, int], ...]
    missing_references: int
    nodes_elsewhere: int
    components: int

    @property
    def total_km(self) -> float:
        """Length of all segments, each counted once."""
        return float(self.length_m.sum()) / 2000

    def arrays(self) -> StreetArrays:
        """The part that a snapshot carries."""
        return StreetArrays(self.node_xy_m, self.start, self.target, self.length_m, self.source)


def read_streets(
    path: Path,
    origin: tuple[float, float] | None = None,
    rule: Callable[[Mapping[str, str]], LeftOut | None] = why_not_walkable,
) -> StreetNetwork:
    """
    The walking network of a street file.

    Parameters
    ----------
    path
        An OpenStreetMap extract (.osm, .osm.pbf) or an OSMnx graph in degrees (.graphml), up to 512 MiB.
    origin
        Longitude and latitude to measure planar metres from; ``None``: the middle of the network's bounding box.
    rule
        Decides by its tags whether a way is left out.

    Raises
    ------
    UnreadableFileError
        If the file is not of these kinds, too large, damaged, or holds no street that people may walk on.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror})."
        raise UnreadableFileError(msg) from error
    if size > LARGEST_FILE_BYTES:
        msg = f"{path}: {size} bytes, above {LARGEST_FILE_BYTES}. Maybe cut out the street and its surroundings first."
        raise UnreadableFileError(msg)
    name = path.name.lower()
    if name.endswith(".graphml"):
        raw = _read_graphml(path, rule)
    elif name.endswith((".osm", ".pbf")):
        raw = _read_osm(path, "pbf" if name.endswith(".pbf") else "osm", rule)
    else:
        msg = f"{path}: not a street file. Maybe it should end in .osm, .osm.pbf or .graphml."
        raise UnreadableFileError(msg)
    return _largest_part(path, raw, origin)


@dataclass(frozen=True, slots=True)
class _RawStreets:
    """What a file holds: node coordinates, segments as pairs of node indices, and what was left out."""

    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    segments: npt.NDArray[np.int64]
    length_m: npt.NDArray[np.float64]
    left_out: Counter[LeftOut]
    missing_references: int


def _largest_part(path: Path, raw: _RawStreets, origin: tuple[float, float] | None) -> StreetNetwork:
    segments, length_m = _undirected(raw.segments, np.maximum(raw.length_m, SHORTEST_STREET_M))
    used = np.unique(segments)
    if used.size == 0:
        found = ", ".join(f"{reason} {count}" for reason, count in sorted(raw.left_out.items())) or "nothing"
        msg = f"{path}: no street that people may walk on; left out: {found}. Maybe it is an extract without streets."
        raise UnreadableFileError(msg)
    segments = np.searchsorted(used, segments)
    adjacency = coo_array((length_m, (segments[:, 0], segments[:, 1])), shape=(used.size, used.size))
    components, part = connected_components(adjacency, directed=False)
    is_kept = part == np.argmax(np.bincount(part))
    in_part = is_kept[segments[:, 0]]
    kept = np.flatnonzero(is_kept)
    kept = kept[along_curve(raw.lon[used[kept]], raw.lat[used[kept]])]
    nodes = len(kept)
    number = np.empty(used.size, dtype=np.int64)
    number[kept] = np.arange(nodes)
    segments, length_m = number[segments[in_part]], length_m[in_part]

    source = np.concatenate((segments[:, 0], segments[:, 1]))
    target = np.concatenate((segments[:, 1], segments[:, 0]))
    order = np.lexsort((target, source))
    start = np.zeros(nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(source, minlength=nodes), out=start[1:])
    lon, lat = raw.lon[used[kept]], raw.lat[used[kept]]
    if origin is None:
        origin = (float(lon.min() + lon.max()) / 2, float(lat.min() + lat.max()) / 2)
    return StreetNetwork(
        source=path.name,
        lon=lon,
        lat=lat,
        origin=origin,
        node_xy_m=planar_m(lon, lat, *origin),
        start=start,
        target=target[order].astype(np.int32),
        length_m=np.concatenate((length_m, length_m))[order],
        ways_left_out=tuple((reason, raw.left_out[reason]) for reason in LeftOut if raw.left_out[reason]),
        missing_references=raw.missing_references,
        nodes_elsewhere=used.size - nodes,
        components=int(components),
    )


def along_curve(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Indices of points in the order of a Z-curve (Morton 1966), 16 bits of x and y interleaved; ties as given."""
    key = np.zeros(len(x), dtype=np.uint64)
    for place, axis in enumerate((x, y)):
        extent = max(float(axis.max() - axis.min()), 1e-12)
        cell = ((axis - axis.min()) / extent * 65535).astype(np.uint64)
        for bit in range(16):
            key |= ((cell >> np.uint64(bit)) & np.uint64(1)) << np.uint64(2 * bit + place)
    return np.argsort(key, kind="stable").astype(np.int64)


def _undirected(
    segments: npt.NDArray[np.int64],
    length_m: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Each pair of neighbours once, smaller index first, with the shortest of its lengths; loops dropped."""
    is_loop = segments[:, 0] == segments[:, 1]
    ends, length_m = np.sort(segments[~is_loop], axis=1), length_m[~is_loop]
    order = np.lexsort((length_m, ends[:, 1], ends[:, 0]))
    ends, length_m = ends[order], length_m[order]
    is_first = np.append(True, (np.diff(ends, axis=0) != 0).any(axis=1))[: len(ends)]
    return ends[is_first], length_m[is_first]


def _read_osm(path: Path, file_format: str, rule: Callable[[Mapping[str, str]], LeftOut | None]) -> _RawStreets:
    try:
        file = osmium.io.File(str(path), file_format)
        references, way_lengths, left_out = _walkable_ways(path, file, rule)
        named = np.unique(references)
        lon, lat = _node_places(path, file, named)
    except RuntimeError as error:  # libosmium's only class for damaged files
        msg = f"{path}: damaged or not of its kind ({error}). Maybe the download was cut off."
        raise UnreadableFileError(msg) from error
    numbers = np.searchsorted(named, references)
    is_there = np.isfinite(lon)
    pairs = np.column_stack((numbers[:-1], numbers[1:]))
    way = np.repeat(np.arange(len(way_lengths)), way_lengths)
    pairs = pairs[(way[:-1] == way[1:]) & is_there[pairs].all(axis=1)]
    length_m = great_circle_m(lon[pairs[:, 0]], lat[pairs[:, 0]], lon[pairs[:, 1]], lat[pairs[:, 1]])
    return _RawStreets(lon, lat, pairs, length_m, left_out, int((~is_there[numbers]).sum()))


def _walkable_ways(
    path: Path,
    file: osmium.io.File,
    rule: Callable[[Mapping[str, str]], LeftOut | None],
) -> tuple[npt.NDArray[np.int64], list[int], Counter[LeftOut]]:
    """The node ids of all walkable ways, one way after the other, and how many each has."""
    references, way_lengths, left_out = array("q"), [], Counter[LeftOut]()
    for way in osmium.FileProcessor(file, osmium.osm.WAY):
        if not isinstance(way, osmium.osm.Way):
            continue
        reason = rule(dict(way.tags))
        if reason is not None:
            left_out[reason] += 1
            continue
        references.extend(node.ref for node in way.nodes)
        way_lengths.append(len(way.nodes))
        if len(references) > MOST_REFERENCES:
            msg = f"{path}: more than {MOST_REFERENCES} points of streets. Maybe cut out the street's surroundings."
            raise UnreadableFileError(msg)
    return np.array(references, dtype=np.int64), way_lengths, left_out


def _node_places(
    path: Path,
    file: osmium.io.File,
    named: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Longitude and latitude of the named nodes; NaN where the file has no such node, or no valid place for it."""
    lon, lat = np.full(named.size, np.nan), np.full(named.size, np.nan)
    number = {node: i for i, node in enumerate(named.tolist())}
    for seen, node in enumerate(osmium.FileProcessor(file, osmium.osm.NODE)):
        if seen >= MOST_NODES:
            msg = f"{path}: more than {MOST_NODES} nodes. Maybe cut out the street's surroundings."
            raise UnreadableFileError(msg)
        i = number.get(node.id)
        if i is not None and isinstance(node, osmium.osm.Node) and node.location.valid():
            lon[i], lat[i] = node.location.lon, node.location.lat
    return lon, lat


def _read_graphml(path: Path, rule: Callable[[Mapping[str, str]], LeftOut | None]) -> _RawStreets:
    reader = _GraphmlReader(path)
    reader.read()
    if reader.crs not in {"epsg:4326", "wgs84", "epsg:4490"}:
        msg = f"{path}: crs is {reader.crs!r}, expected epsg:4326. Maybe it was projected: save it in degrees."
        raise UnreadableFileError(msg)
    ids = sorted(reader.places)
    number = {node: i for i, node in enumerate(ids)}
    lon, lat = np.array([reader.places[node] for node in ids], dtype=np.float64).reshape(-1, 2).T
    pairs, lengths, left_out, missing = [], [], Counter[LeftOut](), 0
    for source, target, tags in reader.edges:
        reason = rule(tags)
        if reason is not None:
            left_out[reason] += 1
        elif source in number and target in number:
            pairs.append((number[source], number[target]))
            lengths.append(_number(path, "length", tags["length"]) if "length" in tags else np.nan)
        else:
            missing += (source not in number) + (target not in number)
    segments = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    straight_m = great_circle_m(lon[segments[:, 0]], lat[segments[:, 0]], lon[segments[:, 1]], lat[segments[:, 1]])
    length_m = np.where(np.isnan(lengths), straight_m, lengths)
    return _RawStreets(lon, lat, segments, length_m, left_out, missing)


def _number(path: Path, name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = np.nan
    if not np.isfinite(number) or (name == "length" and number < 0):
        msg = f"{path}: {name} is {text!r}, which is no usable number."
        raise UnreadableFileError(msg)
    return number


class _GraphmlReader:
    """
    Collects places and tags of a .graphml while it streams by.

    Nothing but these is kept in memory. A document type is refused, and with it every entity.
    """

    _WANTED = frozenset({"x", "y", "crs", "length", "highway", "foot", "access", "motorroad"})

    def __init__(self, path: Path) -> None:
        self.crs: str | None = None
        self.places: dict[str, tuple[float, float]] = {}
        self.edges: list[tuple[str, str, dict[str, str]]] = []
        self._path = path
        self._name_of_key: dict[str, str] = {}
        self._element: dict[str, str] = {}
        self._tags: dict[str, str] = {}
        self._data_name: str | None = None
        self._text: list[str] = []
        self._has_graph = False

    def read(self) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_document_type
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            with self._path.open("rb") as file:
                for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
                    parser.Parse(chunk, False)
                parser.Parse(b"", True)
        except expat.ExpatError as error:
            msg = f"{self._path}: damaged XML ({error}). Maybe the file was cut off."
            raise UnreadableFileError(msg) from error
        if not self._has_graph:
            msg = f"{self._path}: no graph in it. Maybe it is another kind of XML."
            raise UnreadableFileError(msg)

    def _refuse_document_type(self, *_: object) -> None:
        msg = f"{self._path}: has a document type, which no street file needs. Maybe it is hostile."
        raise UnreadableFileError(msg)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(" ")[2]
        if kind == "key":
            self._name_of_key[attributes.get("id", "")] = attributes.get("attr.name", "")
        elif kind == "graph":
            self._has_graph = True
        elif kind in {"node", "edge"}:
            self._element, self._tags = attributes, {}
            if len(self.places) + len(self.edges) > MOST_NODES:
                msg = f"{self._path}: more than {MOST_NODES} nodes and edges. Maybe cut out the street's surroundings."
                raise UnreadableFileError(msg)
        elif kind == "data":
            name = self._name_of_key.get(attributes.get("key", ""))
            self._data_name = name if name in self._WANTED else None
            self._text = []

    def _characters(self, text: str) -> None:
        if self._data_name is not None and sum(map(len, self._text)) < LONGEST_TAG_CHARS:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        kind = tag.rpartition(" ")[2]
        if kind == "data" and self._data_name is not None:
            text = "".join(self._text).strip()
            if self._data_name == "crs":
                self.crs = text.lower()
            else:
                self._tags[self._data_name] = text
            self._data_name = None
        elif kind == "node":
            node = self._element.get("id", "")
            lon, lat = (_number(self._path, f"{axis} of node {node!r}", self._tags.get(axis, "")) for axis in "xy")
            if abs(lon) > 180 or abs(lat) > 90:  # noqa: PLR2004 - degrees
                msg = f"{self._path}: node {node!r} lies at {lon}, {lat}, which are not degrees."
                raise UnreadableFileError(msg)
            self.places[node] = (lon, lat)
        elif kind == "edge":
            self.edges.append((self._element.get("source", ""), self._element.get("target", ""), self._tags))

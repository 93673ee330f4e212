"""What street files hold: OpenStreetMap extracts (.osm, .osm.pbf) and OSMnx graphs (.graphml), read within bounds."""

from array import array
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

import numpy as np
import numpy.typing as npt
import osmium

from graph_schema.geo import great_circle_m
from graph_schema.model.errors import UnreadableFileError
from graph_schema.walkable import LeftOut, Rule

LARGEST_FILE_BYTES = 512 * 1024 * 1024
MOST_NODES = 20_000_000
"""Nodes of a file that are looked at; a province has about as many."""
MOST_REFERENCES = 20_000_000
"""Nodes named by walkable ways, each as often as it is named."""
CHUNK_BYTES = 1 << 20
LONGEST_TAG_CHARS = 4096


@dataclass(frozen=True, slots=True)
class RawStreets:
    """What a file holds: node coordinates, segments as pairs of node indices, and what was left out."""

    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    segments: npt.NDArray[np.int64]
    length_m: npt.NDArray[np.float64]
    left_out: Counter[LeftOut]
    missing_references: int


def read_file(path: Path, rule: Rule) -> RawStreets:
    """
    What a street file holds.

    Raises
    ------
    UnreadableFileError
        If the file is not of the known kinds, too large, or damaged.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror})."
        raise UnreadableFileError(msg) from error
    if size > LARGEST_FILE_BYTES:
        msg = f"{path}: {size} bytes, above {LARGEST_FILE_BYTES}. Maybe cut out the street and its surroundings first."
        megabytes = {"megabytes": size // 1_000_000, "most": LARGEST_FILE_BYTES // 1_000_000}
        raise UnreadableFileError(msg, "file.too_large", path=str(path), **megabytes)
    name = path.name.lower()
    if name.endswith(".graphml"):
        return _read_graphml(path, rule)
    if name.endswith((".osm", ".pbf")):
        return _read_osm(path, "pbf" if name.endswith(".pbf") else "osm", rule)
    msg = f"{path}: not a street file. Maybe it should end in .osm, .osm.pbf or .graphml."
    raise UnreadableFileError(msg, "file.no_street_file", path=str(path))


def _read_osm(path: Path, file_format: str, rule: Rule) -> RawStreets:
    try:
        file = osmium.io.File(str(path), file_format)
        references, way_lengths, left_out = _walkable_ways(path, file, rule)
        named = np.unique(references)
        lon, lat = _node_places(path, file, named)
    except RuntimeError as error:  # libosmium's only class for damaged files
        msg = f"{path}: damaged or not of its kind ({error}). Maybe the download was cut off."
        raise UnreadableFileError(msg, "file.damaged", path=str(path)) from error
    numbers = np.searchsorted(named, references)
    is_there = np.isfinite(lon)
    pairs = np.column_stack((numbers[:-1], numbers[1:]))
    way = np.repeat(np.arange(len(way_lengths)), way_lengths)
    pairs = pairs[(way[:-1] == way[1:]) & is_there[pairs].all(axis=1)]
    length_m = great_circle_m(lon[pairs[:, 0]], lat[pairs[:, 0]], lon[pairs[:, 1]], lat[pairs[:, 1]])
    return RawStreets(lon, lat, pairs, length_m, left_out, int((~is_there[numbers]).sum()))


def _walkable_ways(
    path: Path,
    file: osmium.io.File,
    rule: Rule,
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
            raise UnreadableFileError(msg, "file.too_many_points", path=str(path), most=MOST_REFERENCES)
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
            raise UnreadableFileError(msg, "file.too_many_points", path=str(path), most=MOST_NODES)
        i = number.get(node.id)
        if i is not None and isinstance(node, osmium.osm.Node) and node.location.valid():
            lon[i], lat[i] = node.location.lon, node.location.lat
    return lon, lat


def _read_graphml(path: Path, rule: Rule) -> RawStreets:
    reader = _GraphmlReader(path)
    reader.read()
    if reader.crs not in {"epsg:4326", "wgs84", "epsg:4490"}:
        msg = f"{path}: crs is {reader.crs!r}, expected epsg:4326. Maybe it was projected: save it in degrees."
        raise UnreadableFileError(msg, "file.not_degrees", path=str(path))
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
    return RawStreets(lon, lat, segments, length_m, left_out, missing)


def _number(path: Path, name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = np.nan
    if not np.isfinite(number) or (name == "length" and number < 0):
        msg = f"{path}: {name} is {text!r}, which is no usable number."
        raise UnreadableFileError(msg, "file.bad_number", path=str(path), value=text)
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
            raise UnreadableFileError(msg, "file.damaged", path=str(self._path)) from error
        if not self._has_graph:
            msg = f"{self._path}: no graph in it. Maybe it is another kind of XML."
            raise UnreadableFileError(msg, "file.no_street_file", path=str(self._path))

    def _refuse_document_type(self, *_: object) -> None:
        msg = f"{self._path}: has a document type, which no street file needs. Maybe it is hostile."
        raise UnreadableFileError(msg, "file.no_street_file", path=str(self._path))

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
                raise UnreadableFileError(msg, "file.too_many_points", path=str(self._path), most=MOST_NODES)
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
                raise UnreadableFileError(msg, "file.not_degrees", path=str(self._path))
            self.places[node] = (lon, lat)
        elif kind == "edge":
            self.edges.append((self._element.get("source", ""), self._element.get("target", ""), self._tags))

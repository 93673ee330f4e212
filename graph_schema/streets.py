"""The walking network of a street file, as arrays."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph_schema.geo import planar_m
from graph_schema.model.errors import UnreadableFileError
from graph_schema.model.snapshot import StreetArrays
from graph_schema.street_files import RawStreets, read_file
from graph_schema.walkable import LeftOut, Rule, why_not_walkable

SHORTEST_STREET_M = 0.01
"""What two nodes on one spot are apart, so that every length is above zero."""


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
    rule: Rule = why_not_walkable,
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
    return _largest_part(path, read_file(path, rule), origin)


def _largest_part(path: Path, raw: RawStreets, origin: tuple[float, float] | None) -> StreetNetwork:
    segments, length_m = _undirected(raw.segments, np.maximum(raw.length_m, SHORTEST_STREET_M))
    used = np.unique(segments)
    if used.size == 0:
        found = ", ".join(f"{reason} {count}" for reason, count in sorted(raw.left_out.items())) or "nothing"
        msg = f"{path}: no street that people may walk on; left out: {found}. Maybe it is an extract without streets."
        raise UnreadableFileError(msg, "file.no_streets", path=str(path))
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

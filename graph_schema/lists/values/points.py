"""Coordinates, taken only with a stated system and kept as written beside their WGS-84."""

import re
from dataclasses import dataclass

from graph_schema.geo import Crs, PointProblem, parse_crs, point_problem, to_wgs84
from graph_schema.lists.cells import Cell
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.model.errors import InvalidValueError
from graph_schema.model.places import LocatedBy, Location

_DEGREES = re.compile(r"[NSEW东北]?(?:经|纬)?([+-]?\d+(?:\.\d+)?)°?[NSEW]?")
_PROBLEMS = {
    PointProblem.NOT_A_NUMBER: "list_coordinates_not_degrees",
    PointProblem.NOT_DEGREES: "list_coordinates_not_degrees",
    PointProblem.SWAPPED: "list_coordinates_swapped",
    PointProblem.OUTSIDE_CHINA: "list_coordinates_outside",
}
_PAIR = re.compile(r"[(\[]?\s*([^\s,;，]+)\s*[,;，\s]\s*([^\s,;，)\]]+)\s*[)\]]?")


@dataclass(frozen=True, slots=True)
class PointCells:
    """The cells of a row that may say where it is; ``None`` where there is nothing."""

    lon: Cell | None
    lat: Cell | None
    lonlat: Cell | None
    crs: Cell | None


def parse_point(cells: PointCells, default: Crs | None) -> Location | None:
    """
    Location from coordinates, ``None`` when the row has none.

    The system is the row's own, else the one in brackets in the headers, else ``default``.

    Raises
    ------
    UnreadableValueError
        If only one of the two is there, no system is stated, a number cannot be read, or the point is not in China.
    """
    pair = _coordinates(cells)
    if pair is None:
        return None
    lon_cell, lon, lat = pair
    crs = _crs(cells, default)
    if crs is None:
        raise UnreadableValueError(code="list_no_crs", value=f"{lon}, {lat}")
    problem = point_problem(lon, lat)
    if problem is not None:
        raise UnreadableValueError(code=_PROBLEMS[problem], value=f"{lon}, {lat}")
    try:
        wgs_lon, wgs_lat = to_wgs84(lon, lat, crs)
    except InvalidValueError as error:
        raise UnreadableValueError(code="list_bad_coordinate", value=lon_cell.raw) from error
    return Location(
        lon=round(float(wgs_lon), 7),
        lat=round(float(wgs_lat), 7),
        lon_given=lon,
        lat_given=lat,
        crs_given=crs.value,
        located_by=LocatedBy.COORDINATES,
    )


def _coordinates(cells: PointCells) -> tuple[Cell, float, float] | None:
    if cells.lon is not None and cells.lat is not None:
        return cells.lon, _degrees(cells.lon.text, cells.lon), _degrees(cells.lat.text, cells.lat)
    if cells.lon is not None or cells.lat is not None:
        there = cells.lon or cells.lat
        raise UnreadableValueError(code="list_half_coordinates", value=there.raw if there else "")
    if cells.lonlat is None:
        return None
    found = _PAIR.fullmatch(cells.lonlat.text)
    if found is None:
        raise UnreadableValueError(code="list_bad_coordinate", value=cells.lonlat.raw)
    return cells.lonlat, _degrees(found[1], cells.lonlat), _degrees(found[2], cells.lonlat)


def _degrees(text: str, cell: Cell) -> float:
    found = _DEGREES.fullmatch(text.strip())
    if found is None:
        raise UnreadableValueError(code="list_bad_coordinate", value=cell.raw)
    return float(found[1])


def _crs(cells: PointCells, default: Crs | None) -> Crs | None:
    if cells.crs is not None:
        try:
            return parse_crs(cells.crs.text)
        except InvalidValueError as error:
            raise UnreadableValueError(
                code="list_unknown_crs", value=cells.crs.raw, allowed=[crs.value for crs in Crs]
            ) from error
    for cell in (cells.lon, cells.lat, cells.lonlat):
        if cell is not None and cell.hint:
            try:
                return parse_crs(cell.hint)
            except InvalidValueError:
                continue
    return default

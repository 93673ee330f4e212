"""Where a row is: its coordinates, a known place in its address, its community's point, or nowhere."""

from graph_schema.lists.cells import Cell
from graph_schema.lists.resolve.context import Context
from graph_schema.lists.resolve.register import COMMUNITY_SUFFIXES, Register
from graph_schema.lists.resolve.rows import RowReader
from graph_schema.lists.values.lists_of import split_values
from graph_schema.lists.values.points import PointCells, parse_point
from graph_schema.model.places import NOWHERE, AdminDivision, Area, Grid, LocatedBy, Location


def read_point(row: RowReader, context: Context) -> Location | None:
    """A row's own coordinates, ``None`` without; what is wrong with them is an error of the row."""
    cells = PointCells(row.cell("lon"), row.cell("lat"), row.cell("lonlat"), row.cell("crs"))
    key = next((key for key in ("lon", "lat", "lonlat") if row.cell(key) is not None), "lon")
    return row.attempt(key, lambda: parse_point(cells, context.crs))


def locate(
    register: Register,
    point: Location | None,
    address: str | None,
    area_uid: str | None,
    owner_area_uid: str | None = None,
) -> Location:
    """
    The best location of a row, in the stated order.

    Parameters
    ----------
    point
        From its coordinates.
    address
        As written; a known place, neighbourhood, building or station named in it gives its point.
    area_uid
        Area that the row names; a place, neighbourhood, building or station counts as named in the address.
    owner_area_uid
        Community where the owner is checked in, for a row that names none.
    """
    if point is not None:
        return point
    named = register.find_in_address(address) if address else []
    places = [area for area in named if not isinstance(area, AdminDivision | Grid) and register.has_point(area)]
    own = register.areas.get(area_uid or "")
    if not places and own is not None and not isinstance(own, AdminDivision | Grid) and register.has_point(own):
        places = [own]
    if places:
        return Location(places[0].location.lon, places[0].location.lat, located_by=LocatedBy.ADDRESS)
    for uid in (area_uid, *(area.uid for area in named), owner_area_uid):
        found = _point_around(register, uid)
        if found is not None:
            return Location(found.location.lon, found.location.lat, located_by=LocatedBy.APPROXIMATE)
    return NOWHERE


def _point_around(register: Register, uid: str | None) -> Area | None:
    """The nearest area around that has a point, up to the community: a street's point says nothing."""
    for area in register.ancestors(uid or ""):
        if isinstance(area, AdminDivision) and area.level != "community":
            return None
        if register.has_point(area):
            return area
    return None


def area_in_address(register: Register, address: str | None) -> str | None:
    """The community that an address names, itself or by a place inside it; ``None`` when it names none or two."""
    communities = {
        community.uid
        for area in (register.find_in_address(address) if address else [])
        if (community := register.community_of(area.uid)) is not None
    }
    return communities.pop() if len(communities) == 1 else None


def read_area(row: RowReader, key: str, register: Register) -> Area | None:
    """The area that a cell names; an unknown or ambiguous one is an error with the nearest names."""
    cell: Cell | None = row.cell(key)
    if cell is None:
        return None
    return find_named_area(row, key, cell.raw, register)


def find_named_area(row: RowReader, key: str, text: str, register: Register) -> Area | None:
    """The area that a text names; an unknown or ambiguous one is an error at the cell, with the nearest names."""
    match = register.find_area(text)
    parts = split_values(text) if match.found is None else ()
    if len(parts) > 1 and all(_names_an_area(part, register) for part in parts):
        row.tell("list_several_areas", key, value=text, parts=list(parts))
    elif match.found is None:
        code = "list_ambiguous_area" if match.several else "list_unknown_area"
        row.tell(code, key, value=text, near=list(match.near))
    elif match.by_prefix:
        row.tell("list_area_by_prefix", key, value=text, name=match.found.name)
    return match.found


def _names_an_area(text: str, register: Register) -> bool:
    return text.endswith(COMMUNITY_SUFFIXES) or register.find_area(text, near=False).found is not None

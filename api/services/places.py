"""Where the records of a street are: their own point, else that of the nearest area around them."""

from collections.abc import Iterable

from graph_schema.model.places import AdminDivision, Area, LocatedBy, Location

Point = tuple[float, float]
"""Longitude and latitude in degrees, WGS-84."""


class Places:
    """
    The areas of one street, by uid.

    Parameters
    ----------
    areas
        All of them; an area whose parent is missing ends the way up.
    """

    def __init__(self, areas: Iterable[Area]) -> None:
        self.areas = {area.uid: area for area in areas}

    def community(self, uid: str | None) -> AdminDivision | None:
        """The lowest division at or around an area; ``None`` when there is none on the way up."""
        return next((area for area in self._up(uid) if isinstance(area, AdminDivision)), None)

    def point(self, location: Location, area_uid: str | None) -> Point | None:
        """Point of a record: its own, else of the nearest area around it that has one."""
        around = (area.location for area in self._up(area_uid))
        return next((at for at in map(own_point, (location, *around)) if at is not None), None)

    def _up(self, uid: str | None) -> Iterable[Area]:
        seen: set[str] = set()
        while uid is not None and uid in self.areas and uid not in seen:
            seen.add(uid)
            yield self.areas[uid]
            uid = self.areas[uid].parent_uid


def own_point(location: Location) -> Point | None:
    """The point that a record states itself."""
    if location.lon is None or location.lat is None or location.located_by is LocatedBy.UNLOCATED:
        return None
    return location.lon, location.lat

"""Where a row lies: its coordinates, else a known place in its address, else its community's point, else nowhere."""

from collections.abc import Iterable

from graph_schema.model.places import NOWHERE, AdminDivision, Area, Grid, LocatedBy, Location
from graph_schema.rings import Rings

_SHORTEST_NAME = 2
"""Names of one character would be found in any address."""


class Locator:
    """
    Finds the point of a row.

    Parameters
    ----------
    areas
        Areas of the street; those with coordinates of their own can be found by name or alias.
    rings
        Their ways up.
    """

    def __init__(self, areas: Iterable[Area], rings: Rings) -> None:
        self._areas = {area.uid: area for area in areas}
        self._rings = rings
        named = [
            (name, area.uid)
            for area in self._areas.values()
            if _is_located(area.location) and not (isinstance(area, AdminDivision) and area.level != "community")
            for name in (area.name, *area.aliases)
            if len(name) >= _SHORTEST_NAME
        ]
        self._named = sorted(named)

    def area_in(self, address: str | None, near_uid: str | None) -> str | None:
        """
        The area that an address names best; ``None`` without any.

        A name inside a longer one that is there too (石榴巷 in 石榴巷社区) does not count. Of the others a place comes
        before a whole community, then the longest, then one inside ``near_uid``.
        """
        if not address:
            return None
        found = [(name, uid) for name, uid in self._named if name in address]
        if not found:
            return None
        names = {name for name, _ in found}
        rest = address
        alone = set()
        for name in sorted(names, key=lambda name: (-len(name), name)):
            if name in rest:
                alone.add(name)
                rest = rest.replace(name, "\0")
        return min(
            ((name, uid) for name, uid in found if name in alone),
            key=lambda entry: (
                self._is_coarse(entry[1]),
                -len(entry[0]),
                near_uid not in (entry[1], *self._rings.within(entry[1])),
                entry,
            ),
        )[1]

    def locate(self, location: Location, address: str | None, area_uid: str | None) -> Location:
        """
        Location of a row.

        Parameters
        ----------
        location
            What the row itself states.
        address
            Its address.
        area_uid
            Area that it belongs to, ``None`` if it names none.
        """
        if _is_located(location):
            return location
        in_address = self.area_in(address, area_uid)
        if in_address is not None:
            return self._at(in_address)
        if area_uid is None:
            return NOWHERE
        for uid in (area_uid, *self._rings.within(area_uid)):
            if _is_located(self._areas[uid].location):
                # The middle of a whole street says nothing about where in it.
                return NOWHERE if self._is_above_community(uid) else self._at(uid)
        return NOWHERE

    def _at(self, area_uid: str) -> Location:
        area = self._areas[area_uid]
        by = LocatedBy.APPROXIMATE if self._is_coarse(area_uid) else LocatedBy.ADDRESS
        return Location(lon=area.location.lon, lat=area.location.lat, located_by=by)

    def _is_coarse(self, area_uid: str) -> bool:
        return isinstance(self._areas[area_uid], AdminDivision | Grid)

    def _is_above_community(self, area_uid: str) -> bool:
        return self._rings.community_uid(area_uid) is None and isinstance(self._areas[area_uid], AdminDivision)


def _is_located(location: Location) -> bool:
    return location.lon is not None and location.lat is not None

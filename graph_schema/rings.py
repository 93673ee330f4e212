"""Who is near whom in the organisation: the areas' ways up, and the rings that a resource is offered in."""

from collections.abc import Iterable, Mapping, Sequence

from graph_schema.model.errors import InvalidValueError
from graph_schema.model.places import AdminDivision, Area, Grid
from graph_schema.model.providers import PartyOrganization, ResourcePool

RingPath = tuple[tuple[str, str], ...]

DEFAULT_RING_LEVELS = ("grid", "community", "branch", "street")
"""Innermost first. Beyond the last lies "outside"."""

BRANCH = "branch"
_STREET = "street"
_SUBDISTRICT = "subdistrict"


class Rings:
    """
    The way up from each area of a street, and its ring path.

    A level of the rings is the street itself (``street``), a kind of area (``grid``, or a division's level such as
    ``community``), or a kind of party organisation with jurisdiction. ``branch`` without organisations of that very
    kind is the highest organisation with jurisdiction over the area that is not the street's own: neither one in charge
    of the street itself, nor the one above all others.

    Parameters
    ----------
    street_uid
        The street, which every path ends at.
    areas
        All areas; each row's parent is among them or above the street.
    party_organizations, pools
        Jurisdictions, and areas that share their resources.
    levels
        Ring levels, innermost first, each once.

    Raises
    ------
    InvalidValueError
        If an area lies in itself, or a level is named twice.
    """

    def __init__(
        self,
        street_uid: str,
        areas: Iterable[Area],
        party_organizations: Iterable[PartyOrganization],
        pools: Iterable[ResourcePool],
        levels: Sequence[str] = DEFAULT_RING_LEVELS,
    ) -> None:
        if len(set(levels)) != len(levels) or not levels:
            msg = f"ring_levels are {list(levels)}; each level stands once and there is at least one."
            raise InvalidValueError(msg)
        self._street_uid = street_uid
        self._levels = tuple(levels)
        self._areas: Mapping[str, Area] = {area.uid: area for area in areas}
        self._within = {uid: self._chain(uid) for uid in self._areas}
        self._organizations = self._organizations_by_level(sorted(party_organizations, key=lambda org: org.uid))
        self._pools: dict[str, list[str]] = {}
        for pool in sorted(pools, key=lambda pool: pool.uid):
            for member in pool.member_uids:
                self._pools.setdefault(member, []).append(pool.uid)
        self._paths = {uid: self._path(uid) for uid in self._areas}

    def within(self, area_uid: str) -> tuple[str, ...]:
        """Areas around an area, nearest first, without itself."""
        return self._within[area_uid]

    def path(self, area_uid: str) -> RingPath:
        """Ring path of an area, innermost level first."""
        return self._paths[area_uid]

    def street_path(self) -> RingPath:
        """Ring path of the street itself."""
        return ((_STREET, self._street_uid),) if _STREET in self._levels else ()

    def community_uid(self, area_uid: str) -> str | None:
        """The community that an area is or lies in."""
        return next((uid for uid in self._up(area_uid) if self._level(uid) == "community"), None)

    def shared_path(self, area_uids: Iterable[str]) -> RingPath:
        """What the ring paths of all these areas share; the whole path of a single one."""
        paths = [self._paths[uid] for uid in area_uids]
        return tuple(entry for entry in paths[0] if all(entry in path for path in paths[1:])) if paths else ()

    def lowest_common(self, area_uids: Iterable[str]) -> str | None:
        """The lowest area that holds all these; ``None`` when none does."""
        ways = [self._up(uid) for uid in area_uids]
        return next((uid for uid in ways[0] if all(uid in way for way in ways[1:])), None) if ways else None

    def _up(self, area_uid: str) -> tuple[str, ...]:
        return (area_uid, *self._within[area_uid])

    def _chain(self, area_uid: str) -> tuple[str, ...]:
        chain: list[str] = []
        parent = self._areas[area_uid].parent_uid
        while parent is not None and parent in self._areas:
            if parent in chain or parent == area_uid:
                msg = f"area {self._areas[area_uid].name!r} lies in itself, by way of {self._areas[parent].name!r}."
                raise InvalidValueError(msg)
            chain.append(parent)
            parent = self._areas[parent].parent_uid
        return tuple(chain)

    def _level(self, area_uid: str) -> str:
        area = self._areas[area_uid]
        if isinstance(area, AdminDivision):
            return _STREET if area.level == _SUBDISTRICT else area.level
        return "grid" if isinstance(area, Grid) else type(area).__name__.lower()

    def _organizations_by_level(self, orgs: list[PartyOrganization]) -> dict[str, dict[str, str]]:
        """Level -> area -> organisation, for the levels that are organisations."""
        streets_own = self._streets_own(orgs)
        found: dict[str, dict[str, str]] = {}
        for level in self._levels:
            of_kind = [org for org in orgs if org.kind == level]
            if level == BRANCH and not of_kind:
                below = (org for org in orgs if org.uid not in streets_own)
                of_kind = sorted(below, key=lambda org: (org.rank, -len(org.jurisdiction_uids)))
            if of_kind:
                seats = found.setdefault(level, {})
                for org in of_kind:
                    for area_uid in org.jurisdiction_uids:
                        seats.setdefault(area_uid, org.uid)
        return found

    def _streets_own(self, orgs: list[PartyOrganization]) -> set[str]:
        """Organisations of the whole street: in charge of it or all its communities, or alone above all others."""
        communities = {uid for uid in self._areas if self._level(uid) == "community"}
        top = min((org.rank for org in orgs), default=0)
        highest = [org.uid for org in orgs if org.rank == top]
        alone = highest if len(highest) == 1 and any(org.parent_uid == highest[0] for org in orgs) else []
        return {
            *alone,
            *(org.uid for org in orgs if self._street_uid in org.jurisdiction_uids),
            *(org.uid for org in orgs if len(communities) > 1 and communities <= set(org.jurisdiction_uids)),
        }

    def _path(self, area_uid: str) -> RingPath:
        up = self._up(area_uid)
        path: list[tuple[str, str]] = []
        for level in self._levels:
            path.extend((level, uid) for uid in up if self._level(uid) == level and level != _STREET)
            seats = self._organizations.get(level, {})
            held = next((seats[uid] for uid in reversed(up) if uid in seats and uid != self._street_uid), None)
            if held is not None:
                path.append((level, held))
            if level == BRANCH:
                path.extend((level, pool) for uid in up for pool in self._pools.get(uid, ()))
            if level == _STREET and self._street_uid in up:
                path.append((level, self._street_uid))
        return tuple(path)

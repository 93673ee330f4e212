"""Names that reading takes for the very same thing."""

from collections.abc import Callable, Iterable

from graph_schema.lists.resolve.register import Register
from graph_schema.lists.values.lists_of import join_values


class Names:
    """
    Names of a street's areas, party organisations, providers and resources: their own where nothing else bears them.

    Parameters
    ----------
    register
        Everything that the street knows.
    """

    def __init__(self, register: Register) -> None:
        self._register = register
        self._areas: dict[str, str] = {}

    def area(self, uid: str | None) -> str:
        """A name that means this area and no other: its own, with its parent's, its code, else its uid."""
        if uid is None:
            return ""
        if uid not in self._areas:
            area = self._register.areas.get(uid)
            parent = self._register.areas.get(area.parent_uid or "") if area else None
            candidates = [] if area is None else [area.name, f"{parent.name if parent else ''}{area.name}"]
            code = getattr(area, "code", None)
            candidates += [code] if code else []
            self._areas[uid] = next((text for text in candidates if self._means(text, uid)), uid)
        return self._areas[uid]

    def areas(self, uids: Iterable[str]) -> str:
        """One cell of several areas."""
        return join_values(tuple(self.area(uid) for uid in uids))

    def party(self, uid: str | None) -> str | None:
        """A party organisation's name, ``None`` when it is none."""
        party = self._register.parties.get(uid or "")
        if party is None:
            return None
        return self._sure(party.name, party.uid, lambda name: [each.uid for each in self._register.find_party(name)])

    def seats(self, uids: Iterable[str]) -> str:
        """One cell of party organisations and areas."""
        return join_values(tuple(self.party(uid) or self.area(uid) for uid in uids))

    def provider(self, uid: str | None) -> str:
        """A unit's or team's name."""
        unit = self._register.organizations.get(uid or "") or self._register.teams.get(uid or "")
        if unit is None:
            return uid or ""
        return self._sure(unit.name, unit.uid, lambda name: [each.uid for each in self._register.find_provider(name)])

    def affiliation(self, uid: str | None) -> str | None:
        """Name of the unit, team or party organisation that somebody belongs to."""
        party = self.party(uid)
        if party is None or uid is None:
            return self.provider(uid) or None
        return uid if self._register.find_provider(party) else party

    def resource(self, uid: str) -> str:
        """A resource's name."""
        resource = self._register.resources[uid]
        return self._sure(resource.name, uid, lambda name: [each.uid for each in self._register.find_resources(name)])

    def owner(self, uid: str) -> str:
        """Name of the pool or area that money is for."""
        pool = self._register.pools.get(uid)
        if pool is None:
            return self.area(uid)
        found = self._register.find_pool(pool.name)
        return pool.name if found is not None and found.uid == uid else uid

    def served(self, uid: str) -> str:
        """An area of a coverage list."""
        return "全街道" if uid == self._register.street_uid else self.area(uid)

    def coverage(self, serves: tuple[str, ...], excludes: tuple[str, ...]) -> str:
        """One cell of a coverage list."""
        whole = serves == (self._register.street_uid,) and bool(excludes)
        named = "" if whole else join_values(tuple(self.served(uid) for uid in serves))
        return f"{named}除{self.areas(excludes)}外" if excludes else named

    def _means(self, text: str, uid: str) -> bool:
        found = self._register.find_area(text, near=False).found
        pool_or_party = self._register.find_pool(text) is not None or bool(self._register.find_party(text))
        return found is not None and found.uid == uid and not pool_or_party and "、" not in text

    @staticmethod
    def _sure(name: str, uid: str, find: Callable[[str], list[str]]) -> str:
        return name if find(name) == [uid] else uid

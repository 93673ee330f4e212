"""The names that a street knows, and how a written name finds what it means."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from graph_schema.lists.cells import key_of
from graph_schema.lists.values.choosing import nearest
from graph_schema.model.directory import Directory
from graph_schema.model.needs import Batch
from graph_schema.model.places import AdminDivision, Area, Building, Grid, LocatedBy, Neighborhood, Place, Station
from graph_schema.model.providers import Organization, PartyOrganization, ResourcePool, VolunteerTeam
from graph_schema.model.resources import Resource

COMMUNITY_SUFFIXES = ("社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区", "村民委员会", "村委会", "村")
SHORTEST_PREFIX = 2
NEAR_PROVIDER = 0.75
"""Likeness from which an unknown unit is taken for a possible slip of a known one's name."""

E = TypeVar("E")

Found = Area | PartyOrganization | ResourcePool

_PREFERRED: tuple[type, ...] = (AdminDivision, Neighborhood, Grid, Station, Place, Building)


@dataclass(frozen=True, slots=True)
class Match:
    """
    What a name means.

    Parameters
    ----------
    found
        The area; ``None`` when the name means none or several.
    near
        Names of the candidates when it means several, else the nearest names.
    several
        Whether it means several.
    by_prefix
        Whether only the beginning of the area's name was written.
    """

    found: Area | None
    near: tuple[str, ...] = ()
    several: bool = False
    by_prefix: bool = False


def stem_of(name: str) -> str:
    """A community's name without 社区, 居委会 and the like."""
    key = key_of(name)
    for suffix in COMMUNITY_SUFFIXES:
        if key.endswith(suffix) and len(key) > len(suffix):
            return key[: -len(suffix)]
    return key


class Register:
    """
    A street's names while lists are read: a directory that grows.

    Everything is kept by uid; a later entity with the same uid replaces the earlier one.
    """

    def __init__(self, directory: Directory) -> None:
        self.base = directory
        self.street_uid = directory.street_uid
        self.street_name = directory.street_name
        self.areas: dict[str, Area] = {}
        self.parties: dict[str, PartyOrganization] = {}
        self.pools: dict[str, ResourcePool] = {}
        self.organizations: dict[str, Organization] = {}
        self.teams: dict[str, VolunteerTeam] = {}
        self.resources: dict[str, Resource] = {}
        self.batches: dict[str, Batch] = {}
        self._area_names: dict[str, dict[str, None]] = {}
        self._area_codes: dict[str, str] = {}
        self._stems: dict[str, dict[str, None]] = {}
        self._in_addresses: dict[str, dict[str, None]] = {}
        self._address_lengths: set[int] = set()
        self._providers: dict[str, dict[str, None]] = {}
        self._codes: dict[str, str] = {}
        self._party_names: dict[str, dict[str, None]] = {}
        self._pool_names: dict[str, str] = {}
        self._resource_names: dict[str, dict[str, None]] = {}
        self._children: dict[str, dict[str, None]] = {}
        for entity in (
            *directory.areas,
            *directory.party_organizations,
            *directory.pools,
            *directory.organizations,
            *directory.teams,
            *directory.resources,
            *directory.batches,
        ):
            self.add(entity)

    def directory(self) -> Directory:
        """Everything, sorted by uid."""
        return Directory(
            street_uid=self.street_uid,
            street_name=self.street_name,
            taxonomy=self.base.taxonomy,
            areas=_sorted(self.areas),
            party_organizations=_sorted(self.parties),
            pools=_sorted(self.pools),
            organizations=_sorted(self.organizations),
            teams=_sorted(self.teams),
            resources=_sorted(self.resources),
            batches=_sorted(self.batches),
            budgets=self.base.budgets,
        )

    def add(self, entity: object) -> None:
        """Take an entity in, with every name it has; other kinds are left aside."""
        if isinstance(entity, AdminDivision | Grid | Neighborhood | Building | Place | Station):
            self._add_area(entity)
        elif isinstance(entity, PartyOrganization):
            self.parties[entity.uid] = entity
            _index(self._party_names, (entity.name, *entity.aliases), entity.uid)
        elif isinstance(entity, ResourcePool):
            self.pools[entity.uid] = entity
            self._pool_names[key_of(entity.name)] = entity.uid
        elif isinstance(entity, Organization):
            self.organizations[entity.uid] = entity
            _index(self._providers, (entity.name, entity.short_name or "", *entity.aliases), entity.uid)
            if entity.uscc:
                self._codes[entity.uscc] = entity.uid
        elif isinstance(entity, VolunteerTeam):
            self.teams[entity.uid] = entity
            _index(self._providers, (entity.name, *entity.aliases), entity.uid)
        elif isinstance(entity, Resource):
            self.resources[entity.uid] = entity
            _index(self._resource_names, (entity.name,), entity.uid)
        elif isinstance(entity, Batch):
            self.batches[entity.uid] = entity

    def _add_area(self, area: Area) -> None:
        self.areas[area.uid] = area
        _index(self._area_names, (area.name, *area.aliases), area.uid)
        if area.parent_uid is not None:
            _append(self._children, area.parent_uid, area.uid)
        code = getattr(area, "code", None)
        if code:
            self._area_codes[code] = area.uid
        if isinstance(area, AdminDivision) and area.level == "community":
            for name in (area.name, *area.aliases):
                _append(self._stems, stem_of(name), area.uid)
                self._add_address_name(f"{stem_of(name)}社区", area.uid)
        for name in (area.name, *area.aliases):
            self._add_address_name(key_of(name), area.uid)
        if isinstance(area, AdminDivision) and area.level == "subdistrict":
            self.street_uid, self.street_name = area.uid, area.name

    def _add_address_name(self, name: str, uid: str) -> None:
        """A name to look for in addresses, by its length: thousands of names in as many addresses are few lengths."""
        if len(name) >= SHORTEST_PREFIX:
            _append(self._in_addresses, name, uid)
            self._address_lengths.add(len(name))

    def area_by_code(self, code: str) -> Area | None:
        """The area with this stated code."""
        uid = self._area_codes.get(code)
        return None if uid is None else self.areas[uid]

    def same_area(self, kind: type, name: str, parent_uid: str | None) -> Area | None:
        """The area of this kind with this very name under this parent."""
        for uid in self._area_names.get(key_of(name), ()):
            area = self.areas[uid]
            if type(area) is kind and area.parent_uid == parent_uid and key_of(area.name) == key_of(name):
                return area
        return None

    def find_area(self, text: str, *, near: bool = True) -> Match:
        """
        The area that a name means.

        Its name, alias, code or uid, a community's name with or without 社区 or 居委会, a community's name with that
        of an area inside it, or the beginning of one community's name; communities come before what bears the same
        name.
        """
        uids = self._exact(text)
        if not uids:
            uids = self._inside_community(text)
        if not uids:
            uids = self._by_prefix(text)
            if len(uids) == 1:
                return Match(self.areas[uids[0]], by_prefix=True)
        if not uids:
            return Match(None, tuple(self.near_areas(text)) if near else ())
        best = self._preferred(uids)
        if len(best) == 1:
            return Match(self.areas[best[0]])
        return Match(None, tuple(sorted(self._full_name(uid) for uid in best)[:5]), several=True)

    def near_areas(self, text: str) -> list[str]:
        """Names of the areas most like the text, communities first."""
        communities = [a.name for a in self.areas.values() if isinstance(a, AdminDivision)]
        others = [a.name for a in self.areas.values() if not isinstance(a, AdminDivision)]
        stems = {stem_of(name): name for name in communities}
        by_stem = [stems[stem] for stem in nearest(stem_of(text), stems, least=0.4)]
        return list(dict.fromkeys([*by_stem, *nearest(text, others, least=0.7)]))[:3]

    def _exact(self, text: str) -> list[str]:
        key = key_of(text)
        uids = [*self._area_names.get(key, ()), *self._stems.get(stem_of(text), ())]
        uids += [uid for uid in (self._area_codes.get(key), text.strip()) if uid in self.areas]
        street = key_of(self.street_name)
        if not uids and street and key.startswith(street) and len(key) > len(street):
            return self._exact(key[len(street) :])
        return list(dict.fromkeys(uids))

    def _inside_community(self, text: str) -> list[str]:
        """Areas that bear the rest of a text which begins with a community's name: 石路社区第一网格."""
        key = key_of(text)
        found = []
        for stem, communities in self._stems.items():
            if not key.startswith(stem):
                continue
            rests = {key[len(stem) :]}
            rests |= {key[len(stem + suffix) :] for suffix in COMMUNITY_SUFFIXES if key.startswith(stem + suffix)}
            for rest in sorted(rests - {""}):
                found += [
                    uid
                    for uid in self._area_names.get(rest, ())
                    if any(self.is_within(uid, community) for community in communities)
                ]
        return list(dict.fromkeys(found))

    def _by_prefix(self, text: str) -> list[str]:
        stem = stem_of(text)
        if len(stem) < SHORTEST_PREFIX:
            return []
        return list(dict.fromkeys(uid for known, uids in self._stems.items() if known.startswith(stem) for uid in uids))

    def _preferred(self, uids: list[str]) -> list[str]:
        for kind in _PREFERRED:
            of_kind = [uid for uid in uids if isinstance(self.areas[uid], kind)]
            if of_kind:
                return of_kind
        return uids

    def _full_name(self, uid: str) -> str:
        area = self.areas[uid]
        parent = self.areas.get(area.parent_uid or "")
        return area.name if parent is None else f"{parent.name}{area.name}"

    def ancestors(self, uid: str) -> Iterator[Area]:
        """The area itself and what lies around it, inmost first."""
        seen: set[str] = set()
        at: str | None = uid
        while at is not None and at in self.areas and at not in seen:
            seen.add(at)
            yield self.areas[at]
            at = self.areas[at].parent_uid

    def is_within(self, uid: str, around: str) -> bool:
        """Whether an area is another one or lies in it."""
        return any(area.uid == around for area in self.ancestors(uid))

    def community_of(self, uid: str) -> AdminDivision | None:
        """The community that an area is or lies in."""
        for area in self.ancestors(uid):
            if isinstance(area, AdminDivision) and area.level == "community":
                return area
        return None

    def find_in_address(self, address: str) -> list[Area]:
        """Areas whose name or alias stands in an address, the longest name first; not the street itself."""
        key = key_of(address)
        if not key:
            return []
        hits: dict[str, int] = {}
        for length in sorted(self._address_lengths):
            for start in range(len(key) - length + 1):
                for uid in self._in_addresses.get(key[start : start + length], ()):
                    hits[uid] = length
        hits.pop(self.street_uid, None)
        return [self.areas[uid] for uid in sorted(hits, key=lambda uid: (-hits[uid], uid))]

    def find_party(self, text: str) -> list[PartyOrganization]:
        """Party organisations with this name or alias, or uid."""
        if text in self.parties:
            return [self.parties[text]]
        return [self.parties[uid] for uid in self._party_names.get(key_of(text), ())]

    def find_pool(self, text: str) -> ResourcePool | None:
        """The pool with this name."""
        uid = self._pool_names.get(key_of(text))
        return None if uid is None else self.pools[uid]

    def find_provider(self, text: str, uscc: str | None = None) -> list[Organization | VolunteerTeam]:
        """Units and teams with this code, else with this name, short name or alias."""
        if uscc is not None and uscc in self._codes:
            return [self.organizations[self._codes[uscc]]]
        uids: Iterable[str] = self._providers.get(key_of(text), ())
        if not uids and (text in self.organizations or text in self.teams):
            uids = [text]
        return [self.organizations.get(uid) or self.teams[uid] for uid in uids]

    def near_providers(self, text: str) -> list[str]:
        """Names of units and teams that the text may be a slip of."""
        names = [unit.name for unit in self.organizations.values()] + [team.name for team in self.teams.values()]
        return nearest(text, names, least=NEAR_PROVIDER)

    def find_resources(self, text: str) -> list[Resource]:
        """Resources with this name, or uid, by uid."""
        if text in self.resources:
            return [self.resources[text]]
        return [self.resources[uid] for uid in sorted(self._resource_names.get(key_of(text), ()))]

    def has_point(self, area: Area) -> bool:
        """Whether an area's own point is known."""
        return area.location.lon is not None and area.location.located_by is LocatedBy.COORDINATES


def _sorted(entities: dict[str, E]) -> tuple[E, ...]:
    return tuple(entities[uid] for uid in sorted(entities))


def _append(index: dict[str, dict[str, None]], key: str, uid: str) -> None:
    index.setdefault(key, {})[uid] = None  # in the order in which they came, each once, however many share the key


def _index(index: dict[str, dict[str, None]], names: Iterable[str], uid: str) -> None:
    for name in names:
        if key_of(name):
            _append(index, key_of(name), uid)

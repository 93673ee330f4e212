"""Rows of the directory (名录): areas first, from the street inwards, then stations, party organisations and pools."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from graph_schema.lists.cells import key_of
from graph_schema.lists.resolve.context import Context
from graph_schema.lists.resolve.locate import find_named_area, read_point
from graph_schema.lists.resolve.rows import RowReader
from graph_schema.lists.values.choosing import nearest
from graph_schema.lists.values.identifiers import parse_number, parse_share, parse_uid, parse_year
from graph_schema.lists.values.quantities import parse_count
from graph_schema.lists.values.vocabularies import AREA_TYPES, PARTY_ENDINGS, STATION_WORDS
from graph_schema.lists.values.windows import parse_windows
from graph_schema.model.identity import make_uid
from graph_schema.model.ledger import Entity
from graph_schema.model.places import (
    NOWHERE,
    AdminDivision,
    Area,
    Building,
    Grid,
    HousingType,
    Neighborhood,
    Place,
    PlaceKind,
    Station,
)
from graph_schema.model.providers import PartyOrganization, ResourcePool

MOST_PEOPLE = 100_000_000
_DIVISIONS = frozenset({"province", "city", "county", "subdistrict", "community"})
_PLACES = frozenset(PlaceKind)
_DEPTH = {
    "province": 0,
    "city": 1,
    "county": 2,
    "subdistrict": 3,
    "community": 4,
    "grid": 5,
    "neighborhood": 6,
    "building": 7,
}
"""Areas lie in areas of a smaller depth; places and stations in any of them."""


@dataclass(slots=True)
class _Node:
    """A directory row while its parent is looked for."""

    row: RowReader
    type: str  # of AREA_TYPES, "station" or "party"
    type_text: str
    name: str
    number: str | None
    uid: str = ""
    tier: str = ""
    entity: Entity | None = None
    keys: frozenset[str] = field(default=frozenset())


def resolve_directory(rows: list[RowReader], context: Context) -> Iterator[tuple[RowReader, Entity]]:
    """Entities of all directory rows of a reading, each behind what it refers to."""
    nodes = [node for row in rows if (node := _node(row)) is not None]
    found: list[tuple[RowReader, Entity]] = []
    areas = [node for node in nodes if node.type not in {"station", "party", "pool"}]
    parties = [node for node in nodes if node.type == "party"]
    stations = [node for node in nodes if node.type == "station"]
    _check_streets(areas, context)
    above = [node for node in areas if _DEPTH.get(node.type, 9) < _DEPTH["subdistrict"]]
    streets = [node for node in areas if node.type == "subdistrict"]
    inside = [node for node in areas if _DEPTH.get(node.type, 9) > _DEPTH["subdistrict"]]
    if not context.street and streets:
        context.register.street_uid = _street_uid(streets[0])
    if not context.street:
        for node in nodes:
            node.row.tell("list_no_street")
        return
    for group in (above, streets, inside):
        found += _settle(group, areas, context)
    party_keys = {key: node for node in parties for key in node.keys}
    based = _stations_of_parties(stations, party_keys, context)
    found += _settle(stations, [*areas, *stations], context)
    for node in parties:
        node.uid = _party_uid(node, context)
    for node in _parents_first(parties, party_keys):
        entity = _party(node, parties, context, based)
        found.append((node.row, entity))
        context.register.add(entity)
    for node in nodes:
        if node.type == "pool":
            pool = _pool(node, context)
            found.append((node.row, pool))
            context.register.add(pool)
    yield from found


def _node(row: RowReader) -> _Node | None:
    row.check_needed()
    row.check_shared()
    type_text, name = row.raw("type"), row.raw("name")
    if type_text is None or name is None:
        return None
    found = _type_of(type_text)
    if found is None:
        words = [words[0] for words in AREA_TYPES.values()] + ["工作站", "联动支部"]
        row.tell("list_unknown_type", "type", value=type_text, allowed=words)
        return None
    kind, tier = found
    number = row.read("number", parse_number)
    keys = frozenset(key_of(text) for text in (name, *row.values("aliases")))
    return _Node(row, kind, type_text, name, number, tier=tier, keys=keys)


def _type_of(text: str) -> tuple[str, str] | None:
    """Type of a directory row, and the tier of a station."""
    key = key_of(text)
    for value, words in AREA_TYPES.items():
        if any(key == key_of(word) for word in words):
            return value, ""
    for tier, words in STATION_WORDS:
        if any(key == word for word in words):
            return "station", tier
    for ending in PARTY_ENDINGS:
        if key.endswith(ending):
            return "party", ""
    for tier, words in STATION_WORDS:
        if any(key.endswith(word) for word in words):
            return "station", tier
    return None


def _check_streets(areas: list[_Node], context: Context) -> None:
    streets = [node for node in areas if node.type == "subdistrict"]
    known = key_of(context.register.street_name)
    for node in streets:
        if known and known not in node.keys:
            node.row.tell("list_other_street", "name", value=node.name, street=context.register.street_name)
    for node in streets[1:]:
        if streets[0].name != node.name:
            node.row.tell(
                "list_two_streets", "name", value=node.name, street=streets[0].name, row=streets[0].row.number
            )


def _street_uid(node: _Node) -> str:
    given = node.row.read("uid", parse_uid)
    return given or make_uid("", "directory", node.number or key_of(node.name))


def _settle(nodes: list[_Node], areas: list[_Node], context: Context) -> Iterator[tuple[RowReader, Entity]]:
    """Areas of one group, each as soon as its parent is known; what never is names a parent that is not there."""
    pending = nodes
    keys: dict[str, set[int]] = {}
    for node in areas:
        for key in node.keys:
            keys.setdefault(key, set()).add(id(node))
    while pending:
        later = []
        waiting = {id(node) for node in pending}
        for node in pending:
            text = node.row.raw("parent")
            wanted = keys.get(key_of(text), set()) - {id(node)} if text else set()
            if wanted & waiting and not wanted - waiting:
                later.append(node)
                continue
            entity = _area(node, context)
            waiting.discard(id(node))
            if entity is not None:
                node.entity = entity
                context.register.add(entity)
                yield node.row, entity
        if len(later) == len(pending):
            for node in later:
                node.row.tell("list_circular_parent", "parent", value=node.row.raw("parent") or "")
            return
        pending = later


def _area(node: _Node, context: Context) -> Area | None:
    row = node.row
    parent = _parent(node, context)
    parent_uid = parent.uid if parent is not None else None
    if parent_uid is None and node.type in {"community", *_PLACES, "station"}:
        parent_uid = context.street
    if parent_uid is None and node.type in {"grid", "neighborhood", "building"}:
        if row.raw("parent") is None:
            row.tell("list_parent_needed", "parent", type=node.type_text, value=node.name)
        return None
    if parent is not None and _DEPTH.get(node.type, 99) <= _depth(parent):
        row.tell("list_wrong_parent", "parent", value=parent.name, type=node.type_text)
    kind = _KINDS.get(node.type, AdminDivision if node.type in _DIVISIONS else Place)
    node.uid = _area_uid(node, kind, parent_uid, context)
    point = read_point(row, context)
    aliases = tuple(row.values("aliases"))
    synthetic = row.choice("synthetic") == "yes"
    households = row.read("households", lambda cell: parse_count(cell, MOST_PEOPLE))
    given: dict[str, object] = {
        "uid": node.uid,
        "street": context.street,
        "name": node.name,
        "aliases": aliases,
        "synthetic": synthetic,
        "parent_uid": parent_uid,
        "location": point or NOWHERE,
    }
    return _make(node, given, households, context)


_KINDS: dict[str, type] = {"grid": Grid, "neighborhood": Neighborhood, "building": Building, "station": Station}


def _make(node: _Node, given: dict[str, object], households: int | None, context: Context) -> Area:
    """The area of a row: what all have is ``given``."""
    row = node.row
    last_year = context.today.year + 20
    if node.type in _DIVISIONS:
        given |= {
            "level": node.type,
            "code": node.number,
            "code_year": row.read("code_year", lambda cell: parse_year(cell, last_year)),
            "households": households,
            "population": row.read("population", lambda cell: parse_count(cell, MOST_PEOPLE)),
            "share_60plus": row.read("share_60plus", parse_share),
        }
        return AdminDivision(**given)  # type: ignore[arg-type]  # the keys are its fields
    if node.type == "grid":
        return Grid(**given, code=node.number, households=households)  # type: ignore[arg-type]
    if node.type == "neighborhood":
        housing = row.choice("housing_type")
        property_ = row.choice("has_property_mgmt")
        given |= {
            "built_year": row.read("built_year", lambda cell: parse_year(cell, last_year)),
            "housing_type": HousingType(housing) if housing else None,
            "households": households,
            "population": row.read("population", lambda cell: parse_count(cell, MOST_PEOPLE)),
            "share_60plus": row.read("share_60plus", parse_share),
            "has_property_mgmt": None if property_ is None else property_ == "yes",
        }
        return Neighborhood(**given)  # type: ignore[arg-type]
    if node.type == "building":
        return Building(**given)  # type: ignore[arg-type]
    if node.type == "station":
        windows = row.read("windows", lambda cell: parse_windows(cell, context.today))
        for code, params in windows.warnings if windows is not None else ():
            row.tell(code, "windows", **params)
        given |= {
            "tier": row.raw("tier") or node.tier,
            "functions": row.values("functions"),
            "amenities": row.values("amenities"),
            "opening_hours": tuple(s.to_text() for s in windows.schedules) if windows is not None else (),
        }
        return Station(**given)  # type: ignore[arg-type]
    length = row.read("length_m", lambda cell: parse_count(cell, MOST_PEOPLE))
    return Place(**given, kind=PlaceKind(node.type), length_m=length)  # type: ignore[arg-type]


def _parent(node: _Node, context: Context) -> Area | None:
    text = node.row.raw("parent")
    if text is None:
        return None
    if node.type == "station" and context.register.find_party(text):
        return context.register.areas.get(context.street)
    if _DEPTH.get(node.type, 99) <= _DEPTH["subdistrict"]:
        # What lies around the street need not be in the list: its own row may name the district it belongs to.
        match = context.register.find_area(text, near=False)
        return match.found
    match = context.register.find_area(text)
    if match.found is not None and match.by_prefix:
        node.row.tell("list_area_by_prefix", "parent", value=text, name=match.found.name)
    if match.found is not None:
        return match.found
    return find_named_area(node.row, "parent", text, context.register)


def _depth(area: Area) -> int:
    if isinstance(area, AdminDivision):
        return _DEPTH.get(area.level, 3)
    return {Grid: 5, Neighborhood: 6, Building: 7}.get(type(area), 8)


def _area_uid(node: _Node, kind: type, parent_uid: str | None, context: Context) -> str:
    given = node.row.read("uid", parse_uid)
    if given is not None:
        return given
    if node.type == "subdistrict":
        return context.street
    known = context.register.area_by_code(node.number) if node.number else None
    known = known or context.register.same_area(kind, node.name, parent_uid)
    if known is not None and type(known) is kind:
        return known.uid
    identity = (node.number,) if node.number else (node.type, parent_uid or "", key_of(node.name))
    return make_uid(context.street, "directory", *identity)


def _stations_of_parties(stations: list[_Node], parties: dict[str, _Node], context: Context) -> dict[int, str]:
    """Party rows that a station's row names as its own: row -> station name; their parent area is the street."""
    based: dict[int, str] = {}
    for station in stations:
        text = station.row.raw("parent")
        if text is None:
            continue
        party = parties.get(key_of(text))
        if party is not None and context.register.find_area(text, near=False).found is None:
            based[id(party)] = station.name
            cells = {key: cell for key, cell in station.row.row.cells.items() if key != "parent"}
            station.row.row = replace(station.row.row, cells=cells)
    return based


def _party_uid(node: _Node, context: Context) -> str:
    given = node.row.read("uid", parse_uid)
    known = [party for party in context.register.find_party(node.name) if key_of(party.kind) == key_of(node.type_text)]
    if given is not None or known:
        return given or known[0].uid
    identity = (node.number,) if node.number else ("party", key_of(node.type_text), key_of(node.name))
    return make_uid(context.street, "directory", *identity)


def _parents_first(nodes: list[_Node], by_key: dict[str, _Node]) -> list[_Node]:
    ordered: list[_Node] = []
    state: dict[int, int] = {}
    for start in nodes:
        path = []
        node: _Node | None = start
        while node is not None and id(node) not in state:
            state[id(node)] = 1
            path.append(node)
            parent = by_key.get(key_of(node.row.raw("parent") or ""))
            if parent is not None and state.get(id(parent)) == 1:
                node.row.tell("list_circular_parent", "parent", value=node.row.raw("parent") or "")
                parent = None
            node = parent
        for each in reversed(path):
            state[id(each)] = 2
            ordered.append(each)
    return ordered


def _party(node: _Node, nodes: list[_Node], context: Context, based: dict[int, str]) -> PartyOrganization:
    row, register = node.row, context.register
    parent_text = row.raw("parent")
    parent: PartyOrganization | None = None
    members = list(row.values("members"))
    if parent_text is not None:
        above = [party for party in register.find_party(parent_text) if party.uid != node.uid]
        parent = above[0] if above else None
        if parent is None:
            area = register.find_area(parent_text).found
            if area is None:
                names = [party.name for party in register.parties.values()] + [other.name for other in nodes]
                near = [*nearest(parent_text, names), *register.near_areas(parent_text)][:3]
                row.tell("list_unknown_parent", "parent", value=parent_text, near=near)
            elif area.uid != context.street and not members:
                members = [parent_text]  # a grid branch "of" its grid
    jurisdiction = [area.uid for name in members if (area := find_named_area(row, "members", name, register))]
    station = row.raw("based_at") or based.get(id(node))
    station_uid = None
    if station is not None:
        match = register.find_area(station)
        if isinstance(match.found, Station):
            station_uid = match.found.uid
        else:
            stations = [area.name for area in register.areas.values() if isinstance(area, Station)]
            row.tell("list_unknown_station", "based_at", value=station, near=nearest(station, stations, least=0.3))
    return PartyOrganization(
        uid=node.uid,
        street=context.street,
        name=node.name,
        kind=node.type_text,
        rank=0 if parent is None else parent.rank + 1,
        parent_uid=None if parent is None else parent.uid,
        jurisdiction_uids=tuple(dict.fromkeys(jurisdiction)),
        station_uid=station_uid,
        aliases=row.values("aliases"),
        synthetic=row.choice("synthetic") == "yes",
    )


def _pool(node: _Node, context: Context) -> ResourcePool:
    row, register = node.row, context.register
    members: list[str] = []
    for name in row.values("members"):
        area = find_named_area(row, "members", name, register)
        if area is not None:
            members.append(area.uid)
    if not row.values("members"):
        row.tell("list_pool_without_members", "members", value=node.name)
    known = register.find_pool(node.name)
    given = row.read("uid", parse_uid)
    identity = (node.number,) if node.number else ("pool", key_of(node.name))
    return ResourcePool(
        uid=given or (known.uid if known is not None else make_uid(context.street, "directory", *identity)),
        street=context.street,
        name=node.name,
        member_uids=tuple(dict.fromkeys(members)),
        synthetic=row.choice("synthetic") == "yes",
    )

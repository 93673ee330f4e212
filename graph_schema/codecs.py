"""Values to nodes and back, as the schema declares: the only place that knows how a field is stored."""

from __future__ import annotations

import dataclasses
import json
import math
import types
import typing
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

from graph_schema.declaration import Link, NodeLabel, Property, PropertyType
from graph_schema.errors import InvalidValueError, StoredValueError
from graph_schema.model.identity import make_uid
from graph_schema.model.pairings import Shortfall
from graph_schema.model.places import Location
from graph_schema.model.quantities import Quantity
from graph_schema.model.resources import Resource, Slot
from graph_schema.model.schedules import Schedule
from graph_schema.schema import BOOKKEEPING, COMMON, KEY, SCHEMA

LONGEST_TEXT = 1_000_000
"""Characters of one property; structured text of a pairing's path is far below."""
_SMALLEST_INT, _LARGEST_INT = -(2**63), 2**63 - 1
_SHARED_STREET = ""

Properties = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Node:
    """
    A node on its way in or out.

    Parameters
    ----------
    properties
        As stored, with plain Python values; with bookkeeping once the store has added it.
    """

    label: str
    key: str
    properties: Properties

    @property
    def content(self) -> Properties:
        """Properties that say something of the row itself."""
        return {name: value for name, value in self.properties.items() if name not in BOOKKEEPING}


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A relationship between the nodes of two keys; ``mode`` is empty where its type has none."""

    relationship: str
    start: str
    end: str
    mode: str = ""


def key_of(street: str, *parts: object) -> str:
    """
    Key of a node: its street and what identifies it there.

    Raises
    ------
    InvalidValueError
        If a part is missing; an engine that merges on a null key would make a node that nobody finds again.
    """
    if any(part is None or part == "" for part in parts):
        msg = f"A key of street {street!r} has the parts {parts}, one of them empty."
        raise InvalidValueError(msg)
    return "|".join((street, *map(str, parts)))


def canonical_json(value: object) -> str:
    """The one JSON text of a value: sorted names, no spaces, no escapes beyond the necessary."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def label_of(value: object) -> NodeLabel:
    """The label that stores this value's class; raises ``KeyError`` for any other class."""
    return _labels_by_model()[type(value)]


def encode(value: object) -> Node:
    """
    The node that holds a value, without bookkeeping.

    Raises
    ------
    InvalidValueError
        If a required field is empty, an instant is naive, or a value is beyond what an engine can hold.
    """
    label = label_of(value)
    properties: Properties = {}
    uid, street = _identity(label, value)
    for declared, field_of, stored_form in _writers(label.name):
        given = field_of(value)
        stored = stored_form(given) if given is not None else None
        nothing = given in (None, ()) and not (given == () and declared.required)
        if nothing or stored == []:
            if declared.required:
                msg = f"{label.name} {uid}: {declared.name} is {given!r}, but it is required."
                raise InvalidValueError(msg)
            continue
        properties[declared.name] = stored
    properties |= {"uid": _text(uid), "street": _text(street), KEY: key_of(street, uid)}
    if isinstance(value, Resource) and value.slots:
        properties["slot_uids"] = [slot.uid for slot in value.slots]
    if label.name == "Need":
        properties["tokens"] = searchable(*(properties.get(name, "") for name in ("title", "address", "note")))
    for unique in label.unique:
        parts = [properties.get(name) for name in unique.parts]
        if None not in parts:
            properties[unique.property] = "|".join(map(str, parts))
    return Node(label.name, properties[KEY], properties)


def encode_row(value: object) -> tuple[Node, ...]:
    """The node that holds a value, then those of its parts (a resource's slots)."""
    parts = value.slots if isinstance(value, Resource) else ()
    return (encode(value), *map(encode, parts))


def decode(label: str, properties: Mapping[str, Any], parts: tuple[Slot, ...] = ()) -> Any:
    """
    The value that a node holds.

    Parameters
    ----------
    parts
        A resource's slots, in any order; others are ignored.

    Raises
    ------
    StoredValueError
        If a required property is absent, or a value is not of its declared type.
    """
    declared = SCHEMA.label(label)
    model = declared.model
    if model is None:
        msg = f"{label} holds no value of the model."
        raise StoredValueError(msg)
    fields: dict[str, Any] = {}
    try:
        for name, path, read in _readers(label):
            if name in properties:
                _put(fields, path, read(properties[name]))
            elif path[0] in _nullable(model):
                fields[path[0]] = None
        for name in ("uid", "street"):
            if name in _hints(model):
                fields[name] = properties[name]
        if model is Resource:
            by_uid = {slot.uid: slot for slot in parts}
            fields["slots"] = tuple(by_uid[uid] for uid in properties.get("slot_uids", ()) if uid in by_uid)
        return _built(model, fields)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        msg = f"{label} {properties.get('uid')!r} cannot be read: {error}."
        raise StoredValueError(msg) from error


def edges_of(node: Node) -> frozenset[Edge]:
    """The relationships that follow from a node's own properties."""
    street = node.properties["street"]
    return frozenset(
        Edge(link.relationship, *((end, node.key) if link.reverse else (node.key, end)), link.mode or "")
        for link, shared in _links(node.label)
        for end in _ends(node, link, street, shared)
    )


@cache
def _links(label: str) -> tuple[tuple[Link, str | None], ...]:
    """Links of a label, each with the shared label that it leads to, if any; BROADER joins two of one label."""
    made = []
    for link in SCHEMA.label(label).links:
        ends = SCHEMA.relationship(link.relationship).ends
        shared = next((name for name in ends if SCHEMA.label(name).shared), None)
        made.append((link, label if shared is not None and SCHEMA.label(label).shared else shared))
    return tuple(made)


def shortfall(street: str, run_uid: str, stored: Mapping[str, Any]) -> Shortfall:
    """What a run left unmet, from the relationship that says so and the need's uid."""
    hints = _hints(Shortfall)
    reason, funnel = (_plain_reader(hints[name])(json.loads(stored[name])) for name in ("reason", "funnel"))
    return Shortfall(street, run_uid, stored["need_uid"], stored["quantity"], reason, funnel)


def to_text(node: Node) -> dict[str, Any]:
    """A node as JSON values, bookkeeping included, to be kept as text."""
    return {"label": node.label, "properties": {k: _plain(v) for k, v in sorted(node.properties.items())}}


def from_text(stored: Mapping[str, Any]) -> Node:
    """The node whose `to_text` was kept."""
    kinds = _kinds(stored["label"])
    readers: dict[PropertyType, Callable[[Any], Any]] = {
        PropertyType.DATE: date.fromisoformat,
        PropertyType.INSTANT: datetime.fromisoformat,
    }
    properties = {
        name: readers[kinds[name]](value) if kinds[name] in readers else value
        for name, value in stored["properties"].items()
    }
    return Node(stored["label"], properties[KEY], properties)


def searchable(*texts: str) -> str:
    """Text as it is searched: full-width and case folded, words apart by one space."""
    return " ".join(unicodedata.normalize("NFKC", " ".join(texts)).casefold().split())


def _identity(label: NodeLabel, value: Any) -> tuple[str, str]:
    if label.shared:
        return make_uid(_SHARED_STREET, label.name, value.code), _SHARED_STREET
    if label.name == "Event":
        return make_uid(value.street, label.name, str(value.seq)), value.street
    return value.uid, value.street


def _ends(node: Node, link: Link, street: str, shared: str | None) -> Iterator[str]:
    given = node.properties.get(link.of)
    if given is None:
        return
    for end in given if isinstance(given, list) else (given,):
        if shared is None:
            yield key_of(street, end)
        else:
            yield _shared_key(shared, end)


@lru_cache(maxsize=4096)  # many rows are of few categories
def _shared_key(label: str, code: str) -> str:
    return key_of(_SHARED_STREET, make_uid(_SHARED_STREET, label, code))


def _plain(value: Any) -> Any:
    return _plain_form(value.__class__)(value)


@cache
def _plain_form(kind: type) -> Callable[[Any], Any]:
    """What makes JSON values of a value of this class."""
    for known, plain in _PLAIN:
        if issubclass(kind, known):
            return plain
    if dataclasses.is_dataclass(kind):
        names = tuple(field.name for field in dataclasses.fields(kind))
        return lambda value: {name: _plain(getattr(value, name)) for name in names}
    if issubclass(kind, Mapping):
        return lambda value: {str(name): _plain(item) for name, item in value.items()}
    if issubclass(kind, list | tuple):
        return lambda value: [_plain(item) for item in value]
    return lambda value: value


def _text(value: object) -> str:
    text = str(value.value if isinstance(value, Enum) else value)
    if len(text) > LONGEST_TEXT:
        msg = f"A text of {len(text)} characters begins {text[:40]!r}; the longest is {LONGEST_TEXT}."
        raise InvalidValueError(msg)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        msg = f"The text {text[:40]!r} holds half a character. Maybe it was read in the wrong encoding."
        raise InvalidValueError(msg) from error
    return text


def _integer(value: int) -> int:
    if not _SMALLEST_INT <= value <= _LARGEST_INT:
        msg = f"{value} does not fit into 64 bits."
        raise InvalidValueError(msg)
    return int(value)


def _float(value: float) -> float:
    if not math.isfinite(value):
        msg = f"{value} is not a finite number."
        raise InvalidValueError(msg)
    return float(value)


def _instant(value: datetime) -> datetime:
    if value.tzinfo is None:
        msg = f"{value.isoformat()} has no time zone. Maybe datetime.now(UTC) was meant."
        raise InvalidValueError(msg)
    return value.astimezone(UTC)


_SCALARS = frozenset({str, int, bool, date})
_PLAIN: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (Enum, lambda value: value.value),
    (datetime, lambda value: _instant(value).isoformat()),  # before date, which it is too
    (date, lambda value: value.isoformat()),
    (Schedule, lambda value: value.to_text()),
)
_ENCODERS: Mapping[PropertyType, Callable[[Any], Any]] = {
    PropertyType.TEXT: _text,
    PropertyType.TEXTS: lambda items: [_text(item) for item in items],
    PropertyType.INTEGER: _integer,
    PropertyType.FLOAT: _float,
    PropertyType.BOOLEAN: bool,
    PropertyType.DATE: lambda day: date(day.year, day.month, day.day),
    PropertyType.INSTANT: _instant,
    PropertyType.SCHEDULE: lambda schedule: schedule.to_text(),
    PropertyType.JSON: lambda value: _text(canonical_json(value)),
}


@cache
def _writers(label: str) -> tuple[tuple[Property, Callable[[Any], Any], Callable[[Any], Any]], ...]:
    """Of each property that holds a field: what takes the field of a value, and what makes its stored form."""
    return tuple(
        (declared, attrgetter(declared.path), _ENCODERS[declared.type])
        for declared in SCHEMA.label(label).properties
        if not declared.derived
    )


@cache
def _readers(label: str) -> tuple[tuple[str, tuple[str, ...], Callable[[Any], Any]], ...]:
    """Of each property that holds a field: its name, the path of the field, and what reads it."""
    declared = SCHEMA.label(label)
    assert declared.model is not None  # noqa: S101 - asked before
    return tuple(
        (item.name, tuple(item.path.split(".")), _reader(declared.model, item))
        for item in declared.properties
        if not item.derived
    )


def _reader(model: type, declared: Property) -> Callable[[Any], Any]:
    hint: Any = model
    for name in declared.path.split("."):
        hint = _bare(_hints(_bare(hint))[name])
    read = _plain_reader(hint)
    special: dict[PropertyType, Callable[[Any], Any]] = {
        PropertyType.JSON: lambda stored: read(json.loads(stored)),
        PropertyType.SCHEDULE: _schedule,
        PropertyType.FLOAT: float,
        PropertyType.INSTANT: _instant,
    }
    return special.get(declared.type) or read


@lru_cache(maxsize=4096)  # many rows share few schedules, and a schedule is never changed
def _schedule(text: str) -> Schedule:
    return Schedule.from_text(text)


@cache
def _plain_reader(hint: Any) -> Callable[[Any], Any]:
    """What makes a value of a type's hint from its JSON values; raises ``TypeError`` for another type's."""
    if hint in _SCALARS:
        return lambda value: _checked(hint, value, is_one=type(value) is hint)
    hint = _bare(hint)
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return _tuple_reader(args)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        fields = {name: _plain_reader(of_field) for name, of_field in _hints(hint).items()}
        return lambda value: hint(**{name: fields[name](given) for name, given in value.items()})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    if isinstance(hint, type):
        return lambda value: _checked(hint, value, is_one=isinstance(value, hint))
    return lambda value: value


def _tuple_reader(args: tuple[Any, ...]) -> Callable[[Any], Any]:
    if args[-1] is Ellipsis:
        item = _plain_reader(args[0])
        return lambda value: tuple(item(given) for given in value)
    items = tuple(map(_plain_reader, args))
    return lambda value: tuple(read(given) for read, given in zip(items, value, strict=True))


def _checked(hint: type, value: Any, *, is_one: bool) -> Any:
    if not is_one:
        msg = f"{value!r} is not a {hint.__name__}"
        raise TypeError(msg)
    return value


def _bare(hint: Any) -> Any:
    """A hint without its ``| None``."""
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        (hint,) = (part for part in typing.get_args(hint) if part is not types.NoneType)
    return hint


def _put(fields: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        fields = fields.setdefault(name, {})
    fields[path[-1]] = value


def _built(model: type, fields: Mapping[str, Any]) -> Any:
    nested = _nested(model)
    return model(**{name: _built(nested[name], given) if name in nested else given for name, given in fields.items()})


@cache
def _nested(model: type) -> dict[str, type]:
    """Fields that are dataclasses themselves and stored as several properties."""
    bare = {name: _bare(hint) for name, hint in _hints(model).items()}
    return {name: hint for name, hint in bare.items() if hint in {Location, Quantity}}


@cache
def _hints(model: type) -> dict[str, Any]:
    return typing.get_type_hints(model)


@cache
def _nullable(model: type) -> frozenset[str]:
    """Fields that must be given and may be ``None``."""
    return frozenset(
        field.name
        for field in dataclasses.fields(model)
        if field.default is dataclasses.MISSING
        and field.default_factory is dataclasses.MISSING
        and types.NoneType in typing.get_args(_hints(model)[field.name])
    )


@cache
def _kinds(label: str) -> dict[str, PropertyType]:
    return {item.name: item.type for item in (*COMMON, *SCHEMA.label(label).properties)}


@cache
def _labels_by_model() -> dict[type, NodeLabel]:
    return {label.model: label for label in SCHEMA.labels if label.model is not None}

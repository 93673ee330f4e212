"""
A snapshot as bytes and back, exactly: what a run keeps of its inputs.

Text is JSON with the names of each record's fields once and its values in their order, so that a later version, which
may know more fields, still reads it. The walking network is a content of its own, because many runs share it.
"""

import hashlib
import json
import math
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

import numpy as np

from graph_schema.errors import InvalidValueError, StoredValueError
from graph_schema.model.snapshot import Snapshot, StreetArrays

FORM = 1
"""Of the bytes; a reader takes this one and every earlier."""

_ARRAYS = ("node_xy_m", "start", "target", "length_m")
_AS_THEY_ARE = (str, int, bool, types.NoneType)


@dataclass(frozen=True, slots=True)
class KeptSnapshot:
    """
    A snapshot as contents to keep.

    Parameters
    ----------
    text
        All of it but the walking network, which it names by its hash.
    streets
        The walking network, ``None`` where straight lines were used.
    """

    text: bytes
    streets: bytes | None

    @property
    def contents(self) -> tuple[bytes, ...]:
        """Everything that must be kept to read it again."""
        return (self.text,) if self.streets is None else (self.streets, self.text)


def content_hash(content: bytes) -> str:
    """SHA-256 hex: the name under which a content is kept."""
    return hashlib.sha256(content).hexdigest()


def keep(snapshot: Snapshot) -> KeptSnapshot:
    """
    The one form of a snapshot: equal snapshots give equal bytes on every machine.

    Raises
    ------
    InvalidValueError
        If it holds a value that has no form.
    """
    streets = None if snapshot.streets is None else _street_bytes(snapshot.streets)
    shapes: dict[str, list[str]] = {}
    text = json.dumps(
        {
            "form": FORM,
            "streets": None if streets is None else content_hash(streets),
            "snapshot": _plain(replace(snapshot, streets=None), shapes),
            "shapes": shapes,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    )
    return KeptSnapshot(text.encode(), streets)


def read(text: bytes, content: Callable[[str], bytes]) -> Snapshot:
    """
    The snapshot that was kept.

    Parameters
    ----------
    text
        As `KeptSnapshot.text`.
    content
        Gives a content by its hash; asked for the walking network.

    Raises
    ------
    StoredValueError
        If this version cannot read it.
    """
    try:
        stored = json.loads(text)
        _check_form(stored)
        made: Snapshot = _reader(Snapshot)(stored["snapshot"], stored["shapes"])
        if stored["streets"] is not None:
            made = replace(made, streets=_street_arrays(content(stored["streets"])))
    except (KeyError, TypeError, ValueError, IndexError) as error:
        msg = f"A kept snapshot cannot be read: {error}. Maybe another version of the program wrote it."
        raise StoredValueError(msg) from error
    return made


def _check_form(head: dict[str, Any]) -> None:
    if head["form"] > FORM:
        msg = f"form {head['form']} is newer than {FORM}"
        raise ValueError(msg)


def _plain(value: Any, shapes: dict[str, list[str]]) -> Any:
    """JSON values; a record is the list of its values, and ``shapes`` gets the names of its fields."""
    kind = value.__class__
    if issubclass(kind, tuple):
        return [_plain(item, shapes) for item in value]
    names = _field_names(kind)
    if names is not None:
        shapes.setdefault(kind.__name__, list(names))
        return [_plain(getattr(value, name), shapes) for name in names]
    return _plain_form(kind)(value)


@cache
def _field_names(kind: type) -> tuple[str, ...] | None:
    """Fields of a record's class, ``None`` for any other."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


@cache
def _plain_form(kind: type) -> Callable[[Any], Any]:
    for known, plain in _PLAIN:
        if issubclass(kind, known):
            return plain
    return _refused


def _refused(value: Any) -> Any:
    msg = f"{value!r} of {type(value).__name__} has no form to be kept in."
    raise InvalidValueError(msg)


_PLAIN: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    (Enum, lambda value: value.value),  # before text, which some are too
    (_AS_THEY_ARE, lambda value: value),
    (float, lambda value: value if math.isfinite(value) else str(value)),
    (date, lambda value: value.isoformat()),
    (np.ndarray, lambda value: value.astype(np.int64, casting="no").tolist()),
)

_Shapes = dict[str, list[str]]
_Reader = Callable[[Any, _Shapes], Any]


@cache
def _reader(hint: Any) -> _Reader:
    """What makes a value of a type's hint from its JSON values and the names of stored fields."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        (bare,) = (part for part in args if part is not types.NoneType)
        inner = _reader(bare)
        return lambda value, shapes: None if value is None else inner(value, shapes)
    if origin is tuple:
        return _tuple_reader(args)
    if is_dataclass(hint):
        return _record_reader(typing.cast("type", hint))
    read_one = _one(hint, origin)
    return lambda value, _: read_one(value)


def _one(hint: Any, origin: Any) -> Callable[[Any], Any]:
    """Reader of what is no record, tuple or choice."""
    if origin is np.ndarray:
        return lambda value: np.array(value, dtype=np.int64)
    if hint in {date, datetime}:
        return typing.cast("Callable[[Any], Any]", hint.fromisoformat)
    if hint is float:
        return lambda value: float(value) if isinstance(value, str) else value
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return lambda value: value


def _tuple_reader(args: tuple[Any, ...]) -> _Reader:
    if args[-1] is Ellipsis:
        item = _reader(args[0])
        return lambda value, shapes: tuple(item(given, shapes) for given in value)
    items = [_reader(arg) for arg in args]
    return lambda value, shapes: tuple(read(given, shapes) for read, given in zip(items, value, strict=True))


def _record_reader(record: type) -> _Reader:
    """Values in the order of the stored names; a field that was not known then has its default."""
    hints = typing.get_type_hints(record)
    required = {field.name for field in fields(record) if field.default is MISSING and field.default_factory is MISSING}
    by_name = {field.name: _reader(hints[field.name]) for field in fields(record)}

    def read_record(value: list[Any], shapes: _Shapes) -> Any:
        names = shapes[record.__name__]
        if missing := required.difference(names):
            msg = f"{record.__name__} was kept without {min(missing)}"
            raise ValueError(msg)
        return record(**{name: by_name[name](given, shapes) for name, given in zip(names, value, strict=True)})

    return read_record


def _street_bytes(streets: StreetArrays) -> bytes:
    """A line that says what follows, then the arrays' own bytes, little-endian."""
    arrays = [(name, np.ascontiguousarray(getattr(streets, name))) for name in _ARRAYS]
    arrays = [(name, array.astype(array.dtype.newbyteorder("<"))) for name, array in arrays]
    head = {
        "form": FORM,
        "source": streets.source,
        "arrays": [[name, array.dtype.str, list(array.shape)] for name, array in arrays],
    }
    line = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return b"".join([line, b"\n", *(array.tobytes() for _, array in arrays)])


def _street_arrays(content: bytes) -> StreetArrays:
    line, _, rest = content.partition(b"\n")
    head = json.loads(line)
    _check_form(head)
    arrays: dict[str, Any] = {}
    for name, dtype, shape in head["arrays"]:
        kind = np.dtype(dtype)
        taken = math.prod(shape) * kind.itemsize
        arrays[name] = np.frombuffer(rest[:taken], dtype=kind).reshape(shape).astype(kind.newbyteorder("="))
        rest = rest[taken:]
    return StreetArrays(source=head["source"], **arrays)

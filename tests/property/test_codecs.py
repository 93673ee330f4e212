"""Values to nodes and back: whatever the model allows is stored and read back equal, and nothing else is stored."""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Callable
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_schema.codecs import (
    canonical_json,
    decode,
    edges_of,
    encode,
    encode_row,
    from_text,
    key_of,
    label_of,
    to_text,
)
from graph_schema.declaration import PropertyType
from graph_schema.errors import InvalidValueError, StoredValueError
from graph_schema.model.quantities import Quantity
from graph_schema.model.resources import Resource, Slot
from graph_schema.model.rulings import Ruling, RulingKind
from graph_schema.model.schedules import Frequency, Schedule
from graph_schema.schema import COMMON, SCHEMA
from tests.contract import factories as make
from tests.property.settings import FIXED

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20)
JSON = st.dictionaries(TEXT, st.one_of(TEXT, st.integers(-(2**53), 2**53), st.booleans(), st.none()), max_size=3)
SCHEDULES = st.builds(
    Schedule,
    st.just(Frequency.WEEKLY),
    st.integers(0, 1439),
    st.integers(1440, 2880),
    byday=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
)
SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    dt.date: st.dates(),
    dt.datetime: st.datetimes(timezones=st.just(dt.UTC)),
    Schedule: SCHEDULES,
    Quantity: st.builds(Quantity, st.integers(0, 2**40), TEXT),
    dict[str, Any]: JSON,
}
MODELS = [label.model for label in SCHEMA.labels if label.model is not None]


def strategy(hint: Any) -> st.SearchStrategy[Any]:
    if hint in SIMPLE:
        return SIMPLE[hint]
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return st.one_of(*(st.none() if arg is types.NoneType else strategy(arg) for arg in args))
    if origin is tuple and args[-1] is Ellipsis:
        return st.lists(strategy(args[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(strategy, args))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    return values(hint)


def values(model: type) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(model)
    given_fields = {field.name: strategy(hints[field.name]) for field in dataclasses.fields(model)}
    if model is Resource:
        given_fields["slots"] = st.lists(values(Slot), max_size=3, unique_by=lambda slot: slot.uid).map(tuple)
    if model is Ruling:  # a pin keeps a pair, and nothing else names a slot or units
        most = st.integers(1, 2**63 - 1)
        pinned = {"kind": st.just(RulingKind.PIN), "need_uid": TEXT, "resource_uid": TEXT, "quantity": st.none() | most}
        others = {"kind": st.sampled_from([kind for kind in RulingKind if kind is not RulingKind.PIN])}
        others |= {"provider_uid": TEXT, "slot_uid": st.none(), "quantity": st.none()}
        return st.builds(model, **{**given_fields, **pinned}) | st.builds(model, **{**given_fields, **others})
    return st.builds(model, **given_fields)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_is_declared_and_every_declared_property_is_a_field(model: type) -> None:
    label = label_of_model(model)
    declared = {item.path.split(".")[0] for item in label.properties if not item.derived}
    fields = {field.name for field in dataclasses.fields(model)} - {"uid", "street", "slots"}
    assert declared == fields
    names = [item.name for item in (*COMMON, *label.properties)]
    assert len(names) == len(set(names))


def label_of_model(model: type) -> Any:
    return next(label for label in SCHEMA.labels if label.model is model)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@settings(FIXED, max_examples=60)
@given(data=st.data())
def test_whatever_the_model_allows_reads_back_equal(model: type, data: st.DataObject) -> None:
    value = data.draw(values(model))
    if label_of(value).shared:
        value = dataclasses.replace(value, code=value.code or "X")
    node, *parts = encode_row(value)
    slots = tuple(decode("Slot", part.properties) for part in parts)
    assert decode(node.label, node.properties, slots) == value
    assert from_text(to_text(node)) == node
    for stored in node.properties.values():
        assert type(stored) in {str, int, float, bool, list, dt.date, dt.datetime}
        assert stored != []


@FIXED
@given(JSON, st.randoms(use_true_random=False))
def test_canonical_json_does_not_depend_on_the_order_of_names(value: dict[str, Any], random: Any) -> None:
    names = list(value)
    random.shuffle(names)
    assert canonical_json({name: value[name] for name in names}) == canonical_json(value)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda: make.need(1, title="\ud800"), id="half a character"),
        pytest.param(lambda: make.need(1, beneficiary_persons=2**63), id="beyond 64 bits"),
        pytest.param(lambda: make.community(1, share_60plus=float("nan")), id="not a number"),
        pytest.param(lambda: make.need(1, note="x" * 1_000_001), id="too long"),
        pytest.param(lambda: make.need(1, title=None), id="required and missing"),
        pytest.param(lambda: make.batch(1, released_at=dt.datetime(2026, 1, 1)), id="naive"),  # noqa: DTZ001 - meant
        pytest.param(lambda: dataclasses.replace(make.need(1), uid=""), id="without uid"),
        pytest.param(lambda: dataclasses.replace(make.need(1), uid=None), id="null uid"),
    ],
)
def test_what_an_engine_could_not_keep_is_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(InvalidValueError):
        encode(wrong())


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"title": None}, id="required absent"),
        pytest.param({"quantity": "2"}, id="text for a number"),
        pytest.param({"urgency": "extreme"}, id="unknown word"),
        pytest.param({"window": "FREQ=NEVER"}, id="schedule"),
        pytest.param({"needed_by": "2026-01-01"}, id="text for a date"),
    ],
)
def test_a_stored_value_that_the_schema_does_not_allow_is_named(change: dict[str, object]) -> None:
    node = encode(make.need(1))
    properties = {name: value for name, value in {**node.properties, **change}.items() if value is not None}
    with pytest.raises(StoredValueError, match=r"Need .* cannot be read"):
        decode("Need", properties)


def test_keys_begin_with_the_street_and_have_no_empty_part() -> None:
    assert key_of("s", "a", 1) == "s|a|1"
    assert encode(make.need(1)).key.startswith(make.street_uid() + "|")
    with pytest.raises(InvalidValueError):
        key_of("s", None)


def test_relationships_follow_the_schema() -> None:
    for row in make.whole_street():
        for node in encode_row(row):
            for edge in edges_of(node):
                kind = SCHEMA.relationship(edge.relationship)
                own_end = edge.start == node.key
                assert node.label in (kind.starts if own_end else kind.ends)
                assert bool(edge.mode) is any(item.name == "mode" for item in kind.properties)


def test_structured_values_are_text() -> None:
    for label in SCHEMA.labels:
        for item in label.properties:
            if item.type in {PropertyType.JSON, PropertyType.SCHEDULE} and label.model is not None and not item.derived:
                hint = typing.get_type_hints(label.model)[item.path]
                assert hint not in {str, int}

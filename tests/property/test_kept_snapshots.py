"""A snapshot that is kept comes back as it was: every field of every record, and the walking network."""

import datetime as dt
import json
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_schema import kept
from graph_schema.assemble import canonical_hash
from graph_schema.errors import StoredValueError
from graph_schema.model import snapshot as model
from graph_schema.model.schedules import IntervalSet
from graph_schema.model.snapshot import Snapshot, SnapshotNeed, StreetArrays
from tests.instances.snapshots import seeded_snapshot

_HINTS = get_type_hints(Snapshot)
RECORDS = {
    name: get_args(hint)[0]
    for name, hint in _HINTS.items()
    if get_origin(hint) is tuple and is_dataclass(get_args(hint)[0])
}
"""Field of a snapshot, and the record that it is a tuple of."""

st.register_type_strategy(IntervalSet, st.just(IntervalSet.of([(0, 60), (1440, 1500)])))
st.register_type_strategy(dt.datetime, st.datetimes(timezones=st.just(dt.UTC)))


def again(made: Snapshot) -> Snapshot:
    """The snapshot through its kept form."""
    form = kept.keep(made)
    contents = {kept.content_hash(content): content for content in form.contents}
    return kept.read(form.text, contents.__getitem__)


def same(one: Snapshot, other: Snapshot) -> bool:
    """Equal in every field, NaN to NaN, and in the type of each value."""
    arrays = (
        [
            (getattr(one.streets, name), getattr(other.streets, name))
            for name in ("node_xy_m", "start", "target", "length_m")
        ]
        if one.streets is not None
        else []
    )
    return (
        repr(replace(one, streets=None)) == repr(replace(other, streets=None))
        and canonical_hash(one) == canonical_hash(other)
        and all(a.dtype == b.dtype and a.shape == b.shape and (a == b).all() for a, b in arrays)
    )


@pytest.mark.parametrize("seed", range(20))
def test_a_kept_snapshot_reads_back_as_it_was(seed: int) -> None:
    made = seeded_snapshot(seed)
    assert same(again(made), made)


@pytest.mark.parametrize("name", sorted(RECORDS))
@settings(max_examples=20, derandomize=True, deadline=None)
@given(data=st.data())
def test_every_field_of_every_record_survives(name: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.from_type(RECORDS[name]), min_size=1, max_size=2))
    made = replace(seeded_snapshot(1), **{name: tuple(rows)})
    assert same(again(made), made)


def test_the_records_are_all_that_the_model_has() -> None:
    named = {getattr(model, name) for name in dir(model) if name.startswith("Snapshot")} - {Snapshot}
    inner = {model.SnapshotAgreement, model.SnapshotSlot, model.SnapshotHold, model.SnapshotLoad}
    assert named - inner == set(RECORDS.values()) - {IntervalSet}


def test_the_arrays_of_a_network_come_back_in_their_own_kinds() -> None:
    rng = np.random.default_rng(1)
    streets = StreetArrays(
        node_xy_m=rng.normal(size=(5, 2)),
        start=np.arange(6, dtype=np.int64),
        target=np.array([1, 2, 3, 4, 0], dtype=np.int32),
        length_m=rng.random(5) + 1,
        source="路网.osm",
    )
    made = replace(seeded_snapshot(2), streets=streets)
    assert same(again(made), made)
    assert again(made).streets is not None


def test_equal_snapshots_have_one_form_and_share_their_network() -> None:
    made = next(found for seed in range(20) if (found := seeded_snapshot(seed)).streets is not None)
    later = replace(made, as_of=made.as_of + dt.timedelta(days=1))
    one, two, other = kept.keep(made), kept.keep(replace(made)), kept.keep(later)
    assert one == two
    assert one.streets == other.streets
    assert one.text != other.text


def _changed(made: Snapshot, change: Any) -> bytes:
    stored = json.loads(kept.keep(replace(made, streets=None)).text)
    change(stored)
    return json.dumps(stored).encode()


def test_a_field_that_was_not_known_then_has_its_default() -> None:
    made = seeded_snapshot(3)

    def forget(stored: dict[str, Any]) -> None:
        stored["shapes"]["SnapshotNeed"].remove("help")
        place = stored["shapes"]["Snapshot"].index("needs")
        stored["snapshot"][place] = [row[:-1] for row in stored["snapshot"][place]]

    assert [field.name for field in fields(SnapshotNeed)][-1] == "help"
    assert kept.read(_changed(made, forget), {}.__getitem__).needs == made.needs


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda stored: stored.update(form=kept.FORM + 1), id="newer form"),
        pytest.param(lambda stored: stored["shapes"]["SnapshotNeed"].append("tomorrow"), id="unknown field"),
        pytest.param(lambda stored: stored["shapes"]["Snapshot"].remove("as_of"), id="missing field"),
        pytest.param(lambda stored: stored.pop("snapshot"), id="nothing in it"),
    ],
)
def test_what_this_version_cannot_read_is_said_to_be_so(change: Any) -> None:
    with pytest.raises(StoredValueError, match="Maybe another version"):
        kept.read(_changed(seeded_snapshot(3), change), {}.__getitem__)

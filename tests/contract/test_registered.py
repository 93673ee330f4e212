"""Registrations of released batches are needs, each once, whichever way the batch was released."""

from __future__ import annotations

import pytest

from graph_schema.model.needs import NeedKind
from graph_schema.stores import imports
from graph_schema.stores.base import GraphStore, ImportOutcome
from graph_schema.stores.changes import Difference
from tests.contract import factories as make

pytestmark = pytest.mark.engine


def registered(store: GraphStore, own: str) -> list[str]:
    """Registrations that are needs, by uid; a registration that is two needs is named twice."""
    needs = [need for need in store.needs(own) if need.kind is NeedKind.REGISTRATION]
    return sorted(need.registration_uid or "" for need in needs)


def registrations(own: str, *numbers: int) -> list[str]:
    return sorted(make.registration(number, street=own).uid for number in numbers)


def listed(store: GraphStore, own: str, *numbers: int, minutes: int) -> ImportOutcome:
    """A list that says of the first batch that it is released, with some of its registrations."""
    batch = make.batch(1, street=own, cap=3, released_at=make.at(5))
    rows = (batch, *(make.registration(number, street=own) for number in numbers))
    return store.apply_import(make.imported(rows, street=own, minutes=minutes))


def undo(store: GraphStore, own: str, outcome: ImportOutcome, minutes: int) -> None:
    assert outcome.record is not None
    store.undo_import(own, outcome.record.uid, make.at(minutes), "test")


def test_a_batch_that_its_first_list_calls_released_is_demand_at_once(store: GraphStore, own: str) -> None:
    rows = [row for row in make.whole_street(own) if row != make.batch(1, street=own, cap=3)]
    first = next(number for number, row in enumerate(rows) if row == make.registration(1, street=own))
    rows.insert(first, make.batch(1, street=own, cap=3, released_at=make.at(5)))
    outcome = store.apply_import(make.imported(rows, street=own))
    assert (outcome.created, outcome.needs) == (len(rows), 4)
    assert registered(store, own) == registrations(own, 1, 2, 3, 4)
    assert store.release_batch(own, make.batch(1, street=own).uid, make.at(10), "test") == 0
    assert store.apply_import(make.imported(rows, street=own, minutes=11)).unchanged == len(rows)
    assert registered(store, own) == registrations(own, 1, 2, 3, 4)
    undo(store, own, outcome, 12)
    assert registered(store, own) == []


def test_a_waiting_batch_that_a_later_list_releases_is_demand_with_all_its_registrations(
    filled: GraphStore, own: str
) -> None:
    before = filled.street_graph(own)
    outcome = listed(filled, own, 4, 5, minutes=6)
    assert outcome.needs == 5
    assert registered(filled, own) == registrations(own, 1, 2, 3, 4, 5)
    assert [batch.released_at for batch in filled.street_graph(own).batches] == [make.at(5)]
    assert [event.subject for event in filled.events(own) if event.kind == "batch.released"] == [
        make.batch(1, street=own).uid
    ]
    undo(filled, own, outcome, 7)
    assert filled.street_graph(own) == before
    assert filled.verify_chain(own).broken_at is None


def test_what_a_list_adds_to_a_released_batch_is_demand_until_the_import_is_undone(
    filled: GraphStore, own: str
) -> None:
    filled.release_batch(own, make.batch(1, street=own).uid, make.at(5), "test")
    before = filled.street_graph(own)
    outcome = listed(filled, own, 4, 5, 6, minutes=6)
    assert (outcome.created, outcome.needs) == (2, 2)
    assert registered(filled, own) == registrations(own, 1, 2, 3, 4, 5, 6)
    undo(filled, own, outcome, 7)
    assert filled.street_graph(own) == before


def test_a_registration_that_moves_takes_its_need_along(filled: GraphStore, own: str) -> None:
    filled.release_batch(own, make.batch(1, street=own).uid, make.at(5), "test")
    before = filled.street_graph(own)
    elsewhere = make.community(2, street=own).uid
    moved = make.registration(1, street=own, area_uid=elsewhere)
    outcome = filled.apply_import(make.imported([moved], street=own, minutes=6))
    assert outcome.needs == 0
    needs = {need.registration_uid: need.area_uid for need in filled.needs(own)}
    assert needs[moved.uid] == elsewhere
    undo(filled, own, outcome, 7)
    assert filled.street_graph(own) == before


def test_a_release_makes_the_needs_that_its_batch_lacks(
    filled: GraphStore, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = make.batch(1, street=own).uid
    filled.release_batch(own, batch, make.at(5), "test")
    with monkeypatch.context() as patch:  # as a graph is that an earlier version has written
        patch.setattr(imports, "needs_that_follow", lambda *_: Difference())
        listed(filled, own, 9, minutes=6)
    assert registered(filled, own) == registrations(own, 1, 2, 3, 4)
    assert filled.release_batch(own, batch, make.at(8), "test") == 1
    assert registered(filled, own) == registrations(own, 1, 2, 3, 4, 9)
    assert filled.release_batch(own, batch, make.at(9), "test") == 0


@pytest.mark.usefixtures("small_steps")
def test_a_large_list_of_a_released_batch_is_demand_step_by_step(filled: GraphStore, own: str) -> None:
    before = filled.street_graph(own)
    outcome = listed(filled, own, *range(1, 75), minutes=6)
    assert outcome.needs == 74
    assert registered(filled, own) == registrations(own, *range(1, 75))
    undo(filled, own, outcome, 7)
    assert filled.street_graph(own) == before
    assert filled.verify_chain(own).broken_at is None

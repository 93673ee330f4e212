"""An import is undone although runs suggested something with its rows, unless somebody relies on it."""

from __future__ import annotations

import dataclasses

import pytest

from graph_schema.errors import ImportInUseError
from graph_schema.followed import followed
from graph_schema.model.pairings import MatchRun, PairingState
from graph_schema.stores.base import GraphStore
from tests.contract import factories as make

pytestmark = pytest.mark.engine


def later_need(store: GraphStore, own: str) -> str:
    """Two needs of an import of their own; gives the import's uid."""
    needs = (make.need(8, street=own), make.need(9, street=own))
    record = store.apply_import(make.imported(needs, street=own, minutes=5)).record
    assert record is not None
    return record.uid


def save(store: GraphStore, own: str, number: int, state: PairingState = PairingState.SUGGESTED) -> MatchRun:
    """A run that serves an old need and a later one, and leaves another later one unmet."""
    run = make.match_run(number, street=own)
    resource = make.resource(1, street=own, slot_count=2)
    pairings = [
        make.pairing(run, make.need(1, street=own), resource),
        make.pairing(run, make.need(8, street=own), resource, state=state),
    ]
    store.save_run(run, pairings, [make.shortfall(run, make.need(9, street=own))], make.at(10 + number), "test")
    return run


def test_what_runs_only_suggested_goes_with_the_rows_of_an_undone_import(filled: GraphStore, own: str) -> None:
    before = filled.street_graph(own)
    uid = later_need(filled, own)
    first, second = save(filled, own, 1), save(filled, own, 2)
    position, street = filled.street_now(own)
    filled.undo_import(own, uid, make.at(20), "test")
    assert filled.street_graph(own) == dataclasses.replace(before, run_moments=street.run_moments)
    for run in (first, second):
        assert filled.run(own, run.uid) == run
        assert [pairing.need_uid for pairing in filled.pairings(own, run.uid)] == [make.need(1, street=own).uid]
        assert filled.shortfalls(own, run.uid) == ()
    events = [event for event in filled.events(own) if event.kind == "import.suggestions_undone"]
    assert [len(event.payload["withdrawn"]) for event in events] == [2]
    assert filled.verify_chain(own).broken_at is None
    changes = filled.changes_since(own, position)
    assert changes is not None
    assert followed(street, changes) == filled.street_graph(own)


@pytest.mark.usefixtures("small_steps")
def test_many_suggestions_go_in_steps(filled: GraphStore, own: str) -> None:
    needs = [make.need(number, street=own) for number in range(100, 160)]
    record = filled.apply_import(make.imported(needs, street=own, minutes=5)).record
    assert record is not None
    run = make.match_run(1, street=own)
    resource = make.resource(1, street=own, slot_count=2)
    pairings = [make.pairing(run, need, resource) for need in needs]
    filled.save_run(run, pairings, (), make.at(11), "test")
    filled.undo_import(own, record.uid, make.at(20), "test")
    assert filled.pairings(own, run.uid) == ()
    assert filled.incomplete_imports(own) == ()
    assert filled.verify_chain(own).broken_at is None


@pytest.mark.parametrize("is_published", [True, False])
def test_a_plan_that_somebody_relies_on_is_named_with_its_moment(
    filled: GraphStore, own: str, *, is_published: bool
) -> None:
    uid = later_need(filled, own)
    run = save(filled, own, 1, PairingState.SUGGESTED if is_published else PairingState.ACCEPTED)
    if is_published:
        filled.publish_run(own, run.uid, make.at(12), "test")
    before = filled.street_graph(own), filled.pairings(own, run.uid)
    with pytest.raises(ImportInUseError, match="published run") as refused:
        filled.undo_import(own, uid, make.at(20), "test")
    assert (refused.value.users, refused.value.runs) == ((), ((run.uid, run.created_at),))
    assert (filled.street_graph(own), filled.pairings(own, run.uid)) == before
    assert filled.incomplete_imports(own) == ()

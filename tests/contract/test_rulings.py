"""Decisions of people and runs made known, on every engine."""

from __future__ import annotations

import dataclasses

import pytest

from graph_schema.errors import DuplicateKeyError, ImportInUseError, MissingReferenceError, NotFoundError
from graph_schema.model.pairings import MatchRun, PairingState
from graph_schema.model.rulings import Ruling, RulingKind
from graph_schema.stores.base import GraphStore
from tests.contract import factories as make

pytestmark = pytest.mark.engine


def add(store: GraphStore, own: str, number: int = 1, **more: object) -> Ruling:
    ruling = make.ruling(number, street=own, **more)
    store.add_ruling(ruling, make.at(number), "test")
    return ruling


def save(store: GraphStore, own: str, number: int, **more: object) -> MatchRun:
    run = make.match_run(number, street=own)
    need, resource = make.need(1, street=own), make.resource(1, street=own, slot_count=2)
    store.save_run(run, [make.pairing(run, need, resource, **more)], (), make.at(10 + number), "test")
    return run


def test_a_ruling_reads_back_equal_and_is_part_of_the_street(filled: GraphStore, own: str) -> None:
    resource = make.resource(1, street=own, slot_count=2)
    pin = {"kind": RulingKind.PIN, "slot_uid": resource.slots[1].uid, "quantity": 2, "until": make.at().date()}
    rulings = [add(filled, own), add(filled, own, 2, **pin)]
    rulings.append(add(filled, own, 3, need_uid=None, resource_uid=None, provider_uid=make.unit(1, street=own).uid))
    expected = tuple(sorted(rulings, key=lambda ruling: ruling.uid))
    assert filled.rulings(own) == filled.street_graph(own).rulings == expected


def test_a_ruling_says_in_the_graph_what_it_is_about(filled: GraphStore, own: str) -> None:
    add(filled, own, provider_uid=make.unit(1, street=own).uid)
    found = filled.cypher(
        "MATCH (:Ruling {street: $street})-[:CONCERNS]->(x) RETURN labels(x), x.uid ORDER BY x.uid", {"street": own}
    )
    labels = {label for names, _ in found.rows for label in names}
    assert labels == {"Entity", "Need", "Resource", "Organization"}


def test_adding_a_ruling_again_changes_nothing(filled: GraphStore, own: str) -> None:
    ruling = add(filled, own)
    before = filled.verify_chain(own)
    add(filled, own)
    filled.lift_ruling(own, ruling.uid, make.at(5), "test")
    lifted = filled.verify_chain(own)
    add(filled, own)
    assert before.links + 1 == lifted.links == filled.verify_chain(own).links
    assert filled.rulings(own) == ()
    with pytest.raises(DuplicateKeyError):
        add(filled, own, reason="another")


def test_a_lifted_ruling_holds_no_more_and_the_chain_tells_both(filled: GraphStore, own: str) -> None:
    ruling = add(filled, own)
    lifted = filled.lift_ruling(own, ruling.uid, make.at(5), "test")
    assert lifted == dataclasses.replace(ruling, lifted_at=make.at(5))
    assert filled.lift_ruling(own, ruling.uid, make.at(6), "test") == lifted
    assert filled.rulings(own) == ()
    told = [event for event in filled.events(own) if event.kind.startswith("ruling.")]
    assert [event.kind for event in told] == ["ruling.added", "ruling.lifted"]
    assert told[0].subject == ruling.uid
    assert told[0].payload == {
        "kind": "ban",
        "need": ruling.need_uid,
        "resource": ruling.resource_uid,
        "reason": ruling.reason,
        "by": "coordinator",
    }
    assert filled.verify_chain(own).broken_at is None


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"need_uid": "gone"}, id="need"),
        pytest.param({"resource_uid": "gone"}, id="resource"),
        pytest.param({"provider_uid": "gone"}, id="provider"),
        pytest.param({"kind": RulingKind.PIN, "slot_uid": "gone"}, id="slot"),
    ],
)
def test_a_ruling_about_what_is_not_there_is_refused(filled: GraphStore, own: str, change: dict[str, object]) -> None:
    before = filled.verify_chain(own)
    with pytest.raises(MissingReferenceError):
        add(filled, own, **change)
    assert filled.rulings(own) == ()
    assert filled.verify_chain(own) == before


def test_a_ruling_of_the_wrong_kind_of_thing_is_refused(filled: GraphStore, own: str) -> None:
    with pytest.raises(MissingReferenceError, match="is a Resource"):
        add(filled, own, need_uid=make.resource(1, street=own).uid)


def test_an_import_that_a_ruling_is_about_cannot_be_undone(filled: GraphStore, own: str) -> None:
    (record,) = filled.imports(own)
    add(filled, own)
    with pytest.raises(ImportInUseError):
        filled.undo_import(own, record.uid, make.at(9), "test")


def test_a_ruling_that_is_not_there_cannot_be_lifted(filled: GraphStore, own: str) -> None:
    with pytest.raises(NotFoundError):
        filled.lift_ruling(own, make.need(1, street=own).uid, make.at(5), "test")


def test_what_a_published_run_suggested_stays_known_after_a_newer_run(filled: GraphStore, own: str) -> None:
    assert filled.published_run(own) is None
    first = save(filled, own, 1)
    filled.publish_run(own, first.uid, make.at(12), "test")
    published = filled.published_run(own)
    assert published == dataclasses.replace(first, published_at=make.at(12))
    assert filled.run(own, first.uid) == published
    second = save(filled, own, 2)
    (known,) = filled.street_graph(own).published
    assert (known.run_uid, known.state) == (first.uid, PairingState.WITHDRAWN)
    filled.publish_run(own, second.uid, make.at(14), "test")
    (known,) = filled.street_graph(own).published
    assert (known.run_uid, known.state) == (second.uid, PairingState.SUGGESTED)


def test_what_was_taken_up_is_no_longer_open_to_change(filled: GraphStore, own: str) -> None:
    run = save(filled, own, 1, state=PairingState.ACCEPTED)
    filled.publish_run(own, run.uid, make.at(12), "test")
    assert filled.street_graph(own).published == ()


def test_publishing_a_run_again_changes_nothing(filled: GraphStore, own: str) -> None:
    run = save(filled, own, 1)
    filled.publish_run(own, run.uid, make.at(12), "test")
    before = filled.verify_chain(own)
    filled.publish_run(own, run.uid, make.at(13), "test")
    assert filled.verify_chain(own) == before
    assert [event.payload for event in filled.events(own) if event.kind == "run.published"] == [{"before": None}]


def test_only_a_whole_run_can_be_published(filled: GraphStore, own: str) -> None:
    with pytest.raises(NotFoundError):
        filled.publish_run(own, make.match_run(1, street=own).uid, make.at(12), "test")


def test_the_street_knows_the_moment_of_each_run(filled: GraphStore, own: str) -> None:
    run = save(filled, own, 1)
    assert filled.street_graph(own).run_moments == ((run.uid, run.as_of),)

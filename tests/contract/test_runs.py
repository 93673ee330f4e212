"""Batches released and runs saved."""

from __future__ import annotations

import base64
import dataclasses
import random
import zlib
from typing import Any

import pytest

from graph_schema.errors import InvalidValueError, MissingReferenceError, NotFoundError, StoredValueError
from graph_schema.kept import content_hash
from graph_schema.model.needs import Need, NeedKind, Urgency
from graph_schema.model.pairings import MatchRun, Pairing, PairingState, Shortfall
from graph_schema.model.quantities import Quantity
from graph_schema.stores import kept, runs
from graph_schema.stores.base import GraphStore
from graph_schema.stores.graph import BoltGraphStore
from tests.contract import factories as make

pytestmark = pytest.mark.engine


def plan(own: str, number: int = 1, **more: object) -> tuple[MatchRun, list[Pairing], list[Shortfall]]:
    run = make.match_run(number, street=own)
    resource = make.resource(1, street=own, slot_count=2)
    need, other = make.need(1, street=own), make.need(2, street=own)
    return run, [make.pairing(run, need, resource, **more)], [make.shortfall(run, other)]


def save(store: GraphStore, own: str, number: int = 1, **more: object) -> MatchRun:
    run, pairings, shortfalls = plan(own, number, **more)
    store.save_run(run, pairings, shortfalls, make.at(10 + number), "test")
    return run


def active_keys(store: GraphStore, own: str) -> list[tuple[str, str | None]]:
    found = store.cypher(
        "MATCH (p:Pairing {street: $street}) RETURN p.run_uid, p.active_key ORDER BY p.uid", {"street": own}
    )
    return [(run, key) for run, key in found.rows]


def test_a_saved_run_reads_back_equal(filled: GraphStore, own: str) -> None:
    assert filled.latest_run(own) is None
    run, pairings, shortfalls = plan(own)
    filled.save_run(run, pairings, shortfalls, make.at(10), "test")
    assert filled.latest_run(own) == filled.run(own, run.uid) == run
    assert filled.pairings(own, run.uid) == tuple(pairings)
    assert filled.shortfalls(own, run.uid) == tuple(shortfalls)


def test_a_run_says_in_the_graph_who_serves_whom_and_what_is_unmet(filled: GraphStore, own: str) -> None:
    run = save(filled, own)
    paired = filled.cypher(
        "MATCH (r:MatchRun {uid: $run})<-[:PRODUCED_BY]-(p:Pairing)-[:FULFILLS]->(n:Need), "
        "(p)-[:USES]->(s:Slot)<-[:HAS_SLOT]-(x:Resource)<-[:USES]-(p), (p)-[:UNDER]->(a:Agreement) "
        "RETURN n.title, x.name, a.number, p.quantity",
        {"run": run.uid},
    )
    assert paired.rows == (("夜间停车 1", "停车场1", "共建-1", 2),)
    unmet = filled.cypher(
        "MATCH (:MatchRun {uid: $run})-[left:LEFT_UNMET]->(n:Need) RETURN n.uid, left.quantity",
        {"run": run.uid},
    )
    assert unmet.rows == ((make.need(2, street=own).uid, 1),)


def test_saving_a_run_again_changes_nothing(filled: GraphStore, own: str) -> None:
    save(filled, own)
    before = filled.verify_chain(own)
    save(filled, own)
    assert filled.verify_chain(own) == before
    assert len(filled.runs(own)) == 1


def test_runs_are_found_by_how_their_uids_begin(filled: GraphStore, own: str) -> None:
    first, second = save(filled, own, 1), save(filled, own, 2)
    assert filled.runs_that_begin(own, "") == tuple(sorted((first, second), key=lambda run: run.uid))
    assert first in filled.runs_that_begin(own, first.uid[:-1])
    assert len(filled.runs_that_begin(own, "", 1)) == 1
    assert filled.runs_that_begin(own, first.uid) == (first,)
    assert filled.runs_that_begin(own, f"{first.uid}x") == ()
    assert filled.runs_that_begin("elsewhere", first.uid) == ()


def test_a_newer_run_withdraws_what_the_earlier_only_suggested(filled: GraphStore, own: str) -> None:
    first, second = save(filled, own, 1), save(filled, own, 2)
    assert filled.latest_run(own) == second
    assert filled.runs(own) == (second, first)
    assert [pairing.state for pairing in filled.pairings(own, first.uid)] == [PairingState.WITHDRAWN]
    assert [pairing.state for pairing in filled.pairings(own, second.uid)] == [PairingState.SUGGESTED]
    keys = dict(active_keys(filled, own))
    assert keys[first.uid] is None
    assert keys[second.uid] is not None
    withdrawn = [event for event in filled.events(own) if event.kind == "run.withdrew"]
    assert [event.payload for event in withdrawn] == [{"withdrawn": [plan(own, 1)[1][0].uid]}]


def test_what_was_taken_up_stays_and_is_part_of_the_street(filled: GraphStore, own: str) -> None:
    first = save(filled, own, 1, state=PairingState.ACCEPTED)
    run = make.match_run(2, street=own)
    filled.save_run(run, (), (), make.at(20), "test")
    (kept,) = filled.pairings(own, first.uid)
    assert kept.state is PairingState.ACCEPTED
    assert filled.street_graph(own).pairings == (kept,)


def test_suggestions_are_no_part_of_the_street(filled: GraphStore, own: str) -> None:
    save(filled, own)
    assert filled.street_graph(own).pairings == ()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"need_uid": "gone"}, id="need"),
        pytest.param({"resource_uid": "gone"}, id="resource"),
        pytest.param({"slot_uid": "gone"}, id="slot"),
    ],
)
def test_a_run_that_names_what_is_gone_is_not_saved_at_all(
    filled: GraphStore,
    own: str,
    change: dict[str, str],
) -> None:
    run, (pairing,), shortfalls = plan(own)
    before = filled.verify_chain(own)
    with pytest.raises(MissingReferenceError):
        filled.save_run(run, [dataclasses.replace(pairing, **change)], shortfalls, make.at(10), "test")
    assert filled.latest_run(own) is None
    assert active_keys(filled, own) == []
    assert filled.verify_chain(own) == before


def test_a_pairing_of_another_run_is_refused(filled: GraphStore, own: str) -> None:
    run, pairings, shortfalls = plan(own)
    with pytest.raises(InvalidValueError, match="is of run"):
        filled.save_run(make.match_run(2, street=own), pairings, shortfalls, make.at(10), "test")
    assert filled.latest_run(own) is None
    with pytest.raises(NotFoundError):
        filled.pairings(own, run.uid)


def keeping(own: str, number: int, *contents: bytes) -> MatchRun:
    """A run that names two contents that are kept with it."""
    inputs, answer = (content_hash(content) for content in contents)
    return make.match_run(
        number,
        street=own,
        inputs_hash=inputs,
        answer_hash=answer,
        deadline_s=300.0,
        versions={"python": "3.11", "numba": "0.61"},
    )


@pytest.mark.parametrize("length", [0, 1, 1000, 1001, 20_000], ids=str)
def test_what_a_run_keeps_reads_back_in_every_byte(
    filled: GraphStore, own: str, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    monkeypatch.setattr(kept, "PART_BYTES", 1000)
    monkeypatch.setattr(kept, "PARTS_AT_ONCE", 3)
    content, answer = random.Random(length).randbytes(length), b"answer"
    run = keeping(own, 1, content, answer)
    filled.save_run(run, (), (), make.at(10), "test", contents=(content, answer))
    assert filled.run(own, run.uid) == run
    assert run.inputs_hash is not None
    assert filled.kept(own, run.inputs_hash) == content
    assert run.answer_hash is not None
    assert filled.kept(own, run.answer_hash) == answer


def test_a_content_that_several_runs_keep_is_there_once(
    filled: GraphStore, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "PART_BYTES", 1000)
    shared = random.Random(1).randbytes(4500)
    for number in (1, 2):
        answer = f"answer {number}".encode()
        filled.save_run(
            keeping(own, number, shared, answer), (), (), make.at(10 + number), "test", contents=(shared, answer)
        )
    counted = filled.cypher("MATCH (n:KeptContent {street: $street}) RETURN count(n)", {"street": own})
    assert counted.rows == ((5 + 1 + 1,),)


def test_keeping_goes_on_where_it_was_interrupted(
    filled: GraphStore, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "PART_BYTES", 1000)
    monkeypatch.setattr(kept, "PARTS_AT_ONCE", 2)
    content, answer = random.Random(2).randbytes(6500), b"answer"
    run = keeping(own, 1, content, answer)
    inner, calls = kept._write, []

    def dies_at_the_third(*arguments: Any, **named: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            _died()
        inner(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(kept, "_write", dies_at_the_third)
        with pytest.raises(RuntimeError, match="died"):
            filled.save_run(run, (), (), make.at(10), "test", contents=(content, answer))
    assert filled.latest_run(own) is None
    filled.save_run(run, (), (), make.at(10), "test", contents=(content, answer))
    assert run.inputs_hash is not None
    assert filled.kept(own, run.inputs_hash) == content


def test_an_altered_content_is_said_to_be_altered(filled: BoltGraphStore, own: str) -> None:
    run = keeping(own, 1, b"inputs", b"answer")
    filled.save_run(run, (), (), make.at(10), "test", contents=(b"inputs", b"answer"))
    assert run.inputs_hash is not None
    other = base64.b64encode(zlib.compress(b"others")).decode()
    filled._connection.define(f"MATCH (n:KeptContent {{content_hash: '{run.inputs_hash}'}}) SET n.content = '{other}'")
    with pytest.raises(StoredValueError, match="no longer what its hash says"):
        filled.kept(own, run.inputs_hash)


def test_a_content_that_is_not_kept_is_not_found(filled: GraphStore, own: str) -> None:
    with pytest.raises(NotFoundError):
        filled.kept(own, "0" * 64)


def test_a_run_that_names_what_is_not_given_to_keep_is_refused(filled: GraphStore, own: str) -> None:
    with pytest.raises(InvalidValueError, match="not given with it"):
        filled.save_run(keeping(own, 1, b"inputs", b"answer"), (), (), make.at(10), "test", contents=(b"inputs",))
    assert filled.latest_run(own) is None


@pytest.mark.usefixtures("small_steps")
def test_a_large_run_is_seen_whole_or_not_at_all(
    filled: GraphStore,
    own: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    earlier = save(filled, own, 1)
    needs = [make.need(number, street=own) for number in range(100, 170)]
    filled.apply_import(make.imported(needs, street=own, minutes=5))
    run = make.match_run(2, street=own)
    resource = make.resource(1, street=own, slot_count=2)
    pairings = sorted((make.pairing(run, need, resource) for need in needs[:60]), key=lambda pairing: pairing.uid)
    shortfalls = sorted((make.shortfall(run, need) for need in needs[60:]), key=lambda left: left.need_uid)
    for step in ("_add_pairings", "_add_shortfalls", "_show", "_withdraw", "_hold", "_put"):
        with monkeypatch.context() as patch:
            patch.setattr(runs, step, _died)
            with pytest.raises(RuntimeError, match="died"):
                filled.save_run(run, pairings, shortfalls, make.at(20), "test")
        latest = filled.latest_run(own)
        assert latest == (run if step in {"_withdraw", "_hold", "_put"} else earlier)
        assert latest is not None
        assert len(filled.pairings(own, latest.uid)) == (60 if latest == run else 1)
    filled.save_run(run, pairings, shortfalls, make.at(20), "test")
    assert filled.latest_run(own) == run
    assert filled.pairings(own, run.uid) == tuple(pairings)
    assert filled.shortfalls(own, run.uid) == tuple(shortfalls)
    assert [pairing.state for pairing in filled.pairings(own, earlier.uid)] == [PairingState.WITHDRAWN]
    assert sum(key is not None for _, key in active_keys(filled, own)) == 60
    assert filled.verify_chain(own).broken_at is None


def test_a_run_that_ends_after_a_newer_one_takes_nothing_from_it(filled: GraphStore, own: str) -> None:
    newer, older = save(filled, own, 2), save(filled, own, 1)
    assert filled.latest_run(own) == newer
    assert filled.runs(own) == (newer, older)
    assert [pairing.state for pairing in filled.pairings(own, newer.uid)] == [PairingState.SUGGESTED]
    assert [pairing.state for pairing in filled.pairings(own, older.uid)] == [PairingState.WITHDRAWN]
    keys = dict(active_keys(filled, own))
    assert keys[newer.uid] is not None
    assert keys[older.uid] is None
    assert filled.verify_chain(own).broken_at is None


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("step", ["_add_shortfalls", "_show", "_withdraw", "_hold"])
@pytest.mark.parametrize("between", [pytest.param(1, id="older"), pytest.param(3, id="newer")])
def test_a_run_saved_between_the_steps_of_a_large_one_leaves_the_newest_whole(
    filled: GraphStore,
    own: str,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    between: int,
) -> None:
    needs = [make.need(number, street=own) for number in range(100, 170)]
    filled.apply_import(make.imported(needs, street=own, minutes=5))
    run = make.match_run(2, street=own)
    resource = make.resource(1, street=own, slot_count=2)
    pairings = [make.pairing(run, need, resource) for need in needs[:60]]
    inner = getattr(runs, step)

    def after_another(*arguments: object, **named: object) -> object:
        monkeypatch.setattr(runs, step, inner)
        save(filled, own, between)
        return inner(*arguments, **named)

    monkeypatch.setattr(runs, step, after_another)
    filled.save_run(run, pairings, [make.shortfall(run, need) for need in needs[60:]], make.at(20), "test")
    newest = filled.latest_run(own)
    assert newest == make.match_run(max(between, 2), street=own)
    for other in filled.runs(own):
        state = PairingState.SUGGESTED if other == newest else PairingState.WITHDRAWN
        assert {pairing.state for pairing in filled.pairings(own, other.uid)} == {state}
    held = {found for found, key in active_keys(filled, own) if key is not None}
    assert held == {newest.uid}
    assert filled.verify_chain(own).broken_at is None


def _died(*_: object, **__: object) -> None:
    msg = "died"
    raise RuntimeError(msg)


def test_a_released_batch_turns_each_registration_into_a_need_for_its_resource(filled: GraphStore, own: str) -> None:
    batch = make.batch(1, street=own)
    assert filled.release_batch(own, batch.uid, make.at(10), "test") == 4
    needs = [need for need in filled.needs(own) if need.kind is NeedKind.REGISTRATION]
    resource = make.resource(1, street=own)
    assert {need.registration_uid for need in needs} == {
        make.registration(number, street=own).uid for number in range(1, 5)
    }
    assert {_essence(need) for need in needs} == {
        (resource.category, Quantity(1, "个"), Urgency.HOPED, resource.uid, make.community(1, street=own).uid),
    }
    (released,) = filled.street_graph(own).batches
    assert released.released_at == make.at(10)


def _essence(need: Need) -> tuple[str, Quantity, Urgency, str | None, str]:
    return need.category, need.quantity, need.urgency, need.only_resource_uid, need.area_uid


def test_a_batch_is_released_once(filled: GraphStore, own: str) -> None:
    batch = make.batch(1, street=own)
    filled.release_batch(own, batch.uid, make.at(10), "test")
    before = filled.street_graph(own), filled.verify_chain(own)
    assert filled.release_batch(own, batch.uid, make.at(11), "test") == 0
    assert (filled.street_graph(own), filled.verify_chain(own)) == before


def test_a_list_imported_again_does_not_take_a_release_back(filled: GraphStore, own: str) -> None:
    batch = make.batch(1, street=own)
    filled.release_batch(own, batch.uid, make.at(10), "test")
    outcome = filled.apply_import(make.imported([make.batch(1, street=own, cap=9)], street=own, minutes=20))
    assert outcome.updated == 1
    (corrected,) = filled.street_graph(own).batches
    assert (corrected.cap, corrected.released_at) == (9, make.at(10))
    assert outcome.record is not None
    filled.undo_import(own, outcome.record.uid, make.at(21), "test")
    (restored,) = filled.street_graph(own).batches
    assert (restored.cap, restored.released_at) == (3, make.at(10))


def test_a_batch_that_is_not_there_cannot_be_released(filled: GraphStore, own: str) -> None:
    with pytest.raises(NotFoundError):
        filled.release_batch(own, make.need(1, street=own).uid, make.at(10), "test")

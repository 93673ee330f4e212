"""The change feed: what is read after a position, put on what was read before, is the street as it is."""

from __future__ import annotations

import dataclasses
import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

from graph_schema.errors import ImportInUseError, IncompleteImportError, StoreUnavailableError
from graph_schema.followed import followed
from graph_schema.model.feed import Position
from graph_schema.model.pairings import PairingState
from graph_schema.model.quantities import Quantity
from graph_schema.model.rulings import RulingKind
from graph_schema.model.street import StreetGraph
from graph_schema.stores import feed
from graph_schema.stores.base import GraphStore
from graph_schema.stores.graph import BoltGraphStore
from graph_schema.stores.ledger import Happening, append
from tests.contract import factories as make
from tests.contract.conftest import OWNER

pytestmark = pytest.mark.engine

STATES = (PairingState.SUGGESTED, PairingState.OFFERED, PairingState.ACCEPTED, PairingState.FULFILLED)


class Office:
    """Somebody who writes to a street in every way there is, at random."""

    def __init__(self, store: GraphStore, own: str, seed: int) -> None:
        self.store, self.own = store, own
        self.random = random.Random(seed)
        self.turn = 0
        self.imported: list[str] = []
        self.ruled: list[str] = []
        self.ways: tuple[Callable[[], Any], ...] = (
            self.change_needs,
            self.change_resources,
            self.change_who_gives,
            self.undo,
            self.rule,
            self.lift,
            self.plan,
            self.publish,
            self.release,
        )

    def write(self) -> str:
        """One write; the name of its way."""
        self.turn += 1
        way = self.random.choice(self.ways)
        way()
        return way.__name__

    def _import(self, *rows: Any) -> None:
        outcome = self.store.apply_import(
            make.imported(rows, name=f"list {self.turn}", minutes=self.turn, street=self.own)
        )
        if outcome.record is not None:
            self.imported.append(outcome.record.uid)

    def change_needs(self) -> None:
        numbers = self.random.sample(range(1, 9), 3)
        self._import(
            *(make.need(n, street=self.own, quantity=Quantity(self.random.randint(1, 9), "个")) for n in numbers)
        )

    def change_resources(self) -> None:
        number, slots = self.random.randint(1, 4), self.random.randint(1, 2)
        offered = Quantity(self.random.randint(1, 9), "个")
        self._import(make.resource(number, street=self.own, offered=offered, slot_count=slots))

    def change_who_gives(self) -> None:
        choice = self.random.choice(
            (
                make.person(1, street=self.own, skills=(f"SKILL{self.turn}",)),
                make.team(self.random.randint(1, 3), street=self.own, name=f"队{self.turn}"),
                make.grid(self.random.randint(1, 3), street=self.own, name=f"格{self.turn}"),
                make.budget(1, street=self.own, spent_fen=self.turn),
                make.project(self.random.randint(1, 3), street=self.own, content=f"内容{self.turn}"),
            )
        )
        self._import(choice)

    def undo(self) -> None:
        if self.imported:
            uid = self.imported.pop()
            try:
                self.store.undo_import(self.own, uid, make.at(self.turn), "test")
            except ImportInUseError:
                return

    def rule(self) -> None:
        kind = self.random.choice((RulingKind.BAN, RulingKind.DECLINE, RulingKind.PIN))
        ruling = make.ruling(self.turn, street=self.own, kind=kind)
        self.ruled.append(ruling.uid)
        self.store.add_ruling(ruling, make.at(self.turn), "test")

    def lift(self) -> None:
        if self.ruled:
            self.store.lift_ruling(self.own, self.ruled.pop(), make.at(self.turn), "test")

    def plan(self) -> None:
        run = make.match_run(self.turn, street=self.own)
        # In force one pairing holds its slot for good, so the others go to runs that only suggest.
        state = self.random.choice(STATES) if not self.store.street_graph(self.own).pairings else STATES[0]
        resource, need = make.resource(1, street=self.own, slot_count=2), make.need(1, street=self.own)
        slots = {slot.uid for slot in self.store.resource(self.own, resource.uid).slots}
        pairing = make.pairing(run, need, resource, state=state)
        held = {kept.slot_uid for kept in self.store.street_graph(self.own).pairings}
        pairings = [pairing] if pairing.slot_uid in slots - held else []
        self.store.save_run(run, pairings, [], make.at(self.turn), "test")

    def publish(self) -> None:
        runs = self.store.runs(self.own)
        if runs:
            self.store.publish_run(self.own, self.random.choice(runs).uid, make.at(self.turn), "test")

    def release(self) -> None:
        self.store.release_batch(self.own, make.batch(1, street=self.own).uid, make.at(self.turn), "test")


@pytest.mark.parametrize("seed", range(4))
def test_what_is_followed_is_the_street_as_it_is(filled: GraphStore, own: str, seed: int) -> None:
    office = Office(filled, own, seed)
    position, graph = filled.street_now(own)
    began, first = position, graph
    done = set()
    for _ in range(20):
        for _ in range(office.random.randint(1, 3)):
            done.add(office.write())
        changes = filled.changes_since(own, position)
        assert changes is not None
        position, graph = changes.position, followed(graph, changes)
        assert graph == filled.street_graph(own)
    assert len(done) >= 7
    late = filled.changes_since(own, began)
    assert late is not None
    assert followed(first, late) == graph
    assert (late.position, filled.position(own)) == (position, position)
    unchanged = filled.changes_since(own, position)
    assert unchanged is not None
    assert followed(graph, unchanged) is graph


def test_a_changed_taxonomy_is_followed_although_no_event_of_the_street_says_so(filled: GraphStore, own: str) -> None:
    position, graph = filled.street_now(own)
    full = make.taxonomy()
    less = dataclasses.replace(full, can_satisfy=full.can_satisfy[:2])
    filled.save_taxonomy(less)
    changes = filled.changes_since(own, position)
    assert changes is not None
    assert followed(graph, changes).taxonomy == less
    filled.save_taxonomy(full)


def test_an_event_of_a_kind_that_nobody_knows_asks_for_the_whole_street(filled: BoltGraphStore, own: str) -> None:
    position = filled.position(own)
    filled._connection.write(
        lambda transaction: append(
            transaction, own, [Happening("new.kind", own, {})], at=make.at(1), actor="test", scratch=OWNER
        )
    )
    assert filled.changes_since(own, position) is None


def test_more_rows_than_are_worth_following_ask_for_the_whole_street(
    filled: GraphStore, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    position = filled.position(own)
    filled.apply_import(make.imported([make.need(n, street=own) for n in range(20, 32)], name="many", street=own))
    monkeypatch.setattr(feed, "MOST_NAMED", 11)
    assert filled.changes_since(own, position) is None
    monkeypatch.setattr(feed, "MOST_NAMED", 12)
    assert filled.changes_since(own, position) is not None


def test_a_position_of_another_beginning_asks_for_the_whole_street(filled: GraphStore, own: str) -> None:
    now = filled.position(own)
    assert filled.changes_since(own, Position(now.seq + 1, now.shared_seq)) is None


@pytest.mark.usefixtures("small_steps")
def test_nothing_is_followed_while_an_import_is_not_whole(filled: GraphStore, own: str) -> None:
    position, graph = filled.street_now(own)
    rows = [*(make.need(n, street=own) for n in range(20, 85)), make.need(1, street=own, area_uid="nowhere")]
    batch = make.imported(rows, name="broken off", street=own)
    with pytest.raises(Exception, match="nowhere"):
        filled.apply_import(batch)
    with pytest.raises(IncompleteImportError):
        filled.changes_since(own, position)
    (record,) = filled.incomplete_imports(own)
    filled.undo_import(own, record.uid, make.at(9), "test")
    changes = filled.changes_since(own, position)
    assert changes is not None
    assert followed(graph, changes) == graph


def test_what_is_read_while_others_write_is_of_one_moment(filled: GraphStore, own: str) -> None:
    """Two needs are always written together with one quantity: no reading finds them different."""
    rows = [make.need(n, street=own, quantity=Quantity(1, "个")) for n in (40, 41)]
    filled.apply_import(make.imported(rows, name="start", street=own))
    position, graph = filled.street_now(own)
    stop = threading.Event()
    failed: list[BaseException] = []

    def keep_writing() -> None:
        try:
            for turn in range(2, 30):
                both = [make.need(n, street=own, quantity=Quantity(turn, "个")) for n in (40, 41)]
                filled.apply_import(make.imported(both, name=f"both {turn}", minutes=turn, street=own))
        except BaseException as error:  # noqa: BLE001 - told by the test itself
            failed.append(error)
        finally:
            stop.set()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    seen = set()
    while not stop.is_set():
        try:
            changes = filled.changes_since(own, position)
        except StoreUnavailableError:
            continue  # written to all the time: told, and asked again
        assert changes is not None
        position, graph = changes.position, followed(graph, changes)
        seen.add(quantities(graph, own))
    writer.join()
    assert failed == []
    assert all(one == other for one, other in seen)
    last = filled.changes_since(own, position)
    assert last is not None
    assert followed(graph, last) == filled.street_graph(own)
    assert quantities(followed(graph, last), own) == (29, 29)


def quantities(graph: StreetGraph, own: str) -> tuple[int, int]:
    by_uid = {need.uid: need.quantity.value for need in graph.needs}
    return by_uid[make.need(40, street=own).uid], by_uid[make.need(41, street=own).uid]

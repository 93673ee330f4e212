"""Traps of the engines, each shown to be avoided: races, doubt, death, clocks, scratch databases."""

from __future__ import annotations

import dataclasses
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import neo4j
import pytest
from neo4j.exceptions import ClientError, ConstraintError, IncompleteCommit

from graph_schema.codecs import key_of
from graph_schema.errors import (
    DuplicateKeyError,
    ForeignContentsError,
    InvalidValueError,
    StoreAccessError,
    StoreError,
    StoreUnavailableError,
)
from graph_schema.stores.base import GraphStore
from graph_schema.stores.bolt import Connection, Endpoint, Transaction
from graph_schema.stores.graph import BoltGraphStore
from tests.contract import factories as make
from tests.contract.conftest import OWNER, Engine

pytestmark = pytest.mark.engine

THREADS = 6


def together(work: Callable[[int], Any], count: int = THREADS) -> list[Any]:
    """Results of calls that start at the same moment."""
    gate = threading.Barrier(count)

    def one(number: int) -> Any:
        gate.wait(30)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_a_transaction_that_fails_half_way_keeps_nothing(store: BoltGraphStore, own: str) -> None:
    rows = [
        {"key": key_of(own, str(i)), "properties": {"key": key_of(own, str(i)), "uid": str(i), "street": own}}
        for i in (1, 2, 3)
    ]

    def work(transaction: Transaction) -> None:
        transaction.run("write/create_need", street=own, rows=rows)
        rows[2]["properties"]["key"] = rows[0]["key"]  # type: ignore[index]
        transaction.run("write/update_rows", street=own, rows=rows[2:])

    with pytest.raises(DuplicateKeyError):
        store._connection.write(work)
    assert store.needs(own) == ()


def test_first_writers_of_a_street_do_not_make_anything_twice(store: GraphStore, own: str) -> None:
    batch = make.imported(make.whole_street(own), street=own)
    outcomes = together(lambda _: store.apply_import(batch))
    assert sorted(outcome.created for outcome in outcomes) == [0] * (THREADS - 1) + [len(batch.rows)]
    counts = store.cypher(
        "MATCH (n {street: $street}) RETURN labels(n), n.uid, count(*) AS n ORDER BY n DESC LIMIT 1",
        {"street": own},
    )
    assert counts.rows[0][2] == 1
    assert store.verify_chain(own) == store.verify_chain(own)
    assert store.verify_chain(own).broken_at is None


def test_writers_of_one_street_make_one_chain_without_gaps(filled: GraphStore, own: str) -> None:
    def work(number: int) -> None:
        for turn in range(3):
            rows = [make.need(100 + 10 * number + turn, street=own)]
            filled.apply_import(make.imported(rows, street=own, minutes=number))

    together(work)
    check = filled.verify_chain(own)
    assert (check.links, check.broken_at) == (2 + 2 * 3 * THREADS, None)
    assert len(filled.needs(own)) == 2 + 3 * THREADS
    assert len(filled.imports(own)) == 1 + 3 * THREADS


def test_a_resource_locked_before_it_is_counted_is_never_oversold(filled: BoltGraphStore, own: str) -> None:
    capacity = 4
    run = make.match_run(1, street=own)
    resource = make.resource(1, street=own)
    key = key_of(own, resource.uid)

    def claim(number: int) -> int:
        def work(transaction: Transaction) -> int:
            transaction.run("write/lock_resources", street=own, keys=[key])
            page = {"after": "", "limit": 1000}
            taken = len(transaction.run("read/pairings_of_run", street=own, run=run.uid, **page))
            if taken >= capacity:
                return 0
            uid = f"{number}-{taken}"
            node = {"key": key_of(own, uid), "uid": uid, "street": own, "run_uid": run.uid, "scratch": OWNER}
            row = {"key": node["key"], "properties": node}
            transaction.run("write/create_pairings", street=own, rows=[row])
            return 1

        return sum(filled._connection.write(work) for _ in range(3))

    assert sum(together(claim)) == capacity
    found = filled.cypher("MATCH (p:Pairing {street: $street}) RETURN count(p)", {"street": own})
    assert found.rows == ((capacity,),)


def test_a_commit_in_doubt_that_was_made_is_recognised(
    store: GraphStore,
    own: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_doubt(monkeypatch, committed=True)
    batch = make.imported(make.whole_street(own), street=own)
    outcome = store.apply_import(batch)
    assert (outcome.created, outcome.unchanged) == (len(batch.rows), 0)
    assert store.verify_chain(own).links == 2


def test_a_commit_in_doubt_that_was_not_made_is_made(
    store: GraphStore,
    own: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_doubt(monkeypatch, committed=False)
    batch = make.imported(make.whole_street(own), street=own)
    outcome = store.apply_import(batch)
    assert (outcome.created, outcome.unchanged) == (len(batch.rows), 0)
    assert store.verify_chain(own).links == 2


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("committed", [True, False])
def test_commits_in_doubt_leave_a_large_import_undo_run_and_release_exact(
    store: GraphStore,
    own: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    committed: bool,
) -> None:
    rows = (*make.whole_street(own), *(make.need(number, street=own) for number in range(100, 160)))
    with monkeypatch.context() as patch:
        in_doubt(patch, committed=committed, every_time=True)
        outcome = store.apply_import(make.imported(rows, street=own))
        assert (outcome.created, outcome.updated, outcome.unchanged) == (len(rows), 0, 0)
        assert store.release_batch(own, make.batch(1, street=own).uid, make.at(1), "test") in {0, 4}
        run = make.match_run(1, street=own)
        pairing = make.pairing(run, make.need(1, street=own), make.resource(1, street=own))
        store.save_run(run, [pairing], [], make.at(2), "test")
        more = store.apply_import(make.imported([make.need(999, street=own)], street=own, minutes=3)).record
        assert more is not None
        store.undo_import(own, more.uid, make.at(4), "test")
    graph = store.street_graph(own)
    assert len(graph.needs) == 2 + 60 + 4
    assert store.pairings(own, run.uid) == (pairing,)
    kinds = [event.kind for event in store.events(own)]
    assert kinds.count("import.completed") == 2
    assert kinds[-8:] == [
        "batch.released",
        "batch.needs",
        "run.saved",
        "run.pairings",
        "import.rows",
        "import.completed",
        "import.rows_undone",
        "import.undone",
    ]
    assert store.verify_chain(own).broken_at is None


def in_doubt(monkeypatch: pytest.MonkeyPatch, *, committed: bool, every_time: bool = False) -> None:
    """The first commit, or every other one, is lost on its way: before the engine has made it or after."""
    real = neo4j.Transaction.commit
    calls: list[int] = []

    def commit(transaction: neo4j.Transaction) -> None:
        calls.append(1)
        lost = len(calls) % 2 == 1 if every_time else len(calls) == 1
        if committed or not lost:
            real(transaction)
        if lost:
            msg = "the answer to a commit never came"
            raise IncompleteCommit(msg)

    monkeypatch.setattr(neo4j.Transaction, "commit", commit)


def test_the_loser_of_a_race_is_repeated_and_who_loses_to_the_same_key_twice_is_told(store: BoltGraphStore) -> None:
    calls: list[int] = []

    def lose(_: Transaction) -> str:
        calls.append(1)
        if len(calls) == 1:
            raise ConstraintError
        return "done"

    assert store._connection.write(lose) == "done"

    def lose_always(_: Transaction) -> str:
        calls.append(1)
        raise ConstraintError

    calls.clear()
    with pytest.raises(DuplicateKeyError):
        store._connection.write(lose_always)
    assert len(calls) == 2


def test_an_error_that_hides_its_cause_is_repeated_until_it_comes_the_same_again(store: BoltGraphStore) -> None:
    class HiddenError(ClientError):
        message = "Error executing Cypher command: CREATE"

    calls: list[int] = []

    def fail_at_first(_: Transaction) -> str:
        calls.append(1)
        if len(calls) == 1:
            raise HiddenError
        return "done"

    assert store._connection.write(fail_at_first) == "done"

    def fail_always(_: Transaction) -> str:
        calls.append(1)
        raise HiddenError

    calls.clear()
    with pytest.raises(StoreError, match="Error executing Cypher command"):
        store._connection.write(fail_always)
    assert len(calls) == 2


def test_instants_come_back_aware_whatever_zone_they_came_in(store: BoltGraphStore, own: str) -> None:
    local = datetime(2026, 11, 2, 12, 0, tzinfo=timezone(timedelta(hours=8)))
    for number, moment in enumerate((make.at(0), local, make.at(0).replace(microsecond=123_456))):
        batch = make.imported([make.street(own), make.community(number + 1, street=own)], street=own)
        store.apply_import(dataclasses.replace(batch, at=moment))
        record = store.imports(own)[-1]
        assert record.at == moment
        assert record.at.utcoffset() == timedelta(0)


def test_a_naive_instant_is_refused_and_nothing_is_written(filled: GraphStore, own: str) -> None:
    before = filled.street_graph(own)
    with pytest.raises(InvalidValueError, match="no time zone"):
        filled.release_batch(own, make.batch(1, street=own).uid, datetime(2026, 11, 2), "test")  # noqa: DTZ001 - meant
    assert filled.street_graph(own) == before


def test_a_row_without_a_uid_is_refused_by_us(store: GraphStore, own: str) -> None:
    nameless = dataclasses.replace(make.need(1, street=own), uid="")
    with pytest.raises(InvalidValueError, match="empty"):
        store.apply_import(make.imported([nameless], street=own))


def test_an_engine_killed_in_the_middle_of_work_loses_nothing_acknowledged(running: Engine, own: str) -> None:
    with running.open() as store:
        store._connection._retry_s = 180  # a server takes its time to come back
        store.mark_scratch(OWNER)
        store.save_taxonomy(make.taxonomy())
        store.apply_import(make.imported([make.street(own), make.community(1, street=own)], street=own))
        acknowledged: list[str] = []
        stop = threading.Event()

        def write() -> None:
            number = 0
            while not stop.is_set() and number < 500:
                need = make.need(number, street=own)
                store.apply_import(make.imported([need], street=own, minutes=number))
                acknowledged.append(need.uid)
                number += 1

        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(write)
            while len(acknowledged) < 5 and not writing.done():
                stop.wait(0.01)
            os.kill(running.pid(), signal.SIGKILL)
            running.start_again()
            goal = len(acknowledged) + 5
            while len(acknowledged) < goal and not writing.done():
                stop.wait(0.01)
            stop.set()
            writing.result()
        kept = {need.uid for need in store.street_graph(own).needs}
        assert set(acknowledged) <= kept
        assert len(kept - set(acknowledged)) <= 1
        assert store.verify_chain(own).broken_at is None


def test_an_engine_that_hangs_is_given_up_within_the_deadline(running: Engine, store: BoltGraphStore) -> None:
    endpoint = store._connection._endpoint()
    with Connection(lambda: endpoint, retry_s=0.5, deadline_s=1.0) as connection:
        connection.read(lambda transaction: transaction.run("read/engine"))
        os.kill(running.pid(), signal.SIGSTOP)
        try:
            while not is_stopped(running.pid()):
                threading.Event().wait(0.01)
            with pytest.raises(StoreUnavailableError):
                connection.read(lambda transaction: transaction.run("read/engine"))
        finally:
            os.kill(running.pid(), signal.SIGCONT)
        assert connection.read(lambda transaction: transaction.run("read/engine"))


def is_stopped(pid: int) -> bool:
    """Whether every thread of a process has stopped."""
    stats = [task.joinpath("stat").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    return all(text.rpartition(")")[2].split()[0] == "T" for text in stats)


def test_a_wrong_password_and_a_wrong_database_are_said_at_once(store: BoltGraphStore) -> None:
    right = store._connection._endpoint()
    for wrong in (
        Endpoint(right.url, right.user, "not the password", right.database),
        Endpoint(right.url, right.user, right.password, "nosuchdatabase"),
    ):
        with Connection(lambda wrong=wrong: wrong, retry_s=5) as connection:  # type: ignore[misc]
            with pytest.raises(StoreAccessError) as refused:
                connection.read(lambda transaction: transaction.run("read/engine"))
            assert "not the password" not in str(refused.value)


def test_nobody_listening_is_said_within_the_retry_time() -> None:
    nobody = Endpoint("bolt://127.0.0.1:1", "neo4j", "secret", "neo4j")
    with (
        Connection(lambda: nobody, retry_s=0.2) as connection,
        pytest.raises(StoreUnavailableError, match=r"127\.0\.0\.1:1 does not answer"),
    ):
        connection.read(lambda transaction: transaction.run("read/engine"))
    assert "secret" not in repr(nobody)


def test_a_closed_store_says_so(running: Engine) -> None:
    store = running.open()
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.streets()


def test_a_scratch_owner_refuses_foreign_contents_and_names_them(
    empty: BoltGraphStore, running: Engine, own: str
) -> None:
    with running.open() as office:
        office.save_taxonomy(make.taxonomy())
        office.apply_import(make.imported(make.whole_street(own), street=own))
        try:
            found = dict(empty.foreign_contents(OWNER))
            assert (found["Need"], found["Registration"], found["Category"]) == (2, 4, 6)
            with pytest.raises(ForeignContentsError, match="2 Need"):
                empty.mark_scratch(OWNER)
            assert empty.clear_scratch(OWNER) == 0
            assert len(office.needs(own)) == 2
        finally:
            empty._connection.define("MATCH (n) WHERE n.scratch IS NULL AND NOT n:SchemaMigration DETACH DELETE n")
    assert empty.foreign_contents(OWNER) == ()


def test_a_scratch_owner_deletes_what_it_made_and_nothing_else(
    empty: BoltGraphStore, running: Engine, own: str
) -> None:
    other = make.street_uid(own)
    empty.save_taxonomy(make.taxonomy())
    empty.apply_import(make.imported(make.whole_street(own), street=own))
    empty.release_batch(own, make.batch(1, street=own).uid, make.at(1), "test")
    run = make.match_run(1, street=own)
    empty.save_run(
        run, [make.pairing(run, make.need(1, street=own), make.resource(1, street=own))], [], make.at(2), "t"
    )
    corrected = empty.apply_import(make.imported([make.need(1, street=own, title="改")], street=own, minutes=3))
    assert corrected.updated == 1
    with running.open() as office:
        office.apply_import(make.imported([make.street(other)], street=other))
        try:
            empty.clear_scratch(OWNER)
            assert empty.foreign_contents("nobody") == tuple(
                sorted({"AdminDivision": 1, "ChainHead": 1, "Event": 2, "ImportGate": 1, "ImportRecord": 1}.items()),
            )
            assert office.streets() == (make.street(other),)
        finally:
            empty._connection.define("MATCH (n) WHERE n.scratch IS NULL AND NOT n:SchemaMigration DETACH DELETE n")

"""The embedded engine killed with -9 in the middle of imports: nothing acknowledged is lost, nothing half is seen."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_schema.errors import StoreError
from graph_schema.model.ledger import ImportBatch, ImportStatus
from graph_schema.stores import imports
from graph_schema.stores.base import GraphStore, ImportOutcome
from graph_schema.stores.bolt import Transaction
from graph_schema.stores.embedded import engine_status, stop_engine
from graph_schema.stores.graph import BoltGraphStore
from graph_schema.stores.registry import open_store
from tests.contract import factories as make

pytestmark = pytest.mark.engine

SMALL, LARGE = 300, 12_000
OWN = make.street_uid()


def needs(count: int) -> ImportBatch:
    return make.imported((make.need(number) for number in range(count)), minutes=5)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("killed")
    with open_store(data_dir=folder) as store:
        store.migrate()
        store.save_taxonomy(make.taxonomy())
        store.apply_import(make.imported([make.street(), make.community(1)]))
    yield folder
    stop_engine(folder)


def kill(home: Path) -> None:
    status = engine_status(home)
    assert status is not None
    if status.engine_pid:
        os.kill(status.engine_pid, signal.SIGKILL)


def impatient(home: Path) -> BoltGraphStore:
    """A store that gives up at the first lost connection, as its caller would who was killed too."""
    store = open_store(data_dir=home)
    assert isinstance(store, BoltGraphStore)
    store._connection._retry_s = 0
    return store


def check_whole_or_nothing(home: Path, batch: ImportBatch, outcome: ImportOutcome | None) -> None:
    """What another process sees afterwards; then the street is as before, for the next round."""
    with open_store(data_dir=home) as store:
        count = len(store.street_graph(OWN).needs)
        assert count in {0, len(batch.rows)}
        if outcome is not None:
            assert count == len(batch.rows)
        assert store.verify_chain(OWN).broken_at is None
        again = store.apply_import(batch)
        assert (again.created, again.unchanged) in {(len(batch.rows), 0), (0, len(batch.rows))}
        record = store.imports(OWN)[-1]
        store.undo_import(OWN, record.uid, make.at(9), "test")
        assert store.street_graph(OWN).needs == ()


def attempt(store: GraphStore, batch: ImportBatch) -> ImportOutcome | None:
    """Its outcome, or ``None`` when it was never acknowledged."""
    try:
        return store.apply_import(batch)
    except StoreError:
        return None


@pytest.mark.parametrize("statement", range(1, 13))
def test_a_small_import_killed_before_any_of_its_statements_is_there_whole_or_not_at_all(
    home: Path,
    statement: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = needs(SMALL)
    real = Transaction.run
    seen: list[str] = []

    def run(transaction: Transaction, name: str, /, **params: object) -> list[dict[str, object]]:
        seen.append(name)
        if len(seen) == statement:
            kill(home)
        return real(transaction, name, **params)

    with impatient(home) as store:
        monkeypatch.setattr(Transaction, "run", run)
        outcome = attempt(store, batch)
        monkeypatch.setattr(Transaction, "run", real)
    check_whole_or_nothing(home, batch, outcome)


def test_small_imports_killed_at_any_time_are_there_whole_or_not_at_all(home: Path) -> None:
    moments = random.Random(7)
    batch = needs(SMALL)
    for _ in range(8):
        with impatient(home) as store:
            store.streets()
            killer = threading.Timer(moments.uniform(0.0, 0.4), kill, [home])
            killer.start()
            outcome = attempt(store, batch)
            killer.join()
        check_whole_or_nothing(home, batch, outcome)


def test_a_small_import_whose_caller_lives_succeeds_although_the_engine_is_killed(home: Path) -> None:
    batch = needs(SMALL)
    with open_store(data_dir=home) as store:
        store.streets()
        killer = threading.Timer(0.05, kill, [home])
        killer.start()
        outcome = store.apply_import(batch)
        killer.join()
        assert (outcome.created, outcome.unchanged) == (SMALL, 0)
    check_whole_or_nothing(home, batch, outcome)


def killed_with_its_process(home: Path, chunk: int) -> int:
    """Rows that were acknowledged to a process whose engine, supervisor and self were killed at a chunk."""
    script = (
        "import sys; from pathlib import Path\n"
        "from graph_schema.stores.registry import open_store\n"
        "from tests.integration.test_killed_imports import LARGE, needs\n"
        "with open_store(data_dir=Path(sys.argv[1])) as store:\n"
        "    store.apply_import(needs(LARGE), progress=lambda done, total: print(done, flush=True))\n"
    )
    root = Path(__file__).parent.parent.parent
    command = [sys.executable, "-c", script, str(home)]
    acknowledged = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        for line in process.stdout:
            acknowledged = int(line)
            if acknowledged == chunk * 1000:
                status = engine_status(home)
                assert status is not None
                for pid in (status.engine_pid, process.pid, status.supervisor_pid):
                    os.kill(pid, signal.SIGKILL)
    return acknowledged


def test_a_large_import_killed_with_all_its_processes_is_resumed_or_undone(home: Path) -> None:
    for chunk, ending in ((2, "undo"), (7, "resume")):
        acknowledged = killed_with_its_process(home, chunk)
        assert acknowledged >= chunk * 1000
        with open_store(data_dir=home) as store:
            (record,) = store.incomplete_imports(OWN)
            assert (record.status, record.rows) == (ImportStatus.INCOMPLETE, LARGE)
            assert record.done_rows >= acknowledged
            assert record.done_rows % 1000 == 0
            there = store.cypher("MATCH (n:Need {street: $street}) RETURN count(n)", {"street": OWN})
            assert there.rows == ((record.done_rows,),)
            if ending == "undo":
                store.undo_import(OWN, record.uid, make.at(9), "test")
                assert store.street_graph(OWN).needs == ()
            else:
                outcome = store.resume_import(needs(LARGE))
                assert (outcome.created, outcome.updated, outcome.unchanged) == (LARGE, 0, 0)
                assert len(store.street_graph(OWN).needs) == LARGE
            assert store.incomplete_imports(OWN) == ()
            assert store.verify_chain(OWN).broken_at is None


def test_a_large_import_whose_caller_lives_goes_on_although_the_engine_is_killed_again_and_again(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(imports, "SMALL_IMPORT_ROWS", 1_000)
    batch = make.imported((make.need(number, title="二") for number in range(3_000)), minutes=20)

    def progress(done: int, _total: int) -> None:
        if done in {1000, 2000}:
            kill(home)

    with open_store(data_dir=home) as store:
        outcome = store.apply_import(batch, progress=progress)
        assert (outcome.created, outcome.updated) == (0, 3_000)
        assert store.verify_chain(OWN).broken_at is None
        assert len(store.street_graph(OWN).needs) == LARGE

"""The engine that comes along: one owner, many processes, restarted when it dies, stopped when nobody is connected."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graph_schema.errors import QueryRefusedError, StoreAccessError, StoreUnavailableError
from graph_schema.stores import embedded
from graph_schema.stores.embedded import EmbeddedEngine, engine_status, stop_engine
from graph_schema.stores.engine import ENGINE_ARGUMENTS
from graph_schema.stores.engine_home import EngineHome, EngineState
from graph_schema.stores.registry import open_store
from tests.contract import factories as make

pytestmark = pytest.mark.engine
BOUND_S = 60.0


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data 数据"
    yield folder
    stop_engine(folder)


def wait_for(condition: Callable[[], object]) -> None:
    """Until something holds; a bound, not a pause, decides that it never will."""
    give_up_at = time.monotonic() + BOUND_S
    while not condition():
        assert time.monotonic() < give_up_at, "it did not happen"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_what_is_written_outlives_the_engine(home: Path) -> None:
    with open_store(data_dir=home) as store:
        store.migrate()
        store.apply_import(make.imported([make.street()]))
    assert stop_engine(home) is True
    assert stop_engine(home) is False
    assert engine_status(home) is None
    with open_store(data_dir=home) as store:
        assert store.streets() == (make.street(),)


def test_an_engine_that_stops_by_itself_while_it_is_told_to_counts_as_stopped(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(data_dir=home) as store:
        store.migrate()
    status = engine_status(home)
    assert status is not None
    assert stop_engine(home) is True
    wait_for(lambda: not alive(status.supervisor_pid))
    with monkeypatch.context() as patch:
        patch.setattr(embedded, "engine_status", lambda _home: status)
        assert stop_engine(home) is True


@pytest.mark.parametrize("turn", range(2))
def test_first_writers_of_a_new_database_make_each_kind_of_row_together(home: Path, turn: int) -> None:
    own = make.street_uid(str(turn))
    batch = make.imported(make.whole_street(own), street=own)
    writers = 6
    with open_store(data_dir=home) as store:
        store.migrate()
        store.save_taxonomy(make.taxonomy())
        gate = threading.Barrier(writers)

        def write(_: int) -> int:
            gate.wait(30)
            return store.apply_import(batch).created

        with ThreadPoolExecutor(writers) as pool:
            created = sorted(pool.map(write, range(writers)))
        assert created == [0] * (writers - 1) + [len(batch.rows)]
        assert store.verify_chain(own).broken_at is None


def test_secrets_are_for_the_owner_alone(home: Path) -> None:
    with open_store(data_dir=home) as store:
        store.migrate()
        status = engine_status(home)
        assert status is not None
        password = EngineHome(home).password()
        for name in ("password", "engine.json"):
            assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert len(password) >= 24
        for pid in (status.supervisor_pid, status.engine_pid):
            assert password not in Path(f"/proc/{pid}/cmdline").read_text()
        assert password not in store.engine.address + repr(EmbeddedEngine(home).endpoint())


def test_the_engine_listens_on_loopback_only(home: Path) -> None:
    with open_store(data_dir=home) as store:
        store.migrate()
        status = engine_status(home)
        assert status is not None
        listening = [
            line.split()[1].split(":")
            for table in ("/proc/net/tcp", "/proc/net/tcp6")
            for line in Path(table).read_text().splitlines()[1:]
            if line.split()[3] == "0A"
        ]
        ours = [address for address, port in listening if int(port, 16) in {status.bolt_port, status.http_port}]
        assert len(ours) >= 2
        loopback = {"0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"}
        assert set(ours) <= loopback


def test_many_processes_share_one_engine(home: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from graph_schema.stores.registry import open_store\n"
        "with open_store(data_dir=Path(sys.argv[1])) as store:\n"
        "    store.migrate(); print(len(store.streets()), flush=True); sys.stdin.read()\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "0\n"
    status = engine_status(home)
    assert status is not None
    assert status.starts == 1
    owners = [
        pid
        for pid in filter(str.isdigit, os.listdir("/proc"))  # noqa: PTH208 - names are enough
        if _arguments(pid)[1:] == ["-m", "graph_schema.stores.supervisor", str(home), "60.0"]
    ]
    assert owners == [str(status.supervisor_pid)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0


def _arguments(pid: str) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")[:-1]
    except (FileNotFoundError, ProcessLookupError):
        return []


def test_an_engine_that_is_killed_is_started_again_and_the_same_store_goes_on(home: Path) -> None:
    with open_store(data_dir=home) as store:
        store.migrate()
        store.apply_import(make.imported([make.street()]))
        for _ in range(3):
            status = engine_status(home)
            assert status is not None
            os.kill(status.engine_pid, signal.SIGKILL)
            assert store.streets() == (make.street(),)
        status = engine_status(home)
        assert status is not None
        assert status.starts == 4


def test_a_supervisor_that_is_killed_takes_its_engine_along_and_another_takes_over(home: Path) -> None:
    with open_store(data_dir=home) as store:
        store.migrate()
        store.apply_import(make.imported([make.street()]))
        status = engine_status(home)
        assert status is not None
        os.kill(status.supervisor_pid, signal.SIGKILL)
        wait_for(lambda: not alive(status.engine_pid))
        assert store.streets() == (make.street(),)
        again = engine_status(home)
        assert again is not None
        assert again.supervisor_pid != status.supervisor_pid


def test_an_engine_that_cannot_live_is_given_up_with_its_last_words(home: Path) -> None:
    EngineHome(home)
    (home / "engine" / "databases").write_text("in the way", encoding="utf-8")
    with (
        pytest.raises(StoreUnavailableError, match=r"does not stay alive: .*databases"),
        open_store(data_dir=home) as store,
    ):
        store.migrate()


def test_a_directory_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreAccessError, match="cannot be made"):
        open_store(data_dir=tmp_path / "file" / "data")


def test_the_engine_is_stopped_once_nobody_is_connected(home: Path) -> None:
    with open_store(data_dir=home, idle_s=0.5) as store:
        store.migrate()
        status = engine_status(home)
        assert status is not None
    wait_for(lambda: engine_status(home) is None)
    wait_for(lambda: not alive(status.engine_pid))
    stopped = EngineHome(home).status()
    assert stopped is not None
    assert stopped.state is EngineState.STOPPED


def test_a_process_that_died_counts_as_nobody(home: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from graph_schema.stores.registry import open_store\n"
        "open_store(data_dir=Path(sys.argv[1]), idle_s=0.5).migrate(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    process = subprocess.run([sys.executable, "-c", script, str(home)], check=False, timeout=BOUND_S)
    assert process.returncode == -signal.SIGKILL
    wait_for(lambda: engine_status(home) is None)


def test_a_stopped_engine_is_started_again_for_whoever_is_still_connected(home: Path) -> None:
    with open_store(data_dir=home) as store:
        store.migrate()
        assert stop_engine(home) is True
        assert store.streets() == ()


def test_a_query_that_runs_away_does_not_go_on_in_the_engine(home: Path) -> None:
    with open_store(data_dir=home) as store, open_store(data_dir=home) as other:
        store.migrate()
        other.streets()
        before = engine_status(home)
        assert before is not None
        endless = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a WHERE a < 0 RETURN count(*)"
        with pytest.raises(QueryRefusedError, match="longer than"):
            store.cypher(endless, timeout_s=0.2)
        wait_for(lambda: not alive(before.engine_pid))
        assert other.streets() == store.streets() == ()


def test_the_engine_has_bounded_memory_and_flushes_every_commit(home: Path) -> None:
    assert "-Xmx512m" in ENGINE_ARGUMENTS
    assert "-Darcadedb.txWalFlush=1" in ENGINE_ARGUMENTS
    with open_store(data_dir=home) as store:
        store.migrate()
        log = (home / "log" / "engine.log").read_text("utf-8")
        assert "'development' mode" in log
        assert "MAXRAM=512.00MB" in log


def test_each_commit_is_synchronised_to_the_disk(home: Path, tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("there is no strace to count fdatasync with; install strace")
    commits = 20
    EngineHome(home)
    trace = tmp_path / "trace"
    traced = [strace, "-f", "-y", "--seccomp-bpf", "-e", "trace=fdatasync,fsync", "-o", str(trace)]
    supervisor = [sys.executable, "-m", "graph_schema.stores.supervisor", str(home), "60"]
    with subprocess.Popen([*traced, *supervisor], stderr=subprocess.PIPE, text=True) as process:
        wait_for(lambda: process.poll() is not None or EngineHome(home).status() is not None)
        if process.poll() is not None:
            assert process.stderr is not None
            pytest.skip(f"strace may not trace here: {process.stderr.read().strip()}")
        with open_store(data_dir=home) as store:
            store.migrate()
            for number in range(commits):
                store.apply_import(make.imported([make.street(), make.community(number)], minutes=number))
        stop_engine(home)
    synchronised = re.findall(r"f(?:data)?sync\(\d+<[^>]*\.wal>", trace.read_text("utf-8"))
    assert len(synchronised) >= commits


def test_the_status_file_is_never_seen_half_written(home: Path) -> None:
    with open_store(data_dir=home) as store:
        store.migrate()
        assert json.loads((home / "engine.json").read_text("utf-8"))["state"] == "ready"
        assert list(home.glob("engine.json.*")) == []

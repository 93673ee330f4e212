"""The engine that comes along: started when it is needed, shared by all processes, stopped when nobody is connected."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import graph_schema
from graph_schema.errors import StoreUnavailableError
from graph_schema.stores.base import EngineInfo
from graph_schema.stores.bolt import Connection, Endpoint
from graph_schema.stores.engine_home import (
    DATABASE,
    HOST,
    USER,
    EngineHome,
    EngineState,
    EngineStatus,
)

IDLE_S = 60.0
START_S = 90.0
STOP_S = 40.0
RETRY_S = 20.0
"""How long a lost connection is tried again: a restart takes half a second, on a busy machine some."""
_TICK_S = 0.05


class EmbeddedEngine:
    """
    What one process holds of the engine of a data directory.

    Parameters
    ----------
    idle_s
        How long the engine outlives the last process that is connected; the first to start it decides.
    """

    def __init__(self, data_dir: Path, idle_s: float = IDLE_S) -> None:
        self._home = EngineHome(data_dir)
        self._idle_s = idle_s
        self._hold: int | None = None

    def endpoint(self) -> Endpoint:
        """
        Where the engine listens; it is started, or waited for, until it does.

        Raises
        ------
        StoreUnavailableError
            If it has not started after 90 s, or its supervisor gave it up.
        """
        give_up_at = time.monotonic() + START_S
        while time.monotonic() < give_up_at:
            self._take_hold()
            with self._home.lock("start.lock"):
                if not self._home.is_owned():
                    self._start_supervisor()
            status = self._wait(give_up_at)
            if status is not None and status.state is EngineState.READY:
                return Endpoint(f"bolt://{HOST}:{status.bolt_port}", USER, self._home.password(), DATABASE)
            if status is not None and status.state is EngineState.FAILED:
                msg = f"The engine of {self._home.path} does not stay alive: {status.message}"
                raise StoreUnavailableError(msg, reason=msg)
        msg = f"The engine of {self._home.path} has not started after {START_S:g} s. Maybe read log/engine.log there."
        raise StoreUnavailableError(msg, reason=msg)

    def info(self, connection: Connection) -> EngineInfo:
        """Name, version and address."""
        connection.read(lambda transaction: transaction.run("read/engine"))
        return EngineInfo("embedded", f"ArcadeDB {metadata.version('arcadedb')}", str(self._home.path))

    def stop_runaway(self) -> None:
        """
        The engine is ended hard and started again, because it runs a query to its end that nobody waits for.

        Others that are connected try again by themselves; what was acknowledged to them is on the disk.
        """
        status = self._home.status()
        if status is not None and status.state is EngineState.READY and self._home.is_owned():
            with suppress(ProcessLookupError):
                os.kill(status.engine_pid, signal.SIGKILL)

    def let_go(self) -> None:
        """The process is no longer connected."""
        if self._hold is not None:
            os.close(self._hold)
            self._hold = None

    def _take_hold(self) -> None:
        if self._hold is None:
            self._hold = self._home.open_lock("clients.lock")
            fcntl.flock(self._hold, fcntl.LOCK_SH)  # waits while a supervisor stops its engine

    def _start_supervisor(self) -> None:
        package_root = str(Path(graph_schema.__file__).parent.parent)
        path = os.pathsep.join(filter(None, (package_root, os.environ.get("PYTHONPATH"))))
        with (self._home.log_path / "supervisor.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "graph_schema.stores.supervisor", str(self._home.path), str(self._idle_s)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._home.path,
                env={**os.environ, "PYTHONPATH": path},
                start_new_session=True,
            )
        give_up_at = time.monotonic() + START_S
        while process.poll() is None and time.monotonic() < give_up_at:
            status = self._home.status()
            if status is not None and status.supervisor_pid == process.pid:
                break
            time.sleep(_TICK_S)
        process.returncode = 0  # it outlives us; nobody waits for it

    def _wait(self, give_up_at: float) -> EngineStatus | None:
        """Status once it says ready or failed; ``None`` when the supervisor has gone, so that another is needed."""
        while time.monotonic() < give_up_at:
            status = self._home.status()
            owned = self._home.is_owned()
            if status is not None and status.state is EngineState.FAILED:
                return status
            if not owned:
                return None
            if status is not None and status.state is EngineState.READY:
                return status
            time.sleep(_TICK_S)
        return None


def engine_status(data_dir: Path) -> EngineStatus | None:
    """What runs for a data directory; ``None`` when nothing does."""
    if not data_dir.exists():
        return None
    home = EngineHome(data_dir)
    return home.status() if home.is_owned() else None


def stop_engine(data_dir: Path) -> bool:
    """
    The engine of a data directory is stopped, whoever is connected; ``False`` when none ran.

    Raises
    ------
    StoreUnavailableError
        If it has not stopped after 40 s.
    """
    status = engine_status(data_dir)
    if status is None:
        return False
    home = EngineHome(data_dir)
    with suppress(ProcessLookupError):  # it may have stopped by itself meanwhile
        os.kill(status.supervisor_pid, signal.SIGTERM)
    give_up_at = time.monotonic() + STOP_S
    while time.monotonic() < give_up_at:
        if not home.is_owned():
            return True
        time.sleep(_TICK_S)
    msg = f"The engine of {home.path} has not stopped after {STOP_S:g} s. Maybe end process {status.supervisor_pid}."
    raise StoreUnavailableError(msg, reason=msg)

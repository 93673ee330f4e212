"""
The embedded engine's supervisor: ``python -m graph_schema.stores.supervisor DIRECTORY IDLE_SECONDS``.

It owns the directory, starts the engine, starts it again when it dies, and stops it when no process has been
connected for the idle time, or on SIGTERM.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from graph_schema.stores.engine_home import HOST, EngineHome, EngineState, EngineStatus, take

READY_S = 60.0
STOP_S = 20.0
TICK_S = 0.2
OWNING_S = 2.0
MOST_FALSE_STARTS = 5
"""An engine that has not come to be ready this often in a row is left dead, and its last words are said."""
_LONGEST_LOG = 5_000_000


class Supervisor:
    """One engine of one directory, from its first start to its last stop."""

    def __init__(self, home: EngineHome, idle_s: float) -> None:
        self._home = home
        self._idle_s = idle_s
        self._told_to_stop = False
        self._engine: subprocess.Popen[bytes] | None = None
        self._ports: tuple[int, int] | None = None
        self._starts = 0
        self._false_starts = 0

    def run(self) -> None:
        """Until idle, told to stop, or the engine cannot be kept alive."""
        signal.signal(signal.SIGTERM, self._told)
        signal.signal(signal.SIGINT, self._told)
        clients = self._home.open_lock("clients.lock")
        idle_since = time.monotonic()
        try:
            while not self._told_to_stop:
                if not self._keep_alive():
                    return
                if take(clients):  # held from here on: who wants to connect waits until the engine has stopped
                    if time.monotonic() - idle_since >= self._idle_s:
                        return
                    os.close(clients)
                    clients = self._home.open_lock("clients.lock")
                else:
                    idle_since = time.monotonic()
                time.sleep(TICK_S)
        finally:
            self._stop()

    def _told(self, _number: int, _frame: FrameType | None) -> None:
        self._told_to_stop = True

    def _keep_alive(self) -> bool:
        """Whether the engine runs, started anew if it has died."""
        while self._engine is None or self._engine.poll() is not None:
            if self._false_starts >= MOST_FALSE_STARTS:
                self._say(EngineState.FAILED, self._last_words())
                return False
            if self._told_to_stop:
                return False
            time.sleep(TICK_S * self._false_starts)  # an engine whose supervisor was killed may still be closing files
            self._start()
        return True

    def _start(self) -> None:
        # The ports of before, so that waiting clients find the engine again; others if they did not do.
        if self._ports is None or self._false_starts:
            self._ports = _free_ports()
        self._starts += 1
        self._say(EngineState.STARTING)
        ready, engine_ready = os.pipe()
        with self._log().open("ab") as log:
            self._engine = subprocess.Popen(  # noqa: S603 - our own module
                [
                    sys.executable,
                    "-m",
                    "graph_schema.stores.engine",
                    str(self._home.path),
                    *map(str, self._ports),
                    str(engine_ready),
                ],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(engine_ready,),
                start_new_session=True,  # a Ctrl-C at the terminal is not for it
            )
        os.close(engine_ready)
        try:
            answered, _, _ = select.select([ready], [], [], READY_S)
            if answered and os.read(ready, 1):
                self._false_starts = 0
                self._say(EngineState.READY)
                return
        finally:
            os.close(ready)
        self._false_starts += 1
        if self._engine.poll() is None:
            self._engine.kill()
        self._engine.wait()

    def _stop(self) -> None:
        engine = self._engine
        if engine is not None and engine.poll() is None:
            engine.terminate()
            try:
                engine.wait(STOP_S)
            except subprocess.TimeoutExpired:
                engine.kill()
                engine.wait()
        status = self._home.status()
        if status is None or status.state is not EngineState.FAILED:
            self._say(EngineState.STOPPED)

    def _say(self, state: EngineState, message: str = "") -> None:
        bolt_port, http_port = self._ports or (0, 0)
        self._home.write_status(
            EngineStatus(
                state=state,
                supervisor_pid=os.getpid(),
                engine_pid=self._engine.pid if self._engine is not None and state is EngineState.READY else 0,
                bolt_port=bolt_port,
                http_port=http_port,
                starts=self._starts,
                message=message,
            ),
        )

    def _log(self) -> Path:
        log = self._home.log_path / "engine.log"
        if log.exists() and log.stat().st_size > _LONGEST_LOG:
            log.replace(log.with_suffix(".old.log"))
        return log

    def _last_words(self) -> str:
        log = self._home.log_path / "engine.log"
        text = log.read_bytes()[-20_000:].decode("utf-8", "replace") if log.exists() else ""
        lines = [line.strip() for line in text.splitlines() if "Error" in line or "Exception" in line]
        return lines[-1][:500] if lines else "it said nothing"


def _free_ports() -> tuple[int, int]:
    """Two ports of loopback that nobody listens at."""
    with socket.socket() as first, socket.socket() as second:
        first.bind((HOST, 0))
        second.bind((HOST, 0))
        return first.getsockname()[1], second.getsockname()[1]


def main(arguments: list[str]) -> None:
    """Supervise, unless another already does."""
    home = EngineHome(Path(arguments[0]))
    owner = home.open_lock("owner.lock")
    give_up_at = time.monotonic() + OWNING_S
    while not take(owner):  # processes that only look whether it is owned hold it for an instant
        if time.monotonic() > give_up_at:
            return
        time.sleep(TICK_S / 10)
    Supervisor(home, float(arguments[1])).run()


if __name__ == "__main__":
    main(sys.argv[1:])

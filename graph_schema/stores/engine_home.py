"""
A data directory of the embedded engine: its files, its locks and what its supervisor says there.

::

    password       of the engine, made once, mode 0600
    engine.json    ports, pids and state, written by the supervisor, mode 0600
    owner.lock     held by the supervisor: one owner for a directory
    clients.lock   held shared by every connected process: nobody holds it means idle
    start.lock     held while a process looks whether it has to start the supervisor
    engine/        the engine's own files
    log/           its log and the supervisor's
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from graph_schema.errors import DataDirectoryError, StoredValueError
from graph_schema.private_files import private_file

_PRIVATE = 0o600
_PASSWORD_BYTES = 24
DATABASE = "graph"
USER = "root"
HOST = "127.0.0.1"


class EngineState(StrEnum):
    """What a supervisor says of its engine."""

    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """
    What stands in ``engine.json``.

    Parameters
    ----------
    starts
        How often this supervisor has started the engine.
    message
        Why it failed; empty otherwise.
    """

    state: EngineState
    supervisor_pid: int
    engine_pid: int = 0
    bolt_port: int = 0
    http_port: int = 0
    starts: int = 0
    message: str = ""


class EngineHome:
    """A data directory; made, with mode 0700, when it is first used."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in ("engine", "log"):
                (self.path / name).mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise DataDirectoryError(str(self.path), error.strerror or str(error)) from error

    @property
    def engine_path(self) -> Path:
        """Where the engine keeps its files."""
        return self.path / "engine"

    @property
    def log_path(self) -> Path:
        """Where logs go."""
        return self.path / "log"

    def password(self) -> str:
        """The engine's password, made when there is none yet."""
        made = private_file(self.path / "password", lambda: secrets.token_urlsafe(_PASSWORD_BYTES).encode())
        return made.decode("ascii")

    def status(self) -> EngineStatus | None:
        """What the last supervisor wrote, ``None`` before the first; it may be dead since (see `is_owned`)."""
        try:
            stored = json.loads((self.path / "engine.json").read_text("utf-8"))
            return EngineStatus(**{**stored, "state": EngineState(stored["state"])})
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError) as error:
            msg = f"{self.path / 'engine.json'} cannot be read: {error}. Maybe delete it."
            raise StoredValueError(msg) from error

    def write_status(self, status: EngineStatus) -> None:
        """The status is replaced as a whole: a reader sees the old one or the new one."""
        file = self.path / f"engine.json.{os.getpid()}"
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as new:
            json.dump(asdict(status), new)
        file.replace(self.path / "engine.json")

    def is_owned(self) -> bool:
        """Whether a supervisor lives."""
        descriptor = self.open_lock("owner.lock")
        try:
            return not take(descriptor, shared=True)
        finally:
            os.close(descriptor)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """The lock is held alone; waits for whoever holds it."""
        descriptor = self.open_lock(name)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def open_lock(self, name: str) -> int:
        """Descriptor of a lock file; the kernel lets go of its locks when it is closed, or its process dies."""
        return os.open(self.path / name, os.O_RDWR | os.O_CREAT, _PRIVATE)


def take(descriptor: int, *, shared: bool = False) -> bool:
    """Whether a lock file could be locked at once: alone, or shared with others that share it."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

"""
The embedded engine's own process: ``python -m graph_schema.stores.engine DIRECTORY BOLT HTTP READY``.

Started by the supervisor alone. It writes a byte to the descriptor ``READY`` once Bolt accepts, and stops on
SIGTERM or when its standard input ends, which is when the supervisor has died.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from graph_schema.stores.engine_home import DATABASE, EngineHome

HEAP = "512m"
ENGINE_ARGUMENTS = f"-Xmx{HEAP} -Darcadedb.txWalFlush=1"
"""Bounded memory, and the log flushed to the disk at every commit; a setting of the server is ignored for this."""


def main(arguments: list[str]) -> None:
    """Run until told to stop."""
    directory, bolt_port, http_port, ready = Path(arguments[0]), int(arguments[1]), int(arguments[2]), int(arguments[3])
    home = EngineHome(directory)
    os.environ["ARCADEDB_NATIVE_ISOLATE_ARGS"] = ENGINE_ARGUMENTS
    os.environ["ARCADEDB_LOG_DIR"] = str(home.log_path)
    stop = threading.Event()
    _stop_when_told(stop)
    import arcadedb  # noqa: PLC0415 - reads its settings from the environment while it is imported

    server = arcadedb.create_server(
        root_path=str(home.engine_path),
        root_password=home.password(),
        config={
            "mode": "development",  # production would hide the texts of errors
            "host": "localhost",
            "http_port": str(http_port),
            "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "bolt_port": bolt_port,
        },
    )
    try:
        server.start()
        server.create_database(DATABASE)  # or opens it
        os.write(ready, b"1")
        os.close(ready)
        stop.wait()
    finally:
        server.stop()
        sys.stdout.flush()
    os._exit(0)  # threads of the engine must not keep a stopped process


def _stop_when_told(stop: threading.Event) -> None:
    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    def watch() -> None:
        while os.read(0, 1024):
            pass
        stop.set()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1:])

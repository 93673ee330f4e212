"""
Real Neo4j servers from their published jars, for tests.

``python -m tests.contract.neo4j_server fetch`` downloads what is missing into ``.neo4j/`` (needs mvn);
``python -m tests.contract.neo4j_server run 5.26.30`` runs one until Ctrl-C and prints its address.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import neo4j
from neo4j.exceptions import ClientError, DriverError, TransientError

HOME = Path(os.environ.get("NEEDLEWORK_NEO4J_JARS", Path(__file__).parent.parent.parent / ".neo4j"))
FETCH_S, START_S = 600, 180
_OPENED = tuple(f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in ("java.nio", "java.io", "sun.nio.ch"))
_FLAGS = (
    "-Xms256m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # minutes of tests never earn back what the second compiler costs
    *_OPENED,
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "-Dio.netty.tryReflectionSetAccessible=true",
)


@dataclass(frozen=True, slots=True)
class Release:
    """
    A release that the contract suite runs on.

    Parameters
    ----------
    java
        Oldest and newest version of Java that it runs on; ``None``: any newer.
    """

    version: str
    entry: str
    java: tuple[int, int | None]
    flags: tuple[str, ...] = ()


RELEASES = {
    "neo4j-5.26": Release("5.26.30", "org.neo4j.server.CommunityEntryPoint", (17, 21)),
    "neo4j-2026": Release(
        "2026.08.1",
        "org.neo4j.server.Neo4jCommunity",
        (21, None),
        (
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-modules=jdk.incubator.vector",
        ),
    ),
}


@dataclass(slots=True)
class Server:
    """A running server: where, how to enter, and its process, which may be killed and started again."""

    url: str
    user: str
    password: str
    home: Path
    command: list[str]
    process: subprocess.Popen[bytes]

    def start_again(self) -> None:
        """On the same port and files, after its process has ended; returns once Bolt answers."""
        self.process = _start(self.command, self.home)
        _wait(self.url, self.password, self.process, self.home)


def java_for(release: Release) -> Path | None:
    """A Java that this release runs on: of JAVA_HOME, /usr/lib/jvm or PATH."""
    oldest, newest = release.java
    for java in _javas():
        version = _java_version(java)
        if version >= oldest and (newest is None or version <= newest):
            return java
    return None


def why_not(release: Release) -> str | None:
    """Why this release cannot be run here, and how to have it; ``None`` when it can."""
    if java_for(release) is None:
        oldest, newest = release.java
        wanted = f"Java {oldest}" + (f" to {newest}" if newest else " or later")
        return f"Neo4j {release.version} needs {wanted} in JAVA_HOME, /usr/lib/jvm or PATH"
    if not _jars(release) and os.environ.get("NEEDLEWORK_TEST_NEO4J") != "1":
        return f"Neo4j {release.version} is not fetched; set NEEDLEWORK_TEST_NEO4J=1 to fetch it (needs mvn)"
    if not _jars(release) and shutil.which("mvn") is None:
        return f"Neo4j {release.version} is not fetched, and there is no mvn to fetch it with"
    return None


def fetch(release: Release) -> Path:
    """Folder with the jars, downloaded from Maven Central when they are not there; by one process at a time."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "fetch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _jars(release):
            _download(release, HOME / release.version)
    return HOME / release.version / "lib"


def _download(release: Release, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    artifacts = (("org.neo4j", "neo4j"), ("org.neo4j.app", "neo4j-server"))
    wanted = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId><version>{release.version}</version></dependency>"
        for group, name in artifacts
    )
    (folder / "pom.xml").write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>needlework</groupId><artifactId>neo4j-for-tests</artifactId><version>1</version>"
        f"<dependencies>{wanted}</dependencies></project>\n",
        encoding="utf-8",
    )
    command = ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=fetched", "-DincludeScope=runtime"]
    subprocess.run(command, cwd=folder, check=True, timeout=FETCH_S)
    (folder / "fetched").rename(folder / "lib")  # whole or not there


@contextmanager
def running(release: Release) -> Iterator[Server]:
    """A server of its own, on a free port and an empty folder, with a password of its own."""
    java = java_for(release)
    assert java is not None, why_not(release)
    jars = fetch(release)
    home = Path(tempfile.mkdtemp(prefix="needlework-neo4j-"))
    port = _free_port()
    for name in ("conf", "data", "logs", "plugins", "import"):
        (home / name).mkdir()
    (home / "conf" / "neo4j.conf").write_text(_configuration(port), encoding="utf-8")
    places = (f"--home-dir={home}", f"--config-dir={home / 'conf'}")
    command = [str(java), "-cp", f"{jars}/*", *_FLAGS, *release.flags, release.entry, *places]
    password = secrets.token_urlsafe(16)
    server = Server(f"bolt://127.0.0.1:{port}", "neo4j", password, home, command, _start(command, home))
    try:
        _wait(server.url, "neo4j", server.process, home)
        with neo4j.GraphDatabase.driver(server.url, auth=("neo4j", "neo4j")) as driver:
            driver.execute_query(
                "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $password",
                password=password,
                database_="system",
            )
        yield server
    finally:
        server.process.kill()  # its files go too, so nothing needs closing
        server.process.wait()
        shutil.rmtree(home, ignore_errors=True)


def _configuration(port: int) -> str:
    settings = {
        "server.default_listen_address": "127.0.0.1",
        "server.bolt.listen_address": f"127.0.0.1:{port}",
        "server.http.enabled": "false",
        "server.https.enabled": "false",
        "dbms.security.auth_enabled": "true",
        "server.memory.pagecache.size": "128m",
        "dbms.usage_report.enabled": "false",
        "server.directories.plugins": "plugins",
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def _start(command: list[str], home: Path) -> subprocess.Popen[bytes]:
    with (home / "out.log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def _wait(url: str, password: str, process: subprocess.Popen[bytes], home: Path) -> None:
    """Until the server lets us in; a first password that must be changed is in too."""
    port = int(url.rpartition(":")[2])
    give_up_at = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < give_up_at:
        with socket.socket() as attempt:
            listens = attempt.connect_ex(("127.0.0.1", port)) == 0
        if listens:
            try:
                with neo4j.GraphDatabase.driver(url, auth=("neo4j", password)) as driver:
                    driver.verify_authentication()
            except (DriverError, ClientError, TransientError, OSError):
                pass
            else:
                return
        time.sleep(0.1)
    tail = (home / "out.log").read_text("utf-8", "replace")[-2000:]
    msg = f"Neo4j did not start: {tail}"
    raise RuntimeError(msg)


@cache
def _javas() -> tuple[Path, ...]:
    homes = [Path(home) for home in (os.environ.get("JAVA_HOME"),) if home]
    homes += (
        sorted(path for path in Path("/usr/lib/jvm").glob("*") if path.is_dir())
        if Path("/usr/lib/jvm").exists()
        else []
    )
    found = [home / "bin" / "java" for home in homes]
    on_path = shutil.which("java")
    found += [Path(on_path)] if on_path else []
    return tuple(java for java in found if java.is_file())


@cache
def _java_version(java: Path) -> int:
    said = subprocess.run([str(java), "-version"], capture_output=True, text=True, check=False, timeout=30).stderr
    match = re.search(r'version "(\d+)', said)
    return int(match.group(1)) if match else 0


def _jars(release: Release) -> bool:
    return (HOME / release.version / "lib").is_dir()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def main(arguments: list[str]) -> None:
    """Fetch every release, or run one."""
    if arguments[:1] == ["fetch"]:
        for release in RELEASES.values():
            print(fetch(release))  # noqa: T201 - a command's answer
        return
    release = next(release for release in RELEASES.values() if release.version == arguments[1])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the server goes with us
    with running(release) as server:
        print(f"NEEDLEWORK_GRAPH={server.url} user {server.user} password {server.password}", flush=True)  # noqa: T201
        server.process.wait()


if __name__ == "__main__":
    main(sys.argv[1:])

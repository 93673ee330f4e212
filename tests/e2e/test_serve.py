"""``needlework serve`` as an office runs it: a process of its own, a browser beside it, nobody else."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.services import graphs, matching
from api.settings import Settings
from tests.instances.office import AS_OF, STREET, as_import, office

READY_S = 60
STOP_S = 30


@dataclass(frozen=True, slots=True)
class Running:
    """A service in a process of its own."""

    port: int
    process: subprocess.Popen[bytes]

    def ask(
        self, path: str, *, method: str = "GET", body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of an answer."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"} | (headers or {}),
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, dict(refused.headers), refused.read().decode()

    def json(self, path: str, **options: Any) -> tuple[int, Any]:
        """Status and content of an answer."""
        status, _, text = self.ask(path, **options)
        return status, json.loads(text)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(running: Running) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        if running.process.poll() is not None:
            pytest.fail(f"serve ended with {running.process.returncode} before it answered.")
        try:
            if running.ask("/v1/health")[0] == 200:
                return
        except urllib.error.URLError:
            time.sleep(0.05)
    pytest.fail(f"serve did not answer within {READY_S} s.")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The small office's graph in a data folder, and the service over it."""
    data = tmp_path_factory.mktemp("data")
    settings = Settings(data=data, graph="")
    with graphs.open_graph(settings) as store:
        store.apply_import(as_import(*office()))
        matching.match(store, STREET, matching.PlanRequest(AS_OF), now=AS_OF, actor="test")
    port = free_port()
    log = (data.parent / "serve.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", str(port)],
        env={**os.environ, "NEEDLEWORK_DATA": str(data), "NEEDLEWORK_GRAPH": ""},
        cwd=Path(__file__).parents[2],
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    found = Running(port, process)
    try:
        wait_until_ready(found)
        yield found
    finally:
        process.kill()
        process.wait(STOP_S)
        log.close()
        graphs.stop(settings)


def test_the_page_the_reference_and_the_plan_are_served(running: Running) -> None:
    status, headers, text = running.ask("/")
    assert status == 200
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "示例街道" in text
    assert '<svg class="sketch"' in text
    assert running.ask("/docs")[0] == 200
    status, plan = running.json("/v1/plans/latest")
    assert (status, plan["proven_optimal"]) == (200, True)


def test_a_new_plan_is_the_one_that_the_page_then_shows(running: Running) -> None:
    status, plan = running.json("/v1/plans", method="POST", body={"as_of": "2026-11-21T00:00:00Z"})
    assert status == 201
    assert running.json("/v1/plans/latest")[1] == plan
    assert plan["uid"] in running.ask("/")[2]


def test_many_at_once_get_the_same_answer(running: Running) -> None:
    suggestions = "/v1/needs/need-1/suggestions"
    # On a new machine the first answers come without what is still being compiled.
    while running.json(f"{suggestions}?wait_s=50")[1]["plan"]["order"] != "loss":
        assert running.process.poll() is None
    paths = ["/v1/needs", "/v1/plans/latest/pairings", suggestions, "/"] * 6
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(running.ask, paths))
    assert {status for status, _, _ in answers} == {200}
    for path in set(paths):
        assert len({text for asked, (_, _, text) in zip(paths, answers, strict=True) if asked == path}) == 1


def test_nobody_else_is_answered(running: Running) -> None:
    assert running.ask("/", headers={"host": "rebound.example"})[0] == 421
    assert running.ask("/", headers={"x-forwarded-for": "203.0.113.9"})[0] == 403
    assert running.ask("/v1/plans", method="POST", body={}, headers={"origin": "https://evil.example"})[0] == 403
    listening = {
        bytes.fromhex(local.split(":")[0])[::-1]
        for local, state in (line.split()[1:4:2] for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
        if state == "0A" and int(local.split(":")[1], 16) == running.port
    }
    assert listening == {bytes([127, 0, 0, 1])}


def test_an_interrupt_ends_it_cleanly(running: Running) -> None:
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(STOP_S) in {0, 130, -signal.SIGINT}
    with pytest.raises(urllib.error.URLError):
        running.ask("/v1/health")

"""One store of each engine for the whole session, a street of its own for each test."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from graph_schema.model.identity import make_uid
from graph_schema.stores import imports, runs, undo
from graph_schema.stores.embedded import engine_status, stop_engine
from graph_schema.stores.graph import BoltGraphStore
from graph_schema.stores.registry import open_store
from tests.contract import factories, neo4j_server

OWNER = "contract tests"
REQUIRE_ALL = os.environ.get("NEEDLEWORK_REQUIRE_ALL") == "1"
KINDS = {"embedded": "embedded", **dict.fromkeys(neo4j_server.RELEASES, "neo4j")}
"""Each engine under test, and its kind in the registry."""
_NEEDS_A_NEWER_JAVA = "neo4j-2026"


@dataclass(frozen=True, slots=True)
class Engine:
    """
    A running engine.

    Parameters
    ----------
    open
        Opens another store of it, as another process would.
    pid
        Process of the engine now.
    start_again
        Called after the engine was killed; returns at once where something else starts it.
    """

    open: Callable[[], BoltGraphStore]
    pid: Callable[[], int]
    start_again: Callable[[], None]


def engines() -> list[str]:
    """The newest release is asked for only where a Java for it exists; without Neo4j the tests skip and say so."""
    return [
        name
        for name in KINDS
        if not (
            REQUIRE_ALL and name == _NEEDS_A_NEWER_JAVA and neo4j_server.java_for(neo4j_server.RELEASES[name]) is None
        )
    ]


@pytest.fixture(scope="session", params=engines())
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def running(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if engine == "embedded":
        home = tmp_path_factory.mktemp("graph")

        def pid() -> int:
            status = engine_status(home)
            assert status is not None
            return status.engine_pid

        yield Engine(lambda: open_bolt_store(data_dir=home), pid, lambda: None)
        stop_engine(home)
        return
    release = neo4j_server.RELEASES[engine]
    reason = neo4j_server.why_not(release)
    if reason is not None:
        pytest.fail(reason) if REQUIRE_ALL else pytest.skip(reason)
    with neo4j_server.running(release) as server:

        def start_again() -> None:
            server.process.wait()
            server.start_again()

        yield Engine(
            lambda: open_bolt_store(server.url, user=server.user, password=server.password),
            lambda: server.process.pid,
            start_again,
        )


def open_bolt_store(*arguments: Any, **named: Any) -> BoltGraphStore:
    store = open_store(*arguments, **named)
    assert isinstance(store, BoltGraphStore)
    return store


@pytest.fixture(scope="session")
def shared_store(running: Engine) -> Iterator[BoltGraphStore]:
    with running.open() as store:
        store.mark_scratch(OWNER)
        store.migrate()
        yield store


@pytest.fixture
def store(shared_store: BoltGraphStore) -> BoltGraphStore:
    shared_store.save_taxonomy(factories.taxonomy())
    return shared_store


@pytest.fixture
def own(request: pytest.FixtureRequest) -> str:
    """uid of a street that no other test uses."""
    return make_uid("", "AdminDivision", request.node.name)


@pytest.fixture
def filled(store: BoltGraphStore, own: str) -> BoltGraphStore:
    """The store with a row of each kind in the test's own street."""
    store.apply_import(factories.imported(factories.whole_street(own), street=own))
    return store


@pytest.fixture
def empty(shared_store: BoltGraphStore) -> BoltGraphStore:
    """The store with nothing in it but its migrations."""
    shared_store.clear_scratch(OWNER)
    return shared_store


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of over 50 rows is a large one, written in steps of 10, so that many steps take little time."""
    for module in (imports, undo, runs):
        monkeypatch.setattr(module, "SMALL_IMPORT_ROWS", 50)
        monkeypatch.setattr(module, "CHUNK_ROWS", 10)


_ran: Counter[str] = Counter()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and "tests/contract/" in report.nodeid and "[" in report.nodeid:
        for name in KINDS:
            if f"[{name}" in report.nodeid or f"-{name}]" in report.nodeid:
                _ran[name] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _ran:
        terminalreporter.section("contract tests by engine")
        for name in KINDS:
            terminalreporter.line(f"{name:12} {_ran[name]}")

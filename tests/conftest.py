"""What every room of tests shares: where published data lies, nothing skipped where all is required, what is proven."""

import os
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.property import proof
from tests.property.settings import PROVING

TOGETHER = (
    "tests/e2e/test_demo.py",
    "tests/e2e/test_serve.py",
    "tests/integration/test_http_contract.py",
    "tests/integration/test_killed_imports.py",
    "tests/integration/test_rules_matter.py",
)
"""Files whose tests share something that is dear to make, or go on from one another."""

BY_CASE = {
    "tests/contract/": ("embedded", "neo4j-5.26", "neo4j-2026"),
    "tests/integration/test_scenario_rules.py": ("jinchang-2023", "wuzhong", "yongji", "yixing", "fairness"),
}
"""Where the tests of one engine, or of one scenario, belong together."""

REQUIRE_ALL = os.environ.get("NEEDLEWORK_REQUIRE_ALL") == "1"


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Folder of the published instances and street files; skips, saying so, where there is none."""
    folder = os.environ.get("NEEDLEWORK_TEST_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip(
            f"NEEDLEWORK_TEST_DATA is {folder or 'not set'}: no published instances and street files here. "
            "Set it to the folder that holds instances/ and walk/."
        )
    return Path(folder)


TIMES_AS_MANY = 10
"""Instances of each kind that a property is tried on while proving, against those of a usual run."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if PROVING:  # on ten times as many instances a test may take ten times as long
        longest = pytest.mark.timeout(TIMES_AS_MANY * float(config.getini("timeout")))
        for item in items:
            if item.get_closest_marker("timeout") is None:
                item.add_marker(longest)


_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    if "NEEDLEWORK_TEST_DATA is not set" not in str(report.longrepr):  # published data is nobody's duty to have
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:  # one of several processes: what it has shown is told to the one that reports
        output["proof"] = proof.shown()
    elif REQUIRE_ALL and _skipped and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def together(nodeid: str) -> str:
    """Tests of the same answer run in the same process, when several test at once."""
    path, _, case = nodeid.partition("[")
    for room, names in BY_CASE.items():
        if path.startswith(room):
            return next((f"{room} {name}" for name in names if name in case), nodeid)
    if path.startswith("tests/property/test_rules_and_reasons.py"):
        return f"{path.partition('::')[0]} {case}"
    return next((name for name in TOGETHER if path.startswith(name)), nodeid)


class Together(LoadScopeScheduling):
    """Hands the next tests that belong together to the process that is free first."""

    def _split_scope(self, nodeid: str) -> str:
        return together(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return Together(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    proof.told(getattr(node, "workeroutput", {}).get("proof", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if REQUIRE_ALL and _skipped:
        terminalreporter.section("skipped although all is required")
        for nodeid in _skipped:
            terminalreporter.line(nodeid)
    lines = proof.table()
    if lines and (PROVING or REQUIRE_ALL):
        terminalreporter.section("proven by other codes, instance by instance")
        for line in lines:
            terminalreporter.line(line)

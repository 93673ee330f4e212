"""What every room of tests shares: where published data lies, and that nothing is skipped where all is required."""

import os
from pathlib import Path

import pytest

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


_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    if "NEEDLEWORK_TEST_DATA is not set" not in str(report.longrepr):  # published data is nobody's duty to have
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if REQUIRE_ALL and _skipped and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if REQUIRE_ALL and _skipped:
        terminalreporter.section("skipped although all is required")
        for nodeid in _skipped:
            terminalreporter.line(nodeid)

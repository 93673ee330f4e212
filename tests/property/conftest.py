"""Prints at the end of a run what its properties have shown."""

import os

import pytest

from tests.property.proof import table


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = table()
    if lines and "1" in {os.environ.get("NEEDLEWORK_PROVE"), os.environ.get("NEEDLEWORK_REQUIRE_ALL")}:
        terminalreporter.section("proven by other codes, instance by instance")
        for line in lines:
            terminalreporter.line(line)

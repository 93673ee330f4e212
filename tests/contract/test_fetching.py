"""Jars of a Neo4j release are fetched once, however many processes of a test run want them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.contract import neo4j_server

FETCHING = """#!/bin/sh
echo fetched >> "$FETCHES"
sleep 0.2
mkdir fetched
"""


def test_jars_that_several_want_at_once_are_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maven = tmp_path / "mvn"
    maven.write_text(FETCHING, encoding="ascii")
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("FETCHES", str(tmp_path / "fetches"))
    monkeypatch.setattr(neo4j_server, "HOME", tmp_path / "jars")
    release = neo4j_server.RELEASES["neo4j-5.26"]
    with ThreadPoolExecutor(4) as pool:
        folders = list(pool.map(neo4j_server.fetch, [release] * 4))
    assert folders == [tmp_path / "jars" / release.version / "lib"] * 4
    assert folders[0].is_dir()
    assert (tmp_path / "fetches").read_text("ascii").split() == ["fetched"]

"""The Jinchang scenario gives the same figures, pairings and reasons whatever engine holds the graph."""

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest

from api.services import scenario
from graph_schema.demo import jinchang
from graph_schema.stores.graph import BoltGraphStore
from graph_schema.taxonomy import load
from tests.contract.conftest import OWNER


@pytest.fixture(scope="session")
def digests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder that all processes of a test run share: of each engine a file, which says what the scenario gave on it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "plans-by-engine"
    folder.mkdir(exist_ok=True)
    return folder


def test_the_scenario_gives_the_same_plan_on_every_engine(engine: str, empty: BoltGraphStore, digests: Path) -> None:
    empty.save_taxonomy(load())
    try:
        result = scenario.run(empty, jinchang.SCENARIO)
    finally:
        empty.clear_scratch(OWNER)
    assert [assertion for assertion in result.assertions if not assertion.holds] == []
    told = {
        "figures": result.figures,
        "pairings": [asdict(pairing) for pairing in result.plan.pairings],
        "shortfalls": [asdict(shortfall) for shortfall in result.plan.shortfalls],
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()
    (digests / f"{engine}~").write_text(digest, encoding="ascii")
    (digests / f"{engine}~").rename(digests / engine)  # whole or not there, for another engine's process that looks
    given = {path.name: path.read_text("ascii") for path in digests.iterdir() if not path.name.endswith("~")}
    assert given == dict.fromkeys(given, digest)

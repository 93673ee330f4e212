"""The Jinchang scenario gives the same figures, pairings and reasons whatever engine holds the graph."""

import hashlib
import json
from dataclasses import asdict

from api.services import scenario
from graph_schema.demo import jinchang
from graph_schema.stores.graph import BoltGraphStore
from graph_schema.taxonomy import load
from tests.contract.conftest import OWNER

PLANS: dict[str, str] = {}
"""Engine -> digest of everything that the scenario gave on it."""


def test_the_scenario_gives_the_same_plan_on_every_engine(engine: str, empty: BoltGraphStore) -> None:
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
    PLANS[engine] = hashlib.sha256(text.encode()).hexdigest()
    assert set(PLANS.values()) == {PLANS[engine]}

"""Each rule that a scenario relies on is needed: without it one of the scenario's own assertions fails."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from api.services import scenario
from api.services.graphs import scratch_graph
from api.services.scenario_parts import failing
from api.settings import Settings
from graph_schema.demo.scenes import SCENES
from graph_schema.model.categories import CanSatisfy
from graph_schema.model.resources import Resource
from graph_schema.model.street import StreetGraph
from matcher import costs, eligibility
from matcher.policy import Policy
from matcher.street import candidates
from matcher.street.facts import Candidates, Facts, Mask
from tests.instances.replays import Recording, RecordingStage, ReplayStage

pytestmark = pytest.mark.timeout(900)
"""The largest scenario is read, planned for with 858,000 pairs, exported and read again."""


@cache
def recorded(name: str) -> Recording:
    """The scenario played once on a store of its own."""
    with TemporaryDirectory() as folder, scratch_graph(Settings(graph=""), name) as store:
        stage = RecordingStage(store, SCENES[name], scratch=Path(folder))
        stage.recording = Recording(SCENES[name])
        result = scenario.played(scenario.SCENARIOS[name], stage)
    assert [row for row in result.assertions if not row.holds] == []
    return stage.recording


def as_it_is(street: StreetGraph) -> StreetGraph:
    return street


def nothing_patched(_: pytest.MonkeyPatch) -> None:
    """The matcher is as it is."""


@dataclass(frozen=True)
class Weakening:
    """
    How the matcher loses a rule.

    A part of it is exchanged, it is shown another street than the checks see, or it prefers something else.
    """

    patch: Callable[[pytest.MonkeyPatch], None] = nothing_patched
    shown: Callable[[StreetGraph], StreetGraph] = as_it_is
    preferring: Callable[[Policy], Policy] = lambda policy: policy


def everybody(_facts: Facts, _policy: Policy, c: Candidates) -> Mask:
    return np.ones(len(c), np.bool_)


def without(rule: str) -> Weakening:
    def weaken(patch: pytest.MonkeyPatch) -> None:
        weakened = tuple((code, everybody if code == rule else function) for code, function in eligibility.RULES)
        patch.setattr(eligibility, "RULES", weakened)

    return Weakening(weaken)


def without_reach() -> Weakening:
    def weaken(patch: pytest.MonkeyPatch) -> None:
        without("reach").patch(patch)
        patch.setattr(candidates, "_hopeless", lambda _facts, _policy, c: np.zeros(len(c), np.bool_))

    return Weakening(weaken)


def without_windows() -> Weakening:
    def weaken(patch: pytest.MonkeyPatch) -> None:
        without("window").patch(patch)
        patch.setattr(eligibility, "slot_fits", lambda _facts, need, _slot: np.ones(len(need), np.bool_))

    return Weakening(weaken)


def anything_serves_anything(street: StreetGraph) -> StreetGraph:
    items = [category.code for category in street.taxonomy.categories if category.parent and not category.routed]
    anything = tuple(CanSatisfy(give, ask, 1.0, "") for give in items for ask in items if give != ask)
    return replace(street, taxonomy=replace(street.taxonomy, can_satisfy=anything))


def all_that_there_is_is_offered(street: StreetGraph) -> StreetGraph:
    return replace(street, resources=tuple(_released_whole(row) for row in street.resources))


def _released_whole(row: Resource) -> Resource:
    whole = max(row.offered.value, row.total.value if row.total else 0)
    slots = tuple(replace(slot, capacity=whole) for slot in row.slots)
    return replace(row, offered=replace(row.offered, value=whole), slots=slots)


def without_loads(street: StreetGraph) -> StreetGraph:
    free = tuple(replace(person, load_limits=(), max_load_h_per_month=None) for person in street.people)
    return replace(street, people=free)


def at_two_places(street: StreetGraph) -> StreetGraph:
    """People's resources give twice as much, as if one person were two."""
    people = {person.uid for person in street.people}
    return replace(
        street, resources=tuple(_doubled(row) if row.provider_uid in people else row for row in street.resources)
    )


def _doubled(row: Resource) -> Resource:
    slots = tuple(replace(slot, capacity=2 * slot.capacity) for slot in row.slots)
    twice = replace(row.offered, value=2 * row.offered.value)
    return replace(row, offered=twice, total=replace(row.total, value=2 * row.total.value), slots=slots)


def with_endless_money(street: StreetGraph) -> StreetGraph:
    return replace(street, budgets=tuple(replace(pool, amount_fen=10**12) for pool in street.budgets))


def without_pools(street: StreetGraph) -> StreetGraph:
    return replace(street, pools=())


def without_coverage(street: StreetGraph) -> StreetGraph:
    """Coverage lists of what costs nothing are of the whole street, so that no pool is needed to be on them."""
    everywhere = (street.street_uid,)
    return replace(
        street,
        resources=tuple(
            replace(row, serves_uids=everywhere) if row.serves_uids and not row.unit_cost_fen else row
            for row in street.resources
        ),
    )


def without_term(name: str) -> Weakening:
    def weaken(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(costs, "TERMS", tuple((code, term) for code, term in costs.TERMS if code != name))

    return Weakening(weaken)


def preferring(**figures: Any) -> Weakening:
    return Weakening(preferring=lambda policy: replace(policy, **figures))


RELIES_ON: dict[str, dict[str, Weakening]] = {
    "jinchang-2023": {
        "category": Weakening(shown=anything_serves_anything),
        "window": without_windows(),
        "reach": without_reach(),
        "released quantity": Weakening(shown=all_that_there_is_is_offered),
        "load": Weakening(shown=without_loads),
        "one place at a time": Weakening(shown=at_two_places),
        "same post": preferring(switch_s=0),
    },
    "wuzhong": {
        "budget": Weakening(shown=with_endless_money),
        "target_group": without("target_group"),
        "load": Weakening(shown=without_loads),
        "coverage list": Weakening(shown=without_coverage),
    },
    "yongji": {
        "fairness": preferring(fairness_mode="off"),
        "own area": preferring(own_area_s=0),
        "walking": without_term("walk"),
    },
    "yixing": {
        "window": without_windows(),
        "reach": without_reach(),
        "paired": preferring(paired_s=0),
    },
    "fairness": {
        "fairness": preferring(fairness_mode="off"),
        "pool": Weakening(shown=without_pools),
        "ring": without_term("ring"),
    },
}


@pytest.mark.parametrize("name", RELIES_ON)
def test_played_again_without_a_change_every_assertion_holds(name: str) -> None:
    result = scenario.played(scenario.SCENARIOS[name], ReplayStage(recorded(name)))
    assert failing(result.assertions) == ()


@pytest.mark.parametrize(("name", "rule"), [(name, rule) for name, rules in RELIES_ON.items() for rule in rules])
def test_without_a_rule_an_assertion_of_the_scenario_fails(
    name: str, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = recorded(name)
    weakening = RELIES_ON[name][rule]
    weakening.patch(monkeypatch)
    result = scenario.played(scenario.SCENARIOS[name], ReplayStage(recording, weakening.shown, weakening.preferring))
    assert failing(result.assertions) != ()


@pytest.mark.parametrize("name", RELIES_ON)
def test_a_scenario_takes_its_lists_from_files_and_says_so_in_each_synthetic_row(name: str, tmp_path: Path) -> None:
    paths = scenario.write_lists(name, tmp_path)
    assert len(paths) == len(list(tmp_path.iterdir()))

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import matcher
from matcher import eligibility
from matcher.build import build, facts_of
from matcher.errors import InvalidProblemError
from matcher.policy import Policy
from matcher.street import candidates
from tests.instances.snapshots import seeded_snapshot


def test_only_build_knows_the_graphs_model() -> None:
    root = Path(matcher.__file__).parent
    knowing = [path for path in sorted(root.rglob("*.py")) if "graph_schema" in path.read_text(encoding="utf-8")]
    names = [path.relative_to(root).as_posix() for path in knowing]
    assert "build.py" in names
    assert all(name == "build.py" or name.startswith("street/build_") for name in names)


def test_the_seed_orders_needs_and_resources_and_nothing_else() -> None:
    snapshot = seeded_snapshot(4)
    orders = {facts_of(snapshot, seed=seed).needs.uid for seed in range(20)}
    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {tuple(need.uid for need in snapshot.needs)}
    assert facts_of(snapshot, seed=5).needs.uid == facts_of(snapshot, seed=5).needs.uid


def test_building_twice_gives_the_same_arrays() -> None:
    for seed in range(20):
        snapshot = seeded_snapshot(seed)
        one, other = (build(snapshot, Policy(), seed=seed) for _ in range(2))
        for name in ("demand", "unmet_cost", "capacity", "row_start", "pair_resource", "pair_cost"):
            assert np.array_equal(getattr(one.problem, name), getattr(other.problem, name))
        assert one.need_uids == other.need_uids
        assert one.resource_uids == other.resource_uids
        assert one.snapshot_hash == snapshot.hash


@pytest.mark.parametrize("quantity", [-1, 2**63, 10**30])
def test_a_quantity_that_no_sum_could_hold_is_refused_by_name(quantity: int) -> None:
    snapshot = seeded_snapshot(3)
    broken = replace(snapshot.needs[0], quantity=quantity)
    with pytest.raises(InvalidProblemError, match=f"need {broken.uid} has the quantity {quantity}"):
        build(replace(snapshot, needs=(broken, *snapshot.needs[1:])), Policy())


def test_more_pairs_than_memory_is_meant_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "MOST_CANDIDATES", 0)
    with pytest.raises(InvalidProblemError, match="more than 0 pairs"):
        build(seeded_snapshot(4), Policy())


def test_rules_say_the_same_however_many_candidates_they_look_at_together(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(10):
        snapshot = seeded_snapshot(seed)
        whole = build(snapshot, Policy(), seed=seed).sieve
        with monkeypatch.context() as small:
            small.setattr(eligibility, "PIECE", 3)
            pieces = build(snapshot, Policy(), seed=seed).sieve
        assert np.array_equal(whole.removed, pieces.removed)
        for name in ("passed", "last"):
            assert np.array_equal(getattr(whole, name).need, getattr(pieces, name).need)
            assert np.array_equal(getattr(whole, name).resource, getattr(pieces, name).resource)


@pytest.mark.parametrize("part", ["category", "area_uid"])
def test_a_snapshot_that_refers_to_nothing_is_refused(part: str) -> None:
    snapshot = seeded_snapshot(3)
    broken = replace(snapshot.needs[0], **{part: "nowhere"})
    with pytest.raises(InvalidProblemError, match="'nowhere'"):
        build(replace(snapshot, needs=(broken, *snapshot.needs[1:])), Policy())

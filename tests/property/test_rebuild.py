"""A street built again from what changed is the street built anew: candidates, funnels, problem and side rules."""

from dataclasses import fields, is_dataclass, replace
from random import Random
from typing import Any

import numpy as np
import pytest

from matcher import eligibility
from matcher.build import build, rebuild
from matcher.certify import certify
from matcher.errors import InvalidProblemError
from matcher.instance import Instance
from matcher.live.following import FollowedPlan
from matcher.live.instances import named
from matcher.policy import Policy
from matcher.solve import solve
from matcher.street.build_changes import changed_rows
from matcher.street.candidates import Sieve
from matcher.street.facts import Candidates
from tests.instances.changed_streets import later
from tests.instances.complete_peers import optimum
from tests.instances.snapshots import COMBINED, RULES, seeded_snapshot
from tests.property.proof import show
from tests.property.settings import INSTANCES

STEPS = 4
"""Times that a street changes."""
FREE = Policy(fairness_mode="off")


def differences(one: Any, other: Any, where: str = "") -> list[str]:
    """Paths at which two values differ, arrays by content."""
    if isinstance(one, np.ndarray):
        same = one.shape == other.shape and bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
        return [] if same else [where]
    if is_dataclass(one) and type(one) is type(other):
        return [
            found
            for field in fields(one)
            for found in differences(getattr(one, field.name), getattr(other, field.name), f"{where}.{field.name}")
        ]
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return [
            found
            for i, (a, b) in enumerate(zip(one, other, strict=True))
            for found in differences(a, b, f"{where}.{i}")
        ]
    return [] if one == other else [where]


def told(instance: Instance) -> Instance:
    """The instance without lengths of walks beyond a need's own limit, which only depend on who else was measured."""

    def measured(c: Candidates) -> Candidates:
        far = c.walk_s > eligibility.limit_s(instance.facts, instance.policy, c)
        return Candidates(c.need, c.resource, np.where(far, -1, c.distance_m), np.where(far, -1, c.walk_s), c.method)

    sieve = Sieve(measured(instance.sieve.passed), instance.sieve.removed, measured(instance.sieve.last))
    return replace(instance, sieve=sieve)


@pytest.mark.parametrize("focus", [*RULES, COMBINED])
def test_what_is_built_from_the_changes_is_what_is_built_anew(focus: str) -> None:
    done = 0
    for seed in range(INSTANCES // 20):
        rng = Random(f"rebuild {focus} {seed}")
        before = seeded_snapshot(seed, focus)
        policy = replace(FREE, agreement_required=focus == "agreement")
        instance = build(before, policy, seed=seed)
        for _ in range(STEPS):
            after = later(rng, before)
            anew = build(after, policy, seed=seed)
            again = rebuild(instance, before, after)
            assert again is not None
            assert differences(told(again), told(anew)) == []
            assert len(set(named(again).resources)) == len(again.groups)
            before, instance, done = after, again, done + 1
    assert done == STEPS * (INSTANCES // 20)
    show("built again from changes", instances=done)


@pytest.mark.parametrize("mode", ["weighed", "strict"])
def test_a_street_with_fairness_is_followed_with_its_optimum_between_bound_and_cost(mode: str) -> None:
    repaired = 0
    for seed in range(INSTANCES // 10):
        rng, policy = Random(f"fairly followed {seed}"), Policy(fairness_mode=mode)
        before = seeded_snapshot(seed)
        room = 2 * build(before, policy, seed=seed).class_step
        instance = build(before, policy, seed=seed, least_step=room)
        followed = FollowedPlan(named(instance), solve(instance.problem))
        for _ in range(STEPS):
            after = later(rng, before)
            instance = build(after, policy, seed=seed, least_step=room)
            changes = followed.follow(named(instance))
            if changes is None:  # common limits came or went
                followed = FollowedPlan(named(instance), solve(instance.problem))
            repaired += bool(changes)
            certificate = certify(instance.problem, followed.solution())
            assert certificate.proven_at_prices, certificate.first_violation
            assert certificate.dual_objective <= optimum(instance.problem) <= certificate.primal_objective
            before = after
    assert repaired > INSTANCES // 20


def test_nothing_is_looked_at_again_when_nothing_changed() -> None:
    for seed in range(INSTANCES // 20):
        before = seeded_snapshot(seed)
        changed = changed_rows(before, replace(before, hash="another"))
        assert changed is not None
        assert not changed.needs
        assert not changed.resources


@pytest.mark.parametrize(
    "change",
    [
        {"horizon_days": 3},
        {"ring_levels": ("street",)},
        {"areas": ()},
        {"categories": ()},
        {"origin": (0.0, 0.0)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_concerns_every_pair_is_built_anew(change: dict[str, Any]) -> None:
    before = seeded_snapshot(1)
    assert changed_rows(before, replace(before, **change)) is None
    assert rebuild(build(before, FREE), before, replace(before, **change)) is None


def test_a_street_that_cannot_be_built_is_refused_as_by_building_anew() -> None:
    before = seeded_snapshot(1, "capacity")
    wrong = replace(before.needs[0], quantity=-1)
    after = replace(before, needs=(wrong, *before.needs[1:]))
    with pytest.raises(InvalidProblemError, match="outside 0 to"):
        rebuild(build(before, FREE), before, after)

"""A community that joins a pool, and published pairings that may change: both, applied, serve their need."""

from dataclasses import fields
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.advice.joining import join, joinings
from matcher.build import build
from matcher.policy import Policy
from matcher.problem import Problem
from matcher.street.facts import NONE
from matcher.street.formulate import formulate
from tests.instances.beside import street_beside
from tests.instances.pooled import joined, pooled_snapshot
from tests.instances.shrinking import LARGEST_SEED
from tests.property.settings import FIXED, INSTANCES, PROVING
from tests.property.test_limits_and_side_rules import planned
from tests.property.test_remedies import check, seen

FEWER = settings(FIXED, max_examples=INSTANCES if PROVING else max(INSTANCES // 5, 10))
ENOUGH = 10
"""Streets that are planned whatever hypothesis draws, so that each kind of change is met."""


def test_every_remedy_of_streets_with_pools_serves_its_need() -> None:
    @FEWER
    @given(st.integers(0, LARGEST_SEED))
    def tried(seed: int) -> None:
        check(seed, pooled_snapshot(seed), "pools", every=PROVING, policy=Policy())

    tried()


def test_joining_a_pool_is_what_the_street_would_be_with_the_community_a_member() -> None:
    @FEWER
    @given(st.integers(0, LARGEST_SEED))
    def tried(seed: int) -> None:
        made = pooled_snapshot(seed)
        policy = Policy(floor_s=100, ring_first="branch" if seed % 3 == 0 else "")
        facts = build(made, policy, seed=seed).facts
        for pool, members in enumerate(facts.pools.members):
            for area in np.unique(facts.areas.community[facts.areas.community != NONE]).tolist():
                if area in members:
                    continue
                changed = formulate(join(facts, pool, area), policy, seed=seed, snapshot_hash="")
                expected = build(joined(made, facts.pools.uid[pool], facts.areas.uid[area]), policy, seed=seed)
                assert same(changed.problem, expected.problem)
                assert same(changed.rules, expected.rules)

    tried()


def test_joining_a_pool_is_told_where_it_serves() -> None:
    code = "remedy.pool.resources"
    before = seen[code]
    for seed in range(ENOUGH * 2):
        made = pooled_snapshot(seed)
        facts = build(made, Policy(), seed=seed).facts
        if any(joining.change.code == code for n in range(len(facts.needs)) for joining in joinings(facts, n)):
            check(seed, made, "pools", every=True, policy=Policy())
    assert seen[code] > before


def test_more_published_pairings_that_may_change_are_told_where_they_serve() -> None:
    before = seen["remedy.changes"]

    @FEWER
    @given(st.integers(0, LARGEST_SEED))
    def tried(seed: int) -> None:
        changing(seed, every=PROVING)

    tried()
    for seed in range(ENOUGH):
        changing(seed, every=True)
    assert seen["remedy.changes"] > before


def changing(seed: int, *, every: bool) -> None:
    """Check the remedies of one street with published pairings."""
    made, policy = street_beside(seed, "published")
    if planned(made, policy, seed) is not None:
        check(seed, made, "published", every=every, policy=policy)


def same(one: Any, other: Any) -> bool:
    """Equal in every array, however deep; numbers of rings and sets do not show here."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if hasattr(one, "__dataclass_fields__"):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return bool(one == other)


def test_a_problem_differs_from_another() -> None:
    one = build(pooled_snapshot(1), Policy(), seed=1).problem
    assert isinstance(one, Problem)
    assert not same(one, build(pooled_snapshot(2), Policy(), seed=2).problem)

"""Sums along and below the chains of a forest, however deep."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.forests import at_leaves, from_leaves, sums_above, sums_below


@st.composite
def forests(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Parents with larger numbers, and a value for each node."""
    n = draw(st.integers(0, 12))
    above = [draw(st.sampled_from([-1, *range(i + 1, n)])) for i in range(n)]
    return above, [draw(st.integers(-9, 9)) for _ in range(n)]


def arrays(above: list[int], own: list[int]) -> tuple[np.ndarray, np.ndarray]:
    return np.array(above, np.int32), np.array(own, np.int64)


@given(forests())
def test_sums_are_those_of_walking_every_chain(forest: tuple[list[int], list[int]]) -> None:
    above, own = forest
    up, down = list(own), [0] * len(own)
    for node, value in enumerate(own):
        at = node
        while at >= 0:
            down[at] += value
            at = above[at]
            up[node] += own[at] if at >= 0 else 0
    assert sums_above(*arrays(above, own)).tolist() == up
    assert sums_below(*arrays(above, own)).tolist() == down


def test_a_chain_of_any_length_is_summed() -> None:
    n = 50_000
    above, own = np.append(np.arange(1, n), -1).astype(np.int32), np.ones(n, np.int64)
    assert sums_above(above, own).tolist() == list(range(n, 0, -1))
    assert sums_below(above, own).tolist() == list(range(1, n + 1))


def test_a_leaf_below_nothing_has_and_gives_nothing() -> None:
    of_leaf = np.array([1, -1, 1], np.int32)
    assert at_leaves(of_leaf, np.array([5, 7])).tolist() == [7, 0, 7]
    assert from_leaves(of_leaf, np.array([1, 2, 4]), 2).tolist() == [0, 5]
    assert at_leaves(np.array([-1], np.int32), np.zeros(0, np.int64)).tolist() == [0]

"""Small problems with common limits and convex shortfall costs: deep, flat, empty, tight and loose ones, many ties."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from matcher.problem import MAX_GROUP_COST, MAX_TOTAL, CommonLimits, Problem, ShortfallCosts
from tests.instances.small import MOST_ROWS, problems, seeded

Int64 = npt.NDArray[np.int64]

MOST_GROUPS = 4
"""Groups of a generated problem at the most."""


@dataclass(frozen=True, slots=True)
class Kind:
    """
    A family of problems.

    Parameters
    ----------
    limits, shortfall
        Whether it has them.
    shape
        Of the forests: ``deep`` chains, ``flat`` ones without levels, or ``any``.
    tight
        Capacities are 0 or just what is asked, and every cost is one of two: as many ties as there can be.
    """

    limits: bool
    shortfall: bool
    shape: str = "any"
    tight: bool = False


KINDS = {
    "limits": Kind(limits=True, shortfall=False),
    "shortfall": Kind(limits=False, shortfall=True),
    "both": Kind(limits=True, shortfall=True),
    "deep": Kind(limits=True, shortfall=True, shape="deep"),
    "flat": Kind(limits=True, shortfall=True, shape="flat"),
    "degenerate": Kind(limits=True, shortfall=True, tight=True),
}


def seeded_complete(seed: int, kind: Kind) -> Problem:
    """One of the family."""
    rng = np.random.default_rng((seed, 7))
    made = seeded(seed)
    if kind.tight:
        made = replace(
            made,
            demand=np.minimum(made.demand, 2),
            unmet_cost=np.where(made.unmet_cost > 50, 3, 1),
            capacity=np.minimum(made.capacity, 3),
            pair_cost=np.minimum(made.pair_cost, 1),
        )
    return replace(
        made,
        limits=_some_limits(rng, made, kind) if kind.limits else None,
        shortfall=_some_shortfall(rng, made, kind) if kind.shortfall else None,
    )


def _forest(rng: np.random.Generator, n: int, shape: str) -> Int64:
    if shape == "deep":
        return np.append(np.arange(1, n), -1)
    if shape == "flat":
        return np.full(n, -1)
    above = np.array([rng.integers(i + 1, n + 1) for i in range(n)])
    return np.where((above == n) | (rng.random(n) < 0.2), -1, above)


def _some_limits(rng: np.random.Generator, made: Problem, kind: Kind) -> CommonLimits:
    n = int(rng.integers(1, 14))
    most = int(made.capacity.sum())
    capacity = rng.integers(0, max(most // int(rng.integers(1, 6)), 2) + 1, n)
    if kind.shape == "deep":
        capacity = np.sort(capacity)
    if kind.tight:
        capacity = rng.integers(0, 4, n) * rng.integers(0, 3, n)
    return CommonLimits(rng.integers(-1, n, made.n_resources), _forest(rng, n, kind.shape), capacity)


def _some_shortfall(rng: np.random.Generator, made: Problem, kind: Kind) -> ShortfallCosts:
    n = int(rng.integers(1, 10))
    count = rng.integers(1, 11 if made.n_needs > 20 else 5, n)
    start = np.concatenate([[0], np.cumsum(count)])
    gap = rng.integers(1, max(int(made.demand.sum()) // 20, 2) + 1, start[-1])
    from_units = np.concatenate([np.cumsum(gap[a:b]) - gap[a] for a, b in pairwise(start.tolist())])
    dearest = int(rng.choice([1, max(int(made.pair_cost.max(initial=1)), 1), 10**7]))
    step = rng.integers(0, 2 if kind.tight else dearest + 1, start[-1])
    cost = np.concatenate([np.cumsum(step[a:b]) for a, b in pairwise(start.tolist())])
    return ShortfallCosts(rng.integers(-1, n, made.n_needs), _forest(rng, n, kind.shape), start, from_units, cost)


@st.composite
def complete_problems(draw: st.DrawFn, kind: Kind, *, largest_quantity: int = 9) -> Problem:
    """Any small problem of the family."""
    made = draw(problems(largest_quantity=largest_quantity))
    limits = shortfall = None
    if kind.limits:
        n = draw(st.integers(0, 5))
        quantities = st.integers(0, 2 if kind.tight else 3 * largest_quantity)
        limits = CommonLimits(
            _drawn(draw, st.integers(-1, n - 1), made.n_resources),
            _drawn_forest(draw, n, kind.shape),
            _drawn(draw, quantities, n),
        )
    if kind.shortfall:
        n = draw(st.integers(0, MOST_GROUPS))
        most = min(MAX_GROUP_COST // 2, MAX_TOTAL // (2 * MOST_ROWS * MOST_GROUPS * max(largest_quantity, 1)) - 1)
        dearest = draw(st.sampled_from([0, 1, 1000, min(2**30, most), most]))
        segments = st.lists(
            st.tuples(st.integers(1, max(largest_quantity, 1)), st.integers(0, dearest)), min_size=1, max_size=4
        )
        drawn = [draw(segments) for _ in range(n)]
        shortfall = ShortfallCosts(
            _drawn(draw, st.integers(-1, n - 1), made.n_needs),
            _drawn_forest(draw, n, kind.shape),
            np.cumsum([0, *(len(group) for group in drawn)]),
            np.array([x for group in drawn for x in np.cumsum([0, *(w for w, _ in group[1:])])], np.int64),
            np.array([x for group in drawn for x in sorted(c for _, c in group)], np.int64),
        )
    return replace(made, limits=limits, shortfall=shortfall)


def _drawn(draw: st.DrawFn, values: st.SearchStrategy[int], n: int) -> Int64:
    return np.array([draw(values) for _ in range(n)], np.int64)


def _drawn_forest(draw: st.DrawFn, n: int, shape: str) -> Int64:
    if shape == "deep":
        return np.array([*range(1, n), *[-1] * min(n, 1)], np.int64)
    if shape == "flat":
        return np.full(n, -1)
    return np.array([draw(st.sampled_from([-1, *range(i + 1, n)])) for i in range(n)], np.int64)

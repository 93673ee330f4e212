"""Small problems that are awkward on purpose: ties, nothing to give, nothing asked, islands, long chains."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from matcher.problem import MAX_TOTAL, Problem

MOST_ROWS = 9
"""Needs of a generated problem at the most."""


def problem(
    pairs: list[list[tuple[int, int]]],
    *,
    demand: list[int],
    capacity: list[int],
    unmet_cost: list[int],
) -> Problem:
    """Rows of (resource, cost) as a problem."""
    flat = [pair for row in pairs for pair in row]
    return Problem(
        demand=np.array(demand, np.int64),
        unmet_cost=np.array(unmet_cost, np.int64),
        capacity=np.array(capacity, np.int64),
        row_start=np.concatenate([[0], np.cumsum([len(row) for row in pairs], dtype=np.int64)]).astype(np.int64),
        pair_resource=np.array([r for r, _ in flat], np.int32),
        pair_cost=np.array([c for _, c in flat], np.int32),
    )


def seeded(seed: int) -> Problem:
    """One of a family that mixes densities, islands, cost ranges with many ties, and zeros of every kind."""
    rng = np.random.default_rng(seed)
    n, r, islands = int(rng.integers(1, 80)), int(rng.integers(1, 25)), int(rng.integers(1, 4))
    island_n, island_r = rng.integers(0, islands, n), rng.integers(0, islands, r)
    dense = rng.random((n, r)) < rng.choice([0.1, 0.4, 1.0])
    need, resource = np.nonzero(dense & (island_n[:, None] == island_r[None, :]))
    dearest = int(rng.choice([0, 3, 50, 1_000_000]))
    unmet = (
        rng.choice([1, 2, 3], n) * 10**8
        if dearest == 1_000_000
        else rng.choice([dearest // 2, dearest * 3, dearest * 20 + 1], n)
    )
    xy = rng.random((n + r, 2)) * 1000
    placed = bool(rng.random() < 0.5)
    return Problem(
        demand=rng.integers(0 if seed % 2 else 1, 12, n),
        unmet_cost=unmet,
        capacity=rng.integers(0 if seed % 3 else 1, int(rng.choice([4, 20, 80])), r),
        row_start=np.concatenate([[0], np.cumsum(np.bincount(need, minlength=n))]),
        pair_resource=resource,
        pair_cost=rng.integers(0, dearest + 1, len(need)),
        need_xy=xy[:n] if placed else None,
        resource_xy=xy[n:] if placed else None,
    )


def chain(length: int, *, step: int, unmet_cost: int, capacity: int = 3, demand: int = 4) -> Problem:
    """
    Need k reaches resource k for nothing and resource k + 1 at ``step``: everybody pushes the next one on.

    Prices add up along the chain, so a long one with a large step leaves the 32-bit range.
    """
    rows = [[(k, 0), (k + 1, step)] for k in range(length)]
    capacities = [capacity] * length + [length * demand]
    return problem(rows, demand=[demand] * length, capacity=capacities, unmet_cost=[unmet_cost] * length)


@st.composite
def problems(draw: st.DrawFn, *, largest_quantity: int = 9) -> Problem:
    """Any small problem; rows may be empty, costs may tie, quantities and penalties may be 0."""
    n = draw(st.integers(0, MOST_ROWS))
    r = draw(st.integers(0, 6))
    # A problem refuses sums of quantities times costs that could leave 64 bits; half of that is left to groups.
    dearest = min(2**30 - 1, MAX_TOTAL // (2 * MOST_ROWS * max(largest_quantity, 1)) - 1)
    costs = st.integers(0, draw(st.sampled_from([0, 1, 4, 1000, dearest])))
    quantities = st.integers(0, largest_quantity)
    rows = [
        sorted((k, draw(costs)) for k in draw(st.sets(st.integers(0, r - 1)) if r else st.just(set())))
        for _ in range(n)
    ]
    made = problem(
        rows,
        demand=[draw(quantities) for _ in range(n)],
        capacity=[draw(quantities) for _ in range(r)],
        unmet_cost=[draw(costs) for _ in range(n)],
    )
    if n and r and draw(st.booleans()):
        spot = st.tuples(st.integers(0, 3), st.integers(0, 3))
        made = replace(
            made,
            need_xy=np.array([draw(spot) for _ in range(n)], np.float64),
            resource_xy=np.array([draw(spot) for _ in range(r)], np.float64),
        )
    return made

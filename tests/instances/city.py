"""
A clustered city: needs and resources gather round the same centres, and pair within reach and category.

One fifth as many resources as needs; eight categories (four below 5,000 needs); a need's candidates are the
resources of its category within 1.2 km; the side of the city is set so that they are 40 in the mean.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from matcher.problem import Problem

REACH_M = 1200.0
CLASS_STEP = 10**8
"""Unmet cost per unit of the three urgency classes: 3, 2 and 1 of these, far above any pair cost."""

Points = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


def city(n_needs: int, *, seed: int = 1, capacity_share: float = 0.8, mean_candidates: float = 40.0) -> Problem:
    """
    An instance of that size.

    Parameters
    ----------
    capacity_share
        Total capacity divided by total demand.
    """
    n_resources = max(1, n_needs // 5)
    side_m = _side(n_needs, n_resources, seed, mean_candidates)
    rng, need_xy, resource_xy, need_kind, resource_kind = _places(n_needs, n_resources, seed, side_m)
    need, resource, distance_m = _within_reach(need_xy, resource_xy, need_kind, resource_kind)
    quality = rng.random(n_resources)
    affinity = ((need * 2654435761 + resource * 2654435789) >> 7) % 1000 / 1000
    score = 0.6 * (1 - distance_m / REACH_M) + 0.2 * quality[resource] + 0.2 * affinity
    demand = rng.integers(1, 21, n_needs)
    urgency = rng.choice(3, n_needs, p=[0.15, 0.35, 0.5])
    return Problem(
        demand=demand,
        unmet_cost=(3 - urgency) * CLASS_STEP,
        capacity=_capacities(rng, n_resources, capacity_share * float(demand.sum())),
        row_start=np.concatenate([[0], np.cumsum(np.bincount(need, minlength=n_needs))]),
        pair_resource=resource,
        pair_cost=np.rint((1 - score) * 1e6).astype(np.int64),
        need_xy=need_xy,
        resource_xy=resource_xy,
    )


def _side(n_needs: int, n_resources: int, seed: int, mean_candidates: float) -> float:
    """Side of the square city at which a need has that many candidates in the mean, by bisection."""
    low, high = 300.0, 400_000.0
    for _ in range(18):
        side = (low * high) ** 0.5
        _, need_xy, resource_xy, need_kind, resource_kind = _places(n_needs, n_resources, seed, side)
        sample = np.random.default_rng(7).choice(n_needs, min(n_needs, 4000), replace=False)
        found = 0
        for kind in range(int(need_kind.max()) + 1):
            asked = sample[need_kind[sample] == kind]
            offered = resource_xy[resource_kind == kind]
            if len(asked) and len(offered):
                counts = cKDTree(offered).query_ball_point(need_xy[asked], REACH_M, return_length=True)
                found += int(np.sum(counts))
        if found / len(sample) > mean_candidates:
            low = side
        else:
            high = side
    return float((low * high) ** 0.5)


def _places(
    n_needs: int, n_resources: int, seed: int, side_m: float
) -> tuple[np.random.Generator, Points, Points, Labels, Labels]:
    """Positions and categories; the same shape of city whatever its side."""
    rng = np.random.default_rng(seed)
    kinds = 4 if n_needs < 5000 else 8
    n_centres = max(5, n_needs // 2000)
    centres = rng.random((n_centres, 2)) * side_m
    spread_m = rng.uniform(300, 900, n_centres)
    need_share = rng.dirichlet(np.full(n_centres, 2.0))
    resource_share = 0.5 * need_share + 0.5 * rng.dirichlet(np.full(n_centres, 2.0))

    def scatter(n: int, share: npt.NDArray[np.float64], anywhere: float) -> Points:
        at = rng.choice(n_centres, n, p=share)
        xy = centres[at] + rng.normal(size=(n, 2)) * spread_m[at][:, None]
        stray = rng.random(n) < anywhere
        xy[stray] = rng.random((int(stray.sum()), 2)) * side_m
        return np.asarray(np.mod(xy, side_m), np.float64)

    need_xy, resource_xy = scatter(n_needs, need_share, 0.25), scatter(n_resources, resource_share, 0.30)
    return rng, need_xy, resource_xy, rng.integers(0, kinds, n_needs), rng.integers(0, kinds, n_resources)


def _within_reach(
    need_xy: Points, resource_xy: Points, need_kind: Labels, resource_kind: Labels
) -> tuple[Labels, Labels, npt.NDArray[np.float64]]:
    """(need, resource, distance) of each pair, sorted by need and resource."""
    found = []
    for kind in range(int(need_kind.max(initial=0)) + 1):
        asked, offered = np.flatnonzero(need_kind == kind), np.flatnonzero(resource_kind == kind)
        if len(asked) and len(offered):
            near: Any = cKDTree(need_xy[asked]).sparse_distance_matrix(
                cKDTree(resource_xy[offered]), REACH_M, output_type="ndarray"
            )
            found.append((asked[near["i"]], offered[near["j"]], near["v"]))
    need, resource, distance_m = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.argsort(need * len(resource_xy) + resource, kind="stable")
    return need[order], resource[order], distance_m[order]


def _capacities(rng: np.random.Generator, n: int, total: float) -> npt.NDArray[np.int64]:
    """Log-normal, 5 to 200 units each, scaled to about that total."""
    raw = np.exp(rng.normal(3.4, 0.8, n))
    raw = np.clip(np.rint(raw * (total / raw.sum())), 5, 200)
    scaled = 5 + (raw - 5) * ((total - 5 * n) / max(1.0, float(raw.sum()) - 5 * n))
    return np.asarray(np.clip(np.rint(scaled), 5, 200), np.int64)


def _near_costs(problem: Problem) -> Problem:
    rng = np.random.default_rng(1)
    return replace(problem, unmet_cost=rng.integers(400_000, 2_000_000, problem.n_needs))


def _unit_demand(problem: Problem) -> Problem:
    rng = np.random.default_rng(2)
    capacity = rng.integers(1, 8, problem.n_resources)
    return replace(problem, demand=np.ones(problem.n_needs, np.int64), capacity=capacity)


def _ample(problem: Problem) -> Problem:
    rng = np.random.default_rng(2)
    return replace(problem, capacity=rng.integers(100, 400, problem.n_resources))


VARIANTS: dict[str, Callable[[int], Problem]] = {
    "the city": city,
    "capacity 0.6 of demand": lambda n: city(n, seed=3, capacity_share=0.6),
    "capacity 0.8 of demand": lambda n: city(n, seed=3, capacity_share=0.8),
    "capacity 1.0 of demand": lambda n: city(n, seed=3, capacity_share=1.0),
    "capacity 1.3 of demand": lambda n: city(n, seed=3, capacity_share=1.3),
    "ties: 10 cost levels": lambda n: _with_costs(city(n, seed=3), 100_000),
    "all costs 0": lambda n: _with_costs(city(n, seed=3), 10**7),
    "one penalty class": lambda n: replace(problem := city(n, seed=3), unmet_cost=np.full(problem.n_needs, CLASS_STEP)),
    "penalties near costs": lambda n: _near_costs(city(n, seed=3)),
    "unit demand": lambda n: _unit_demand(city(n, seed=3)),
    "capacity 6x": lambda n: _ample(city(n, seed=3)),
}
"""The sensitivity table: how far the answer's speed hangs on what the instance is like."""


def _with_costs(problem: Problem, level: int) -> Problem:
    """The same pairs, costs rounded down to a multiple of ``level``."""
    return replace(problem, pair_cost=problem.pair_cost // level * level)

"""The clustered city with needs that one resource serves wholly or nobody does; three urgency classes."""

import numpy as np

from matcher.problem import Problem
from matcher.side_rules import SideRules, no_side_rules
from tests.instances.city import CLASS_STEP, REACH_M, _capacities, _places, _side, _within_reach

CLASS_SHARES = (0.15, 0.35, 0.5)


def whole_city(n_needs: int, seed: int, *, capacity_share: float = 0.8) -> tuple[Problem, SideRules]:
    """
    An instance of that size: its total capacity is that share of its total demand.

    Costs are scores in single precision, so that the instance is the same number for number on every machine.
    """
    n_resources = max(1, n_needs // 5)
    side_m = _side(n_needs, n_resources, seed, 40.0)
    rng, need_xy, resource_xy, need_kind, resource_kind = _places(n_needs, n_resources, seed, side_m)
    need, resource, distance_m = _within_reach(need_xy, resource_xy, need_kind, resource_kind)
    quality = rng.random(n_resources).astype(np.float32)
    mixed = need.astype(np.uint64) * np.uint64(2654435761) + resource.astype(np.uint64) * np.uint64(40503 * 65537)
    affinity = ((mixed >> np.uint64(7)) % np.uint64(1000)).astype(np.float32) / np.float32(1000)
    near = np.float32(1) - distance_m.astype(np.float32) / np.float32(REACH_M)
    score = np.float32(0.6) * near + np.float32(0.2) * quality[resource] + np.float32(0.2) * affinity
    demand = rng.integers(1, 21, n_needs)
    capacity = _capacities(rng, n_resources, capacity_share * float(demand.sum()))
    urgency = rng.choice(len(CLASS_SHARES), n_needs, p=CLASS_SHARES)
    problem = Problem(
        demand=demand,
        unmet_cost=(3 - urgency) * CLASS_STEP,
        capacity=capacity,
        row_start=np.concatenate([[0], np.cumsum(np.bincount(need, minlength=n_needs))]),
        pair_resource=resource,
        pair_cost=np.rint((np.float32(1) - score) * np.float32(1e6)).astype(np.int64),
        need_xy=need_xy,
        resource_xy=resource_xy,
    )
    return problem, all_whole(problem, urgency)


def all_whole(problem: Problem, need_class: np.ndarray[tuple[int], np.dtype[np.int64]]) -> SideRules:
    """Rules under which each need is whole and goes to one resource; each resource is a provider of its own."""
    plain = no_side_rules(problem)
    return SideRules(
        need_class=need_class.astype(np.int32),
        whole=np.ones(problem.n_needs, np.bool_),
        single=np.ones(problem.n_needs, np.bool_),
        pair_provider=plain.pair_provider,
    )

"""A street of any size with every kind of side rule, for what tiny instances cannot show: time, and gaps."""

import numpy as np

from matcher.problem import CommonLimits, Problem, ShortfallCosts
from matcher.side_rules import Charges, Churn, Floors, LinearLimits, PairSets, SideRules


def mixed_street(n_needs: int, seed: int) -> tuple[Problem, SideRules]:
    """
    A fifth as many resources as needs, in categories of their own, with 80 % of the capacity that is asked for.

    A third of the needs is whole, half of these single; roles of matters go together; three pools of money, spaces
    that share their moments, floors of branches, charges of posts, and published pairings of which most stay.
    """
    rng = np.random.default_rng(seed)
    n_resources = max(n_needs // 5, 8)
    category, offered = rng.integers(0, 8, n_needs), np.arange(n_resources) % 8
    need_xy, resource_xy = rng.random((n_needs, 2)), rng.random((n_resources, 2))
    gap = np.hypot(*(need_xy[:, None] - resource_xy[None]).transpose(2, 0, 1))
    reach = 0.35 if n_needs < 500 else 0.2
    need, resource = np.nonzero((category[:, None] == offered[None]) & (gap < reach))
    demand = rng.integers(1, 21, n_needs)
    weight = rng.integers(5, 60, n_resources).astype(np.float64)
    urgency = rng.choice(4, n_needs, p=[0.1, 0.2, 0.3, 0.4]).astype(np.int32)
    cost = (gap[need, resource] * 900).astype(np.int64) + rng.integers(0, 300, len(need))
    dear = 10 * int(cost.max(initial=1) + 1)
    groups = rng.integers(0, 6, n_needs) * 4 + urgency
    problem = Problem(
        demand=demand,
        unmet_cost=dear * (4 - urgency.astype(np.int64)),
        capacity=np.maximum(weight * 0.8 * demand.sum() / weight.sum(), 1).astype(np.int64),
        row_start=np.concatenate([[0], np.cumsum(np.bincount(need, minlength=n_needs))]),
        pair_resource=resource.astype(np.int32),
        pair_cost=cost,
        limits=CommonLimits(
            of_resource=(np.arange(n_resources) // 3).astype(np.int32),
            above=np.full(-(-n_resources // 3), -1, np.int32),
            capacity=rng.integers(60, 120, -(-n_resources // 3)),
        ),
        shortfall=_fair(groups, demand),
    )
    return problem, _rules(rng, problem, need, resource, urgency)


def _fair(group: np.ndarray, demand: np.ndarray) -> ShortfallCosts:
    """Ten rising pieces for each of 24 groups of a neighbourhood and a class."""
    total = np.bincount(group, demand, 24).astype(np.int64)
    starts = [sorted({int(share * units) // 10 for share in range(10)}) for units in total.tolist()]
    return ShortfallCosts(
        of_need=group.astype(np.int32),
        above=np.full(24, -1, np.int32),
        segment_start=np.concatenate([[0], np.cumsum([len(s) for s in starts])]).astype(np.int64),
        from_units=np.concatenate(starts).astype(np.int64),
        cost=np.concatenate([np.arange(len(s)) * 60 for s in starts]).astype(np.int64),
    )


def _rules(
    rng: np.random.Generator, problem: Problem, need: np.ndarray, resource: np.ndarray, urgency: np.ndarray
) -> SideRules:
    n = problem.n_needs
    whole = rng.random(n) < 0.33
    money = rng.integers(0, 3, n)[need]
    pools = [np.flatnonzero(money == k) for k in range(3)]
    shared = [np.flatnonzero(resource == r) for r in range(0, problem.n_resources, 10)]
    fen = rng.integers(100, 900, problem.n_pairs)
    limits = _sets("limit", [*pools, *shared])
    ones = np.concatenate([fen[np.concatenate(pools)], np.ones(sum(len(s) for s in shared), np.int64)])
    most = [int(0.5 * problem.demand.sum() / 3 * 500)] * 3
    most += [int(problem.capacity[r]) * 3 // 4 for r in range(0, problem.n_resources, 10)]
    floors = _sets("floor", [np.flatnonzero(resource // 4 == k) for k in range(problem.n_resources // 4)])
    charges = _sets("charge", [np.flatnonzero(resource == r) for r in range(0, problem.n_resources, 5)])
    published = rng.choice(problem.n_pairs, min(n // 10, problem.n_pairs), replace=False)
    kept = problem.demand[need[published]] <= problem.capacity[resource[published]] // 8
    published = np.sort(published[kept])
    return SideRules(
        need_class=urgency,
        whole=whole,
        single=whole & (rng.random(n) < 0.5),
        pair_provider=(resource // 2).astype(np.int32),
        teams=tuple((k, k + 1) for k in range(0, n - 1, 40)),
        limits=LinearLimits(limits, ones, np.array(most, np.int64)),
        floors=Floors(floors, np.ones(len(floors), np.int64), np.full(len(floors), 600)),
        charges=Charges(charges, np.full(len(charges), 900)),
        churn=Churn(published, problem.demand[need[published]], len(published) * 2 // 3),
    )


def _sets(kind: str, chosen: list[np.ndarray]) -> PairSets:
    start = np.concatenate([[0], np.cumsum([len(c) for c in chosen])]).astype(np.int64)
    return PairSets(start, np.concatenate(chosen).astype(np.int64), tuple((kind, str(i)) for i in range(len(chosen))))

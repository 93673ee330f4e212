"""Tiny problems with side rules, and the truth about them by trying every plan."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from matcher.problem import CommonLimits, Problem, ShortfallCosts
from matcher.side_rules import Charges, Churn, Floors, LinearLimits, PairSets, SideRules
from tests.instances.small import problem

KINDS = ("plain", "whole", "single", "teams", "limits", "floors", "charges", "churn", "common", "combined")
"""What an instance of `tiny` is made to exercise; ``common`` has limits and shortfall of the problem itself."""

Plan = tuple[int, ...]
Values = tuple[int, ...]


def tiny(seed: int, kind: str) -> tuple[Problem, SideRules]:
    """At most 4 needs, 4 resources and 9 pairs, with few units, many ties, zeros, and rules that bind."""
    rng = np.random.default_rng((seed, KINDS.index(kind)))
    n, r = int(rng.integers(1, 5)), int(rng.integers(1, 5))
    links = [(i, k) for i in range(n) for k in range(r) if rng.random() < 0.7][:9]
    rows = [[(k, int(rng.integers(0, 9))) for i, k in links if i == need] for need in range(n)]
    dear = int(rng.choice([3, 12, 100]))
    made = problem(
        rows,
        demand=rng.integers(0 if seed % 7 == 0 else 1, 4, n).tolist(),
        capacity=rng.integers(0 if seed % 5 == 0 else 1, 5, r).tolist(),
        unmet_cost=rng.integers(0, dear, n).tolist(),
    )
    asked = set(KINDS[1:-1]) if kind == "combined" else {kind}
    if kind == "combined":
        asked -= {name for name in sorted(asked) if rng.random() < 0.3}
    if "common" in asked:
        made = replace(made, limits=_common_limits(rng, r), shortfall=_shortfall(rng, n))
    return made, _rules(rng, made, asked)


def _rules(rng: np.random.Generator, made: Problem, asked: set[str]) -> SideRules:
    n, p = made.n_needs, made.n_pairs
    provider = rng.integers(0, max(made.n_resources - 1, 1), made.n_resources)
    teams = [tuple(sorted(rng.permutation(n)[: int(rng.integers(2, 4))].tolist())) for _ in range(2)] if n > 1 else []
    limits, floors, charges = (_sets(rng, name, p) for name in ("limits", "floors", "charges"))
    return SideRules(
        need_class=rng.integers(0, 3, n).astype(np.int32),
        whole=(rng.random(n) < 0.7) & ("whole" in asked),
        single=(rng.random(n) < 0.7) & ("single" in asked),
        pair_provider=provider[made.pair_resource].astype(np.int32),
        teams=tuple(teams[: int(rng.integers(1, 3))]) if "teams" in asked else (),
        **{
            name: value
            for name, value in {
                "limits": LinearLimits(
                    limits, rng.integers(0, 5, len(limits.pair)), rng.integers(0, 14, len(limits.key))
                ),
                "floors": Floors(floors, rng.integers(0, 4, len(floors.key)), rng.integers(0, 20, len(floors.key))),
                "charges": Charges(charges, rng.integers(0, 12, len(charges.key))),
                "churn": _churn(rng, made),
            }.items()
            if name in asked
        },
    )


def _sets(rng: np.random.Generator, kind: str, p: int) -> PairSets:
    chosen = [np.flatnonzero(rng.random(p) < 0.5) for _ in range(int(rng.integers(1, 4)))]
    start = np.concatenate([[0], np.cumsum([len(c) for c in chosen])]).astype(np.int64)
    return PairSets(start, np.concatenate(chosen).astype(np.int64), tuple((kind, str(i)) for i in range(len(chosen))))


def _churn(rng: np.random.Generator, made: Problem) -> Churn:
    k = int(rng.integers(1, 5))
    pairs = rng.integers(-1, made.n_pairs, k) if made.n_pairs else np.full(k, -1)
    return Churn(pairs.astype(np.int64), rng.integers(1, 3, k), int(rng.integers(0, k + 1)))


def _common_limits(rng: np.random.Generator, r: int) -> CommonLimits:
    """Two limits over the resources and one over both."""
    return CommonLimits(
        of_resource=rng.integers(-1, 2, r).astype(np.int32),
        above=np.array([2, 2, -1], np.int32),
        capacity=rng.integers(0, 6, 3),
    )


def _shortfall(rng: np.random.Generator, n: int) -> ShortfallCosts:
    """Two neighbourhoods in one community, each with rising costs."""
    starts, costs = [], []
    for _ in range(3):
        k = int(rng.integers(1, 4))
        starts.append([0, *sorted(rng.choice(np.arange(1, 6), k - 1, replace=False).tolist())])
        costs.append(np.sort(rng.integers(0, 30, k)).tolist())
    return ShortfallCosts(
        of_need=rng.integers(-1, 2, n).astype(np.int32),
        above=np.array([2, 2, -1], np.int32),
        segment_start=np.concatenate([[0], np.cumsum([len(s) for s in starts])]).astype(np.int64),
        from_units=np.concatenate(starts).astype(np.int64),
        cost=np.concatenate(costs).astype(np.int64),
    )


def every_plan(made: Problem, rules: SideRules) -> Iterator[tuple[Plan, Values]]:
    """Each plan that keeps every rule, with its units unmet by class and its cost; by plain enumeration."""
    choices = [_rows_of(made, rules, need) for need in range(made.n_needs)]
    for rows in itertools.product(*choices):
        plan = tuple(itertools.chain.from_iterable(rows))
        if _keeps(made, rules, plan):
            yield plan, _values(made, rules, plan)


def best_values(made: Problem, rules: SideRules) -> Values | None:
    """Least units unmet class by class, then least cost; None if no plan exists."""
    return min((values for _, values in every_plan(made, rules)), default=None)


def _rows_of(made: Problem, rules: SideRules, need: int) -> list[Plan]:
    """Units that one need could be given by each of its pairs."""
    pairs = range(int(made.row_start[need]), int(made.row_start[need + 1]))
    demand = int(made.demand[need])
    most = [min(demand, int(made.capacity[made.pair_resource[p]])) for p in pairs]
    rows = []
    for row in itertools.product(*(range(m + 1) for m in most)):
        given = sum(row)
        providers = {int(rules.pair_provider[p]) for p, units in zip(pairs, row, strict=True) if units}
        if given > demand or (rules.whole[need] and given not in (0, demand)):
            continue
        if rules.single[need] and len(providers) > 1:
            continue
        rows.append(row)
    return rows


def _keeps(made: Problem, rules: SideRules, plan: Plan) -> bool:
    load = [0] * made.n_resources
    for pair, units in enumerate(plan):
        load[int(made.pair_resource[pair])] += units
    if any(given > have for given, have in zip(load, made.capacity.tolist(), strict=True)):
        return False
    if made.limits is not None:
        for limit, most in enumerate(made.limits.capacity.tolist()):
            below = [r for r in range(made.n_resources) if limit in _up(int(made.limits.of_resource[r]), made.limits)]
            if sum(load[r] for r in below) > most:
                return False
    return _keeps_teams(made, rules, plan) and _keeps_limits(rules, plan)


def _keeps_teams(made: Problem, rules: SideRules, plan: Plan) -> bool:
    unmet = _unmet(made, plan)
    for team in rules.teams:
        asking = [need for need in team if made.demand[need]]
        whole = [unmet[need] == 0 for need in asking]
        nothing = [unmet[need] == made.demand[need] for need in asking]
        if not (all(whole) or all(nothing)):
            return False
    return True


def _keeps_limits(rules: SideRules, plan: Plan) -> bool:
    limits = rules.limits
    for i, most in enumerate(limits.limit.tolist()):
        entries = range(int(limits.sets.start[i]), int(limits.sets.start[i + 1]))
        if sum(int(limits.coefficient[e]) * plan[int(limits.sets.pair[e])] for e in entries) > most:
            return False
    if rules.churn is None:
        return True
    published = zip(rules.churn.pair.tolist(), rules.churn.quantity.tolist(), strict=True)
    return sum(pair < 0 or plan[pair] != units for pair, units in published) <= rules.churn.most


def _up(at: int, tree: CommonLimits | ShortfallCosts) -> list[int]:
    """A node and all above it."""
    return [] if at < 0 else [at, *_up(int(tree.above[at]), tree)]


def _unmet(made: Problem, plan: Plan) -> list[int]:
    bounds = itertools.pairwise(made.row_start.tolist())
    return [int(d) - sum(plan[a:b]) for d, (a, b) in zip(made.demand.tolist(), bounds, strict=True)]


def _values(made: Problem, rules: SideRules, plan: Plan) -> Values:
    unmet = _unmet(made, plan)
    cost = sum(c * u for c, u in zip(made.pair_cost.tolist(), plan, strict=True))
    cost += sum(c * u for c, u in zip(made.unmet_cost.tolist(), unmet, strict=True))
    for i, (least, price) in enumerate(zip(rules.floors.least.tolist(), rules.floors.cost.tolist(), strict=True)):
        cost += price * max(least - sum(plan[p] for p in rules.floors.sets.of(i).tolist()), 0)
    for i, price in enumerate(rules.charges.cost.tolist()):
        cost += price * any(plan[p] for p in rules.charges.sets.of(i).tolist())
    if made.shortfall is not None:
        for group in range(len(made.shortfall.above)):
            lacking = sum(
                units
                for need, units in enumerate(unmet)
                if group in _up(int(made.shortfall.of_need[need]), made.shortfall)
            )
            cost += sum(_price_of_unit(made.shortfall, group, unit) for unit in range(lacking))
    n_classes = int(rules.need_class.max()) + 1
    by_class = [
        sum(u for u, c in zip(unmet, rules.need_class.tolist(), strict=True) if c == k) for k in range(n_classes)
    ]
    return (*by_class, cost)


def _price_of_unit(costs: ShortfallCosts, group: int, unit: int) -> int:
    """Of the unit after ``unit`` others of the group."""
    segments = range(int(costs.segment_start[group]), int(costs.segment_start[group + 1]))
    return int(costs.cost[max(s for s in segments if costs.from_units[s] <= unit)])

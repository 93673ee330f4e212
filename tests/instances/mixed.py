"""Tiny problems with side rules, and the truth about them by trying every plan."""

import itertools
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matcher.problem import CommonLimits, Problem, ShortfallCosts
from matcher.side_rules import Charges, Churn, Floors, LinearLimits, PairSets, SideRules
from tests.instances.small import problem

KINDS = ("plain", "whole", "single", "teams", "limits", "floors", "charges", "churn", "common", "combined")
"""What an instance of `tiny` is made to exercise; ``common`` has limits and shortfall of the problem itself."""

Plan = tuple[int, ...]
Values = tuple[int, ...]
Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Plans:
    """
    Plans of one instance with what each is worth.

    Parameters
    ----------
    units
        Units on each pair, shape ``(n_plans, n_pairs)``.
    values
        Units unmet of each class, then the cost, shape ``(n_plans, n_classes + 1)``.
    """

    units: Int64
    values: Int64

    def those(self, kept: Mask) -> "Plans":
        """Some of the plans."""
        return Plans(self.units[kept], self.values[kept])

    def best(self) -> Values | None:
        """Least units unmet class by class, then least cost; None if there is no plan."""
        if not len(self.values):
            return None
        left = self.values
        for k in range(left.shape[1]):
            left = left[left[:, k] == left[:, k].min()]
        return tuple(left[0].tolist())


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


def every_plan(made: Problem, rules: SideRules) -> Plans:
    """Each plan that keeps every rule, by enumeration: all rows of a need beside all of those before it."""
    units = np.zeros((1, 0), np.int64)
    for need in range(made.n_needs):
        rows = np.array(_rows_of(made, rules, need), np.int64)
        units = np.hstack([np.repeat(units, len(rows), axis=0), np.tile(rows, (len(units), 1))])
        units = units[_keeps_capacities(made, units)]  # what is too much stays so, whatever others are given
    unmet = _unmet(made, units)
    kept = _keeps_teams(made, rules, unmet) & _keeps_limits(rules, units)
    units, unmet = units[kept], unmet[kept]
    return Plans(units, _values(made, rules, units, unmet))


def best_values(made: Problem, rules: SideRules) -> Values | None:
    """Least units unmet class by class, then least cost; None if no plan exists."""
    return every_plan(made, rules).best()


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


def _keeps_capacities(made: Problem, units: Int64) -> Mask:
    """Whether no resource and no limit over several gives more than it has; of the first pairs alone, so far."""
    of_pair = made.pair_resource[: units.shape[1]]
    load = np.stack([units[:, of_pair == r].sum(axis=1) for r in range(made.n_resources)], axis=1)
    kept: Mask = (load <= made.capacity).all(axis=1)
    if made.limits is not None:
        for limit, most in enumerate(made.limits.capacity.tolist()):
            below = [r for r in range(made.n_resources) if limit in _up(int(made.limits.of_resource[r]), made.limits)]
            kept &= load[:, below].sum(axis=1) <= most
    return kept


def _keeps_teams(made: Problem, rules: SideRules, unmet: Int64) -> Mask:
    kept = np.ones(len(unmet), np.bool_)
    for team in rules.teams:
        asking = [need for need in team if made.demand[need]]
        whole = (unmet[:, asking] == 0).all(axis=1)
        nothing = (unmet[:, asking] == made.demand[asking]).all(axis=1)
        kept &= whole | nothing
    return kept


def _keeps_limits(rules: SideRules, units: Int64) -> Mask:
    kept = np.ones(len(units), np.bool_)
    limits = rules.limits
    for i, most in enumerate(limits.limit.tolist()):
        entries = range(int(limits.sets.start[i]), int(limits.sets.start[i + 1]))
        kept &= sum(int(limits.coefficient[e]) * units[:, limits.sets.pair[e]] for e in entries) <= most
    if rules.churn is not None:
        published = list(zip(rules.churn.pair.tolist(), rules.churn.quantity.tolist(), strict=True))
        gone = sum(pair < 0 for pair, _ in published)
        kept &= gone + sum(units[:, pair] != told for pair, told in published if pair >= 0) <= rules.churn.most
    return kept


def _up(at: int, tree: CommonLimits | ShortfallCosts) -> list[int]:
    """A node and all above it."""
    return [] if at < 0 else [at, *_up(int(tree.above[at]), tree)]


def _unmet(made: Problem, units: Int64) -> Int64:
    """Units that each need lacks, shape ``(n_plans, n_needs)``."""
    given = [units[:, a:b].sum(axis=1) for a, b in itertools.pairwise(made.row_start.tolist())]
    return made.demand - np.stack(given, axis=1)


def _values(made: Problem, rules: SideRules, units: Int64, unmet: Int64) -> Int64:
    cost = units @ made.pair_cost.astype(np.int64) + unmet @ made.unmet_cost.astype(np.int64)
    for i, (least, price) in enumerate(zip(rules.floors.least.tolist(), rules.floors.cost.tolist(), strict=True)):
        cost += price * np.maximum(least - units[:, rules.floors.sets.of(i)].sum(axis=1), 0)
    for i, price in enumerate(rules.charges.cost.tolist()):
        cost += price * (units[:, rules.charges.sets.of(i)] > 0).any(axis=1)
    if made.shortfall is not None:
        for group in range(len(made.shortfall.above)):
            mine = [
                need for need in range(made.n_needs) if group in _up(int(made.shortfall.of_need[need]), made.shortfall)
            ]
            each = [_price_of_unit(made.shortfall, group, unit) for unit in range(int(made.demand[mine].sum()))]
            cost += np.cumsum([0, *each])[unmet[:, mine].sum(axis=1)]
    n_classes = int(rules.need_class.max()) + 1
    by_class = [unmet[:, rules.need_class == k].sum(axis=1) for k in range(n_classes)]
    return np.stack([*by_class, cost], axis=1)


def _price_of_unit(costs: ShortfallCosts, group: int, unit: int) -> int:
    """Of the unit after ``unit`` others of the group."""
    segments = range(int(costs.segment_start[group]), int(costs.segment_start[group + 1]))
    return int(costs.cost[max(s for s in segments if costs.from_units[s] <= unit)])

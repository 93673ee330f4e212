"""Whether a plan keeps every condition of a problem and its side rules, and what it is worth; in integers."""

import numpy as np
import numpy.typing as npt

from matcher.exact import exact_dot
from matcher.problem import Problem
from matcher.proofs.tally import Tally
from matcher.side_rules import SideRules

Int64 = npt.NDArray[np.int64]


def violations(problem: Problem, rules: SideRules, x: Int64, unmet: Int64) -> dict[str, int]:
    """How many conditions of each kind units on each pair and unmet units break."""
    tally = Tally()
    check_conditions(problem, rules, x, unmet, tally)
    return dict(tally.counts)


def check_conditions(problem: Problem, rules: SideRules, x: Int64, unmet: Int64, tally: Tally) -> None:
    """Note what units on each pair and unmet units break: supply, needs as wholes, limits over pairs."""
    _check_supply(problem, x, unmet, tally)
    _check_needs(problem, rules, x, unmet, tally)
    _check_limits(rules, x, tally)


def stage_values(problem: Problem, rules: SideRules, x: Int64, unmet: Int64) -> tuple[int, ...]:
    """Unmet units of each class, then the cost, of units on each pair and unmet units; exact."""
    n_classes = int(rules.need_class.max(initial=-1)) + 1
    by_class = [int(unmet[rules.need_class == c].sum()) for c in range(n_classes)]
    cost = exact_dot(problem.pair_cost, x) + exact_dot(problem.unmet_cost, unmet) + _shortfall_cost(problem, unmet)
    cost += exact_dot(rules.floors.cost, floors_short(rules, x)) + int(rules.charges.cost[charges_due(rules, x)].sum())
    return (*by_class, cost)


def floors_short(rules: SideRules, x: Int64) -> Int64:
    """Units short of each floor."""
    given = [int(x[rules.floors.sets.of(i)].sum()) for i in range(len(rules.floors.sets))]
    return np.maximum(rules.floors.least - np.array(given, np.int64), 0)


def charges_due(rules: SideRules, x: Int64) -> npt.NDArray[np.bool_]:
    """Charges of whose pairs any is used."""
    used = [bool((x[rules.charges.sets.of(i)] > 0).any()) for i in range(len(rules.charges.sets))]
    return np.array(used, np.bool_)


def _shortfall_cost(problem: Problem, unmet: Int64) -> int:
    costs = problem.shortfall
    if costs is None:
        return 0
    lacking = [0] * len(costs.above)
    for n, group in enumerate(costs.of_need.tolist()):
        at = group
        while at >= 0:
            lacking[at] += int(unmet[n])
            at = int(costs.above[at])
    total = 0
    for group, units in enumerate(lacking):
        segments = range(int(costs.segment_start[group]), int(costs.segment_start[group + 1]))
        starts = [int(costs.from_units[i]) for i in segments] + [max(units, 0)]
        for i, segment in enumerate(segments):
            total += int(costs.cost[segment]) * max(min(units, max(starts[i + 1], starts[i])) - starts[i], 0)
    return total


def _check_supply(problem: Problem, x: Int64, unmet: Int64, tally: Tally) -> None:
    """Demands, capacities and common limits."""
    served = [int(x[a:b].sum()) for a, b in zip(problem.row_start[:-1], problem.row_start[1:], strict=True)]
    for n, (given, lacks, asks) in enumerate(zip(served, unmet.tolist(), problem.demand.tolist(), strict=True)):
        if lacks < 0 or given > asks or given + lacks != asks:
            tally.note("demand", f"Need {n} is given {given} and lacks {lacks}, and asks for {asks}.")
    load = np.zeros(problem.n_resources, np.int64)
    np.add.at(load, problem.pair_resource, x)
    for r in np.flatnonzero(load > problem.capacity).tolist():
        tally.note("capacity", f"Resource {r} gives {load[r]} and has {problem.capacity[r]}.")
    if problem.limits is None:
        return
    above = problem.limits.above.tolist()
    common = [0] * len(above)
    for r, limit in enumerate(problem.limits.of_resource.tolist()):
        at = limit
        while at >= 0:
            common[at] += int(load[r])
            at = above[at]
    for i, (given, most) in enumerate(zip(common, problem.limits.capacity.tolist(), strict=True)):
        if given > most:
            tally.note("limit", f"Below limit {i}, {given} is given and {most} is allowed.")


def _check_needs(problem: Problem, rules: SideRules, x: Int64, unmet: Int64, tally: Tally) -> None:
    """Whole needs, teams, single providers."""
    demand = problem.demand
    for n in np.flatnonzero(rules.whole & (unmet != 0) & (unmet != demand)).tolist():
        tally.note("whole", f"Need {n} is whole, and lacks {unmet[n]} of {demand[n]}.")
    for team in rules.teams:
        asking = [n for n in team if demand[n] > 0]
        if any(unmet[n] != 0 for n in asking) and any(unmet[n] != demand[n] for n in asking):
            lacks = {n: int(unmet[n]) for n in asking}
            tally.note("team", f"Team {team} is not served wholly and not left out wholly: {lacks} are unmet.")
    for n in np.flatnonzero(rules.single).tolist():
        a, b = int(problem.row_start[n]), int(problem.row_start[n + 1])
        providers = sorted(set(rules.pair_provider[a:b][x[a:b] > 0].tolist()))
        if len(providers) > 1:
            tally.note("single", f"Need {n} wants one provider and is served by {providers}.")


def _check_limits(rules: SideRules, x: Int64, tally: Tally) -> None:
    """Linear limits and churn."""
    limits = rules.limits
    for i, key in enumerate(limits.sets.key):
        a, b = int(limits.sets.start[i]), int(limits.sets.start[i + 1])
        load = exact_dot(limits.coefficient[a:b], x[limits.sets.pair[a:b]])
        if load > int(limits.limit[i]):
            tally.note("linear", f"{key} takes {load} and allows {limits.limit[i]}.")
    if rules.churn is not None:
        published = zip(rules.churn.pair.tolist(), rules.churn.quantity.tolist(), strict=True)
        changes = sum(pair < 0 or int(x[pair]) != quantity for pair, quantity in published)
        if changes > rules.churn.most:
            tally.note("churn", f"{changes} published pairings change and {rules.churn.most} may.")

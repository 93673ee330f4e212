"""
Checks a plan of whole needs, and its bounds, in exact integers; shares no code with the solver.

**Units.** Needs of classes 0 to k that only certain resources can hold ask more than those resources can hold of whole
needs: the greatest sum of demands that fits, found by a subset-sum over bits. The difference is unmet in every plan.

**Cost.** Let serving need ``n`` over pair ``e`` save ``s[e] = demand * (unmet_cost - pair_cost)``, let ``K[c]`` be the
units of class ``c`` that the plan serves, ``m[c]`` any price of a unit of the class and ``p[n] >= 0`` any price of a
need. Every plan that serves ``K`` saves at most

    sum p - sum m * K + sum over resources r of  max { sum (s[e] + m[class] * demand - p[n]) : demands fit r }

because a need is served at most once. The inner maximum is a knapsack, redone here over all pairs.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.problem import MAX_TOTAL, Problem
from matcher.side_rules import SideRules
from matcher.whole_needs import Cut, WholeNeedsAnswer

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WholeNeedsCertificate:
    """
    What the check found.

    Parameters
    ----------
    class_unmet, class_bound
        Unmet units of each class, and how few they could be given the classes before.
    cost, cost_bound
        Cost of the plan, and the least that any plan with the same units of each class could cost.
    violations
        What is wrong, in sentences; empty if the plan keeps every rule and the proof is in order. Only then do the
        other figures mean anything.
    """

    class_unmet: tuple[int, ...]
    class_bound: tuple[int, ...]
    cost: int
    cost_bound: int
    violations: tuple[str, ...]


def certify_whole_needs(problem: Problem, rules: SideRules, answer: WholeNeedsAnswer) -> WholeNeedsCertificate:
    """
    Check the plan, recompute each figure, and compare with what the answer states.

    Parameters
    ----------
    problem, rules
        The instance; each need is served wholly by one resource or not at all.
    answer
        The plan and its proof.
    """
    wrong = _plan_violations(problem, answer)
    n_classes = int(rules.need_class.max(initial=-1)) + 1
    class_of = rules.need_class.astype(np.int64)
    class_unmet = tuple(int(answer.unmet[class_of == c].sum()) for c in range(n_classes))
    if len(answer.proof.cuts) != n_classes or answer.proof.class_price.shape != (n_classes,):
        wrong.append(f"The proof speaks of {len(answer.proof.cuts)} classes and there are {n_classes}.")
    if wrong:
        return WholeNeedsCertificate(class_unmet, (), 0, 0, tuple(wrong))
    prefix = [_prefix_bound(problem, class_of, c, cut, wrong) for c, cut in enumerate(answer.proof.cuts)]
    before = [0, *np.cumsum(class_unmet).tolist()]
    class_bound = tuple(max(0, prefix[c] - before[c]) for c in range(n_classes))
    owner = problem.need_of_pair
    unmet_cost = sum(int(u) * int(c) for u, c in zip(answer.unmet, problem.unmet_cost, strict=True))
    cost = unmet_cost + sum(
        int(q) * int(problem.pair_cost[e]) for e, q in zip(answer.pair, answer.quantity, strict=True)
    )
    cost_bound = _cost_bound(problem, class_of, owner, answer, wrong)
    stated = (answer.class_unmet, answer.class_bound, answer.cost, answer.cost_bound)
    found = (class_unmet, class_bound, cost, cost_bound)
    for name, said, true in zip(("class_unmet", "class_bound", "cost", "cost_bound"), stated, found, strict=True):
        if said != true:
            wrong.append(f"{name} is stated as {said} and is {true}.")
    return WholeNeedsCertificate(*found, tuple(wrong))


def _plan_violations(problem: Problem, answer: WholeNeedsAnswer) -> list[str]:
    """Rules that the plan breaks: bounds of numbers, whole needs, one resource each, capacities."""
    wrong: list[str] = []
    served = [0] * problem.n_needs
    load = [0] * problem.n_resources
    if answer.pair.shape != answer.quantity.shape or answer.unmet.shape != (problem.n_needs,):
        return ["The arrays of the plan have shapes that do not fit."]
    for e, q in zip(answer.pair.tolist(), answer.quantity.tolist(), strict=True):
        if not 0 <= e < problem.n_pairs:
            return [f"Pair {e} does not exist."]
        n = int(np.searchsorted(problem.row_start, e, side="right")) - 1
        if served[n]:
            wrong.append(f"Need {n} is served more than once.")
        if q != problem.demand[n]:
            wrong.append(f"Need {n} is served {q} of {problem.demand[n]}.")
        served[n] += q
        load[int(problem.pair_resource[e])] += q
    for n, (u, q) in enumerate(zip(answer.unmet.tolist(), served, strict=True)):
        if u + q != problem.demand[n]:
            wrong.append(f"Need {n} is served {q}, lacks {u} and asks for {problem.demand[n]}.")
    for r, units in enumerate(load):
        if units > problem.capacity[r]:
            wrong.append(f"Resource {r} gives {units} and has {problem.capacity[r]}.")
    return wrong


def _prefix_bound(problem: Problem, class_of: Int64, last_class: int, cut: Cut, wrong: list[str]) -> int:
    """Units of classes 0 to ``last_class`` that stay unmet in every plan, 0 if the cut proves nothing."""
    if cut.need.dtype != np.bool_ or cut.resource.dtype != np.bool_:
        wrong.append(f"Cut {last_class} marks needs by {cut.need.dtype} and resources by {cut.resource.dtype}.")
        return 0
    if cut.last_class != last_class or cut.need.shape != (problem.n_needs,):
        wrong.append(f"Cut {last_class} speaks of classes up to {cut.last_class}, or of other needs.")
        return 0
    if (class_of[cut.need] > last_class).any() or cut.resource.shape != (problem.n_resources,):
        wrong.append(f"Cut {last_class} counts a need of a later class, or other resources.")
        return 0
    asked = int(problem.demand[cut.need].sum())
    sums = {int(r): 1 for r in np.flatnonzero(cut.resource)}
    for n in range(problem.n_needs):
        if class_of[n] > last_class or not problem.demand[n]:
            continue
        row = problem.pair_resource[problem.row_start[n] : problem.row_start[n + 1]]
        for r in np.unique(row).tolist():
            d = int(problem.demand[n])
            if d > problem.capacity[r]:
                continue
            if cut.need[n] and r not in sums:
                wrong.append(f"Cut {last_class}: need {n} could be served by resource {r} outside it.")
            if r in sums:
                sums[r] |= (sums[r] << d) & ((2 << int(problem.capacity[r])) - 1)
    held = sum(bits.bit_length() - 1 for bits in sums.values())
    return asked - held


def _cost_bound(problem: Problem, class_of: Int64, owner: Int64, answer: WholeNeedsAnswer, wrong: list[str]) -> int:
    """Least cost of any plan with the units of each class that the plan serves, as the prices prove it."""
    price, class_price = answer.proof.need_price, answer.proof.class_price
    if price.shape != (problem.n_needs,) or (price < 0).any() or {price.dtype, class_price.dtype} != {np.dtype("i8")}:
        wrong.append("A need's price is missing or negative, or a price is no whole number.")
        return 0
    largest = int(np.abs(class_price).max(initial=0)) + int(problem.unmet_cost.max(initial=0))
    largest += int(problem.pair_cost.max(initial=0))
    if largest * int(problem.demand.sum()) + int(price.max(initial=0)) * max(1, problem.n_needs) >= MAX_TOTAL:
        wrong.append("The prices are so large that a sum could leave 64 bits.")
        return 0
    demand = problem.demand[owner]
    net = demand * (problem.unmet_cost[owner] - problem.pair_cost + class_price[class_of[owner]]) - price[owner]
    useful = (net > 0) & (demand > 0) & (demand <= problem.capacity[problem.pair_resource])
    order = np.flatnonzero(useful)
    # Of two pairs between the same need and resource only the better can count.
    order = order[np.lexsort((-net[order], owner[order], problem.pair_resource[order]))]
    again = np.zeros(len(order), np.bool_)
    again[1:] = (np.diff(owner[order]) == 0) & (np.diff(problem.pair_resource[order]) == 0)
    order = order[~again]
    ends = np.searchsorted(problem.pair_resource[order], np.arange(problem.n_resources + 1))
    most = sum(int(p) for p in price)
    for c, m in enumerate(class_price.tolist()):
        in_class = class_of == c
        most -= m * int((problem.demand - answer.unmet)[in_class].sum())
    for r in range(problem.n_resources):
        pairs = order[ends[r] : ends[r + 1]]
        most += _knapsack(demand[pairs], net[pairs], int(problem.capacity[r]))
    everything_unmet = sum(int(d) * int(c) for d, c in zip(problem.demand, problem.unmet_cost, strict=True))
    return everything_unmet - most


def _knapsack(size: Int64, worth: Int64, room: int) -> int:
    """Greatest worth of items that fit; each may be taken once."""
    room = min(room, int(size.sum()))
    best = np.zeros(room + 1, np.int64)
    for d, w in zip(size.tolist(), worth.tolist(), strict=True):
        # The right side is a new array, so no item is taken twice.
        best[d:] = np.maximum(best[d:], best[: room + 1 - d] + w)
    return int(best[room])

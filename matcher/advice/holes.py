"""The most that a need could be given beside all others, from what a plan leaves: in all, or from one provider."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from matcher.instance import Instance
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.side_rules import LinearLimits, PairSets, SideRules, no_side_rules
from matcher.solve import solve
from matcher.street.facts import NONE

Int64 = npt.NDArray[np.int64]


class Holes:
    """
    What is left for needs that are served wholly, by one provider, or together with others.

    Parameters
    ----------
    instance, plan
        What was solved and its plan.
    """

    def __init__(self, instance: Instance, plan: Plan) -> None:
        self._instance = instance
        self._plan = plan
        self._need = instance.problem.need_of_pair

    def largest(self, n: int) -> int:
        """
        Units that the need could have, others left as they are, at most what it asks for.

        Of a need that one provider serves alone: the most that one provider could give.
        """
        row = np.arange(*self._instance.problem.row_start[n : n + 2].tolist())
        if not len(row):
            return 0
        if not self._instance.rules.single[n]:
            return self._most(n, row)
        provider = self._instance.rules.pair_provider[row]
        return max(self._most(n, row[provider == one]) for one in np.unique(provider).tolist())

    def _most(self, n: int, pairs: Int64) -> int:
        """Units that some pairs of a need could carry together when all its own are given back."""
        problem, rules = self._instance.problem, self._instance.rules
        units = np.zeros(problem.n_pairs, np.int64)
        units[self._plan.pair] = self._plan.quantity
        units[self._need == n] = 0
        load = np.zeros(problem.n_resources, np.int64)
        np.add.at(load, problem.pair_resource, units)
        limits = problem.limits
        if limits is not None:
            carried = np.zeros(len(limits.capacity), np.int64)
            inside = limits.of_resource != NONE
            np.add.at(carried, limits.of_resource[inside], load[inside])
            for i, parent in enumerate(limits.above.tolist()):
                if parent != NONE:
                    carried[parent] += carried[i]
            limits = replace(limits, capacity=limits.capacity - carried)
        alone = Problem(
            demand=problem.demand[n : n + 1],
            unmet_cost=np.ones(1, np.int64),
            capacity=problem.capacity - load,
            row_start=np.array([0, len(pairs)]),
            pair_resource=problem.pair_resource[pairs],
            pair_cost=np.zeros(len(pairs), np.int32),
            limits=limits,
        )
        plan = solve(alone, self._rows(rules, alone, pairs, units), seed=self._instance.seed)
        return int(problem.demand[n] - plan.unmet[0])

    @staticmethod
    def _rows(rules: SideRules, alone: Problem, pairs: Int64, units: Int64) -> SideRules:
        """The sums over several pairings that these pairs count in, with what others leave of each."""
        sets, kept, coefficients, left = rules.limits.sets, [], [], []
        for i in range(len(sets)):
            each = rules.limits.coefficient[int(sets.start[i]) : int(sets.start[i + 1])]
            mine = np.isin(sets.of(i), pairs)
            if mine.any():
                kept.append(np.searchsorted(pairs, sets.of(i)[mine]))
                coefficients.append(each[mine])
                left.append(int(rules.limits.limit[i]) - int((units[sets.of(i)] * each).sum()))
        start = np.cumsum([0, *(len(pair) for pair in kept)]).astype(np.int64)
        pair = np.concatenate([np.zeros(0, np.int64), *kept]).astype(np.int64)
        coefficient = np.concatenate([np.zeros(0, np.int64), *coefficients]).astype(np.int64)
        keys = tuple(("limit", str(i)) for i in range(len(kept)))
        limits = LinearLimits(PairSets(start, pair, keys), coefficient, np.array(left, np.int64))
        return replace(no_side_rules(alone), limits=limits)

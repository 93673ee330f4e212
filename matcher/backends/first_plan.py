"""A plan to begin with: what the core would do, mended need by need until every side rule is kept."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from matcher.problem import Problem
from matcher.side_program import whole_needs
from matcher.side_rules import SideRules

Int64 = npt.NDArray[np.int64]


def first_plan(problem: Problem, rules: SideRules, wanted: Int64) -> Int64:
    """
    Units on each pair, by a careful person's rule: published pairings first, then needs by urgency.

    Parameters
    ----------
    problem, rules
        The instance.
    wanted
        Units on each pair of a plan that may break side rules; a need takes these pairs first, then the cheapest.

    Returns
    -------
    ndarray
        Keeps every rule, save that more published pairings may change than are allowed.
    """
    return _Builder(problem, rules, wanted).run()


class _Builder:
    """What is left of every limit while needs are served one after another."""

    def __init__(self, problem: Problem, rules: SideRules, wanted: Int64) -> None:
        self._problem, self._rules = problem, rules
        self._x: list[int] = [0] * problem.n_pairs
        self._left: list[int] = problem.capacity.tolist()
        self._uses: list[list[tuple[int, int]]] = [[(r, 1)] for r in problem.pair_resource.tolist()]
        self._add_common_limits()
        self._add_linear_limits()
        self._cost: list[int] = problem.pair_cost.tolist()
        self._wanted = wanted.tolist()
        self._demand: list[int] = problem.demand.tolist()
        self._start = problem.row_start.tolist()
        self._provider = rules.pair_provider.tolist()
        self._whole = whole_needs(problem, rules).tolist()
        self._single = rules.single.tolist()

    def run(self) -> Int64:
        self._keep_published()
        for needs in self._in_order():
            if all(self._serve(need) for need in needs):
                continue
            for need in needs:
                if self._whole[need]:
                    # Published units go, too, where the rest of the need or of its team cannot be had.
                    self._set(need, [0] * len(self._row(need)))
        return np.array(self._x, np.int64)

    def _add_common_limits(self) -> None:
        limits = self._problem.limits
        if limits is None:
            return
        first, above = len(self._left), limits.above.tolist()
        self._left += limits.capacity.tolist()
        for r, uses in zip(self._problem.pair_resource.tolist(), self._uses, strict=True):
            at = int(limits.of_resource[r])
            while at >= 0:
                uses.append((first + at, 1))
                at = above[at]

    def _add_linear_limits(self) -> None:
        limits = self._rules.limits
        first = len(self._left)
        self._left += limits.limit.tolist()
        for i in range(len(limits.sets)):
            a, b = int(limits.sets.start[i]), int(limits.sets.start[i + 1])
            entries = zip(limits.sets.pair[a:b].tolist(), limits.coefficient[a:b].tolist(), strict=True)
            for pair, coefficient in entries:
                if coefficient:
                    self._uses[pair].append((first + i, coefficient))

    def _in_order(self) -> list[list[int]]:
        """Needs by urgency, those of a team together and as urgent as their most urgent one."""
        group = list(range(self._problem.n_needs))
        for team in self._rules.teams:
            met = {group[need] for need in team}
            group = [min(met) if g in met else g for g in group]
        members: dict[int, list[int]] = {}
        for need, g in enumerate(group):
            members.setdefault(g, []).append(need)
        urgency = self._rules.need_class.tolist()
        return sorted(members.values(), key=lambda needs: (min(urgency[n] for n in needs), min(needs)))

    def _keep_published(self) -> None:
        churn = self._rules.churn
        if churn is None:
            return
        need_of = self._problem.need_of_pair
        for pair, quantity in zip(churn.pair.tolist(), churn.quantity.tolist(), strict=True):
            if pair < 0 or self._x[pair]:
                continue
            need = int(need_of[pair])
            row = range(self._start[need], self._start[need + 1])
            given = sum(self._x[e] for e in row)
            alone = all(self._provider[e] == self._provider[pair] for e in row if self._x[e])
            fits = given + quantity <= self._demand[need] and (alone or not self._single[need])
            if fits and self._room(pair) >= quantity:
                self._give(pair, quantity)

    def _row(self, need: int) -> list[int]:
        return self._x[self._start[need] : self._start[need + 1]]

    def _set(self, need: int, row: list[int]) -> None:
        for pair, units in enumerate(row, self._start[need]):
            self._give(pair, units - self._x[pair])

    def _room(self, pair: int) -> int:
        return min(self._left[limit] // weight for limit, weight in self._uses[pair])

    def _give(self, pair: int, units: int) -> None:
        self._x[pair] += units
        for limit, weight in self._uses[pair]:
            self._left[limit] -= weight * units

    def _serve(self, need: int) -> bool:
        """Give a need what can be had; whether that is all it asks for."""
        pairs = range(self._start[need], self._start[need + 1])
        if not self._single[need]:
            return self._fill(need, pairs)
        given = {self._provider[e] for e in pairs if self._x[e]}
        best: tuple[tuple[int, int], list[int]] | None = None
        before = self._row(need)
        for provider in sorted(given or {self._provider[e] for e in pairs}):
            self._fill(need, [e for e in pairs if self._provider[e] == provider])
            row = self._row(need)
            cost = sum(units * self._cost[e] for units, e in zip(row, pairs, strict=True))
            if best is None or (-sum(row), cost) < best[0]:
                best = (-sum(row), cost), row
            self._set(need, before)
        if best is not None:
            self._set(need, best[1])
        return sum(self._row(need)) == self._demand[need]

    def _fill(self, need: int, pairs: Iterable[int]) -> bool:
        lacks = self._demand[need] - sum(self._row(need))
        for pair in sorted(pairs, key=lambda e: (self._wanted[e] == 0, self._cost[e], e)):
            units = min(lacks, self._room(pair))
            if units > 0:
                self._give(pair, units)
                lacks -= units
        return lacks == 0

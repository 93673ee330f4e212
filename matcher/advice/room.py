"""What a plan leaves free on each pair, and which limit holds it: its group, what stands above, a side rule."""

from collections import defaultdict
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matcher.instance import Instance
from matcher.plan import Plan
from matcher.street.facts import NONE

Int64 = npt.NDArray[np.int64]
GROUP = ("group", "")
"""Key of what a capacity group itself holds back."""


class Room:
    """
    Units that pairs could carry beyond a plan, everything else left as it is.

    Parameters
    ----------
    instance, plan
        What was solved and its plan.
    """

    def __init__(self, instance: Instance, plan: Plan) -> None:
        problem = instance.problem
        self._instance = instance
        load = np.zeros(len(instance.groups), np.int64)
        np.add.at(load, problem.pair_resource[plan.pair], plan.quantity)
        self._stock: Int64 = problem.capacity - load
        self._free: list[int] = self._stock.tolist()
        self._above: list[int] = [] if problem.limits is None else problem.limits.above.tolist()
        self._over: list[int] = [] if problem.limits is None else problem.limits.of_resource.tolist()
        self._left: list[int] = [] if problem.limits is None else problem.limits.capacity.tolist()
        for g in np.flatnonzero(load).tolist():
            for limit in self._chain(g):
                self._left[limit] -= int(load[g])
        sums = instance.rules.limits
        units = np.zeros(problem.n_pairs, np.int64)
        np.add.at(units, plan.pair, plan.quantity)
        self._rows: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._row_left: list[int] = []
        for i in range(len(sums.sets)):
            pair, each = sums.sets.of(i), sums.coefficient[int(sums.sets.start[i]) : int(sums.sets.start[i + 1])]
            self._row_left.append(int(sums.limit[i]) - int((units[pair] * each).sum()))
            for p, coefficient in zip(pair.tolist(), each.tolist(), strict=True):
                self._rows[p].append((i, coefficient))

    def of(self, pair: int) -> tuple[int, tuple[str, str]]:
        """Units, and what limits them; the nearest of several limits."""
        group = int(self._instance.problem.pair_resource[pair])
        units, key = self._free[group], GROUP
        for limit in self._chain(group):
            if self._left[limit] < units:
                units, key = self._left[limit], self._instance.limit_keys[limit]
        for row, coefficient in self._rows.get(pair, ()):
            if coefficient and self._row_left[row] // coefficient < units:
                units, key = self._row_left[row] // coefficient, self._instance.rules.limits.sets.key[row]
        return units, key

    def units(self, first: int, end: int) -> Int64:
        """Units of the pairs from one up to another, as `of` says them."""
        group = self._instance.problem.pair_resource[first:end]
        units: Int64 = self._of_groups[group]
        for pair in self._rows.keys() & range(first, end):
            units[pair - first] = self.of(pair)[0]
        return units

    @cached_property
    def _of_groups(self) -> Int64:
        """Units that each group and the limits above it leave, whatever side rules say."""
        left = ((self._left[limit] for limit in self._chain(group)) for group in range(len(self._free)))
        return np.array([min((free, *above)) for free, above in zip(self._free, left, strict=True)], np.int64)

    def in_stock(self, first: int, end: int) -> list[int]:
        """Pairs from one up to another whose own group has units left."""
        stock = self._stock[self._instance.problem.pair_resource[first:end]]
        return (first + np.flatnonzero(stock > 0)).tolist()

    def held_by(self, pair: int) -> list[tuple[str, str]]:
        """Keys of all limits that leave no unit of a pair: only together with all of them would it carry one more."""
        group = int(self._instance.problem.pair_resource[pair])
        found = [GROUP] if self._free[group] <= 0 else []
        found += [self._instance.limit_keys[limit] for limit in self._chain(group) if self._left[limit] <= 0]
        keys = self._instance.rules.limits.sets.key
        return found + [keys[row] for row, each in self._rows.get(pair, ()) if each and self._row_left[row] < each]

    def left_under(self, key: tuple[str, str]) -> int:
        """What a limit over pairs has left, in its own measure: fen of a budget."""
        return self._row_left[self._instance.rules.limits.sets.key.index(key)]

    def _chain(self, group: int) -> list[int]:
        found = []
        limit = self._over[group] if self._over else NONE
        while limit != NONE:
            found.append(limit)
            limit = self._above[limit]
        return found

"""The least that a resource would have to give more for a need to be served wholly, for certain or with a pin."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from matcher.advice.what_if import Part, part_around
from matcher.instance import Instance
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.reasons import Finding
from matcher.solve import solve
from matcher.street.facts import NONE

Changes = tuple[Finding, ...]


def more_to_give(instance: Instance, n: int, resource: int) -> tuple[Changes, ...]:
    """
    The change of capacity, or of the batch's cap that holds it back, that serves a need; empty if there is none.

    Where fewer units let some best plan serve it and others would as well serve somebody else, these with a pin that
    decides for the need come first: the plan loses nothing by it.

    Parameters
    ----------
    n, resource
        Indices of the need and of the resource.
    """
    problem = instance.problem
    row = range(*problem.row_start[n : n + 2].tolist())
    groups = [int(problem.pair_resource[pair]) for pair in row]
    mine = [group for group in groups if int(instance.groups.resource[group]) == resource]
    if not mine:
        return ()
    search = _Search(instance, n, mine[0])
    certain = search.least(search.is_served_by_all)
    if certain is None:
        return ()
    found: list[Changes] = [(_change(instance, mine[0], certain),)]
    tied = search.least(search.is_served_by_some) if certain > 1 else certain
    if tied is not None and tied < certain:
        found.insert(0, (_change(instance, mine[0], tied), _pin(instance, n, resource, search.given(tied))))
    return tuple(found)


class _Search:
    """Plans of the part around a need, with more units of one group."""

    def __init__(self, instance: Instance, n: int, group: int) -> None:
        self._seed = instance.seed
        self._part: Part = part_around(instance.problem, n)
        self._group = int(np.searchsorted(self._part.resources, group))
        self._need = int(np.searchsorted(self._part.needs, n))

    def least(self, serves: Callable[[int], bool]) -> int | None:
        """Fewest units more, from 1 on, of which something holds that holds of all more; ``None`` if it never does."""
        low, high = 0, 1
        most = int(self._part.problem.demand.sum())
        while not serves(high):
            if high >= most:
                return None
            low, high = high, min(2 * high, most)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if serves(middle) else (middle, high)
        return high

    def is_served_by_all(self, units: int) -> bool:
        """Whether every best plan serves the need: whoever is served although each of its unmet units costs 1 less."""
        return not int(self._best(self._with(units, -1)).unmet[self._need])

    def is_served_by_some(self, units: int) -> bool:
        """
        Whether a best plan serves the need.

        If one does, it alone is best once each of the need's unmet units costs 1 more, and costs then what it did.
        """
        kept = self._best(self._with(units, +1))
        return not int(kept.unmet[self._need]) and kept.objective == self._best(self._with(units)).objective

    def given(self, units: int) -> int:
        """Units that the group gives the need in a best plan that serves it."""
        problem, plan = self._part.problem, self._best(self._with(units, +1))
        first, end = problem.row_start[self._need : self._need + 2].tolist()
        mine = (plan.pair >= first) & (plan.pair < end) & (problem.pair_resource[plan.pair] == self._group)
        return int(plan.quantity[mine].sum())

    def _with(self, units: int, more_unmet: int = 0) -> Problem:
        problem = self._part.problem
        capacity, unmet_cost = problem.capacity.copy(), problem.unmet_cost.copy()
        capacity[self._group] += units
        unmet_cost[self._need] += more_unmet
        return replace(problem, capacity=capacity, unmet_cost=unmet_cost)

    def _best(self, problem: Problem) -> Plan:
        return solve(problem, seed=self._seed)


def _change(instance: Instance, group: int, units: int) -> Finding:
    b = int(instance.groups.batch[group])
    if b != NONE and int(instance.problem.capacity[group]) == _batch_left(instance, b):
        batches = instance.facts.batches
        figures = {"batch_uid": batches.uid[b], "no": batches.no[b], "units": units}
        return Finding("remedy.batch_cap", {**figures, "cap": int(batches.cap[b]) + units})
    return _capacity(instance, group, units)


def _pin(instance: Instance, n: int, resource: int, units: int) -> Finding:
    facts = instance.facts
    return Finding(
        "remedy.pin",
        {
            "need": facts.needs.title[n],
            "need_uid": facts.needs.uid[n],
            "resource": facts.resources.name[resource],
            "resource_uid": facts.resources.uid[resource],
            "units": units,
            "unit": facts.units[int(facts.resources.unit[resource])],
        },
    )


def _capacity(instance: Instance, group: int, units: int) -> Finding:
    facts, r = instance.facts, int(instance.groups.resource[group])
    slots = instance.groups.slots[group]
    return Finding(
        "remedy.capacity",
        {
            "resource": facts.resources.name[r],
            "resource_uid": facts.resources.uid[r],
            "slot_uids": [facts.resources.slot_uid[slot] for slot in slots],
            "units": units,
            "unit": facts.units[int(facts.resources.unit[r])],
        },
    )


def _batch_left(instance: Instance, b: int) -> int:
    """Units of a batch's cap that neither pairings nor pins hold."""
    batches = instance.facts.batches
    return max(int(batches.cap[b] - batches.held[b]) - instance.pinned.by_batch(instance.facts).get(b, 0), 0)

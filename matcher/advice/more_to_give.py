"""The least that a resource would have to give more for a need to be served wholly."""

from dataclasses import replace

import numpy as np

from matcher.advice.what_if import part_around
from matcher.instance import Instance
from matcher.reasons import Finding
from matcher.solve import solve
from matcher.street.facts import NONE


def more_to_give(instance: Instance, n: int, resource: int) -> Finding | None:
    """
    The change of capacity, or of the batch's cap that holds it back, that serves a need; None if there is none.

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
        return None
    units = _least_units(instance, n, mine[0])
    if units is None:
        return None
    b = int(instance.groups.batch[mine[0]])
    if b != NONE and int(problem.capacity[mine[0]]) == _batch_left(instance, b):
        batches = instance.facts.batches
        figures = {"batch_uid": batches.uid[b], "no": batches.no[b], "units": units}
        return Finding("remedy.batch_cap", {**figures, "cap": int(batches.cap[b]) + units})
    return _capacity(instance, mine[0], units)


def _least_units(instance: Instance, n: int, group: int) -> int | None:
    """
    Fewest units more of a group with which every best plan serves the need wholly.

    Whoever is served although each of its unmet units costs 1 less is served in every best plan.
    """
    part = part_around(instance.problem, n)
    inside = int(np.searchsorted(part.resources, group))
    mine = int(np.searchsorted(part.needs, n))
    unmet_cost = part.problem.unmet_cost.copy()
    unmet_cost[mine] -= 1

    def serves(units: int) -> bool:
        capacity = part.problem.capacity.copy()
        capacity[inside] += units
        return not int(
            solve(replace(part.problem, capacity=capacity, unmet_cost=unmet_cost), seed=instance.seed).unmet[mine]
        )

    low, high = 0, 1
    most = int(part.problem.demand.sum())
    while not serves(high):
        if high >= most:
            return None
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if serves(middle) else (middle, high)
    return high


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

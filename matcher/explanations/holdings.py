"""Who holds what: each capacity group and batch with the needs that a plan, and pairings before it, give it to."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.instance import Instance
from matcher.plan import Plan
from matcher.street.facts import NONE

Int64 = npt.NDArray[np.int64]

MOST_HOLDERS = 500
"""Holders of one capacity listed by id; the counts are of all."""


class Holdings:
    """
    What is taken of every capacity group and batch; lists are made once, however many needs refer to them.

    Parameters
    ----------
    instance, plan
        What was solved and its plan.
    """

    def __init__(self, instance: Instance, plan: Plan) -> None:
        self._instance = instance
        self._facts = instance.facts
        problem = instance.problem
        owner = np.searchsorted(problem.row_start, plan.pair, side="right") - 1
        group = problem.pair_resource[plan.pair]
        order = np.argsort(group, kind="stable")
        self._need, self._quantity = owner[order], plan.quantity[order]
        self._start = np.zeros(len(instance.groups) + 1, np.int64)
        np.cumsum(np.bincount(group, minlength=len(instance.groups)), out=self._start[1:])
        self.load = np.zeros(len(instance.groups), np.int64)
        """Units that the plan takes of each group."""
        np.add.at(self.load, group, plan.quantity)
        self._batch_load: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        batch = self._facts.needs.batch[owner]
        for i in np.flatnonzero(batch != NONE).tolist():
            self._batch_load[int(batch[i])][int(owner[i])] += int(plan.quantity[i])
        pins = instance.pinned
        self._pinned: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
        for need, r, slot, units in zip(
            pins.candidates.need.tolist(), pins.candidates.resource.tolist(), pins.slot, pins.quantity, strict=True
        ):
            self._pinned[r].append((self._facts.needs.uid[need], slot, units))
            if int(self._facts.needs.batch[need]) != NONE:
                self._batch_load[int(self._facts.needs.batch[need])][need] += units
        self._earlier: list[tuple[str, int]] = []
        self._before: dict[int, list[int]] = defaultdict(list)
        self._read_before()
        self._caps: dict[int, dict[str, Any]] = {}
        self._batches: dict[int, dict[str, Any]] = {}

    def of(self, groups: Int64) -> tuple[Int64, Int64]:
        """Needs and the units that the plan gives them of any of these groups."""
        count = self._start[groups + 1] - self._start[groups]
        before = np.cumsum(count) - count
        at = np.repeat(self._start[groups] - before, count) + np.arange(int(count.sum()))
        return self._need[at], self._quantity[at]

    def before(self, groups: Int64) -> dict[str, int]:
        """Need -> units that earlier pairings take of these groups, once where they take them of several."""
        found: set[int] = set()
        for g in groups.tolist() if self._before else ():
            found.update(self._before.get(g, ()))
        return self._added(found)

    def cap(self, g: int) -> dict[str, Any]:
        """A group's capacity with its holders."""
        if g not in self._caps:
            resources, r = self._facts.resources, int(self._instance.groups.resource[g])
            needs, quantities = self.of(np.array([g]))
            holders: dict[int, int] = defaultdict(int)
            for need, quantity in zip(needs.tolist(), quantities.tolist(), strict=True):
                holders[need] += quantity
            self._caps[g] = {
                "resource": resources.uid[r],
                "name": resources.name[r],
                "offered": int(resources.offered[r]),
                "cap": int(self._instance.problem.capacity[g]),
                "held_before": _listed(self._added(self._before.get(g, ()))),
                **self._holding(holders),
            }
        return self._caps[g]

    def of_batch(self, b: int) -> dict[str, Any]:
        """Those of a batch whom the plan serves."""
        if b not in self._batches:
            self._batches[b] = self._holding(self._batch_load[b])
        return self._batches[b]

    def is_batch_full(self, b: int) -> bool:
        """Whether a batch's cap is reached."""
        batches = self._facts.batches
        return sum(self._batch_load[b].values()) + int(batches.held[b]) >= int(batches.cap[b])

    def _read_before(self) -> None:
        """Earlier pairings and pins, and the groups that each takes its units of: all that its slot lies in."""
        resources, groups = self._facts.resources, self._instance.groups
        of_resource: dict[int, list[int]] = defaultdict(list)
        for g, r in enumerate(groups.resource.tolist()):
            if resources.held[r] or r in self._pinned:
                of_resource[r].append(g)
        for r, mine in of_resource.items():
            first, end = resources.slot_start[r : r + 2].tolist()
            index = {resources.slot_uid[slot]: slot for slot in range(first, end)}
            taken = [(need, index.get(slot, NONE), units) for need, slot, units in resources.held[r]]
            for need, slot, units in (*taken, *self._pinned.get(r, ())):
                for g in mine:
                    # A slot that is gone may have been any of these.
                    if resources.consumable[r] or slot == NONE or slot in groups.slots[g]:
                        self._before[g].append(len(self._earlier))
                self._earlier.append((need, units))

    def _added(self, entries: Iterable[int]) -> dict[str, int]:
        taken: dict[str, int] = defaultdict(int)
        for i in entries:
            need, units = self._earlier[i]
            taken[need] += units
        return taken

    def _holding(self, holders: dict[int, int]) -> dict[str, Any]:
        uids = {self._facts.needs.uid[need]: quantity for need, quantity in holders.items()}
        return {"holders": _listed(uids), "holders_count": len(uids), "taken": sum(uids.values())}


def _listed(holders: dict[str, int]) -> list[dict[str, Any]]:
    return [{"need": uid, "quantity": holders[uid]} for uid in sorted(holders)[:MOST_HOLDERS]]

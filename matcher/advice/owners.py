"""Who owns something like what is looked for, and how much of it nobody takes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.instance import Instance
from matcher.plan import Plan

Int64 = npt.NDArray[np.int64]

MOST_NAMED = 5
"""Units that own something like it, named beside a worth."""


@dataclass(frozen=True, slots=True)
class Owner:
    """
    A unit that owns something like what is looked for.

    Parameters
    ----------
    left
        Units available there, over all its windows, that neither the plan nor pins take; limits above it, and windows
        that overlap, may let it give less.
    """

    provider_uid: str
    provider: str
    resource_uid: str
    resource: str
    category: str
    left: int


class Owners:
    """Who owns something of a category, or something that can stand in for it."""

    def __init__(self, instance: Instance, plan: Plan) -> None:
        self._facts = instance.facts
        self._left = _untaken(instance, plan)
        self._known: dict[int, tuple[Owner, ...]] = {}

    def of(self, kind: int) -> tuple[Owner, ...]:
        """Of a category, the same category first; at most `MOST_NAMED`."""
        if kind not in self._known:
            facts, resources = self._facts, self._facts.resources
            alike = facts.categories.weight[kind, resources.category]
            alike = np.where(resources.category == kind, 2.0, alike)
            order = sorted(np.flatnonzero(alike > 0).tolist(), key=lambda r: (-alike[r], resources.uid[r]))
            self._known[kind] = tuple(
                Owner(
                    provider_uid=facts.providers.uid[int(resources.provider[r])],
                    provider=facts.providers.name[int(resources.provider[r])],
                    resource_uid=resources.uid[r],
                    resource=resources.name[r],
                    category=facts.categories.code[int(resources.category[r])],
                    left=int(self._left[r]),
                )
                for r in order[:MOST_NAMED]
            )
        return self._known[kind]


def _untaken(instance: Instance, plan: Plan) -> Int64:
    """Units of each resource that nobody takes: of what is used up once, of anything else in all its slots."""
    resources, pins = instance.facts.resources, instance.pinned
    slot = np.concatenate((instance.pair_slot[plan.pair], np.array(pins.slot, np.int64))).astype(np.int64)
    in_slot = np.zeros(len(resources.slot_uid), np.int64)
    np.add.at(in_slot, slot, np.concatenate((plan.quantity, np.array(pins.quantity, np.int64))))
    owner = np.repeat(np.arange(len(resources)), np.diff(resources.slot_start))
    offered, taken = np.zeros(len(resources), np.int64), np.zeros(len(resources), np.int64)
    np.add.at(offered, owner, resources.slot_capacity)
    np.add.at(taken, owner, in_slot)
    return np.maximum(np.where(resources.consumable, resources.available, offered) - taken, 0)

"""One instance: the problem, what its numbers stand for, and what the rules removed on the way."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.candidates import Sieve
from matcher.facts import Candidates, Facts
from matcher.groups import Groups
from matcher.plan import Plan
from matcher.policy import Policy
from matcher.problem import Problem

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Instance:
    """
    A problem and everything needed to explain its plan.

    Rows of the problem are ``facts.needs``; its resources are ``groups``. Both stand in the order of a hash of seed
    and uid, so that no order of the lists decides a tie. A need that goes to another office asks 0 of the problem: its
    row only keeps the numbering, and what it lacks is told by `unmet`.

    Parameters
    ----------
    snapshot_hash
        Of the snapshot that it was built from.
    pair_candidate
        Candidate (need and resource with their walk) of each pair, index into ``sieve.passed``.
    pair_slot
        Slot that each pair takes.
    capped
        Needs whose batch's cap is used up by others: they have no pair, although they passed every rule.
    class_step
        Seconds between urgency classes.
    """

    snapshot_hash: str
    seed: int
    policy: Policy
    facts: Facts
    sieve: Sieve
    groups: Groups
    problem: Problem
    pair_candidate: Int32
    pair_slot: Int32
    capped: Mask
    class_step: int

    @property
    def need_uids(self) -> tuple[str, ...]:
        """Uid of each need of the problem."""
        return self.facts.needs.uid

    @property
    def resource_uids(self) -> tuple[str, ...]:
        """Uid of the resource behind each capacity group of the problem."""
        return tuple(self.facts.resources.uid[r] for r in self.groups.resource.tolist())

    def candidates_of(self, need: int) -> Candidates:
        """Resources that every rule lets through to a need."""
        passed = self.sieve.passed
        first, last = np.searchsorted(passed.need, [need, need + 1])
        return passed.keep(np.arange(first, last))

    def unmet(self, plan: Plan) -> Int64:
        """Units that each need lacks under a plan: what the plan leaves, and all of what goes to another office."""
        return np.where(self.facts.routed_needs, self.facts.needs.quantity, plan.unmet)

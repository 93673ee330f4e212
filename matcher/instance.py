"""One instance: the problem, what its numbers stand for, and what the rules removed on the way."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.costs import pair_costs
from matcher.exact import exact_dot
from matcher.plan import Plan
from matcher.policy import Policy
from matcher.problem import Problem
from matcher.side_rules import SideRules
from matcher.street.candidates import Sieve
from matcher.street.facts import Candidates, Facts
from matcher.street.fairness import Places
from matcher.street.groups import Groups
from matcher.street.pins import Pins

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


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
    rules
        What a plan keeps beside the problem's own limits.
    pinned
        What people have fixed: taken out of the problem, told as pairings of every plan.
    pair_slot
        Slot that each pair takes.
    limit_keys
        What each of the problem's common limits stands for: ("load", provider), ("batch", uid), ("resource", uid).
    places
        What each group of the problem's shortfall stands for.
    priority
        Seconds that a unit of each need is worth more than another of its class.
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
    rules: SideRules
    pinned: Pins
    pair_candidate: Int32
    pair_slot: Int32
    limit_keys: tuple[tuple[str, str], ...]
    places: Places
    priority: Int64
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

    @property
    def pinned_cost(self) -> int:
        """Seconds that the units cost that people have fixed: part of what a plan costs, whatever else it does."""
        pins = self.pinned
        each = pair_costs(self.facts, self.policy, pins.candidates)
        return exact_dot(each, np.array(pins.quantity, np.int64))

    def cost(self, plan: Plan) -> int:
        """Seconds of a plan with all that is fixed; a pinned plan never costs less than the best plan without pins."""
        return plan.objective + self.pinned_cost

    def unmet(self, plan: Plan) -> Int64:
        """Units that each need lacks under a plan: what the plan leaves, and all of what goes to another office."""
        needs = self.facts.needs
        left = needs.quantity - self.pinned.by_need(len(needs))
        return np.where(self.facts.routed_needs, left, plan.unmet)

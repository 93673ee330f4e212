"""Why a pairing of one plan is smaller, or not there at all, in another."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher import costs
from matcher import eligibility as rules
from matcher.advice.what_if import free_units
from matcher.explanations.evidence import two_languages
from matcher.explanations.holdings import Holdings
from matcher.instance import Instance
from matcher.opportunity import Opportunities, StagedOpportunities, opportunities
from matcher.plan import Plan
from matcher.reasons import Finding
from matcher.status import Status
from matcher.street.candidates import measure
from matcher.street.facts import NONE, Candidates

Int64 = npt.NDArray[np.int64]

MOST_NAMED = 5
"""Needs named in one reason; the count beside them is of all."""


@dataclass(frozen=True, slots=True)
class Changed:
    """
    A pairing whose units differ.

    Parameters
    ----------
    before, after
        Units given in each plan, 0 where the two are not paired.
    reason
        Why the plan that gives fewer units does not give as many as the other.
    """

    need_uid: str
    resource_uid: str
    before: int
    after: int
    reason: Finding


def changed_pairings(before: tuple[Instance, Plan], after: tuple[Instance, Plan]) -> tuple[Changed, ...]:
    """Every pairing whose units differ between two plans, by need and resource, each with its reason."""
    old, new = (
        _Side(*before, two_languages("原方案", "the plan before")),
        _Side(*after, two_languages("新方案", "the plan after")),
    )
    made = []
    for key in sorted(old.given.keys() | new.given.keys()):
        had, has = old.given.get(key, 0), new.given.get(key, 0)
        if had != has:
            reason = new.why_fewer(key, old) if has < had else old.why_fewer(key, new)
            made.append(Changed(*key, had, has, reason))
    return tuple(made)


class _Side:
    """One of the two plans."""

    def __init__(self, instance: Instance, plan: Plan, name: dict[str, str]) -> None:
        self._instance = instance
        self._plan = plan
        self._name = name
        problem, groups = instance.problem, instance.groups
        self._need = problem.need_of_pair
        resource = groups.resource[problem.pair_resource]
        self._load = np.zeros(problem.n_resources, np.int64)
        np.add.at(self._load, problem.pair_resource[plan.pair], plan.quantity)
        self._free = free_units(problem, self._load)
        self._held = Holdings(instance, plan)
        self.given: dict[tuple[str, str], int] = defaultdict(int)
        uids, resource_uids = instance.need_uids, instance.facts.resources.uid
        for pair, units in zip(plan.pair.tolist(), plan.quantity.tolist(), strict=True):
            self.given[uids[int(self._need[pair])], resource_uids[int(resource[pair])]] += units
        pins = instance.pinned
        for n, r, units in zip(pins.candidates.need, pins.candidates.resource, pins.quantity, strict=True):
            self.given[uids[int(n)], resource_uids[int(r)]] += units
        self._opportunities: Opportunities | StagedOpportunities | None = None

    def why_fewer(self, key: tuple[str, str], other: "_Side") -> Finding:
        """Why this plan gives fewer units to a pairing than another, which gives some."""
        facts = self._instance.facts
        need_uid, resource_uid = key
        if need_uid not in facts.needs.uid:
            return self._finding("need", {})
        named: dict[str, object] = {"resource": other.name_of(resource_uid), "resource_uid": resource_uid}
        if resource_uid not in facts.resources.uid:
            return self._finding("resource", named)
        n, r = facts.needs.uid.index(need_uid), facts.resources.uid.index(resource_uid)
        c = Candidates.unmeasured(np.array([n], np.int32), np.array([r], np.int32))
        failed = int(rules.first_failed(facts, self._instance.policy, measure(facts, self._instance.policy, c))[0])
        if failed != rules.PASSED:
            return self._finding("forbidden", {**named, "stage": rules.RULES[failed][0]})
        batch = int(facts.needs.batch[n])
        if batch != NONE and int(facts.batches.cap[batch]) != NONE and self._held.is_batch_full(batch):
            return self._finding("capped", {**named, "no": facts.batches.no[batch], "batch": facts.batches.uid[batch]})
        asks, asked = int(facts.needs.quantity[n]), other.asked(need_uid)
        if asks < asked:
            return self._finding("asks", {**named, "units": asks, "other_units": asked})
        return self._room(key, named, other)

    def name_of(self, resource_uid: str) -> str:
        """Name of a resource of this side."""
        resources = self._instance.facts.resources
        return resources.name[resources.uid.index(resource_uid)]

    def asked(self, need_uid: str) -> int:
        """Units that a need of this side asks for."""
        needs = self._instance.facts.needs
        return int(needs.quantity[needs.uid.index(need_uid)])

    def cost_s(self, key: tuple[str, str]) -> dict[str, int]:
        """Seconds of each term of a pair of this side, which no rule forbids."""
        facts, policy = self._instance.facts, self._instance.policy
        n, r = facts.needs.uid.index(key[0]), facts.resources.uid.index(key[1])
        c = Candidates.unmeasured(np.array([n], np.int32), np.array([r], np.int32))
        c = measure(facts, policy, c)
        return {code: int(term(facts, policy, c)[0]) for code, term in costs.TERMS}

    def _room(self, key: tuple[str, str], named: dict[str, object], other: "_Side") -> Finding:
        """Whether what the need could have there is given away, held back by a common limit, or left over."""
        instance, problem = self._instance, self._instance.problem
        n = instance.need_uids.index(key[0])
        row = range(*problem.row_start[n : n + 2].tolist())
        mine = [pair for pair in row if instance.resource_uids[int(problem.pair_resource[pair])] == key[1]]
        open_pairs = [pair for pair in mine if self._free[problem.pair_resource[pair]] > 0]
        if open_pairs:
            return self._preferred(key, open_pairs, named, other)
        groups = problem.pair_resource[mine]
        if (problem.capacity[groups] > self._load[groups]).any():
            return self._finding("limit", named)
        held: dict[str, int] = defaultdict(int)
        for pair, units in zip(self._plan.pair.tolist(), self._plan.quantity.tolist(), strict=True):
            if problem.pair_resource[pair] in groups and int(self._need[pair]) != n:
                held[instance.need_uids[int(self._need[pair])]] += units
        if not held:
            return self._finding("shrunk", {**named, "units": int(problem.capacity[groups].sum())})
        listed = [{"need": uid, "quantity": held[uid]} for uid in sorted(held)]
        names = [self._title(uid) for uid in sorted(held)[:MOST_NAMED]]
        return self._finding("capacity", {**named, "needs": names, "count": len(held), "holders": listed})

    def _preferred(self, key: tuple[str, str], pairs: list[int], named: dict[str, object], other: "_Side") -> Finding:
        """Why something is left over that the need could have: dearer by now, as good elsewhere, or dearer anyway."""
        here, there = self.cost_s(key), other.cost_s(key)
        if sum(here.values()) > sum(there.values()):
            term = max(sorted(here), key=lambda code: here[code] - there[code])
            figures = {"term": term, "seconds": sum(here.values()), "other_seconds": sum(there.values())}
            return self._finding("term", {**named, **figures})
        if self._plan.status is not Status.OPTIMAL:
            return self._finding("stopped", named)
        if self._opportunities is None:
            self._opportunities = opportunities(self._instance, self._plan)
        losses = [self._opportunities.whole(pair, self._on(pair) + 1) for pair in pairs]
        known = [loss for loss in losses if loss is not None]
        if not known:
            return self._finding("limit", named)
        least = min(known, key=lambda loss: loss.rank)
        figures = {"seconds": least.total, "unmet": list(least.unmet), "exact": least.exact}
        return self._finding("dearer", {**named, **figures}) if any(least.rank) else self._finding("equal", named)

    def _on(self, pair: int) -> int:
        """Units that the plan gives on a pair."""
        return int(self._plan.quantity[self._plan.pair == pair].sum())

    def _title(self, uid: str) -> str:
        needs = self._instance.facts.needs
        return needs.title[needs.uid.index(uid)]

    def _finding(self, code: str, params: dict[str, object]) -> Finding:
        return Finding(f"change.{code}", {"plan": self._name, **params})

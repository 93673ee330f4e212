"""From facts to an instance: rules, capacity groups, costs, urgency classes and batch caps become one problem."""

import numpy as np
import numpy.typing as npt

from matcher import costs
from matcher.candidates import sift
from matcher.errors import InvalidProblemError
from matcher.facts import ALWAYS, NONE, Candidates, Facts
from matcher.groups import capacity_groups, expand
from matcher.instance import Instance
from matcher.policy import Policy
from matcher.problem import Problem

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def formulate(facts: Facts, policy: Policy, *, seed: int, snapshot_hash: str) -> Instance:
    """
    The instance of these facts under a policy.

    Raises
    ------
    InvalidPolicyError
        If the policy lacks the cost of a ring.
    InvalidProblemError
        If costs or quantities leave the exact range, or a batch's need is of a kind whose cap cannot be kept.
    """
    sieve = sift(facts, policy)
    groups = capacity_groups(facts)
    owner, group, slot = expand(facts, groups, sieve.passed)
    candidate_cost = costs.pair_costs(facts, policy, sieve.passed)
    step = costs.class_step(int(candidate_cost.max(initial=0)))
    unmet_cost = costs.unmet_costs(facts.needs.urgency, step)
    capped = _capped(facts, sieve.passed, candidate_cost, unmet_cost)
    kept = ~capped[sieve.passed.need[owner]]
    owner, group, slot = owner[kept], group[kept], slot[kept]
    row_start = np.zeros(len(facts.needs) + 1, np.int64)
    np.cumsum(np.bincount(sieve.passed.need[owner], minlength=len(facts.needs)), out=row_start[1:])
    need_xy, resource_xy = _positions(facts, groups.resource)
    problem = Problem(
        demand=np.where(facts.routed_needs, 0, facts.needs.quantity),
        unmet_cost=unmet_cost,
        capacity=groups.capacity,
        row_start=row_start,
        pair_resource=group.astype(np.int32),
        pair_cost=candidate_cost[owner].astype(np.int32),
        need_xy=need_xy,
        resource_xy=resource_xy,
    )
    return Instance(
        snapshot_hash=snapshot_hash,
        seed=seed,
        policy=policy,
        facts=facts,
        sieve=sieve,
        groups=groups,
        problem=problem,
        pair_candidate=owner.astype(np.int32),
        pair_slot=slot,
        capped=capped,
        class_step=step,
    )


def _capped(facts: Facts, passed: Candidates, cost: Int64, unmet_cost: Int64) -> Mask:
    """
    Needs of released batches beyond their batch's cap.

    A batch's needs ask for one unit each, at any time, of the same resource. Of any plan, exchanging a served one for
    another of the batch changes only these two's costs; so some best plan serves those first that gain most by it, and
    leaving out the others keeps the optimum while the cap holds for certain. Ties go by the instance's order.
    """
    needs, batches = facts.needs, facts.batches
    capped = np.zeros(len(needs), np.bool_)
    for b in np.flatnonzero(batches.cap != NONE).tolist():
        mine = np.flatnonzero(needs.batch[passed.need] == b).astype(np.int64)
        members = passed.need[mine]
        odd = (needs.quantity[members] != 1) | (needs.window[members] != ALWAYS)
        odd |= passed.resource[mine] != batches.resource[b]
        if odd.any():
            uid = needs.uid[int(members[int(np.argmax(odd))])]
            msg = (
                f"batch {batches.uid[b]} has a cap, and its need {uid} does not ask for 1 unit of the batch's resource "
                f"at any time. Maybe it was edited after the release."
            )
            raise InvalidProblemError(msg)
        left = max(int(batches.cap[b] - batches.held[b]), 0)
        order = np.lexsort((members, cost[mine] - unmet_cost[members]))
        capped[members[order[left:]]] = True
    return capped


def _positions(
    facts: Facts, group_resource: Int32
) -> tuple[npt.NDArray[np.float64] | None, npt.NDArray[np.float64] | None]:
    """Positions for the order of memory; an unlocated row stands in the middle of the others."""
    needs, resources = facts.needs.xy, facts.resources.xy[group_resource]
    every = np.concatenate((needs, resources))
    known = every[~np.isnan(every[:, 0])]
    if not len(known):
        return None, None
    middle = known.mean(axis=0)
    return np.where(np.isnan(needs), middle, needs), np.where(np.isnan(resources), middle, resources)

"""From facts to an instance: rules, capacity groups, costs, steps and limits become one problem and its side rules."""

import numpy as np
import numpy.typing as npt

from matcher import costs
from matcher.instance import Instance
from matcher.policy import Policy
from matcher.problem import Problem
from matcher.street.candidates import Sieve, sift
from matcher.street.facts import NONE, Candidates, Facts
from matcher.street.fairness import ladder, shortfall
from matcher.street.groups import seat
from matcher.street.pins import Pins, pins_of
from matcher.street.priorities import priority_seconds
from matcher.street.shared_limits import limits_above
from matcher.street.side_rows import pairs_of, side_rules
from matcher.street.slots import Choices, choices, quotas_of

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


def formulate(
    facts: Facts,
    policy: Policy,
    *,
    seed: int,
    snapshot_hash: str,
    sieve: Sieve | None = None,
    least_step: int = 0,
) -> Instance:
    """
    The instance of these facts under a policy.

    Parameters
    ----------
    sieve
        What `sift` gives for them, where it is known already.
    least_step
        Class steps are at least this, as far as the exact range allows.

    Raises
    ------
    InvalidPolicyError
        If the policy lacks the cost of a ring.
    InvalidProblemError
        If costs or quantities leave the exact range, or pins take more than there is.
    """
    sieve = sift(facts, policy) if sieve is None else sieve
    passed = sieve.passed
    pins = pins_of(facts, policy)
    quotas = quotas_of(facts)
    made = _single(facts, passed, pins, choices(facts, quotas, passed))
    seating = seat(facts, quotas, passed, made, held=pins.by_share(facts, quotas), in_batch=pins.by_batch(facts))
    above = limits_above(facts, policy, seating, pins.taken())
    group = seating.users.group[seating.user]
    candidate_cost = costs.pair_costs(facts, policy, passed)
    priority = priority_seconds(facts, policy)
    asked = np.where(facts.routed_needs, 0, facts.needs.quantity)
    n_asking = int(np.count_nonzero(asked))
    steps = ladder(policy, int(candidate_cost.max(initial=0)), int(priority.max(initial=0)), n_asking, least_step)
    fair, places = shortfall(facts, asked, steps)
    pinned = pins.by_need(len(facts.needs))
    demand = np.maximum(asked - pinned, 0)
    row_start = np.zeros(len(facts.needs) + 1, np.int64)
    np.cumsum(np.bincount(passed.need[made.owner], minlength=len(facts.needs)), out=row_start[1:])
    need_xy, resource_xy = _positions(facts, seating.groups.resource)
    problem = Problem(
        demand=demand,
        unmet_cost=costs.unmet_costs(facts.needs.urgency, steps.class_step) + priority,
        capacity=seating.groups.capacity,
        row_start=row_start,
        pair_resource=group.astype(np.int32),
        pair_cost=candidate_cost[made.owner].astype(np.int32),
        need_xy=need_xy,
        resource_xy=resource_xy,
        limits=above.limits,
        shortfall=fair,
    )
    pairs = pairs_of(passed, made.owner, made.slot, seating.user)
    return Instance(
        snapshot_hash=snapshot_hash,
        seed=seed,
        policy=policy,
        facts=facts,
        sieve=sieve,
        groups=seating.groups,
        problem=problem,
        rules=side_rules(facts, policy, pairs, rows=above.rows, pins=pins, demand=demand),
        pinned=pins,
        pair_candidate=made.owner.astype(np.int32),
        pair_slot=made.slot,
        limit_keys=above.keys,
        places=places,
        priority=priority,
        class_step=steps.class_step,
    )


def _single(facts: Facts, passed: Candidates, pins: Pins, made: Choices) -> Choices:
    """Choices without those of other providers, for a need that one serves alone and that a pin gives to one."""
    fixed = {
        need: int(facts.resources.provider[r])
        for need, r in zip(pins.candidates.need.tolist(), pins.candidates.resource.tolist(), strict=True)
        if facts.needs.single[need]
    }
    if not fixed:
        return made
    provider = np.full(len(facts.needs), NONE, np.int32)
    provider[list(fixed)] = list(fixed.values())
    mine = provider[passed.need[made.owner]]
    kept = (mine == NONE) | (mine == facts.resources.provider[passed.resource[made.owner]])
    return Choices(made.owner[kept], made.slot[kept], made.window[kept], made.share[kept])


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

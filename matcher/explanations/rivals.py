"""Who else: what a pairing won by, and what an unmet need could only have at the expense of others."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.advice.forcing import has_published, is_one_block, serve_more, without_pairs
from matcher.advice.residual import NO_WAY, Residual
from matcher.advice.what_if import need_of, part_around, without
from matcher.errors import MatcherError
from matcher.instance import Instance
from matcher.opportunity import (
    MOST_SECONDS,
    Loss,
    OpportunityCost,
    StagedOpportunities,
    given_on,
    loss_between,
    opportunities,
)
from matcher.plan import Plan
from matcher.solve import solve
from matcher.status import Status

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """
    What stands behind a pairing.

    Parameters
    ----------
    lost_by
        What the optimum would lose if the resource were forbidden to the need: 0 in all when others are as good.
    instead
        (resource uid, units) that would serve the need then beside what serves it now, by uid; empty: nobody would.
    resource
        The next best resource that no rule keeps from the need; ``None`` when there is no other.
    need
        The next best need for what the pairing gives, of those that have nothing of the resource in any slot; ``None``
        when no other could have it.
    """

    need_uid: str
    resource_uid: str
    lost_by: Loss
    instead: tuple[tuple[str, int], ...]
    resource: OpportunityCost | None
    need: OpportunityCost | None


@dataclass(frozen=True, slots=True)
class Swap:
    """
    One unit more of an unmet need at the expense of others, where that costs least.

    Parameters
    ----------
    loss
        Exact extra cost of the plan, the unit that is then served taken off, and who loses.
    """

    need_uid: str
    resource_uid: str
    slot_uid: str
    loss: Loss


def runner_up(instance: Instance, plan: Plan, need_uid: str, resource_uid: str) -> RunnerUp:
    """
    By how much a pairing of a plan won, and over whom.

    Parameters
    ----------
    need_uid, resource_uid
        A pairing of the plan.

    Raises
    ------
    MatcherError
        If the plan does not pair the two, or is not proven optimal.
    """
    problem = instance.problem
    resources = np.array(instance.groups.resource)[problem.pair_resource]
    n = instance.need_uids.index(need_uid) if need_uid in instance.need_uids else -1
    uids = instance.facts.resources.uid
    r = uids.index(resource_uid) if resource_uid in uids else -1
    row = np.arange(*problem.row_start[n : n + 2].tolist()) if n >= 0 else np.zeros(0, np.int64)
    mine = row[resources[row] == r]
    if not np.isin(mine, plan.pair).any():
        msg = f"the plan does not pair {need_uid!r} with {resource_uid!r}."
        raise MatcherError(msg)
    asked = opportunities(instance, plan)
    lost_by, kept = _without(instance, plan, mine)
    instead: dict[str, int] = {}
    for pair, units in kept.items():
        if pair in row:
            uid = uids[int(resources[pair])]
            instead[uid] = instead.get(uid, 0) + units - (given_on(plan, pair) if pair not in mine else 0)
    others = asked.of_need(need_uid, max(len(row), 1))
    rivals = asked.of_resource(resource_uid, max(int((resources == r).sum()), 1))
    has_some = _given_by(instance, plan, resource_uid)
    return RunnerUp(
        need_uid=need_uid,
        resource_uid=resource_uid,
        lost_by=lost_by,
        instead=tuple(sorted((uid, units) for uid, units in instead.items() if units > 0)),
        resource=next((cost for cost in others if cost.resource_uid != resource_uid and cost.first), None),
        need=next((cost for cost in rivals if cost.first and cost.need_uid not in has_some), None),
    )


def _given_by(instance: Instance, plan: Plan, resource_uid: str) -> set[str]:
    """Needs that have something of a resource, in whatever slot, by the plan or by a pin."""
    group = instance.problem.pair_resource[plan.pair]
    used = [need_of(instance.problem, int(pair)) for pair in plan.pair]
    uids, pins = instance.resource_uids, instance.pinned.candidates
    found = {instance.need_uids[n] for n, g in zip(used, group.tolist(), strict=True) if uids[g] == resource_uid}
    pinned = zip(pins.need.tolist(), pins.resource.tolist(), strict=True)
    return found | {instance.need_uids[n] for n, r in pinned if instance.facts.resources.uid[r] == resource_uid}


def _without(instance: Instance, plan: Plan, pairs: Int64) -> tuple[Loss, dict[int, int]]:
    """What the optimum loses without some pairs of one need, and what the plan gives by its others then."""
    problem, rules = instance.problem, instance.rules
    kept = np.setdiff1d(np.arange(problem.n_pairs), pairs)
    if rules.is_empty:
        part = part_around(problem, need_of(problem, int(pairs[0])))
        inside = np.setdiff1d(part.pairs, pairs)
        after = solve(without(part.problem, np.searchsorted(part.pairs, pairs)), seed=instance.seed)
        total = after.objective - solve(part.problem, seed=instance.seed).objective
        loss = loss_between(instance, total, after.unmet - plan.unmet[part.needs], part.needs)
        return loss, dict(zip(inside[after.pair].tolist(), after.quantity.tolist(), strict=True))
    after = solve(*without_pairs(problem, rules, pairs), seed=instance.seed, deadline_s=MOST_SECONDS)
    exact = Status.OPTIMAL is plan.status is after.status
    more = after.unmet - plan.unmet
    loss = loss_between(instance, after.objective - plan.objective, more, np.arange(len(more)), exact=exact)
    return loss, dict(zip(kept[after.pair].tolist(), after.quantity.tolist(), strict=True))


def swap(instance: Instance, plan: Plan, need_uid: str) -> Swap | None:
    """
    What one unit more of an unmet need would cost at the expense of others; ``None`` when no pair could hold it.

    Parameters
    ----------
    need_uid
        A need that the plan leaves unmet or partly met.

    Raises
    ------
    MatcherError
        If there is no such need, the plan serves it wholly, or is not proven optimal.
    """
    n = instance.need_uids.index(need_uid) if need_uid in instance.need_uids else -1
    if n < 0 or not int(plan.unmet[n]):
        msg = f"need {need_uid!r} is served wholly, or there is none. Maybe it is not open."
        raise MatcherError(msg)
    if not instance.rules.is_empty:
        return _staged_swap(instance, plan, n)
    problem = instance.problem
    residual = Residual(problem, plan)
    ways = residual.to_node(residual.above_need(n), avoid=n)
    row = np.arange(*problem.row_start[n : n + 2].tolist())
    node = problem.pair_resource[row].astype(np.int64) + residual.first_resource
    length = np.where(ways.length[node] >= NO_WAY, NO_WAY, ways.length[node] + problem.pair_cost[row])
    if not len(row) or int(length.min()) >= NO_WAY:
        return None
    best = int(np.argmin(length))
    more = residual.unmet_along(residual.arcs_to(ways, int(node[best])))
    more[n] -= 1
    total = int(length[best]) - int(problem.unmet_cost[n])
    pair = int(row[best])
    return Swap(
        need_uid=need_uid,
        resource_uid=instance.resource_uids[int(problem.pair_resource[pair])],
        slot_uid=instance.facts.resources.slot_uid[int(instance.pair_slot[pair])],
        loss=loss_between(instance, total, more, np.arange(len(more))),
    )


def _staged_swap(instance: Instance, plan: Plan, n: int) -> Swap | None:
    """The same where side rules hold: the best plan in which the need is given one unit more, or all it asks for."""
    problem, rules = instance.problem, instance.rules
    row = np.arange(*problem.row_start[n : n + 2].tolist())
    if has_published(rules, row) and not is_one_block(rules, n):
        return None
    served = int(problem.demand[n] - plan.unmet[n])
    found = serve_more(problem, rules, n, served + 1, seed=instance.seed, deadline_s=MOST_SECONDS)
    if found is None:
        return None
    now = {int(pair): int(units) for pair, units in zip(found.pair, found.quantity, strict=True)}
    pair = max(row.tolist(), key=lambda one: (now.get(one, 0) - given_on(plan, one), -one))
    return Swap(
        need_uid=instance.need_uids[n],
        resource_uid=instance.resource_uids[int(problem.pair_resource[pair])],
        slot_uid=instance.facts.resources.slot_uid[int(instance.pair_slot[pair])],
        loss=StagedOpportunities(instance, plan).between(found),
    )

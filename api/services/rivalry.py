"""What a need's pairings won by, and what one unit more of an unmet need would cost others."""

from dataclasses import dataclass

from api.services.present import Present
from matcher.explanations.rivals import RunnerUp, Swap, runner_up, swap

MOST_NEEDS_UNASKED = 500
"""Needs of a street with side rules up to which rivals are told unasked."""


@dataclass(frozen=True, slots=True)
class Rivalry:
    """
    Who else, for one need of a plan.

    Parameters
    ----------
    runners
        Of each resource that serves it, by uid; empty where the plan is not proven or nothing does.
    swap
        ``None`` where it is served wholly, goes elsewhere, or nothing eligible could hold more.
    """

    runners: tuple[RunnerUp, ...]
    swap: Swap | None


def rivalry(at: Present, need_uid: str, *, is_asked: bool = False) -> Rivalry:
    """
    Runner-ups and swap of a need; nothing of a plan of which no losses are known.

    Parameters
    ----------
    is_asked
        Whether it may take its time. Where side rules hold each rival is solved again, so that a large street's are
        told only when somebody asks.
    """
    instance, plan = at.solved.instance, at.solved.plan
    is_quick = instance.rules.is_empty or len(instance.need_uids) <= MOST_NEEDS_UNASKED
    if not at.can_tell_losses or need_uid not in instance.need_uids or not (is_quick or is_asked):
        return Rivalry((), None)
    n = instance.need_uids.index(need_uid)
    first, last = instance.problem.row_start[n : n + 2].tolist()
    served_by = {
        instance.resource_uids[int(instance.problem.pair_resource[pair])]
        for pair in plan.pair.tolist()
        if first <= pair < last
    }
    is_unmet = bool(plan.unmet[n]) and not bool(instance.facts.routed_needs[n])
    return Rivalry(
        runners=tuple(runner_up(instance, plan, need_uid, resource) for resource in sorted(served_by)),
        swap=swap(instance, plan, need_uid) if is_unmet else None,
    )

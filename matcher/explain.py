"""Why each need got what it got, and why it did not get more."""

from collections import defaultdict

import numpy as np

from matcher.errors import MatcherError
from matcher.evidence import Evidence
from matcher.facts import Candidates
from matcher.groups import expand
from matcher.holdings import Holdings
from matcher.instance import Instance
from matcher.plan import Plan
from matcher.reasons import Explanation, Finding, PairingReasons, Suggestion
from matcher.shortfalls import Shortfalls

MOST_SUGGESTIONS = 1000


def explain(instance: Instance, plan: Plan) -> Explanation:
    """
    Every pairing of a plan with its terms and its path, and every shortfall with its one true reason.

    Parameters
    ----------
    instance
        What was solved.
    plan
        Its plan, by whatever backend.

    Raises
    ------
    MatcherError
        If the plan is of another instance, or leaves a need unmet that an eligible resource has room for although it
        claims to be optimal.
    """
    _check(instance, plan)
    return Explanation(_pairings(instance, plan), Shortfalls(instance, plan).all())


def suggest(instance: Instance, plan: Plan, need_uid: str, k: int = 5) -> tuple[Suggestion, ...]:
    """
    The best resources for one need, cheapest first, whether or not the plan has given them away.

    Parameters
    ----------
    need_uid
        A need of the instance.
    k
        How many at most, 1..1000.

    Raises
    ------
    MatcherError
        If there is no such need, ``k`` is out of range, or the plan is of another instance.
    """
    _check(instance, plan)
    if not 1 <= k <= MOST_SUGGESTIONS:
        msg = f"k is {k}, outside 1..{MOST_SUGGESTIONS}."
        raise MatcherError(msg)
    if need_uid not in instance.need_uids:
        msg = f"there is no need {need_uid!r} in this instance. Maybe it is not open."
        raise MatcherError(msg)
    n = instance.need_uids.index(need_uid)
    facts, groups, problem = instance.facts, instance.groups, instance.problem
    candidates = instance.candidates_of(n)
    owner, group, slot = expand(facts, groups, candidates)
    evidence = Evidence(facts, instance.policy, candidates)
    load = Holdings(instance, plan).load
    mine = range(int(problem.row_start[n]), int(problem.row_start[n + 1]))
    given: dict[int, int] = defaultdict(int)
    for pair, quantity in zip(plan.pair.tolist(), plan.quantity.tolist(), strict=True):
        if pair in mine:
            given[int(problem.pair_resource[pair])] += quantity
    ranked = sorted(range(len(owner)), key=lambda j: (evidence.cost_s(int(owner[j])), j))[:k]
    # A need beyond its batch's cap could have nothing more, whatever is left there.
    open_to_it = 0 if instance.capped[n] else 1
    return tuple(
        Suggestion(
            resource_uid=facts.resources.uid[int(candidates.resource[owner[j]])],
            slot_uid=facts.resources.slot_uid[int(slot[j])],
            cost_s=evidence.cost_s(int(owner[j])),
            given=given[int(group[j])],
            left=int(groups.capacity[group[j]] - load[group[j]]) * open_to_it,
            terms=evidence.terms(int(owner[j]), int(slot[j])),
            path=evidence.path(int(owner[j]), int(slot[j])),
        )
        for j in ranked
    )


def _check(instance: Instance, plan: Plan) -> None:
    problem = instance.problem
    if len(plan.unmet) != problem.n_needs or (len(plan.pair) and int(plan.pair.max()) >= problem.n_pairs):
        msg = f"the plan has {len(plan.unmet)} needs and the instance {problem.n_needs}. Maybe it is of another one."
        raise MatcherError(msg)


def _pairings(instance: Instance, plan: Plan) -> tuple[PairingReasons, ...]:
    facts = instance.facts
    used: Candidates = instance.sieve.passed.keep(instance.pair_candidate[plan.pair].astype(np.int64))
    evidence = Evidence(facts, instance.policy, used)
    served_by = np.bincount(used.need, minlength=len(facts.needs))
    made = []
    for i, (pair, quantity) in enumerate(zip(plan.pair.tolist(), plan.quantity.tolist(), strict=True)):
        n, slot = int(used.need[i]), int(instance.pair_slot[pair])
        cost_s = evidence.cost_s(i)
        if cost_s != int(instance.problem.pair_cost[pair]):
            msg = f"pair {pair} costs {instance.problem.pair_cost[pair]} and its terms sum to {cost_s}."
            raise MatcherError(msg)
        terms = evidence.terms(i, slot)
        if served_by[n] > 1 and not facts.categories.divisible[facts.needs.category[n]]:
            terms += (Finding("note.split", {"parts": int(served_by[n])}),)
        made.append(
            PairingReasons(
                need_uid=facts.needs.uid[n],
                resource_uid=facts.resources.uid[int(used.resource[i])],
                slot_uid=facts.resources.slot_uid[slot],
                quantity=quantity,
                cost_s=cost_s,
                terms=terms,
                path=evidence.path(i, slot),
            )
        )
    return tuple(sorted(made, key=lambda pairing: (pairing.need_uid, pairing.resource_uid, pairing.slot_uid)))

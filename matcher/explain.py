"""Why each need got what it got, and why it did not get more."""

from collections import defaultdict

import numpy as np
import numpy.typing as npt

from matcher.errors import MatcherError
from matcher.explanations.evidence import Evidence
from matcher.explanations.shortfalls import Shortfalls
from matcher.instance import Instance
from matcher.plan import Plan
from matcher.reasons import Explanation, Finding, PairingReasons, Suggestion
from matcher.street.facts import Candidates
from matcher.street.priorities import PriorityWords
from matcher.suggestions import Suggestions, Wanted

Int64 = npt.NDArray[np.int64]


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
    return Suggestions(instance, plan).of_need(need_uid, Wanted(k))


def _check(instance: Instance, plan: Plan) -> None:
    problem = instance.problem
    if len(plan.unmet) != problem.n_needs or (len(plan.pair) and int(plan.pair.max()) >= problem.n_pairs):
        msg = f"the plan has {len(plan.unmet)} needs and the instance {problem.n_needs}. Maybe it is of another one."
        raise MatcherError(msg)


def _pairings(instance: Instance, plan: Plan) -> tuple[PairingReasons, ...]:
    facts = instance.facts
    used: Candidates = instance.sieve.passed.keep(instance.pair_candidate[plan.pair].astype(np.int64))
    evidence = Evidence(facts, instance.policy, used)
    words = PriorityWords(facts, instance.policy)
    served_by = _served_by(instance, used)
    places: dict[tuple[int, int, int], list[int]] = defaultdict(list)  # shares of one slot are one pairing
    for i, pair in enumerate(plan.pair.tolist()):
        places[int(used.need[i]), int(used.resource[i]), int(instance.pair_slot[pair])].append(i)
    made = _pinned(instance, words)
    for (n, r, slot), mine in places.items():
        i, pair = mine[0], int(plan.pair[mine[0]])
        cost_s = evidence.cost_s(i)
        if cost_s != int(instance.problem.pair_cost[pair]):
            msg = f"pair {pair} costs {instance.problem.pair_cost[pair]} and its terms sum to {cost_s}."
            raise MatcherError(msg)
        terms = (*evidence.terms(i, slot), *words.of(n))
        if served_by[n] > 1 and not facts.categories.divisible[facts.needs.category[n]]:
            terms += (Finding("note.split", {"parts": int(served_by[n])}),)
        made.append(
            PairingReasons(
                need_uid=facts.needs.uid[n],
                resource_uid=facts.resources.uid[r],
                slot_uid=facts.resources.slot_uid[slot],
                quantity=int(plan.quantity[mine].sum()),
                cost_s=cost_s,
                terms=terms,
                path=evidence.path(i, slot),
            )
        )
    return tuple(sorted(made, key=lambda pairing: (pairing.need_uid, pairing.resource_uid, pairing.slot_uid)))


def _served_by(instance: Instance, used: Candidates) -> Int64:
    """Resources that serve each need, pinned ones included."""
    many = max(len(instance.facts.resources), 1)
    need = np.concatenate((used.need, instance.pinned.candidates.need)).astype(np.int64)
    resource = np.concatenate((used.resource, instance.pinned.candidates.resource))
    owner = np.unique(need * many + resource) // many
    return np.bincount(owner, minlength=len(instance.facts.needs)).astype(np.int64)


def _pinned(instance: Instance, words: PriorityWords) -> list[PairingReasons]:
    """What people have fixed, as pairings of the plan, with the rule that each breaks, if any."""
    facts, pins = instance.facts, instance.pinned
    evidence = Evidence(facts, instance.policy, pins.candidates)
    made = []
    for i, (slot, units, ruling, broken) in enumerate(
        zip(pins.slot, pins.quantity, pins.ruling, pins.broken, strict=True)
    ):
        n, r = int(pins.candidates.need[i]), int(pins.candidates.resource[i])
        notes = [Finding("note.pinned", {"ruling_uid": facts.rulings.uid[ruling]})]
        if broken:
            stage = {"code": f"stage.{broken}", "params": {}}
            notes.append(Finding("note.pinned_against_rule", {"stage": stage, "rule": broken}))
        if facts.rulings.reason[ruling]:
            notes.append(Finding("note.pinned_reason", {"reason": facts.rulings.reason[ruling]}))
        made.append(
            PairingReasons(
                need_uid=facts.needs.uid[n],
                resource_uid=facts.resources.uid[r],
                slot_uid=facts.resources.slot_uid[slot],
                quantity=units,
                cost_s=evidence.cost_s(i),
                terms=(*evidence.terms(i, slot), *words.of(n), *notes),
                path=evidence.path(i, slot),
            )
        )
    return made

"""What a run answers, as records, and in the one form that two runs can be compared in byte by byte."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from graph_schema.codecs import canonical_json
from graph_schema.model.identity import make_uid
from graph_schema.model.needs import Urgency
from graph_schema.model.pairings import Finding, Pairing, PathStep, Shortfall
from graph_schema.model.places import LocatedBy
from graph_schema.model.snapshot import Snapshot
from matcher import reasons
from matcher.explain import explain
from matcher.instance import Instance
from matcher.plan import Certificate, Plan
from matcher.reasons import Explanation, PairingReasons
from matcher.solve import solve

URGENCIES = tuple(Urgency)
"""Classes in the order in which the matcher numbers them."""


@dataclass(frozen=True, slots=True)
class Solved:
    """What the matcher sees of a street, and its plan."""

    snapshot: Snapshot
    instance: Instance
    plan: Plan


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What a run says, and nothing of when or how long.

    Parameters
    ----------
    solver, status, objective, bound, certificate, figures
        As in `graph_schema.model.pairings.MatchRun`.
    pairings, shortfalls
        Sorted by uid of the pairing and of the need.
    """

    solver: str
    status: str
    objective: int
    bound: int
    certificate: dict[str, Any]
    figures: dict[str, Any]
    pairings: tuple[Pairing, ...]
    shortfalls: tuple[Shortfall, ...]

    def canonical(self) -> bytes:
        """All of it as JSON in its one form: equal answers give equal bytes."""
        return canonical_json(self).encode()


def answer(solved: Solved, run_uid: str) -> Answer:
    """The plan of an instance with its reasons, as records of a run."""
    street = solved.snapshot.street_uid
    explanation = explain(solved.instance, solved.plan)
    pairings = _pairings(street, run_uid, explanation)
    shortfalls = _shortfalls(street, run_uid, explanation)
    return Answer(
        solver=solved.plan.backend,
        status=solved.plan.status.value,
        objective=solved.plan.objective,
        bound=solved.plan.bound,
        certificate=certificate_figures(solved.plan.certificate),
        figures=figures(solved, pairings, shortfalls),
        pairings=pairings,
        shortfalls=shortfalls,
    )


def path_of(steps: Iterable[reasons.PathStep]) -> tuple[PathStep, ...]:
    """Evidence of the matcher as records of the graph."""
    return tuple(PathStep(step.relationship, step.label, step.uid, step.name, step.detail) for step in steps)


def stage_of(reason: Finding) -> str:
    """Stage of the funnel that a shortfall's reason belongs to."""
    return reason.code.split(".")[1]


def certificate_figures(certificate: Certificate) -> dict[str, Any]:
    """The certificate's figures as JSON values."""
    return {
        "proven": certificate.proven,
        "primal_objective": certificate.primal_objective,
        "dual_objective": certificate.dual_objective,
        "needs_checked": certificate.needs_checked,
        "resources_checked": certificate.resources_checked,
        "pairs_checked": certificate.pairs_checked,
        "limits_checked": certificate.limits_checked,
        "groups_checked": certificate.groups_checked,
        "primal_violations": certificate.primal_violations,
        "dual_violations": certificate.dual_violations,
        "slackness_violations": certificate.slackness_violations,
    }


def figures(solved: Solved, pairings: tuple[Pairing, ...], shortfalls: tuple[Shortfall, ...]) -> dict[str, Any]:
    """Counts and sums of a run; the same plan gives the same figures."""
    instance, problem = solved.instance, solved.instance.problem
    greedy = solve(problem, backend="greedy", seed=instance.seed)
    unmet, greedy_unmet = instance.unmet(solved.plan), instance.unmet(greedy)
    met = unmet == 0
    partly = ~met & (unmet < instance.facts.needs.quantity)
    urgency = {need.uid: need.urgency for need in solved.snapshot.needs}
    asked_by_class = Counter(urgency[uid] for uid in instance.need_uids)
    met_by_class = Counter(urgency[uid] for uid, served in zip(instance.need_uids, met, strict=True) if served)
    points = [need.point.located_by for need in solved.snapshot.needs]
    points += [resource.point.located_by for resource in solved.snapshot.resources]
    return {
        "needs": problem.n_needs,
        "needs_met": int(np.count_nonzero(met)),
        "needs_partly_met": int(np.count_nonzero(partly)),
        "needs_unmet": int(np.count_nonzero(~met & ~partly)),
        "needs_by_urgency": {
            URGENCIES[level].value: {"asked": count, "met": met_by_class[level]}
            for level, count in sorted(asked_by_class.items())
        },
        "resources": len(solved.snapshot.resources),
        "resources_used": len({pairing.resource_uid for pairing in pairings}),
        "pairings": len(pairings),
        "candidate_pairs": problem.n_pairs,
        "unmet_by_reason": dict(sorted(Counter(stage_of(row.reason) for row in shortfalls).items())),
        "greedy_comparable": instance.rules.is_empty,  # the baseline keeps no side rule
        "greedy_objective": greedy.objective,
        "greedy_needs_met": int(np.count_nonzero(greedy_unmet == 0)),
        "stages": [asdict(stage) for stage in solved.plan.stages],
        "pinned": len(instance.pinned),
        **({"pinned_cost": instance.pinned_cost} if len(instance.pinned) else {}),
        "emergency": instance.policy.emergency,
        "fairness_mode": instance.policy.fairness_mode,
        "walk_method": "straight" if solved.snapshot.streets is None else "network",
        "street_file": "" if solved.snapshot.streets is None else solved.snapshot.streets.source,
        "provisional_days": solved.snapshot.provisional_days,
        "most_changes": instance.policy.most_changes,
        "unlocated": sum(point is LocatedBy.UNLOCATED for point in points),
    }


def _pairings(street: str, run_uid: str, explanation: Explanation) -> tuple[Pairing, ...]:
    # What is pinned of a slot and what the plan adds to it is one pairing: all of it, with the notes of the pin.
    together: dict[tuple[str, str, str], list[PairingReasons]] = defaultdict(list)
    for row in explanation.pairings:
        together[row.need_uid, row.resource_uid, row.slot_uid].append(row)
    made = []
    for (need_uid, resource_uid, slot_uid), rows in together.items():
        told = max(rows, key=lambda row: any(term.code == "note.pinned" for term in row.terms))
        made.append(
            Pairing(
                uid=make_uid(street, "pairing", run_uid, need_uid, resource_uid, slot_uid),
                street=street,
                run_uid=run_uid,
                need_uid=need_uid,
                resource_uid=resource_uid,
                slot_uid=slot_uid,
                quantity=sum(row.quantity for row in rows),
                cost_s=told.cost_s,
                terms=tuple(Finding(term.code, term.params) for term in told.terms),
                path=path_of(told.path),
            )
        )
    return tuple(sorted(made, key=lambda pairing: pairing.uid))


def _shortfalls(street: str, run_uid: str, explanation: Explanation) -> tuple[Shortfall, ...]:
    made = [
        Shortfall(
            street=street,
            run_uid=run_uid,
            need_uid=row.need_uid,
            quantity=row.quantity,
            reason=Finding(row.reason.code, row.reason.params),
            funnel=row.funnel,
        )
        for row in explanation.shortfalls
    ]
    return tuple(sorted(made, key=lambda shortfall: shortfall.need_uid))

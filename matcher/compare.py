"""Two plans side by side: who is served, where, by whom, at what cost, and why each pairing changed."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from matcher import costs
from matcher.costs import CLASSES
from matcher.explanations.changed_pairings import Changed, changed_pairings
from matcher.instance import Instance
from matcher.plan import Plan
from matcher.proofs.group_costs import GroupCosts, shortfall_of_groups
from matcher.street.facts import NONE


@dataclass(frozen=True, slots=True)
class Served:
    """
    How far some needs are served.

    Parameters
    ----------
    needs, met
        Needs, and those that are served wholly.
    asked, given
        Units.
    share
        Mean over the needs of what each is given of what it asks for, 0 to 1; 1 when there are none.
    """

    needs: int
    met: int
    asked: int
    given: int
    share: float


@dataclass(frozen=True, slots=True)
class Burden:
    """
    What a provider gives.

    Parameters
    ----------
    unit
        That the units are counted in; units of different kinds are never added.
    units
        Given in the plan.
    share
        Of all that anybody gives in this unit, 0 to 1.
    """

    provider_uid: str
    unit: str
    units: int
    share: float


@dataclass(frozen=True, slots=True)
class Tally:
    """
    One plan in figures.

    Parameters
    ----------
    by_class
        Of each urgency class, 急 first.
    by_community
        (uid, how far served), by uid; needs above communities are under the empty uid.
    burden
        By provider and unit.
    parts
        (code, seconds): each cost term over all pairings that are not fixed; ``pinned`` what those cost that are,
        ``unmet`` are the steps of the classes, ``priority`` what stands within them, and ``rest`` what is left of the
        objective: fairness, floors, charges.
    objective
        Cost of the plan with all that is fixed.
    """

    by_class: tuple[Served, ...]
    by_community: tuple[tuple[str, Served], ...]
    burden: tuple[Burden, ...]
    parts: tuple[tuple[str, int], ...]
    objective: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two plans in figures, and each pairing whose units differ, by need and resource."""

    before: Tally
    after: Tally
    changes: tuple[Changed, ...]


def compare(before: tuple[Instance, Plan], after: tuple[Instance, Plan]) -> Comparison:
    """
    Two plans side by side, of one street under two policies or at two times.

    Parameters
    ----------
    before, after
        Instance and plan of each; rows are matched by uid.
    """
    return Comparison(tally(*before), tally(*after), changed_pairings(before, after))


def tally(instance: Instance, plan: Plan) -> Tally:
    """One plan in figures."""
    facts = instance.facts
    needs = facts.needs
    unmet = instance.unmet(plan)
    communities = defaultdict(list)
    for n, area in enumerate(needs.community.tolist()):
        communities["" if area == NONE else facts.areas.uid[area]].append(n)
    parts = _parts(instance, plan)
    return Tally(
        by_class=tuple(_served(instance, unmet, np.flatnonzero(needs.urgency == kind)) for kind in range(CLASSES)),
        by_community=tuple((uid, _served(instance, unmet, np.array(communities[uid]))) for uid in sorted(communities)),
        burden=_burden(instance, plan),
        parts=(*parts, ("rest", instance.cost(plan) - sum(seconds for _, seconds in parts))),
        objective=instance.cost(plan),
    )


def _served(instance: Instance, unmet: costs.Int64, rows: costs.Int64) -> Served:
    asked, lacks = instance.facts.needs.quantity[rows], unmet[rows]
    return Served(
        needs=len(rows),
        met=int((lacks == 0).sum()),
        asked=int(asked.sum()),
        given=int((asked - lacks).sum()),
        share=float(((asked - lacks) / asked).mean()) if len(rows) else 1.0,
    )


def _burden(instance: Instance, plan: Plan) -> tuple[Burden, ...]:
    facts = instance.facts
    resource = instance.groups.resource[instance.problem.pair_resource[plan.pair]]
    given: dict[tuple[str, str], int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    pins = instance.pinned
    every = (*resource.tolist(), *pins.candidates.resource.tolist()), (*plan.quantity.tolist(), *pins.quantity)
    for r, units in zip(*every, strict=True):
        unit = facts.units[int(facts.resources.unit[r])]
        given[facts.providers.uid[int(facts.resources.provider[r])], unit] += units
        total[unit] += units
    return tuple(Burden(uid, unit, given[uid, unit], given[uid, unit] / total[unit]) for uid, unit in sorted(given))


def _parts(instance: Instance, plan: Plan) -> tuple[tuple[str, int], ...]:
    used = instance.sieve.passed.keep(instance.pair_candidate[plan.pair].astype(np.int64))
    terms = [
        (code, int((term(instance.facts, instance.policy, used) * plan.quantity).sum())) for code, term in costs.TERMS
    ]
    lacking = (CLASSES - instance.facts.needs.urgency.astype(np.int64)) * plan.unmet
    priority = int((instance.priority * plan.unmet).sum())
    short = shortfall_of_groups(instance.problem, plan.unmet)
    fairness = GroupCosts.of(instance.problem).total(short)
    return (
        *terms,
        ("pinned", instance.pinned_cost),
        ("unmet", int(lacking.sum()) * instance.class_step),
        ("priority", priority),
        ("fairness", fairness),
    )

"""What holds back a need that resources are left for: its being whole, a load, a budget; and what would ease each."""

from collections.abc import Iterator

from matcher.advice.joining import joinings
from matcher.advice.room import Room
from matcher.instance import Instance
from matcher.plan import Plan
from matcher.reasons import Finding
from matcher.street.budgets import yuan
from matcher.street.facts import NONE


def beside(instance: Instance, plan: Plan, n: int) -> Iterator[tuple[Finding, ...]]:
    """
    Single changes that ease what stands beside a need in a plan that leaves it wanting.

    Parameters
    ----------
    n
        Need, index in the facts.
    """
    facts = instance.facts
    if facts.needs.whole[n] or facts.needs.single[n]:
        yield (Finding("remedy.split", {"need": facts.needs.title[n], "need_uid": facts.needs.uid[n]}),)
    room = Room(instance, plan)
    units = int(plan.unmet[n])
    row = range(*instance.problem.row_start[n : n + 2].tolist())
    held = dict.fromkeys(key for left, key in map(room.of, row) if left < units)
    for kind, uid in held:
        if kind == "load":
            name = facts.providers.name[facts.providers.uid.index(uid)]
            figures = {"provider": name, "provider_uid": uid}
            # Of a load in hours one unit may take several; what is too little does not serve and is not told.
            yield from ((Finding("remedy.load", {**figures, "units": more}),) for more in (units, 4 * units))
        if kind == "budget":
            b = facts.budgets.uid.index(uid)
            costs = facts.resources.unit_cost_fen[instance.candidates_of(n).resource]
            fen = units * int(costs.max(initial=0))
            pool = {"budget": facts.budgets.name[b], "budget_uid": uid, "yuan": yuan(fen)}
            yield (Finding("remedy.budget", {**pool, "fen": fen}),)
            yield from ((joining.change,) for joining in joinings(facts, n) if joining.pays != NONE)

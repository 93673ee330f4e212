"""Why money does not reach: which budget pays for a need, what it has left, and which others cover its place."""

from typing import Any

from matcher.explanations.evidence import two_languages
from matcher.reasons import Finding
from matcher.street.budgets import paying_pool, pools_around, yuan
from matcher.street.facts import NONE, Facts


def money_short(facts: Facts, n: int, params: dict[str, Any]) -> Finding:
    """
    The reason of a need that no budget, or none with enough left, pays for.

    Parameters
    ----------
    n
        Need, index in the facts.
    params
        What the reason says beside the money.
    """
    pool, left = int(paying_pool(facts)[n]), facts.budgets.left_fen
    others = [budget_named(facts, b, int(left[b])) for b in pools_around(facts, n) if b != pool]
    more = {"others": others} if others else {}
    if pool == NONE:
        return Finding("reason.budget.other_kind" if others else "reason.budget.none", {**params, **more})
    named = {"budget": facts.budgets.name[pool], "budget_uid": facts.budgets.uid[pool]}
    params = {**params, **named, "left_yuan": yuan(int(left[pool])), **more}
    return Finding("reason.budget.short_here" if others else "reason.budget.short", params)


def budget_named(facts: Facts, b: int, fen: int) -> dict[str, str]:
    """A budget with its kind and so much left, as a name in both languages."""
    name, kind = facts.budgets.name[b], facts.budgets.kind[b]
    return two_languages(f"{name}（{kind}，剩 {yuan(fen)} 元）", f"{name} ({kind}, {yuan(fen)} yuan left)")

"""What keeps resources from a need that no change of the kinds known lifts, so that nobody takes it for tried."""

from collections import defaultdict

import numpy as np

from matcher import eligibility as rules
from matcher.advice.obstacles import MOST_WALK_MIN, Lifters, of_the_kind
from matcher.explanations.evidence import two_languages
from matcher.policy import Policy
from matcher.reasons import Finding
from matcher.street.budgets import pools_around
from matcher.street.facts import NONE, Candidates, Facts

MOST_NAMED = 3
"""Resources in a sentence; the counts beside them are of all."""
ANY, NOTHING = two_languages("没写，哪类都行", "none stated, any will do"), two_languages("没有", "none")


def unlifted(facts: Facts, policy: Policy, n: int, *, most: int) -> tuple[Finding, ...]:
    """
    What was not looked at, in the order of the funnel.

    Parameters
    ----------
    n
        Need, index in the facts.
    most
        Changes in one remedy: resources that fail more rules are told, too.
    """
    return (*_of_another_kind(facts, policy, n), *_held(facts, policy, n, most), *_roles(facts, n))


def _of_another_kind(facts: Facts, policy: Policy, n: int) -> list[Finding]:
    """Nothing of a category that could serve; or of one, but in units that are not the need's."""
    every = np.arange(len(facts.resources), dtype=np.int32)
    c = Candidates.unmeasured(np.full(len(every), n, np.int32), every)
    fitting = c.keep(rules.category(facts, policy, c))
    kinds, kind = facts.categories, int(facts.needs.category[n])
    if not len(fitting):
        category = two_languages(kinds.name_zh[kind], kinds.name_en[kind])
        return [Finding("beyond.category", {"category": category, "code": kinds.code[kind]})]
    apart = fitting.resource[~rules.unit(facts, policy, fitting)].tolist()
    if not apart:
        return []
    units = {"asked": facts.units[int(facts.needs.unit[n])]}
    offered = dict.fromkeys(facts.units[int(facts.resources.unit[r])] for r in apart)
    return [Finding("beyond.unit", {**_named(facts, apart), **units, "offered": list(offered)})]


def _held(facts: Facts, policy: Policy, n: int, most: int) -> list[Finding]:
    """By rule: resources that fail it and that nothing would let through it; and those that fail too many at once."""
    c = of_the_kind(facts, policy, n)
    fails = {code: ~rule(facts, policy, c) for code, rule in rules.RULES}
    lifters = Lifters(facts, policy, n, c)
    held: dict[str, list[int]] = defaultdict(list)
    for i in range(len(c)):
        failed = [code for code, _ in rules.RULES if fails[code][i]]
        stuck = [code for code in failed if not lifters.of(code, i)]
        for code in stuck:
            held[code].append(int(c.resource[i]))
        if len(failed) > most and not stuck:
            held["many"].append(int(c.resource[i]))
    found = []
    for code in (*(code for code, _ in rules.RULES), "many"):
        if not held[code]:
            continue
        figures = _named(facts, held[code]) | {"most": most, "minutes": MOST_WALK_MIN}
        if code == "budget":
            figures |= _money(facts, n)
        known = code in {"reach", "budget", "many"}
        stage = {} if known else {"stage": {"code": f"stage.{code}", "params": {}}}
        found.append(Finding(f"beyond.{code if known else 'other'}", figures | stage))
    return found


def _money(facts: Facts, n: int) -> dict[str, object]:
    """The kind of money that a need names, and the kinds that there are for its place."""
    there = [facts.budgets.kind[b] for b in pools_around(facts, n)]
    fund = int(facts.needs.fund[n])
    return {"asked": ANY if fund == NONE else facts.funds[fund], "there": list(dict.fromkeys(there)) or NOTHING}


def _roles(facts: Facts, n: int) -> list[Finding]:
    """Others that must be served together with it."""
    team = int(facts.needs.team[n])
    others = int((facts.needs.team == team).sum()) - 1
    return [Finding("beyond.team", {"count": others})] if team != NONE and others else []


def _named(facts: Facts, resources: list[int]) -> dict[str, object]:
    names = [facts.resources.name[r] for r in resources[:MOST_NAMED]]
    return {"count": len(resources), "resources": names}

"""Why a pair is as it is: its cost terms, its notes, and its path in the graph."""

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import Any

from matcher import costs
from matcher import eligibility as rules
from matcher.policy import Policy
from matcher.policy_settings import OUTSIDE
from matcher.reasons import Finding, PathStep
from matcher.street.budgets import Int32, paying_pool, yuan
from matcher.street.facts import AGREEMENT_ENDED, AGREEMENT_IN_FORCE, ALWAYS, LAST_DAY, NONE, Candidates, Facts
from matcher.travel import WalkMethod

KNOWN_RINGS = frozenset({"grid", "community", "branch", "street", OUTSIDE})
"""Rings that have words of their own; others are told by their level's name."""
METHODS = {WalkMethod.NETWORK: "network", WalkMethod.STRAIGHT: "straight"}


def minutes(seconds: int) -> int:
    """Whole minutes, rounded up: nobody arrives early."""
    return -(-seconds // 60)


def two_languages(zh: str, en: str) -> dict[str, str]:
    """A name that the data itself holds in both languages."""
    return {"zh": zh, "en": en}


class Evidence:
    """
    Tells of pairs, one at a time; seconds are computed for all at once.

    Parameters
    ----------
    facts, policy
        As the instance has them.
    c
        The pairs to tell of.
    """

    def __init__(self, facts: Facts, policy: Policy, c: Candidates) -> None:
        self._facts = facts
        self._policy = policy
        self._c = c
        self._told = [code for code, _ in costs.TERMS if code in costs.in_play(facts, policy)]
        self._seconds = {code: term(facts, policy, c).tolist() for code, term in costs.TERMS}
        self._ring = costs.ring_index(facts, c).tolist()
        self._partner = costs.is_partner(facts, c).tolist()
        self._served = costs.has_served(facts, c).tolist()
        self._travels = rules.provider_travels(facts, c).tolist()
        self._listed = rules.is_listed(facts, c).tolist()
        self._placed = rules.is_placed(facts, c).tolist()
        self._limit_s = rules.limit_s(facts, policy, c).tolist()
        self._tellers: dict[str, Callable[[int], Finding]] = {
            "walk": self._walk,
            "ring": self._ring_term,
            "substitution": self._substitution,
            "agreement": self._agreement,
            "cooperation": self._cooperation,
            "freshness": self._freshness,
            "ring_first": lambda i: self._plain("ring_first", "inside", "beyond", i),
            "own_area": lambda i: self._plain("own_area", "own", "other", i),
            "paired": lambda i: self._plain("paired", "with", "without", i),
            "seat": lambda i: self._plain("seat", "member", "none", i),
            "money": self._money,
        }

    def cost_s(self, i: int) -> int:
        """Cost of one unit on pair ``i``."""
        return sum(self._seconds[code][i] for code, _ in costs.TERMS)

    def terms(self, i: int, slot: int) -> tuple[Finding, ...]:
        """One finding per cost term in play of pair ``i``, then what else is to be known of it in this slot."""
        return (*(self._tellers[code](i) for code in self._told), *self._notes(i, slot))

    def path(self, i: int, slot: int) -> tuple[PathStep, ...]:
        """
        The way through the graph to the need: from the agreement's partner or the provider, over the resource.

        Behind the need stand the branches of that way, the slot and what one category has to do with the other;
        the first step of a branch says in its detail ``from`` which node it leaves.
        """
        facts, n, r = self._facts, int(self._c.need[i]), int(self._c.resource[i])
        area = int(facts.needs.area[n])
        resource = facts.resources.uid[r]
        steps = [
            *self._givers(int(facts.resources.provider[r]), area),
            PathStep("PROVIDES", "Resource", resource, facts.resources.name[r], {}),
            *self._way(i, area),
            PathStep("RAISED_FOR", "Need", facts.needs.uid[n], facts.needs.title[n], {}),
            PathStep(
                "HAS_SLOT", "Slot", facts.resources.slot_uid[slot], facts.resources.slot_text[slot], {"from": resource}
            ),
        ]
        need_kind, resource_kind = int(facts.needs.category[n]), int(facts.resources.category[r])
        if need_kind != resource_kind:
            code, name = facts.categories.code, facts.categories.name_zh
            weight = float(facts.categories.weight[need_kind, resource_kind])
            steps += [
                PathStep("IN_CATEGORY", "Category", code[resource_kind], name[resource_kind], {"from": resource}),
                PathStep("CAN_SATISFY", "Category", code[need_kind], name[need_kind], {"weight": weight}),
            ]
        return tuple(steps)

    def _givers(self, provider: int, area: int) -> list[PathStep]:
        """The provider, reached over its agreement with this place, else over its first, where one is in force."""
        providers = self._facts.providers
        giver = providers.label[provider], providers.uid[provider], providers.name[provider]
        rows = providers.in_force[provider]
        if not rows:
            return [PathStep("", *giver, {})]
        signed = PathStep("SIGNED_BY", *giver, {})
        here = [row for row in rows if row.areas != NONE and self._facts.area_sets[row.areas, area]]
        row = (here or rows)[0]
        if not row.partner_uid:
            return [PathStep("", "Agreement", row.uid, row.number, {}), signed]
        return [
            PathStep("", row.partner_label, row.partner_uid, row.partner_name, {}),
            PathStep("SIGNED_WITH", "Agreement", row.uid, row.number, {}),
            signed,
        ]

    @cached_property
    def _paying(self) -> Int32:
        return paying_pool(self._facts)

    def walk_figures(self, i: int) -> dict[str, Any]:
        """Measured walk of pair ``i``."""
        walk_s = int(self._c.walk_s[i])
        method = METHODS.get(WalkMethod(int(self._c.method[i])), "none")
        return {
            "walk_s": walk_s,
            "minutes": minutes(walk_s),
            "distance_m": int(self._c.distance_m[i]),
            "method": method,
            "source": self._facts.network_source if method == "network" else "",
        }

    def _way(self, i: int, area: int) -> list[PathStep]:
        areas = self._facts.areas
        here = PathStep("", areas.label[area], areas.uid[area], areas.name[area], {})
        figures: dict[str, Any] = {}
        if self._travels[i]:
            relationship = "TRAVELS"
        else:
            relationship = "WALKS"
            figures = self.walk_figures(i) if self._is_measured(i) else {"method": "none"}
        if not self._listed[i]:
            return [PathStep(relationship, here.label, here.uid, here.name, figures)]
        listed = self._listed_area(i, area)
        steps = [PathStep("SERVES", areas.label[listed], areas.uid[listed], areas.name[listed], figures)]
        if listed != area:
            steps.append(PathStep("WITHIN", here.label, here.uid, here.name, {}))
        return steps

    def _listed_area(self, i: int, area: int) -> int:
        """The widest area around the need that is on the list, which is the one the list names."""
        row = self._facts.area_sets[int(self._facts.resources.cover[self._c.resource[i]])]
        return next(a for a in (*reversed(self._facts.areas.within[area]), area) if row[a])

    def _is_measured(self, i: int) -> bool:
        return bool(0 <= int(self._c.walk_s[i]) <= self._limit_s[i])

    def _walk(self, i: int) -> Finding:
        seconds = self._seconds["walk"][i]
        if self._travels[i]:
            return Finding("term.walk.comes", {"seconds": seconds})
        if self._is_measured(i):
            figures = self.walk_figures(i)
            return Finding(f"term.walk.{figures['method']}", {"seconds": seconds, **figures})
        code = "term.walk.beyond" if self._placed[i] else "term.walk.unlocated"
        return Finding(code, {"seconds": seconds, "limit_min": minutes(self._limit_s[i])})

    def _ring_term(self, i: int) -> Finding:
        if self._policy.emergency or self._facts.needs.help[self._c.need[i]]:
            code = "emergency" if self._policy.emergency else "help"
            return Finding(f"term.ring.{code}", {"seconds": self._seconds["ring"][i]})
        levels = (*self._facts.ring_levels, OUTSIDE)
        level = levels[self._ring[i]]
        code = f"term.ring.{level}" if level in KNOWN_RINGS else "term.ring.other"
        return Finding(code, {"seconds": self._seconds["ring"][i], "level": level})

    def _plain(self, code: str, best: str, lacking: str, i: int) -> Finding:
        """A term that is either nothing or its whole charge."""
        seconds = self._seconds[code][i]
        provider = int(self._facts.resources.provider[self._c.resource[i]])
        return Finding(
            f"term.{code}.{lacking if seconds else best}",
            {"seconds": seconds, "provider": self._facts.providers.name[provider], "level": self._policy.ring_first},
        )

    def _money(self, i: int) -> Finding:
        resources, r = self._facts.resources, int(self._c.resource[i])
        fen, seconds = int(resources.unit_cost_fen[r]), self._seconds["money"][i]
        if not fen:
            return Finding("term.money.free", {"seconds": seconds})
        unit = self._facts.units[int(resources.unit[r])]
        figures = {"seconds": seconds, "cost_yuan": yuan(fen), "unit": unit}
        pool = int(self._paying[self._c.need[i]])
        if pool == NONE:
            return Finding("term.money.paid", figures)
        budgets = self._facts.budgets
        named = {"budget": budgets.name[pool], "budget_uid": budgets.uid[pool]}
        return Finding("term.money.paid_by", {**figures, **named})

    def _substitution(self, i: int) -> Finding:
        seconds = self._seconds["substitution"][i]
        kinds = self._facts.categories
        need_kind = int(self._facts.needs.category[self._c.need[i]])
        resource_kind = int(self._facts.resources.category[self._c.resource[i]])
        if need_kind == resource_kind:
            return Finding("term.substitution.same", {"seconds": seconds})
        pair = (need_kind, resource_kind)
        return Finding(
            "term.substitution.other",
            {
                "seconds": seconds,
                "offered": two_languages(kinds.name_zh[resource_kind], kinds.name_en[resource_kind]),
                "asked": two_languages(kinds.name_zh[need_kind], kinds.name_en[need_kind]),
                "percent": round(100 * float(kinds.weight[pair])),
                "because": two_languages(kinds.substitution_zh.get(pair, ""), kinds.substitution_en.get(pair, "")),
            },
        )

    def _agreement(self, i: int) -> Finding:
        seconds = self._seconds["agreement"][i]
        providers = self._facts.providers
        provider = int(self._facts.resources.provider[self._c.resource[i]])
        state = int(providers.agreement[provider])
        if state == AGREEMENT_IN_FORCE:
            stated = all(row.areas != NONE for row in providers.in_force[provider])
            elsewhere = "term.agreement.elsewhere" if stated else "term.agreement.unstated"
            code = "term.agreement.partner" if self._partner[i] else elsewhere
        else:
            code = "term.agreement.ended" if state == AGREEMENT_ENDED else "term.agreement.none"
        return Finding(code, {"seconds": seconds, "provider": providers.name[provider]})

    def _cooperation(self, i: int) -> Finding:
        seconds = self._seconds["cooperation"][i]
        return Finding("term.cooperation.before" if self._served[i] else "term.cooperation.first", {"seconds": seconds})

    def _freshness(self, i: int) -> Finding:
        age = int(self._facts.resources.survey_age_days[self._c.resource[i]])
        seconds = self._seconds["freshness"][i]
        if age == NONE:
            return Finding("term.freshness.never", {"seconds": seconds})
        code = "term.freshness.fresh" if age <= self._policy.fresh_days else "term.freshness.stale"
        return Finding(code, {"seconds": seconds, "days": age})

    def _notes(self, i: int, slot: int) -> list[Finding]:
        facts, n, r = self._facts, int(self._c.need[i]), int(self._c.resource[i])
        needs, resources = facts.needs, facts.resources
        unit = facts.units[int(resources.unit[r])]
        notes = []
        if resources.qualifier[r] != "exact":
            notes.append(Finding("note.approximate", {"offered": int(resources.offered[r]), "unit": unit}))
        if resources.assumed[r]:
            notes.append(Finding("note.assumed_offer", {"unit": unit}))
        if needs.assumed[n]:
            notes.append(Finding("note.assumed_need", {"unit": facts.units[int(needs.unit[n])]}))
        if not self._travels[i] and "approximate" in (needs.located_by[n], resources.located_by[r]):
            notes.append(Finding("note.approximate_place", {}))
        if int(resources.slot_window[slot]) != ALWAYS and facts.provisional_days:
            notes.append(Finding("note.provisional", {"days": facts.provisional_days}))
        last = int(resources.valid_to_day[r])
        if last != LAST_DAY and last < facts.horizon_days - 1:
            until = (facts.first_day + timedelta(days=last)).isoformat()
            notes.append(Finding("note.valid_to", {"date": until}))
        return notes

"""What keeps each resource from a need, rule by rule, and the smallest change that would lift it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product

import numpy as np
import numpy.typing as npt

from matcher import eligibility as rules
from matcher.advice.adjust import adjust, longer
from matcher.advice.effort import effort
from matcher.advice.joining import joinings
from matcher.explanations.evidence import minutes, two_languages
from matcher.policy import Policy
from matcher.policy_settings import LARGEST_TERM_S
from matcher.reasons import Finding
from matcher.street.budgets import paying_pool, yuan
from matcher.street.candidates import BEFORE_WALKING, measure
from matcher.street.facts import ALWAYS, DAY_MIN, NONE, Candidates, Facts
from matcher.street.rulings import NO_RULING, ruling_against
from matcher.travel import FARTHEST_M

Int64 = npt.NDArray[np.int64]

WHOLE_MIN = 15
"""Opening times move by quarters of an hour."""
MOST_LONGER_MIN = 240
"""A slot that would have to open or close by more than this is told to open in the asked time as well."""
MOST_WALK_MIN = 180
"""A walking limit is not stretched beyond this."""
FIXABLE = frozenset(code for code, _ in rules.RULES) - frozenset(BEFORE_WALKING)
"""Rules that something can be done about; nothing makes one kind of thing another."""


@dataclass(frozen=True, slots=True)
class Option:
    """
    Changes that together let a resource through to a need.

    Parameters
    ----------
    resource
        Index in the facts.
    changes
        What lifts each rule that it fails, each change once; empty when it fails none.
    effort
        How large they are, for the order in which they are tried: `matcher.advice.effort` of all.
    """

    resource: int
    changes: tuple[Finding, ...]
    effort: int = field(compare=False)


def options(facts: Facts, policy: Policy, n: int, *, most: int) -> tuple[Option, ...]:
    """
    Every way to let a resource through to a need with at most so many changes, fewest and smallest changes first.

    Parameters
    ----------
    n
        Need, index in the facts.
    most
        Changes in one option.
    """
    c = of_the_kind(facts, policy, n)
    fails = {code: ~rule(facts, policy, c) for code, rule in rules.RULES}
    lifters = Lifters(facts, policy, n, c)
    found = []
    for i in range(len(c)):
        failed = [code for code, _ in rules.RULES if fails[code][i]]
        if len(failed) > most + 1 or not FIXABLE.issuperset(failed):  # joining a pool may lift two at once
            continue
        for every_lift in product(*(lifters.of(code, i) for code in failed)):
            lifts = tuple(lift for k, lift in enumerate(every_lift) if lift not in every_lift[:k])
            if len(lifts) <= most:
                found.append(Option(int(c.resource[i]), lifts, sum(effort(facts, change) for change in lifts)))
    return tuple(sorted(found, key=lambda option: (len(option.changes), option.effort, option.resource)))


def of_the_kind(facts: Facts, policy: Policy, n: int) -> Candidates:
    """Resources whose category and unit can serve a need, with their walks however far."""
    every = np.arange(len(facts.resources), dtype=np.int32)
    c = Candidates.unmeasured(np.full(len(every), n, np.int32), every)
    stuck = np.zeros(len(c), np.bool_)
    for code, rule in rules.RULES:
        if code in BEFORE_WALKING:
            stuck |= ~rule(facts, policy, c)
    return measure(facts, policy, c.keep(~stuck), farthest_m=FARTHEST_M)


class Lifters:
    """Changes that would lift one rule for one candidate; none where nothing would."""

    def __init__(self, facts: Facts, policy: Policy, n: int, c: Candidates) -> None:
        self._facts = facts
        self._policy = policy
        self._n = n
        self._c = c
        self._excluded = rules.is_excluded(facts, c)
        self._has_list = rules.has_list(facts, c)
        self._is_listed = rules.is_listed(facts, c)
        self._limit_s = rules.limit_s(facts, policy, c)
        self._joinings = joinings(facts, n)
        self._lift: dict[str, Callable[[int], list[Finding]]] = {
            "reach": self._reach,
            "window": self._window,
            "target_group": self._target_group,
            "agreement": self._agreement,
            "validity": self._validity,
            "batch": self._batch,
            "skill": self._skill,
            "mode": self._mode,
            "ruling": self._ruling,
            "budget": self._budget,
        }

    def of(self, code: str, i: int) -> list[Finding]:
        """Changes of which each lifts the rule with a code for candidate ``i``."""
        return self._lift[code](i)

    def _resource(self, i: int) -> dict[str, object]:
        r = int(self._c.resource[i])
        return {"resource": self._facts.resources.name[r], "resource_uid": self._facts.resources.uid[r]}

    def _area(self) -> dict[str, object]:
        area = int(self._facts.needs.area[self._n])
        return {"area": self._facts.areas.name[area], "area_uid": self._facts.areas.uid[area]}

    def _reach(self, i: int) -> list[Finding]:
        if self._excluded[i]:
            if self._has_list[i] and not self._is_listed[i]:
                return []
            return [Finding("remedy.exclusion", {**self._resource(i), **self._area()})]
        if self._has_list[i]:
            listed = Finding("remedy.coverage", {**self._resource(i), **self._area()})
            r = int(self._c.resource[i])
            return [listed, *(j.change for j in self._joinings if j.opens[r])]
        walk_s = int(self._c.walk_s[i])
        if walk_s < 0 or walk_s > MOST_WALK_MIN * 60:
            return []
        kinds, kind = self._facts.categories, int(self._facts.needs.category[self._n])
        had_min, limit_min = minutes(int(self._limit_s[i])), minutes(walk_s)
        figures = {**self._resource(i), "from_min": had_min, "limit_min": limit_min, "minutes": limit_min - had_min}
        if int(kinds.walk_limit_s[kind]) == NONE:
            allowed = limit_min * 60 <= LARGEST_TERM_S
            return [Finding("remedy.walk_default", figures)] if allowed else []
        named = {"category": two_languages(kinds.name_zh[kind], kinds.name_en[kind]), "category_code": kinds.code[kind]}
        return [Finding("remedy.walk_limit", {**figures, **named})]

    def _window(self, i: int) -> list[Finding]:
        facts, r = self._facts, int(self._c.resource[i])
        asked = int(facts.needs.window[self._n])
        if asked == ALWAYS or not len(facts.windows[asked]):
            return []
        found = []
        for slot in range(*facts.resources.slot_start[r : r + 2].tolist()):
            hours = facts.resources.slot_text[slot]
            figures = {**self._resource(i), "slot_uid": facts.resources.slot_uid[slot], "hours": hours}
            wanted = facts.windows[asked]
            before, after = _missing(facts.windows[int(facts.resources.slot_window[slot])], wanted)
            if 0 < before + after <= MOST_LONGER_MIN:
                code = "longer" if before and after else "earlier" if before else "later"
                minutes_more = {"before_min": before, "after_min": after}
                found.append(Finding(f"remedy.window.{code}", {**figures, **minutes_more}))
            else:
                texts = {"asked": facts.needs.window_text[self._n], "need_uid": facts.needs.uid[self._n]}
                found.append(Finding("remedy.window.added", {**figures, **texts}))
        return sorted(found, key=lambda change: effort(facts, change))[:1]

    def _target_group(self, i: int) -> list[Finding]:
        return [Finding("remedy.target_group", self._resource(i))]

    def _agreement(self, i: int) -> list[Finding]:
        providers = self._facts.providers
        p = int(self._facts.resources.provider[self._c.resource[i]])
        signed = {"provider": providers.name[p], "provider_uid": providers.uid[p]}
        return [Finding("remedy.agreement.signed", signed), Finding("remedy.agreement.off", {})]

    def _validity(self, i: int) -> list[Finding]:
        facts, r = self._facts, int(self._c.resource[i])
        first, last = int(facts.resources.valid_from_day[r]), int(facts.resources.valid_to_day[r])
        found = []
        for day in self._days_wanted():
            if day > last:
                found.append(("longer", day, (min(first, day), day), day - last))
            if day < first:
                found.append(("earlier", day, (day, max(last, day)), first - day))
        if not found:
            return []
        code, day, (from_day, to_day), _ = min(found, key=lambda entry: (entry[3], entry[1]))
        date = (facts.first_day + timedelta(days=day)).isoformat()
        figures = {**self._resource(i), "date": date, "from_day": from_day, "to_day": to_day}
        return [Finding(f"remedy.validity.{code}", figures)]

    def _days_wanted(self) -> list[int]:
        """First and last day on which the need could be served; with a window, all on which it begins."""
        needs = self._facts.needs
        if int(needs.window[self._n]) == ALWAYS:
            return [int(needs.from_day[self._n]), int(needs.to_day[self._n])]
        bounds = self._facts.windows[int(needs.window[self._n])]
        return sorted(set((bounds[:, 0] // DAY_MIN).tolist()))

    def _batch(self, _: int) -> list[Finding]:
        b = int(self._facts.needs.batch[self._n])
        if b == NONE:
            return []
        figures = {"batch_uid": self._facts.batches.uid[b], "no": self._facts.batches.no[b]}
        return [Finding("remedy.batch", figures)]

    def _skill(self, i: int) -> list[Finding]:
        """Skills that the provider would have to have on record, or amenities that the place would have to get."""
        facts, r = self._facts, int(self._c.resource[i])
        p, needs = int(facts.resources.provider[r]), facts.needs
        skills, amenities = int(needs.skills[self._n]), int(needs.amenities[self._n])
        unable = not facts.skill_fits[skills, facts.providers.skills[p]]
        bare = not facts.amenity_fits[amenities, facts.resources.amenities[r]]
        if unable and bare:
            return []
        if bare:
            figures = {**self._resource(i), "amenities": list(facts.amenity_sets[amenities])}
            return [Finding("remedy.amenity", figures)]
        who = {"provider": facts.providers.name[p], "provider_uid": facts.providers.uid[p]}
        return [Finding("remedy.skill", {**who, "skills": list(facts.skill_sets[skills])})]

    def _mode(self, i: int) -> list[Finding]:
        asked = int(self._facts.needs.modes[self._n])
        mode = next(code for bit, code in enumerate(self._facts.modes) if asked >> bit & 1)
        figures = {**self._resource(i), "mode": {"code": f"mode.{mode}", "params": {}}, "mode_code": mode}
        return [Finding("remedy.mode", figures)]

    def _ruling(self, i: int) -> list[Finding]:
        """All rulings against the pair would have to be lifted: each time the first that is left."""
        facts, pair, lifted = self._facts, self._c.keep(np.array([i])), []
        while (against := int(ruling_against(facts, pair)[0])) != NO_RULING:
            lifted.append(facts.rulings.uid[against])
            facts, _ = adjust(facts, self._policy, Finding("remedy.ruling", {"ruling_uids": lifted[-1:]}))
        kinds = sorted({facts.rulings.kind[facts.rulings.uid.index(uid)] for uid in lifted})
        figures = {
            **self._resource(i),
            "ruling_uids": lifted,
            "kinds": [{"code": f"ruling.{kind}", "params": {}} for kind in kinds],
        }
        return [Finding("remedy.ruling", figures)]

    def _budget(self, i: int) -> list[Finding]:
        """
        Enough money for all that the need asks for, where some pays for it, or that of a pool that it joins.

        What the pool has left may go to others, so all of it is asked for, too.
        """
        facts, pool = self._facts, int(paying_pool(self._facts)[self._n])
        cost, left = int(facts.resources.unit_cost_fen[self._c.resource[i]]), facts.budgets.left_fen
        able = [j.change for j in self._joinings if j.pays != NONE and cost <= int(left[j.pays])]
        if pool == NONE:
            return able
        every = cost * int(facts.needs.quantity[self._n])
        named = {"budget": facts.budgets.name[pool], "budget_uid": facts.budgets.uid[pool]}
        sums = dict.fromkeys((every - int(left[pool]), every))
        return [*(Finding("remedy.budget", {**named, "fen": fen, "yuan": yuan(fen)}) for fen in sums), *able]


def _missing(opened: Int64, asked: Int64) -> tuple[int, int]:
    """
    Minutes, in quarters of an hour, by which a window opens too late and closes too early to contain another.

    Each time that is asked is taken with the opening that lacks least for it. (0, 0) when there is no opening at all.
    """
    if not len(opened):
        return 0, 0
    late = np.maximum(opened[None, :, 0] - asked[:, None, 0], 0)
    early = np.maximum(asked[:, None, 1] - opened[None, :, 1], 0)
    best = np.argmin(late + early, axis=1)
    each = np.arange(len(asked))
    before, after = (-(-int(lack[each, best].max()) // WHOLE_MIN) * WHOLE_MIN for lack in (late, early))
    return (before, after) if rules.contains(longer(opened, before, after), asked) else (0, 0)

"""
What a need is worth within its urgency class: seconds of walking that a unit of it may cost more than another's.

One function per priority, per unit left unmet. The class alone decides between classes; these only within one.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.policy import Policy
from matcher.reasons import Finding
from matcher.street.facts import HARD, HOT, KEY, NONE, Facts

Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]
Priority = Callable[[Facts, Policy], Int64]


def key_problem(facts: Facts, policy: Policy) -> Int64:
    """Seconds for a key problem (重点)."""
    return _where((facts.needs.flags & KEY) > 0, policy.key_s)


def hard_problem(facts: Facts, policy: Policy) -> Int64:
    """Seconds for a hard problem (难点)."""
    return _where((facts.needs.flags & HARD) > 0, policy.hard_s)


def hot_problem(facts: Facts, policy: Policy) -> Int64:
    """Seconds for a hot problem (热点)."""
    return _where((facts.needs.flags & HOT) > 0, policy.hot_s)


def beneficiaries(facts: Facts, policy: Policy) -> Int64:
    """Seconds for each doubling of the households or persons who benefit, whichever is more, up to a limit."""
    needs = facts.needs
    by_households = doublings(needs.households) * policy.households_s
    by_persons = doublings(needs.persons) * policy.persons_s
    return np.minimum(np.maximum(by_households, by_persons), policy.beneficiaries_most_s)


def target_group(facts: Facts, policy: Policy) -> Int64:
    """Seconds for who it is for: the largest of its groups and their wider ones."""
    stated = dict(policy.target_groups)
    of_set = [max((stated[code] for code in codes if code in stated), default=0) for codes in facts.group_codes]
    return np.array(of_set, np.int64)[facts.needs.groups]


def waiting(facts: Facts, policy: Policy) -> Int64:
    """Seconds for each day since it was raised, up to a limit."""
    return np.minimum(facts.needs.waiting_days.astype(np.int64) * policy.waiting_s_per_day, policy.waiting_most_s)


def elderly_share(facts: Facts, policy: Policy) -> Int64:
    """Seconds for the share of people of 60 and over where it is, as far as somebody stated it."""
    share = np.nan_to_num(profile(facts, facts.areas.share_60plus))[facts.needs.area]
    return np.floor(share * policy.elderly_share_s).astype(np.int64)


def no_property(facts: Facts, policy: Policy) -> Int64:
    """Seconds where there is no property manager."""
    stated = np.where(facts.areas.managed == NONE, np.nan, facts.areas.managed.astype(np.float64))
    return _where(profile(facts, stated)[facts.needs.area] == 0, policy.no_property_s)


def old_building(facts: Facts, policy: Policy) -> Int64:
    """Seconds where the buildings are old."""
    stated = np.where(facts.areas.built_year == NONE, np.nan, facts.areas.built_year.astype(np.float64))
    age = facts.first_day.year - profile(facts, stated)[facts.needs.area]
    return _where(age >= policy.old_building_years, policy.old_building_s)


PRIORITIES: tuple[tuple[str, Priority], ...] = (
    ("key", key_problem),
    ("hard", hard_problem),
    ("hot", hot_problem),
    ("beneficiaries", beneficiaries),
    ("target_group", target_group),
    ("waiting", waiting),
    ("elderly_share", elderly_share),
    ("no_property", no_property),
    ("old_building", old_building),
)
"""Code and priority, in the order in which they are told."""


def priority_seconds(facts: Facts, policy: Policy) -> Int64:
    """Extra worth of a unit of each need within its class: the sum of its priorities, shape ``(needs,)``."""
    total = np.zeros(len(facts.needs), np.int64)
    for _, priority in PRIORITIES:
        total += priority(facts, policy)
    return total


class PriorityWords:
    """
    Tells of needs why they come before others of their class.

    Parameters
    ----------
    facts, policy
        As the instance has them.
    """

    def __init__(self, facts: Facts, policy: Policy) -> None:
        self._facts = facts
        self._seconds = {code: priority(facts, policy).tolist() for code, priority in PRIORITIES}
        self._share = np.nan_to_num(profile(facts, facts.areas.share_60plus))

    def of(self, need: int) -> tuple[Finding, ...]:
        """One finding per priority that counts for a need; none when it is like any other."""
        return tuple(
            Finding(f"priority.{code}", {"worth_s": self._seconds[code][need], **self._figures(code, need)})
            for code, _ in PRIORITIES
            if self._seconds[code][need]
        )

    def _figures(self, code: str, need: int) -> dict[str, Any]:
        needs = self._facts.needs
        if code == "beneficiaries":
            return {"households": int(needs.households[need]), "persons": int(needs.persons[need])}
        if code == "target_group":
            return {"groups": list(self._facts.group_names[int(needs.groups[need])])}
        if code == "waiting":
            return {"days": int(needs.waiting_days[need])}
        if code == "elderly_share":
            return {"percent": round(100 * float(self._share[needs.area[need]]))}
        return {}


def doublings(amount: Int64) -> Int64:
    """How often 1 doubles until it would pass an amount; 0 for none or one."""
    return np.frexp(np.maximum(amount, 1).astype(np.float64))[1].astype(np.int64) - 1


def profile(facts: Facts, stated: Float64) -> Float64:
    """What is stated of each area, else of the nearest area around it; NaN where of none."""
    found = stated.copy()
    for area in np.flatnonzero(np.isnan(stated)).tolist():
        around = (stated[outer] for outer in facts.areas.within[area])
        found[area] = next((value for value in around if not np.isnan(value)), np.nan)
    return found


def _where(mask: npt.NDArray[np.bool_], seconds: int) -> Int64:
    return np.where(mask, seconds, 0).astype(np.int64)

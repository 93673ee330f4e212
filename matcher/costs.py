"""
What a pairing costs: one function per term, in whole seconds of walking-equivalent.

The only place where preferences become integers. The cost of a pair is the sum of its terms, per unit given.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from matcher import eligibility as rules
from matcher.errors import refused
from matcher.policy import Policy
from matcher.policy_settings import OUTSIDE
from matcher.street.budgets import FEN_PER_YUAN
from matcher.street.facts import AGREEMENT_IN_FORCE, NONE, Candidates, Facts, Mask

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Term = Callable[[Facts, Policy, Candidates], Int64]

MOST_FEN = 1 << 40
"""Money beyond this counts like this: far above any limit of the term, far below what 64 bits hold."""
CLASSES = 4
"""急 难 愁 盼."""
STEP_FACTOR = 10
"""A step between classes is above this many times the largest pair cost: so many dearer pairs never outweigh it."""


def walking(facts: Facts, policy: Policy, c: Candidates) -> Int64:
    """
    Seconds that somebody walks: nothing when the provider comes.

    A pair on a coverage list beyond the limit, or with an end that has no place, is charged the limit.
    """
    limit = rules.limit_s(facts, policy, c)
    walked = np.where((c.walk_s >= 0) & (c.walk_s <= limit), c.walk_s, limit)
    return np.where(rules.provider_travels(facts, c), 0, walked).astype(np.int64)


def ring(facts: Facts, policy: Policy, c: Candidates) -> Int64:
    """
    Seconds by the lowest ring that holds both the need's area and the resource's home.

    Nothing where the need's community has asked the level above for help, and nothing in emergency mode.
    """
    seconds = ring_seconds(facts, policy)[ring_index(facts, c)]
    return np.where(is_ringless(facts, policy, c), 0, seconds).astype(np.int64)


def ring_first(facts: Facts, policy: Policy, c: Candidates) -> Int64:
    """Seconds beyond the rings that come first: above ten times all other terms together, so that these are a stage."""
    last_first = first_rings(facts, policy)
    if last_first is None:
        return np.zeros(len(c), np.int64)
    beyond = (ring_index(facts, c) > last_first) & ~is_ringless(facts, policy, c)
    charge: Int64 = np.where(beyond, STEP_FACTOR * largest_cost(facts, policy) + 1, 0).astype(np.int64)
    return charge


def substitution(facts: Facts, policy: Policy, c: Candidates) -> Int64:
    """Seconds for what a substitute lacks in fitness."""
    weight = facts.categories.weight[facts.needs.category[c.need], facts.resources.category[c.resource]]
    return np.rint((1 - weight) * policy.substitution_s).astype(np.int64)


def agreement(facts: Facts, policy: Policy, c: Candidates) -> Int64:
    """Seconds when the provider's agreement in force is with somebody else, more when it has none."""
    in_force = facts.providers.agreement[facts.resources.provider[c.resource]] == AGREEMENT_IN_FORCE
    elsewhere = np.where(is_partner(facts, c), 0, policy.agreement_elsewhere_s)
    return np.where(in_force, elsewhere, policy.agreement_none_s).astype(np.int64)


def cooperation(facts: Facts, policy: Policy, c: Candidates) -> Int64:
    """Seconds when the provider has not yet served the need's community."""
    return np.where(has_served(facts, c), 0, policy.first_time_s).astype(np.int64)


def freshness(facts: Facts, policy: Policy, c: Candidates) -> Int64:
    """Seconds for the age of the resource's survey, up to a limit; the limit when there was none."""
    age = facts.resources.survey_age_days[c.resource].astype(np.int64)
    late = np.minimum(np.maximum(age - policy.fresh_days, 0) * policy.stale_s_per_day, policy.stale_most_s)
    return np.where(age == NONE, policy.stale_most_s, late)


def own_area(facts: Facts, policy: Policy, c: Candidates) -> Int64:
    """Seconds when the provider does not look after the need's area (包联), where the street's lists know who does."""
    return _tie(facts, facts.providers.own_areas, policy.own_area_s, c)


def paired(facts: Facts, policy: Policy, c: Candidates) -> Int64:
    """Seconds when the provider is not paired (结对) with the need's area, where the lists know who is."""
    return _tie(facts, facts.providers.paired_areas, policy.paired_s, c)


def seat(facts: Facts, policy: Policy, c: Candidates) -> Int64:
    """Seconds when the provider does not sit on a committee of the need's area, where the lists know who does."""
    return _tie(facts, facts.providers.seat_areas, policy.seat_s, c)


def money(facts: Facts, policy: Policy, c: Candidates) -> Int64:
    """Seconds for what a unit costs, up to a limit; whether there is money for it at all is the budget's rule."""
    fen = np.minimum(facts.resources.unit_cost_fen[c.resource], MOST_FEN)
    seconds = (fen * policy.money_s_per_yuan + FEN_PER_YUAN // 2) // FEN_PER_YUAN
    capped: Int64 = np.minimum(seconds, policy.money_most_s).astype(np.int64)
    return capped


TERMS: tuple[tuple[str, Term], ...] = (
    ("walk", walking),
    ("ring", ring),
    ("ring_first", ring_first),
    ("substitution", substitution),
    ("agreement", agreement),
    ("cooperation", cooperation),
    ("freshness", freshness),
    ("own_area", own_area),
    ("paired", paired),
    ("seat", seat),
    ("money", money),
)
"""Code and term, in the order in which they are told."""


def in_play(facts: Facts, policy: Policy) -> frozenset[str]:
    """Terms that can tell pairs of this street apart; the others are nothing for every pair and are not told."""
    providers, resources = facts.providers, facts.resources
    absent = {
        "ring_first": first_rings(facts, policy) is None,
        "own_area": not (providers.own_areas != NONE).any(),
        "paired": not (providers.paired_areas != NONE).any(),
        "seat": not (providers.seat_areas != NONE).any(),
        "money": not resources.unit_cost_fen.any(),
    }
    return frozenset(code for code, _ in TERMS if not absent.get(code, False))


def largest_cost(facts: Facts, policy: Policy) -> int:
    """More than any pair can cost by all terms but `ring_first`."""
    limit = max(policy.default_limit_s, int(facts.categories.walk_limit_s.max(initial=0)))
    return (
        limit
        + int(ring_seconds(facts, policy).max())
        + policy.substitution_s
        + max(policy.agreement_elsewhere_s, policy.agreement_none_s)
        + policy.first_time_s
        + policy.stale_most_s
        + policy.own_area_s
        + policy.paired_s
        + policy.seat_s
        + policy.money_most_s
    )


def pair_costs(facts: Facts, policy: Policy, c: Candidates) -> Int64:
    """Cost of one unit on each pair: the sum of its terms."""
    total = np.zeros(len(c), np.int64)
    for _, term in TERMS:
        total += term(facts, policy, c)
    return total


def unmet_costs(urgency: Int32, step: int) -> Int64:
    """Cost of a unit left unmet by urgency, 0 urgent (急) to 3 hoped for (盼)."""
    return (CLASSES - urgency.astype(np.int64)) * step


def ring_seconds(facts: Facts, policy: Policy) -> Int64:
    """Seconds of each ring level of the street, ``outside`` last."""
    stated = dict(policy.rings)
    missing = [level for level in facts.ring_levels if level not in stated]
    if missing:
        raise refused(code="policy.ring_missing", level=missing[0], value=list(stated))
    return np.array([*(stated[level] for level in facts.ring_levels), stated[OUTSIDE]], np.int64)


def ring_index(facts: Facts, c: Candidates) -> Int64:
    """Index of the lowest ring level that holds both ends; the number of levels when none does."""
    area, home = facts.areas.rings[facts.needs.area[c.need]], facts.resources.home_rings[c.resource]
    found = np.full(len(c), len(facts.ring_levels), np.int64)
    for level in range(len(facts.ring_levels) - 1, -1, -1):
        shared = np.zeros(len(c), np.bool_)
        for i in range(area.shape[2]):
            for j in range(home.shape[2]):
                shared |= (area[:, level, i] == home[:, level, j]) & (area[:, level, i] != NONE)
        found[shared] = level
    return found


def first_rings(facts: Facts, policy: Policy) -> int | None:
    """Index of the last ring level that comes first, ``None`` when none does or the street has no such level."""
    levels = facts.ring_levels
    return levels.index(policy.ring_first) if policy.ring_first in levels else None


def is_ringless(facts: Facts, policy: Policy, c: Candidates) -> Mask:
    """Whether rings cost a need nothing: help was asked for, or there is an emergency."""
    ringless: Mask = facts.needs.help[c.need] | policy.emergency
    return ringless


def is_tied(facts: Facts, rows: Int32, c: Candidates) -> Mask:
    """Whether the provider has a tie of one kind (a row of area sets for each) with the need's area."""
    return _in_provider_set(facts, rows, c)


def is_partner(facts: Facts, c: Candidates) -> Mask:
    """Whether the provider has an agreement in force with the need's community or whoever stands for it."""
    return _in_provider_set(facts, facts.providers.partner_areas, c)


def has_served(facts: Facts, c: Candidates) -> Mask:
    """Whether the provider has served the need's community before."""
    return _in_provider_set(facts, facts.providers.served_areas, c)


def _tie(facts: Facts, rows: Int32, seconds: int, c: Candidates) -> Int64:
    if not (rows != NONE).any():
        return np.zeros(len(c), np.int64)
    return np.where(is_tied(facts, rows, c), 0, seconds).astype(np.int64)


def _in_provider_set(facts: Facts, rows: Int32, c: Candidates) -> Mask:
    if not len(facts.area_sets):
        return np.zeros(len(c), np.bool_)
    row = rows[facts.resources.provider[c.resource]]
    found: Mask = (row != NONE) & facts.area_sets[row, facts.needs.area[c.need]]
    return found

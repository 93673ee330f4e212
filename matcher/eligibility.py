"""
Who may serve whom: one function per hard rule, in the order of the funnel.

Each takes the facts, the policy and flat candidates, and returns a mask: true where the rule lets the pair through. A
candidate is removed by the first rule that it fails. What is left can only fail for want of capacity.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from matcher.policy import Policy
from matcher.street.budgets import paying_pool
from matcher.street.facts import AGREEMENT_IN_FORCE, ALWAYS, DAY_MIN, NONE, Candidates, Facts, Mask
from matcher.street.rulings import NO_RULING, ruling_against
from matcher.travel import WalkMethod

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
Rule = Callable[[Facts, Policy, Candidates], Mask]

PIECE = 1 << 20
"""Candidates that a rule looks at together: some tens of megabytes."""
PASSED = -1
"""In the answer of `first_failed`: no rule removes the candidate."""


def category(facts: Facts, _: Policy, c: Candidates) -> Mask:
    """The resource's category can serve the need's, and a need bound to one resource takes no other."""
    needs, kinds = facts.needs, facts.categories
    need_kind, resource_kind = needs.category[c.need], facts.resources.category[c.resource]
    bound = needs.only_resource[c.need]
    fits = kinds.weight[need_kind, resource_kind] > 0
    passes: Mask = fits & ((bound == NONE) | (bound == c.resource))
    return passes


def routed(facts: Facts, _: Policy, c: Candidates) -> Mask:
    """The need's category is not one that goes elsewhere."""
    passes: Mask = ~facts.routed_needs[c.need]
    return passes


def unit(facts: Facts, _: Policy, c: Candidates) -> Mask:
    """Both amounts are in units of which one fills one unit of the need's category."""
    need_kind = facts.needs.category[c.need]
    one_for_one = facts.categories.one_for_one
    passes: Mask = (
        one_for_one[need_kind, facts.needs.unit[c.need]] & one_for_one[need_kind, facts.resources.unit[c.resource]]
    )
    return passes


def reach(facts: Facts, policy: Policy, c: Candidates) -> Mask:
    """
    The need's area is on the coverage list; without a list, somebody can walk or travels anyway.

    The list decides at any distance, both ways; an excluded area is never served. Where an end has no place, a
    resource without a list serves its own community only.
    """
    passes: Mask = ~is_excluded(facts, c) & (is_listed(facts, c) | (~has_list(facts, c) & _can_meet(facts, policy, c)))
    return passes


def window(facts: Facts, _: Policy, c: Candidates) -> Mask:
    """Some slot of the resource contains the need's window, guard time included."""
    owner, slot = slots_of(facts, c)
    fits = slot_fits(facts, facts.needs.window[c.need[owner]], facts.resources.slot_window[slot])
    passes = np.zeros(len(c), np.bool_)
    passes[owner[fits]] = True
    return passes


def target_group(facts: Facts, _: Policy, c: Candidates) -> Mask:
    """Everybody that the need is for belongs to a group that the resource is for."""
    passes: Mask = facts.group_fits[facts.needs.groups[c.need], facts.resources.groups[c.resource]]
    return passes


def skill(facts: Facts, _: Policy, c: Candidates) -> Mask:
    """The provider has every skill, and the place every amenity, that the need asks for."""
    needs, resources = facts.needs, facts.resources
    able = facts.skill_fits[needs.skills[c.need], facts.providers.skills[resources.provider[c.resource]]]
    passes: Mask = able & facts.amenity_fits[needs.amenities[c.need], resources.amenities[c.resource]]
    return passes


def mode(facts: Facts, _: Policy, c: Candidates) -> Mask:
    """
    The resource is given in a service mode that the need asks for.

    Of several modes asked for, one is enough. A resource that states none has those that its category implies.
    """
    asked = facts.needs.modes[c.need]
    passes: Mask = (asked == 0) | ((asked & facts.resources.modes[c.resource]) != 0)
    return passes


def agreement(facts: Facts, policy: Policy, c: Candidates) -> Mask:
    """The provider has an agreement in force, where the policy asks for one."""
    if not policy.agreement_required:
        return np.ones(len(c), np.bool_)
    passes: Mask = facts.providers.agreement[facts.resources.provider[c.resource]] == AGREEMENT_IN_FORCE
    return passes


def validity(facts: Facts, _: Policy, c: Candidates) -> Mask:
    """The resource is valid on a day on which the need is to be served."""
    needs, resources = facts.needs, facts.resources
    valid_from, valid_to = resources.valid_from_day[c.resource], resources.valid_to_day[c.resource]
    passes: Mask = (valid_from <= needs.to_day[c.need]) & (valid_to >= needs.from_day[c.need])
    passes &= valid_from <= valid_to  # a term written the wrong way round holds no day
    windowed = np.flatnonzero(passes & (needs.window[c.need] != ALWAYS))
    terms, term = np.unique(
        np.stack((resources.valid_from_day, resources.valid_to_day), axis=-1), axis=0, return_inverse=True
    )
    key = needs.window[c.need[windowed]].astype(np.int64) * len(terms) + term.reshape(-1)[c.resource[windowed]]
    distinct, which = np.unique(key, return_inverse=True)
    open_then = [_opens_between(facts.windows[k // len(terms)], *terms[k % len(terms)].tolist()) for k in distinct]
    passes[windowed] = np.array(open_then, np.bool_)[which]
    return passes


def batch(facts: Facts, _: Policy, c: Candidates) -> Mask:
    """The need's batch, if it has one, is released."""
    passes: Mask = facts.needs.released[c.need]
    return passes


def ruling(facts: Facts, _: Policy, c: Candidates) -> Mask:
    """Nobody has decided against the pair: no ban, no decline that still cools down, no provider who did not come."""
    passes: Mask = ruling_against(facts, c) == NO_RULING
    return passes


def budget(facts: Facts, _: Policy, c: Candidates) -> Mask:
    """What a unit costs, some pool can pay for; whether its money lasts for all is what the solver decides."""
    unit_cost = facts.resources.unit_cost_fen[c.resource]
    passes: Mask = unit_cost == 0
    if passes.all():
        return passes
    pool = paying_pool(facts)[c.need]
    left = facts.budgets.left_fen[pool] if len(facts.budgets) else np.zeros(len(c), np.int64)
    passes |= (pool != NONE) & (unit_cost <= left)
    return passes


RULES: tuple[tuple[str, Rule], ...] = (
    ("category", category),
    ("routed", routed),
    ("unit", unit),
    ("reach", reach),
    ("window", window),
    ("target_group", target_group),
    ("skill", skill),
    ("mode", mode),
    ("agreement", agreement),
    ("validity", validity),
    ("batch", batch),
    ("ruling", ruling),
    ("budget", budget),
)
"""Code and rule, in funnel order. ``capacity``, the last stage, is what the solver decides."""

STAGES = (*(code for code, _ in RULES), "capacity")


def first_failed(facts: Facts, policy: Policy, c: Candidates) -> Int8:
    """Index in `RULES` of the first rule that each candidate fails, `PASSED` where it fails none."""
    failed = np.full(len(c), PASSED, np.int8)
    for stage, (_, rule) in enumerate(RULES):
        failed[(failed == PASSED) & ~rule(facts, policy, c)] = stage
    return failed


def piecewise(rule: Rule, facts: Facts, policy: Policy, c: Candidates) -> Mask:
    """What a rule says of many candidates, `PIECE` at a time, so that its scratch stays small."""
    pieces = [slice(first, first + PIECE) for first in range(0, len(c), PIECE)]
    return np.concatenate([np.zeros(0, np.bool_), *(rule(facts, policy, c.keep(piece)) for piece in pieces)])


def has_list(facts: Facts, c: Candidates) -> Mask:
    """Whether the resource has a coverage list."""
    listed: Mask = facts.resources.cover[c.resource] != NONE
    return listed


def is_listed(facts: Facts, c: Candidates) -> Mask:
    """Whether the need's area is on the resource's coverage list, or lies in one that is."""
    return _in_area_set(facts, facts.resources.cover[c.resource], c)


def is_excluded(facts: Facts, c: Candidates) -> Mask:
    """Whether the need's area is, or lies in, one that the resource never serves."""
    return _in_area_set(facts, facts.resources.exclude[c.resource], c)


def provider_travels(facts: Facts, c: Candidates) -> Mask:
    """Whether the provider comes to the need: as its service modes say, else as its category does."""
    mode = facts.resources.travels[c.resource]
    by_category = facts.categories.walk_limit_s[facts.resources.category[c.resource]] == NONE
    travels: Mask = np.where(mode == NONE, by_category, mode == 1)
    return travels


def is_placed(facts: Facts, c: Candidates) -> Mask:
    """Whether both ends have a place."""
    placed: Mask = ~(np.isnan(facts.needs.xy[c.need, 0]) | np.isnan(facts.resources.xy[c.resource, 0]))
    return placed


def limit_s(facts: Facts, policy: Policy, c: Candidates) -> Int32:
    """Longest walk that the need's category allows, in seconds."""
    stated = facts.categories.walk_limit_s[facts.needs.category[c.need]]
    return np.where(stated == NONE, policy.default_limit_s, stated).astype(np.int32)


def speed_mps(facts: Facts, policy: Policy, c: Candidates) -> Float64:
    """Walking speed of the need's people in metres a second."""
    return np.where(facts.needs.slow[c.need], policy.elder_speed_mps, policy.walk_speed_mps)


def slots_of(facts: Facts, c: Candidates) -> tuple[Int64, Int64]:
    """Each candidate with each slot of its resource: index of the candidate, index of the slot."""
    first = facts.resources.slot_start[c.resource]
    count = facts.resources.slot_start[c.resource + 1] - first
    owner = np.repeat(np.arange(len(c)), count)
    before = np.repeat(np.cumsum(count) - count, count)
    return owner, first[owner] + np.arange(len(owner)) - before


def slot_fits(facts: Facts, need_window: Int32, slot_window: Int32) -> Mask:
    """Whether a slot's window contains a need's; never where one of them never occurs."""
    width = len(facts.windows) + 1
    key = (need_window.astype(np.int64) - ALWAYS) * width + (slot_window - ALWAYS)
    distinct, which = np.unique(key, return_inverse=True)
    fits = [_fits(facts, k // width + ALWAYS, k % width + ALWAYS) for k in distinct.tolist()]
    found: Mask = np.array(fits, np.bool_)[which]
    return found


def _fits(facts: Facts, asked: int, offered: int) -> bool:
    if asked != ALWAYS and len(facts.windows[asked]) == 0:
        return False
    if offered == ALWAYS:
        return True
    if len(facts.windows[offered]) == 0:
        return False
    return asked == ALWAYS or contains(facts.windows[offered], facts.windows[asked])


def contains(outer: Int64, inner: Int64) -> bool:
    """Whether every minute of ``inner`` is in ``outer``; both sorted, disjoint bounds of shape ``(k, 2)``."""
    holder = np.searchsorted(outer[:, 0], inner[:, 0], side="right") - 1
    return bool((holder >= 0).all() and (inner[:, 1] <= outer[holder, 1]).all())


def union(windows: Sequence[Int64]) -> Int64:
    """The minutes in any of some windows, as sorted, disjoint bounds that do not touch."""
    bounds = np.concatenate(windows)
    bounds = bounds[np.argsort(bounds[:, 0], kind="stable")]
    reached = np.maximum.accumulate(bounds[:, 1])
    first = np.flatnonzero(np.append(True, bounds[1:, 0] > reached[:-1])[: len(bounds)])
    last = np.append(first[1:], len(bounds)) - 1 if len(bounds) else first
    return np.column_stack((bounds[first, 0], reached[last]))


def overlap(one: Int64, other: Int64) -> bool:
    """Whether two windows share a minute."""
    i = np.searchsorted(other[:, 1], one[:, 0], side="right")
    inside = i < len(other)
    return bool((other[i[inside], 0] < one[inside, 1]).any())


def _opens_between(bounds: Int64, first_day: int, last_day: int) -> bool:
    """Whether a window has a minute on the days from the first to the last, both included."""
    return bool(((bounds[:, 1] > first_day * DAY_MIN) & (bounds[:, 0] < (last_day + 1) * DAY_MIN)).any())


def _in_area_set(facts: Facts, row: Int32, c: Candidates) -> Mask:
    if not len(facts.area_sets):
        return np.zeros(len(c), np.bool_)
    found: Mask = (row != NONE) & facts.area_sets[row, facts.needs.area[c.need]]
    return found


def _can_meet(facts: Facts, policy: Policy, c: Candidates) -> Mask:
    community = facts.needs.community[c.need]
    own_community = (community != NONE) & (community == facts.resources.community[c.resource])
    walkable = (c.method != WalkMethod.NONE) & (c.walk_s >= 0) & (c.walk_s <= limit_s(facts, policy, c))
    met: Mask = provider_travels(facts, c) | np.where(is_placed(facts, c), walkable, own_community)
    return met

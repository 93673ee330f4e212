"""All pairs that no rule forbids, found in bounded chunks, with the counts of what each rule removed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher import eligibility as rules
from matcher.errors import InvalidProblemError
from matcher.policy import Policy
from matcher.street.facts import Candidates, Facts
from matcher.travel import FARTHEST_M, walk_distances_m, walk_seconds

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MOST_CANDIDATES = 1 << 25
"""Pairs that may be left before walking; with all that is made of them they stay within a few gigabytes."""
BEFORE_WALKING = ("category", "routed", "unit")


@dataclass(frozen=True, slots=True)
class Sieve:
    """
    What the rules left, and what each removed.

    Parameters
    ----------
    passed
        Pairs that every rule lets through, by need, then resource.
    removed
        Resources that each rule removed for each need, shape ``(needs, len(RULES))``.
    last
        Pairs of the needs that nothing is left for, removed by the rule that removed their last candidate, where that
        rule comes after ``reach``; by need, then resource.
    """

    passed: Candidates
    removed: Int64
    last: Candidates


def sift(facts: Facts, policy: Policy, *, needs: Int64 | None = None, resources: Int64 | None = None) -> Sieve:
    """
    Every pair of need and resource, put through the rules in funnel order.

    Parameters
    ----------
    facts, policy
        The street, and what it prefers.
    needs, resources
        Only pairs of these, ascending; ``None`` for all.

    Raises
    ------
    InvalidProblemError
        If more than `MOST_CANDIDATES` pairs are left before walking.
    """
    removed = np.zeros((len(facts.needs), len(rules.RULES)), np.int64)
    rows = np.arange(len(facts.needs)) if needs is None else needs
    columns = np.arange(len(facts.resources)) if resources is None else resources
    near = measure(facts, policy, _possible(facts, policy, removed, rows.astype(np.int32), columns.astype(np.int32)))
    last: list[Candidates] = []
    for stage, (code, rule) in enumerate(rules.RULES):
        if code in BEFORE_WALKING:
            continue
        passes = rules.piecewise(rule, facts, policy, near)
        removed[:, stage] += np.bincount(near.need[~passes], minlength=len(facts.needs))
        left = np.bincount(near.need[passes], minlength=len(facts.needs))
        if code != "reach":
            last.append(near.keep(left[near.need] == 0))
        near = near.keep(passes)
    return Sieve(in_order(near), removed, in_order(together(last)))


def measure(facts: Facts, policy: Policy, c: Candidates, *, farthest_m: float | None = None) -> Candidates:
    """
    The same candidates with their walks, where somebody walks and both ends have a place.

    Parameters
    ----------
    facts, policy
        Places, network, speeds.
    c
        Any pairs.
    farthest_m
        Longest walk of interest; ``None``: as far as the walking limits allow.
    """
    walks = np.flatnonzero(rules.is_placed(facts, c) & ~rules.provider_travels(facts, c))
    if not len(walks):
        return c
    order = walks[np.argsort(c.resource[walks], kind="stable")]
    start = np.zeros(len(facts.resources) + 1, np.int64)
    np.cumsum(np.bincount(c.resource[order], minlength=len(facts.resources)), out=start[1:])
    speed = rules.speed_mps(facts, policy, c)
    limit_m = farthest_m
    if limit_m is None:
        limit_m = float((rules.limit_s(facts, policy, c)[order] * speed[order]).max()) + 1
    metres, method = walk_distances_m(
        facts.network,
        facts.resources.xy,
        facts.needs.xy,
        start,
        c.need[order],
        limit_m=min(limit_m, FARTHEST_M),
        detour=policy.detour,
    )
    distance_m, walk_s, methods = c.distance_m.copy(), c.walk_s.copy(), c.method.copy()
    distance_m[order], methods[order] = metres, method
    walk_s[order] = walk_seconds(metres, speed[order])
    return Candidates(c.need, c.resource, distance_m, walk_s, methods)


def _possible(facts: Facts, policy: Policy, removed: Int64, some: Int32, among: Int32) -> Candidates:
    """
    Pairs that pass the rules before walking and are not out of reach in a straight line; counts the others.

    Of ``some`` needs ``among`` these resources. A need meets only resources of categories that can serve its own; all
    others are removed by ``category`` unseen.
    """
    kinds, needs, resources = facts.categories, facts.needs, facts.resources
    parts: list[Candidates] = []
    found = 0
    by_kind = [among[resources.category[among] == kind] for kind in range(len(kinds.code))]
    for kind in np.unique(needs.category[some]).tolist():
        rows = some[needs.category[some] == kind]
        servers = [by_kind[other] for other in np.flatnonzero(kinds.weight[kind] > 0).tolist()]
        columns = np.sort(np.concatenate(servers)) if servers else np.zeros(0, np.int32)
        removed[rows, 0] += len(among) - len(columns)
        if not len(columns):
            continue
        height = max(rules.PIECE // len(columns), 1)
        for top in range(0, len(rows), height):
            chunk = rows[top : top + height]
            c = Candidates.unmeasured(np.repeat(chunk, len(columns)), np.tile(columns, len(chunk)))
            for stage, code in enumerate(BEFORE_WALKING):
                passes = rules.RULES[stage][1](facts, policy, c)
                removed[:, stage] += np.bincount(c.need[~passes], minlength=len(needs))
                c = c.keep(passes)
                assert rules.RULES[stage][0] == code  # noqa: S101 - the funnel's order is the rules' order
            passes = ~_hopeless(facts, policy, c)
            removed[:, len(BEFORE_WALKING)] += np.bincount(c.need[~passes], minlength=len(needs))
            parts.append(c.keep(passes))
            found += len(parts[-1])
            if found > MOST_CANDIDATES:
                msg = (
                    f"{len(needs)} needs and {len(resources)} resources have more than {MOST_CANDIDATES} pairs that "
                    f"could meet. Maybe plan in parts, for some categories or areas at a time."
                )
                raise InvalidProblemError(msg)
    return together(parts)


def together(parts: list[Candidates]) -> Candidates:
    """Candidates of several lists, one after the other."""
    if not parts:
        return Candidates.unmeasured(np.zeros(0, np.int32), np.zeros(0, np.int32))
    return Candidates(
        np.concatenate([part.need for part in parts]),
        np.concatenate([part.resource for part in parts]),
        np.concatenate([part.distance_m for part in parts]),
        np.concatenate([part.walk_s for part in parts]),
        np.concatenate([part.method for part in parts]),
    )


def in_order(c: Candidates) -> Candidates:
    """The same by need, then resource."""
    return c.keep(np.lexsort((c.resource, c.need)))


def _hopeless(facts: Facts, policy: Policy, c: Candidates) -> Mask:
    """Pairs that fail ``reach`` whatever the streets are like: no walk is shorter than the straight line."""
    gap = facts.needs.xy[c.need] - facts.resources.xy[c.resource]
    with np.errstate(invalid="ignore"):
        farther = (
            np.hypot(gap[:, 0], gap[:, 1]) > rules.limit_s(facts, policy, c) * rules.speed_mps(facts, policy, c) + 1
        )
    must_walk = ~rules.has_list(facts, c) & ~rules.provider_travels(facts, c)
    not_covered = rules.has_list(facts, c) & ~rules.is_listed(facts, c)
    hopeless: Mask = not_covered | rules.is_excluded(facts, c) | (must_walk & farther)
    return hopeless

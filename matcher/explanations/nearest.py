"""Why nothing is within reach: how far the nearest is, or what else keeps each resource away."""

import numpy as np
import numpy.typing as npt

from matcher import eligibility as rules
from matcher.explanations.evidence import METHODS, minutes, two_languages
from matcher.policy import Policy
from matcher.reasons import Finding
from matcher.street.candidates import measure
from matcher.street.facts import Candidates, Facts
from matcher.travel import FARTHEST_M, WalkMethod, walk_seconds

Int32 = npt.NDArray[np.int32]
Float64 = npt.NDArray[np.float64]

FIRST_TRIED = 4
"""Nearest in a straight line; the street network decides among them how far it is worth looking."""
DETOUR_TRIED = 3
"""Walks up to this many straight lines are looked for first."""


def nearest_walk(facts: Facts, policy: Policy, needs: Int32) -> dict[int, Finding]:
    """
    Reason of each of these needs, all of whose last candidates are out of reach.

    The nearest is one with the shortest walk; each figure says whether it is of the streets or of a straight line.
    """
    found: dict[int, Finding] = {}
    walkable: dict[int, Int32] = {}
    for n in needs.tolist():
        c = _left(facts, policy, n)
        excluded, listed = rules.is_excluded(facts, c), rules.has_list(facts, c)
        placed = rules.is_placed(facts, c)
        too_far = ~excluded & ~listed & placed
        figures = {
            "count": len(c),
            "too_far": int(too_far.sum()),
            "not_covered": int((~excluded & listed).sum()),
            "excluded": int(excluded.sum()),
            "unlocated": int((~excluded & ~listed & ~placed).sum()),
        }
        found[n] = Finding(_code(figures), {**figures, **_kind(facts, n)})
        if too_far.any():
            walkable[n] = c.resource[too_far]
    best = _nearest(facts, policy, walkable)
    for n, (resource, distance_m, walk_s, method) in best.items():
        limit = int(rules.limit_s(facts, policy, _one(n, resource))[0])
        found[n] = Finding(
            f"reason.reach.{method}",
            {
                **found[n].params,
                "nearest": facts.resources.name[resource],
                "nearest_uid": facts.resources.uid[resource],
                "distance_m": distance_m,
                "walk_s": walk_s,
                "minutes": minutes(walk_s),
                "limit_s": limit,
                "limit_min": minutes(limit),
                "method": method,
            },
        )
    return found


def _left(facts: Facts, policy: Policy, n: int) -> Candidates:
    """Candidates of a need that reach the rule."""
    every = np.arange(len(facts.resources), dtype=np.int32)
    c = Candidates.unmeasured(np.full(len(every), n, np.int32), every)
    for code, rule in rules.RULES:
        if code == "reach":
            return c
        c = c.keep(rule(facts, policy, c))
    return c


def _code(figures: dict[str, int]) -> str:
    if figures["not_covered"]:
        return "reason.reach.coverage"
    return "reason.reach.unlocated" if figures["unlocated"] else "reason.reach.excluded"


def _kind(facts: Facts, n: int) -> dict[str, object]:
    kinds, kind = facts.categories, int(facts.needs.category[n])
    return {"category": two_languages(kinds.name_zh[kind], kinds.name_en[kind])}


def _one(n: int, resource: int) -> Candidates:
    return Candidates.unmeasured(np.array([n], np.int32), np.array([resource], np.int32))


def _nearest(facts: Facts, policy: Policy, walkable: dict[int, Int32]) -> dict[int, tuple[int, int, int, str]]:
    """Need -> resource, metres, seconds and method of its shortest walk."""
    straight = {n: _straight_m(facts, n, resources) for n, resources in walkable.items()}
    tried = {n: np.argsort(away, kind="stable")[:FIRST_TRIED] for n, away in straight.items()}
    best = _shortest(facts, policy, {n: walkable[n][order] for n, order in tried.items()})
    if facts.network is None:
        return best
    # No walk is shorter than its straight line: only those nearer than the best walk can beat it.
    again = {n: walkable[n][away <= best[n][1]] for n, away in straight.items()}
    again = {n: resources for n, resources in again.items() if len(resources) > FIRST_TRIED}
    return {**best, **_shortest(facts, policy, again)}


def _shortest(facts: Facts, policy: Policy, tried: dict[int, Int32]) -> dict[int, tuple[int, int, int, str]]:
    if not tried:
        return {}
    c = Candidates.unmeasured(
        np.concatenate([np.full(len(resources), n, np.int32) for n, resources in tried.items()]),
        np.concatenate(list(tried.values())).astype(np.int32),
    )
    gap = facts.needs.xy[c.need] - facts.resources.xy[c.resource]
    away = np.hypot(gap[:, 0], gap[:, 1])
    c = measure(facts, policy, c, farthest_m=min(float(away.max()) * DETOUR_TRIED + 1000, FARTHEST_M))
    metres = c.distance_m.copy()
    lost = np.flatnonzero(metres < 0)
    if len(lost):  # across a river, say: worth a search of the whole network, since these are few
        metres[lost] = measure(facts, policy, c.keep(lost), farthest_m=FARTHEST_M).distance_m
    metres = np.where(metres < 0, np.int32(FARTHEST_M), metres)
    walk_s = walk_seconds(metres, rules.speed_mps(facts, policy, c))
    first: dict[int, tuple[int, int, int, str]] = {}
    for i in np.lexsort((c.resource, metres, c.need)).tolist():
        figures = (int(c.resource[i]), int(metres[i]), int(walk_s[i]), METHODS[WalkMethod(int(c.method[i]))])
        first.setdefault(int(c.need[i]), figures)
    return first


def _straight_m(facts: Facts, n: int, resources: Int32) -> Float64:
    gap = facts.resources.xy[resources] - facts.needs.xy[n]
    away: Float64 = np.hypot(gap[:, 0], gap[:, 1])
    return away

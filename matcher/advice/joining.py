"""A community joins a pool (片区): which it could join, what that opens to it, and the facts once it has."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.reasons import Finding
from matcher.street.budgets import paying_pool
from matcher.street.facts import NONE, Facts
from matcher.street.side_rows import BRANCH

Int32 = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Joining:
    """
    A pool that a need's community could join.

    Parameters
    ----------
    change
        As `matcher.advice.adjust` takes it.
    opens
        Resources that would serve the community, and do not yet, shape ``(resources,)``.
    pays
        Budget that would pay for the need and does not yet, -1 for none.
    """

    change: Finding
    opens: Mask
    pays: int


def joinings(facts: Facts, n: int) -> tuple[Joining, ...]:
    """Pools whose resources or money would open to a need if its community joined, by uid."""
    area = int(facts.needs.community[n])
    if area == NONE:
        return ()
    around = {area, *facts.areas.within[area]}
    pools, found = facts.pools, []
    for pool, members in enumerate(pools.members):
        if not members or not around.isdisjoint(members):
            continue
        opens, pays = opened(facts, pool, area), _paying(facts, pool, area, n)
        params: dict[str, Any] = {
            "pool": pools.name[pool],
            "pool_uid": pools.uid[pool],
            "area": facts.areas.name[area],
            "area_uid": facts.areas.uid[area],
            "count": int(opens.sum()),
        }
        if opens.any():
            found.append(Joining(Finding("remedy.pool.resources", params), opens, pays))
        elif pays != NONE:
            params["budget"] = facts.budgets.name[pays]
            found.append(Joining(Finding("remedy.pool.money", params), opens, pays))
    return tuple(found)


def opened(facts: Facts, pool: int, area: int) -> Mask:
    """Resources that would serve an area if it joined: their lists hold all of the pool and not yet the area."""
    resources, shares = facts.resources, _shares(facts, pool, area)
    excluded = resources.exclude != NONE
    excluded[excluded] = facts.area_sets[resources.exclude[excluded], area]
    opens: Mask = shares & ~excluded
    return opens


def join(facts: Facts, pool: int, area: int) -> Facts:
    """
    The facts once an area has joined: it is a member as if it had always been one.

    What is shared with all members is shared with it, the pool is a ring of it and of all that lies in it, and the
    pool's money pays for its needs.

    Parameters
    ----------
    pool, area
        Indices in the facts.
    """
    shares = _shares(facts, pool, area)
    pools, budgets = facts.pools, facts.budgets
    members = (*pools.members[:pool], (*pools.members[pool], area), *pools.members[pool + 1 :])
    paid = tuple(
        (*areas, area) if owner == pool else areas
        for areas, owner in zip(budgets.areas, budgets.pool.tolist(), strict=True)
    )
    joined = replace(facts, pools=replace(pools, members=members), budgets=replace(budgets, areas=paid))
    return _ringed(_covering(joined, shares, area), pool, area, shares)


def parts_of(facts: Facts, area: int) -> list[int]:
    """An area and all that lies in it."""
    return [i for i, within in enumerate(facts.areas.within) if i == area or area in within]


def _shares(facts: Facts, pool: int, area: int) -> Mask:
    """Resources whose lists hold every member of a pool, and not an area."""
    cover = facts.resources.cover
    found: Mask = cover != NONE
    sets = facts.area_sets[cover[found]]
    found[found] = [bool(row[list(facts.pools.members[pool])].all() and not row[area]) for row in sets]
    return found


def _paying(facts: Facts, pool: int, area: int, n: int) -> int:
    """The pool's budget that would pay for a need, -1 if it would be paid by none or as it is now."""
    if pool not in facts.budgets.pool.tolist():
        return NONE
    now, then = (int(paying_pool(state)[n]) for state in (facts, join(facts, pool, area)))
    return NONE if then == now else then


def _covering(facts: Facts, shares: Mask, area: int) -> Facts:
    """One set of areas more for each list that gets the area; others may hold what the old set holds."""
    cover, sets = facts.resources.cover.copy(), [facts.area_sets]
    count, parts = len(facts.area_sets), parts_of(facts, area)
    for row in np.unique(cover[shares]).tolist():
        members = facts.area_sets[row].copy()
        members[parts] = True
        sets.append(members[None, :])
        cover[shares & (facts.resources.cover == row)] = count
        count += 1
    if len(sets) == 1:
        return facts
    return replace(facts, area_sets=np.vstack(sets), resources=replace(facts.resources, cover=cover))


def _ringed(facts: Facts, pool: int, area: int, shares: Mask) -> Facts:
    """The pool as a ring of the area, of all in it, and of the resources that are at home there."""
    if BRANCH not in facts.ring_levels:
        return replace(facts, resources=replace(facts.resources, home_rings=_common(facts, shares, area)))
    level, uid = facts.ring_levels.index(BRANCH), facts.pools.uid[pool]
    uids = facts.areas.ring_uids if uid in facts.areas.ring_uids else (*facts.areas.ring_uids, uid)
    ring, parts = uids.index(uid), parts_of(facts, area)
    inside = np.zeros(len(facts.areas.uid), np.bool_)
    inside[parts] = True
    rings = _with_entry(facts.areas.rings, inside, level, ring)
    facts = replace(facts, areas=replace(facts.areas, rings=rings, ring_uids=uids))
    of_pool = (rings[:, level] == ring).any(axis=1)
    listed, home = facts.resources.cover != NONE, facts.resources.home
    at_home = ~listed & (home != NONE) & inside[home]
    at_home[listed] = [bool(of_pool[row].all()) for row in facts.area_sets[facts.resources.cover[listed]]]
    homes = _with_entry(_common(facts, shares, area), at_home, level, ring)
    return replace(facts, resources=replace(facts.resources, home_rings=homes))


def _common(facts: Facts, shares: Mask, area: int) -> Int32:
    """Home rings, of those who serve the area too only what they have in common with it."""
    rings = facts.resources.home_rings.copy()
    own = facts.areas.rings[area]
    shared = (rings[shares][:, :, :, None] == own[None, :, None, :]).any(axis=3)
    rings[shares] = np.where(shared, rings[shares], NONE)
    return rings


def _with_entry(rings: Int32, rows: Mask, level: int, ring: int) -> Int32:
    """Rings with one entry more at a level of some rows, behind those that they have there."""
    wanting = np.flatnonzero(rows & ~(rings[:, level] == ring).any(axis=1))
    made = np.concatenate((rings, np.full((*rings.shape[:2], 1), NONE, np.int32)), axis=2)
    first_free = np.argmax(made[wanting, level] == NONE, axis=1)
    made[wanting, level, first_free] = ring
    return made if len(wanting) and (made[:, :, -1] != NONE).any() else made[:, :, :-1]

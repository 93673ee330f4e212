"""Pairs that people have decided against: bans, declines until their cool-down ends, providers who did not come."""

import numpy as np
import numpy.typing as npt

from matcher.street.commitments import PIN
from matcher.street.facts import NONE, Candidates, Facts

Int64 = npt.NDArray[np.int64]
NO_RULING = -1


def ruling_against(facts: Facts, c: Candidates) -> Int64:
    """
    The first ruling, by uid, that keeps each candidate from being paired; -1 where none does.

    A ruling without a need is about all needs, one with a provider about all of its resources. One whose need or
    resource is not there any more is about nothing.
    """
    rulings, providers = facts.rulings, facts.resources.provider
    found = np.full(len(c), NO_RULING, np.int64)
    against = [i for i in range(len(rulings)) if rulings.kind[i] != PIN]
    if not against or not len(c):
        return found
    provider = providers[c.resource]
    by_need = np.argsort(c.need, kind="stable")
    sorted_need = c.need[by_need]
    for i in reversed(against):
        need, resource, giver = int(rulings.need[i]), int(rulings.resource[i]), int(rulings.provider[i])
        if need == NONE:
            mine: Int64 = np.arange(len(c))
        else:
            first, last = np.searchsorted(sorted_need, [need, need + 1])
            mine = by_need[first:last]
        hit = np.ones(len(mine), np.bool_)
        if resource != NONE:
            hit &= c.resource[mine] == resource
        if giver != NONE:
            hit &= provider[mine] == giver
        found[mine[hit]] = i
    return found

"""The candidates of a street that changed a little: only pairs with a changed end are looked at again."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.policy import Policy
from matcher.street.candidates import Sieve, in_order, sift, together
from matcher.street.facts import NONE, Candidates, Facts

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ChangedRows:
    """Needs and resources, by uid, of which a rule or a walk may say something else now; new and gone ones too."""

    needs: AbstractSet[str]
    resources: AbstractSet[str]


def resift(before: Facts, sieve: Sieve, after: Facts, policy: Policy, changed: ChangedRows) -> Sieve:
    """
    What `sift` gives for a street after a change.

    The rules removed from a need what they removed before, less what they had removed of the resources that changed,
    and what they remove of these now. A need that nothing was left for is looked at anew: which rule took its last
    candidate depends on all of them.

    Parameters
    ----------
    before, sieve
        The street before, and what `sift` gave for it under the same policy.
    changed
        All that changed; the rest of the two streets is alike for every rule.
    """
    need, resource = (
        _stayed(before.needs.uid, after.needs.uid, changed.needs),
        _stayed(before.resources.uid, after.resources.uid, changed.resources),
    )
    kept = sieve.passed.keep((need[sieve.passed.need] != NONE) & (resource[sieve.passed.resource] != NONE))
    kept = _renumbered(kept, need, resource)
    came, left = _missing(resource, len(after.resources)), np.flatnonzero(resource == NONE)
    again = np.ones(len(after.needs), np.bool_)
    again[need[need != NONE]] = False
    if len(came) or len(left):
        again |= np.bincount(kept.need, minlength=len(after.needs)) == 0
    anew = sift(after, policy, needs=np.flatnonzero(again))
    rest, removed = np.flatnonzero(~again), anew.removed.copy()
    was = _inverse(need, len(after.needs))[rest]
    parts = [kept.keep(~again[kept.need]), anew.passed]
    removed[rest] = sieve.removed[was]
    if len(left):
        removed[rest] -= sift(before, policy, needs=np.sort(was), resources=left).removed[was]
    if len(came):
        more = sift(after, policy, needs=rest, resources=came)
        removed[rest] += more.removed[rest]
        parts.append(more.passed)
    last = _renumbered(sieve.last.keep(need[sieve.last.need] != NONE), need, resource)
    last = last.keep(~again[last.need])
    return Sieve(in_order(together(parts)), removed, in_order(together([last, anew.last])))


def _stayed(before: tuple[str, ...], after: tuple[str, ...], changed: AbstractSet[str]) -> Int64:
    """Of each row before, its index after, -1 where it changed or is gone."""
    at = {uid: i for i, uid in enumerate(after) if uid not in changed}
    return np.array([at.get(uid, NONE) for uid in before], np.int64)


def _missing(stayed: Int64, count: int) -> Int64:
    """Rows after that none before became."""
    return np.setdiff1d(np.arange(count), stayed)


def _inverse(stayed: Int64, count: int) -> Int64:
    before = np.full(count, NONE, np.int64)
    known = np.flatnonzero(stayed != NONE)
    before[stayed[known]] = known
    return before


def _renumbered(c: Candidates, need: Int64, resource: Int64) -> Candidates:
    return Candidates(
        need[c.need].astype(np.int32), resource[c.resource].astype(np.int32), c.distance_m, c.walk_s, c.method
    )

"""
The convex cost of each group's shortfall, its marginal costs and its conjugate, at integer breakpoints.

A group's shortfall lies between 0 and all demand below it, so a segment is as wide as its part of that range. With
``f`` the cost, the conjugate is ``f*(s) = max (s * U - f(U))`` over that range: finite for every price ``s``, and equal
to the sum of ``max(0, s - cost)`` times the width over the segments.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.exact import exact_dot
from matcher.forests import from_leaves, sums_below
from matcher.problem import Problem

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class GroupCosts:
    """
    Segments of all groups, one after another.

    Parameters
    ----------
    group
        Group of each segment, int64.
    begin, width
        Units at which each begins, and how many it holds, both within the demand below its group, int64.
    cost
        Of each unit in it, int64.
    """

    group: Int64
    begin: Int64
    width: Int64
    cost: Int64

    @classmethod
    def of(cls, problem: Problem) -> "GroupCosts":
        """Read off a problem; nothing if it has no groups."""
        costs = problem.shortfall
        if costs is None:
            return cls(*(np.zeros(0, np.int64) for _ in range(4)))
        group = costs.group_of_segment
        most = shortfall_of_groups(problem, problem.demand)[group]
        end = np.append(costs.from_units[1:], 0)
        last = costs.segment_start[1:] - 1
        end[last] = most[last]
        begin = np.minimum(costs.from_units, most)
        return cls(group, begin, np.maximum(np.minimum(end, most) - begin, 0), costs.cost)

    def units(self, shortfall: Int64) -> Int64:
        """Units that lie in each segment when the groups lack ``shortfall``, shape ``(n_groups,)``."""
        units: Int64 = np.clip(shortfall[self.group] - self.begin, 0, self.width)
        return units

    def total(self, shortfall: Int64) -> int:
        """Cost of all groups together, when they lack ``shortfall``."""
        return exact_dot(self.cost, self.units(shortfall))

    def conjugate(self, price: Int64) -> int:
        """``sum f*(s)`` over all groups at prices ``s``, shape ``(n_groups,)``."""
        return exact_dot(np.maximum(price[self.group] - self.cost, 0), self.width)

    def gap(self, shortfall: Int64, price: Int64) -> int:
        """
        ``sum f(U) + f*(s) - s U`` over all groups that lack ``U`` at prices ``s``: never below 0 (D4).

        Segment by segment: what each unit short costs above the price, and each that is not short below it.
        """
        dearer = self.cost - price[self.group]
        units = self.units(shortfall)
        return exact_dot(np.abs(dearer), np.where(dearer > 0, units, self.width - units))


def shortfall_of_groups(problem: Problem, unmet: Int64) -> Int64:
    """Units that the needs below each group lack together, shape ``(n_groups,)``."""
    costs = problem.shortfall
    if costs is None:
        return np.zeros(0, np.int64)
    return sums_below(costs.above, from_leaves(costs.of_need, unmet, len(costs)))

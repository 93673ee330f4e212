"""The patterns of each resource that a plan better than the one at hand can be made of."""

from dataclasses import dataclass

import numpy as np

from matcher.kernels.packing import Int64, Packing
from matcher.kernels.packing_patterns import TOO_MANY, near_best

Pattern = tuple[int, ...]
"""Needs that one resource serves, ascending."""

MOST_FOUND = 20_000
"""Patterns looked for at a time; a slack that lets in more is shortened."""

SHORTER = 0.6

ROOM_EACH = 40
"""Needs in a pattern on average that storage is set aside for."""


@dataclass(frozen=True, slots=True)
class Column:
    """
    One pattern of one resource.

    Parameters
    ----------
    resource
        Its number in the packing.
    needs
        The needs it serves.
    slack
        How much less it is worth than the resource's best pattern, >= 0.
    """

    resource: int
    needs: Pattern
    slack: int


class Columns:
    """
    Patterns by their worth less their needs' prices.

    Parameters
    ----------
    packing
        The part.
    worth, price
        Of pairs and needs, as in `Pricing`.
    """

    def __init__(self, packing: Packing, worth: Int64, price: Int64) -> None:
        self.packing = packing
        net = worth - price[packing.pair_need]
        self._worth, self._price = worth, price
        self._net = {
            (int(r), int(n)): int(w) for r, n, w in zip(packing.pair_resource, packing.pair_need, net, strict=True)
        }
        self._pair = np.empty(MOST_FOUND * ROOM_EACH, np.int64)
        self._start = np.empty(MOST_FOUND + 1, np.int64)
        self._slack = np.empty(MOST_FOUND, np.int64)
        self._best = [self._near_best(r, 1)[1] for r in range(len(packing.capacity))]

    def column(self, r: int, needs: Pattern) -> Column:
        """A pattern that somebody else has found."""
        return Column(r, needs, self._best[r] - sum(self._net[r, n] for n in needs))

    def best(self, r: int, slack: float, most: int) -> list[Column]:
        """The best patterns of a resource, at most that many, none with more than that slack; none if too many tie."""
        within = max(1, int(slack))
        found, _ = self._near_best(r, within)
        while found == TOO_MANY and within > 1:
            within = max(1, int(within * SHORTER))
            found, _ = self._near_best(r, within)
        if found == TOO_MANY:
            return []
        order = np.argsort(self._slack[:found], kind="stable")[:most]
        return [
            Column(r, self._needs(self._pair[self._start[i] : self._start[i + 1]]), int(self._slack[i]))
            for i in order.tolist()
        ]

    def _needs(self, pairs: Int64) -> Pattern:
        return tuple(sorted(self.packing.pair_need[pairs].tolist()))

    def _near_best(self, r: int, slack: int) -> tuple[int, int]:
        found, best = near_best(self.packing, r, self._worth, self._price, slack, self._pair, self._start, self._slack)
        return int(found), int(best)


def patterns(packing: Packing, choice: Int64) -> list[Pattern]:
    """What each resource serves in a plan."""
    served: list[list[int]] = [[] for _ in packing.capacity]
    for n in np.flatnonzero(choice >= 0).tolist():
        served[int(packing.pair_resource[choice[n]])].append(n)
    return [tuple(one) for one in served]

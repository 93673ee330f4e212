"""Prices of needs and classes that bound what any plan can save."""

import numpy as np

from matcher.backends.whole_needs.clock import Clock
from matcher.kernels.packing import Int64, Packing
from matcher.kernels.packing_prices import bound, descend

FIRST_DISTANCE = 0.02
LAST_DISTANCE = 2e-6
"""How far below the best bound the subgradient's target lies at first and at last, as a share of what pairs cost."""

ROUNDS_A_CALL = 5
"""Rounds between two looks at the clock."""


class Pricing:
    """
    Bound of one part for given class prices.

    Parameters
    ----------
    packing
        The part.
    class_price
        Worth of a unit of each class, int64, shape ``(n_classes,)``.
    """

    def __init__(self, packing: Packing, class_price: Int64) -> None:
        self.packing = packing
        self.worth: Int64 = packing.gain + (packing.demand * class_price[packing.need_class])[packing.pair_need]
        most = int(packing.capacity.max()) + 1
        longest = int(np.diff(packing.column_start).max())
        self._table = np.zeros((longest + 1) * most, np.int64)
        self._chosen = np.zeros(len(packing.column_pair), np.uint8)

    def bound(self, price: Int64) -> int:
        """No plan's worth exceeds this; prices of needs are >= 0."""
        return int(bound(self.packing, self.worth, price, self._table, self._chosen))

    def descend(self, price: Int64, scale: int, rounds: int, clock: Clock) -> tuple[Int64, int]:
        """
        Better prices from these on, and their bound.

        Parameters
        ----------
        scale
            About what all used pairs cost; it sets the length of steps.
        rounds
            Rounds at most.
        """
        best = price.copy()
        distance, lowest = FIRST_DISTANCE * scale, np.int64(self.bound(best))
        while rounds > 0 and not clock.expired() and distance >= LAST_DISTANCE * scale:
            lowest, distance = descend(
                self.packing,
                self.worth,
                best,
                distance,
                LAST_DISTANCE * scale,
                min(rounds, ROUNDS_A_CALL),
                self._table,
                self._chosen,
            )
            rounds -= ROUNDS_A_CALL
        return best, int(lowest)

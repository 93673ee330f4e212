"""
Prices of the classes where a plan leaves more units unmet than the cut proves.

Where every class meets its bound a high price is best: no plan serves more. Elsewhere the relaxed problem serves units
that no plan can, and a high price pays for them. What the divisible problem proves is convex in the price of a class
and soon computed: the price is lowered as long as that gains, then closed in on from both sides; the prices of the
needs are made for the prices of the classes found so.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from matcher.backends.whole_needs.clock import Clock, Turns
from matcher.backends.whole_needs.divisible import divisible
from matcher.backends.whole_needs.parts import Part, WholeInstance
from matcher.backends.whole_needs.prices import Pricing
from matcher.kernels.packing import Int64
from matcher.whole_needs import Mask

T = TypeVar("T")

FALL = 0.4
"""A price that is lowered becomes this share of itself."""

LOWEST = 1e-3
"""Share of its step below which a price is not tried."""

CLOSER = 4
"""Times that the price is closed in on from both sides."""

ROUNDS = 400
"""Subgradient rounds for each part at most; the clock ends them before."""


@dataclass(frozen=True, slots=True)
class Prices:
    """
    Prices and what they prove.

    Parameters
    ----------
    of_class
        Worth of a unit of each class on top of the gains, int64, shape ``(n_classes,)``.
    of_need
        int64, >= 0, shape ``(n_needs,)``.
    most
        Most that any plan with the same units of each class gains.
    """

    of_class: Int64
    of_need: Int64
    most: int


class ClassPrices:
    """
    Bounds of all parts together, for plans with given units of each class.

    Parameters
    ----------
    plan
        Pair of each need or -1: its units of each class are those that count.
    threads
        Parts that are worked on at a time.
    """

    def __init__(self, instance: WholeInstance, parts: list[Part], plan: Int64, threads: int) -> None:
        self._instance, self._parts, self._threads = instance, parts, max(1, threads)
        served = np.where(plan >= 0, instance.problem.demand, 0)
        self._served = [int(served[instance.need_class == c].sum()) for c in range(len(instance.step))]

    def of(self, class_price: Int64, need_price: Int64) -> Prices:
        """What these prices prove."""
        proven = self._each(lambda part: self._pricing(part, class_price).bound(need_price[part.need]))
        return Prices(class_price, need_price, sum(proven) - self._worth(class_price))

    def balanced(self, clock: Clock) -> Int64:
        """Prices of the classes whose divisible bound is best, the steps or below; int64, shape ``(n_classes,)``."""
        best = self._divided(self._instance.step)
        for c in range(len(self._served) - 1, -1, -1):
            best = self._fallen(best, c, clock)
        return best.of_class

    def at(self, class_price: Int64, need_price: Int64, settled: Mask, clock: Clock) -> Prices:
        """
        What these prices of the classes prove, with better prices of needs as long as the clock allows.

        Parameters
        ----------
        need_price
            Prices found before.
        settled
            Needs whose prices were found at these prices of the classes; the others' at the steps.
        """
        here = self._divided(class_price)
        # What prices differ by from the divisible ones because needs are whole, they differ by here, too.
        shift = need_price - self._divided(self._instance.step).of_need
        shifted = np.where(settled, need_price, np.maximum(here.of_need + shift, 0))
        starts = (self.of(class_price, shifted), self.of(class_price, here.of_need))
        return self._whole(min(starts, key=lambda prices: prices.most), clock)

    def _fallen(self, best: Prices, c: int, clock: Clock) -> Prices:
        """The price of one class lowered while the divisible bound gains, then closed in on."""
        low, high = LOWEST * float(self._instance.step[c]), float(best.of_class[c])
        while not clock.expired() and best.of_class[c] * FALL > low:
            tried = self._at(best, c, best.of_class[c] * FALL)
            if tried.most >= best.most:
                low = float(tried.of_class[c])
                break
            high, best = float(best.of_class[c]), tried
        for _ in range(CLOSER):
            here = float(best.of_class[c])
            for beside in (np.sqrt(low * here), np.sqrt(here * high)):
                if clock.expired():
                    return best
                tried = self._at(best, c, beside)
                if tried.most < best.most:
                    low, high = (low, here) if beside < here else (here, high)
                    best = tried
                    break
                low, high = (float(beside), high) if beside < here else (low, float(beside))
        return best

    def _at(self, known: Prices, c: int, price: float) -> Prices:
        """Another price of one class."""
        of_class = known.of_class.copy()
        of_class[c] = int(price)
        return self._divided(of_class)

    def _divided(self, class_price: Int64) -> Prices:
        """The divisible problem's prices of needs, and what they prove; 0 for a part whose costs leave its range."""
        found = self._each(lambda part: divisible(part.packing, class_price * part.unit))
        price, most = np.zeros(self._instance.problem.n_needs, np.int64), 0
        for part, one in zip(self._parts, found, strict=True):
            if one is None:
                most += self._pricing(part, class_price).bound(price[part.need])
            else:
                price[part.need] = one.worth
                most += one.most
        return Prices(class_price, price, most - self._worth(class_price))

    def _whole(self, start: Prices, clock: Clock) -> Prices:
        """Better prices of needs for the same classes, and what they prove when needs are not divided."""

        def at(part: Part) -> tuple[Int64, int]:
            packing = part.packing
            scale = max(1, int(np.abs(packing.gain).sum()) * len(packing.demand) // len(packing.gain))
            return self._pricing(part, start.of_class).descend(start.of_need[part.need], scale, ROUNDS, turns.take(1))

        turns = Turns(clock, len(self._parts), self._threads)
        price, most = start.of_need.copy(), 0
        for part, (found, bound) in zip(self._parts, self._each(at), strict=True):
            price[part.need] = found
            most += bound
        return Prices(start.of_class, price, most - self._worth(start.of_class))

    def _pricing(self, part: Part, class_price: Int64) -> Pricing:
        return Pricing(part.packing, class_price * part.unit)

    def _worth(self, class_price: Int64) -> int:
        """Worth of the units that count."""
        return sum(m * units for m, units in zip(class_price.tolist(), self._served, strict=True))

    def _each(self, work: Callable[[Part], T]) -> list[T]:
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(work, self._parts))

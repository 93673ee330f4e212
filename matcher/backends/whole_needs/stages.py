"""What is done with one part: units, then cost and its bound."""

from dataclasses import dataclass

import numpy as np

from matcher.backends.whole_needs.blocks import close_in_blocks
from matcher.backends.whole_needs.clock import Clock
from matcher.backends.whole_needs.divisible import divisible
from matcher.backends.whole_needs.parts import Part
from matcher.backends.whole_needs.plans import Search, unmet_by_class
from matcher.backends.whole_needs.prices import Pricing
from matcher.backends.whole_needs.tiny import best_of_all
from matcher.backends.whole_needs.units import Shortage
from matcher.kernels.packing import Int64
from matcher.whole_needs import Mask

UNIT_ATTEMPTS = 9
"""Attempts at the units; each begins at the best plan before."""

COST_STEPS = 3000
"""Steps of cost annealing for each resource."""

PRICE_ROUNDS = 400
"""Rounds of subgradient steps; most parts end before."""


def least_unmet(part: Part, shortages: list[Shortage]) -> Int64:
    """Units of each class that stay unmet in the part if the classes before are at their least, in its own unit."""
    prefix = np.array([one.at_least(part.need, part.resource) for one in shortages], np.int64)
    # What is short of classes 0 to k is short of classes 0 to k + 1 too.
    return np.diff(np.maximum.accumulate(np.maximum(prefix, 0)), prepend=0) // part.unit


def serve_units(part: Part, shortages: list[Shortage], seed: int, clock: Clock) -> Int64:
    """Pair of each need or -1, with as few unmet units of each class, in order, as the search finds."""
    exact = best_of_all(part.packing)
    if exact is not None:
        return exact
    search = Search(part.packing, np.zeros(len(part.pair), np.int64), seed, clock)
    search.for_units(least_unmet(part, shortages), UNIT_ATTEMPTS)
    return search.best


def unused_at_best(part: Part, choice: Int64, shortages: list[Shortage]) -> Mask:
    """Pairs of the part that no plan with the choice's unmet units uses, as far as the cuts tell."""
    unmet = np.cumsum(unmet_by_class(part.packing, choice)) * part.unit
    unused = np.zeros(len(part.pair), np.bool_)
    for one, units in zip(shortages, unmet.tolist(), strict=True):
        if one.at_least(part.need, part.resource) == units:
            unused |= one.crossing[part.pair]
    return unused


@dataclass(frozen=True, slots=True)
class Priced:
    """
    A choice and the prices that bound its cost.

    Parameters
    ----------
    choice
        Pair of each need or -1, int64, shape ``(n_needs,)``.
    class_price, need_price
        Of a unit of each class and of each need, int64.
    """

    choice: Int64
    class_price: Int64
    need_price: Int64


def serve_cheaply(part: Part, choice: Int64, class_price: Int64, seed: int, clock: Clock) -> Priced:
    """
    A cheaper choice with the same or fewer unmet units, and its prices.

    Parameters
    ----------
    class_price
        Worth of a unit of each class in the part's own unit: its step, or less where units are not proven.
    """
    packing = part.packing
    relaxed = divisible(packing, packing.step)
    reduced = np.zeros(len(part.pair), np.int64) if relaxed is None else relaxed.reduced
    exact = best_of_all(packing)
    search = Search(packing, reduced, seed, clock, start=choice if exact is None else exact)
    if exact is None:
        search.for_cost(COST_STEPS)
    used = search.best[search.best >= 0]
    scale = max(1, int(np.abs(packing.gain[used]).sum()))
    pricing = Pricing(packing, class_price)
    priced = divisible(packing, class_price)
    price, _ = pricing.descend(
        np.zeros(len(part.need), np.int64) if priced is None else priced.worth, scale, PRICE_ROUNDS, clock
    )
    if exact is not None or clock.expired():
        return Priced(search.best, class_price, price)
    cheaper = close_in_blocks(packing, pricing.worth, price, search.best, seed=seed, clock=clock)
    return Priced(cheaper, class_price, price)

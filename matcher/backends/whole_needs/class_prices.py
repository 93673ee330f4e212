"""
Prices of the classes where a plan leaves more units unmet than the cut proves.

Where every class meets its bound a high price is best: no plan serves more. Elsewhere the relaxed problem serves units
that no plan can, and a high price pays for them; the price is then lowered class by class as long as the bound gains.
"""

import numpy as np

from matcher.backends.whole_needs.clock import Clock
from matcher.backends.whole_needs.parts import Part, WholeInstance
from matcher.backends.whole_needs.prices import Pricing
from matcher.kernels.packing import Int64

SHARES = (0.3, 0.1, 0.03, 0.01, 0.003, 0.0)
"""Prices tried for each class, as shares of its step."""

ROUNDS = 40
"""Subgradient rounds for each part and price."""


def most_saved(
    instance: WholeInstance, parts: list[Part], plan: Int64, *, class_price: Int64, need_price: Int64
) -> int:
    """
    Most that any plan with this one's units of each class gains.

    Parameters
    ----------
    plan
        Pair of each need or -1.
    class_price
        Worth of a unit of each class on top of the gains, int64, shape ``(n_classes,)``.
    need_price
        Of each need, int64, >= 0.
    """
    served = np.where(plan >= 0, instance.problem.demand, 0)
    most = sum(Pricing(part.packing, class_price * part.unit).bound(need_price[part.need]) for part in parts)
    for c, price in enumerate(class_price.tolist()):
        most -= price * int(served[instance.need_class == c].sum())
    return most


def lowered(
    instance: WholeInstance, parts: list[Part], plan: Int64, *, need_price: Int64, clock: Clock
) -> tuple[Int64, Int64]:
    """Prices of classes and needs whose bound is at least as good as that of the steps and the given prices."""
    class_price = instance.step.copy()
    best = most_saved(instance, parts, plan, class_price=class_price, need_price=need_price)
    for c in range(len(class_price) - 1, -1, -1):
        for share in SHARES:
            if clock.expired():
                return class_price, need_price
            tried = class_price.copy()
            tried[c] = int(instance.step[c] * share)
            prices = _prices(parts, need_price - _fall(instance, class_price - tried), tried, clock)
            most = most_saved(instance, parts, plan, class_price=tried, need_price=prices)
            if most < best:
                best, class_price, need_price = most, tried, prices
    return class_price, need_price


def _fall(instance: WholeInstance, cheaper: Int64) -> Int64:
    """What each whole need is worth less when units of its class are cheaper by that much."""
    return instance.problem.demand * cheaper[instance.need_class]


def _prices(parts: list[Part], start: Int64, class_price: Int64, clock: Clock) -> Int64:
    """Better prices of all needs for these class prices, from these on."""
    price = np.maximum(start, 0)
    for part in parts:
        packing = part.packing
        scale = max(1, int(np.abs(packing.gain).sum()) * len(packing.demand) // len(packing.gain))
        pricing = Pricing(packing, class_price * part.unit)
        price[part.need], _ = pricing.descend(price[part.need], scale, ROUNDS, clock)
    return price

"""What groups of needs lack, event by event, while the prices of their shortfall stay as they are."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from matcher.arrays import read_only
from matcher.certify import Answer
from matcher.forests import at_leaves, from_leaves, sums_above, sums_below
from matcher.kernels.live_network import NONE, Int64, Records
from matcher.problem import MAX_TOTAL, Problem, ShortfallCosts
from matcher.proofs.group_costs import shortfall_of_groups


@dataclass(frozen=True, slots=True)
class _Curve:
    """
    Cost of one group's shortfall less its price, ``f(U) - s U``: convex, least where a unit more costs the price.

    Parameters
    ----------
    begins, values, slopes
        Where each segment begins, the value there, and what each unit in it adds.
    turn
        Where it begins to rise.
    """

    begins: list[int]
    values: list[int]
    slopes: list[int]
    turn: int

    @classmethod
    def of(cls, begins: list[int], costs: list[int], price: int) -> "_Curve":
        slopes = [cost - price for cost in costs]
        values = [0]
        for i in range(1, len(begins)):
            values.append(values[-1] + slopes[i - 1] * (begins[i] - begins[i - 1]))
        rising = [begin for begin, slope in zip(begins, slopes, strict=True) if slope >= 0]
        return cls(begins, values, slopes, rising[0] if rising else MAX_TOTAL)

    def at(self, units: int) -> int:
        """Value when so many units are short."""
        i = bisect_right(self.begins, units) - 1
        return self.values[i] + self.slopes[i] * (units - self.begins[i])

    def least(self, asked: int) -> int:
        """The least value when so many units are asked for, ``-f*(s)``."""
        return self.at(min(self.turn, asked))


class Groups:
    """
    The groups of a problem, with what each asks for and lacks.

    Parameters
    ----------
    costs
        The groups.
    problem, answer
        What needs ask for and go without; the price of each group's shortfall.
    """

    def __init__(self, costs: ShortfallCosts, problem: Problem, answer: Answer) -> None:
        self._costs, self.prices = costs, read_only(answer.group_price.copy())
        self._chain = _chains(costs.above.tolist())
        self._price: list[int] = sums_above(costs.above, self.prices).tolist()
        self._dearest: list[int] = sums_above(costs.above, costs.cost[costs.segment_start[1:] - 1]).tolist()
        cuts, begins, cost = costs.segment_start.tolist(), costs.from_units.tolist(), costs.cost.tolist()
        self._curves = [
            _Curve.of(begins[cuts[g] : cuts[g + 1]], cost[cuts[g] : cuts[g + 1]], price)
            for g, price in enumerate(self.prices.tolist())
        ]
        self._of_need: list[int] = costs.of_need.tolist()
        self._demand: list[int] = problem.demand.tolist()
        self._unmet: list[int] = answer.unmet.tolist()
        self._asked: list[int] = shortfall_of_groups(problem, problem.demand).tolist()
        self._short: list[int] = shortfall_of_groups(problem, answer.unmet).tolist()
        self.added = sum(curve.at(units) for curve, units in zip(self._curves, self._short, strict=True))
        """Cost of the groups' shortfall, less what it costs at the prices."""
        self.least = sum(curve.least(units) for curve, units in zip(self._curves, self._asked, strict=True))
        """The least that this could be, whatever is unmet."""

    def __len__(self) -> int:
        return len(self._curves)

    def price(self, group: int) -> int:
        """Price of a unit short below a group: its own and those of the groups above; 0 below none."""
        return 0 if group == NONE else self._price[group]

    def dearest(self, group: int) -> int:
        """The most that such a unit can cost, however much is short."""
        return 0 if group == NONE else self._dearest[group]

    def put(self, n: int, group: int) -> None:
        """A need that asks for nothing, as far as is known here, stands directly below a group, or below none."""
        missing = n + 1 - len(self._of_need)
        self._of_need += [NONE] * missing
        self._demand += [0] * missing
        self._unmet += [0] * missing
        self._of_need[n] = group

    def follow(self, needs: Iterable[int], records: Records) -> None:
        """Take over what some needs ask for and go without now."""
        some = list(needs)
        demands, unmets = records["demand"][some].tolist(), records["unmet"][some].tolist()
        for n, demand, unmet in zip(some, demands, unmets, strict=True):
            more, shorter = demand - self._demand[n], unmet - self._unmet[n]
            self._demand[n], self._unmet[n] = demand, unmet
            if self._of_need[n] == NONE or not (more or shorter):
                continue
            for g in self._chain[self._of_need[n]]:
                curve, asked, short = self._curves[g], self._asked[g], self._short[g]
                self._asked[g], self._short[g] = asked + more, short + shorter
                self.added += curve.at(short + shorter) - curve.at(short)
                self.least += curve.least(asked + more) - curve.least(asked)

    def disorder(self, records: Records) -> str:
        """The first contradiction between what is kept of the groups and what their needs add up to, or nothing."""
        costs, n = self.costs(), len(self._of_need)
        for name, of_needs, of_groups in (
            ("demand", self._demand, self._asked),
            ("unmet", self._unmet, self._short),
        ):
            kept, known = records[name][:n], np.array(of_needs, np.int64)
            sums = sums_below(costs.above, from_leaves(costs.of_need, kept, len(costs)))
            for what, wrong in (("need", kept != known), ("group", sums != np.array(of_groups, np.int64))):
                if wrong.any():
                    return f"what is kept twice differs: {name} of {what} {int(np.argmax(wrong))}."
        return ""

    def costs(self) -> ShortfallCosts:
        """The groups with the needs that are below them now."""
        return replace(self._costs, of_need=np.array(self._of_need, np.int32))


def at_prices(problem: Problem, costs: ShortfallCosts, prices: Int64) -> Problem:
    """The problem without groups in which each unit unmet costs the prices of the groups above it."""
    dearer = at_leaves(costs.of_need, sums_above(costs.above, prices))
    return replace(problem, unmet_cost=problem.unmet_cost + dearer, shortfall=None)


def at_costs(problem: Problem, costs: ShortfallCosts, prices: Int64) -> Problem:
    """What `at_prices` was made of."""
    dearer = at_leaves(costs.of_need, sums_above(costs.above, prices))
    return replace(problem, unmet_cost=problem.unmet_cost - dearer, shortfall=costs)


def _chains(above: list[int]) -> list[tuple[int, ...]]:
    """Each group with all groups above it."""
    chains: list[tuple[int, ...]] = [()] * len(above)
    for g in reversed(range(len(above))):
        chains[g] = (g, *(() if above[g] == NONE else chains[above[g]]))
    return chains

"""
The state of a live plan with groups, whose shortfall is priced as in the last exact solve.

At frozen prices a unit unmet costs ``unmet_cost`` and the prices of the groups above its need: a plain problem, and it
is repaired exactly. How far its plan may be from the optimum at the groups' own costs follows from Fenchel's
inequality, (D4) in the package's README.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from matcher.errors import InvalidEventError, InvalidProblemError
from matcher.forests import at_leaves, sums_above
from matcher.kernels.live_network import NONE
from matcher.live.base import Base
from matcher.live.effect import Effect
from matcher.live.events import AddNeed, ChangeQuantity, Event, Pin, RemoveNeed, Unpin
from matcher.live.groups import Groups, at_costs, at_prices
from matcher.live.state import State
from matcher.plan import Solution
from matcher.problem import MAX_UNIT_COST, Problem, ShortfallCosts
from matcher.status import Status


class FairState(State):
    """
    One state of any problem of the core: optimal at the frozen prices after each event, and optimal without groups.

    Parameters
    ----------
    base
        Where it begins: a plan that is optimal if each unit of a group's shortfall costs the group's price.

    Raises
    ------
    InvalidProblemError
        If a unit unmet could cost more with its groups than a repair can hold.
    """

    def __init__(self, base: Base) -> None:
        costs, prices = base.problem.shortfall, base.answer.group_price
        self._groups: Groups | None = None
        if costs is None:
            super().__init__(base)
            return
        dearest = _dearest_unmet(base.problem, costs)
        super().__init__(replace(base, problem=at_prices(base.problem, costs, prices)))
        self._groups = Groups(costs, base.problem, base.answer)
        self._dearest = max(self._dearest, dearest)

    @property
    def cost(self) -> int:
        """Of the plan at the groups' own costs, pinned units left out."""
        return super().cost + (0 if self._groups is None else self._groups.added)

    @property
    def bound(self) -> int:
        """No plan costs less."""
        return super().cost + (0 if self._groups is None else self._groups.least)

    def read(self) -> tuple[Problem, Solution, npt.NDArray[np.int32]]:
        """The problem with its groups, its plan with prices, and the number of each of the problem's pairs."""
        problem, solution, number = super().read()
        if self._groups is None:
            return problem, solution, number
        problem = at_costs(problem, self._groups.costs(), self._groups.prices)
        status = Status.OPTIMAL if self.cost == self.bound else Status.FEASIBLE
        return problem, replace(solution, status=status, group_price=self._groups.prices), number

    def disorder(self) -> str:
        """The first contradiction in what is kept twice, or nothing."""
        return super().disorder() or ("" if self._groups is None else self._groups.disorder(self.memory.net.needs))

    def apply(self, event: Event) -> Effect:
        """
        Change the problem and repair the plan at the frozen prices.

        Raises
        ------
        InvalidEventError
            If the event cannot happen; nothing has changed then.
        DamagedStateError
            If the state was not one that can be proven.
        """
        groups = self._groups
        if isinstance(event, AddNeed):
            self._check_group(event)
        if groups is None:
            return super().apply(event)
        if not isinstance(event, AddNeed):
            effect = super().apply(event)
        else:
            dearest = event.unmet_cost + groups.dearest(event.group)
            self._check_sums(event.demand, 0, dearest)
            effect = super().apply(replace(event, unmet_cost=event.unmet_cost + groups.price(event.group)))
            self._dearest = max(self._dearest, dearest)
            groups.put(effect.need, event.group)
        groups.follow(self._own_need(event, effect) | {moved.need for moved in effect.moved}, self.memory.net.needs)
        if isinstance(event, RemoveNeed):
            groups.put(event.need, NONE)
        return effect

    def _check_group(self, event: AddNeed) -> None:
        """Refuse a need below a group that is not there, or dearer with its groups than a repair can hold."""
        groups = self._groups
        if event.group == NONE:
            return
        if groups is None or not 0 <= event.group < len(groups):
            msg = f"there is no group {event.group}."
            raise InvalidEventError(msg)
        most = MAX_UNIT_COST - groups.dearest(event.group)
        if not 0 <= event.unmet_cost <= most:
            msg = f"unmet_cost is {event.unmet_cost}, outside 0 to {most}, what the costs of its groups leave."
            raise InvalidEventError(msg)

    def _own_need(self, event: Event, effect: Effect) -> set[int]:
        """The need whose demand the event itself changed, as what is pinned of it is taken out."""
        match event:
            case AddNeed():
                return {effect.need}
            case RemoveNeed() | ChangeQuantity():
                return {event.need}
            case Pin() | Unpin():
                return {self.memory.ends(event.pair)[0]}
            case _:
                return set()


def _dearest_unmet(problem: Problem, costs: ShortfallCosts) -> int:
    """The most that a unit of any need unmet can cost, its groups included."""
    last = costs.cost[costs.segment_start[1:] - 1]
    dearest = problem.unmet_cost + at_leaves(costs.of_need, sums_above(costs.above, last))
    over = np.flatnonzero(dearest > MAX_UNIT_COST)
    if len(over):
        n = int(over[0])
        msg = f"a unit of need {n} unmet could cost {dearest[n]} with its groups; a live plan holds up to "
        msg += f"{MAX_UNIT_COST}. Maybe a coarser unit of cost will do."
        raise InvalidProblemError(msg)
    return int(dearest.max(initial=0))

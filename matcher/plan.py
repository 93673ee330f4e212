"""The answer: who is served by whom, what that is worth, and the proof."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from matcher.status import Status

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Solution:
    """
    What a backend hands over, before anybody has checked it.

    Parameters
    ----------
    status
        What the backend claims to have found.
    pair, quantity
        Indices of the used pairs, ascending, and the units on each, > 0; both int64, shape ``(n_used,)``.
    unmet
        Units of each need left unmet, int64, shape ``(n_needs,)``.
    resource_price, need_price
        Dual prices per unit, int64, shapes ``(n_resources,)`` and ``(n_needs,)``. A resource's is what one more unit of
        its own capacity is worth; those of the limits above it come on top.
    pivots
        Steps the backend took, 0 if it counts none.
    limit_price
        Dual price per unit of each common limit's capacity, int64, shape ``(n_limits,)``.
    group_price
        What one unit more of each group's shortfall costs by that group alone, int64, shape ``(n_groups,)``.
    """

    status: Status
    pair: Int64
    quantity: Int64
    unmet: Int64
    resource_price: Int64
    need_price: Int64
    pivots: int = 0
    limit_price: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    group_price: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class Stage:
    """
    One of the aims of a plan, each looked at only among plans that are best in all earlier ones.

    Parameters
    ----------
    code
        ``class.0`` … ``class.3``: unmet units of that urgency class; ``cost``: the problem's objective.
    value
        What the plan has.
    bound
        Proven: no plan that is as good in all earlier stages has less.
    proven_by
        What proves the bound: ``certificate``, or the name of another proof.
    """

    code: str
    value: int
    bound: int
    proven_by: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """
    What an independent check of a solution found, in exact 64-bit integers.

    Primal: each need's quantities and its unmet part add up to its demand, and no resource and no common limit gives
    more than it has. Dual: no price of a capacity is negative, no need is priced above what leaving it unmet costs,
    its groups' prices included, or above the cost of any of its pairs with all prices on the way. Slackness: what is
    used is priced exactly, and a group's price is a marginal cost of its shortfall. Equal objectives then prove
    optimality.

    Parameters
    ----------
    proven
        Whether the solution is optimal beyond doubt.
    primal_objective
        Cost of the solution; meaningful if ``feasible``.
    dual_objective
        Value of the prices, a lower bound on every plan's cost if ``bounded``.
    needs_checked, resources_checked, pairs_checked, limits_checked, groups_checked
        How many rows of each kind were looked at: all of them, always.
    primal_violations, dual_violations, slackness_violations
        How many conditions of each kind fail.
    first_violation
        The first condition that fails, with its indices and values; empty if none does.
    group_gap
        What groups' costs and prices leave open between the two objectives, ``sum f(U) + f*(s) - s U``: 0 where each
        price is a marginal cost; meaningful if ``feasible`` and ``bounded``.
    """

    proven: bool
    primal_objective: int
    dual_objective: int
    needs_checked: int
    resources_checked: int
    pairs_checked: int
    limits_checked: int
    groups_checked: int
    primal_violations: int
    dual_violations: int
    slackness_violations: int
    first_violation: str
    group_gap: int = 0

    @property
    def proven_at_prices(self) -> bool:
        """Whether the solution is optimal if each unit of a group's shortfall costs the group's price."""
        return self.feasible and self.bounded and self.primal_objective - self.dual_objective == self.group_gap

    @property
    def feasible(self) -> bool:
        """Whether the quantities keep every limit."""
        return self.primal_violations == 0

    @property
    def bounded(self) -> bool:
        """Whether the prices prove that no plan costs less than ``dual_objective``."""
        return self.dual_violations == 0

    @property
    def violations(self) -> int:
        """Number of conditions of any kind that fail."""
        return self.primal_violations + self.dual_violations + self.slackness_violations


@dataclass(frozen=True, slots=True)
class Plan:
    """
    A checked solution of one problem. Same problem, backend and seed: same plan, bit for bit, save the times.

    Where the clock cuts work short, by a deadline or by a part's share of it in the staged search, another plan as good
    may be found.

    Parameters
    ----------
    status
        OPTIMAL only with a certificate that is ``proven``; FEASIBLE with ``bound <= optimum <= objective``;
        NO_SOLUTION leaves every need unmet, with empty ``pair`` and ``quantity``, and so does INFEASIBLE.
    pair, quantity, unmet, resource_price, need_price, limit_price, group_price, pivots
        As in `Solution`. Prices are one optimal choice among possibly many; all 0 where side rules are kept.
    objective
        Cost of the plan.
    bound
        No plan costs less than this, or with side rules, none that leaves no more unmet of any class; equal to
        ``objective`` if OPTIMAL.
    stages
        Its aims in order; one, ``cost``, where no side rule makes more of them.
    certificate
        The independent check.
    backend
        Name of the backend that found it.
    solve_s, certify_s
        Wall seconds spent on finding and on checking.
    floor_short
        Units short of each floor of the side rules, int64.
    charged
        Charges of the side rules that are due.
    """

    status: Status
    pair: Int64
    quantity: Int64
    unmet: Int64
    resource_price: Int64
    need_price: Int64
    limit_price: Int64
    group_price: Int64
    objective: int
    bound: int
    stages: tuple[Stage, ...]
    certificate: Certificate
    backend: str
    solve_s: float
    certify_s: float
    pivots: int
    floor_short: Int64 = field(default_factory=lambda: np.zeros(0, np.int64))
    charged: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))

    @property
    def gap(self) -> int:
        """How much the plan may at most cost above the optimum."""
        return self.objective - self.bound

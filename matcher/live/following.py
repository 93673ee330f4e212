"""A live plan that follows a problem: each later one is laid beside the one before, and events lead there."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import numpy.typing as npt

from matcher.certify import certify
from matcher.errors import CertificateError
from matcher.live.difference import NONE, Difference, difference
from matcher.live.effect import Effect
from matcher.live.events import (
    AddNeed,
    AddResource,
    AllowPair,
    ChangeCapacity,
    ChangeCost,
    ChangeLimit,
    ChangeQuantity,
    Event,
    ForbidPair,
    RemoveNeed,
    RemoveResource,
)
from matcher.live.groups import at_prices
from matcher.live.named import NamedProblem
from matcher.live.opportunity import Forced
from matcher.live.pairing import Offer
from matcher.live.plan import Change, LivePlan
from matcher.plan import Plan, Solution, Stage
from matcher.problem import Problem
from matcher.proofs.group_costs import GroupCosts, shortfall_of_groups
from matcher.status import Status

Int64 = npt.NDArray[np.int64]
LIVE = "live"
"""Name of the backend of a plan that was repaired and not solved."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The live plan's number of each row of a problem, -1 while it has none."""

    need: Int64
    resource: Int64
    limit: Int64
    pair: Int64

    @classmethod
    def of(cls, problem: Problem) -> "Numbers":
        """Each row its own."""
        counts = (problem.n_needs, problem.n_resources, problem.n_limits, problem.n_pairs)
        return cls(*(np.arange(count) for count in counts))

    def carried(self, found: Difference) -> "Numbers":
        """Those of the problem after."""
        limits = np.empty_like(found.limits)
        limits[found.limits] = self.limit
        return Numbers(
            need=np.append(self.need, NONE)[found.needs.before],
            resource=np.append(self.resource, NONE)[found.resources.before],
            limit=limits,
            pair=np.append(self.pair, NONE)[found.pairs.before],
        )


class FollowedPlan:
    """
    An optimal plan of a problem that changes. One thread at a time may use it.

    With groups it is optimal at the prices of their shortfall in the plan that it began from, whatever their costs
    become; the certificate of its solution tells the gap. A group that comes later has the price of its first unit.

    Parameters
    ----------
    named
        Where it begins.
    plan
        Its optimal plan.

    Raises
    ------
    CertificateError, InvalidProblemError
        As for `LivePlan`.
    """

    def __init__(self, named: NamedProblem, plan: Plan) -> None:
        self._price: dict[Hashable, int] = dict(zip(named.groups, plan.group_price.tolist(), strict=True))
        self._named, self._plain = named, self._at_prices(named)
        self.live = LivePlan.of(self._plain.problem, replace(plan, group_price=plan.group_price[:0]))
        """The plan at the groups' prices: of a problem without groups, and so are its changes' objectives."""
        self._numbers = Numbers.of(named.problem)
        self._pair_of: Int64 | None = None

    @property
    def named(self) -> NamedProblem:
        """The problem that the plan is of now."""
        return self._named

    def follow(self, named: NamedProblem, most: int | None = None) -> tuple[Change, ...] | None:
        """
        The plan is that of another problem from now on.

        Parameters
        ----------
        most
            Rows that may have come, gone or changed; ``None`` for any number.

        Returns
        -------
        tuple of Change or None
            What each event changed; ``None``, with the plan as it was, where events cannot lead there.

        Raises
        ------
        InvalidEventError
            If the other problem's sums are beyond what the live plan can hold; it is not to be used then.
        InvalidProblemError
            If a unit unmet costs too much at the groups' prices; the plan is as it was then.
        CertificateError
            As for `LivePlan.apply`.
        """
        plain = self._at_prices(named)
        found = difference(self._plain, plain)
        if found is None or (most is not None and found.rows > most):
            return None
        way = _Way(self.live, found, plain.problem, self._numbers.carried(found))
        way.remove(self._plain.problem, self._numbers)
        way.change()
        way.add()
        self._named, self._plain, self._numbers, self._pair_of = named, plain, way.numbers, None
        return tuple(way.changes)

    def plan(self) -> Plan:
        """
        The plan with what is proven of it on the problem followed: its optimum, or with groups the gap to it.

        Raises
        ------
        CertificateError
            If it is not optimal at the groups' prices.
        """
        started = perf_counter()
        found = self.solution()
        read = perf_counter()
        certificate = certify(self._named.problem, found)
        if not certificate.proven_at_prices:
            msg = f"the plan that was followed is not optimal: {certificate.first_violation}"
            raise CertificateError(msg)
        objective, bound = certificate.primal_objective, certificate.dual_objective
        return Plan(
            status=Status.OPTIMAL if certificate.proven else Status.FEASIBLE,
            pair=found.pair,
            quantity=found.quantity,
            unmet=found.unmet,
            resource_price=found.resource_price,
            need_price=found.need_price,
            limit_price=found.limit_price,
            group_price=found.group_price,
            objective=objective,
            bound=bound,
            stages=(Stage("cost", objective, bound, "certificate"),),
            certificate=certificate,
            backend=LIVE,
            solve_s=read - started,
            certify_s=perf_counter() - read,
            pivots=0,
        )

    def losses_of_need(self, n: int) -> dict[int, int]:
        """
        What the optimum would lose if one unit were forced onto each pair of a need; pairs that hold none are left out.

        Exact; with groups at the prices of their shortfall.

        Parameters
        ----------
        n
            Its row in the problem followed.

        Raises
        ------
        DamagedStateError
            If the state is not one that can be proven; the plan is not to be used then.
        """
        return self._losses(self.live.opportunities().first_of_need(int(self._numbers.need[n])))

    def losses_of_resource(self, r: int) -> dict[int, int]:
        """As `losses_of_need`, of the needs that a resource could serve."""
        return self._losses(self.live.opportunities().first_of_resource(int(self._numbers.resource[r])))

    def _losses(self, found: tuple[Forced, ...]) -> dict[int, int]:
        if self._pair_of is None:  # made when a state is first asked
            self._pair_of = np.full(int(self._numbers.pair.max(initial=NONE)) + 1, NONE, np.int64)
            self._pair_of[self._numbers.pair] = np.arange(len(self._numbers.pair))
        return {int(self._pair_of[row.pair]): row.loss for row in found if row.loss is not None}

    def solution(self) -> Solution:
        """The plan with its prices, in the rows of the problem followed."""
        base, numbers, problem = self.live.base(), self._numbers, self._named.problem
        units = np.zeros(int(base.pair_number.max(initial=NONE)) + 1, np.int64)
        units[base.pair_number[base.answer.pair]] = base.answer.quantity
        carried = units[numbers.pair]
        used = np.flatnonzero(carried)
        unmet, group_price = base.answer.unmet[numbers.need], self._group_prices(self._named)
        gap = GroupCosts.of(problem).gap(shortfall_of_groups(problem, unmet), group_price)
        return Solution(
            status=Status.FEASIBLE if gap else Status.OPTIMAL,
            pair=used,
            quantity=carried[used],
            unmet=unmet,
            resource_price=base.answer.resource_price[numbers.resource],
            need_price=base.answer.need_price[numbers.need],
            limit_price=base.answer.limit_price[numbers.limit],
            group_price=group_price,
        )

    def _at_prices(self, named: NamedProblem) -> NamedProblem:
        """The problem without groups in which each unit unmet costs their prices."""
        costs = named.problem.shortfall
        if costs is None:
            return named
        return replace(named, problem=at_prices(named.problem, costs, self._group_prices(named)), groups=())

    def _group_prices(self, named: NamedProblem) -> Int64:
        costs = named.problem.shortfall
        if costs is None:
            return np.zeros(0, np.int64)
        first = costs.cost[costs.segment_start[:-1]].tolist()
        prices = [self._price.setdefault(name, cost) for name, cost in zip(named.groups, first, strict=True)]
        return np.array(prices, np.int64)


class _Way:
    """
    From one problem to another: what is gone goes first, so that nothing is moved to a row that is about to go.

    Parameters
    ----------
    numbers
        Of the rows after; filled as new rows get theirs.
    """

    def __init__(self, live: LivePlan, found: Difference, after: Problem, numbers: Numbers) -> None:
        self._live, self._found, self._after = live, found, after
        self.numbers = numbers
        self.changes: list[Change] = []

    def remove(self, before: Problem, numbers: Numbers) -> None:
        """Pairs of rows that stayed, and rows with all their pairs."""
        found = self._found
        ends_stayed = (found.needs.after[before.need_of_pair] != NONE) & (
            found.resources.after[before.pair_resource] != NONE
        )
        for pair in np.flatnonzero((found.pairs.after == NONE) & ends_stayed).tolist():
            self._apply(ForbidPair(int(numbers.pair[pair])))
        for need in found.needs.gone.tolist():
            self._apply(RemoveNeed(int(numbers.need[need])))
        for resource in found.resources.gone.tolist():
            self._apply(RemoveResource(int(numbers.resource[resource])))

    def change(self) -> None:
        """Figures of what stayed."""
        after, found, numbers = self._after, self._found, self.numbers
        for pair in found.cost.tolist():
            self._apply(ChangeCost(int(numbers.pair[pair]), int(after.pair_cost[pair])))
        for need in found.demand.tolist():
            self._apply(ChangeQuantity(int(numbers.need[need]), int(after.demand[need])))
        for resource in found.capacity.tolist():
            self._apply(ChangeCapacity(int(numbers.resource[resource]), int(after.capacity[resource])))
        if after.limits is not None:
            for limit in found.limit.tolist():
                self._apply(ChangeLimit(int(numbers.limit[limit]), int(after.limits.capacity[limit])))

    def add(self) -> None:
        """Resources with their pairs to needs that stayed, pairs of rows that stayed, needs with all their pairs."""
        after, found, numbers = self._after, self._found, self.numbers
        owner = after.need_of_pair
        need_stayed = found.needs.before[owner] != NONE
        resource_stayed = found.resources.before[after.pair_resource] != NONE
        for resource in found.resources.new.tolist():
            pairs = np.flatnonzero((after.pair_resource == resource) & need_stayed)
            above = NONE if after.limits is None else int(after.limits.of_resource[resource])
            limit = NONE if above == NONE else int(numbers.limit[above])
            offers = self._offers(pairs, numbers.need[owner[pairs]])
            effect = self._apply(AddResource(int(after.capacity[resource]), offers, limit))
            numbers.resource[resource], numbers.pair[pairs] = effect.resource, effect.pairs
        for pair in np.flatnonzero((found.pairs.before == NONE) & need_stayed & resource_stayed).tolist():
            ends = int(numbers.need[owner[pair]]), int(numbers.resource[after.pair_resource[pair]])
            numbers.pair[pair] = self._apply(AllowPair(*ends, int(after.pair_cost[pair]))).pairs[0]
        for need in found.needs.new.tolist():
            pairs = np.arange(*after.row_start[need : need + 2].tolist())
            offers = self._offers(pairs, numbers.resource[after.pair_resource[pairs]])
            effect = self._apply(AddNeed(int(after.demand[need]), int(after.unmet_cost[need]), offers))
            numbers.need[need], numbers.pair[pairs] = effect.need, effect.pairs

    def _apply(self, event: Event) -> Effect:
        change = self._live.apply(event)
        self.changes.append(change)
        return change.effect

    def _offers(self, pairs: Int64, others: Int64) -> tuple[Offer, ...]:
        costs = self._after.pair_cost[pairs].tolist()
        return tuple(Offer(other, cost) for other, cost in zip(others.tolist(), costs, strict=True))

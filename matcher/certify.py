"""
Integer proof of optimality, or of a bound. Trusts no backend and shares no code with any.

Weak duality, numbered as in the package's README. With prices ``v >= 0`` of resources, ``w >= 0`` of common limits
(D1), any prices ``s`` of groups, and prices ``a`` of needs such that

- (D2) ``a[n] <= unmet_cost[n] + sum s[g]`` over the groups above n, and
- (D3) ``a[n] <= pair_cost + v[r] + sum w[l]`` over the limits above r, on every pair,

every plan costs at least ``sum a * demand - sum v * capacity - sum w * capacity of limits - sum f*(s)``, where ``f*``
is the conjugate of a group's convex cost (`matcher.proofs.group_costs`). A plan that keeps every limit and costs
exactly that much is optimal. Complementary slackness says the same condition by condition, so that a failure can be
named.

A group's price need not be a marginal cost of what it lacks: Fenchel's inequality ``f(U) + f*(s) >= s U`` (D4) then
leaves something open between the two. A plan that is optimal at the groups' prices leaves just that much, and the
optimum lies between (D5).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from matcher.exact import PRICE_LIMIT, exact_dot
from matcher.forests import at_leaves, from_leaves, sums_above, sums_below
from matcher.plan import Certificate
from matcher.problem import Problem
from matcher.proofs.group_costs import GroupCosts, shortfall_of_groups
from matcher.proofs.tally import Tally

Int64 = npt.NDArray[np.int64]

CHUNK_PAIRS = 1 << 17
"""Pairs looked at in one go: a few megabytes of scratch however large the instance."""


class Answer(Protocol):
    """What is checked: the plan's quantities and prices, from whatever source."""

    @property
    def pair(self) -> Int64:
        """Indices of the used pairs, ascending, shape ``(n_used,)``."""
        ...

    @property
    def quantity(self) -> Int64:
        """Units on each used pair, > 0, shape ``(n_used,)``."""
        ...

    @property
    def unmet(self) -> Int64:
        """Units each need goes without, shape ``(n_needs,)``."""
        ...

    @property
    def resource_price(self) -> Int64:
        """Dual price of each resource, >= 0, shape ``(n_resources,)``."""
        ...

    @property
    def need_price(self) -> Int64:
        """Dual price of each need, shape ``(n_needs,)``."""
        ...

    @property
    def limit_price(self) -> Int64:
        """Dual price of each common limit, >= 0, shape ``(n_limits,)``."""
        ...

    @property
    def group_price(self) -> Int64:
        """Marginal cost of each group's shortfall, shape ``(n_groups,)``."""
        ...


@dataclass(frozen=True, slots=True)
class _Used:
    """
    What the quantities add up to, those out of range left out.

    Parameters
    ----------
    owner, resource
        Need and resource of each used pair.
    load, limit_load
        Units that each resource gives, and all those below each limit.
    shortfall
        Units that each group lacks.
    """

    owner: Int64
    resource: npt.NDArray[np.int32]
    load: Int64
    limit_load: Int64
    shortfall: Int64


@dataclass(frozen=True, slots=True)
class _Ways:
    """
    The prices along each way.

    Parameters
    ----------
    unmet
        Of leaving a unit of each need unmet: its cost and the prices of the groups above, shape ``(n_needs,)``.
    resource
        Of a unit from each resource: its price and those of the limits above, shape ``(n_resources,)``.
    """

    unmet: Int64
    resource: Int64


def certify(problem: Problem, answer: Answer) -> Certificate:
    """
    Check primal feasibility, dual feasibility, complementary slackness and equal objectives.

    Parameters
    ----------
    problem
        The instance.
    answer
        Quantities and prices, as in `matcher.plan.Solution` or `matcher.plan.Plan`.

    Returns
    -------
    Certificate
        ``proven`` if and only if every condition holds. A malformed answer (wrong shape or type) is never
        proven; nothing but its form is looked at then.
    """
    malformed = _malformed(problem, answer)
    if malformed:
        return _certificate(problem, Tally(Counter(primal=1, dual=1), malformed), 0, 0, 0)
    tally = Tally()
    costs = GroupCosts.of(problem)
    used = _check_primal(problem, answer, tally)
    ways = _check_prices(problem, answer, tally)
    if ways is not None:
        _check_reduced_costs(problem, answer, ways, tally)
        _check_slackness(problem, answer, used, ways, tally)
        _check_marginal_costs(costs, answer, used, tally)
    primal = exact_dot(problem.pair_cost[answer.pair], answer.quantity) + exact_dot(problem.unmet_cost, answer.unmet)
    primal += costs.total(used.shortfall)
    dual = exact_dot(answer.need_price, problem.demand) - exact_dot(answer.resource_price, problem.capacity)
    if problem.limits is not None:
        dual -= exact_dot(answer.limit_price, problem.limits.capacity)
    group_gap = 0
    if ways is not None:
        dual -= costs.conjugate(answer.group_price)
        group_gap = costs.gap(used.shortfall, answer.group_price)
    return _certificate(problem, tally, primal, dual, group_gap)


def _certificate(problem: Problem, tally: Tally, primal: int, dual: int, group_gap: int) -> Certificate:
    clean = tally.clean
    first = tally.first
    if clean and primal != dual:
        first = f"The plan costs {primal} but its prices only prove {dual}."
    return Certificate(
        proven=clean and primal == dual,
        primal_objective=primal,
        dual_objective=dual,
        needs_checked=problem.n_needs,
        resources_checked=problem.n_resources,
        pairs_checked=problem.n_pairs,
        limits_checked=problem.n_limits,
        groups_checked=problem.n_groups,
        primal_violations=tally.counts["primal"],
        dual_violations=tally.counts["dual"],
        slackness_violations=tally.counts["slackness"],
        first_violation=first,
        group_gap=group_gap,
    )


def _malformed(problem: Problem, answer: Answer) -> str:
    """What is wrong with the form of the answer, or nothing."""
    shapes = (
        ("pair", answer.pair, len(answer.pair)),
        ("quantity", answer.quantity, len(answer.pair)),
        ("unmet", answer.unmet, problem.n_needs),
        ("resource_price", answer.resource_price, problem.n_resources),
        ("need_price", answer.need_price, problem.n_needs),
        ("limit_price", answer.limit_price, problem.n_limits),
        ("group_price", answer.group_price, problem.n_groups),
    )
    for name, values, length in shapes:
        if values.dtype != np.int64 or values.shape != (length,):
            return f"{name} has type {values.dtype} and shape {values.shape}, not int64 and ({length},)."
    if len(answer.pair) and (int(answer.pair.min()) < 0 or int(answer.pair.max()) >= problem.n_pairs):
        return f"pair runs from {answer.pair.min()} to {answer.pair.max()}, outside 0 to {problem.n_pairs - 1}."
    if (answer.pair[1:] <= answer.pair[:-1]).any():
        return "pair is not strictly ascending."
    return ""


def _check_primal(problem: Problem, answer: Answer, tally: Tally) -> _Used:
    """Check quantities against demands (1), capacities (2) and common limits (3)."""
    owner = np.searchsorted(problem.row_start, answer.pair, side="right") - 1
    used_resource = problem.pair_resource[answer.pair]
    over = answer.quantity > problem.demand[owner]
    bad = (answer.quantity <= 0) | over
    tally.note_each("primal", bad, "Pair {} carries {}, outside its need's demand.", answer.pair, answer.quantity)
    bad_unmet = (answer.unmet < 0) | (answer.unmet > problem.demand)
    needs = np.arange(problem.n_needs)
    tally.note_each("primal", bad_unmet, "Need {} leaves {} unmet of {}.", needs, answer.unmet, problem.demand)
    # Between 0 and the demands, whose sum Problem bounds, no sum below can wrap.
    quantity = np.where(bad, 0, answer.quantity)
    served = np.zeros(problem.n_needs, np.int64)
    np.add.at(served, owner, quantity)
    unmet = np.where(bad_unmet, 0, answer.unmet)
    served += unmet
    sentence = "Need {} is served {} in all, its unmet part included, and asks for {}."
    tally.note_each("primal", served != problem.demand, sentence, needs, served, problem.demand)
    load = np.zeros(problem.n_resources, np.int64)
    np.add.at(load, used_resource, quantity)
    resources = np.arange(problem.n_resources)
    sentence = "Resource {} gives {} and has {}."
    tally.note_each("primal", load > problem.capacity, sentence, resources, load, problem.capacity)
    limit_load = np.zeros(0, np.int64)
    if problem.limits is not None:
        limits = problem.limits
        limit_load = sums_below(limits.above, from_leaves(limits.of_resource, load, len(limits)))
        sentence = "The resources below limit {} give {} together and may give {}."
        tally.note_each(
            "primal", limit_load > limits.capacity, sentence, np.arange(len(limits)), limit_load, limits.capacity
        )
    return _Used(owner, used_resource, load, limit_load, shortfall_of_groups(problem, unmet))


def _check_prices(problem: Problem, answer: Answer, tally: Tally) -> _Ways | None:
    """Check (D1) and (D2); returns the prices along each way, or None if a later sum could leave 64 bits."""
    v, a, w, s = answer.resource_price, answer.need_price, answer.limit_price, answer.group_price
    tally.note_each("dual", v < 0, "Resource {} has the negative price {}.", np.arange(len(v)), v)
    tally.note_each("dual", w < 0, "Limit {} has the negative price {}.", np.arange(len(w)), w)
    # A way goes through every limit or group at most once.
    farthest = max(_farthest(w) * len(w), _farthest(s) * len(s))
    far = sum(int(np.count_nonzero((p > PRICE_LIMIT) | (p < -PRICE_LIMIT))) for p in (v, a, w, s))
    if far or farthest + _farthest(v) > PRICE_LIMIT:
        sentence = f"{far} prices lie beyond {PRICE_LIMIT}, or prices on one way could add up to more."
        tally.note("dual", sentence, max(far, 1))
        return None
    unmet, resource = problem.unmet_cost, v
    if problem.shortfall is not None:
        unmet = unmet + at_leaves(problem.shortfall.of_need, sums_above(problem.shortfall.above, s))
    if problem.limits is not None:
        resource = v + at_leaves(problem.limits.of_resource, sums_above(problem.limits.above, w))
    sentence = "Need {} is priced {}, above {}, its unmet cost and the prices of its groups."
    tally.note_each("dual", a > unmet, sentence, np.arange(len(a)), a, unmet)
    return _Ways(unmet, resource)


def _farthest(prices: Int64) -> int:
    return max(int(prices.max(initial=0)), -int(prices.min(initial=0)))


def _check_reduced_costs(problem: Problem, answer: Answer, ways: _Ways, tally: Tally) -> None:
    """Check (D3) on every pair."""
    for lo, hi, owner in _pair_chunks(problem):
        resource = problem.pair_resource[lo:hi]
        reach = ways.resource[resource]
        reach += problem.pair_cost[lo:hi]
        need_price = answer.need_price[owner]
        sentence = "Need {} is priced {}, above {} by way of resource {}."
        tally.note_each("dual", need_price > reach, sentence, owner, need_price, reach, resource)


def _pair_chunks(problem: Problem) -> Iterator[tuple[int, int, Int64]]:
    """Runs of pairs with the need each pair belongs to."""
    start = problem.row_start
    for lo in range(0, problem.n_pairs, CHUNK_PAIRS):
        hi = min(lo + CHUNK_PAIRS, problem.n_pairs)
        first = int(np.searchsorted(start, lo, side="right")) - 1
        last = int(np.searchsorted(start, hi, side="left"))
        ends = np.clip(start[first : last + 1], lo, hi)
        yield lo, hi, np.repeat(np.arange(first, last), np.diff(ends))


def _check_slackness(problem: Problem, answer: Answer, used: _Used, ways: _Ways, tally: Tally) -> None:
    """Check that what is used is priced exactly, and what is not used up has no price."""
    v, a, w = answer.resource_price, answer.need_price, answer.limit_price
    price = ways.resource[used.resource] + problem.pair_cost[answer.pair]
    sentence = "Pair {} is used at {} although its need is priced {}."
    tally.note_each("slackness", price != a[used.owner], sentence, answer.pair, price, a[used.owner])
    idle = (v != 0) & (used.load < problem.capacity)
    sentence = "Resource {} has the price {} although only {} of {} is used."
    tally.note_each("slackness", idle, sentence, np.arange(len(v)), v, used.load, problem.capacity)
    if problem.limits is not None:
        capacity = problem.limits.capacity
        idle = (w != 0) & (used.limit_load < capacity)
        sentence = "Limit {} has the price {} although only {} of {} is used."
        tally.note_each("slackness", idle, sentence, np.arange(len(w)), w, used.limit_load, capacity)
    cheap = (answer.unmet > 0) & (a != ways.unmet)
    sentence = "Need {} is partly unmet although its price {} is below {}, its unmet cost and the prices of its groups."
    tally.note_each("slackness", cheap, sentence, np.arange(len(a)), a, ways.unmet)


def _check_marginal_costs(costs: GroupCosts, answer: Answer, used: _Used, tally: Tally) -> None:
    """Check that each group's price lies between the costs of its last unit short and of the next: (4)."""
    price = answer.group_price[costs.group]
    units = costs.units(used.shortfall)
    short = used.shortfall[costs.group]
    for wrong, than in (
        ((units > 0) & (price < costs.cost), "below"),
        ((units < costs.width) & (price > costs.cost), "above"),
    ):
        sentence = f"Group {{}} lacks {{}} and has the price {{}}, {than} the cost {{}} of a unit there."
        tally.note_each("slackness", wrong, sentence, costs.group, short, price, costs.cost)

"""
Integer proof of optimality, or of a bound. Trusts no backend and shares no code with any.

Weak duality: with prices ``v >= 0`` of resources and ``a <= unmet_cost`` of needs such that
``a[n] <= pair_cost + v[r]`` on every pair, every plan costs at least ``sum a * demand - sum v * capacity``.
A plan that keeps every limit and costs exactly that much is optimal. Complementary slackness says the same
condition by condition, so that a failure can be named.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from matcher.plan import Certificate
from matcher.problem import Problem

Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

CHUNK_PAIRS = 1 << 17
"""Pairs looked at in one go: a few megabytes of scratch however large the instance."""

PRICE_LIMIT = 2**61
"""A cost plus a price below this cannot leave 64 bits."""


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


@dataclass(slots=True)
class _Tally:
    """Counts failures by kind and keeps the first in words."""

    primal: int = 0
    dual: int = 0
    slackness: int = 0
    first: str = field(default="")

    def note(self, kind: str, wrong: Mask, sentence: str, *columns: npt.NDArray[Any]) -> None:
        """Count the true entries of ``wrong``; ``sentence`` is filled with the first one's values."""
        count = int(np.count_nonzero(wrong))
        if count == 0:
            return
        setattr(self, kind, getattr(self, kind) + count)
        if not self.first:
            i = int(np.argmax(wrong))
            self.first = sentence.format(*(int(c[i]) for c in columns))


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
        return _certificate(problem, _Tally(primal=1, dual=1, first=malformed), 0, 0)
    tally = _Tally()
    owner = np.searchsorted(problem.row_start, answer.pair, side="right") - 1
    used_resource = problem.pair_resource[answer.pair]
    load = _check_primal(problem, answer, owner, used_resource, tally)
    dual_signs_hold = _check_price_signs(problem, answer, tally)
    if dual_signs_hold:
        _check_reduced_costs(problem, answer, tally)
        _check_slackness(problem, answer, tally, owner=owner, used_resource=used_resource, load=load)
    primal = exact_dot(problem.pair_cost[answer.pair], answer.quantity) + exact_dot(problem.unmet_cost, answer.unmet)
    dual = exact_dot(answer.need_price, problem.demand) - exact_dot(answer.resource_price, problem.capacity)
    return _certificate(problem, tally, primal, dual)


def exact_dot(a: npt.NDArray[np.integer[Any]], b: npt.NDArray[np.integer[Any]]) -> int:
    """Inner product that never wraps: in 64 bits where an estimate shows room, else in Python integers."""
    estimate = np.abs(a.astype(np.float64)) @ np.abs(b.astype(np.float64))
    if estimate < PRICE_LIMIT:
        return int(a.astype(np.int64) @ b.astype(np.int64))
    return sum(x * y for x, y in zip(a.tolist(), b.tolist(), strict=True))


def _certificate(problem: Problem, tally: _Tally, primal: int, dual: int) -> Certificate:
    clean = not (tally.primal or tally.dual or tally.slackness)
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
        primal_violations=tally.primal,
        dual_violations=tally.dual,
        slackness_violations=tally.slackness,
        first_violation=first,
    )


def _malformed(problem: Problem, answer: Answer) -> str:
    """What is wrong with the form of the answer, or nothing."""
    shapes = (
        ("pair", answer.pair, len(answer.pair)),
        ("quantity", answer.quantity, len(answer.pair)),
        ("unmet", answer.unmet, problem.n_needs),
        ("resource_price", answer.resource_price, problem.n_resources),
        ("need_price", answer.need_price, problem.n_needs),
    )
    for name, values, length in shapes:
        if values.dtype != np.int64 or values.shape != (length,):
            return f"{name} has type {values.dtype} and shape {values.shape}, not int64 and ({length},)."
    if len(answer.pair) and (int(answer.pair.min()) < 0 or int(answer.pair.max()) >= problem.n_pairs):
        return f"pair runs from {answer.pair.min()} to {answer.pair.max()}, outside 0 to {problem.n_pairs - 1}."
    if (answer.pair[1:] <= answer.pair[:-1]).any():
        return "pair is not strictly ascending."
    return ""


def _check_primal(
    problem: Problem, answer: Answer, owner: Int64, used_resource: npt.NDArray[np.int32], tally: _Tally
) -> Int64:
    """Check quantities against demands and capacities; returns the load of each resource, clipped."""
    over = answer.quantity > problem.demand[owner]
    bad = (answer.quantity <= 0) | over
    tally.note("primal", bad, "Pair {} carries {}, outside its need's demand.", answer.pair, answer.quantity)
    bad_unmet = (answer.unmet < 0) | (answer.unmet > problem.demand)
    needs = np.arange(problem.n_needs)
    tally.note("primal", bad_unmet, "Need {} leaves {} unmet of {}.", needs, answer.unmet, problem.demand)
    # Between 0 and the demands, whose sum Problem bounds, no sum below can wrap.
    quantity = np.where(bad, 0, answer.quantity)
    served = np.zeros(problem.n_needs, np.int64)
    np.add.at(served, owner, quantity)
    served += np.where(bad_unmet, 0, answer.unmet)
    sentence = "Need {} is served {} in all, its unmet part included, and asks for {}."
    tally.note("primal", served != problem.demand, sentence, needs, served, problem.demand)
    load = np.zeros(problem.n_resources, np.int64)
    np.add.at(load, used_resource, quantity)
    resources = np.arange(problem.n_resources)
    sentence = "Resource {} gives {} and has {}."
    tally.note("primal", load > problem.capacity, sentence, resources, load, problem.capacity)
    return load


def _check_price_signs(problem: Problem, answer: Answer, tally: _Tally) -> bool:
    """Check ``v >= 0`` and ``a <= unmet_cost``; returns whether all later sums stay within 64 bits."""
    v, a = answer.resource_price, answer.need_price
    tally.note("dual", v < 0, "Resource {} has the negative price {}.", np.arange(len(v)), v)
    sentence = "Need {} is priced {}, above its unmet cost {}."
    tally.note("dual", a > problem.unmet_cost, sentence, np.arange(len(a)), a, problem.unmet_cost)
    far = np.flatnonzero(np.concatenate([v > PRICE_LIMIT, (a > PRICE_LIMIT) | (a < -PRICE_LIMIT)]))
    if len(far):
        tally.dual += len(far)
        tally.first = tally.first or f"{len(far)} prices lie beyond {PRICE_LIMIT}."
    return not len(far) and not (v < -PRICE_LIMIT).any()


def _check_reduced_costs(problem: Problem, answer: Answer, tally: _Tally) -> None:
    """Check ``a[n] <= pair_cost + v[r]`` on every pair."""
    for lo, hi, owner in _pair_chunks(problem):
        resource = problem.pair_resource[lo:hi]
        reach = answer.resource_price[resource]
        reach += problem.pair_cost[lo:hi]
        need_price = answer.need_price[owner]
        sentence = "Need {} is priced {}, above {} by way of resource {}."
        tally.note("dual", need_price > reach, sentence, owner, need_price, reach, resource)


def _pair_chunks(problem: Problem) -> Iterator[tuple[int, int, Int64]]:
    """Runs of pairs with the need each pair belongs to."""
    start = problem.row_start
    for lo in range(0, problem.n_pairs, CHUNK_PAIRS):
        hi = min(lo + CHUNK_PAIRS, problem.n_pairs)
        first = int(np.searchsorted(start, lo, side="right")) - 1
        last = int(np.searchsorted(start, hi, side="left"))
        ends = np.clip(start[first : last + 1], lo, hi)
        yield lo, hi, np.repeat(np.arange(first, last), np.diff(ends))


def _check_slackness(
    problem: Problem,
    answer: Answer,
    tally: _Tally,
    *,
    owner: Int64,
    used_resource: npt.NDArray[np.int32],
    load: Int64,
) -> None:
    """Check that what is used is priced exactly, and what is not used up has no price."""
    v, a = answer.resource_price, answer.need_price
    price = v[used_resource] + problem.pair_cost[answer.pair]
    sentence = "Pair {} is used at {} although its need is priced {}."
    tally.note("slackness", price != a[owner], sentence, answer.pair, price, a[owner])
    idle = (v != 0) & (load < problem.capacity)
    sentence = "Resource {} has the price {} although only {} of {} is used."
    tally.note("slackness", idle, sentence, np.arange(len(v)), v, load, problem.capacity)
    cheap = (answer.unmet > 0) & (a != problem.unmet_cost)
    sentence = "Need {} is partly unmet although its price {} is below its unmet cost {}."
    tally.note("slackness", cheap, sentence, np.arange(len(a)), a, problem.unmet_cost)

"""Every need wholly to one resource or to nobody: units first, class by class, then cost, each with its bound."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import monotonic
from typing import TypeVar

import numpy as np

from matcher.backends.whole_needs import units
from matcher.backends.whole_needs.class_prices import ClassPrices
from matcher.backends.whole_needs.clock import Clock, Turns
from matcher.backends.whole_needs.parts import (
    Part,
    WholeInstance,
    class_steps,
    fitting_pairs,
    least_unmet_cost,
    pair_gains,
)
from matcher.backends.whole_needs.plans import unmet_by_class
from matcher.backends.whole_needs.stages import Priced, least_unmet, serve_cheaply, serve_units, unused_at_best
from matcher.backends.whole_needs.units import Shortage
from matcher.kernels.packing import Int64
from matcher.problem import Problem
from matcher.side_rules import Int32, SideRules
from matcher.whole_needs import WholeNeedsAnswer, WholeNeedsProof

T = TypeVar("T")

MOST_UNITS = 1000
"""Largest capacity, in a part's own unit: tables over the capacities of two resources grow with its square."""

PLAN_SHARE_S = 0.88
"""Part of the time left for cheaper plans where units are not proven; the rest is for the prices of the classes."""


def solve_whole_needs(
    problem: Problem, rules: SideRules, *, seed: int, threads: int, deadline_s: float | None
) -> WholeNeedsAnswer | None:
    """
    A plan in which one resource serves each need wholly or nobody does, or None where that is not what is asked.

    Parameters
    ----------
    problem, rules
        The instance. It is taken on if every need of more than one unit is whole and single, no provider reaches a
        need over two resources, nothing else is asked beside capacities, and capacities are at most ``MOST_UNITS`` of
        their part's unit.
    seed
        Of the search. Same problem and seed, same answer, unless the deadline cuts it short.
    threads
        Parts that are worked on at a time; never changes the answer.
    deadline_s
        Seconds after which it stops with the plan and the bounds it has, or None.
    """
    started, clock = monotonic(), Clock.within(deadline_s)
    instance = _instance(problem, rules)
    if instance is None:
        return None
    parts = instance.parts(instance.usable)
    if any(int(part.packing.capacity.max()) > MOST_UNITS for part in parts):
        return None
    cuts = units.cuts(instance)
    shortages = [units.shortage(instance, cut) for cut in cuts]
    plan = np.full(problem.n_needs, -1, np.int64)

    def at_units(part: Part) -> Int64:
        return serve_units(part, shortages, seed, clock)

    usable = instance.usable.copy()
    for part, choice in zip(parts, _each(at_units, parts, threads), strict=True):
        plan[part.need] = np.where(choice >= 0, part.pair[choice], -1)
        usable[part.pair] &= ~unused_at_best(part, choice, shortages)

    units_s = monotonic() - started
    tight = instance.parts(usable)
    at_bound = _at_bound(instance, shortages, plan)
    for_plans = clock if at_bound else Clock.within(clock.left_s() * PLAN_SHARE_S)
    class_price = instance.step if at_bound else ClassPrices(instance, tight, plan, threads).balanced(for_plans)
    turns = Turns(for_plans, sum(len(part.resource) for part in tight), threads)

    def at_cost(part: Part) -> Priced:
        start = plan[part.need]
        choice = np.where(start >= 0, np.searchsorted(part.pair, start), -1)
        proven = bool((unmet_by_class(part.packing, choice) == least_unmet(part, shortages)).all())
        price = instance.step if proven else class_price
        return serve_cheaply(part, choice, price * part.unit, seed, turns.take(len(part.resource)))

    need_price = np.zeros(problem.n_needs, np.int64)
    settled = np.zeros(problem.n_needs, np.bool_)
    for part, priced in zip(tight, _each(at_cost, tight, threads), strict=True):
        plan[part.need] = np.where(priced.choice >= 0, part.pair[priced.choice], -1)
        need_price[part.need] = priced.need_price
        settled[part.need] = (priced.class_price == class_price * part.unit).all()
    pricing = ClassPrices(instance, parts, plan, threads)
    # Cheaper plans never have fewer units, and where all units are proven none has more.
    prices = pricing.of(class_price, need_price) if at_bound else pricing.at(class_price, need_price, settled, clock)
    # The proof counts savings from the whole unmet cost on; what gains leave out of it is taken off the class price.
    least = least_unmet_cost(problem, instance.need_class)
    proof = WholeNeedsProof(cuts, prices.of_class - least, prices.of_need)
    return replace(_answer(instance, shortages, plan, proof, prices.most), units_s=units_s)


def _at_bound(instance: WholeInstance, shortages: list[Shortage], plan: Int64) -> bool:
    """Whether the plan leaves no more units unmet, of each class and those before, than the cuts prove."""
    unmet = np.where(plan < 0, instance.problem.demand, 0)
    everyone, everything = np.arange(instance.problem.n_needs), np.arange(instance.problem.n_resources)
    return all(
        int(unmet[instance.need_class <= c].sum()) <= one.at_least(everyone, everything)
        for c, one in enumerate(shortages)
    )


def _answer(
    instance: WholeInstance, shortages: list[Shortage], plan: Int64, proof: WholeNeedsProof, most: int
) -> WholeNeedsAnswer:
    """The plan in the problem's own terms, and its figures; no plan with its units gains more than ``most``."""
    problem, need_class = instance.problem, instance.need_class
    unmet = np.where(plan < 0, problem.demand, 0)
    pair = np.sort(plan[plan >= 0])
    quantity = problem.demand[instance.owner[pair]]
    everyone, everything = np.arange(problem.n_needs), np.arange(problem.n_resources)
    class_unmet = [int(unmet[need_class == c].sum()) for c in range(len(shortages))]
    before = np.cumsum([0, *class_unmet]).tolist()
    least = [one.at_least(everyone, everything) for one in shortages]
    return WholeNeedsAnswer(
        pair=pair,
        quantity=quantity,
        unmet=unmet,
        class_unmet=tuple(class_unmet),
        class_bound=tuple(max(0, bound - met) for bound, met in zip(least, before, strict=False)),
        cost=int((problem.pair_cost[pair] * quantity).sum() + (problem.unmet_cost * unmet).sum()),
        cost_bound=_least_cost(instance, unmet, most),
        proof=proof,
    )


def _least_cost(instance: WholeInstance, unmet: Int64, most: int) -> int:
    """Everything unmet, less what units of a class save at least, less the most that can be gained besides."""
    problem, need_class = instance.problem, instance.need_class
    least = least_unmet_cost(problem, need_class)
    everything_unmet = int((problem.demand * problem.unmet_cost).sum())
    return everything_unmet - int(((problem.demand - unmet) * least[need_class]).sum()) - most


def _instance(problem: Problem, rules: SideRules) -> WholeInstance | None:
    """The instance if this solver is for it."""
    several = problem.demand > 1
    if not (rules.whole[several].all() and rules.single[several].all()):
        return None
    if problem.limits is not None or problem.shortfall is not None or rules.teams or rules.churn is not None:
        return None
    if len(rules.limits.sets) or len(rules.floors.sets) or len(rules.charges.sets):
        return None
    owner = problem.need_of_pair
    usable = fitting_pairs(problem, owner)
    if _reached_twice(owner[usable], rules.pair_provider[usable]):
        return None
    need_class = rules.need_class.astype(np.int64)
    gain = pair_gains(problem, owner, need_class)
    n_classes = int(need_class.max(initial=-1)) + 1
    pair = np.flatnonzero(usable)
    step = class_steps(problem.demand[owner[pair]], gain[pair], n_classes)
    return WholeInstance(problem, need_class, owner, usable, gain, step)


def _reached_twice(need: Int64, provider: Int32) -> bool:
    """Whether a provider reaches some need over two resources, and could serve it with both together."""
    order = np.lexsort((provider, need))
    return bool(((np.diff(need[order]) == 0) & (np.diff(provider[order]) == 0)).any())


def _each(work: Callable[[Part], T], parts: list[Part], threads: int) -> list[T]:
    """What the work gives for each part; parts share nothing, so their order does not matter."""
    if threads > 1 and len(parts) > 1:
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(work, parts))
    return [work(part) for part in parts]

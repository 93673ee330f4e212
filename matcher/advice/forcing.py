"""Problems with side rules, changed: a need put before all others, some of it by one pair, or without some pairs."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matcher.advice.what_if import most_units, need_of, without
from matcher.errors import MatcherError
from matcher.plan import Plan
from matcher.problem import Problem
from matcher.side_rules import LinearLimits, PairSets, SideRules
from matcher.solve import solve
from matcher.status import Status

Int64 = npt.NDArray[np.int64]
NONE = -1


@dataclass(frozen=True, slots=True)
class Forced:
    """
    The best plan in which a need comes before all others.

    Parameters
    ----------
    units
        Units of it that are given as asked.
    unmet
        Units that each need of the problem as it was lacks.
    pair, quantity
        As in `Plan`, with the pairs of the problem as it was.
    cost
        Pair, unmet and shortfall costs, floors and charges of the plan.
    proven
        Whether no better such plan exists.
    """

    units: int
    unmet: Int64
    pair: Int64
    quantity: Int64
    cost: int
    proven: bool


def is_one_block(rules: SideRules, need: int) -> bool:
    """Whether a need is served wholly, by one provider, or together with others, so that no part of it stands alone."""
    return bool(rules.whole[need] or rules.single[need] or any(need in team for team in rules.teams))


def force(
    problem: Problem, rules: SideRules, pair: int, units: int | None, *, seed: int = 0, deadline_s: float | None = None
) -> Forced | None:
    """
    The best plan in which a pair carries at least so many units, or as many as can be; ``None`` when it can carry none.

    A need that is one block is served by the pair alone, wholly or not at all.

    Parameters
    ----------
    units
        At least 1; ``None``: as many as can be.

    Raises
    ------
    MatcherError
        If changes are counted and a pairing of the need was published: then no part of it can be looked at alone.
    """
    need = need_of(problem, pair)
    row = np.arange(*problem.row_start[need : need + 2].tolist())
    if is_one_block(rules, need):
        others = np.setdiff1d(row, [pair])
        found = _answer(*without_pairs(problem, before_all(rules, need), others), need, seed, deadline_s)
        kept = np.setdiff1d(np.arange(problem.n_pairs), others)
        return None if found is None else replace(found, pair=kept[found.pair])
    _refuse_published(rules, need, row)
    most = most_units(problem, pair)
    wanted = most if units is None else units
    while 0 < wanted <= most:
        found = _answer(*split(problem, rules, np.array([pair]), wanted), problem.n_needs, seed, deadline_s)
        if found is None or found.units == wanted:
            break
        # What cannot be on the pair is free to be given elsewhere.
        wanted = found.units if units is None else 0
    else:
        return None
    if found is None:
        return None
    return _put_back(problem, np.array([pair]), found)


def serve_more(
    problem: Problem, rules: SideRules, need: int, units: int, *, seed: int = 0, deadline_s: float | None = None
) -> Forced | None:
    """
    The best plan in which a need is given at least so many units, by whatever pairs; ``None`` when there is none.

    One that is one block is served wholly, whatever ``units`` says.

    Raises
    ------
    MatcherError
        As `force`.
    """
    row = np.arange(*problem.row_start[need : need + 2].tolist())
    if is_one_block(rules, need):
        return _answer(problem, before_all(rules, need), need, seed, deadline_s)
    _refuse_published(rules, need, row)
    if not len(row):
        return None
    found = _answer(*split(problem, rules, row, units), problem.n_needs, seed, deadline_s)
    return None if found is None or found.units < units else _put_back(problem, row, found)


def _put_back(problem: Problem, pairs: Int64, found: Forced) -> Forced:
    """An answer to a problem whose last need is some units of another, in the numbers of the problem as it was."""
    need = need_of(problem, int(pairs[0]))
    unmet = found.unmet[:-1].copy()
    unmet[need] += found.unmet[-1]
    on = np.zeros(problem.n_pairs + len(pairs), np.int64)
    on[found.pair] = found.quantity
    on[pairs] += on[problem.n_pairs :]
    used = np.flatnonzero(on[: problem.n_pairs])
    return replace(found, unmet=unmet, pair=used, quantity=on[used])


def _refuse_published(rules: SideRules, need: int, row: Int64) -> None:
    if has_published(rules, row):
        msg = f"a pairing of need {need} was published and changes are counted, so no part of it stands alone."
        raise MatcherError(msg)


def has_published(rules: SideRules, row: Int64) -> bool:
    """Whether changes are counted and one of a need's pairs was published."""
    return rules.churn is not None and bool(np.isin(rules.churn.pair, row).any())


def before_all(rules: SideRules, need: int) -> SideRules:
    """The rules with one need in an urgency class of its own, before all others."""
    need_class = rules.need_class + 1
    need_class[need] = 0
    return replace(rules, need_class=need_class.astype(np.int32))


def split(problem: Problem, rules: SideRules, pairs: Int64, units: int) -> tuple[Problem, SideRules]:
    """
    Some units of a need as a need of their own, the last and before all others.

    Parameters
    ----------
    pairs
        Pairs of the need, ascending, that may serve these units.
    """
    need, first = need_of(problem, int(pairs[0])), problem.n_pairs
    demand = np.append(problem.demand, units)
    demand[need] -= units
    shortfall = problem.shortfall
    if shortfall is not None:
        of_need = np.append(shortfall.of_need, shortfall.of_need[need]).astype(np.int32)
        shortfall = replace(shortfall, of_need=of_need)
    changed = replace(
        problem,
        demand=demand,
        unmet_cost=np.append(problem.unmet_cost, problem.unmet_cost[need]),
        row_start=np.append(problem.row_start, first + len(pairs)),
        pair_resource=np.append(problem.pair_resource, problem.pair_resource[pairs]),
        pair_cost=np.append(problem.pair_cost, problem.pair_cost[pairs]),
        need_xy=None,
        resource_xy=None,
        shortfall=shortfall,
    )
    limits, coefficient = _with_copies(rules.limits.sets, pairs, first, rules.limits.coefficient)
    floors, _ = _with_copies(rules.floors.sets, pairs, first)
    charges, _ = _with_copies(rules.charges.sets, pairs, first)
    widened = replace(
        rules,
        need_class=np.append(rules.need_class, rules.need_class[need]).astype(np.int32),
        whole=np.append(rules.whole, False),
        single=np.append(rules.single, False),
        pair_provider=np.append(rules.pair_provider, rules.pair_provider[pairs]).astype(np.int32),
        limits=LinearLimits(limits, coefficient, rules.limits.limit),
        floors=replace(rules.floors, sets=floors),
        charges=replace(rules.charges, sets=charges),
    )
    return changed, before_all(widened, problem.n_needs)


def without_pairs(problem: Problem, rules: SideRules, pairs: Int64) -> tuple[Problem, SideRules]:
    """Problem and rules without some pairs; a published one among them changes for certain."""
    kept = np.ones(problem.n_pairs, np.bool_)
    kept[pairs] = False
    number = np.full(problem.n_pairs + 1, NONE, np.int64)
    number[:-1][kept] = np.arange(int(kept.sum()))
    limits, coefficient = _cut(rules.limits.sets, number, rules.limits.coefficient)
    floors, _ = _cut(rules.floors.sets, number)
    charges, _ = _cut(rules.charges.sets, number)
    churn = rules.churn
    return without(problem, pairs), replace(
        rules,
        pair_provider=rules.pair_provider[kept],
        limits=LinearLimits(limits, coefficient, rules.limits.limit),
        floors=replace(rules.floors, sets=floors),
        charges=replace(rules.charges, sets=charges),
        churn=None if churn is None else replace(churn, pair=number[churn.pair]),
    )


def with_resource(
    problem: Problem, rules: SideRules, needs: Int64, costs: Int64, provider: int
) -> tuple[Problem, SideRules]:
    """
    Problem and rules with one more resource of one unit, the last, which no rule over several pairings counts.

    Parameters
    ----------
    needs, costs
        Needs that it could serve, ascending, and what one unit costs each.
    provider
        Number of its provider among ``rules.pair_provider``.
    """
    at = problem.row_start[needs + 1]
    number = np.arange(problem.n_pairs) + np.searchsorted(needs, problem.need_of_pair)
    limits = problem.limits
    if limits is not None:
        limits = replace(limits, of_resource=np.append(limits.of_resource, NONE).astype(np.int32))
    widened = replace(
        problem,
        capacity=np.append(problem.capacity, 1),
        row_start=problem.row_start + np.searchsorted(needs, np.arange(problem.n_needs + 1)),
        pair_resource=np.insert(problem.pair_resource, at, problem.n_resources),
        pair_cost=np.insert(problem.pair_cost, at, costs),
        need_xy=None,
        resource_xy=None,
        limits=limits,
    )
    sets = [replace(of, pair=number[of.pair]) for of in (rules.limits.sets, rules.floors.sets, rules.charges.sets)]
    churn = rules.churn
    if churn is not None:
        churn = replace(churn, pair=np.append(number, NONE)[churn.pair])
    return widened, replace(
        rules,
        pair_provider=np.insert(rules.pair_provider, at, provider).astype(np.int32),
        limits=replace(rules.limits, sets=sets[0]),
        floors=replace(rules.floors, sets=sets[1]),
        charges=replace(rules.charges, sets=sets[2]),
        churn=churn,
    )


def _answer(problem: Problem, rules: SideRules, need: int, seed: int, deadline_s: float | None) -> Forced | None:
    plan: Plan = solve(problem, rules, seed=seed, deadline_s=deadline_s)
    if plan.status in {Status.INFEASIBLE, Status.NO_SOLUTION}:
        return None
    units = int(problem.demand[need] - plan.unmet[need])
    if not units:
        return None
    return Forced(
        units=units,
        unmet=plan.unmet,
        pair=plan.pair,
        quantity=plan.quantity,
        cost=plan.objective,
        proven=plan.status is Status.OPTIMAL,
    )


def _with_copies(sets: PairSets, pairs: Int64, first: int, coefficient: Int64 | None = None) -> tuple[PairSets, Int64]:
    """Sets in which the copy of each pair, from ``first`` on, stands wherever the pair does, with its coefficient."""
    each = np.zeros(len(sets.pair), np.int64) if coefficient is None else coefficient
    at = np.flatnonzero(np.isin(sets.pair, pairs))
    owner = np.searchsorted(sets.start, at, side="right") - 1
    copies = first + np.searchsorted(pairs, sets.pair[at])
    start = sets.start + np.searchsorted(owner, np.arange(len(sets.start)), side="left")
    end = sets.start[owner + 1]
    return PairSets(start, np.insert(sets.pair, end, copies), sets.key), np.insert(each, end, each[at])


def _cut(sets: PairSets, number: Int64, coefficient: Int64 | None = None) -> tuple[PairSets, Int64]:
    """Sets of the pairs that stay, by their new numbers."""
    stays = number[sets.pair] != NONE
    before = np.concatenate([[0], np.cumsum(stays)]).astype(np.int64)
    each = np.zeros(len(sets.pair), np.int64) if coefficient is None else coefficient
    return PairSets(before[sets.start], number[sets.pair[stays]], sets.key), each[stays]

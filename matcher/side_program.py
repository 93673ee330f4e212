"""
A problem and its side rules as one integer program: columns with bounds, rows with limits, a cost.

The statement that solver and certificate share; neither adds a rule of its own. Columns are the units on each pair, the
units unmet of each need, and what single rules add. Every column is a whole number. Rows that can never bind are left
out, so that what falls apart is seen to fall apart.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.errors import InvalidProblemError
from matcher.problem import Problem
from matcher.side_rules import NONE, PairSets, SideRules

Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

FREE = 2**62
"""A row limit of this size is none; every sum of a program stays below it."""


@dataclass(frozen=True, slots=True)
class Extras:
    """
    Columns after pairs and unmet units, by what they follow from.

    Parameters
    ----------
    segment
        Segments of shortfall costs, in the order of `matcher.problem.ShortfallCosts`.
    served_need, served
        Needs with a switch for being served wholly, and the switch of each.
    chosen_pair, chosen
        Pairs with a switch for their provider, and the switch of each.
    short, due, kept
        Units short of each floor, whether each charge is due, whether each published pairing is kept.
    """

    segment: Int64
    served_need: Int64
    served: Int64
    chosen_pair: Int64
    chosen: Int64
    short: Int64
    due: Int64
    kept: Int64


@dataclass(frozen=True, slots=True)
class Program:
    """
    Whole numbers ``lower <= v <= upper`` with ``row_lower <= A v <= row_upper``; first each class's unmet, then cost.

    Columns: units on each pair, units unmet of each need, then what single rules add, in the order of `program`.

    Parameters
    ----------
    lower, upper
        Bounds of each column, int64, shape ``(n_columns,)``.
    cost
        Cost of each unit of a column, int64, shape ``(n_columns,)``.
    row_start, column, coefficient
        Rows, flat: row ``i`` holds entries ``row_start[i]:row_start[i + 1]``; int64.
    row_lower, row_upper
        Limits of each row, ``-FREE`` and ``FREE`` for none, int64, shape ``(n_rows,)``.
    unmet_class
        Urgency class whose unmet units a column counts, -1 for none, int64, shape ``(n_columns,)``.
    n_classes
        Classes there are.
    n_pairs, n_needs
        The first columns: pairs, then unmet units.
    switch
        Columns that say yes or no: decided first when the program is split.
    unserved
        Value of each column when nobody is served: a plan, unless published pairings must be kept.
    extras
        What the columns after pairs and unmet units are.
    """

    lower: Int64
    upper: Int64
    cost: Int64
    row_start: Int64
    column: Int64
    coefficient: Int64
    row_lower: Int64
    row_upper: Int64
    unmet_class: Int64
    n_classes: int
    n_pairs: int
    n_needs: int
    switch: Mask
    unserved: Int64
    extras: Extras

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return len(self.lower)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.row_lower)

    @property
    def row(self) -> Int64:
        """Row of each entry."""
        return np.repeat(np.arange(self.n_rows), np.diff(self.row_start))

    def objective(self, stage: int) -> Int64:
        """What a stage keeps least: the unmet units of a class, or in the last stage the cost."""
        return self.cost if stage == self.n_classes else (self.unmet_class == stage).astype(np.int64)


@dataclass(slots=True)
class _Rows:
    """Columns and rows while they are put together."""

    lower: list[Int64] = field(default_factory=list)
    upper: list[Int64] = field(default_factory=list)
    cost: list[Int64] = field(default_factory=list)
    switch: list[Mask] = field(default_factory=list)
    unserved: list[Int64] = field(default_factory=list)
    extras: dict[str, list[Int64]] = field(default_factory=dict)
    entries: list[tuple[Int64, Int64, Int64]] = field(default_factory=list)
    row_lower: list[Int64] = field(default_factory=list)
    row_upper: list[Int64] = field(default_factory=list)
    n_columns: int = 0
    n_rows: int = 0

    def add_columns(
        self, upper: Int64, cost: Int64 | int = 0, *, lower: Int64 | int = 0, switch: bool = False, lacks: bool = False
    ) -> Int64:
        """New columns; returns their numbers. Those that count what ``lacks`` are full when nobody is served."""
        n = len(upper)
        for columns, values in ((self.lower, lower), (self.upper, upper), (self.cost, cost)):
            columns.append(np.broadcast_to(np.asarray(values, np.int64), n))
        self.switch.append(np.full(n, switch))
        self.unserved.append(self.upper[-1] if lacks else self.lower[-1])
        self.n_columns += n
        return np.arange(self.n_columns - n, self.n_columns)

    def name(self, **columns: Int64) -> None:
        """Remember what columns are."""
        for name, values in columns.items():
            self.extras.setdefault(name, []).append(values)

    def named(self) -> Extras:
        """All that was remembered."""
        none = [np.zeros(0, np.int64)]
        return Extras(**{name: np.concatenate(none + self.extras.get(name, [])) for name in Extras.__slots__})

    def add_rows(
        self, n: int, *parts: tuple[Any, Any, Any], low: Int64 | int = -FREE, high: Int64 | int = FREE
    ) -> None:
        """``n`` new rows; each part is (row from 0, column, coefficient), broadcast together."""
        for part in parts:
            row, column, coefficient = np.broadcast_arrays(*(np.asarray(values, np.int64) for values in part))
            self.entries.append((row + self.n_rows, column, coefficient))
        for limits, values in ((self.row_lower, low), (self.row_upper, high)):
            limits.append(np.broadcast_to(np.asarray(values, np.int64), n))
        self.n_rows += n


def program(problem: Problem, rules: SideRules) -> Program:
    """
    State the whole problem as rows of integers; the numbers are those of the package's README.

    Columns after pairs and unmet units: segments of shortfall costs (4), whether a whole need or team is served (5),
    whether a provider serves a single need (6), units short of each floor (8), whether each charge is due (9), whether
    each published pairing is kept (10).
    """
    rows = _Rows()
    need_of_pair = problem.need_of_pair
    most = _most_units(problem, rules, need_of_pair)
    reach = np.bincount(need_of_pair, most.astype(np.float64), problem.n_needs)
    exact = np.zeros(problem.n_needs, np.int64)
    np.add.at(exact, need_of_pair, most)
    surely_unmet = np.where(reach < FREE, np.maximum(problem.demand - exact, 0), 0)
    x = rows.add_columns(most, problem.pair_cost.astype(np.int64))
    u = rows.add_columns(problem.demand, problem.unmet_cost, lower=surely_unmet, lacks=True)
    every = np.arange(problem.n_needs)
    rows.add_rows(problem.n_needs, (need_of_pair, x, 1), (every, u, 1), low=problem.demand, high=problem.demand)
    rows.add_rows(problem.n_resources, (problem.pair_resource, x, 1), high=problem.capacity)
    _add_common_limits(rows, problem, x)
    _add_shortfall(rows, problem, u)
    _add_whole_and_single(rows, problem, rules, need_of_pair)
    _add_limits(rows, rules)
    _add_floors(rows, rules)
    _add_charges(rows, rules, most)
    _add_churn(rows, rules, most)
    classes = np.full(rows.n_columns, NONE, np.int64)
    classes[u] = rules.need_class
    return _finished(rows, classes, problem, int(rules.need_class.max(initial=-1)) + 1)


def completed(p: Program, problem: Problem, rules: SideRules, x: Int64) -> Int64:
    """All columns of a plan from its units on pairs: unmet units, and each other column at its least."""
    values = np.zeros(p.n_columns, np.int64)
    values[: p.n_pairs] = x
    unmet = problem.demand.copy()
    np.subtract.at(unmet, problem.need_of_pair, x)
    values[p.n_pairs : p.n_pairs + p.n_needs] = unmet
    extras = p.extras
    if problem.shortfall is not None:
        costs = problem.shortfall
        lacking = np.zeros(len(costs.above), np.int64)
        at = costs.of_need.astype(np.int64)
        while (at >= 0).any():
            np.add.at(lacking, at[at >= 0], unmet[at >= 0])
            at = np.where(at >= 0, costs.above[at], NONE)
        group = np.repeat(np.arange(len(costs.above)), np.diff(costs.segment_start))
        beyond = lacking[group] - costs.from_units
        values[extras.segment] = np.clip(beyond, 0, p.upper[extras.segment])
    asked = problem.demand[extras.served_need] > 0
    values[extras.served[asked]] = unmet[extras.served_need[asked]] == 0
    np.maximum.at(values, extras.chosen, (x[extras.chosen_pair] > 0).astype(np.int64))
    given = np.zeros(len(rules.floors.sets), np.int64)
    np.add.at(given, set_of_entry(rules.floors.sets), x[rules.floors.sets.pair])
    values[extras.short] = np.maximum(rules.floors.least - given, 0)
    sets = rules.charges.sets
    np.maximum.at(values, extras.due[set_of_entry(sets)], (x[sets.pair] > 0).astype(np.int64))
    if rules.churn is not None:
        there = rules.churn.pair >= 0
        same = np.zeros(len(there), np.int64)
        same[there] = x[rules.churn.pair[there]] == rules.churn.quantity[there]
        values[extras.kept] = np.minimum(same, p.upper[extras.kept])
    return values


def set_of_entry(sets: PairSets) -> Int64:
    """Set that each entry of ``sets.pair`` belongs to."""
    return np.repeat(np.arange(len(sets)), np.diff(sets.start))


def whole_needs(problem: Problem, rules: SideRules) -> Mask:
    """Needs that are served wholly or not at all: those that say so, and those of a team."""
    whole = rules.whole.copy()
    for team in rules.teams:
        whole[list(team)] = True
    return whole & (problem.demand > 0)


def _most_units(problem: Problem, rules: SideRules, need_of_pair: Int64) -> Int64:
    """Units that each pair can carry at most, all single limits taken one by one."""
    most = np.minimum(problem.demand[need_of_pair], problem.capacity[problem.pair_resource])
    if problem.limits is not None:
        at = problem.limits.of_resource[problem.pair_resource].astype(np.int64)
        while (at >= 0).any():
            most = np.where(at >= 0, np.minimum(most, problem.limits.capacity[at]), most)
            at = np.where(at >= 0, problem.limits.above[at], NONE)
    sets, coefficient = rules.limits.sets, rules.limits.coefficient
    counted = coefficient > 0
    room = rules.limits.limit[set_of_entry(sets)[counted]] // coefficient[counted]
    np.minimum.at(most, sets.pair[counted], room)
    return most


def _add_common_limits(rows: _Rows, problem: Problem, x: Int64) -> None:
    """State (3): what all resources below a limit give together."""
    if problem.limits is None:
        return
    at = problem.limits.of_resource[problem.pair_resource].astype(np.int64)
    parts = []
    while (at >= 0).any():
        below = at >= 0
        parts.append((at[below], x[below], 1))
        at = np.where(below, problem.limits.above[at], NONE)
    rows.add_rows(len(problem.limits.capacity), *parts, high=problem.limits.capacity)


def _add_shortfall(rows: _Rows, problem: Problem, u: Int64) -> None:
    """State (4): a group's shortfall is cut into segments, each dearer than the one before."""
    costs = problem.shortfall
    if costs is None:
        return
    n_groups = len(costs.above)
    total = np.zeros(n_groups, np.int64)
    parts: list[tuple[Any, Any, Any]] = []
    at = costs.of_need.astype(np.int64)
    while (at >= 0).any():
        below = at >= 0
        np.add.at(total, at[below], problem.demand[below])
        parts.append((at[below], u[below], -1))
        at = np.where(below, costs.above[at], NONE)
    group = np.repeat(np.arange(n_groups), np.diff(costs.segment_start))
    end = np.append(costs.from_units[1:], 0)
    end[costs.segment_start[1:] - 1] = total
    width = np.maximum(np.minimum(end, total[group]) - costs.from_units, 0)
    segment = rows.add_columns(width, costs.cost, lacks=True)
    rows.name(segment=segment)
    rows.add_rows(n_groups, (group, segment, 1), *parts, low=0, high=0)


def _add_whole_and_single(rows: _Rows, problem: Problem, rules: SideRules, need_of_pair: Int64) -> None:
    """State (5) and (6): served wholly or not at all, by one provider; needs of one unit are both anyway."""
    whole = whole_needs(problem, rules)
    team = _teams(rules, problem.demand)
    several = problem.demand > 1
    single = rules.single & several
    switched = np.flatnonzero((team >= 0) | (whole & several & ~single))
    if len(switched):
        # One switch for each whole need, and one for all needs of a team.
        key = np.where(team[switched] >= 0, team[switched], len(rules.teams) + switched)
        _, number = np.unique(key, return_inverse=True)
        served = rows.add_columns(np.ones(int(number.max()) + 1, np.int64), switch=True)[number]
        rows.name(served_need=switched, served=served)
        demand = problem.demand[switched]
        at = np.arange(len(switched))
        rows.add_rows(len(switched), (at, problem.n_pairs + switched, 1), (at, served, demand), low=demand, high=demand)
        switch_of_need = np.full(problem.n_needs, NONE, np.int64)
        switch_of_need[switched] = served
        small = np.flatnonzero(
            (switch_of_need[need_of_pair] >= 0)
            & (rows.upper[0] < problem.demand[need_of_pair])
            & ~single[need_of_pair]
            & (rows.upper[0] > 0)
        )
        at = np.arange(len(small))
        most = rows.upper[0][small]
        rows.add_rows(len(small), (at, small, 1), (at, switch_of_need[need_of_pair[small]], -most), high=0)
    _add_single(rows, problem, rules, need_of_pair, whole & single, all_or_nothing=True)
    _add_single(rows, problem, rules, need_of_pair, single & ~whole, all_or_nothing=False)


def _add_single(
    rows: _Rows, problem: Problem, rules: SideRules, need_of_pair: Int64, needs: Mask, *, all_or_nothing: bool
) -> None:
    """State (6): one switch for each provider that could serve such a need, at most one of them on."""
    pairs = np.flatnonzero(needs[need_of_pair] & (rows.upper[0] > 0))
    if not len(pairs):
        return
    n_providers = int(rules.pair_provider.max()) + 1
    owner = need_of_pair[pairs] * n_providers + rules.pair_provider[pairs]
    key, number = np.unique(owner, return_inverse=True)
    need = key // n_providers
    reach = np.zeros(len(key), np.int64)
    most = rows.upper[0][pairs]
    np.add.at(reach, number, most)
    demand = problem.demand[need]
    able = (reach >= demand) if all_or_nothing else np.ones(len(key), np.bool_)
    chosen = rows.add_columns(able.astype(np.int64), switch=True)
    rows.name(chosen_pair=pairs, chosen=chosen[number])
    carried = demand if all_or_nothing else np.minimum(reach, demand)
    at = np.arange(len(key))
    low = 0 if all_or_nothing else -FREE
    rows.add_rows(len(key), (number, pairs, 1), (at, chosen, -carried), low=low, high=0)
    tight = most < carried[number]
    at = np.arange(int(tight.sum()))
    rows.add_rows(len(at), (at, pairs[tight], 1), (at, chosen[number[tight]], -most[tight]), high=0)
    asking, row = np.unique(need, return_inverse=True)
    rows.add_rows(len(asking), (row, chosen, 1), high=1)


def _teams(rules: SideRules, demand: Int64) -> Int64:
    """Team of each need that asks for something, -1 for none; teams that share one stand and fall together."""
    of = np.full(len(demand), NONE, np.int64)
    for number, team in enumerate(rules.teams):
        asking = [need for need in team if demand[need] > 0]
        met = {int(of[need]) for need in asking} - {NONE}
        of[np.isin(of, list(met))] = number
        of[asking] = number
    return of


def _add_limits(rows: _Rows, rules: SideRules) -> None:
    """State (7): budgets, overlaps and loads."""
    sets = rules.limits.sets
    rows.add_rows(len(sets), (set_of_entry(sets), sets.pair, rules.limits.coefficient), high=rules.limits.limit)


def _add_floors(rows: _Rows, rules: SideRules) -> None:
    """State (8): units short of a floor make up for those not given."""
    sets, least = rules.floors.sets, rules.floors.least
    short = rows.add_columns(least, rules.floors.cost, lacks=True)
    rows.name(short=short)
    rows.add_rows(len(sets), (set_of_entry(sets), sets.pair, 1), (np.arange(len(sets)), short, 1), low=least)


def _add_charges(rows: _Rows, rules: SideRules, most: Int64) -> None:
    """State (9): nothing is used of a set unless its charge is due; a row for each pair keeps the relaxation close."""
    sets = rules.charges.sets
    due = rows.add_columns(np.ones(len(sets), np.int64), rules.charges.cost, switch=True)
    rows.name(due=due)
    at = np.arange(len(sets.pair))
    rows.add_rows(len(at), (at, sets.pair, 1), (at, due[set_of_entry(sets)], -most[sets.pair]), high=0)


def _add_churn(rows: _Rows, rules: SideRules, most: Int64) -> None:
    """State (10): a kept pairing carries exactly its units, and at most so many are not kept."""
    churn = rules.churn
    if churn is None:
        return
    there = churn.pair >= 0
    can = np.zeros(len(churn.pair), np.int64)
    can[there] = churn.quantity[there] <= most[churn.pair[there]]
    kept = rows.add_columns(can, switch=True)
    rows.name(kept=kept)
    pair, quantity, keep = churn.pair[can > 0], churn.quantity[can > 0], kept[can > 0]
    at = np.arange(len(pair))
    rows.add_rows(len(pair), (at, pair, 1), (at, keep, -quantity), low=0)
    rows.add_rows(len(pair), (at, pair, 1), (at, keep, most[pair] - quantity), high=most[pair])
    rows.add_rows(1, (0, kept, 1), low=len(churn.pair) - churn.most)


def _finished(rows: _Rows, classes: Int64, problem: Problem, n_classes: int) -> Program:
    """Entries by row, equal columns of a row added up, and rows that always hold left out."""
    lower, upper = np.concatenate(rows.lower), np.concatenate(rows.upper)
    row, column, coefficient = (np.concatenate(part) for part in zip(*rows.entries, strict=True))
    keep = (coefficient != 0) & ((upper[column] != 0) | (lower[column] != 0))
    row, column, coefficient = row[keep], column[keep], coefficient[keep]
    order = np.lexsort((column, row))
    row, column, coefficient = row[order], column[order], coefficient[order]
    first = np.ones(len(row), np.bool_)
    first[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    group = np.cumsum(first) - 1
    summed = np.zeros(int(first.sum()), np.int64)
    np.add.at(summed, group, coefficient)
    row, column, coefficient = row[first], column[first], summed
    row_lower, row_upper = np.concatenate(rows.row_lower), np.concatenate(rows.row_upper)
    _check_sums(row, column, coefficient, np.maximum(np.abs(lower), np.abs(upper)), rows.n_rows)
    one, other = coefficient * lower[column], coefficient * upper[column]
    least, greatest = np.zeros(rows.n_rows, np.int64), np.zeros(rows.n_rows, np.int64)
    np.add.at(least, row, np.minimum(one, other))
    np.add.at(greatest, row, np.maximum(one, other))
    binds = (least < row_lower) | (greatest > row_upper)
    kept = binds[row]
    start = np.zeros(int(binds.sum()) + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=rows.n_rows)[binds], out=start[1:])
    return Program(
        lower=lower,
        upper=upper,
        cost=np.concatenate(rows.cost),
        row_start=start,
        column=column[kept],
        coefficient=coefficient[kept],
        row_lower=row_lower[binds],
        row_upper=row_upper[binds],
        unmet_class=classes,
        n_classes=n_classes,
        n_pairs=problem.n_pairs,
        n_needs=problem.n_needs,
        switch=np.concatenate(rows.switch),
        unserved=np.concatenate(rows.unserved),
        extras=rows.named(),
    )


def _check_sums(row: Int64, column: Int64, coefficient: Int64, largest: Int64, n_rows: int) -> None:
    """Refuse a program in which the sum of a row could leave 64 bits."""
    size = np.bincount(row, np.abs(coefficient.astype(np.float64)) * largest[column], n_rows)
    if len(size) and size.max() >= FREE:
        msg = f"quantities times coefficients of one side rule reach {size.max():.3g}, not below {FREE}. "
        msg += "Maybe a coarser unit of quantity will do."
        raise InvalidProblemError(msg)

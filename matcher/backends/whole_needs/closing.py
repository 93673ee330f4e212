"""
Closing the gap between a plan and its bound: one pattern for each resource, each need once, as an integer programme.

With prices that prove a bound ``L``, any plan is worth ``L`` less the slacks of its patterns and less the prices of the
needs it leaves unmet, all of them >= 0. Written that way the programme's costs are what is lost against the bound:
its linear relaxation starts near 0, and columns that lose more than the whole gap cannot be in a better plan. Rows see
to it that of no class and those before it more units stay unmet.
"""

import numpy as np

from matcher.backends.highs import Float64, Programme, solve_programme
from matcher.backends.whole_needs.clock import Clock
from matcher.backends.whole_needs.columns import Column, Columns, patterns
from matcher.backends.whole_needs.plans import dearest_saving, unmet_by_class
from matcher.kernels.packing import NOBODY, Int64, Packing

HALF = 0.5
"""HiGHS's whole numbers are floats."""


FIRST_COLUMNS = 16
MORE_COLUMNS = 1.5
MOST_COLUMNS = 150
"""Patterns in the first programme for each resource on average, how many times more in the next, and at most.

All resources' patterns stand in one order of slack. With as many for each resource instead, most of them lose more than
a whole good plan does, and the programme takes ten times as long for the same plan."""

DEEPEST = 5
"""Patterns are looked for with slacks up to this many times the dearest saving per unit."""

SHARE_S = 0.45
"""Part of the time left that one programme may use; what it overruns until it is killed then fits into the rest."""

LEAST_S = 1.0
"""With less time than this left no programme is started: its process alone takes half of it."""

SECONDS_EACH = 0.6
"""Wall seconds of one programme for each resource at most, when nobody has set a deadline."""


def close(columns: Columns, price: Int64, choice: Int64, clock: Clock) -> Int64:
    """
    The best plan that programmes of growing size find, or the one given.

    Parameters
    ----------
    columns
        Of the part.
    price
        Of each need, as the columns were made with.
    choice
        Pair of each need or -1, the plan to begin with.
    """
    packing = columns.packing
    m = len(packing.capacity)
    deepest = DEEPEST * dearest_saving(packing)
    known = sorted(
        (column for r in range(m) for column in columns.best(r, deepest, MOST_COLUMNS)),
        key=lambda column: column.slack,
    )
    slack = np.array([column.slack for column in known])
    each = float(FIRST_COLUMNS)
    while clock.left_s() > LEAST_S:
        gap = _gap(columns, price, choice)
        useful = int(np.searchsorted(slack, gap, side="right"))
        tried = min(useful, int(each * m))
        if gap == 0 or tried == 0:
            break
        limit_s = min(clock.left_s() * SHARE_S, SECONDS_EACH * m)
        better, finished = _close_with(columns, known[:tried], price, choice, limit_s)
        improved = better is not choice
        choice = better
        if finished and tried == useful:
            break
        if finished:
            each *= MORE_COLUMNS
        elif not improved:
            break
    return choice


def _gap(columns: Columns, price: Int64, choice: Int64) -> int:
    """How much less the plan is worth than its bound: slacks of its patterns and prices of its unmet needs."""
    now = patterns(columns.packing, choice)
    return sum(columns.column(r, needs).slack for r, needs in enumerate(now)) + int(price[choice < 0].sum())


def _close_with(
    columns: Columns, known: list[Column], price: Int64, choice: Int64, limit_s: float
) -> tuple[Int64, bool]:
    """The best plan of these patterns and the given one, and whether there is none better among them for certain."""
    packing = columns.packing
    now = [columns.column(r, needs) for r, needs in enumerate(patterns(packing, choice))]
    gap = _gap(columns, price, choice)
    used = {(column.resource, column.needs) for column in now}
    chosen = now + [column for column in known if column.slack <= gap and (column.resource, column.needs) not in used]
    unmet = np.flatnonzero(price <= gap)
    guess = np.zeros(len(chosen) + len(unmet))
    guess[: len(now)] = 1.0
    guess[len(chosen) :] = choice[unmet] < 0
    found = solve_programme(
        _programme(packing, chosen, unmet, price=price, guess=guess, choice=choice), limit_s=limit_s
    )
    if found.values is None:
        return choice, found.infeasible
    picked = np.flatnonzero(found.values[: len(chosen)] > HALF).tolist()
    return _plan(packing, [chosen[i] for i in picked], choice), found.optimal


def _programme(
    packing: Packing, chosen: list[Column], unmet: Int64, *, price: Int64, guess: Float64, choice: Int64
) -> Programme:
    """Rows: resources, needs, unmet units of each class and those before; columns: patterns, needs left unmet."""
    m, n, n_classes = len(packing.capacity), len(packing.demand), len(packing.step)
    rows: list[int] = []
    values: list[int] = []
    start = [0]
    for column in chosen:
        rows += [column.resource, *(m + need for need in column.needs)]
        values += [1] * (1 + len(column.needs))
        start.append(len(rows))
    for need in unmet.tolist():
        counted = range(int(packing.need_class[need]), n_classes)
        rows += [m + need, *(m + n + c for c in counted)]
        values += [1, *([int(packing.demand[need])] * len(counted))]
        start.append(len(rows))
    cost = np.array([column.slack for column in chosen] + price[unmet].tolist(), np.float64)
    scale = dearest_saving(packing)
    columns = len(cost)
    once = np.ones(m + n)
    return Programme(
        cost=cost / scale,
        lower=np.zeros(columns),
        upper=np.ones(columns),
        integral=np.ones(columns, np.bool_),
        row_lower=np.concatenate([once, np.zeros(n_classes)]),
        row_upper=np.concatenate([once, np.cumsum(unmet_by_class(packing, choice)).astype(np.float64)]),
        start=np.array(start, np.int32),
        row=np.array(rows, np.int32),
        value=np.array(values, np.float64),
        guess=guess,
    )


def _plan(packing: Packing, picked: list[Column], before: Int64) -> Int64:
    """The plan of these patterns if it is one and is better in integers; else the one before."""
    choice = np.full(len(before), NOBODY, np.int64)
    pair = {(int(r), int(n)): e for e, (r, n) in enumerate(zip(packing.pair_resource, packing.pair_need, strict=True))}
    for column in picked:
        for need in column.needs:
            if choice[need] >= 0:
                return before
            choice[need] = pair[column.resource, need]
    used = np.bincount(packing.pair_resource[choice[choice >= 0]], packing.demand[choice >= 0], len(packing.capacity))
    if (used > packing.capacity).any():
        return before
    return choice if _standing(packing, choice) > _standing(packing, before) else before


def _standing(packing: Packing, choice: Int64) -> tuple[int, ...]:
    """Units served of each class, in order, then the gain."""
    met = choice >= 0
    served = np.bincount(packing.need_class[met], packing.demand[met], len(packing.step))
    return (*(int(units) for units in served), int(packing.gain[choice[met]].sum()))

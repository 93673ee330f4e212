"""
A dual simplex on a small dense tableau, for the thousands of nearly equal linear programs of one search.

Every variable has two finite bounds, so that setting each one outside the basis to the bound that its reduced cost
wants is a start without a first phase, after any change of bounds. One tableau therefore serves a whole search: the
next program begins with the basis of the last.

``basic[i] = sum_j tableau[i, j] * outside[j]`` for the variables in the basis; structural variables are 0 to n - 1, the
activity of row ``i`` is variable ``n + i``. There is no right-hand side: bounds hold all constants.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

OPTIMAL, EMPTY, STALLED = 0, 1, 2

FEASIBLE = 1e-9
"""How far outside its bounds a basic variable may lie; all variables are scaled to about 1."""

PIVOT = 1e-7
"""Entries below this are no pivots."""

TIE = 1e-11
"""Ratios this close count as equal: the larger pivot is then taken."""


@njit(cache=True, nogil=True)
def settle(
    tableau: Float64,
    reduced: Float64,
    basic: Int64,
    outside: Int64,
    lower: Float64,
    upper: Float64,
    at_upper: Mask,
    value: Float64,
) -> None:
    """Each variable outside the basis to the bound that its reduced cost wants, and the basic ones to what follows."""
    for j in range(len(outside)):
        k = outside[j]
        if reduced[j] > 0 or (reduced[j] == 0 and not at_upper[k]):
            at_upper[k] = False
        else:
            at_upper[k] = True
        if at_upper[k] and upper[k] == np.inf:
            at_upper[k] = False
        if not at_upper[k] and lower[k] == -np.inf:
            at_upper[k] = True
        value[k] = upper[k] if at_upper[k] else lower[k]
    for i in range(len(basic)):
        total = 0.0
        for j in range(len(outside)):
            total += tableau[i, j] * value[outside[j]]
        value[basic[i]] = total


@njit(cache=True, nogil=True)
def pivot(tableau: Float64, reduced: Float64, basic: Int64, outside: Int64, r: int, q: int) -> None:
    """Exchange the basic variable of row ``r`` with the one outside in column ``q``."""
    m, n = tableau.shape
    inverse = 1.0 / tableau[r, q]
    for i in range(m):
        if i == r:
            continue
        factor = tableau[i, q] * inverse
        if factor != 0.0:
            for j in range(n):
                tableau[i, j] -= factor * tableau[r, j]
        tableau[i, q] = factor
    factor = reduced[q] * inverse
    if factor != 0.0:
        for j in range(n):
            reduced[j] -= factor * tableau[r, j]
    reduced[q] = factor
    for j in range(n):
        tableau[r, j] *= -inverse
    tableau[r, q] = inverse
    basic[r], outside[q] = outside[q], basic[r]


@njit(cache=True, nogil=True)
def reoptimise(
    tableau: Float64,
    reduced: Float64,
    basic: Int64,
    outside: Int64,
    lower: Float64,
    upper: Float64,
    at_upper: Mask,
    value: Float64,
    most: int,
) -> tuple[int, int, int]:
    """
    Dual simplex from a settled tableau.

    Returns
    -------
    tuple of int
        OPTIMAL, EMPTY (no values within the bounds) or STALLED (``most`` pivots were not enough); the row that shows
        emptiness; pivots made.
    """
    m, n = tableau.shape
    passed = np.zeros(n, np.bool_)
    for count in range(most):
        r, worst = -1, FEASIBLE
        for i in range(m):
            k = basic[i]
            beyond = max(lower[k] - value[k], value[k] - upper[k])
            if beyond > worst:
                r, worst = i, beyond
        if r < 0:
            return OPTIMAL, -1, count
        leaving = basic[r]
        below = value[leaving] < lower[leaving]
        sign = 1.0 if below else -1.0
        target = lower[leaving] if below else upper[leaving]
        # Long step: a variable whose whole range does not mend the row is put at its other bound and passed by.
        left = worst
        passed[:] = False
        q = -1
        while True:
            best, size = np.inf, 0.0
            q = -1
            for j in range(n):
                k = outside[j]
                entry = sign * tableau[r, j]
                if passed[j] or upper[k] == lower[k]:
                    continue
                if (entry > PIVOT and not at_upper[k]) or (entry < -PIVOT and at_upper[k]):
                    ratio = abs(reduced[j]) / abs(entry)
                    if ratio < best - TIE or (ratio <= best + TIE and abs(entry) > size):
                        best, size, q = min(ratio, best), abs(entry), j
            if q < 0:
                return EMPTY, r, count
            k = outside[q]
            mended = size * (upper[k] - lower[k])
            if mended >= left:
                break
            left -= mended
            passed[q] = True
        for j in range(n):
            if passed[j]:
                k = outside[j]
                change = lower[k] - upper[k] if at_upper[k] else upper[k] - lower[k]
                at_upper[k] = not at_upper[k]
                value[k] += change
                for i in range(m):
                    value[basic[i]] += tableau[i, j] * change
        k = outside[q]
        step = (target - value[leaving]) / tableau[r, q]
        for i in range(m):
            value[basic[i]] += tableau[i, q] * step
        value[k] += step
        value[leaving] = target
        at_upper[leaving] = not below
        pivot(tableau, reduced, basic, outside, r, q)
    return STALLED, -1, most

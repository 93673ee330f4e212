"""The relaxation of a small part, on one dense tableau that is kept from one program to the next."""

import numpy as np
import numpy.typing as npt

from matcher.backends.relaxation import Part, Relaxed
from matcher.kernels import dense_dual as kernel
from matcher.side_program import FREE

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

DRIFT = 1e-7
"""Rows may be off by this much, in scaled units, before the tableau is made anew."""


class DenseEngine:
    """
    Solves the relaxation within given bounds, beginning with the basis of the last answer.

    Columns are scaled to a width of about 1 and rows to a largest entry of 1, by powers of two, so that one tolerance
    suits fen and pieces.
    """

    def __init__(self, part: Part) -> None:
        matrix = part.matrix.toarray().astype(np.float64)
        m, n = matrix.shape
        width = np.maximum(np.abs(part.lower), np.abs(part.upper)).astype(np.float64)
        self._column_scale = _power_of_two(np.maximum(width, 1.0))
        matrix *= self._column_scale
        self._row_scale = 1.0 / _power_of_two(np.maximum(np.abs(matrix).max(axis=1, initial=0.0), 1e-9))
        self._matrix = matrix * self._row_scale[:, None]
        cost = part.cost * self._column_scale
        self._cost_scale = float(_power_of_two(np.array([np.abs(cost).max(initial=1e-9)]))[0])
        self._cost = cost / self._cost_scale
        self._lower = np.concatenate([np.zeros(n), _limits(part.row_lower) * self._row_scale])
        self._upper = np.concatenate([np.zeros(n), _limits(part.row_upper) * self._row_scale])
        self._at_upper = np.zeros(n + m, np.bool_)
        self._value = np.zeros(n + m)
        self._begin()

    def solve(self, lower: Int64, upper: Int64, seconds: float) -> Relaxed | None:
        """Solve within bounds; small enough that the time left need not be asked."""
        del seconds
        n = len(self._cost)
        self._lower[:n] = lower / self._column_scale
        self._upper[:n] = upper / self._column_scale
        status, row = self._run()
        if self._doubtful(status, row):
            self._begin()
            status, row = self._run()
        if status == kernel.STALLED:
            return None
        if status == kernel.EMPTY:
            return Relaxed(None, self._combination(row))
        return Relaxed(self._value[:n] * self._column_scale, self._prices())

    def _begin(self) -> None:
        """The basis of all row activities."""
        m, n = self._matrix.shape
        self._tableau = self._matrix.copy()
        self._reduced = self._cost.copy()
        self._basic = np.arange(n, n + m)
        self._outside = np.arange(n)

    def _run(self) -> tuple[int, int]:
        state = (self._tableau, self._reduced, self._basic, self._outside)
        bounds = (self._lower, self._upper, self._at_upper, self._value)
        kernel.settle(*state, *bounds)
        status, row, _ = kernel.reoptimise(*state, *bounds, 20 * sum(self._matrix.shape) + 100)
        return status, row

    def _doubtful(self, status: int, row: int) -> bool:
        """Whether an answer may be the fault of what rounding left in the tableau."""
        if status == kernel.EMPTY:
            return self._lacks(row) <= DRIFT
        return status == kernel.STALLED or self._drift() > DRIFT

    def _lacks(self, row: int) -> float:
        """How far a basic variable stays from its bounds at best, whatever those outside the basis do."""
        entries, outside = self._tableau[row], self._outside
        used = entries != 0.0
        low, high = entries[used] * self._lower[outside[used]], entries[used] * self._upper[outside[used]]
        basic = int(self._basic[row])
        above = self._lower[basic] - float(np.maximum(low, high).sum())
        below = float(np.minimum(low, high).sum()) - self._upper[basic]
        return float(max(above, below))

    def _drift(self) -> float:
        n = len(self._cost)
        return float(np.abs(self._matrix @ self._value[:n] - self._value[n:]).max(initial=0.0))

    def _prices(self) -> Float64:
        """Reduced costs of the row activities outside the basis: the rows' dual prices."""
        n = len(self._cost)
        y = np.zeros(len(self._row_scale))
        rows = self._outside >= n
        y[self._outside[rows] - n] = self._reduced[rows]
        return y * self._row_scale * self._cost_scale

    def _combination(self, row: int) -> Float64:
        """The combination of rows that says: this basic variable cannot reach its bound."""
        n = len(self._cost)
        y = np.zeros(len(self._row_scale))
        rows = self._outside >= n
        y[self._outside[rows] - n] = -self._tableau[row, rows]
        basic = int(self._basic[row])
        if basic >= n:
            y[basic - n] = 1.0
        below = self._value[basic] < self._lower[basic]
        return (y if below else -y) * self._row_scale


def _power_of_two(values: Float64) -> Float64:
    return np.exp2(np.round(np.log2(values)))


def _limits(values: Int64) -> Float64:
    limits = values.astype(np.float64)
    limits[values >= FREE] = np.inf
    limits[values <= -FREE] = -np.inf
    return limits

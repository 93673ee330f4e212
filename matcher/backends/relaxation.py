"""One component and stage as a linear program, whose answers are hints and never proofs."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from matcher.staged_plan import Cut

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Part:
    """
    One component of a program with the objective of one stage, with numbers of its own.

    Parameters
    ----------
    column
        Column of the program behind each of ours, int64.
    row
        Row of the program behind each of ours; from the program's number of rows on, the earlier stages' units.
    lower, upper, cost
        Of each column, int64.
    matrix
        Rows by columns, int64.
    row_lower, row_upper
        Of each row, int64.
    switch
        Columns that say yes or no.
    cuts
        The last rows, where they are cuts.
    """

    column: Int64
    row: Int64
    lower: Int64
    upper: Int64
    cost: Int64
    matrix: csr_array
    row_lower: Int64
    row_upper: Int64
    switch: Mask
    cuts: tuple[Cut, ...] = ()

    def keeps(self, values: Int64) -> bool:
        """Whether whole numbers keep all bounds and rows."""
        if (values < self.lower).any() or (values > self.upper).any():
            return False
        activity = self.matrix @ values
        return bool((activity >= self.row_lower).all() and (activity <= self.row_upper).all())

    def worth(self, values: Int64) -> int:
        """Objective of whole numbers, exact."""
        return sum(c * v for c, v in zip(self.cost.tolist(), values.tolist(), strict=True) if v)


@dataclass(frozen=True, slots=True)
class Relaxed:
    """
    What a linear program answered.

    Parameters
    ----------
    values
        Of each column, or None if there is no plan within the bounds.
    multipliers
        Of each row: dual prices, or where there is no plan, a combination of the rows that shows it.
    """

    values: Float64 | None
    multipliers: Float64


class Engine(Protocol):
    """Solves the relaxation of one part again and again, each time within other bounds."""

    def solve(self, lower: Int64, upper: Int64, seconds: float) -> Relaxed | None:
        """Solve within bounds; None if there is no answer in time."""
        ...

"""Where a box is parted: at the column whose two sides raise the bound most, by what was seen of it before."""

import numpy as np
import numpy.typing as npt

from matcher.backends.relaxation import Engine, Part

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

WHOLE = 1e-6
"""How far from a whole number a value may be to count as one; what is kept is rounded and checked exactly."""

PROBED = 6
"""Columns not seen before that are tried out at one box, both sides."""

LEAST = 1e-6
"""Rise that counts for none, so that one side alone can still tell columns apart."""


class Choice:
    """
    Averages of how much the relaxation rises when a column is parted (Achterberg, Koch and Martin 2005).

    Parameters
    ----------
    part
        What is searched.
    probes
        Whether columns without an average are tried out: worth it where one more relaxation is cheap.
    """

    def __init__(self, part: Part, *, probes: bool) -> None:
        self._part = part
        self._probes = probes
        n = len(part.cost)
        self._rise, self._seen = np.zeros((2, n)), np.zeros((2, n))

    def column(self, engine: Engine, values: Float64, box: tuple[Int64, Int64], ceiling: float) -> int:
        """
        Choose among the columns whose values are no whole numbers.

        Parameters
        ----------
        values
            Of the box's relaxation; at least one is no whole number.
        box
            Its bounds.
        ceiling
            What is a rise to nowhere: a side without a plan counts as if it reached this.
        """
        below = np.floor(values)
        share = values - below
        off = np.minimum(share, 1.0 - share)
        open_ = np.flatnonzero(off > WHOLE)
        likely = off[open_] + self._part.switch[open_]
        if self._probes:
            unseen = open_[(self._seen[:, open_] == 0).any(axis=0)]
            first = unseen[np.argsort(-(off[unseen] + self._part.switch[unseen]), kind="stable")][:PROBED]
            here = float(self._part.cost @ values)
            for j in first.tolist():
                self._probe(engine, j, float(values[j]), box, (here, max(ceiling, here + 1.0)))
        known = self._seen.sum()
        usual = self._rise.sum() / known if known else 1.0
        rate = np.where(self._seen[:, open_] > 0, self._rise[:, open_] / np.maximum(self._seen[:, open_], 1.0), usual)
        down = np.maximum(rate[0] * share[open_], LEAST)
        up = np.maximum(rate[1] * (1.0 - share[open_]), LEAST)
        return int(open_[np.lexsort((likely, down * up))[-1]])

    def _probe(
        self,
        engine: Engine,
        j: int,
        value: float,
        box: tuple[Int64, Int64],
        worth: tuple[float, float],
    ) -> None:
        """Solve both sides of a column and remember the rise per unit."""
        below = int(np.floor(value))
        share = value - below
        for side in (0, 1):
            lower, upper = box[0].copy(), box[1].copy()
            if side == 0:
                upper[j] = below
            else:
                lower[j] = below + 1
            relaxed = engine.solve(lower, upper, 1.0)
            if relaxed is None:
                continue
            here, ceiling = worth
            there = ceiling if relaxed.values is None else float(self._part.cost @ relaxed.values)
            self._rise[side, j] += max(there - here, 0.0) / (share if side == 0 else 1.0 - share)
            self._seen[side, j] += 1

"""
Cuts of one row at a time: things that do not fit a limit together are not all taken.

A cover of a row ``a @ v <= b`` over yes-or-no columns is a set of them with ``sum a > b``, so that at most all but one
are taken. Each other column of the row gets the largest weight that keeps this true (Balas 1975; Zemel 1989). That it
is true is shown again by the certificate, by a table of its own.
"""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack

from matcher.backends.dense import DenseEngine
from matcher.backends.relaxation import Part
from matcher.staged_plan import Cut

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

ROUNDS = 25
"""Relaxations solved for cuts at most."""

VIOLATED = 1e-3
"""How much a cut must cut off to be worth a row."""

GAIN = 1e-4
"""Share of the objective by which a round must raise the bound, or it is the last but two."""

FULL = 2**62


def strengthened(part: Part, first_number: int) -> Part:
    """
    The part with cuts that its relaxation breaks, numbered from ``first_number``; those that end up slack left out.

    Parameters
    ----------
    part
        What is searched.
    first_number
        Row number of the first cut in the program's numbering.
    """
    rows = _knapsacks(part)
    if not rows:
        return part
    cuts: list[tuple[int, Int64, Int64, int]] = []
    current, last, idle = part, -np.inf, 0
    for _ in range(ROUNDS):
        relaxed = DenseEngine(current).solve(part.lower, part.upper, np.inf)
        if relaxed is None or relaxed.values is None:
            return part
        worth = float(part.cost @ relaxed.values)
        idle = idle + 1 if worth - last < GAIN * max(abs(worth), 1.0) else 0
        last = worth
        if cuts:
            activity = (current.matrix @ relaxed.values)[part.matrix.shape[0] :]
            cuts = [cut for cut, a in zip(cuts, activity.tolist(), strict=True) if a > cut[3] - VIOLATED]
        fresh = [cut for i in rows for cut in _covers(part, i, relaxed.values)]
        if not fresh or idle > 1:
            break
        cuts += fresh
        current = _with(part, cuts, first_number)
    return _with(part, cuts, first_number)


def _knapsacks(part: Part) -> list[int]:
    """Rows that limit several yes-or-no columns from above and hold nothing below zero."""
    found = []
    matrix = part.matrix
    for i in range(matrix.shape[0]):
        a, b = int(matrix.indptr[i]), int(matrix.indptr[i + 1])
        columns, entries = matrix.indices[a:b], matrix.data[a:b]
        limited = part.row_upper[i] < FULL and (entries > 0).all() and (part.lower[columns] >= 0).all()
        many = np.count_nonzero((part.upper[columns] == 1) & (part.lower[columns] == 0)) > 2  # noqa: PLR2004
        if limited and many and entries.max() > 1:
            found.append(i)
    return found


def _covers(part: Part, i: int, values: Float64) -> list[tuple[int, Int64, Int64, int]]:
    """Cuts of one row that the values break: (row, columns, weights, most)."""
    matrix = part.matrix
    a, b = int(matrix.indptr[i]), int(matrix.indptr[i + 1])
    columns, use = matrix.indices[a:b].astype(np.int64), matrix.data[a:b]
    switch = (part.upper[columns] == 1) & (part.lower[columns] == 0)
    room = int(part.row_upper[i]) - int((use * part.lower[columns])[~switch].sum())
    columns, use = columns[switch], use[switch]
    x = np.clip(values[columns], 0.0, 1.0)
    orders = (np.argsort((1.0 - x) / use, kind="stable"), np.argsort(1.0 - x, kind="stable"))
    found: dict[tuple[int, ...], tuple[int, Int64, Int64, int]] = {}
    for order in orders:
        cover = _cover(order, use, room)
        if cover is None:
            continue
        weight, most = _lifted(cover, use, room, x)
        if float(weight @ x) > most + VIOLATED:
            kept = np.flatnonzero(weight)
            found[tuple(weight.tolist())] = (i, columns[kept], weight[kept], most)
    return list(found.values())


def _cover(order: Int64, use: Int64, room: int) -> Int64 | None:
    """A least set of columns, taken in order, that does not fit; None if all fit."""
    total = np.cumsum(use[order])
    if total[-1] <= room:
        return None
    cover = order[: int(np.argmax(total > room)) + 1].tolist()
    excess = int(use[cover].sum()) - room
    for j in reversed(cover[:]):
        if use[j] < excess:
            cover.remove(j)
            excess -= int(use[j])
    return np.array(cover, np.int64)


def _lifted(cover: Int64, use: Int64, room: int, x: Float64) -> tuple[Int64, int]:
    """Weights of all columns of the row, and the most that they can add up to."""
    most = len(cover) - 1
    weight = np.zeros(len(use), np.int64)
    weight[cover] = 1
    # least[w]: least use of columns that weigh w together.
    least = np.concatenate([[0], np.cumsum(np.sort(use[cover]))])
    others = np.setdiff1d(np.arange(len(use)), cover)
    for j in others[np.lexsort((-use[others], -x[others]))].tolist():
        fits = np.flatnonzero(least <= room - int(use[j]))
        lifted = most - int(fits[-1]) if len(fits) else most
        if lifted > 0:
            weight[j] = lifted
            longer = np.concatenate([least, np.full(lifted, FULL)])
            longer[lifted:] = np.minimum(longer[lifted:], least + int(use[j]))
            least = longer
    return weight, most


def _with(part: Part, cuts: list[tuple[int, Int64, Int64, int]], first_number: int) -> Part:
    """The part with cuts as further rows."""
    if not cuts:
        return part
    start = np.concatenate([[0], np.cumsum([len(columns) for _, columns, _, _ in cuts])])
    columns = np.concatenate([columns for _, columns, _, _ in cuts])
    weights = np.concatenate([weights for _, _, weights, _ in cuts])
    rows = csr_array((weights, columns, start), shape=(len(cuts), part.matrix.shape[1]))
    most = np.array([most for _, _, _, most in cuts], np.int64)
    return Part(
        column=part.column,
        row=np.concatenate([part.row, first_number + np.arange(len(cuts))]),
        lower=part.lower,
        upper=part.upper,
        cost=part.cost,
        matrix=csr_array(vstack([part.matrix, rows])),
        row_lower=np.concatenate([part.row_lower, np.full(len(cuts), -FULL)]),
        row_upper=np.concatenate([part.row_upper, most]),
        switch=part.switch,
        cuts=tuple(Cut(int(part.row[i]), part.column[columns], weights, most) for i, columns, weights, most in cuts),
    )

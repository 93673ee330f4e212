"""
What trees of integer sums prove: a bound of each stage for every plan, or that there is none. Trusts no solver.

A tree's leaf is a box ``lower <= v <= upper`` with multipliers ``y`` of the rows. For every plan in the box
``scale * cost @ v >= sum_i y_i * (row_lower_i if y_i > 0 else row_upper_i) + sum_j min over the box of r_j * v_j`` with
``r = scale * cost - y @ A``, whatever ``y`` is. The right side, divided by ``scale`` and rounded up, bounds the leaf;
with cost 0 and a right side above 0 the leaf is empty. The two children of a node share its box between them, so the
least bound of all leaves bounds every plan.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matcher.errors import CertificateError
from matcher.proofs.tally import Tally
from matcher.side_program import FREE, Program
from matcher.staged_plan import LEAF, Cut, StagedAnswer, Tree

Int64 = npt.NDArray[np.int64]

HOLLOW = -2
"""Marks a row without entries: it belongs to every component."""

EXACT = 2.0**62
"""Sums whose floating-point estimate stays below this fit 64 bits."""


def check_infeasible(p: Program, answer: StagedAnswer, tally: Tally) -> tuple[int, bool]:
    """Whether the one tree of the one component is empty in every leaf."""
    proof = answer.proof
    parts = _components(p, proof.columns, tally)
    if parts is None or len(parts) != 1 or len(proof.trees) != 1 or len(proof.trees[0]) != 1:
        tally.note("bound", "That no plan exists takes one tree over one component.")
        return 0, False
    tree = proof.trees[0][0]
    bound = _tree_bound(parts[0], tree, _Aim(np.zeros(len(parts[0].columns), np.int64), [], p.n_rows, p.n_classes + 1))
    if bound is not None:
        tally.note("bound", "The tree does not show that no plan exists: a leaf is not empty.")
    return tree.n_leaves, bound is None


def check_bounds(p: Program, answer: StagedAnswer, tally: Tally) -> tuple[int, tuple[int, ...]]:
    """Leaves looked at, and what the trees prove of each stage."""
    proof = answer.proof
    parts = _components(p, proof.columns, tally)
    n_stages = p.n_classes + 1
    if parts is None or len(proof.trees) != n_stages or any(len(trees) != len(parts) for trees in proof.trees):
        tally.note("bound", f"The proof is not one tree for each of {n_stages} stages and each component.")
        return 0, ()
    claimed = np.zeros(p.n_columns, np.bool_)
    for part in parts:
        claimed[part.columns] = True
    rest = np.flatnonzero(~claimed)
    bounds: list[int] = []
    keep: list[list[tuple[Int64, int]]] = [[] for _ in parts]
    leaves = 0
    for stage in range(n_stages):
        objective = p.objective(stage)
        proven = _least(objective[rest], p.lower[rest], p.upper[rest])
        by_part = []
        for part, tree, kept in zip(parts, proof.trees[stage], keep, strict=True):
            leaves += tree.n_leaves
            bound = _tree_bound(part, tree, _Aim(objective[part.columns], kept, p.n_rows, n_stages))
            if bound is None:
                tally.note("bound", f"A tree of stage {stage} shows its component empty although a plan is there.")
                return leaves, ()
            by_part.append(bound)
        bounds.append(proven + sum(by_part))
        stated = answer.stages[stage]
        if bounds[-1] < stated.bound:
            tally.note("bound", f"Stage {stated.code} states the bound {stated.bound}; proven is {bounds[-1]}.")
        if bounds[-1] > stated.value:
            tally.note("bound", f"Stage {stated.code} proves {bounds[-1]}, above the plan's own {stated.value}.")
        for part, kept, bound in zip(parts, keep, by_part, strict=True):
            # The others cannot have fewer units unmet than their bounds, so this one has at most so many.
            kept.append((objective[part.columns], bound + stated.value - bounds[-1]))
    return leaves, tuple(bounds)


@dataclass(frozen=True, slots=True)
class _Component:
    """One component's columns and the rows that lie wholly in it, with numbers of their own."""

    columns: Int64
    lower: Int64
    upper: Int64
    row_lower: Int64
    row_upper: Int64
    row_start: Int64
    column: Int64
    coefficient: Int64
    local_row: Int64


def _components(p: Program, columns: tuple[Int64, ...], tally: Tally) -> list[_Component] | None:
    """Parts of the program, or None if two share a column; a row that joins two belongs to none."""
    owner = np.full(p.n_columns, -1, np.int64)
    for k, mine in enumerate(columns):
        outside = len(mine) > 0 and (int(mine.min()) < 0 or int(mine.max()) >= p.n_columns)
        if outside or (np.diff(mine) <= 0).any() or (owner[mine] >= 0).any():
            tally.note("bound", f"Component {k} has a column twice, one outside the program, or out of order.")
            return None
        owner[mine] = k
    row = p.row
    of_row = np.full(p.n_rows, HOLLOW, np.int64)
    of_row[row] = owner[p.column]
    crossing = np.zeros(p.n_rows, np.bool_)
    crossing[row[of_row[row] != owner[p.column]]] = True
    of_row[crossing] = -1
    local_column, local_row = np.zeros(p.n_columns, np.int64), np.full(p.n_rows, -1, np.int64)
    by_owner = np.argsort(of_row, kind="stable")
    hollow = np.flatnonzero(of_row == HOLLOW)
    parts = []
    for k, mine in enumerate(columns):
        local_column[mine] = np.arange(len(mine))
        a, b = np.searchsorted(of_row[by_owner], [k, k + 1])
        rows = np.concatenate([by_owner[a:b], hollow])
        entries = _ranges(p.row_start[rows], p.row_start[rows + 1])
        local = local_row.copy()
        local[rows] = np.arange(len(rows))
        parts.append(
            _Component(
                columns=mine,
                lower=p.lower[mine],
                upper=p.upper[mine],
                row_lower=p.row_lower[rows],
                row_upper=p.row_upper[rows],
                row_start=np.concatenate([[0], np.cumsum(np.diff(p.row_start)[rows])]).astype(np.int64),
                column=local_column[p.column[entries]],
                coefficient=p.coefficient[entries],
                local_row=local,
            )
        )
    return parts


def _ranges(starts: Int64, ends: Int64) -> Int64:
    """All numbers of several ranges, one range after the other."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))


def _least(cost: Int64, lower: Int64, upper: Int64) -> int:
    """Least of ``cost @ v`` over a box, exact."""
    estimate = np.abs(cost.astype(np.float64)) @ np.maximum(np.abs(lower), np.abs(upper)).astype(np.float64)
    if estimate < EXACT:
        return int(np.minimum(cost * lower, cost * upper).sum())
    triples = zip(cost.tolist(), lower.tolist(), upper.tolist(), strict=True)
    return sum(min(c * low, c * high) for c, low, high in triples)


@dataclass(frozen=True, slots=True)
class _Aim:
    """
    What a tree is about.

    Parameters
    ----------
    cost
        Objective of each column of the component.
    kept
        For each earlier stage its objective, and the most that the component may have of it.
    n_rows
        Rows of the program; kept ones are numbered from here on.
    n_stages
        So many numbers later the tree's cuts begin.
    """

    cost: Int64
    kept: list[tuple[Int64, int]]
    n_rows: int
    n_stages: int


def _tree_bound(part: _Component, tree: Tree, aim: _Aim) -> int | None:
    """
    Least bound of all leaves; None if all are empty.

    Children are numbered above their parent, so that a walk in order ends and every node but the first has one parent.
    """
    lower, upper = {0: part.lower}, {0: part.upper}
    local = {int(column): i for i, column in enumerate(part.columns.tolist())}
    _check_form(part, tree, aim)
    kept = [*aim.kept, *((np.zeros(0, np.int64), 0) for _ in range(aim.n_stages - len(aim.kept)))]
    aim = replace(aim, kept=kept + [_cut_row(part, cut) for cut in tree.cuts])
    least: int | None = None
    for node in range(len(tree.column)):
        if node not in lower:
            continue
        low, high = lower.pop(node), upper.pop(node)
        column = int(tree.column[node])
        if column != LEAF:
            left, at, split = int(tree.left[node]), local[column], int(tree.split[node])
            if left <= node or left in lower or left + 1 in lower or left + 1 >= len(tree.column):
                msg = f"node {node} has the children {left} and {left + 1}"
                raise CertificateError(msg)
            lower[left], upper[left] = low, _with(high, at, min(split, int(high[at])))
            lower[left + 1], upper[left + 1] = _with(low, at, max(split + 1, int(low[at]))), high
            continue
        if (low > high).any():
            continue
        bound = _leaf_bound(part, tree, node, (low, high), aim)
        if bound is not None:
            least = bound if least is None else min(least, bound)
    return least


def _check_form(part: _Component, tree: Tree, aim: _Aim) -> None:
    """Whether all numbers of a tree are those of columns and rows that are there."""
    known = [(0, aim.n_rows + len(aim.kept)), (aim.n_rows + aim.n_stages, aim.n_rows + aim.n_stages + len(tree.cuts))]
    n = len(tree.column)
    shapes = [len(values) for values in (tree.split, tree.left, tree.empty)]
    inner = tree.column[tree.column != LEAF]
    sound = (
        n > 0
        and shapes == [n, n, n]
        and tree.scale > 0
        and len(tree.start) == n + 1
        and int(tree.start[0]) == 0
        and (np.diff(tree.start) >= 0).all()
        and int(tree.start[-1]) == len(tree.row) == len(tree.multiplier)
        and np.isin(inner, part.columns).all()
        and sum(int(((tree.row >= low) & (tree.row < high)).sum()) for low, high in known) == len(tree.row)
    )
    if not sound:
        msg = "a tree names columns outside its component, rows that are not there, or does not fit together"
        raise CertificateError(msg)


def _cut_row(part: _Component, cut: Cut) -> tuple[Int64, int]:
    """
    A cut as weights of the component's columns, once a table has shown that it follows from its row.

    ``least[w]`` is the least use of the row's limit by columns that weigh ``w`` together; no weight above the cut's
    may have a use within the limit.
    """
    i = int(part.local_row[cut.row]) if 0 <= cut.row < len(part.local_row) else -1
    mine = np.searchsorted(part.columns, cut.column)
    if i < 0 or (mine >= len(part.columns)).any() or (part.columns[mine] != cut.column).any():
        msg = f"a cut of row {cut.row} names what is not in the component"
        raise CertificateError(msg)
    a, b = int(part.row_start[i]), int(part.row_start[i + 1])
    use = dict(zip(part.column[a:b].tolist(), part.coefficient[a:b].tolist(), strict=True))
    at_least = sum(use[j] * int(part.lower[j]) for j in use)
    sound = (
        len(set(mine.tolist())) == len(mine) == len(cut.weight)
        and all(value >= 0 for value in use.values())
        and (cut.weight > 0).all()
        and all(int(j) in use and part.lower[j] == 0 and part.upper[j] <= 1 for j in mine.tolist())
    )
    if not sound:
        msg = f"a cut of row {cut.row} weighs columns that are not yes or no in it"
        raise CertificateError(msg)
    room = int(part.row_upper[i]) - at_least
    least = {0: 0}
    for j, weight in zip(mine.tolist(), cut.weight.tolist(), strict=True):
        for total, used in list(least.items()):
            more = used + use[j]
            if more <= room and more < least.get(total + weight, room + 1):
                least[total + weight] = more
    if max(least) > cut.most:
        msg = f"a cut of row {cut.row} allows {cut.most} although {max(least)} fits"
        raise CertificateError(msg)
    weights = np.zeros(len(part.columns), np.int64)
    weights[mine] = cut.weight
    return weights, int(cut.most)


def _with(values: Int64, at: int, value: int) -> Int64:
    changed = values.copy()
    changed[at] = value
    return changed


def _leaf_bound(part: _Component, tree: Tree, node: int, box: tuple[Int64, Int64], aim: _Aim) -> int | None:
    """What a leaf's multipliers prove, exactly; None if they prove it empty."""
    scale, empty = int(tree.scale), bool(tree.empty[node])
    mine = slice(int(tree.start[node]), int(tree.start[node + 1]))
    rows, y = tree.row[mine], tree.multiplier[mine]
    own = rows < aim.n_rows
    at = part.local_row[rows[own]]
    if (at < 0).any():
        msg = f"row {rows[own][at < 0][0]} does not lie in the component"
        raise CertificateError(msg)
    later = (rows[~own] - aim.n_rows).tolist()
    most = np.array([aim.kept[k][1] for k in later], np.int64)
    least = np.concatenate([part.row_lower[at], np.full(len(most), -FREE)])
    greatest = np.concatenate([part.row_upper[at], most])
    weight = np.concatenate([y[own], y[~own]])
    side = np.where(weight > 0, least, greatest)
    if (np.abs(side[weight != 0].astype(np.float64)) >= FREE).any():
        msg = f"a row of leaf {node} has no limit on the side of its multiplier"
        raise CertificateError(msg)
    entries = _ranges(part.row_start[at], part.row_start[at + 1])
    spread = np.repeat(y[own], part.row_start[at + 1] - part.row_start[at])
    counted = [aim.kept[k][0] for k in later]
    columns = np.concatenate([part.column[entries], *(np.flatnonzero(c) for c in counted)]).astype(np.int64)
    times = np.concatenate([part.coefficient[entries], *(c[c != 0] for c in counted)])
    again = [np.full(np.count_nonzero(c), v) for c, v in zip(counted, y[~own], strict=True)]
    spread = np.concatenate([spread, *again])
    base = np.zeros_like(aim.cost) if empty else aim.cost
    total = _combined(scale, base, (columns, spread, times), (weight, side), box)
    if empty:
        if total <= 0:
            msg = f"leaf {node} is not empty: {total} is not above 0"
            raise CertificateError(msg)
        return None
    return -(-total // scale)


def _combined(
    scale: int,
    cost: Int64,
    entries: tuple[Int64, Int64, Int64],
    sides: tuple[Int64, Int64],
    box: tuple[Int64, Int64],
) -> int:
    """``y @ side`` plus the least of ``(scale * cost - y @ A) @ v`` over the box, in wide integers where need be."""
    (columns, y, a), (weight, side), (low, high) = entries, sides, box
    n = len(cost)
    reach = scale * np.abs(cost.astype(np.float64))
    reach += np.bincount(columns, np.abs(y.astype(np.float64)) * np.abs(a.astype(np.float64)), n)
    estimate = float(reach @ np.maximum(np.abs(low), np.abs(high)).astype(np.float64)) + float(reach.max(initial=0.0))
    estimate += float(np.abs(weight.astype(np.float64)) @ np.abs(side.astype(np.float64)))
    if estimate < EXACT:
        reduced = scale * cost
        np.subtract.at(reduced, columns, y * a)
        return int(weight @ side) + int(np.minimum(reduced * low, reduced * high).sum())
    wide = [scale * c for c in cost.tolist()]
    for j, times, entry in zip(columns.tolist(), y.tolist(), a.tolist(), strict=True):
        wide[j] -= times * entry
    fixed: int = sum(w * s for w, s in zip(weight.tolist(), side.tolist(), strict=True))
    bounds = zip(wide, low.tolist(), high.tolist(), strict=True)
    return fixed + sum(min(int(r * least), int(r * greatest)) for r, least, greatest in bounds)

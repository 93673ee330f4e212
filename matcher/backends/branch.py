"""
Branch and bound over one component and stage, whose every bound is an integer sum that anybody can add up again.

The relaxation gives dual prices in floating point. They are rounded to whole multiples of ``1 / scale``, and what they
prove then is summed exactly (Neumaier and Shcherbina 2004): any multipliers give a valid bound, good ones a close one.
So a poor answer of the relaxation costs time, never truth.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from time import perf_counter

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from matcher.backends.choice import WHOLE, Choice
from matcher.backends.relaxation import Engine, Float64, Part, Relaxed
from matcher.side_program import FREE
from matcher.staged_plan import LEAF, Tree

Int64 = npt.NDArray[np.int64]

EXACT = 2.0**62
"""Sums whose floating-point estimate stays below this fit 64 bits."""

REPORT_S = 2.0
"""Between two reports of a search that is asked to report."""

HALF = 0.5
"""Up to here the lower side of a fractional value is looked at first."""

NO_PLAN = FREE
"""Bound of a box that holds no plan."""


@dataclass(frozen=True, slots=True)
class Searched:
    """
    What a search found.

    Parameters
    ----------
    tree
        The cases and their proofs.
    bound
        What they prove; ``NO_PLAN`` if no plan exists.
    values
        Best plan found, None if there is none.
    nodes
        Relaxations solved.
    """

    tree: Tree
    bound: int
    values: Int64 | None
    nodes: int


@dataclass(slots=True)
class _Nodes:
    """The tree while it grows."""

    column: list[int] = field(default_factory=list)
    split: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    depth: list[int] = field(default_factory=list)
    bound: list[int] = field(default_factory=list)
    empty: list[bool] = field(default_factory=list)
    multipliers: list[tuple[Int64, Int64]] = field(default_factory=list)

    def add(self, parent: int, bound: int, multipliers: tuple[Int64, Int64]) -> int:
        self.column.append(LEAF)
        self.split.append(0)
        self.left.append(0)
        self.parent.append(parent)
        self.depth.append(self.depth[parent] + 1 if parent >= 0 else 0)
        self.bound.append(bound)
        self.empty.append(False)
        self.multipliers.append(multipliers)
        return len(self.column) - 1

    def box(self, node: int, part: Part) -> tuple[Int64, Int64]:
        """Bounds of a node's box, from the decisions above it."""
        lower, upper = part.lower.copy(), part.upper.copy()
        while self.parent[node] >= 0:
            above = self.parent[node]
            j, split = self.column[above], self.split[above]
            if node == self.left[above]:
                upper[j] = min(upper[j], split)
            else:
                lower[j] = max(lower[j], split + 1)
            node = above
        return lower, upper

    def tree(self, part: Part, scale: int) -> Tree:
        kept = [m if c == LEAF else NOTHING for c, m in zip(self.column, self.multipliers, strict=True)]
        column = np.array(self.column, np.int64)
        return Tree(
            column=np.append(part.column, LEAF)[column],
            split=np.array(self.split, np.int64),
            left=np.array(self.left, np.int64),
            empty=np.array(self.empty, np.bool_),
            start=np.concatenate([[0], np.cumsum([len(rows) for rows, _ in kept])]).astype(np.int64),
            row=part.row[np.concatenate([rows for rows, _ in kept])],
            multiplier=np.concatenate([values for _, values in kept]),
            scale=scale,
            cuts=part.cuts,
        )


NOTHING = (np.zeros(0, np.int64), np.zeros(0, np.int64))


class Bounds:
    """What multipliers prove over a box of one part, exactly."""

    def __init__(self, part: Part) -> None:
        self._part = part
        size = np.maximum(np.abs(part.lower), np.abs(part.upper)).astype(np.float64)
        self._size = size
        weight = float(np.abs(part.cost.astype(np.float64)) @ size)
        self.scale = 1 << int(np.clip(58 - np.log2(max(weight, 1.0)), 4, 24))
        """Multipliers are whole numbers of ``1 / scale``: as fine as 64 bits allow."""

    @cached_property
    def _transposed(self) -> csr_array:
        """Columns by rows; of a part that nothing is searched in, never made."""
        return self._part.matrix.T.tocsr()

    @cached_property
    def _absolute(self) -> csr_array:
        return abs(self._transposed.astype(np.float64))

    def prove(self, y: Float64, lower: Int64, upper: Int64, *, empty: bool) -> tuple[int, tuple[Int64, Int64]]:
        """
        Round multipliers and sum up what they prove.

        Returns
        -------
        tuple of int and multipliers
            The bound, rounded up; for ``empty`` the combined row's excess, in units of no meaning but its sign.
        """
        part, scale = self._part, self.scale
        y = np.clip(y, -(2.0**40), 2.0**40)
        whole = np.rint(y * scale).astype(np.int64)
        whole[(whole > 0) & (part.row_lower <= -FREE)] = 0
        whole[(whole < 0) & (part.row_upper >= FREE)] = 0
        rows = np.flatnonzero(whole)
        used = whole[rows]
        side = np.where(used > 0, part.row_lower[rows], part.row_upper[rows])
        base = np.zeros(len(part.cost), np.int64) if empty else part.cost
        if not len(rows):
            total = sum(min(c * a, c * b) for c, a, b in zip(*(v.tolist() for v in (base, lower, upper)), strict=True))
            return total, (rows, used)
        reach = self._absolute @ np.abs(whole).astype(np.float64) + np.abs(base.astype(np.float64)) * scale
        estimate = float(reach @ self._size) + float(np.abs(used.astype(np.float64)) @ np.abs(side.astype(np.float64)))
        if estimate < EXACT and float(reach.max(initial=0.0)) < EXACT:
            r = scale * base - self._transposed @ whole
            total = int(used @ side) + int(np.minimum(r * lower, r * upper).sum())
        else:
            total = self._wide(whole, base, lower, upper) + sum(
                a * b for a, b in zip(used.tolist(), side.tolist(), strict=True)
            )
        return (total if empty else -(-total // scale)), (rows, used)

    def _wide(self, whole: Int64, base: Int64, lower: Int64, upper: Int64) -> int:
        """Sum of the columns' least parts in Python's integers, where 64 bits would not do."""
        y, columns = whole.tolist(), self._transposed
        total = 0
        for j in range(len(base)):
            a, b = int(columns.indptr[j]), int(columns.indptr[j + 1])
            entries = zip(columns.indices[a:b].tolist(), columns.data[a:b].tolist(), strict=True)
            r = self.scale * int(base[j]) - sum(y[i] * c for i, c in entries)
            total += min(r * int(lower[j]), r * int(upper[j]))
        return total


class Search:
    """One search; a best first one that follows each box down to a plan before it turns to the next."""

    def __init__(
        self,
        part: Part,
        engine: Engine,
        start: Int64 | None,
        seconds: float,
        *,
        most_nodes: int | None = None,
        probes: bool = True,
        report: Callable[[Searched], None] | None = None,
    ) -> None:
        self._most_nodes = most_nodes
        self._choice = Choice(part, probes=probes)
        self._report = report
        self._reported = perf_counter()
        self._part = part
        self._engine = engine
        self._deadline = perf_counter() + seconds
        self._bounds = Bounds(part)
        self._nodes = _Nodes()
        self._best = start
        self._worth = NO_PLAN if start is None else part.worth(start)
        self._solved = 0

    def run(self, found: Callable[[Int64], None] | None = None) -> Searched:
        """Search until the bound meets the best plan, or the deadline."""
        self._found = found
        nodes, part = self._nodes, self._part
        bound, multipliers = self._bounds.prove(np.zeros(len(part.row)), part.lower, part.upper, empty=False)
        root = nodes.add(-1, bound, multipliers)
        waiting = [(bound, 0, root)]
        follow = LEAF
        while waiting or follow != LEAF:
            if follow != LEAF:
                node, follow = follow, LEAF
            else:
                node = heapq.heappop(waiting)[2]
            if nodes.bound[node] >= self._worth:
                continue
            left = self._deadline - perf_counter()
            if left <= 0 or (self._most_nodes is not None and self._solved >= self._most_nodes):
                break
            self._tell()
            lower, upper = nodes.box(node, part)
            if (lower == upper).all():
                self._close_point(node, lower)
                continue
            relaxed = self._engine.solve(lower, upper, left)
            self._solved += 1
            at = self._look_at(node, relaxed, lower, upper)
            if at is None:
                continue
            near, far = self._part_at(node, *at)
            follow = near
            heapq.heappush(waiting, (nodes.bound[far], -nodes.depth[far], far))
        return self._searched()

    def _searched(self) -> Searched:
        nodes = self._nodes
        leaves = [b for b, c, e in zip(nodes.bound, nodes.column, nodes.empty, strict=True) if c == LEAF and not e]
        tree = nodes.tree(self._part, self._bounds.scale)
        return Searched(tree, min(leaves, default=NO_PLAN), self._best, self._solved)

    def _tell(self) -> None:
        """Report what is proven so far, now and then; less often as the tree grows."""
        now = perf_counter()
        if self._report is not None and now - self._reported > REPORT_S:
            self._report(self._searched())
            self._reported = perf_counter() + 10 * (perf_counter() - now)

    def _look_at(self, node: int, relaxed: Relaxed | None, lower: Int64, upper: Int64) -> tuple[int, int, bool] | None:
        """Note what the relaxation proves; where to part the box next, or None if nothing is left in it."""
        nodes = self._nodes
        if relaxed is None:
            return self._anywhere(node, lower, upper, None)
        if relaxed.values is None:
            size = max(float(np.abs(relaxed.multipliers).max(initial=0.0)), 1e-9)
            for sign in (1.0, -1.0):
                combination = sign * relaxed.multipliers / size
                excess, multipliers = self._bounds.prove(combination, lower, upper, empty=True)
                if excess > 0:
                    nodes.empty[node], nodes.bound[node], nodes.multipliers[node] = True, NO_PLAN, multipliers
                    return None
            return self._anywhere(node, lower, upper, None)
        bound, multipliers = self._bounds.prove(relaxed.multipliers, lower, upper, empty=False)
        if bound > nodes.bound[node]:
            nodes.bound[node], nodes.multipliers[node] = bound, multipliers
        nearest = np.rint(relaxed.values)
        off = np.abs(relaxed.values - nearest)
        if off.max(initial=0.0) <= WHOLE:
            self._offer(nearest.astype(np.int64))
        if nodes.bound[node] >= self._worth:
            return None
        if off.max(initial=0.0) <= WHOLE:
            return self._anywhere(node, lower, upper, nearest.astype(np.int64))
        ceiling = float(self._worth if self._worth < NO_PLAN else nodes.bound[node])
        j = self._choice.column(self._engine, relaxed.values, (lower, upper), ceiling)
        down = int(np.floor(relaxed.values[j]))
        return j, down, bool(relaxed.values[j] - down < HALF)

    def _offer(self, values: Int64) -> None:
        """Keep a plan if it is one, and better."""
        if not self._part.keeps(values):
            return
        worth = self._part.worth(values)
        if worth < self._worth:
            self._best, self._worth = values, worth
            if self._found is not None:
                self._found(values)

    def _anywhere(self, node: int, lower: Int64, upper: Int64, near: Int64 | None) -> tuple[int, int, bool] | None:
        """Part a box at its widest column: what rounding left unproven is smaller there."""
        j = int(np.argmax(upper - lower))
        if upper[j] > lower[j]:
            middle = (int(lower[j]) + int(upper[j])) // 2
            return j, middle, near is None or int(near[j]) <= middle
        self._close_point(node, lower)
        return None

    def _close_point(self, node: int, values: Int64) -> None:
        """Prove a box of one point: it is a plan and worth what it costs, or one row says that it is none."""
        part, nodes = self._part, self._nodes
        activity = part.matrix @ values
        broken = np.flatnonzero((activity < part.row_lower) | (activity > part.row_upper))
        y = np.zeros(len(part.row))
        if len(broken):
            y[broken[0]] = 1.0 if activity[broken[0]] < part.row_lower[broken[0]] else -1.0
        else:
            self._offer(values)
        bound, multipliers = self._bounds.prove(y, values, values, empty=len(broken) > 0)
        nodes.empty[node], nodes.multipliers[node] = len(broken) > 0, multipliers
        nodes.bound[node] = NO_PLAN if len(broken) else bound

    def _part_at(self, node: int, j: int, split: int, low_first: bool) -> tuple[int, int]:  # noqa: FBT001 -- one of three that belong together
        """Two children of a node; the one to look at first, and the other."""
        nodes = self._nodes
        nodes.column[node], nodes.split[node] = j, split
        left = nodes.add(node, nodes.bound[node], nodes.multipliers[node])
        right = nodes.add(node, nodes.bound[node], nodes.multipliers[node])
        nodes.left[node] = left
        return (left, right) if low_first else (right, left)


def unsearched(part: Part, start: Int64 | None) -> Searched:
    """What is known of a part without any search: the least of its objective over its bounds."""
    nodes, bounds = _Nodes(), Bounds(part)
    bound, multipliers = bounds.prove(np.zeros(len(part.row)), part.lower, part.upper, empty=False)
    nodes.add(-1, bound, multipliers)
    return Searched(nodes.tree(part, bounds.scale), bound, start, 0)

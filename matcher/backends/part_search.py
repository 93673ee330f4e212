"""How one part is searched: a few nodes here, then HiGHS for better plans, then a tree until it is proven."""

from time import perf_counter

import numpy as np
import numpy.typing as npt

from matcher.backends.branch import NO_PLAN, Search, Searched, unsearched
from matcher.backends.covers import strengthened
from matcher.backends.dense import DenseEngine
from matcher.backends.frames import Arrays
from matcher.backends.highs import GRACE_S, Programme, run_worker, solve_programme
from matcher.backends.relaxation import Part
from matcher.side_program import FREE
from matcher.staged_plan import Tree

Int64 = npt.NDArray[np.int64]

DENSE_ENTRIES = 1_000_000
"""Rows times columns up to which relaxations are solved on a dense tableau, in this process."""

FEW_NODES = 300
FEW_WORK = 20_000_000
"""Boxes looked at before a process is started for a part, which takes about a second; of large ones, fewer."""

FIRST_SHARE = 0.25
"""Of the time, for these boxes at most."""

IMPROVE_S = 60.0
"""HiGHS looks for better plans for at most so long, and for at most half of the time there is."""

IMPROVE_NODES = 3000
"""And for so many of its nodes, so that a run repeats whatever the machine unless the deadline cuts it short."""

TREE_WORK = 3_000_000_000
"""Entries of relaxations that a tree is worth; their number in one relaxation tells how many nodes these are."""

MOST_NODES, LEAST_NODES = 30_000, 500

NEARLY_ONE = 0.999
"""Objectives are whole numbers: a gap below 1 is none."""

DEAREST = 1000.0
"""Costs are scaled to at most this: HiGHS's tolerances are absolute."""


def search_part(part: Part, start: Int64 | None, *, cut_number: int, seed: int, deadline: float) -> Searched:
    """
    Best plan and proof for a part.

    Parameters
    ----------
    part
        What is searched.
    start
        A plan to begin with, or None.
    cut_number
        Number of the first cut among the rows of the program.
    seed
        For HiGHS.
    deadline
        Moment of `time.perf_counter` at which to stop.
    """
    small = part.matrix.shape[0] * part.matrix.shape[1] <= DENSE_ENTRIES
    best = unsearched(part, start)
    if small and not _settled(part, best):
        part = strengthened(part, cut_number)
        few = int(np.clip(FEW_WORK // max(part.matrix.shape[0] * part.matrix.shape[1], 1), 20, FEW_NODES))
        first = (deadline - perf_counter()) * FIRST_SHARE
        best = Search(part, DenseEngine(part), start, first, most_nodes=few).run()
    if _settled(part, best) or deadline <= perf_counter():
        return best
    left = deadline - perf_counter()
    best = _with_plan(part, best, _improved(part, best.values, seed, min(left / 2, IMPROVE_S)))
    left = deadline - perf_counter()
    if _settled(part, best) or left <= 0:
        return best
    entries = part.matrix.shape[0] * part.matrix.shape[1]
    nodes = int(np.clip(TREE_WORK // max(entries, 1), LEAST_NODES, MOST_NODES))
    if small:
        more = Search(part, DenseEngine(part), best.values, left, most_nodes=nodes).run()
    else:
        more = _searched_apart(part, best, left, nodes)
    best = _with_plan(part, best, more.values)
    return Searched(more.tree, more.bound, best.values, more.nodes) if more.bound > best.bound else best


def _settled(part: Part, found: Searched) -> bool:
    return found.bound >= (NO_PLAN if found.values is None else part.worth(found.values))


def _with_plan(part: Part, found: Searched, values: Int64 | None) -> Searched:
    """What is known with another plan at hand; one that breaks a row counts for nothing."""
    if values is None or not part.keeps(values):
        return found
    if found.values is not None and part.worth(found.values) <= part.worth(values):
        return found
    return Searched(found.tree, found.bound, values, found.nodes)


def _improved(part: Part, start: Int64 | None, seed: int, seconds: float) -> Int64 | None:
    """The best plan that HiGHS finds from the one at hand."""
    scale = max(float(np.abs(part.cost).max(initial=0)) / DEAREST, 1.0)
    columns = part.matrix.tocsc()
    programme = Programme(
        cost=part.cost / scale,
        lower=part.lower.astype(np.float64),
        upper=part.upper.astype(np.float64),
        integral=np.ones(len(part.cost), np.bool_),
        row_lower=np.where(part.row_lower <= -FREE, -np.inf, part.row_lower.astype(np.float64)),
        row_upper=np.where(part.row_upper >= FREE, np.inf, part.row_upper.astype(np.float64)),
        start=columns.indptr.astype(np.int32),
        row=columns.indices.astype(np.int32),
        value=columns.data.astype(np.float64),
        guess=np.zeros(0) if start is None else start.astype(np.float64),
    )
    found = solve_programme(programme, limit_s=seconds, seed=seed, nodes=IMPROVE_NODES, absolute_gap=NEARLY_ONE / scale)
    return None if found.values is None else np.rint(found.values).astype(np.int64)


def _searched_apart(part: Part, best: Searched, seconds: float, nodes: int) -> Searched:
    """The same search in a process of its own, with HiGHS for the relaxations."""
    job: Arrays = {
        **part_arrays(part),
        "plan": np.zeros(0, np.int64) if best.values is None else best.values,
        "seconds": np.array(seconds),
        "nodes": np.array(nodes),
    }
    for frame in run_worker("matcher.backends.part_worker", job, seconds + GRACE_S):
        if "values" in frame:
            best = _with_plan(part, best, frame["values"].astype(np.int64))
        elif int(frame["bound"]) > best.bound:
            tree = Tree(scale=int(frame["scale"]), cuts=part.cuts, **{name: frame[name] for name in TREE_FIELDS})
            best = Searched(tree, int(frame["bound"]), best.values, int(frame["nodes"]))
    return best


TREE_FIELDS = ("column", "split", "left", "empty", "start", "row", "multiplier")
PART_FIELDS = ("column", "row", "lower", "upper", "cost", "row_lower", "row_upper", "switch")


def part_arrays(part: Part) -> Arrays:
    """A part as arrays, as `matcher.backends.part_worker` reads it."""
    arrays: Arrays = {name: getattr(part, name) for name in PART_FIELDS}
    return {**arrays, "data": part.matrix.data, "indices": part.matrix.indices, "indptr": part.matrix.indptr}

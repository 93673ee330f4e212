"""
A process of its own that searches one large part and ends: its relaxations are solved by HiGHS, each from the last.

It reads one part from its input and writes frames to its output: plans as they are found, trees now and then and at the
end. Whoever receives them checks them.
"""

import os
import sys
from typing import IO, Any

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from matcher.backends.branch import Search, Searched
from matcher.backends.frames import Arrays, receive, send
from matcher.backends.part_search import DEAREST, PART_FIELDS, TREE_FIELDS
from matcher.backends.relaxation import Part, Relaxed
from matcher.side_program import FREE

Int64 = npt.NDArray[np.int64]


class HighsEngine:
    """The relaxation by way of HiGHS, each program from the basis of the last."""

    def __init__(self, part: Part) -> None:
        self._scale = max(float(np.abs(part.cost).max(initial=0)) / DEAREST, 1.0)
        program = highspy.HighsLp()
        program.num_row_, program.num_col_ = part.matrix.shape
        program.col_cost_ = part.cost / self._scale
        program.col_lower_, program.col_upper_ = part.lower.astype(np.float64), part.upper.astype(np.float64)
        program.row_lower_ = np.where(part.row_lower <= -FREE, -np.inf, part.row_lower.astype(np.float64))
        program.row_upper_ = np.where(part.row_upper >= FREE, np.inf, part.row_upper.astype(np.float64))
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_ = part.matrix.indptr.astype(np.int32)
        program.a_matrix_.index_ = part.matrix.indices.astype(np.int32)
        program.a_matrix_.value_ = part.matrix.data.astype(np.float64)
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._highs.silent()
        self._highs.setOptionValue("threads", 1)
        self._highs.passModel(program)
        self._columns = np.arange(len(part.cost), dtype=np.int32)

    def solve(self, lower: Int64, upper: Int64, seconds: float) -> Relaxed | None:
        """Solve within bounds; where there is no plan, HiGHS's ray is the combination that shows it."""
        highs = self._highs
        bounds = lower.astype(np.float64), upper.astype(np.float64)
        highs.changeColsBounds(len(self._columns), self._columns, *bounds)
        highs.setOptionValue("time_limit", highs.getRunTime() + max(seconds, 0.01))
        highs.run()
        # Only the first program has no basis to begin with.
        highs.setOptionValue("presolve", "off")
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            solution = highs.getSolution()
            return Relaxed(np.array(solution.col_value), np.array(solution.row_dual) * self._scale)
        if status == highspy.HighsModelStatus.kInfeasible:
            _, there, ray = highs.getDualRay()
            if there:
                return Relaxed(None, np.array(ray))
        return None


def serve(job: Arrays, out: IO[bytes]) -> None:
    """Search one part until the time that comes with it is over."""
    shape = (len(job["row"]), len(job["column"]))
    matrix = csr_array((job["data"], job["indices"], job["indptr"]), shape=shape)
    fields: Any = {name: job[name] for name in PART_FIELDS}
    part = Part(matrix=matrix, **fields)
    start = job["plan"].astype(np.int64) if len(job["plan"]) else None

    def report(searched: Searched) -> None:
        tree: Arrays = {name: np.array(getattr(searched.tree, name)) for name in (*TREE_FIELDS, "scale")}
        send(out, {**tree, "bound": np.array(searched.bound), "nodes": np.array(searched.nodes)})

    limits = float(job["seconds"]), int(job["nodes"])
    search = Search(part, HighsEngine(part), start, limits[0], most_nodes=limits[1], probes=False, report=report)
    report(search.run(lambda values: send(out, {"values": values})))


def main() -> None:
    """One part in, frames out; nothing else may write to the output."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        job = receive(sys.stdin.buffer)
        if job is not None:
            serve(job, out)


if __name__ == "__main__":
    main()

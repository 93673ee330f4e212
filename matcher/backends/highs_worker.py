"""
A process of its own that solves one mixed-integer programme with HiGHS and ends.

It is started by `matcher.backends.highs`, reads one model from its input and writes frames to its output:
each better solution as soon as it is found, and a last one with the bound. So whoever kills it at a hard limit still
has the best solution. A process of its own, because HiGHS overruns its own limit and cannot share one with OR-Tools.
"""

import os
import sys
from typing import IO, Any

import highspy
import numpy as np

from matcher.backends.frames import Arrays, receive, send


def solve(model: Arrays, out: IO[bytes]) -> None:
    """Solve the model; its fields are those of `matcher.backends.highs.Programme`."""
    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.silent()
    for name in ("threads", "random_seed"):
        highs.setOptionValue(name, int(model[name]))
    for name in ("mip_rel_gap", "mip_abs_gap", "time_limit"):
        highs.setOptionValue(name, float(model[name]))
    if int(model["mip_max_nodes"]) >= 0:
        highs.setOptionValue("mip_max_nodes", int(model["mip_max_nodes"]))
    columns, rows = len(model["cost"]), len(model["row_lower"])
    no_entries = np.zeros(rows, np.int32), np.zeros(0, np.int32), np.zeros(0)
    _taken(highs.addRows(rows, model["row_lower"], model["row_upper"], 0, *no_entries))
    accepted = highs.addCols(
        columns,
        model["cost"],
        model["lower"],
        model["upper"],
        len(model["row"]),
        model["start"][:-1],
        model["row"],
        model["value"],
    )
    _taken(accepted)
    integral = np.flatnonzero(model["integral"]).astype(np.int32)
    kinds = np.full(len(integral), int(highspy.HighsVarType.kInteger), np.uint8)
    _taken(highs.changeColsIntegrality(len(integral), integral, kinds))
    if len(model["guess"]):
        guess = highspy.HighsSolution()
        guess.col_value = model["guess"].tolist()
        highs.setSolution(guess)

    def better(event: Any) -> None:
        send(out, {"values": np.array(event.data_out.mip_solution, np.float64)})

    highs.cbMipImprovingSolution += better
    highs.run()
    info, status = highs.getInfo(), highs.getModelStatus()
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    last: Arrays = {
        "bound": np.array(info.mip_dual_bound, np.float64),
        "optimal": np.array(status == highspy.HighsModelStatus.kOptimal),
        "infeasible": np.array(status == highspy.HighsModelStatus.kInfeasible),
        "nodes": np.array(info.mip_node_count, np.int64),
    }
    if feasible:
        last["values"] = np.array(highs.getSolution().col_value, np.float64)
    send(out, last)


def _taken(status: highspy.HighsStatus) -> None:
    """Raise if HiGHS refuses a piece of the model; it would otherwise solve what it has."""
    if status != highspy.HighsStatus.kOk:
        msg = f"HiGHS answers {status} to a piece of the model."
        raise ValueError(msg)


def main() -> None:
    """One model in, frames out; nothing else may write to the output."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        model = receive(sys.stdin.buffer)
        if model is not None:
            solve(model, out)


if __name__ == "__main__":
    main()

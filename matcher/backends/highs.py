"""Mixed-integer programmes, solved by HiGHS in a process of its own under a hard wall limit."""

import os
import subprocess
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread

import numpy as np
import numpy.typing as npt

from matcher.backends.frames import Arrays, receive, send
from matcher.errors import MatcherError

Float64 = npt.NDArray[np.float64]
Int32 = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

GRACE_S = 2.0
"""Wall seconds after HiGHS's own limit until the process is killed."""


@dataclass(frozen=True, slots=True)
class Programme:
    """
    Least ``cost @ x`` with ``row_lower <= A x <= row_upper`` and ``lower <= x <= upper``.

    Costs are best scaled to about 1: HiGHS's tolerances are absolute.

    Parameters
    ----------
    cost, lower, upper
        Of each column, float64.
    integral
        Columns that take whole numbers only.
    row_lower, row_upper
        Of each row, float64, infinite where there is none.
    start, row, value
        Entries of column ``j`` are ``start[j]`` to ``start[j + 1] - 1``; int32, int32, float64.
    guess
        A feasible solution to begin with, or an empty array.
    """

    cost: Float64
    lower: Float64
    upper: Float64
    integral: Mask
    row_lower: Float64
    row_upper: Float64
    start: Int32
    row: Int32
    value: Float64
    guess: Float64


@dataclass(frozen=True, slots=True)
class Programmed:
    """
    What HiGHS found; its figures are floating-point and are to be checked in integers.

    Parameters
    ----------
    values
        The best solution, None if there is none.
    bound
        No solution costs less, as HiGHS believes; minus infinity if it was killed.
    optimal, infeasible
        Whether it says so.
    nodes
        Of its search tree.
    """

    values: Float64 | None
    bound: float
    optimal: bool
    infeasible: bool
    nodes: int


def solve_programme(
    programme: Programme, *, limit_s: float, seed: int = 0, nodes: int | None = None, absolute_gap: float = 1e-6
) -> Programmed:
    """
    Solve it, or stop at the limit with the best solution so far.

    Parameters
    ----------
    limit_s
        Wall seconds for HiGHS, >= 0; ``GRACE_S`` later its process is killed.
    nodes
        Nodes of the search tree after which it stops, so that a run repeats whatever the machine; None: no limit.
    absolute_gap
        Difference of solution and bound that counts as none.

    Raises
    ------
    MatcherError
        If the worker fails.
    """
    options: Arrays = {
        "threads": np.array(1),
        "random_seed": np.array(seed % 2**31),
        "mip_rel_gap": np.array(0.0),
        "mip_abs_gap": np.array(absolute_gap),
        "time_limit": np.array(limit_s),
        "mip_max_nodes": np.array(-1 if nodes is None else nodes),
    }
    arrays: Arrays = {field.name: getattr(programme, field.name) for field in fields(Programme)}
    return _read(run_worker("matcher.backends.highs_worker", {**arrays, **options}, limit_s + GRACE_S))


def run_worker(module: str, model: Arrays, hard_limit_s: float) -> list[Arrays]:
    """All frames that a module, run as a process of its own on one frame, wrote until it ended or was killed."""
    frames: list[Arrays] = []
    command = [sys.executable, "-P", "-m", module]
    # The worker imports the code that runs here, from wherever it lies.
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with (
        TemporaryFile() as complaints,
        subprocess.Popen(  # noqa: S603 our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, env=environment
        ) as worker,
    ):
        to_worker, from_worker = worker.stdin, worker.stdout
        if to_worker is None or from_worker is None:  # both were asked for
            raise AssertionError

        def listen() -> None:
            while (frame := receive(from_worker)) is not None:
                frames.append(frame)

        listener = Thread(target=listen, daemon=True)
        listener.start()
        send(to_worker, model)
        to_worker.close()
        listener.join(hard_limit_s)
        killed = listener.is_alive()
        if killed:
            worker.kill()
            listener.join()
        code = worker.wait()
        if code and not killed:
            complaints.seek(0)
            msg = f"The HiGHS worker ended with {code}: {complaints.read().decode(errors='replace')[-500:]}"
            raise MatcherError(msg)
    return frames


def _read(frames: list[Arrays]) -> Programmed:
    """The last solution, and the last frame's figures if the worker came so far."""
    solutions = [frame["values"] for frame in frames if "values" in frame]
    last = frames[-1] if frames and "bound" in frames[-1] else None
    return Programmed(
        values=solutions[-1] if solutions else None,
        bound=-np.inf if last is None else float(last["bound"]),
        optimal=last is not None and bool(last["optimal"]),
        infeasible=last is not None and bool(last["infeasible"]),
        nodes=0 if last is None else int(last["nodes"]),
    )

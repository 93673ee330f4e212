"""
The solver against its peers: ``python -m tests.benchmarks``.

One core, all contenders in turn in one process, wall time from arrays to plan, compilation excluded,
objectives compared every time. Writes results.json and the table of matcher/README.md, prints the table, and
ends with 1 if a bar was missed.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before numpy is imported

import argparse
import datetime as dt
import platform
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from matcher.problem import Problem
from matcher.solve import solve
from tests.benchmarks import report
from tests.benchmarks.measure import OURS, Measured, Peer, Times, complete_peers, measure, peers
from tests.benchmarks.memory import peak_mb
from tests.instances.city import VARIANTS, city
from tests.instances.fair_city import FAIR_VARIANTS, fair_city

BAR_MB = 500.0
COMPLETE_NEEDS = 10_000
"""Size of the instances with common limits and fairness."""
QUICK = ("the city", "one penalty class", "capacity 1.0 of demand", "common limits, fairness weighed")


def main() -> int:
    """Run the rows asked for; write what they showed if it was all of them."""
    options = _options()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    _warm_up()
    plain = [_row(name, VARIANTS[name], peers, options.needs, options.reps) for name in _asked(VARIANTS, options)]
    complete = [
        _row(name, FAIR_VARIANTS[name], complete_peers, COMPLETE_NEEDS, options.reps)
        for name in _asked(FAIR_VARIANTS, options)
    ]
    results = _results(plain, options.needs, options.reps)
    results["complete"] = _results(complete, COMPLETE_NEEDS, options.reps)
    if options.write == "all":
        report.write(results)
    elif options.write == "complete":
        report.write(report.read() | {"complete": results["complete"]})
    sys.stdout.write("\n\n".join(report.table(part) for part in (results, results["complete"]) if part["rows"]) + "\n")
    missed = [f"{row['name']}: {text}" for row in plain + complete for text in row["missed"]]
    sys.stdout.write("".join(f"MISSED {line}\n" for line in missed) or "Every bar is cleared.\n")
    return 1 if missed else 0


def _asked(variants: Iterable[str], options: argparse.Namespace) -> list[str]:
    return [name for name in variants if any(name.startswith(asked) for asked in options.rows)]


def _results(rows: list[dict[str, Any]], needs: int, reps: int) -> dict[str, Any]:
    return {
        "needs": needs,
        "repetitions": reps,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "machine": _machine(),
        "versions": ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "ortools", "pylmcf")),
        "rows": rows,
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--needs", type=int, default=100_000, help="size of each plain instance")
    parser.add_argument("--reps", type=int, default=5, help="repetitions of each contender")
    parser.add_argument("--rows", help="rows to run: comma between the beginnings of their names")
    parser.add_argument("--quick", action="store_true", help="three rows, one repetition")
    options = parser.parse_args()
    # Only a whole run of a table is worth keeping.
    options.write = ""
    if not options.quick and options.reps >= 5:
        if not options.rows and options.needs == 100_000:
            options.write = "all"
        elif options.rows == "common limits":
            options.write = "complete"
    if options.quick:
        options.reps = 1
    every = (*VARIANTS, *FAIR_VARIANTS)
    options.rows = options.rows.split(",") if options.rows else (QUICK if options.quick else every)
    return options


def _warm_up() -> None:
    """Compile, and load what every contender loads on its first call."""
    for small, against in ((city(1000), peers), (fair_city(1000), complete_peers)):
        solve(small)
        for peer in against(small):
            peer.solve(small)


def _row(
    name: str, made: Callable[[int], Problem], against: Callable[[Problem], list[Peer]], needs: int, reps: int
) -> dict[str, Any]:
    def say(what: str) -> None:
        sys.stderr.write(f"{name}: {what}\n")
        sys.stderr.flush()

    say("generating")
    problem = made(needs)
    contenders = against(problem)
    measured = measure(problem, contenders, reps, say)
    say("measuring memory")
    return _described(name, problem.n_pairs, measured, contenders, peak_mb(problem))


def _described(name: str, pairs: int, measured: Measured, against: list[Peer], peak: float) -> dict[str, Any]:
    ours = measured.times[OURS]
    beaten: dict[str, Any] = {}
    missed = [f"{peak:.0f} MB, above {BAR_MB:.0f}"] if peak > BAR_MB else []
    for peer in against:
        theirs = measured.times[peer.name]
        ratio = theirs.median / ours.median
        bar = peer.bar_city if name == "the city" else peer.bar
        beaten[peer.name] = {"ratio": round(ratio, 2), "bar": bar, "seconds": _rounded(theirs)}
        if ratio < bar:
            missed.append(f"{ratio:.2f} times {peer.name}, below {bar}")
    return {
        "name": name,
        "pairs": pairs,
        "objective": measured.objective,
        "pivots": measured.pivots,
        "ours_s": _rounded(ours),
        "certify_s": round(measured.certify.median, 4),
        "peak_mb": round(peak, 1),
        "peers": beaten,
        "missed": missed,
    }


def _rounded(times: Times) -> dict[str, float]:
    ends = {"median": times.median, "min": min(times.seconds), "max": max(times.seconds)}
    return {key: round(value, 4) for key, value in ends.items()}


def _machine() -> str:
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [line for line in cpuinfo.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        model = named[0].split(":", 1)[1].strip() if named else model
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())

"""
Events with fairness, at frozen prices, against plain ones: ``python -m tests.benchmarks.bench_live_fairness``.

The clustered city plain, with common limits, and with fairness weighed and strict; the same kinds of events in the same
order on each, in turns. CPU time of each event on one core, compilation excluded, and its ratio to the plain city's in
the same run. After so many events the proven gap and the exact optimum of the problem as it then is. The integer
certificate after every so many events. Prints the table; with ``--write`` it goes to live_fairness.json and to
matcher/README.md. Ends with 1 if a certificate failed, with 2 if a bar was missed.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before numpy is imported

import argparse
import datetime as dt
import sys
from importlib.metadata import version
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.live.plan import LivePlan
from matcher.plan import Plan, Solution
from matcher.problem import Problem
from matcher.proofs.group_costs import shortfall_of_groups
from matcher.solve import solve
from tests.benchmarks.__main__ import _machine
from tests.benchmarks.bench_live import KINDS, Street
from tests.benchmarks.report import renew
from tests.instances.city import city
from tests.instances.fair_city import FAIR_VARIANTS

RESULTS = Path(__file__).parent / "live_fairness.json"
BEGIN, END = "<!-- live fairness: begin -->", "<!-- live fairness: end -->"
PLAIN = "plain"
BAR_P50, BAR_P99 = 3, 2
"""Times as long as a plain event that one with fairness may take."""
COLUMNS = (
    "problem",
    "p50 ms",
    "p99 ms",
    "longest ms",
    "p50 / plain",
    "p99 / plain",
    "proven gap",
    "of the objective",
    "of what is beside the classes",
    "true gap",
    "classes as in the optimum",
    "short elsewhere",
    "whole solve s",
)


def main() -> int:
    """Run the events and print what they showed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bench_live_fairness", description=__doc__)
    parser.add_argument("--needs", type=int, default=10_000, help="size of the city")
    parser.add_argument("--events", type=int, default=1100, help="how many events on each city")
    parser.add_argument("--gap-after", type=int, default=300, help="events after which the optimum is computed")
    parser.add_argument("--certify-every", type=int, default=20, help="events from one certificate to the next")
    parser.add_argument("--write", action="store_true", help="renew live_fairness.json and matcher/README.md")
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    run(1000, 110, 55, 20)  # compiles
    results = run(options.needs, options.events, options.gap_after, options.certify_every)
    if options.write:
        renew(RESULTS, results, BEGIN, table(results), END)
    sys.stdout.write(table(results) + "\n")
    if results["failures"]:
        return 1
    return 2 if any(row["missed"] for row in results["rows"]) else 0


def run(needs: int, events: int, gap_after: int, certify_every: int) -> dict[str, Any]:
    """The same kinds of events on each city, in turns."""
    made = {PLAIN: city(needs), **{name: variant(needs) for name, variant in FAIR_VARIANTS.items()}}
    lives, renewal_s = {}, {}
    for name, problem in made.items():
        started = process_time()
        lives[name] = LivePlan.of(problem, solve(problem))
        renewal_s[name] = process_time() - started
    streets = {name: Street(live, seed=2) for name, live in lives.items()}
    kinds = np.random.default_rng(3).permutation(np.resize(np.array(list(KINDS)), events)).tolist()
    taken: dict[str, list[float]] = {name: [] for name in lives}
    gaps: dict[str, dict[str, Any]] = {}
    certificates = failures = 0
    for i, kind in enumerate(kinds, 1):
        for name, live in lives.items():
            event = streets[name].event(kind)
            started = process_time()
            live.apply(event)
            taken[name].append(process_time() - started)
            if i % certify_every == 0:
                certificates, failures = certificates + 1, failures + (not _is_proven(live))
            if i == gap_after:
                gaps[name] = _gap(live)
    plain = taken[PLAIN]
    return {
        "needs": needs,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "machine": _machine(),
        "load": round(os.getloadavg()[0], 1),
        "versions": ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba")),
        "events": events,
        "gap_after": gap_after,
        "certificates": certificates,
        "failures": failures + sum(len(live.failures) for live in lives.values()),
        "rows": [
            _row(name, some, plain) | gaps[name] | {"last_gap": lives[name].gap, "begin_s": round(renewal_s[name], 2)}
            for name, some in taken.items()
        ],
    }


def _is_proven(live: LivePlan) -> bool:
    certificate = live.certificate()
    told = (certificate.primal_objective, certificate.dual_objective) == (live.objective, live.bound)
    return certificate.proven_at_prices and told


def _row(name: str, seconds: list[float], plain: list[float]) -> dict[str, Any]:
    p50, p99 = (float(np.percentile(seconds, q)) for q in (50, 99))
    ratios = [round(ours / float(np.percentile(plain, q)), 2) for ours, q in ((p50, 50), (p99, 99))]
    return {
        "name": name,
        "p50_ms": round(p50 * 1e3, 3),
        "p99_ms": round(p99 * 1e3, 3),
        "max_ms": round(max(seconds) * 1e3, 3),
        "ratio_p50": ratios[0],
        "ratio_p99": ratios[1],
        "missed": [
            f"{name} {ratio}"
            for name, ratio, bar in (("p50", ratios[0], BAR_P50), ("p99", ratios[1], BAR_P99))
            if ratio > bar
        ],
    }


def _gap(live: LivePlan) -> dict[str, Any]:
    """The proven gap, and what the optimum of the problem as it is has otherwise."""
    problem, solution = live.read()
    best = solve(problem)
    if not live.bound <= best.objective <= live.objective:
        msg = f"the optimum {best.objective} is not between {live.bound} and {live.objective}"
        raise AssertionError(msg)
    classes = [_by_class(problem, answer) for answer in (solution, best)]
    short = [shortfall_of_groups(problem, answer.unmet) for answer in (solution, best)]
    return {
        "objective": live.objective,
        "beside_classes": live.objective - int(problem.unmet_cost @ solution.unmet),
        "gap": live.gap,
        "true_gap": live.objective - best.objective,
        "same_classes": classes[0] == classes[1],
        "unmet": int(solution.unmet.sum()),
        "elsewhere": _elsewhere(problem, short[0] - short[1]),
    }


def _by_class(problem: Problem, answer: Plan | Solution) -> dict[int, int]:
    """Units unmet by what one costs, which is the class."""
    costs = np.unique(problem.unmet_cost).tolist()
    return {cost: int(answer.unmet[problem.unmet_cost == cost].sum()) for cost in costs}


def _elsewhere(problem: Problem, differs: npt.NDArray[np.int64]) -> int:
    """Units short in another neighbourhood; a neighbourhood is a group that needs stand directly below."""
    if problem.shortfall is None:
        return 0
    of_need = problem.shortfall.of_need
    return int(np.abs(differs[np.unique(of_need[of_need >= 0])]).sum()) // 2


def table(results: dict[str, Any]) -> str:
    """The README's table, from the results alone."""
    lines = [
        f"{results['needs']:,} needs, {results['events']:,} events on each, {results['date']}, {results['machine']},",
        f"one core; {results['versions']}. Load {results['load']}. {results['certificates']:,} certificates,",
        f"{results['failures']} failed. Gap and optimum after {results['gap_after']:,} events.",
        "",
        "| " + " | ".join(COLUMNS) + " |",
        "|" + "---|" * len(COLUMNS),
    ]
    for row in results["rows"]:
        cells = [
            row["name"],
            f"{row['p50_ms']:.2f}",
            f"{row['p99_ms']:.2f}",
            f"{row['max_ms']:.2f}",
            f"**{row['ratio_p50']:.2f}**",
            f"**{row['ratio_p99']:.2f}**",
            f"{row['gap']:,}",
            f"{row['gap'] / row['objective']:.4%}",
            f"{row['gap'] / row['beside_classes']:.2%}",
            f"{row['true_gap']:,}",
            "yes" if row["same_classes"] else "no",
            f"{row['elsewhere']:,} of {row['unmet']:,}",
            f"{row['begin_s']:.2f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

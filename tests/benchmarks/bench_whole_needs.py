"""
Needs that one resource serves wholly or nobody does: ``python -m tests.benchmarks.bench_whole_needs``.

The clustered city at 80 % capacity. Unmet units of each class against the least that the cut proves, and cost against
the least that the prices prove for the same units; both bounds recomputed by the check, which shares no code with the
solver. Wall time, and core seconds, which are held against the bar's seconds on two cores; no compilation. Writes
whole_needs.json and the table of matcher/README.md, prints the table, and ends with 1 if a bar was missed.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before numpy is imported

import argparse
import datetime as dt
import resource
import statistics
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

from matcher.backends.whole_needs.solver import solve_whole_needs
from matcher.proofs.certify_whole_needs import certify_whole_needs
from tests.benchmarks.__main__ import _machine
from tests.benchmarks.report import read, renew
from tests.instances.city import CLASS_STEP
from tests.instances.whole_city import whole_city

RESULTS = Path(__file__).parent / "whole_needs.json"
BEGIN, END = "<!-- whole needs: begin -->", "<!-- whole needs: end -->"

THREADS = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """What a size is meant to show: seconds to the units, seconds in all, gap in per cent at most and in the median."""

    needs: int
    seeds: tuple[int, ...]
    units_s: float
    solve_s: float
    gap: float
    median_gap: float


BARS = (
    Bar(1000, (1, 2, 3, 4, 5, 6), units_s=5, solve_s=60, gap=1.0, median_gap=0.5),
    Bar(10_000, (1, 2, 3), units_s=300, solve_s=300, gap=2.0, median_gap=2.0),
)
QUICK = (Bar(1000, (1, 2), units_s=5, solve_s=20, gap=3.0, median_gap=3.0),)

MARGIN_S = 1.0
"""Left of the time for putting the answer together, for each 1,000 needs."""


def main() -> int:
    """Run all rows; write what they showed unless it was the quick run."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bench_whole_needs", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two seeds of 1,000 needs, 20 seconds each")
    parser.add_argument("--needs", type=int, help="this size only")
    parser.add_argument("--seed", type=int, help="this seed only; what is measured is renewed in the results file")
    parser.add_argument(
        "--patience",
        type=float,
        default=1.0,
        help="times as much wall time, on a shared machine; the core seconds used are then held against the bar",
    )
    options = parser.parse_args()
    _warm_up()
    bars = QUICK if options.quick else [bar for bar in BARS if options.needs in {None, bar.needs}]
    rows = [_row(bar, seed, options.patience) for bar in bars for seed in bar.seeds if options.seed in {None, seed}]
    results = {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "machine": _machine(),
        "versions": ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "highspy")),
        "rows": rows,
    }
    if not options.quick:
        measured = {(row["needs"], row["seed"]) for row in rows}
        before = read(RESULTS)["rows"] if RESULTS.exists() else []
        kept = [row for row in before if (row["needs"], row["seed"]) not in measured]
        results["rows"] = sorted(kept + rows, key=lambda row: (row["needs"], row["seed"]))
        renew(RESULTS, results, BEGIN, table(results), END)
    sys.stdout.write(table(results) + "\n")
    missed = [line for bar in bars for line in _missed(bar, rows)]
    sys.stdout.write("".join(f"MISSED {line}\n" for line in missed) or "Every bar is cleared.\n")
    return 1 if missed else 0


def _warm_up() -> None:
    """Compile."""
    problem, rules = whole_city(100, 1)
    solve_whole_needs(problem, rules, seed=0, threads=THREADS, deadline_s=None)


def _row(bar: Bar, seed: int, patience: float) -> dict[str, Any]:
    sys.stderr.write(f"{bar.needs} needs, seed {seed}\n")
    sys.stderr.flush()
    problem, rules = whole_city(bar.needs, seed)
    deadline_s = (bar.solve_s - MARGIN_S * bar.needs / 1000) * patience
    started, core_started = perf_counter(), _core_s()
    answer = solve_whole_needs(problem, rules, seed=0, threads=THREADS, deadline_s=deadline_s)
    solved, core_s = perf_counter(), _core_s() - core_started
    assert answer is not None
    certificate = certify_whole_needs(problem, rules, answer)
    checked = perf_counter()
    assert certificate.violations == ()
    classes = range(len(certificate.class_unmet))
    unmet_cost = sum((3 - c) * CLASS_STEP * certificate.class_unmet[c] for c in classes)
    bound = certificate.cost_bound - unmet_cost
    return {
        "needs": bar.needs,
        "seed": seed,
        "unmet": list(certificate.class_unmet),
        "bound": list(certificate.class_bound),
        "units_s": round(answer.units_s, 2),
        "cost": certificate.cost - unmet_cost,
        "cost_bound": bound,
        "gap_percent": round((certificate.cost - certificate.cost_bound) / bound * 100, 3),
        "solve_s": round(solved - started, 1),
        "core_s": round(core_s, 1),
        "check_s": round(checked - solved, 1),
        "load": round(os.getloadavg()[0], 1),
    }


def _core_s() -> float:
    """Core seconds used so far, those of ended worker processes included."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _missed(bar: Bar, rows: list[dict[str, Any]]) -> list[str]:
    """Bars that the rows of this size do not clear."""
    lines: list[str] = []
    for row in rows:
        if row["needs"] != bar.needs:
            continue
        name = f"{row['needs']} needs, seed {row['seed']}"
        if row["unmet"] != row["bound"]:
            lines.append(f"{name}: units {row['unmet']} are not proven, the bound is {row['bound']}")
        if row["units_s"] > bar.units_s:
            lines.append(f"{name}: {row['units_s']} s to the units, above {bar.units_s}")
        if row["gap_percent"] > bar.gap:
            lines.append(f"{name}: {row['gap_percent']} % above the bound, more than {bar.gap}")
        if row["core_s"] > bar.solve_s * THREADS:
            lines.append(f"{name}: {row['core_s']} core seconds, above {bar.solve_s * THREADS}")
    gaps = [row["gap_percent"] for row in rows if row["needs"] == bar.needs]
    if gaps and statistics.median(gaps) > bar.median_gap:
        lines.append(f"{bar.needs} needs: {statistics.median(gaps)} % in the median, more than {bar.median_gap}")
    return lines


def table(results: dict[str, Any]) -> str:
    """The README's table, from the results file alone."""
    lines = [
        f"{results['date']}, {results['machine']}, {THREADS} threads; {results['versions']}.",
        "Load: processes that wanted a core while it ran, ours included; above 2 it had less than the whole machine,",
        "and the core seconds, of which two cores give 120 a minute, say more than the wall's.",
        "",
        (
            "| needs | seed | unmet per class | bound per class | proven | s to units | service cost | bound | gap % "
            "| s | core s | check s | load |"
        ),
        "|" + "---|" * 13,
    ]
    for row in results["rows"]:
        cells = [
            f"{row['needs']:,}",
            str(row["seed"]),
            " / ".join(f"{units:,}" for units in row["unmet"]),
            " / ".join(f"{units:,}" for units in row["bound"]),
            "yes" if row["unmet"] == row["bound"] else "no",
            f"{row['units_s']:.1f}",
            f"{row['cost']:,}",
            f"{row['cost_bound']:,}",
            f"**{row['gap_percent']:.2f}**",
            f"{row['solve_s']:.0f}",
            f"{row['core_s']:.0f}",
            f"{row['check_s']:.1f}",
            f"{row['load']:.1f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

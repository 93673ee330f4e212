"""
From a street's rows to every reason, on one core: ``python -m tests.benchmarks.bench_build``.

Compilation is excluded by a small street before. Peak memory is that of the whole process, so each stage shows what
it adds to the one before.
"""

import resource
import sys
from collections.abc import Callable
from time import perf_counter

from graph_schema.assemble import snapshot
from graph_schema.model.street import StreetGraph
from graph_schema.workdays import WorkCalendar
from matcher.build import build
from matcher.explain import explain
from matcher.policy import Policy
from matcher.solve import solve
from tests.instances.busy_street import busy_street
from tests.instances.street_graphs import MONDAY

NEEDS, RESOURCES, SEED = 5000, 2000, 1


def main() -> None:
    """Print seconds and peak megabytes of each stage."""
    run(busy_street(50, 50, seed=SEED), lambda *_: None)
    graph = busy_street(NEEDS, RESOURCES, seed=SEED)
    items = sum(category.parent is not None for category in graph.taxonomy.categories)
    sys.stdout.write(f"{NEEDS} needs, {RESOURCES} resources, {items} categories, seed {SEED}\n")
    run(graph, tell)


def run(graph: StreetGraph, done: Callable[[str, float, str], None]) -> None:
    """Go the whole way; ``done`` hears of each stage, its seconds and what it made."""
    begin = perf_counter()
    seen = snapshot(graph, as_of=MONDAY, horizon_days=90, calendar=WorkCalendar())
    done("snapshot", perf_counter() - begin, f"{len(seen.needs)} needs, {len(seen.windows)} windows")
    begin = perf_counter()
    instance = build(seen, Policy(), seed=SEED)
    done("build", perf_counter() - begin, f"{instance.problem.n_pairs} pairs")
    begin = perf_counter()
    plan = solve(instance.problem, instance.rules, seed=SEED, deadline_s=120)
    done("solve", perf_counter() - begin, f"{plan.status}, proven {plan.certificate.proven}")
    begin = perf_counter()
    told = explain(instance, plan)
    done("explain", perf_counter() - begin, f"{len(told.pairings)} pairings, {len(told.shortfalls)} shortfalls")


def tell(stage: str, seconds: float, made: str) -> None:
    """One line of a stage, with the process's peak so far."""
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    sys.stdout.write(f"{stage:>8} {seconds:7.2f} s  peak {peak_mb:5.0f} MB  {made}\n")


if __name__ == "__main__":
    main()

"""
Walks against scipy, on one core: ``python -m tests.benchmarks.bench_travel``.

The contenders take turns in one process and must agree; compilation is excluded. Ends with 1 if a bar was missed.
"""

import statistics
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from matcher.kernels.bounded_dijkstra import walk_pairs
from matcher.travel import TICKS_PER_M, walk_distances_m
from tests.instances.walks import city, nearby

BLOCKS = 548
BLOCK_M = 60.0
LIMIT_M = 990.0
SEARCHES = 200
BATCH = 100
"""Sources of one scipy call: its rows are as long as the network, 240 MB for these."""
REPETITIONS = 7


def run() -> list[dict[str, Any]]:
    """One row a comparison: name, peer, ratio of medians, bar, and each one's median seconds and spread."""
    return [_searches(), _search_call()]


def _searches() -> dict[str, Any]:
    """The searches alone, over a network made ready: what each further origin costs."""
    network, origins, targets, pairs, graph = _walks(4000)
    arc_ticks = np.rint(network.length * TICKS_PER_M).astype(np.int32)
    origin_node, target_node = origins.astype(np.int32), targets.astype(np.int32)
    no_access = np.zeros(len(targets), np.int64)
    ticks = np.empty(len(pairs[1]), np.int64)

    def ours() -> float:
        begin = perf_counter()
        walk_pairs(
            np.argsort(origin_node),
            origin_node,
            no_access[: len(origins)],
            target_node,
            no_access,
            *pairs,
            int(LIMIT_M * TICKS_PER_M),
            network.start,
            network.target,
            arc_ticks,
            ticks,
        )
        return (perf_counter() - begin) / len(origins)

    def scipys() -> float:
        begin = perf_counter()
        dijkstra(graph, indices=origins[:BATCH], limit=LIMIT_M)
        return (perf_counter() - begin) / BATCH

    return _row("one bounded search, 300,304 crossings", "scipy dijkstra(limit)", 25.0, ours, scipys)


def _search_call() -> dict[str, Any]:
    """A whole call with all that prepares it, from arrays to distances, which both must agree on."""
    network, origins, targets, pairs, graph = _walks(SEARCHES)
    found: dict[str, Any] = {}
    pair_origin = np.repeat(np.arange(SEARCHES), np.diff(pairs[0]))

    def ours() -> float:
        begin = perf_counter()
        found["ours"], _ = walk_distances_m(
            network, network.node_xy[origins], network.node_xy[targets], *pairs, limit_m=LIMIT_M
        )
        return perf_counter() - begin

    def scipys() -> float:
        begin = perf_counter()
        batches = [dijkstra(graph, indices=origins[i : i + BATCH], limit=LIMIT_M) for i in range(0, SEARCHES, BATCH)]
        found["scipy"] = np.concatenate(batches)[pair_origin, targets[pairs[1]]]
        return perf_counter() - begin

    row = _row(f"a call with {SEARCHES} searches, all preparation included", "scipy dijkstra(limit)", 1.0, ours, scipys)
    within = found["scipy"] <= LIMIT_M
    if not (np.array_equal(found["ours"] >= 0, within) and np.abs(found["ours"] - found["scipy"])[within].max() <= 1):
        message = "the walks differ from scipy's"
        raise AssertionError(message)
    return row


def _walks(n_origins: int) -> tuple[Any, Any, Any, Any, Any]:
    random = np.random.default_rng(1)
    network = city(BLOCKS, seed=1, block_m=BLOCK_M)
    origins = random.choice(len(network.node_xy), n_origins, replace=False)
    targets = random.choice(len(network.node_xy), 20_000, replace=False)
    pairs = nearby(network.node_xy[origins], network.node_xy[targets], LIMIT_M)
    graph = csr_array((network.length, network.target, network.start), shape=(len(network.node_xy),) * 2)
    return network, origins, targets, pairs, graph


def _row(name: str, peer: str, bar: float, ours: Callable[[], float], theirs: Callable[[], float]) -> dict[str, Any]:
    ours()  # compiles
    times: dict[str, list[float]] = {"ours": [], "peer": []}
    for _ in range(REPETITIONS):
        times["ours"].append(ours())
        times["peer"].append(theirs())
    median = {who: statistics.median(seconds) for who, seconds in times.items()}
    return {
        "name": name,
        "peer": peer,
        "ratio": round(median["peer"] / median["ours"], 2),
        "bar": bar,
        "median": {who: float(f"{seconds:.3g}") for who, seconds in median.items()},
        "spread": {who: [float(f"{end:.3g}") for end in (min(s), max(s))] for who, s in times.items()},
    }


def main() -> int:
    """Print every row; 1 if one missed its bar."""
    rows = run()
    for row in rows:
        sys.stdout.write(
            f"{row['name']}: {row['ratio']} times {row['peer']} (bar {row['bar']}), "
            f"{row['median']['ours']} s against {row['median']['peer']} s, spread {row['spread']}\n"
        )
    return int(any(row["ratio"] < row["bar"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())

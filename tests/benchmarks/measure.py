"""One instance, all contenders in turn, in one process on one core."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, fields
from time import perf_counter

from matcher.problem import Problem
from matcher.solve import solve
from tests.instances.complete_peers import complete_network
from tests.instances.peers import by_ortools, by_pylmcf, rows, solve_by_component, solve_whole

OURS = "needlework"


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody to be compared with, and how many times faster we mean to be."""

    name: str
    solve: Callable[[Problem], int]
    bar: float
    bar_city: float


@dataclass(frozen=True, slots=True)
class Times:
    """Wall seconds of all repetitions."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one row showed."""

    times: dict[str, Times]
    certify: Times
    objective: int
    pivots: int


def peers(problem: Problem) -> list[Peer]:
    """The need of each pair is handed to them for nothing."""
    need = rows(problem)
    return [
        Peer("pylmcf per component", lambda p: solve_by_component(p, by_pylmcf, need), bar=4, bar_city=4),
        Peer("OR-Tools whole", lambda p: solve_whole(p, by_ortools, need), bar=20, bar_city=30),
    ]


def complete_peers(problem: Problem) -> list[Peer]:
    """The network of the complete core, every segment an arc, is handed to them for nothing."""
    net = complete_network(problem)
    return [
        Peer("pylmcf whole", lambda _: by_pylmcf(net), bar=2, bar_city=2),
        Peer("OR-Tools whole", lambda _: by_ortools(net), bar=4, bar_city=4),
    ]


def measure(problem: Problem, against: list[Peer], reps: int, say: Callable[[str], None]) -> Measured:
    """
    Each contender once per repetition, in turn, so that a busy neighbour slows all of them.

    Ours runs from plain arrays to the plan: validation, components, layout and prices included, the
    certificate timed apart. A peer runs from the same arrays to its flows. Objectives must agree every time.
    """
    seconds: dict[str, list[float]] = {OURS: [], **{peer.name: [] for peer in against}}
    certify_s: list[float] = []
    arrays = [getattr(problem, field.name) for field in fields(problem)]
    objective, pivots = 0, 0
    for rep in range(reps):
        say(f"repetition {rep + 1} of {reps}: {OURS}")
        started = perf_counter()
        plan = solve(Problem(*arrays))
        seconds[OURS].append(perf_counter() - started - plan.certify_s)
        certify_s.append(plan.certify_s)
        assert plan.certificate.proven
        objective, pivots = plan.objective, plan.pivots
        del plan
        for peer in against:
            say(f"repetition {rep + 1} of {reps}: {peer.name}")
            started = perf_counter()
            found = peer.solve(problem)
            seconds[peer.name].append(perf_counter() - started)
            assert found == objective, f"{peer.name} found {found}, we {objective}"
    times = {name: Times(tuple(taken)) for name, taken in seconds.items()}
    return Measured(times, Times(tuple(certify_s)), objective, pivots)

"""
Published instances with known optima.

All assignment instances are transportation problems. Of the flow instances transport_40x30 is one as it
stands. netgen_8_08a and netgen_8_10a are not (nodes between sources and sinks, arcs with limits), nor is
circulation_100_0_10 (no sources, negative costs); each becomes one of the same optimum when its arcs are seen
as needs, so all four are solved.
"""

import csv
from pathlib import Path

import pytest

from matcher.problem import Problem
from matcher.solve import solve
from matcher.status import Status
from tests.instances.peers import PEERS, solve_whole
from tests.instances.published import (
    arcs_as_needs,
    assignment_problem,
    read_assignment,
    read_flow,
    transportation_problem,
)

pytestmark = pytest.mark.data

TRANSPORTATION_AS_THEY_STAND = {"transport_40x30"}


def known_optima(folder: Path) -> dict[str, int]:
    with (folder / "known_optima.csv").open(encoding="utf-8") as lines:
        return {row["instance"]: int(row["optimum"]) for row in csv.DictReader(lines)}


def assert_optimum(problem: Problem, optimum: int) -> None:
    plan = solve(problem)
    assert plan.status is Status.OPTIMAL
    assert plan.unmet.sum() == 0
    assert plan.objective == optimum
    for peer in PEERS.values():
        assert solve_whole(problem, peer) == optimum


def test_every_assignment_instance_has_its_known_optimum(test_data: Path) -> None:
    folder = test_data / "instances" / "assign"
    known = known_optima(folder)
    files = sorted(folder.glob("*.txt"))
    assert {file.stem for file in files} == set(known)
    for file in files:
        assert_optimum(assignment_problem(read_assignment(file)), known[file.stem])


def test_every_flow_instance_that_is_a_transportation_problem_has_its_known_optimum(test_data: Path) -> None:
    folder = test_data / "instances" / "flow"
    known = known_optima(folder)
    found = {file.stem: read_flow(file) for file in sorted(folder.glob("*.min"))}
    assert set(found) == set(known)
    assert {name for name, flow in found.items() if flow.is_transportation} == TRANSPORTATION_AS_THEY_STAND
    for name in TRANSPORTATION_AS_THEY_STAND:
        assert_optimum(transportation_problem(found[name]), known[name])


def test_every_flow_instance_has_its_known_optimum_with_its_arcs_seen_as_needs(test_data: Path) -> None:
    folder = test_data / "instances" / "flow"
    known = known_optima(folder)
    for file in sorted(folder.glob("*.min")):
        problem, constant = arcs_as_needs(read_flow(file))
        assert_optimum(problem, known[file.stem] - constant)

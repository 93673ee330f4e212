"""Published generalised assignments reach their known optimum, and what is claimed about the others holds."""

from pathlib import Path

import pytest

from matcher.solve import solve
from matcher.status import Status
from tests.instances.assignment import Sense, as_problem, in_its_own_terms, read_assignments, read_best_known

pytestmark = pytest.mark.data


@pytest.mark.parametrize(
    ("file", "name", "sense"), [("gapa", "a05100", "min"), ("gapa", "a05200", "min"), ("gapa", "a05100", "max")]
)
def test_an_assignment_of_class_a_reaches_its_known_optimum(
    test_data: Path, file: str, name: str, sense: Sense
) -> None:
    folder = test_data / "instances" / "gap"
    known = read_best_known(folder / "best_known.csv")[name, sense]
    instance = next(i for i in read_assignments(folder / f"{file}.txt") if i.name == name)
    plan = solve(*as_problem(instance, sense), deadline_s=60)
    assert plan.status is Status.OPTIMAL
    assert not plan.unmet.any()
    assert in_its_own_terms(instance, sense, plan.objective) == known.low == known.high


def test_a_small_tight_assignment_reaches_its_known_optimum_and_its_bound_holds(test_data: Path) -> None:
    folder = test_data / "instances" / "gap"
    instance = read_assignments(folder / "gap1.txt")[0]
    known = read_best_known(folder / "best_known.csv")[instance.name, "max"]
    plan = solve(*as_problem(instance, "max"), deadline_s=60)
    found, bound = (in_its_own_terms(instance, "max", value) for value in (plan.objective, plan.bound))
    assert not plan.unmet.any()
    assert found == known.low == known.high <= bound

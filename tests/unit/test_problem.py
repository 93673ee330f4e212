"""A problem is validated once, in its constructor, and says what is wrong."""

from typing import Any

import numpy as np
import pytest

from matcher.errors import InvalidProblemError, MatcherError
from matcher.problem import MAX_UNIT_COST, Problem


def fields(**changes: Any) -> dict[str, Any]:
    """Two needs, two resources, three pairs; with changes."""
    made: dict[str, Any] = {
        "demand": np.array([3, 4]),
        "unmet_cost": np.array([100, 90]),
        "capacity": np.array([5, 1]),
        "row_start": np.array([0, 2, 3]),
        "pair_resource": np.array([0, 1, 0]),
        "pair_cost": np.array([7, 3, 2]),
    }
    made.update(changes)
    return made


def test_integers_of_any_width_are_stored_in_the_stated_types() -> None:
    problem = Problem(**fields(demand=np.array([3, 4], np.uint8), pair_cost=np.array([7, 3, 2], np.int16)))
    assert (problem.demand.dtype, problem.pair_cost.dtype) == (np.int64, np.int32)
    assert (problem.n_needs, problem.n_resources, problem.n_pairs) == (2, 2, 3)


def test_stored_arrays_cannot_be_written_and_the_callers_still_can() -> None:
    demand = np.array([3, 4])
    problem = Problem(**fields(demand=demand))
    with pytest.raises(ValueError, match="read-only"):
        problem.demand[0] = 1
    demand[0] = 9


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"demand": np.array([3, -4])}, r"demand\[1\] is -4, outside 0", id="negative demand"),
        pytest.param({"demand": [3, 4]}, "demand must be an array of one dimension, not a list", id="list"),
        pytest.param({"demand": np.array([[3, 4]])}, r"not an array of shape \(1, 2\)", id="two dimensions"),
        pytest.param({"demand": np.array([3.0, 4.0])}, "type float64, not integer.*Maybe", id="floats"),
        pytest.param({"demand": np.array([True, False])}, "type bool, not integer", id="booleans"),
        pytest.param({"unmet_cost": np.array([1])}, "unmet_cost has 1 entries where 2", id="short column"),
        pytest.param({"unmet_cost": np.array([1, -2])}, r"unmet_cost\[1\] is -2", id="negative unmet cost"),
        pytest.param(
            {"unmet_cost": np.array([1, MAX_UNIT_COST + 1])},
            rf"unmet_cost\[1\] is {MAX_UNIT_COST + 1}, outside 0 to {MAX_UNIT_COST}",
            id="unmet cost beyond the range",
        ),
        pytest.param({"capacity": np.array([-5, 1])}, r"capacity\[0\] is -5", id="negative capacity"),
        pytest.param({"pair_cost": np.array([7, 3, -2])}, r"pair_cost\[2\] is -2", id="negative pair cost"),
        pytest.param({"pair_cost": np.array([7, 3, 2**31])}, r"pair_cost\[2\] is 2147483648", id="dear pair"),
        pytest.param({"pair_resource": np.array([0, 2, 0])}, r"pair_resource\[1\] is 2", id="no such resource"),
        pytest.param({"pair_resource": np.array([0, -1, 0])}, r"pair_resource\[1\] is -1", id="index -1"),
        pytest.param({"row_start": np.array([0, 2, 2])}, "runs from 0 to 2, but the pairs", id="rows too short"),
        pytest.param({"row_start": np.array([1, 2, 3])}, "runs from 1 to 3", id="rows begin late"),
        pytest.param(
            {"demand": np.array([1, 1, 1]), "unmet_cost": np.ones(3, int), "row_start": np.array([0, 3, 2, 3])},
            r"row_start\[2\] is 2, below row_start\[1\] = 3",
            id="rows fall",
        ),
        pytest.param({"capacity": np.zeros(0, int)}, "3 pairs but no resource", id="pairs without resources"),
        pytest.param(
            {"demand": np.array([2**60, 1])}, r"demand sums to 1152921504606846977; times .* 100,.*coarser", id="sum"
        ),
        pytest.param({"capacity": np.array([2**61, 2**61])}, "capacity sums to 4611686018427387904", id="wrapping"),
        pytest.param({"need_xy": np.zeros((2, 3))}, r"need_xy must have shape \(2, 2\)", id="three coordinates"),
        pytest.param({"need_xy": np.array([[0, 0], [np.nan, 1]])}, r"need_xy\[1\].*unlocated", id="nan place"),
    ],
)
def test_a_wrong_field_is_named_with_its_value(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidProblemError, match=said):
        Problem(**fields(**changes))


def test_more_pairs_than_can_be_numbered_are_refused_before_they_are_looked_at() -> None:
    endless = np.broadcast_to(np.int8(0), (2**31,))
    with pytest.raises(
        InvalidProblemError, match=r"2 resources and 2147483648 pairs: .* Maybe solve it region by region"
    ):
        Problem(**fields(pair_resource=endless, pair_cost=endless, row_start=np.array([0, 2**31, 2**31])))


def test_an_invalid_problem_is_a_matcher_error() -> None:
    assert issubclass(InvalidProblemError, MatcherError)

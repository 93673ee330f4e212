"""A problem is validated once, in its constructor, and says what is wrong."""

from typing import Any

import numpy as np
import pytest

from matcher.errors import InvalidProblemError, MatcherError
from matcher.problem import MAX_GROUP_COST, MAX_UNIT_COST, CommonLimits, Problem, ShortfallCosts


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


def limits(**changes: Any) -> CommonLimits:
    """Two resources below one limit each of two, and one above both; with changes."""
    made: dict[str, Any] = {
        "of_resource": np.array([0, 1]),
        "above": np.array([2, 2, -1]),
        "capacity": np.array([4, 1, 4]),
    }
    return CommonLimits(**(made | changes))


def shortfall(**changes: Any) -> ShortfallCosts:
    """Two needs in two groups, and one group above both; with changes."""
    made: dict[str, Any] = {
        "of_need": np.array([0, 1]),
        "above": np.array([2, 2, -1]),
        "segment_start": np.array([0, 2, 3, 5]),
        "from_units": np.array([0, 2, 0, 0, 3]),
        "cost": np.array([1, 5, 0, 2, 2]),
    }
    return ShortfallCosts(**(made | changes))


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


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"of_resource": np.array([0])}, "limits.of_resource has 1 entries where 2", id="short"),
        pytest.param({"of_resource": np.array([0, 3])}, r"limits.of_resource\[1\] is 3, outside -1 to 2", id="no such"),
        pytest.param({"above": np.array([2, 1, -1])}, r"limits.above\[1\] is 1, not a number above 1", id="own parent"),
        pytest.param({"above": np.array([2, 2, 0])}, r"limits.above\[2\] is 0.*lowest level first", id="circle"),
        pytest.param({"above": np.array([2, 2, 3])}, r"limits.above\[2\] is 3, outside -1 to 2", id="beyond"),
        pytest.param({"capacity": np.array([4, -1, 4])}, r"limits.capacity\[1\] is -1", id="negative"),
        pytest.param({"capacity": np.array([4.0, 1, 4])}, "limits.capacity has type float64", id="floats"),
        pytest.param({"capacity": np.array([4, 1])}, "limits.capacity has 2 entries where 3", id="one too few"),
        pytest.param({"above": [2, 2, -1]}, "limits.above must be an array of one dimension, not a list", id="list"),
    ],
)
def test_a_wrong_limit_is_named_with_its_value(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidProblemError, match=said):
        Problem(**fields(limits=limits(**changes)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"of_need": np.array([0, 3])}, r"shortfall.of_need\[1\] is 3, outside -1 to 2", id="no such"),
        pytest.param({"above": np.array([2, 0, -1])}, r"shortfall.above\[1\] is 0, not a number above 1", id="back"),
        pytest.param({"segment_start": np.array([0, 2, 3])}, "segment_start has 3 entries where 4", id="short"),
        pytest.param({"segment_start": np.array([0, 2, 3, 4])}, "runs from 0 to 4, but the segments", id="ends early"),
        pytest.param({"segment_start": np.array([0, 3, 2, 5])}, r"segment_start\[2\] is 2, below", id="falls"),
        pytest.param({"segment_start": np.array([0, 2, 2, 5])}, "gives group 1 no segment. Maybe", id="no segment"),
        pytest.param({"from_units": np.array([0, 2, 1, 0, 3])}, r"from_units\[2\] is 1, but the first", id="late"),
        pytest.param({"from_units": np.array([0, 2, 0, 0, 0])}, r"from_units\[4\] is 0, not above", id="no width"),
        pytest.param({"from_units": np.array([0, -2, 0, 0, 3])}, r"from_units\[1\] is -2, outside", id="negative"),
        pytest.param(
            {"cost": np.array([6, 5, 0, 2, 2])}, r"cost\[1\] is 5, below shortfall.cost\[0\] = 6", id="concave"
        ),
        pytest.param({"cost": np.array([1, 5, 0, 2, 2**41])}, rf"outside 0 to {MAX_GROUP_COST}", id="dear"),
        pytest.param({"from_units": np.array([0, 2, 0, 0])}, "from_units has 4 entries where 5", id="one too few"),
    ],
)
def test_a_wrong_shortfall_is_named_with_its_value(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidProblemError, match=said):
        Problem(**fields(shortfall=shortfall(**changes)))


def test_limits_and_groups_are_stored_in_the_stated_types_and_cannot_be_written() -> None:
    problem = Problem(**fields(limits=limits(), shortfall=shortfall()))
    assert problem.limits is not None
    assert problem.shortfall is not None
    assert (problem.n_limits, problem.n_groups) == (3, 3)
    assert problem.limits.of_resource.dtype == problem.shortfall.above.dtype == np.int32
    with pytest.raises(ValueError, match="read-only"):
        problem.limits.capacity[0] = 9
    with pytest.raises(ValueError, match="read-only"):
        problem.shortfall.cost[0] = 9


def test_costs_of_all_groups_above_a_need_count_when_sums_are_bounded() -> None:
    dear = shortfall(cost=np.full(5, 2**40 - 1))
    with pytest.raises(InvalidProblemError, match=r"demand sums to 2097153; times .* 2199023255650,"):
        Problem(**fields(demand=np.array([2**21, 1]), shortfall=dear))


def test_more_pairs_than_can_be_numbered_are_refused_before_they_are_looked_at() -> None:
    endless = np.broadcast_to(np.int8(0), (2**31,))
    with pytest.raises(
        InvalidProblemError, match=r"2 resources and 2147483648 pairs: .* Maybe solve it region by region"
    ):
        Problem(**fields(pair_resource=endless, pair_cost=endless, row_start=np.array([0, 2**31, 2**31])))


def test_an_invalid_problem_is_a_matcher_error() -> None:
    assert issubclass(InvalidProblemError, MatcherError)

import numpy as np
import pytest

from matcher.errors import InvalidProblemError
from matcher.travel import WalkingNetwork, WalkMethod, walk_distances_m, walk_seconds
from tests.instances.walks import network_of

NAN = np.nan


def points(*xy: tuple[float, float]) -> np.ndarray:
    return np.array(xy, dtype=np.float64).reshape(-1, 2)


def lane(length_m: float = 200.0) -> WalkingNetwork:
    """Two crossings 100 m apart, joined by a crooked lane."""
    return network_of(points((0, 0), (100, 0)), np.array([[0, 1]]), np.array([length_m]))


def all_pairs(origins: int, targets: int) -> tuple[np.ndarray, np.ndarray]:
    start = np.arange(origins + 1, dtype=np.int64) * targets
    return start, np.tile(np.arange(targets, dtype=np.int32), origins)


def walks(network: WalkingNetwork | None, origins: np.ndarray, targets: np.ndarray, **options: float) -> list[tuple]:
    options = {"limit_m": 990.0} | options
    distance_m, method = walk_distances_m(network, origins, targets, *all_pairs(len(origins), len(targets)), **options)
    return [(d, WalkMethod(m)) for d, m in zip(distance_m.tolist(), method.tolist(), strict=True)]


def test_a_walk_goes_to_the_nearest_crossing_along_the_lane_and_straight_again() -> None:
    assert walks(lane(), points((0, 10)), points((100, 20), (100, 0))) == [
        (230, WalkMethod.NETWORK),
        (210, WalkMethod.NETWORK),
    ]


def test_without_streets_a_walk_is_the_straight_line_times_the_detour() -> None:
    assert walks(None, points((0, 0)), points((30, 40), (0, 0), (100, 0))) == [
        (65, WalkMethod.STRAIGHT),
        (0, WalkMethod.STRAIGHT),
        (130, WalkMethod.STRAIGHT),
    ]
    assert walks(None, points((0, 0)), points((3, 4)), detour=1.0) == [(5, WalkMethod.STRAIGHT)]


def test_a_walk_beyond_the_limit_is_none_and_one_of_exactly_the_limit_is_a_walk() -> None:
    ends = points((0, 10)), points((100, 20))
    assert walks(lane(), *ends, limit_m=230) == [(230, WalkMethod.NETWORK)]
    assert walks(lane(), *ends, limit_m=229) == [(-1, WalkMethod.NETWORK)]
    assert walks(None, points((0, 0)), points((100, 0)), limit_m=130) == [(130, WalkMethod.STRAIGHT)]
    assert walks(None, points((0, 0)), points((100, 0)), limit_m=129) == [(-1, WalkMethod.STRAIGHT)]


def test_a_point_far_from_the_streets_is_estimated_and_says_so() -> None:
    far_off = points((0, 350))
    assert walks(lane(), far_off, points((0, 300))) == [(65, WalkMethod.STRAIGHT)]
    assert walks(lane(), points((0, 0)), far_off) == [(455, WalkMethod.STRAIGHT)]
    assert walks(lane(), far_off, points((100, 0)), snap_limit_m=400) == [(550, WalkMethod.NETWORK)]


def test_neighbours_in_a_yard_do_not_go_out_to_the_street_and_back() -> None:
    yard = points((0, 80))
    assert walks(lane(), yard, points((0, 80), (10, 80))) == [(0, WalkMethod.STRAIGHT), (13, WalkMethod.STRAIGHT)]
    assert walks(lane(), yard, points((0, 0), (0, -10))) == [(80, WalkMethod.NETWORK), (90, WalkMethod.NETWORK)]
    assert walks(lane(), points((40, 80)), points((60, 80)), limit_m=30) == [(26, WalkMethod.STRAIGHT)]


def test_a_point_without_a_place_is_in_no_walk() -> None:
    nowhere = points((NAN, NAN))
    for network in (None, lane()):
        assert walks(network, nowhere, points((0, 0))) == [(-1, WalkMethod.NONE)]
        assert walks(network, points((0, 0)), nowhere) == [(-1, WalkMethod.NONE)]


def test_streets_that_do_not_meet_are_never_walked_between() -> None:
    apart = network_of(points((0, 0), (0, 50), (100, 0), (100, 50)), np.array([[0, 1], [2, 3]]), np.array([50.0, 50.0]))
    assert walks(apart, points((0, 0)), points((100, 0)), limit_m=90_000) == [(-1, WalkMethod.NETWORK)]


def test_origins_on_one_crossing_share_a_search_that_reaches_far_enough_for_all() -> None:
    origins = points((0, -40), (0, -10), (0, -25))
    assert walks(lane(), origins, points((100, 0)), limit_m=225) == [
        (-1, WalkMethod.NETWORK),
        (210, WalkMethod.NETWORK),
        (225, WalkMethod.NETWORK),
    ]


def test_no_points_and_no_pairs_make_no_walks() -> None:
    assert walks(lane(), points(), points((0, 0))) == []
    assert walks(lane(), points((0, 0)), points()) == []
    assert walks(None, points(), points()) == []


def test_fifteen_minutes_at_ordinary_speed_are_990_m_and_at_an_elders_720() -> None:
    assert walk_seconds(np.array([990, 991, 0, -1], np.int32)).tolist() == [900, 901, 0, -1]
    assert walk_seconds(np.array([720, 721], np.int32), 0.8).tolist() == [900, 902]
    assert walk_seconds(np.array([88, 88], np.int32), np.array([1.1, 0.8])).tolist() == [80, 110]


@pytest.mark.parametrize("speed_mps", [0.0, -1.0, NAN, 101.0])
def test_an_impossible_speed_is_refused(speed_mps: float) -> None:
    with pytest.raises(InvalidProblemError, match="speed_mps"):
        walk_seconds(np.array([1], np.int32), speed_mps)


@pytest.mark.parametrize(
    "options",
    [{"limit_m": -1.0}, {"limit_m": 100_001.0}, {"limit_m": NAN}, {"detour": 0.9}, {"snap_limit_m": -1.0}],
)
def test_a_parameter_out_of_range_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(InvalidProblemError, match="out of range"):
        walks(lane(), points((0, 0)), points((1, 1)), **options)


@pytest.mark.parametrize(
    ("start", "target"),
    [([0, 1], [1]), ([0, 1], [-1]), ([0, 2], [0]), ([1, 1], [0]), ([0], []), ([0, 1, 0], [0])],
)
def test_pairs_that_do_not_fit_the_points_are_refused_before_any_kernel_sees_them(start: list, target: list) -> None:
    origins = points(*[(0, 0)] * (2 if len(start) == 3 else 1))
    with pytest.raises(InvalidProblemError):
        walk_distances_m(
            lane(), origins, points((1, 1)), np.array(start, np.int64), np.array(target, np.int32), limit_m=9
        )


@pytest.mark.parametrize(
    "parts",
    [
        {"node_xy": np.zeros((0, 2))},
        {"node_xy": points((0, 0), (NAN, 0))},
        {"node_xy": np.zeros((2, 3))},
        {"start": np.array([0, 1])},
        {"start": np.array([0, 3, 2])},
        {"target": np.array([1, 2], np.int32)},
        {"target": np.array([-1, 0], np.int32)},
        {"length": np.array([1.0, 0.0])},
        {"length": np.array([1.0, np.inf])},
        {"length": np.array([1.0])},
    ],
)
def test_a_network_that_contradicts_itself_is_refused(parts: dict[str, np.ndarray]) -> None:
    sound = {
        "node_xy": points((0, 0), (1, 0)),
        "start": np.array([0, 1, 2]),
        "target": np.array([1, 0], np.int32),
        "length": np.array([1.0, 1.0]),
    }
    WalkingNetwork(**sound)
    with pytest.raises(InvalidProblemError):
        WalkingNetwork(**sound | parts)

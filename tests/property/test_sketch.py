"""The sketch map: nothing outside the frame, cells that divide the plane, shades that follow the figures."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.geometry import MAX_CELLS, Frame, cells, round_length_m, typical_spacing
from api.pages.sketch import MARGIN, SketchArea, SketchLink, SketchNeed, SketchResource, draw, shade_of

degrees = st.tuples(st.floats(120.55, 120.65), st.floats(31.28, 31.34))
pixels = st.tuples(st.integers(0, 900), st.integers(0, 600)).map(lambda p: (float(p[0]), float(p[1])))


def area_of(polygon: list[tuple[float, float]]) -> float:
    turned = polygon[1:] + polygon[:1]
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(polygon, turned, strict=True))) / 2


@given(st.lists(degrees, min_size=1, max_size=30))
def test_every_point_lies_inside_the_frame(points: list[tuple[float, float]]) -> None:
    frame = Frame.around(points, width=960, max_height=640, margin=MARGIN)
    for lon, lat in points:
        x, y = frame.place(lon, lat)
        assert MARGIN - 1e-6 <= x <= frame.width - MARGIN + 1e-6
        assert MARGIN - 1e-6 <= y <= frame.height - MARGIN + 1e-6


def test_a_kilometre_is_as_long_to_the_east_as_to_the_north() -> None:
    frame = Frame.around([(120.58, 31.295), (120.62, 31.325)], width=960, max_height=640, margin=MARGIN)
    x, y = frame.place(120.60, 31.31)
    north = math.dist((x, y), frame.place(120.60, 31.31 + 1 / 111.195))
    east = math.dist((x, y), frame.place(120.60 + 1 / (111.195 * math.cos(math.radians(31.31))), 31.31))
    assert north == pytest.approx(east, rel=1e-3)
    assert north == pytest.approx(1000 * frame.px_per_m, rel=1e-3)


@given(st.lists(pixels, min_size=2, max_size=25, unique=True))
def test_what_lies_in_a_cell_is_nearest_to_its_point(points: list[tuple[float, float]]) -> None:
    for here, cell in zip(points, cells(points, 120.0), strict=True):
        for corner in cell:
            nearest = min(math.dist(corner, there) for there in points)
            assert math.dist(corner, here) <= nearest + 1e-6
            assert math.dist(corner, here) <= 120 + 1e-6


@given(st.lists(pixels, min_size=2, max_size=12, unique=True))
def test_cells_do_not_overlap(points: list[tuple[float, float]]) -> None:
    one = area_of(cells([(0.0, 0.0), (1e6, 1e6)], 120.0)[0])
    areas = [area_of(cell) for cell in cells(points, 120.0)]
    assert all(0 < area <= one + 1e-6 for area in areas)
    pair = cells(points[:2], 120.0)
    middle = ((points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2)
    normal = (points[1][0] - points[0][0], points[1][1] - points[0][1])
    sides = [[(x - middle[0]) * normal[0] + (y - middle[1]) * normal[1] for x, y in cell] for cell in pair]
    assert max(sides[0]) <= 1e-6
    assert min(sides[1]) >= -1e-6


def test_points_that_coincide_have_one_cell_and_too_many_have_none() -> None:
    assert [bool(cell) for cell in cells([(0.0, 0.0), (0.0, 0.0), (9.0, 0.0)], 10)] == [True, False, True]
    assert not any(cells([(float(i), 0.0) for i in range(MAX_CELLS + 1)], 10))


def test_the_spacing_of_a_grid_is_its_step() -> None:
    assert typical_spacing([(x * 7.0, y * 7.0) for x in range(4) for y in range(4)]) == pytest.approx(7.0)
    assert typical_spacing([(1.0, 1.0)]) == 1.0
    assert typical_spacing([(1.0, 1.0), (1.0, 1.0)]) == 1.0


@given(st.floats(0, 1e7))
def test_the_scale_is_a_round_length_that_fits(longest: float) -> None:
    length = round_length_m(longest)
    assert str(length)[0] in "125"
    assert set(str(length)[1:]) <= {"0"}
    assert length <= max(longest, 1)
    assert length * 2.5 >= min(max(longest, 1), 1e7) * 0.999 or length * 2.5 > longest


@pytest.mark.parametrize(
    ("asked", "served", "shade"),
    [
        (0, 0, "c0"),
        (7, 7, "c5"),
        (100, 99, "c4"),
        (10, 9, "c4"),
        (10, 8, "c3"),
        (10, 6, "c2"),
        (10, 5, "c1"),
        (3, 0, "c1"),
    ],
)
def test_the_shade_follows_what_was_met(asked: int, served: int, shade: str) -> None:
    assert shade_of(asked, served)[0] == shade


def test_only_all_is_a_hundred_percent() -> None:
    assert shade_of(1000, 999) == ("c4", 99)


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(random: object) -> None:
    areas = [SketchArea(f"社区{i}", 120.58 + i * 0.004, 31.30, 3, i) for i in range(4)]
    needs = [SketchNeed(f"n{i}", f"需求{i}", 120.58 + i % 3 * 0.004, 31.30, ("met", "unmet")[i % 2]) for i in range(9)]
    resources = [SketchResource(f"r{i}", f"资源{i}", 120.59 + i % 2 * 0.004, 31.31, i % 2 == 0) for i in range(5)]
    links = [SketchLink(f"r{i}", f"n{i * 2}", 1 + i % 2, f"{i}") for i in range(4)]
    expected = draw(areas, needs, resources, links)
    for group in (needs, resources, links):
        random.shuffle(group)  # type: ignore[attr-defined]
    assert draw(areas, needs, resources, links) == expected


def test_nothing_with_a_place_makes_no_map() -> None:
    assert draw([], [], [], []) is None


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(0, 3)), min_size=1, max_size=60))
def test_marks_at_one_place_stand_beside_each_other(needs: list[tuple[int, int]]) -> None:
    sketch = draw(
        [],
        [
            SketchNeed(f"n{i}", "需求", 120.6 + place * 1e-5, 31.3, "met", count)
            for i, (count, place) in enumerate(needs)
        ],
        [],
        [],
    )
    assert sketch is not None
    assert len(sketch.marks) == len(needs)
    for i, mark in enumerate(sketch.marks):
        for other in sketch.marks[:i]:
            assert math.dist((mark.x, mark.y), (other.x, other.y)) >= mark.size + other.size


def test_marks_keep_out_of_the_labels() -> None:
    areas = [SketchArea(name, 120.60 + i * 0.005, 31.30, 1, 1) for i, name in enumerate(("彩香一村四区", "石路"))]
    needs = [SketchNeed(f"n{i}", "需求", 120.60, 31.30, "met") for i in range(30)]
    sketch = draw(areas, needs, [], [])
    assert sketch is not None
    label = sketch.cells[0]
    half = len(label.name) * 12 / 2
    for mark in sketch.marks:
        beside = abs(mark.x - label.x) >= half + mark.size - 1e-6
        assert beside or mark.y + mark.size <= label.y - 11 or mark.y - mark.size >= label.y + 14


def test_a_link_joins_the_marks_that_it_names_and_one_without_a_place_is_counted() -> None:
    needs = [SketchNeed("n", "需求", 120.60, 31.30, "partly", 7)]
    resources = [SketchResource("r", "资源", 120.61, 31.31, used=True)]
    sketch = draw([], needs, resources, [SketchLink("r", "n", 7, "a"), SketchLink("nowhere", "n", 1, "b")])
    assert sketch is not None
    need, resource = sketch.marks
    (thread,) = sketch.threads
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", thread.path)]
    assert numbers[:2] == pytest.approx([resource.x, resource.y], abs=0.1)
    assert numbers[-2:] == pytest.approx([need.x, need.y], abs=0.1)
    assert sketch.left_out == 1
    assert (need.kind, need.count, resource.kind) == ("need partly", 7, "resource used")

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph_schema.geo import Crs, from_wgs84, great_circle_m, in_china, planar_m, to_wgs84
from tests.property.settings import FIXED

INSIDE = st.tuples(st.floats(73.5, 135.0), st.floats(18.0, 53.5))
STREET = st.tuples(st.floats(0, 20_000), st.floats(0, 2 * np.pi))


@given(INSIDE, st.sampled_from(Crs))
@FIXED
def test_there_and_back_is_the_same_place_within_a_millimetre(point: tuple[float, float], crs: Crs) -> None:
    lon, lat = point
    assert great_circle_m(lon, lat, *to_wgs84(*from_wgs84(lon, lat, crs), crs)) < 0.001


@given(INSIDE, st.sampled_from(Crs))
@FIXED
def test_back_and_there_is_the_same_place_within_a_millimetre(point: tuple[float, float], crs: Crs) -> None:
    lon, lat = point
    assert great_circle_m(lon, lat, *from_wgs84(*to_wgs84(lon, lat, crs), crs)) < 0.001


@given(INSIDE)
@FIXED
def test_an_offset_is_never_large_enough_to_look_like_another_street(point: tuple[float, float]) -> None:
    for crs in (Crs.GCJ02, Crs.BD09):
        assert 10 < great_circle_m(*point, *from_wgs84(*point, crs)) < 2500


@given(st.tuples(st.floats(-180, 180), st.floats(-85, 85)).filter(lambda point: not in_china(*point)))
@FIXED
def test_outside_china_nothing_is_moved_to_gcj02(point: tuple[float, float]) -> None:
    assert from_wgs84(*point, Crs.GCJ02) == point


@given(st.lists(INSIDE, min_size=1, max_size=5))
@FIXED
def test_an_array_moves_as_its_points_do(points: list[tuple[float, float]]) -> None:
    lon, lat = np.array(points).T
    for crs in Crs:
        together = to_wgs84(lon, lat, crs)
        alone = np.array([to_wgs84(*point, crs) for point in points]).T
        assert np.allclose(together, alone, rtol=0, atol=1e-8)


@given(INSIDE, STREET, STREET)
@FIXED
def test_planar_distances_within_a_street_are_those_of_the_great_circle(
    origin: tuple[float, float],
    first: tuple[float, float],
    second: tuple[float, float],
) -> None:
    lon0, lat0 = origin
    distance_m, bearing = np.array([first, second]).T
    lat = lat0 + np.degrees(distance_m * np.cos(bearing) / 6_371_008.8)
    lon = lon0 + np.degrees(distance_m * np.sin(bearing) / 6_371_008.8 / np.cos(np.radians(lat0)))
    xy = planar_m(lon, lat, lon0, lat0)
    planar = np.hypot(*(xy[0] - xy[1]))
    true = great_circle_m(lon[0], lat[0], lon[1], lat[1])
    assert abs(planar - true) <= 1e-5 * true + 2e-4  # planar metres are rounded to tenths of a millimetre

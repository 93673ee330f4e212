import math

import numpy as np
import pytest

from graph_schema.geo import (
    Crs,
    PointProblem,
    from_wgs84,
    great_circle_m,
    in_china,
    parse_crs,
    planar_m,
    point_problem,
    to_wgs84,
)
from graph_schema.model.errors import InvalidValueError


def test_in_suzhou_amap_is_465_m_away_from_gps() -> None:
    moved = from_wgs84(120.603, 31.312, Crs.GCJ02)
    assert float(great_circle_m(120.603, 31.312, *moved)) == pytest.approx(465, abs=1)


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        pytest.param((116.404, 39.915), (116.41024449916938, 39.91640428150164), id="Beijing Tiananmen"),
        pytest.param((116.377817, 39.911954), (116.38404722455657, 39.91334545536069), id="Beijing west"),
        pytest.param((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597), id="Shanghai"),
        pytest.param((113.912316, 22.543847), (113.9171764808363, 22.540796131694766), id="Shenzhen"),
    ],
)
def test_published_points_move_to_their_published_places(
    wgs84: tuple[float, float],
    gcj02: tuple[float, float],
) -> None:
    assert from_wgs84(*wgs84, Crs.GCJ02) == pytest.approx(gcj02, abs=1e-12)
    assert to_wgs84(*gcj02, Crs.GCJ02) == pytest.approx(wgs84, abs=1e-9)


def test_a_published_baidu_point_moves_to_its_published_place() -> None:
    amap = to_wgs84(116.404, 39.915, Crs.GCJ02)
    assert from_wgs84(*amap, Crs.BD09) == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-9)


def test_cgcs2000_is_wgs84() -> None:
    assert to_wgs84(120.6, 31.3, Crs.CGCS2000) == (120.6, 31.3)
    assert from_wgs84(120.6, 31.3, Crs.CGCS2000) == (120.6, 31.3)


@pytest.mark.parametrize(("lon", "lat"), [(139.69, 35.69), (2.35, 48.86), (-58.4, -34.6), (0.0, 0.0)])
def test_outside_china_amap_is_gps(lon: float, lat: float) -> None:
    assert from_wgs84(lon, lat, Crs.GCJ02) == (lon, lat)
    assert to_wgs84(lon, lat, Crs.GCJ02) == (lon, lat)


@pytest.mark.parametrize(
    ("text", "crs"),
    [
        ("WGS-84", Crs.WGS84),
        ("wgs 84", Crs.WGS84),
        ("ＷＧＳ－８４", Crs.WGS84),
        ("EPSG:4326", Crs.WGS84),
        ("GPS坐标", Crs.WGS84),
        ("CGCS2000", Crs.CGCS2000),
        ("国家2000坐标系", Crs.CGCS2000),
        ("2000国家大地坐标系", Crs.CGCS2000),
        ("天地图", Crs.CGCS2000),
        ("gcj-02", Crs.GCJ02),
        ("火星坐标系", Crs.GCJ02),
        ("高德地图", Crs.GCJ02),
        ("腾讯", Crs.GCJ02),
        ("BD-09", Crs.BD09),
        ("bd09ll", Crs.BD09),
        ("百度 坐标", Crs.BD09),
    ]
    + [(str(crs), crs) for crs in Crs],
)
def test_a_coordinate_system_is_known_by_its_usual_names(text: str, crs: Crs) -> None:
    assert parse_crs(text) is crs


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("", "not stated"),
        (" - ", "not stated"),
        ("北京54", "metres of a survey"),
        ("西安80坐标系", "metres of a survey"),
        ("CGCS2000 高斯投影", "metres of a survey"),
        ("mercator", "'mercator' is unknown"),
    ],
)
def test_a_coordinate_system_is_never_guessed(text: str, stated: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        parse_crs(text)
    assert stated in str(refused.value)
    assert "Maybe" in str(refused.value)


@pytest.mark.parametrize(
    ("lon", "lat", "problem"),
    [
        (31.312, 120.603, PointProblem.SWAPPED),
        (12.0603, 31.312, PointProblem.OUTSIDE_CHINA),
        (0.0, 0.0, PointProblem.OUTSIDE_CHINA),
        (40512345.6, 3467890.1, PointProblem.NOT_DEGREES),
        (math.nan, 31.0, PointProblem.NOT_A_NUMBER),
        (120.0, math.inf, PointProblem.NOT_A_NUMBER),
        (120.603, 31.312, None),
    ],
)
def test_a_wrong_point_is_named_for_what_is_wrong(lon: float, lat: float, problem: PointProblem | None) -> None:
    assert point_problem(lon, lat) is problem


def test_a_degree_of_the_equator_and_a_quarter_of_a_meridian_have_their_length() -> None:
    assert float(great_circle_m(0, 0, 1, 0)) == pytest.approx(2 * np.pi * 6_371_008.8 / 360)
    assert float(great_circle_m(10, 0, 77, 90)) == pytest.approx(np.pi / 2 * 6_371_008.8)
    assert float(great_circle_m(0, 0, 180, 0)) == pytest.approx(np.pi * 6_371_008.8)


def test_arrays_keep_their_shape() -> None:
    lon, lat = np.full((2, 3), 120.6), np.full((2, 3), 31.3)
    for crs in Crs:
        assert all(axis.shape == (2, 3) for axis in to_wgs84(lon, lat, crs))
    assert planar_m(lon[0], lat[0], 120.6, 31.3).shape == (3, 2)
    assert in_china(lon, lat).all()


def test_east_is_x_and_north_is_y() -> None:
    assert planar_m([120.6, 120.61, 120.6], [31.3, 31.3, 31.31], 120.6, 31.3) == pytest.approx(
        np.array([[0, 0], [950.1, 0.0], [0, 1112.0]]),
        abs=0.5,
    )


def test_planar_metres_are_rounded_so_that_no_machines_sine_decides() -> None:
    xy = planar_m(np.linspace(120.58, 120.62, 50), np.linspace(31.29, 31.32, 50), 120.6, 31.3)
    assert np.array_equal(xy, np.round(xy, 4))

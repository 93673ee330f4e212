"""
Coordinate systems of Chinese maps, distances, and planar metres.

WGS-84 and CGCS2000 differ by centimetres and are treated as one. GCJ-02 (Amap, Tencent) is WGS-84 with an offset of
hundreds of metres inside China; BD-09 (Baidu) is GCJ-02 with a second one. Longitude comes before latitude everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from graph_schema.model.errors import InvalidValueError

Floats = npt.NDArray[np.float64]

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG), for great-circle distances."""

GCJ02_SEMI_MAJOR_M = 6_378_245.0
"""Semi-major axis of the Krasovsky 1940 ellipsoid, which the GCJ-02 offset is computed on."""
GCJ02_ECCENTRICITY_SQUARED = 0.00669342162296594323
GCJ02_ORIGIN_LON_DEG, GCJ02_ORIGIN_LAT_DEG = 105.0, 35.0
"""Point that the offset's polynomial is centred on."""

BD09_SHIFT_LON_DEG, BD09_SHIFT_LAT_DEG = 0.0065, 0.006
BD09_RADIUS_AMPLITUDE_DEG, BD09_ANGLE_AMPLITUDE_RAD = 2e-5, 3e-6
BD09_WAVE_PER_DEG = 3000.0 * np.pi / 180.0

PLANAR_DECIMALS = 4
"""Of planar metres: sines differ between machines in their last place, and a plan is the same on all of them."""

CHINA_LON_DEG, CHINA_LAT_DEG = (72.004, 137.8347), (0.8293, 55.8271)
"""Rectangle outside of which the GCJ-02 offset is zero, as map providers draw it."""

INVERSE_TOLERANCE_DEG = 1e-9
"""About 0.1 mm; the iteration converges by a factor of some thousand at each step."""
INVERSE_STEPS = 12


class Crs(StrEnum):
    """A coordinate system in which a list may state its coordinates."""

    WGS84 = "WGS-84"
    CGCS2000 = "CGCS2000"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


_SPELLINGS: dict[str, Crs] = {
    "wgs84": Crs.WGS84,
    "wgs1984": Crs.WGS84,
    "epsg4326": Crs.WGS84,
    "4326": Crs.WGS84,
    "gps": Crs.WGS84,
    "gps坐标": Crs.WGS84,
    "世界大地坐标系": Crs.WGS84,
    "地球坐标": Crs.WGS84,
    "地球坐标系": Crs.WGS84,
    "cgcs2000": Crs.CGCS2000,
    "epsg4490": Crs.CGCS2000,
    "4490": Crs.CGCS2000,
    "国家2000": Crs.CGCS2000,
    "国家2000坐标系": Crs.CGCS2000,
    "2000国家大地坐标系": Crs.CGCS2000,
    "国家大地2000": Crs.CGCS2000,
    "大地2000": Crs.CGCS2000,
    "天地图": Crs.CGCS2000,
    "天地图坐标": Crs.CGCS2000,
    "gcj02": Crs.GCJ02,
    "gcj2": Crs.GCJ02,
    "火星坐标": Crs.GCJ02,
    "火星坐标系": Crs.GCJ02,
    "国测局坐标": Crs.GCJ02,
    "国测局坐标系": Crs.GCJ02,
    "国测局": Crs.GCJ02,
    "高德": Crs.GCJ02,
    "高德坐标": Crs.GCJ02,
    "高德地图": Crs.GCJ02,
    "腾讯": Crs.GCJ02,
    "腾讯坐标": Crs.GCJ02,
    "腾讯地图": Crs.GCJ02,
    "amap": Crs.GCJ02,
    "bd09": Crs.BD09,
    "bd09ll": Crs.BD09,
    "bd9": Crs.BD09,
    "百度": Crs.BD09,
    "百度坐标": Crs.BD09,
    "百度坐标系": Crs.BD09,
    "百度地图": Crs.BD09,
    "baidu": Crs.BD09,
}
_IGNORED_IN_SPELLINGS = str.maketrans("", "", " \t-_:：()（）[]./")


def parse_crs(text: str) -> Crs:
    """
    The coordinate system that an English or Chinese name means.

    Case, full-width forms, spaces, hyphens and brackets do not matter. There is no default: an empty name is refused,
    since a wrong guess displaces everything by some 500 m.

    Raises
    ------
    InvalidValueError
        If the name is empty, unknown, or one of a projected system in metres.
    """
    key = _halfwidth(text).lower().translate(_IGNORED_IN_SPELLINGS)
    if key in _SPELLINGS:
        return _SPELLINGS[key]
    allowed = ", ".join(Crs)
    if not key:
        msg = f"The coordinate system is not stated. Maybe it is one of {allowed}."
    elif any(
        word in key for word in ("北京54", "beijing54", "西安80", "xian80", "gk", "高斯", "投影", "苏州独立", "utm")
    ):
        msg = f"The coordinate system is {text!r}, in metres of a survey. Maybe export it as CGCS2000 degrees."
    else:
        msg = f"The coordinate system {text!r} is unknown. Maybe it is one of {allowed}."
    raise InvalidValueError(msg)


def _halfwidth(text: str) -> str:
    return "".join(chr(ord(char) - 0xFEE0) if "！" <= char <= "～" else char for char in text.replace("\u3000", " "))


def to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike, crs: Crs) -> tuple[Floats, Floats]:
    """
    WGS-84 coordinates of points stated in ``crs``.

    Parameters
    ----------
    lon, lat
        Degrees, any shape.
    crs
        The system that they are stated in.

    Returns
    -------
    tuple of ndarray
        Longitude and latitude, float64, same shape; exact to better than 0.1 m inside China.
    """
    lon, lat = _degrees(lon, lat)
    if crs is Crs.GCJ02:
        return _gcj02_inverse(lon, lat)
    if crs is Crs.BD09:
        return _gcj02_inverse(*_invert(_bd09, lon, lat))
    return lon, lat


def from_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike, crs: Crs) -> tuple[Floats, Floats]:
    """Coordinates in ``crs`` of points given in WGS-84 degrees; the inverse of `to_wgs84`."""
    lon, lat = _degrees(lon, lat)
    if crs is Crs.GCJ02:
        return _gcj02(lon, lat)
    if crs is Crs.BD09:
        return _bd09(*_gcj02(lon, lat))
    return lon, lat


def great_circle_m(lon1: npt.ArrayLike, lat1: npt.ArrayLike, lon2: npt.ArrayLike, lat2: npt.ArrayLike) -> Floats:
    """Great-circle distance in metres on the mean sphere (haversine), broadcast over degrees."""
    lambda1, phi1, lambda2, phi2 = (
        np.radians(np.asarray(angle, dtype=np.float64)) for angle in (lon1, lat1, lon2, lat2)
    )
    haversine = np.sin((phi2 - phi1) / 2) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin((lambda2 - lambda1) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(haversine, 1.0))), dtype=np.float64)


def planar_m(lon: npt.ArrayLike, lat: npt.ArrayLike, lon0: float, lat0: float) -> Floats:
    """
    Metres east and north of an origin: the azimuthal equidistant projection of the mean sphere (Snyder 1987, eq. 25-2).

    Straight distances between points within 20 km of the origin differ from the great circle's by less than 0.001 %.
    All points of one plan use one origin, e.g. the street's middle.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees, shape ``(k,)``.
    lon0, lat0
        The origin, degrees.

    Returns
    -------
    ndarray
        Shape ``(k, 2)``, float64: x east, y north, in tenths of a millimetre.
    """
    lon, lat = _degrees(lon, lat)
    lambda_, phi, phi0 = np.radians(lon - lon0), np.radians(lat), np.radians(lat0)
    arc = great_circle_m(lon, lat, lon0, lat0) / EARTH_RADIUS_M
    radius = EARTH_RADIUS_M / np.sinc(arc / np.pi)  # sinc is 1 at the origin, where arc / sin(arc) is not defined
    x = radius * np.cos(phi) * np.sin(lambda_)
    y = radius * (np.cos(phi0) * np.sin(phi) - np.sin(phi0) * np.cos(phi) * np.cos(lambda_))
    return np.round(np.stack((x, y), axis=-1), PLANAR_DECIMALS)


class PointProblem(StrEnum):
    """What is wrong with a stated pair of coordinates."""

    NOT_A_NUMBER = "not_a_number"
    NOT_DEGREES = "not_degrees"
    SWAPPED = "swapped"
    OUTSIDE_CHINA = "outside_china"


def point_problem(lon: float, lat: float) -> PointProblem | None:
    """What is wrong with a point that should lie in China (its bounding rectangle), ``None`` if nothing."""
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return PointProblem.NOT_A_NUMBER
    if abs(lon) > 180 or abs(lat) > 180:  # noqa: PLR2004 - degrees of a half turn
        return PointProblem.NOT_DEGREES
    if in_china(lon, lat):
        return None
    return PointProblem.SWAPPED if in_china(lat, lon) else PointProblem.OUTSIDE_CHINA


def in_china(lon: npt.ArrayLike, lat: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether points lie in the rectangle within which the GCJ-02 offset applies."""
    lon, lat = _degrees(lon, lat)
    inside_lon = (lon >= CHINA_LON_DEG[0]) & (lon <= CHINA_LON_DEG[1])
    inside_lat = (lat >= CHINA_LAT_DEG[0]) & (lat <= CHINA_LAT_DEG[1])
    return np.asarray(inside_lon & inside_lat)


def _degrees(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """GCJ-02 of WGS-84 points; those outside China stay."""
    moved_lon, moved_lat = _gcj02_everywhere(lon, lat)
    inside = in_china(lon, lat)
    return np.where(inside, moved_lon, lon), np.where(inside, moved_lat, lat)


def _gcj02_everywhere(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """The offset: two polynomials with waves, in metres of arc on the Krasovsky ellipsoid."""
    x, y = lon - GCJ02_ORIGIN_LON_DEG, lat - GCJ02_ORIGIN_LAT_DEG
    root = np.sqrt(np.abs(x))
    short_waves = _wave(20, x, 6) + _wave(20, x, 2)
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + short_waves
    north_m += _wave(20, y, 1) + _wave(40, y, 1 / 3) + _wave(160, y, 1 / 12) + _wave(320, y, 1 / 30)
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + short_waves
    east_m += _wave(20, x, 1) + _wave(40, x, 1 / 3) + _wave(150, x, 1 / 12) + _wave(300, x, 1 / 30)

    phi = np.radians(lat)
    w_squared = 1 - GCJ02_ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian_m = GCJ02_SEMI_MAJOR_M * (1 - GCJ02_ECCENTRICITY_SQUARED) / w_squared**1.5
    prime_vertical_m = GCJ02_SEMI_MAJOR_M / np.sqrt(w_squared)
    return lon + np.degrees(east_m / (prime_vertical_m * np.cos(phi))), lat + np.degrees(north_m / meridian_m)


def _wave(amplitude_m: float, deg: Floats, per_half_turn: float) -> Floats:
    return amplitude_m * np.sin(np.pi * per_half_turn * deg) * (2 / 3)


def _bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """BD-09 of GCJ-02 points: polar coordinates with a small wave, and a shift."""
    radius = np.hypot(lon, lat) + BD09_RADIUS_AMPLITUDE_DEG * np.sin(lat * BD09_WAVE_PER_DEG)
    angle = np.arctan2(lat, lon) + BD09_ANGLE_AMPLITUDE_RAD * np.cos(lon * BD09_WAVE_PER_DEG)
    return radius * np.cos(angle) + BD09_SHIFT_LON_DEG, radius * np.sin(angle) + BD09_SHIFT_LAT_DEG


def _invert(
    forward: Callable[[Floats, Floats], tuple[Floats, Floats]],
    lon: Floats,
    lat: Floats,
) -> tuple[Floats, Floats]:
    """The points that ``forward`` takes to these, by fixed-point iteration: offsets change little over their length."""
    found_lon, found_lat = lon, lat
    for _ in range(INVERSE_STEPS):
        reached_lon, reached_lat = forward(found_lon, found_lat)
        miss_lon, miss_lat = lon - reached_lon, lat - reached_lat
        found_lon, found_lat = found_lon + miss_lon, found_lat + miss_lat
        if not (np.hypot(miss_lon, miss_lat) > INVERSE_TOLERANCE_DEG).any():
            break
    return found_lon, found_lat


def _gcj02_inverse(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    # The offset ends abruptly at the rectangle's edge, so it is inverted without the edge, which is drawn afterwards.
    found_lon, found_lat = _invert(_gcj02_everywhere, lon, lat)
    inside = in_china(found_lon, found_lat)
    return np.where(inside, found_lon, lon), np.where(inside, found_lat, lat)

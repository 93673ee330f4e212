"""Plane geometry of the sketch map: projection, cells around points, a round scale."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

XY = tuple[float, float]

METRES_PER_DEGREE = math.radians(1) * 6_371_008.8
"""Along a meridian of the mean sphere; a sketch needs no more."""

CORNERS = 48
"""Sides of the polygon that stands for a circle."""

MAX_CELLS = 400
"""Cells are cut pair by pair; above this many points none are drawn."""


@dataclass(frozen=True, slots=True)
class Frame:
    """
    The window of the map and how degrees become pixels.

    Parameters
    ----------
    width, height
        Size in pixels.
    west, north
        Degrees of the upper left corner.
    px_per_m
        Pixels per metre, the same in both directions.
    shrink
        Cosine of the middle latitude: metres per degree east over metres per degree north.
    """

    width: float
    height: float
    west: float
    north: float
    px_per_m: float
    shrink: float

    @classmethod
    def around(cls, lonlat: Sequence[XY], *, width: float, max_height: float, margin: float) -> "Frame":
        """Frame that holds all points (at least one) with ``margin`` pixels around them."""
        lons, lats = [p[0] for p in lonlat], [p[1] for p in lonlat]
        shrink = math.cos(math.radians((min(lats) + max(lats)) / 2))
        span_x = max((max(lons) - min(lons)) * METRES_PER_DEGREE * shrink, 1.0)
        span_y = max((max(lats) - min(lats)) * METRES_PER_DEGREE, 1.0)
        px_per_m = min((width - 2 * margin) / span_x, (max_height - 2 * margin) / span_y, 1.0)
        height = max(span_y * px_per_m + 2 * margin, width / 3)
        # The points stand in the middle of whichever side has room to spare.
        west = (min(lons) + max(lons)) / 2 - width / 2 / px_per_m / METRES_PER_DEGREE / shrink
        north = (min(lats) + max(lats)) / 2 + height / 2 / px_per_m / METRES_PER_DEGREE
        return cls(width, height, west, north, px_per_m, shrink)

    def degrees(self, length_m: float) -> XY:
        """Degrees east and north of a length."""
        return length_m / METRES_PER_DEGREE / self.shrink, length_m / METRES_PER_DEGREE

    def place(self, lon: float, lat: float) -> XY:
        """Pixels right and down of the upper left corner."""
        return (
            (lon - self.west) * METRES_PER_DEGREE * self.shrink * self.px_per_m,
            (self.north - lat) * METRES_PER_DEGREE * self.px_per_m,
        )


def round_length_m(longest_m: float) -> int:
    """Largest of 1, 2, 5 times a power of ten that is not above ``longest_m`` (at least 1)."""
    whole = max(int(longest_m), 1)
    power = int(10 ** (len(str(whole)) - 1))
    return max(step * power for step in (1, 2, 5) if step * power <= whole)


def cells(points: Sequence[XY], reach: float) -> list[list[XY]]:
    """
    Cell of each point: what lies nearer to it than to any other, and within ``reach``.

    Points that coincide share a cell; the later ones get an empty one. More than ``MAX_CELLS`` points get none.
    """
    if len(points) > MAX_CELLS:
        return [[] for _ in points]
    seen: set[XY] = set()
    result: list[list[XY]] = []
    for here in points:
        if here in seen:
            result.append([])
            continue
        seen.add(here)
        cell = _circle(here, reach)
        for there in points:
            if there != here and math.dist(here, there) < 2 * reach:
                cell = _nearer(cell, here, there)
        result.append(cell)
    return result


def typical_spacing(points: Sequence[XY]) -> float:
    """Median distance from a point to its nearest other one; 1 when there are no two points apart."""
    nearest = sorted(
        min((math.dist(here, there) for there in points if there != here), default=math.inf) for here in points
    )
    finite = [distance for distance in nearest if math.isfinite(distance)]
    return finite[len(finite) // 2] if finite else 1.0


def _circle(centre: XY, radius: float) -> list[XY]:
    turn = 2 * math.pi / CORNERS
    return [(centre[0] + radius * math.cos(i * turn), centre[1] + radius * math.sin(i * turn)) for i in range(CORNERS)]


def _nearer(polygon: list[XY], here: XY, there: XY) -> list[XY]:
    """Part of a convex polygon on this side of the perpendicular bisector."""
    middle = ((here[0] + there[0]) / 2, (here[1] + there[1]) / 2)
    normal = (there[0] - here[0], there[1] - here[1])

    def beyond(p: XY) -> float:
        return (p[0] - middle[0]) * normal[0] + (p[1] - middle[1]) * normal[1]

    kept: list[XY] = []
    for a, b in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        side_a, side_b = beyond(a), beyond(b)
        if side_a <= 0:
            kept.append(a)
        if (side_a < 0 < side_b) or (side_b < 0 < side_a):
            t = side_a / (side_a - side_b)
            kept.append((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
    return kept

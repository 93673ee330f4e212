"""Where marks of the sketch map stand: beside each other where their places coincide, and clear of the labels."""

import math
from collections import defaultdict
from dataclasses import dataclass, field

from api.pages.geometry import XY

BUCKET = 32.0
"""Side of the squares in which neighbours are looked for; at least twice the largest mark's reach."""
GAP = 1.5
TURN = math.pi * (3 - math.sqrt(5))
"""The golden angle: a spiral of such steps fills a disc evenly."""
STEP = 5.0
MAX_TRIES = 400


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that marks keep out of."""

    left: float
    top: float
    right: float
    bottom: float

    def distance(self, at: XY) -> float:
        """Distance of a point from the rectangle, 0 inside."""
        return math.hypot(max(self.left - at[0], 0, at[0] - self.right), max(self.top - at[1], 0, at[1] - self.bottom))


@dataclass(slots=True)
class Board:
    """
    Marks placed so far.

    Parameters
    ----------
    boxes
        Rectangles that stay free.
    """

    boxes: tuple[Box, ...] = ()
    _marks: dict[tuple[int, int], list[tuple[XY, float]]] = field(default_factory=lambda: defaultdict(list))

    def place(self, wish: XY, radius: float) -> XY:
        """
        The nearest free point on a spiral around ``wish``; taken from now on.

        Where the whole neighbourhood is taken, the wish itself: the marks then overlap.
        """
        at = next((spot for spot in _spiral(wish) if self._is_free(spot, radius)), wish)
        self._marks[_bucket(at)].append((at, radius))
        return at

    def _is_free(self, at: XY, radius: float) -> bool:
        if any(box.distance(at) < radius for box in self.boxes):
            return False
        column, row = _bucket(at)
        return all(
            math.dist(at, other) >= radius + other_radius + GAP
            for x in (column - 1, column, column + 1)
            for y in (row - 1, row, row + 1)
            for other, other_radius in self._marks.get((x, y), ())
        )


def _bucket(at: XY) -> tuple[int, int]:
    return math.floor(at[0] / BUCKET), math.floor(at[1] / BUCKET)


def _spiral(centre: XY) -> list[XY]:
    return [
        (
            centre[0] + STEP * math.sqrt(i) * math.cos(i * TURN),
            centre[1] + STEP * math.sqrt(i) * math.sin(i * TURN),
        )
        for i in range(MAX_TRIES)
    ]

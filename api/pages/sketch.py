"""The sketch map: areas, needs, resources and who serves whom, placed in pixels; the template draws it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from api.pages.geometry import XY, Frame, cells, round_length_m, typical_spacing
from api.pages.layout import Board, Box

WIDTH = 960.0
MAX_HEIGHT = 720.0
MARGIN = 28.0
REACH = 0.86
"""An area's cell ends this many typical spacings from its point."""

SHADES = ((100, "c5"), (90, "c4"), (75, "c3"), (60, "c2"), (0, "c1"))
"""Least coverage in percent of each shade, pale = served."""

DARK_SHADES = frozenset({"c2", "c1"})
MAX_LINKS = 2_000
MAX_MARKS = 3_000

NEED_RADIUS = 4.5
RESOURCE_RADIUS = 4.0
LARGEST_RADIUS = 14.0
LABEL_PX = 12.0
"""Width of a character of a label and height of its capitals."""
LINE_PX = 14.0
"""From a label's first line, the name, to its second, the share."""
LABEL_ABOVE = 24.0
"""From an area's point up to the first line of its label."""


@dataclass(frozen=True, slots=True)
class SketchArea:
    """A community with what was asked for and served in it, counted in needs; ``asked`` may be 0."""

    name: str
    lon: float
    lat: float
    asked: int
    served: int


@dataclass(frozen=True, slots=True)
class SketchNeed:
    """``count`` needs of one fate at one point; ``state`` is ``met``, ``partly`` or ``unmet``."""

    uid: str
    title: str
    lon: float
    lat: float
    state: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class SketchResource:
    """A resource at its point, in use or not."""

    uid: str
    name: str
    lon: float
    lat: float
    used: bool


@dataclass(frozen=True, slots=True)
class SketchLink:
    """A mark of needs served from a resource; ``needs`` of its needs are."""

    resource: str
    need: str
    needs: int
    title: str


@dataclass(frozen=True, slots=True)
class Cell:
    """An area drawn: outline, shade class, where its label stands."""

    points: str
    shade: str
    name: str
    share: int | None
    x: float
    y: float

    @property
    def dark(self) -> bool:
        """Whether its shade needs light writing."""
        return self.shade in DARK_SHADES


@dataclass(frozen=True, slots=True)
class Mark:
    """A need or a resource drawn; ``size`` is half its width."""

    kind: str
    x: float
    y: float
    size: float
    count: int
    title: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A link drawn."""

    path: str
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """
    Everything the template needs, in pixels; painted in this order: cells, threads, marks, labels.

    Parameters
    ----------
    left_out
        Links that are not drawn, because there are too many of them or of marks.
    """

    width: int
    height: int
    cells: tuple[Cell, ...]
    threads: tuple[Thread, ...]
    marks: tuple[Mark, ...]
    scale_px: float
    scale_m: int
    left_out: int


def draw(
    areas: Sequence[SketchArea],
    needs: Sequence[SketchNeed],
    resources: Sequence[SketchResource],
    links: Sequence[SketchLink],
) -> Sketch | None:
    """The sketch of one plan, or ``None`` when nothing has a place. Same records, same picture."""
    everything = [(item.lon, item.lat) for group in (areas, needs, resources) for item in group]
    if not everything:
        return None
    frame = _frame(everything, [(area.lon, area.lat) for area in areas])
    drawn_cells = _cells(frame, areas)
    spots, marks = _marks(frame, Board(tuple(_label_box(cell) for cell in drawn_cells)), needs, resources)
    placed = sorted(
        (link for link in links if link.resource in spots and link.need in spots),
        key=lambda link: (-link.needs, link.resource, link.need),
    )
    scale_m = round_length_m(WIDTH / 6 / frame.px_per_m)
    return Sketch(
        width=round(frame.width),
        height=round(frame.height),
        cells=drawn_cells,
        threads=tuple(_thread(spots[link.resource], spots[link.need], link) for link in placed[:MAX_LINKS]),
        marks=marks,
        scale_px=scale_m * frame.px_per_m,
        scale_m=scale_m,
        left_out=len(links) - min(len(placed), MAX_LINKS),
    )


def shade_of(asked: int, served: int) -> tuple[str, int | None]:
    """Shade class and whole percent of what was asked for; nothing asked has no percentage."""
    if asked == 0:
        return "c0", None
    share = served * 100 // asked
    return next(shade for least, shade in SHADES if share >= least), share


def _frame(everything: Sequence[XY], areas: Sequence[XY]) -> Frame:
    """A frame around all points and around the whole cells of the areas."""
    frame = Frame.around(everything, width=WIDTH, max_height=MAX_HEIGHT, margin=MARGIN)
    if len(areas) < 2:  # noqa: PLR2004 - one area has no neighbour to be told from
        return frame
    reach_m = REACH * typical_spacing([frame.place(*area) for area in areas]) / frame.px_per_m
    east, north = frame.degrees(reach_m)
    corners = [(lon + x, lat + y) for lon, lat in areas for x in (-east, east) for y in (-north, north)]
    return Frame.around([*everything, *corners], width=WIDTH, max_height=MAX_HEIGHT, margin=MARGIN)


def _cells(frame: Frame, areas: Sequence[SketchArea]) -> tuple[Cell, ...]:
    centres = [frame.place(area.lon, area.lat) for area in areas]
    outlines = cells(centres, REACH * typical_spacing(centres)) if len(centres) > 1 else [[] for _ in centres]
    drawn = []
    for area, (x, y), outline in zip(areas, centres, outlines, strict=True):
        shade, share = shade_of(area.asked, area.served)
        points = " ".join(f"{px:.1f},{py:.1f}" for px, py in outline)
        drawn.append(Cell(points, shade, area.name, share, x, y - LABEL_ABOVE))
    return tuple(drawn)


def _label_box(cell: Cell) -> Box:
    half = LABEL_PX * max(len(cell.name), 3) / 2
    return Box(cell.x - half, cell.y - LABEL_PX, cell.x + half, cell.y + LINE_PX + 3)


def _marks(
    frame: Frame, board: Board, needs: Sequence[SketchNeed], resources: Sequence[SketchResource]
) -> tuple[dict[str, XY], tuple[Mark, ...]]:
    """Where each need and resource stands, and its mark; the largest first, then by uid."""
    wishes = [
        (min(NEED_RADIUS * math.sqrt(need.count), LARGEST_RADIUS), f"need {need.state}", need.count, need.title, need)
        for need in needs
    ]
    wishes += [
        (RESOURCE_RADIUS, "resource used" if one.used else "resource idle", 1, one.name, one)  # type: ignore[misc]
        for one in resources
    ]
    wishes.sort(key=lambda wish: (-wish[0], wish[1], wish[4].uid))
    spots: dict[str, XY] = {}
    marks = []
    for radius, kind, count, title, record in wishes[:MAX_MARKS]:
        x, y = spots[record.uid] = board.place(frame.place(record.lon, record.lat), radius)
        marks.append(Mark(kind, x, y, radius, count, title))
    return spots, tuple(marks)


def _thread(start: XY, end: XY, link: SketchLink) -> Thread:
    """A gently bent line, so that lines between neighbouring marks stay apart."""
    (ax, ay), (bx, by) = start, end
    mx, my = (ax + bx) / 2 + (by - ay) * 0.08, (ay + by) / 2 - (bx - ax) * 0.08
    path = f"M{ax:.1f} {ay:.1f}Q{mx:.1f} {my:.1f} {bx:.1f} {by:.1f}"
    return Thread(path, min(1.4 + 0.6 * math.log2(link.needs), 6), link.title)

"""The sketch map: areas, needs, resources and who serves whom, placed in pixels; the template draws it."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.pages.geometry import XY, Frame, cells, round_length_m, typical_spacing

WIDTH = 960.0
MAX_HEIGHT = 640.0
MARGIN = 56.0
REACH = 0.92
"""An area's cell ends this many typical spacings from its point."""

SHADES = ((100, "c5"), (90, "c4"), (75, "c3"), (60, "c2"), (0, "c1"))
"""Least coverage in percent of each shade, pale = served."""

DARK_SHADES = frozenset({"c2", "c1"})
MAX_LINKS = 2_000


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
    """A need at its point; ``state`` is ``met``, ``partly`` or ``unmet``."""

    title: str
    lon: float
    lat: float
    state: str


@dataclass(frozen=True, slots=True)
class SketchResource:
    """A resource at its point; ``used`` units in this plan."""

    name: str
    lon: float
    lat: float
    used: int


@dataclass(frozen=True, slots=True)
class SketchLink:
    """``needs`` needs at one point served from one resource's point."""

    start: XY
    end: XY
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
    """A need or a resource drawn; marks at one point are one mark with a count."""

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
    """Everything the template needs, in pixels; paint in this order: cells, threads, marks, labels."""

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
    """The sketch of one plan, or ``None`` when nothing has a place. Same input, same picture."""
    everything = [(item.lon, item.lat) for group in (areas, needs, resources) for item in group]
    if not everything:
        return None
    frame = Frame.around(everything, width=WIDTH, max_height=MAX_HEIGHT, margin=MARGIN)
    scale_m = round_length_m(WIDTH / 6 / frame.px_per_m)
    drawn = sorted(links, key=lambda link: (-link.needs, link.start, link.end))
    return Sketch(
        width=round(frame.width),
        height=round(frame.height),
        cells=_cells(frame, areas),
        threads=tuple(_thread(frame, link) for link in drawn[:MAX_LINKS]),
        marks=(*_resource_marks(frame, resources), *_need_marks(frame, needs)),
        scale_px=scale_m * frame.px_per_m,
        scale_m=scale_m,
        left_out=max(len(drawn) - MAX_LINKS, 0),
    )


def shade_of(asked: int, served: int) -> tuple[str, int | None]:
    """Shade class and whole percent of what was asked for; nothing asked has no percentage."""
    if asked == 0:
        return "c0", None
    share = served * 100 // asked
    return next(shade for least, shade in SHADES if share >= least), share


def _cells(frame: Frame, areas: Sequence[SketchArea]) -> tuple[Cell, ...]:
    centres = [frame.place(area.lon, area.lat) for area in areas]
    outlines = cells(centres, REACH * typical_spacing(centres)) if len(centres) > 1 else [[] for _ in centres]
    drawn = []
    for area, (x, y), outline in zip(areas, centres, outlines, strict=True):
        shade, share = shade_of(area.asked, area.served)
        points = " ".join(f"{px:.1f},{py:.1f}" for px, py in outline)
        drawn.append(Cell(points, shade, area.name, share, x, y))
    return tuple(drawn)


def _resource_marks(frame: Frame, resources: Sequence[SketchResource]) -> tuple[Mark, ...]:
    """One square per point; filled when anything there is used."""
    places: dict[XY, list[SketchResource]] = defaultdict(list)
    for resource in resources:
        places[resource.lon, resource.lat].append(resource)
    marks = []
    for (lon, lat), here in sorted(places.items()):
        x, y = frame.place(lon, lat)
        kind = "resource used" if any(resource.used for resource in here) else "resource idle"
        marks.append(Mark(kind, x, y, 8, len(here), _titles(resource.name for resource in here)))
    return tuple(sorted(marks, key=lambda mark: mark.kind))


def _need_marks(frame: Frame, needs: Sequence[SketchNeed]) -> tuple[Mark, ...]:
    """One circle per point: met, partly met or unmet as the needs there are."""
    places: dict[XY, list[SketchNeed]] = defaultdict(list)
    for need in needs:
        places[need.lon, need.lat].append(need)
    marks = []
    for (lon, lat), here in sorted(places.items()):
        x, y = frame.place(lon, lat)
        states = {need.state for need in here}
        kind = states.pop() if len(states) == 1 else "partly"
        size = min(4 + 1.5 * math.log2(len(here)), 12)
        marks.append(Mark(f"need {kind}", x, y, size, len(here), _titles(need.title for need in here)))
    return tuple(marks)


def _thread(frame: Frame, link: SketchLink) -> Thread:
    """A gently bent line, so that two lines between the same places stay apart from the straight ones."""
    (ax, ay), (bx, by) = frame.place(*link.start), frame.place(*link.end)
    mx, my = (ax + bx) / 2 + (by - ay) * 0.08, (ay + by) / 2 - (bx - ax) * 0.08
    path = f"M{ax:.1f} {ay:.1f}Q{mx:.1f} {my:.1f} {bx:.1f} {by:.1f}"
    return Thread(path, min(1.2 + 0.6 * math.log2(link.needs), 6), link.title)


def _titles(names: Iterable[str], shown: int = 5) -> str:
    """A few names for the tooltip; the list below the map has them all."""
    every = sorted(names)
    return "、".join(every[:shown]) + (f" … ({len(every)})" if len(every) > shown else "")

"""Lists of any size, wholly synthetic: a lattice of communities, their needs, and resources near them."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from graph_schema.demo.tables import EAST, NORTH, SOUTH, SYNTHETIC, WEST, draw
from graph_schema.geo import Crs
from graph_schema.model.categories import Category
from graph_schema.taxonomy import load

STREET = "示例街道"
NEEDS_PER_COMMUNITY = 100
MOST_ROWS = 200_000
"""Rows that a reader takes from one sheet."""

_URGENCIES = ("急", "难", "愁", "盼")
_WINDOWS = ("", "", "工作日9:00—17:00", "周末9:00—17:00", "每日18:00—21:00")
_OPENINGS = ("", "每日8:00—22:00", "工作日9:00—17:00", "周末9:00—17:00", "每日18:00—21:00")


def write_scale_lists(folder: Path, *, needs: int, resources: int, seed: int = 0) -> tuple[Path, ...]:
    """
    A directory, a need and a resource list as CSV files; the same arguments give the same bytes.

    Parameters
    ----------
    folder
        Made if need be; files of the same names are replaced.
    needs, resources
        Rows, 1..200000 each; there is one community for every hundred needs.
    seed
        Decides everything that is drawn.

    Raises
    ------
    ValueError
        If a number of rows is out of range.
    """
    for name, count in (("needs", needs), ("resources", resources)):
        if not 1 <= count <= MOST_ROWS:
            msg = f"{name} is {count}, outside 1..{MOST_ROWS}."
            raise ValueError(msg)
    folder.mkdir(parents=True, exist_ok=True)
    places = _lattice(-(-needs // NEEDS_PER_COMMUNITY))
    kinds = [c for c in load().categories if c.parent is not None and not c.routed and not c.provider_travels]
    return (
        _write(folder / "1_名录.csv", ("类型", "名称", "上级", "经度", "纬度", "坐标系", "数据标注"), _areas(places)),
        _write(
            folder / "2_资源清单.csv",
            ("单位名称", "资源名称", "资源类别", "数量", "经度", "纬度", "坐标系", "开放时间", "数据标注"),
            _resources(resources, len(places), kinds, seed),
        ),
        _write(
            folder / "3_需求清单.csv",
            ("编号", "所属社区", "需求名称", "需求类别", "需求数量", "紧急程度", "需求时间", "数据标注"),
            _needs(needs, len(places), kinds, seed),
        ),
    )


def _lattice(count: int) -> list[tuple[float, float]]:
    """Points of so many communities, each its own square of one box."""
    side = max(1, round(count**0.5))
    rows = -(-count // side)
    return [
        (WEST + (i % side + 0.5) * (EAST - WEST) / side, SOUTH + (i // side + 0.5) * (NORTH - SOUTH) / rows)
        for i in range(count)
    ]


def _areas(places: Sequence[tuple[float, float]]) -> Iterator[tuple[str, ...]]:
    yield ("街道", STREET, "", "", "", "", SYNTHETIC)
    for number, (lon, lat) in enumerate(places, start=1):
        yield ("社区", f"示例{number}社区", STREET, f"{lon:.6f}", f"{lat:.6f}", Crs.WGS84.value, SYNTHETIC)


def _resources(count: int, places: int, kinds: Sequence[Category], seed: int) -> Iterator[tuple[str, ...]]:
    for number in range(1, count + 1):
        key = (str(seed), "resource", str(number))
        kind = kinds[int(draw(*key, "kind") * len(kinds))]
        lon, lat = WEST + draw(*key, "x") * (EAST - WEST), SOUTH + draw(*key, "y") * (NORTH - SOUTH)
        yield (
            f"示例单位{1 + int(draw(*key, 'unit') * max(1, places * 5))}",
            f"示例资源{number}",
            kind.code,
            f"{1 + int(20 * draw(*key, 'quantity'))}{kind.unit}",
            f"{lon:.6f}",
            f"{lat:.6f}",
            Crs.WGS84.value,
            _OPENINGS[int(draw(*key, "window") * len(_OPENINGS))],
            SYNTHETIC,
        )


def _needs(count: int, places: int, kinds: Sequence[Category], seed: int) -> Iterator[tuple[str, ...]]:
    for number in range(1, count + 1):
        key = (str(seed), "need", str(number))
        kind = kinds[int(draw(*key, "kind") * len(kinds))]
        yield (
            f"XQ-{number:06d}",
            f"示例{1 + int(draw(*key, 'area') * places)}社区",
            f"示例需求{number}",
            kind.code,
            f"{1 + int(10 * draw(*key, 'quantity'))}{kind.unit}",
            _URGENCIES[int(draw(*key, "urgency") * len(_URGENCIES))],
            _WINDOWS[int(draw(*key, "window") * len(_WINDOWS))],
            SYNTHETIC,
        )


def _write(path: Path, header: Sequence[str], rows: Iterator[tuple[str, ...]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path

"""The demo's tables: public names as they are, every figure beside them synthetic."""

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

STREET_NAME = "金阊街道"
STREET_CODE = "320508019"
CODE_YEAR = 2020

WEST, EAST, SOUTH, NORTH = 120.58, 120.62, 31.295, 31.325
"""Box of the synthetic coordinates, WGS-84 degrees."""

_COLUMNS, _ROWS = 7, 5
_M_PER_DEG_LAT = 110_900.0
_M_PER_DEG_LON = 95_100.0
_JITTER_M = 60.0

BRANCHES = (
    "中街路",
    "桃花坞",
    "夏莲",
    "石路",
    "阊门",
    "滨河",
    "金门路",
    "彩香二村",
    "示例联动支部9",
    "示例联动支部10",
)
"""The ten linked branches of 2020: seven are named in the article, one as a workstation, two are not named."""

UNIT_KINDS = (
    ("机关", 24),
    ("事业单位", 36),
    ("国企", 22),
    ("非公企业", 68),
    ("社会组织", 20),
    ("学校", 5),
    ("医院", 5),
)
"""Kinds of the 180 synthetic units, in the order of their numbers."""

NAMED_UNIT = "苏州桃花坞发展建设有限公司"
"""The one unit that the article names: the owner of the shared parking spaces."""


TEAM = "“巷”管家志愿者联盟"
"""The volunteer team that the article names; its figures are synthetic."""

SYNTHETIC = "合成"
"""What stands in the column 数据标注 of every made-up row."""


@dataclass(frozen=True, slots=True)
class Community:
    """
    A community of the street: name and code are public, the rest is synthetic.

    ``lon`` and ``lat`` are WGS-84 degrees on a jittered lattice, not where it lies.
    """

    code: str
    name: str
    branch: str
    lon: float
    lat: float
    households: int
    share_60plus: float


def branch_name(branch: str) -> str:
    """Full name of a linked branch."""
    return branch if branch.startswith("示例") else f"{branch}联动支部"


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of one of the demo's tables."""
    text = files("graph_schema.demo").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def communities() -> tuple[Community, ...]:
    """The 29 communities, in the order of their codes."""
    return tuple(
        Community(
            code=f"{STREET_CODE}{row['code']}",
            name=f"{row['name']}社区",
            branch=row["branch"],
            lon=round(lon, 6),
            lat=round(lat, 6),
            households=int(row["households"]),
            share_60plus=float(row["share_60plus"]),
        )
        for row in table("communities")
        for lon, lat in [_lattice_point(row)]
    )


def offset(lon: float, lat: float, east_m: float, north_m: float) -> tuple[float, float]:
    """The point so many metres east and north, good to a metre inside the box."""
    return round(lon + east_m / _M_PER_DEG_LON, 6), round(lat + north_m / _M_PER_DEG_LAT, 6)


def draw(*key: str) -> float:
    """A number in [0, 1) that only depends on the key."""
    digest = hashlib.sha256("\x1f".join(key).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _lattice_point(row: dict[str, str]) -> tuple[float, float]:
    lon = WEST + (int(row["column"]) + 0.5) * (EAST - WEST) / _COLUMNS
    lat = SOUTH + (int(row["row"]) + 0.5) * (NORTH - SOUTH) / _ROWS
    east_m, north_m = (_JITTER_M * (2 * draw(row["code"], axis) - 1) for axis in ("east", "north"))
    return offset(lon, lat, east_m, north_m)

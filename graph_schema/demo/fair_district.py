"""A district with one community poor in resources, wholly synthetic: what fairness gives it, and what a pool does."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from graph_schema.demo.scene import Scene
from graph_schema.demo.sheets import Cell, Column, ListFile, csv_list
from graph_schema.demo.tables import SYNTHETIC, offset
from graph_schema.geo import Crs

NAME = "fairness"
STREET = "示例街道"
AS_OF = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HORIZON_DAYS = 90

POOL = "示例片区"
POLICY = """# 公平情景：每个社区 40 人，一人一档，拉得最匀。
[fairness]
fairness_pieces = 40
"""

NEIGHBORHOODS = 4
ASKED_EACH = 10
"""People of each neighbourhood who ask for a check-up."""

_LON, _LAT = 120.60, 31.31
_CATEGORY = "HLT01"


@dataclass(frozen=True, slots=True)
class District:
    """
    One community.

    Parameters
    ----------
    branch
        Its linked branch.
    east_m, north_m
        Where it lies in the district.
    offered
        People whom its unit can check.
    """

    name: str
    branch: str
    east_m: float
    north_m: float
    offered: int


RICH = (District("甲社区", "东", 0, 0, 70), District("乙社区", "东", 150, 0, 60))
MIDDLE = (
    District("丙社区", "西", 0, 150, 25),
    District("丁社区", "西", 150, 150, 25),
    District("戊社区", "西", 75, -150, 20),
)
POOR = District("己社区", "南", 75, 280, 0)
COMMUNITIES = (*RICH, *MIDDLE, POOR)


def list_files() -> tuple[ListFile, ...]:
    """Every list, in the order of their numbers."""
    return (_directory(), _units(), _resources(), _needs())


def pool_file() -> ListFile:
    """The list by which the poor community joins a pool with the two rich ones."""
    columns = {
        "type": Column("类型"),
        "name": Column("名称"),
        "members": Column("管辖/成员"),
        "synthetic": Column("数据标注"),
    }
    members = "、".join(community.name for community in (*RICH, POOR))
    row: dict[str, Cell] = {"type": "片区", "name": POOL, "members": members, "synthetic": SYNTHETIC}
    return csv_list("05_名录_片区.csv", f"{STREET}片区（合成）", columns, [row])


def _directory() -> ListFile:
    columns = {
        "type": Column("类型"),
        "name": Column("名称"),
        "parent": Column("上级"),
        "members": Column("管辖/成员"),
        "lon": Column("经度"),
        "lat": Column("纬度"),
        "crs": Column("坐标系"),
        "households": Column("户数"),
        "synthetic": Column("数据标注"),
    }
    return csv_list("01_名录.csv", f"{STREET}名录（合成）", columns, _places())


def _places() -> Iterator[dict[str, Cell]]:
    yield {"type": "街道", "name": STREET, "synthetic": SYNTHETIC}
    for community in COMMUNITIES:
        lon, lat = offset(_LON, _LAT, community.east_m, community.north_m)
        yield {
            "type": "社区",
            "name": community.name,
            "parent": STREET,
            "lon": lon,
            "lat": lat,
            "crs": Crs.WGS84.value,
            "households": 800,
            "synthetic": SYNTHETIC,
        }
        for number in range(NEIGHBORHOODS):
            lon, lat = offset(_LON, _LAT, community.east_m + 20 * (number % 2), community.north_m + 20 * (number // 2))
            yield {
                "type": "小区",
                "name": _neighborhood(community, number),
                "parent": community.name,
                "lon": lon,
                "lat": lat,
                "crs": Crs.WGS84.value,
                "households": 200,
                "synthetic": SYNTHETIC,
            }
    yield {"type": "街道大工委", "name": f"{STREET}大工委", "members": STREET, "synthetic": SYNTHETIC}
    for branch in dict.fromkeys(community.branch for community in COMMUNITIES):
        yield {
            "type": "联动支部",
            "name": _branch(branch),
            "parent": f"{STREET}大工委",
            "members": "、".join(community.name for community in COMMUNITIES if community.branch == branch),
            "synthetic": SYNTHETIC,
        }


def _units() -> ListFile:
    """The rich communities' units have agreements with the branch of the middling ones."""
    columns = {
        "name": Column("单位名称"),
        "type": Column("单位类型"),
        "checked_in": Column("报到社区"),
        "agreement": Column("协议编号"),
        "partner": Column("协议对象"),
        "signed": Column("签订日期"),
        "until": Column("到期日期"),
        "synthetic": Column("数据标注"),
    }
    rows: list[dict[str, Cell]] = [
        {
            "name": _unit(community),
            "type": "医院",
            "checked_in": community.name,
            "agreement": f"示例-2025-{number:03d}",
            "partner": _branch("西"),
            "signed": "2025-01-06",
            "until": "2028-01-05",
            "synthetic": SYNTHETIC,
        }
        for number, community in enumerate(COMMUNITIES, start=1)
        if community.offered
    ]
    return csv_list("02_共建单位.csv", f"{STREET}共建单位（合成）", columns, rows)


def _resources() -> ListFile:
    columns = {
        "provider": Column("单位名称"),
        "name": Column("资源名称"),
        "category": Column("资源类别"),
        "total": Column("数量"),
        "area": Column("所属社区"),
        "lon": Column("经度"),
        "lat": Column("纬度"),
        "crs": Column("坐标系"),
        "surveyed": Column("摸排日期"),
        "synthetic": Column("数据标注"),
    }
    rows: list[dict[str, Cell]] = []
    for community in COMMUNITIES:
        if not community.offered:
            continue
        lon, lat = offset(_LON, _LAT, community.east_m + 10, community.north_m + 10)
        rows.append(
            {
                "provider": _unit(community),
                "name": f"{community.name}义诊",
                "category": _CATEGORY,
                "total": f"{community.offered}人",
                "area": community.name,
                "lon": lon,
                "lat": lat,
                "crs": Crs.WGS84.value,
                "surveyed": "2026-02-10",
                "synthetic": SYNTHETIC,
            }
        )
    return csv_list("03_资源清单.csv", f"{STREET}资源清单（合成）", columns, rows)


def _needs() -> ListFile:
    columns = {
        "area": Column("所属社区"),
        "title": Column("需求名称"),
        "category": Column("需求类别"),
        "quantity": Column("需求数量"),
        "urgency": Column("紧急程度"),
        "raised": Column("提出日期"),
        "synthetic": Column("数据标注"),
    }
    rows: list[dict[str, Cell]] = [
        {
            "area": _neighborhood(community, number),
            "title": f"{_neighborhood(community, number)}义诊",
            "category": _CATEGORY,
            "quantity": f"{ASKED_EACH}人",
            "urgency": "愁",
            "raised": "2026-02-20",
            "synthetic": SYNTHETIC,
        }
        for community in COMMUNITIES
        for number in range(NEIGHBORHOODS)
    ]
    return csv_list("04_需求清单.csv", f"{STREET}需求清单（合成）", columns, rows)


def _branch(branch: str) -> str:
    return f"{branch}片联动支部"


def _unit(community: District) -> str:
    return f"{community.name.removesuffix('社区')}卫生站"


def _neighborhood(community: District, number: int) -> str:
    return f"{community.name.removesuffix('社区')}苑{number + 1}号小区"


SCENE = Scene(
    name=NAME,
    title_zh="公平：一个资源薄弱社区，不考虑公平、折算公平、先拉平三种方案，以及加入片区之后（全部合成）",
    title_en="Fairness: a community poor in resources under three policies, and after it joins a pool (all synthetic)",
    as_of=AS_OF,
    horizon_days=HORIZON_DAYS,
    files=list_files,
    policy=POLICY,
)

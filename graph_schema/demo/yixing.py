"""
Yixing: 315 neighbourhood branches, a service day on each 7th, three published lists, units paired with branches.

The town's name is public; branches, neighbourhoods, units and figures are synthetic and say so.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from graph_schema.demo.figures import ArticleFigure
from graph_schema.demo.scene import Scene
from graph_schema.demo.sheets import Cell, Column, ListFile, csv_list
from graph_schema.demo.tables import SYNTHETIC, offset
from graph_schema.geo import Crs

NAME = "yixing"
STREET = "宜兴市（示例）"
AS_OF = datetime(2024, 12, 4, 1, 0, tzinfo=UTC)
HORIZON_DAYS = 61
"""December and January: the next two months that the list of coming events is for."""
SERVICE_YEAR = 2025

COMMUNITIES, BRANCHES, PAIRED_UNITS = 15, 315, 150
_IN_EACH = BRANCHES // COMMUNITIES
_LON, _LAT, _SIDE_M = 119.82, 31.36, 260
_DAY = "每月7日 9:00-11:00"
_KINDS = (("义诊", "HLT01", "人", 20), ("理发", "LIV01", "人", 15), ("家电维修", "LIV03", "人", 10))


def list_files() -> tuple[ListFile, ...]:
    """Every list, in the order of their numbers."""
    return (directory_file(), units_file(), resources_file(), services_file(), needs_file())


def branch_name(number: int) -> str:
    """Name of a neighbourhood's branch, 0 up."""
    return f"{neighborhood_name(number)}党支部"


def neighborhood_name(number: int) -> str:
    """Name of a neighbourhood, 0 up."""
    return f"示例{number + 1:03d}小区"


def unit_name(number: int) -> str:
    """Name of a unit, 0 up."""
    return f"结对单位{number + 1:03d}"


def paired_with(unit: int) -> tuple[int, ...]:
    """Neighbourhoods of the branches that a unit is paired with: two of one community each, the last units three."""
    first = unit * BRANCHES // PAIRED_UNITS
    return tuple(range(first, (unit + 1) * BRANCHES // PAIRED_UNITS))


def directory_file() -> ListFile:
    """The town, its communities, neighbourhoods, and a branch for each of these."""
    columns = {
        "type": Column("类型"),
        "name": Column("名称"),
        "parent": Column("上级"),
        "members": Column("管辖/成员"),
        "lon": Column("经度"),
        "lat": Column("纬度"),
        "crs": Column("坐标系"),
        "synthetic": Column("数据标注"),
    }
    return csv_list("01_名录.csv", f"{STREET}名录", columns, _areas())


def units_file() -> ListFile:
    """The paired units."""
    columns = {
        "name": Column("单位名称"),
        "type": Column("单位类型"),
        "checked_in": Column("报到社区"),
        "paired": Column("结对党组织"),
        "synthetic": Column("数据标注"),
    }
    rows: list[dict[str, Cell]] = [
        {
            "name": unit_name(unit),
            "type": ("机关", "商户", "社会组织")[unit % 3],
            "checked_in": _community_of(paired_with(unit)[0]),
            "paired": "、".join(branch_name(number) for number in paired_with(unit)),
            "synthetic": SYNTHETIC,
        }
        for unit in range(PAIRED_UNITS)
    ]
    return csv_list("02_结对单位.csv", "结对单位名单", columns, rows)


def resources_file() -> ListFile:
    """What units share at any time: a room of each fifth unit."""
    columns = {
        "number": Column("编号"),
        "provider": Column("单位名称"),
        "name": Column("资源名称"),
        "category": Column("资源类别"),
        "total": Column("数量"),
        "area": Column("所属社区"),
        "lon": Column("经度"),
        "lat": Column("纬度"),
        "crs": Column("坐标系"),
        "window": Column("开放时间"),
        "surveyed": Column("摸排日期"),
        "synthetic": Column("数据标注"),
    }
    return csv_list("03_资源清单.csv", "资源清单", columns, _rooms())


def services_file() -> ListFile:
    """What the units do on the 7th of each month."""
    columns = {
        "number": Column("编号"),
        "name": Column("服务项目"),
        "category": Column("服务类别"),
        "provider": Column("服务团队"),
        "window": Column("活动时间"),
        "seats": Column("每次名额"),
        "coverage": Column("惠及社区"),
        "synthetic": Column("数据标注"),
    }
    return csv_list("04_服务清单.csv", "“宜七来·睦邻服务日”服务清单", columns, _services())


def needs_file() -> ListFile:
    """What each neighbourhood asks for: something on the 7th, and a room now and then."""
    columns = {
        "number": Column("编号"),
        "area": Column("所属社区"),
        "title": Column("需求名称"),
        "category": Column("需求类别"),
        "quantity": Column("需求数量"),
        "urgency": Column("紧急程度"),
        "window": Column("需求时间"),
        "raised": Column("提出日期"),
        "synthetic": Column("数据标注"),
    }
    return csv_list("05_需求清单.csv", "需求清单", columns, _needs())


def _areas() -> Iterator[dict[str, Cell]]:
    yield {"type": "街道", "name": STREET, "synthetic": SYNTHETIC}
    for community in range(COMMUNITIES):
        lon, lat = offset(_LON, _LAT, *_place(community * _IN_EACH))
        yield {
            "type": "社区",
            "name": _community_name(community),
            "parent": STREET,
            "lon": lon,
            "lat": lat,
            "crs": Crs.WGS84.value,
            "synthetic": SYNTHETIC,
        }
    for number in range(BRANCHES):
        lon, lat = offset(_LON, _LAT, *_place(number))
        yield {
            "type": "小区",
            "name": neighborhood_name(number),
            "parent": _community_of(number),
            "lon": lon,
            "lat": lat,
            "crs": Crs.WGS84.value,
            "synthetic": SYNTHETIC,
        }
    for number in range(BRANCHES):
        yield {
            "type": "小区党支部",
            "name": branch_name(number),
            "members": neighborhood_name(number),
            "synthetic": SYNTHETIC,
        }


def _rooms() -> Iterator[dict[str, Cell]]:
    for unit in range(0, PAIRED_UNITS, 5):
        number = paired_with(unit)[0]
        lon, lat = offset(_LON, _LAT, *_place(number))
        yield {
            "number": f"ZY-{unit + 1:03d}",
            "provider": unit_name(unit),
            "name": f"{unit_name(unit)}活动室",
            "category": "VEN02",
            "total": "1间",
            "area": _community_of(number),
            "lon": lon,
            "lat": lat,
            "crs": Crs.WGS84.value,
            "window": "周末9:00—17:00",
            "surveyed": "2024-11-20",
            "synthetic": SYNTHETIC,
        }


def _services() -> Iterator[dict[str, Cell]]:
    for unit in range(PAIRED_UNITS):
        name, category, measure, each = _KINDS[unit % len(_KINDS)]
        yield {
            "number": f"FW-{unit + 1:03d}",
            "name": f"{unit_name(unit)}{name}",
            "category": category,
            "provider": unit_name(unit),
            "window": _DAY,
            "seats": f"{each * len(paired_with(unit))}{measure}",
            "coverage": "、".join(dict.fromkeys(_community_of(number) for number in paired_with(unit))),
            "synthetic": SYNTHETIC,
        }


def _needs() -> Iterator[dict[str, Cell]]:
    for number in range(BRANCHES):
        unit = next(u for u in range(PAIRED_UNITS) if number in paired_with(u))
        name, category, measure, each = _KINDS[unit % len(_KINDS)]
        shown: dict[str, Cell] = {
            "area": neighborhood_name(number),
            "raised": "2024-11-25",
            "synthetic": SYNTHETIC,
        }
        yield shown | {
            "number": f"XQ-{number + 1:03d}",
            "title": f"{neighborhood_name(number)}服务日{name}",
            "category": category,
            "quantity": f"{each}{measure}",
            "urgency": "愁",
            "window": _DAY,
        }
        if number in {0, 100, 200}:
            yield shown | {
                "number": f"YJ-{number + 1:03d}",
                "title": f"{neighborhood_name(number)}夜间活动室",
                "category": "VEN02",
                "quantity": "1间",
                "urgency": "盼",
                "window": "工作日19:00-21:00",
            }
        if number % 9 == 0:
            yield shown | {
                "number": f"HD-{number + 1:03d}",
                "title": f"{neighborhood_name(number)}活动室",
                "category": "VEN02",
                "quantity": "1间",
                "urgency": "盼",
                "window": "每周六9:00-11:00",
            }


def _place(number: int) -> tuple[float, float]:
    """Metres east and north of a neighbourhood."""
    return _SIDE_M * (number % _IN_EACH), _SIDE_M * (number // _IN_EACH)


def _community_of(neighborhood: int) -> str:
    return _community_name(neighborhood // _IN_EACH)


def _community_name(community: int) -> str:
    return f"示例{community + 1:02d}社区"


ARTICLES = (
    ArticleFigure("demo.article.neighborhood_branches", 315, "315个", 2024, "party_organizations"),
    ArticleFigure("demo.article.paired_units", 150, "150余家", 2024, "units"),
)

SCENE = Scene(
    name=NAME,
    title_zh="宜兴支部进小区：315 个小区党支部，每月 7 日服务日，需求、资源、服务三张清单，单位结对",
    title_en="Yixing: 315 neighbourhood branches, a service day on each 7th, three lists, paired units",
    as_of=AS_OF,
    horizon_days=HORIZON_DAYS,
    files=list_files,
    articles=ARTICLES,
)

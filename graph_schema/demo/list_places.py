"""The directory list (名录) and the units list (单位) of the demo."""

from collections.abc import Iterator

from graph_schema.demo.sheets import Cell, Column, ListFile, Sheet, rows_of
from graph_schema.demo.tables import (
    BRANCHES,
    CODE_YEAR,
    NAMED_UNIT,
    STREET_CODE,
    STREET_NAME,
    SYNTHETIC,
    TEAM,
    UNIT_KINDS,
    branch_name,
    communities,
    draw,
    offset,
    table,
)
from graph_schema.geo import Crs, from_wgs84

GRIDS_PER_COMMUNITY = 7
POOL_NAME = "示例片区大党委"
POOL_MEMBERS = ("阊门社区", "学士社区", "金门社区", "虹桥社区")

_FILLED_BY = f"填报单位：{STREET_NAME}（示例）　填报时间：2020年8月"
_TITLE = f"{STREET_NAME}名录（示例数据，坐标为合成）"
_AREA_COLUMNS = {
    "type": Column("类型"),
    "name": Column("名称"),
    "aliases": Column("别名"),
    "parent": Column("上级"),
    "number": Column("编码"),
    "code_year": Column("编码年份"),
    "lon": Column("经度"),
    "lat": Column("纬度"),
    "crs": Column("坐标系"),
    "households": Column("户数"),
    "share": Column("60岁以上占比"),
    "synthetic": Column("数据标注"),
}
_GRID_COLUMNS = {
    "type": Column("区域类型", above="网格信息"),
    "name": Column("网格名称", above="网格信息"),
    "number": Column("网格编码", above="网格信息"),
    "parent": Column("所属社区", merge_equal=True),
    "households": Column("总户数"),
    "synthetic": Column("数据性质"),
}
_PLACE_COLUMNS = {
    "type": Column("类别"),
    "name": Column("地名"),
    "aliases": Column("又名"),
    "parent": Column("所在社区"),
    "lon": Column("坐标X"),
    "lat": Column("坐标Y"),
    "crs": Column("坐标系统"),
    "length": Column("长度(米)"),
    "built": Column("建成年份"),
    "housing": Column("小区类型"),
    "property": Column("有无物业"),
    "households": Column("居民户数"),
    "synthetic": Column("数据标注"),
}
_BRANCH_COLUMNS = {
    "type": Column("类型"),
    "name": Column("组织名称"),
    "aliases": Column("简称"),
    "parent": Column("上级组织"),
    "members": Column("管辖社区"),
    "based_at": Column("所在工作站"),
    "synthetic": Column("数据标注"),
}


def directory_file(filled: str = _FILLED_BY) -> ListFile:
    """
    The street, its 29 communities, 203 grids, named places, ten linked branches and one pool.

    Parameters
    ----------
    filled
        Line that says who filled it in and when.
    """
    return ListFile(
        "01_名录.xlsx",
        (
            Sheet("社区", (_TITLE, filled), *rows_of(_AREA_COLUMNS, _areas())),
            Sheet("网格", (f"{STREET_NAME}网格名录（示例）",), *rows_of(_GRID_COLUMNS, _grids())),
            Sheet("小区和街巷", (f"{STREET_NAME}小区街巷名录（示例）",), *rows_of(_PLACE_COLUMNS, _places())),
            Sheet("联动支部", (f"{STREET_NAME}联动支部名录",), *rows_of(_BRANCH_COLUMNS, _branches())),
        ),
    )


def units_file(filled: str = _FILLED_BY, *, planted: bool = True) -> ListFile:
    """
    The 181 co-building units, ten volunteer teams, and the units' agreements.

    Parameters
    ----------
    filled
        Line that says who filled it in and when.
    planted
        Whether a row that is wrong on purpose stands among them.
    """
    columns = {
        "no": Column("序号"),
        "name": Column("单位名称", above="单位基本信息"),
        "type": Column("单位性质", above="单位基本信息"),
        "uscc": Column("信用代码", above="单位基本信息"),
        "checked_in": Column("报到社区"),
        "number": Column("协议编号", above="共建协议"),
        "partner": Column("协议对象", above="共建协议"),
        "signed": Column("签订日期", above="共建协议"),
        "until": Column("协议期限", above="共建协议"),
        "contact": Column("联系人"),
        "synthetic": Column("数据标注"),
    }
    teams = {
        "name": Column("单位名称"),
        "type": Column("单位类型"),
        "members": Column("队伍人数"),
        "hours": Column("每月服务时长(小时)"),
        "checked_in": Column("联系社区"),
        "synthetic": Column("数据标注"),
    }
    return ListFile(
        "02_共建单位.xlsx",
        (
            Sheet(
                "共建单位",
                (f"{STREET_NAME}共建单位名单（示例）", filled),
                *rows_of(columns, _units(planted=planted)),
                footer=(("合计", f"{1 + sum(count for _, count in UNIT_KINDS)}家"),),
            ),
            Sheet("志愿队伍", (f"{STREET_NAME}志愿服务队名单（示例）",), *rows_of(teams, _teams())),
        ),
    )


def unit_name(number: str) -> str:
    """Full name of a provider as the tables write it: a synthetic unit's number, or a name."""
    return f"共建单位{number}" if number.isdigit() else number


def _areas() -> Iterator[dict[str, Cell]]:
    yield {"type": "街道", "name": STREET_NAME, "number": STREET_CODE, "code_year": CODE_YEAR}
    for community in communities():
        yield {
            "type": "社区",
            "name": community.name,
            "aliases": f"{community.name}居委会、{community.name.removesuffix('社区')}",
            "parent": STREET_NAME,
            "number": community.code,
            "code_year": CODE_YEAR,
            "lon": community.lon,
            "lat": community.lat,
            "crs": Crs.WGS84.value,
            "households": community.households,
            "share": f"{community.share_60plus:.0%}",
            "synthetic": SYNTHETIC,
        }


def _grids() -> Iterator[dict[str, Cell]]:
    for community in communities():
        for number in range(1, GRIDS_PER_COMMUNITY + 1):
            yield {
                "type": "网格",
                "name": f"{community.name}第{number}网格",
                "number": f"{community.code}{number:03d}",
                "parent": community.name,
                "households": round(community.households / GRIDS_PER_COMMUNITY),
                "synthetic": SYNTHETIC,
            }


def _places() -> Iterator[dict[str, Cell]]:
    points = {community.name: (community.lon, community.lat) for community in communities()}
    for row in (*table("neighborhoods"), *table("places")):
        community = f"{row['community']}社区"
        point = offset(*points[community], float(row["east_m"]), float(row["north_m"]))
        lon, lat = (round(float(value), 6) for value in from_wgs84(*point, Crs.GCJ02))
        yield {
            "type": row.get("kind") or "小区",
            "name": row["name"],
            "aliases": row["aliases"],
            "parent": community,
            "lon": lon,
            "lat": lat,
            "crs": Crs.GCJ02.value,
            "length": row.get("length_m", ""),
            "built": row.get("built_year", ""),
            "housing": row.get("housing_type", ""),
            "property": row.get("has_property_mgmt", ""),
            "households": row.get("households", ""),
            "synthetic": SYNTHETIC,
        }


def _branches() -> Iterator[dict[str, Cell]]:
    committee = f"{STREET_NAME}大工委"
    yield {"type": "街道大工委", "name": committee, "members": STREET_NAME}
    for branch in BRANCHES:
        station = f"{branch.removeprefix('示例联动支部') if branch.startswith('示例') else branch}联动工作站"
        if branch.startswith("示例"):
            station = f"示例{station}"
        home = next(community.name for community in communities() if community.branch == branch)
        yield {"type": "联动工作站", "name": station, "parent": home}
        yield {
            "type": "联动支部",
            "name": branch_name(branch),
            "parent": committee,
            "members": "、".join(community.name for community in communities() if community.branch == branch),
            "based_at": station,
            "synthetic": SYNTHETIC if branch.startswith("示例") else None,
        }
    yield {"type": "片区", "name": POOL_NAME, "members": "、".join(POOL_MEMBERS), "synthetic": SYNTHETIC}


def _units(*, planted: bool) -> Iterator[dict[str, Cell]]:
    homes = [community.name for community in communities()]
    kinds = [kind for kind, count in UNIT_KINDS for _ in range(count)]
    yield {
        "no": 1,
        "name": NAMED_UNIT,
        "type": "国企",
        "checked_in": "桃花坞社区",
        "number": "示例-2020-001",
        "partner": "桃花坞社区",
        "signed": "2020年5月8日",
        "until": "2023-05-07",
        "contact": "联络员",
    }
    for number, kind in enumerate(kinds, start=1):
        home = homes[int(draw("unit", str(number)) * len(homes))]
        row: dict[str, Cell] = {
            "no": number + 1,
            "name": unit_name(f"{number:03d}"),
            "type": kind,
            "checked_in": home,
            "contact": "联络员",
            "synthetic": SYNTHETIC,
        }
        yield row | _agreement(number, home)
        if planted and number == 4:  # noqa: PLR2004 - where the planted row stands
            yield row | {"no": "5甲", "name": "示例合作社", "uscc": "910000000000000001"}


def _agreement(number: int, home: str) -> dict[str, Cell]:
    """Two units in three have an agreement; every ninth of these ended before the plan's day."""
    if number % 3 == 0:
        return {}
    year, month = 2018 + number % 3, 1 + number % 8
    ended = number % 9 == 1
    signed = (f"{year}年{month}月{10 + number % 9}日", f"{year}.{month}.{10 + number % 9}")[number % 2]
    return {
        "number": f"示例-{year}-{number + 1:03d}",
        "partner": home,
        "signed": signed,
        "until": f"2020-0{month % 7 + 1}-28" if ended else f"{year + 4}-{month:02d}-28",
    }


def _teams() -> Iterator[dict[str, Cell]]:
    for number, branch in enumerate(BRANCHES, start=1):
        yield {
            "name": TEAM if number == 1 else f"示例志愿服务队{number:02d}",
            "type": "志愿团队",
            "members": 20 + 3 * number,
            "hours": 80 + 10 * number,
            "checked_in": next(community.name for community in communities() if community.branch == branch),
            "synthetic": SYNTHETIC,
        }

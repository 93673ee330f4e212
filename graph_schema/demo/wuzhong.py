"""
Wuzhong: money of each community's year, meals for people of 80 and over, a pool, instructors of working groups.

The district's and one community's name are public; every other name, person and figure is synthetic and says so.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from graph_schema.demo.figures import ArticleFigure
from graph_schema.demo.people import people_list
from graph_schema.demo.scene import Scene
from graph_schema.demo.sheets import Cell, Column, ListFile, csv_list
from graph_schema.demo.tables import SYNTHETIC, offset
from graph_schema.geo import Crs

NAME = "wuzhong"
STREET = "吴中区（示例）"
AS_OF = datetime(2022, 3, 1, 1, 0, tzinfo=UTC)
"""A moment within the year that the money is for; the article itself bears no date."""
HORIZON_DAYS = 90
YEAR = 2022

COMMUNITIES, GRIDS, STATIONS, TOWNS = 115, 826, 698, 10
MEAL_COMMUNITY = "龙桥社区"
"""The community that the article names for its promises; that it has the meal point here is synthetic."""

FUND_KIND = "为民服务"
YEARLY_YUAN, MEAL_POINT_YUAN = 200_000, 50_000
MEAL_PLACES, MEAL_YUAN = 100, 500
"""100 places of 500 yuan make the 50,000 of the meal point; the split is synthetic."""
DELIVERED, DELIVERY_YUAN = 300, 1_000
"""Asked for in one community: 300,000 yuan, more than its year has."""

POOL = "城南片区大党委"
POOLED, POOR = ("示例010社区", "示例011社区"), "示例012社区"

GROUPS, MOST_GROUPS = 37, 4
WITHDRAWN = "ZD-11"

_LON, _LAT, _SIDE_M = 120.60, 31.20, 400
_FIRST_GROUP = 20
_INSTRUCTOR_HOMES = (20, 21, 22, 23, 25, 27, 29, 31, 34, 37, 50)
INSTRUCTORS = len(_INSTRUCTOR_HOMES)


def community_name(number: int) -> str:
    """Name of a community, 0 up."""
    return MEAL_COMMUNITY if number == 0 else f"示例{number:03d}社区"


def town_name(number: int) -> str:
    """Name of a town's Party committee, 0 up."""
    return f"示例镇{number + 1}党委"


def town_of(number: int) -> int:
    """Town of a community: neighbours in the list are of one town."""
    return number * TOWNS // COMMUNITIES


def list_files() -> tuple[ListFile, ...]:
    """Every list, in the order of their numbers."""
    return (
        directory_file(),
        instructors_file(),
        units_file(),
        budgets_file(),
        resources_file(),
        needs_file(),
    )


def directory_file(pooled: tuple[str, ...] = POOLED) -> ListFile:
    """
    The district, its communities, grids, stations and towns' committees, and one pool.

    Parameters
    ----------
    pooled
        Members of the pool.
    """
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
    return csv_list("01_名录.csv", f"{STREET}名录", columns, [*_areas(), *_parties(), *_pool(pooled)])


def instructors_file(withdrawn: tuple[str, ...] = ()) -> ListFile:
    """
    The instructors: four groups in the morning and four in the afternoon, though four in all is what one may have.

    Parameters
    ----------
    withdrawn
        Instructors who have taken back what they offered.
    """
    rows: list[dict[str, Cell]] = [
        {
            "pseudonym": instructor,
            "area": home,
            "role": "党建指导员",
            "categories": "SAF05",
            "total": f"{MOST_GROUPS}次",
            "windows": "每日9:00-12:00;每日14:00-17:00",
            "most": f"{MOST_GROUPS}次",
            "status": "已撤回" if instructor in withdrawn else "可共享",
            "surveyed": "2022-02-15",
        }
        for instructor, home in _instructors()
    ]
    return people_list("02_指导员名单.csv", "党建指导员名单（合成，无姓名）", rows)


def units_file() -> ListFile:
    """Those who give: one social organisation for the meals, and the units of the pool."""
    columns = {
        "name": Column("单位名称"),
        "type": Column("单位类型"),
        "checked_in": Column("报到社区"),
        "synthetic": Column("数据标注"),
    }
    rows: list[dict[str, Cell]] = [
        {"name": name, "type": kind, "checked_in": home, "synthetic": SYNTHETIC}
        for name, kind, home in (
            ("示例助餐服务中心", "社会组织", MEAL_COMMUNITY),
            ("示例医院", "医院", POOLED[0]),
            ("示例超市", "非公企业", POOLED[1]),
        )
    ]
    return csv_list("03_共建单位.csv", "共建单位名单", columns, rows)


def budgets_file() -> ListFile:
    """Money of the year of each community."""
    columns = {
        "owner": Column("归属"),
        "kind": Column("经费类型"),
        "year": Column("年度"),
        "amount": Column("额度(元)"),
        "spent": Column("已支出(元)"),
        "synthetic": Column("数据标注"),
    }
    rows: list[dict[str, Cell]] = [
        {
            "owner": community_name(number),
            "kind": FUND_KIND,
            "year": YEAR,
            "amount": YEARLY_YUAN,
            "spent": 0,
            "synthetic": SYNTHETIC,
        }
        for number in range(COMMUNITIES)
    ]
    return csv_list("04_专项经费.csv", "为民服务专项经费", columns, rows)


_RESOURCE_COLUMNS = {
    "number": Column("编号"),
    "provider": Column("单位名称"),
    "name": Column("资源名称"),
    "category": Column("资源类别"),
    "total": Column("数量"),
    "area": Column("所属社区"),
    "serves": Column("覆盖范围"),
    "target": Column("服务对象"),
    "mode": Column("服务方式"),
    "window": Column("开放时间"),
    "price": Column("单价(元)"),
    "status": Column("使用状态"),
    "surveyed": Column("摸排日期"),
    "synthetic": Column("数据标注"),
}


def resources_file() -> ListFile:
    """Meals that money buys for people of 80 and over, and what the pool shares."""
    rows: list[dict[str, Cell]] = [
        {
            "number": f"ZY-2022-{number:03d}",
            "status": "可共享",
            "surveyed": "2022-02-15",
            "synthetic": SYNTHETIC,
            **row,
        }
        for number, row in enumerate([*_meals(), *_pool_resources()], start=1)
    ]
    return csv_list("05_资源清单.csv", "资源清单", _RESOURCE_COLUMNS, rows)


def needs_file() -> ListFile:
    """Meals, what the pool's communities and the poor one need, and a working group's instructor for each of 37."""
    columns = {
        "area": Column("所属社区"),
        "title": Column("需求名称"),
        "category": Column("需求类别"),
        "quantity": Column("需求数量"),
        "urgency": Column("紧急程度"),
        "target": Column("服务对象"),
        "fund": Column("经费类型"),
        "raised": Column("提出日期"),
        "synthetic": Column("数据标注"),
    }
    rows: list[dict[str, Cell]] = [
        {"raised": "2022-02-20", "urgency": "难", "synthetic": SYNTHETIC, **row}
        for row in (*_meal_needs(), *_pool_needs(), *_groups())
    ]
    return csv_list("06_需求清单.csv", "需求清单", columns, rows)


def _areas() -> Iterator[dict[str, Cell]]:
    yield {"type": "街道", "name": STREET, "synthetic": SYNTHETIC}
    grid = 0
    for number in range(COMMUNITIES):
        lon, lat = offset(_LON, _LAT, _SIDE_M * (number % 12), _SIDE_M * (number // 12))
        yield {
            "type": "社区",
            "name": community_name(number),
            "parent": STREET,
            "lon": lon,
            "lat": lat,
            "crs": Crs.WGS84.value,
            "synthetic": SYNTHETIC,
        }
        for part in range(GRIDS // COMMUNITIES + (number < GRIDS % COMMUNITIES)):
            grid += 1
            name = f"{community_name(number)}第{part + 1}网格"
            yield {"type": "网格", "name": name, "parent": community_name(number), "synthetic": SYNTHETIC}
            if grid <= STATIONS:
                yield {"type": "先锋枢纽", "name": f"{name}先锋枢纽", "parent": name, "synthetic": SYNTHETIC}


def _parties() -> Iterator[dict[str, Cell]]:
    for town in range(TOWNS):
        members = [community_name(number) for number in range(COMMUNITIES) if town_of(number) == town]
        yield {"type": "镇党委", "name": town_name(town), "members": "、".join(members), "synthetic": SYNTHETIC}


def _pool(members: tuple[str, ...]) -> Iterator[dict[str, Cell]]:
    yield {"type": "片区", "name": POOL, "members": "、".join(members), "synthetic": SYNTHETIC}


def _instructors() -> list[tuple[str, str]]:
    """Most are at home where few groups are, the last one alone in the town of the last eleven groups."""
    return [(f"ZD-{n:02d}", community_name(home)) for n, home in enumerate(_INSTRUCTOR_HOMES, start=1)]


def _meals() -> Iterator[dict[str, Cell]]:
    meals: dict[str, Cell] = {"provider": "示例助餐服务中心", "target": "80岁以上老人"}
    yield meals | {
        "name": "助餐服务点",
        "category": "ELD01",
        "total": f"{MEAL_PLACES}人",
        "area": MEAL_COMMUNITY,
        "serves": MEAL_COMMUNITY,
        "mode": "集中就餐",
        "price": MEAL_YUAN,
    }
    yield meals | {
        "name": "送餐上门",
        "category": "ELD02",
        "total": "600人",
        "area": MEAL_COMMUNITY,
        "serves": "全街道",
        "mode": "送餐上门",
        "price": DELIVERY_YUAN,
    }
    yield meals | {
        "name": "送菜上门",
        "category": "ELD03",
        "total": "600人",
        "area": MEAL_COMMUNITY,
        "serves": "全街道",
        "mode": "送菜上门",
        "price": MEAL_YUAN,
    }


def _meal_needs() -> Iterator[dict[str, Cell]]:
    old = "80岁以上老人"
    for community, title, category, quantity, target in (
        (MEAL_COMMUNITY, "高龄老人集中就餐", "ELD01", MEAL_PLACES, old),
        (MEAL_COMMUNITY, "六十岁以上老人集中就餐", "ELD01", 20, "60岁以上老人"),
        (community_name(2), "高龄老人送餐上门", "ELD02", DELIVERED, old),
        (community_name(3), "高龄老人送菜上门", "ELD03", 60, old),
    ):
        yield {
            "area": community,
            "title": f"{community}{title}",
            "category": category,
            "quantity": f"{quantity}人",
            "target": target,
            "fund": FUND_KIND,
        }


def _pool_resources() -> Iterator[dict[str, Cell]]:
    yield {
        "provider": "示例超市",
        "name": "米面粮油",
        "category": "HLP01",
        "total": "100份",
        "area": POOLED[1],
        "serves": POOL,
    }
    yield {
        "provider": "示例医院",
        "name": "义诊",
        "category": "HLT01",
        "total": "60人",
        "area": POOLED[0],
        "serves": POOL,
    }


def _pool_needs() -> Iterator[dict[str, Cell]]:
    for community, goods, people in ((POOLED[0], 30, 15), (POOLED[1], 30, 15), (POOR, 60, 30)):
        yield {"area": community, "title": f"{community}生活物资", "category": "HLP01", "quantity": f"{goods}份"}
        yield {"area": community, "title": f"{community}义诊", "category": "HLT01", "quantity": f"{people}人"}


def _groups() -> Iterator[dict[str, Cell]]:
    for number in range(_FIRST_GROUP, _FIRST_GROUP + GROUPS):
        name = community_name(number)
        yield {"area": name, "title": f"{name}党的工作小组指导", "category": "SAF05", "quantity": "1次"}


ARTICLES = (
    ArticleFigure("demo.article.communities", 115, "115个", None, "communities"),
    ArticleFigure("demo.article.grid_branches", 826, "826个", None, "grids"),
    ArticleFigure("demo.article.stations", 698, "698个", None, "stations"),
    ArticleFigure("demo.article.groups", 37, "37个", None, "groups.asked"),
    ArticleFigure("demo.article.instructors", 11, "11名", None, "groups.instructors"),
)

SCENE = Scene(
    name=NAME,
    title_zh="吴中区先锋枢纽：社区年度经费、80 岁以上助餐、片区共享、党建指导员每人不超过 4 个小组",
    title_en="Wuzhong: yearly money, meals for 80 and over, a pool, instructors with at most 4 groups each",
    as_of=AS_OF,
    horizon_days=HORIZON_DAYS,
    files=list_files,
    articles=ARTICLES,
)

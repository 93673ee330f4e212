"""
Jinchang in 2023: what communities need meets what units share, a weekend programme, projects on three levels.

Names of the street and its communities are public; units, people, figures and coordinates are synthetic and say so.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from graph_schema.demo.figures import ArticleFigure
from graph_schema.demo.list_places import directory_file, unit_name, units_file
from graph_schema.demo.people import vanguards_file
from graph_schema.demo.roster import posts_file, workers_file
from graph_schema.demo.scene import Scene
from graph_schema.demo.sheets import Cell, Column, ListFile, csv_list
from graph_schema.demo.tables import BRANCHES, STREET_NAME, SYNTHETIC, TEAM, communities, offset
from graph_schema.geo import Crs

NAME = "jinchang-2023"
AS_OF = datetime(2023, 2, 6, 1, 0, tzinfo=UTC)
"""Nine in the morning of the Monday after the Lantern Festival of 2023."""
HORIZON_DAYS = 90
WEEKEND_YEAR = 2023

KIOSKS = ("闲置采样亭（观景）", "闲置采样亭（仁安）")
"""The two kiosks stand in a neighbouring street; here they are offered to two communities of this one."""

MOST_VISITS = 3
"""What a vanguard gives at most in the term of the plan, over visits and errands and both days of a weekend."""

_VANGUARD_OFFERS: tuple[dict[str, Cell], ...] = (
    {
        "categories": "ELD05、LIV06",
        "total": "2人",
        "windows": "周六9:00-11:00;周日9:00-11:00",
        "most": f"{MOST_VISITS}人",
        "monthly": None,
        "surveyed": "2023-01-30",
    },
    {},
    {},
)
"""Every third vanguard visits and runs errands; the others are on the list for later."""

_FILLED = f"填报单位：{STREET_NAME}（示例）　填报时间：2023年2月"
_URGENCY = ("急", "难", "愁", "盼")


def list_files() -> tuple[ListFile, ...]:
    """Every list, in the order of their numbers."""
    return (
        directory_file(_FILLED),
        units_file(_FILLED, planted=False),
        vanguards_file("03_海棠先锋名册.csv", _VANGUARD_OFFERS),
        workers_file("04_网格员名册.csv"),
        resources_file(),
        services_file(),
        needs_file(),
        posts_file("08_值守岗位清单.csv"),
        projects_file(),
    )


def resources_file() -> ListFile:
    """What units share: three resources for each community, of which only a part is released, and two kiosks."""
    columns = {
        "provider": Column("单位名称"),
        "name": Column("共享资源"),
        "category": Column("资源类别"),
        "total": Column("总数"),
        "offered": Column("可提供数量"),
        "area": Column("所属社区"),
        "lon": Column("经度"),
        "lat": Column("纬度"),
        "crs": Column("坐标系"),
        "window": Column("开放时间"),
        "serves": Column("覆盖范围"),
        "status": Column("使用状态"),
        "surveyed": Column("摸排日期"),
        "synthetic": Column("数据标注"),
    }
    return csv_list("05_共享资源清单.csv", f"{STREET_NAME}共享资源清单（示例）", columns, [*_shared(), *_kiosks()])


def services_file() -> ListFile:
    """The weekend programme: a class on Saturdays and a market on Sundays in each linked branch."""
    columns = {
        "name": Column("服务项目"),
        "category": Column("服务类别"),
        "provider": Column("服务团队"),
        "window": Column("活动时间"),
        "seats": Column("每次名额"),
        "coverage": Column("惠及社区"),
        "synthetic": Column("数据标注"),
    }
    return csv_list("06_周末社区服务清单.csv", f"{STREET_NAME}“周末社区”服务清单（示例）", columns, _weekend())


def needs_file() -> ListFile:
    """What communities need: seven needs of each, and two stations where people who deliver can rest."""
    columns = {
        "area": Column("所属社区"),
        "title": Column("需求名称"),
        "category": Column("需求类别"),
        "quantity": Column("需求数量"),
        "urgency": Column("急难愁盼"),
        "window": Column("期望时段"),
        "households": Column("受益户数"),
        "source": Column("收集渠道"),
        "raised": Column("提出日期"),
        "synthetic": Column("数据标注"),
    }
    return csv_list("07_服务需求清单.csv", f"{STREET_NAME}服务需求清单（示例）", columns, _needs())


def projects_file() -> ListFile:
    """Projects on three levels: 3 of the street, three sub-projects and one micro-project of each community."""
    columns = {
        "name": Column("项目名称"),
        "level": Column("项目类别"),
        "area": Column("实施社区"),
        "lead": Column("主办单位"),
        "budget": Column("资金(万元)"),
        "synthetic": Column("数据标注"),
    }
    return csv_list("09_项目清单.csv", f"{STREET_NAME}项目清单（示例）", columns, _projects())


def _shared() -> Iterator[dict[str, Cell]]:
    for number, community in enumerate(communities()):
        lon, lat = offset(community.lon, community.lat, 40, -30)
        here: dict[str, Cell] = {
            "area": community.name,
            "lon": lon,
            "lat": lat,
            "crs": Crs.WGS84.value,
            "status": "可共享",
            "surveyed": "2022-12-20",
            "synthetic": SYNTHETIC,
        }
        unit = [unit_name(f"{3 * number + part:03d}") for part in (1, 2, 3)]
        yield here | {
            "provider": unit[0],
            "name": f"{community.name}联建会议室",
            "category": "VEN01",
            "total": "3间",
            "offered": f"{1 + number % 2}间",
            "window": "工作日18:00—22:00",
        }
        yield here | {
            "provider": unit[1],
            "name": f"暖冬礼包{number + 1:02d}",
            "category": "HLP01",
            "total": "80份",
            "offered": f"{20 + 5 * (number % 5)}份",
        }
        yield here | {
            "provider": unit[2],
            "name": f"楼道清理队{number + 1:02d}",
            "category": "ENV02",
            "total": "6处",
            "offered": f"{1 + number % 3}处",
        }
        if number == 0:
            yield here | {
                "provider": unit[0],
                "name": f"{community.name}共享药箱",
                "category": "HLT05",
                "total": "6个",
                "offered": "4个",
            }
            yield here | {
                "provider": unit[1],
                "name": f"{community.name}日间活动室",
                "category": "VEN02",
                "total": "2间",
                "offered": "1间",
                "window": "工作日9:00—17:00",
            }


def _kiosks() -> Iterator[dict[str, Cell]]:
    for number, name in enumerate(KIOSKS):
        yield {
            "provider": unit_name(f"{101 + number}"),
            "name": name,
            "category": "VEN05",
            "total": "1座",
            "offered": "1座",
            "serves": communities()[7 * number + 3].name,
            "status": "闲置",
            "surveyed": "2023-01-10",
            "synthetic": SYNTHETIC,
        }


def _weekend() -> Iterator[dict[str, Cell]]:
    for number, branch in enumerate(BRANCHES, start=1):
        members = [community.name for community in communities() if community.branch == branch]
        shown: dict[str, Cell] = {
            "provider": TEAM if number == 1 else f"示例志愿服务队{number:02d}",
            "seats": f"{len(members)}场",
            "coverage": "、".join(members),
            "synthetic": SYNTHETIC,
        }
        yield shown | {"name": f"周末课堂{number:02d}", "category": "CUL04", "window": "每周六9:00-11:00"}
        yield shown | {"name": f"幸福里集市{number:02d}", "category": "LIV07", "window": "每周日9:00-12:00"}


def _needs() -> Iterator[dict[str, Cell]]:
    for number, community in enumerate(communities()):
        shown: dict[str, Cell] = {
            "area": community.name,
            "households": community.households // 10,
            "source": "走访",
            "raised": "2023-01-16",
            "synthetic": SYNTHETIC,
        }
        for title, category, quantity, urgency, window in (
            ("议事会场地", "VEN01", "1间", "难", "工作日19:00-21:00"),
            ("暖冬礼包", "HLP01", f"{25 + 5 * (number % 4)}份", _URGENCY[number % 4], ""),
            ("楼道清理", "ENV02", f"{1 + (number + 1) % 3}处", "急", ""),
            ("老人探访", "ELD05", "12人", "愁", ""),
            ("代办跑腿", "LIV06", "12人", "盼", ""),
            ("周末课堂", "CUL04", "1场", "盼", "每周六9:00-11:00"),
            ("幸福里集市", "LIV07", "1场", "盼", "每周日9:00-12:00"),
        ):
            yield shown | {
                "title": f"{community.name}{title}",
                "category": category,
                "quantity": quantity,
                "urgency": urgency,
                "window": window,
            }
        if number in {0, 20}:
            yield shown | {
                "title": f"{community.name}共享药箱",
                "category": "HLT05",
                "quantity": "1个",
                "urgency": "愁",
            }
        if number == 0:
            yield shown | {
                "title": f"{community.name}周末排练场地",
                "category": "VEN02",
                "quantity": "1间",
                "urgency": "盼",
                "window": "周末9:00-11:00",
            }
        if number in {3, 10}:
            yield shown | {
                "title": f"{community.name}暖新驿站",
                "category": "VEN04",
                "quantity": "1处",
                "urgency": "愁",
            }


def _projects() -> Iterator[dict[str, Cell]]:
    for number in range(1, 4):
        yield {
            "name": f"街道项目{number}",
            "level": "街道",
            "lead": unit_name(f"{number:03d}"),
            "budget": 20 * number,
            "synthetic": SYNTHETIC,
        }
    for number, community in enumerate(communities(), start=1):
        for part in (1, 2, 3):
            yield {
                "name": f"{community.name}子项目{part}",
                "level": "社区",
                "area": community.name,
                "lead": unit_name(f"{3 * number + part:03d}"),
                "budget": part,
                "synthetic": SYNTHETIC,
            }
        yield {
            "name": f"“海棠连心千家万户”微项目·{community.name}",
            "level": "微项目",
            "area": community.name,
            "lead": f"{community.name}居委会",
            "budget": 0.5,
            "synthetic": SYNTHETIC,
        }


ARTICLES = (
    ArticleFigure("demo.article.communities", 29, "29个", 2023, "communities"),
    ArticleFigure("demo.article.units", 181, "180余家", 2023, "units"),
    ArticleFigure("demo.article.vanguards", 625, "625人", 2023, "vanguards.all"),
    ArticleFigure("demo.article.workers", 62, "60余名", 2020, "roster.workers"),
    ArticleFigure("demo.article.projects", 119, "3+87+29", 2023, "projects.all"),
)

SCENE = Scene(
    name=NAME,
    title_zh="金阊街道根系工程（2023）：需求清单对接资源清单，625 名海棠先锋，定人定点值守，周末社区，三级项目",
    title_en="Jinchang (2023): need list meets resource list, 625 vanguards, a roster, weekends, projects",
    as_of=AS_OF,
    horizon_days=HORIZON_DAYS,
    files=list_files,
    articles=ARTICLES,
)

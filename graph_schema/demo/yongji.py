"""
Yongji: 87 units and 3,550 members look after 236 neighbourhoods, each with its unit and with 15 or 16 members.

The names of the town's three subdistricts are public; units, members, neighbourhoods and all places are synthetic.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from graph_schema.demo.figures import ArticleFigure
from graph_schema.demo.people import people_list
from graph_schema.demo.scene import Scene
from graph_schema.demo.sheets import Cell, Column, ListFile, csv_list
from graph_schema.demo.tables import SYNTHETIC, draw, offset
from graph_schema.geo import Crs

NAME = "yongji"
STREET = "永济市城区（示例）"
SUBDISTRICTS = ("城西街道", "城北街道", "城东街道")
AS_OF = datetime(2024, 8, 21, 1, 0, tzinfo=UTC)
HORIZON_DAYS = 30

COMMUNITIES, NEIGHBORHOODS, UNITS, MEMBERS = 22, 236, 87, 3550
ASKED_EACH = 16
"""236 times 16 is 226 more than there are members: each neighbourhood lacks one or none when all are even."""

_LON, _LAT = 110.44, 34.87
_SIDE_M = 320

POLICY = """# 永济情景：先把各小区的人数拉平（16 人一档一人），再看走路和包联。
[fairness]
fairness_mode = "strict"
fairness_pieces = 16
"""


def neighborhood_name(number: int) -> str:
    """Name of a neighbourhood, 0 up."""
    return f"示例{number + 1:03d}小区"


def unit_name(number: int) -> str:
    """Name of a unit, 0 up."""
    return f"包联单位{number + 1:02d}"


def looked_after(unit: int) -> range:
    """Neighbourhoods that a unit looks after: 62 units have three and 25 have two."""
    three = NEIGHBORHOODS - 2 * UNITS
    first = 3 * unit if unit < three else 2 * unit + three
    return range(first, first + (3 if unit < three else 2))


def unit_of(member: int) -> int:
    """Unit of a member, 0 up: 70 units have 41 and 17 have 40."""
    return member * UNITS // MEMBERS


def list_files() -> tuple[ListFile, ...]:
    """Every list, in the order of their numbers."""
    return (
        directory_file(),
        units_file(),
        members_file(),
        resources_file(),
        needs_file(),
    )


def directory_file() -> ListFile:
    """The town with its subdistricts' committees, 22 communities and 236 neighbourhoods."""
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
    """The units, each with the neighbourhoods that it looks after."""
    columns = {
        "name": Column("单位名称"),
        "type": Column("单位类型"),
        "responsible": Column("包联小区"),
        "synthetic": Column("数据标注"),
    }
    rows: list[dict[str, Cell]] = [
        {
            "name": unit_name(unit),
            "type": "机关",
            "responsible": "、".join(neighborhood_name(number) for number in looked_after(unit)),
            "synthetic": SYNTHETIC,
        }
        for unit in range(UNITS)
    ]
    return csv_list("02_包联单位.csv", "包联单位名单", columns, rows)


def members_file() -> ListFile:
    """The members under pseudonyms, each of a unit, at home in a neighbourhood, for one place on duty anywhere."""
    rows: list[dict[str, Cell]] = [
        {
            "pseudonym": member_name(member),
            "affiliation": unit_name(unit_of(member)),
            "area": neighborhood_name(_home(member)),
            "role": "在职党员",
            "categories": "ENV01",
            "total": "1人",
            "serves": "全街道",
            "surveyed": "2024-08-01",
        }
        for member in range(MEMBERS)
    ]
    return people_list("03_在职党员报到.csv", "在职党员双报到名单（合成，无姓名）", rows)


def member_name(member: int) -> str:
    """Pseudonym of a member, 0 up."""
    return f"DY-{member + 1:04d}"


def resources_file() -> ListFile:
    """What each unit gives: itself, to as many neighbourhoods as it looks after."""
    columns = {
        "number": Column("编号"),
        "provider": Column("单位名称"),
        "name": Column("资源名称"),
        "category": Column("资源类别"),
        "total": Column("数量"),
        "surveyed": Column("摸排日期"),
        "synthetic": Column("数据标注"),
    }
    return csv_list("04_资源清单.csv", "包联单位资源清单", columns, _units())


def needs_file() -> ListFile:
    """What each neighbourhood asks for: a unit, and 16 members on duty."""
    columns = {
        "number": Column("编号"),
        "area": Column("所属社区"),
        "title": Column("需求名称"),
        "category": Column("需求类别"),
        "quantity": Column("需求数量"),
        "urgency": Column("紧急程度"),
        "raised": Column("提出日期"),
        "synthetic": Column("数据标注"),
    }
    return csv_list("05_需求清单.csv", "小区包联需求清单", columns, _needs())


def _areas() -> Iterator[dict[str, Cell]]:
    yield {"type": "街道", "name": STREET, "synthetic": SYNTHETIC}
    for community in range(COMMUNITIES):
        yield {"type": "社区", "name": _community_name(community), "parent": STREET, "synthetic": SYNTHETIC}
    for number in range(NEIGHBORHOODS):
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
    for index, subdistrict in enumerate(SUBDISTRICTS):
        members = [
            _community_name(community)
            for community in range(COMMUNITIES)
            if community * len(SUBDISTRICTS) // COMMUNITIES == index
        ]
        yield {"type": "街道党工委", "name": f"{subdistrict}党工委", "members": "、".join(members)}


def _units() -> Iterator[dict[str, Cell]]:
    for unit in range(UNITS):
        yield {
            "number": f"DW-{unit + 1:03d}",
            "provider": unit_name(unit),
            "name": f"{unit_name(unit)}包联",
            "category": "SAF05",
            "total": f"{len(looked_after(unit))}次",
            "surveyed": "2024-08-01",
            "synthetic": SYNTHETIC,
        }


def _needs() -> Iterator[dict[str, Cell]]:
    for number in range(NEIGHBORHOODS):
        shown: dict[str, Cell] = {
            "area": neighborhood_name(number),
            "raised": "2024-08-10",
            "synthetic": SYNTHETIC,
        }
        yield shown | {
            "number": f"BL-{number + 1:03d}",
            "title": f"{neighborhood_name(number)}包联单位",
            "category": "SAF05",
            "quantity": "1次",
            "urgency": "难",
        }
        yield shown | {
            "number": f"RS-{number + 1:03d}",
            "title": f"{neighborhood_name(number)}在职党员值守",
            "category": "ENV01",
            "quantity": f"{ASKED_EACH}人",
            "urgency": "愁",
        }


def _home(member: int) -> int:
    """Neighbourhood in which a member lives: some are crowded, some nearly empty."""
    return int(draw("home", str(member)) ** 2 * NEIGHBORHOODS)


def _place(number: int) -> tuple[float, float]:
    """Metres east and north of a neighbourhood."""
    return _SIDE_M * (number % 16), _SIDE_M * (number // 16)


def _community_of(neighborhood: int) -> str:
    return _community_name(neighborhood * COMMUNITIES // NEIGHBORHOODS)


def _community_name(community: int) -> str:
    return f"示例{community + 1:02d}社区"


ARTICLES = (
    ArticleFigure("demo.article.neighborhoods", 236, "236个", 2024, "neighborhoods"),
    ArticleFigure("demo.article.responsible_units", 87, "87个", 2024, "units"),
    ArticleFigure("demo.article.members", 3550, "3550名", 2024, "people"),
)

SCENE = Scene(
    name=NAME,
    title_zh="永济四级联动：87 个单位、3550 名在职党员包联 236 个小区，每个小区有自己的单位、15 或 16 名党员",
    title_en="Yongji: 87 units and 3,550 members for 236 neighbourhoods, each with its unit and 15 or 16 members",
    as_of=AS_OF,
    horizon_days=HORIZON_DAYS,
    files=list_files,
    policy=POLICY,
    articles=ARTICLES,
)

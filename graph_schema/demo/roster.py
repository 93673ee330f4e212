"""A roster: 62 grid workers on fixed posts, a morning and an evening shift on each; all of it synthetic."""

from collections.abc import Iterator

from graph_schema.demo.people import people_list
from graph_schema.demo.sheets import Cell, Column, ListFile, csv_list
from graph_schema.demo.tables import STREET_NAME, SYNTHETIC, communities, offset
from graph_schema.geo import Crs

WORKERS = 62
"""60余 in the article; one for each post here."""
BRANCH = "金门路"

EARLY, LATE = ("每日7:00-9:00", "每日8:00-10:00"), ("每日17:30-19:30", "每日18:00-20:00")
"""Posts begin by turns at one of two hours: shifts of neighbouring posts overlap, those of one post never do."""

_CATEGORY = "ENV01"


def worker_name(number: int) -> str:
    """Pseudonym of a grid worker, 0 up."""
    return f"WG-{number + 1:02d}"


def post_name(number: int) -> str:
    """Name of a post, 0 up."""
    return f"{BRANCH}定点{number + 1:02d}"


def workers_file(name: str) -> ListFile:
    """The workers, each there from seven in the morning to nine at night."""
    rows: list[dict[str, Cell]] = [
        {
            "pseudonym": worker_name(number),
            "area": _home(number),
            "role": "网格员",
            "categories": _CATEGORY,
            "total": "1人",
            "windows": "每日7:00-21:00",
            "surveyed": "2023-01-30",
        }
        for number in range(WORKERS)
    ]
    return people_list(name, f"{BRANCH}网格员名册（合成，无姓名）", rows)


def posts_file(name: str) -> ListFile:
    """The posts, a row for each shift."""
    columns = {
        "area": Column("所属社区"),
        "post": Column("岗位"),
        "title": Column("需求名称"),
        "category": Column("需求类别"),
        "quantity": Column("需求数量"),
        "urgency": Column("急难愁盼"),
        "window": Column("期望时段"),
        "lon": Column("经度"),
        "lat": Column("纬度"),
        "crs": Column("坐标系"),
        "raised": Column("提出日期"),
        "synthetic": Column("数据标注"),
    }
    return csv_list(name, f"{STREET_NAME}垃圾分类“三定一督”值守岗位（合成）", columns, _shifts())


def _shifts() -> Iterator[dict[str, Cell]]:
    points = {community.name: (community.lon, community.lat) for community in communities()}
    for number in range(WORKERS):
        lon, lat = offset(*points[_home(number)], 10 * (number % 5), 10 * (number % 3))
        for part, windows in (("早班", EARLY), ("晚班", LATE)):
            yield {
                "area": _home(number),
                "post": post_name(number),
                "title": f"{post_name(number)}{part}",
                "category": _CATEGORY,
                "quantity": "1人",
                "urgency": "难",
                "window": windows[number % 2],
                "lon": lon,
                "lat": lat,
                "crs": Crs.WGS84.value,
                "raised": "2023-01-30",
                "synthetic": SYNTHETIC,
            }


def _home(number: int) -> str:
    homes = [community.name for community in communities() if community.branch == BRANCH]
    return homes[number * len(homes) // WORKERS]

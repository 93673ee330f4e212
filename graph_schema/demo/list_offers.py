"""The resource list (资源), in three files as three hands keep it, and the services list (服务) of the demo."""

from collections.abc import Iterator, Mapping

from graph_schema.demo.list_places import unit_name
from graph_schema.demo.sheets import Cell, Column, ListFile, Sheet, fullwidth, rows_of
from graph_schema.demo.tables import STREET_NAME, SYNTHETIC, TEAM, communities, draw, offset, table
from graph_schema.geo import Crs, from_wgs84
from graph_schema.taxonomy import load

PARKING_NAME = "地下车库内部车位错时共享"
PARKING_QUANTITY = "近1,000"
SERVICE_AREAS = ("中街路社区", "养育巷社区", "环秀社区")

_OFFICES = {
    "no": Column("序号"),
    "provider": Column("单位名称", above="提供单位"),
    "type": Column("单位类型", above="提供单位"),
    "name": Column("资源名称", above="资源情况"),
    "category": Column("资源类别", above="资源情况"),
    "quantity": Column("数量", above="资源情况"),
    "unit": Column("计量单位", above="资源情况"),
    "area": Column("所属社区", above="位置"),
    "address": Column("地址", above="位置"),
    "lon": Column("经度", above="位置"),
    "lat": Column("纬度", above="位置"),
    "crs": Column("坐标系", above="位置"),
    "window": Column("开放时间"),
    "target": Column("服务对象"),
    "mode": Column("服务方式"),
    "status": Column("使用状态"),
    "surveyed": Column("摸排日期"),
    "contact": Column("联系人"),
    "synthetic": Column("数据标注"),
    "note": Column("备注"),
}
_SOCIETIES = {
    "no": Column("序"),
    "provider": Column("共建单位"),
    "name": Column("可提供资源"),
    "category": Column("资源类型"),
    "quantity": Column("规模"),
    "address": Column("地点"),
    "window": Column("可提供时间"),
    "coverage": Column("服务范围"),
    "target": Column("面向人群"),
    "mode": Column("方式"),
    "status": Column("现状"),
    "until": Column("有效期至"),
    "phone": Column("联系电话"),
    "synthetic": Column("数据标注"),
}
_COMPANIES = {
    "no": Column("编号"),
    "provider": Column("责任单位"),
    "name": Column("共享资源"),
    "category": Column("类别"),
    "quantity": Column("总数"),
    "offered": Column("可提供数量"),
    "unit": Column("数量单位"),
    "address": Column("坐落"),
    "window": Column("共享时段"),
    "coverage": Column("辐射社区"),
    "target": Column("适用对象"),
    "mode": Column("服务形式"),
    "status": Column("使用现状"),
    "conditions": Column("共享方式"),
    "until": Column("截止日期"),
    "contact": Column("联络员"),
    "synthetic": Column("数据性质"),
}


def resource_files(parking: str = PARKING_QUANTITY) -> tuple[ListFile, ListFile, ListFile]:
    """
    The three resource lists.

    Parameters
    ----------
    parking
        What stands in the cell for the number of shared parking spaces.
    """
    return (
        ListFile(
            "03_资源清单_机关事业.xlsx",
            (
                Sheet(
                    "资源清单",
                    (f"{STREET_NAME}共建单位资源清单（机关、事业单位）", "填报时间：2020年8月　示例数据，坐标为合成"),
                    *rows_of(_OFFICES, _offices()),
                    footer=(("合计", None, None, None, None, "见各项"), ("备注：本表为示例，由程序生成。",)),
                ),
            ),
        ),
        ListFile(
            "04_资源清单_社会组织学校医院.xlsx",
            (
                Sheet("说明", ("填表说明",), *rows_of({"text": Column("请按实际情况填写")}, [{"text": "示例数据。"}])),
                Sheet(
                    "资源",
                    (f"{STREET_NAME}社会组织、学校、医院可提供资源一览表（示例）",),
                    *rows_of(_SOCIETIES, _societies()),
                    footer=(("小计", "见各项"),),
                ),
            ),
        ),
        ListFile(
            "05_资源清单_企业.csv",
            (
                Sheet(
                    "",
                    (f"{STREET_NAME}企业共享资源清单（示例）",),
                    *rows_of(_COMPANIES, _companies(parking)),
                    footer=(("合计", None, None, None, "见各项"),),
                ),
            ),
            encoding="gb18030",
        ),
    )


def services_file() -> ListFile:
    """The four services of the 15th, each in three communities; their seats and times are synthetic."""
    columns = {
        "no": Column("序号"),
        "name": Column("服务项目"),
        "category": Column("服务类别"),
        "provider": Column("服务团队"),
        "window": Column("活动时间"),
        "seats": Column("每次名额"),
        "address": Column("活动地点"),
        "coverage": Column("惠及社区"),
        "sign_up": Column("预约方式"),
        "synthetic": Column("数据标注"),
    }
    offers = (
        ("免费理发", "LIV01", "40人"),
        ("磨剪刀", "LIV02", "30人"),
        ("维修家电", "LIV03", "20人"),
        ("医疗保健", "HLT01", "60人"),
    )
    rows: list[dict[str, Cell]] = [
        {
            "no": number,
            "name": name,
            "category": code,
            "provider": TEAM,
            "window": "每月15日 9:00-11:30",
            "seats": seats,
            "address": "中街路社区党群服务站",
            "coverage": "、".join(SERVICE_AREAS),
            "sign_up": "现场排队",
            "synthetic": SYNTHETIC,
        }
        for number, (name, code, seats) in enumerate(offers, start=1)
    ]
    rows.append(
        rows[0] | {"no": 5, "name": "裁缝织补", "category": "LIV05", "window": "看天气", "seats": "15人"},
    )
    return ListFile(
        "06_服务清单.csv",
        (Sheet("", ("“一刻钟”民生服务圈服务清单（示例）",), *rows_of(columns, rows)),),
        encoding="utf-8-sig",
    )


def _offices() -> Iterator[dict[str, Cell]]:
    rows = _rows("A")
    names = {category.code: category.name_zh for category in load().categories}
    points = {community.name: (community.lon, community.lat) for community in communities()}
    for number, row in enumerate(rows, start=1):
        shown: dict[str, Cell] = {
            "no": number,
            "provider": unit_name(row["provider"]),
            "name": row["name"],
            "category": names[row["category"]],
            "quantity": _number(row["quantity"]),
            "unit": row["unit"],
            "address": _address(row),
            "window": row["window"],
            "target": row["target"],
            "mode": row["mode"],
            "status": row["status"],
            "surveyed": ("2020-07-15", "2020.7.20", "2020年8月3日")[number % 3],
            "contact": "联络员",
            "synthetic": SYNTHETIC,
        }
        if row["place"] in points:
            east_m, north_m = (80 * draw(row["name"], axis) - 40 for axis in ("east", "north"))
            lon, lat = from_wgs84(*offset(*points[row["place"]], east_m, north_m), Crs.GCJ02)
            shown |= {
                "area": row["place"],
                "lon": round(float(lon), 6),
                "lat": round(float(lat), 6),
                "crs": Crs.GCJ02.value,
            }
        yield shown
        if number == 9:  # noqa: PLR2004 - where the planted rows stand
            yield shown | {"no": "9甲", "name": "地下一层空间", "category": "其它杂项"}
            yield shown | {"no": "9乙", "name": "二层阅览角", "lon": shown["lat"], "lat": shown["lon"]}
            yield shown | {"no": "9丙", "name": "三层阅览角", "crs": None}


def _societies() -> Iterator[dict[str, Cell]]:
    for number, row in enumerate(_rows("B"), start=1):
        shown: dict[str, Cell] = {
            "no": number,
            "provider": unit_name(row["provider"]),
            "name": row["name"],
            "category": row["category"],
            "quantity": fullwidth(f"{row['quantity']}{row['unit']}"),
            "address": _address(row),
            "window": row["window"],
            "coverage": row["coverage"],
            "target": row["target"],
            "mode": row["mode"],
            "status": row["status"],
            "until": row["valid_to"],
            "synthetic": SYNTHETIC,
        }
        yield shown
        if number == 6:  # noqa: PLR2004 - where the planted rows stand
            yield shown | {"no": "6甲", "name": "陪诊志愿者", "quantity": "若干"}
            yield shown | {"no": "6乙", "name": "助浴车", "status": "随缘"}


def _companies(parking: str) -> Iterator[dict[str, Cell]]:
    categories = {category.code: category for category in load().categories}
    for number, row in enumerate(_rows("C"), start=1):
        category = categories[row["category"]]
        quantity = parking if row["name"] == PARKING_NAME else row["quantity"]
        shown: dict[str, Cell] = {
            "no": number,
            "provider": unit_name(row["provider"]),
            "name": row["name"],
            "category": category.synonyms[0] if category.synonyms and number % 2 else category.name_zh,
            "quantity": quantity,
            "offered": quantity if row["name"] == PARKING_NAME else "",
            "unit": row["unit"],
            "address": _address(row),
            "window": row["window"],
            "coverage": row["coverage"],
            "target": row["target"],
            "mode": row["mode"],
            "status": row["status"],
            "conditions": row["conditions"],
            "until": row["valid_to"],
            "contact": "经办",
            "synthetic": "" if row["name"] == PARKING_NAME else SYNTHETIC,
        }
        yield shown
        if number == 10:  # noqa: PLR2004 - where the planted rows stand
            yield shown | {"no": "10甲", "name": "洗衣房", "coverage": "石幛社区、西街社区"}
            yield shown | {"no": "10乙", "name": "熨烫台", "window": "视情况而定"}
            yield shown | {"no": "10丙", "name": "烘干机", "quantity": "20", "offered": "30"}


def _rows(file: str) -> list[dict[str, str]]:
    return [row for row in table("resources") if row["file"] == file]


def _address(row: Mapping[str, str]) -> str:
    """A made-up house number at a public place name."""
    return f"{row['place']}{1 + int(draw('address', row['name']) * 98)}号"


def _number(text: str) -> Cell:
    return int(text) if text.isdigit() else text

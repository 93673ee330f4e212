"""The need list (需求) in two files, the project list (项目) and the registrations (登记) of the demo."""

from collections.abc import Iterator

from graph_schema.demo.list_offers import PARKING_NAME
from graph_schema.demo.sheets import Cell, Column, ListFile, Sheet, fullwidth, rows_of
from graph_schema.demo.tables import NAMED_UNIT, STREET_NAME, SYNTHETIC, communities, table
from graph_schema.taxonomy import load

PARKING_AREAS = ("桃花坞社区", "石幢社区", "西街社区")
"""The three communities that the parking spaces serve: not named in the article, a synthetic choice."""

FIRST_BATCH = (112, 78, 52)
"""242 registrations in these communities; the split is synthetic."""
SECOND_BATCH = (138, 97, 65)
"""Registrations that wait; their number, 300, is synthetic."""

_FROM_VISITS = {
    "no": Column("序号"),
    "area": Column("所属社区", merge_equal=True),
    "title": Column("需求名称", above="需求情况"),
    "category": Column("需求类别", above="需求情况"),
    "quantity": Column("需求数量", above="需求情况"),
    "unit": Column("计量单位", above="需求情况"),
    "households": Column("受益户数", above="需求情况"),
    "urgency": Column("急难愁盼"),
    "window": Column("期望时段"),
    "until": Column("完成时限"),
    "target": Column("服务对象"),
    "mode": Column("服务方式"),
    "source": Column("收集渠道"),
    "raised": Column("提出日期"),
    "reporter": Column("提出人"),
    "synthetic": Column("数据标注"),
}
_FROM_DESKS = {
    "no": Column("序"),
    "area": Column("提出单位"),
    "title": Column("群众诉求"),
    "category": Column("问题类别"),
    "quantity": Column("缺口"),
    "households": Column("涉及户数"),
    "urgency": Column("优先级"),
    "window": Column("使用时间"),
    "until": Column("办理时限"),
    "target": Column("人群类别"),
    "mode": Column("服务形式"),
    "source": Column("问题来源"),
    "raised": Column("收集日期"),
    "phone": Column("电话"),
    "synthetic": Column("数据性质"),
}


def need_files() -> tuple[ListFile, ListFile]:
    """The two need lists: what visits found, and what came to the desks."""
    return (
        ListFile(
            "07_需求清单_走访.xlsx",
            (
                Sheet(
                    "需求清单",
                    (f"{STREET_NAME}群众需求清单（走访）", "填报单位：各社区　示例数据"),
                    *rows_of(_FROM_VISITS, _from_visits()),
                    footer=(("合计", None, "见各项"), ("填表说明：示例数据，由程序生成。",)),
                ),
            ),
        ),
        ListFile(
            "08_需求清单_热线窗口.csv",
            (Sheet("", (f"{STREET_NAME}群众诉求汇总（示例）",), *rows_of(_FROM_DESKS, _from_desks())),),
            encoding="utf-8-sig",
        ),
    )


def projects_file() -> ListFile:
    """The 45 projects: 3 of the street, 10 of the branches, 3 and 29 of the communities."""
    columns = {
        "no": Column("序号"),
        "name": Column("项目名称", above="项目"),
        "content": Column("主要内容", above="项目"),
        "level": Column("项目类别", above="项目", merge_equal=True),
        "area": Column("实施社区"),
        "lead": Column("主办单位"),
        "support": Column("协办单位"),
        "budget": Column("资金(万元)"),
        "funding": Column("经费来源"),
        "start": Column("计划启动", above="时间"),
        "due": Column("时间节点", above="时间"),
        "beneficiaries": Column("惠及群众"),
        "progress": Column("完成情况"),
        "owner": Column("负责人"),
        "synthetic": Column("数据标注"),
    }
    return ListFile(
        "09_项目清单.xlsx",
        (
            Sheet(
                "项目清单",
                (f"{STREET_NAME}项目清单（示例）", "填报时间：2020年8月　金额单位：万元"),
                *rows_of(columns, _projects()),
                footer=(("合计", None, None, None, None, None, None, "见各项"),),
            ),
        ),
    )


def registration_files() -> tuple[ListFile, ListFile]:
    """The registrations of batch 1, which is to be released, and of batch 2, which waits."""
    first = {
        "no": Column("序号"),
        "resource": Column("登记资源"),
        "provider": Column("提供单位"),
        "batch": Column("登记批次"),
        "area": Column("居住社区"),
        "rank": Column("顺位"),
        "plate": Column("车牌号码"),
        "synthetic": Column("数据标注"),
    }
    second = {
        "rank": Column("登记顺序"),
        "resource": Column("申请资源"),
        "provider": Column("产权单位"),
        "batch": Column("批次号"),
        "area": Column("社区"),
        "plate": Column("车牌"),
        "synthetic": Column("数据性质"),
    }
    return (
        ListFile(
            "10_车位登记_第一批.xlsx",
            (
                Sheet(
                    "第一批",
                    ("错时共享车位首批登记表（示例，车牌为虚构）",),
                    *rows_of(first, _registrations("第一批", FIRST_BATCH, 1)),
                    footer=(("合计", f"{sum(FIRST_BATCH)}"),),
                ),
            ),
        ),
        ListFile(
            "11_车位登记_第二批.csv",
            (
                Sheet(
                    "",
                    ("错时共享车位第二批登记表（示例，车牌为虚构）",),
                    *rows_of(second, ({k: v for k, v in row.items() if k != "no"} for row in _second_batch())),
                ),
            ),
            encoding="gb18030",
        ),
    )


def _from_visits() -> Iterator[dict[str, Cell]]:
    names = {category.code: category.name_zh for category in load().categories}
    rows = sorted((row for row in table("needs") if row["file"] == "A"), key=lambda row: row["area"])
    for number, row in enumerate(rows, start=1):
        shown: dict[str, Cell] = {
            "no": number,
            "area": row["area"],
            "title": row["title"],
            "category": names[row["category"]],
            "quantity": int(row["quantity"]),
            "unit": row["unit"],
            "households": int(row["households"]) if row["households"] else None,
            "urgency": row["urgency"],
            "window": row["window"],
            "until": row["needed_by"],
            "target": row["target"],
            "mode": row["mode"],
            "source": row["source"],
            "raised": ("2020-08-11", "2020.8.14", "2020年8月20日")[number % 3],
            "reporter": "社区工作人员",
            "synthetic": SYNTHETIC,
        }
        yield shown
        if number == 12:  # noqa: PLR2004 - where the planted rows stand
            yield shown | {"no": "12甲", "area": "桃花乌社区", "title": "晾衣架缺口"}
            yield shown | {"no": "12乙", "title": None}
            yield shown | {"no": "12丙", "title": "楼道扶手加装", "until": "2020年13月5日"}


def _from_desks() -> Iterator[dict[str, Cell]]:
    for number, row in enumerate((row for row in table("needs") if row["file"] == "B"), start=1):
        shown: dict[str, Cell] = {
            "no": number,
            "area": row["area"],
            "title": row["title"],
            "category": row["category"],
            "quantity": fullwidth(f"{row['quantity']}{row['unit']}"),
            "households": row["households"],
            "urgency": row["urgency"],
            "window": row["window"],
            "until": row["needed_by"],
            "target": row["target"],
            "mode": row["mode"],
            "source": row["source"],
            "raised": "2020-08-18",
            "synthetic": SYNTHETIC,
        }
        yield shown
        if number == 8:  # noqa: PLR2004 - where the planted rows stand
            yield shown | {"no": "8甲", "title": "晨练场地", "quantity": "-5处"}
            yield shown | {"no": "8乙"}


def _projects() -> Iterator[dict[str, Cell]]:
    rows = [*table("projects"), *_micro_projects()]
    for number, row in enumerate(rows, start=1):
        shown: dict[str, Cell] = {
            "no": number,
            "owner": "项目负责人",
            "synthetic": SYNTHETIC,
            **{key: value or None for key, value in row.items()},
        }
        yield shown
        if number == 5:  # noqa: PLR2004 - where the planted rows stand
            yield shown | {"no": "5甲", "name": "口袋公园", "budget": "待定"}
            yield shown | {"no": "5乙", "name": "雨棚更新", "lead": None}


def _micro_projects() -> Iterator[dict[str, str]]:
    topics = ("楼道照明", "晾晒点", "议事角", "便民椅", "花箱", "飞线整治", "公告栏")
    for number, community in enumerate(communities()):
        topic = topics[number % len(topics)]
        yield {
            "level": "微项目",
            "area": community.name,
            "name": f"“海棠连心千家万户”微项目·{community.name.removesuffix('社区')}",
            "content": topic,
            "lead": f"{community.name}居委会",
            "support": f"共建单位{101 + number:03d}",
            "budget": str(0.5 + number % 4 / 2),
            "funding": "为民服务专项经费",
            "start": "2020年6月",
            "due": "2020年11月底",
            "beneficiaries": f"{60 + 5 * number}人",
            "progress": ("推进中", "筹备", "已完成")[number % 3],
        }


def _registrations(batch: str, split: tuple[int, ...], series: int) -> Iterator[dict[str, Cell]]:
    homes = _interleaved(split)  # Jiangsu has no plates with the letter Z
    for number, home in enumerate(homes, start=1):
        yield {
            "no": number,
            "resource": PARKING_NAME,
            "provider": NAMED_UNIT,
            "batch": batch,
            "area": home,
            "rank": number,
            "plate": f"苏Z·{series}{number:04d}",
            "synthetic": SYNTHETIC,
        }


def _second_batch() -> Iterator[dict[str, Cell]]:
    for row in _registrations("第二批", SECOND_BATCH, 2):
        yield row
        if row["rank"] == 20:  # noqa: PLR2004 - where the planted row stands
            yield row | {"rank": "20甲", "area": "西该社区", "plate": "苏Z·29999"}


def _interleaved(split: tuple[int, ...]) -> list[str]:
    """Homes in an order in which each stretch of the list mirrors the whole."""
    places = [
        ((index + 0.5) / count, area)
        for area, count in zip(PARKING_AREAS, split, strict=True)
        for index in range(count)
    ]
    return [area for _, area in sorted(places)]

"""People lists of the demo: pseudonyms, no names; all of it synthetic."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from graph_schema.demo.sheets import Cell, Column, ListFile, csv_list
from graph_schema.demo.tables import STREET_NAME, SYNTHETIC, Community, communities

PEOPLE_COLUMNS = {
    "pseudonym": Column("人员编号"),
    "person": Column("姓名"),
    "area": Column("居住小区"),
    "affiliation": Column("工作单位"),
    "role": Column("身份"),
    "vanguard": Column("先锋类别"),
    "skill": Column("特长"),
    "consent": Column("同意公开特长"),
    "categories": Column("服务类别"),
    "total": Column("可服务数量"),
    "windows": Column("可服务时间"),
    "most": Column("合计最多"),
    "monthly": Column("每月最多"),
    "modes": Column("服务方式"),
    "serves": Column("覆盖范围"),
    "status": Column("服务状态"),
    "surveyed": Column("登记日期"),
    "synthetic": Column("数据标注"),
}
"""Columns of every people list here; the column of names stays empty."""

VANGUARD_KINDS = (("党员", 240), ("网格员", 120), ("物业人员", 85), ("居民骨干", 110), ("新就业群体", 70))
"""The five kinds that the article of 2023 names; how the 625 divide among them is synthetic."""

VANGUARDS = 625
VANGUARDS_FILE = "12_海棠先锋名册.csv"
_LARGER_SHARE, _LARGER_COMMUNITIES = 22, 16  # 16 communities of 22 and 13 of 21 make 625
_SKILLS = ("照护陪伴", "家电维修", "课业辅导", "秩序维护", "文艺表演", "法律", "保洁", "代办")


def people_list(name: str, title: str, rows: Iterable[Mapping[str, Cell]]) -> ListFile:
    """A people list of synthetic rows."""
    return csv_list(name, title, PEOPLE_COLUMNS, ({**row, "synthetic": SYNTHETIC} for row in rows))


def vanguards_file(name: str = VANGUARDS_FILE, offers: Sequence[Mapping[str, Cell]] = ({},)) -> ListFile:
    """
    Vanguards HT-0001 to HT-0625.

    Parameters
    ----------
    offers
        What each gives beside their skill, by turns: cells of `PEOPLE_COLUMNS`.
    """
    return people_list(name, f"{STREET_NAME}海棠先锋名册（合成，无姓名）", _vanguards(offers))


def vanguard_name(number: int) -> str:
    """Pseudonym of a vanguard, 1 up."""
    return f"HT-{number:04d}"


def _vanguards(offers: Sequence[Mapping[str, Cell]]) -> Iterator[dict[str, Cell]]:
    kinds = [kind for kind, count in VANGUARD_KINDS for _ in range(count)]
    for number, home in enumerate(_homes(communities()), start=1):
        # A step that shares no factor with 625 walks through every kind before it comes round again.
        kind = kinds[number * 241 % VANGUARDS]
        yield {
            "pseudonym": vanguard_name(number),
            "area": home,
            "role": "海棠先锋、网格员" if kind == "网格员" else "海棠先锋",
            "vanguard": kind,
            "skill": _SKILLS[number % len(_SKILLS)],
            "consent": "是",
            "monthly": f"{8 + number % 9}小时",
            **offers[number % len(offers)],
        }


def _homes(of: Sequence[Community]) -> Iterator[str]:
    for index, community in enumerate(of):
        share = _LARGER_SHARE if index < _LARGER_COMMUNITIES else _LARGER_SHARE - 1
        yield from [community.name] * share

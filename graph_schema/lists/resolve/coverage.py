"""Coverage lists: named communities, 全街道, 除…外, a pool or a branch for all of its areas."""

import re

from graph_schema.lists.resolve.context import Context
from graph_schema.lists.resolve.locate import find_named_area
from graph_schema.lists.resolve.rows import RowReader
from graph_schema.lists.values.lists_of import split_values

_WHOLE = re.compile(
    r"全街道|全辖区|辖区|全域|本街道|全街|街道全域|整个街道|全部社区|所有社区|各社区|全体社区|街道辖区|辖区内|全覆盖"
)
_EXCEPT = re.compile(
    r"^(?P<before>.*?)[((]?(?:除了?|不含|不包括)(?P<names>.+?)(?:以外|之外|外)?[))]?(?P<after>(?:的)?(?:其他|其余|全部|所有|各)?(?:社区|街道|辖区)?)$"
)
_OWN = frozenset({"本社区", "所在社区", "本辖区社区"})
_VAGUE = re.compile(r"(?:周边|附近|相邻|邻近|就近).*")
_COUNTED = re.compile(r"(.+?)等?[一二三四五六七八九十两\d]+个社区")


def read_coverage(row: RowReader, context: Context, own_uid: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    (areas served at any distance, areas never served), each sorted; both empty when nothing is stated.

    Parameters
    ----------
    own_uid
        Community that 本社区 means.
    """
    cell = row.cell("serves")
    if cell is None:
        return (), ()
    text = re.sub(r"\s+", "、", cell.written.strip()) if " " in cell.text and "、" not in cell.text else cell.written
    text = text.strip()
    found = _EXCEPT.match(cell.text)
    if found is not None:
        excluded = _areas(row, context, found["names"], own_uid)
        before = found["before"].strip("、,; ")
        served = _areas(row, context, before, own_uid) if before and not _WHOLE.fullmatch(before) else {context.street}
        return tuple(sorted(served)), tuple(sorted(excluded))
    return tuple(sorted(_areas(row, context, text, own_uid))), ()


def _areas(row: RowReader, context: Context, text: str, own_uid: str | None) -> set[str]:
    register = context.register
    uids: set[str] = set()
    counted = _COUNTED.fullmatch(text.strip())
    for name in split_values(counted[1].removesuffix("等") if counted else text):
        if _WHOLE.fullmatch(name):
            uids.add(context.street)
        elif name in _OWN:
            if own_uid is None:
                row.tell("list_own_community_unknown", "serves", value=name)
            else:
                uids.add(own_uid)
        elif _VAGUE.fullmatch(name):
            row.tell("list_vague_coverage", "serves", value=name)
        elif (pool := register.find_pool(name)) is not None:
            uids.update(pool.member_uids)
        elif parties := register.find_party(name):
            uids.update(uid for party in parties for uid in party.jurisdiction_uids)
        else:
            area = find_named_area(row, "serves", name, register)
            uids.update(() if area is None else {area.uid})
    return uids

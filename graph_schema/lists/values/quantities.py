"""Quantities: a number with what is said about it (近, 余, 约) and its unit, converted into the category's unit."""

import re
from dataclasses import dataclass
from fractions import Fraction

from graph_schema.lists.cells import Cell
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.values.numbers import number_at_start
from graph_schema.model.categories import Category
from graph_schema.model.quantities import Qualifier, Quantity

LARGEST = 1_000_000_000
LONGEST_UNIT = 6

_BELOW = ("将近", "接近", "近", "不到", "不足", "最多", "至多", "不超过", "≤", "<")
_ABOUT = ("大约", "大概", "约计", "约为", "约", "左右", "上下", "大致")
_OVER = ("超过", "不少于", "不低于", "至少", "逾", "超", "≥", ">")
_AFTER_OVER = ("余", "多", "来", "+", "以上")
_AFTER_ABOUT = ("左右", "上下")
_AFTER_BELOW = ("以内", "之内", "以下")
_LEAD = re.compile(r"(?:缺口|尚缺|还缺|缺少|缺|需要|需|可提供|提供)(?:为|共|:)?(?!$)")
_VAGUE = re.compile(r"若干|多|许多|很多|大量|少量|不等|一些|一批|数|几|不限|无|没有|适量|待定|不详|未定|充足|/|-|—|\\")
_DIGIT = "一二三四五六七八九"
_RANGE = re.compile(
    rf"[\d{_DIGIT}十两百千万]\s*(?:-|~|—|–|至|到|、)\s*[\d{_DIGIT}十两]"
    rf"|(?<![〇零○{_DIGIT}])[{_DIGIT}两][{_DIGIT}](?![〇零○{_DIGIT}])"  # 三五个, 一二十个
)
_UNITS = {
    "平方米": "㎡",
    "平米": "㎡",
    "平方": "㎡",
    "m2": "㎡",
    "m²": "㎡",
    "方": "㎡",
    "钟头": "小时",
    "h": "小时",
    "个小时": "小时",
    "車位": "车位",
    "个车位": "车位",
    "个停车位": "车位",
    "停车位": "车位",
    "个泊位": "泊位",
    "名志愿者": "名",
    "个人": "人",
    "人左右": "人",
    "户家庭": "户",
    "户居民": "户",
    "户人家": "户",
    "公里": "千米",
    "元整": "元",
    "块钱": "元",
}
_LONG_MEASURES = frozenset({"立方米", "停车位", "个泊位", "工作日", "人次数"})


@dataclass(frozen=True, slots=True)
class WrittenQuantity:
    """
    A quantity as written, not converted.

    Parameters
    ----------
    value
        Exact number, which may be a fraction.
    unit
        As written after the number, empty without.
    """

    value: Fraction
    unit: str
    qualifier: Qualifier


def parse_quantity(cell: Cell) -> WrittenQuantity:
    """
    The quantity in a cell.

    Raises
    ------
    UnreadableValueError
        If it holds no number, a range, a vague word, or more than a number with its unit.
    """
    text, remark = _without_remark(cell.text.replace(" ", ""))
    text = _LEAD.sub("", text, count=1) if _LEAD.match(text) else text
    _refuse_no_number(text, cell)
    qualifier, rest = _before(text)
    found = number_at_start(rest)
    if found is None or found[1].startswith(("几", "数")):  # 十几个
        code = "list_vague_quantity" if found or rest[:1] in {"数", "几", "若", "多"} else "list_bad_quantity"
        raise UnreadableValueError(code=code, value=cell.raw)
    value, rest = found
    qualifier, rest = _after(rest, qualifier)
    value, rest = _scaled(value, rest)
    unit, rest = _unit(rest, cell)
    qualifier, rest = _after(rest, qualifier)
    if rest:
        raise UnreadableValueError(code="list_quantity_rest", value=cell.raw, rest=rest)
    if value > LARGEST:
        raise UnreadableValueError(code="list_quantity_too_large", value=cell.raw, most=LARGEST)
    if not unit and remark and len(remark) <= LONGEST_UNIT and remark.isalpha():
        unit = normal_unit(remark)  # 20(个)
    return WrittenQuantity(value, unit, qualifier)


def _without_remark(text: str) -> tuple[str, str]:
    """A text without the brackets at its end, and what stands in them."""
    found = re.fullmatch(r"([^()]+)\(([^()]*)\)", text)
    return (found[1], found[2]) if found else (text, "")


def _refuse_no_number(text: str, cell: Cell) -> None:
    if _VAGUE.fullmatch(text):
        raise UnreadableValueError(code="list_vague_quantity", value=cell.raw)
    if _RANGE.search(text):
        raise UnreadableValueError(code="list_quantity_range", value=cell.raw)
    if text.startswith(("-", "负")):
        raise UnreadableValueError(code="list_negative", value=cell.raw)


def _scaled(value: Fraction, rest: str) -> tuple[Fraction, str]:
    """3余万: the scale stands behind what is said about the number."""
    if not rest.startswith(("万", "千", "百", "亿")):
        return value, rest
    scale = number_at_start("一" + rest)
    return (value, rest) if scale is None else (value * scale[0], scale[1])


def to_quantity(written: WrittenQuantity, stated_unit: str, category: Category, raw: str) -> tuple[Quantity, bool]:
    """
    The quantity in the category's unit, and whether it could be brought into it.

    Parameters
    ----------
    stated_unit
        What the column of units or the header's brackets say; the unit beside the number wins.

    Raises
    ------
    UnreadableValueError
        If the converted number is not whole, or two units contradict each other.
    """
    unit = written.unit or normal_unit(stated_unit)
    factor, target, fits = _conversion(unit, category)
    if not fits and stated_unit and written.unit:
        # 40个 beside 计量单位 车位: the measure word only counts what the other column names.
        factor_, target_, fits_ = _conversion(normal_unit(stated_unit), category)
        if fits_ and written.unit in {"个", "名", "位"}:
            factor, target, fits = factor_, target_, fits_
    value = written.value * factor
    if value.denominator != 1:
        raise UnreadableValueError(code="list_not_whole", value=raw, unit=target)
    return Quantity(int(value), target, written.qualifier), fits


def normal_unit(text: str) -> str:
    """One spelling of a unit: 平方米 and m2 are ㎡."""
    text = text.strip()
    return _UNITS.get(text.lower(), text)


def is_known_measure(text: str) -> bool:
    """Whether a text is a longer word for a unit of measure, which is no name of anybody."""
    return text.strip().lower() in _UNITS or text.strip() in _LONG_MEASURES


def parse_count(cell: Cell, most: int = LARGEST) -> int:
    """
    A whole number of persons, households and the like; what is said about it is left aside.

    Raises
    ------
    UnreadableValueError
        If it is no whole number within 0 and ``most``.
    """
    written = parse_quantity(cell)
    if written.value.denominator != 1:
        raise UnreadableValueError(code="list_not_whole", value=cell.raw, unit=written.unit)
    if written.value > most:
        raise UnreadableValueError(code="list_quantity_too_large", value=cell.raw, most=most)
    return int(written.value)


def _conversion(unit: str, category: Category) -> tuple[int, str, bool]:
    if unit in {"", category.unit}:
        return 1, category.unit, True
    factors = dict(category.unit_conversions)
    if unit in factors:
        return factors[unit], category.unit, True
    return 1, unit, False


def _before(text: str) -> tuple[Qualifier, str]:
    for qualifier, words in ((Qualifier.BELOW, _BELOW), (Qualifier.ABOUT, _ABOUT), (Qualifier.OVER, _OVER)):
        for word in words:
            if text.startswith(word):
                return qualifier, text[len(word) :]
    return Qualifier.EXACT, re.sub(r"^(?:共计|总计|合计|共有|共|各|计)", "", text)


def _after(text: str, qualifier: Qualifier) -> tuple[Qualifier, str]:
    """What is said behind a number or its unit; what was said before stands when nothing is."""
    for found, words in (
        (Qualifier.OVER, _AFTER_OVER),
        (Qualifier.ABOUT, _AFTER_ABOUT),
        (Qualifier.BELOW, _AFTER_BELOW),
    ):
        for word in words:
            if text.startswith(word):
                return found, text[len(word) :]
    return qualifier, text


def _unit(text: str, cell: Cell) -> tuple[str, str]:
    """The unit at the start, in its one spelling, and what follows it."""
    found = re.match(r"[^\d\W_](?:[^\d\W_]|[²2])*|㎡", text)
    if found is None:
        return "", text
    written = found.group()
    for word in (*_AFTER_ABOUT, *_AFTER_BELOW, "以上", "余"):
        if written.endswith(word) and len(written) > len(word):
            written = written[: -len(word)]
    if len(written) > LONGEST_UNIT or "半" in written or number_at_start(written) is not None:
        raise UnreadableValueError(code="list_quantity_rest", value=cell.raw, rest=written)
    # 3名医生 are 3名: what is counted stands in the row's name and category.
    unit = written[0] if written[0] in "名位" and written not in _UNITS else normal_unit(written)
    return unit, text[len(written) :]

"""Money in whole fen, from 元, 千元, 万元 or 亿元 beside the number or in the header."""

import re
from fractions import Fraction

from graph_schema.lists.cells import Cell
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.values.numbers import number_at_start

LARGEST_FEN = 10**15

_FEN = {
    "分": 1,
    "角": 10,
    "毛": 10,
    "元": 100,
    "块": 100,
    "块钱": 100,
    "元人民币": 100,
    "元整": 100,
    "rmb": 100,
    "cny": 100,
}
_SCALES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_CURRENCY = re.compile(r"^(?:人民币|rmb|cny|¥|￥)\s*", re.IGNORECASE)
_PER = re.compile(r"/.*$|每.*$")
_FREE = frozenset({"免费", "无偿", "无", "公益", "0元", "不收费"})


def parse_money(cell: Cell) -> int:
    """
    Fen of a sum of money.

    The unit beside the number wins over the header's; a number below 万 in a 万元 column is in 万元.

    Raises
    ------
    UnreadableValueError
        If it is no number, has no unit anywhere, or is finer than a fen.
    """
    text = cell.text.replace(" ", "")
    if text in _FREE:
        return 0
    text = _PER.sub("", _CURRENCY.sub("", text))
    text = re.sub(r"^(约|近|大约|不超过|共|总计)", "", text)
    if text.startswith("-"):
        raise UnreadableValueError(code="list_negative", value=cell.raw)
    found = number_at_start(text)
    if found is None:
        raise UnreadableValueError(code="list_bad_money", value=cell.raw)
    value, rest = found
    rest = re.sub(r"^(余|多|左右)|(余|左右|以内)$", "", rest)
    factor = _factor(rest, wrote_scale="万" in text or "亿" in text)
    if factor is None and rest == "":
        factor = _factor(cell.hint.replace(" ", ""), wrote_scale=False) if cell.hint else None
        if factor is None:
            raise UnreadableValueError(code="list_money_without_unit", value=cell.raw)
    if factor is None:
        raise UnreadableValueError(code="list_bad_money", value=cell.raw)
    fen = value * factor
    if fen.denominator != 1:
        raise UnreadableValueError(code="list_finer_than_fen", value=cell.raw)
    if fen > LARGEST_FEN:
        raise UnreadableValueError(code="list_quantity_too_large", value=cell.raw, most=LARGEST_FEN // 100)
    return int(fen)


def money_text(fen: int, unit: str) -> str:
    """The sum as an exact decimal number of 元 or 万元, without the unit."""
    value = Fraction(fen, 100 * _SCALES[unit.removesuffix("元")])
    digits = f"{value.numerator * 10**6 // value.denominator:07d}"
    whole, decimals = digits[:-6], digits[-6:].rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole


def _factor(unit: str, *, wrote_scale: bool) -> int | None:
    unit = unit.lower()
    if unit in {"万", "亿", "百万", "千万"}:
        return _SCALES[unit] * 100
    if unit == "" and wrote_scale:  # 5万: nobody means 5万 of something else than 元
        return 100
    for scale in sorted(_SCALES, key=len, reverse=True):
        if unit.startswith(scale) and unit[len(scale) :] in _FEN:
            return _SCALES[scale] * _FEN[unit[len(scale) :]]
    return None

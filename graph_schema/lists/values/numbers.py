"""Numbers as people write them: 1,200, 3万, 二十, 两百三十, 1.5万."""

import re
from fractions import Fraction

_DIGITS = {"零": 0, "〇": 0, "○": 0, "一": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "四": 4, "五": 5}
_DIGITS |= {"六": 6, "七": 7, "八": 8, "九": 9, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7}
_DIGITS |= {"捌": 8, "玖": 9, "仨": 3}
_STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8}
_SHORT = {"廿": "二十", "卅": "三十"}

_CHINESE = "零〇○一二两俩三仨四五六七八九十百千拾佰仟万萬亿廿卅壹贰叁肆伍陆柒捌玖"
NUMBER = re.compile(
    rf"(?P<arabic>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<steps>[十百千]?[万亿]?)|(?P<chinese>[{_CHINESE}]+)(?P<half>半)?|(?P<only_half>半)"
)
"""A number at the start of a text in half-width form."""


def chinese_number(text: str) -> int | None:
    """
    Value of a Chinese numeral, ``None`` when the characters make none.

    ``二十``, ``两百三`` (230), ``一万二`` (12,000), ``二〇二四`` (digit by digit).
    """
    for short, full in _SHORT.items():
        text = text.replace(short, full)
    if all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text)) if text else None
    total = section = 0
    digit: int | None = None
    last_step = 1
    for character in text:
        if character in _DIGITS:
            if digit not in {None, 0}:
                return None
            digit = _DIGITS[character]
            last_step = 1 if character in "零〇○" else last_step
        elif character in _STEPS:
            last_step = _STEPS[character]
            section += (1 if digit is None else digit) * last_step
            digit = None
        else:
            section += digit or 0
            if section == 0 and total == 0:
                return None
            last_step = _MYRIADS[character]
            total = (total + section) * last_step if total < last_step else total + section * last_step
            section, digit = 0, None
    # What follows the last step without one of its own counts in the step below: 两百三 is 230.
    return total + section + (digit or 0) * max(last_step // 10, 1)


def number_at_start(text: str) -> tuple[Fraction, str] | None:
    """The number that a text (in half-width form) begins with, and the rest of it; ``None`` without one."""
    found = NUMBER.match(text)
    if found is None:
        return None
    rest = text[found.end() :]
    if found["only_half"]:
        return Fraction(1, 2), rest
    if found["arabic"]:
        value = Fraction(found["arabic"].replace(",", ""))
        for step in found["steps"]:
            value *= _STEPS.get(step) or _MYRIADS[step]
        return value, rest
    chinese = chinese_number(found["chinese"])
    if chinese is None:
        return None
    if found["half"] and not rest:  # 三个半 has its unit between; 三半 is no number
        return None
    return Fraction(chinese) + (Fraction(1, 2) if found["half"] else 0), rest

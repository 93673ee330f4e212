"""Times of day: 9:00-17:00, 下午2点至5点, 18:00—次日8:00, 上午."""

import re
from dataclasses import dataclass

from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.values.numbers import chinese_number
from graph_schema.model.schedules import DAY_MIN

NOON_H = 12
WHOLE_DAY = (0, DAY_MIN)

PARTS: dict[str, tuple[int, int]] = {
    "凌晨": (0, 6 * 60),
    "清晨": (6 * 60, 9 * 60),
    "早晨": (6 * 60, 9 * 60),
    "早上": (6 * 60, 9 * 60),
    "上午": (8 * 60, 12 * 60),
    "中午": (11 * 60, 13 * 60),
    "午间": (11 * 60, 13 * 60),
    "下午": (13 * 60, 18 * 60),
    "傍晚": (17 * 60, 19 * 60),
    "晚上": (18 * 60, 22 * 60),
    "晚间": (18 * 60, 22 * 60),
    "夜间": (18 * 60, 32 * 60),
    "夜里": (18 * 60, 32 * 60),
    "下班后": (18 * 60, 22 * 60),
    "下班以后": (18 * 60, 22 * 60),
    "白天": (8 * 60, 18 * 60),
    "日间": (8 * 60, 18 * 60),
}
"""Part of a day -> minutes from midnight that it is taken for when no clock time stands beside it; always told."""

_PART = "凌晨|清晨|早晨|早上|早|上午|中午|下午|傍晚|晚上|晚间|晚|夜间|夜里|夜"
_LATER = "次日|第二天|翌日|隔日|次晨"
_CLOCK = (
    rf"(?:(?P<later{{n}}>{_LATER})|当日|当天)?(?P<part{{n}}>{_PART})?(?P<hour{{n}}>\d{{{{1,2}}}})"
    r"(?::(?P<minute{n}>\d{{2}})(?::00)?|[点时](?:(?P<minutes{n}>\d{{1,2}})分?|(?P<half{n}>半)|(?P<quarter{n}>[13])刻|整)?{bare})"
)
_TO = r"\s*(?:-|~|—+|–|―|至|到|\.\.)\s*"
RANGE = re.compile(_CLOCK.format(n="_a", bare="|") + _TO + _CLOCK.format(n="_b", bare=""))
HALF_OPEN = re.compile(_CLOCK.format(n="_a", bare="") + r"(?P<side>以后|之后|后|起|开始|以前|之前|前)")
PART_ALONE = re.compile("|".join(PARTS))
ALL_DAY = re.compile(r"全天候?|整天|全日|24小时|昼夜|7[x×*]24(?:小时)?")

_NUMERALS = re.compile(r"[零〇一二两三四五六七八九十]+(?=[点时刻分])")
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "晚间", "晚"})
_NIGHT = frozenset({"夜间", "夜里", "夜"})
_NIGHT_STARTS_H = 6
_FORENOON = frozenset({"上午", "早晨", "早上", "早"})
_BEFORE_A_BARE_AFTERNOON = _AFTERNOON | _FORENOON | {"中午"}
_MORNING = frozenset({"凌晨", "清晨", "早晨", "早上", "早"})


@dataclass(frozen=True, slots=True)
class Clocks:
    """
    One window of a day.

    Parameters
    ----------
    opens_min, closes_min
        Minutes after midnight of the day it starts; above 1440 on the next.
    next_day_assumed
        Whether the end lies before the start and 次日 was not written.
    part
        The word that the window was taken from, empty when clock times stand there.
    afternoon_min
        When it would close if an hour of the afternoon was meant, as in 9:00-5:00; ``None`` where that is unlikely.
    """

    opens_min: int
    closes_min: int
    next_day_assumed: bool = False
    part: str = ""
    afternoon_min: int | None = None


def arabic_clocks(text: str) -> str:
    """Text with the Chinese numerals of clock times in digits."""
    return _NUMERALS.sub(lambda found: str(chinese_number(found.group())), text)


def read_range(found: re.Match[str]) -> Clocks:
    """
    The window of a match of `RANGE`.

    Raises
    ------
    UnreadableValueError
        If an hour or minute does not exist, or the window is empty.
    """
    opens = _minutes(found, "_a", found["part_a"])
    own_part = found["part_b"]
    closes = _minutes(found, "_b", own_part)
    part = ""
    if (found["later_b"] and found["later_b"] != "次晨") or found["later_b"] == "次晨":
        closes += DAY_MIN
    elif own_part is None and closes < opens < closes + NOON_H * 60 and found["part_a"] in _BEFORE_A_BARE_AFTERNOON:
        closes += NOON_H * 60  # 下午2点-5点, 中午11点到1点; 上午9点到5点 is told
        part = found.group() if found["part_a"] in _FORENOON else ""
    if found["later_a"] or opens >= DAY_MIN:
        raise UnreadableValueError(code="list_window_starts_late", value=found.group())
    next_day_assumed, afternoon = False, None
    if closes < opens:
        next_day_assumed = own_part not in _MORNING
        if next_day_assumed and own_part is None and opens < NOON_H * 60:
            afternoon = closes + NOON_H * 60
        closes += DAY_MIN
    if closes == opens:
        raise UnreadableValueError(code="list_window_empty", value=found.group())
    return Clocks(opens, closes, next_day_assumed, part, afternoon)


def read_half_open(found: re.Match[str]) -> Clocks:
    """The window of a match of `HALF_OPEN`: to midnight, or from midnight."""
    minutes = _minutes(found, "_a", found["part_a"])
    before = "前" in found["side"]
    opens, closes = (0, minutes) if before else (minutes, DAY_MIN)
    if opens >= closes:
        raise UnreadableValueError(code="list_window_empty", value=found.group())
    return Clocks(opens, closes, part=found.group())


def clock_text(minutes: int) -> str:
    """``HH:MM`` of minutes after midnight, with 次日 on the next day."""
    if minutes > DAY_MIN:
        return "次日" + clock_text(minutes - DAY_MIN)
    return f"{minutes // 60}:{minutes % 60:02d}"


def _minutes(found: re.Match[str], n: str, part: str | None) -> int:
    hour = int(found[f"hour{n}"])
    minute = int(found[f"minute{n}"] or found[f"minutes{n}"] or 0)
    if found[f"half{n}"]:
        minute = 30
    if found[f"quarter{n}"]:
        minute = 15 * int(found[f"quarter{n}"])
    if minute > 59 or hour > 24 or (hour == 24 and minute):  # noqa: PLR2004 - of a clock
        raise UnreadableValueError(code="list_no_such_time", value=found.group())
    if (
        (part in _AFTERNOON and hour < NOON_H)
        or (part in _NIGHT and _NIGHT_STARTS_H <= hour < NOON_H)
        or (part == "中午" and hour < _NIGHT_STARTS_H)
    ):
        hour += NOON_H
    elif part == "晚上" and hour == NOON_H:
        hour = 24
    elif part == "凌晨" and hour == NOON_H:
        hour = 0
    return 60 * hour + minute

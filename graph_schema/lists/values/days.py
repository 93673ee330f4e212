"""Which days: 工作日, 周一至周五, 每月15日, 每月第一个周六, 6月-9月, 2024年6月1日."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from graph_schema.lists.cells import Cell
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.values.dates import Edge, parse_date
from graph_schema.lists.values.numbers import chinese_number
from graph_schema.model.schedules import DayKind, Frequency, HolidayPolicy

_WEEK = "一二三四五六日"
_DAY_OF_WEEK = "[一二三四五六日天1-7]"
_NAME = "(?:周|星期|礼拜)"
_TO = r"(?:-|~|—+|–|至|到)"
_AND = r"(?:、|,|和|及|与|/)"
_DATE = r"\d{4}(?:年|[-./])\d{1,2}(?:月|[-./])\d{1,2}+(?:[日号]|(?![:\d]))"
_LAST_MONTH = 12
_LUNAR_DAYS = {"初一": 1, "初二": 2, "初三": 3, "初四": 4, "初五": 5, "初六": 6, "初七": 7, "初八": 8, "初九": 9}
_LUNAR_DAYS |= {"初十": 10, "十五": 15, "廿三": 23, "廿四": 24, "三十": 30}
_LUNAR_DAY = "|".join(_LUNAR_DAYS)
_LUNAR_MONTHS = {"正": 1, "腊": 12, "冬": 11}
_FESTIVALS = {
    "春节": (1, 1),
    "元宵": (1, 15),
    "端午": (5, 5),
    "七夕": (7, 7),
    "中秋": (8, 15),
    "重阳": (9, 9),
    "腊八": (12, 8),
}


@dataclass(frozen=True, slots=True)
class Days:
    """
    The days that one expression names, as parts of a schedule.

    ``freq`` is ``None`` for what only limits other days: months, a period.
    """

    freq: Frequency | None
    day_kind: DayKind = DayKind.EVERY
    byday: tuple[int, ...] = ()
    bymonthday: tuple[int, ...] = ()
    bymonth: tuple[int, ...] = ()
    lunar: tuple[int, int] | None = None
    starts_on: dt.date | None = None
    until: dt.date | None = None
    policy: HolidayPolicy | None = None
    more: tuple["Days", ...] = field(default=())
    warns: str = ""


EVERY_DAY = Days(Frequency.DAILY)
WORKDAYS = Days(Frequency.DAILY, DayKind.WORKDAY)
RESTDAYS = Days(Frequency.DAILY, DayKind.RESTDAY)
WEEKENDS = Days(Frequency.DAILY, DayKind.WEEKEND)


def read_days(text: str, today: dt.date) -> tuple[Days, int] | None:
    """
    The days that a text (half-width, no spaces) begins with, and how long that part is; ``None`` without.

    Raises
    ------
    UnreadableValueError
        If it is meant as days and cannot be: no such day or month.
    """
    for pattern, read in _PATTERNS:
        found = pattern.match(text)
        if found is not None:
            return read(found, today), found.end()
    return None


def _constant(days: Days) -> Callable[[re.Match[str], dt.date], Days]:
    return lambda _found, _today: days


def _index(character: str) -> int:
    return 6 if character in "天日7" else (_WEEK.find(character) if character in _WEEK else int(character) - 1)


def _weekdays(found: re.Match[str], _today: dt.date) -> Days:
    """周一至周五, 周一、三、五, 周二四六, and mixtures."""
    days: list[int] = []
    text = re.sub(rf"每|{_NAME}|{_AND}", "", found.group())
    for first, last in re.findall(rf"({_DAY_OF_WEEK})(?:{_TO}({_DAY_OF_WEEK}))?", text):
        begin, end = _index(first), _index(last or first)
        days += range(begin, end + 1) if begin <= end else [*range(begin, 7), *range(end + 1)]
    if set(days) == {5, 6}:
        return WEEKENDS
    return EVERY_DAY if len(set(days)) == len(_WEEK) else Days(Frequency.WEEKLY, byday=tuple(sorted(set(days))))


def _numbers(text: str, most: int) -> tuple[int, ...]:
    numbers: list[int] = []
    for first, last in re.findall(rf"(\d{{1,2}})[日号月]?(?:{_TO}(\d{{1,2}}))?", text):
        begin, end = int(first), int(last or first)
        if not 1 <= begin <= most or not 1 <= end <= most:
            raise UnreadableValueError(code="list_no_such_day", value=text)
        numbers += range(begin, end + 1) if begin <= end else [*range(begin, most + 1), *range(1, end + 1)]
    return tuple(sorted(set(numbers)))


def _month_days(found: re.Match[str], _today: dt.date) -> Days:
    return Days(Frequency.MONTHLY, bymonthday=_numbers(found["days"], 31))


def _months(found: re.Match[str], _today: dt.date) -> Days:
    return Days(None, bymonth=_numbers(found["months"], _LAST_MONTH))


def _nth_weekday(found: re.Match[str], _today: dt.date) -> Days:
    byday = tuple(sorted({_index(character) for character in re.findall(_DAY_OF_WEEK, found["day"])}))
    if found["last"]:
        return Days(Frequency.MONTHLY, byday=byday, bymonthday=tuple(range(-7, 0)))
    numbers = re.findall(r"[一二三四五首1-5]", found["nth"])
    weeks = [1 if n == "首" else (int(n) if n.isdecimal() else chinese_number(n) or 1) for n in numbers]
    return Days(
        Frequency.MONTHLY,
        byday=byday,
        bymonthday=tuple(sorted(day for week in weeks for day in range(7 * week - 6, min(7 * week, 31) + 1))),
    )


def _yearly(found: re.Match[str], _today: dt.date) -> Days:
    return Days(Frequency.YEARLY, bymonth=_numbers(found["month"], _LAST_MONTH), bymonthday=_numbers(found["day"], 31))


def _date(found: re.Match[str], today: dt.date) -> Days:
    def day(text: str) -> dt.date:
        read = parse_date(Cell("", text, ""), Edge.START, today).date
        assert read is not None  # noqa: S101 - the pattern admits full dates only
        return read

    first = day(found["first"])
    if found["last"] is None:
        return Days(Frequency.ONCE, starts_on=first)
    last_text = found["last"]
    if not re.match(r"\d{4}", last_text):
        last_text = f"{first.year}-{last_text.replace('月', '-').replace('.', '-').rstrip('日号')}"
    last = day(last_text)
    if last < first:
        raise UnreadableValueError(code="list_period_backwards", value=found.group())
    return Days(None, starts_on=first, until=last)


def _lunar(found: re.Match[str], _today: dt.date) -> Days:
    days = [_LUNAR_DAYS[name] for name in re.findall(_LUNAR_DAY, found["days"])]
    month = found["month"]
    if not month:
        kinds = [Days(Frequency.MONTHLY, lunar=(0, day)) for day in days]
    else:
        number = _LUNAR_MONTHS.get(month) or chinese_number(month) or int(month)
        if not 1 <= number <= _LAST_MONTH:
            raise UnreadableValueError(code="list_no_such_day", value=found.group())
        kinds = [Days(Frequency.YEARLY, lunar=(number, day)) for day in days]
    return replace(kinds[0], more=tuple(kinds[1:]))


def _festival(found: re.Match[str], _today: dt.date) -> Days:
    return Days(Frequency.YEARLY, lunar=_FESTIVALS[found["name"]])


_HAN_DAY = "[一二三四五六日天](?![点时])"
_DIGIT_DAY = r"[1-7](?![\d:点时日号月])"
_NAMED_DAY = rf"{_NAME}(?:{_HAN_DAY}|{_DIGIT_DAY})"
_DAY_RANGE = rf"{_NAMED_DAY}(?:{_TO}(?:{_NAMED_DAY}|{_HAN_DAY}|{_DIGIT_DAY}))?"
_MORE_DAYS = rf"(?:{_AND}?(?:{_DAY_RANGE}|{_HAN_DAY}(?:{_TO}(?:{_NAMED_DAY}|{_HAN_DAY}))?))*"
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], dt.date], Days]], ...] = (
    (
        re.compile(
            rf"(?P<first>{_DATE})(?:{_TO}(?P<last>{_DATE}|\d{{1,2}}(?:月|[-./])\d{{1,2}}+(?:[日号]|(?![:\d]))))?"
        ),
        _date,
    ),
    (
        re.compile(
            r"(?:除|不含)(?:国家)?(?:法定)?(?:节假日|假日)(?:以外|之外|外)?|(?:国家)?(?:法定)?(?:节假日|假日)(?:除外|不开放|休息|不含|暂停|停开)"
        ),
        _constant(Days(None, policy=HolidayPolicy.SKIP)),
    ),
    (re.compile(r"[逢遇]?(?:国家)?(?:法定)?(?:节假日|假日)顺延"), _constant(Days(None, policy=HolidayPolicy.SHIFT))),
    (
        re.compile(r"[逢遇]?(?:国家)?(?:法定)?(?:节假日|假日)(?:照常|不休|正常)(?:开放)?"),
        _constant(Days(None, policy=HolidayPolicy.KEEP)),
    ),
    (re.compile(rf"(?:周末|双休日?|{_NAME}六、?日){_AND}?(?:国家)?(?:法定)?(?:节假日|假日)"), _constant(RESTDAYS)),
    (re.compile(r"(?:国家)?法定(?:节假日|假日)"), _constant(replace(RESTDAYS, warns="list_holidays_are_rest_days"))),
    (re.compile(r"节假日|休息日|非工作日|公休日|假日"), _constant(RESTDAYS)),
    (re.compile(r"每?个?工作日|上班日"), _constant(WORKDAYS)),
    (re.compile(r"每个?周末|每?双休日?|周末"), _constant(WEEKENDS)),
    (
        re.compile(
            rf"(?:每个?月的?)?(?:(?P<last>最后一个)|第?(?P<nth>[一二三四五首1-5](?:{_AND}第?[一二三四五1-5])*)个)的?(?P<day>{_NAME}{_DAY_OF_WEEK}|{_NAME}末)"
        ),
        _nth_weekday,
    ),
    (re.compile(rf"每?{_DAY_RANGE}{_MORE_DAYS}"), _weekdays),
    (re.compile(r"每个?月(?:底|末|的?最后一天)|月末|月底"), _constant(Days(Frequency.MONTHLY, bymonthday=(-1,)))),
    (
        re.compile(
            rf"(?:农历|阴历)?每个?月?(?:农历|阴历)?(?P<month>)(?P<days>(?:{_LUNAR_DAY})(?:{_AND}?(?:{_LUNAR_DAY}))*)"
        ),
        _lunar,
    ),
    (
        re.compile(
            rf"每?年?(?:农历|阴历)(?P<month>[正冬腊]|[一二三四五六七八九十]+|\d{{1,2}})月(?P<days>{_LUNAR_DAY})"
        ),
        _lunar,
    ),
    (re.compile(rf"每?年?(?P<name>{'|'.join(_FESTIVALS)})节?"), _festival),
    (re.compile(rf"(?:每个?月|逢)的?(?P<days>\d{{1,2}}(?:[日号]?(?:{_AND}|{_TO})\d{{1,2}})*)[日号]"), _month_days),
    (re.compile(r"每年的?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"), _yearly),
    (
        re.compile(
            rf"(?:每年)?的?(?P<months>\d{{1,2}}月?{_TO}\d{{1,2}}月|\d{{1,2}}月(?:{_AND}\d{{1,2}}月)+|\d{{1,2}}(?:{_AND}\d{{1,2}})+月)(?:份|期间)?(?!\d)"
        ),
        _months,
    ),
    (
        re.compile(r"(?:每年的?)?暑(?:假|期)"),
        _constant(Days(None, bymonth=(7, 8), warns="list_summer_is_july_and_august")),
    ),
    (re.compile(r"每年的?(?P<months>\d{1,2}月)(?:份|期间)?(?!\d)"), _months),
    (re.compile(r"每天|每日|天天|日常|全年(?:无休)?|常年|周一至周日"), _constant(EVERY_DAY)),
)

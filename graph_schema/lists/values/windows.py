"""Windows: 工作日18:00—次日8:00, 周末, 每月15日 9:00-11:30; several in one cell make several schedules."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph_schema.lists.cells import Cell, clean
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.values import clocks
from graph_schema.lists.values.clocks import Clocks, clock_text
from graph_schema.lists.values.days import EVERY_DAY, RESTDAYS, WEEKENDS, Days, read_days
from graph_schema.lists.values.numbers import chinese_number
from graph_schema.model.errors import InvalidValueError
from graph_schema.model.schedules import DAY_MIN, DayKind, Frequency, HolidayPolicy, Schedule

MOST_WINDOWS = 24
OFFICE_HOURS = (9 * 60, 17 * 60)

_ALWAYS = frozenset(
    {
        "不限",
        "随时",
        "均可",
        "不限时间",
        "时间不限",
        "任何时间",
        "任意时间",
        "长期",
        "长期开放",
        "长期有效",
        "随时可用",
        "无限制",
        "不限时",
        "都可以",
    }
)
_BETWEEN_NUMBERS = re.compile(r"(?<=\d) (?=\d)")
_CLAUSE = re.compile(r"[;。\n]+")
_FILLER = re.compile(
    r"[、,()/:|]+|和|及|与|以及|的|对外|免费|开放|提供|可用|可|期间|时段|时间|每次|为|均|时(?=[,、(]|$)|服务|共享|使用|停放"
    r"|[需须]?(?:要)?(?:提前|事先|电话|网上)?预约制?"
)
_MONTH_NUMERAL = re.compile(r"(?<=月)[一二三四五六七八九十廿]+(?=[日号])|[一二三四五六七八九十]+(?=月\d)")
_EACH_EVENING_ALONE, _EACH_EVENING = re.compile(r"每个?([晚早])(?![上间晨\d])"), re.compile(r"每个?(?=[晚早夜])")
_OFFICE_HOURS = re.compile(r"(?:工作|上班|办公)时间")


@dataclass(frozen=True, slots=True)
class ReadWindows:
    """
    The windows of a cell.

    Parameters
    ----------
    schedules
        In the order written; empty means always.
    warnings
        (code, parameters) of what was taken for something that is not written.
    """

    schedules: tuple[Schedule, ...]
    warnings: tuple[tuple[str, dict[str, Any]], ...] = ()


def parse_windows(cell: Cell, today: dt.date) -> ReadWindows:
    """
    Every window in a cell.

    Parameters
    ----------
    today
        The street's local day.

    Raises
    ------
    UnreadableValueError
        If any part of it cannot be read; the finding names that part.
    """
    written = cell.written.strip()
    if written.startswith("FREQ="):
        return ReadWindows(tuple(_canonical(line.strip(), cell) for line in written.splitlines() if line.strip()))
    text = clean(written.replace("\n", ";"))
    if text.replace(" ", "") in _ALWAYS:
        return ReadWindows(())
    groups: list[_Group] = []
    for clause in _CLAUSE.split(text):
        groups += _groups(_BETWEEN_NUMBERS.sub("、", clause).replace(" ", ""), cell, today)
    if not groups:
        raise UnreadableValueError(code="list_bad_window", value=cell.raw, part=cell.raw)
    return _assemble(_joined(groups), cell)


def windows_text(schedules: Sequence[Schedule]) -> str:
    """
    Text that `parse_windows` reads as exactly these schedules.

    In the office's words where there are any, else in the canonical form of `Schedule.to_text`, one a line.
    """
    today = dt.date(2000, 1, 1)  # no text made here leaves its year out
    words = [_words(schedule) for schedule in schedules]
    text = ";".join(word for word in words if word)
    if all(words) and text:
        try:
            if parse_windows(Cell("", text, ""), today).schedules == tuple(schedules):
                return text
        except UnreadableValueError:
            pass
    return "\n".join(schedule.to_text() for schedule in schedules)


@dataclass(slots=True)
class _Group:
    """Days and times that stand together."""

    days: list[Days]
    times: list[Clocks]
    all_day: bool = False


def _groups(text: str, cell: Cell, today: dt.date) -> list[_Group]:
    """What a clause says, from left to right."""
    text = _EACH_EVENING.sub("每天", _EACH_EVENING_ALONE.sub(r"每天\1上", text))
    text = _MONTH_NUMERAL.sub(lambda found: str(chinese_number(found.group())), clocks.arabic_clocks(text))
    groups = [_Group([], [])]
    while text:
        length = _read_time(text, groups[-1]) or _read_days(text, groups, today) or _read_part(text, groups[-1])
        filler = _FILLER.match(text) if not length else None
        if filler is not None:
            length = filler.end()
        if not length:
            raise UnreadableValueError(code="list_bad_window", value=cell.raw, part=text[:20])
        text = text[length:]
    return [group for group in groups if group.days or group.times or group.all_day]


def _read_time(text: str, group: _Group) -> int:
    """Takes the clock times that a text begins with; gives their length, 0 without."""
    if found := clocks.ALL_DAY.match(text):
        group.all_day = True
    elif found := clocks.RANGE.match(text):
        group.times.append(clocks.read_range(found))
    elif found := clocks.HALF_OPEN.match(text):
        group.times.append(clocks.read_half_open(found))
    elif found := _OFFICE_HOURS.match(text):
        group.times.append(Clocks(*OFFICE_HOURS, part=found.group()))
    return found.end() if found is not None else 0


def _read_days(text: str, groups: list[_Group], today: dt.date) -> int:
    """Takes the days that a text begins with; days behind times begin a group, what only limits them does not."""
    read = read_days(text, today)
    if read is None:
        return 0
    days, length = read
    last = groups[-1]
    if (last.times or last.all_day) and days.freq is not None and last.days:
        groups.append(_Group([], []))
    groups[-1].days += [days, *days.more]
    return length


def _read_part(text: str, group: _Group) -> int:
    """Takes the part of a day (上午) that a text begins with."""
    found = clocks.PART_ALONE.match(text)
    if found is None:
        return 0
    behind = text[found.end() :]
    if behind[:1] in {"(", ":"} and clocks.RANGE.match(behind[1:]):
        return found.end()  # 夜间(18:00-次日7:30): the clock times say what the word means
    opens, closes = clocks.PARTS[found.group()]
    group.times.append(Clocks(opens, closes, part=found.group()))
    return found.end()


def _joined(groups: list[_Group]) -> list[_Group]:
    """Groups that all have days: a time alone belongs to the days before it, a first time to the days behind it."""
    if len(groups) > 1 and not groups[0].days and groups[1].days and not groups[1].times and not groups[1].all_day:
        first = groups.pop(0)
        groups[0].times, groups[0].all_day = first.times, first.all_day
    days: list[Days] = [EVERY_DAY]
    for group in groups:
        if not group.days:
            group.days = days
        days = group.days
    return groups


def _assemble(groups: list[_Group], cell: Cell) -> ReadWindows:
    schedules: list[Schedule] = []
    warnings: list[tuple[str, dict[str, Any]]] = []
    for group in groups:
        times = list(group.times)
        if not group.all_day and not times and any(map(_opens_at_some_hour, group.days)):
            warnings.append(("list_whole_days_assumed", {"value": cell.raw}))
        if group.all_day or not times:
            times.append(Clocks(*clocks.WHOLE_DAY))
        warnings += [(days.warns, {"value": cell.raw}) for days in group.days if days.warns]
        for time in times:
            if time.part:
                window = f"{clock_text(time.opens_min)}-{clock_text(time.closes_min)}"
                warnings.append(("list_part_of_day_assumed", {"value": time.part, "window": window}))
            if time.next_day_assumed:
                ends = {"value": cell.raw, "ends": clock_text(time.closes_min)}
                if time.afternoon_min is None:
                    warnings.append(("list_next_day_assumed", ends))
                else:
                    likely = clock_text(time.afternoon_min)
                    warnings.append(("list_afternoon_likely", {**ends, "likely": likely}))
            schedules += [_schedule(days, limits, time, cell) for days, limits in _limited(group.days)]
    unique = tuple(dict.fromkeys(schedules))
    if len(unique) > MOST_WINDOWS:
        raise UnreadableValueError(code="list_too_many_windows", value=cell.raw, windows=len(unique), most=MOST_WINDOWS)
    distinct = {(code, tuple(params.items())): (code, params) for code, params in warnings}
    return ReadWindows(unique, tuple(distinct.values()))


def _opens_at_some_hour(days: Days) -> bool:
    """Whether days named without a time leave out when they open; 周末 and a date are whole days to an office."""
    return days.freq is Frequency.WEEKLY or days.day_kind is DayKind.WORKDAY


def _limited(days: list[Days]) -> list[tuple[Days, Days]]:
    """Each kind of day of a group, weekdays united, with what limits them all."""
    limits = Days(None)
    kinds: list[Days] = []
    weekdays: tuple[int, ...] = ()
    for each in days:
        if each.freq is None:
            limits = Days(
                None,
                bymonth=each.bymonth or limits.bymonth,
                starts_on=each.starts_on or limits.starts_on,
                until=each.until or limits.until,
                policy=each.policy or limits.policy,
            )
        elif each.freq is Frequency.WEEKLY:
            weekdays = tuple(sorted({*weekdays, *each.byday}))
        else:
            kinds.append(each)
    if weekdays:
        kinds.insert(0, Days(Frequency.WEEKLY, byday=weekdays))
    if {kind.day_kind for kind in kinds} == {DayKind.WEEKEND, DayKind.RESTDAY} and not weekdays:
        kinds = [RESTDAYS]
    if WEEKENDS in kinds and weekdays:  # 周五、周末 on one line are weekdays of one kind
        kinds = [kind for kind in kinds if kind not in {WEEKENDS, kinds[0]}]
        kinds.insert(0, Days(Frequency.WEEKLY, byday=tuple(sorted({*weekdays, 5, 6}))))
    return [(kind, limits) for kind in kinds or [EVERY_DAY]]


def _schedule(days: Days, limits: Days, time: Clocks, cell: Cell) -> Schedule:
    try:
        return Schedule(
            freq=days.freq or Frequency.DAILY,
            opens_min=time.opens_min,
            closes_min=time.closes_min,
            byday=days.byday,
            bymonthday=days.bymonthday,
            bymonth=days.bymonth or limits.bymonth,
            day_kind=days.day_kind,
            starts_on=days.starts_on or limits.starts_on,
            until=days.until or limits.until,
            lunar=days.lunar,
            holiday_policy=limits.policy or HolidayPolicy.KEEP,
        )
    except InvalidValueError as error:
        raise UnreadableValueError(code="list_window_contradiction", value=cell.raw) from error


def _canonical(line: str, cell: Cell) -> Schedule:
    try:
        return Schedule.from_text(line)
    except InvalidValueError as error:
        raise UnreadableValueError(code="list_bad_window", value=cell.raw, part=line) from error


_KIND_WORDS = {DayKind.WORKDAY: "工作日", DayKind.RESTDAY: "节假日", DayKind.WEEKEND: "周末", DayKind.EVERY: "每天"}
_POLICY_WORDS = {HolidayPolicy.KEEP: "", HolidayPolicy.SHIFT: "(遇节假日顺延)", HolidayPolicy.SKIP: "(节假日除外)"}
_WEEK = "一二三四五六日"


def _words(schedule: Schedule) -> str:
    """What an office would write; the caller checks that it reads back as the same schedule."""
    days = _day_words(schedule)
    if not days:
        return ""
    whole_day = (schedule.opens_min, schedule.closes_min) == (0, DAY_MIN)
    time = "全天" if whole_day else f"{clock_text(schedule.opens_min)}-{clock_text(schedule.closes_min)}"
    period = f"{schedule.starts_on}至{schedule.until} " if schedule.starts_on and schedule.until else ""
    return f"{period}{days}{_POLICY_WORDS[schedule.holiday_policy]} {time}"


def _day_words(schedule: Schedule) -> str:
    if schedule.freq is Frequency.ONCE:
        return str(schedule.starts_on)
    if schedule.freq is Frequency.DAILY:
        return _KIND_WORDS[schedule.day_kind]
    if schedule.freq is Frequency.WEEKLY:
        return "每" + "、".join(f"周{_WEEK[day]}" for day in schedule.byday)
    if schedule.freq is Frequency.MONTHLY and schedule.bymonthday and not schedule.byday:
        if schedule.bymonthday == (-1,):
            return "每月最后一天"
        return "每月" + "、".join(f"{day}日" for day in schedule.bymonthday)
    return ""

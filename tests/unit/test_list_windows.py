"""Windows as offices write them."""

import datetime as dt

import pytest

from graph_schema.lists.cells import Cell
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.values.windows import parse_windows, windows_text

TODAY = dt.date(2024, 5, 20)

READ = {
    "工作日18:00—次日8:00": ["FREQ=DAILY;X-DAYKIND=WORKDAY;X-OPENS=18:00;X-CLOSES=32:00"],
    "工作日 18：00-次日 08：00": ["FREQ=DAILY;X-DAYKIND=WORKDAY;X-OPENS=18:00;X-CLOSES=32:00"],
    "周末": ["FREQ=DAILY;X-DAYKIND=WEEKEND;X-OPENS=00:00;X-CLOSES=24:00"],
    "双休日全天": ["FREQ=DAILY;X-DAYKIND=WEEKEND;X-OPENS=00:00;X-CLOSES=24:00"],
    "周六日": ["FREQ=DAILY;X-DAYKIND=WEEKEND;X-OPENS=00:00;X-CLOSES=24:00"],
    "周六、周日 9:00-17:00": ["FREQ=DAILY;X-DAYKIND=WEEKEND;X-OPENS=09:00;X-CLOSES=17:00"],
    "周一至周五 9:00-17:00": ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;X-OPENS=09:00;X-CLOSES=17:00"],
    "星期一到星期五9点至17点": ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;X-OPENS=09:00;X-CLOSES=17:00"],
    "周一、三、五 9:00~11:00": ["FREQ=WEEKLY;BYDAY=MO,WE,FR;X-OPENS=09:00;X-CLOSES=11:00"],
    "周二四 14:00-16:00": ["FREQ=WEEKLY;BYDAY=TU,TH;X-OPENS=14:00;X-CLOSES=16:00"],
    "周五至周日 9:00-17:00": ["FREQ=WEEKLY;BYDAY=FR,SA,SU;X-OPENS=09:00;X-CLOSES=17:00"],
    "每周三9:00—11:30": ["FREQ=WEEKLY;BYDAY=WE;X-OPENS=09:00;X-CLOSES=11:30"],
    "每周6 9:00-11:00": ["FREQ=WEEKLY;BYDAY=SA;X-OPENS=09:00;X-CLOSES=11:00"],
    "每月15日": ["FREQ=MONTHLY;BYMONTHDAY=15;X-OPENS=00:00;X-CLOSES=24:00"],
    "每月15日 9:00-11:30": ["FREQ=MONTHLY;BYMONTHDAY=15;X-OPENS=09:00;X-CLOSES=11:30"],
    "每月十五日上午9点-11点半": ["FREQ=MONTHLY;BYMONTHDAY=15;X-OPENS=09:00;X-CLOSES=11:30"],
    "每月7号9:00-11:00": ["FREQ=MONTHLY;BYMONTHDAY=7;X-OPENS=09:00;X-CLOSES=11:00"],
    "每月1日、15日 9:00-11:00": ["FREQ=MONTHLY;BYMONTHDAY=1,15;X-OPENS=09:00;X-CLOSES=11:00"],
    "每月10日至12日9:00-11:00": ["FREQ=MONTHLY;BYMONTHDAY=10,11,12;X-OPENS=09:00;X-CLOSES=11:00"],
    "每月最后一天": ["FREQ=MONTHLY;BYMONTHDAY=-1;X-OPENS=00:00;X-CLOSES=24:00"],
    "每月第一个周六9:00-11:00": ["FREQ=MONTHLY;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=SA;X-OPENS=09:00;X-CLOSES=11:00"],
    "每月最后一个星期五14:00-16:00": [
        "FREQ=MONTHLY;BYMONTHDAY=-7,-6,-5,-4,-3,-2,-1;BYDAY=FR;X-OPENS=14:00;X-CLOSES=16:00"
    ],
    "每天8:00-20:00": ["FREQ=DAILY;X-OPENS=08:00;X-CLOSES=20:00"],
    "8:00-20:00": ["FREQ=DAILY;X-OPENS=08:00;X-CLOSES=20:00"],
    "全天": ["FREQ=DAILY;X-OPENS=00:00;X-CLOSES=24:00"],
    "24小时": ["FREQ=DAILY;X-OPENS=00:00;X-CLOSES=24:00"],
    "周末及法定节假日全天": ["FREQ=DAILY;X-DAYKIND=RESTDAY;X-OPENS=00:00;X-CLOSES=24:00"],
    "节假日9:00-17:00": ["FREQ=DAILY;X-DAYKIND=RESTDAY;X-OPENS=09:00;X-CLOSES=17:00"],
    "周一至周五9:00-17:00(法定节假日除外)": [
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;X-HOLIDAY=SKIP;X-OPENS=09:00;X-CLOSES=17:00"
    ],
    "每月15日9:00-11:00,遇节假日顺延": ["FREQ=MONTHLY;BYMONTHDAY=15;X-HOLIDAY=SHIFT;X-OPENS=09:00;X-CLOSES=11:00"],
    "工作日9:00-11:30、14:00-17:00": [
        "FREQ=DAILY;X-DAYKIND=WORKDAY;X-OPENS=09:00;X-CLOSES=11:30",
        "FREQ=DAILY;X-DAYKIND=WORKDAY;X-OPENS=14:00;X-CLOSES=17:00",
    ],
    "工作日18:00—次日8:00；周末全天": [
        "FREQ=DAILY;X-DAYKIND=WORKDAY;X-OPENS=18:00;X-CLOSES=32:00",
        "FREQ=DAILY;X-DAYKIND=WEEKEND;X-OPENS=00:00;X-CLOSES=24:00",
    ],
    "工作日18:00—次日8:00,周末全天": [
        "FREQ=DAILY;X-DAYKIND=WORKDAY;X-OPENS=18:00;X-CLOSES=32:00",
        "FREQ=DAILY;X-DAYKIND=WEEKEND;X-OPENS=00:00;X-CLOSES=24:00",
    ],
    "周一至周五18:00-21:00\n周六9:00-17:00": [
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;X-OPENS=18:00;X-CLOSES=21:00",
        "FREQ=WEEKLY;BYDAY=SA;X-OPENS=09:00;X-CLOSES=17:00",
    ],
    "上午9:00-11:00 每周六": ["FREQ=WEEKLY;BYDAY=SA;X-OPENS=09:00;X-CLOSES=11:00"],
    "下午2点-5点": ["FREQ=DAILY;X-OPENS=14:00;X-CLOSES=17:00"],
    "晚8点至10点": ["FREQ=DAILY;X-OPENS=20:00;X-CLOSES=22:00"],
    "晚上6点—早上8点": ["FREQ=DAILY;X-OPENS=18:00;X-CLOSES=32:00"],
    "9时30分至11时": ["FREQ=DAILY;X-OPENS=09:30;X-CLOSES=11:00"],
    "0:00-24:00": ["FREQ=DAILY;X-OPENS=00:00;X-CLOSES=24:00"],
    "6月至9月每天19:00-21:00": ["FREQ=DAILY;BYMONTH=6,7,8,9;X-OPENS=19:00;X-CLOSES=21:00"],
    "2024年6月1日 9:00-11:00": ["FREQ=ONCE;DTSTART=20240601;X-OPENS=09:00;X-CLOSES=11:00"],
    "2024年7月1日至8月31日 每周三9:00-11:00": [
        "FREQ=WEEKLY;BYDAY=WE;DTSTART=20240701;UNTIL=20240831;X-OPENS=09:00;X-CLOSES=11:00"
    ],
    "农历九月初九 9:00-11:00": ["FREQ=YEARLY;X-LUNAR=9-9;X-OPENS=09:00;X-CLOSES=11:00"],
    "每年重阳节9:00-11:00": ["FREQ=YEARLY;X-LUNAR=9-9;X-OPENS=09:00;X-CLOSES=11:00"],
    "每月初一、十五8:00-10:00": [
        "FREQ=MONTHLY;X-LUNAR=0-1;X-OPENS=08:00;X-CLOSES=10:00",
        "FREQ=MONTHLY;X-LUNAR=0-15;X-OPENS=08:00;X-CLOSES=10:00",
    ],
    "每年3月5日9:00-16:00": ["FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5;X-OPENS=09:00;X-CLOSES=16:00"],
    "不限": [],
    "随时": [],
}

TAKEN_FOR = {
    "每周六上午": ("FREQ=WEEKLY;BYDAY=SA;X-OPENS=08:00;X-CLOSES=12:00", "list_part_of_day_assumed"),
    "工作日晚上": ("FREQ=DAILY;X-DAYKIND=WORKDAY;X-OPENS=18:00;X-CLOSES=22:00", "list_part_of_day_assumed"),
    "工作时间": ("FREQ=DAILY;X-OPENS=09:00;X-CLOSES=17:00", "list_part_of_day_assumed"),
    "18:00后": ("FREQ=DAILY;X-OPENS=18:00;X-CLOSES=24:00", "list_part_of_day_assumed"),
    "18:00-8:00": ("FREQ=DAILY;X-OPENS=18:00;X-CLOSES=32:00", "list_next_day_assumed"),
    "法定节假日": ("FREQ=DAILY;X-DAYKIND=RESTDAY;X-OPENS=00:00;X-CLOSES=24:00", "list_holidays_are_rest_days"),
}

REFUSED = {
    "视情况而定": "list_bad_window",
    "每季度一次": "list_bad_window",
    "寒暑假": "list_bad_window",
    "每两周周六": "list_bad_window",
    "25:00-26:00": "list_no_such_time",
    "9:75-10:00": "list_no_such_time",
    "9:00-9:00": "list_window_empty",
    "每月32日": "list_no_such_day",
    "2024年2月30日9:00-10:00": "list_no_such_day",
    "2024年8月1日至7月1日 9:00-10:00": "list_period_backwards",
    "周末9:00-17:00遇节假日顺延": "list_window_contradiction",
    "电话预约": "list_bad_window",
    "次日8:00-10:00": "list_window_starts_late",
    "FREQ=DAILY;X-OPENS=18:00": "list_bad_window",
}


def _read(text: str) -> list[str]:
    return [schedule.to_text() for schedule in parse_windows(Cell("A1", text, "开放时间"), TODAY).schedules]


@pytest.mark.parametrize("text", READ, ids=list(READ))
def test_a_written_window_is_read_as_its_schedules(text: str) -> None:
    assert _read(text) == READ[text]
    assert parse_windows(Cell("A1", text, ""), TODAY).warnings == ()


@pytest.mark.parametrize("text", TAKEN_FOR, ids=list(TAKEN_FOR))
def test_what_is_taken_for_something_not_written_is_told(text: str) -> None:
    schedule, code = TAKEN_FOR[text]
    read = parse_windows(Cell("A1", text, ""), TODAY)
    assert [each.to_text() for each in read.schedules] == [schedule]
    assert [warning for warning, _ in read.warnings] == [code]


@pytest.mark.parametrize("text", REFUSED, ids=list(REFUSED))
def test_a_window_that_cannot_be_read_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(UnreadableValueError) as refused:
        parse_windows(Cell("A1", text, ""), TODAY)
    assert refused.value.code == REFUSED[text]
    assert refused.value.params["value"]


def test_more_windows_than_a_plan_can_use_are_refused() -> None:
    text = ";".join(f"周一{hour}:00-{hour}:30" for hour in range(24)) + ";周二9:00-10:00"
    with pytest.raises(UnreadableValueError) as refused:
        parse_windows(Cell("A1", text, ""), TODAY)
    assert refused.value.code == "list_too_many_windows"


@pytest.mark.parametrize("text", [text for text in READ if READ[text]])
def test_windows_written_by_the_export_are_read_back_the_same(text: str) -> None:
    schedules = parse_windows(Cell("A1", text, ""), TODAY).schedules
    assert parse_windows(Cell("A1", windows_text(schedules), ""), TODAY).schedules == schedules


def test_the_export_writes_common_windows_in_the_offices_words() -> None:
    schedules = parse_windows(Cell("A1", "工作日18:00-次日8:00;周末全天", ""), TODAY).schedules
    assert windows_text(schedules) == "工作日 18:00-次日8:00;周末 全天"

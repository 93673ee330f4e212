"""Numbers, quantities, money, dates and other values as offices write them."""

import datetime as dt
from fractions import Fraction

import pytest

from graph_schema.geo import Crs, from_wgs84
from graph_schema.lists.cells import Cell, CellValue, address, as_text, key_of
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.values.categories import CategoryWords, parse_category
from graph_schema.lists.values.choosing import nearest
from graph_schema.lists.values.dates import Edge, parse_date
from graph_schema.lists.values.groups import GroupWords, parse_groups
from graph_schema.lists.values.identifiers import parse_batch_no, parse_number, parse_share, parse_uscc, parse_year
from graph_schema.lists.values.lists_of import split_values
from graph_schema.lists.values.money import money_text, parse_money
from graph_schema.lists.values.numbers import chinese_number
from graph_schema.lists.values.points import PointCells, parse_point
from graph_schema.lists.values.quantities import parse_quantity, to_quantity
from graph_schema.lists.values.vocabularies import VOCABULARIES, choice_of, need_status, parse_choice, status_word
from graph_schema.model.needs import NeedStatus
from graph_schema.model.quantities import Qualifier
from graph_schema.taxonomy import load

TODAY = dt.date(2024, 5, 20)
EXACT, ABOUT, OVER, BELOW = Qualifier.EXACT, Qualifier.ABOUT, Qualifier.OVER, Qualifier.BELOW


def _cell(value: CellValue, hint: str = "") -> Cell:
    return Cell("B2", value, "列", hint)


def _refused(code: str, parse: object, *args: object) -> UnreadableValueError:
    with pytest.raises(UnreadableValueError) as refused:
        parse(*args)  # type: ignore[operator]
    assert refused.value.code == code
    return refused.value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("二十", 20),
        ("十", 10),
        ("十二", 12),
        ("两百三", 230),
        ("两百零三", 203),
        ("一千二百三十四", 1234),
        ("一万二", 12_000),
        ("一万零二十", 10_020),
        ("三十五万", 350_000),
        ("二〇二四", 2024),
        ("廿三", 23),
        ("叁佰", 300),
        ("一亿两千万", 120_000_000),
        ("三四", 34),
        ("万", None),
        ("三四十", None),
    ],
)
def test_chinese_numerals_have_their_value(text: str, number: int | None) -> None:
    assert chinese_number(text) == number


@pytest.mark.parametrize(
    ("text", "value", "unit", "qualifier"),
    [
        ("20", 20, "", EXACT),
        (20, 20, "", EXACT),
        (20.0, 20, "", EXACT),
        ("２０个", 20, "个", EXACT),
        ("1,200", 1200, "", EXACT),
        ("近千个", 1000, "个", BELOW),
        ("近1,000", 1000, "", BELOW),
        ("20余家", 20, "家", OVER),
        ("二十余人", 20, "人", OVER),
        ("二十", 20, "", EXACT),
        ("两间", 2, "间", EXACT),
        ("半", Fraction(1, 2), "", EXACT),
        ("半天", Fraction(1, 2), "天", EXACT),
        ("3万", 30_000, "", EXACT),
        ("1.5万元", 15_000, "元", EXACT),
        ("3万余人次", 30_000, "人次", OVER),
        ("3余万人次", 30_000, "人次", OVER),
        ("约200平方米", 200, "㎡", ABOUT),
        ("200㎡左右", 200, "㎡", ABOUT),
        ("200m2", 200, "㎡", EXACT),
        ("200多户", 200, "户", OVER),
        ("100以上", 100, "", OVER),
        ("不少于50人", 50, "人", OVER),
        ("不超过30人", 30, "人", BELOW),
        ("共20个", 20, "个", EXACT),
        ("共计20个", 20, "个", EXACT),
        ("20(个)", 20, "个", EXACT),
        ("20个(含2个无障碍车位)", 20, "个", EXACT),
        ("60余名", 60, "名", OVER),
        ("2.5小时", Fraction(5, 2), "小时", EXACT),
    ],
)
def test_a_quantity_is_a_number_a_unit_and_what_is_said_about_it(
    text: str | float, value: Fraction | int, unit: str, qualifier: Qualifier
) -> None:
    read = parse_quantity(_cell(text))
    assert (read.value, read.unit, read.qualifier) == (value, unit, qualifier)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("若干", "list_vague_quantity"),
        ("数十个", "list_vague_quantity"),
        ("几十人", "list_vague_quantity"),
        ("十几个", "list_vague_quantity"),
        ("一批", "list_vague_quantity"),
        ("-", "list_vague_quantity"),
        ("1-2", "list_quantity_range"),
        ("3至5人", "list_quantity_range"),
        ("10~20", "list_quantity_range"),
        ("-5", "list_negative"),
        ("负3", "list_negative"),
        ("很好", "list_bad_quantity"),
        ("#N/A", "list_bad_quantity"),
        ("20个和3间", "list_quantity_rest"),
        ("1个半小时", "list_quantity_rest"),
        ("50%", "list_quantity_rest"),
        ("1e308", "list_quantity_rest"),
        (1e14, "list_quantity_too_large"),
        ("99999999999", "list_quantity_too_large"),
    ],
)
def test_what_is_no_quantity_is_refused(text: str, code: str) -> None:
    _refused(code, parse_quantity, _cell(text))


def test_a_quantity_comes_in_the_categorys_unit_by_stated_conversions_only() -> None:
    parking = load().category("PRK01")
    assert to_quantity(parse_quantity(_cell("20车位")), "", parking, "")[0].unit == "个"
    quantity, fits = to_quantity(parse_quantity(_cell("300人次")), "", parking, "")
    assert (quantity.value, quantity.unit, fits) == (300, "人次", False)
    assert to_quantity(parse_quantity(_cell("20")), "泊位", parking, "")[1]
    _refused("list_not_whole", to_quantity, parse_quantity(_cell("半")), "", parking, "半")


@pytest.mark.parametrize(
    ("text", "hint", "fen"),
    [
        ("5", "万元", 5_000_000),
        ("50000", "元", 5_000_000),
        ("5万元", "元", 5_000_000),
        ("5万", "", 5_000_000),
        (12.5, "万元", 12_500_000),
        ("20.5元", "万元", 2050),
        ("¥1,200.50", "元", 120_050),
        ("约3万元", "", 3_000_000),
        ("免费", "", 0),
        ("10元/小时", "", 1000),
        ("1亿元", "", 10_000_000_000),
        ("两千元", "", 200_000),
    ],
)
def test_money_is_whole_fen_in_the_unit_beside_it_or_in_the_header(text: str | float, hint: str, fen: int) -> None:
    assert parse_money(_cell(text, hint)) == fen


@pytest.mark.parametrize(
    ("text", "hint", "code"),
    [
        ("5", "", "list_money_without_unit"),
        ("待定", "万元", "list_bad_money"),
        ("5美元", "", "list_bad_money"),
        ("-5", "元", "list_negative"),
        ("0.001", "元", "list_finer_than_fen"),
    ],
)
def test_what_is_no_sum_is_refused(text: str, hint: str, code: str) -> None:
    _refused(code, parse_money, _cell(text, hint))


@pytest.mark.parametrize("fen", [0, 1, 99, 100, 12_345, 5_000_000, 999_999_999_999_999])
@pytest.mark.parametrize("unit", ["元", "万元"])
def test_written_money_is_read_back_to_the_fen(fen: int, unit: str) -> None:
    assert parse_money(_cell(money_text(fen, unit), unit)) == fen


@pytest.mark.parametrize(
    ("value", "start", "end"),
    [
        ("2024-06-01", (2024, 6, 1), (2024, 6, 1)),
        ("2024.6.1", (2024, 6, 1), (2024, 6, 1)),
        ("2024/6/1", (2024, 6, 1), (2024, 6, 1)),
        ("2024年6月1日", (2024, 6, 1), (2024, 6, 1)),
        ("二〇二四年六月一日", (2024, 6, 1), (2024, 6, 1)),
        ("20240601", (2024, 6, 1), (2024, 6, 1)),
        ("2024-06-01 09:30", (2024, 6, 1), (2024, 6, 1)),
        (45444, (2024, 6, 1), (2024, 6, 1)),
        (45444.75, (2024, 6, 1), (2024, 6, 1)),
        ("45444", (2024, 6, 1), (2024, 6, 1)),
        (dt.date(2024, 6, 1), (2024, 6, 1), (2024, 6, 1)),
        (dt.datetime(2024, 6, 1, 9, 30), (2024, 6, 1), (2024, 6, 1)),  # noqa: DTZ001
        ("2024年6月", (2024, 6, 1), (2024, 6, 30)),
        ("2024.6", (2024, 6, 1), (2024, 6, 30)),
        ("2024年6月底", (2024, 6, 30), (2024, 6, 30)),
        ("2024年6月上旬", (2024, 6, 1), (2024, 6, 10)),
        ("2024年6月底前", (2024, 6, 30), (2024, 6, 30)),
        ("2024年上半年", (2024, 1, 1), (2024, 6, 30)),
        ("2024年底", (2024, 12, 1), (2024, 12, 31)),
        ("2024年第三季度", (2024, 7, 1), (2024, 9, 30)),
        ("2024年", (2024, 1, 1), (2024, 12, 31)),
    ],
)
def test_a_date_is_its_day_and_a_month_or_year_its_first_or_last(
    value: CellValue, start: tuple[int, int, int], end: tuple[int, int, int]
) -> None:
    assert parse_date(_cell(value), Edge.START, TODAY).date == dt.date(*start)
    assert parse_date(_cell(value), Edge.END, TODAY).date == dt.date(*end)
    assert not parse_date(_cell(value), Edge.END, TODAY).year_assumed


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("6月底", (2024, 6, 30)),
        ("6月1日", (2024, 6, 1)),
        ("明年3月", (2025, 3, 31)),
        ("年内", (2024, 12, 31)),
        ("今年底", (2024, 12, 31)),
    ],
)
def test_a_date_without_its_year_takes_the_current_one_and_says_so(text: str, day: tuple[int, int, int]) -> None:
    read = parse_date(_cell(text), Edge.END, TODAY)
    assert (read.date, read.year_assumed) == (dt.date(*day), True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2020年13月5日", "list_no_such_day"),
        ("2023-02-29", "list_no_such_day"),
        ("1066-10-14", "list_year_out_of_range"),
        ("等天气好了", "list_bad_date"),
        ("3", "list_bad_date"),
        ("6.1", "list_bad_date"),
        (True, "list_bad_date"),
    ],
)
def test_what_is_no_date_is_refused(text: str, code: str) -> None:
    _refused(code, parse_date, _cell(text), Edge.END, TODAY)


def test_a_date_without_end_is_no_day() -> None:
    assert parse_date(_cell("长期"), Edge.END, TODAY).date is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("桃花坞、石幢；西街", ("桃花坞", "石幢", "西街")),
        ("桃花坞,石幢;西街\n石路", ("桃花坞", "石幢", "西街", "石路")),
        ("桃花坞(含甲、乙)、石幢", ("桃花坞(含甲、乙)", "石幢")),
        ("石路、石路、", ("石路",)),
        ("", ()),
    ],
)
def test_a_cell_of_several_values_is_split(text: str, values: tuple[str, ...]) -> None:
    assert split_values(text) == values


def test_a_point_is_taken_only_with_a_stated_system_and_kept_as_written() -> None:
    lon, lat = (float(each) for each in from_wgs84(120.603, 31.312, Crs.GCJ02))
    cells = PointCells(_cell(lon), _cell(lat), None, _cell("高德"))
    found = parse_point(cells, None)
    assert found is not None
    assert (found.lon, found.lat) == (pytest.approx(120.603, abs=1e-6), pytest.approx(31.312, abs=1e-6))
    assert (found.lon_given, found.lat_given, found.crs_given) == (lon, lat, "GCJ-02")
    _refused("list_no_crs", parse_point, PointCells(_cell(lon), _cell(lat), None, None), None)
    assert parse_point(PointCells(_cell(lon, "GCJ-02"), _cell(lat), None, None), None) == found
    assert parse_point(PointCells(None, None, _cell(f"{lon},{lat}"), None), Crs.GCJ02) == found
    assert parse_point(PointCells(None, None, None, _cell("高德")), None) is None


@pytest.mark.parametrize(
    ("lon", "lat", "crs", "code"),
    [
        (31.3, 120.6, "WGS-84", "list_coordinates_swapped"),
        (12.06, 31.3, "WGS-84", "list_coordinates_outside"),
        (502_310.5, 3_465_120.1, "CGCS2000", "list_coordinates_not_degrees"),
        ("东边", 31.3, "WGS-84", "list_bad_coordinate"),
        (120.6, 31.3, "火星语", "list_unknown_crs"),
        (120.6, None, "WGS-84", "list_half_coordinates"),
    ],
)
def test_a_wrong_point_is_refused(lon: CellValue, lat: CellValue, crs: str, code: str) -> None:
    cells = PointCells(_cell(lon), None if lat is None else _cell(lat), None, _cell(crs))
    _refused(code, parse_point, cells, None)


@pytest.mark.parametrize(
    ("written", "title", "code", "guessed"),
    [
        ("PRK01", "x", "PRK01", False),
        ("prk01", "x", "PRK01", False),
        ("PRK01 夜间停车", "x", "PRK01", False),
        ("夜间停车", "x", "PRK01", False),
        ("理发", "x", "LIV01", False),
        ("Haircuts", "x", "LIV01", False),
        ("便民服务", "上门理发", "LIV01", True),
        ("其他", "小区路灯不亮", "FAC03", True),
        (None, "申请共享药箱", "HLT05", True),
    ],
)
def test_a_category_is_a_code_a_name_or_a_proposal_that_says_so(
    written: str | None, title: str, code: str, guessed: object
) -> None:
    read = parse_category(None if written is None else _cell(written), title, CategoryWords(load()))
    assert (read.category.code, bool(read.evidence)) == (code, guessed)


@pytest.mark.parametrize(
    ("written", "title", "code"),
    [
        ("便民服务", "帮帮忙", "list_category_is_class"),
        ("杂项", "某事", "list_unknown_category"),
        (None, "某事", "list_no_category"),
    ],
)
def test_no_category_is_guessed_without_evidence(written: str | None, title: str, code: str) -> None:
    refused = _refused(code, parse_category, None if written is None else _cell(written), title, CategoryWords(load()))
    assert isinstance(refused.params["near"], list)


def test_target_groups_are_codes_and_everybody_is_no_restriction() -> None:
    assert parse_groups(_cell("60岁以上老人、残疾人"), GroupWords(load())) == ("DISABLED", "ELDER60")
    assert parse_groups(_cell("辖区居民"), GroupWords(load())) == ()
    refused = _refused("list_unknown_group", parse_groups, _cell("高龄老年人群体"), GroupWords(load()))
    assert refused.params["near"]


def test_a_credit_code_proves_itself() -> None:
    assert parse_uscc(_cell(" 91110000600037341Ｌ ")) == "91110000600037341L"
    _refused("list_bad_uscc", parse_uscc, _cell("91110000600037341M"))


@pytest.mark.parametrize(
    ("text", "number"), [("1", None), ("00012", None), ("ZY-001", "ZY-001"), ("2024001", "2024001"), ("甲1", "甲1")]
)
def test_a_row_counter_is_no_stated_number(text: str, number: str | None) -> None:
    assert parse_number(_cell(text)) == number


@pytest.mark.parametrize(("value", "share"), [("31%", 0.31), (0.31, 0.31), ("30%以上", 0.3), (31, 0.31), (1, 1.0)])
def test_a_share_lies_between_none_and_all(value: CellValue, share: float) -> None:
    assert parse_share(_cell(value)) == share
    _refused("list_bad_share", parse_share, _cell("131%"))


def test_years_and_batch_numbers() -> None:
    assert parse_year(_cell("1993年建"), 2030) == 1993
    assert parse_year(_cell(dt.date(1993, 5, 1)), 2030) == 1993
    _refused("list_bad_year", parse_year, _cell("93年"), 2030)
    assert [parse_batch_no(_cell(text)) for text in ("第一批", "2", "批次3", "第十二期")] == [1, 2, 3, 12]
    _refused("list_bad_batch", parse_batch_no, _cell("首轮"))


def test_an_unknown_word_names_what_may_be_written() -> None:
    refused = _refused("list_unknown_word", parse_choice, _cell("马上"), "urgency")
    assert refused.params["allowed"] == ["急", "难", "愁", "盼"]
    assert [choice_of(word, "urgency") for word in ("急", "高", "中", "低", "紧急")] == [
        "urgent",
        "urgent",
        "worrying",
        "hoped",
        "urgent",
    ]


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_no_word_of_a_vocabulary_means_two_things(vocabulary: str) -> None:
    words = [key_of(word) or word for words in VOCABULARIES[vocabulary].values() for word in words]
    assert len(words) == len(set(words))
    for value, own in VOCABULARIES[vocabulary].items():
        assert choice_of(own[0], vocabulary) == value


@pytest.mark.parametrize("status", list(NeedStatus))
def test_each_state_of_a_need_has_a_word_that_is_read_back(status: NeedStatus) -> None:
    assert need_status(status_word(status)) is status


def test_the_nearest_names_come_best_first_and_always_alike() -> None:
    names = ["桃花坞社区", "石幢社区", "西街社区", "三元一村社区"]
    assert nearest("桃花乌社区", names)[0] == "桃花坞社区"
    assert nearest("桃花乌社区", list(reversed(names))) == nearest("桃花乌社区", names)
    assert nearest("", names) == []


def test_cells_have_addresses_and_the_text_that_programs_show() -> None:
    assert [address(1, column) for column in (1, 26, 27, 702, 703)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]
    assert as_text(12.0) == "12"
    assert as_text(0.1) == "0.1"
    assert as_text(True) == "是"
    assert as_text(dt.datetime(2024, 6, 1, 9, 30)) == "2024-06-01 09:30"  # noqa: DTZ001
    assert as_text(dt.time(9, 30)) == "09:30"
    assert as_text(dt.timedelta(hours=26)) == "26:00"
    assert key_of("（石路）社区 ２") == "石路社区2"

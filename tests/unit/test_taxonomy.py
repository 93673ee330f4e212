from collections import Counter
from pathlib import Path

import pytest

from graph_schema.model.errors import UnreadableFileError
from graph_schema.taxonomy import DEFAULT_WALK_MIN, ELDERS, EVERYBODY, load, serves_one_for_one
from graph_schema.taxonomy import loader as taxonomy_loader

TABLES = Path(taxonomy_loader.__file__).parent
CLASS_SIZES = {
    "PRK": 5, "VEN": 6, "ELD": 6, "KID": 4, "HLT": 6, "LIV": 7,
    "HLP": 6, "CUL": 5, "LAW": 4, "ENV": 5, "FAC": 6, "SAF": 5,
}  # fmt: skip


def test_there_are_12_classes_and_65_items() -> None:
    categories = load().categories
    assert sum(category.parent is None for category in categories) == 12
    assert sum(category.parent is not None for category in categories) == 65
    assert Counter(category.parent for category in categories if category.parent) == CLASS_SIZES


def test_each_items_code_begins_with_its_class_and_numbers_run_without_gaps() -> None:
    codes = [category.code for category in load().categories if category.parent]
    assert codes == [f"{parent}{i:02d}" for parent in sorted(CLASS_SIZES) for i in range(1, CLASS_SIZES[parent] + 1)]


def test_an_empty_walking_limit_means_15_minutes_and_a_dash_means_that_the_provider_travels() -> None:
    taxonomy = load()
    assert DEFAULT_WALK_MIN == 15
    assert taxonomy.category("VEN01").walk_limit_min == 15
    assert taxonomy.category("PRK01").walk_limit_min == 10
    assert taxonomy.category("PRK03").walk_limit_min == 5
    assert taxonomy.category("ELD02").walk_limit_min is None
    for category in taxonomy.categories:
        if category.parent:
            assert category.provider_travels == (category.walk_limit_min is None), category.code


def test_only_enforcement_and_mediation_are_routed_and_say_where_they_go() -> None:
    routed = {category.code: category for category in load().categories if category.routed}
    assert set(routed) == {"SAF02", "LAW02"}
    assert all(category.route_to and category.route_to_en for category in routed.values())


def test_the_two_micro_repairs_are_the_fast_lane() -> None:
    assert {category.code for category in load().categories if category.fast_track} == {"FAC01", "FAC02"}


def test_the_stated_examples_of_substitution_hold() -> None:
    weights = {(pair.resource_code, pair.need_code): pair.weight for pair in load().can_satisfy}
    assert weights["VEN05", "PRK03"] == 0.6
    assert weights["PRK02", "PRK01"] == 1.0
    assert weights["VEN06", "ELD01"] == 0.9
    assert ("PRK01", "PRK02") not in weights, "a night space is no all-day space"


def test_every_substitution_counts_one_for_one_and_has_its_reason_in_both_languages() -> None:
    taxonomy = load()
    for pair in taxonomy.can_satisfy:
        assert serves_one_for_one(taxonomy.category(pair.resource_code).unit, taxonomy.category(pair.need_code))
        assert pair.reason
        assert pair.reason_en


def test_visits_and_households_convert_to_nothing_but_another_word_for_household() -> None:
    apart, words_for_household = {"人次", "户"}, {"户", "家"}
    for category in load().categories:
        units = {unit for unit, _ in category.unit_conversions}
        if category.unit in words_for_household:
            assert units <= words_for_household, category.code
        else:
            assert category.unit not in apart, category.code
            assert not units & (apart | words_for_household), category.code


def test_a_word_stands_for_one_category_and_for_one_group_only() -> None:
    for rows in (load().categories, load().target_groups):
        words = Counter(word for row in rows for word in (row.name_zh, *row.synonyms))
        assert [word for word, count in words.items() if count > 1] == []


def test_narrower_groups_of_elders_lie_in_elders() -> None:
    groups = {group.code: group for group in load().target_groups}
    assert groups["ELDER80"].parent == ELDERS
    assert groups["ELDER_ALONE"].parent == ELDERS
    assert groups["ELDER_ALONE"].sensitive
    assert groups["DISABLED"].sensitive
    assert groups[EVERYBODY].parent is None
    assert load().category("ELD01").target_group == ELDERS


def test_loading_twice_gives_the_same_vocabularies() -> None:
    assert load(TABLES) == load()


BROKEN = [
    ("categories.csv", "PRK01,夜间", "PRK99,夜间", "can_satisfy.csv, line 2: PRK01 is no item"),
    ("categories.csv", "会议室/议事场所,Meeting rooms,VEN", "会议室/议事场所,Meeting rooms,XEN", "VEN01 lies in XEN"),
    ("categories.csv", "VEN02,", "VEN01,", "'VEN01' stands in line"),
    ("categories.csv", "Electric car chargers,PRK,10", "Electric car chargers,PRK,ten", "walk_min is 'ten'"),
    ("categories.csv", "Electric car chargers,PRK,10", "Electric car chargers,PRK,0", "walk_min is '0'"),
    ("categories.csv", "台=1;桩=1", "台=1;桩=0", "conversion is '桩=0'"),
    ("categories.csv", "个=1;处=1,会议室", "间=1;处=1,会议室", "converts a unit twice or its own"),
    ("categories.csv", ",辆,yes", ",辆,maybe", "splits is 'maybe'"),
    ("categories.csv", ",辆,yes", ",,yes", "PRK05 has no unit"),
    ("categories.csv", "ELDER60,,,床", "ELDER61,,,床", "ELD04 is for ELDER61"),
    ("categories.csv", "the community's mediation committee (civility whistle)", "", "in one language only"),
    ("categories.csv", "义剪", "图书角", "stands in line"),
    ("can_satisfy.csv", "VEN02,VEN01,0.9", "VEN02,VEN01,1.1", "weight is 1.1"),
    ("can_satisfy.csv", "VEN02,VEN01,0.9", "VEN02,VEN01,0", "weight is 0, outside"),
    ("can_satisfy.csv", "VEN02,VEN01,0.9", "VEN02,VEN01,nan", "weight is nan, outside"),
    ("can_satisfy.csv", "VEN02,VEN01,0.9", "VEN01,VEN01,0.9", "VEN01 serves itself anyway"),
    ("can_satisfy.csv", "VEN02,VEN01,0.9", "VEN02,VEN77,0.9", "VEN77 is no item"),
    ("can_satisfy.csv", "VEN02,VEN01,0.9", "ELD01,VEN01,0.9", "does not take one for one"),
    ("can_satisfy.csv", "VEN02,VEN01,0.9", "SAF02,SAF01,0.9", "SAF02 is routed"),
    ("can_satisfy.csv", "VEN02,VEN01,0.9", "PRK02,PRK01,0.9", "stands in line 2 already"),
    ("can_satisfy.csv", "an all-day space includes nights and off-peak hours", "", "has no reason"),
    ("target_groups.csv", "aged 60 and over,,", "aged 60 and over,ELDER80,", "lies in itself"),
    ("target_groups.csv", "aged 80 and over,ELDER60", "aged 80 and over,ELDER6O", "which is no group"),
    ("target_groups.csv", "快递小哥", "外卖小哥", "stands in line"),
    ("target_groups.csv", "code,name_zh", "Code,name_zh", "columns are"),
]


@pytest.mark.parametrize(("table", "old", "new", "message"), BROKEN, ids=[f"{row[0]}:{row[2]}" for row in BROKEN])
def test_a_table_that_contradicts_itself_is_refused_with_its_place(
    tmp_path: Path, table: str, old: str, new: str, message: str
) -> None:
    for name in ("categories.csv", "can_satisfy.csv", "target_groups.csv"):
        text = (TABLES / name).read_text(encoding="utf-8")
        if name == table:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFileError) as refused:
        load(tmp_path)
    assert message in str(refused.value)
    assert ".csv" in str(refused.value)


def test_a_missing_or_undecodable_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"target_groups\.csv: cannot be read"):
        load(tmp_path)
    (tmp_path / "target_groups.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableFileError, match="is not UTF-8"):
        load(tmp_path)

import re
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_schema.messages import render
from graph_schema.model.pairings import Finding
from matcher import reasons
from matcher.errors import InvalidPolicyError
from matcher.policy import Policy
from matcher.policy_settings import OUTSIDE, SETTINGS


def test_the_default_policy_survives_its_own_file() -> None:
    assert Policy.from_toml(Policy().to_toml()) == Policy()
    assert Policy.from_toml("") == Policy(), "what is left out has its default"


@given(
    speed=st.floats(0.1, 10),
    detour=st.floats(1, 5),
    levels=st.lists(st.tuples(st.text(min_size=1).filter(lambda s: s != OUTSIDE), st.integers(0, 900)), max_size=5),
    substitution=st.integers(0, 86_400),
    required=st.booleans(),
)
def test_any_policy_survives_its_own_file(
    speed: float, detour: float, levels: list[tuple[str, int]], substitution: int, *, required: bool
) -> None:
    unique = dict(levels)
    rings = (*zip(unique, sorted(unique.values()), strict=True), (OUTSIDE, 1000))
    policy = Policy(
        walk_speed_mps=speed, detour=detour, rings=rings, substitution_s=substitution, agreement_required=required
    )
    read = Policy.from_toml(policy.to_toml())
    assert read == policy
    assert read.hash == policy.hash


def test_every_setting_stands_in_the_file_under_a_chinese_sentence_that_says_why() -> None:
    text = Policy().to_toml()
    for setting in SETTINGS:
        line = rf"\[{setting.group}\]" if setting.kind == "table" else f"{setting.name} = "
        comment = re.search(rf"^# (.+)\n{line}", text, re.MULTILINE)
        assert comment, setting.name
        assert len(re.findall(r"[\u4e00-\u9fff]", comment[1])) > 8, setting.name


def test_every_field_of_the_policy_is_a_setting_and_every_setting_a_field() -> None:
    assert [field.name for field in fields(Policy)] == [setting.name for setting in SETTINGS]


def test_a_file_of_the_time_when_all_keys_stood_at_the_top_is_read() -> None:
    old = "walk_speed_mps = 1.2\nsubstitution_s = 300\nagreement_required = true\n\n[rings]\ngrid = 5\noutside = 50\n"
    rings = (("grid", 5), (OUTSIDE, 50))
    assert Policy.from_toml(old) == Policy(1.2, substitution_s=300, agreement_required=True, rings=rings)


def test_another_preference_is_another_hash() -> None:
    assert Policy().hash != replace(Policy(), first_time_s=61).hash
    assert Policy().hash == Policy().hash


@pytest.mark.parametrize(
    ("changes", "code", "key"),
    [
        pytest.param({"walk_speed_mps": 0}, "number.range", "walking.walk_speed_mps", id="nobody stands still"),
        pytest.param({"walk_speed_mps": float("nan")}, "number.range", "walking.walk_speed_mps", id="not a number"),
        pytest.param({"elder_speed_mps": 48}, "number.metres_a_minute", "walking.elder_speed_mps", id="m/min"),
        pytest.param({"detour": 0.9}, "number.range", "walking.detour", id="shorter than the straight line"),
        pytest.param({"detour": True}, "number.kind", "walking.detour", id="a switch for a number"),
        pytest.param({"default_limit_s": 15}, "number.minutes", "walking.default_limit_s", id="minutes for seconds"),
        pytest.param({"substitution_s": -1}, "number.range", "terms.substitution_s", id="negative"),
        pytest.param({"substitution_s": 1.5}, "number.fraction", "terms.substitution_s", id="a fraction"),
        pytest.param({"substitution_s": "600"}, "number.quoted", "terms.substitution_s", id="a quoted number"),
        pytest.param({"stale_most_s": 90_000}, "number.range", "terms.stale_most_s", id="more than a day"),
        pytest.param({"fairness_pieces": 0}, "number.range", "fairness.fairness_pieces", id="no piece"),
        pytest.param({"most_changes": -2}, "number.range", "rules.most_changes", id="below free"),
        pytest.param({"agreement_required": 1}, "switch", "rules.agreement_required", id="a number for a switch"),
        pytest.param({"agreement_required": "是"}, "switch", "rules.agreement_required", id="a word for a switch"),
        pytest.param({"agreement_required": [True]}, "switch", "rules.agreement_required", id="a list for a switch"),
        pytest.param({"fairness_mode": "fair"}, "choice", "fairness.fairness_mode", id="no such mode"),
        pytest.param({"ring_first": "village"}, "choice", "ring_first", id="no such ring"),
        pytest.param({"rings": (("street", 0),)}, "rings.last", "rings", id="no outside"),
        pytest.param({"rings": (("a", 1), ("a", 2), (OUTSIDE, 3))}, "rings.last", "rings", id="a ring twice"),
        pytest.param({"rings": (("a", 5), (OUTSIDE, 3))}, "rings.falling", "rings.outside", id="outside is cheaper"),
        pytest.param({"rings": (("a", -5), (OUTSIDE, 3))}, "number.range", "rings.a", id="a negative ring"),
        pytest.param({"rings": 3}, "table", "rings", id="rings are no table"),
        pytest.param({"target_groups": (("E", 1), ("E", 2))}, "groups.twice", "priority_groups", id="a group twice"),
    ],
)
def test_a_value_out_of_range_is_refused_by_key_value_and_range(changes: dict[str, Any], code: str, key: str) -> None:
    with pytest.raises(InvalidPolicyError) as refused:
        Policy(**changes)
    check_refusal(refused.value, code, key)


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        pytest.param("[terms]\nwalking = 3", "unknown", "terms.walking", id="an unknown key"),
        pytest.param("[terms]\nsubstitutions = 3", "unknown.near", "terms.substitutions", id="a misspelt key"),
        pytest.param("[term]\nseat_s = 3", "unknown.near", "term", id="a misspelt table"),
        pytest.param("[walking]\nseat_s = 3", "misplaced", "walking.seat_s", id="a table's line is missing"),
        pytest.param("seat_s = 3\n[terms]\nseat_s = 3", "twice", "terms.seat_s", id="old and new together"),
        pytest.param("rings = 3", "table", "rings", id="no table"),
        pytest.param("terms = 3", "table", "terms", id="a number for a table"),
        pytest.param('[terms]\nsubstitution_s = "600"', "number.quoted", "terms.substitution_s", id="a quoted number"),
        pytest.param('[emergency]\nemergency = "true"', "switch", "emergency.emergency", id="a quoted switch"),
        pytest.param("[rings]\noutside = 3\nstreet = 1", "rings.last", "rings", id="outside is not last"),
        pytest.param("[walking]\ndefault_limit_s = 15", "number.minutes", "walking.default_limit_s", id="minutes"),
    ],
)
def test_a_policy_file_that_cannot_be_meant_is_refused(text: str, code: str, key: str) -> None:
    with pytest.raises(InvalidPolicyError) as refused:
        Policy.from_toml(text)
    check_refusal(refused.value, code, key)


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        pytest.param("[terms]\nseat_s = \n", "syntax", 2, 10, id="no value"),
        pytest.param("[terms]\nseat_s ＝ 60 # 秒", "syntax.wide", 2, 8, id="a full-width equals sign"),
        pytest.param("[terms]\nseat_s = ６0", "syntax.wide", 2, 10, id="a full-width digit"),
        pytest.param("［terms］\nseat_s = 60", "syntax.wide", 1, 1, id="full-width brackets"),
        pytest.param("[fairness]\nfairness_mode = “strict”", "syntax.wide", 2, 17, id="Chinese quotes"),
        pytest.param("[rules]\nagreement_required = 是", "syntax", 2, 22, id="a Chinese yes"),
        pytest.param("[terms\nseat_s = 60", "syntax", 1, 7, id="a bracket is missing"),
        pytest.param("[terms]\nseat_s = 60\nseat_s = 70", "syntax", 3, 12, id="a key twice"),
    ],
)
def test_what_is_not_toml_is_refused_by_line_and_column(text: str, code: str, line: int, column: int) -> None:
    with pytest.raises(InvalidPolicyError) as refused:
        Policy.from_toml(text)
    finding = refused.value.finding
    assert (finding.code, finding.params["line"], finding.params["column"]) == (f"policy.{code}", line, column)
    check_words(finding)


def check_refusal(error: InvalidPolicyError, code: str, key: str) -> None:
    finding = error.finding
    assert (finding.code, finding.params["key"]) == (f"policy.{code}", key)
    zh, en = check_words(finding)
    for shown in ("key", "value", "low", "high"):
        if shown in finding.params and not isinstance(finding.params[shown], list):
            assert str(finding.params[shown]) in zh
            assert str(finding.params[shown]) in en


def check_words(finding: reasons.Finding) -> tuple[str, str]:
    told = Finding(finding.code, finding.params)
    zh, en = render(told, "zh"), render(told, "en")
    assert "也许" in zh or "只留" in zh
    assert "Maybe" in en
    return zh, en

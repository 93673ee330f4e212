import re
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InvalidPolicyError
from matcher.policy import OUTSIDE, Policy


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
    for field in fields(Policy):
        line = r"\[rings\]" if field.name == "rings" else f"{field.name} = "
        comment = re.search(rf"^# (.+)\n{line}", text, re.MULTILINE)
        assert comment, field.name
        assert len(re.findall(r"[\u4e00-\u9fff]", comment[1])) > 8, field.name


def test_another_preference_is_another_hash() -> None:
    assert Policy().hash != replace(Policy(), first_time_s=61).hash
    assert Policy().hash == Policy().hash


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"walk_speed_mps": 0}, "walk_speed_mps is 0"),
        ({"walk_speed_mps": float("nan")}, "walk_speed_mps is nan"),
        ({"elder_speed_mps": 11}, "elder_speed_mps is 11"),
        ({"detour": 0.9}, "detour is 0.9"),
        ({"detour": True}, "detour is True"),
        ({"default_limit_s": 59}, "default_limit_s is 59"),
        ({"substitution_s": -1}, "substitution_s is -1"),
        ({"substitution_s": 1.5}, "expected a whole number"),
        ({"stale_most_s": 90_000}, "stale_most_s is 90000"),
        ({"agreement_required": 2}, "agreement_required is 2"),
        ({"agreement_required": 1}, "agreement_required is 1"),
        ({"agreement_required": [True]}, "agreement_required is [True]"),
        ({"rings": (("street", 0),)}, "the last is 'outside'"),
        ({"rings": (("a", 1), ("a", 2), (OUTSIDE, 3))}, "each level stands once"),
        ({"rings": (("a", 5), (OUTSIDE, 3))}, "below 5 of the ring inside it"),
        ({"rings": (("a", -5), (OUTSIDE, 3))}, "rings.a is -5"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidPolicyError, match=re.escape(message)):
        Policy(**changes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("walk_speed_mps = ", "not TOML"),
        ("walking = 3", "names 'walking'"),
        ("rings = 3", "expected a table"),
        ('substitution_s = "600"', "substitution_s is '600'"),
        ("[rings]\noutside = 3\nstreet = 1", "the last is 'outside'"),
    ],
)
def test_a_policy_file_that_cannot_be_meant_is_refused(text: str, message: str) -> None:
    with pytest.raises(InvalidPolicyError, match=re.escape(message)):
        Policy.from_toml(text)

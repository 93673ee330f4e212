"""A scenario's lists are the same bytes each time and say what is made up; its statements are data."""

import csv
from pathlib import Path
from typing import Any

import pytest

from api.services.scenario import SCENARIOS
from api.services.scenario_parts import Assertion, Expected
from graph_schema.demo.scene import Scene
from graph_schema.demo.scenes import SCENES
from matcher.policy import Policy

OWN = [scene for scene in SCENES.values() if scene.name != "jinchang-2020"]
"""Written as CSV files throughout; the lists of 2020 mix forms on purpose and have tests of their own."""
OWN_IDS = [scene.name for scene in OWN]


def test_every_scene_is_a_scenario_and_the_other_way_round() -> None:
    assert list(SCENES) == list(SCENARIOS)
    assert all(SCENARIOS[name].scene is scene for name, scene in SCENES.items())


@pytest.mark.parametrize("scene", SCENES.values(), ids=list(SCENES))
def test_the_same_scene_writes_the_same_bytes(scene: Scene, tmp_path: Path) -> None:
    first, again = scene.write_lists(tmp_path / "a"), scene.write_lists(tmp_path / "b")
    assert [path.name for path in first] == [path.name for path in again]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    assert len({path.name for path in first}) == len(first)


@pytest.mark.parametrize("scene", OWN, ids=OWN_IDS)
def test_what_is_made_up_says_so(scene: Scene, tmp_path: Path) -> None:
    for path in scene.write_lists(tmp_path):
        if path.suffix != ".csv":
            continue
        with path.open(encoding="utf-8-sig", newline="") as file:
            _, header, *rows = csv.reader(file)
        label = header.index("数据标注")
        named = [row for row in rows if row[label] != "合成"]
        assert all(row[header.index("类型")] == "街道党工委" for row in named), path.name


@pytest.mark.parametrize("scene", SCENES.values(), ids=list(SCENES))
def test_a_policy_of_a_scene_is_one(scene: Scene) -> None:
    assert isinstance(Policy.from_toml(scene.policy), Policy)


@pytest.mark.parametrize("scene", SCENES.values(), ids=list(SCENES))
def test_codes_of_a_scenario_stand_once(scene: Scene) -> None:
    codes = [row.code for row in SCENARIOS[scene.name].expected]
    assert len(codes) == len(set(codes))
    assert codes


@pytest.mark.parametrize(
    ("relation", "expected", "measured", "holds"),
    [
        ("is", 3, 3, True),
        ("is", [], ["x"], False),
        ("at_least", 150_000, 150_000, True),
        ("at_least", 150_000, 149_999, False),
        ("at_most", 4, 4, True),
        ("at_most", 4, 5, False),
        ("above", 0, 0, False),
        ("above", 0, 1, True),
        ("below", 9, 9, False),
        ("below", 9, 8, True),
        ("at_least", 0, None, False),
    ],
)
def test_an_assertion_holds_as_its_relation_says(relation: Any, expected: Any, measured: Any, holds: bool) -> None:  # noqa: FBT001
    assert Assertion("x", expected, measured, relation).holds is holds


@pytest.mark.parametrize(
    ("figure", "found"),
    [("a.b", 7), ("rows.1.n", 2), ("rows.5.n", None), ("a.c", None), ("a.b.c", None), ("rows.x", None)],
)
def test_a_figure_is_found_by_its_way_or_is_none(figure: str, found: Any) -> None:
    figures = {"a": {"b": 7}, "rows": [{"n": 1}, {"n": 2}]}
    assert Expected("x", figure, 0).of(figures).measured == found

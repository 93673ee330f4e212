"""The demo and its scenario as a user runs them: what is printed, what is measured, what is left behind: nothing."""

import json
import os
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from graph_schema.demo import jinchang

PROGRAM = Path(sys.executable).with_name("needlework")


def run(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEEDLEWORK_")}
    if folder is not None:
        environment["TMPDIR"] = str(folder)
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False, timeout=280, env=environment)


@cache
def demo(language: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        ended = run("demo", "--lang", language, folder=Path(folder))
        return ended, [path.name for path in Path(folder).iterdir()]


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    ended = run("scenario", jinchang.SCENARIO, "--json")
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_the_demo_ends_well_and_leaves_nothing_behind() -> None:
    ended, left = demo("en")
    assert ended.returncode == 0, ended.stderr
    assert left == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Lists read: 110 / 89 / 45 valid rows",
        "Batch 1: 242 of 242 placed, 0 unmet.",
        "近 1,000 (nearly; a forecast, not a promise) offered, 242 given, 758 left.",
        "Batch 2: 300 registered",
        "still waiting",
        "Batch 1: 200 of 242 placed, 42 unmet.",
        "42 unmet, each with the reason capacity",
        "= 144 occurrences; 4 of the dates are rest days: 2-15, 3-15, 8-15, 11-15.",
        "proven optimal: the plan costs",
        "violations: primal 0, dual 0, slackness 0.",
        "5 pairings with their reasons:",
        "(2020)",
        "(2023)",
        "needlework import DIR",
        "needlework serve",
    ],
)
def test_the_demo_prints(sentence: str) -> None:
    assert sentence in demo("en")[0].stdout


def test_the_demo_names_every_planted_row_by_file_sheet_and_cell() -> None:
    printed = demo("en")[0].stdout
    for flaw in jinchang.PLANTED:
        sheet = flaw.sheet or Path(flaw.file).stem
        place = f"{flaw.file} {sheet} {flaw.cell or f'row {flaw.row}'}: "
        assert place in printed, flaw


def test_the_demo_prints_five_pairings_each_with_terms_and_a_path() -> None:
    printed = demo("en")[0].stdout.split("5 pairings with their reasons:")[1].split("one of each reason:")[0]
    pairings = re.split(r"\n  (?=\S)", printed)[1:]
    assert len([part for part in pairings if " ← " in part]) == 5
    assert all("evidence: " in part and part.count("\n      ") >= 4 for part in pairings if " ← " in part)


def test_the_stress_case_is_split_by_community() -> None:
    stress = demo("en")[0].stdout.split("Stress case")[1]
    split = re.findall(r"  (\S+): (\d+) registered, (\d+) placed, (\d+) unmet", stress)
    assert {name for name, *_ in split} == {"桃花坞社区", "石幢社区", "西街社区"}
    assert sum(int(placed) for _, _, placed, _ in split) == 200
    assert sum(int(unmet) for *_, unmet in split) == 42


def test_the_scenario_measures_what_it_says(measured: dict[str, Any]) -> None:
    first, second = measured["batches"]
    assert (first["registered"], first["placed"], first["unmet"]) == (242, 242, 0)
    assert (second["registered"], second["released"], second["placed"]) == (300, False, 0)
    assert measured["parking"] | {"qualifier": "below"} == {
        "offered": 1000,
        "qualifier": "below",
        "forecast": True,
        "given": 242,
        "left": 758,
    }
    assert {kind: measured["lists"][kind]["valid"] for kind in ("resource", "need", "project")} == {
        "resource": 110,
        "need": 89,
        "project": 45,
    }
    assert sum(counts["flawed"] for counts in measured["lists"].values()) == len(jinchang.PLANTED)
    assert measured["service_day"]["occurrences"] == 144
    assert measured["plan"]["certificate"]["proven"] is True
    assert measured["plan"]["objective"] == measured["plan"]["bound"] < measured["plan"]["greedy_objective"]


def test_the_scenario_with_200_spaces_leaves_42_for_want_of_capacity(measured: dict[str, Any]) -> None:
    stress = measured["stress"]
    assert (stress["placed"], stress["unmet"], stress["unmet_by_reason"]) == (200, 42, {"capacity": 42})
    assert stress["rows_updated"] == 1
    assert stress["certificate"]["proven"] is True


def test_every_assertion_of_the_scenario_holds(measured: dict[str, Any]) -> None:
    assert [assertion for assertion in measured["assertions"] if not assertion["holds"]] == []
    assert len(measured["assertions"]) > 30


def test_exported_lists_change_nothing_when_they_are_read_again(measured: dict[str, Any]) -> None:
    assert measured["round_trip_changes"] == 0


def test_1000_edited_to_200_in_the_written_file_gives_200_and_42(tmp_path: Path) -> None:
    written = run("scenario", jinchang.SCENARIO, "--write", str(tmp_path))
    assert written.returncode == 0
    file = tmp_path / jinchang.PARKING_FILE
    text = file.read_bytes().decode("gb18030")
    assert text.count('"近1,000"') == 2  # all there is, and what is offered of it
    file.write_bytes(text.replace('"近1,000"', "200").encode("gb18030"))
    ended = run("scenario", jinchang.SCENARIO, "--lists", str(tmp_path), "--json")
    assert ended.returncode == 0, ended.stderr
    given = json.loads(ended.stdout)
    first = given["batches"][0]
    assert (first["placed"], first["unmet"], first["unmet_by_reason"]) == (200, 42, {"capacity": 42})
    assert (given["lists_given"], given["vanguards"], given["stress"]) == (True, 625, None)
    assert all(assertion["holds"] for assertion in given["assertions"])


def test_lists_without_a_street_are_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "需求.csv").write_text(
        "所属社区,需求名称,需求类别,需求数量\n石路社区,会议室,会议室,1\n", encoding="utf-8"
    )
    ended = run("scenario", jinchang.SCENARIO, "--lists", str(tmp_path), "--lang", "en")
    assert ended.returncode == 1
    assert "--street NAME" in ended.stderr

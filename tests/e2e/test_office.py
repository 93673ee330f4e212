"""An office's own way: lists in, a plan, one need explained, lists out; and everything that can go wrong on it."""

import json
import re
import stat
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import networkx as nx
import pytest
from python_calamine import CalamineWorkbook

from api.services import importing
from graph_schema.lists import read_lists
from graph_schema.stores.registry import open_store
from graph_schema.taxonomy import load
from tests.e2e.conftest import NEEDS, RESOURCES, Office


def test_two_lists_a_street_name_and_two_commands_give_a_proven_plan(office: Office) -> None:
    told = office.run("import", office.lists, code=1)
    assert "--street NAME" in told
    assert "--create-areas" in told
    told = office.run("import", office.lists, "--street", "示范街道", "--create-areas")
    assert "needlework match" in told
    told = office.run("match", "--as-of", "2026-11-22")
    assert "3 needs: 2 met, 1 partly met, 0 unmet" in told
    assert "proven optimal" in told
    told = office.run("explain", "夜间停车")
    assert "2 of 10 个 unmet" in told
    assert "Resources that could serve it" in told


def test_the_same_lists_again_change_nothing_and_a_corrected_one_updates_its_row(ready: Office) -> None:
    assert "Written: 0 new, 0 updated" in ready.run("import", ready.lists)
    file = ready.lists / "资源.csv"
    file.write_text(RESOURCES.replace("停车位,8,", "停车位,10,"), encoding="utf-8")
    assert "Written: 0 new, 1 updated" in ready.run("import", file)
    plan = json.loads(ready.run("match", "--as-of", "2026-11-22T09:00", "--json"))
    assert plan["figures"]["needs_met"] == 3
    assert plan["certificate"]["proven"] is True
    assert plan["unmet"] == []


def test_a_dry_run_shows_everything_and_writes_nothing(office: Office) -> None:
    words = ("import", office.lists, "--street", "示范街道", "--create-areas", "--dry-run")
    assert "nothing was written" in office.run(*words)
    assert office.run("imports", code=1)  # there is no street yet


def test_a_flawed_row_refuses_its_file_and_skip_bad_takes_the_rest(ready: Office) -> None:
    file = ready.lists / "新需求.csv"
    file.write_text(NEEDS + "东湖社区,座椅,会议室,若干,盼\n东湖社区,合唱排练,活动室,1间,盼\n", encoding="utf-8")
    told = ready.run("import", file, code=1)
    assert "新需求 D5: " in told
    assert "Files refused: 新需求.csv" in told
    assert "Nothing was written." in told
    assert "Next: mend 新需求.csv at the places named above" in told
    assert "needlework match" not in told
    assert "Written:" not in told
    told = ready.run("import", file, "--skip-bad")
    assert "Written: 1 new, 0 updated, 3 unchanged" in told
    rejected = next(ready.lists.glob("新需求*.xlsx"))
    assert f"are beside the list: {rejected}. Maybe" in told
    assert not list(ready.folder.glob("*.xlsx"))
    assert "若干" in ready.run("import", rejected, code=1)
    file.unlink()
    assert f"were passed over: {rejected}." in ready.run("import", ready.lists)


def test_unknown_communities_are_named_with_both_ways_out(ready: Office) -> None:
    file = ready.lists / "更多.csv"
    file.write_text("所属社区,需求名称,需求类别,需求数量\n南山社区,会议室,会议室,1\n", encoding="utf-8")
    assert "南山社区" in ready.run("import", file, code=1)
    ready.run("import", file, "--create-areas")


def test_an_import_is_undone_unless_something_uses_it(ready: Office) -> None:
    records = json.loads(ready.run("imports", "--json"))["imports"]
    of = {record["file_name"]: record["uid"] for record in records}
    directory = next(uid for name, uid in of.items() if name.startswith("名录"))
    assert "its rows are used by" in ready.run("import", "--undo", directory, code=5)
    assert "is undone" in ready.run("import", "--undo", of["需求.csv"])
    assert "0 needs" in ready.run("match")
    assert "There is no import nonsense" in ready.run("import", "--undo", "nonsense", code=4)


def test_exported_lists_carry_the_plan_and_change_nothing_when_read_again(ready: Office) -> None:
    ready.run("match", "--as-of", "2026-11-22")
    out = ready.folder / "out"
    told = ready.run("export", out, "--format", "csv")
    needs = (out / "需求清单.csv").read_text(encoding="utf-8-sig")
    assert "示例中学：操场停车" in needs
    assert str(out / "资源清单.csv") in told
    assert "is there already" in ready.run("export", out, "--format", "csv", code=1)
    ready.run("export", out, "--format", "csv", "--overwrite")
    assert "Written: 0 new, 0 updated" in ready.run("import", out)


def test_exported_amounts_are_numbers_that_a_spreadsheet_adds_up(ready: Office) -> None:
    ready.run("match", "--as-of", "2026-11-22")
    ready.run("export", ready.folder / "out")
    with CalamineWorkbook.from_path(ready.folder / "out" / "需求清单.xlsx") as book:
        header, *rows = book.get_sheet_by_index(0).to_python()
    told = {str(row[header.index("需求名称")]): dict(zip(header, row, strict=True)) for row in rows}
    assert (told["夜间停车"]["匹配数量"], told["夜间停车"]["未满足数量"]) == (8, 2)
    assert told["夜间停车"]["对接结果"] == "示例中学：操场停车"
    assert all(isinstance(row["匹配数量"], float) for row in told.values())


def test_the_graph_goes_to_maps_and_network_programs_with_the_plan_in_it(ready: Office) -> None:
    ready.run("match", "--as-of", "2026-11-22")
    out = ready.folder / "out"
    ready.run("export", out, "--format", "graphml")
    graph = nx.read_graphml(out / "needlework.graphml")
    labels = Counter(properties["label"] for _, properties in graph.nodes(data=True))
    assert (labels["Need"], labels["Resource"], labels["Pairing"]) == (3, 3, 3)
    ready.run("export", out, "--format", "geojson")
    assert json.loads((out / "needlework.geojson").read_text(encoding="utf-8"))["type"] == "FeatureCollection"


def test_a_need_is_found_by_uid_or_words_and_by_nothing_else(ready: Office) -> None:
    found = json.loads(ready.run("explain", "停车", "--json"))
    assert found["title"] == "夜间停车"
    assert json.loads(ready.run("explain", found["need"], "--json"))["need"] == found["need"]
    assert "no need" in ready.run("explain", "滑雪", code=4)


def test_templates_are_empty_lists_that_nobody_imports_by_mistake(office: Office) -> None:
    folder = office.folder / "templates"
    written = office.run("templates", folder).split()
    assert sorted(written) == sorted(str(path) for path in folder.iterdir())
    assert "is there already" in office.run("templates", folder, code=1)


def test_an_import_that_is_not_whole_stops_plans_until_it_is_resumed(ready: Office) -> None:
    rows = "".join(f"东湖社区,第{n}项代办,代办,1件,盼\n" for n in range(5_200))
    file = ready.lists / "大表.csv"
    file.write_text(NEEDS.splitlines()[0] + "\n" + rows, encoding="utf-8")
    uid = interrupted_import(ready, file)
    assert f"--resume {uid}" in ready.run("match", code=5)
    assert f"--resume {uid}" in ready.run("import", ready.lists / "需求.csv", code=5)
    assert "is not complete" in ready.run("graph", "check", code=1)
    assert "None of the files" in ready.run("import", ready.lists / "需求.csv", "--resume", uid, code=5)
    assert "Written: 5200 new" in ready.run("import", file, "--resume", uid)
    assert "is whole" in ready.run("graph", "check")


class PowerCutError(Exception):
    """Stands for whatever ends a process in the middle."""


def interrupted_import(office: Office, file: Path) -> str:
    def stop(done: int, _rows: int) -> None:
        if done >= 2_000:
            raise PowerCutError

    with open_store(None, office.data) as store:
        store.save_taxonomy(load())
        (street,) = store.streets()
        reading = read_lists(
            [file],
            store.directory(street.uid),
            hash_key=importing.installation_key(office.data),
            at=datetime.now(UTC),
            actor="test",
        )
        (batch,) = reading.batches
        with pytest.raises(PowerCutError):
            store.apply_import(batch, progress=stop)
    return batch.uid


def test_a_second_street_must_be_named(ready: Office) -> None:
    other = ready.folder / "other"
    other.mkdir()
    (other / "需求.csv").write_text(NEEDS, encoding="utf-8")
    ready.run("import", other, "--street", "第二街道", "--create-areas")
    told = ready.run("match", code=1)
    assert "示范街道" in told
    assert "第二街道" in told
    ready.run("match", "--street", "第二街道")


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = importing.installation_key(tmp_path / "data")
    file = tmp_path / "data" / importing.KEY_FILE
    assert key == importing.installation_key(tmp_path / "data") == file.read_bytes()
    assert len(key) == importing.KEY_BYTES
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == [importing.KEY_FILE]


def test_the_engine_says_where_it_is_and_stops_when_it_is_told(ready: Office) -> None:
    told = ready.run("graph", "status")
    assert re.search(r"embedded ArcadeDB \S+ at .*data", told)
    assert "Need 3" in told
    state = json.loads(ready.run("graph", "status", "--json"))
    assert state["running"] is True
    ready.run("graph", "stop")
    assert json.loads(ready.run("graph", "status", "--json"))["running"] is False


def test_batches_wait_are_released_once_and_become_demand(ready: Office) -> None:
    assert "no batches yet" in ready.run("batch", "release", "7", code=4)
    file = ready.lists / "登记.csv"
    plates = "".join(f"操场停车,第一批,东湖社区,苏Z·1000{n}\n" for n in range(1, 5))
    file.write_text("资源名称,批次,所属社区,车牌\n" + plates, encoding="utf-8")
    ready.run("import", file)
    assert "4 registrations" in ready.run("batch", "list")
    assert "3 needs" in ready.run("match")
    assert "There is no batch 7" in ready.run("batch", "release", "7", code=4)
    assert "4 needs" in ready.run("batch", "release", "1")
    assert "released before" in ready.run("batch", "release", "操场停车/1")
    assert "7 needs" in ready.run("match")
    assert json.loads(ready.run("batch", "list", "--json"))["batches"][0]["released_at"]


def test_a_graph_that_does_not_answer_is_said_in_words(office: Office) -> None:
    told = office.run("--graph", "nonsense://x", "match", code=3)
    assert "no address of a graph" in told


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("match", "--policy", "bad.toml"), "Line 1, column 11"),
        (("match", "--streets", "bad.osm"), "bad.osm"),
        (("match", "--calendar", "bad.csv"), "bad.csv"),
    ],
    ids=["policy", "streets", "calendar"],
)
def test_a_setting_that_cannot_be_read_is_named(ready: Office, words: tuple[str, ...], place: str) -> None:
    (ready.folder / words[-1]).write_text("nothing = of use\n", encoding="utf-8")
    told = ready.run(*words, code=1)
    assert place in told
    assert "Maybe" in told


def test_a_policy_file_is_checked_before_it_is_used(office: Office) -> None:
    file = office.folder / "偏好.toml"
    office.run("policy", "init", file)
    assert "0 values are not the default" in office.run("policy", "check", file)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("fresh_days = 90", "fresh_days = 30"), encoding="utf-8")
    assert "terms.fresh_days = 30 (default 90)" in office.run("policy", "check", file)
    (changed,) = json.loads(office.run("policy", "check", file, "--json"))["changed"]
    assert changed == {"key": "terms.fresh_days", "value": "30", "default": "90"}
    file.write_text(text.replace("community = 60", "comunity = 60"), encoding="utf-8")
    assert "Maybe add a line “community = 60”" in office.run("policy", "check", file, code=1)
    file.write_text(text.replace("fresh_days = 90", "fresh_days = -30"), encoding="utf-8")
    told = office.run("policy", "check", file, code=1)
    assert "fresh_days" in told
    assert "-30" in told
    assert "36500" in told


def test_a_plan_for_a_day_that_is_over_says_so_and_replaces_no_plan_for_a_later_day_unasked(ready: Office) -> None:
    told = ready.run("match", "--as-of", "2020-01-02")
    assert "for a day that is over, 2020-01-02" in told
    assert "for a day that is over" not in ready.run("match", "--as-of", "2020-01-02", "--json")
    newest = json.loads(ready.run("match", "--json"))
    assert newest["is_past"] is False
    told = ready.run("match", "--as-of", "2020-01-02", code=1)
    assert "Nothing was solved: 2020-01-02 is over" in told
    assert f"(uid {newest['run']})" in told
    assert json.loads(ready.run("runs", "--json"))["runs"][0]["run"] == newest["run"]
    assert json.loads(ready.run("match", "--as-of", "2020-01-02", "--yes", "--json"))["is_past"] is True

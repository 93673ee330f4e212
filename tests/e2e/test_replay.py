"""A plan made again from what it kept: the same in every byte, whatever has happened to the graph since."""

import dataclasses
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.services import matching, replaying
from graph_schema.codecs import canonical_json
from graph_schema.kept import content_hash
from graph_schema.stores.registry import open_store
from tests.e2e.conftest import NEEDS, RESOURCES, Office

ROOT = Path(__file__).parents[2]
AS_OF = "2026-11-22T09:00"


def planned(office: Office, *words: str) -> dict[str, Any]:
    """The plan of today's lists, as the program prints it."""
    plan: dict[str, Any] = json.loads(office.run("match", "--as-of", AS_OF, "--json", *words))
    return plan


def test_a_plan_is_made_again_byte_by_byte_after_the_graph_has_changed(ready: Office) -> None:
    run = planned(ready)["run"]
    (ready.lists / "需求.csv").write_text(NEEDS.replace("停车位,10,急", "停车位,3,盼"), encoding="utf-8")
    (ready.lists / "资源.csv").write_text(RESOURCES.replace("停车位,8,", "停车位,1,"), encoding="utf-8")
    ready.run("import", ready.lists)
    assert planned(ready)["run"] != run
    assert "the same in every byte" in ready.run("replay", run)


def test_another_process_makes_the_same_plan_again(ready: Office) -> None:
    plan = planned(ready, "--seed", "7")
    words = [sys.executable, "-c", "from api.cli import main; main()", "--data", str(ready.data), "replay", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT)
    again = json.loads(done.stdout)
    assert again["identical"] is True
    assert again["run"] == plan["run"]
    assert again["recorded"] == again["made"]
    assert again["made"]["objective"] == plan["objective"]


def test_the_runs_are_listed_newest_first_with_what_they_answered(ready: Office) -> None:
    assert "There is no plan yet" in ready.run("runs")
    first, second = planned(ready)["run"], planned(ready, "--seed", "1")["run"]
    told = json.loads(ready.run("runs", "--json"))["runs"]
    assert [row["run"] for row in told] == [second, first]
    assert all(len(row["answer_hash"]) == 64 for row in told)
    assert first in ready.run("runs")


def test_the_beginning_of_a_uid_that_one_plan_alone_has_names_it(ready: Office) -> None:
    planned(ready)
    with open_store(data_dir=ready.data) as store:
        (street,) = store.streets()
        made = store.latest_run(street.uid)
        assert made is not None
        for uid in ("dawn-1", "dawn-2", "dusk-1"):
            run = dataclasses.replace(made, uid=uid, inputs_hash=None, answer_hash=None)
            store.save_run(run, (), (), datetime.now(UTC), "test")
    for words in (("replay", "da"), ("publish", "da"), ("compare", "da", "latest"), ("runs", "da")):
        told = ready.run(*words, code=4)
        assert "da begins the uids of several plans: dawn-1 (" in told
        assert "dawn-2 (" in told
        assert "dusk" not in told
        assert "Maybe write more of it" in told
    assert "The plan dusk-1 (" in ready.run("publish", "du")
    assert [row["run"] for row in json.loads(ready.run("runs", "du", "--json"))["runs"]] == ["dusk-1"]
    assert "the same in every byte" in ready.run("replay", made.uid[:6])
    assert "before: " + made.uid in ready.run("compare", made.uid[:6], made.uid[:7])
    assert "There is no plan dark" in ready.run("runs", "dark", code=4)


def test_a_run_that_is_not_there_is_said_not_to_be(ready: Office) -> None:
    assert "There is no plan yet" in ready.run("replay", code=4)
    planned(ready)
    assert "There is no plan nothing" in ready.run("replay", "nothing", code=4)


def test_a_run_of_before_kept_inputs_cannot_be_made_again_and_says_why(ready: Office) -> None:
    run = planned(ready)["run"]
    with open_store(data_dir=ready.data) as store:
        (street,) = store.streets()
        old = dataclasses.replace(store.run(street.uid, run), uid="old", inputs_hash=None, answer_hash=None)
        store.save_run(old, (), (), datetime.now(UTC), "test")
    told = ready.run("replay", "old", code=4)
    assert "kept no inputs" in told
    assert "Maybe make a new one" in told


def test_what_differs_is_named_and_ends_with_1(ready: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    planned(ready)
    with monkeypatch.context() as patch:
        inner = matching.solved_snapshot

        def of_half_a_street(made: Any, *arguments: Any, **named: Any) -> Any:
            return inner(dataclasses.replace(made, needs=made.needs[1:]), *arguments, **named)

        patch.setattr(replaying, "solved_snapshot", of_half_a_street)
        patch.setattr(replaying, "versions", lambda: {"numpy": "0.1"})
        told = ready.run("replay", code=1)
    assert "made again, is not the same" in told
    assert "figures.needs: 3 then, 2 now" in told
    assert "version of numpy: " in told
    assert "only then" in told


def test_a_run_that_its_deadline_stopped_is_compared_without_a_promise(ready: Office) -> None:
    with open_store(data_dir=ready.data) as store:
        (street,) = store.streets()
        request = matching.PlanRequest(as_of=datetime(2026, 11, 22, 1, tzinfo=UTC), deadline_s=0.0)
        graph = store.street_graph(street.uid)
        report = matching.explained(graph, matching.solved_plan(graph, request), request, now=datetime.now(UTC))
        assert report.run.status != "optimal"
        rows = (report.pairings, report.shortfalls)
        store.save_run(report.run, *rows, datetime.now(UTC), "test", contents=report.contents)
        done = replaying.replay(store, street.uid, report.run.uid)
        assert done.promised is False
        assert done.contradicted is False
        answered = json.loads(report.contents[-1])
        other = canonical_json(answered | {"objective": answered["objective"] + 1}).encode()
        lucky = dataclasses.replace(report.run, uid="lucky", answer_hash=content_hash(other))
        contents = (*report.contents, other)
        store.save_run(lucky, (), (), datetime.now(UTC), "test", contents=contents)
        (stage,) = report.run.figures["stages"]
        figures = report.run.figures | {"stages": [stage | {"bound": report.run.objective + 1}]}
        beyond = dataclasses.replace(lucky, uid="beyond", figures=figures)
        store.save_run(beyond, (), (), datetime.now(UTC), "test", contents=contents)
    told = ready.run("replay", "lucky")
    assert "depended on its deadline" in told
    assert "objective: " in told
    assert "contradict" in ready.run("replay", "beyond", code=1)


def test_a_bound_of_the_cost_says_nothing_of_a_plan_that_serves_others() -> None:
    def stages(*pairs: tuple[int, int]) -> dict[str, Any]:
        return {"stages": [{"value": value, "bound": bound} for value, bound in pairs]}

    stopped, finished = stages((5, 3), (900, 900)), stages((4, 4), (700, 700))
    assert not replaying.contradicted(stopped, finished)
    assert not replaying.contradicted(finished, stopped)
    assert not replaying.contradicted(stopped, stages((5, 3), (950, 880)))
    assert replaying.contradicted(stopped, stages((5, 3), (899, 880)))
    assert replaying.contradicted(stages((2, 2), (990, 900)), stopped)
    assert not replaying.contradicted(stages(), stopped)


def test_two_answers_are_told_apart_row_by_row() -> None:
    def row(number: int, quantity: int) -> dict[str, Any]:
        return {"uid": f"p{number}", "need_uid": f"n{number}", "quantity": quantity}

    whole = {"status": "optimal", "figures": {"needs": 3}, "shortfalls": []}
    then = whole | {"pairings": [row(1, 1), row(2, 1), row(3, 1)]}
    now = whole | {"pairings": [row(2, 1), row(3, 2), row(4, 1)], "figures": {"needs": 4}}
    value, pairings = replaying.differences(then, now)
    assert value.params == {"name": "figures.needs", "recorded": 3, "made": 4}
    assert pairings.params == {"gone": 1, "new": 1, "changed": 1, "needs": ["n1", "n4", "n3"]}
    assert replaying.differences(then, then) == ()

"""Each hard rule is needed: without it the plan of the Jinchang lists breaks a rule, and the checks see which."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from api.services import batches, checks, importing, matching
from api.services.graphs import scratch_graph
from api.services.matching import PlanReport, PlanRequest
from api.services.scenario_stage import HASH_KEY, plan_checks
from api.settings import Settings
from graph_schema.demo import jinchang
from graph_schema.model.categories import CanSatisfy
from graph_schema.model.street import StreetGraph
from matcher import eligibility
from matcher.policy import Policy
from matcher.street.facts import Candidates, Facts, Mask

REQUEST = PlanRequest(as_of=jinchang.AS_OF, horizon_days=jinchang.HORIZON_DAYS)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> StreetGraph:
    folder = tmp_path_factory.mktemp("lists")
    jinchang.write_lists(folder)
    with scratch_graph(Settings(graph=""), "rules") as store:
        report = importing.import_lists(
            store,
            importing.ImportRequest(paths=(folder,), skip_bad=True),
            hash_key=HASH_KEY,
            now=jinchang.AS_OF,
            actor="test",
        )
        uid = report.reading.directory.street_uid
        for state in batches.batch_states(store.street_graph(uid)):
            store.release_batch(uid, state.batch.uid, jinchang.AS_OF, "test")
        graph = store.street_graph(uid)
    # The second batch has its needs and is called back: only the rule keeps these from being served.
    return replace(graph, batches=tuple(replace(b, released_at=None) if b.no == 2 else b for b in graph.batches))


def plan_of(street: StreetGraph) -> PlanReport:
    return matching.explained(street, matching.solved_plan(street, REQUEST), REQUEST, now=jinchang.AS_OF)


def broken_rules(report: PlanReport) -> set[str]:
    return {rule for rule, rows in plan_checks(report).all().items() if rows}


def everybody(_facts: Facts, _policy: Policy, c: Candidates) -> Mask:
    return np.ones(len(c), np.bool_)


def test_the_plan_keeps_every_rule(street: StreetGraph) -> None:
    assert broken_rules(plan_of(street)) == set()


def unbound(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    weakened = tuple((code, everybody if code == rule else function) for code, function in eligibility.RULES)
    monkeypatch.setattr(eligibility, "RULES", weakened)


@pytest.mark.parametrize("rule", ["unit", "reach", "target_group", "validity", "batch"])
def test_a_plan_made_without_a_rule_is_caught(street: StreetGraph, monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    unbound(monkeypatch, rule)
    assert rule in broken_rules(plan_of(street))


def test_a_plan_made_without_opening_times_is_caught(street: StreetGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    unbound(monkeypatch, "window")
    monkeypatch.setattr(eligibility, "slot_fits", lambda _facts, need, _slot: np.ones(len(need), np.bool_))
    assert "window" in broken_rules(plan_of(street))


def test_a_plan_in_which_anything_serves_anything_is_caught(street: StreetGraph) -> None:
    items = [category.code for category in street.taxonomy.categories if category.parent and not category.routed]
    anything = tuple(CanSatisfy(give, ask, 1.0, "") for give in items for ask in items if give != ask)
    report = plan_of(replace(street, taxonomy=replace(street.taxonomy, can_satisfy=anything)))
    assert "category" in broken_rules(replace(report, graph=street))


def test_a_plan_that_routes_nothing_elsewhere_is_caught(street: StreetGraph) -> None:
    kept = tuple(replace(category, routed=False) for category in street.taxonomy.categories)
    report = plan_of(replace(street, taxonomy=replace(street.taxonomy, categories=kept)))
    assert "routed" in broken_rules(replace(report, graph=street))


def test_the_figures_of_a_run_are_those_of_its_rows_and_what_goes_elsewhere_is_not_met(street: StreetGraph) -> None:
    report = plan_of(street)
    short = {row.need_uid: row.quantity for row in report.shortfalls}
    paired = {row.need_uid for row in report.pairings}
    figures = report.run.figures
    assert figures["needs_met"] == len(paired - short.keys())
    assert figures["needs_partly_met"] == len(paired & short.keys())
    assert figures["needs_unmet"] == len(short.keys() - paired)
    routed = {category.code for category in street.taxonomy.categories if category.routed}
    elsewhere = [need for need in street.needs if need.category in routed and need.uid in short]
    assert elsewhere
    assert [short[need.uid] for need in elsewhere] == [need.quantity.value for need in elsewhere]


def test_every_check_is_of_a_rule_that_the_matcher_has(street: StreetGraph) -> None:
    codes = {code for code, _ in eligibility.RULES}
    checked = set(plan_checks(plan_of(street)).all())
    assert codes - checked == {"agreement"}  # asked for by a policy alone; this one does not
    together = {"capacity", "one_place", "load", "whole", "single", "team", "demand", "reason"}
    assert checked - codes == together


def test_a_plan_that_gives_more_than_there_is_is_caught(street: StreetGraph) -> None:
    report = plan_of(street)
    first = report.pairings[0]
    doubled = checks.PlanChecks(
        street,
        (*report.pairings, *(first for _ in range(2000))),
        report.shortfalls,
        first_day=jinchang.AS_OF.date(),
        horizon_days=jinchang.HORIZON_DAYS,
        calendar=REQUEST.calendar,
        limits=checks.Limits(1.1, 0.8, 1.3),
    ).all()
    assert doubled["capacity"]
    assert doubled["demand"]


def test_the_lists_can_be_anywhere(tmp_path: Path) -> None:
    assert all(path.parent == tmp_path / "a" / "b" for path in jinchang.write_lists(tmp_path / "a" / "b"))

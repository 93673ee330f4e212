"""Scenarios by name: their lists as files, and their run from list files through store and solver to an export."""

import tempfile
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from api.errors import UnknownNameError
from api.services import (
    importing,
    scenario_fairness,
    scenario_jinchang,
    scenario_jinchang_2023,
    scenario_wuzhong,
    scenario_yixing,
    scenario_yongji,
)
from api.services.scenario_parts import Scenario, ScenarioResult, told_articles
from api.services.scenario_stage import Stage
from graph_schema.demo.scenes import SCENES
from graph_schema.lists.errors import FileTakenError
from graph_schema.model.pairings import Finding
from graph_schema.stores.base import GraphStore

SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        scenario.scene.name: scenario
        for scenario in (
            scenario_jinchang.SCENARIO,
            scenario_jinchang_2023.SCENARIO,
            scenario_wuzhong.SCENARIO,
            scenario_yongji.SCENARIO,
            scenario_yixing.SCENARIO,
            scenario_fairness.SCENARIO,
        )
    }
)
"""Name -> scenario, in the order in which they are listed."""


def check_name(name: str) -> None:
    """Raises `UnknownNameError` unless there is a scenario of this name."""
    if name not in SCENARIOS:
        near = [known for known in SCENARIOS if name and name in known]
        near = near or get_close_matches(name, SCENARIOS, n=3, cutoff=0.5)
        code = "cli.scenario_near" if near else "cli.scenario_unknown"
        raise UnknownNameError(Finding(code, {"asked": name, "near": near, "known": list(SCENARIOS)}))


def write_lists(name: str, folder: Path) -> tuple[Path, ...]:
    """
    The scenario's lists as files.

    Raises
    ------
    UnknownNameError
        If there is no such scenario.
    FileTakenError
        If a file of one of their names is there already; none is written then.
    """
    check_name(name)
    scene = SCENES[name]
    taken = [path for file in scene.files() if (path := folder / file.name).exists()]
    if taken:
        raise FileTakenError(str(taken[0]))
    return scene.write_lists(folder)


def run(
    store: GraphStore,
    name: str,
    *,
    lists: Path | None = None,
    seed: int = 0,
    progress: importing.Progress = importing.no_progress,
) -> ScenarioResult:
    """
    A scenario in a store of its own, step by step, with what it measured and whether that is what must come out.

    Parameters
    ----------
    store
        Scratch store, migrated and empty.
    lists
        Folder of list files to use instead of the scenario's own: those files and nothing else. Steps that correct the
        scenario's own lists are left out then, and only what holds for any lists is asserted.
    seed
        Decides between equally good plans.
    """
    check_name(name)
    with tempfile.TemporaryDirectory(prefix="needlework-lists-") as scratch:
        stage = Stage(store, SCENES[name], scratch=Path(scratch), lists=lists, seed=seed, progress=progress)
        return played(SCENARIOS[name], stage)


def played(scenario: Scenario, stage: Stage) -> ScenarioResult:
    """A scenario on a stage."""
    found = scenario.play(stage)
    expected = scenario.expected if stage.owns_lists else ()
    assertions = (*found.invariants, *(row.of(found.figures) for row in expected))
    return ScenarioResult(
        name=scenario.scene.name,
        engine=stage.engine,
        imported=found.imported,
        plan=found.plan,
        assertions=assertions,
        story=found.story,
        figures={
            "scenario": scenario.scene.name,
            "as_of": scenario.scene.as_of.isoformat(),
            "lists_given": not stage.owns_lists,
            **found.figures,
            "articles": told_articles(scenario.scene, found.figures),
            "assertions": [assertion.as_dict() for assertion in assertions],
        },
    )

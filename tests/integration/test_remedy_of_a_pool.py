"""What a remedy says of a pool is what the lists make of it once the community is named in them."""

from pathlib import Path

import pytest

from api.services.graphs import scratch_graph
from api.services.scenario_stage import Stage
from api.settings import Settings
from graph_schema.assemble import snapshot
from graph_schema.demo import wuzhong
from graph_schema.workdays import WorkCalendar
from matcher.build import build
from matcher.instance import Instance
from matcher.plan import Plan
from matcher.policy import Policy
from matcher.remedies import remedies, standing
from matcher.solve import solve

pytestmark = pytest.mark.timeout(300)


def planned(stage: Stage) -> tuple[Instance, Plan]:
    street = snapshot(stage.graph(), as_of=wuzhong.AS_OF, horizon_days=wuzhong.HORIZON_DAYS, calendar=WorkCalendar())
    instance = build(street, Policy())
    return instance, solve(instance.problem, instance.rules)


def test_the_plan_of_a_pools_remedy_is_the_plan_after_the_import_that_joins_it(tmp_path: Path) -> None:
    with scratch_graph(Settings(graph=""), wuzhong.NAME) as store:
        stage = Stage(store, wuzhong.SCENE, scratch=tmp_path)
        stage.read_lists()
        instance, plan = planned(stage)
        n = instance.facts.needs.title.index(f"{wuzhong.POOR}义诊")
        told = {remedy.changes[0].code: remedy for remedy in remedies(instance, plan, instance.need_uids[n]).found}
        joining = told["remedy.pool.resources"]
        assert joining.changes[0].params["count"] == 2
        stage.correct([wuzhong.directory_file((*wuzhong.POOLED, wuzhong.POOR)), wuzhong.resources_file()])
        assert joining.after == standing(*planned(stage))

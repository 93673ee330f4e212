"""A plan is asked for over HTTP: made, proven, saved, one at a time, and never over half an import."""

import pytest

from api.deps import Context
from graph_schema.model.needs import Need
from graph_schema.model.quantities import Quantity
from graph_schema.stores.base import CHUNK_ROWS, SMALL_IMPORT_ROWS
from tests.instances.office import AS_OF, STREET, as_import, office
from tests.integration.conftest import Service


class PowerCutError(Exception):
    """The program ended in the middle of an import."""


def test_from_nothing_to_a_proven_plan(empty_service: Service) -> None:
    store, client = empty_service.store, empty_service.client
    nothing = client.get("/v1/needs")
    assert (nothing.status_code, nothing.json()["type"]) == (409, "/docs#no_street")
    assert client.get("/v1/health").json()["streets"] == 0
    assert client.get("/").status_code == 200

    store.apply_import(as_import(*office()))
    missing = client.get("/v1/plans/latest")
    assert (missing.status_code, missing.json()["type"]) == (404, "/docs#no_such_record")
    assert client.get("/v1/plans").json() == {"items": []}
    assert client.get("/").status_code == 200

    made = client.post("/v1/plans", json={"as_of": "2026-11-20T09:30:00+08:00", "seed": 7})
    assert made.status_code == 201, made.text
    plan = made.json()
    assert plan["proven_optimal"] is True
    assert plan["as_of"] == "2026-11-20T01:30:00Z"
    assert plan["seed"] == 7
    assert client.get(made.headers["location"]).json() == plan
    assert client.get("/v1/plans/latest").json() == plan
    assert [run.uid for run in store.runs(STREET)] == [plan["uid"]]
    assert store.verify_chain(STREET).broken_at is None

    without_body = client.post("/v1/plans")
    assert without_body.status_code == 201
    assert without_body.json()["as_of"] == "2026-11-20T01:30:00Z"
    assert without_body.json()["snapshot_hash"] == plan["snapshot_hash"]
    assert without_body.json()["objective"] == plan["objective"]

    slower = client.post("/v1/plans", json={"policy": "walk_speed_mps = 0.5\nelder_speed_mps = 0.4\n"})
    assert slower.status_code == 201, slower.text
    assert slower.json()["objective"] > plan["objective"]
    assert slower.json()["policy_hash"] != plan["policy_hash"]


def test_a_second_plan_at_the_same_time_is_refused(empty_service: Service) -> None:
    empty_service.store.apply_import(as_import(*office()))
    context: Context = empty_service.client.app.state.context  # type: ignore[attr-defined]
    with context.one_plan():
        refused = empty_service.client.post("/v1/plans", json={})
        assert refused.status_code == 409
        assert refused.json()["code"] == "http.plan_running"
        assert empty_service.client.get("/v1/needs").status_code == 200
    assert empty_service.client.post("/v1/plans", json={}).status_code == 201


def test_no_plan_is_made_over_half_an_import(empty_service: Service) -> None:
    store, client = empty_service.store, empty_service.client
    store.apply_import(as_import(*office()))
    many = as_import(
        *(
            Need(f"many-{i:05d}", STREET, f"助餐 {i}", "ELD01", "area-a", Quantity(1, "人"), synthetic=True)
            for i in range(SMALL_IMPORT_ROWS + 1)
        ),
        name="many",
    )

    def cut_power(done: int, _total: int) -> None:
        if done >= CHUNK_ROWS:
            raise PowerCutError

    with pytest.raises(PowerCutError):
        store.apply_import(many, progress=cut_power)

    refused = client.post("/v1/plans", json={})
    assert refused.status_code == 409
    assert refused.json()["type"] == "/docs#import_incomplete"
    assert refused.json()["params"]["file_name"] == "many.xlsx"
    assert client.get("/v1/health").json()["imports_incomplete"] == 1
    assert "many.xlsx" in client.get("/").text
    assert client.get("/v1/plans").json() == {"items": []}

    store.undo_import(STREET, many.uid, AS_OF, "test")
    assert client.post("/v1/plans", json={}).status_code == 201

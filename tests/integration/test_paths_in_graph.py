"""Every step that a pairing's evidence claims is a relationship of the graph."""

from itertools import pairwise

from graph_schema.model.pairings import PathStep
from graph_schema.schema import SCHEMA
from tests.instances.office import STREET
from tests.integration.conftest import Service

COMPUTED = {"WALKS", "TRAVELS"}
"""Ways that a provider or a resident goes; measured, not stored."""


def ends_of(path: tuple[PathStep, ...]) -> list[tuple[str, str, str]]:
    """(uid left, relationship, uid reached) of each step."""
    return [(step.detail.get("from", before.uid), step.relationship, step.uid) for before, step in pairwise(path)]


def test_each_stored_step_of_each_path_is_in_the_graph(planned_office: Service) -> None:
    store = planned_office.store
    run = store.latest_run(STREET)
    assert run is not None
    claimed = {end for pairing in store.pairings(STREET, run.uid) for end in ends_of(pairing.path)}
    declared = {relationship.name for relationship in SCHEMA.relationships}
    assert {relationship for _, relationship, _ in claimed} <= declared | COMPUTED
    for left, relationship, reached in sorted(claimed):
        if relationship in COMPUTED:
            continue
        found = store.cypher(
            "MATCH (a)-[r]-(b) WHERE type(r) = $kind AND (a.uid = $left OR a.code = $left) "
            "AND (b.uid = $reached OR b.code = $reached) RETURN count(r)",
            {"kind": relationship, "left": left, "reached": reached},
        )
        assert found.rows[0][0] > 0, (left, relationship, reached)


def test_a_path_is_one_way_with_branches_that_leave_a_node_of_it(planned_office: Service) -> None:
    store = planned_office.store
    run = store.latest_run(STREET)
    assert run is not None
    for pairing in store.pairings(STREET, run.uid):
        assert pairing.path[0].relationship == ""
        assert all(step.relationship for step in pairing.path[1:])
        met: set[str] = set()
        for step in pairing.path:
            assert step.detail.get("from", "") in met | {""}
            met.add(step.uid)
        assert {pairing.need_uid, pairing.resource_uid, pairing.slot_uid} <= met

"""Lists into the graph: created, unchanged, updated, resumed, undone."""

from __future__ import annotations

import dataclasses

import pytest

from graph_schema.errors import (
    DuplicateKeyError,
    ImportInUseError,
    IncompleteImportError,
    InvalidValueError,
    MissingReferenceError,
    NotFoundError,
)
from graph_schema.model.ledger import ImportBatch, ImportStatus
from graph_schema.model.quantities import Quantity
from graph_schema.stores.base import SMALL_IMPORT_ROWS, GraphStore
from tests.contract import factories as make

pytestmark = pytest.mark.engine


class Died(Exception):  # noqa: N818 - it stands for a process that was killed
    """Raised by a progress callback, in place of a death between two transactions."""


def large_list(own: str, count: int = 75, **more: object) -> ImportBatch:
    needs = tuple(make.need(number, street=own, **more) for number in range(count))
    return make.imported((make.street(own), make.community(1, street=own), *needs), street=own)


def die_after(chunks: int) -> object:
    seen = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        if len(seen) == chunks:
            raise Died

    return progress


def test_every_row_of_a_first_import_is_created_and_reads_back_equal(store: GraphStore, own: str) -> None:
    rows = make.whole_street(own)
    outcome = store.apply_import(make.imported(rows, street=own))
    assert (outcome.created, outcome.updated, outcome.unchanged) == (len(rows), 0, 0)
    graph = store.street_graph(own)
    read = (
        *graph.areas,
        *graph.pools,
        *graph.party_organizations,
        *graph.organizations,
        *graph.people,
        *graph.teams,
        *graph.agreements,
        *graph.resources,
        *graph.needs,
        *graph.batches,
        *graph.registrations,
        *graph.projects,
        *graph.budgets,
    )
    assert {row.uid: row for row in read} == {row.uid: row for row in rows}


def test_the_same_file_twice_changes_nothing_and_says_so(filled: GraphStore, own: str) -> None:
    before = filled.street_graph(own), filled.imports(own), filled.verify_chain(own)
    batch = make.imported(make.whole_street(own), street=own, minutes=5)
    outcome = filled.apply_import(batch)
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 0, len(batch.rows))
    assert outcome.record == before[1][0]
    assert (filled.street_graph(own), filled.imports(own), filled.verify_chain(own)) == before


def test_a_resaved_file_with_the_same_rows_changes_nothing(filled: GraphStore, own: str) -> None:
    batch = make.imported(reversed(make.whole_street(own)), "another name", street=own, minutes=5)
    outcome = filled.apply_import(batch)
    assert (outcome.unchanged, outcome.record) == (len(batch.rows), None)
    assert len(filled.imports(own)) == 1


def test_a_corrected_file_updates_its_rows_and_no_others(filled: GraphStore, own: str) -> None:
    corrected = make.need(1, street=own, quantity=Quantity(3, "个"), area_uid=make.community(2, street=own).uid)
    outcome = filled.apply_import(make.imported([corrected, make.need(9, street=own)], street=own, minutes=5))
    assert (outcome.created, outcome.updated, outcome.unchanged) == (1, 1, 0)
    assert filled.need(own, corrected.uid) == corrected
    where = filled.cypher(
        "MATCH (n:Need {uid: $uid})-[:RAISED_FOR]->(a) RETURN a.uid",
        {"uid": corrected.uid},
    )
    assert where.rows == ((corrected.area_uid,),)


def test_a_resource_may_gain_and_lose_slots(filled: GraphStore, own: str) -> None:
    for number, count in enumerate((3, 1, 2), start=1):
        corrected = make.resource(1, street=own, slot_count=count)
        filled.apply_import(make.imported([corrected], street=own, minutes=number))
        assert filled.resource(own, corrected.uid) == corrected
        found = filled.cypher("MATCH (r:Resource {uid: $uid})-[:HAS_SLOT]->(s) RETURN s.uid", {"uid": corrected.uid})
        assert {row[0] for row in found.rows} == {slot.uid for slot in corrected.slots}


def test_relationships_agree_with_the_properties_they_follow_from(filled: GraphStore, own: str) -> None:
    found = filled.cypher(
        "MATCH (a:Entity {street: $street})-[r]->(b) WHERE NOT b:Category AND NOT b:TargetGroup "
        "RETURN type(r), labels(a), a.uid, b.uid, r.mode, properties(a), properties(b)",
        {"street": own},
    )
    by_field = {
        "WITHIN": ("parent_uid", 0),
        "SUBORDINATE_TO": ("parent_uid", 0),
        "HAS_JURISDICTION": ("jurisdiction_uids", 0),
        "BASED_AT": ("station_uid", 0),
        "MEMBER_OF": ("member_uids", 1),
        "AFFILIATED_WITH": ("affiliation_uid", 0),
        "SIGNED_BY": ("organization_uid", 0),
        "SIGNED_WITH": ("partner_uid", 0),
        "PROVIDES": ("provider_uid", 1),
        "LOCATED_AT": ("area_uid", 0),
        "HAS_SLOT": ("resource_uid", 1),
        "SERVES": ("serves_uids", 0),
        "RAISED_FOR": ("area_uid", 0),
        "OF_RESOURCE": ("resource_uid", 0),
        "IN_BATCH": ("batch_uid", 0),
        "LED_BY": ("lead_uid", 0),
        "RESPONSIBLE_FOR": ("responsible_uids", 0),
        "PAIRED_WITH": ("paired_uids", 0),
        "SITS_ON": ("seat_uids", 0),
        "RESERVED_FOR": ("quota_uids", 0),
        "PAYS_FOR": ("owner_uid", 0),
    }
    assert {row[0] for row in found.rows} - {"CHECKED_IN_AT"} <= set(by_field)
    for kind, labels, start, end, mode, start_properties, end_properties in found.rows:
        if kind == "CHECKED_IN_AT":
            field, owner = ("checked_in_uid" if "Organization" in labels else "area_uid"), 0
        else:
            field, owner = by_field[kind]
        stated = (start_properties, end_properties)[owner][field]
        other = (end, start)[owner]
        assert other in stated if isinstance(stated, list) else other == stated
        assert mode == ("include" if kind == "SERVES" else None)


def test_every_node_says_where_it_came_from_and_when(filled: GraphStore, own: str) -> None:
    (record,) = filled.imports(own)
    found = filled.cypher(
        "MATCH (n:Need {street: $street}) RETURN properties(n) ORDER BY n.source_row", {"street": own}
    )
    rows = make.whole_street(own)
    first = next(number for number, row in enumerate(rows, start=2) if row == make.need(1, street=own))
    (properties,) = found.rows[0]
    assert properties["source_import"] == properties["created_by"] == record.uid
    assert (properties["source_sheet"], properties["source_row"]) == ("Sheet1", first)
    assert properties["created_at"] == properties["updated_at"] == make.at(0)
    assert properties["created_at"].tzinfo is not None


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"area_uid": "nowhere"}, id="unknown area"),
        pytest.param({"category": "XXX99"}, id="unknown category"),
        pytest.param({"target_groups": ("nobody",)}, id="unknown target group"),
        pytest.param({"only_resource_uid": "nothing"}, id="unknown resource"),
    ],
)
def test_a_row_that_names_what_is_not_there_changes_nothing(
    filled: GraphStore,
    own: str,
    change: dict[str, object],
) -> None:
    before = filled.street_graph(own), filled.verify_chain(own)
    with pytest.raises(MissingReferenceError, match=r"Need .* is joined by"):
        filled.apply_import(make.imported([make.need(8, street=own), make.need(9, street=own, **change)], street=own))
    assert (filled.street_graph(own), filled.verify_chain(own)) == before


def test_a_reference_to_a_row_of_the_wrong_kind_is_refused(filled: GraphStore, own: str) -> None:
    wrong = make.need(9, street=own, area_uid=make.unit(1, street=own).uid)
    with pytest.raises(MissingReferenceError, match="is a Organization; it must be one of AdminDivision"):
        filled.apply_import(make.imported([wrong], street=own))


def test_another_street_cannot_be_referred_to(filled: GraphStore, own: str) -> None:
    other = make.street_uid(own)
    filled.apply_import(make.imported([make.street(other)], street=other))
    with pytest.raises(MissingReferenceError):
        filled.apply_import(make.imported([make.need(9, street=own, area_uid=other)], street=own))


def test_a_row_of_another_street_is_refused(store: GraphStore, own: str) -> None:
    other = make.street_uid(own)
    with pytest.raises(InvalidValueError, match="is of the street"):
        store.apply_import(make.imported([make.street(other)], street=own))


def test_two_rows_of_one_uid_are_refused_naming_both(store: GraphStore, own: str) -> None:
    with pytest.raises(DuplicateKeyError, match="Sheet1 row 2 and Sheet1 row 3"):
        store.apply_import(make.imported([make.street(own), make.street(own)], street=own))


def test_two_units_of_one_credit_code_are_refused(filled: GraphStore, own: str) -> None:
    copy = make.unit(2, street=own, uscc=make.unit(1, street=own).uscc)
    before = filled.street_graph(own)
    with pytest.raises(DuplicateKeyError):
        filled.apply_import(make.imported([copy], street=own))
    assert filled.street_graph(own) == before


def test_two_streets_may_use_one_credit_code(filled: GraphStore, own: str) -> None:
    other = make.street_uid(own)
    alone = dict.fromkeys(("responsible_uids", "paired_uids", "seat_uids"), ())
    twin = make.unit(1, street=other, checked_in_uid=other, **alone)
    filled.apply_import(make.imported([make.street(other), twin], street=other))
    assert filled.directory(other).organizations == (twin,)


def test_an_undone_import_leaves_the_graph_as_it_was(filled: GraphStore, own: str) -> None:
    before = filled.street_graph(own)
    changed = (
        make.community(3, street=own),
        make.need(1, street=own, title="改过", area_uid=make.community(3, street=own).uid, note="新"),
        make.resource(1, street=own, slot_count=1, serves_uids=(make.community(3, street=own).uid,)),
        make.need(9, street=own),
    )
    outcome = filled.apply_import(make.imported(changed, street=own, minutes=5))
    assert outcome.record is not None
    undone = filled.undo_import(own, outcome.record.uid, make.at(6), "test")
    assert undone.status is ImportStatus.UNDONE
    assert filled.street_graph(own) == before
    properties = filled.cypher("MATCH (n:Need {uid: $uid}) RETURN n.updated_at", {"uid": make.need(1, street=own).uid})
    assert properties.rows == ((make.at(0),),)
    assert filled.undo_import(own, outcome.record.uid, make.at(7), "test") == undone
    assert filled.verify_chain(own).broken_at is None


def test_an_undone_import_may_be_made_again_and_undone_again(filled: GraphStore, own: str) -> None:
    before = filled.street_graph(own)
    batch = make.imported([make.need(1, street=own, title="改过"), make.need(9, street=own)], street=own, minutes=5)
    uids = []
    for _ in range(2):
        outcome = filled.apply_import(batch)
        assert (outcome.created, outcome.updated) == (1, 1)
        assert outcome.record is not None
        uids.append(outcome.record.uid)
        filled.undo_import(own, uids[-1], make.at(6), "test")
        assert filled.street_graph(own) == before
    assert len(set(uids)) == 2
    assert [record.status for record in filled.imports(own)][1:] == [ImportStatus.UNDONE] * 2


def test_an_import_whose_rows_are_used_is_not_undone_and_names_the_users(filled: GraphStore, own: str) -> None:
    (record,) = filled.imports(own)
    later = make.need(9, street=own, title="后来的需求")
    filled.apply_import(make.imported([later], street=own, minutes=5))
    before = filled.street_graph(own)
    with pytest.raises(ImportInUseError, match="后来的需求") as refused:
        filled.undo_import(own, record.uid, make.at(6), "test")
    assert ("Need", later.uid, later.title) in refused.value.users
    assert filled.street_graph(own) == before
    assert filled.incomplete_imports(own) == ()


def test_an_import_whose_rows_a_later_one_changed_is_not_undone(filled: GraphStore, own: str) -> None:
    second = filled.apply_import(make.imported([make.need(1, street=own, title="二")], street=own, minutes=5)).record
    third = filled.apply_import(make.imported([make.need(1, street=own, title="三")], street=own, minutes=6)).record
    assert second is not None
    assert third is not None
    with pytest.raises(ImportInUseError, match="三"):
        filled.undo_import(own, second.uid, make.at(7), "test")
    filled.undo_import(own, third.uid, make.at(8), "test")
    filled.undo_import(own, second.uid, make.at(9), "test")
    assert filled.need(own, make.need(1, street=own).uid) == make.need(1, street=own)


def test_undoing_what_is_not_there_is_an_error(store: GraphStore, own: str) -> None:
    with pytest.raises(NotFoundError):
        store.undo_import(own, "no such import", make.at(0), "test")


def test_a_large_import_reports_its_progress_and_is_whole(store: GraphStore, own: str) -> None:
    batch = large_list(own, SMALL_IMPORT_ROWS + 500)
    seen: list[tuple[int, int]] = []
    outcome = store.apply_import(batch, progress=lambda done, total: seen.append((done, total)))
    assert outcome.created == len(batch.rows)
    assert [done for done, _ in seen] == [*range(1000, len(batch.rows), 1000), len(batch.rows)]
    assert {total for _, total in seen} == {len(batch.rows)}
    assert outcome.record == store.imports(own)[0]
    assert outcome.record.status is ImportStatus.COMPLETE
    assert store.incomplete_imports(own) == ()
    events = store.events(own, limit=100)
    assert [event.kind for event in events] == ["import.rows"] * len(seen) + ["import.completed"]
    assert all(len(event.payload["created"]) <= 1000 for event in events[:-1])
    assert {uid for event in events[:-1] for uid in event.payload["created"]} == {row.entity.uid for row in batch.rows}
    assert store.apply_import(batch).unchanged == len(batch.rows)


@pytest.mark.usefixtures("small_steps")
def test_while_a_large_import_is_incomplete_the_street_refuses_and_says_why(store: GraphStore, own: str) -> None:
    batch = large_list(own)
    with pytest.raises(Died):
        store.apply_import(batch, progress=die_after(2))  # type: ignore[arg-type]
    (record,) = store.incomplete_imports(own)
    assert (record.status, record.done_rows, record.rows) == (ImportStatus.INCOMPLETE, 20, len(batch.rows))
    refusals = (
        lambda: store.street_graph(own),
        lambda: store.apply_import(batch),
        lambda: store.apply_import(make.imported([make.need(9_999, street=own)], street=own)),
        lambda: store.save_run(make.match_run(1, street=own), (), (), make.at(1), "test"),
    )
    for refusal in refusals:
        with pytest.raises(IncompleteImportError, match=r"list\.xlsx"):
            refusal()
    outcome = store.resume_import(batch)
    assert (outcome.created, outcome.updated, outcome.unchanged) == (len(batch.rows), 0, 0)
    assert len(store.street_graph(own).needs) == len(batch.rows) - 2
    assert store.verify_chain(own).broken_at is None


@pytest.mark.usefixtures("small_steps")
def test_a_large_import_that_stopped_is_undone(store: GraphStore, own: str) -> None:
    first = make.imported([make.street(own), make.community(1, street=own), make.need(0, street=own)], street=own)
    store.apply_import(first)
    before = store.street_graph(own)
    batch = large_list(own, title="大表")
    with pytest.raises(Died):
        store.apply_import(batch, progress=die_after(3))  # type: ignore[arg-type]
    (record,) = store.incomplete_imports(own)
    assert record.updated == 1
    store.undo_import(own, record.uid, make.at(9), "test")
    assert store.incomplete_imports(own) == ()
    assert store.street_graph(own) == before
    with pytest.raises(NotFoundError):
        store.resume_import(batch)


@pytest.mark.usefixtures("small_steps")
def test_a_whole_large_import_is_undone_in_steps(store: GraphStore, own: str) -> None:
    batch = large_list(own)
    outcome = store.apply_import(batch)
    assert outcome.record is not None
    store.undo_import(own, outcome.record.uid, make.at(9), "test")
    assert store.cypher("MATCH (n:Entity {street: $street}) RETURN count(n)", {"street": own}).rows == ((0,),)
    assert store.verify_chain(own).broken_at is None
    assert store.imports(own)[0].status is ImportStatus.UNDONE


@pytest.mark.usefixtures("small_steps")
def test_a_changed_file_cannot_resume_another_import(store: GraphStore, own: str) -> None:
    batch = large_list(own)
    with pytest.raises(Died):
        store.apply_import(batch, progress=die_after(1))  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="rows"):
        store.resume_import(dataclasses.replace(batch, rows=batch.rows[:-1]))
    with pytest.raises(NotFoundError):
        store.resume_import(make.imported([make.street(own)], street=own))
    store.resume_import(batch)


@pytest.mark.usefixtures("small_steps")
def test_a_bad_row_in_a_large_list_leaves_it_incomplete_and_undoable(store: GraphStore, own: str) -> None:
    good = large_list(own)
    bad = dataclasses.replace(good.rows[-1], entity=make.need(99_999, street=own, area_uid="nowhere"))
    batch = dataclasses.replace(good, rows=(*good.rows, bad))
    with pytest.raises(MissingReferenceError):
        store.apply_import(batch)
    (record,) = store.incomplete_imports(own)
    assert record.done_rows == 70
    store.undo_import(own, record.uid, make.at(9), "test")
    assert store.streets() == tuple(street for street in store.streets() if street.uid != own)

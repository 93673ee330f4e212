"""What the API and the command line ask for, free queries, and the chain."""

from __future__ import annotations

import dataclasses

import pytest

from graph_schema.errors import InvalidValueError, NotFoundError, QueryRefusedError
from graph_schema.model.needs import NeedStatus
from graph_schema.model.resources import ResourceStatus
from graph_schema.stores.base import GraphStore
from tests.contract import factories as make

pytestmark = pytest.mark.engine


def test_the_engine_says_its_name_and_version(store: GraphStore, engine: str) -> None:
    kind, version = store.engine.name, store.engine.version
    expected = {
        "embedded": ("embedded", "ArcadeDB 26."),
        "neo4j-5.26": ("neo4j", "Neo4j 5.26."),
        "neo4j-2026": ("neo4j", "Neo4j 2026."),
    }
    assert kind == expected[engine][0]
    assert version.startswith(expected[engine][1])


def test_the_taxonomy_reads_back_equal_and_is_written_once(store: GraphStore) -> None:
    assert store.taxonomy() == make.taxonomy()
    before = store.verify_chain("")
    assert store.save_taxonomy(make.taxonomy()) is False
    assert store.verify_chain("") == before


def test_a_changed_taxonomy_replaces_the_one_before(store: GraphStore) -> None:
    full = make.taxonomy()
    less = dataclasses.replace(
        full,
        categories=tuple(category for category in full.categories if category.code != "SAF02"),
        can_satisfy=full.can_satisfy[:1],
        target_groups=(full.target_groups[0],),
    )
    assert store.save_taxonomy(less) is True
    assert store.taxonomy() == less
    assert store.save_taxonomy(full) is True
    assert store.taxonomy() == full


def test_streets_are_listed_and_a_directory_knows_its_names(filled: GraphStore, own: str) -> None:
    assert own in {street.uid for street in filled.streets()}
    directory = filled.directory(own)
    assert (directory.street_uid, directory.street_name) == (own, "柳巷街道")
    assert [area.uid for area in directory.areas] == sorted(row.uid for row in make.whole_street(own)[:5])
    assert directory.resources == (make.resource(1, street=own, slot_count=2),)
    assert directory.batches == (make.batch(1, street=own, cap=3),)
    assert directory.taxonomy == make.taxonomy()


def test_an_unknown_street_has_an_empty_directory_and_no_graph(store: GraphStore, own: str) -> None:
    directory = store.directory(own)
    assert (directory.street_uid, directory.areas) == ("", ())
    assert directory.taxonomy == make.taxonomy()
    with pytest.raises(NotFoundError, match="no street"):
        store.street_graph(own)


def test_needs_come_in_pages_by_uid(filled: GraphStore, own: str) -> None:
    filled.apply_import(make.imported([make.need(number, street=own) for number in range(10, 15)], street=own))
    everything = filled.needs(own, limit=100)
    assert [need.uid for need in everything] == sorted(need.uid for need in everything)
    paged = []
    after = None
    while page := filled.needs(own, after=after, limit=3):
        assert len(page) <= 3
        paged += page
        after = page[-1].uid
    assert tuple(paged) == everything
    assert len(everything) == 7


def test_needs_are_filtered_by_status_area_and_category(filled: GraphStore, own: str) -> None:
    closed = make.need(9, street=own, status=NeedStatus.RESOLVED)
    filled.apply_import(make.imported([closed], street=own))
    first, second = make.need(1, street=own), make.community(2, street=own).uid
    assert filled.needs(own, status=NeedStatus.RESOLVED) == (closed,)
    assert {need.uid for need in filled.needs(own, area=second)} == {make.need(2, street=own).uid}
    assert {need.uid for need in filled.needs(own, category="PRK01")} == {first.uid, closed.uid}
    assert filled.needs(own, category="PRK01", area=second) == ()


def test_needs_are_found_by_every_word_whatever_its_width(filled: GraphStore, own: str) -> None:
    assert [need.uid for need in filled.find_needs(own, "８０ 送米")] == [make.need(2, street=own).uid]
    assert filled.find_needs(own, "送米 停车") == ()
    assert filled.find_needs(own, "  ") == ()
    assert len(filled.find_needs(own, "停车", limit=1)) == 1


def test_resources_come_with_their_slots(filled: GraphStore, own: str) -> None:
    resource = make.resource(1, street=own, slot_count=2)
    assert filled.resources(own) == (resource,)
    assert filled.resources(own, category="PRK01", status=ResourceStatus.IDLE) == (resource,)
    assert filled.resources(own, status=ResourceStatus.WITHDRAWN) == ()
    assert filled.resources(own, after=resource.uid) == ()
    assert filled.resource(own, resource.uid) == resource


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_has_bounds(store: GraphStore, own: str, limit: int) -> None:
    with pytest.raises(InvalidValueError, match="outside 1"):
        store.needs(own, limit=limit)


def test_what_is_of_another_label_or_street_is_not_found(filled: GraphStore, own: str) -> None:
    need = make.need(1, street=own)
    with pytest.raises(NotFoundError):
        filled.resource(own, need.uid)
    with pytest.raises(NotFoundError):
        filled.need(make.street_uid(own), need.uid)


def test_every_write_is_a_link_of_the_streets_chain(filled: GraphStore, own: str) -> None:
    filled.release_batch(own, make.batch(1, street=own).uid, make.at(10), "作业员")
    run = make.match_run(1, street=own)
    filled.save_run(run, (), (), make.at(11), "test")
    events = filled.events(own)
    assert [event.kind for event in events] == [
        "import.rows",
        "import.completed",
        "batch.released",
        "batch.needs",
        "run.saved",
    ]
    assert [event.seq for event in events] == [1, 2, 3, 4, 5]
    assert (events[2].actor, events[2].at) == ("作业员", make.at(10))
    assert events[4].subject == run.uid
    assert filled.events(own, after_seq=3, limit=1) == events[3:4]
    check = filled.verify_chain(own)
    assert (check.links, check.broken_at, check.head_hash) == (5, None, events[-1].hash)


def test_a_free_query_gives_plain_values_within_its_bound(filled: GraphStore, own: str) -> None:
    result = filled.cypher(
        "MATCH (n:Need {street: $street}) RETURN n.title AS title, n.needed_by AS by, n ORDER BY n.title",
        {"street": own},
        limit=1,
    )
    assert result.columns == ("title", "by", "n")
    assert result.cut_off is True
    ((title, by, node),) = result.rows
    assert (title, by, node["title"]) == ("夜间停车 1", make.need(1).needed_by, title)


@pytest.mark.parametrize(
    "query",
    [
        "CREATE (n:Need {uid: 'x'}) RETURN n",
        "MATCH (n:Need) SET n.title = 'x' RETURN n",
        "MATCH (n) detach delete n",
        "MATCH (n:Need) REMOVE n.title",
        "MERGE (n:Need {uid: 'x'}) RETURN n",
        "CALL { CREATE (n:Need) } IN TRANSACTIONS RETURN 1",
        "DROP CONSTRAINT entity_key_unique",
        "CALL apoc.create.node(['Need'], {})",
        "FOREACH (x IN [1] | CREATE (:Need))",
        "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
        "MATCH (n) /* CREATE */ RETURN n // x\n MERGE (m:Need {uid: 'x'})",
    ],
)
def test_a_free_query_that_writes_is_refused(filled: GraphStore, own: str, query: str) -> None:
    before = filled.street_graph(own)
    with pytest.raises(QueryRefusedError):
        filled.cypher(query)
    assert filled.street_graph(own) == before


@pytest.mark.parametrize(
    "query",
    [
        "RETURN 'CREATE' AS word",
        "MATCH (n) WHERE n.title CONTAINS 'SET' RETURN count(n) // DELETE",
        "MATCH (n:Need) CALL (n) { MATCH (n)-[:RAISED_FOR]->(a) RETURN count(a) AS areas } RETURN sum(areas)",
        "MATCH (n:Need) RETURN n.`set` LIMIT 1",
        "CALL db.labels() YIELD label RETURN label",
    ],
)
def test_a_free_query_that_only_reads_is_answered(filled: GraphStore, query: str) -> None:
    assert filled.cypher(query).columns


def test_a_free_query_with_an_error_says_what_is_wrong(store: GraphStore) -> None:
    with pytest.raises(QueryRefusedError, match="The engine refuses"):
        store.cypher("MATCH (n RETURN n")


def test_a_free_query_that_runs_too_long_is_cut_off_and_the_store_goes_on(filled: GraphStore, own: str) -> None:
    with pytest.raises(QueryRefusedError, match="longer than"):
        filled.cypher(
            "UNWIND range(1, 20000) AS a UNWIND range(1, 20000) AS b WITH a, b WHERE a + b < 0 RETURN count(*)",
            timeout_s=0.5,
        )
    assert len(filled.needs(own)) == 2

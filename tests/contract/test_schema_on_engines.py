"""What the engines hold of the schema after all migrations."""

from __future__ import annotations

import pytest

from graph_schema.ddl import Rule, rules
from graph_schema.errors import SchemaVersionError
from graph_schema.migrations.loader import migrations
from graph_schema.schema import SCHEMA
from graph_schema.stores import registry
from graph_schema.stores.base import GraphStore
from graph_schema.stores.graph import BoltGraphStore
from tests.contract.conftest import KINDS, engines

pytestmark = pytest.mark.engine


def test_all_migrations_together_give_exactly_what_the_schema_declares(store: GraphStore) -> None:
    constraints = store.cypher("SHOW CONSTRAINTS YIELD type, labelsOrTypes, properties")
    indexes = store.cypher("SHOW INDEXES YIELD type, labelsOrTypes, properties, owningConstraint")
    shown = {
        Rule(labels[0], tuple(columns), unique=True) for kind, labels, columns in constraints.rows if "UNIQUE" in kind
    }
    assert len(shown) == len(constraints.rows)
    shown |= {
        Rule(labels[0], tuple(columns), unique=False)
        for kind, labels, columns, owner in indexes.rows
        if kind == "RANGE" and owner is None  # a server also looks labels up by itself
    }
    assert sorted(shown) == sorted(rules(SCHEMA))


def test_a_migrated_database_is_not_migrated_again(store: GraphStore) -> None:
    assert store.migrate() == ()
    recorded = store.cypher("MATCH (n:SchemaMigration) RETURN n.name ORDER BY n.name")
    assert [name for (name,) in recorded.rows] == [migration.name for migration in migrations()]


def test_a_database_of_a_newer_version_is_refused(shared_store: BoltGraphStore, own: str) -> None:
    connection = shared_store._connection
    params = {"street": "", "key": f"|{own}", "uid": own, "name": "9999_of_the_future", "at": "unknown"}
    connection.write(lambda transaction: transaction.run("write/record_migration", **params))
    try:
        with pytest.raises(SchemaVersionError, match="9999_of_the_future"):
            shared_store.migrate()
    finally:
        connection.define("MATCH (n:SchemaMigration {name: '9999_of_the_future'}) DELETE n")


def test_every_engine_of_the_registry_is_under_test() -> None:
    assert set(KINDS.values()) == set(registry.ENGINES)


def test_every_engine_runs_the_same_tests(request: pytest.FixtureRequest) -> None:
    by_engine: dict[str, set[str]] = {}
    for item in request.session.items:
        if isinstance(item, pytest.Function) and "engine" in getattr(getattr(item, "callspec", None), "params", {}):
            name = item.callspec.params["engine"]
            by_engine.setdefault(name, set()).add(item.nodeid.replace(name, "ENGINE"))
    assert set(by_engine) <= set(engines())
    assert len({frozenset(ids) for ids in by_engine.values()}) <= 1, {name: len(ids) for name, ids in by_engine.items()}

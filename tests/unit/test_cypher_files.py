"""Every Cypher file keeps to the rules: header, names of the schema, bounds, tenancy."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import graph_schema
from graph_schema.ddl import rules
from graph_schema.migrations.loader import migrations
from graph_schema.schema import COMMON, SCHEMA

PACKAGE = Path(graph_schema.__file__).parent
FILES = sorted((PACKAGE / "cypher").glob("*/*.cypher"))
NAMES = [f"{path.parent.name}/{path.stem}" for path in FILES]
OF_ALL_STREETS = {"read/engine", "read/streets", "read/foreign_contents", "write/clear_scratch"}
"""What asks for no street: the engine, the list of streets, and scratch databases as a whole."""

LABELS = {label.name for label in SCHEMA.labels}
TYPES = {kind.name for kind in SCHEMA.relationships}
PROPERTIES = (
    {item.name for item in COMMON}
    | {item.name for label in SCHEMA.labels for item in label.properties}
    | {item.name for kind in SCHEMA.relationships for item in kind.properties}
    | {unique.property for label in SCHEMA.labels for unique in label.unique}
)
FROM_CALLER = {"row", "edge"}
"""Variables of maps that the caller sends, whose fields are no properties."""


def body(path: Path) -> str:
    return "\n".join(line for line in path.read_text("utf-8").splitlines() if not line.startswith("//"))


def header(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line.startswith("//")]


def snake(label: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", label).lower()


every_file = pytest.mark.parametrize("path", FILES, ids=NAMES)


@every_file
def test_a_file_begins_with_purpose_parameters_and_returns(path: Path) -> None:
    purpose, params, returns = header(path)
    assert re.fullmatch(r"// \S.*\.", purpose)
    assert params.startswith("// params: ")
    assert returns.startswith("// returns: ")
    assert set(re.findall(r"\$(\w+)", params)) == set(re.findall(r"\$(\w+)", body(path)))


@every_file
def test_a_file_is_one_statement_that_names_what_the_schema_declares(path: Path) -> None:
    text = body(path)
    assert ";" not in text
    code = re.sub(r"'[^']*'", "''", text)
    labels = {name for group in re.findall(r"\(\w*((?::\w+)+)", code) for name in group.strip(":").split(":")}
    labels |= set(re.findall(r"\b\w+:([A-Z][a-z]\w*)", re.sub(r"[(\[][^()\[\]]*[)\]]", "", code)))
    types = {name for group in re.findall(r"\[\w*:([A-Z_|]+)", code) for name in group.split("|")}
    types |= set(re.findall(r"'([A-Z_]{3,})'", text))
    properties = {name for variable, name in re.findall(r"\b([a-z]\w*)\.(\w+)", code) if variable not in FROM_CALLER}
    properties |= {name for group in re.findall(r"\{([^{}]*)\}", code) for name in re.findall(r"(\w+):\s", group)}
    properties -= {"components"}  # of CALL dbms.components()
    assert labels <= LABELS
    assert types <= TYPES
    assert properties <= PROPERTIES


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.parent.name == "read"],
    ids=[name for name in NAMES if name.startswith("read/")],
)
def test_a_read_is_ordered_bounded_and_writes_nothing(path: Path) -> None:
    text = body(path)
    assert "ORDER BY" in text
    assert re.search(r"LIMIT (\$limit|\d+)\s*$", text)
    assert not re.search(r"\b(CREATE|MERGE|SET|DELETE|REMOVE)\b", text)


@every_file
def test_a_statement_is_of_one_street(path: Path) -> None:
    name = f"{path.parent.name}/{path.stem}"
    assert ("$street" in body(path)) is (name not in OF_ALL_STREETS)


@every_file
def test_a_file_is_asked_for(path: Path) -> None:
    name = f"{path.parent.name}/{path.stem}"
    made = [f"write/create_{snake(label.name)}" for label in SCHEMA.labels if label.of_rows]
    made += [f"write/link_{kind.name.lower()}" for kind in SCHEMA.relationships]
    asked = "\n".join(source.read_text("utf-8") for source in (PACKAGE / "stores").glob("*.py"))
    plural = f'"{path.stem}"' if path.parent.name == "read" else name
    assert name in asked or name in made or plural in asked


def test_every_label_of_rows_and_every_relationship_has_its_write() -> None:
    for label in SCHEMA.labels:
        if label.of_rows:
            assert f"write/create_{snake(label.name)}" in NAMES
    for kind in SCHEMA.relationships:
        assert f"write/link_{kind.name.lower()}" in NAMES


def test_no_statement_is_built_in_the_program() -> None:
    cypher = re.compile(r"\b(MATCH|MERGE|UNWIND|DETACH DELETE)\b\s*[(\w$]|\bCREATE\s*\(")
    guard = {"queries.py", "ddl.py"}  # the words that free queries may not have; constraints from the schema
    for source in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and source.name not in guard:
                assert not cypher.search(node.value), f"{source}:{node.lineno}"


def test_only_explicit_transactions_are_used() -> None:
    """A statement that commits by itself is not atomic on the embedded engine."""
    root = PACKAGE.parent
    for package in ("graph_schema", "matcher", "api"):
        for source in (root / package).rglob("*.py"):
            text = source.read_text("utf-8")
            assert not re.search(r"session(\(.*\))?\.run\(|\.execute_query\(", text), source


def test_migrations_are_idempotent_and_declare_each_rule_once() -> None:
    statements = [text for migration in migrations() for text in migration.statements]
    assert all("IF NOT EXISTS" in text or "IF EXISTS" in text for text in statements)
    assert sorted(statements) == sorted(rule.statement for rule in rules(SCHEMA))
    assert [migration.name for migration in migrations()] == sorted(migration.name for migration in migrations())


def test_every_uniqueness_rule_begins_with_the_street() -> None:
    unique = [unique for label in SCHEMA.labels for unique in label.unique]
    assert all(rule.parts[0] == "street" for rule in unique)
    kept = [columns for label in SCHEMA.labels for columns in label.indexes if columns[0] != "street"]
    assert kept == [("level", "uid")]  # the list of streets itself

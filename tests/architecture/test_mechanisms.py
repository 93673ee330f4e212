"""The field's mechanisms that are done, each with the label, relationship, property or rule that carries it."""

import csv
from importlib import import_module
from pathlib import Path

import pytest

from graph_schema.schema import SCHEMA

MECHANISMS = list(csv.DictReader(Path(__file__).with_name("mechanisms.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("line", MECHANISMS, ids=lambda line: f"{line['row']}-{line['mechanism']}")
def test_each_mechanism_that_is_done_has_its_carrier(line: dict[str, str]) -> None:
    kind, _, name = line["carrier"].partition(":")
    if kind == "label":
        assert name in {label.name for label in SCHEMA.labels}
    elif kind == "relationship":
        assert name in {relationship.name for relationship in SCHEMA.relationships}
    elif kind == "property":
        label_name, _, property_name = name.partition(".")
        (label,) = [label for label in SCHEMA.labels if label.name == label_name]
        assert property_name in {item.name for item in label.properties}
    else:
        assert kind == "rule"
        module, _, function = name.partition(":")
        assert callable(getattr(import_module(module), function))


def test_no_mechanism_stands_twice() -> None:
    rows = [line["row"] for line in MECHANISMS]
    assert len(rows) == len(set(rows))
    assert rows == sorted(rows, key=int)

"""The README's page of the schema is what the schema says now."""

from graph_schema.schema import SCHEMA
from graph_schema.schema_page import README, page, with_page


def test_the_readme_shows_the_schema_as_it_is_declared() -> None:
    text = README.read_text("utf-8")
    assert with_page(text) == text, "Maybe run python -m graph_schema.schema_page."


def test_the_page_names_every_label_relationship_and_property() -> None:
    text = page()
    for label in SCHEMA.labels:
        assert f"### {label.name} " in text
        assert all(f"`{item.name}`" in text for item in label.properties)
    for kind in SCHEMA.relationships:
        assert f"| `{kind.name}` |" in text


def test_the_page_changes_when_the_schema_does() -> None:
    text = README.read_text("utf-8")
    assert with_page(text.replace("| `WITHIN` |", "| `BESIDE` |")) == text

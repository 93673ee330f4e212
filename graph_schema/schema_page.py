"""
The schema as a page of Markdown, for people.

``python -m graph_schema.schema_page`` writes it into the package's README; a test compares the two.
"""

from pathlib import Path

from graph_schema.declaration import NodeLabel, Property, RelationshipType, Schema
from graph_schema.schema import COMMON, SCHEMA

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- schema: begin -->\n", "<!-- schema: end -->\n"


def page(schema: Schema = SCHEMA) -> str:
    """All labels and relationship types as Markdown, ending with a line break."""
    parts = [
        "### Every node",
        _table(COMMON),
        *(part for label in schema.labels for part in _label(label)),
        "### Relationships",
        "| type | from | to | meaning | properties |\n|---|---|---|---|---|\n"
        + "\n".join(_relationship(kind) for kind in schema.relationships),
    ]
    return "\n\n".join(parts) + "\n"


def with_page(readme: str) -> str:
    """A README whose part between the marks is the page."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{page()}\n{END}{after}"


def _label(label: NodeLabel) -> list[str]:
    notes = [f"{label.description[0].upper()}{label.description[1:]}."]
    if label.shared:
        notes.append("Shared by all streets.")
    if label.data_label != "public":
        notes.append(f"The whole node is {label.data_label}.")
    notes += [f"Unique: {', '.join(unique.parts)} (as `{unique.property}`)." for unique in label.unique]
    if label.indexes:
        notes.append(f"Indexes: {'; '.join(', '.join(columns) for columns in label.indexes)}.")
    parts = [f"### {label.name} {label.name_zh}", " ".join(notes)]
    if label.properties:
        parts.append(_table(label.properties))
    return parts


def _table(properties: tuple[Property, ...]) -> str:
    rows = [
        f"| {'**' if item.required else ''}`{item.name}`{'**' if item.required else ''} | {item.type} | "
        f"{item.unit or ''} | {item.data_label} | {item.description} |"
        for item in properties
    ]
    return "\n".join(["| property | type | unit | data | meaning |", "|---|---|---|---|---|", *rows])


def _relationship(kind: RelationshipType) -> str:
    properties = ", ".join(f"`{item.name}` {item.type}" for item in kind.properties)
    return f"| `{kind.name}` | {', '.join(kind.starts)} | {', '.join(kind.ends)} | {kind.description} | {properties} |"


if __name__ == "__main__":
    README.write_text(with_page(README.read_text("utf-8")), encoding="utf-8")

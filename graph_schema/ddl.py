"""The schema as an engine is told it: constraints and indexes, one statement each."""

from dataclasses import dataclass

from graph_schema.declaration import Schema


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """A uniqueness constraint or an index, as declared or as an engine shows it."""

    label: str
    properties: tuple[str, ...]
    unique: bool

    @property
    def name(self) -> str:
        """Name in the engine."""
        return f"{self.label.lower()}_{'_'.join(self.properties)}_{'unique' if self.unique else 'index'}"

    @property
    def statement(self) -> str:
        """Statement that creates it unless it is there."""
        if self.unique:
            (key,) = self.properties
            return f"CREATE CONSTRAINT {self.name} IF NOT EXISTS FOR (n:{self.label}) REQUIRE n.{key} IS UNIQUE"
        columns = ", ".join(f"n.{name}" for name in self.properties)
        return f"CREATE INDEX {self.name} IF NOT EXISTS FOR (n:{self.label}) ON ({columns})"


def rules(schema: Schema) -> tuple[Rule, ...]:
    """Every constraint and index that the schema declares; constraints first."""
    constraints = [
        Rule(label.name, (unique.property,), unique=True) for label in schema.labels for unique in label.unique
    ]
    indexes = [Rule(label.name, columns, unique=False) for label in schema.labels for columns in label.indexes]
    return (*constraints, *indexes)

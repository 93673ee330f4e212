"""The words in which `graph_schema.schema` declares the graph."""

from dataclasses import dataclass, field
from enum import StrEnum


class DataLabel(StrEnum):
    """Who may see a value, from everybody to nobody outside its purpose."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


class PropertyType(StrEnum):
    """How a property is stored. Graphs hold no maps, so structured values are canonical text."""

    TEXT = "text"
    TEXTS = "list of text"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant (UTC)"
    SCHEDULE = "schedule text"
    JSON = "JSON text"


@dataclass(frozen=True, slots=True)
class Property:
    """
    One property of a node or relationship. What is unknown is absent, never null or empty.

    Parameters
    ----------
    of
        Field of the label's dataclass, dotted for a nested one; ``None`` when the name is the field.
    required
        Whether every node has it.
    unit
        Of a number: degrees, fen, minutes …
    derived
        Whether the store computes it, so that no field of the dataclass holds it.
    kept
        Whether the office's work sets it and not a list: an import leaves it as it is.
    """

    name: str
    type: PropertyType
    description: str
    required: bool = False
    data_label: DataLabel = DataLabel.PUBLIC
    unit: str | None = None
    of: str | None = None
    derived: bool = False
    kept: bool = False

    @property
    def path(self) -> str:
        """Dotted field of the dataclass that it holds."""
        return self.of or self.name


@dataclass(frozen=True, slots=True)
class Unique:
    """
    A value that two nodes of a label never share.

    Parameters
    ----------
    property
        Name of the property that holds the key.
    parts
        Properties that it is made of, the street first; the key is absent while one of them is.
    """

    property: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """
    A relationship that follows from a field of a node's dataclass.

    Parameters
    ----------
    relationship
        Its type.
    of
        Field with the uid, or uids, of the other end; with a category's or target group's code where the other end is
        shared by all streets.
    reverse
        Whether the other end is where it starts.
    mode
        Value of its property ``mode``, where it has one.
    """

    relationship: str
    of: str
    reverse: bool = False
    mode: str | None = None


@dataclass(frozen=True, slots=True)
class NodeLabel:
    """
    A label of nodes.

    Parameters
    ----------
    model
        The dataclass that it stores; ``None`` for the store's own bookkeeping.
    of_rows
        Whether its nodes also carry the label ``Entity``: what lists and their release bring.
    data_label
        Of the node as a whole; a personal one is never exported.
    shared
        Whether all streets share it; its street is empty.
    """

    name: str
    name_zh: str
    description: str
    properties: tuple[Property, ...]
    model: type | None = None
    links: tuple[Link, ...] = ()
    unique: tuple[Unique, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    of_rows: bool = False
    data_label: DataLabel = DataLabel.PUBLIC
    shared: bool = False


@dataclass(frozen=True, slots=True)
class RelationshipType:
    """A type of relationships: which labels it may lead from and to, and its properties."""

    name: str
    description: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    properties: tuple[Property, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """All labels and relationship types, each name once, in the order of the schema page."""

    labels: tuple[NodeLabel, ...]
    relationships: tuple[RelationshipType, ...]
    _labels: dict[str, NodeLabel] = field(init=False, repr=False, compare=False)
    _relationships: dict[str, RelationshipType] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_labels", {label.name: label for label in self.labels})
        object.__setattr__(self, "_relationships", {kind.name: kind for kind in self.relationships})

    def label(self, name: str) -> NodeLabel:
        """The label of this name; raises ``KeyError``."""
        return self._labels[name]

    def relationship(self, name: str) -> RelationshipType:
        """The relationship type of this name; raises ``KeyError``."""
        return self._relationships[name]

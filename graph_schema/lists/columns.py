"""What the office's lists look like: types of the ONE declaration that reader, templates and writer derive from."""

from dataclasses import dataclass, field
from enum import StrEnum


class ListKind(StrEnum):
    """A kind of list; the value is its name in the graph and in commands."""

    DIRECTORY = "directory"  # 名录
    UNIT = "unit"  # 单位
    PEOPLE = "people"  # 人员
    RESOURCE = "resource"  # 资源
    SERVICE = "service"  # 服务
    REGISTRATION = "registration"  # 登记
    NEED = "need"  # 需求
    PROJECT = "project"  # 项目
    BUDGET = "budget"  # 经费


READING_ORDER = tuple(ListKind)
"""Kinds in the order in which lists are read: each refers only to those before it, or to itself."""


class Treatment(StrEnum):
    """What becomes of a column's text while it is read."""

    KEPT = "kept"
    FREE_TEXT = "free_text"  # kept; telephone and identity numbers inside are masked
    DROPPED = "dropped"  # personal: never leaves the reader
    HASHED = "hashed"  # personal: a keyed hash leaves the reader in its place
    IGNORED = "ignored"  # a counter, or what an export wrote beside the row


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of a list.

    Parameters
    ----------
    key
        Name in the code.
    header
        Canonical header, in Chinese.
    synonyms
        Other headers, best first; a part in brackets at a header's end is compared apart.
    required
        Whether a list without this column is refused.
    needed
        Whether an empty cell is an error.
    treatment
        What becomes of its text.
    shared_quantity
        Whether a merged cell over several rows leaves open how much each row has.
    choices
        Name of the vocabulary its values come from, empty for free values; see `vocabularies`.
    help_zh, help_en
        The header's note in templates.
    example
        What the template's example row holds.
    """

    key: str
    header: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    needed: bool = False
    treatment: Treatment = Treatment.KEPT
    shared_quantity: bool = False
    choices: str = ""
    help_zh: str = ""
    help_en: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class ListForm:
    """
    The form of one kind of list.

    Parameters
    ----------
    kind
        What it lists.
    title_zh, title_en
        Its name.
    title_words
        Words in a sheet's name or title line that hint at it.
    columns
        In the order in which they are written.
    """

    kind: ListKind
    title_zh: str
    title_en: str
    title_words: tuple[str, ...]
    columns: tuple[Column, ...]
    by_key: dict[str, Column] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {column.key: column for column in self.columns})

    def column(self, key: str) -> Column:
        """Column with this key; raises ``KeyError`` when there is none."""
        return self.by_key[key]

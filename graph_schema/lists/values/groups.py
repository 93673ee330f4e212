"""Target groups: 60岁以上老人、残疾人; everybody is no restriction."""

import re

from graph_schema.lists.cells import Cell, key_of
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.values.choosing import nearest
from graph_schema.lists.values.lists_of import split_values
from graph_schema.model.categories import Taxonomy

EVERYBODY = "ALL"
_WHOSE = re.compile(r"^(?:本|全体|广大|辖区内?|小区|社区)+")


class GroupWords:
    """Every word for a target group of one taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        groups = taxonomy.target_groups
        self.names = [word for group in groups for word in (group.name_zh, *group.synonyms)]
        self._codes = {
            key_of(word): group.code
            for group in groups
            for word in (group.code, group.name_zh, group.name_en, *group.synonyms)
        }

    def find(self, name: str) -> str | None:
        """Code of the group with this name."""
        return self._codes.get(key_of(name))


def parse_groups(cell: Cell, words: GroupWords) -> tuple[str, ...]:
    """
    Codes of the groups in a cell, sorted; empty for everybody.

    Raises
    ------
    UnreadableValueError
        If a name is no group; the finding names the nearest.
    """
    codes = set()
    for name in split_values(cell.written.replace("和", "、").replace("及", "、").replace("/", "、")):
        code = words.find(name) or words.find(_WHOSE.sub("", name, count=1).removesuffix("等"))
        if code is None:
            near = nearest(name, words.names, least=0.3)
            raise UnreadableValueError(code="list_unknown_group", value=name, near=near)
        codes.add(code)
    return () if EVERYBODY in codes else tuple(sorted(codes))


def groups_text(codes: tuple[str, ...], taxonomy: Taxonomy) -> str:
    """The groups' Chinese names."""
    names = {group.code: group.name_zh for group in taxonomy.target_groups}
    return "、".join(names.get(code, code) for code in codes)

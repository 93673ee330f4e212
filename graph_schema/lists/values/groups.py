"""Target groups: 60岁以上老人、残疾人; everybody is no restriction."""

from graph_schema.lists.cells import Cell, key_of
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.values.choosing import nearest
from graph_schema.lists.values.lists_of import split_values
from graph_schema.model.categories import Taxonomy

EVERYBODY = "ALL"


def parse_groups(cell: Cell, taxonomy: Taxonomy) -> tuple[str, ...]:
    """
    Codes of the groups in a cell, sorted; empty for everybody.

    Raises
    ------
    UnreadableValueError
        If a name is no group; the finding names the nearest.
    """
    words = {
        key_of(word): group.code
        for group in taxonomy.target_groups
        for word in (group.code, group.name_zh, group.name_en, *group.synonyms)
    }
    codes = set()
    for name in split_values(cell.written.replace("和", "、").replace("及", "、").replace("/", "、")):
        code = words.get(key_of(name)) or words.get(key_of(name.removeprefix("辖区").removesuffix("等")))
        if code is None:
            names = [word for group in taxonomy.target_groups for word in (group.name_zh, *group.synonyms)]
            raise UnreadableValueError(code="list_unknown_group", value=name, near=nearest(name, names, least=0.3))
        codes.add(code)
    return () if EVERYBODY in codes else tuple(sorted(codes))


def groups_text(codes: tuple[str, ...], taxonomy: Taxonomy) -> str:
    """The groups' Chinese names."""
    names = {group.code: group.name_zh for group in taxonomy.target_groups}
    return "、".join(names.get(code, code) for code in codes)

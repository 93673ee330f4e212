"""Categories from codes, Chinese names and synonyms; else a proposal from the title, never taken silently."""

from dataclasses import dataclass

from graph_schema.lists.cells import Cell, clean, key_of
from graph_schema.lists.errors import UnreadableValueError
from graph_schema.lists.values.choosing import nearest
from graph_schema.model.categories import Category, Taxonomy

SHORTEST_EVIDENCE = 2
"""Characters of a word in a title that count as evidence for its category."""


@dataclass(frozen=True, slots=True)
class ReadCategory:
    """
    A category that was read or proposed.

    Parameters
    ----------
    evidence
        The word in the title that it is proposed for; empty when the cell itself says it.
    """

    category: Category
    evidence: str = ""


def parse_category(cell: Cell | None, title: str, words: "CategoryWords") -> ReadCategory:
    """
    Category of a row.

    A code, name or synonym in the cell decides. A class or an unknown word leaves it to the title: if one item has
    the longest of all known words in it, that is proposed, inside the class where one is stated.

    Raises
    ------
    UnreadableValueError
        If neither cell nor title is evidence for one item; the finding names the nearest.
    """
    written = "" if cell is None else cell.text
    stated = words.exact(written) if written else None
    if stated is not None and stated.parent is not None:
        return ReadCategory(stated)
    inside = stated.code if stated is not None else None
    for text in dict.fromkeys((title, f"{written} {title}") if written else (title,)):
        found = words.in_text(text, inside)
        if found is not None:
            return found
    if cell is None or not written:
        raise UnreadableValueError(code="list_no_category", value=title, near=words.near(title))
    if stated is not None:
        items = [f"{c.code} {c.name_zh}" for c in words.taxonomy.categories if c.parent == stated.code]
        raise UnreadableValueError(code="list_category_is_class", value=cell.raw, near=items)
    raise UnreadableValueError(code="list_unknown_category", value=cell.raw, near=words.near(f"{written}{title}"))


class CategoryWords:
    """Every word for a category of one taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.exact_words: dict[str, Category] = {}
        self.items: list[tuple[str, Category]] = []
        self.names: dict[str, Category] = {}
        for category in taxonomy.categories:
            parts = [part for part in clean(category.name_zh).replace("(", "/").replace(")", "").split("/") if part]
            for word in (category.code, category.name_zh, category.name_en, *category.synonyms):
                self.exact_words.setdefault(key_of(word), category)
            if category.parent is None:
                continue
            self.names[f"{category.code} {category.name_zh}"] = category
            for word in dict.fromkeys((*category.synonyms, *parts)):
                if len(key_of(word)) >= SHORTEST_EVIDENCE:
                    self.items.append((key_of(word), category))
        self.items.sort(key=lambda item: (-len(item[0]), item[1].code))

    def exact(self, text: str) -> Category | None:
        """The category that the text, or its part before or behind a slash, names."""
        found = self.exact_words.get(key_of(text))
        if found is not None:
            return found
        first = text.split(maxsplit=1)[0] if text.split() else ""
        if (
            first.isascii()
            and (found := self.exact_words.get(key_of(first))) is not None
            and found.code == first.upper()
        ):
            return found  # "PRK01 夜间停车", as the templates write it
        return None

    def in_text(self, text: str, inside: str | None) -> ReadCategory | None:
        """The one item that has the longest word in the text, ``None`` when several or none have."""
        key = key_of(text)
        hits = [(word, c) for word, c in self.items if word in key and (inside is None or c.parent == inside)]
        if not hits:
            return None
        longest = len(hits[0][0])
        best = [(word, category) for word, category in hits if len(word) == longest]
        if len({category.code for _, category in best}) > 1:
            return None
        return ReadCategory(best[0][1], evidence=best[0][0])

    def near(self, text: str) -> list[str]:
        """Names of the items most like the text, those with a word in it first."""
        key = key_of(text)
        hits = [f"{c.code} {c.name_zh}" for word, c in self.items if word in key]
        return list(dict.fromkeys([*hits, *nearest(text, self.names, least=0.2)]))[:3]

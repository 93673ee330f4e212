"""Skills from their codes, names and synonyms, or the longest known word in what was written."""

from collections.abc import Mapping
from functools import cache

from graph_schema.lists.cells import key_of
from graph_schema.lists.values.choosing import nearest
from graph_schema.lists.values.vocabularies import VOCABULARIES

SHORTEST_WORD = 2


def skill_of(text: str) -> str | None:
    """Code of the skill that a text names; ``None`` when no word, or the longest words of several, stand in it."""
    key, words = key_of(text), _words()
    if key in words:
        return words[key]
    inside = {word for word in words if len(word) >= SHORTEST_WORD and word in key}
    longest = max(map(len, inside), default=0)
    found = {words[word] for word in inside if len(word) == longest}
    return found.pop() if len(found) == 1 else None


def near_skills(text: str) -> list[str]:
    """Names of the skills most like a text."""
    return nearest(text, [words[0] for words in VOCABULARIES["skill"].values()], least=0.2)


@cache
def _words() -> Mapping[str, str]:
    """Every word for a skill, its code among them, in the form it is compared in."""
    return {key_of(word): code for code, words in VOCABULARIES["skill"].items() for word in (code, *words)}

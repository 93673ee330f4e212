"""Skills from their names and synonyms, or the longest known word in what was written."""

from graph_schema.lists.cells import key_of
from graph_schema.lists.values.choosing import nearest
from graph_schema.lists.values.vocabularies import VOCABULARIES, choice_of

SHORTEST_WORD = 2


def skill_of(text: str) -> str | None:
    """Code of the skill that a text names; ``None`` when no word, or the longest words of several, stand in it."""
    exact = choice_of(text, "skill")
    if exact is not None or key_of(text) in {code.casefold() for code in VOCABULARIES["skill"]}:
        return exact or next(code for code in VOCABULARIES["skill"] if key_of(code) == key_of(text))
    key = key_of(text)
    hits = [
        (len(key_of(word)), code)
        for code, words in VOCABULARIES["skill"].items()
        for word in words
        if len(key_of(word)) >= SHORTEST_WORD and key_of(word) in key
    ]
    longest = {code for length, code in hits if length == max(hits)[0]}
    return longest.pop() if len(longest) == 1 else None


def near_skills(text: str) -> list[str]:
    """Names of the skills most like a text."""
    return nearest(text, [words[0] for words in VOCABULARIES["skill"].values()], least=0.2)

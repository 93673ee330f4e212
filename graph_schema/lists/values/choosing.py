"""The nearest names to one that nobody has: by their characters, in a fixed order."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from graph_schema.lists.cells import key_of

MOST = 3
LEAST_LIKENESS = 0.5


def nearest(text: str, names: Iterable[str], least: float = LEAST_LIKENESS) -> list[str]:
    """Up to three names most like the text, best first; equal ones in their own order."""
    key = key_of(text)
    if not key:
        return []
    scored = []
    for name in dict.fromkeys(names):
        other = key_of(name)
        # Names of 2,000 areas for each of 5,000 rows: only those that share a character are compared.
        if not other or set(key).isdisjoint(other):
            continue
        likeness = SequenceMatcher(None, key, other, autojunk=False).ratio()
        if key in other or other in key:
            likeness = max(likeness, LEAST_LIKENESS + likeness / 2)
        if likeness >= least:
            scored.append((-likeness, name))
    return [name for _, name in sorted(scored)[:MOST]]

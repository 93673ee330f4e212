"""What of a reason may be shown: no private need, not even as a uid, and nobody's pseudonym."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from graph_schema.model.needs import Visibility
from graph_schema.model.pairings import Finding, Pairing, PathStep, Shortfall
from graph_schema.stores.base import LARGEST_PAGE, GraphStore

HIDDEN_LABELS = frozenset({"Person", "Registration"})
"""Steps of a path that are never shown."""

A_VOLUNTEER = {"zh": "一名志愿者", "en": "a volunteer"}
"""Stands where a single person's pseudonym would."""

_PRIVATE = """
MATCH (need:Need {street: $street, visibility: $visibility})
WHERE need.uid > $after
RETURN need.uid AS uid ORDER BY uid LIMIT $limit
"""


def private_needs(store: GraphStore, street: str) -> frozenset[str]:
    """Needs of a street that nobody is shown, by uid."""
    found: list[str] = []
    while True:
        params = {
            "street": street,
            "visibility": Visibility.PRIVATE.value,
            "after": found[-1] if found else "",
            "limit": LARGEST_PAGE,
        }
        rows = store.cypher(_PRIVATE, params, limit=LARGEST_PAGE).rows
        found += [str(uid) for (uid,) in rows]
        if len(rows) < LARGEST_PAGE:
            return frozenset(found)


def shown_pairings(pairings: Iterable[Pairing], private: AbstractSet[str]) -> tuple[Pairing, ...]:
    """Pairings of needs that may be shown, with what may be shown of their reasons."""
    return tuple(_shown_pairing(pairing, private) for pairing in pairings if pairing.need_uid not in private)


def shown_shortfalls(shortfalls: Iterable[Shortfall], private: AbstractSet[str]) -> tuple[Shortfall, ...]:
    """What is unmet of needs that may be shown, with what may be shown of the reasons."""
    return tuple(
        replace(shortfall, reason=shown_finding(shortfall.reason, private))
        for shortfall in shortfalls
        if shortfall.need_uid not in private
    )


def shown_finding(finding: Finding, private: AbstractSet[str], people: AbstractSet[str] = frozenset()) -> Finding:
    """
    A reason without private needs, and with nobody's pseudonym.

    Parameters
    ----------
    private
        uids of needs that are left out of every list.
    people
        Pseudonyms that are replaced.
    """
    return Finding(finding.code, {name: _shown(value, private, people) for name, value in finding.params.items()})


def shown_path(path: Iterable[PathStep]) -> tuple[PathStep, ...]:
    """The steps that may be shown; the first of them is followed from nowhere."""
    steps = tuple(step for step in path if step.label not in HIDDEN_LABELS)
    return (replace(steps[0], relationship=""), *steps[1:]) if steps else ()


def people_of(path: Iterable[PathStep]) -> frozenset[str]:
    """Pseudonyms on a path."""
    return frozenset(step.name for step in path if step.label in HIDDEN_LABELS and step.name)


def _shown_pairing(pairing: Pairing, private: AbstractSet[str]) -> Pairing:
    people = people_of(pairing.path)
    return replace(
        pairing,
        terms=tuple(shown_finding(term, private, people) for term in pairing.terms),
        path=shown_path(pairing.path),
    )


def _shown(value: Any, private: AbstractSet[str], people: AbstractSet[str]) -> Any:
    if isinstance(value, str):
        return A_VOLUNTEER if value in people else value
    if isinstance(value, list | tuple):
        return [_shown(item, private, people) for item in value if not _is_private(item, private)]
    if isinstance(value, dict):
        return {name: _shown(item, private, people) for name, item in value.items()}
    return value


def _is_private(item: Any, private: AbstractSet[str]) -> bool:
    """Whether an entry of a list is a private need: its uid, or a record that names it."""
    named = item.get("need") if isinstance(item, dict) else item
    return isinstance(named, str) and named in private

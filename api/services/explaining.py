"""Why one need is served as it is, or not at all, and who else could."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from api.errors import UnknownNeedError
from api.services.answers import path_of
from api.services.matching import PlanReport, Progress, explained, no_progress
from api.services.present import Present, present
from graph_schema.errors import NotFoundError
from graph_schema.lists.cells import key_of
from graph_schema.messages import Language, catalogue, render
from graph_schema.model.identity import make_uid
from graph_schema.model.needs import Need, Visibility
from graph_schema.model.pairings import Finding, Pairing, PathStep, Shortfall
from graph_schema.stores.base import GraphStore
from matcher.explain import suggest

DEFAULT_SUGGESTIONS = 5
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_MOST_CANDIDATES = 10
_BEGINNING = re.compile(r"[0-9a-f]{4}[0-9a-f-]*")
"""What is taken for the beginning of a uid."""


@dataclass(frozen=True, slots=True)
class SuggestedResource:
    """
    A resource that could serve the need.

    Parameters
    ----------
    given
        Units that the plan gives the need from it.
    left
        Units that the plan leaves over there.
    """

    resource_uid: str
    resource: str
    provider: str
    slot_uid: str
    cost_s: int
    given: int
    left: int
    terms: tuple[Finding, ...]
    path: tuple[PathStep, ...]


@dataclass(frozen=True, slots=True)
class NeedExplanation:
    """
    One need in the plan of the graph as it is now.

    Parameters
    ----------
    present, report
        That plan, not saved.
    pairings, shortfall
        The need's part of it.
    suggestions
        Resources that no rule keeps from it, cheapest first; empty for a need that is not demand.
    demand
        Whether the need is open and took part.
    changed
        Whether the graph or the street network differs from what the latest saved plan was made of.
    """

    need: Need
    present: Present
    report: PlanReport
    pairings: tuple[Pairing, ...]
    shortfall: Shortfall | None
    suggestions: tuple[SuggestedResource, ...]
    demand: bool
    changed: bool


def find_need(store: GraphStore, street: str, asked: str) -> Need:
    """
    The need with this uid, list number or beginning of a uid, or the only one that holds these words.

    The graph keeps no numbers of lists, but the uid of a need that had one is made of it. Words are looked for in
    title, address and note. Private needs are found by their uid alone.

    Raises
    ------
    UnknownNeedError
        If there is none, or several; these are named then.
    """
    try:
        return store.need(street, asked)
    except NotFoundError:
        found = (
            _public(_numbered(store, street, asked))
            or _public(_begun(store, street, asked))
            or _public(store.find_needs(street, asked, limit=_MOST_CANDIDATES + 1))
        )
    exact = [need for need in found if need.title == asked]
    meant = exact if len(exact) == 1 else found
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise UnknownNeedError(Finding("cli.need_unknown", {"asked": asked}))
    names = {area.uid: area.name for area in store.directory(street).areas}
    choices = [_choice(need, names) for need in meant[:_MOST_CANDIDATES]]
    lines = {lang: "".join(f"\n  {render(choice, lang)}" for choice in choices) for lang in LANGUAGES}
    raise UnknownNeedError(Finding("cli.need_ambiguous", {"asked": asked, "found": lines}))


def _public(needs: Iterable[Need]) -> list[Need]:
    return [need for need in needs if need.visibility is not Visibility.PRIVATE]


def _numbered(store: GraphStore, street: str, asked: str) -> list[Need]:
    """The need that a list gave this number."""
    try:
        return [store.need(street, make_uid(street, "need", "number", key_of(asked)))]
    except NotFoundError:
        return []


def _begun(store: GraphStore, street: str, asked: str) -> list[Need]:
    """Needs whose uids begin so."""
    if _BEGINNING.fullmatch(asked) is None:
        return []
    behind = store.needs(street, after=asked, limit=_MOST_CANDIDATES + 1)
    return [need for need in behind if need.uid.startswith(asked)]


def _choice(need: Need, areas: Mapping[str, str]) -> Finding:
    """What tells a need from others of its name."""
    return Finding(
        "cli.need_choice",
        {
            "title": need.title,
            "area": areas.get(need.area_uid, need.area_uid),
            "quantity": need.quantity.value,
            "unit": need.quantity.unit,
            "status": catalogue()[f"cli.need_status.{need.status}"],
            "uid": need.uid,
        },
    )


def explain(
    store: GraphStore,
    street: str,
    asked: str,
    *,
    now: datetime,
    suggestions: int = DEFAULT_SUGGESTIONS,
    streets: Path | None = None,
    progress: Progress = no_progress,
) -> NeedExplanation:
    """
    One need in the best plan for the graph as it is now; nothing is saved.

    Parameters
    ----------
    asked
        uid of the need, or words of its title.
    now
        Moment that is planned for where no plan was saved yet; else it is the latest plan's.
    suggestions
        How many resources to name, 1..1000.
    streets
        File of the walking network.

    Raises
    ------
    UnknownNeedError
        If no need, or more than one, is meant.
    """
    need = find_need(store, street, asked)
    at = present(store, street, now=now, streets=streets, progress=progress)
    solved = at.solved
    report = explained(at.graph, solved, at.request, now=now)
    demand = need.uid in solved.instance.need_uids
    named = suggest(solved.instance, solved.plan, need.uid, suggestions) if demand else ()
    return NeedExplanation(
        need=need,
        present=at,
        report=report,
        pairings=tuple(pairing for pairing in report.pairings if pairing.need_uid == need.uid),
        shortfall=next((row for row in report.shortfalls if row.need_uid == need.uid), None),
        suggestions=tuple(
            SuggestedResource(
                resource_uid=row.resource_uid,
                resource=report.resources[row.resource_uid].name,
                provider=report.names[report.resources[row.resource_uid].provider_uid],
                slot_uid=row.slot_uid,
                cost_s=row.cost_s,
                given=row.given,
                left=row.left,
                terms=tuple(Finding(term.code, term.params) for term in row.terms),
                path=path_of(row.path),
            )
            for row in named
        ),
        demand=demand,
        changed=at.changed,
    )

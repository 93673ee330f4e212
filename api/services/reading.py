"""
What may be read: needs, resources and plans of one street, without what is private.

A private need is treated as if it were not there: not listed, not found by uid, and neither its pairings nor its
shortfall are shown. The figures of a run count it, because a count says nothing of anybody.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Generic, TypeVar

from api.errors import UnknownNameError
from api.services.showing import private_needs, shown_pairings, shown_shortfalls
from graph_schema.assemble import LOCAL_TIME
from graph_schema.errors import NotFoundError, Sought
from graph_schema.model.categories import Category
from graph_schema.model.directory import Directory
from graph_schema.model.needs import Need, NeedStatus, Visibility
from graph_schema.model.pairings import Finding, MatchRun, Pairing, Shortfall
from graph_schema.model.resources import Resource, ResourceStatus
from graph_schema.model.street import StreetGraph
from graph_schema.stores.base import LARGEST_PAGE, GraphStore

T = TypeVar("T")

LATEST = "latest"
"""Stands for the uid of the newest run."""
_MOST_CHOICES = 10


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """
    Some records in the order of their uids.

    Parameters
    ----------
    next
        uid to go on after, ``None`` on the last page.
    """

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """
    What uids and codes of one street are called.

    Parameters
    ----------
    areas, providers, resources
        uid -> name. Single persons are no named providers.
    categories
        Code -> category.
    sensitive_groups
        Codes of target groups that are not shown beside a single need.
    """

    areas: dict[str, str]
    providers: dict[str, str]
    resources: dict[str, str]
    categories: dict[str, Category]
    sensitive_groups: frozenset[str]

    @classmethod
    def of(cls, directory: Directory) -> "Names":
        """Names of everything a street's directory holds."""
        return cls(
            areas={area.uid: area.name for area in directory.areas},
            providers={unit.uid: unit.name for unit in directory.organizations}
            | {team.uid: team.name for team in directory.teams},
            resources={resource.uid: resource.name for resource in directory.resources},
            categories={category.code: category for category in directory.taxonomy.categories},
            sensitive_groups=frozenset(group.code for group in directory.taxonomy.target_groups if group.sensitive),
        )


@dataclass(frozen=True, slots=True)
class PlanInForce:
    """
    The latest plan with the graph it was made from, without private needs.

    Parameters
    ----------
    graph
        The street; its ``needs`` hold no private one.
    """

    graph: StreetGraph
    street_name: str
    run: MatchRun | None
    pairings: tuple[Pairing, ...] = field(default=())
    shortfalls: tuple[Shortfall, ...] = field(default=())


def needs_page(
    store: GraphStore,
    street: str,
    *,
    status: NeedStatus | None = None,
    area: str | None = None,
    category: str | None = None,
    after: str | None = None,
    limit: int,
) -> Page[Need]:
    """A page of the needs that are not private; parameters as for `GraphStore.needs`."""

    def read(last: str | None, most: int) -> tuple[Need, ...]:
        return store.needs(street, status=status, area=area, category=category, after=last, limit=most)

    return _page(_visible(_through(read, after, limit + 1)), limit)


def need(store: GraphStore, street: str, uid: str) -> Need:
    """One need; raises `NotFoundError` for a private one as for one that does not exist."""
    found = store.need(street, uid)
    if found.visibility is Visibility.PRIVATE:
        raise NotFoundError(Sought.NEED, uid, street)
    return found


def resources_page(
    store: GraphStore,
    street: str,
    *,
    status: ResourceStatus | None = None,
    category: str | None = None,
    after: str | None = None,
    limit: int,
) -> Page[Resource]:
    """A page of resources; parameters as for `GraphStore.resources`."""

    def read(last: str | None, most: int) -> tuple[Resource, ...]:
        return store.resources(street, status=status, category=category, after=last, limit=most)

    return _page(_through(read, after, limit + 1), limit)


def run(store: GraphStore, street: str, uid: str) -> MatchRun:
    """One run by uid, or the newest for ``LATEST``; raises `NotFoundError`."""
    if uid != LATEST:
        return store.run(street, uid)
    newest = store.latest_run(street)
    if newest is None:
        raise NotFoundError(Sought.PLAN, street=street)
    return newest


def the_run(store: GraphStore, street: str, asked: str) -> MatchRun:
    """
    The run that is meant: by its uid, by the beginning of it that no other has, or the newest for ``LATEST``.

    Raises
    ------
    UnknownNameError
        If several begin so; they are named then.
    NotFoundError
        If there is none.
    """
    found = () if asked in {"", LATEST} else store.runs_that_begin(street, asked, _MOST_CHOICES + 1)
    if len(found) > 1 and found[0].uid != asked:
        choices = [
            {
                "code": "cli.run_choice",
                "params": {
                    "uid": run.uid,
                    "at": run.created_at.astimezone(LOCAL_TIME).strftime("%Y-%m-%d %H:%M"),
                    "met": run.figures.get("needs_met", "–"),
                    "needs": run.figures.get("needs", "–"),
                },
            }
            for run in found[:_MOST_CHOICES]
        ]
        code = "cli.run_ambiguous" if len(found) <= _MOST_CHOICES else "cli.run_ambiguous_more"
        raise UnknownNameError(Finding(code, {"asked": asked, "found": choices}))
    return found[0] if found else run(store, street, asked)


def pairings_page(
    store: GraphStore, street: str, run_uid: str, *, after: str | None = None, limit: int
) -> Page[tuple[Pairing, Need]]:
    """A page of one run's pairings with their needs, ordered by the pairing's uid."""
    found = run(store, street, run_uid)
    rows = shown_pairings(store.pairings(street, found.uid), private_needs(store, street))
    return _joined_page(store, rows, after, limit, lambda pairing: (pairing.uid, pairing.need_uid))


def unmet_page(
    store: GraphStore, street: str, run_uid: str, *, after: str | None = None, limit: int
) -> Page[tuple[Shortfall, Need]]:
    """A page of what one run left unmet with the needs, ordered by the need's uid."""
    found = run(store, street, run_uid)
    rows = shown_shortfalls(store.shortfalls(street, found.uid), private_needs(store, street))
    return _joined_page(store, rows, after, limit, lambda shortfall: (shortfall.need_uid, shortfall.need_uid))


def plan_in_force(store: GraphStore, street: str) -> PlanInForce:
    """The latest run of a street and everything a page needs to show it."""
    whole = store.street_graph(street)
    graph = public_graph(whole)
    name = next((area.name for area in graph.areas if area.uid == street), "")
    newest = store.latest_run(street)
    if newest is None:
        return PlanInForce(graph, name, None)
    private = {need.uid for need in whole.needs} - {need.uid for need in graph.needs}
    return PlanInForce(
        graph,
        name,
        newest,
        shown_pairings(store.pairings(street, newest.uid), private),
        shown_shortfalls(store.shortfalls(street, newest.uid), private),
    )


def public_graph(graph: StreetGraph) -> StreetGraph:
    """The street without its private needs, their pairings, its people and its registrations."""
    needs = tuple(need for need in graph.needs if need.visibility is not Visibility.PRIVATE)
    shown = {need.uid for need in needs}
    return replace(
        graph,
        people=(),
        needs=needs,
        registrations=(),
        pairings=tuple(pairing for pairing in graph.pairings if pairing.need_uid in shown),
    )


def _visible(needs: Iterable[Need]) -> Iterator[Need]:
    return (need for need in needs if need.visibility is not Visibility.PRIVATE)


R = TypeVar("R", Need, Resource)


def _through(read: Callable[[str | None, int], Sequence[R]], after: str | None, at_once: int) -> Iterator[R]:
    """All records after a uid, fetched ``at_once`` at a time and only as far as they are asked for."""
    most = min(at_once, LARGEST_PAGE)
    while True:
        batch = read(after, most)
        yield from batch
        if len(batch) < most:
            return
        after = batch[-1].uid


def _page(records: Iterator[R], limit: int) -> Page[R]:
    items = list(islice(records, limit + 1))
    return Page(tuple(items[:limit]), items[limit - 1].uid if len(items) > limit else None)


J = TypeVar("J", Pairing, Shortfall)


def _joined_page(
    store: GraphStore, rows: Iterable[J], after: str | None, limit: int, keys: Callable[[J], tuple[str, str]]
) -> Page[tuple[J, Need]]:
    """A page of rows with their needs; ``keys`` gives what a row is ordered by and the uid of its need."""
    rest = sorted((row for row in rows if after is None or keys(row)[0] > after), key=keys)[: limit + 1]
    needs: dict[str, Need] = {}
    for row in rest[:limit]:
        uid = keys(row)[1]
        if uid not in needs:
            needs[uid] = store.need(row.street, uid)
    items = tuple((row, needs[keys(row)[1]]) for row in rest[:limit])
    return Page(items, keys(rest[limit - 1])[0] if len(rest) > limit else None)

"""The lists written back with the latest plan beside each row, and empty lists to fill in."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Literal

from graph_schema.export import to_geojson, to_graphml
from graph_schema.lists import Beside, write_lists, write_templates, written_lists
from graph_schema.lists.writer import write_files
from graph_schema.messages import Language, render
from graph_schema.model.pairings import Pairing, Shortfall
from graph_schema.model.resources import Resource
from graph_schema.model.street import StreetGraph
from graph_schema.stores.base import GraphStore
from graph_schema.taxonomy import load

Progress = Callable[[str, int, int], None]
ListForm = Literal["xlsx", "csv"]
GraphForm = Literal["geojson", "graphml"]

_MOST_BESIDE = 20
"""Pairings that one cell names; a resource of a large batch has hundreds."""
_SEPARATOR = "；"


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Nobody is told."""


def export_lists(
    store: GraphStore,
    street: str,
    folder: Path,
    *,
    form: ListForm = "xlsx",
    language: Language = "zh",
    overwrite: bool = False,
    progress: Progress = no_progress,
) -> tuple[Path, ...]:
    """
    Every list of the street as a file, with who serves whom, why, and what is left unmet beside each row.

    Importing these files again changes nothing.

    Parameters
    ----------
    folder
        Made when it is not there.
    overwrite
        Whether files of the same names may be replaced.

    Raises
    ------
    UnwritableListError
        If a file is there already, or the folder cannot be written.
    """
    progress("export", 0, 2)
    graph = store.street_graph(street)
    run = store.latest_run(street)
    pairings = store.pairings(street, run.uid) if run is not None else ()
    shortfalls = store.shortfalls(street, run.uid) if run is not None else ()
    progress("export", 1, 2)
    lists = written_lists(graph, plan_beside(graph, pairings, shortfalls, language))
    written = write_lists(folder, lists, form=form, overwrite=overwrite)
    progress("export", 2, 2)
    return written


def export_graph(
    store: GraphStore, street: str, folder: Path, *, form: GraphForm, overwrite: bool = False
) -> tuple[Path, ...]:
    """
    The street and its latest plan as one file for maps (GeoJSON) or network programs (GraphML), nothing personal in it.

    Raises
    ------
    UnwritableListError
        If the file is there already, or the folder cannot be written.
    """
    graph = store.street_graph(street)
    run = store.latest_run(street)
    pairings = store.pairings(street, run.uid) if run is not None else ()
    if form == "geojson":
        text = json.dumps(to_geojson(graph, pairings), ensure_ascii=False, indent=1) + "\n"
    else:
        text = to_graphml(graph, pairings)
    return write_files([(folder / f"needlework.{form}", text.encode())], overwrite=overwrite)


def templates(folder: Path, *, overwrite: bool = False) -> tuple[Path, ...]:
    """An empty workbook for each kind of list; raises `UnwritableListError` where one is there already."""
    return write_templates(folder, load(), overwrite=overwrite)


def plan_beside(
    graph: StreetGraph, pairings: Iterable[Pairing], shortfalls: Iterable[Shortfall], language: Language
) -> Mapping[str, Beside]:
    """What the plan says beside each row: uid of a need, registration or resource -> texts."""
    needs = {need.uid: need for need in graph.needs}
    resources = {resource.uid: resource for resource in graph.resources}
    providers = {unit.uid: unit.name for unit in graph.organizations}
    providers |= {team.uid: team.name for team in graph.teams}
    areas = {area.uid: area.name for area in graph.areas}
    of_need: dict[str, list[Pairing]] = defaultdict(list)
    of_resource: dict[str, list[Pairing]] = defaultdict(list)
    for pairing in sorted(pairings, key=lambda pairing: (pairing.cost_s, pairing.uid)):
        if pairing.need_uid in needs and pairing.resource_uid in resources:
            of_need[pairing.need_uid].append(pairing)
            of_resource[pairing.resource_uid].append(pairing)
    unmet = {row.need_uid: row for row in shortfalls if row.need_uid in needs}
    beside: dict[str, Beside] = {}
    for uid in of_need.keys() | unmet.keys():
        row = needs[uid].registration_uid or uid
        found, left = of_need.get(uid, []), unmet.get(uid)
        beside[row] = Beside(
            paired_with=_givers(found, resources, providers),
            paired_quantity=sum(pairing.quantity for pairing in found) or None,
            paired_reason=_joined("，".join(render(term, language) for term in pairing.terms) for pairing in found),
            unmet_quantity=None if left is None else left.quantity,
            unmet_reason="" if left is None else render(left.reason, language),
        )
    for uid, found in of_resource.items():
        beside[uid] = Beside(
            paired_with=_joined(
                f"{areas.get(need.area_uid, '')}：{need.title}"
                for need in (needs[pairing.need_uid] for pairing in found)
            ),
            paired_quantity=sum(pairing.quantity for pairing in found),
        )
    return beside


def _givers(found: Iterable[Pairing], resources: Mapping[str, Resource], providers: Mapping[str, str]) -> str:
    """Who serves a need; how much each gives, where it is several."""
    units: dict[str, int] = defaultdict(int)
    for pairing in found:
        units[pairing.resource_uid] += pairing.quantity
    names = {uid: f"{providers.get(resources[uid].provider_uid, '')}：{resources[uid].name}" for uid in units}
    return _joined(names[uid] if len(units) == 1 else f"{names[uid]} {given}" for uid, given in units.items())


def _joined(texts: Iterable[str]) -> str:
    """Texts in one cell; equal ones once, and no more than a reader can take in."""
    distinct = list(dict.fromkeys(texts))
    shown = distinct[:_MOST_BESIDE]
    if len(distinct) > _MOST_BESIDE:
        shown.append(f"……{len(distinct)}")
    return _SEPARATOR.join(shown)

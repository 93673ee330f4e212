"""Batches of registrations: which there are, and letting one become demand."""

from dataclasses import dataclass
from datetime import datetime

from api.errors import RefusedInputError, UnknownNameError
from graph_schema.model.needs import Batch
from graph_schema.model.pairings import Finding
from graph_schema.model.street import StreetGraph
from graph_schema.stores.base import GraphStore


@dataclass(frozen=True, slots=True)
class BatchState:
    """A batch with its resource's name, its registrations by area name, and its needs by now."""

    batch: Batch
    resource: str
    registrations: int
    by_area: tuple[tuple[str, int], ...]


def batch_states(graph: StreetGraph) -> tuple[BatchState, ...]:
    """Every batch of a street, by resource name and number."""
    names = {area.uid: area.name for area in graph.areas}
    resources = {resource.uid: resource.name for resource in graph.resources}
    counts: dict[str, dict[str, int]] = {batch.uid: {} for batch in graph.batches}
    for registration in graph.registrations:
        by_area = counts[registration.batch_uid]
        name = names.get(registration.area_uid, registration.area_uid)
        by_area[name] = by_area.get(name, 0) + 1
    states = [
        BatchState(
            batch=batch,
            resource=resources.get(batch.resource_uid, batch.resource_uid),
            registrations=sum(counts[batch.uid].values()),
            by_area=tuple(sorted(counts[batch.uid].items(), key=lambda item: (-item[1], item[0]))),
        )
        for batch in graph.batches
    ]
    return tuple(sorted(states, key=lambda state: (state.resource, state.batch.no)))


def release(store: GraphStore, street: str, asked: str, *, now: datetime, actor: str) -> tuple[BatchState, int]:
    """
    A waiting batch becomes demand: each of its registrations a need for its resource alone.

    Parameters
    ----------
    asked
        uid of the batch, its number where only one resource has batches, or ``resource name/number``.
    now
        Moment of the release, aware UTC.

    Returns
    -------
    tuple
        The batch as it was, and the needs that were created: 0 when it had been released before.

    Raises
    ------
    RefusedInputError
        If more than one batch is meant.
    UnknownNameError
        If no batch is.
    """
    states = batch_states(store.street_graph(street))
    meant = [state for state in states if asked in _names(state)]
    if len(meant) != 1:
        known = [f"{state.resource}/{state.batch.no}" for state in states]
        named = {"asked": asked, "known": known}
        if meant:
            raise RefusedInputError(Finding("cli.batch_ambiguous", named))
        raise UnknownNameError(Finding("cli.batch_unknown" if known else "cli.batch_none_known", named))
    created = store.release_batch(street, meant[0].batch.uid, now, actor)
    return meant[0], created


def _names(state: BatchState) -> set[str]:
    return {state.batch.uid, str(state.batch.no), f"{state.resource}/{state.batch.no}"}

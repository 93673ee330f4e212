"""Whether plans could keep a pin: asked of the matcher itself, on the graph as it is, before the pin is stored."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np

from api.errors import RefusedInputError
from graph_schema.assemble import snapshot as assemble
from graph_schema.model.pairings import DEFAULT_HORIZON_DAYS, Finding
from graph_schema.model.resources import Resource
from graph_schema.model.rulings import Ruling, RulingKind
from graph_schema.model.snapshot import Snapshot, SnapshotNeed
from graph_schema.model.street import StreetGraph
from graph_schema.workdays import WorkCalendar
from matcher.build import build
from matcher.errors import InvalidProblemError
from matcher.instance import Instance
from matcher.policy import Policy
from matcher.street.rulings import ruling_against

_OF_KIND = frozenset({"category", "routed", "unit"})
"""Rules about what both are and how they are counted."""


def rule_broken(graph: StreetGraph, pin: Ruling, policy: Policy, *, now: datetime) -> Finding | None:
    """
    What a pin goes against, as a warning; ``None`` where its pair keeps every rule.

    Parameters
    ----------
    graph
        The street without the pin.
    now
        Moment from which a plan would be made.

    Raises
    ------
    RefusedInputError
        If no plan could keep it: need or resource take no part, the need is pinned wholly already, or more would be
        taken than there is.
    """
    made = assemble(
        replace(graph, rulings=(*graph.rulings, pin)),
        as_of=now,
        horizon_days=DEFAULT_HORIZON_DAYS,
        calendar=WorkCalendar(),
    )
    need = next((row for row in made.needs if row.uid == pin.need_uid), None)
    resource = next(row for row in graph.resources if row.uid == pin.resource_uid)
    if need is None:
        title = next(row.title for row in graph.needs if row.uid == pin.need_uid)
        raise RefusedInputError(Finding("cli.no_demand", {"need": title}))
    if all(row.uid != resource.uid for row in made.resources):
        raise RefusedInputError(Finding("cli.no_offer", {"resource": resource.name}))
    _check_room(graph, need, pin, made)
    try:
        instance = build(made, policy)
    except InvalidProblemError as error:
        if error.finding is None:
            raise
        raise RefusedInputError(_why_not(error.finding.code, error.finding.params, pin)) from error
    at = next(i for i, ruling in enumerate(instance.pinned.ruling) if instance.facts.rulings.uid[ruling] == pin.uid)
    broken = instance.pinned.broken[at]
    if not broken:
        return None
    return Finding(
        "cli.pin_against_rule",
        {
            "rule": broken,
            "stage": {"code": f"stage.{broken}", "params": {}},
            "why": _against(graph, need, resource, (instance, at)),
            "ruling": pin.uid,
        },
    )


def _against(
    graph: StreetGraph, need: SnapshotNeed, resource: Resource, pinned: tuple[Instance, int]
) -> dict[str, Any]:
    """What the broken rule looks at, as a message: both times, the ruling against the pair, or category and unit."""
    instance, at = pinned
    facts, pins = instance.facts, instance.pinned
    named = {"need": need.title, "resource": resource.name}
    if pins.broken[at] == "window":
        slots = range(*facts.resources.slot_start[facts.resources.uid.index(resource.uid) :][:2].tolist())
        hours = list(dict.fromkeys(facts.resources.slot_text[slot] for slot in slots))
        return {"code": "cli.pin_against.window", "params": {**named, "asked": need.window_text, "hours": hours}}
    if pins.broken[at] == "ruling":
        other = int(ruling_against(facts, pins.candidates.keep(np.array([at])))[0])
        until = facts.rulings.until[other]
        last = (
            {"code": "cli.pin_against.until", "params": {"date": until}} if until else {"code": "cli.ruling.for_good"}
        )
        kind = {"code": f"cli.ruling_kind.{facts.rulings.kind[other]}"}
        ruling = {"kind": kind, "until": last, "other": facts.rulings.uid[other]}
        return {"code": "cli.pin_against.ruling", "params": {**named, **ruling}}
    if pins.broken[at] in _OF_KIND:
        kinds = {
            "need_category": _category(graph, need.category),
            "resource_category": _category(graph, resource.category),
            "need_unit": need.unit,
            "resource_unit": resource.offered.unit,
        }
        return {"code": "cli.pin_against.kind", "params": {**named, **kinds}}
    return {"code": "cli.pin_against.pair", "params": named}


def _check_room(graph: StreetGraph, need: SnapshotNeed, pin: Ruling, made: Snapshot) -> None:
    """Raises `RefusedInputError` if what others have pinned leaves the need less than the pin keeps."""
    others = [
        row
        for row in made.rulings
        if row.kind == RulingKind.PIN.value and row.need_uid == need.uid and row.uid != pin.uid
    ]
    left = max(need.quantity - sum(need.quantity if row.quantity is None else row.quantity for row in others), 0)
    if left and (pin.quantity is None or pin.quantity <= left):
        return
    names = {row.uid: row.name for row in graph.resources}
    pins = [
        _named(need.title, names.get(row.resource_uid or "", "–"), row.uid, row.quantity or need.quantity)
        for row in others
    ]
    figures = {"need": need.title, "asked": need.quantity, "unit": need.unit, "left": left, "pins": pins}
    if not others:
        raise RefusedInputError(Finding("cli.pin_more_than_asked", figures | {"units": pin.quantity}))
    raise RefusedInputError(
        Finding("cli.pin_less_left" if left else "cli.pin_filled", figures | {"units": pin.quantity})
    )


def _why_not(code: str, params: dict[str, Any], pin: Ruling) -> Finding:
    """Why the street cannot be planned with the pin: by its own doing, or that of others before it."""
    pins: Sequence[dict[str, Any]] = params.get("pins", ())
    if not any(row["params"]["ruling"] == pin.uid for row in pins):
        return Finding("cli.pin_after_others", {"why": {"code": code, "params": params}})
    told = [
        {"code": "instance.pin_this", "params": row["params"]} if row["params"]["ruling"] == pin.uid else row
        for row in pins
    ]
    return Finding("cli.pin_impossible", {"why": {"code": code, "params": {**params, "pins": told}}})


def _named(need: str, resource: str, ruling: str, units: int) -> dict[str, Any]:
    return {
        "code": "instance.pin",
        "params": {"need": need, "resource": resource, "ruling": ruling, "units": units},
    }


def _category(graph: StreetGraph, code: str) -> dict[str, str]:
    category = next(row for row in graph.taxonomy.categories if row.code == code)
    return {"zh": category.name_zh, "en": category.name_en}

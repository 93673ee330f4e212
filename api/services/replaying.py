"""A run made again from what it kept, and compared byte by byte with what it answered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from api.errors import UnknownNameError
from api.services import reading
from api.services.answers import answer
from api.services.matching import Progress, no_progress, solved_snapshot, versions
from graph_schema import kept
from graph_schema.model.pairings import Finding, MatchRun
from graph_schema.model.snapshot import Snapshot
from graph_schema.stores.base import GraphStore
from matcher.policy import Policy
from matcher.status import Status

CLOCKED = frozenset({"staged", "whole_needs"})
"""Backends whose searches share time: which of equally good plans they find may depend on the clock."""
_MOST_NAMED = 5
_PARTS = (("pairings", "uid"), ("shortfalls", "need_uid"))
"""Lists of an answer, and what names their rows."""


@dataclass(frozen=True, slots=True)
class Replay:
    """
    A run beside itself made again.

    Parameters
    ----------
    identical
        Whether both answers are equal in every byte.
    answer_hash
        SHA-256 hex of the answer made now.
    promised
        Whether it had to be identical: it was proven optimal by a search in which no clock has a say.
    contradicted
        Whether one of both answers is better than the other proved possible: then one of the proofs is wrong.
    recorded, made
        (objective, bound) then and now.
    differences
        What differs, in words of the catalogue; empty if identical.
    versions
        (name, version then, version now) of what is no longer the same.
    """

    run: MatchRun
    identical: bool
    answer_hash: str
    promised: bool
    contradicted: bool
    recorded: tuple[int, int]
    made: tuple[int, int]
    differences: tuple[Finding, ...]
    versions: tuple[tuple[str, str, str], ...]


def replay(store: GraphStore, street: str, asked: str, *, progress: Progress = no_progress) -> Replay:
    """
    A run made again from its kept snapshot, policy and seed; the graph as it is now has no say, nothing is saved.

    Parameters
    ----------
    asked
        uid of the run, the beginning of it that no other has, or ``latest``.

    Raises
    ------
    NotFoundError
        If there is no such run.
    UnknownNameError
        If the run kept nothing, or several begin so.
    """
    run = reading.the_run(store, street, asked)
    progress("read", 0, 1)
    snapshot, recorded = kept_snapshot(store, run), store.kept(street, run.answer_hash or "")
    progress("read", 1, 1)
    promised = run.status == Status.OPTIMAL.value and run.solver not in CLOCKED
    solved = solved_snapshot(
        snapshot,
        Policy.from_toml(run.policy_text),
        seed=run.seed,
        deadline_s=None if promised else run.deadline_s,
        progress=progress,
    )
    made = answer(solved, run.uid)
    canonical = made.canonical()
    return Replay(
        run=run,
        identical=canonical == recorded,
        answer_hash=kept.content_hash(canonical),
        promised=promised,
        # Another version may count costs in another way: its proofs are about other sums.
        contradicted=run.version == version("needlework") and contradicted(run.figures, made.figures),
        recorded=(run.objective, run.bound),
        made=(made.objective, made.bound),
        differences=differences(json.loads(recorded), json.loads(canonical)),
        versions=_changed_versions(run),
    )


def contradicted(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """
    Whether one answer has less of an aim than the other proved possible, from the figures of both.

    A bound is about plans that are as good in the aims before it: from the first aim on in which both differ, neither
    says anything of the other.
    """
    for mine, theirs in zip(one.get("stages", ()), other.get("stages", ()), strict=False):
        if mine["value"] < theirs["bound"] or theirs["value"] < mine["bound"]:
            return True
        if mine["value"] != theirs["value"]:
            return False
    return False


def kept_snapshot(store: GraphStore, run: MatchRun) -> Snapshot:
    """
    What a run was made from.

    Raises
    ------
    UnknownNameError
        If the run kept nothing.
    """
    if run.inputs_hash is None or run.answer_hash is None:
        raise UnknownNameError(Finding("cli.replay.nothing_kept", {"run": run.uid, "version": run.version}))
    return kept.read(store.kept(run.street, run.inputs_hash), lambda name: store.kept(run.street, name))


def differences(recorded: dict[str, Any], made: dict[str, Any]) -> tuple[Finding, ...]:
    """What differs between two answers read back from their canonical form."""
    found = _values(_flat(recorded), _flat(made))
    for part, key in _PARTS:
        then, now = ({row[key]: row for row in whole[part]} for whole in (recorded, made))
        gone, new = sorted(then.keys() - now.keys()), sorted(now.keys() - then.keys())
        changed = sorted(uid for uid in then.keys() & now.keys() if then[uid] != now[uid])
        if gone or new or changed:
            params = {"gone": len(gone), "new": len(new), "changed": len(changed)}
            named = [(now | then)[uid]["need_uid"] for uid in (*gone, *new, *changed)[:_MOST_NAMED]]
            found.append(Finding(f"cli.replay.{part}", params | {"needs": named}))
    return tuple(found)


def _flat(whole: dict[Any, Any], path: str = "") -> dict[str, Any]:
    """Single values by their path, the lists of rows left out."""
    flat: dict[str, Any] = {}
    for name, value in whole.items():
        if not path and name in {part for part, _ in _PARTS}:
            continue
        if isinstance(value, dict):
            flat |= _flat(value, f"{path}{name}.")
        elif isinstance(value, list):
            flat |= _flat(dict(enumerate(value)), f"{path}{name}.")
        else:
            flat[f"{path}{name}"] = value
    return flat


def _values(then: dict[str, Any], now: dict[str, Any]) -> list[Finding]:
    return [
        Finding("cli.replay.value", {"name": name, "recorded": then.get(name, "–"), "made": now.get(name, "–")})
        for name in sorted(then.keys() | now.keys())
        if then.get(name) != now.get(name)
    ]


def _changed_versions(run: MatchRun) -> tuple[tuple[str, str, str], ...]:
    then = {"needlework": run.version, **run.versions}
    now = {"needlework": version("needlework"), **versions()}
    return tuple(
        (name, then.get(name, "–"), now.get(name, "–"))
        for name in sorted(then.keys() | now.keys())
        if then.get(name) != now.get(name)
    )

"""A policy as a file: written with its reasons, read with what is wrong named, and beside the default."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from graph_schema.rings import DEFAULT_RING_LEVELS
from matcher.errors import refused
from matcher.policy import Policy

LARGEST_POLICY_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Change:
    """A key of a policy whose value is not the default; a missing one is a dash."""

    key: str
    value: str
    default: str


def read_policy(file: Path | None) -> Policy:
    """The policy of a file, the default one without; raises `InvalidPolicyError`, naming what is wrong."""
    if file is None:
        return Policy()
    with file.open("rb") as source:
        raw = source.read(LARGEST_POLICY_BYTES + 1)
    if len(raw) > LARGEST_POLICY_BYTES:
        raise refused(code="policy.too_large", file=str(file), limit=LARGEST_POLICY_BYTES)
    try:
        policy = Policy.from_toml(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise refused(code="policy.encoding", file=str(file), at=error.start) from error
    stated = [level for level, _ in policy.rings]
    for level in DEFAULT_RING_LEVELS:
        if level not in stated:
            raise refused(code="policy.ring_missing", level=level, value=stated)
    return policy


def adjusted(policy: Policy, *, emergency: bool = False, most_changes: int | None = None) -> Policy:
    """
    A policy with what is asked for this once.

    Parameters
    ----------
    emergency
        Whether the emergency mode is on, whatever the policy says; ``False`` leaves it to the policy.
    most_changes
        Published pairings that may change, >= 0; ``None`` leaves it to the policy.
    """
    if emergency:
        policy = replace(policy, emergency=True)
    return policy if most_changes is None else replace(policy, most_changes=most_changes)


def default_policy_text() -> str:
    """The default policy as a file to change."""
    return Policy().to_toml()


def changes(policy: Policy, other: Policy | None = None) -> tuple[Change, ...]:
    """Keys in which a policy differs from another one, by default from the default."""
    own = _flat(tomllib.loads(policy.to_toml()))
    default = _flat(tomllib.loads((other or Policy()).to_toml()))
    return tuple(
        Change(key, str(own.get(key, "–")), str(default.get(key, "–")))
        for key in sorted(own.keys() | default.keys())
        if own.get(key) != default.get(key)
    )


def _flat(table: dict[str, Any], path: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in table.items():
        flat |= _flat(value, f"{path}{name}.") if isinstance(value, dict) else {f"{path}{name}": value}
    return flat

"""Migrations: forward only, idempotent, recorded by name, applied in the order of their numbers."""

from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its name without suffix, and its statements in order."""

    name: str
    statements: tuple[str, ...]


@cache
def migrations() -> tuple[Migration, ...]:
    """Every migration, in order."""
    files = sorted(
        (file for file in resources.files(__package__).iterdir() if file.name.endswith(".cypher")),
        key=lambda file: file.name,
    )
    return tuple(Migration(file.name.removesuffix(".cypher"), _statements(file.read_text("utf-8"))) for file in files)


def _statements(text: str) -> tuple[str, ...]:
    code = "\n".join(line for line in text.splitlines() if not line.startswith("//"))
    return tuple(part.strip() for part in code.split(";") if part.strip())

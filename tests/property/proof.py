"""What the properties have shown in a run: counted by kind of instance, printed as a table at its end."""

from collections import Counter, defaultdict

COLUMNS = ("instances", "plans", "optimal", "bounds", "reasons", "remedies", "losses")
TITLES = {
    "instances": "instances",
    "plans": "plans checked",
    "optimal": "proven optimal",
    "bounds": "bounds valid",
    "reasons": "reasons true",
    "remedies": "remedies served",
    "losses": "losses equal",
}

_shown: dict[str, Counter[str]] = defaultdict(Counter)


def show(kind: str, **counts: int) -> None:
    """Count what one instance of a kind has shown, once all of it holds; a failure counts nowhere and ends the run."""
    unknown = set(counts) - set(COLUMNS)
    assert not unknown, unknown
    _shown[kind].update(counts)


def shown() -> dict[str, dict[str, int]]:
    """What has been counted so far, as plain values that another process can be told."""
    return {kind: dict(counts) for kind, counts in _shown.items()}


def told(counted: dict[str, dict[str, int]]) -> None:
    """Count what another process has shown."""
    for kind, counts in counted.items():
        show(kind, **counts)


def table() -> list[str]:
    """The table as lines, empty when nothing was counted."""
    if not _shown:
        return []
    width = max(len("all"), *(len(kind) for kind in _shown))
    lines = ["  ".join([" " * width, *(TITLES[column].rjust(15) for column in COLUMNS)])]
    total: Counter[str] = Counter()
    for kind in sorted(_shown):
        total.update(_shown[kind])
        lines.append(_line(kind, _shown[kind], width))
    return [*lines, _line("all", total, width)]


def _line(kind: str, counts: Counter[str], width: int) -> str:
    return "  ".join([kind.ljust(width), *(f"{counts[column]:,}".rjust(15) for column in COLUMNS)])

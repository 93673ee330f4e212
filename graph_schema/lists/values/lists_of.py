"""Cells that hold several values: 桃花坞社区、石幢社区;西街社区."""

import re

from graph_schema.lists.cells import trim

_SEPARATORS = re.compile(r"[、,，;；\n\r|]+")
_SPACED = re.compile(r"\s{2,}")


def split_values(text: str) -> tuple[str, ...]:
    """The values of a cell in the order written, each once; split at 、 , ; | and line breaks, not inside brackets."""
    parts: list[str] = []
    depth = 0
    part = ""
    for character in text:
        depth += (character in "(（[【") - (character in ")）]】")
        if depth <= 0 and _SEPARATORS.match(character):
            parts.append(part)
            part = ""
        else:
            part += character
    parts.append(part)
    kept = [trim(piece) for part in parts for piece in _SPACED.split(part)]
    return tuple(dict.fromkeys(piece for piece in kept if piece))


def join_values(values: tuple[str, ...]) -> str:
    """One cell of several values."""
    return "、".join(values)

"""The words for every code: reasons, errors, remedies, terms, in Chinese and English."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from graph_schema.model.pairings import Finding

Language = Literal["zh", "en"]


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Code -> language -> text, read from every ``.toml`` beside this file; a code stands in one file only."""
    texts: dict[str, Mapping[str, str]] = {}
    for file in sorted(files(__package__).iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        for code, text in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if code in texts:
                msg = f"message {code!r} stands twice, the second time in {file.name}."
                raise ValueError(msg)
            texts[code] = text
    return texts


def render(finding: Finding, language: Language = "zh") -> str:
    """
    Text of a finding.

    A parameter that is a mapping with the keys ``zh`` and ``en`` is shown in the language asked for, one with the keys
    ``code`` and ``params`` is a message of its own; lists are joined.
    Parameters that the text does not name are for programs and may be anything. ``{count:row|rows}`` is the first word
    where ``count`` is 1 and the second one otherwise.

    Raises
    ------
    KeyError
        When the code is not in the catalogue or a parameter of its text is missing.
    """
    text = catalogue()[finding.code][language]
    named = {name: _Said(_shown(value, language)) for name, value in finding.params.items() if f"{{{name}" in text}
    return text.format_map(named)


class _Said(str):
    """A parameter as it is shown; a format ``one|many`` chooses the word that goes with it."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        one, divided, many = spec.partition("|")
        if not divided:
            return super().__format__(spec)
        return one if self == "1" else many


def _shown(value: Any, language: Language) -> str:
    if isinstance(value, Mapping) and "code" in value:
        return render(Finding(value["code"], value.get("params", {})), language)
    if isinstance(value, Mapping):
        return str(value[language])
    if isinstance(value, list | tuple):
        return ("、" if language == "zh" else ", ").join(_shown(item, language) for item in value)
    return str(value)

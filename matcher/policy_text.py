"""A policy's file: TOML in tables, every key under a Chinese sentence, and what is wrong with one told by place."""

import json
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from matcher.errors import InvalidPolicyError, refused
from matcher.policy_settings import BY_NAME, GROUPS, SETTINGS, TABLES

_HEAD = "# 配对方案的偏好。所有代价都折算成“多走多少秒路”；改一个数，就是说愿意为它多走多久。"
_CLOSE_ENOUGH = 0.6
"""Likeness from which on a known key is offered for an unknown one."""


def written_policy(values: Mapping[str, Any]) -> str:
    """Text of a policy file; the same values give the same text."""
    lines = [_HEAD]
    for group in GROUPS:
        settings = [setting for setting in SETTINGS if setting.group == group]
        if settings[0].kind == "table":
            lines += ["", f"# {settings[0].comment}", f"[{group}]"]
            lines += [f"{_key(name)} = {seconds}" for name, seconds in values[settings[0].name]]
            continue
        lines += ["", f"[{group}]"]
        for setting in settings:
            lines += [f"# {setting.comment}", f"{setting.name} = {_toml(values[setting.name])}"]
    return "\n".join(lines) + "\n"


def read_policy_text(text: str) -> dict[str, Any]:
    """
    Settings by field of `Policy` in a file's text, not yet checked for their ranges.

    Raises
    ------
    InvalidPolicyError
        If the text is not TOML, or a key or table is unknown, misplaced or twice.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(text, error) from error
    values: dict[str, Any] = {}
    for name, value in document.items():
        if name in GROUPS:
            _read_group(name, value, values)
        elif name in TABLES:  # a table that is called by its field
            values[name] = _pairs(name, value)
        elif name in BY_NAME:
            _keep(values, name, value, name)
        else:
            raise _unknown(name, name, (*GROUPS, *BY_NAME))
    return values


def _read_group(group: str, table: Any, values: dict[str, Any]) -> None:
    if not isinstance(table, dict):
        raise refused(code="policy.table", key=group, value=_shown(table))
    own = [setting for setting in SETTINGS if setting.group == group]
    if own[0].kind == "table":
        values[own[0].name] = _pairs(group, table)
        return
    for name, value in table.items():
        if name in BY_NAME and BY_NAME[name].group == group:
            _keep(values, name, value, _path(group, name))
        elif name in BY_NAME:
            raise refused(code="policy.misplaced", key=_path(group, name), group=BY_NAME[name].group)
        else:
            raise _unknown(_path(group, name), name, tuple(setting.name for setting in own))


def _path(group: str, name: str) -> str:
    return f"{group}.{name}"


def _keep(values: dict[str, Any], name: str, value: Any, key: str) -> None:
    if name in values:
        raise refused(code="policy.twice", key=key, group=BY_NAME[name].group)
    values[name] = value


def _pairs(key: str, table: Any) -> tuple[tuple[str, Any], ...]:
    if not isinstance(table, dict):
        raise refused(code="policy.table", key=key, value=_shown(table))
    return tuple(table.items())


def _unknown(key: str, name: str, known: tuple[str, ...]) -> InvalidPolicyError:
    near = get_close_matches(name, known, n=1, cutoff=_CLOSE_ENOUGH) or get_close_matches(
        name, tuple(BY_NAME), n=1, cutoff=_CLOSE_ENOUGH
    )
    if near:
        return refused(code="policy.unknown.near", key=key, near=near[0])
    return refused(code="policy.unknown", key=key, known=list(known))


def _syntax_error(text: str, error: tomllib.TOMLDecodeError) -> InvalidPolicyError:
    """Where the text stops being TOML, and what a keyboard set to Chinese has to do with it."""
    lines = text.splitlines() or [""]
    place = re.search(r"line (\d+), column (\d+)", str(error))
    line, column = (int(place[1]), int(place[2])) if place else (len(lines), len(lines[-1]) + 1)
    # A missing end of line or quote is found on the line after.
    for number in (line, line - 1):
        found = _wide(lines[number - 1]) if 1 <= number <= len(lines) else None
        if found is not None:
            at, character = found
            return refused(
                code="policy.syntax.wide", line=number, column=at, value=character, narrow=_narrow(character)
            )
    shown = lines[line - 1].strip() if line <= len(lines) else ""
    return refused(code="policy.syntax", line=line, column=column, value=shown)


def _wide(line: str) -> tuple[int, str] | None:
    """Column and character of the first sign before a comment that has a narrow twin."""
    for column, character in enumerate(line, start=1):
        if character == "#":
            return None
        if _narrow(character) != character:
            return column, character
    return None


_QUOTES = {"“": '"', "”": '"', "‘": "'", "’": "'", "。": ".", "、": ",", "【": "[", "】": "]"}


def _narrow(character: str) -> str:
    return _QUOTES.get(character, unicodedata.normalize("NFKC", character))


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _key(level: str) -> str:
    if level.isascii() and level.replace("_", "").replace("-", "").isalnum():
        return level
    return json.dumps(level, ensure_ascii=False).replace("\x7f", "\\u007f")  # a JSON string is a TOML one but for DEL

"""Reads the shared vocabularies from their tables and refuses any that contradict themselves."""

import csv
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NoReturn, TypeVar

from graph_schema.model.categories import CanSatisfy, Category, Skill, TargetGroup, Taxonomy
from graph_schema.model.errors import UnreadableFileError

DEFAULT_WALK_MIN = 15
"""Minutes of walking that an item with an empty walking limit has."""
PROVIDER_TRAVELS = "–"
"""Stands in the walking column of items where the provider comes to the need."""
EVERYBODY = "ALL"
"""Target group that stands for no restriction."""
ELDERS = "ELDER60"
"""Target group under which people walk at the elders' speed."""

_HERE = Path(__file__).parent
_LARGEST_TABLE_BYTES = 1_000_000
_CATEGORY_COLUMNS = [
    "code",
    "name_zh",
    "name_en",
    "parent",
    "walk_min",
    "unit",
    "splits",
    "consumable",
    "fast_track",
    "for_group",
    "route_to_zh",
    "route_to_en",
    "conversions",
    "synonyms",
]
_CAN_SATISFY_COLUMNS = ["resource_code", "need_code", "weight", "reason_zh", "reason_en"]
_SKILL_COLUMNS = ["code", "name_zh", "name_en", "synonyms"]
_GROUP_COLUMNS = ["code", "name_zh", "name_en", "parent", "sensitive", "synonyms"]
_CLASS_LENGTH, _ITEM_LENGTH = 3, 5

Row = Mapping[str, str]
T = TypeVar("T", Category, CanSatisfy, TargetGroup, Skill)


def load(folder: Path | None = None) -> Taxonomy:
    """
    All categories, substitutions and target groups, each sorted by code.

    Same-category pairs are not listed: any item serves its own needs with weight 1, except a routed one.

    Parameters
    ----------
    folder
        Where ``categories.csv``, ``can_satisfy.csv`` and ``target_groups.csv`` lie; the shipped ones if ``None``.

    Raises
    ------
    UnreadableFileError
        If a table is missing, malformed or contradicts itself; the message names table, line and value.
    """
    return _load_shipped() if folder is None else _load(folder)


@cache
def load_skills() -> tuple[Skill, ...]:
    """
    The shipped skills, sorted by code; no two share a word.

    Raises
    ------
    UnreadableFileError
        If the table is missing, malformed or contradicts itself.
    """
    path = _HERE / "skills.csv"
    skills = _table(path, _SKILL_COLUMNS, _skill)
    _unique(path, ((line, skill.code) for line, skill in skills))
    _unique(path, ((line, word) for line, skill in skills for word in (skill.name_zh, *skill.synonyms)))
    return tuple(sorted((skill for _, skill in skills), key=lambda skill: skill.code))


def _skill(row: Row) -> Skill:
    return Skill(row["code"], row["name_zh"], row["name_en"], _words(row["synonyms"]))


@cache
def _load_shipped() -> Taxonomy:
    return _load(_HERE)


def _load(folder: Path) -> Taxonomy:
    groups = _table(folder / "target_groups.csv", _GROUP_COLUMNS, _target_group)
    categories = _table(folder / "categories.csv", _CATEGORY_COLUMNS, _category)
    substitutions = _table(folder / "can_satisfy.csv", _CAN_SATISFY_COLUMNS, _can_satisfy)
    _check_groups(folder / "target_groups.csv", groups)
    _check_categories(folder / "categories.csv", categories, {group.code for _, group in groups})
    _check_can_satisfy(folder / "can_satisfy.csv", substitutions, [category for _, category in categories])
    return Taxonomy(
        categories=tuple(sorted((category for _, category in categories), key=lambda category: category.code)),
        can_satisfy=tuple(
            sorted((pair for _, pair in substitutions), key=lambda pair: (pair.resource_code, pair.need_code))
        ),
        target_groups=tuple(sorted((group for _, group in groups), key=lambda group: group.code)),
    )


def _table(path: Path, columns: list[str], make: Callable[[Row], T]) -> list[tuple[int, T]]:
    """Rows with their line numbers."""
    try:
        if path.stat().st_size > _LARGEST_TABLE_BYTES:
            msg = f"{path}: larger than {_LARGEST_TABLE_BYTES} bytes. Maybe it is not a table of the taxonomy."
            raise UnreadableFileError(msg)
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror})."
        raise UnreadableFileError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"{path}: is not UTF-8 at byte {error.start}. Maybe save it as CSV UTF-8."
        raise UnreadableFileError(msg) from error
    reader = csv.DictReader(text.splitlines(), strict=True)
    if reader.fieldnames != columns:
        msg = f"{path}: columns are {reader.fieldnames}, expected {columns}."
        raise UnreadableFileError(msg)
    rows = []
    try:
        for row in reader:
            if None in row or None in row.values():
                msg = f"{path}, line {reader.line_num}: not {len(columns)} cells. Maybe a comma is missing or too many."
                raise UnreadableFileError(msg)
            try:
                rows.append((reader.line_num, make({name: cell.strip() for name, cell in row.items()})))
            except ValueError as error:
                msg = f"{path}, line {reader.line_num}: {error}"
                raise UnreadableFileError(msg) from error
    except csv.Error as error:
        msg = f"{path}, line {reader.line_num}: not a CSV row ({error})."
        raise UnreadableFileError(msg) from error
    return rows


def _category(row: Row) -> Category:
    if row["parent"] == "":
        return Category(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            parent=None,
            walk_limit_min=None,
            provider_travels=False,
            unit="",
            synonyms=_words(row["synonyms"]),
        )
    travels = row["walk_min"] == PROVIDER_TRAVELS
    return Category(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        parent=row["parent"],
        walk_limit_min=None if travels else _walk_min(row["walk_min"]),
        provider_travels=travels,
        unit=row["unit"],
        divisible=_yes(row, "splits"),
        routed=row["route_to_zh"] != "",
        route_to=row["route_to_zh"] or None,
        route_to_en=row["route_to_en"] or None,
        fast_track=_yes(row, "fast_track"),
        consumable=_yes(row, "consumable"),
        unit_conversions=tuple(_conversion(text) for text in _words(row["conversions"])),
        synonyms=_words(row["synonyms"]),
        target_group=row["for_group"] or None,
    )


def _walk_min(text: str) -> int:
    if text == "":
        return DEFAULT_WALK_MIN
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        msg = f"walk_min is {text!r}, expected minutes above 0, nothing (15) or {PROVIDER_TRAVELS} (provider travels)."
        raise ValueError(msg)
    return int(text)


def _conversion(text: str) -> tuple[str, int]:
    unit, _, factor = text.partition("=")
    if not unit or not factor.isascii() or not factor.isdigit() or int(factor) == 0:
        msg = f"conversion is {text!r}, expected a unit, = and a whole number above 0."
        raise ValueError(msg)
    return unit, int(factor)


def _can_satisfy(row: Row) -> CanSatisfy:
    weight = float(row["weight"])
    if not 0 < weight <= 1:
        msg = f"weight is {row['weight']}, outside 0 to 1. Maybe leave the row out: what is not listed cannot."
        raise ValueError(msg)
    if not row["reason_zh"] or not row["reason_en"]:
        msg = f"{row['resource_code']} for {row['need_code']} has no reason."
        raise ValueError(msg)
    return CanSatisfy(row["resource_code"], row["need_code"], weight, row["reason_zh"], row["reason_en"])


def _target_group(row: Row) -> TargetGroup:
    return TargetGroup(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        parent=row["parent"] or None,
        synonyms=_words(row["synonyms"]),
        sensitive=_yes(row, "sensitive"),
    )


def _yes(row: Row, column: str) -> bool:
    if row[column] not in {"yes", "no"}:
        msg = f"{column} is {row[column]!r}, expected yes or no."
        raise ValueError(msg)
    return row[column] == "yes"


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(";") if word.strip())


def _check_groups(path: Path, groups: list[tuple[int, TargetGroup]]) -> None:
    by_code = _unique(path, ((line, group.code) for line, group in groups))
    parents = {group.code: group.parent for _, group in groups}
    for line, group in groups:
        if group.parent is not None and group.parent not in by_code:
            _refuse(path, line, f"{group.code} lies in {group.parent}, which is no group.")
    for line, group in groups:
        seen, at = {group.code}, group.parent
        while at is not None:
            if at in seen:
                _refuse(path, line, f"{group.code} lies in itself, by way of {at}.")
            seen.add(at)
            at = parents[at]
    _unique(path, ((line, word) for line, group in groups for word in (group.name_zh, *group.synonyms)))


def _check_categories(path: Path, categories: list[tuple[int, Category]], groups: set[str]) -> None:
    _unique(path, ((line, category.code) for line, category in categories))
    classes = {category.code for _, category in categories if category.parent is None}
    for line, category in categories:
        _check_code(path, line, category, classes)
        if category.parent is None:
            continue
        units = [unit for unit, _ in category.unit_conversions]
        if not category.unit:
            _refuse(path, line, f"{category.code} has no unit.")
        if category.unit in units or len(set(units)) != len(units):
            _refuse(path, line, f"{category.code} converts a unit twice or its own: {category.unit} <- {units}.")
        if category.routed != (category.route_to_en is not None):
            _refuse(path, line, f"{category.code} says where it goes in one language only.")
        if category.target_group is not None and category.target_group not in groups:
            _refuse(path, line, f"{category.code} is for {category.target_group}, which is no target group.")
    _unique(path, ((line, word) for line, category in categories for word in (category.name_zh, *category.synonyms)))


def _check_code(path: Path, line: int, category: Category, classes: set[str]) -> None:
    code, parent = category.code, category.parent
    if parent is None:
        if len(code) != _CLASS_LENGTH or not code.isalpha() or not code.isupper():
            _refuse(path, line, f"{code!r} is no class code of three capital letters. Maybe its parent is missing.")
        return
    if parent not in classes:
        _refuse(path, line, f"{code} lies in {parent}, which is no class.")
    if len(code) != _ITEM_LENGTH or code[:_CLASS_LENGTH] != parent or not code[_CLASS_LENGTH:].isdigit():
        _refuse(path, line, f"{code!r} is not {parent} and two digits.")


def _check_can_satisfy(path: Path, pairs: list[tuple[int, CanSatisfy]], categories: Iterable[Category]) -> None:
    items = {category.code: category for category in categories if category.parent is not None}
    _unique(path, ((line, f"{pair.resource_code} for {pair.need_code}") for line, pair in pairs))
    for line, pair in pairs:
        for code in (pair.resource_code, pair.need_code):
            if code not in items:
                _refuse(path, line, f"{code} is no item of the categories.")
            if items[code].routed:
                _refuse(path, line, f"{code} is routed and never matched.")
        if pair.resource_code == pair.need_code:
            _refuse(path, line, f"{pair.need_code} serves itself anyway, with weight 1.")
        if not serves_one_for_one(items[pair.resource_code].unit, items[pair.need_code]):
            _refuse(
                path,
                line,
                f"{pair.resource_code} is counted in {items[pair.resource_code].unit}, which {pair.need_code} does not "
                f"take one for one ({items[pair.need_code].unit}). Maybe add a conversion of 1.",
            )


def serves_one_for_one(unit: str, need_category: Category) -> bool:
    """Whether one such unit fills exactly one unit of a need of this category."""
    return unit == need_category.unit or (unit, 1) in need_category.unit_conversions


def _unique(path: Path, words: Iterable[tuple[int, str]]) -> set[str]:
    lines: dict[str, int] = {}
    for line, word in words:
        if word in lines:
            _refuse(path, line, f"{word!r} stands in line {lines[word]} already.")
        lines[word] = line
    return set(lines)


def _refuse(path: Path, line: int, what: str) -> NoReturn:
    msg = f"{path}, line {line}: {what}"
    raise UnreadableFileError(msg)

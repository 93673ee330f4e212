"""Communities that lists name and nobody knows: which are made of their names, and which look like slips."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph_schema.lists import ListReport
from graph_schema.lists.resolve.register import COMMUNITY_SUFFIXES, stem_of
from graph_schema.model.places import AdminDivision, Area

_UNKNOWN_AREA = "list_unknown_area"
_SHORTEST = 2
"""Characters from which a name may be a slip of another."""
_TELLS_APART = frozenset("零一二三四五六七八九十0123456789东西南北中上下前后内外新老旧大小甲乙丙丁abcdef")
"""Characters that neighbours are told apart by: 第一社区 is no slip of 第二社区."""


@dataclass(frozen=True, slots=True)
class NewAreas:
    """
    What becomes of names that nobody knows.

    Parameters
    ----------
    created
        Names of the communities that are made.
    held_back
        (name as written, name that it is a likely slip of); these stay unknown.
    """

    created: tuple[str, ...] = ()
    held_back: tuple[tuple[str, str], ...] = ()


def unknown_areas(reports: Iterable[ListReport]) -> tuple[str, ...]:
    """Names of areas that the lists use and nobody explains, in order."""
    return tuple(sorted(_counted(reports)))


def new_areas(reports: Iterable[ListReport], known: Iterable[Area]) -> NewAreas:
    """
    Communities to make of the names that reports call unknown, each once, however it is written.

    A name that differs in one character from a known community's, or stands once and differs so from one that stands
    more often, is held back.
    """
    counted = _counted(reports)
    written: dict[str, list[str]] = {}
    for name in sorted(counted):
        written.setdefault(stem_of(name), []).append(name)
    often = {stem: sum(counted[name] for name in names) for stem, names in written.items()}
    taken = {stem_of(name): area.name for area in _communities(known) for name in (area.name, *area.aliases)}
    there = dict(taken)
    created: list[str] = []
    held_back: list[tuple[str, str]] = []
    for stem in sorted(written, key=lambda stem: (-often[stem], stem)):
        like = next((there[other] for other in there if _is_slip(stem, other, often, taken)), None)
        if like is None:
            there[stem] = _fullest(written[stem])
            created.append(there[stem])
        else:
            held_back += ((name, like) for name in written[stem])
    return NewAreas(tuple(sorted(created)), tuple(sorted(held_back)))


def named_by(areas: NewAreas, reports: Sequence[ListReport]) -> NewAreas:
    """The same without the communities that none of some reports names."""
    stems = {stem_of(name) for name in _counted(reports)}
    return NewAreas(tuple(name for name in areas.created if stem_of(name) in stems), areas.held_back)


def _counted(reports: Iterable[ListReport]) -> Counter[str]:
    return Counter(
        str(issue.finding.params["value"])
        for report in reports
        for issue in report.errors
        if issue.finding.code == _UNKNOWN_AREA
    )


def _communities(areas: Iterable[Area]) -> list[AdminDivision]:
    return [area for area in areas if isinstance(area, AdminDivision) and area.level == "community"]


def _fullest(names: Sequence[str]) -> str:
    """Of several ways to write one name the one with 社区 or the like, and the longest of these."""
    return max(names, key=lambda name: (name.endswith(COMMUNITY_SUFFIXES), len(name), name))


def _is_slip(stem: str, other: str, often: dict[str, int], taken: dict[str, str]) -> bool:
    is_likelier = other in taken or (often[stem] == 1 and often[other] > 1)
    return is_likelier and _differs_in_one(stem, other)


def _differs_in_one(one: str, other: str) -> bool:
    """Whether one character was replaced, left out or added, and not one that tells neighbours apart."""
    short, long = sorted((one, other), key=len)
    if len(short) < _SHORTEST or len(long) - len(short) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    replaced = len(short) == len(long)
    changed = {long[at : at + 1], short[at : at + replaced]}
    return short[at + replaced :] == long[at + 1 :] and not changed & _TELLS_APART

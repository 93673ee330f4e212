"""Numbers for values, and tables for sets of areas and of target groups."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from matcher.errors import InvalidProblemError
from matcher.street.facts import NONE

Mask = npt.NDArray[np.bool_]


class Index:
    """Values -> consecutive numbers, in the order in which they first came."""

    def __init__(self, values: Iterable[str]) -> None:
        self.values = list(dict.fromkeys(values))
        self._number = {value: i for i, value in enumerate(self.values)}

    def __len__(self) -> int:
        return len(self.values)

    def get(self, value: str | None, default: int = NONE) -> int:
        """Number of a value, ``default`` for none or an unknown one."""
        return default if value is None else self._number.get(value, default)

    def of(self, value: str, what: str) -> int:
        """Number of a value that must be known."""
        if value not in self._number:
            msg = f"the snapshot has no {what} {value!r}, and something refers to it."
            raise InvalidProblemError(msg)
        return self._number[value]


class AreaSets:
    """
    Distinct sets of areas, each closed downwards: what lies in a member belongs to it.

    Parameters
    ----------
    ways
        Each area with all areas around it.
    """

    def __init__(self, ways: Iterable[Iterable[str]]) -> None:
        self._ways = [frozenset(way) for way in ways]
        self._rows: dict[frozenset[str], int] = {}

    def row(self, area_uids: Iterable[str]) -> int:
        """Row of a set, -1 for an empty one."""
        members = frozenset(area_uids)
        return self._rows.setdefault(members, len(self._rows)) if members else NONE

    def matrix(self) -> Mask:
        """Shape ``(sets, areas)``."""
        rows = [[not members.isdisjoint(way) for way in self._ways] for members in self._rows]
        return np.array(rows, np.bool_).reshape(len(rows), len(self._ways))


class GroupSets:
    """
    Distinct sets of target groups, and who of one may use what is reserved for another.

    Parameters
    ----------
    wider
        Each group's code with those of all wider groups and itself.
    elders
        Codes of the groups whose people walk slowly.
    names
        Name of each group in Chinese and English.
    """

    def __init__(
        self, wider: Mapping[str, Sequence[str]], elders: Iterable[str], names: Mapping[str, dict[str, str]]
    ) -> None:
        self._wider = {code: frozenset(codes) for code, codes in wider.items()}
        self._elders = frozenset(elders)
        self._names = names
        self._rows: dict[tuple[str, ...], int] = {(): 0}

    def row(self, codes: Iterable[str]) -> int:
        """Row of a set, 0 for everybody."""
        return self._rows.setdefault(tuple(sorted(set(codes))), len(self._rows))

    def is_slow(self, codes: Iterable[str]) -> bool:
        """Whether any of the groups is one of elders."""
        return not self._elders.isdisjoint(codes)

    def fits(self) -> Mask:
        """Shape ``(sets, sets)``: need's set by row, resource's by column."""
        return np.array([[self._fits(asked, reserved) for reserved in self._rows] for asked in self._rows], np.bool_)

    def codes(self) -> tuple[frozenset[str], ...]:
        """Codes of the groups of each set, with those of all wider groups."""
        return tuple(
            frozenset().union(*(self._wider.get(code, frozenset({code})) for code in codes)) for codes in self._rows
        )

    def _fits(self, asked: tuple[str, ...], reserved: tuple[str, ...]) -> bool:
        if not reserved:
            return True
        return bool(asked) and all(self._wider.get(code, frozenset({code})) & set(reserved) for code in asked)

    def names(self) -> tuple[tuple[dict[str, str], ...], ...]:
        """Names of the groups of each set."""
        return tuple(tuple(self._names.get(code, {"zh": code, "en": code}) for code in codes) for codes in self._rows)


class Abilities:
    """Distinct sets of what is asked for, and of what somebody has: skills, amenities."""

    def __init__(self) -> None:
        self._asked: dict[frozenset[str], int] = {frozenset(): 0}
        self._had: dict[frozenset[str], int] = {frozenset(): 0}

    def asked(self, members: Iterable[str]) -> int:
        """Row of a set that is asked for, 0 for nothing."""
        return self._asked.setdefault(frozenset(members), len(self._asked))

    def had(self, members: Iterable[str]) -> int:
        """Column of a set that somebody has, 0 for nothing."""
        return self._had.setdefault(frozenset(members), len(self._had))

    def fits(self) -> Mask:
        """Whether a set that is had (column) holds all of one that is asked for (row)."""
        return np.array([[asked <= had for had in self._had] for asked in self._asked], np.bool_)

    def members(self) -> tuple[tuple[str, ...], ...]:
        """Members of each set that is asked for, sorted."""
        return tuple(tuple(sorted(members)) for members in self._asked)

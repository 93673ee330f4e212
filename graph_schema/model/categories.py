"""What kind: one tree of categories for needs and resources, and who can stand in for whom."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """
    A class of needs and resources.

    Parameters
    ----------
    code
        Three letters (class) or three letters and two digits (item).
    parent
        Code of the class, ``None`` for a class.
    walk_limit_min
        Walking limit in minutes; ``None`` when the provider travels and no limit applies.
    provider_travels
        Whether the provider comes to the need ("–" in the taxonomy).
    unit
        The ONE unit that quantities of this category are matched in.
    divisible
        Whether a need may be filled by several resources.
    routed
        Whether it never enters the solver and goes to ``route_to`` instead.
    fast_track
        Whether it skips deliberation (双微).
    unit_conversions
        (unit, factor): one such unit is ``factor`` matching units.
    consumable
        Whether what is given is used up over all slots.
    synonyms
        What else the lists call it; no word stands for two categories.
    route_to_en
        ``route_to`` in English.
    target_group
        Group that a need of this category is for when it names none; ``None``: everybody.
    """

    code: str
    name_zh: str
    name_en: str
    parent: str | None
    walk_limit_min: int | None
    provider_travels: bool
    unit: str
    divisible: bool = True
    routed: bool = False
    route_to: str | None = None
    fast_track: bool = False
    consumable: bool = False
    unit_conversions: tuple[tuple[str, int], ...] = ()
    synonyms: tuple[str, ...] = ()
    route_to_en: str | None = None
    target_group: str | None = None


@dataclass(frozen=True, slots=True)
class CanSatisfy:
    """
    A resource category that may serve a need category.

    Parameters
    ----------
    weight
        Fitness in (0, 1]; 1 for the same category.
    reason, reason_en
        Why it can, in one line, in Chinese and English.
    """

    resource_code: str
    need_code: str
    weight: float
    reason: str
    reason_en: str = ""


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """A group that a service may be reserved for; a narrower group names its wider one."""

    code: str
    name_zh: str
    name_en: str
    parent: str | None = None
    synonyms: tuple[str, ...] = ()
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Skill:
    """Something that a person can do."""

    code: str
    name_zh: str
    name_en: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All shared vocabularies together, each sorted by code."""

    categories: tuple[Category, ...]
    can_satisfy: tuple[CanSatisfy, ...]
    target_groups: tuple[TargetGroup, ...]

    def category(self, code: str) -> Category:
        """Category with this code; raises ``KeyError`` when there is none."""
        for category in self.categories:
            if category.code == code:
                return category
        raise KeyError(code)

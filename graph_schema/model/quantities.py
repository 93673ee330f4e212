"""How much: a number, its unit, and how exact the writer was."""

from dataclasses import dataclass
from enum import StrEnum


class Qualifier(StrEnum):
    """How a written quantity relates to the true one. Anything but ``EXACT`` caps and never promises."""

    EXACT = "exact"
    ABOUT = "about"  # 约
    OVER = "over"  # 余, 多
    BELOW = "below"  # 近


@dataclass(frozen=True, slots=True)
class Quantity:
    """
    An amount in one unit.

    Parameters
    ----------
    value
        Units, >= 0.
    unit
        The unit as the category counts it (个, 间, 小时, 人, 份 …); never added to another unit.
    qualifier
        How exact the source was.
    assumed
        Whether nothing was stated and 1 was taken.
    """

    value: int
    unit: str
    qualifier: Qualifier = Qualifier.EXACT
    assumed: bool = False

    def __post_init__(self) -> None:
        if self.value < 0:
            msg = f"quantity is {self.value} {self.unit}, below 0. Maybe a minus sign stands for a dash."
            raise ValueError(msg)

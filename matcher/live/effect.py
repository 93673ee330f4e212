"""What an event did, as it is told, and as the parts of the state hand it on."""

from dataclasses import dataclass

from matcher.kernels.live_network import NONE
from matcher.live.pairing import Moved


@dataclass(frozen=True, slots=True)
class Effect:
    """
    What an event did.

    Parameters
    ----------
    moved
        Pairs whose units changed, by number.
    need, resource
        Number that a new need or resource got, -1 for none.
    pairs
        Numbers that new pairs got, in the order of the offers.
    augmentations, visited
        Paths along which units were moved, and nodes that the searches for them went through.
    """

    moved: tuple[Moved, ...]
    need: int
    resource: int
    pairs: tuple[int, ...]
    augmentations: int
    visited: int


@dataclass(frozen=True, slots=True)
class Given:
    """Numbers that an event gave out, as in `Effect`."""

    need: int = NONE
    resource: int = NONE
    pairs: tuple[int, ...] = ()


NOTHING = Given()

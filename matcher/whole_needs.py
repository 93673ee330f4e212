"""The answer where every need goes wholly to one resource or to none, and the proof of how good it is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cut:
    """
    Where supply ends: needs of classes up to ``last_class`` that only the marked resources can serve.

    They ask more than those resources can hold; the difference stays unmet in every plan.

    Parameters
    ----------
    last_class
        The classes counted are 0 to this one.
    need
        The needs short of supply, shape ``(n_needs,)``.
    resource
        All resources that can hold one of them, shape ``(n_resources,)``.
    """

    last_class: int
    need: Mask
    resource: Mask


@dataclass(frozen=True, slots=True)
class WholeNeedsProof:
    """
    What proves the bounds; checked by `matcher.proofs.certify_whole_needs`.

    Parameters
    ----------
    cuts
        One for each class, in order.
    class_price
        Worth of one unit served of each class, int64, shape ``(n_classes,)``, any sign.
    need_price
        Price of the rule that each need is served once, int64, >= 0, shape ``(n_needs,)``.
    """

    cuts: tuple[Cut, ...]
    class_price: Int64
    need_price: Int64


@dataclass(frozen=True, slots=True)
class WholeNeedsAnswer:
    """
    A plan of whole needs with its bounds.

    Parameters
    ----------
    pair, quantity
        Used pairs, ascending, and all units of their needs, int64, shape ``(n_used,)``.
    unmet
        Units of each need left unmet: all or none, int64, shape ``(n_needs,)``.
    class_unmet
        Unmet units of each class.
    class_bound
        No plan with these unmet units of the classes before leaves fewer of this class.
    cost
        Of the plan as `Problem` counts it: pairs and what is unmet.
    cost_bound
        No plan with the same unmet units of each class costs less.
    proof
        Of the bounds.
    units_s
        Wall seconds until the units of each class were settled.
    """

    pair: Int64
    quantity: Int64
    unmet: Int64
    class_unmet: tuple[int, ...]
    class_bound: tuple[int, ...]
    cost: int
    cost_bound: int
    proof: WholeNeedsProof
    units_s: float = 0.0

"""Which pool of money pays for a need."""

import numpy as np
import numpy.typing as npt

from matcher.street.facts import NONE, Facts

Int32 = npt.NDArray[np.int32]
FEN_PER_YUAN = 100


def paying_pool(facts: Facts) -> Int32:
    """
    Budget that pays for each need, -1 for none, shape ``(needs,)``.

    Of several, the one of the smallest area around the need, then the first by uid; a need that names a kind of budget
    takes only pools of that kind. What costs something is paid from one pool: spreading it over several is left to
    people.
    """
    needs, areas, budgets = facts.needs, facts.areas, facts.budgets
    paid_by: dict[int, list[int]] = {}
    for b, members in enumerate(budgets.areas):
        for area in members:
            paid_by.setdefault(area, []).append(b)
    found = np.full(len(needs), NONE, np.int32)
    if not paid_by:
        return found
    known: dict[tuple[int, int], int] = {}
    for n, (area, fund) in enumerate(zip(needs.area.tolist(), needs.fund.tolist(), strict=True)):
        if (area, fund) not in known:
            nearest_first = (b for around in (area, *areas.within[area]) for b in paid_by.get(around, ()))
            known[area, fund] = next((b for b in nearest_first if fund in {NONE, int(budgets.fund[b])}), NONE)
        found[n] = known[area, fund]
    return found


def pools_around(facts: Facts, n: int) -> tuple[int, ...]:
    """Budgets of any kind that cover the place of a need, nearest first, then by uid."""
    area = int(facts.needs.area[n])
    around = (area, *facts.areas.within[area])
    found = (b for place in around for b, members in enumerate(facts.budgets.areas) if place in members)
    return tuple(dict.fromkeys(found))


def yuan(fen: int) -> str:
    """Money in words of figures: yuan, with fen only where there are some."""
    whole, rest = divmod(fen, FEN_PER_YUAN)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"

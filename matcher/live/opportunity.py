"""What a decision would cost the live plan: the exact loss of the optimum if a pair were forced, as things stand."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.errors import DamagedStateError, InvalidEventError
from matcher.kernels import live_losses
from matcher.kernels.live_losses import ANSWERED, BEYOND, DAMAGED, IMPOSSIBLE, NO_BOUND
from matcher.kernels.live_network import LABEL, NONE, WAITING, LiveNetwork, Records, Whole
from matcher.kernels.live_trial import DISPLACE, DISPLACED, HOP, LACKING, N_COUNTS, NOTE, Trial
from matcher.live.memory import Memory

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

Allowed = Callable[[Int32], Bools]
"""Told the numbers of some pairs, says which of them are asked about."""

NOTES = 4096
"""Room for notes of a trial beside the nodes, and for changes of unmet units; more is made for one question only."""


@dataclass(frozen=True, slots=True)
class Forced:
    """
    A pair, and what the optimum would lose if units were forced onto it.

    Parameters
    ----------
    pair, need, resource
        Numbers.
    cost
        Of a unit.
    given
        Units that the plan gives on it. Pinned ones are beside these: all of this is about what is not pinned.
    units
        Units forced onto it, at least; 0 if not even one fits.
    loss
        What the plan would cost more at least, units forced included; ``None`` if none fits.
    displaced
        (need, units) that would be unmet beyond what is now, by need, in one best plan among possibly several; of
        whole quantities only.
    """

    pair: int
    need: int
    resource: int
    cost: int
    given: int
    units: int
    loss: int | None
    displaced: tuple[tuple[int, int], ...] = ()


class Opportunities:
    """
    Answers about one live plan between two events.

    Each answer is exact: the difference of the optimum with the units forced and the optimum, on the problem as it
    stands, with its common limits and without what is pinned; with groups, at their frozen prices. Units, prices and
    the order of every record are afterwards what they were, bit for bit. Memory is a few numbers a node, whatever is
    asked.

    Parameters
    ----------
    memory
        Of the plan.
    need_open, resource_open
        Whether each number is in use, as the plan keeps it.
    """

    def __init__(self, memory: Memory, need_open: list[bool], resource_open: list[bool]) -> None:
        self._memory = memory
        self._need_open, self._resource_open = need_open, resource_open
        self._trial = _trial(memory.net)

    def is_about(self, memory: Memory) -> bool:
        """Whether it answers from that memory."""
        return self._memory is memory

    def first_of_need(self, need: int, k: int | None = None, *, allowed: Allowed | None = None) -> tuple[Forced, ...]:
        """
        The candidates of a need with the loss of the first unit, least loss first; those that hold none come last.

        Parameters
        ----------
        need
            Its number.
        k
            How many at most, at least 1; all if ``None``.
        allowed
            Which pairs are asked about; all if ``None``.

        Raises
        ------
        InvalidEventError
            If there is no such need, or ``k`` is below 1.
        DamagedStateError
            If the state is not one that can be proven. Maybe verify the plan and ask again.
        """
        self._check("need", need, self._need_open, k)
        pairs, most = self._pairs_of_need(need, allowed)
        loss = np.zeros(len(pairs), np.int64)
        if len(pairs):
            self._ask(lambda trial: live_losses.lose_first(self._memory.net, trial, need, pairs, most, loss))
        return self._told(pairs, np.minimum(most, 1), loss, k, {})

    def first_of_resource(
        self, resource: int, k: int | None = None, *, allowed: Allowed | None = None
    ) -> tuple[Forced, ...]:
        """As `first_of_need`, of the needs that a resource could serve."""
        self._check("resource", resource, self._resource_open, k)
        u = self._memory.supply_of(resource)
        pairs, most = self._pairs_of_supply(u, allowed)
        loss = np.zeros(len(pairs), np.int64)
        if len(pairs):
            self._ask(lambda trial: live_losses.lose_first_of_supply(self._memory.net, trial, u, pairs, most, loss))
        return self._told(pairs, np.minimum(most, 1), loss, k, {})

    def whole_of_need(self, need: int, k: int | None = None, *, allowed: Allowed | None = None) -> tuple[Forced, ...]:
        """
        The candidates of a need with the loss of as many units as fit, whatever is given up for them.

        That is what the need asks for, or less where the resource or a limit above it gives less in all. Parameters
        and errors are those of `first_of_need`; with ``k`` the others are bounded from below and not priced to the end.
        """
        self._check("need", need, self._need_open, k)
        pairs, most = self._pairs_of_need(need, allowed)
        loss, displaced = self._whole(need, pairs, most, k or max(len(pairs), 1), NO_BOUND)
        return self._told(pairs, most, loss, k, displaced)

    def whole_of_resource(
        self, resource: int, k: int | None = None, *, allowed: Allowed | None = None
    ) -> tuple[Forced, ...]:
        """As `whole_of_need`, of the needs that a resource could serve."""
        self._check("resource", resource, self._resource_open, k)
        memory = self._memory
        u = memory.supply_of(resource)
        pairs, most = self._pairs_of_supply(u, allowed)
        if not len(pairs):
            return ()
        loss, displaced = np.full(len(pairs), IMPOSSIBLE), dict[int, tuple[tuple[int, int], ...]]()
        first = loss.copy()
        self._ask(lambda trial: live_losses.lose_first_of_supply(memory.net, trial, u, pairs, most, first))
        bound = first * most  # the loss is convex in the units
        least: list[int] = []
        for i in np.lexsort((pairs, bound)).tolist():
            if not most[i]:
                continue
            limit = least[k - 1] if k is not None and len(least) >= k else NO_BOUND
            loss[i] = BEYOND
            if bound[i] <= limit:
                lost, moved = self._whole(self._need_of(int(pairs[i])), pairs[i : i + 1], most[i : i + 1], 1, limit)
                loss[i] = lost[0]
                displaced[i] = moved.get(0, ())
            if loss[i] != BEYOND:
                least = sorted([*least, int(loss[i])])[:k]
        return self._told(pairs, most, loss, k, displaced)

    def _whole(
        self, need: int, pairs: Int32, most: Int64, k: int, limit: int
    ) -> tuple[Int64, dict[int, tuple[tuple[int, int], ...]]]:
        """Losses of whole quantities, and what each pair that was priced displaces."""
        loss = np.zeros(len(pairs), np.int64)
        if not len(pairs) or not most.any():
            loss[:] = IMPOSSIBLE
            return loss, {}
        net = self._memory.net
        trial = self._ask(lambda trial: live_losses.lose_whole(net, trial, need, pairs, most, k, limit, loss))
        return loss, _displaced(trial.displaced[: int(trial.counts[DISPLACE])])

    def _ask(self, question: Callable[[Trial], Whole]) -> Trial:
        """Ask, and again with more room for notes as long as there is not enough; returns what answered."""
        self._fit()
        trial = self._trial
        while (ended := question(trial)) != ANSWERED:
            if ended == DAMAGED:
                msg = "a question met a reduced cost below 0, or a way that carries nothing. Maybe verify the plan."
                raise DamagedStateError(msg)
            notes, displaced = np.zeros(2 * len(trial.notes), NOTE), np.zeros(2 * len(trial.displaced), DISPLACED)
            trial = trial._replace(notes=notes, displaced=displaced)
        return trial

    def _fit(self) -> None:
        """Make what a trial works with as large as the network has become."""
        net, trial = self._memory.net, self._trial
        if len(net.needs) != len(trial.need_label) or len(net.supplies) != len(trial.supply_label):
            self._trial = _trial(net)

    def _pairs_of_need(self, need: int, allowed: Allowed | None) -> tuple[Int32, Int64]:
        """Places of a need's pairs that are asked about, and how many units fit on each."""
        row = self._memory.row(need)
        pairs = np.arange(row.start, row.stop, dtype=np.int32)
        if allowed is not None:
            pairs = pairs[allowed(self._memory.net.carried["number"][row])]
        most = np.zeros(len(pairs), np.int64)
        live_losses.fit(self._memory.net, need, pairs, most)
        return pairs, most

    def _pairs_of_supply(self, u: int, allowed: Allowed | None) -> tuple[Int32, Int64]:
        """As `_pairs_of_need`, of a supply node."""
        memory = self._memory
        pairs: Int32 = memory.net.backs["pair"][memory.column(u)].copy()
        if allowed is not None:
            pairs = pairs[allowed(memory.net.carried["number"][pairs])]
        most = np.zeros(len(pairs), np.int64)
        for i, e in enumerate(pairs.tolist()):
            live_losses.fit(memory.net, self._need_of(e), pairs[i : i + 1], most[i : i + 1])
        return pairs, most

    def _need_of(self, e: int) -> int:
        """Need of the pair at a place."""
        return int(self._memory.net.backs["need"][self._memory.net.carried["back"][e]])

    def _told(
        self,
        pairs: Int32,
        units: Int64,
        loss: Int64,
        k: int | None,
        displaced: dict[int, tuple[tuple[int, int], ...]],
    ) -> tuple[Forced, ...]:
        """Answers in order; those proven to be beyond the ``k`` least are left out."""
        net, limits = self._memory.net, self._memory.n_limits
        number, cost = net.carried["number"][pairs], net.pairs["cost"][pairs]
        order = np.lexsort((number, cost, loss, loss == IMPOSSIBLE))
        order = order[loss[order] != BEYOND][:k]
        at = pairs[order]
        columns = (
            number[order],
            net.backs["need"][net.carried["back"][at]],
            net.pairs["supply"][at] - limits,
            cost[order],
            net.carried["units"][at],
            units[order],
            loss[order],
        )
        rows = zip(order.tolist(), *(column.tolist() for column in columns), strict=True)
        return tuple(
            Forced(pair, need, resource, each, given, some, None if lost == IMPOSSIBLE else lost, displaced.get(i, ()))
            for i, pair, need, resource, each, given, some, lost in rows
        )

    @staticmethod
    def _check(what: str, number: int, is_open: list[bool], k: int | None) -> None:
        if not 0 <= number < len(is_open) or not is_open[number]:
            msg = f"there is no {what} {number}."
            raise InvalidEventError(msg)
        if k is not None and k < 1:
            msg = f"k is {k}, below 1."
            raise InvalidEventError(msg)


def _displaced(records: Records) -> dict[int, tuple[tuple[int, int], ...]]:
    """(need, units) that each candidate displaces, by need."""
    found: dict[int, list[tuple[int, int]]] = {}
    for units, candidate, need in records.tolist():
        found.setdefault(candidate, []).append((need, units))
    return {candidate: tuple(sorted(needs)) for candidate, needs in found.items()}


def _trial(net: LiveNetwork) -> Trial:
    """What a trial works with, for a network of that size."""
    needs, supplies = len(net.needs), len(net.supplies)
    nodes = needs + supplies
    hops = np.zeros(supplies, HOP)
    hops["taken"] = NONE
    return Trial(
        need_label=np.zeros(needs, LABEL),
        supply_label=np.zeros(supplies, LABEL),
        heap=np.zeros(2 * nodes + 1, WAITING),
        stack=np.zeros(nodes + 1, np.int32),
        settled=np.zeros(nodes + 1, np.int32),
        hops=hops,
        vain=np.zeros(supplies, np.int64),
        sound=np.zeros(supplies, np.int64),
        asked=np.zeros(supplies, np.int64),
        need_level=np.zeros(needs, np.int64),
        supply_level=np.zeros(supplies, np.int64),
        notes=np.zeros(2 * nodes + NOTES, NOTE),
        lacking=np.zeros(needs, LACKING),
        displaced=np.zeros(NOTES, DISPLACED),
        need_lacking=np.zeros(needs, np.int64),
        counts=np.zeros(N_COUNTS, np.int64),
    )

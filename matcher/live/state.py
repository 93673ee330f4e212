"""The state of a live plan: what is open, free and pinned, and how each event changes it and is repaired."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.errors import DamagedStateError, InvalidEventError
from matcher.kernels import live_paths
from matcher.kernels.live_network import ABSENT, AUGMENTATIONS, COST, DAMAGED, NONE, ROOT, SETTLED, VISITED
from matcher.live.base import Base
from matcher.live.effect import NOTHING, Effect, Given
from matcher.live.events import (
    AddNeed,
    AddResource,
    AllowPair,
    ChangeCapacity,
    ChangeCost,
    ChangeLimit,
    ChangeQuantity,
    Event,
    ForbidPair,
    Pin,
    RemoveNeed,
    RemoveResource,
    Unpin,
)
from matcher.live.memory import Memory
from matcher.live.pairing import Held, Moved, Offer
from matcher.live.pins import Pins
from matcher.plan import Solution
from matcher.problem import MAX_TOTAL, MAX_UNIT_COST, Problem

Int32 = npt.NDArray[np.int32]


class State:
    """
    One state, changed event by event; optimal after each.

    Parameters
    ----------
    base
        Where it begins.
    """

    def __init__(self, base: Base) -> None:
        self.memory = Memory(base.problem, base.answer, base.pair_number)
        self.need_open, self.resource_open = base.need_open.tolist(), base.resource_open.tolist()
        self.free_needs, self.free_resources = list(base.free_needs), list(base.free_resources)
        self.free_pairs = list(base.free_pairs)
        self._next_pair = int(base.pair_number.max(initial=-1)) + 1
        self._next_pair = max([self._next_pair, *(number + 1 for number in base.free_pairs)])
        self._pinned = Pins(self.memory)
        for pair, units in base.pins.items():
            self._pinned.add(pair, units)
        problem = base.problem
        self._all_demand, self._all_capacity = int(problem.demand.sum()), int(problem.capacity.sum())
        self._dearest = max(int(problem.unmet_cost.max(initial=0)), int(problem.pair_cost.max(initial=0)), 1)
        self._moved: dict[int, int] = {}
        self._gone: dict[int, tuple[int, int]] = {}
        self._before: dict[int, int] = {}
        self._handlers: dict[type, Callable[[Any], Given]] = {
            AddNeed: self._add_need,
            RemoveNeed: self._remove_need,
            ChangeQuantity: self._change_quantity,
            AddResource: self._add_resource,
            RemoveResource: self._remove_resource,
            ChangeCapacity: self._change_capacity,
            ChangeLimit: self._change_limit,
            ForbidPair: self._forbid,
            AllowPair: self._allow,
            ChangeCost: self._change_cost,
            Pin: self._pin,
            Unpin: self._unpin,
        }

    @property
    def pins(self) -> dict[int, int]:
        """Units fixed on each pair, by its number."""
        return self._pinned.all()

    @property
    def asked(self) -> int:
        """Units that all needs ask for together, pinned ones left out."""
        return self._all_demand

    def read(self) -> tuple[Problem, Solution, Int32]:
        """The problem, its plan with prices, and the number of each of the problem's pairs."""
        return self.memory.read()

    def disorder(self) -> str:
        """The first contradiction in what is kept twice, or nothing."""
        return self.memory.disorder()

    def base(self) -> Base:
        """The state as values."""
        problem, answer, number = self.read()
        return Base(
            problem,
            answer,
            number,
            np.array(self.need_open, np.bool_),
            np.array(self.resource_open, np.bool_),
            tuple(self.free_needs),
            tuple(self.free_resources),
            tuple(self.free_pairs),
            self.pins,
        )

    def apply(self, event: Event) -> Effect:
        """
        Change the problem and repair the plan.

        Raises
        ------
        InvalidEventError
            If the event cannot happen; nothing has changed then.
        DamagedStateError
            If the state was not one that can be proven.
        """
        counts = self.memory.net.counts
        before = int(counts[AUGMENTATIONS]), int(counts[VISITED])
        self._moved, self._gone, self._before = {}, {}, {}
        given = self._handlers[type(event)](event)
        self._collect()
        return Effect(
            self._told(),
            given.need,
            given.resource,
            given.pairs,
            int(counts[AUGMENTATIONS]) - before[0],
            int(counts[VISITED]) - before[1],
        )

    def held(self, numbers: Iterable[int]) -> tuple[Held, ...]:
        """Pairs as they stand."""
        net, found = self.memory.net, []
        for number in numbers:
            e = int(net.place[number])
            n, u = self.memory.ends(number)
            found.append(
                Held(
                    number,
                    n,
                    u - self.memory.n_limits,
                    int(net.pairs["cost"][e]),
                    int(net.carried["units"][e]),
                    self._pinned.units(number),
                )
            )
        return tuple(found)

    def check_need(self, n: int) -> None:
        """Refuse a number that no need has."""
        if not 0 <= n < self.memory.n_needs or not self.need_open[n]:
            msg = f"there is no need {n}."
            raise InvalidEventError(msg)

    def _check_resource(self, r: int) -> None:
        if not 0 <= r < self.memory.n_resources or not self.resource_open[r]:
            msg = f"there is no resource {r}."
            raise InvalidEventError(msg)

    def _check_pair(self, pair: int) -> None:
        place = self.memory.net.place
        if not 0 <= pair < len(place) or place[pair] == NONE:
            msg = f"there is no pair {pair}. Maybe it was forbidden."
            raise InvalidEventError(msg)

    def _check_offers(self, offers: tuple[Offer, ...], *, of_need: bool) -> None:
        for offer in offers:
            if of_need:
                self._check_resource(offer.other)
            else:
                self.check_need(offer.other)
            _check("cost", offer.cost, 0, MAX_UNIT_COST)

    def _check_sums(self, demand: int, capacity: int, dearest: int) -> int:
        """Refuse sums that 64 bits could not hold; returns the dearest cost there then is."""
        dearest = max(dearest, self._dearest)
        for name, total in (("demand", self._all_demand + demand), ("capacity", self._all_capacity + capacity)):
            if total * dearest >= MAX_TOTAL:
                msg = f"{name} would sum to {total}; times the dearest cost per unit, {dearest}, that is not below "
                msg += f"{MAX_TOTAL}. Maybe a coarser unit of quantity will do."
                raise InvalidEventError(msg)
        return dearest

    def _count(self, demand: int, capacity: int, dearest: int) -> None:
        self._dearest = self._check_sums(demand, capacity, dearest)
        self._all_demand += demand
        self._all_capacity += capacity

    def _add_need(self, event: AddNeed) -> Given:
        _check("demand", event.demand, 0, MAX_TOTAL)
        _check("unmet_cost", event.unmet_cost, 0, MAX_UNIT_COST)
        self._check_offers(event.offers, of_need=True)
        dearest = max([event.unmet_cost, *(offer.cost for offer in event.offers)])
        self._count(event.demand, 0, dearest)
        memory = self.memory
        n = self.free_needs.pop() if self.free_needs else memory.n_needs
        if n == len(self.need_open):
            self.need_open.append(True)
            memory.reserve_need(n)
        self.need_open[n] = True
        memory.net.needs["unmet_cost"][n] = event.unmet_cost
        numbers = self._new_pairs(len(event.offers))
        memory.insert(
            np.full(len(numbers), n, np.int32),
            np.array([memory.supply_of(offer.other) for offer in event.offers], np.int32),
            np.array([offer.cost for offer in event.offers], np.int32),
            numbers,
        )
        self._add_demand(n, event.demand)
        return Given(need=n, pairs=tuple(numbers.tolist()))

    def _remove_need(self, event: RemoveNeed) -> Given:
        n = event.need
        self.check_need(n)
        self._refuse_pinned(self._pinned.of_need[n], f"need {n}")
        demand = int(self.memory.net.needs["demand"][n])
        self._count(-demand, 0, 1)
        self._add_demand(n, -demand)
        self._remove_pairs(self.memory.numbers_of_need(n))
        self.memory.net.needs["unmet_cost"][n] = 0
        self.need_open[n] = False
        self.free_needs.append(n)
        return NOTHING

    def _change_quantity(self, event: ChangeQuantity) -> Given:
        n = event.need
        self.check_need(n)
        _check("demand", event.demand, self._pinned.of_need[n], MAX_TOTAL, "what is pinned of it")
        more = event.demand - self._pinned.of_need[n] - int(self.memory.net.needs["demand"][n])
        self._count(more, 0, 1)
        self._add_demand(n, more)
        return NOTHING

    def _add_demand(self, n: int, more: int) -> None:
        """A need asks for so many units more, or fewer."""
        net = self.memory.net
        if not more:
            return
        if net.needs["demand"][n] == 0:
            live_paths.price_need(net, n)
        net.needs["demand"][n] += more
        self._settle((~n, more))
        self._leave(n)

    def _leave(self, n: int) -> None:
        """A need that asks for nothing any more has no price, so that no search comes by it."""
        if self.memory.net.needs["demand"][n] == 0:
            self.memory.net.need_price[n] = ABSENT

    def _add_resource(self, event: AddResource) -> Given:
        _check("capacity", event.capacity, 0, MAX_TOTAL)
        _check("limit", event.limit, ROOT, self.memory.n_limits - 1)
        self._check_offers(event.offers, of_need=False)
        self._count(0, event.capacity, max([0, *(offer.cost for offer in event.offers)]))
        memory = self.memory
        r = self.free_resources.pop() if self.free_resources else memory.n_resources
        if r == len(self.resource_open):
            self.resource_open.append(True)
            memory.reserve_resource(r)
        self.resource_open[r] = True
        u = memory.supply_of(r)
        memory.hang(u, event.limit)
        net = memory.net
        # Without capacity it may have any price from which on nobody would take it.
        above = int(net.price[event.limit]) if event.limit != ROOT else 0
        net.price[u] = max([above, *(int(net.need_price[offer.other]) - offer.cost for offer in event.offers)])
        numbers = self._new_pairs(len(event.offers))
        memory.insert(
            np.array([offer.other for offer in event.offers], np.int32),
            np.full(len(numbers), u, np.int32),
            np.array([offer.cost for offer in event.offers], np.int32),
            numbers,
        )
        self._add_capacity(u, event.capacity)
        return Given(resource=r, pairs=tuple(numbers.tolist()))

    def _remove_resource(self, event: RemoveResource) -> Given:
        r = event.resource
        self._check_resource(r)
        u = self.memory.supply_of(r)
        self._refuse_pinned(self._pinned.of_supply[u], f"resource {r}")
        self._count(0, -int(self.memory.net.supplies["capacity"][u]), 1)
        self._add_capacity(u, -int(self.memory.net.supplies["capacity"][u]))
        self._remove_pairs(self.memory.numbers_of_supply(u))
        self.memory.unhang(u)
        self.memory.net.price[u] = 0
        self.resource_open[r] = False
        self.free_resources.append(r)
        return NOTHING

    def _change_capacity(self, event: ChangeCapacity) -> Given:
        self._check_resource(event.resource)
        u = self.memory.supply_of(event.resource)
        self._count(0, self._more_capacity(u, event.capacity), 1)
        self._add_capacity(u, self._more_capacity(u, event.capacity))
        return NOTHING

    def _change_limit(self, event: ChangeLimit) -> Given:
        _check("limit", event.limit, 0, self.memory.n_limits - 1)
        self._add_capacity(event.limit, self._more_capacity(event.limit, event.capacity))
        return NOTHING

    def _more_capacity(self, u: int, capacity: int) -> int:
        """Units more of a supply node with so many in all."""
        _check("capacity", capacity, self._pinned.of_supply[u], MAX_TOTAL, "what is pinned of it")
        return capacity - self._pinned.of_supply[u] - int(self.memory.net.supplies["capacity"][u])

    def _add_capacity(self, u: int, more: int) -> None:
        """A supply node can give so many units more, or fewer: they come from the node above, or go back to it."""
        net = self.memory.net
        above = int(net.supplies["above"][u])
        net.supplies["capacity"][u] += more
        if more > 0 and net.price[u] == (0 if above == ROOT else net.price[above]):
            net.supplies["slack"][u] += more
            return
        if more < 0:
            idle = min(-more, int(net.supplies["slack"][u]))
            net.supplies["slack"][u] -= idle
            more += idle
        self._settle((u, -more), *(() if above == ROOT else ((above, more),)))

    def _forbid(self, event: ForbidPair) -> Given:
        pair = event.pair
        self._check_pair(pair)
        self._refuse_pinned(self._pinned.units(pair), f"pair {pair}")
        n, u = self.memory.ends(pair)
        units = self._take_off(pair)
        self._remove_pairs(np.array([pair], np.int32))
        self._settle((u, -units), (~n, units))
        return NOTHING

    def _allow(self, event: AllowPair) -> Given:
        self.check_need(event.need)
        self._check_resource(event.resource)
        _check("cost", event.cost, 0, MAX_UNIT_COST)
        self._count(0, 0, event.cost)
        number = self._new_pairs(1)
        u = self.memory.supply_of(event.resource)
        ends = np.array([event.need], np.int32), np.array([u], np.int32)
        self.memory.insert(*ends, np.array([event.cost], np.int32), number)
        self._reprice(event.need)
        return Given(pairs=(int(number[0]),))

    def _change_cost(self, event: ChangeCost) -> Given:
        pair, cost = event.pair, event.cost
        self._check_pair(pair)
        _check("cost", cost, 0, MAX_UNIT_COST)
        self._count(0, 0, cost)
        net = self.memory.net
        n, u = self.memory.ends(pair)
        e = int(net.place[pair])
        is_dearer = cost > net.pairs["cost"][e]
        units = self._take_off(pair)
        net.pairs["cost"][e] = net.backs["cost"][net.carried["back"][e]] = cost
        if is_dearer:
            self._settle((u, -units), (~n, units))
        else:
            self._put_on(pair, units)
            self._reprice(n)
        return NOTHING

    def _reprice(self, n: int) -> None:
        """A way of a need became cheaper: where it costs less than the need's price, its units are placed anew."""
        net = self.memory.net
        before = int(net.need_price[n])
        if before == ABSENT or live_paths.price_need(net, n) == before:
            return
        room = int(net.needs["row_length"][n]) + 1
        self._collect()
        self.memory.fit_journal(room)
        node, units = np.zeros(room, np.int32), np.zeros(room, np.int64)
        count = live_paths.release(self.memory.net, n, node, units)
        self._run(node[:count], units[:count])

    def _pin(self, event: Pin) -> Given:
        pair, units = event.pair, event.units
        self._check_pair(pair)
        n, u = self.memory.ends(pair)
        net = self.memory.net
        most = min(int(net.needs["demand"][n]), *(int(net.supplies["capacity"][w]) for w in self.memory.chain(u)))
        _check("units", units, 1, most, "what the need asks for and the resource and its limits can give")
        e = int(net.place[pair])
        planned = min(units, int(net.carried["units"][e]))
        if planned:
            live_paths.take(net, e, planned)
        self._before[pair] = self._pinned.units(pair)
        self._pinned.add(pair, units)
        self._shift(pair, -units)
        self._settle((u, units - planned), (~n, planned - units))
        self._leave(n)
        return NOTHING

    def _unpin(self, event: Unpin) -> Given:
        pair, units = event.pair, event.units
        self._check_pair(pair)
        _check("units", units, 1, self._pinned.units(pair), "what is pinned of it")
        self._check_sums(units, units, 1)
        net = self.memory.net
        n, u = self.memory.ends(pair)
        if net.needs["demand"][n] == 0:
            live_paths.price_need(net, n)
        self._before[pair] = self._pinned.units(pair)
        self._pinned.add(pair, -units)
        self._shift(pair, units)
        e = int(net.place[pair])
        if net.pairs["cost"][e] + net.price[u] == net.need_price[n]:
            self._put_on(pair, units)
        else:
            self._settle((u, -units), (~n, units))
        return NOTHING

    def _shift(self, pair: int, units: int) -> None:
        """What a need asks for, and what can be given on the way to it, is so much more."""
        n, u = self.memory.ends(pair)
        self.memory.net.needs["demand"][n] += units
        for w in self.memory.chain(u):
            self.memory.net.supplies["capacity"][w] += units
        self._all_demand += units
        self._all_capacity += units

    def _take_off(self, pair: int) -> int:
        """Units that a pair carried, and now does not."""
        net = self.memory.net
        e = int(net.place[pair])
        units = int(net.carried["units"][e])
        if units:
            live_paths.take(net, e, units)
        return units

    def _put_on(self, pair: int, units: int) -> None:
        if units:
            live_paths.give(self.memory.net, int(self.memory.net.place[pair]), units)

    def _new_pairs(self, count: int) -> Int32:
        """Numbers for new pairs, those that became free last first."""
        reused = min(count, len(self.free_pairs))
        numbers = [self.free_pairs.pop() for _ in range(reused)]
        numbers += range(self._next_pair, self._next_pair + count - reused)
        self._next_pair += count - reused
        return np.array(numbers, np.int32)

    def _remove_pairs(self, numbers: Int32) -> None:
        self._collect()
        for number in self._moved.keys() & set(numbers.tolist()):
            self._gone[number] = self.memory.ends(number)
        self.memory.remove(numbers)
        # In an order that does not depend on how memory lies, so that a replay gives out the same numbers.
        self.free_pairs += sorted(numbers.tolist(), reverse=True)

    def _settle(self, *imbalances: tuple[int, int]) -> None:
        """Repair imbalances one after another: (node, units), an excess above 0 and a deficit below."""
        asked = [(node, units) for node, units in imbalances if units]
        if asked:
            self._run(np.array([n for n, _ in asked], np.int32), np.array([x for _, x in asked], np.int64))

    def _run(self, node: Int32, units: npt.NDArray[np.int64]) -> None:
        memory = self.memory
        while (ended := live_paths.settle(memory.net, node, units, memory.longest_path)) != SETTLED:
            if ended == DAMAGED:
                msg = f"a repair met a reduced cost below 0, or a way that carries nothing, with {units.tolist()} left."
                raise DamagedStateError(msg)
            self._collect()
            memory.fit_journal(0)

    def _collect(self) -> None:
        """Empty the journal into what this event has moved so far."""
        for number, units in self.memory.read_journal():
            self._moved[number] = self._moved.get(number, 0) + units

    def _told(self) -> tuple[Moved, ...]:
        """Pairs that carry another amount than before the event."""
        net, limits, found = self.memory.net, self.memory.n_limits, []
        for number in sorted(self._moved.keys() | self._before.keys()):
            units = 0
            if number in self._gone:
                n, u = self._gone[number]
            else:
                n, u = self.memory.ends(number)
                units = int(net.carried["units"][net.place[number]])
            pinned = self._pinned.units(number)
            before = units - self._moved.get(number, 0) + self._before.get(number, pinned)
            if before != units + pinned:
                found.append(Moved(number, n, u - limits, before, units + pinned))
        return tuple(found)

    @property
    def cost(self) -> int:
        """Of the plan, pinned units left out."""
        return int(self.memory.net.counts[COST])

    def _refuse_pinned(self, units: int, what: str) -> None:
        if units:
            msg = f"{units} units of {what} are pinned. Maybe unpin them first."
            raise InvalidEventError(msg)


def _check(name: str, value: int, low: int, high: int, why: str = "") -> None:
    if not low <= value <= high:
        msg = f"{name} is {value}, outside {low} to {high}"
        raise InvalidEventError(f"{msg}, {why}." if why else f"{msg}.")

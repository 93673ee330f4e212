"""The live plan's memory: made from a problem and its plan, grown and packed as rows come and go, and read back."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.certify import Answer
from matcher.forests import at_leaves, from_leaves, sums_above, sums_below
from matcher.kernels import live_disorder, live_paths, live_rows
from matcher.kernels.live_network import (
    ABSENT,
    BACK,
    CARRIED,
    COLUMNS_END,
    COST,
    ENTRY,
    JOURNAL,
    LABEL,
    N_COUNTS,
    NEED,
    NONE,
    PAIR,
    ROOT,
    ROWS_END,
    ROWS_FULL,
    SUPPLY,
    WAITING,
    LiveNetwork,
    Records,
    Whole,
)
from matcher.plan import Solution
from matcher.problem import CommonLimits, Problem
from matcher.status import Status

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]

EMPTY_SUPPLY = np.array((0, 0, 0, 0, 0, 0, ROOT, NONE, NONE, NONE), SUPPLY)
OF_NEED = {"needs": 0, "need_price": ABSENT, "need_label": 0}
OF_SUPPLY = {"supplies": EMPTY_SUPPLY, "price": 0, "supply_label": 0}
IN_ROWS = {"pairs": 0, "carried": 0}
IN_COLUMNS = {"backs": 0}
"""Arrays that grow together, with what fills the new part."""

SPARE = 1.25
"""Times what is needed, when memory is made larger."""
HOLES = 0.25
"""Packed instead of grown when so much of it is not in use."""
LEAST = 64


class Memory:
    """
    One live network with its sizes.

    Parameters
    ----------
    problem, answer
        What it holds, and an optimal plan of it with prices.
    pair_number
        Number of each of the problem's pairs.
    """

    def __init__(self, problem: Problem, answer: Answer, pair_number: Int32) -> None:
        self.n_needs, self.n_limits = problem.n_needs, problem.n_limits
        self.n_resources = problem.n_resources
        self.n_pairs = problem.n_pairs
        self._has_limits = problem.limits is not None
        self.net = _network(problem, answer, pair_number)
        live_paths.load(self.net, pair_number[answer.pair].astype(np.int64), answer.quantity)
        self.net.counts[COST] += int(problem.unmet_cost @ answer.unmet)
        # Room for what comes is made now: the first event that needed some would wait for it a hundred times its time.
        for fields, length in (
            (OF_NEED, self.n_needs),
            (OF_SUPPLY, self.n_supplies),
            (IN_ROWS | IN_COLUMNS, self.n_pairs),
            ({"place": NONE}, len(self.net.place)),
        ):
            self._lengthen(fields, length)
        self._fit_search()

    @property
    def n_supplies(self) -> int:
        """Limits and resources."""
        return self.n_limits + self.n_resources

    @property
    def longest_path(self) -> int:
        """Pairs at most on a way that meets no node twice."""
        return 2 * min(self.n_needs, self.n_resources) + 2

    @property
    def cost(self) -> int:
        """Of the plan, pinned units left out."""
        return int(self.net.counts[COST])

    def supply_of(self, resource: int) -> int:
        """Supply node of a resource."""
        return self.n_limits + resource

    def chain(self, u: int) -> list[int]:
        """A supply node and all above it."""
        found = []
        while u != ROOT:
            found.append(u)
            u = int(self.net.supplies["above"][u])
        return found

    def row(self, n: int) -> slice:
        """Places of a need's pairs."""
        start = int(self.net.needs["row_start"][n])
        return slice(start, start + int(self.net.needs["row_length"][n]))

    def column(self, u: int) -> slice:
        """Places of a supply node's pairs among the columns."""
        start = int(self.net.supplies["column_start"][u])
        return slice(start, start + int(self.net.supplies["column_length"][u]))

    def numbers_of_need(self, n: int) -> Int32:
        """Numbers of a need's pairs."""
        numbers: Int32 = self.net.carried["number"][self.row(n)].copy()
        return numbers

    def numbers_of_supply(self, u: int) -> Int32:
        """Numbers of a supply node's pairs."""
        numbers: Int32 = self.net.carried["number"][self.net.backs["pair"][self.column(u)]]
        return numbers

    def ends(self, number: int) -> tuple[int, int]:
        """Need and supply node of a pair."""
        e = int(self.net.place[number])
        return int(self.net.backs["need"][self.net.carried["back"][e]]), int(self.net.pairs["supply"][e])

    def reserve_need(self, n: int) -> None:
        """Make room for need number ``n``."""
        if n >= len(self.net.needs):
            self._lengthen(OF_NEED, n + 1)
            self._fit_search()
        self.n_needs = max(self.n_needs, n + 1)

    def reserve_resource(self, r: int) -> None:
        """Make room for resource number ``r``."""
        if self.supply_of(r) >= len(self.net.supplies):
            self._lengthen(OF_SUPPLY, self.supply_of(r) + 1)
            self._fit_search()
        self.n_resources = max(self.n_resources, r + 1)

    def insert(self, need: Int32, supply: Int32, cost: Int32, number: Int32) -> None:
        """Put pairs that carry nothing into their rows and columns."""
        highest = int(number.max(initial=-1))
        if highest >= len(self.net.place):
            self._lengthen({"place": NONE}, highest + 1)
        done, lacks = live_rows.insert_pairs(self.net, need, supply, cost, number, 0)
        while done < len(need):
            self._make_room(lacks)
            done, lacks = live_rows.insert_pairs(self.net, need, supply, cost, number, done)
        self.n_pairs += len(need)

    def remove(self, number: Int32) -> None:
        """Take pairs that carry nothing out."""
        live_rows.remove_pairs(self.net, number)
        self.n_pairs -= len(number)

    def hang(self, u: int, above: int) -> None:
        """Put a supply node that is below nothing under another."""
        supplies = self.net.supplies
        supplies["above"][u] = above
        if above != ROOT:
            first = int(supplies["first_below"][above])
            supplies["next_below"][u], supplies["last_below"][u] = first, NONE
            supplies["first_below"][above] = u
            if first != NONE:
                supplies["last_below"][first] = u

    def unhang(self, u: int) -> None:
        """Take a supply node from under the one above it."""
        supplies = self.net.supplies
        above, after, before = (int(supplies[name][u]) for name in ("above", "next_below", "last_below"))
        if before != NONE:
            supplies["next_below"][before] = after
        elif above != ROOT:
            supplies["first_below"][above] = after
        if after != NONE:
            supplies["last_below"][after] = before
        supplies["above"][u], supplies["next_below"][u], supplies["last_below"][u] = ROOT, NONE, NONE

    def fit_journal(self, entries: int) -> None:
        """Make the empty journal long enough for so many entries and a path."""
        wanted = entries + self.longest_path
        if wanted > len(self.net.journal):
            self._lengthen({"journal": 0}, wanted)

    def read_journal(self) -> Iterable[tuple[int, int]]:
        """Numbers of pairs and what was added to each since the journal was last read."""
        written = self.net.journal[: int(self.net.counts[JOURNAL])]
        self.net.counts[JOURNAL] = 0
        return zip(written["pair"].tolist(), written["units"].tolist(), strict=True)

    def disorder(self) -> str:
        """The first contradiction in what is kept twice, or nothing."""
        kind, where = live_disorder.first_disorder(self.net, self.n_needs, self.n_supplies)
        return f"what is kept twice differs: kind {kind} at {where}." if kind else ""

    def read(self) -> tuple[Problem, Solution, Int32]:
        """The problem, its plan with prices, and the number of each of the problem's pairs."""
        net, n, limits = self.net, self.n_needs, self.n_limits
        length = net.needs["row_length"][:n].astype(np.int64)
        row_start = np.concatenate([[0], np.cumsum(length)])
        at = np.repeat(net.needs["row_start"][:n] - row_start[:-1], length) + np.arange(row_start[-1])
        supplies = slice(limits, self.n_supplies)
        problem = Problem(
            demand=net.needs["demand"][:n].copy(),
            unmet_cost=net.needs["unmet_cost"][:n].copy(),
            capacity=net.supplies["capacity"][supplies].copy(),
            row_start=row_start,
            pair_resource=net.pairs["supply"][at] - np.int32(limits),
            pair_cost=net.pairs["cost"][at],
            limits=self._limits(),
        )
        units = net.carried["units"][at]
        used = np.flatnonzero(units)
        own = net.price - np.append(net.price, 0)[net.supplies["above"]]  # the last entry is the root's
        solution = Solution(
            status=Status.OPTIMAL,
            pair=used,
            quantity=units[used],
            unmet=net.needs["unmet"][:n].copy(),
            resource_price=own[supplies].copy(),
            need_price=self._need_prices(),
            limit_price=own[:limits].copy(),
        )
        return problem, solution, net.carried["number"][at]

    def _limits(self) -> CommonLimits | None:
        if not self._has_limits:
            return None
        supplies, k = self.net.supplies[: self.n_supplies], self.n_limits
        return CommonLimits(supplies["above"][k:].copy(), supplies["above"][:k].copy(), supplies["capacity"][:k].copy())

    def _need_prices(self) -> Int64:
        """Prices of all needs; one that asks for nothing is priced at its cheapest way."""
        net = self.net
        prices = net.need_price[: self.n_needs].copy()
        for n in np.flatnonzero(prices == ABSENT).tolist():
            row = self.row(n)
            ways = net.pairs["cost"][row] + net.price[net.pairs["supply"][row]]
            prices[n] = min(int(net.needs["unmet_cost"][n]), int(ways.min(initial=net.needs["unmet_cost"][n])))
        return prices

    def _make_room(self, lacks: Whole) -> None:
        """Pack the rows or the columns if many holes are among them; give them more memory where that is not enough."""
        net, rows = self.net, lacks == ROWS_FULL
        fields, size = (IN_ROWS, len(net.pairs)) if rows else (IN_COLUMNS, len(net.backs))
        if size - self.n_pairs > HOLES * size:
            if rows:
                live_rows.pack_rows(net, np.argsort(net.needs["row_start"][: self.n_needs], kind="stable"))
            else:
                live_rows.pack_columns(net, np.argsort(net.supplies["column_start"][: self.n_supplies], kind="stable"))
        end = int(net.counts[ROWS_END if rows else COLUMNS_END])
        longest = int((net.needs["row_room"] if rows else net.supplies["column_room"]).max())
        self._ensure(fields, end + 2 * longest + live_rows.LEAST_ROOM)

    def _ensure(self, fields: dict[str, Any], length: int) -> None:
        if length > len(getattr(self.net, next(iter(fields)))):
            self._lengthen(fields, length)

    def _lengthen(self, fields: dict[str, Any], length: int) -> None:
        """Give some arrays room for at least ``length`` entries."""
        room = int(length * SPARE) + LEAST
        longer: dict[str, Any] = {name: _longer(getattr(self.net, name), room, fill) for name, fill in fields.items()}
        self.net = self.net._replace(**longer)

    def _fit_search(self) -> None:
        """Make what a search waits with as long as there are nodes."""
        nodes = len(self.net.needs) + len(self.net.supplies)
        self.net = self.net._replace(**_search_room(nodes))


def _network(problem: Problem, answer: Answer, pair_number: Int32) -> LiveNetwork:
    """The network of a problem whose pairs carry nothing yet."""
    n, limits = problem.n_needs, problem.limits
    k = problem.n_limits
    supplies = k + problem.n_resources
    load = np.zeros(problem.n_resources, np.int64)
    np.add.at(load, problem.pair_resource[answer.pair], answer.quantity)
    capacity, above = problem.capacity, np.full(supplies, ROOT, np.int32)
    price = answer.resource_price.copy()
    if limits is not None:
        above = np.concatenate([limits.above, limits.of_resource])
        load = np.concatenate([sums_below(limits.above, from_leaves(limits.of_resource, load, k)), load])
        capacity = np.concatenate([limits.capacity, capacity])
        upper = sums_above(limits.above, answer.limit_price)
        price = np.concatenate([upper, price + at_leaves(limits.of_resource, upper)])
    supply = problem.pair_resource + np.int32(k)
    columns = np.argsort(supply, kind="stable").astype(np.int32)
    back = np.empty_like(columns)
    back[columns] = np.arange(len(columns), dtype=np.int32)
    need = problem.need_of_pair.astype(np.int32)
    column_length = np.bincount(supply, minlength=supplies)
    place = np.full(int(pair_number.max(initial=-1)) + 1, NONE, np.int32)
    place[pair_number] = np.arange(problem.n_pairs, dtype=np.int32)
    counts = np.zeros(N_COUNTS, np.int64)
    counts[ROWS_END] = counts[COLUMNS_END] = problem.n_pairs
    return LiveNetwork(
        needs=_needs(problem, answer),
        need_price=np.where(problem.demand > 0, answer.need_price, ABSENT),
        supplies=_supplies(above, capacity, capacity - load, column_length),
        price=price,
        pairs=_records(PAIR, supply=supply, cost=problem.pair_cost),
        carried=_records(CARRIED, units=np.zeros(len(back), np.int64), back=back, number=pair_number),
        backs=_records(BACK, need=need[columns], cost=problem.pair_cost[columns], pair=columns),
        place=place,
        need_label=np.zeros(n, LABEL),
        supply_label=np.zeros(supplies, LABEL),
        journal=np.zeros(2 * (2 * min(n, problem.n_resources) + 2) + LEAST, ENTRY),
        counts=counts,
        **_search_room(n + supplies),
    )


def _needs(problem: Problem, answer: Answer) -> Records:
    row_length = np.diff(problem.row_start)
    return _records(
        NEED,
        demand=problem.demand,
        unmet_cost=problem.unmet_cost,
        unmet=answer.unmet,
        row_start=problem.row_start[:-1],
        row_length=row_length,
        row_room=row_length,
    )


def _supplies(above: Int32, capacity: Int64, slack: Int64, column_length: Int64) -> Records:
    first, after, before = _linked(above)
    return _records(
        SUPPLY,
        capacity=capacity,
        slack=slack,
        column_start=np.cumsum(column_length) - column_length,
        column_length=column_length,
        column_room=column_length,
        column_used=np.zeros(len(above), np.int32),
        above=above,
        first_below=first,
        next_below=after,
        last_below=before,
    )


def _records(kind: np.dtype[np.void], **columns: npt.NDArray[Any]) -> Records:
    """Columns as records, all fields given."""
    made = np.empty(len(next(iter(columns.values()))), kind)
    for name in kind.names or ():
        made[name] = columns[name]
    return made


def _search_room(nodes: int) -> dict[str, Any]:
    return {
        "heap": np.zeros(2 * nodes + LEAST, WAITING),
        "stack": np.zeros(nodes + LEAST, np.int32),
        "settled": np.zeros(nodes + LEAST, np.int32),
    }


def _linked(above: Int32) -> tuple[Int32, Int32, Int32]:
    """First node below each, next and last below the same node."""
    first, after, before = (np.full(len(above), NONE, np.int32) for _ in range(3))
    below = np.argsort(above, kind="stable").astype(np.int32)
    below = below[above[below] != ROOT]
    same = above[below[1:]] == above[below[:-1]]
    after[below[:-1][same]] = below[1:][same]
    before[below[1:][same]] = below[:-1][same]
    heads = below[np.concatenate([[True], ~same])[: len(below)]]
    first[above[heads]] = heads
    return first, after, before


def _longer(values: npt.NDArray[Any], length: int, fill: Any) -> npt.NDArray[Any]:
    made = np.empty(length, values.dtype)
    made[len(values) :] = fill
    made[: len(values)] = values
    return made

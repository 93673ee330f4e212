"""The best plan under side rules, class by class and then by cost, by integer programs of another code."""

from collections import defaultdict

import numpy as np

from tests.instances.plain_program import PlainProgram, solved

Row = tuple[dict[int, int], float, float]


class PlainStages:
    """The program of a street with a column for each yes or no that a side rule asks."""

    def __init__(self, program: PlainProgram) -> None:
        self.program = program
        self.upper: list[float] = [program.left[way.need.uid] for way in program.ways]
        self.price: list[int] = [
            cost - program.unmet_cost(way.need) for way, cost in zip(program.ways, program.costs, strict=True)
        ]
        self.base = sum(program.unmet_cost(need) * program.left[need.uid] for need in program.needs)
        self.rows: list[Row] = [(row, -np.inf, limit) for _, row, limit in program.rows]
        self.of_need: dict[str, dict[int, int]] = {need.uid: {} for need in program.needs}
        for i, way in enumerate(program.ways):
            self.of_need[way.need.uid][i] = 1
        for need in program.needs:
            self.rows.append((self.of_need[need.uid], -np.inf, program.left[need.uid]))
        self._fairness()
        self._whole_and_teams()
        self._single()
        self._floors()
        self._posts()
        self._published()

    def _column(self, upper: float = 1, price: int = 0) -> int:
        self.upper.append(upper)
        self.price.append(price)
        return len(self.upper) - 1

    def _fairness(self) -> None:
        for uids, costs in self.program.groups():
            short = {i: 1 for uid in uids for i in self.of_need[uid]}
            short |= {self._column(price=cost): 1 for cost in costs}
            self.rows.append((short, sum(self.program.left[uid] for uid in uids), np.inf))

    def _all_or_nothing(self, uid: str, column: int) -> None:
        units = self.program.left[uid]
        self.rows.append((self.of_need[uid] | {column: -units}, 0, 0))

    def _whole_and_teams(self) -> None:
        teams: dict[str, list[str]] = defaultdict(list)
        for need in self.program.needs:
            if not self.program.left[need.uid]:
                continue
            if need.team_uid is not None:
                teams[need.team_uid].append(need.uid)
            if self.program.plain.whole(need):
                self._all_or_nothing(need.uid, self._column())
        for members in teams.values():
            together = self._column()
            for uid in members:
                self._all_or_nothing(uid, together)

    def _single(self) -> None:
        for need in self.program.needs:
            if not self.program.plain.single(need):
                continue
            of_provider: dict[str, dict[int, int]] = defaultdict(dict)
            for i in self.of_need[need.uid]:
                of_provider[self.program.ways[i].resource.provider_uid][i] = 1
            chosen = {}
            for mine in of_provider.values():
                column = self._column()
                chosen[column] = 1
                self.rows.append((mine | {column: -self.program.left[need.uid]}, -np.inf, 0))
            if chosen:
                self.rows.append((chosen, -np.inf, 1))

    def _branch(self, area_uid: str) -> str | None:
        path = self.program.plain.areas[area_uid].ring_path
        return next((uid for level, uid in path if level == "branch"), None)

    def _floors(self) -> None:
        policy, snapshot = self.program.plain.policy, self.program.plain.snapshot
        if not policy.floor_s:
            return
        served = {*snapshot.served_branch_uids, *(self._branch(pin.need.area_uid) for pin in self.program.pins)}
        wanted = {self._branch(need.area_uid) for need in snapshot.needs} - served - {None}
        for branch in wanted:
            mine = {i: 1 for i, way in enumerate(self.program.ways) if self._branch(way.need.area_uid) == branch}
            self.rows.append((mine | {self._column(price=policy.floor_s): 1}, 1, np.inf))

    def _posts(self) -> None:
        plain = self.program.plain
        held: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
        for i, way in enumerate(self.program.ways):
            if way.need.post is not None and plain.providers[way.resource.provider_uid].label == "Person":
                held[way.resource.provider_uid, way.need.post][i] = 1
        for mine in held.values():
            if len({self.program.ways[i].need.uid for i in mine}) > 1:
                column = self._column(price=plain.policy.switch_s)
                self.rows += [({i: 1, column: -self.upper[i]}, -np.inf, 0) for i in mine]

    def _published(self) -> None:
        policy = self.program.plain.policy
        if policy.most_changes < 0 or not self.program.plain.snapshot.published:
            return
        kept: dict[int, int] = {}
        certain = 0
        told: dict[tuple[str, str, str], int] = {}
        for *place, units in self.program.plain.snapshot.published:
            told[tuple(place)] = told.get(tuple(place), 0) + units
        for (need, resource, slot), published in told.items():
            pins = [pin for pin in self.program.pins if pin.need.uid == need]
            fixed = sum(pin.quantity for pin in pins if pin.resource.slots[pin.slot].uid == slot)
            units = published - fixed
            if units == 0:
                continue
            if units < 0:
                certain += 1
                continue
            mine = [
                i
                for i, way in enumerate(self.program.ways)
                if (way.need.uid, way.resource.uid, way.resource.slots[way.slot].uid) == (need, resource, slot)
            ]
            if not mine or self.program.left[need] < units:
                certain += 1
                continue
            column, most = self._column(), max(self.program.left[need], units)
            kept[column] = 1
            self.rows.append(({mine[0]: 1, column: -units}, 0, np.inf))
            self.rows.append(({mine[0]: 1, column: most - units}, -np.inf, most))
        self.rows.append((kept or {0: 0}, len(kept) + certain - policy.most_changes, np.inf))

    def best(self) -> tuple[dict[str, int], int] | None:
        """Unmet units of each class, least in turn, then the least cost; ``None`` when nothing keeps all rules."""
        found = {}
        rows = list(self.rows)
        if not self.upper:
            self._column(upper=0)
        upper = np.array(self.upper, np.float64)
        for kind in range(4):
            uids = [need.uid for need in self.program.needs if need.urgency == kind]
            asked = sum(self.program.left[uid] for uid in uids)
            price = np.zeros(len(upper))
            mine = [i for uid in uids for i in self.of_need[uid]]
            price[mine] = -1
            least = solved(price, rows, upper)
            if least is None:
                return None
            found[f"class.{kind}"] = asked + least
            rows.append((dict.fromkeys(mine, 1) or {0: 0}, -least, np.inf))
        cost = solved(np.array(self.price, np.float64), rows, upper)
        return None if cost is None else (found, self.base + cost)

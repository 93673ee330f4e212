"""An office that goes on writing: lists that change, rulings, imports undone, plans saved and published."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from api.services import matching
from graph_schema.errors import ImportInUseError
from graph_schema.model.identity import make_uid
from graph_schema.model.ledger import Entity
from graph_schema.model.needs import Need, Urgency
from graph_schema.model.resources import Resource
from graph_schema.model.rulings import Ruling, RulingKind
from graph_schema.stores.base import GraphStore
from matcher.errors import InvalidProblemError
from matcher.policy import Policy
from tests.instances.office import AS_OF, STREET, as_import, need, office, point, resource

FAIR = Policy()
FREE = Policy(fairness_mode="off")
NEEDS, RESOURCES = 12, 6


class WritingOffice:
    """
    Writes to a store at random.

    Parameters
    ----------
    policy
        Of the plans that it saves.
    """

    def __init__(self, store: GraphStore, seed: int, policy: Policy = FREE) -> None:
        self.store, self.policy = store, policy
        self.random = Random(seed)
        self.turn = 0
        self.imported: list[str] = []
        self.ruled: list[str] = []
        self.ways: tuple[Callable[[], Any], ...] = (
            *(self.change_needs,) * 3,
            *(self.change_resources,) * 3,
            *(self.rule,) * 3,
            self.lift,
            self.undo,
            self.plan,
            self.publish,
        )

    def begin(self) -> None:
        """The first rows are there, and a first plan."""
        self.store.apply_import(as_import(*self.first_rows()))
        self.store.release_batch(STREET, "batch-1", AS_OF, "test")
        self.plan()

    def first_rows(self) -> tuple[Entity, ...]:
        """The small office, and some more needs and resources."""
        return (*office(), *(self._resource(n) for n in range(3)), *(self._need(n) for n in range(8)))

    def write(self) -> None:
        """Something is written; a pin that no plan could keep is taken back."""
        self.turn += 1
        self.random.choice(self.ways)()

    def change_needs(self) -> None:
        self._import([self._need(n) for n in self.random.sample(range(NEEDS), self.random.randint(1, 3))])

    def change_resources(self) -> None:
        self._import([self._resource(self.random.randrange(RESOURCES))])

    def rule(self) -> None:
        graph = self.store.street_graph(STREET)
        asked, given = self.random.choice(graph.needs), self.random.choice(graph.resources)
        kind = self.random.choice((RulingKind.BAN, RulingKind.BAN, RulingKind.DECLINE, RulingKind.PIN))
        ruling = Ruling(
            uid=make_uid(STREET, "ruling", str(self.turn), str(self.random.random())),
            street=STREET,
            kind=kind,
            created_at=AS_OF,
            by="test",
            need_uid=asked.uid,
            resource_uid=given.uid,
            quantity=1 if kind is RulingKind.PIN else None,
            reason="试",
        )
        self.store.add_ruling(ruling, AS_OF, "test")
        self.ruled.append(ruling.uid)
        if kind is RulingKind.PIN and not self._can_be_planned():
            self.lift()

    def lift(self) -> None:
        if self.ruled:
            self.store.lift_ruling(STREET, self.ruled.pop(), AS_OF, "test")

    def undo(self) -> None:
        if self.imported:
            try:
                self.store.undo_import(STREET, self.imported.pop(), AS_OF, "test")
            except ImportInUseError:
                return

    def plan(self) -> None:
        if self._can_be_planned():
            now = AS_OF + timedelta(seconds=self.turn)
            request = matching.PlanRequest(AS_OF, policy=self.policy)
            matching.match(self.store, STREET, request, now=now, actor="test")

    def publish(self) -> None:
        runs = self.store.runs(STREET)
        if runs:
            self.store.publish_run(STREET, runs[0].uid, AS_OF, "test")

    def _can_be_planned(self) -> bool:
        request = matching.PlanRequest(AS_OF, policy=self.policy)
        try:
            matching.solved_plan(self.store.street_graph(STREET), request)
        except InvalidProblemError:
            return False
        return True

    def _import(self, rows: list[Any]) -> None:
        outcome = self.store.apply_import(as_import(*rows, name=f"list {self.turn} {self.random.random()}"))
        if outcome.record is not None:
            self.imported.append(outcome.record.uid)

    def _need(self, number: int) -> Need:
        return need(
            f"asked-{number:02d}",
            f"助餐{number}",
            area=self.random.choice(["area-a", "area-a", "area-b"]),
            quantity=self.random.randint(1, 6),
            urgency=self.random.choice(list(Urgency)),
            location=point(120.60 + self.random.randint(-9, 9) / 1000, 31.31 + self.random.randint(-9, 9) / 1000),
        )

    def _resource(self, number: int) -> Resource:
        serves = self.random.choice([(), (), ("area-a",), ("area-b",)])
        return resource(f"given-{number}", f"食堂{number}", offered=self.random.randint(1, 12), serves_uids=serves)

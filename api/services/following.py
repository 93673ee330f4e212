"""One writer of the plan of each street, and readers that wait no longer than they say."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from api.errors import NotReadyError
from api.services.standing_plan import Standing, StandingPlan
from graph_schema.model.pairings import Finding
from graph_schema.stores.base import GraphStore

ASK_AGAIN_S = 2
"""When to come again where there is no plan yet."""


@dataclass(frozen=True, slots=True)
class Seen:
    """
    A plan as a reader was given it.

    Parameters
    ----------
    current
        Whether it holds everything that was in the graph when the reader asked; otherwise it is the one before.
    """

    standing: Standing
    current: bool


class Follower:
    """
    The plan of one street, brought up to date by a thread of its own whenever a reader asks.

    Readers who ask while it is at work share the next turn, which begins after all of them have asked.

    Parameters
    ----------
    store, street
        The graph, and the street's uid.
    clock
        Now, aware UTC.
    """

    def __init__(self, store: GraphStore, street: str, clock: Callable[[], datetime]) -> None:
        self._plan = StandingPlan(store, street)
        self._clock = clock
        self._turn = threading.Condition()
        self._asked = self._done = 0
        self._standing: Standing | None = None
        self._failure: Exception | None = None
        self._closed = False
        self._writer = threading.Thread(target=self._write, name=f"follows {street}", daemon=True)
        self._writer.start()

    def seen(self, wait_s: float) -> Seen:
        """
        The plan with all that is in the graph now, or after ``wait_s`` seconds the one before.

        Raises
        ------
        NotReadyError
            If there is none before.
        GraphSchemaError, MatcherError
            If the graph cannot be planned for as it is now.
        """
        ends = monotonic() + wait_s
        with self._turn:
            self._asked += 1
            mine = self._asked
            self._turn.notify_all()
            self._turn.wait_for(lambda: self._done >= mine or self._closed, timeout=max(ends - monotonic(), 0.0))
            current = self._done >= mine
            if current and self._failure is not None:
                raise self._failure
            if self._standing is None:
                raise NotReadyError(Finding("http.not_ready", {"seconds": ASK_AGAIN_S}))
            return Seen(self._standing, current)

    def close(self) -> None:
        """Nothing is begun any more; what is being made is waited for, because the store is closed after this."""
        with self._turn:
            self._closed = True
            self._turn.notify_all()
        self._writer.join()

    def _write(self) -> None:
        while True:
            with self._turn:
                self._turn.wait_for(lambda: self._asked > self._done or self._closed)
                if self._closed:
                    return
                turn = self._asked
            failure: Exception | None = None
            try:
                self._plan.catch_up(self._clock())
            except Exception as error:  # noqa: BLE001 - whatever it is, those who asked are told
                failure = error
            with self._turn:
                self._standing, self._failure, self._done = self._plan.standing, failure, turn
                self._turn.notify_all()


class Followers:
    """
    The followers of a service, each begun when its street is first asked about.

    Parameters
    ----------
    store, clock
        As for `Follower`.
    """

    def __init__(self, store: GraphStore, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._lock = threading.Lock()
        self._of: dict[str, Follower] = {}

    def of(self, street: str) -> Follower:
        """The follower of a street."""
        with self._lock:
            if street not in self._of:
                self._of[street] = Follower(self._store, street, self._clock)
            return self._of[street]

    def close(self) -> None:
        """All are closed."""
        with self._lock:
            for follower in self._of.values():
                follower.close()
            self._of.clear()

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
from matcher.suggestions import Losses

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
    losses
        What it would lose by each pair that was asked about; ``None`` where nothing was, or that is not known.
    """

    standing: Standing
    current: bool
    losses: Losses | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What forcing each pair of a need, or else of a resource, would lose."""

    uid: str
    of_need: bool


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
        self._asked = self._shown = self._done = 0
        self._standing: Standing | None = None
        self._failure: Exception | None = None
        self._questions: dict[int, Question] = {}
        self._answers: dict[int, Losses | None] = {}
        self._closed = False
        self._writer = threading.Thread(target=self._write, name=f"follows {street}", daemon=True)
        self._writer.start()

    def seen(self, wait_s: float, question: Question | None = None) -> Seen:
        """
        The plan with all that is in the graph now, or after ``wait_s`` seconds the one before.

        Parameters
        ----------
        question
            Answered by the writer, which alone may touch the live plan, of the state that it has just made.

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
            if question is not None:
                self._questions[mine] = question
            self._turn.notify_all()
            self._turn.wait_for(lambda: self._done >= mine or self._closed, timeout=max(ends - monotonic(), 0.0))
            self._questions.pop(mine, None)
            losses = self._answers.pop(mine, None)
            current = self._shown >= mine
            if current and self._failure is not None:
                raise self._failure
            if self._standing is None:
                raise NotReadyError(Finding("http.not_ready", {"seconds": ASK_AGAIN_S}))
            return Seen(self._standing, current, losses)

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
                turn, questions = self._asked, dict(self._questions)
            failure: Exception | None = None
            try:
                self._plan.catch_up(self._clock())
            except Exception as error:  # noqa: BLE001 - whatever it is, those who asked are told
                failure = error
            with self._turn:  # who will not wait for an answer is given the state without it
                self._standing, self._failure, self._shown = self._plan.standing, failure, turn
            answers: dict[int, Losses | None] = {}
            try:
                self._plan.prepare()
                answers = {n: self._plan.losses(asked.uid, of_need=asked.of_need) for n, asked in questions.items()}
            except Exception as error:  # noqa: BLE001 - as above
                failure = failure or error
            with self._turn:
                self._failure, self._done = failure, turn
                self._answers |= {n: losses for n, losses in answers.items() if n in self._questions}
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

"""The turns of a plan's one writer: who is given what, and when, while a turn takes as long as a test says."""

import threading
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from api.errors import NotReadyError
from api.services import following
from api.services.following import Follower, Question
from tests.instances.office import AS_OF

ASKED = Question("need-1", of_need=True)


class Plan:
    """Stands in for a plan: the n-th turn makes state n, and answering may be held up."""

    def __init__(self, *_: object) -> None:
        self.standing: Any = None
        self.ready, self.answering = threading.Event(), threading.Event()
        self.ready.set()
        self.broken = False

    def catch_up(self, _: datetime) -> None:
        if self.broken:
            raise RuntimeError
        self.standing = SimpleNamespace(turn=1 if self.standing is None else self.standing.turn + 1)

    def prepare(self) -> None:
        self.answering.set()
        assert self.ready.wait(60)

    def losses(self, _: str, *, of_need: bool) -> dict[int, int]:
        return {int(of_need): self.standing.turn}


@pytest.fixture
def follower(monkeypatch: pytest.MonkeyPatch) -> Follower:
    monkeypatch.setattr(following, "StandingPlan", Plan)
    return Follower(SimpleNamespace(), "street", lambda: AS_OF)  # type: ignore[arg-type]


def test_a_question_is_answered_of_the_state_of_its_turn_and_forgotten(follower: Follower) -> None:
    for _ in range(3):
        seen: Any = follower.seen(60, ASKED)
        assert (seen.current, seen.losses) == (True, {1: seen.standing.turn})
        assert follower.seen(60).losses is None
    assert (follower._questions, follower._answers) == ({}, {})
    follower.close()


def test_who_does_not_wait_for_an_answer_is_given_the_new_state_without_it(follower: Follower) -> None:
    plan: Any = follower._plan
    plan.ready.clear()
    seen: Any = follower.seen(1.0, ASKED)
    while not seen.current:  # the turn itself had not come yet
        seen = follower.seen(1.0, ASKED)
        plan.ready.set()
    assert seen.standing.turn >= 1
    plan.ready.set()
    assert follower.seen(60, ASKED).losses
    assert (follower._questions, follower._answers) == ({}, {})
    follower.close()


def test_a_failure_is_told_to_those_who_asked_and_the_state_stays(follower: Follower) -> None:
    plan: Any = follower._plan
    before = follower.seen(60).standing
    plan.broken = True
    with pytest.raises(RuntimeError):
        follower.seen(60)
    assert plan.standing is before
    plan.broken = False
    assert follower.seen(60).current
    follower.close()


def test_nobody_waits_for_the_first_state_longer_than_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()
    monkeypatch.setattr(following, "StandingPlan", Plan)
    monkeypatch.setattr(Plan, "catch_up", lambda *_: let_go.wait(60))
    follower = Follower(SimpleNamespace(), "street", lambda: AS_OF)  # type: ignore[arg-type]
    with pytest.raises(NotReadyError):
        follower.seen(0)
    let_go.set()
    follower.close()

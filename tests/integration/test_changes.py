"""What happens is told to whoever listens: every event once and in order, cut off or not, and nothing private."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any, Self

import pytest
import uvicorn

from api import deps
from api.app import create_app
from api.services.graphs import scratch_graph
from api.settings import Settings
from graph_schema.model.needs import Visibility
from graph_schema.stores.base import GraphStore
from tests.instances.office import AS_OF, STREET, as_import, need, office, resource

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    settings = Settings(data=tmp_path_factory.mktemp("unused"), graph="")
    with scratch_graph(settings, "changes-tests") as opened:
        opened.apply_import(as_import(*office()))
        yield opened


@pytest.fixture(scope="module")
def port(store: GraphStore) -> Iterator[int]:
    """A real server, because a stream that does not end cannot be asked for in any other way."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        found: int = listening.getsockname()[1]
        config = uvicorn.Config(create_app(store, clock=lambda: AS_OF), log_level="error")
        server = uvicorn.Server(config)
        serving = threading.Thread(target=server.run, args=([listening],))
        serving.start()
        while not server.started:
            time.sleep(0.01)
        yield found
        server.should_exit = True
        serving.join()


class Listener:
    """Reads server-sent events from the service."""

    def __init__(self, port: int, query: str = "", last: int | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {} if last is None else {"Last-Event-ID": str(last)}
        self._connection.request("GET", f"/v1/changes{query}", headers=headers)
        self.answer = self._connection.getresponse()
        self.retry = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.answer.close()
        self._connection.close()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Data of each event, which carries its id."""
        fields: dict[str, str] = {}
        while line := self.answer.readline():
            text = line.decode().rstrip("\n")
            name, _, value = text.partition(":")
            if name == "retry":
                self.retry = int(value)
            if text and name:
                fields[name] = value.strip()
            if not text and "data" in fields:
                data = json.loads(fields["data"])
                assert (fields["id"], fields["event"]) == (str(data["seq"]), "change")
                yield data
            if not text:
                fields = {}

    def some(self, count: int) -> list[dict[str, Any]]:
        """The next so many events."""
        every = iter(self)
        return [next(every) for _ in range(count)]


def written(store: GraphStore, *rows: Any) -> int:
    """Rows imported; the sequence number after it."""
    store.apply_import(as_import(*rows, name=f"list {store.position(STREET).seq}"))
    return store.position(STREET).seq


def test_what_is_there_is_told_in_order_and_ends_where_that_is_asked_for(store: GraphStore, port: int) -> None:
    end = store.position(STREET).seq
    with Listener(port, "?after=0&follow=false") as listener:
        events = list(listener)
    assert listener.answer.headers["content-type"].startswith("text/event-stream")
    assert listener.retry > 0
    assert [event["seq"] for event in events] == list(range(1, end + 1))
    assert [event["kind"] for event in events] == [event.kind for event in store.events(STREET, 0)]
    assert "need-1" in events[0]["needs"]
    assert "resource-1" in events[0]["resources"]


def test_what_happens_reaches_a_listener_and_one_who_was_cut_off_misses_and_repeats_nothing(
    store: GraphStore, port: int
) -> None:
    began = store.position(STREET).seq
    told: list[dict[str, Any]] = []
    for turn in range(4):
        last = told[-1]["seq"] if told else began
        with Listener(port, f"?after={began}", last=last if turn else None) as listener:
            end = written(store, need(f"told-{turn}", f"第{turn}次", quantity=turn + 1))
            told += listener.some(max((end - last) // 2, 1))
    with Listener(port, "?follow=false", last=told[-1]["seq"]) as listener:
        told += list(listener)
    assert [event["seq"] for event in told] == list(range(began + 1, store.position(STREET).seq + 1))
    assert {uid for event in told for uid in event["needs"]} == {f"told-{turn}" for turn in range(4)}


def test_a_listener_without_a_number_hears_only_what_comes(store: GraphStore, port: int) -> None:
    with Listener(port) as listener:
        assert listener.answer.readline().startswith(b": after")
        end = written(store, resource("heard", "新食堂"))
        events = listener.some(2)
    assert [event["seq"] for event in events] == [end - 1, end]
    assert [event["resources"] for event in events] == [["heard"], []]


def test_a_private_need_is_in_no_event_and_its_event_is_there(store: GraphStore, port: int) -> None:
    began = store.position(STREET).seq
    end = written(store, need("hidden", "不给人看的", visibility=Visibility.PRIVATE))
    with Listener(port, f"?after={began}&follow=false") as listener:
        events = list(listener)
    assert [event["seq"] for event in events] == list(range(began + 1, end + 1))
    assert [(event["needs"], event["resources"]) for event in events] == [([], [])] * len(events)


def test_who_comes_when_all_places_are_taken_is_told_when_to_come_again(port: int) -> None:
    listeners = [Listener(port) for _ in range(deps.MOST_LISTENERS)]
    for listener in listeners:
        assert listener.answer.readline().startswith(b":")
    with Listener(port) as refused:
        assert refused.answer.status == 503
        assert refused.answer.headers["retry-after"] == str(deps.LISTEN_AGAIN_S)
        assert json.loads(refused.answer.read())["code"] == "http.too_many_listeners"
    for listener in listeners:
        listener.__exit__()
    ends = time.monotonic() + 60
    status = 503
    while status == 503 and time.monotonic() < ends:  # the service notices a listener that left when it next speaks
        with Listener(port, "?follow=false") as again:
            status = again.answer.status
    assert status == 200


@pytest.mark.parametrize(
    ("query", "last"), [("?after=-1", None), ("?after=x", None), ("", -2), ("?follow=maybe", None)]
)
def test_a_number_that_is_none_is_refused_before_anything_is_sent(port: int, query: str, last: int | None) -> None:
    with Listener(port, query, last) as listener:
        assert listener.answer.status == 422
        assert listener.answer.headers["content-type"] == "application/problem+json"

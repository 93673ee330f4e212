"""The small office in a real engine, with a plan, behind the application."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.services import matching
from api.services.graphs import scratch_graph
from api.settings import Settings
from graph_schema.stores.base import GraphStore
from tests.instances.office import AS_OF, STREET, as_import, office

LOCAL = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Service:
    """The application over a store; ``client`` speaks to it as a browser on this machine would."""

    store: GraphStore
    client: TestClient


def served(store: GraphStore) -> TestClient:
    app = create_app(store, clock=lambda: AS_OF)
    return TestClient(app, base_url=LOCAL, client=("127.0.0.1", 40_000), raise_server_exceptions=False)


@pytest.fixture(scope="session")
def planned_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The small office with one plan. Shared: tests only read it."""
    settings = Settings(data=tmp_path_factory.mktemp("unused"), graph="")
    with scratch_graph(settings, "http-tests") as store:
        store.apply_import(as_import(*office()))
        store.release_batch(STREET, "batch-1", AS_OF, "test")
        matching.match(store, STREET, matching.PlanRequest(AS_OF), now=AS_OF, actor="test")
        with served(store) as client:
            yield Service(store, client)


@pytest.fixture
def empty_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A store of its own without any street, for tests that write."""
    settings = Settings(data=tmp_path_factory.mktemp("unused"), graph="")
    with scratch_graph(settings, "http-tests") as store, served(store) as client:
        yield Service(store, client)

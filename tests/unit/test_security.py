"""The service answers this machine alone, reads bounded bodies, and tells browsers what they may do."""

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.security import HEADERS, MAX_BODY_BYTES, is_loopback
from tests.unit.test_problems import SHAPE, RaisingStore

LOCAL = "http://127.0.0.1:8000"


def client(*, base_url: str = LOCAL, address: str = "127.0.0.1") -> TestClient:
    store = RaisingStore(LookupError("never asked"))
    return TestClient(create_app(store), base_url=base_url, client=(address, 40_000))  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost."])
def test_names_of_this_machine_are_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["", "10.0.0.1", "localhost.example", "127.0.0.1.example", "example", "::2", "[", "1", "127.1", "*"],
)
def test_other_names_are_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("base_url", [LOCAL, "http://localhost:8000", "http://[::1]:8000"])
def test_this_machine_is_answered(base_url: str) -> None:
    assert client(base_url=base_url).get("/docs").status_code == 200


@pytest.mark.parametrize(
    "host", ["rebound.example", "rebound.example:8000", "10.0.0.7", "127.0.0.1@evil.example:1", "["]
)
def test_a_foreign_host_name_is_refused(host: str) -> None:
    answer = client().get("/docs", headers={"host": host})
    assert answer.status_code == 421
    assert set(answer.json()) == SHAPE


@pytest.mark.parametrize("address", ["10.0.0.7", "192.168.1.9", "2001:db8::1", "testclient"])
def test_a_connection_from_elsewhere_is_refused(address: str) -> None:
    answer = client(address=address).get("/docs")
    assert answer.status_code == 403
    assert answer.json()["type"] == "/docs#not_loopback"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:9000"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_page_of_another_origin_changes_nothing(headers: dict[str, str]) -> None:
    answer = client().post("/v1/plans", json={}, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["type"] == "/docs#foreign_origin"


def test_no_answer_invites_another_origin() -> None:
    answer = client().get("/docs", headers={"origin": "https://evil.example"})
    assert not any(name.startswith("access-control") for name in answer.headers)
    preflight = client().options("/v1/plans", headers={"access-control-request-method": "POST"})
    assert preflight.status_code == 405


def test_a_large_body_is_not_read() -> None:
    answer = client().post(
        "/v1/plans", content=b"x" * (MAX_BODY_BYTES + 1), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413
    assert set(answer.json()) == SHAPE


def test_a_large_body_without_a_length_is_not_read_to_its_end() -> None:
    chunks = iter([b"x" * MAX_BODY_BYTES, b"x" * MAX_BODY_BYTES, b"x"])
    answer = client().post("/v1/plans", content=chunks, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["type"] == "/docs#body_too_large"


@pytest.mark.parametrize("length", ["-1", "1e9", "９", "99999999999999999999", "9" * 5000])
def test_a_length_that_makes_no_sense_is_refused(length: str) -> None:
    answer = client().post("/v1/plans", headers=[(b"content-length", length.encode()), (b"host", b"localhost")])
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/nothing", "/static/needlework.css", "/v1/health"])
def test_every_answer_keeps_the_browser_on_this_machine(path: str) -> None:
    headers = client().get(path).headers
    for name, value in HEADERS.items():
        assert headers[name] == value
    assert headers["cache-control"] == "no-store"


def test_a_web_socket_is_closed() -> None:
    from starlette.websockets import WebSocketDisconnect  # noqa: PLC0415 - one test's exception

    with pytest.raises(WebSocketDisconnect), client().websocket_connect("/v1/needs"):
        pass

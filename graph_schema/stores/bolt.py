"""
The one place that speaks to a database: explicit transactions over Bolt, bounded, retried, with our own errors.

An error of the driver becomes one of `graph_schema.errors`::

    no answer, connection lost, commit in doubt   repeat until the time is up           -> StoreUnavailableError
    deadlock and other transient errors           repeat until the time is up           -> StoreUnavailableError
    uniqueness, the loser of a race               repeat until lost to the same key     -> DuplicateKeyError
    an error that hides its cause                 repeat until it comes the same again  -> StoreError
    password, database, rights, certificate       at once                               -> StoreAccessError
    anything else                                 at once, naming the statement         -> StoreError

A repeat is safe because every uid is made by the client: a transaction whose commit was in doubt finds what it wrote.
The error that hides its cause is the embedded engine's: the first two to write a kind of row or relationship at once
both make the type for it, and the second is only told that its statement failed.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

import neo4j
from neo4j import exceptions as driver_errors
from neo4j.graph import Node as DriverNode
from neo4j.graph import Path as DriverPath
from neo4j.graph import Relationship as DriverRelationship
from neo4j.time import Date as DriverDate
from neo4j.time import DateTime as DriverDateTime

from graph_schema.cypher.loader import statement
from graph_schema.errors import (
    DuplicateKeyError,
    InvalidValueError,
    QueryRefusedError,
    StoreAccessError,
    StoreError,
    StoreUnavailableError,
)

logging.getLogger("neo4j").addHandler(logging.NullHandler())  # a lost connection is tried again, not printed

_T = TypeVar("_T")
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.02, 1.0
_CONNECT_S = 5.0
_NAMED_UTC = ZoneInfo("UTC")

_LOST = (driver_errors.ServiceUnavailable, driver_errors.SessionExpired, driver_errors.ConnectionPoolError, OSError)
_REFUSED = (driver_errors.AuthError, driver_errors.Forbidden, driver_errors.ConfigurationError)
_NO_DATABASE = "Neo.ClientError.Database.DatabaseNotFound"
_NODE_NAMES = re.compile(r"Node\(\d+\)|#\d+:\d+")
"""What the engines call the other node, which a repeat may find under another name."""
_TIMED_OUT = "Neo.ClientError.Transaction.TransactionTimedOut"
_HIDES_ITS_CAUSE = "Error executing Cypher command"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a Bolt server listens, and how to enter it. ``password`` is never printed."""

    url: str
    user: str
    password: str
    database: str

    def __repr__(self) -> str:
        return f"Endpoint({self.url!r}, {self.user!r}, database={self.database!r})"


class Transaction:
    """
    One explicit transaction; statements by the name of their file.

    Parameters
    ----------
    in_doubt
        Whether an attempt before this one may have been committed without our hearing of it.
    """

    def __init__(self, inner: neo4j.Transaction, *, in_doubt: bool) -> None:
        self._inner = inner
        self.in_doubt = in_doubt
        self.abandoned = False

    def run(self, name: str, /, **params: object) -> list[dict[str, Any]]:
        """All rows of a statement, as plain values."""
        try:
            return [_row(record) for record in self._inner.run(statement(name).text, _sendable(params))]
        except driver_errors.Neo4jError as error:
            error.add_note(name)
            raise

    def abandon(self) -> None:
        """Nothing of this transaction will be kept."""
        self.abandoned = True


class Connection:
    """
    A way to one database.

    Parameters
    ----------
    endpoint
        Gives the address; asked again whenever the connection is lost, so it may start the engine anew.
    retry_s
        How long a lost connection or a conflict is tried again.
    opening_s
        How long it is tried again while nobody has ever answered here; ``None``: as long as ``retry_s``.
    deadline_s
        Longest that one attempt may take before its connection is cut.
    stop_runaway
        Called when a free query was cut off, for an engine that would run it to its end.
    """

    def __init__(
        self,
        endpoint: Callable[[], Endpoint],
        *,
        retry_s: float,
        opening_s: float | None = None,
        deadline_s: float = 120.0,
        stop_runaway: Callable[[], None] = lambda: None,
    ) -> None:
        self._endpoint = endpoint
        self._stop_runaway = stop_runaway
        self._retry_s = retry_s
        self._opening_s = opening_s
        self._deadline_s = deadline_s
        self._has_answered = False
        self._lock = threading.Lock()
        self._current: tuple[Endpoint, neo4j.Driver] | None = None
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """All sockets are closed. May be called twice."""
        with self._lock:
            current, self._current, self._closed = self._current, None, True
        if current is not None:
            current[1].close()

    def read(self, work: Callable[[Transaction], _T]) -> _T:
        """What ``work`` returns; nothing that it does is kept."""

        def reading(transaction: Transaction) -> _T:
            transaction.abandon()
            return work(transaction)

        return self._repeat(reading, neo4j.READ_ACCESS)

    def write(self, work: Callable[[Transaction], _T]) -> _T:
        """
        What ``work`` returns, once all that it did is committed.

        ``work`` may be called again after a conflict or a commit in doubt, so it must find what it wrote before.
        """
        return self._repeat(work, neo4j.WRITE_ACCESS)

    def define(self, text: str) -> None:
        """A constraint or an index is there; ``text`` is one statement of a migration."""
        self._repeat(lambda transaction: _consume(transaction._inner, text), neo4j.WRITE_ACCESS)  # noqa: SLF001 - the same file

    def free_read(
        self,
        text: str,
        params: Mapping[str, Any],
        *,
        limit: int,
        timeout_s: float,
    ) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """
        Columns and at most ``limit`` rows of any statement, whose transaction is then rolled back.

        Raises
        ------
        QueryRefusedError
            If the engine refuses the statement, or it runs longer than ``timeout_s``.
        """
        self._repeat(lambda transaction: transaction.run("read/engine"), neo4j.READ_ACCESS)  # connects, or says why not
        endpoint = self._driver()[0]
        driver = _open(endpoint)  # of its own, because cutting it off must not hurt others
        try:
            with _cut_off_after(timeout_s, driver.close) as cut, driver.session(database=endpoint.database) as session:
                with session.begin_transaction(timeout=timeout_s) as transaction:
                    result = transaction.run(text, _sendable(params))
                    rows = [tuple(plain(value) for value in record.values()) for record in result.fetch(limit)]
                    columns = tuple(result.keys())
                    transaction.rollback()
                return columns, rows
        except (driver_errors.Neo4jError, driver_errors.DriverError, OSError) as error:
            if cut.is_set() or _is_timeout(error):
                if cut.is_set():
                    self._stop_runaway()
                msg = f"The query ran longer than {timeout_s:g} s. Maybe bound its paths and add a LIMIT."
                raise QueryRefusedError(msg) from error
            if isinstance(error, driver_errors.ClientError):
                msg = f"The engine refuses the query: {error.message}"
                raise QueryRefusedError(msg) from error
            raise self._translated(error, endpoint) from error
        finally:
            driver.close()

    def _repeat(self, work: Callable[[Transaction], _T], access: str) -> _T:
        began_at = time.monotonic()
        give_up_at = began_at + self._retry_s
        pause_s = _FIRST_PAUSE_S
        lost: str | None = None
        in_doubt = False
        while True:
            endpoint, driver = self._driver()
            try:
                result = self._attempt(work, access, endpoint, driver, in_doubt=in_doubt)
            except (driver_errors.Neo4jError, driver_errors.DriverError, OSError) as error:
                if _may_be_a_race(error):
                    # Losing to the same key, or by the same statement, twice is no race.
                    to = _NODE_NAMES.sub("", str(error))
                    if to == lost or time.monotonic() > give_up_at:
                        raise self._translated(error, endpoint) from error
                    lost = to
                    time.sleep(pause_s)
                    pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
                    continue
                if isinstance(error, _LOST):
                    in_doubt = True
                    self._drop(driver)
                    if (
                        not self._has_answered and self._opening_s is not None
                    ):  # more likely a wrong address than a fault
                        give_up_at = began_at + min(self._opening_s, self._retry_s)
                elif not _is_transient(error) and self._is_current(driver):
                    raise self._translated(error, endpoint) from error
                if time.monotonic() + pause_s > give_up_at:
                    raise self._translated(error, endpoint) from error
                time.sleep(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            else:
                self._has_answered = True
                return result

    def _attempt(
        self,
        work: Callable[[Transaction], _T],
        access: str,
        endpoint: Endpoint,
        driver: neo4j.Driver,
        *,
        in_doubt: bool,
    ) -> _T:
        with (
            _cut_off_after(self._deadline_s, lambda: self._drop(driver)) as cut,
            driver.session(database=endpoint.database, default_access_mode=access) as session,
        ):
            inner = session.begin_transaction(timeout=self._deadline_s)
            try:
                transaction = Transaction(inner, in_doubt=in_doubt)
                result = work(transaction)
                if transaction.abandoned:
                    inner.rollback()
                else:
                    inner.commit()
            except (driver_errors.DriverError, OSError) as error:
                if cut.is_set():
                    msg = f"{endpoint.url} has not answered for {self._deadline_s:g} s. Maybe it hangs; restart it."
                    raise StoreUnavailableError(msg, address=endpoint.url, reason=msg) from error
                raise
            finally:
                # Rolls back what was not committed; that a dead connection cannot is no news.
                with suppress(driver_errors.DriverError, driver_errors.Neo4jError, OSError):
                    inner.close()
            return result

    def _driver(self) -> tuple[Endpoint, neo4j.Driver]:
        with self._lock:
            if self._closed:
                msg = "The graph store is closed."
                raise StoreError(msg)
            if self._current is None:
                endpoint = self._endpoint()
                self._current = (endpoint, _open(endpoint))
            return self._current

    def _drop(self, driver: neo4j.Driver) -> None:
        """Close a driver that is of no use any more; the next attempt opens another."""
        with self._lock:
            if self._current is not None and self._current[1] is driver:
                self._current = None
        with suppress(driver_errors.DriverError, OSError):
            driver.close()

    def _is_current(self, driver: neo4j.Driver) -> bool:
        """Whether no other thread has dropped this driver meanwhile."""
        with self._lock:
            return self._current is not None and self._current[1] is driver

    def _translated(self, error: Exception, endpoint: Endpoint) -> StoreError:
        message = " ".join((getattr(error, "message", None) or str(error)).split()).rstrip(".")
        if isinstance(error, driver_errors.ConstraintError):
            return DuplicateKeyError(f"A value that must be unique is there already: {message}.")
        if isinstance(error, _REFUSED) or getattr(error, "code", None) == _NO_DATABASE:
            return StoreAccessError(
                f"{endpoint.url} refuses: {message}. Maybe user, password or database is wrong.",
                address=endpoint.url,
                reason=message,
            )
        if isinstance(error, _LOST) or _is_transient(error) or _is_timeout(error):
            return StoreUnavailableError(
                f"{endpoint.url} does not answer: {message}. Nothing acknowledged is lost. Maybe try again later.",
                address=endpoint.url,
                reason=message,
            )
        where = ", ".join(getattr(error, "__notes__", ())) or "a statement"
        return StoreError(f"{endpoint.url} refuses {where}: {message}.")


def plain(value: Any) -> Any:
    """A driver's value as plain Python: dates, UTC datetimes, lists, and mappings for nodes and relationships."""
    kind = value.__class__
    return value if kind in _AS_THEY_ARE else _plain_form(kind)(value)


_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})
"""Most values by far."""


@cache
def _plain_form(kind: type) -> Callable[[Any], Any]:
    for known, form in _PLAIN:
        if issubclass(kind, known):
            return form
    return lambda value: value


def _plain_instant(value: DriverDateTime) -> datetime:
    native = value.to_native()
    return native.astimezone(UTC) if native.tzinfo else native


_PLAIN: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    (DriverDateTime, _plain_instant),
    (DriverDate, lambda value: value.to_native()),
    (list, lambda value: [plain(item) for item in value]),
    # A node iterates otherwise.
    ((dict, DriverNode, DriverRelationship), lambda value: {name: plain(value[name]) for name in value.keys()}),  # noqa: SIM118
    (DriverPath, lambda value: [plain(item) for item in value.nodes]),
)


def _sendable(value: Any) -> Any:
    """
    A parameter as the engines keep it.

    The embedded engine forgets the zone of an instant whose zone is an offset, and remembers a named one.
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            msg = f"{value.isoformat()} has no time zone. Maybe datetime.now(UTC) was meant."
            raise InvalidValueError(msg)
        return _driver_instant(value.astimezone(_NAMED_UTC))
    if isinstance(value, Mapping):
        return {name: _sendable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_sendable(item) for item in value]
    return value


@lru_cache(maxsize=64)  # the rows of a list all came at one moment, and the driver takes its time over each
def _driver_instant(value: datetime) -> DriverDateTime:
    return DriverDateTime.from_native(value)


def _row(record: neo4j.Record) -> dict[str, Any]:
    return {name: plain(value) for name, value in zip(record.keys(), record.values(), strict=True)}


def _consume(transaction: neo4j.Transaction, text: str) -> None:
    transaction.run(text).consume()


def _open(endpoint: Endpoint) -> neo4j.Driver:
    try:
        return neo4j.GraphDatabase.driver(
            endpoint.url,
            auth=(endpoint.user, endpoint.password),
            connection_timeout=_CONNECT_S,
            connection_acquisition_timeout=60.0,
            notifications_min_severity="OFF",  # a property that no node has yet is no news
        )
    except (driver_errors.ConfigurationError, ValueError) as error:
        msg = f"{endpoint.url} is no address of a graph. Maybe neo4j://host:7687 was meant ({error})."
        raise StoreAccessError(msg, address=endpoint.url, reason=str(error)) from error


def _is_transient(error: Exception) -> bool:
    return isinstance(error, driver_errors.Neo4jError | driver_errors.DriverError) and error.is_retryable()


def _may_be_a_race(error: Exception) -> bool:
    """Whether two who write the same at once could lead to this: a key, or a type, that the other has made."""
    hidden = isinstance(error, driver_errors.ClientError) and _HIDES_ITS_CAUSE in (error.message or "")
    return hidden or isinstance(error, driver_errors.ConstraintError)


def _is_timeout(error: Exception) -> bool:
    return str(getattr(error, "code", "")).startswith(_TIMED_OUT)


@contextmanager
def _cut_off_after(seconds: float, shut: Callable[[], None]) -> Iterator[threading.Event]:
    """An engine that hangs would hold its caller for ever: after the deadline the sockets are shut from outside."""
    cut = threading.Event()

    def act() -> None:
        cut.set()
        with suppress(driver_errors.DriverError, OSError):
            shut()

    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()
    try:
        yield cut
    finally:
        timer.cancel()

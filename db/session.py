"""The database: one transaction per unit of work, on SQLite and on PostgreSQL alike."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

from pydantic_core import to_json
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlmodel import Session

from db.errors import DatabaseProblem, shown, unreachable

T = TypeVar("T")

BUSY_SECONDS = 10.0
_TRIES = 6
_WRITES = "chairtime_writes"
_RETRIABLE_SQLSTATES = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: serialization failure, deadlock, lock not available."""


class Database:
    """A database by its URL (``sqlite:///path`` or ``postgresql+psycopg://...``); threads may share it.

    ``read`` and ``write`` give a session in one transaction, committed when the block ends well and rolled back when it
    raises. Nothing slow belongs inside a ``write``: on SQLite it keeps every other writer waiting.
    """

    def __init__(self, url: str, *, connections: int = 10) -> None:
        self.url = normal_url(url)
        self.is_sqlite = self.url.startswith("sqlite")
        self._engine = open_engine(self.url, connections)
        self._writer = self._engine.execution_options(**{_WRITES: True})
        # Threads of one process queue here, in fair order; SQLite's own wait is a polling one.
        self._turn: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for looking only: nothing is committed, and what it read stays usable afterwards."""
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are committed together; BEGIN IMMEDIATE on SQLite."""
        with self._turn, Session(self._writer, expire_on_commit=False) as session:
            yield session
            session.commit()

    def run(self, work: Callable[[Session], T]) -> T:
        """``work`` in a ``write``, done again from its start after a deadlock, lock timeout or serialization failure.

        Gives up after six tries with the database's own error. ``work`` must touch nothing but its session.
        """
        for attempt in range(1, _TRIES):
            try:
                with self.write() as session:
                    return work(session)
            except OperationalError as failure:
                if not _worth_retrying(failure):
                    raise
                time.sleep(0.01 * 2**attempt)
        with self.write() as session:
            return work(session)

    def check(self) -> None:
        """One cheap query; raises DatabaseProblem when the database is not there."""
        try:
            with self.read() as session:
                session.connection().execute(text("SELECT 1"))
        except OperationalError as failure:
            raise unreachable(self.url, failure) from failure

    def close(self) -> None:
        self._engine.dispose()


def normal_url(url: str) -> str:
    """The URL with the driver that we ship: ``postgres://`` and ``postgresql://`` mean psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def open_engine(url: str, connections: int = 10) -> Engine:
    """An engine for one of the two supported databases; DatabaseProblem names them for any other URL."""
    try:
        backend = make_url(url).get_backend_name()
    except ArgumentError:
        backend = url
    if backend == "postgresql":
        return create_engine(
            url, pool_size=connections, max_overflow=connections, pool_pre_ping=True, json_serializer=_json_text
        )
    if backend != "sqlite":
        raise DatabaseProblem(f"{shown(url)} is no database we know; use sqlite:///FILE or postgresql://USER@HOST/NAME")
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=connections,
        connect_args={"timeout": BUSY_SECONDS},
        json_serializer=_json_text,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def serialize(session: Session, name: str) -> None:
    """Let one transaction at a time pass here under ``name``; SQLite's writers are one at a time anyway."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would begin late and plainly; `begin` below does it instead.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        # FULL: a committed outbox row must outlive a power cut, or its text could go out twice.
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={int(BUSY_SECONDS * 1000)}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A plain BEGIN that later writes can lose to another writer without waiting; IMMEDIATE waits at the door.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _worth_retrying(failure: OperationalError) -> bool:
    state = getattr(failure.orig, "sqlstate", None)
    return state in _RETRIABLE_SQLSTATES or "database is locked" in str(failure.orig)


def _json_text(value: object) -> str:
    return to_json(value).decode()

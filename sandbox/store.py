"""The sandbox's one SQLite file, used from the event loop and from worker threads alike."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Parameters = Sequence[Any] | Mapping[str, Any]


class Store:
    """A connection behind a lock. Statements commit by themselves unless inside `transaction()`.

    Never await inside `transaction()`: the lock belongs to the thread.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
            self._connection.execute(f"PRAGMA {pragma}")

    def script(self, ddl: str) -> None:
        """Run several statements, such as a vendor's CREATE TABLE IF NOT EXISTS."""
        with self._lock:
            self._connection.executescript(ddl)

    def all(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    def one(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        with self._lock:
            row: sqlite3.Row | None = self._connection.execute(sql, parameters).fetchone()
            return row

    def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement; the id of the inserted row (meaningless for other statements)."""
        with self._lock:
            return self._connection.execute(sql, parameters).lastrowid or 0

    def executemany(self, sql: str, rows: Iterable[Parameters]) -> None:
        with self._lock:
            self._connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; a nested one joins the outer one."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._connection.close()

"""What running processes share: who does a loop's work, who may call a vendor when, how far a feed was read."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col, or_, select

from db.clock import Clock
from db.rows import insert_new, put
from db.session import Database
from db.tables.running import BudgetRow, HeartbeatRow, LeaseRow, WatermarkRow

_EPOCH = datetime.fromtimestamp(0, UTC)


class LeaseStore:
    """One holder at a time for a named piece of work; the lease ends by itself when its holder dies."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def acquire(self, name: str, holder: str, seconds: float, now: datetime) -> bool:
        """Take or prolong the lease for ``seconds``; False when somebody else has it."""
        lease = {"name": name, "holder": holder, "until": now + timedelta(seconds=seconds)}
        with self._database.write() as session:
            if insert_new(session, LeaseRow, [lease]):
                return True
            free = or_(col(LeaseRow.until) <= now, col(LeaseRow.holder) == holder)
            taken = session.exec(update(LeaseRow).where(col(LeaseRow.name) == name, free).values(**lease))
            return taken.rowcount == 1

    def release(self, name: str, holder: str) -> None:
        """Give the lease back early; nothing happens when somebody else has it."""
        with self._database.write() as session:
            session.exec(delete(LeaseRow).where(col(LeaseRow.name) == name, col(LeaseRow.holder) == holder))


class BudgetStore:
    """The request rate of each PMS account, shared over processes (satisfies ``connectors.base.Pacer``).

    ``intervals``: seconds between two requests, by account; 0 or no entry means no pacing. The clock must be the real
    one: vendors count in real time, also while a demo drives ours.
    """

    def __init__(
        self,
        database: Database,
        intervals: Mapping[str, float],
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database = database
        self._intervals = intervals
        self._clock = clock
        self._sleep = sleep

    def wait(self, account: str) -> None:
        """Block until this request's turn; the turn is taken first, the waiting is done outside the transaction."""
        interval = self._intervals.get(account, 0.0)
        if interval <= 0:
            return
        turn = self.reserve(account, interval)
        seconds = (turn - self._clock.now()).total_seconds()
        if seconds > 0:
            self._sleep(seconds)

    def reserve(self, account: str, interval: float) -> datetime:
        """The instant of the next free turn, ``max(last + interval, now)``, which is now ours."""
        with self._database.write() as session:
            insert_new(session, BudgetRow, [{"account": account, "next_at": _EPOCH}])
            row = session.exec(select(BudgetRow).where(BudgetRow.account == account).with_for_update()).one()
            row.next_at = max(row.next_at + timedelta(seconds=interval), self._clock.now())
            session.add(row)
            return row.next_at


class WatermarkStore:
    """How far each feed of an account has been read; the value means something to the feed only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, account: str, feed: str) -> str:
        """The stored watermark, "" when the feed was never read."""
        with self._database.read() as session:
            row = session.get(WatermarkRow, (account, feed))
            return row.value if row else ""

    def put(self, account: str, feed: str, value: str) -> None:
        with self._database.write() as session:
            put(session, WatermarkRow, [{"account": account, "feed": feed, "value": value}])


class HeartbeatStore:
    """Signs of life of our own processes and loops, for ``/healthz`` and the console."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beat(self, name: str, now: datetime, info: Mapping[str, Any] | None = None) -> None:
        with self._database.write() as session:
            put(session, HeartbeatRow, [{"name": name, "at": now, "info": dict(info or {})}])

    def last(self, name: str) -> datetime | None:
        with self._database.read() as session:
            row = session.get(HeartbeatRow, name)
            return row.at if row else None

    def all(self) -> Mapping[str, tuple[datetime, Mapping[str, Any]]]:
        """Name -> (last beat, what it said), by name."""
        with self._database.read() as session:
            rows = session.exec(select(HeartbeatRow).order_by(HeartbeatRow.name)).all()
            return {row.name: (row.at, row.info) for row in rows}

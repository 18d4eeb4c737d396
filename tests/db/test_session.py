"""Transactions: all or nothing, no lost update between processes, aware instants only."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import Session, select

from db.errors import DatabaseProblem
from db.session import Database, open_engine, serialize
from db.tables.running import HeartbeatRow, LeaseRow, WatermarkRow

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_what_raises_leaves_nothing(database: Database) -> None:
    def fail(session: Session) -> None:
        session.add(WatermarkRow(account="a", feed="f", value="1"))
        session.flush()
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        database.run(fail)
    with database.read() as session:
        assert session.get(WatermarkRow, ("a", "f")) is None


def test_instants_come_back_in_utc_whatever_their_zone_was(database: Database) -> None:
    eastern = NOON.astimezone(timezone(timedelta(hours=-5)))
    with database.write() as session:
        session.add(LeaseRow(name="a", holder="h", until=eastern))
    with database.read() as session:
        read = session.exec(select(LeaseRow)).one().until
    assert read == NOON
    assert read.utcoffset() == timedelta(0)


def test_naive_instants_are_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="timezone"), database.write() as session:
        session.add(LeaseRow(name="a", holder="h", until=NOON.replace(tzinfo=None)))


def test_json_takes_what_pydantic_takes(database: Database) -> None:
    with database.write() as session:
        session.add(HeartbeatRow(name="worker", at=NOON, info={"since": NOON, "queues": ("a", "b")}))
    with database.read() as session:
        assert session.exec(select(HeartbeatRow)).one().info == {"since": "2026-11-20T12:00:00Z", "queues": ["a", "b"]}


INCREMENTS = """
import sys
from sqlmodel import select
from db.errors import DatabaseProblem
from db.session import Database
from db.tables.running import WatermarkRow
database = Database(sys.argv[1])
for _ in range(50):
    with database.write() as session:
        row = session.exec(select(WatermarkRow).with_for_update()).one()
        row.value = str(int(row.value) + 1)
"""


def test_four_writing_processes_lose_no_increment(database: Database) -> None:
    with database.write() as session:
        session.add(WatermarkRow(account="a", feed="f", value="0"))
    started = [subprocess.Popen([sys.executable, "-c", INCREMENTS, database.url], cwd=ROOT) for _ in range(4)]
    assert [process.wait(60) for process in started] == [0, 0, 0, 0]
    with database.read() as session:
        assert session.exec(select(WatermarkRow)).one().value == "200"


HANGS = """
import sys, time
from db.session import Database
from db.tables.running import WatermarkRow
with Database(sys.argv[1]).write() as session:
    session.add(WatermarkRow(account="killed", feed="f", value="1"))
    session.flush()
    print("written", flush=True)
    time.sleep(60)
"""


def test_a_process_killed_while_writing_leaves_nothing_and_blocks_nobody(database: Database) -> None:
    process = subprocess.Popen([sys.executable, "-c", HANGS, database.url], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"written\n"
    process.kill()
    process.communicate()
    with database.write() as session:
        session.add(WatermarkRow(account="alive", feed="f", value="1"))
    with database.read() as session:
        assert [row.account for row in session.exec(select(WatermarkRow))] == ["alive"]


def test_a_deadlock_is_run_again(database: Database) -> None:
    """Two threads take two names in opposite order: PostgreSQL ends one of them, and `run` starts it anew."""
    both_hold_one = threading.Barrier(2)
    tries: list[str] = []

    def take(first: str, second: str) -> None:
        def work(session: Session) -> None:
            tries.append(first)
            serialize(session, first)
            if len(tries) <= 2 and not database.is_sqlite:
                both_hold_one.wait(5)
            serialize(session, second)
            session.add(WatermarkRow(account=first, feed=second, value="done"))

        database.run(work)

    threads = [threading.Thread(target=take, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    with database.read() as session:
        assert len(session.exec(select(WatermarkRow)).all()) == 2
    assert len(tries) == (2 if database.is_sqlite else 3)


def test_check_says_which_database_is_missing_and_keeps_the_password() -> None:
    absent = Database("sqlite:////nowhere/at/all.db")
    with pytest.raises(DatabaseProblem, match=r"nowhere/at/all.db.*CHAIRTIME_DATABASE_URL"):
        absent.check()
    closed = Database("postgresql://ann:secret@127.0.0.1:1/x")
    with pytest.raises(DatabaseProblem) as problem:
        closed.check()
    assert "ann:***@127.0.0.1" in str(problem.value)
    assert "secret" not in str(problem.value)


def test_check_passes_on_a_good_one(database: Database) -> None:
    database.check()


@pytest.mark.parametrize("url", ["mysql://root:secret@localhost/x", "just some words", "oracle://root:secret@db/x"])
def test_other_databases_are_refused_by_name(url: str) -> None:
    with pytest.raises(DatabaseProblem, match="no database we know; use sqlite") as problem:
        open_engine(url)
    assert "secret" not in str(problem.value)

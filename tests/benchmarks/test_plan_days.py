"""The posting benchmark runs the real activity, and what makes it cheap is counted: a clock would judge the machine."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from activities.plan_posting import PAGE
from benchmarks.plan_days import a_record, activities_on, fill, measured, run_day
from db.migrate import upgrade
from db.session import Database


def test_a_page_of_due_plans_is_one_transaction_and_few_statements(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'day.db'}"
    upgrade(url)
    database = Database(url)
    fill(database, [a_record(number) for number in range(3 * PAGE)])
    run = activities_on(database)
    with counted() as posting:
        run_day(run)
    with counted() as again:
        run_day(run)
    database.close()
    assert 3 <= posting["commits"] <= 8, posting
    assert posting["statements"] <= 60, "a statement a plan would be 600"
    assert posting["rows"] >= 3 * PAGE
    assert again["rows"] == 0, "a day that was run changes nothing when it is run again"
    assert again["statements"] <= 8, again


def test_every_figure_is_measured() -> None:
    found = measured(250)
    assert found.pop("plans") == 250
    assert all(value > 0 for value in found.values()), found


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Commits, statements, and rows written by INSERT and UPDATE, of every engine while this is open."""
    seen: Counter[str] = Counter()

    def commit(_connection: Any) -> None:
        seen["commits"] += 1

    def execute(_connection: Any, cursor: Any, statement: str, given: Any, _context: Any, many: bool) -> None:
        seen["statements"] += 1
        if statement.startswith(("INSERT", "UPDATE")):
            seen["rows"] += len(given) if many else 1

    event.listen(Engine, "commit", commit)
    event.listen(Engine, "before_cursor_execute", execute)
    try:
        yield seen
    finally:
        event.remove(Engine, "commit", commit)
        event.remove(Engine, "before_cursor_execute", execute)

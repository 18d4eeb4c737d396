"""``python -m benchmarks.plan_days [--plans 100000] [--database URL]``: what a day's run costs per plan.

Every plan is due on that day. Prints one JSON object, times in microseconds per plan: the pure engine, the posting
activity with a real database around it (SQLite unless another is named; `cpu` is this process's own time), the same
run again when nothing is due any more, and two references measured in the same run: one plain row inserted a plan in
pages of the same size, and one row a transaction a plan. The ratios are the activity's time over each of those and
over the engine's.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import insert

from activities.plan_posting import PAGE, PlanPostingActivities, PostPage
from activities.plan_steps import PlanSteps
from db.migrate import upgrade
from db.rows import table_of, values_of
from db.session import Database
from db.stores.plan_posting import PlanPostingStore
from db.stores.plans import PlanStore
from db.tables.plans import PlanEventRow, PlanRow
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.posting import open_plan
from domain.payment_plan.production import ProductionItem
from domain.payment_plan.terms import Terms
from domain.plan_money import next_due, post_day
from domain.plan_records import PlanRecord, PlanState

AGREED, DUE, HERE = date(2026, 11, 2), date(2026, 12, 2), "bench"


def measured(plans: int, url: str = "") -> dict[str, float]:
    """Microseconds per plan. `url` names an empty database; a SQLite file of its own without one."""
    records = [a_record(number) for number in range(plans)]
    engine = _timed(lambda: [post_day(_plan(record), DUE) for record in records]) / plans
    with tempfile.TemporaryDirectory() as folder:
        url = url or f"sqlite:///{Path(folder) / 'bench.db'}"
        upgrade(url)
        database = Database(url)
        fill(database, records)
        run = activities_on(database)
        cpu = time.process_time()
        posted = _timed(lambda: run_day(run)) / plans
        cpu = (time.process_time() - cpu) * 1e6 / plans
        again = _timed(lambda: run_day(run)) / plans
        paged = _timed(lambda: _insert(database, _pages(records, PAGE))) / plans
        few = records[:200]
        committed = _timed(lambda: _insert(database, _pages(few, 1))) / len(few)
        database.close()
    return {
        "plans": plans,
        "engine_us": round(engine, 1),
        "posted_us": round(posted, 1),
        "posted_cpu_us": round(cpu, 1),
        "again_us": round(again, 3),
        "insert_us": round(paged, 1),
        "transaction_us": round(committed, 1),
        "to_engine": round(posted / engine, 1),
        "to_insert": round(posted / paged, 1),
        "to_transaction": round(posted / committed, 2),
    }


def run_day(run: PlanPostingActivities) -> None:
    """Post everything that is due, page by page, as the location-day's workflow does."""
    while run.post_page(PostPage(location=HERE, day=DUE)).more:
        pass


def activities_on(database: Database) -> PlanPostingActivities:
    """With what posting needs; these plans have no planned work, so nobody is asked about them."""
    store, nobody = PlanStore(database), cast(Any, None)
    steps = PlanSteps(store, _Here(), _Then())
    posting = PlanPostingStore(database)
    return PlanPostingActivities(store, posting, nobody, steps, nobody, _Here(), nobody, _Then())


class _Then:
    def now(self) -> datetime:
        return datetime(2026, 12, 2, 17, tzinfo=UTC)


class _Here:
    """One location, of which posting needs the time zone only."""

    tz = UTC

    def get(self, key: str) -> Any:
        return self

    def all(self) -> Sequence[Any]:
        return [self]


def fill(database: Database, records: Sequence[PlanRecord]) -> None:
    """Write the plans, a transaction a page."""
    for page in _pages(records, PAGE):
        with database.write() as session:
            session.connection().execute(insert(table_of(PlanRow)), [values_of(record) for record in page])


def _insert(database: Database, pages: Iterable[Sequence[PlanRecord]]) -> None:
    """The reference: one plain row a plan, a transaction a page."""
    for page in pages:
        rows = [{"plan_id": plan.id, "at": plan.created_at, "actor": "a", "kind": "b", "text": "c"} for plan in page]
        with database.write() as session:
            session.connection().execute(insert(table_of(PlanEventRow)), rows)


def _pages(records: Sequence[PlanRecord], size: int) -> Iterator[Sequence[PlanRecord]]:
    return (records[at : at + size] for at in range(0, len(records), size))


def a_record(number: int) -> PlanRecord:
    """A plan at work of twelve payments, the first of them due."""
    item = ProductionItem(str(number), fee_cents=120_000 + number, on=AGREED)
    plan = open_plan(PaymentPlan(Terms(DUE, AGREED, number_of_payments=12), (item,)), AGREED)
    return PlanRecord(
        id=f"pp_{number}",
        location=HERE,
        account=HERE,
        patient_id=str(number),
        guarantor_id=str(number),
        debit_patient_id=str(number),
        state=PlanState.ACTIVE,
        plan=plan,
        next_due=next_due(plan),
        created_at=datetime(2026, 11, 2, tzinfo=UTC),
    )


def _plan(record: PlanRecord) -> PaymentPlan:
    assert record.plan is not None
    return record.plan


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1e6


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plan_days", description=__doc__)
    parser.add_argument("--plans", type=int, default=100_000)
    parser.add_argument("--database", default="", help="an empty database, for example postgresql://USER@HOST/NAME")
    given = parser.parse_args()
    print(json.dumps(measured(given.plans, given.database)))

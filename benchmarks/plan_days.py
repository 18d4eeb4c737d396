"""``python -m benchmarks.plan_days [--plans 2000]``: what a day's run costs per plan, alone and through the store.

Prints one JSON object: microseconds per plan in the pure engine and with a real SQLite database around it, and their
ratio. Every plan is due on that day.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from db.migrate import upgrade
from db.session import Database
from db.stores.plans import PlanStore
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.posting import open_plan
from domain.payment_plan.production import ProductionItem
from domain.payment_plan.terms import Terms
from domain.plan_money import next_due, post_day
from domain.plan_records import PlanRecord, PlanState

AGREED, DUE = date(2026, 11, 2), date(2026, 12, 2)
_PAGE = 100


def measured(plans: int) -> dict[str, float]:
    """Microseconds per plan."""
    records = [_record(number) for number in range(plans)]
    engine = _timed(lambda: [post_day(_plan(record), DUE) for record in records]) / plans
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        upgrade(url)
        store = PlanStore(Database(url))
        for record in records:
            store.add(record, ())
        stored = _timed(lambda: _run_day(store)) / plans
    return {
        "plans": plans,
        "engine_us": round(engine, 1),
        "store_us": round(stored, 1),
        "ratio": round(stored / engine, 1),
    }


def _run_day(store: PlanStore) -> None:
    """As the posting activity does it: a page of ids, then each plan read, worked out and saved."""
    while ids := store.due("bench", DUE, _PAGE):
        for plan_id in ids:
            record = store.get(plan_id)
            posted = post_day(_plan(record), DUE)
            after = record.model_copy(update={"plan": posted.plan, "next_due": next_due(posted.plan)})
            store.save(after, (), owed=posted.owed)


def _record(number: int) -> PlanRecord:
    item = ProductionItem(str(number), fee_cents=120_000 + number, on=AGREED)
    plan = open_plan(PaymentPlan(Terms(DUE, AGREED, number_of_payments=12), (item,)), AGREED)
    return PlanRecord(
        id=f"pp_{number}",
        location="bench",
        account="bench",
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
    parser.add_argument("--plans", type=int, default=2000)
    print(json.dumps(measured(parser.parse_args().plans)))

"""``python -m benchmarks.plan_run [--plans 100000] [--database URL]``: a location's day as it runs, workflow and all.

A real Temporal server, the worker, the database and the courier; only the carrier is a stand-in in this process. Every
plan is due on one day. A month later `--texts` payers are told of the next charge; the others were told the day before
and are only found so. Prints one JSON object: microseconds per plan of the two runs, the texts, the tasks for people
(none when all went well), into how many histories each run went, the longest of them in events and kilobytes, and the
most memory that this process ever had, in megabytes. What a text costs: ``--plans 1000 --texts 1000``.
"""

import argparse
import asyncio
import json
import logging
import resource
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from temporalio.client import Client

from activities.plan_posting import PAGE
from activities.refusals import text_id
from benchmarks.plan_days import a_record
from connectors.base import OutgoingText, SentText, TextStatus
from db.rows import table_of, values_of
from db.tables.plans import PlanRow
from db.tables.tasks import TaskRow
from db.tables.texts import TextRow
from domain.plan_records import PlanRecord
from domain.records import TextRecord, TextState
from runtime.processes import embedded_temporal, free_port
from runtime.settings import Settings
from runtime.temporal import connect
from wiring import Parts, build_parts
from worker import Processes
from workflows.contracts.plan_posting import PostingStart
from workflows.gateway import LOCATION
from workflows.options import QUEUE
from workflows.plan_posting import PlanPosting

HERE, DUE, TELL, NEXT = "boise", date(2026, 12, 2), date(2026, 12, 30), date(2027, 1, 2)
_LOCATIONS = Path(__file__).parent.parent / "deploy" / "sandbox"


class _At:
    """A clock that stands at noon of one day."""

    day = DUE

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 20, tzinfo=UTC)


class _Carrier:
    """Takes every text at once. Whatever else is asked of the vendors is asked in vain."""

    sent = 0

    def texting(self, location: str) -> Any:
        return self

    def send(self, text: OutgoingText) -> SentText:
        self.sent += 1
        return SentText(sid=f"SM{self.sent}", status=TextStatus.QUEUED)


async def measured(plans: int, texts: int, url: str = "") -> dict[str, float]:
    """Microseconds per plan and the sizes of the histories. `url` names an empty database; SQLite without one."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings = Settings(
            home=home, locations=_LOCATIONS, database_url=url, temporal_search_attributes=False, web_port=free_port()
        )
        clock = _At()
        carrier: Any = _Carrier()
        parts = replace(build_parts(settings, clock), vendors=carrier)
        _fill(parts, plans)
        port = free_port()
        server = embedded_temporal(home, port, settings.temporal_namespace, [LOCATION.name])
        server.start()
        try:
            await server.until_listening(port)
            client = await connect(settings, f"127.0.0.1:{port}")
            async with Processes(parts, client, loops=False):
                posted = await _day(client, DUE, plans)
                _told_before(parts, range(texts, plans))
                clock.day = TELL
                told = await _day(client, TELL, plans)
        finally:
            server.stop()
        tasks = _tasks(parts)
        parts.stores.database.close()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    both = {f"posted_{name}": value for name, value in posted.items()}
    both |= {f"told_{name}": value for name, value in told.items()}
    return {"plans": plans, **both, "tasks": tasks, "memory_mb": round(most)}


async def _day(client: Client, day: date, plans: int) -> dict[str, float]:
    begun = time.perf_counter()
    start = PostingStart(location=HERE, day=day)
    handle = await client.start_workflow(PlanPosting.run, start, id=f"posting/{HERE}/{day}", task_queue=QUEUE)
    end = await handle.result()
    took = (time.perf_counter() - begun) * 1e6 / plans
    # The list is behind what just ended by a moment.
    await asyncio.sleep(3)
    runs = [row async for row in client.list_workflows(f"WorkflowId = '{handle.id}'")]
    sizes = [
        (await client.get_workflow_handle(row.id, run_id=row.run_id).describe()).raw_description.workflow_execution_info
        for row in runs
    ]
    return {
        "us": round(took, 1),
        "plans": end.plans,
        "texts": end.texts,
        "histories": len(runs),
        "most_events": max((size.history_length for size in sizes), default=0),
        "most_kb": round(max((size.history_size_bytes for size in sizes), default=0) / 1024),
    }


def _fill(parts: Parts, plans: int) -> None:
    for at in range(0, plans, PAGE):
        page = [_record(number) for number in range(at, min(at + PAGE, plans))]
        with parts.stores.database.write() as session:
            session.connection().execute(insert(table_of(PlanRow)), [values_of(record) for record in page])


def _told_before(parts: Parts, numbers: range) -> None:
    at = datetime(2026, 12, 29, 20, tzinfo=UTC)
    for first in range(numbers.start, numbers.stop, PAGE):
        rows = [_text(number, at) for number in range(first, min(first + PAGE, numbers.stop))]
        with parts.stores.database.write() as session:
            session.connection().execute(insert(table_of(TextRow)), [values_of(row) for row in rows])


def _text(number: int, at: datetime) -> TextRecord:
    plan, step = _record(number), f"notice:{NEXT}"
    return TextRecord(
        id=text_id(plan.id, step, plan.phone),
        case_id=plan.id,
        location=HERE,
        step=step,
        to=plan.phone,
        body="told",
        kind="campaign",
        template="charge_notice",
        language="en",
        state=TextState.SENT,
        created_at=at,
        lapses_at=at,
    )


def _record(number: int) -> PlanRecord:
    """A payer has a number of their own, of those that are kept for examples."""
    phone = f"+1{number // 100 % 1000:03d}55501{number % 100:02d}"
    return a_record(number).model_copy(update={"location": HERE, "account": HERE, "phone": phone})


def _tasks(parts: Parts) -> int:
    with parts.stores.database.read() as session:
        return int(session.connection().execute(select(func.count()).select_from(table_of(TaskRow))).scalar_one())


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plan_run", description=__doc__)
    parser.add_argument("--plans", type=int, default=100_000)
    parser.add_argument("--texts", type=int, default=2_000)
    parser.add_argument("--database", default="", help="an empty database, for example postgresql://USER@HOST/NAME")
    asked = parser.parse_args(given)
    logging.disable(logging.WARNING)
    print(json.dumps(asyncio.run(measured(asked.plans, min(asked.texts, asked.plans), asked.database))))


if __name__ == "__main__":
    main()

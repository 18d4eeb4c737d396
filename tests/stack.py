"""The whole product around one practice in a box: a real database, real vendors over HTTP, a real worker and web app,
and Temporal's time-skipping server.

There is one clock: ``advance`` walks from deadline to deadline, and at each lets the practice, the loops and the
worker finish what fell due. The loops are stepped by hand, so that a test knows what has run.
"""

import asyncio
import contextlib
import dataclasses
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col, select
from temporalio.api.enums.v1 import EventType
from temporalio.api.testservice.v1 import UnlockTimeSkippingRequest
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DefaultFailureConverterWithEncodedAttributes
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

import worker as product_worker
from connectors.errors import ConnectorError
from db.tables.cases import CaseRow
from domain.records import CaseRecord
from runtime.clock import SteppedClock
from runtime.processes import free_port
from runtime.settings import Settings
from runtime.temporal import converter, keyring_of
from tests.practice import START, Practice, PracticeProcess, opened
from tests.served import serving, working
from tests.story import Story, textable
from wiring import Parts, build_parts
from workflows.contracts import case as wire

PLAIN = dataclasses.replace(
    pydantic_data_converter, failure_converter_class=DefaultFailureConverterWithEncodedAttributes
)
"""The product's converter without the encryption."""

LOCATIONS = Path(__file__).parent.parent / "deploy" / "sandbox"
_SETTLE_SECONDS = 60.0
"""Nothing waits for it unless something hangs; a busy machine is slow."""
_MOST_STEPS = 200
_TASK_WAITS = (EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED, EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED)
_STANDS_STILL_SECONDS, _IDLE_LOOKS = 1.0, 3


@dataclass(frozen=True)
class Template:
    """A practice and a database in which every account is mirrored and the plans accepted before are the baseline."""

    home: Path
    plans: tuple[dict[str, Any], ...]
    patients: dict[int, dict[str, Any]]


async def make_template(home: Path, at: datetime = START) -> Template:
    """Begin the practice, mirror it, take the baseline; all of it is copied for each stack."""
    process = PracticeProcess(home / "sandbox", at)
    practice = await opened(process)
    try:
        settings = settings_for(home, practice.url, ())
        parts = build_parts(settings, SteppedClock(at))
        await take_baseline(parts)
        parts.stores.database.close()
        plans = (await practice.get("records"))["treatplans"]
        patients = await practice.get("patients")
    finally:
        await practice.http.aclose()
        process.stop()
    return Template(home, tuple(plans), {p["PatNum"]: p for p in patients})


async def take_baseline(parts: Parts) -> None:
    """What onboarding does: copy each account, count the plans accepted before."""
    for loop in product_worker._loops(parts, None, lambda _: None):
        if loop.name.startswith(("mirror", "detect")):
            await loop.step()


class Stack:
    """``loops`` by name; ``parts`` the product's own; ``practice`` the world outside."""

    def __init__(
        self, template: Template, practice: Practice, parts: Parts, env: WorkflowEnvironment, client: Client
    ) -> None:
        self.template = template
        self.practice = practice
        self.parts = parts
        self.env = env
        self.client = client
        self.gateway = parts.gateway(client)
        self.stores = parts.stores
        self.clock: Any = parts.clock
        self.loops = {loop.name: loop for loop in product_worker._loops(parts, self.gateway, lambda _: None)}
        self._used: set[int] = set()
        self.is_at_work: Callable[[], bool] | None = None
        """Whether an activity is running; None when nobody knows."""

    # --- time

    @property
    def now(self) -> datetime:
        at: datetime = self.clock.now()
        return at

    async def advance(self, *, to: datetime | None = None, settle: bool = True, **by: float) -> None:
        """Walk to ``to``, or on by ``timedelta(**by)``, stopping at every deadline of an open case on the way."""
        goal = to or self.now + timedelta(**by)
        for _ in range(_MOST_STEPS):
            upcoming = [c.next_at for c in self.open_cases() if c.next_at and c.next_at > self.now]
            step = min([at + timedelta(seconds=1) for at in upcoming] + [goal])
            await self.move(min(step, goal))
            await self.round(settle=settle)
            if self.now >= goal:
                return
        raise AssertionError(f"{_MOST_STEPS} deadlines before {goal}: {self.describe()}")

    async def move(self, to: datetime) -> None:
        """All three clocks, and nothing else: ours and the practice's first, then the server's to it."""
        if to > self.now:
            self.clock.set(to)
        await self.practice.set_clock(self.now)
        left = self.now - await self.env.get_current_time()
        if left > timedelta(0):
            await self._skip(left)

    async def _skip(self, left: timedelta) -> None:
        """A child that ends after its parent leaves the server's clock locked for good (temporal-test-server 1.40.0):
        when nothing of ours is at work and it still stands, that lock is taken off."""
        skipping = asyncio.create_task(self.env.sleep(left))
        idle = 0
        while not (await asyncio.wait([skipping], timeout=_STANDS_STILL_SECONDS))[0]:
            idle = idle + 1 if self.is_at_work is not None and not self.is_at_work() else 0
            if idle == _IDLE_LOOKS:
                await self.client.test_service.unlock_time_skipping(UnlockTimeSkippingRequest())
        await skipping

    # --- what runs beside the workflows

    async def round(self, *, settle: bool = True) -> None:
        """Every loop once, the inbox until it is empty, and the worker to its end."""
        quiet = self.settle if settle else _at_once
        await quiet()
        for names in (
            ("mirror", "detect", "next_visits"),
            ("inbox",),
            ("outbox", "consent", "holds", "tasks", "watch"),
            ("inbox",),
        ):
            for name in names:
                await self.step(name)
            await quiet()

    async def step(self, name: str) -> None:
        """One round of the loop of that name; "mirror" and "detect" mean every account's."""
        for each in [loop for key, loop in self.loops.items() if key.split(":")[0] == name]:
            with contextlib.suppress(ConnectorError):  # a failing round is tried again, as ``Runner`` does
                await each.step()

    async def deliver(self) -> None:
        """Webhooks on their way arrive and are handled."""
        await self.practice.set_clock(self.now)
        await self.step("inbox")
        await self.settle()

    async def settle(self) -> None:
        """Wait until no case has anything to do at this moment. Fails with the cases that will not come to rest."""
        deadline = asyncio.get_running_loop().time() + _SETTLE_SECONDS
        calm = 0
        while calm < 2:
            cases = self.open_cases()
            rests = await asyncio.gather(*(self._rests(case) for case in cases))
            busy = [case for case, resting in zip(cases, rests, strict=True) if not resting]
            calm = 0 if busy else calm + 1
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"not at rest at {self.now}: " + "; ".join(_line(c) for c in busy))
            await asyncio.sleep(0.01)

    async def pass_retries(self, pending: Iterable[PendingActivityInfo]) -> None:
        """When these activities failed and only wait for their next try, a second passes at once."""
        if all(_waits_to_retry(each) for each in pending):
            await self.move(self.now + timedelta(seconds=1))

    async def _rests(self, case: CaseRecord) -> bool:
        if not case.workflow_started:
            return True
        try:
            last = (await self.handle(case.case_id).fetch_history()).events[-1]
            described = (await self.handle(case.case_id).describe()).raw_description
        except RPCError as missing:
            if missing.status is not RPCStatusCode.NOT_FOUND:
                raise
            return False  # its row is there a moment before its workflow
        if last.event_type in _TASK_WAITS:  # this server's description does not say so
            return False
        if described.pending_activities:
            await self.pass_retries(described.pending_activities)
            return False
        fresh = self.stores.cases.get(case.case_id)
        return fresh.ended_at is not None or (fresh.next_at is not None and fresh.next_at > self.now)

    async def until(self, true: Callable[[], Any], seconds: float = _SETTLE_SECONDS) -> None:
        """Wait in real time; for what no clock of ours moves."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not await asyncio.to_thread(true):
            assert asyncio.get_running_loop().time() < deadline, f"did not come about: {self.describe()}"
            await asyncio.sleep(0.02)

    # --- cases

    def open_cases(self) -> Sequence[CaseRecord]:
        return self.stores.board.open_cases(limit=1000)

    def all_cases(self) -> list[str]:
        with self.stores.database.read() as session:
            rows = session.exec(select(CaseRow.case_id).where(col(CaseRow.baseline).is_(False)))
            return list(rows)

    def handle(self, case_id: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(case_id, result_type=wire.CaseEnd)

    def plan(self, kind: str = "", clinic: int = 1, who: Callable[[dict[str, Any]], bool] | None = None) -> int:
        """A presented plan of an adult who can be texted in English, each handed out once."""
        fits = who or textable
        for plan in self.template.plans:
            number, patient = plan["TreatPlanNum"], self.template.patients[plan["PatNum"]]
            waiting = not plan["signed"] and plan["outcome"] == "acceptable" and plan["clinic"] == clinic
            if waiting and kind in ("", plan["kind"]) and number not in self._used and fits(patient):
                self._used.add(number)
                return int(number)
        raise AssertionError(f"the practice has no more waiting plan of kind {kind!r} in clinic {clinic}")

    def patient_of(self, plan: int) -> dict[str, Any]:
        row = next(p for p in self.template.plans if p["TreatPlanNum"] == plan)
        return self.template.patients[row["PatNum"]]

    async def sign(self, *plans: int) -> None:
        await self.practice.post("accept", treat_plan_nums=list(plans))

    async def accept(self, plan: int, *, settle: bool = True) -> Story:
        """The patient signs; the poll finds it; the case does what it does at once."""
        await self.sign(plan)
        await self.step("detect")
        if settle:
            await self.settle()
        return self.story(plan)

    def story(self, plan: int) -> Story:
        """The one case of a plan."""
        found = [c for c in self.all_cases() if f"/{plan}/" in c]
        assert len(found) == 1, f"plan {plan} has these cases: {found}"
        return Story(self, found[0])

    def describe(self) -> str:
        return "\n".join(_line(self.stores.cases.get(c)) for c in self.all_cases())


@asynccontextmanager
async def running(
    template: Template,
    home: Path,
    *,
    locations: Sequence[str] = ("boise",),
    start: datetime = START,
    database_url: str = "",
    rules: Path | None = None,
    cached_workflows: int | None = None,
    worker: bool = True,
    encrypted: bool = True,
) -> AsyncIterator[Stack]:
    """A stack of its own, from the template; about a second to begin.

    ``worker`` False: the test runs it itself. ``encrypted`` False: for histories that are kept to be replayed.
    """
    shutil.copytree(template.home, home, dirs_exist_ok=True)
    async with AsyncExitStack() as cleanup:
        process = PracticeProcess(home / "sandbox", at=start)
        cleanup.callback(process.stop)
        practice = await opened(process)
        cleanup.push_async_callback(practice.http.aclose)
        settings = settings_for(home, practice.url, locations, database_url, rules)
        parts = build_parts(settings, SteppedClock(start))
        cleanup.callback(parts.stores.database.close)
        if database_url:
            await take_baseline(parts)  # the template's database is a SQLite file
        env = await WorkflowEnvironment.start_time_skipping(
            test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
            data_converter=converter(keyring_of(settings), settings.temporal_namespace) if encrypted else PLAIN,
        )
        cleanup.push_async_callback(env.shutdown)
        client = await Client.connect(
            env.client.service_client.config.target_host, data_converter=env.client.data_converter
        )
        stack = Stack(template, practice, parts, env, client)
        await stack.move(start)
        if worker:
            stack.is_at_work = await cleanup.enter_async_context(working(parts, client, cached_workflows))
        await cleanup.enter_async_context(serving(parts, client))
        await point_vendors_at(stack, settings)
        yield stack


async def point_vendors_at(stack: Stack, settings: Settings) -> None:
    """Where the practice's Twilio and Stripe send their webhooks."""
    for location in stack.parts.locations.all():
        number = location.messaging.option("from_number")
        inbound = f"{settings.url}/webhooks/twilio/inbound/{location.key}"
        await stack.practice.post("twilio/config", number=number, inbound_url=inbound)
    first = stack.parts.locations.all()[0]
    secret = stack.parts.vendors.secret(first.key, "payments", "webhook_secret")
    await stack.practice.post("stripe/config", webhook_url=f"{settings.url}/webhooks/stripe/{first.key}", secret=secret)


def settings_for(
    home: Path, practice: str, locations: Sequence[str], database_url: str = "", rules: Path | None = None
) -> Settings:
    """``locations`` empty: all four."""
    folder = home / "locations"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in LOCATIONS.glob("*.yaml"):
        if not locations or path.stem in locations:
            text = path.read_text("utf-8").replace("http://127.0.0.1:8701", practice)
            (folder / path.name).write_text(text, "utf-8")
    return Settings(
        home=home,
        locations=folder,
        rules=rules,
        database_url=database_url,
        web_port=free_port(),
        temporal_search_attributes=False,
    )


def _waits_to_retry(activity: PendingActivityInfo) -> bool:
    """The test server calls it started even then."""
    ended = activity.last_attempt_complete_time.ToDatetime()
    return activity.HasField("last_attempt_complete_time") and ended >= activity.last_started_time.ToDatetime()


async def _at_once() -> None:
    """Waits for nothing."""


def _line(case: CaseRecord) -> str:
    return f"{case.case_id} {case.state} {case.path} next {case.next_what!r} at {case.next_at}"

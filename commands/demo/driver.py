"""Plays the practice's days: steps every clock to the next interesting instant, lets all finish, plays the people."""

import asyncio
import heapq
import itertools
import random
import re
import time
from collections.abc import Awaitable, Callable, Collection
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import structlog

from commands.demo import patients, staff, watching
from commands.demo.patients import Act, Patient
from commands.demo.stack import Stack
from commands.demo.story import Story
from domain.case import CaseState
from domain.location import Location
from domain.records import TaskRecord
from domain.slots import Opening
from domain.treatment_plan import CELL_MINUTES

SPAN = timedelta(hours=74)
LONGEST = timedelta(hours=170)
_LONGEST_STEP = timedelta(minutes=60)
_SHORTEST_STEP = timedelta(minutes=4)
_PATIENCE_SECONDS = 60.0
_LOOKS_AT_A_LOCK = 10
"""So often nothing is in hand and Temporal's clock stands still all the same; each look takes a tenth of a second."""
_FEEDS_EVERY = timedelta(hours=3)
_COPY_EVERY = timedelta(hours=24)
_TASKS_EVERY = timedelta(minutes=30)
_BY_DAY = (timedelta(minutes=5), timedelta(hours=6))
_BY_NIGHT = (timedelta(hours=10), timedelta(hours=20))
_NIGHT_SHARE = 0.2

log = structlog.get_logger(__name__)


class Stuck(Exception):
    """Something did not come to rest; the message names it."""


class Driver:
    """Implements ``patients.World`` for the patients."""

    def __init__(self, stack: Stack, plans: int, seed: int) -> None:
        self._stack = stack
        self._plans = plans
        self._seed = seed
        self.story = Story(began=stack.now, ended=stack.now)
        self._agenda: list[tuple[datetime, int, Callable[[], Awaitable[None]]]] = []
        self._order = itertools.count()
        self._people: dict[int, dict[str, Any]] = {}
        self._accounts = _accounts(stack)
        self._seen_texts = 0
        self._seen_tasks: set[str] = set()
        self._waiting_for: dict[int, float] = {}
        self._unread: list[tuple[dict[str, Any], float]] = []
        self._ran: dict[str, datetime] = {}
        self._touched: set[str] = set()
        self._treated: set[str] = set()

    async def play(self) -> Story:
        """The whole story. Raises Stuck."""
        began = time.perf_counter()
        self._people = {row["PatNum"]: row for row in await self._stack.ask("/_sandbox/patients")}
        await self._mirror(self._accounts.values())
        await self._run(*self._names("detect"))
        await self._plan_acceptances()
        while not await self._is_over():
            await self._step()
        self.story.ended = self.now
        self.story.seconds = time.perf_counter() - began
        return self.story

    # --- what patients reach

    @property
    def now(self) -> datetime:
        return self._stack.now

    async def reply(self, patient: Patient, body: str) -> None:
        self.did(patient, f"wrote {body}")
        await self._stack.tell("/_sandbox/twilio/inbound", **{"from": patient.phone, "body": body})

    async def desk(self, patient: Patient, path: str, **body: Any) -> Any:
        self._touched.add(patient.account)
        return await self._stack.tell(f"/_sandbox/{path}", **body)

    async def lose_chair(self, patient: Patient) -> None:
        """The desk books somebody else into the chair that is held for this patient."""
        stores, location = self._stack.parts.stores, self._location_of(patient)
        mine = await asyncio.to_thread(stores.cases.open_for_plan, patient.account, str(patient.plan))
        hold = await asyncio.to_thread(stores.holds.live_of_case, mine[-1].case_id) if mine else None
        if hold is None:
            return
        start, minutes = _busy_part(hold.opening)
        wish = {
            "pat_num": self._somebody_else(patient),
            "at": start.astimezone(location.tz).strftime("%Y-%m-%d %H:%M:%S"),
            "op": int(hold.opening.operatory_id),
            "prov": int(hold.opening.provider_id),
            "minutes": minutes,
        }
        await self.desk(patient, "book_by_phone", **wish)

    def _location_of(self, patient: Patient) -> Location:
        return self._stack.parts.locations.of_account(patient.account)[0]

    def _somebody_else(self, patient: Patient) -> int:
        """A patient of the same office who has accepted nothing."""
        busy = {each.pat_num for each in self.story.patients.values()}
        clinic = self._people[patient.pat_num]["clinic"]
        free = [p for p, row in self._people.items() if row["clinic"] == clinic and row["status"] == "Patient"]
        return patient.dice.choice([pat_num for pat_num in sorted(free) if pat_num not in busy])

    def later(self, wait: timedelta, patient: Patient, act: Act) -> None:
        self._at(self.now + wait, partial(act, patient, self))

    def did(self, patient: Patient, what: str) -> None:
        self.story.acts[patient.phone].append((self.now, what))
        if what in ("died", "revoked"):
            self.story.gone[patient.plan] = (self.now, what)

    # --- time

    def _at(self, at: datetime, do: Callable[[], Awaitable[None]]) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), do))

    async def _step(self) -> None:
        self._waiting_for.clear()
        await self._stack.move(await self._next())
        self.story.steps += 1
        await self._treat()
        await self._run_loops()
        await self._settle()
        while self._agenda and self._agenda[0][0] <= self.now:
            await self._do_what_is_due()
            await self._run_touched()
            await self._settle()

    async def _next(self) -> datetime:
        """The next interesting instant, not too near and not too far."""
        due = await asyncio.to_thread(watching.next_deadline, self._stack.parts.stores.database, self.now)
        planned = self._agenda[0][0] if self._agenda else None
        wanted = min(at for at in (due, planned, self.now + _LONGEST_STEP) if at is not None)
        return max(wanted, self.now + _SHORTEST_STEP)

    async def _do_what_is_due(self) -> None:
        """Everything due now; who acts at the same instant acts at the same time."""
        while self._agenda and self._agenda[0][0] <= self.now:
            at, together = self._agenda[0][0], []
            while self._agenda and self._agenda[0][0] == at:
                together.append(heapq.heappop(self._agenda)[2]())
            for done in await asyncio.gather(*together, return_exceptions=True):
                if isinstance(done, httpx.HTTPStatusError):
                    log.warning("somebody was refused", error=f"{done} {done.response.text[:200]}")
                elif isinstance(done, BaseException):
                    raise done

    async def _settle(self) -> None:
        """Until nothing is under way: loops, webhooks, activities, texts. Raises Stuck with what is not at rest."""
        began = time.monotonic()
        calm, enough, locked = 0, 1, 0
        while calm < enough:
            await self._look_at_phones()
            await self._stack.keep_up()
            await self._run("inbox")
            waits = await asyncio.to_thread(watching.under_way, self._stack.parts.stores.database, self.now)
            idle = await self._stack.is_idle()
            if idle and not waits:
                calm += 1
                continue
            calm, enough = 0, 2
            locked = 0 if waits or self._stack.processes.at_work else locked + 1
            if locked == _LOOKS_AT_A_LOCK:
                await self._stack.unlock()
            if time.monotonic() - began > _PATIENCE_SECONDS:
                what = "; ".join(waits) or "an activity"
                raise Stuck(f"at {self.now.isoformat()} this does not come to rest: {what}")
        await self._look_at_phones()
        await self._look_at_tasks()

    async def _run_loops(self) -> None:
        """What would run by itself, less often."""
        if self._due("feeds", _FEEDS_EVERY):
            await self._mirror(self._accounts.values())
            await self._run(*self._names("detect"))
            await self._run(*self._names("next_visits"))
        await self._run("outbox", "holds", "watch")
        if self._due("tasks", _TASKS_EVERY):
            await self._run("tasks")

    async def _run_touched(self) -> None:
        """Where somebody at a practice did something, its webhooks would have woken the loops."""
        touched, self._touched = self._touched, set()
        await self._mirror(touched)
        await self._run(*(f"detect:{account}" for account in touched))
        await self._run(*(f"next_visits:{account}" for account in touched))

    async def _treat(self) -> None:
        """Visits that are over took place: the desk sets them complete. A plan with more visits goes on then."""
        lines = await asyncio.to_thread(watching.cases, self._stack.parts.stores.database)
        for case in lines:
            over = case.state == CaseState.BOOKED and case.visit_ends is not None and case.visit_ends <= self.now
            if over and case.appointment_id and case.case_id not in self._treated:
                self._treated.add(case.case_id)
                await self._stack.tell("/_sandbox/complete_appointment", apt_num=int(case.appointment_id))

    async def _mirror(self, accounts: Collection[str]) -> None:
        """Follow what changed. Nobody edits a schedule here, so whole copies count as fresh for a day."""
        whole = self._due("whole copies", _COPY_EVERY)
        for account in accounts if not whole else ():
            for feed in ("setup", "schedule", "appointments"):
                await asyncio.to_thread(self._stack.parts.stores.mirror.mark_fresh, account, feed, self.now)
        await self._run(*(f"mirror:{account}" for account in accounts))

    def _due(self, what: str, every: timedelta) -> bool:
        last = self._ran.get(what)
        if last is not None and self.now - last < every:
            return False
        self._ran[what] = self.now
        return True

    def _names(self, *kinds: str) -> list[str]:
        return [runner.name for runner in self._stack.processes.runners if runner.name.partition(":")[0] in kinds]

    async def _run(self, *names: str) -> None:
        """One round of each of these loops, side by side."""
        chosen = [runner for runner in self._stack.processes.runners if runner.name in names]
        await asyncio.gather(*(runner.step() for runner in chosen))

    async def _is_over(self) -> bool:
        """After 74 hours, as soon as every plan's first case has ended or is a person's; in any case after a week."""
        gone_by = self.now - self.story.began
        if gone_by < SPAN or self._agenda:
            return gone_by >= LONGEST
        lines = await asyncio.to_thread(watching.cases, self._stack.parts.stores.database)
        far = self.now + timedelta(days=1)
        first = [case for case in lines if case.visit == 1]
        at_rest = [c.ended or c.with_person or (c.paused_until is not None and c.paused_until > far) for c in first]
        return all(at_rest) or gone_by >= LONGEST

    # --- acceptances

    async def _plan_acceptances(self) -> None:
        """Most by day, some late in the evening and at night, when nobody may be texted."""
        dice = random.Random(f"{self._seed}/acceptances")
        waiting = await self._waiting_plans()
        chosen = dice.sample(waiting, min(self._plans, len(waiting)))
        for number in range(self._plans - len(chosen)):
            self._at(self.story.began + _moment(dice), partial(self._accept, count=1, seed=number))
        while chosen:
            together = [chosen.pop() for _ in range(min(len(chosen), dice.choice((1, 1, 1, 2, 3))))]
            self._at(self.story.began + _moment(dice), partial(self._accept, treat_plan_nums=together))

    async def _waiting_plans(self) -> list[int]:
        """Presented plans that their patients are ready to sign."""
        plans = (await self._stack.ask("/_sandbox/records", new="true"))["treatplans"]
        ready = [p for p in plans if p["outcome"] == "acceptable" and not p["signed"]]
        return [p["TreatPlanNum"] for p in ready if self._people[p["PatNum"]]["status"] == "Patient"]

    async def _accept(self, **which: Any) -> None:
        """These plans, or as many as there are too few of: the sandbox presents more then."""
        signed = await self._stack.tell("/_sandbox/accept", **which)
        began = time.perf_counter()
        for row in signed:
            self._waiting_for[row["TreatPlanNum"]] = began
            self._meet(row)
        await self._run(*{f"detect:{self.story.patients[row['TreatPlanNum']].account}" for row in signed})

    def _meet(self, signed: dict[str, Any]) -> None:
        plan, person = signed["TreatPlanNum"], self._people[signed["PatNum"]]
        dice = random.Random(f"{self._seed}/patient/{plan}")
        born = person["birthdate"]
        patient = Patient(
            number=len(self.story.patients) + 1,
            plan=plan,
            pat_num=signed["PatNum"],
            account=self._accounts[signed["customer_key"]],
            birthdate=date.fromisoformat(born) if born and not born.startswith("0001") else None,
            habit=patients.choose_habit(dice),
            dice=dice,
        )
        self.story.patients[plan] = patient
        self._begin(patient, "accepted")

    def _begin(self, patient: Patient, text: str) -> None:
        habit = patient.habit
        if habit.begins_at == text and not patient.begun:
            patient.begun = True
            self.later(timedelta(minutes=patient.dice.randint(*habit.minutes)), patient, habit.act)

    # --- what arrives

    async def _look_at_phones(self) -> None:
        """New texts: measure, and let their readers decide."""
        news = (await self._stack.ask("/_sandbox/twilio/messages", after=self._seen_texts))["messages"]
        out = [message for message in news if message["direction"].startswith("outbound")]
        if news:
            self._seen_texts = news[-1]["seq"]
        self._unread += [(message, time.perf_counter()) for message in out]
        unread, self._unread = self._unread, []
        for message, came in unread:
            await self._read(message, came)

    async def _read(self, message: dict[str, Any], came: float) -> None:
        """``came``: the real moment it was seen. Its sender's row may hear of its id a moment later."""
        row = await asyncio.to_thread(self._stack.parts.stores.outbox.by_sid, message["sid"])
        if row is None:
            self._unread.append((message, came))
            return
        if not row.case_id.startswith("case/"):
            return
        case = await asyncio.to_thread(self._stack.parts.stores.cases.get, row.case_id)
        patient = self.story.patients.get(int(case.plan_id))
        if patient is None:
            return
        if case.visit_number > patient.visit:
            patient.visit, patient.begun, patient.paying = case.visit_number, False, False
        self._measure(patient, came)
        patient.phone = row.to
        patient.texts.append(message["text"])
        self._begin(patient, row.template)
        self._answer(patient, row.template)

    def _measure(self, patient: Patient, came: float) -> None:
        """Only texts that were allowed at once: whoever still waits when time moves on is forgotten."""
        began = self._waiting_for.pop(patient.plan, None)
        if began is not None:
            self.story.latencies.append((came - began) * 1000)

    def _answer(self, patient: Patient, template: str) -> None:
        """Booking goes on: fresh times are chosen from, and what is asked for is paid, as the habit has it."""
        habit = patient.habit
        if habit.act not in patients.BOOKERS:
            return
        wait = timedelta(minutes=patient.dice.randint(1, 20))
        if template == "paid_fresh_openings" and habit.pays == "gives up":
            self.later(wait, patient, patients.decline)
            return
        pays = template in patients.PAYING and habit.pays != "never"
        if pays or template in patients.FRESH:
            self.later(wait, patient, patients.book_by_link)

    async def _look_at_tasks(self) -> None:
        """New tasks: somebody will see to each, some hours from now."""
        tasks = await asyncio.to_thread(self._stack.parts.stores.tasks.mirrored)
        for task in tasks:
            if task.id in self._seen_tasks:
                continue
            self._seen_tasks.add(task.id)
            meant = staff.intention(self._seed, task)
            if meant.what != "leaves it":
                self._at(self.now + meant.wait, partial(self._see_to, task, meant.what))
        for at, task in await asyncio.to_thread(staff.stopped_texts, self._stack):
            if task.id not in self._seen_tasks:
                self._seen_tasks.add(task.id)
                self._at(at, partial(staff.lift, self._stack, task))

    async def _see_to(self, task: TaskRecord, what: str) -> None:
        account = self._stack.parts.locations.get(task.location).account
        self._touched.add(account)
        self._ran.pop("tasks", None)
        await staff.act(self._stack, task.id, what)


def _moment(dice: random.Random) -> timedelta:
    """When somebody accepts, from the beginning on."""
    earliest, latest = _BY_NIGHT if dice.random() < _NIGHT_SHARE else _BY_DAY
    return earliest + (latest - earliest) * dice.random()


def _busy_part(opening: Opening) -> tuple[datetime, int]:
    """From when and how many minutes the provider is busy first; in the rest they may be with somebody else."""
    run = re.search("X+", opening.pattern)
    first, last = run.span() if run else (0, 1)
    return opening.start + timedelta(minutes=CELL_MINUTES * first), CELL_MINUTES * (last - first)


def _accounts(stack: Stack) -> dict[str, str]:
    """Customer key -> PMS account."""
    vendors = stack.parts.vendors
    # Of the clinics of one database the first has the patients, so it is named last.
    every = reversed(stack.parts.locations.all())
    return {vendors.secret(each.key, "pms", "customer_key"): each.account for each in every}

"""A small practice on a real database, with the patient's pages over it; only the case's workflow is a recorder."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI

from activities.openings import Openings
from db.session import Database
from db.stores.cases import CaseStore
from db.stores.deposits import DepositStore
from db.stores.holds import HoldStore
from db.stores.inbound import SuppressionStore
from db.stores.links import LinkStore
from db.stores.mirror import MirrorStore
from db.stores.offers import OfferStore
from db.stores.tasks import TaskStore
from domain.case import CaseState
from domain.location import Location
from domain.people import Operatory, Provider, ProviderKind
from domain.records import (
    CaseRecord,
    DepositRecord,
    DepositState,
    HoldRecord,
    LinkRecord,
    NumberedOpening,
    OfferRecord,
)
from domain.route import Path, RefundPolicy, Route
from domain.slots import BlockKind, Opening, ScheduleBlock
from loops.reply_tasks import ReplyTasks
from runtime.clock import SteppedClock
from web.booking.deps import BookingDeps, Limits
from web.booking.room import router
from web.site import SecurityHeaders
from workflows.contracts import case as wire
from workflows.gateway import CaseGone

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
"""Friday, 10 in the morning in Boise."""

ACCOUNT = "opendental:boise"
ANN = "+12085550142"
BORN = date(1986, 4, 28)
PAY_URL = "https://checkout.stripe.com/c/pay/cs_test_1"
PUBLIC = "https://book.example.org"
_BOISE = ZoneInfo("America/Boise")

LOCATION = Location.model_validate(
    {
        "key": "boise",
        "name": "River Street Dental",
        "zone": "America/Boise",
        "state": "ID",
        "address": "120 River Street, Boise, ID 83702",
        "phone": "+12085550100",
        "pms": {"kind": "opendental", "base_url": "http://127.0.0.1:1"},
        "messaging": {"kind": "twilio", "base_url": "http://127.0.0.1:1"},
        "payments": {"kind": "stripe", "base_url": "https://api.stripe.com"},
        "staff": [{"key": "kim", "name": "Kim Ortega"}],
        "default_owner": "kim",
    }
)


@dataclass
class Recorder:
    """Stands for the case's workflow: keeps every command, answers as told, acts once an id as Temporal does."""

    outcome: wire.ChoiceOutcome = field(default_factory=lambda: wire.ChoiceOutcome(kind=wire.ChoiceKind.BOOKED))
    cancelled: str = "cancelled"
    gone: bool = False
    commands: dict[str, Any] = field(default_factory=dict)
    new_links: list[str] = field(default_factory=list)
    none_left: list[str] = field(default_factory=list)
    textable: bool = True

    async def choose(self, case_id: str, choice: wire.ChooseOpening) -> wire.ChoiceOutcome:
        self._take(choice.command_id, choice)
        return self.outcome

    async def respond(self, case_id: str, said: wire.Response, command_id: str) -> wire.Answer:
        self._take(command_id, said.command)
        return wire.Answer(state=CaseState.PAUSED, done="noted")

    async def no_times_left(self, case_id: str) -> None:
        if self.gone:
            raise CaseGone("the case has ended")
        self.none_left.append(case_id)

    async def person_needed(self, case_id: str, needed: wire.PersonNeeded) -> None:
        self._take(f"{case_id} {needed.command_id}", needed)

    async def cancel_booking(self, case_id: str, by: str, command_id: str) -> wire.Answer:
        self._take(command_id, ("cancel", by))
        return wire.Answer(state=CaseState.BOOKED, done=self.cancelled)

    async def reschedule(self, case_id: str, opening: Opening, command_id: str) -> wire.ChoiceOutcome:
        self._take(command_id, ("move", opening))
        return self.outcome

    async def send_new_link(self, case_id: str) -> bool:
        self.new_links.append(case_id)
        return self.textable

    @property
    def told(self) -> list[Any]:
        return list(self.commands.values())

    def _take(self, command_id: str, command: Any) -> None:
        if self.gone:
            raise CaseGone("the case has ended")
        self.commands.setdefault(command_id, command)


class OneLocation:
    def get(self, key: str) -> Location:
        if key != LOCATION.key:
            raise KeyError(f"no location {key!r}")
        return LOCATION

    def all(self) -> list[Location]:
        return [LOCATION]


class Office:
    """Stores, clock and app; the helpers put a case into the state that a test is about."""

    def __init__(self, database: Database, limits: Limits | None = None) -> None:
        self.cases = CaseStore(database)
        self.links = LinkStore(database)
        self.offers = OfferStore(database)
        self.holds = HoldStore(database)
        self.deposits = DepositStore(database)
        self.tasks = TaskStore(database)
        self.suppressions = SuppressionStore(database)
        self.clock = SteppedClock(NOW)
        self.gateway = Recorder()
        self._fill_mirror(MirrorStore(database))
        rules: Any = None  # the finder reads nothing from the rules: the route is in the case
        self.search = Openings(MirrorStore(database), self.holds, self.offers, OneLocation(), rules)
        alarm: Any = None  # nothing here is urgent after the end; tests/workflows has that
        self.deps = BookingDeps(
            cases=self.cases,
            links=self.links,
            offers=self.offers,
            holds=self.holds,
            deposits=self.deposits,
            suppressions=self.suppressions,
            ask_person=ReplyTasks(self.tasks, self.cases, alarm, OneLocation(), self.clock, PUBLIC).asked,
            search=self.search,
            gateway=self.gateway,
            changes=self.gateway,
            locations=OneLocation(),
            clock=self.clock,
            public_url=PUBLIC,
            signing_key=b"k" * 32,
            send_new_link=self.gateway.send_new_link,
            limits=limits or Limits(link=1000, address=5000, birth_dates=100),
        )

    def app(self) -> FastAPI:
        built = FastAPI()
        built.add_middleware(SecurityHeaders, https=True)
        built.include_router(router(self.deps))
        return built

    def browser(self, address: str = "127.0.0.1") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app(), client=(address, 40_000))
        return httpx.AsyncClient(transport=transport, base_url=PUBLIC)

    def case(self, **fields: Any) -> CaseRecord:
        deposit = fields.get("deposit_cents", 0)
        values: dict[str, Any] = {
            "case_id": "case/boise/opendental/1/s1/1",
            "location": "boise",
            "source": "opendental",
            "account": ACCOUNT,
            "plan_id": "1",
            "patient_id": "7",
            "texted_patient_id": "7",
            "acceptance": "s1",
            "accepted_at": NOW,
            "detected_at": NOW,
            "state": CaseState.OFFERING,
            "pattern": "/XXXXXXXXXX/",
            "provider_id": "dr",
            "provider_kind": "dentist",
            "first_name": "Ann",
            "last_name": "Carver",
            "birthdate": BORN,
            "phone": ANN,
            "route": a_route(deposit),
        }
        case = CaseRecord.model_validate(values | fields)
        self.cases.add(case)
        return self.cases.get(case.case_id)

    def link(self, case: CaseRecord, **life: Any) -> str:
        return self.links.issue(case.case_id, case.phone, NOW, NOW + timedelta(**(life or {"days": 14})))

    def link_row(self, token: str) -> LinkRecord:
        found = self.links.find(token)
        assert found is not None
        return found

    def offer(self, case: CaseRecord, openings: list[Opening]) -> OfferRecord:
        numbered = tuple(NumberedOpening(number=n, opening=o) for n, o in enumerate(openings, start=1))
        offer = OfferRecord(
            id="of_1", case_id=case.case_id, location="boise", step="offer", phone=ANN, made_at=NOW, openings=numbered
        )
        return self.offers.put(offer)

    def take(self, opening: Opening, case_id: str = "case/boise/opendental/2/s1/1", **fields: Any) -> HoldRecord:
        """Somebody (another case, unless named) holds this time."""
        values: dict[str, Any] = {
            "id": f"hd_{case_id}_{opening.key}",
            "case_id": case_id,
            "account": ACCOUNT,
            "opening": opening,
            "created_at": NOW,
            "expires_at": NOW + timedelta(minutes=35),
        }
        hold = HoldRecord.model_validate(values | fields)
        assert self.holds.take(hold, self.clock.now())
        return hold

    def take_every_day(self) -> None:
        """Nothing is left: other cases hold every working hour."""
        for number, day in enumerate(_workdays()):
            self.take(_whole(day), f"case/boise/opendental/{100 + number}/s1/1")

    def offer_every_day(self, case_id: str) -> None:
        """All working hours stand in an unanswered text to somebody else."""
        openings = tuple(NumberedOpening(number=n, opening=_whole(day)) for n, day in enumerate(_workdays(), start=1))
        other = self.case(case_id=case_id, plan_id=case_id, patient_id=case_id, phone="+12085550143")
        self.offers.put(
            OfferRecord(
                id=f"of_{case_id}",
                case_id=other.case_id,
                location="boise",
                step="offer",
                phone=other.phone,
                made_at=NOW,
                openings=openings,
            )
        )

    def deposit(self, case: CaseRecord, hold_id: str = "hd_1", **fields: Any) -> DepositRecord:
        values: dict[str, Any] = {
            "id": "dep_1",
            "case_id": case.case_id,
            "location": "boise",
            "patient_id": "7",
            "attempt": 1,
            "amount_cents": 15_000,
            "checkout_id": "cs_test_1",
            "checkout_url": PAY_URL,
            "hold_id": hold_id,
            "created_at": NOW,
        }
        deposit = DepositRecord.model_validate(values | fields)
        self.deposits.put(deposit)
        return deposit

    def awaiting_deposit(self, **deposit: Any) -> tuple[CaseRecord, HoldRecord]:
        case = self.case(state=CaseState.AWAITING_DEPOSIT, deposit_cents=15_000)
        hold = self.take(self.openings(case)[0], case.case_id)
        self.deposit(case, hold.id, **deposit)
        return case, hold

    def booked(self, start: datetime = NOW + timedelta(days=5), **fields: Any) -> CaseRecord:
        booked = {"state": CaseState.BOOKED, "booked_start": start, "appointment_id": "91", "ended_at": NOW}
        return self.case(**booked | fields)

    def paid(self, case: CaseRecord) -> DepositRecord:
        return self.deposit(case, state=DepositState.PAID, payment_id="pi_1", paid_at=NOW)

    def openings(self, case: CaseRecord, wanted: int = 3) -> list[Opening]:
        return list(self.search.ranked(case, wanted, self.clock.now()))

    @staticmethod
    def _fill_mirror(mirror: MirrorStore) -> None:
        dentist = Provider(id="dr", name="Dr. Lee", kind=ProviderKind.DENTIST)
        chair = Operatory(id="op1", name="Op 1", providers=("dr",))
        mirror.replace_setup(ACCOUNT, [dentist], [chair], [])
        mirror.replace_blocks(ACCOUNT, NOW, NOW + timedelta(days=60), [_work(day) for day in _workdays()])


def a_route(deposit_cents: int = 0, **fields: Any) -> Route:
    values: dict[str, Any] = {
        "tier": "restorative",
        "path": Path.LINK,
        "deposit_cents": deposit_cents,
        "refund_policy": RefundPolicy(refundable_hours=24),
        "minutes": 60,
        "first_offer_minutes": 30,
        "horizon_days": 21,
    }
    return Route.model_validate(values | fields)


def _workdays() -> list[date]:
    first = date(2026, 11, 23)
    return [day for day in (first + timedelta(days=n) for n in range(19)) if day.weekday() < 5]


def _whole(day: date) -> Opening:
    """From opening to closing."""
    work = _work(day)
    return Opening(start=work.start, pattern="X" * 108, operatory_id="op1", provider_id="dr")


def _work(day: date) -> ScheduleBlock:
    def at(hour: int) -> datetime:
        return datetime(day.year, day.month, day.day, hour, tzinfo=_BOISE)

    return ScheduleBlock(
        id=f"w{day}", kind=BlockKind.WORK, start=at(8), stop=at(17), provider_id="dr", operatories=("op1",)
    )


def command_in(page: str) -> str:
    """The one-time id of the page's form."""
    found = re.search(r'name="command" value="([^"]+)"', page)
    assert found, "the page has no form"
    return found[1]


async def send(web: httpx.AsyncClient, path: str, form_page: str, **fields: Any) -> httpx.Response:
    """Open a page and send its form, as a browser does."""
    page = await web.get(form_page)
    return await web.post(path, data={"command": command_in(page.text), **fields})


async def say_birth_date(web: httpx.AsyncClient, token: str, born: date = BORN, **more: str) -> httpx.Response:
    parts = {"month": str(born.month), "day": str(born.day), "year": str(born.year)}
    return await send(web, f"/b/{token}/who", f"/b/{token}/who", **parts, **more)

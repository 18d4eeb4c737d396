"""An invented group of two offices with cases in every state, in real stores; ``Door`` records what staff command."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from temporalio.service import RPCError, RPCStatusCode

from activities.openings import Openings
from db.session import Database
from db.stores.board import CaseBoard
from db.stores.cases import CaseStore
from db.stores.deposits import DepositStore
from db.stores.holds import HoldStore
from db.stores.inbound import InboundStore, SuppressionStore
from db.stores.inbox import InboxStore
from db.stores.mirror import MirrorStore
from db.stores.numbers import NumberStore
from db.stores.offers import OfferStore
from db.stores.outbox import OutboxStore
from db.stores.rulebook import RuleStore
from db.stores.running import HeartbeatStore
from db.stores.switch import TextingSwitch
from db.stores.tasks import TaskStore
from db.stores.worklist import WorkList
from domain.case import CaseState
from domain.deposit_decisions import CardFacts
from domain.location import Location
from domain.records import (
    CaseRecord,
)
from domain.route import CaseFacts, PatientFacts, ProcedureFacts, Route
from domain.slots import Opening
from domain.treatment_plan import PlannedProcedure
from rules.classify import classify
from rules.loading import parse_rules, read_files
from rules.model import RuleSet
from rules.paths import SHIPPED
from runtime.locations import LocationBook
from web.console.deps import ConsoleDeps
from workflows.contracts import case as wire
from workflows.contracts.deposit_decision import Decide, DecisionAnswer
from workflows.gateway import CaseGone

NOW = datetime(2026, 11, 23, 17, 20, tzinfo=UTC)
"""A Monday, 10:20 in Boise and 9:20 in Spokane."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULE_FILES = read_files(SHIPPED)
KEY = b"k" * 32
BOISE = ZoneInfo("America/Boise")
CROWN = PlannedProcedure(
    id="p1",
    code="D2740",
    description="Crown, porcelain",
    fee_cents=128_000,
    patient_cents=64_000,
    pattern="/XXXXXXXXXXXXXXX//",
)
IMPLANT = PlannedProcedure(
    id="p2", code="D6010", description="Implant body", fee_cents=238_000, patient_cents=238_000, pattern="X" * 24
)
SEALANT = PlannedProcedure(id="p3", code="D1351", description="Sealant", fee_cents=18_000, pattern="XXXX", hygiene=True)


def a_location(key: str, name: str, **fields: Any) -> Location:
    values: dict[str, Any] = {
        "key": key,
        "name": name,
        "zone": "America/Boise",
        "state": "ID",
        "phone": "+12085550100",
        "pms": {"kind": "opendental", "base_url": "http://127.0.0.1:1"},
        "messaging": {"kind": "twilio", "base_url": "http://127.0.0.1:1"},
        "payments": {"kind": "stripe", "base_url": "http://127.0.0.1:1"},
        "staff": [
            {"key": "kim", "name": "Kim Alvarez", "role": "coordinator"},
            {"key": "lee", "name": "Lee Novak", "role": "manager"},
        ],
        "default_owner": "kim",
    }
    return Location.model_validate(values | fields)


LOCATIONS = LocationBook(
    [
        a_location(
            "boise",
            "River Street Dental",
            financing={"name": "Sample Lender", "apply_url": "https://lender.example/apply"},
        ),
        a_location("spokane", "Cedar Dental", zone="America/Los_Angeles", state="WA"),
    ]
)


@dataclass
class StandingClock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


BOOKED = wire.ChoiceOutcome(kind=wire.ChoiceKind.BOOKED)
DECIDED = DecisionAnswer(cents=13_000)


@dataclass
class Door:
    """Stands for the gateway: keeps every command by its id, once, as Temporal does."""

    said: dict[str, tuple[str, Any]] = field(default_factory=dict)
    gone: bool = False
    silent: bool = False
    outcome: wire.ChoiceOutcome = BOOKED
    cancelled: str = "cancelled"
    decided: DecisionAnswer = DECIDED

    async def choose(self, case_id: str, choice: wire.ChooseOpening) -> wire.ChoiceOutcome:
        self._keep(case_id, choice, choice.command_id)
        return self.outcome

    async def respond(self, case_id: str, said: wire.Response, command_id: str) -> wire.Answer:
        return self._keep(case_id, said.command, command_id)

    async def resolve(self, case_id: str, said: wire.Resolve, command_id: str) -> wire.Answer:
        return self._keep(case_id, said, command_id)

    async def approve(self, case_id: str, said: wire.Approve, command_id: str) -> wire.Answer:
        return self._keep(case_id, said, command_id)

    async def waive_deposit(self, case_id: str, said: wire.WaiveDeposit, command_id: str) -> wire.Answer:
        return self._keep(case_id, said, command_id)

    async def reroute(self, case_id: str, said: wire.Reroute, command_id: str) -> wire.Answer:
        return self._keep(case_id, said, f"{case_id} {command_id}")

    async def decide_deposit(self, case_id: str, deposit_id: str, said: Decide) -> DecisionAnswer:
        self._keep(case_id, said, said.command_id)
        return self.decided

    async def cancel_booking(self, case_id: str, by: str, command_id: str, *, office: bool = False) -> wire.Answer:
        self._keep(case_id, ("cancel", by, office), command_id)
        return wire.Answer(state=CaseState.BOOKED, done=self.cancelled)

    async def reschedule(
        self, case_id: str, opening: Opening, command_id: str, by: str = "patient"
    ) -> wire.ChoiceOutcome:
        self._keep(case_id, ("move", by, opening.key), command_id)
        return self.outcome

    def _keep(self, case_id: str, said: Any, command_id: str) -> wire.Answer:
        if self.silent:
            raise RPCError("no answer", RPCStatusCode.UNAVAILABLE, b"")
        if self.gone:
            raise CaseGone(case_id)
        self.said.setdefault(command_id, (case_id, said))
        return wire.Answer(state=CaseState.HANDED_OVER, done="noted")

    @property
    def only(self) -> Any:
        """The one command that was given."""
        [(_, said)] = self.said.values()
        return said


class NoRoutes:
    """The opening search asks rules for nothing; it only has to be given a rule book."""


class Practice:
    """Every store over one database, and the deps that the pages get."""

    def __init__(self, database: Database) -> None:
        self.clock = StandingClock()
        self.door = Door()
        self.cards: dict[str, CardFacts] = {}
        self.asked: list[str] = []
        self.cases = CaseStore(database)
        self.board = CaseBoard(database)
        self.work = WorkList(database)
        self.tasks = TaskStore(database)
        self.outbox = OutboxStore(database)
        self.inbound = InboundStore(database)
        self.suppressions = SuppressionStore(database)
        self.switch = TextingSwitch(database)
        self.offers = OfferStore(database)
        self.holds = HoldStore(database)
        self.deposits = DepositStore(database)
        self.mirror = MirrorStore(database)
        self.numbers = NumberStore(database)
        self.heartbeats = HeartbeatStore(database)
        self.inbox = InboxStore(database)
        self.rules = RuleStore(database, self.clock)
        self.folder = dict(RULE_FILES)
        rule_book: Any = NoRoutes()
        self.search = Openings(self.mirror, self.holds, self.offers, LOCATIONS, rule_book)

    def deps(self) -> ConsoleDeps:
        return ConsoleDeps(
            cases=self.cases,
            board=self.board,
            work=self.work,
            tasks=self.tasks,
            outbox=self.outbox,
            inbound=self.inbound,
            suppressions=self.suppressions,
            switch=self.switch,
            offers=self.offers,
            holds=self.holds,
            deposits=self.deposits,
            mirror=self.mirror,
            search=self.search,
            numbers=self.numbers,
            heartbeats=self.heartbeats,
            inbox=self.inbox,
            rules=self.rules,
            gateway=self.door,
            locations=LOCATIONS,
            clock=self.clock,
            signing_key=KEY,
            folder_rules=lambda: self.folder,
            card_facts=self.card_facts,
        )

    def card_facts(self, _location: str, payment_id: str) -> CardFacts | None:
        """The card processor; silent about payments that it was not given."""
        self.asked.append(payment_id)
        return self.cards.get(payment_id)


def case_id(number: int, location: str = "boise") -> str:
    return f"case/{location}/opendental/{number}/s1/1"


def a_case(number: int, procedure: PlannedProcedure = CROWN, location: str = "boise", **fields: Any) -> CaseRecord:
    """A case routed by the shipped rules."""
    kind = "surgeon" if procedure is IMPLANT else "hygienist" if procedure is SEALANT else "dentist"
    path = fields.get("path", "link")
    values: dict[str, Any] = {
        "case_id": case_id(number, location),
        "location": location,
        "source": "opendental",
        "account": f"opendental:{location}",
        "plan_id": str(number),
        "patient_id": str(100 + number),
        "acceptance": "s1",
        "accepted_at": NOW - 2 * HOUR,
        "detected_at": NOW - 2 * HOUR + MINUTE,
        "procedures": (procedure,),
        "value_cents": procedure.fee_cents,
        "patient_cents": procedure.patient_cents,
        "pattern": procedure.pattern,
        "provider_id": {"dentist": "11", "surgeon": "12", "hygienist": "13"}[kind],
        "provider_kind": kind,
        "hygiene": procedure.hygiene,
        "visit_why": "1 procedures of priority 1 with one provider",
        "state": CaseState.OFFERING,
        "path": path,
        "phone": f"+1208555{100 + number:04d}",
        "workflow_started": True,
    }
    route = _route(location, procedure, kind, in_office=path == "same_visit")
    values |= {"route": route, "tier": route.tier, "priority": route.priority, "deposit_cents": route.deposit_cents}
    values["first_offer_due_at"] = fields.get("accepted_at", values["accepted_at"]) + timedelta(
        minutes=route.first_offer_minutes
    )
    return CaseRecord.model_validate(values | {"rule_version": route.rule_version} | fields)


@cache
def rules_of(location: str) -> RuleSet:
    """The shipped rules for a location."""
    return parse_rules(RULE_FILES, location, NOW.date())


def _route(location: str, procedure: PlannedProcedure, kind: str, *, in_office: bool) -> Route:
    facts = CaseFacts(
        location=location,
        procedures=(
            ProcedureFacts(
                code=procedure.code, fee_cents=procedure.fee_cents, minutes=procedure.minutes, provider_type=kind
            ),
        ),
        patient=PatientFacts(in_office=in_office, age=40),
        at=NOW,
    )
    return classify(rules_of(location), facts)

"""What the staff pages need from the world; ``web/app.py`` gives it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Protocol

from fastapi import Request

from db.stores.board import Order
from db.stores.numbers import Funnel
from db.stores.worklist import Waiting, Wanted
from db.tables.inbox import InboxRow
from db.tables.metrics import BaselineRow
from db.tables.rulebook import RuleActivationRow, RuleVersionRow
from db.tables.texts import ContactDecisionRow
from domain.case import CaseState
from domain.deposit_decisions import CardFacts
from domain.location import Location
from domain.openings import OpeningRequest
from domain.people import Operatory, Provider
from domain.records import (
    CaseEvent,
    CaseRecord,
    DepositRecord,
    HoldRecord,
    InboundText,
    OfferRecord,
    TaskRecord,
    TextingStop,
    TextRecord,
)
from domain.slots import Appointment, Opening, ScheduleBlock
from workflows.contracts import case as wire
from workflows.contracts.deposit_decision import Decide, DecisionAnswer


class Clock(Protocol):
    def now(self) -> datetime: ...


class Locations(Protocol):
    def get(self, key: str) -> Location: ...
    def all(self) -> Sequence[Location]: ...


class Cases(Protocol):
    def find(self, case_id: str) -> CaseRecord | None: ...
    def events(self, case_id: str) -> Sequence[CaseEvent]: ...
    def note(self, case_id: str, kind: str, text: str, at: datetime, actor: str = "chairtime") -> None: ...
    def of_phone(self, phone: str, limit: int = 20) -> Sequence[CaseRecord]: ...
    def displaced_since(self, office: str, since: datetime) -> Sequence[CaseRecord]: ...
    def of_plan(self, account: str, plan_id: str, acceptance: str) -> Sequence[CaseRecord]: ...


class Board(Protocol):
    def counts(self, location: str = "") -> Mapping[CaseState, int]: ...
    def open_value_cents(self) -> Mapping[str, int]: ...
    def overdue(self, now: datetime, grace: timedelta) -> Sequence[CaseRecord]: ...
    def void(self, now: datetime, grace: timedelta) -> Sequence[CaseRecord]: ...


class Work(Protocol):
    """Satisfied by ``db.stores.worklist.WorkList``."""

    def open_cases(
        self, wanted: Wanted, order: Order = "value", limit: int = 100, offset: int = 0
    ) -> Sequence[CaseRecord]: ...
    def count(self, wanted: Wanted) -> int: ...
    def owners(self) -> Sequence[str]: ...
    def open_counts(self) -> Mapping[str, int]: ...
    def open_tasks(self, location: str = "", owner: str = "") -> Sequence[TaskRecord]: ...
    def named(self, case_ids: Sequence[str]) -> Mapping[str, CaseRecord]: ...
    def late_first_offers(self, now: datetime) -> Mapping[str, int]: ...
    def task_counts(self) -> Mapping[str, int]: ...
    def accepted(
        self, since: datetime, until: datetime, location: str = "", provider: str | None = None
    ) -> Sequence[CaseRecord]: ...
    def unscheduled_cents(self, since: datetime, until: datetime) -> Mapping[tuple[str, str], int]: ...
    def routed(self, location: str = "", limit: int = 1000) -> Sequence[CaseRecord]: ...
    def failed_texts(self, since: datetime, limit: int = 50) -> Sequence[TextRecord]: ...
    def queues(self) -> Sequence[Waiting]: ...


class Tasks(Protocol):
    def get(self, task_id: str) -> TaskRecord | None: ...
    def of_case(self, case_id: str) -> Sequence[TaskRecord]: ...
    def update(self, task_id: str, changes: Mapping[str, Any]) -> None: ...


class Outbox(Protocol):
    def of_case(self, case_id: str) -> Sequence[TextRecord]: ...
    def of_phone(self, phone: str) -> Sequence[TextRecord]: ...
    def decisions_of_case(self, case_id: str) -> Sequence[ContactDecisionRow]: ...


class Inbound(Protocol):
    def of_phone(self, phone: str) -> Sequence[InboundText]: ...


class Suppressions(Protocol):
    def is_suppressed(self, phone: str) -> bool: ...


class Switch(Protocol):
    """What carriers keep from being sent, until somebody lifts that."""

    def stops(self) -> Sequence[TextingStop]: ...
    def lift(self, location: str, at: datetime, template: str = "") -> str:
        """The reason that stood, "" when nothing was stopped."""
        ...


class Offers(Protocol):
    def of_case(self, case_id: str) -> Sequence[OfferRecord]: ...


class Holds(Protocol):
    def live_of_case(self, case_id: str) -> HoldRecord | None: ...


class Deposits(Protocol):
    def of_case(self, case_id: str) -> Sequence[DepositRecord]: ...
    def kept_for(self, location: str, patient_id: str) -> DepositRecord | None: ...


class Mirror(Protocol):
    def freshness(self, account: str) -> Mapping[str, datetime]: ...
    def providers(self, account: str) -> Sequence[Provider]: ...
    def operatories(self, account: str) -> Sequence[Operatory]: ...
    def codes(self, account: str) -> Mapping[str, Any]:
        """Procedure codes by the code itself."""
        ...

    def day_sheet(
        self, account: str, first: datetime, last: datetime
    ) -> tuple[Sequence[ScheduleBlock], Sequence[Appointment]]: ...


class OpeningSearch(Protocol):
    """Satisfied by ``activities.openings.Openings``."""

    def ranked(self, case: CaseRecord, wanted: int, now: datetime) -> Sequence[Opening]: ...
    def all_for(self, case: CaseRecord, now: datetime) -> Sequence[Opening]: ...
    def request(self, case: CaseRecord, now: datetime, preferred: str, office: str = "") -> OpeningRequest: ...
    def sheet(self, office: str, request: OpeningRequest) -> tuple[Sequence[ScheduleBlock], Sequence[Appointment]]: ...


class Numbers(Protocol):
    def by_location(self, since: datetime, until: datetime, zones: Mapping[str, tzinfo]) -> Sequence[Funnel]: ...
    def by_provider(self, since: datetime, until: datetime, zones: Mapping[str, tzinfo]) -> Sequence[Funnel]: ...
    def baselines(self) -> Sequence[BaselineRow]: ...


class Heartbeats(Protocol):
    def all(self) -> Mapping[str, tuple[datetime, Mapping[str, Any]]]: ...


class Inbox(Protocol):
    def stuck(self) -> Sequence[InboxRow]: ...


class Rules(Protocol):
    """Satisfied by ``db.stores.rulebook.RuleStore``."""

    def save(self, version: str, files: Mapping[str, str], author: str, note: str) -> bool: ...
    def activate(self, version: str, author: str, note: str = "", active_from: datetime | None = None) -> None: ...
    def active_version(self) -> str: ...
    def files(self, version: str) -> Mapping[str, str] | None: ...
    def versions(self) -> Sequence[RuleVersionRow]: ...
    def activations(self) -> Sequence[RuleActivationRow]: ...


class CaseDoor(Protocol):
    """Satisfied by ``workflows.gateway.Gateway``; each may raise ``CaseGone``."""

    async def choose(self, case_id: str, choice: wire.ChooseOpening) -> wire.ChoiceOutcome: ...
    async def respond(self, case_id: str, said: wire.Response, command_id: str) -> wire.Answer: ...
    async def resolve(self, case_id: str, said: wire.Resolve, command_id: str) -> wire.Answer: ...
    async def approve(self, case_id: str, said: wire.Approve, command_id: str) -> wire.Answer: ...
    async def waive_deposit(self, case_id: str, said: wire.WaiveDeposit, command_id: str) -> wire.Answer: ...
    async def reroute(self, case_id: str, said: wire.Reroute, command_id: str) -> wire.Answer: ...
    async def decide_deposit(self, case_id: str, deposit_id: str, said: Decide) -> DecisionAnswer: ...
    async def cancel_booking(self, case_id: str, by: str, command_id: str, *, office: bool = False) -> wire.Answer: ...
    async def reschedule(
        self, case_id: str, opening: Opening, command_id: str, by: str = "patient"
    ) -> wire.ChoiceOutcome: ...


def no_plan_card(_request: Request, _case_id: str) -> str:
    """Where payment plans have no pages."""
    return ""


def no_card_facts(_location: str, _payment_id: str) -> CardFacts | None:
    """Where no card processor is asked."""
    return None


@dataclass(frozen=True, slots=True)
class ConsoleDeps:
    """``signing_key`` signs form ids (the same key as the patient's pages).

    ``folder_rules`` reads the rule files that are in force while nobody has saved any: the practice's folder, else the
    shipped ones (``rules.loading.read_files``). ``plan_card`` gives the card of a case's payment plan, as HTML.
    ``card_facts`` asks a location's card processor about a payment: within a few seconds, None for no answer.
    """

    cases: Cases
    board: Board
    work: Work
    tasks: Tasks
    outbox: Outbox
    inbound: Inbound
    suppressions: Suppressions
    switch: Switch
    offers: Offers
    holds: Holds
    deposits: Deposits
    mirror: Mirror
    search: OpeningSearch
    numbers: Numbers
    heartbeats: Heartbeats
    inbox: Inbox
    rules: Rules
    gateway: CaseDoor
    locations: Locations
    clock: Clock
    signing_key: bytes
    folder_rules: Callable[[], Mapping[str, str]]
    plan_card: Callable[[Request, str], str] = no_plan_card
    card_facts: Callable[[str, str], CardFacts | None] = no_card_facts

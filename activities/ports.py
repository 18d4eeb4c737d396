"""What the activities need from the world, as Protocols; ``db`` and the composition roots satisfy them by shape."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from connectors.base import ProcedureCode
from domain.crowd import OfferedTime
from domain.location import Location
from domain.people import Operatory, Patient, Provider
from domain.records import (
    CaseRecord,
    DepositRecord,
    DepositState,
    HoldRecord,
    OfferRecord,
    TaskRecord,
    TextRecord,
    TextState,
)
from domain.route import CaseFacts, Route
from domain.slots import Appointment, Opening, ScheduleBlock


class Clock(Protocol):
    """The one source of time outside workflows; the demo drives it."""

    def now(self) -> datetime: ...


class Locations(Protocol):
    def get(self, key: str) -> Location:
        """The location file of that key; KeyError names the known ones."""
        ...

    def all(self) -> Sequence[Location]: ...


class CaseStore(Protocol):
    def add(self, case: CaseRecord, *, baseline: bool = False) -> bool:
        """Insert; False when the case is there already."""
        ...

    def get(self, case_id: str) -> CaseRecord:
        """The case row; KeyError when there is none."""
        ...

    def find(self, case_id: str) -> CaseRecord | None: ...
    def update(self, case_id: str, changes: Mapping[str, Any]) -> None:
        """Set these CaseRecord fields (python values)."""
        ...

    def begin_change(self, case_id: str, change: str, now: datetime) -> bool:
        """Let this change of the booked visit be the only one; False while another one is at it."""
        ...

    def end_change(self, case_id: str, change: str) -> None: ...

    def note(self, case_id: str, kind: str, text: str, at: datetime, actor: str = "chairtime") -> None:
        """Append a timeline line; the same (case, kind, text, at) twice is one line."""
        ...

    def events(self, case_id: str) -> Sequence[Any]:
        """The timeline, oldest first (domain.records.CaseEvent)."""
        ...

    def open_for_phone(self, phone: str) -> Sequence[CaseRecord]:
        """Cases that have not ended and text this phone, newest acceptance last."""
        ...

    def open_for_patient(self, location: str, patient_id: str) -> Sequence[CaseRecord]: ...
    def count_prepaid(
        self, case_id: str, accounts: Collection[str], held_cents: int, wanted_cents: int, now: datetime
    ) -> int:
        """Keep on the case's row what it counts of the prepayments held: up to ``wanted_cents`` of what the patient's
        other cases at these accounts do not count. Returns it."""
        ...

    def counting_prepaid(self, accounts: Collection[str], patient_id: str) -> Sequence[CaseRecord]:
        """The patient's cases that count a prepayment, ended ones too."""
        ...


class MirrorReader(Protocol):
    """The mirror of one PMS account."""

    def day_sheet(
        self, account: str, first: datetime, last: datetime
    ) -> tuple[Sequence[ScheduleBlock], Sequence[Appointment]]:
        """Blocks and appointments that touch [first, last)."""
        ...

    def providers(self, account: str) -> Sequence[Provider]: ...
    def operatories(self, account: str) -> Sequence[Operatory]: ...
    def codes(self, account: str) -> Mapping[str, ProcedureCode]: ...
    def patient(self, account: str, patient_id: str) -> Patient | None: ...
    def put_patient(self, account: str, patient: Patient) -> None: ...
    def put_appointments(self, account: str, appointments: Sequence[Appointment]) -> None: ...
    def appointment(self, account: str, appointment_id: str) -> Appointment | None: ...
    def appointments_of(self, account: str, patient_id: str) -> Sequence[Appointment]:
        """The mirrored appointments of one patient, past ones too, by start."""
        ...


class HoldStore(Protocol):
    """Soft holds; the primary key (resource, cell) keeps one winner. Resources are scoped by account."""

    def take(self, hold: HoldRecord, now: datetime) -> bool:
        """Insert the hold and all its cells, or nothing and False when a live hold has one of them.

        Taking again with the same id is True without effect.
        """
        ...

    def get(self, hold_id: str) -> HoldRecord | None: ...
    def live_of_case(self, case_id: str) -> HoldRecord | None:
        """The case's hold in state held or booking."""
        ...

    def start_booking(self, hold_id: str, until: datetime) -> bool:
        """held/booking -> booking (then it does not expire before ``until``); False when it was released."""
        ...

    def booked(self, hold_id: str, until: datetime) -> None:
        """Keep the cells until ``until``, by when the mirror shows the appointment."""
        ...

    def release(self, hold_id: str) -> None: ...
    def release_booked(self, case_id: str, but_not: str = "") -> None:
        """Free the cells that booked holds of the case still have, the hold ``but_not`` excepted."""
        ...

    def extend(self, hold_id: str, until: datetime) -> bool:
        """Let a hold last until then, never shorter; False when it was released."""
        ...

    def taken(
        self, account: str, first: datetime, last: datetime, now: datetime, but_not: str = ""
    ) -> set[tuple[str, int]]:
        """(resource without account, cell) pairs held by others than case ``but_not``, as domain.slots.held_cells."""
        ...


class OfferStore(Protocol):
    def put(self, offer: OfferRecord) -> OfferRecord:
        """Record an offer and close older open offers of the same case; returns what is stored.

        An open offer of the same id is kept as it is; one that is no longer open is replaced.
        Its numbers are the lowest that this phone was not told of lately.
        """
        ...

    def open_of_case(self, case_id: str) -> OfferRecord | None: ...
    def open_for_phone(self, phone: str) -> Sequence[OfferRecord]: ...
    def close(self, case_id: str, state: str, at: datetime) -> None:
        """The case's open offers end; ``unsent``: nobody was told of their numbers."""
        ...

    def unanswered(
        self, locations: Collection[str], first: datetime, last: datetime, but_not: str
    ) -> Sequence[OfferedTime]:
        """The times that open offers of these locations' cases hold in [first, last); not those of case ``but_not``."""
        ...


class OutboxStore(Protocol):
    def add(self, text: TextRecord) -> TextRecord:
        """Insert, or return the row that already has this (case, step, to)."""
        ...

    def add_if(
        self,
        key: tuple[str, str, str],
        since: datetime,
        judge: Callable[[Sequence[datetime]], TextRecord | None],
    ) -> TextRecord | None:
        """Insert what ``judge`` makes of the unasked texts to this phone (sent, or to be sent), or nothing."""
        ...

    def get(self, text_id: str) -> TextRecord | None: ...
    def by_key(self, case_id: str, step: str, to: str) -> TextRecord | None: ...
    def begin(self, text_id: str, at: datetime | None = None) -> bool:
        """queued -> sending at ``at``, counting an attempt; False when somebody else did."""
        ...

    def wait(self, text_id: str, until: datetime, why: str) -> None:
        """A queued text stays queued until then."""
        ...

    def settle(
        self,
        text_id: str,
        state: TextState,
        *,
        sid: str = "",
        error_code: str = "",
        at: datetime | None = None,
        why: str = "",
    ) -> None:
        """Move forward only: a later state is never undone by an earlier one."""
        ...

    def unasked_sent(self, phone: str, since: datetime, but_not: Collection[str] = ()) -> Sequence[datetime]:
        """When campaign texts to this phone went out (or may have) since then."""
        ...

    def log_decision(
        self, *, at: datetime, case_id: str, phone: str, template: str, allowed: bool, rule: str, local_time: str
    ) -> None: ...

    def of_case(self, case_id: str) -> Sequence[TextRecord]: ...


class TextingSwitch(Protocol):
    def halted(self, location: str) -> str:
        """Why this location may not text; "" when it may."""
        ...

    def stopped(self, location: str) -> Mapping[str, str]:
        """Template -> why this location does not send it."""
        ...

    def halt(self, location: str, reason: str, since: datetime | None = None) -> bool:
        """False when nothing changed: halted already, or news from before the last lifting."""
        ...

    def stop(self, location: str, template: str, reason: str, since: datetime | None = None) -> bool:
        """As ``halt``, for one template."""
        ...


class SuppressionStore(Protocol):
    def is_suppressed(self, phone: str) -> bool: ...
    def suppress(self, phone: str, reason: str, source: str, at: datetime, since: datetime | None = None) -> None: ...


class LinkStore(Protocol):
    def issue(self, case_id: str, phone: str, now: datetime, expires_at: datetime) -> str:
        """A new link's token (128 random bits, shown once); only its hash is stored."""
        ...

    def close_all(self, case_id: str, reason: str, at: datetime) -> None: ...


class DepositStore(Protocol):
    def put(self, deposit: DepositRecord) -> None:
        """Insert, or replace the row of the same id."""
        ...

    def get(self, deposit_id: str) -> DepositRecord | None: ...
    def of_case(self, case_id: str) -> Sequence[DepositRecord]:
        """Oldest first."""
        ...

    def settle(self, deposit_id: str, state: DepositState, changes: Mapping[str, Any]) -> None: ...
    def move(
        self, deposit_id: str, before: DepositState, after: DepositState, changes: Mapping[str, Any], case_id: str = ""
    ) -> bool:
        """``settle``, but only out of ``before`` (and of this case); False when it is in another state."""
        ...

    def in_ledger(self, locations: Collection[str], patient_id: str) -> Sequence[DepositRecord]:
        """This patient's deposits that we posted to the PMS as prepayments and that are not given back."""
        ...

    def kept_for(self, location: str, patient_id: str) -> DepositRecord | None:
        """A paid deposit whose visit was called off, about which nobody has decided; no refund of it is under way."""
        ...

    def carry(self, deposit_id: str, from_case: str, to_case: str) -> bool:
        """Let a kept deposit stand for another visit from now on; False when it was decided about meanwhile."""
        ...

    def begin_giving_back(self, deposit_id: str, case_id: str) -> bool:
        """Before a refund is asked for: the deposit stays with this case. False when it has moved on already."""
        ...


class TaskStore(Protocol):
    def put(self, task: TaskRecord) -> TaskRecord:
        """Insert, or return the row of the same id."""
        ...

    def get(self, task_id: str) -> TaskRecord | None: ...
    def open_of_case(self, case_id: str) -> Sequence[TaskRecord]: ...
    def of_case(self, case_id: str) -> Sequence[TaskRecord]:
        """Done ones too."""
        ...

    def update(self, task_id: str, changes: Mapping[str, Any]) -> None: ...


class RuleBook(Protocol):
    """The rules in force, by location; every answer of them is pure."""

    def route(self, facts: CaseFacts) -> Route: ...
    def contact_rules(self, location: str) -> Any:
        """rules.contact.ContactRules of the location."""
        ...

    def templates(self, location: str) -> Any:
        """rules.messages.Templates of the location."""
        ...

    def holidays(self, location: str, year: int) -> frozenset[date]: ...


class PhoneBook(Protocol):
    """What a number alone says."""

    def zones_of(self, phone: str) -> tuple[str, ...]: ...
    def state_of(self, phone: str) -> str: ...


class OpeningSearch(Protocol):
    """Real openings for a case's visit, ranked by its rule."""

    def ranked(self, case: CaseRecord, wanted: int, now: datetime) -> Sequence[Opening]: ...
    def crowded(self, case: CaseRecord, openings: Sequence[Opening]) -> bool:
        """Whether one of these stands in so many unanswered offers to others that it may not stand in one more."""
        ...

    def all_for(self, case: CaseRecord, now: datetime) -> Sequence[Opening]: ...
    def still_free(self, case: CaseRecord, opening: Opening, now: datetime) -> bool: ...

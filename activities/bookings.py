"""Offer, hold, deposit, booking: one transaction with compensation.

The chair is held by rows of ours, the deposit is Stripe's Checkout, the booking is the PMS's; each step is
safe to repeat, and what one step did the next one looks up before it acts.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from activities.attempt import Attempt
from activities.cases import CaseRef
from activities.deposits import Acceptance, Deposits
from activities.ports import CaseStore, Clock, HoldStore, Locations, MirrorReader, OfferStore, OpeningSearch
from activities.standing import Look, Standing, case_tag, look
from connectors.base import BookingRequest, Pms, Vendors
from connectors.errors import Ambiguous, Conflict, InvalidRequest, Unavailable
from domain.case import CaseState
from domain.records import CaseRecord, DepositState, HoldRecord, HoldState
from domain.slots import Appointment, AppointmentStatus, Opening, held_cells

HOLD_WITH_DEPOSIT = timedelta(minutes=35)
"""A Checkout session lives at least 30 minutes."""
HOLD_TO_BOOK = timedelta(minutes=10)
_MIRROR_CATCHES_UP = timedelta(minutes=30)
_STOPS = (Standing.BOOKED_ELSEWHERE, Standing.REVOKED, Standing.SILENT)
_LIVE = (AppointmentStatus.SCHEDULED, AppointmentStatus.COMPLETE)


class ClaimInput(CaseRef):
    """The patient's choice. ``command_id`` is the caller's (form id, message sid): the same one claims once.

    ``policy_from``: the address from which the deposit policy was accepted, "" when none was needed.
    """

    opening: Opening
    command_id: str
    deposit_cents: int = 0
    policy_from: str = ""
    policy_words: str = ""
    needs: tuple[str, ...] = ()


class ClaimKind(StrEnum):
    HELD = "held"
    LOST = "lost"


class Claim(BaseModel):
    """HELD: the chair is ours until ``expires_at``; ``pay_url`` when a deposit must be paid first.

    A ``deposit_id`` without a ``pay_url`` is a deposit that turned out to be paid. ``frozen``: LOST since the case's
    deposit is disputed with the bank; only the office books it then.
    """

    model_config = ConfigDict(frozen=True)

    kind: ClaimKind
    hold_id: str = ""
    expires_at: datetime | None = None
    deposit_id: str = ""
    pay_url: str = ""
    frozen: bool = False


class HoldRef(CaseRef):
    """``next_at``/``next_what``: the workflow's deadline if the hold ends without a booking, for the projection.

    ``keep_hold``: only the deposit's session ends, the chair stays held. ``hold_id`` "": whatever the case holds.
    """

    hold_id: str = ""
    deposit_id: str = ""
    next_at: datetime | None = None
    next_what: str = ""
    keep_hold: bool = False


class Settlement(BaseModel):
    """Whether the deposit of a hold was paid; when not, its session is expired and the chair is free."""

    model_config = ConfigDict(frozen=True)

    paid: bool


class BookKind(StrEnum):
    BOOKED = "booked"
    PENDING = "pending"
    LOST = "lost"
    STOPPED = "stopped"


class BookResult(BaseModel):
    model_config = ConfigDict(frozen=True)

    kind: BookKind
    appointment_id: str = ""
    look: Look | None = None
    why: str = ""


class BookingWriter:
    """Writes one held opening into the PMS, so that two people never get the same chair."""

    def __init__(
        self,
        cases: CaseStore,
        holds: HoldStore,
        offers: OfferStore,
        mirror: MirrorReader,
        locations: Locations,
        vendors: Vendors,
        clock: Clock,
    ) -> None:
        self._cases = cases
        self._holds = holds
        self._offers = offers
        self._mirror = mirror
        self._locations = locations
        self._vendors = vendors
        self._clock = clock

    def write(self, case: CaseRecord, hold: HoldRecord) -> BookResult:
        """BOOKED only when the PMS returned the appointment and nobody had the time before us."""
        now, attempt = self._clock.now(), Attempt()
        if case.is_booked_for(hold.opening):
            return BookResult(kind=BookKind.BOOKED, appointment_id=case.appointment_id)
        pms = self._vendors.pms(case.office_of(hold.opening))
        request = booking_request(case, hold.opening)
        # Said before the PMS is asked: however long it is down, the chair stays held from here on.
        held = self._holds.start_booking(hold.id, now + HOLD_TO_BOOK)
        receipt = pms.find_booking(request)
        if not held and receipt is None:
            return BookResult(kind=BookKind.LOST, why="the hold had ended")
        if receipt is None:
            found = look(self._vendors.pms(case.location), case, now, asked_about=case.appointment_id)
            if found.standing in _STOPS and not case.appointment_id:
                return BookResult(kind=BookKind.STOPPED, look=found)
            if _overlaps(_day(pms, hold.opening), hold.opening, case.appointment_id):
                return self._lost(case, hold, "somebody took the time in the PMS")
            attempt.leave_time_to_write()
            try:
                receipt = pms.book(request)
            except Ambiguous as lost_answer:
                raise Unavailable("the booking's answer was lost; the next attempt looks for it") from lost_answer
            except (Conflict, InvalidRequest) as refusal:
                return self._lost(case, hold, f"the PMS refused the time ({refusal})")
        if receipt.pending:
            return BookResult(kind=BookKind.PENDING, appointment_id=receipt.appointment_id)
        return self._confirmed(case, hold, pms, receipt.appointment_id)

    def unwrite(self, case: CaseRecord, hold: HoldRecord) -> None:
        """Given up while it is not known whether the PMS took it: what is there of it is taken off the schedule."""
        pms = self._vendors.pms(case.office_of(hold.opening))
        receipt = pms.find_booking(booking_request(case, hold.opening))
        if receipt is not None and receipt.appointment_id:
            pms.cancel(receipt.appointment_id, f"{case_tag(case)} given up before it was confirmed")

    def _confirmed(self, case: CaseRecord, hold: HoldRecord, pms: Pms, appointment_id: str) -> BookResult:
        """Re-read after the write: the PMS may have accepted an overlap; the older appointment stays."""
        now = self._clock.now()
        day = _day(pms, hold.opening)
        if _overlaps(day, hold.opening, appointment_id, case.appointment_id, older_than=appointment_id):
            pms.cancel(appointment_id, f"{case_tag(case)} taken by an earlier booking; the patient gets new times")
            return self._lost(case, hold, "the PMS had an earlier booking for the same time")
        office = self._locations.get(case.office_of(hold.opening))
        self._mirror.put_appointments(office.account, [a for a in day if a.id == appointment_id])
        # The row first: whatever dies after it, the next attempt finds the visit booked.
        self._cases.update(
            case.case_id,
            {
                "state": CaseState.BOOKED,
                "appointment_id": appointment_id,
                "booked_start": hold.opening.start,
                "booked_operatory_id": hold.opening.operatory_id,
                "booked_provider_id": hold.opening.provider_id,
                "booked_location": hold.opening.location,
                "booked_at": now,
            },
        )
        self._holds.booked(hold.id, now + _MIRROR_CATCHES_UP)
        self._offers.close(case.case_id, "answered", now)
        self._cases.note(case.case_id, "booked", f"appointment {appointment_id} in the PMS", now)
        return BookResult(kind=BookKind.BOOKED, appointment_id=appointment_id)

    def _lost(self, case: CaseRecord, hold: HoldRecord, why: str) -> BookResult:
        now = self._clock.now()
        self._holds.release(hold.id)
        office = self._locations.get(case.office_of(hold.opening))
        self._mirror.put_appointments(office.account, _day(self._vendors.pms(office.key), hold.opening))
        if not case.appointment_id:
            self._cases.update(case.case_id, {"state": CaseState.OFFERING})
        self._cases.note(case.case_id, "lost", why, now)
        return BookResult(kind=BookKind.LOST, why=why)


class BookingActivities:
    def __init__(
        self,
        cases: CaseStore,
        holds: HoldStore,
        openings: OpeningSearch,
        deposits: Deposits,
        writer: BookingWriter,
        locations: Locations,
        clock: Clock,
    ) -> None:
        self._cases = cases
        self._holds = holds
        self._openings = openings
        self._locations = locations
        self._deposits = deposits
        self._writer = writer
        self._clock = clock

    @activity.defn(name="claim_opening")
    def claim_opening(self, given: ClaimInput) -> Claim:
        """Hold the chosen opening and, where a deposit is due, open its Checkout. One winner a cell."""
        case = self._cases.get(given.case_id)
        now = self._clock.now()
        if not case.appointment_id and self._deposits.is_disputed(case.case_id):
            self._cases.note(case.case_id, "lost", "nothing is booked while the deposit is disputed", now)
            return Claim(kind=ClaimKind.LOST, frozen=True)
        hold = self._hold(case, given, now)
        if hold is None:
            self._cases.note(case.case_id, "lost", "the chosen time had just gone", now)
            return Claim(kind=ClaimKind.LOST)
        if given.needs:
            self._cases.update(case.case_id, {"needs": given.needs})
        if case.appointment_id:
            return Claim(kind=ClaimKind.HELD, hold_id=hold.id, expires_at=hold.expires_at)
        if not given.deposit_cents:
            self._cases.update(case.case_id, {"state": CaseState.HELD, **_until(hold)})
            return Claim(kind=ClaimKind.HELD, hold_id=hold.id, expires_at=hold.expires_at)
        hold = self._long_enough(hold, now)
        accepted = Acceptance(given.policy_from, given.policy_words)
        deposit = self._deposits.request(case, hold, given.deposit_cents, accepted, now)
        if deposit is None:
            kept = self._deposits.kept_for(case)
            covers = "the deposit of a visit that was called off" if kept else "a prepayment at the desk"
            self._cases.note(case.case_id, "prepaid", f"{covers} covers the deposit", now)
            self._cases.update(case.case_id, {"state": CaseState.HELD, **_until(hold)})
            return Claim(kind=ClaimKind.HELD, hold_id=hold.id, expires_at=hold.expires_at)
        if deposit.state is DepositState.PAID:
            self._cases.update(case.case_id, {"state": CaseState.HELD, **_until(hold)})
            return Claim(kind=ClaimKind.HELD, hold_id=hold.id, expires_at=hold.expires_at, deposit_id=deposit.id)
        self._cases.update(case.case_id, {"state": CaseState.AWAITING_DEPOSIT, **_until(hold)})
        self._cases.note(case.case_id, "held", "time held, deposit requested", now)
        return Claim(
            kind=ClaimKind.HELD,
            hold_id=hold.id,
            expires_at=hold.expires_at,
            deposit_id=deposit.id,
            pay_url=deposit.checkout_url,
        )

    @activity.defn(name="settle_deposit")
    def settle_deposit(self, given: HoldRef) -> Settlement:
        """At the end of a hold: expire the session first, free the chair only if Stripe says unpaid."""
        case = self._cases.get(given.case_id)
        now = self._clock.now()
        hold_id = given.hold_id or self._live_hold(case.case_id)
        deposit_id = given.deposit_id or self._deposits.open_of(case.case_id, hold_id)
        if deposit_id and self._deposits.settle(deposit_id, now):
            return Settlement(paid=True)
        if given.keep_hold:
            return Settlement(paid=False)
        hold = self._holds.get(hold_id)
        if hold is not None and hold.state is HoldState.BOOKING:
            self._writer.unwrite(case, hold)
        self._holds.release(hold_id)
        if given.next_what:
            upcoming = {"next_at": given.next_at, "next_what": given.next_what}
            self._cases.update(case.case_id, {"state": CaseState.OFFERING, **upcoming})
        self._cases.note(case.case_id, "released", "the held time was let go", now)
        return Settlement(paid=False)

    @activity.defn(name="book_visit")
    def book_visit(self, given: HoldRef) -> BookResult:
        """Write the held visit into the PMS: look, re-read, write, re-read. One whose answer was lost is adopted."""
        hold = self._holds.get(given.hold_id)
        if hold is None:
            return BookResult(kind=BookKind.LOST, why="the hold had ended")
        return self._writer.write(self._cases.get(given.case_id), hold)

    def _hold(self, case: CaseRecord, given: ClaimInput, now: datetime) -> HoldRecord | None:
        """The chair, taken in the step in which the case's earlier one is let go: who loses keeps what they had."""
        mine = self._holds.live_of_case(case.case_id)
        if mine is not None and mine.opening.key == given.opening.key and mine.expires_at > now:
            return mine
        if not self._openings.still_free(case, given.opening, now):
            return None
        hold = HoldRecord(
            id="hd_" + sha256(f"{case.case_id}|{given.command_id}".encode()).hexdigest()[:24],
            case_id=case.case_id,
            account=self._locations.get(case.location).budget,
            opening=given.opening,
            created_at=now,
            expires_at=now + (HOLD_WITH_DEPOSIT if given.deposit_cents else HOLD_TO_BOOK),
        )
        return hold if self._holds.take(hold, now) else None

    def _live_hold(self, case_id: str) -> str:
        hold = self._holds.live_of_case(case_id)
        return hold.id if hold else ""

    def _long_enough(self, hold: HoldRecord, now: datetime) -> HoldRecord:
        """A Checkout lives at least half an hour, however long it took to get one."""
        until = now + HOLD_WITH_DEPOSIT
        if hold.expires_at >= until or self._deposits.open_of(hold.case_id, hold.id):
            return hold
        self._holds.extend(hold.id, until)
        return hold.model_copy(update={"expires_at": until})


def _until(hold: HoldRecord) -> dict[str, Any]:
    return {"next_at": hold.expires_at, "next_what": "end of the hold"}


def booking_request(case: CaseRecord, opening: Opening) -> BookingRequest:
    return BookingRequest(
        patient_id=case.patient_id,
        start=opening.start,
        pattern=opening.pattern,
        operatory_id=opening.operatory_id,
        provider_id=opening.provider_id,
        procedure_ids=tuple(p.id for p in case.procedures),
        planned_appointment_id=case.planned_appointment_id,
        tag=case_tag(case),
        note=_booking_note(case),
        hygiene=case.hygiene,
    )


def _booking_note(case: CaseRecord) -> str:
    needs = f" Needs: {', '.join(case.needs)}." if case.needs else ""
    return f"Booked online by the patient.{needs}"


def _day(pms: Pms, opening: Opening) -> Sequence[Appointment]:
    """The live appointments around the opening; two UTC days cover any office-local day."""
    first = (opening.start - timedelta(hours=14)).date()
    return pms.appointments(first, (opening.stop + timedelta(hours=14)).date())


def _overlaps(day: Sequence[Appointment], opening: Opening, *ours: str, older_than: str = "") -> bool:
    """Whether another live appointment takes a cell of the opening; with ``older_than`` only ones made before that."""
    wanted = set(held_cells(opening.start, opening.pattern, opening.operatory_id, opening.provider_id))
    for appointment in day:
        if appointment.status not in _LIVE or appointment.id in ours:
            continue
        if older_than and _made_after(appointment.id, older_than):
            continue
        cells = held_cells(
            appointment.start, appointment.pattern, appointment.operatory_id, appointment.busy_provider_id
        )
        if not wanted.isdisjoint(cells):
            return True
    return False


def _made_after(one: str, other: str) -> bool:
    """PMS appointment numbers count up, so the lower one is the older booking."""
    return (len(one), one) > (len(other), other)

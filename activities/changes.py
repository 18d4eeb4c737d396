"""Moving and cancelling a visit that is booked. The new chair is taken before the old one is let go."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from activities.bookings import BookingWriter, BookKind
from activities.cases import CaseRef
from activities.ports import CaseStore, Clock, DepositStore, HoldStore, Locations, MirrorReader
from activities.standing import case_tag
from connectors.base import Vendors
from connectors.errors import NotFound
from domain.case import earlier_case_id, next_case_id
from domain.deposit_decisions import is_undecided, left_cents, refunded_by_itself
from domain.money import format_usd
from domain.records import CaseRecord, HoldRecord
from domain.route import OwnerStep
from domain.slots import AppointmentStatus


class BusyError(Exception):
    """Another change of the same visit is being made, or the PMS still thinks about this one; it is tried again."""


class CancelInput(CaseRef):
    """``office``: the practice calls the visit off, so no policy counts against the patient.

    ``command_id`` names the change: of two at once the second waits and then sees what the first one did."""

    by: str
    office: bool = False
    command_id: str = ""


class CancelResult(BaseModel):
    """``refund_deposit``: the paid deposit to give back, "" when none is or it is too late for the policy.

    ``ask_deposit``: the one that a person decides about then; ``ask`` says what, ``owners`` whom to ask.
    ``settles``: open cases that were there to move this visit. ``start``: when the visit would have been.
    """

    model_config = ConfigDict(frozen=True)

    cancelled: bool
    refund_deposit: str = ""
    ask_deposit: str = ""
    ask: str = ""
    owners: tuple[OwnerStep, ...] = ()
    settles: tuple[str, ...] = ()
    start: datetime | None = None


class MoveInput(CaseRef):
    hold_id: str
    by: str = "patient"
    command_id: str = ""


class MoveResult(BaseModel):
    """``settles``: open cases that were there to move this visit. ``tell_by``: the earlier of the old and new time.

    ``why``: what kept it from being moved."""

    model_config = ConfigDict(frozen=True)

    moved: bool
    start: datetime | None = None
    settles: tuple[str, ...] = ()
    tell_by: datetime | None = None
    why: str = ""


class GiveUpInput(CaseRef):
    """A change that the PMS refuses for good. ``hold_id``: the new chair, "" when the visit was to be cancelled."""

    command_id: str
    hold_id: str = ""


class ReopenInput(CaseRef):
    """``displaced``: the visit still stands, though its provider is out; else it is cancelled."""

    why: str
    command_id: str
    displaced: bool = False


class Reopened(BaseModel):
    """The case that goes on with the same plan after a cancellation."""

    model_config = ConfigDict(frozen=True)

    case_id: str
    location: str
    accepted_at: datetime
    start: datetime | None = None


class ChangeActivities:
    def __init__(
        self,
        cases: CaseStore,
        holds: HoldStore,
        deposits: DepositStore,
        mirror: MirrorReader,
        writer: BookingWriter,
        locations: Locations,
        vendors: Vendors,
        clock: Clock,
    ) -> None:
        self._cases = cases
        self._holds = holds
        self._deposits = deposits
        self._mirror = mirror
        self._writer = writer
        self._locations = locations
        self._vendors = vendors
        self._clock = clock

    @activity.defn(name="cancel_visit")
    def cancel_visit(self, given: CancelInput) -> CancelResult:
        """Take the appointment off the schedule; doing it again changes nothing. The change ends with reopening."""
        case = self._alone_with(given.case_id, given.command_id)
        if not case.appointment_id:
            self._cases.end_change(case.case_id, given.command_id)
            return CancelResult(cancelled=False)
        refund = self._money_of(case, given)
        self._free(case, case.appointment_id, f"{case_tag(case)} cancelled by {given.by}")
        self._cases.note(case.case_id, "cancelled", f"visit cancelled by {given.by}", self._clock.now(), given.by)
        return refund.model_copy(update={"settles": self._going_on(case), "start": case.booked_start})

    @activity.defn(name="move_visit")
    def move_visit(self, given: MoveInput) -> MoveResult:
        """Book the held new time, then let the old appointment go; the deposit stays with the visit."""
        case = self._alone_with(given.case_id, given.command_id)
        hold = self._holds.get(given.hold_id)
        moved = MoveResult(moved=False, why="the hold had ended") if hold is None else self._moved(case, hold, given)
        self._cases.end_change(case.case_id, given.command_id)
        return moved

    def _moved(self, case: CaseRecord, hold: HoldRecord, given: MoveInput) -> MoveResult:
        if not case.appointment_id:  # it was cancelled a moment ago
            self._holds.release(hold.id)
            return MoveResult(moved=False, why="the visit is cancelled")
        appointment_id = case.appointment_id
        if not case.is_booked_for(hold.opening):
            written = self._writer.write(case, hold)
            if written.kind is BookKind.PENDING:
                raise BusyError("the PMS has not decided yet; the old time stands until it has")
            if written.kind is not BookKind.BOOKED:
                return MoveResult(moved=False, why=written.why)
            appointment_id = written.appointment_id
            self._cases.note(case.case_id, "moved", f"visit moved by {given.by}", self._clock.now(), given.by)
        self._free_others(case, appointment_id, hold.id, given.by)
        self._cases.update(case.case_id, {"displaced": False})
        start = hold.opening.start
        tell_by = min(start, case.booked_start or start)
        return MoveResult(moved=True, start=start, settles=self._going_on(case), tell_by=tell_by)

    @activity.defn(name="give_up_change")
    def give_up_change(self, given: GiveUpInput) -> MoveResult:
        """Let the new chair go and end the change. ``moved`` says that the new time was booked before the refusal."""
        case = self._cases.get(given.case_id)
        hold = self._holds.get(given.hold_id) if given.hold_id else None
        moved = MoveResult(moved=False)
        if hold is not None:
            if case.is_booked_for(hold.opening):
                start, settles = hold.opening.start, self._going_on(case)
                moved = MoveResult(moved=True, start=start, settles=settles, tell_by=start)
                self._cases.update(case.case_id, {"displaced": False})
            else:
                self._holds.release(hold.id)
        self._cases.end_change(case.case_id, given.command_id)
        return moved

    @activity.defn(name="reopen_case")
    def reopen_case(self, given: ReopenInput) -> Reopened:
        """A new case for the same acceptance: a person goes first, and no plan falls out because it was cancelled."""
        ended = self._cases.get(given.case_id)
        now = self._clock.now()
        fresh = CaseRecord(
            case_id=next_case_id(ended.case_id, given.command_id),
            location=ended.location,
            source=ended.source,
            account=ended.account,
            plan_id=ended.plan_id,
            patient_id=ended.patient_id,
            acceptance=ended.acceptance,
            visit_number=ended.visit_number,
            accepted_at=ended.accepted_at,
            detected_at=now,
            person_first=given.why,
            next_at=now,
            next_what="start",
        )
        self._cases.add(fresh)
        self._cases.update(fresh.case_id, {"workflow_started": True})
        self._cases.update(ended.case_id, _displaced(ended, fresh) if given.displaced else {"appointment_id": ""})
        self._cases.end_change(ended.case_id, given.command_id)
        return Reopened(case_id=fresh.case_id, location=fresh.location, accepted_at=now, start=ended.booked_start)

    def _alone_with(self, case_id: str, change: str) -> CaseRecord:
        """The case as it is once no other change of its visit is being made."""
        if not self._cases.begin_change(case_id, change, self._clock.now()):
            raise BusyError("another change of this visit is being made")
        return self._cases.get(case_id)

    def _going_on(self, case: CaseRecord) -> tuple[str, ...]:
        """The open cases that go on from this one."""
        others = self._cases.open_for_patient(case.location, case.patient_id)
        return tuple(other.case_id for other in others if earlier_case_id(other.case_id) == case.case_id)

    def _free_others(self, case: CaseRecord, kept: str, kept_hold: str, by: str) -> None:
        """Every other live appointment of this case: a crash between booking and freeing leaves no second one."""
        for appointment in self._vendors.pms(case.location).appointments_of(case.patient_id):
            live = appointment.status is AppointmentStatus.SCHEDULED and appointment.id != kept
            if live and case_tag(case) in appointment.note:
                self._free(case, appointment.id, f"{case_tag(case)} moved by {by}", kept_hold)

    def _free(self, case: CaseRecord, appointment_id: str, note: str, kept_hold: str = "") -> None:
        """``kept_hold``: the new time's; the chair of any earlier one is free at once, also to who waits for it."""
        try:
            self._vendors.pms(case.location).cancel(appointment_id, note)
        except NotFound:
            activity.logger.info("appointment %s was gone already", appointment_id)
        own = self._locations.get(case.location)
        # A moved visit may have been at a sister office, whose mirror then has it.
        for office in (each for each in self._locations.all() if each.budget == own.budget):
            gone = self._mirror.appointment(office.account, appointment_id)
            if gone is not None:
                broken = gone.model_copy(update={"status": AppointmentStatus.BROKEN})
                self._mirror.put_appointments(office.account, [broken])
        self._holds.release_booked(case.case_id, but_not=kept_hold)

    def _money_of(self, case: CaseRecord, given: CancelInput) -> CancelResult:
        """Inside the policy the deposit goes back by itself; later only a person decides."""
        paid = [d for d in self._deposits.of_case(case.case_id) if is_undecided(d)]
        if not paid or case.booked_start is None or case.route is None:
            return CancelResult(cancelled=True)
        now, deposit = self._clock.now(), paid[-1]
        if given.office or refunded_by_itself(case, now):
            return CancelResult(cancelled=True, refund_deposit=deposit.id)
        ask = (
            f"Decide about the deposit of {format_usd(left_cents(deposit))}: give it back or keep it. "
            f"{given.by.capitalize() if given.by == 'patient' else given.by} cancelled later than the "
            f"{case.route.refund_policy.refundable_hours} hours before the visit that the policy gives; "
            "nothing is kept until somebody says so on the case's page. If the patient books again before that, it "
            "stands for the new visit."
        )
        return CancelResult(cancelled=True, ask_deposit=deposit.id, ask=ask, owners=case.route.owners)


def _displaced(booked: CaseRecord, fresh: CaseRecord) -> dict[str, Any]:
    """The visit as it was when its provider was found out, whatever becomes of it."""
    return {
        "displaced": True,
        "displaced_start": booked.booked_start,
        "displaced_provider_id": booked.booked_provider_id,
        "displaced_location": booked.visit_office,
        "displaced_case": fresh.case_id,
    }

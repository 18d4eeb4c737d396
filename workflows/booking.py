"""How a case books: choosing, holding, paying, writing it into the PMS; one transaction with compensation."""

from collections import deque
from dataclasses import dataclass
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.bookings import BookKind, BookResult, Claim, ClaimInput, ClaimKind
    from activities.standing import Look, Standing
    from domain.case import CaseState
    from workflows.agenda import LOOK_FOR_BOOKING_AFTER, Hold
    from workflows.contracts import case as wire
    from workflows.flow import CaseFlow


_NO_DEPOSIT = (
    "Booked without its deposit: the one that the patient had kept with you went to another visit of theirs, or was "
    "decided about, in the same moment. The visit stands; please ask the patient for the deposit, or leave it"
)


@dataclass
class Asked:
    """A command waiting its turn; ``answer`` is what its sender gets."""

    command: Any
    answer: Any = None


class BookingMoves(CaseFlow):
    """From a chosen opening to a booked visit, or back to fresh openings."""

    async def _choose(self, asked: Asked, choice: wire.ChooseOpening) -> None:
        if self._agenda.hold is not None and self._agenda.hold.book_again_at is not None:
            asked.answer = wire.ChoiceOutcome(kind=wire.ChoiceKind.PENDING, why="an earlier choice is being booked")
            await self._say_person_calls(choice)
            return
        if self._agenda.moves:
            await self._move(asked, choice)
            return
        claim = await self._claim(choice)
        if claim.frozen:
            await self._frozen(asked, choice)
            return
        if claim.kind is ClaimKind.LOST:
            await self._lost(asked, choice)
            return
        assert claim.expires_at is not None
        self._agenda.hold = Hold(claim.hold_id, claim.expires_at, claim.deposit_id)
        if not claim.pay_url:
            self._agenda.paid_deposit = self._agenda.paid_deposit or claim.deposit_id
            await self._book(asked)
            return
        self._state = CaseState.AWAITING_DEPOSIT
        asked.answer = wire.ChoiceOutcome(
            kind=wire.ChoiceKind.PAY, pay_url=claim.pay_url, expires_at=claim.expires_at, start=choice.opening.start
        )
        if choice.via == "reply":
            await self._call.notice(f"pay_{claim.hold_id}", "held_pay", answer=True, link_path="/pay")

    async def _frozen(self, asked: Asked, choice: wire.ChooseOpening) -> None:
        """The bank decides about the deposit: nothing is booked on it, a person calls."""
        asked.answer = wire.ChoiceOutcome(kind=wire.ChoiceKind.REFUSED, why="the deposit is disputed with the bank")
        why = "The patient chose a time while they dispute the deposit with their bank; nothing was booked. Please call"
        await self._open_task("dispute", why, CaseState.PAUSED, command_id=choice.command_id)
        if choice.via == "reply":
            await self._call.notice(f"frozen_{choice.command_id}", "person_will_call", answer=True, link_path=None)

    async def _lost(self, asked: Asked, choice: wire.ChooseOpening) -> None:
        asked.answer = wire.ChoiceOutcome(kind=wire.ChoiceKind.LOST)
        if choice.via == "reply":
            await self._send_fresh("fresh_openings")

    async def _move(self, asked: Asked, choice: wire.ChooseOpening) -> None:
        """The booked visit still stands, deposit and all: it moves to the chosen time, and that ends this case."""
        moved = await self._call.move(self._agenda.moves, choice)
        if moved.kind == "refused":
            asked.answer = wire.ChoiceOutcome(kind=wire.ChoiceKind.REFUSED, why=moved.why)
            await self._say_person_calls(choice)
            return
        if moved.kind != "moved":
            await self._lost(asked, choice)
            return
        asked.answer = wire.ChoiceOutcome(kind=wire.ChoiceKind.BOOKED, start=moved.start)
        await self._finish(CaseState.BOOKED_ELSEWHERE, "the booked visit has a new time")

    async def _claim(self, choice: wire.ChooseOpening) -> Claim:
        owed = 0 if self._agenda.waived or self._agenda.paid_deposit else self._route.deposit_cents
        given = ClaimInput(
            case_id=self._case_id,
            opening=choice.opening,
            command_id=choice.command_id,
            deposit_cents=owed,
            policy_from=choice.policy_from,
            policy_words=choice.policy_words,
            needs=choice.needs,
        )
        try:
            return await self._call.claim(given)
        except ActivityError as failed:
            workflow.logger.warning("claim failed: %s", type(failed.cause).__name__)
            await self._open_task("claim_failed", "The patient chose a time that could not be held; please call")
            await self._call.abandon_hold()
            return Claim(kind=ClaimKind.LOST)

    async def _deposit_paid(self, paid: wire.DepositPaid) -> None:
        known = self._agenda.paid_deposit == paid.deposit_id
        self._agenda.paid_deposit = paid.deposit_id
        if self._agenda.ending is not None:  # it goes back with the end
            return
        if self._agenda.hold is not None:
            await self._book()
        elif not known:
            await self._send_fresh("paid_fresh_openings")

    async def _book(self, asked: Asked | None = None) -> None:
        """Write it into the PMS; only then is the patient told that it is booked."""
        hold = self._agenda.hold
        assert hold is not None
        result = await self._write_booking(hold)
        if asked is not None:
            asked.answer = _choice_outcome(result)
        if result.kind is BookKind.BOOKED:
            await self._booked(result)
        elif result.kind is BookKind.PENDING:
            await self._stuck(hold, asked)
        else:
            self._agenda.hold = None
            if result.look is not None:
                await self._stopped(result.look, asked)
            else:
                await self._send_fresh("paid_fresh_openings" if self._agenda.paid_deposit else "fresh_openings")

    async def _write_booking(self, hold: Hold) -> BookResult:
        try:
            return await self._call.book(hold)
        except ActivityError as failed:
            workflow.logger.warning("booking not written yet: %s", type(failed.cause).__name__)
            return BookResult(kind=BookKind.PENDING)

    async def _stuck(self, hold: Hold, asked: Asked | None) -> None:
        """Down, or it has not decided: it is looked for again and again, and a person knows of it."""
        hold.book_again_at = workflow.now() + LOOK_FOR_BOOKING_AFTER
        if self._agenda.task is None:
            await self._open_task("booking_stuck", "Time held, but the PMS does not take the booking; still trying")
        if asked is not None:
            await self._say_person_calls(asked.command)

    async def _stopped(self, found: Look, asked: Asked | None) -> None:
        """Who chose by reply hears that a person calls, and the end leaves a task that says so."""
        choice = asked.command if asked is not None else None
        if choice is not None and choice.via == "reply" and found.standing is not Standing.SILENT:
            why = f"The patient chose a time by text that was not booked: {found.why}. Please call"
            needed = wire.PersonNeeded(kind="reply", text=why, command_id=choice.command_id)
            self._agenda.refused.append(needed)  # heard at the end, or next
            await self._say_person_calls(choice)
        await self._obey_look(found)

    async def _say_person_calls(self, choice: wire.ChooseOpening) -> None:
        """The page shows its own answer. A text that is refused changes nothing: the person has a task."""
        if choice.via != "reply":
            return
        try:
            step = f"choice_{choice.command_id}"
            await self._call.notice(step, "person_will_call", answer=True, link_path=None)
        except ActivityError as failed:
            workflow.logger.warning("not told that a person calls: %s", type(failed.cause).__name__)

    async def _booked(self, result: BookResult) -> None:
        """From here on nothing is sent but the confirmation; what the PMS refuses to record is tried again."""
        self._state = CaseState.BOOKED
        self._agenda.hold = None
        self._agenda.booked = result.appointment_id
        self._agenda.refused = deque(said for said in self._agenda.refused if isinstance(said, wire.PersonNeeded))
        self._deadline.cancel()

    async def _record(self) -> None:
        await self._call.notice("booked", "booked", answer=True, link_path="")
        recorded = await self._call.record_booking()
        if recorded is not None and recorded.carried:
            await self._call.tell_decision(recorded.carried)
        if recorded is not None:
            await self._call.tell_given_back(recorded.given_back, answer=True)
        if self._agenda.task is not None:
            await self._close_tasks("booked", "The patient booked")
        if recorded is not None and recorded.missing:
            await self._open_task("deposit", _NO_DEPOSIT)
        self._end = wire.CaseEnd(state=CaseState.BOOKED, appointment_id=self._agenda.booked)

    async def _remind(self) -> None:
        hold = self._agenda.hold
        assert hold is not None
        hold.reminded = True
        await self._call.notice(f"remind_{hold.hold_id}", "deposit_reminder", answer=True, link_path="/pay")

    async def _end_hold(self) -> None:
        """Unpaid: the chair is free again. Paid in the last second: it is booked."""
        if not await self._released():
            await self._book()

    async def _waive(self, waived: wire.WaiveDeposit) -> None:
        """Who is paying at this moment is booked without: the session ends, the chair stays."""
        self._agenda.waived = True
        await self._call.waive(waived.by, waived.reason)
        hold = self._agenda.hold
        if hold is None:
            return
        if await self._call.end_payment(hold):
            self._agenda.paid_deposit = hold.deposit_id
        await self._book()


def _choice_outcome(result: BookResult) -> wire.ChoiceOutcome:
    kinds = {
        BookKind.BOOKED: wire.ChoiceKind.BOOKED,
        BookKind.PENDING: wire.ChoiceKind.PENDING,
        BookKind.LOST: wire.ChoiceKind.LOST,
        BookKind.STOPPED: wire.ChoiceKind.REFUSED,
    }
    return wire.ChoiceOutcome(kind=kinds[result.kind], why=result.why or (result.look.why if result.look else ""))

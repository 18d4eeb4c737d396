"""What goes over the wire to and from a case. Fields are only ever added, with defaults."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.case import CaseState, Outcome
from domain.slots import Opening


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True)


class CaseStart(_Wire):
    case_id: str
    location: str
    accepted_at: datetime
    person_first: str = ""


class CaseEnd(_Wire):
    state: CaseState
    why: str = ""
    appointment_id: str = ""


class ChooseOpening(_Wire):
    """The patient's choice. ``command_id`` is the form's or the message's id; ``policy_from`` the address the deposit
    policy was accepted from and ``policy_words`` its text; ``needs`` (wheelchair, interpreter, escort) are for the
    appointment's note."""

    opening: Opening
    command_id: str
    via: Literal["page", "reply"] = "page"
    policy_from: str = ""
    policy_words: str = ""
    needs: tuple[str, ...] = ()


class ChoiceKind(StrEnum):
    BOOKED = "booked"
    PAY = "pay"
    LOST = "lost"
    PENDING = "pending"
    REFUSED = "refused"


class ChoiceOutcome(_Wire):
    """PAY carries the Checkout's address; PENDING: held, the booking is still being written."""

    kind: ChoiceKind
    pay_url: str = ""
    expires_at: datetime | None = None
    start: datetime | None = None
    why: str = ""


class DepositPaid(_Wire):
    """Stripe says so, re-fetched and stored before this is sent."""

    deposit_id: str


class LookAgain(_Wire):
    """Something changed in the PMS; the case re-reads it."""

    why: str


class NoTimesLeft(_Wire):
    """The patient looked for a time on the page and there was none; the page says that somebody calls."""


class VisitSettled(_Wire):
    """The booked visit that this case was opened for has a new time or is cancelled: nothing is left to do here."""

    why: str


class TextsStopped(_Wire):
    """No text may or can reach this phone any more: opted out, landline, wrong number, unreachable."""

    why: str


class PersonNeeded(_Wire):
    """The patient needs a person. ``command_id`` makes one task of one request; texts pause until it is resolved."""

    kind: str
    text: str
    command_id: str
    urgent: bool = False


class NotNow(_Wire):
    """Ask again at ``until``."""

    until: datetime
    reason: str = ""


class Declined(_Wire):
    reason: str = ""


class MoreTimes(_Wire):
    """Other openings, please; ``template`` says why they come."""

    template: Literal["other_times", "numbers_stale"] = "other_times"


class LooksAtCost(_Wire):
    """The patient looks at a payment plan or at financing; nothing is sent meanwhile."""

    way: Literal["plan", "financing"]


class CostSettled(_Wire):
    """What came of it. ``by``: the staff member's key when they heard it from the patient."""

    result: Literal["plan_signed", "financing_approved", "financing_refused"]
    by: str = "patient"


PatientSays = NotNow | Declined | PersonNeeded | MoreTimes | LooksAtCost | CostSettled


class Response(_Wire):
    """One of the patient's answers that is no choice."""

    command: PatientSays


class Resolve(_Wire):
    """What the owner of a task says became of it."""

    outcome: Outcome
    by: str
    note: str = ""
    call_back_at: datetime | None = None


class Approve(_Wire):
    approved: bool
    by: str
    note: str = ""


class WaiveDeposit(_Wire):
    by: str
    reason: str


class Reroute(_Wire):
    """Handle this open case by the rules in force now instead of those it was classified with."""

    by: str


class Answer(_Wire):
    """The plain answer to a command: what the case did with it."""

    state: CaseState
    done: str


class CaseSnapshot(_Wire):
    """For operators only; pages read the database."""

    state: CaseState
    tier: str = ""
    next_what: str = ""
    next_at: datetime | None = None
    steps_done: int = 0
    task_owner: str = ""
    holding: bool = False

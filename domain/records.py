"""The rows that outlive a workflow, as plain values: what stores give and take.

Instants are aware UTC. ``None`` means "has not happened".
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.case import BEING_OFFERED, CaseState
from domain.route import CaseFacts, Route
from domain.slots import Opening
from domain.treatment_plan import PlannedProcedure

WAITING_FOR_OPENINGS = "waiting for openings"
"""``next_what`` of a case that found none: it hears at once of a chair that was freed."""
NO_OPENINGS_TASK = "no_openings"
"""The kind of task that asks a person to find one meanwhile."""
COST_TASK = "cost_question"
TEXTING_TASK = "texting"
"""A carrier's refusal stopped texts of a location, until a person lifts that."""

WAITING_FOR_OTHER_PLAN = "another plan of this patient is being booked first"
"""``next_what`` of a case that stands in line; it hears when its turn has come."""

LOOKING_AT_COST = {"plan": "the patient looks at a payment plan", "financing": "the patient looks at financing"}
"""``next_what`` of a case whose patient was held back by the cost."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class CaseRecord(_Record):
    """The projection of one case: what lists, pages and activities read.

    ``next_at``/``next_what`` mirror the workflow's one deadline; ``phone`` is the number texts go to (the
    guarantor's for a minor); ``texted_patient_id`` is whose number that is. ``needs``: wheelchair, interpreter,
    escort, for the appointment's note. ``person_first``: why a person goes before any text (a cancelled booking).
    ``displaced``: the provider of the booked visit is out, so the patient may move it at any time.
    ``displaced_location``: the office that visit was at, wherever it is now.
    ``booked_location``: the office of the booked visit when it is not the case's own, else "". ``facts``: what the
    rules saw when they routed it (None before, and in rows older than this field).

    ``prepaid_cents``: what of the patient's prepayments in the PMS this case counts towards its deposit.

    A plan goes on visit by visit: ``plan_visits`` is how many the plan had when it was read (0: not read yet);
    ``follows`` is the case of the visit before this one. For an ended case ``follow_at`` is when its plan is next
    looked at for a further visit, and ``followed`` what came of it ("" while that is open).
    """

    case_id: str
    location: str
    source: str
    account: str
    plan_id: str
    patient_id: str
    acceptance: str
    visit_number: int = 1
    plan_visits: int = 0
    follows: str | None = None
    follow_at: datetime | None = None
    followed: str = ""
    accepted_at: datetime
    detected_at: datetime
    state: CaseState = CaseState.DETECTED
    path: str = ""
    tier: str = ""
    priority: int = 3
    value_cents: int = 0
    patient_cents: int = 0
    deposit_cents: int = 0
    prepaid_cents: int = 0
    pattern: str = ""
    provider_id: str = ""
    provider_kind: str = ""
    hygiene: bool = False
    planned_appointment_id: str = ""
    procedures: tuple[PlannedProcedure, ...] = ()
    needs: tuple[str, ...] = ()
    visit_why: str = ""
    person_first: str = ""
    displaced: bool = False
    displaced_start: datetime | None = None
    displaced_provider_id: str = ""
    displaced_location: str = ""
    displaced_case: str = ""
    changing: str = ""
    changing_since: datetime | None = None
    facts: CaseFacts | None = None
    route: Route | None = None
    rule_version: str = ""
    first_name: str = ""
    last_name: str = ""
    birthdate: date | None = None
    phone: str = ""
    texted_patient_id: str = ""
    language: str = "en"
    patient_state: str = ""
    first_offer_due_at: datetime | None = None
    first_offered_at: datetime | None = None
    appointment_id: str = ""
    booked_start: datetime | None = None
    booked_operatory_id: str = ""
    booked_provider_id: str = ""
    booked_location: str = ""
    booked_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str = ""
    owner: str = ""
    next_at: datetime | None = None
    next_what: str = ""
    workflow_started: bool = False

    @property
    def visit_office(self) -> str:
        """The key of the office of the booked visit; without one the case's own."""
        return self.booked_location or self.location

    def office_of(self, opening: Opening) -> str:
        """The key of the office that this opening of the case is at."""
        return opening.location or self.location

    def is_booked_for(self, opening: Opening) -> bool:
        """Whether the booked visit is this very opening: start, chair and provider."""
        booked = (self.booked_start, self.booked_operatory_id, self.booked_provider_id)
        return bool(self.appointment_id) and booked == (opening.start, opening.operatory_id, opening.provider_id)


def goes_first(case: CaseRecord, others: Sequence[CaseRecord]) -> CaseRecord | None:
    """Which of one patient's open cases is offered before ``case``; None when it is its turn.

    The earlier acceptance goes first; one that rested meanwhile waits for whichever is being offered.
    """
    asked = case.state in BEING_OFFERED
    for other in others:
        earlier = (other.accepted_at, other.case_id) < (case.accepted_at, case.case_id)
        if other.case_id != case.case_id and other.state in BEING_OFFERED and (earlier or not asked):
            return other
    return None


class CaseEvent(_Record):
    """One line of a case's timeline. ``text`` is for staff; it may name the patient, never a log."""

    case_id: str
    at: datetime
    kind: str
    text: str
    actor: str = "chairtime"


class NumberedOpening(_Record):
    number: int
    opening: Opening


class OfferRecord(_Record):
    """Openings sent to a phone under numbers; only the numbers of an open offer book."""

    id: str
    case_id: str
    location: str
    step: str
    phone: str
    made_at: datetime
    state: Literal["open", "answered", "withdrawn", "expired", "unsent"] = "open"
    openings: tuple[NumberedOpening, ...]


class HoldState(StrEnum):
    HELD = "held"
    BOOKING = "booking"
    BOOKED = "booked"
    RELEASED = "released"


class HoldRecord(_Record):
    """A chair and a provider kept for one case. Its cells are rows of their own, so the database keeps one winner.

    ``account`` is whose records the office keeps (``Location.budget``), since sister offices share providers.
    """

    id: str
    case_id: str
    account: str
    opening: Opening
    created_at: datetime
    expires_at: datetime
    state: HoldState = HoldState.HELD


class DepositState(StrEnum):
    REQUESTED = "requested"
    PAID = "paid"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    FORFEITED = "forfeited"
    DISPUTED = "disputed"
    WAIVED = "waived"


class DepositRecord(_Record):
    """One attempt to take a deposit. ``id`` (``dep_...``) is the only thing the card processor is told.

    ``case_id``: the visit it stands for now, since a deposit that is kept moves on to the patient's next visit.
    ``giving_back``: a refund of it is under way, so it moves nowhere.
    """

    id: str
    case_id: str
    location: str
    patient_id: str
    attempt: int
    amount_cents: int
    state: DepositState = DepositState.REQUESTED
    checkout_id: str = ""
    checkout_url: str = ""
    payment_id: str = ""
    refunded_cents: int = 0
    hold_id: str = ""
    policy_name: str = ""
    policy_version: str = ""
    policy_words: str = ""
    policy_accepted_at: datetime | None = None
    policy_accepted_from: str = ""
    created_at: datetime
    paid_at: datetime | None = None
    ledger_id: str = ""
    giving_back: bool = False
    note: str = ""


class TextState(StrEnum):
    """``unknown``: the vendor may have it; ``person``: given to a person instead of sent again."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    LAPSED = "lapsed"
    PERSON = "person"


FAILED_TEXT_STATES = frozenset({TextState.UNDELIVERED, TextState.FAILED, TextState.LAPSED, TextState.PERSON})
"""It did not arrive, as far as anybody knows: somebody has to hear of it."""
FINAL_TEXT_STATES = FAILED_TEXT_STATES | {TextState.DELIVERED}


class TextRecord(_Record):
    """One text in the outbox, unique on (case, step, to). ``lapses_at``: after this instant it is not sent any more.

    ``not_before``: a queued one waits until then. ``why``: what it waits for, or why it was not sent. ``told_at``: when
    whoever has to know heard that it did not arrive; None while that is still to be said.
    """

    id: str
    case_id: str
    location: str
    step: str
    to: str
    body: str
    kind: Literal["campaign", "answer"]
    template: str
    language: str = "en"
    state: TextState = TextState.QUEUED
    sid: str = ""
    error_code: str = ""
    attempts: int = 0
    created_at: datetime
    lapses_at: datetime
    begun_at: datetime | None = None
    sent_at: datetime | None = None
    not_before: datetime | None = None
    told_at: datetime | None = None
    why: str = ""
    rule: str = ""
    local_time: str = ""


WRONG_NUMBER = "wrong number"
"""The reason of a suppression that START does not lift: whoever has the phone is not the patient."""


class Suppression(_Record):
    """A phone that is not texted until ``lifted_at``. ``source`` and ``lifted_by`` name whose word it is ("reply",
    "page", "carrier", "pms"); ``told_at``: when the PMS knew of the newest word, None while it does not."""

    phone: str
    reason: str
    source: str
    at: datetime
    lifted_at: datetime | None = None
    lifted_by: str = ""
    told_at: datetime | None = None


class TextingStop(_Record):
    """The carrier's refusal keeps a location from texting, or from sending one ``template`` ("" for all of them)."""

    location: str
    template: str
    why: str


class TaskRecord(_Record):
    """A task with an owner: our row is the record, the PMS task mirrors it. ``level`` counts rungs climbed.

    ``close_there``: a person closed it here, and the PMS has still to hear of that.
    """

    id: str
    case_id: str
    location: str
    kind: str
    owner: str
    level: int = 0
    text: str
    urgent: bool = False
    opened_at: datetime
    next_climb_at: datetime | None = None
    pms_task_id: str = ""
    pms_list_id: str = ""
    done_at: datetime | None = None
    outcome: str = ""
    outcome_note: str = ""
    done_by: str = ""
    close_there: bool = False


class LinkRecord(_Record):
    """A patient's link, known by the SHA-256 of its token only."""

    token_hash: str
    case_id: str
    phone: str
    created_at: datetime
    expires_at: datetime
    failures: int = 0
    closed_at: datetime | None = None
    close_reason: str = ""


class InboundText(_Record):
    """A text from a patient; ``sid`` is the vendor's id and unique."""

    sid: str
    sender: str
    recipient: str
    body: str
    received_at: datetime
    intent: str = ""
    case_id: str = ""
    urgent: bool = False

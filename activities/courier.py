"""Sends one text exactly once: decide, write the row, post it, keep what came of it.

Twilio's create call has no idempotency key, so the row comes first and a call whose answer was lost is
left ``unknown`` for the outbox loop to reconcile; it is never simply sent again.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from pydantic import BaseModel, ConfigDict

from activities.ports import (
    CaseStore,
    Clock,
    Locations,
    OutboxStore,
    PhoneBook,
    RuleBook,
    SuppressionStore,
    TextingSwitch,
)
from connectors.base import OutgoingText, TextStatus, Vendors
from connectors.errors import Ambiguous, ConnectorError, RateLimited, Unavailable
from domain.location import Location
from domain.people import TextConsent
from domain.records import FINAL_TEXT_STATES, CaseRecord, TextRecord, TextState
from rules.contact import ContactDecision, ContactPerson, decide, window_end
from rules.messages import MessageFields, render

_CAP_WINDOW = timedelta(days=8)
_LONGEST_VALIDITY = timedelta(hours=10)
"""Twilio keeps a queued text at most 36,000 seconds."""

_OPTED_OUT = "21610"
HALTING_CODES = frozenset({"30034", "21606", "21603", "20003"})
"""Unregistered, no valid sender, wrong keys: no text of this location can arrive, so none is tried."""
_STATE_OF = {
    TextStatus.QUEUED: TextState.SENT,
    TextStatus.SENT: TextState.SENT,
    TextStatus.DELIVERED: TextState.DELIVERED,
    TextStatus.UNDELIVERED: TextState.UNDELIVERED,
    TextStatus.FAILED: TextState.FAILED,
}


class Sent(StrEnum):
    """``UNSURE``: the vendor may have it, reconciliation decides. ``BLOCKED``: this phone may not be texted at all."""

    SENT = "sent"
    UNSURE = "unsure"
    DEFERRED = "deferred"
    BLOCKED = "blocked"
    FAILED = "failed"


class SendResult(BaseModel):
    model_config = ConfigDict(frozen=True)

    sent: Sent
    why: str = ""
    until: datetime | None = None
    text_id: str = ""


class TextDraft(BaseModel):
    """``step`` is unique within the case: the same step to the same phone is one text, whatever dies."""

    model_config = ConfigDict(frozen=True)

    case_id: str
    location: str
    to: str
    state: str = ""
    step: str
    template: str
    language: str
    fields: MessageFields
    answer: bool = False
    consent: TextConsent = TextConsent.YES


class Courier:
    """The only way a text leaves. Used by activities and, as a Protocol, by the loops."""

    def __init__(
        self,
        outbox: OutboxStore,
        suppressions: SuppressionStore,
        switch: TextingSwitch,
        locations: Locations,
        rules: RuleBook,
        phones: PhoneBook,
        vendors: Vendors,
        cases: CaseStore,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._outbox = outbox
        self._suppressions = suppressions
        self._switch = switch
        self._locations = locations
        self._rules = rules
        self._phones = phones
        self._vendors = vendors
        self._cases = cases
        self._clock = clock
        self._public_url = public_url.rstrip("/")

    def decide(self, draft: TextDraft) -> ContactDecision:
        """May this text go now? Stored, whatever the answer, with the rule and the local time that decided it."""
        now = self._clock.now()
        decision = decide(
            self._rules.contact_rules(draft.location),
            self._person(draft),
            [] if draft.answer else self._outbox.unasked_sent(draft.to, now - _CAP_WINDOW),
            now,
        )
        self._outbox.log_decision(
            at=now,
            case_id=draft.case_id,
            phone=draft.to,
            template=draft.template,
            allowed=decision.allowed,
            rule=decision.rule,
            local_time=decision.local_time,
        )
        return decision

    def send(self, draft: TextDraft) -> SendResult:
        """Send it now, or say why not. Raises a retryable ConnectorError when nothing was sent and a retry may."""
        known = self._outbox.by_key(draft.case_id, draft.step, draft.to)
        if known is not None:
            return self._deliver(known) if known.state is TextState.QUEUED else _result_of(known)
        location = self._locations.get(draft.location)
        halted = self._switch.halted(draft.location)
        if location.texting != "registered" or halted:
            return SendResult(sent=Sent.BLOCKED, why=halted or f"texting is {location.texting} for this location")
        decision = self.decide(draft)
        if decision.blocked:
            return SendResult(sent=Sent.BLOCKED, why=decision.rule)
        if not decision.allowed:
            return SendResult(sent=Sent.DEFERRED, why=decision.rule, until=decision.next_allowed)
        return self._deliver(self._outbox.add(self._row(draft, decision)))

    def answer(
        self, location: str, to: str, step: str, template: str, language: str, case_id: str = "", *, link: str = ""
    ) -> SendResult:
        """A direct answer to what somebody just wrote, once per ``step``; no case is needed."""
        draft = TextDraft(
            case_id=case_id,
            location=location,
            to=to,
            step=step,
            template=template,
            language=language,
            fields=location_fields(self._locations.get(location)).model_copy(update={"link": link}),
            answer=True,
        )
        return self.send(draft)

    def deliver(self, text_id: str) -> SendResult:
        """Post a queued row (after a crash between row and call); other states are only reported."""
        row = self._outbox.get(text_id)
        if row is None:
            raise KeyError(f"no text {text_id} in the outbox")
        return self._deliver(row) if row.state is TextState.QUEUED else _result_of(row)

    def _person(self, draft: TextDraft) -> ContactPerson:
        home = self._locations.get(draft.location)
        return ContactPerson(
            zones=tuple(dict.fromkeys((home.zone, *self._phones.zones_of(draft.to)))),
            state=draft.state or home.state,
            number_state=self._phones.state_of(draft.to),
            consent=draft.consent,
            opted_out=self._suppressions.is_suppressed(draft.to),
            kind="answer" if draft.answer else "campaign",
        )

    def _row(self, draft: TextDraft, decision: ContactDecision) -> TextRecord:
        now = self._clock.now()
        body = render(self._rules.templates(draft.location), draft.template, draft.language, draft.fields).body
        closes = now + _LONGEST_VALIDITY
        if not draft.answer:
            closes = min(closes, window_end(self._rules.contact_rules(draft.location), self._person(draft), now))
        return TextRecord(
            id=text_id_of(draft),
            case_id=draft.case_id,
            location=draft.location,
            step=draft.step,
            to=draft.to,
            body=body,
            kind="answer" if draft.answer else "campaign",
            template=draft.template,
            language=draft.language,
            created_at=now,
            lapses_at=closes,
            rule=decision.rule,
            local_time=decision.local_time,
        )

    def _deliver(self, row: TextRecord) -> SendResult:
        now = self._clock.now()
        if now >= row.lapses_at:
            self._outbox.settle(row.id, TextState.LAPSED, at=now)
            return SendResult(sent=Sent.FAILED, why="its window closed before it could be sent", text_id=row.id)
        if not self._outbox.begin(row.id, now):
            return SendResult(sent=Sent.UNSURE, why="another process is sending it", text_id=row.id)
        outgoing = OutgoingText(
            to=row.to,
            body=row.body,
            callback_url=self._callback(row),
            valid_seconds=max(60, int((row.lapses_at - now).total_seconds())),
        )
        try:
            sent = self._vendors.texting(row.location).send(outgoing)
        except Ambiguous:
            self._outbox.settle(row.id, TextState.UNKNOWN)
            return SendResult(sent=Sent.UNSURE, why="the vendor's answer was lost", text_id=row.id)
        except (RateLimited, Unavailable):
            self._outbox.settle(row.id, TextState.QUEUED)
            raise
        except ConnectorError as refusal:
            return self._refused(row, refusal)
        self._outbox.settle(row.id, _STATE_OF[sent.status], sid=sent.sid, error_code=sent.error_code, at=now)
        return SendResult(sent=Sent.SENT, text_id=row.id)

    def _callback(self, row: TextRecord) -> str:
        """Where the vendor tells what became of it; each vendor's webhooks have a path of its kind."""
        kind = self._locations.get(row.location).messaging.kind
        return f"{self._public_url}/webhooks/{kind}/status/{row.location}?ob={row.id}"

    def _refused(self, row: TextRecord, refusal: ConnectorError) -> SendResult:
        now = self._clock.now()
        self._outbox.settle(row.id, TextState.FAILED, error_code=refusal.code, at=now)
        if refusal.code == _OPTED_OUT:
            self._suppressions.suppress(row.to, "opted out at the carrier", "carrier", now)
            return SendResult(sent=Sent.BLOCKED, why="opted out", text_id=row.id)
        if refusal.code in HALTING_CODES:
            self._switch.halt(row.location, f"the carrier refuses this sender (code {refusal.code})")
        return SendResult(sent=Sent.FAILED, why=f"the vendor refused it ({refusal.code or 'no code'})", text_id=row.id)


def text_id_of(draft: TextDraft) -> str:
    """Opaque, the same for the same (case, step, phone), so that a retry finds its row."""
    return "tx_" + sha256(f"{draft.case_id}|{draft.step}|{draft.to}".encode()).hexdigest()[:24]


def case_draft(case: CaseRecord, step: str, template: str, fields: MessageFields, *, answer: bool) -> TextDraft:
    """A text of this case to the phone it talks to."""
    return TextDraft(
        case_id=case.case_id,
        location=case.location,
        to=case.phone,
        state=case.patient_state,
        step=step,
        template=template,
        language=case.language,
        fields=fields,
        answer=answer,
    )


def location_fields(location: Location, first_name: str = "") -> MessageFields:
    """The fields every text has: who writes, from where, and to whom by first name."""
    return MessageFields(practice=location.text_name, phone=location.spoken_phone, first_name=first_name)


def _result_of(row: TextRecord) -> SendResult:
    if row.state in (TextState.UNKNOWN, TextState.SENDING):
        return SendResult(sent=Sent.UNSURE, text_id=row.id)
    if row.state in FINAL_TEXT_STATES and row.state is not TextState.DELIVERED:
        return SendResult(sent=Sent.FAILED, why=f"{row.state} {row.error_code}".strip(), text_id=row.id)
    return SendResult(sent=Sent.SENT, text_id=row.id)

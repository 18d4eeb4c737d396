"""Sends one text exactly once: decide, write the row, post it, keep what came of it.

Twilio's create call has no idempotency key, so the row comes first and a call whose answer was lost is
left ``unknown`` for the outbox loop to reconcile; it is never simply sent again.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from activities.permission import CAP_WINDOW, LEAST_STAY, Permission, Permissions, Recipient
from activities.ports import Clock, Locations, OutboxStore, RuleBook
from activities.refusals import AGAIN, Refusals, text_id
from connectors.base import OutgoingText, TextStatus, Trouble, Vendors
from connectors.errors import Ambiguous, ConnectorError, RateLimited, Unavailable
from domain.location import Location
from domain.people import TextConsent
from domain.records import FINAL_TEXT_STATES, CaseRecord, TextRecord, TextState
from rules.messages import MessageFields, render

_STATE_OF = {
    TextStatus.QUEUED: TextState.SENT,
    TextStatus.SENT: TextState.SENT,
    TextStatus.DELIVERED: TextState.DELIVERED,
    TextStatus.UNDELIVERED: TextState.UNDELIVERED,
    TextStatus.FAILED: TextState.FAILED,
}


class Sent(StrEnum):
    """``UNSURE``: the vendor may have it, reconciliation decides. ``BLOCKED``: this phone may not be texted at all.
    ``STALE``: its words are no longer true, so it was not sent and need not be."""

    SENT = "sent"
    UNSURE = "unsure"
    DEFERRED = "deferred"
    BLOCKED = "blocked"
    FAILED = "failed"
    STALE = "stale"


class SendResult(BaseModel):
    """`known`: it is what became of a text that was written before."""

    model_config = ConfigDict(frozen=True)

    sent: Sent
    why: str = ""
    until: datetime | None = None
    text_id: str = ""
    known: bool = False


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
        permissions: Permissions,
        refusals: Refusals,
        locations: Locations,
        rules: RuleBook,
        vendors: Vendors,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._outbox = outbox
        self._permissions = permissions
        self._refusals = refusals
        self._locations = locations
        self._rules = rules
        self._vendors = vendors
        self._clock = clock
        self._public_url = public_url.rstrip("/")

    def send(self, draft: TextDraft) -> SendResult:
        """Send it now, or say why not. Raises a retryable ConnectorError when nothing was sent and a retry may."""
        known = self._outbox.by_key(draft.case_id, draft.step, draft.to)
        if known is not None:
            return self._deliver(known) if known.state is TextState.QUEUED else _result_of(known)
        stopped = self._permissions.stopped(_recipient(draft))
        if stopped:
            return SendResult(sent=Sent.BLOCKED, why=stopped)
        row, permission = self._write(draft)
        if row is not None:
            return self._post(row)
        decision = permission.decision
        if decision.blocked:
            return SendResult(sent=Sent.BLOCKED, why=decision.rule)
        return SendResult(sent=Sent.DEFERRED, why=decision.rule, until=decision.next_allowed)

    def known(self, case_id: str, step: str, to: str) -> SendResult | None:
        """What became of this text before; None for one that was never written, or that still waits."""
        row = self._outbox.by_key(case_id, step, to)
        if row is None or row.state is TextState.QUEUED:
            return None
        return _result_of(row).model_copy(update={"known": True})

    def answer(
        self,
        location: str,
        to: str,
        step: str,
        template: str,
        language: str,
        case_id: str = "",
        *,
        link: str = "",
        on: str = "",
    ) -> SendResult:
        """A direct answer to what somebody just wrote, once per ``step``; no case is needed. ``on``: a day's line."""
        draft = TextDraft(
            case_id=case_id,
            location=location,
            to=to,
            step=step,
            template=template,
            language=language,
            fields=location_fields(self._locations.get(location)).model_copy(update={"link": link, "date": on}),
            answer=True,
        )
        return self.send(draft)

    def deliver(self, text_id: str) -> SendResult:
        """Post a queued row (after a crash between row and call); other states are only reported."""
        row = self._outbox.get(text_id)
        if row is None:
            raise KeyError(f"no text {text_id} in the outbox")
        return self._deliver(row) if row.state is TextState.QUEUED else _result_of(row)

    def _write(self, draft: TextDraft) -> tuple[TextRecord | None, Permission]:
        """The row, when the text may go now; judged and written as one, so that two texts never share the last place
        under a cap. The decision is kept, with the rule and the local time that made it."""
        now, who = self._clock.now(), _recipient(draft)
        person = self._permissions.person(who)
        body = render(self._rules.templates(draft.location), draft.template, draft.language, draft.fields).body
        permission = self._permissions.judge(who, person, (), now)

        def judge(sent: Sequence[datetime]) -> TextRecord | None:
            nonlocal permission
            permission = self._permissions.judge(who, person, () if draft.answer else sent, now)
            return self._row(draft, permission, body, now) if permission.decision.allowed else None

        row = self._outbox.add_if((draft.case_id, draft.step, draft.to), now - CAP_WINDOW, judge)
        self._log(draft.case_id, who, permission, now)
        return row, permission

    def _row(self, draft: TextDraft, permission: Permission, body: str, now: datetime) -> TextRecord:
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
            lapses_at=permission.lapses_at,
            rule=permission.decision.rule,
            local_time=permission.decision.local_time,
        )

    def _log(self, case_id: str, who: Recipient, permission: Permission, now: datetime) -> None:
        self._outbox.log_decision(
            at=now,
            case_id=case_id,
            phone=who.to,
            template=who.template,
            allowed=permission.decision.allowed,
            rule=permission.decision.rule,
            local_time=permission.decision.local_time,
        )

    def _deliver(self, row: TextRecord) -> SendResult:
        """A text that waited is judged again as things are now: it may have been stopped, or have nothing to say."""
        now, who = self._clock.now(), self._permissions.of_text(row)
        stopped = self._permissions.stopped(who) or self._permissions.outlived(row)
        if stopped:
            return self._lapse(row, stopped, now)
        if row.lapses_at - now < LEAST_STAY:
            return self._lapse(row, "its window closed before it could be sent", now)
        if row.not_before is not None and now < row.not_before:
            return SendResult(sent=Sent.DEFERRED, why=row.why, until=row.not_before, text_id=row.id)
        itself = [row.id, text_id(row.case_id, row.step.removesuffix(AGAIN), row.to)]
        sent = () if who.answer else self._outbox.unasked_sent(row.to, now - CAP_WINDOW, itself)
        permission = self._permissions.judge(who, self._permissions.person(who), sent, now)
        decision = permission.decision
        if decision.allowed:
            return self._post(row)
        self._log(row.case_id, who, permission, now)
        later = decision.next_allowed
        if decision.blocked or later is None or later >= row.lapses_at:
            return self._lapse(row, decision.rule, now)
        self._outbox.wait(row.id, later, decision.rule)
        return SendResult(sent=Sent.DEFERRED, why=decision.rule, until=later, text_id=row.id)

    def _lapse(self, row: TextRecord, why: str, now: datetime) -> SendResult:
        """It is not sent any more; the outbox loop tells whoever has to know."""
        self._outbox.settle(row.id, TextState.LAPSED, at=now, why=why)
        return SendResult(sent=Sent.FAILED, why=why, text_id=row.id)

    def _post(self, row: TextRecord) -> SendResult:
        now = self._clock.now()
        left = int((row.lapses_at - now).total_seconds())
        if left < 1:
            return self._lapse(row, "its window closed before it could be sent", now)
        if not self._outbox.begin(row.id, now):
            return SendResult(sent=Sent.UNSURE, why="another process is sending it", text_id=row.id)
        outgoing = OutgoingText(to=row.to, body=row.body, callback_url=self._callback(row), valid_seconds=left)
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
        self._outbox.settle(row.id, TextState.FAILED, error_code=refusal.code, at=self._clock.now())
        refused = self._refusals.take(row, refusal.code)
        if refused.trouble is Trouble.OPTED_OUT:
            return SendResult(sent=Sent.BLOCKED, why="opted out", text_id=row.id)
        why = f"the vendor refused it ({refusal.code or 'no code'})"
        if refused.again is not None:
            return SendResult(sent=Sent.UNSURE, why=f"{why}; it is tried once more", text_id=row.id)
        return SendResult(sent=Sent.FAILED, why=why, text_id=row.id)


def text_id_of(draft: TextDraft) -> str:
    """The id of the row that this draft becomes."""
    return text_id(draft.case_id, draft.step, draft.to)


def _recipient(draft: TextDraft) -> Recipient:
    return Recipient(draft.location, draft.to, draft.template, draft.answer, draft.state, draft.consent)


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
        return SendResult(sent=Sent.FAILED, why=row.why or f"{row.state} {row.error_code}".strip(), text_id=row.id)
    return SendResult(sent=Sent.SENT, text_id=row.id)

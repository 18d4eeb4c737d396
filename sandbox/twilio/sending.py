"""The create call: what it checks, in Twilio's order, and the message that it leaves in the queue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlparse

from sandbox.twilio import numbers, optout, phones, segments
from sandbox.twilio.account import Account
from sandbox.twilio.errors import EXPIRED, TwilioError
from sandbox.twilio.numbers import Sender
from sandbox.twilio.records import Message, iso, when

LONGEST_BODY = 1600
LONGEST_VALIDITY_SECONDS = 36_000
E164 = re.compile(r"^\+[1-9]\d{7,14}$")
SCHEDULE_MINUTES, SCHEDULE_DAYS = 5, 35


def create(account: Account, form: Mapping[str, str]) -> Message:
    """Accept a message. The same request twice makes two messages: Twilio has no idempotency key for this call.

    Raises TwilioError with the code that Twilio answers; parameters it does not know are ignored.
    """
    recipient = _recipient(form)
    sender, service_sid = _sender(account, form)
    body = _body(form)
    _check_recipient(account, sender, recipient, service_sid)
    validity = _validity(form)
    callback = _callback(form)
    scheduled = _scheduled(account, form, service_sid)
    now = account.state.clock.now()
    leaves = scheduled or _slot(account, sender.e164)
    expires = now + timedelta(seconds=validity)
    late = scheduled is None and leaves > expires
    smart = form.get("SmartEncoded", "").lower() == "true"
    message = Message(
        sid=account.records.new_sid(),
        direction="outbound-api",
        sender=sender.e164,
        recipient=recipient,
        text=body.translate(segments.SMART) if smart else body,
        shown=body,
        status="scheduled" if scheduled else "accepted" if service_sid else "queued",
        created_at=iso(now),
        updated_at=iso(now),
        error_code=EXPIRED if late else None,
        service_sid=service_sid,
        status_callback=callback,
        validity_seconds=validity,
        segments=segments.count(body, smart=smart),
        due_at=iso(expires if late else leaves),
    )
    return account.records.add(message)


def e164(text: str, code: int) -> str:
    """A number as Twilio reads it; ten digits are taken as North American. Raises TwilioError `code` otherwise."""
    plain = re.sub(r"[\s().-]", "", text)
    number = f"+1{plain}" if re.fullmatch(r"[2-9]\d{9}", plain) else plain
    if not E164.match(number) or (number.startswith("+1") and len(number) != 12):
        kind = "To" if code == 21211 else "From"
        raise TwilioError(code, f"Invalid '{kind}' Phone Number: {text}")
    return number


def _recipient(form: Mapping[str, str]) -> str:
    if not form.get("To"):
        raise TwilioError(21604)
    return e164(form["To"], 21211)


def _sender(account: Account, form: Mapping[str, str]) -> tuple[Sender, str | None]:
    """The number to send from, and the messaging service if one was named."""
    store, service_sid = account.state.store, form.get("MessagingServiceSid")
    if service_sid:
        found = numbers.by_service(store, service_sid)
        if found is None:
            raise TwilioError(21701)
        return found, service_sid
    if not form.get("From"):
        raise TwilioError(21603)
    found = numbers.by_number(store, e164(form["From"], 21212))
    if found is None:
        raise TwilioError(21606)
    return found, None


def _body(form: Mapping[str, str]) -> str:
    body = form.get("Body", "")
    if not body:
        raise TwilioError(21602)
    if len(body) > LONGEST_BODY:
        raise TwilioError(21617)
    return body


def _check_recipient(account: Account, sender: Sender, recipient: str, service_sid: str | None) -> None:
    """Through a messaging service an opt-out is found only when the message is sent; otherwise at once."""
    if recipient == sender.e164:
        raise TwilioError(21266)
    if service_sid is None and optout.is_out(account.state.store, sender.e164, recipient):
        raise TwilioError(21610)
    if code := phones.refusal(account.state.store, recipient):
        raise TwilioError(code)


def _validity(form: Mapping[str, str]) -> int:
    """Seconds that the message may wait in the queue."""
    text = form.get("ValidityPeriod", str(LONGEST_VALIDITY_SECONDS))
    if not text.isdigit() or not 1 <= int(text) <= LONGEST_VALIDITY_SECONDS:
        raise TwilioError(20001, f"ValidityPeriod must be a number from 1 to {LONGEST_VALIDITY_SECONDS}")
    return int(text)


def _callback(form: Mapping[str, str]) -> str:
    url = form.get("StatusCallback", "")
    parts = urlparse(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or "_" in parts.hostname):
        raise TwilioError(21609)
    return url


def _scheduled(account: Account, form: Mapping[str, str], service_sid: str | None) -> datetime | None:
    """When a scheduled message leaves: 5 minutes to 35 days ahead, with a messaging service only."""
    if form.get("ScheduleType") != "fixed":
        return None
    try:
        at = datetime.fromisoformat(form.get("SendAt", ""))
    except ValueError:
        raise TwilioError(20001, "SendAt must be an ISO 8601 time") from None
    ahead = at - account.state.clock.now()
    if service_sid is None or not timedelta(minutes=SCHEDULE_MINUTES) <= ahead <= timedelta(days=SCHEDULE_DAYS):
        raise TwilioError(20001, "SendAt needs a MessagingServiceSid and must be 5 minutes to 35 days ahead")
    return at


def _slot(account: Account, sender: str) -> datetime:
    """When the number gets round to it: behind what it has queued, at its segments per second (0: no queue)."""
    now = account.state.clock.now()
    rate = account.number("segments_per_second", 0)
    where = "sender = ? AND status IN ('queued', 'accepted') AND due_at > ?"
    queue = account.records.select(where, (sender, iso(now)), "ORDER BY due_at DESC LIMIT 1")
    if not rate:
        return now
    if not queue:
        return now + timedelta(seconds=1 / rate)
    return when(queue[0].due_at or iso(now)) + timedelta(seconds=queue[0].segments / rate)

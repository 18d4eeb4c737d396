"""A text from a patient's phone: recorded, obeyed if it is a keyword, announced to the practice's software."""

from __future__ import annotations

from sandbox.twilio import numbers, optout, segments, webhooks
from sandbox.twilio.account import Account
from sandbox.twilio.errors import TwilioError
from sandbox.twilio.records import Message


def receive(account: Account, phone: str, to: str | None, body: str) -> Message:
    """Take a text from `phone`; without `to` it goes to the number that wrote to this phone last.

    Raises TwilioError 21606 for a number that is not the practice's, 21602 for an empty text.
    """
    if not body.strip():
        raise TwilioError(21602)
    store = account.state.store
    sender = numbers.by_number(store, to or last_sender(account, phone))
    if sender is None:
        raise TwilioError(21606, f"{to} is not a number of the sandbox practice")
    with store.transaction():
        message = _record(account, "inbound", phone, sender.e164, body, "received")
        confirmation = optout.obey(store, sender.e164, phone, body)
        if confirmation:
            _record(account, "outbound-reply", sender.e164, phone, confirmation, "delivered")
        webhooks.announce_inbound(account, message, sender)
    account.state.ticker.nudge()
    return message


def last_sender(account: Account, phone: str) -> str:
    """Our number that this phone heard from last, or the first one."""
    found = account.records.select(
        "recipient = ? AND direction LIKE 'outbound%'", (phone,), "ORDER BY seq DESC LIMIT 1"
    )
    return found[0].sender if found else numbers.all_senders(account.state.store)[0].e164


def _record(account: Account, direction: str, sender: str, recipient: str, body: str, status: str) -> Message:
    """A message that is where it should be already."""
    now = account.records.now()
    message = Message(
        sid=account.records.new_sid(),
        direction=direction,
        sender=sender,
        recipient=recipient,
        text=body,
        shown=body,
        status=status,
        created_at=now,
        updated_at=now,
        segments=segments.count(body),
        sent_at=now,
        arrived_at=now,
    )
    return account.records.add(message)

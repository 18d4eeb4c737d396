"""What happens to a message after it was accepted: queue, sending, sent, delivered or not, on the practice's clock."""

from __future__ import annotations

from datetime import timedelta

from sandbox.twilio import optout, phones, webhooks
from sandbox.twilio.account import STEP_SECONDS, Account
from sandbox.twilio.errors import EXPIRED, NEVER_SENT
from sandbox.twilio.records import Message, iso, when


def run_due(account: Account) -> None:
    """Move every message on whose time has come, in the order in which it came; each move is announced."""
    while due := account.records.select("due_at <= ?", (account.records.now(),), "ORDER BY due_at, seq LIMIT 100"):
        with account.state.store.transaction():
            for message in due:
                _move(account, message)


def _move(account: Account, message: Message) -> None:
    step = STEPS[message.status]
    webhooks.announce_status(account, step(account, message))


def _leave_queue(account: Account, message: Message) -> Message:
    """To `sending`, unless it waited too long or must not be sent at all."""
    if message.error_code == EXPIRED:
        return _end(account, message, "failed", EXPIRED, _due(message))
    if optout.is_out(account.state.store, message.sender, message.recipient):
        return _end(account, message, "failed", 21610, _due(message))
    return _go(account, message, status="sending")


def _hand_over(account: Account, message: Message) -> Message:
    """To `sent`: the carrier has it; or `failed`, if Twilio keeps it back."""
    code = phones.ending(account.state.store, message.recipient)
    if code in NEVER_SENT:
        return _end(account, message, "failed", code, _due(message))
    return _go(account, message, status="sent", sent_at=_due(message), error_code=code)


def _arrive(account: Account, message: Message) -> Message:
    """To `delivered`, or `undelivered` with the carrier's reason."""
    if message.error_code:
        return _end(account, message, "undelivered", message.error_code, _due(message))
    at = _due(message)
    return account.records.change(message, status="delivered", updated_at=at, due_at=None, arrived_at=at)


def _go(account: Account, message: Message, **changes: str | int | None) -> Message:
    next_at = when(_due(message)) + timedelta(seconds=account.number("step_seconds", STEP_SECONDS))
    return account.records.change(message, updated_at=_due(message), due_at=iso(next_at), **changes)


def _end(account: Account, message: Message, status: str, code: int | None, at: str) -> Message:
    sent = {"sent_at": message.sent_at or at}
    return account.records.change(message, status=status, error_code=code, updated_at=at, due_at=None, **sent)


def _due(message: Message) -> str:
    return message.due_at or message.updated_at


STEPS = {
    "queued": _leave_queue,
    "accepted": _leave_queue,
    "scheduled": _leave_queue,
    "sending": _hand_over,
    "sent": _arrive,
}

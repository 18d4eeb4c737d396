"""What Twilio posts to the practice's software: status callbacks and incoming messages, signed by the sender."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urldefrag, urlencode

from sandbox.twilio.account import Account
from sandbox.twilio.numbers import Sender
from sandbox.twilio.records import API_VERSION, Message, when

HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    "User-Agent": "TwilioProxy/1.1 (sandbox)",
}
MOST_RETRIES = 5


def announce_status(account: Account, message: Message) -> None:
    """The status callback for the state that the message has just reached, if one was asked for."""
    if not message.status_callback:
        return
    fields = {
        "AccountSid": account.sid,
        "ApiVersion": API_VERSION,
        "From": message.sender,
        "MessageSid": message.sid,
        "MessageStatus": message.status,
        "SmsSid": message.sid,
        "SmsStatus": message.status,
        "To": message.recipient,
    }
    if message.service_sid:
        fields["MessagingServiceSid"] = message.service_sid
    if message.known_error:
        fields["ErrorCode"] = str(message.known_error)
    if message.status in ("delivered", "undelivered"):
        fields["RawDlrDoneDate"] = when(message.updated_at).strftime("%y%m%d%H%M")
    _post(account, message, message.status_callback, fields)


def announce_inbound(account: Account, message: Message, sender: Sender) -> None:
    """The incoming message, to the URL configured for the number it came to."""
    if not sender.inbound_url:
        return
    fields = {
        "AccountSid": account.sid,
        "ApiVersion": API_VERSION,
        "Body": message.text,
        "From": message.sender,
        "FromCountry": "US",
        "MessageSid": message.sid,
        "MessagingServiceSid": sender.service_sid,
        "NumMedia": "0",
        "NumSegments": str(message.segments),
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": message.recipient,
        "ToCountry": "US",
    }
    _post(account, message, sender.inbound_url, fields)


def _post(account: Account, message: Message, url: str, fields: Mapping[str, str]) -> None:
    """One attempt, unless the URL's fragment asks for more with `#rc=2` (webhooks connection overrides)."""
    target, fragment = urldefrag(url)
    retries = min(int(parse_qs(fragment).get("rc", ["0"])[0]), MOST_RETRIES)
    token = f"{message.sid}-{message.status}"
    account.state.delivery.enqueue(
        "twilio",
        target,
        urlencode(fields).encode(),
        {**HEADERS, "I-Twilio-Idempotency-Token": token},
        retry_after_seconds=(1.0,) * retries,
    )

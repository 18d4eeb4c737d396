"""Twilio as a text-message vendor. It has no idempotency key: an ambiguous send is looked for, never sent again."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from connectors.base import ConnectorInfo, OutgoingText, SentText, TextStatus, Trouble
from connectors.errors import Ambiguous
from connectors.http import Wire
from connectors.twilio.client import VENDOR, twilio_client
from connectors.twilio.codes import TROUBLE
from connectors.twilio.info import INFO, TwilioOptions

SHORTEST_VALIDITY, LONGEST_VALIDITY = 1, 36000
"""Seconds a message may wait in Twilio's queue (Messages API)."""

_LOOK_BACK = 50
_STATUS: Mapping[str, TextStatus] = {
    "accepted": TextStatus.QUEUED,
    "scheduled": TextStatus.QUEUED,
    "queued": TextStatus.QUEUED,
    "sending": TextStatus.QUEUED,
    "sent": TextStatus.SENT,
    "delivered": TextStatus.DELIVERED,
    "read": TextStatus.DELIVERED,
    "undelivered": TextStatus.UNDELIVERED,
    "failed": TextStatus.FAILED,
    "canceled": TextStatus.FAILED,
}


class Twilio:
    info: ConnectorInfo

    def __init__(self, wire: Wire, options: TwilioOptions) -> None:
        self.info = INFO
        self._options = options
        self._client: Client = twilio_client(wire, options.account_sid, options.auth_token)

    @property
    def hides_bodies(self) -> bool:
        return self._options.body_redacted

    def trouble(self, code: str) -> Trouble:
        return TROUBLE.get(code, Trouble.UNKNOWN)

    def check(self) -> str:
        self._client.messages.list(limit=1, page_size=1)
        return "Twilio answers"

    def send(self, text: OutgoingText) -> SentText:
        """Hand one text over. Raises Ambiguous when it may have gone out."""
        sender = (
            {"from_": self._options.from_number}
            if self._options.from_number
            else {"messaging_service_sid": self._options.messaging_service_sid}
        )
        callback = {"status_callback": text.callback_url} if text.callback_url else {}
        valid = min(max(text.valid_seconds, SHORTEST_VALIDITY), LONGEST_VALIDITY)
        message = self._client.messages.create(to=text.to, body=text.body, validity_period=valid, **sender, **callback)
        if not message.sid:
            raise Ambiguous(f"{VENDOR}: a text was answered without its sid; it may have gone out")
        return _sent(message)

    def fetch(self, sid: str) -> SentText:
        return _sent(self._client.messages(sid).fetch())

    def sent_to(self, to: str, since: datetime) -> Sequence[SentText]:
        """Texts to this number made since then, newest first.

        Filtered here: Twilio's own date filter looks at the sending, which a queued text still has before it.
        """
        messages = self._client.messages.list(to=to, limit=_LOOK_BACK, page_size=_LOOK_BACK)
        texts = (_sent(message) for message in messages if _is_outgoing(message))
        return [text for text in texts if text.at is None or text.at >= since]


def text_status(word: str) -> TextStatus:
    """Twilio's word for a status, as callbacks use it too; an unknown one counts as queued: not final."""
    return _STATUS.get(word.lower(), TextStatus.QUEUED)


def _sent(message: MessageInstance) -> SentText:
    return SentText(
        sid=message.sid or "",
        status=text_status(str(message.status or "")),
        error_code=str(message.error_code or ""),
        body=message.body or "",
        to=message.to or "",
        at=_made_at(message),
    )


def _made_at(message: MessageInstance) -> datetime | None:
    made: datetime | None = message.date_created or message.date_sent
    return made


def _is_outgoing(message: MessageInstance) -> bool:
    return str(message.direction or "").startswith("outbound")

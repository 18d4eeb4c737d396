"""Twilio's error codes: what the API answers, and what a message may end with (twilio.com/docs/api/errors)."""

from __future__ import annotations

from typing import Any

EXPIRED = 30036
MORE_INFO = "https://www.twilio.com/docs/errors/"
HTTP_STATUS = {20003: 401, 20404: 404, 20429: 429, 20500: 500, 20503: 503, 30409: 409}
"""Codes with a status other than 400."""

REFUSALS = {
    20001: "Invalid parameter",
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    20503: "Service is unavailable",
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid 'From' Phone Number",
    21266: "'To' and 'From' number cannot be the same",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number provided is not a valid message-capable Twilio phone number for this account",
    21609: "The 'StatusCallback' URL is not a valid URL.",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21612: "The 'To' phone number is not currently reachable using the 'From' phone number",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21701: "The Messaging Service does not exist",
    30409: "The message is in a state in which it cannot be canceled or changed",
}
"""Answered at once by the create (or update) call."""

ENDINGS = {
    21610: "Attempt to send to unsubscribed recipient",
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Carrier violation",
    30008: "Unknown error",
    30022: "US A2P 10DLC - Rate Limits Exceeded",
    30034: "US A2P 10DLC - Message from an Unregistered Number",
    EXPIRED: "Validity Period Expired",
    30610: "Message blocked outside of the recipient's allowed hours",
}
"""Arrives later, with the status callback."""

NEVER_SENT = frozenset({21610, 30001, 30002, 30022, EXPIRED, 30610})
"""Endings that leave the message `failed`; the others had left for the carrier and end `undelivered`."""


class TwilioError(Exception):
    """A refusal by the API; `detail` replaces the usual wording of the code."""

    def __init__(self, code: int, detail: str | None = None) -> None:
        super().__init__(detail or REFUSALS[code])
        self.code = code

    @property
    def status(self) -> int:
        """The HTTP status."""
        return HTTP_STATUS.get(self.code, 400)

    def body(self) -> dict[str, Any]:
        """The JSON answer."""
        return {"code": self.code, "message": str(self), "more_info": f"{MORE_INFO}{self.code}", "status": self.status}

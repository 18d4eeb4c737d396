"""Whether a webhook really comes from Twilio."""

from collections.abc import Mapping

from twilio.request_validator import RequestValidator

SIGNATURE_HEADER = "X-Twilio-Signature"


def is_genuine(auth_token: str, url: str, params: Mapping[str, str], signature: str) -> bool:
    """Check the signature over the address and every form field, unknown ones included.

    ``url`` is built from the configured public address, never from the request: behind a proxy the request's own
    says http. A missing token or signature is never genuine. It has no time in it: refuse a
    (sid, status) seen before.
    """
    if not auth_token or not signature:
        return False
    return bool(RequestValidator(auth_token).validate(url, dict(params), signature))

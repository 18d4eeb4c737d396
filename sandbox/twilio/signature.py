"""The `X-Twilio-Signature` header: HMAC-SHA1 over URL and sorted form fields (twilio.com/docs/usage/security)."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha1
from urllib.parse import parse_qsl


def signature(token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """The signature of a webhook posted to exactly this URL with these fields."""
    text = url + "".join(f"{name}{value}" for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), sha1).digest()).decode()


def signer(token: str) -> Callable[[str, bytes], Mapping[str, str]]:
    """Signs each attempt of a webhook from its URL and form body."""

    def sign(url: str, body: bytes) -> Mapping[str, str]:
        fields = parse_qsl(body.decode(), keep_blank_values=True)
        return {"X-Twilio-Signature": signature(token, url, fields)}

    return sign

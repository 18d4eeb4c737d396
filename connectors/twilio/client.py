"""The official Twilio SDK on our own wire: it has no base URL, no error types of ours and no timeout by itself."""

from typing import Any
from urllib.parse import urlsplit

import httpx
from twilio.http.response import Response
from twilio.rest import Client

from connectors.errors import ConnectorError, RateLimited
from connectors.http import Wire, describe, retry_after

VENDOR = "Twilio"
_TOO_MANY_REQUESTS = "20429"


class TwilioWire:
    """Sends the SDK's requests to ``base_url``, once each; every refusal is a connector error with Twilio's code.

    The SDK asks for nothing but ``request`` of its HTTP client.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        path = _path_of(uri)
        response = self._wire.send(method, path, params=params, data=data, headers=headers, auth=auth)
        error = self._refusal(method, path, response)
        if error is not None:
            raise error
        return Response(response.status_code, response.text, dict(response.headers))

    def _refusal(self, method: str, path: str, response: httpx.Response) -> ConnectorError | None:
        code = "" if response.is_success else _code_of(response)
        if code == _TOO_MANY_REQUESTS:
            wait = retry_after(response.headers)
            return RateLimited(f"{VENDOR}: {describe(method, path)}: too many requests", retry_after=wait, code=code)
        return self._wire.failure(method, path, response, code=code)


def twilio_client(wire: Wire, account_sid: str, auth_token: str) -> Client:
    return Client(account_sid, auth_token, http_client=TwilioWire(wire), environment={"CHAIRTIME": "1"})


def _path_of(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _code_of(response: httpx.Response) -> str:
    """Twilio's own error code in the JSON of a refusal, "" when there is none."""
    try:
        body: Any = response.json()
    except ValueError:
        return ""
    return str(body.get("code") or "") if isinstance(body, dict) else ""

"""Open Dental API v1 as an ASGI app: keys, throttle, paging and errors around plain handlers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.opendental import (
    adjustments,
    appointments,
    comms,
    documents,
    patients,
    payments,
    payplan_links,
    payplans,
    plans,
    procedures,
    reading,
    subscriptions,
    tasks,
)
from sandbox.opendental.call import Call, Endpoint, Reply
from sandbox.opendental.office import Office, office_by_key
from sandbox.opendental.throttle import Throttle
from sandbox.opendental.wire import ApiError, Style, bad
from sandbox.state import SandboxState

MOST_ROWS = 100
ENDPOINTS: tuple[Endpoint, ...] = (
    *adjustments.ENDPOINTS,
    *appointments.ENDPOINTS,
    *comms.ENDPOINTS,
    *documents.ENDPOINTS,
    *patients.ENDPOINTS,
    *payments.ENDPOINTS,
    *payplan_links.ENDPOINTS,
    *payplans.ENDPOINTS,
    *plans.ENDPOINTS,
    *procedures.ENDPOINTS,
    *subscriptions.ENDPOINTS,
    *tasks.ENDPOINTS,
    *reading.ENDPOINTS,
)


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    endpoint: Endpoint


def _routes(endpoints: Iterable[Endpoint]) -> tuple[Route, ...]:
    return tuple(Route(e.method, re.compile(e.path.replace("{}", r"(\d+)")), e) for e in endpoints)


class OpenDentalApp:
    """Mounted at /opendental/api/v1. Every answer but a success is a line of plain text."""

    def __init__(self, state: SandboxState, throttle: Throttle) -> None:
        self._state, self._throttle = state, throttle
        self._routes = _routes(ENDPOINTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = self._respond(request, await request.body())
        except ApiError as error:
            response = PlainTextResponse(error.text, error.status)
        await response(scope, receive, send)

    def _respond(self, request: Request, body: bytes) -> Response:
        office = self._office(request.headers.get("authorization", ""))
        wait = self._throttle.wait_for(office.key)
        if wait:
            return PlainTextResponse("Too many requests.", 429, {"Retry-After": str(wait)})
        endpoint, ids = self._match(request.method, _path(request.scope))
        call = self._call(request, office, ids, body)
        if request.method == "GET":
            return _json(endpoint.handler(call))
        with self._state.store.transaction():
            reply = endpoint.handler(call)
        self._state.ticker.nudge()
        return _json(reply)

    def _office(self, authorization: str) -> Office:
        scheme, _, keys = authorization.partition(" ")
        developer, _, customer = keys.partition("/")
        if scheme != "ODFHIR" or not customer:
            raise ApiError(401, "Authorization header is missing or malformed. Use: ODFHIR DeveloperKey/CustomerKey")
        office = office_by_key(self._state.store, customer)
        if developer != self._state.settings.developer_key or office is None:
            raise ApiError(401, "Invalid API key.")
        return office

    def _match(self, method: str, path: str) -> tuple[Endpoint, list[int]]:
        for route in self._routes:
            found = route.pattern.fullmatch(path)
            if found and route.method == method:
                return route.endpoint, [int(group) for group in found.groups()]
        raise ApiError(404, f"{method} {path} was not found. Check the spelling of the resource.")

    def _call(self, request: Request, office: Office, ids: list[int], body: bytes) -> Call:
        query = dict(request.query_params)
        limit, offset = _count(query, "Limit", MOST_ROWS), _count(query, "Offset", 0)
        style = Style(office.zone, query.pop("DateFormatString", ""), query.pop("DateTimeFormatString", ""))
        base_url = f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}"
        return Call(
            state=self._state,
            office=office,
            base_url=base_url,
            query=query,
            body=_body(body),
            ids=ids,
            limit=min(limit, MOST_ROWS),
            offset=offset,
            style=style,
        )


def _path(scope: Scope) -> str:
    path, root = scope["path"], scope.get("root_path", "")
    return str(path).removeprefix(root).rstrip("/")


def _count(query: dict[str, str], name: str, default: int) -> int:
    text = query.pop(name, str(default))
    if not text.isdigit():
        raise bad(f"{name} is invalid: {text!r} is not a whole number.")
    return int(text)


def _body(body: bytes) -> Any:
    if not body:
        return {}
    try:
        return json.loads(body)
    except ValueError:
        raise bad("The request body is not valid JSON.") from None


def _json(reply: Reply) -> Response:
    headers: Mapping[str, str] = {"location": reply.location} if reply.location else {}
    content = json.dumps(reply.content, separators=(",", ":"))
    return Response(content, reply.status, headers, "application/json")

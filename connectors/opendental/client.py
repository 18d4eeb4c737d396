"""The wire to one Open Dental office: keys, paging, and what its plain-text answers mean. No mapping."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from connectors.errors import Ambiguous, Conflict, ConnectorError, NotFound, Unavailable
from connectors.http import READ_METHODS, Pace, Wire, describe, no_pace
from connectors.opendental.options import REMOTE_PAGE
from connectors.opendental.values import Row

VENDOR = "Open Dental"

_OFFICE_OUT_OF_REACH = ("econnector", "could not connect", "unable to connect", "not running", "office is offline")
_OFFICE_SLOW = ("timed out", "time-out", "timeout", "time out")
_STATE_REFUSALS = ("already", "overlap", "conflict", "not available", "only scheduled")


class OpenDentalClient:
    """One customer key. Raises only ``connectors.errors``.

    A 400 is a refusal in plain text, but also how HQ says that the office cannot be reached: sorted by its words.
    """

    def __init__(
        self,
        base_url: str,
        developer_key: str,
        customer_key: str,
        *,
        pace: Pace = no_pace,
        page_size: int = REMOTE_PAGE,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"ODFHIR {developer_key}/{customer_key}", "Content-Type": "application/json"}
        self._wire = Wire(VENDOR, base_url, headers=headers, pace=pace, transport=transport)
        self._page_size = page_size

    def get(self, path: str, **params: Any) -> Any:
        return self._call("GET", path, params=_present(params))

    def rows(self, path: str, **params: Any) -> list[Row]:
        """Every row of a list, page by page until a page is short; a bare object counts as one row."""
        return [row for page in self.pages(path, **params) for row in page]

    def pages(self, path: str, **params: Any) -> Iterator[list[Row]]:
        offset = 0
        while True:
            paging = {} if offset == 0 and self._page_size == REMOTE_PAGE else self._paging(offset)
            page = as_rows(self.get(path, **params, **paging))
            yield page
            if len(page) < self._page_size:
                return
            offset += self._page_size

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._call("POST", path, json=_present(body))

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._call("PUT", path, json=dict(body))

    def delete(self, path: str) -> Any:
        return self._call("DELETE", path)

    def close(self) -> None:
        self._wire.close()

    def _paging(self, offset: int) -> dict[str, int]:
        return {"Limit": self._page_size, "Offset": offset}

    def _call(self, method: str, path: str, **request: Any) -> Any:
        response = self._wire.send(method, path, **request)
        error = self._refusal(method, path, response) or self._wire.failure(method, path, response)
        if error is not None:
            raise error
        return self._content(method, path, response)

    def _refusal(self, method: str, path: str, response: httpx.Response) -> ConnectorError | None:
        """What the words of a 400 say; None when they say nothing special. The words themselves are not kept."""
        if response.status_code != httpx.codes.BAD_REQUEST:
            return None
        words, call = response.text.lower(), describe(method, path)
        if any(hint in words for hint in _OFFICE_SLOW):
            return self._wire.lost(method, call, "the office did not answer in time")
        if any(hint in words for hint in _OFFICE_OUT_OF_REACH):
            return Unavailable(f"{VENDOR}: {call}: the office cannot be reached; is its eConnector running?")
        if method not in READ_METHODS and any(hint in words for hint in _STATE_REFUSALS):
            return Conflict(f"{VENDOR}: {call}: refused as things stand now")
        return None

    def _content(self, method: str, path: str, response: httpx.Response) -> Any:
        """The JSON of a success. Garbage after a write is ambiguous, never "nothing done"."""
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError as broken:
            error = self._wire.lost(method, describe(method, path), "the answer is no JSON")
            raise error from broken


def as_rows(content: Any) -> list[Row]:
    """A list, or the bare object that some lists become when one row matches."""
    if isinstance(content, Mapping):
        return [content] if content else []
    return [row for row in content or () if isinstance(row, Mapping)]


def one_row(content: Any, what: str) -> Row:
    """The one object of an answer. Raises NotFound when there is none."""
    rows = as_rows(content)
    if not rows:
        raise NotFound(f"{VENDOR}: {what} is not there")
    return rows[0]


def made_row(content: Any, what: str) -> Row:
    """The object that a write answers with. Raises Ambiguous when it is missing: the write may stand."""
    rows = as_rows(content)
    if not rows:
        raise Ambiguous(f"{VENDOR}: {what} was answered without the row; it may have been carried out")
    return rows[0]


def _present(params: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was not given: a blank parameter would be a filter."""
    return {name: value for name, value in params.items() if value not in (None, "")}

"""The list call: filters, newest first, pages linked by `next_page_uri`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sandbox.twilio.account import Account
from sandbox.twilio.errors import TwilioError
from sandbox.twilio.records import API_VERSION, Message, as_json, iso
from sandbox.twilio.sending import e164

DEFAULT_PAGE, LARGEST_PAGE = 50, 1000
FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")


def page(account: Account, query: Mapping[str, str]) -> dict[str, Any]:
    """One page of messages. A message that has not left yet has no date, so a date filter does not find it."""
    size = min(max(_number(query, "PageSize", DEFAULT_PAGE), 1), LARGEST_PAGE)
    index = max(_number(query, "Page", 0), 0)
    clauses, values = _where(query)
    found = account.records.select(
        " AND ".join(clauses), (*values, size + 1, index * size), "ORDER BY seq DESC LIMIT ? OFFSET ?"
    )
    return _envelope(account, query, found, size, index)


def _where(query: Mapping[str, str]) -> tuple[list[str], list[str]]:
    clauses, values = ["direction NOT LIKE 'deleted-%'"], []
    for name, column, code in (("To", "recipient", 21211), ("From", "sender", 21212)):
        if query.get(name):
            clauses.append(f"{column} = ?")
            values.append(e164(query[name], code))
    if query.get("DateSent"):
        day = _moment(query["DateSent"]).replace(hour=0, minute=0, second=0)
        clauses.append("sent_at >= ? AND sent_at < ?")
        values += [iso(day), iso(day + timedelta(days=1))]
    for name, sign in (("DateSent<", "<="), ("DateSent>", ">=")):
        if query.get(name):
            clauses.append(f"sent_at {sign} ?")
            values.append(iso(_moment(query[name])))
    return clauses, values


def _moment(text: str) -> datetime:
    """A date or a time; without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise TwilioError(20001, f"DateSent: {text} is neither YYYY-MM-DD nor an ISO 8601 time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    return int(text) if text.isdigit() else default


def _envelope(
    account: Account, query: Mapping[str, str], found: list[Message], size: int, index: int
) -> dict[str, Any]:
    base = f"/{API_VERSION}/Accounts/{account.sid}/Messages.json"
    kept = {name: query[name] for name in FILTERS if query.get(name)}

    def uri(number: int) -> str:
        return f"{base}?{urlencode({**kept, 'PageSize': size, 'Page': number})}"

    shown = found[:size]
    return {
        "end": index * size + len(shown) - 1,
        "first_page_uri": uri(0),
        "messages": [as_json(message, account.sid) for message in shown],
        "next_page_uri": uri(index + 1) if len(found) > size else None,
        "page": index,
        "page_size": size,
        "previous_page_uri": uri(index - 1) if index else None,
        "start": index * size,
        "uri": uri(index),
    }

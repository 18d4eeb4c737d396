"""Communication log entries."""

from __future__ import annotations

from sandbox.opendental.call import Call, Endpoint, Reply
from sandbox.opendental.resource import insert, parse_body, select
from sandbox.opendental.resources.people import COMMLOGS, PATIENTS
from sandbox.opendental.resources.setup import DEFINITIONS
from sandbox.opendental.wire import bad

COMM_CATEGORY = 27


def create(call: Call) -> Reply:
    """POST /commlogs: a type by name wins over one by number."""
    required = ("PatNum", "Note")
    allowed = (*required, "CommDateTime", "CommType", "Mode_", "SentOrReceived")
    values = parse_body(COMMLOGS, call.body, allowed=allowed, required=required, extra=("commType",))
    call.check(PATIENTS, "PatNum", values["PatNum"])
    values["CommType"] = _type(call, values.pop("commType", None), values.get("CommType", 0))
    defaults = {"CommDateTime": call.local_now, "DateTStamp": call.local_now}
    return call.made(COMMLOGS, insert(call.store, COMMLOGS, call.office.number, defaults | values))


def _type(call: Call, name: object, number: int) -> int:
    where, given = ("t.ItemName = ?", name) if name is not None else ("t.DefNum = ?", number)
    if name is None and not number:
        return 0
    found = select(call.store, DEFINITIONS, call.office.number, f"{where} AND t.Category = ?", (given, COMM_CATEGORY))
    if not found:
        raise bad(f"{'CommType' if name is None else 'commType'} is invalid: no such communication type.")
    return int(found[0]["DefNum"])


ENDPOINTS = (Endpoint("POST", "/commlogs", create),)

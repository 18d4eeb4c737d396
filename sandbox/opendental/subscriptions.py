"""Subscriptions: who is told of changes in which table."""

from __future__ import annotations

from sandbox.opendental.call import Call, Endpoint, Reply
from sandbox.opendental.resource import Row, insert, parse_body, update
from sandbox.opendental.resources.work import SUBSCRIPTIONS
from sandbox.opendental.wire import bad

FIELDS = (
    "EndPointUrl",
    "Workstation",
    "WatchTable",
    "PollingSeconds",
    "UiEventType",
    "DateTimeStart",
    "DateTimeStop",
    "Note",
)


def create(call: Call) -> Reply:
    """POST /subscriptions"""
    values = parse_body(SUBSCRIPTIONS, call.body, allowed=FIELDS, required=("EndPointUrl",))
    _check(values)
    defaults = {"DateTimeStart": call.local_now, "CustomerKey": call.office.key}
    number = insert(call.store, SUBSCRIPTIONS, call.office.number, defaults | values)
    return call.made(SUBSCRIPTIONS, number)


def _check(values: Row) -> None:
    watches, ui = values.get("WatchTable"), values.get("UiEventType")
    if bool(watches) == bool(ui):
        raise bad("Either WatchTable or UiEventType is required.")
    if watches and values.get("PollingSeconds", 0) <= 0:
        raise bad("PollingSeconds is required with WatchTable.")
    if ui and values.get("PollingSeconds"):
        raise bad("PollingSeconds is not allowed with UiEventType.")


def change(call: Call) -> Reply:
    """PUT /subscriptions/{n}"""
    row = call.row(SUBSCRIPTIONS, call.ids[0])
    values = parse_body(SUBSCRIPTIONS, call.body, allowed=FIELDS)
    _check(row | values)
    update(call.store, SUBSCRIPTIONS, row["SubscriptionNum"], values)
    return call.changed(SUBSCRIPTIONS, row["SubscriptionNum"])


def delete(call: Call) -> Reply:
    """DELETE /subscriptions/{n}"""
    row = call.row(SUBSCRIPTIONS, call.ids[0])
    call.store.execute("DELETE FROM subscription WHERE SubscriptionNum = ?", (row["SubscriptionNum"],))
    return Reply({})


ENDPOINTS = (
    Endpoint("POST", "/subscriptions", create),
    Endpoint("PUT", "/subscriptions/{}", change),
    Endpoint("DELETE", "/subscriptions/{}", delete),
)

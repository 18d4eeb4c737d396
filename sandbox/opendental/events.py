"""Database events: polls the watched tables for the subscribers and posts what changed.

As in the real one: an array of whole rows, the bare customer key as Authorization, no signature, no event id,
at least once, rows at the boundary repeated, DateTimeStart moved on only when the receiver took it, and at most
the last three days made up for after an outage.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sandbox.opendental.office import Office, offices
from sandbox.opendental.resource import Resource, Row, get, select, update, written
from sandbox.opendental.resources.people import PAT_FIELDS, PATIENTS_SIMPLE
from sandbox.opendental.resources.scheduling import APPOINTMENTS, HIST_APPOINTMENTS, SCHEDULES
from sandbox.opendental.resources.setup import OPERATORIES, PROVIDERS
from sandbox.opendental.resources.work import SUBSCRIPTIONS
from sandbox.opendental.wire import NO_DATETIME, Style
from sandbox.state import SandboxState

WATCHED: dict[str, tuple[Resource, str]] = {
    "Appointment": (APPOINTMENTS, "DateTStamp"),
    "AppointmentDeleted": (HIST_APPOINTMENTS, "HistApptAction = 'Deleted' AND t.HistDateTStamp"),
    "Operatory": (OPERATORIES, "DateTStamp"),
    "Provider": (PROVIDERS, "DateTStamp"),
    "Schedule": (SCHEDULES, "DateTStamp"),
    "PatField": (PAT_FIELDS, "SecDateTEdit"),
    "Patient": (PATIENTS_SIMPLE, "DateTStamp"),
}
MOST_ROWS = 1000
REPLAYED_DAYS = 3
MOST_REPEATS = 2


class Events:
    """A ticker step. With a manual clock a subscriber is polled for at every run; a row that has not changed
    is sent twice at most, so that a clock that stands still does not repeat the boundary row for ever."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state
        self._polled: dict[int, datetime] = {}
        self._sent: dict[int, dict[str, int]] = {}

    async def step(self, now: datetime) -> None:
        for office in offices(self._state.store):
            for row in select(self._state.store, SUBSCRIPTIONS, office.number, "t.WatchTable <> ''"):
                if self._due(row, now) and _in_force(row, office.local_text(now)):
                    self._polled[row["SubscriptionNum"]] = now
                    await self._poll(office, row, now)

    def _due(self, row: Row, now: datetime) -> bool:
        last = self._polled.get(row["SubscriptionNum"])
        return self._state.clock.manual or last is None or now - last >= timedelta(seconds=row["PollingSeconds"])

    async def _poll(self, office: Office, row: Row, now: datetime) -> None:
        started = office.local_text(now)
        earliest = max(row["DateTimeStart"], office.local_text(now - timedelta(days=REPLAYED_DAYS)))
        rows = self._changed(office, row, earliest)
        for index in range(0, len(rows), MOST_ROWS):
            if not await self._post(office, row, rows[index : index + MOST_ROWS]):
                return
        self._remember(row["SubscriptionNum"], rows, started)
        current = get(self._state.store, SUBSCRIPTIONS, office.number, row["SubscriptionNum"])
        if current and current["DateTimeStart"] < started:
            update(self._state.store, SUBSCRIPTIONS, row["SubscriptionNum"], {"DateTimeStart": started})

    def _changed(self, office: Office, row: Row, earliest: str) -> list[Row]:
        if row["WatchTable"] not in WATCHED:
            return []
        resource, column = WATCHED[row["WatchTable"]]
        stored = select(self._state.store, resource, office.number, f"t.{column} >= ?", (earliest,))
        style = Style(office.zone)
        sent = self._sent.get(row["SubscriptionNum"], {})
        rows = [written(resource, each, style) for each in stored]
        return [each for each in rows if sent.get(json.dumps(each), 0) < MOST_REPEATS]

    def _remember(self, number: int, rows: list[Row], started: str) -> None:
        """Count what was sent, and forget what is before the next boundary."""
        counts = dict(self._sent.get(number, {}))
        for row in rows:
            counts[json.dumps(row)] = counts.get(json.dumps(row), 0) + 1
        self._sent[number] = {text: n for text, n in counts.items() if _stamp(json.loads(text)) >= started}

    async def _post(self, office: Office, row: Row, rows: list[Any]) -> bool:
        headers = {
            "Authorization": office.key,
            "Workstation": row["Workstation"] or "SANDBOX-SERVER",
            "Event-Type": f"WatchTable: {row['WatchTable']}",
            "Content-Type": "application/json",
        }
        return await self._state.delivery.post("opendental", row["EndPointUrl"], json.dumps(rows).encode(), headers)


def _in_force(row: Row, local_now: str) -> bool:
    stop = row["DateTimeStop"]
    return bool(row["DateTimeStart"] <= local_now and (stop == NO_DATETIME or local_now < stop))


def _stamp(row: Row) -> str:
    return str(row.get("HistDateTStamp") or row.get("DateTStamp") or row.get("SecDateTEdit"))

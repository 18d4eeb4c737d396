"""The trail of an appointment: a copy of its row for every change, and the only trace of a deleted one."""

from __future__ import annotations

from sandbox.opendental.call import Call
from sandbox.opendental.resource import get, insert
from sandbox.opendental.resources.scheduling import APPOINTMENTS, HIST_APPOINTMENTS


def record(call: Call, number: int, action: str) -> None:
    """Copy the appointment as it stands now."""
    row = get(call.store, APPOINTMENTS, call.office.number, number)
    if row is not None:
        copied = {f.name: row[f.name] for f in APPOINTMENTS.stored}
        stamps = {"HistDateTStamp": call.local_now, "HistApptAction": action}
        insert(call.store, HIST_APPOINTMENTS, call.office.number, copied | stamps)

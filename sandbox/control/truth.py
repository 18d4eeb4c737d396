"""The practice's own records, for whoever checks what was done to it."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from fastapi import APIRouter

from sandbox.opendental.office import Office, offices
from sandbox.opendental.openings import conflicts
from sandbox.opendental.patterns import minutes
from sandbox.opendental.resource import Resource, Row, select, written
from sandbox.opendental.resources import money, people, plans, scheduling, setup, work
from sandbox.opendental.wire import NO_DATETIME, Style
from sandbox.state import SandboxState

PLAIN: dict[str, tuple[Resource, str]] = {
    "payments": (money.PAYMENTS, "SecDateTEdit"),
    "paysplits": (money.PAY_SPLITS, "DatePay"),
    "payplans": (money.PAY_PLANS, "PayPlanDate"),
    "payplancharges": (money.PAY_PLAN_CHARGES, "ChargeDate"),
    "tasks": (work.TASKS, "DateTimeOriginal"),
    "tasknotes": (work.TASK_NOTES, "DateTimeNote"),
    "commlogs": (people.COMMLOGS, "DateTStamp"),
    "documents": (people.DOCUMENTS, "DateTStamp"),
}


def router(state: SandboxState) -> APIRouter:
    routes = APIRouter()

    @routes.get("/records")
    async def records(new: bool = False) -> dict[str, Any]:
        """Everything; with `new=true` only appointments made and rows written since the practice began."""
        found: dict[str, Any] = {"appointments": [], "treatplans": [], **{name: [] for name in PLAIN}}
        for office in offices(state.store):
            since = office.local_text(state.started_at()) if new else ""
            found["appointments"] += _appointments(state, office, since)
            found["treatplans"] += _plans(state, office)
            for name, (resource, column) in PLAIN.items():
                found[name] += _plain(state, office, resource, column, since)
        return found

    @routes.get("/patients")
    async def patients(clinic: int | None = None) -> list[dict[str, Any]]:
        wanted = [o for o in offices(state.store) if clinic in (None, o.clinic_num)]
        return [row for office in wanted for row in _patients(state, office)]

    @routes.get("/locations")
    async def locations() -> list[dict[str, Any]]:
        return [_location(state, office) for office in offices(state.store)]

    @routes.get("/conflicts")
    async def double_bookings() -> list[dict[str, object]]:
        """Pairs of live appointments in one chair, or with one provider, at one moment. None at the start."""
        return conflicts(state.store)

    return routes


def _plain(state: SandboxState, office: Office, resource: Resource, column: str, since: str) -> list[Row]:
    rows = select(state.store, resource, office.number, f"t.{column} >= ?", (since[:10],))
    return [written(resource, row, Style(office.zone)) | {"clinic": office.clinic_num} for row in rows]


def _appointments(state: SandboxState, office: Office, since: str) -> list[Row]:
    codes: dict[int, list[Row]] = defaultdict(list)
    for procedure in select(state.store, plans.PROCEDURE_LOGS, office.number, "t.AptNum > 0 OR t.PlannedAptNum > 0"):
        row = {"ProcNum": procedure["ProcNum"], "code": procedure["procCode"], "status": procedure["ProcStatus"]}
        for number in {procedure["AptNum"], procedure["PlannedAptNum"]} - {0}:
            codes[number].append(row)
    rows = select(state.store, scheduling.APPOINTMENTS, office.number, "t.SecDateTEntry >= ?", (since,))
    return [_appointment(office, row) | {"procs": codes[row["AptNum"]]} for row in rows]


def _appointment(office: Office, row: Row) -> Row:
    timed = row["AptDateTime"] != NO_DATETIME
    return {
        "AptNum": row["AptNum"],
        "clinic": office.clinic_num,
        "at_clinic": row["ClinicNum"],
        "PatNum": row["PatNum"],
        "status": row["AptStatus"],
        "start_local": row["AptDateTime"],
        "start": office.utc(row["AptDateTime"]).isoformat() if timed else None,
        "minutes": minutes(row["Pattern"]),
        "pattern": row["Pattern"],
        "op": row["Op"],
        "provider": row["ProvNum"],
        "hygienist": row["ProvHyg"],
        "is_hygiene": row["IsHygiene"] == "true",
        "next_apt_num": row["NextAptNum"],
        "note": row["Note"],
        "made_local": row["SecDateTEntry"],
        "edited_local": row["DateTStamp"],
    }


def _plans(state: SandboxState, office: Office) -> list[Row]:
    rows = state.store.all(
        "SELECT f.*, t.PatNum, t.isSigned, t.DateTSigned, t.DateTP, t.Heading FROM plan_fact f"
        " JOIN treatplan t USING (TreatPlanNum) WHERE f.Office = ? ORDER BY 1",
        (office.number,),
    )
    return [
        {
            "TreatPlanNum": row["TreatPlanNum"],
            "PatNum": row["PatNum"],
            "clinic": office.clinic_num,
            "heading": row["Heading"],
            "kind": row["Kind"],
            "tier": row["Tier"],
            "outcome": row["Outcome"],
            "value_cents": row["ValueCents"],
            "patient_cents": row["PatientCents"],
            "presented": row["DateTP"],
            "signed": row["isSigned"] == "true",
            "signed_at": office.utc(row["DateTSigned"]).isoformat() if row["isSigned"] == "true" else None,
        }
        for row in rows
    ]


def _patients(state: SandboxState, office: Office) -> list[Row]:
    lines = {row["e164"]: dict(row) for row in state.store.all("SELECT * FROM phones")}
    rows = select(state.store, people.PATIENTS, office.number)
    phones = {row["PatNum"]: e164(row["WirelessPhone"]) or e164(row["HmPhone"]) for row in rows}
    return [
        {
            "PatNum": row["PatNum"],
            "clinic": office.clinic_num,
            "first": row["FName"],
            "last": row["LName"],
            "birthdate": row["Birthdate"],
            "status": row["PatStatus"],
            "language": row["Language"],
            "consent": row["TxtMsgOk"],
            "phone": e164(row["WirelessPhone"]),
            "home_phone": e164(row["HmPhone"]),
            "line": lines.get(phones[row["PatNum"]] or ""),
            "guarantor": row["Guarantor"],
            "guarantor_phone": phones.get(row["Guarantor"]),
        }
        for row in rows
    ]


def e164(written_number: str) -> str | None:
    """A telephone number as an office types it, in E.164; None when there is none."""
    digits = re.sub(r"\D", "", written_number)
    return f"+1{digits[-10:]}" if len(digits) >= 10 else None


def _location(state: SandboxState, office: Office) -> dict[str, Any]:
    style = Style(office.zone)
    tables = {
        "clinic": setup.CLINICS,
        "providers": setup.PROVIDERS,
        "operatories": setup.OPERATORIES,
        "users": setup.USERODS,
        "task_lists": work.TASK_LISTS,
        "definitions": setup.DEFINITIONS,
    }
    rows = {
        name: [written(table, row, style) for row in select(state.store, table, office.number)]
        for name, table in tables.items()
    }
    facts = {"name": office.name, "kind": office.kind, "zone": office.zone_name, "increment": office.increment}
    return {"clinic_num": office.clinic_num, "customer_key": office.key, **facts, **rows}

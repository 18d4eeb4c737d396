"""What the practice's pages show, read from the tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.opendental.office import Office, offices
from sandbox.opendental.patterns import minutes
from sandbox.opendental.resource import Row, get, select
from sandbox.opendental.resources import money as moneys
from sandbox.opendental.resources import people, scheduling, setup, work
from sandbox.opendental.resources import plans as planned
from sandbox.state import SandboxState

OPENS, CLOSES = 7 * 60, 20 * 60
PLAN_FILTERS = {"waiting": "t.isSigned = 'false'", "signed": "t.isSigned = 'true'", "all": "1"}


@dataclass(frozen=True, slots=True)
class Box:
    """Something in a chair's column; `top` and `height` in minutes from the top of the page's day."""

    kind: str
    top: int
    height: int
    title: str
    detail: str


def money(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) // 100:,}.{abs(cents) % 100:02}"


def clock(minute: int) -> str:
    return f"{(minute // 60 - 1) % 12 + 1}:{minute % 60:02} {'am' if minute < 720 else 'pm'}"


def overview(state: SandboxState) -> list[dict[str, Any]]:
    return [_overview(state, office) for office in offices(state.store)]


def _overview(state: SandboxState, office: Office) -> dict[str, Any]:
    counts = {
        "patients": "patient WHERE Office = ?",
        "waiting": "treatplan WHERE Office = ? AND TPStatus = 'Saved' AND isSigned = 'false'",
        "signed": "treatplan WHERE Office = ? AND TPStatus = 'Saved' AND isSigned = 'true'",
        "tasks": "task WHERE Office = ? AND TaskStatus <> 'Done'",
        "chairs": "operatory WHERE Office = ?",
    }
    found = {name: _count(state, table, office) for name, table in counts.items()}
    local = office.local(state.clock.now())
    return {"office": office, "local": local.strftime("%a %d %b, %H:%M"), **found}


def _count(state: SandboxState, table: str, office: Office) -> int:
    row = state.store.one(f"SELECT COUNT(*) FROM {table}", (office.number,))
    return int(row[0]) if row else 0


def book(state: SandboxState, office: Office, day: date) -> dict[str, Any]:
    """The columns of one day: each chair with what is in it."""
    chairs = select(state.store, setup.OPERATORIES, office.number, "t.IsHidden = 'false'")
    visits = select(state.store, scheduling.APPOINTMENTS, office.number, "date(t.AptDateTime) = ?", (str(day),))
    rows = select(state.store, scheduling.SCHEDULES, office.number, "t.SchedDate = ?", (str(day),))
    names = _names(state, office)
    columns = [{"chair": chair, "boxes": _boxes(chair, visits, rows, names)} for chair in chairs]
    note = "; ".join(row["Note"] for row in rows if row["SchedType"] == "Practice")
    return {"columns": columns, "hours": range(OPENS, CLOSES, 60), "opens": OPENS, "closes": CLOSES, "note": note}


def _names(state: SandboxState, office: Office) -> dict[int, str]:
    rows = state.store.all("SELECT PatNum, FName, LName FROM patient WHERE Office = ?", (office.number,))
    return {row["PatNum"]: f"{row['FName']} {row['LName']}" for row in rows}


def _boxes(chair: Row, visits: list[Row], rows: list[Row], names: dict[int, str]) -> list[Box]:
    number = chair["OperatoryNum"]
    providers = (chair["ProvDentist"], chair["ProvHygienist"])
    boxes = []
    for row in rows:
        listed = row["operatories"].split(",") if row["operatories"] else []
        home = not listed and row["SchedType"] == "Provider" and row["ProvNum"] in providers
        if str(number) in listed or home:
            start, stop = _minute(row["StartTime"]), _minute(row["StopTime"])
            kind = "open" if row["SchedType"] == "Provider" else "block"
            boxes.append(Box(kind, start - OPENS, stop - start, row["blockoutType"], row["Note"]))
    for row in visits:
        if row["Op"] == number:
            start = _minute(row["AptDateTime"][11:])
            kind = row["AptStatus"].lower()
            detail = f"{clock(start)} · {row['ProcDescript']} · {row['provAbbr']}"
            boxes.append(Box(kind, start - OPENS, minutes(row["Pattern"]), names.get(row["PatNum"], ""), detail))
    return boxes


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:5])


def plans(state: SandboxState, office: Office, only: str) -> list[dict[str, Any]]:
    """Saved plans, the newest first."""
    where = f"t.TPStatus = 'Saved' AND {PLAN_FILTERS.get(only, '1')}"
    rows = select(state.store, planned.TREAT_PLANS, office.number, where)
    names = _names(state, office)
    lines: dict[int, list[Row]] = {}
    for line in select(state.store, planned.PROC_TPS, office.number):
        lines.setdefault(line["TreatPlanNum"], []).append(line)
    found = [
        {
            "plan": row,
            "patient": names.get(row["PatNum"], ""),
            "lines": lines.get(row["TreatPlanNum"], []),
            "value": sum(line["FeeAmt"] for line in lines.get(row["TreatPlanNum"], [])),
        }
        for row in rows
    ]
    newest = "DateTSigned" if only == "signed" else "SecDateTEdit"
    return sorted(found, key=lambda each: str(each["plan"][newest]), reverse=True)


def tasks(state: SandboxState, office: Office) -> list[dict[str, Any]]:
    """Each list with its tasks: open ones first, then the newest."""
    names = _names(state, office)
    rows = select(state.store, work.TASKS, office.number)
    rows.sort(key=lambda row: row["DateTimeEntry"], reverse=True)
    rows.sort(key=lambda row: row["TaskStatus"] == "Done")
    return [
        {
            "list": each,
            "tasks": [
                {"task": row, "patient": names.get(row["KeyNum"], "") if row["ObjectType"] == "Patient" else ""}
                for row in rows
                if row["TaskListNum"] == each["TaskListNum"]
            ],
        }
        for each in select(state.store, work.TASK_LISTS, office.number)
    ]


def ledger(state: SandboxState, office: Office) -> list[dict[str, Any]]:
    """Payments with their splits, the newest first."""
    names = _names(state, office)
    splits: dict[int, list[Row]] = {}
    for split in select(state.store, moneys.PAY_SPLITS, office.number):
        splits.setdefault(split["PayNum"], []).append(split)
    rows = select(state.store, moneys.PAYMENTS, office.number)
    return [
        {"payment": row, "patient": names.get(row["PatNum"], ""), "splits": splits.get(row["PayNum"], [])}
        for row in reversed(rows)
    ]


def patients(state: SandboxState, office: Office, query: str) -> list[Row]:
    like = f"%{query}%"
    where = "(t.LName || ', ' || t.FName LIKE ? OR t.FName || ' ' || t.LName LIKE ? OR t.WirelessPhone LIKE ?)"
    return select(state.store, people.PATIENTS, office.number, where, (like, like, like))


def patient(state: SandboxState, office: Office, number: int) -> dict[str, Any] | None:
    """One patient with visits, plans and communication; None when there is none."""
    row = get(state.store, people.PATIENTS, office.number, number)
    if row is None:
        return None
    where, given = "t.PatNum = ?", (number,)
    return {
        "patient": row,
        "visits": select(state.store, scheduling.APPOINTMENTS, office.number, where, given),
        "treatplans": select(state.store, planned.TREAT_PLANS, office.number, where, given),
        "commlogs": select(state.store, people.COMMLOGS, office.number, where, given),
        "payments": select(state.store, moneys.PAYMENTS, office.number, where, given),
        "family": select(state.store, people.PATIENTS, office.number, "t.Guarantor = ?", (row["Guarantor"],)),
    }

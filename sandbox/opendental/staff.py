"""What the people at the practice do: a plan is signed, somebody books by phone, a task gets done."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.opendental import adjustments, appointments, openings, patients, payments, plans, procedures, tasks
from sandbox.opendental.call import Call, Reply
from sandbox.opendental.office import Office, office_by_number
from sandbox.opendental.patterns import of_procedures
from sandbox.opendental.resource import Resource, Row, insert, select
from sandbox.opendental.resources.money import CLAIM_PROCS, PAY_PLANS, PAYMENTS
from sandbox.opendental.resources.people import PATIENTS
from sandbox.opendental.resources.plans import PROC_TPS, PROCEDURE_LOGS, TREAT_PLANS
from sandbox.opendental.resources.scheduling import APPOINTMENTS, SCHEDULES
from sandbox.opendental.resources.setup import DEFINITIONS, PROVIDERS
from sandbox.opendental.resources.work import TASKS
from sandbox.state import SandboxState

WAITING = """
SELECT f.* FROM plan_fact f JOIN treatplan t USING (TreatPlanNum) JOIN patient p ON p.PatNum = t.PatNum
WHERE f.Outcome = 'acceptable' AND t.isSigned = 'false' AND p.PatStatus = 'Patient' ORDER BY f.TreatPlanNum
"""


class NothingFound(Exception):
    """There is no such row, or no free time; the text says which."""


@dataclass(frozen=True, slots=True)
class PhoneBooking:
    """A booking that somebody makes at the desk: for a plan or a patient, at a time or at the next free one.

    `at` is office-local, `yyyy-MM-dd HH:mm:ss`; `op` and `prov` are needed with it.
    """

    treat_plan_num: int | None = None
    pat_num: int | None = None
    at: str | None = None
    op: int | None = None
    prov: int | None = None
    minutes: int = 60
    days_ahead: int = 1


def office_of(state: SandboxState, resource: Resource, number: int) -> Office:
    """The office that a row belongs to; raises NothingFound."""
    row = state.store.one(f"SELECT Office FROM {resource.table} WHERE {resource.key} = ?", (number,))
    if row is None:
        raise NothingFound(f"no {resource.table} {number}")
    return office_by_number(state.store, row["Office"])


def act(state: SandboxState, office: Office, handler: Any, body: Any, ids: Sequence[int] = ()) -> Any:
    """Do through the API's own handler what a person does on the screen."""
    with state.store.transaction():
        reply: Reply = handler(Call(state, office, "", body=body, ids=ids))
    return reply.content


def take_payment(
    state: SandboxState, pat_num: int, cents: int, pay_plan_num: int = 0, proc_num: int = 0, note: str = ""
) -> Any:
    """Cash or a cheque at the desk; below zero, money handed back."""
    body = {"PatNum": pat_num, "cents": cents, "PayPlanNum": pay_plan_num, "ProcNum": proc_num, "note": note}
    return act(state, office_of(state, PATIENTS, pat_num), payments.desk_payment, body)


def drop_payment(state: SandboxState, pay_num: int) -> Any:
    """Somebody deletes a payment."""
    office_of(state, PAYMENTS, pay_num)
    with state.store.transaction():
        for table in ("paysplit", "payment"):
            state.store.execute(f"DELETE FROM {table} WHERE PayNum = ?", (pay_num,))
    return {"PayNum": pay_num}


def accept(state: SandboxState, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """The patients sign these Saved plans now."""
    return [_sign(state, number) for number in numbers]


def _sign(state: SandboxState, number: int) -> dict[str, Any]:
    office = office_of(state, TREAT_PLANS, number)
    plan = act(state, office, plans.change, {"isSigned": "true"}, [number])
    fact = state.store.one("SELECT * FROM plan_fact WHERE TreatPlanNum = ?", (number,))
    facts = {"kind": fact["Kind"], "tier": fact["Tier"], "value_cents": fact["ValueCents"]} if fact else {}
    facts |= {"patient_cents": fact["PatientCents"]} if fact else {}
    return {
        "TreatPlanNum": number,
        "PatNum": plan["PatNum"],
        "clinic": office.clinic_num,
        "location": office.name,
        "customer_key": office.key,
        "signed_at": office.utc(plan["DateTSigned"]).isoformat(),
        **facts,
    }


def choose_waiting(state: SandboxState, count: int, seed: int | str) -> list[int]:
    """So many plans that a patient is ready to sign; copies are presented when there are not enough."""
    dice = random.Random(f"{seed}/accept")
    waiting = [row["TreatPlanNum"] for row in state.store.all(WAITING)]
    with state.store.transaction():
        while len(waiting) < count:
            waiting.append(_present_copy(state, dice))
    return dice.sample(waiting, count)


def _present_copy(state: SandboxState, dice: random.Random) -> int:
    """The same proposal made to another patient of the same office."""
    fact = dice.choice(state.store.all("SELECT * FROM plan_fact ORDER BY TreatPlanNum LIMIT 612"))
    people = select(state.store, PATIENTS, fact["Office"], "t.PatStatus = 'Patient'")
    return _copy_for(state, dict(fact), dice.choice(people)["PatNum"])


def present(state: SandboxState, number: int, patient: int) -> dict[str, Any]:
    """The proposal of a plan, made to this patient of the same office."""
    facts = state.store.all("SELECT * FROM plan_fact WHERE TreatPlanNum = ?", (number,))
    if not facts:
        raise NothingFound(f"no plan {number}")
    if not select(state.store, PATIENTS, facts[0]["Office"], "t.PatNum = ?", (patient,)):
        raise NothingFound(f"no patient {patient} in the office of plan {number}")
    with state.store.transaction():
        return {"TreatPlanNum": _copy_for(state, dict(facts[0]), patient), "PatNum": patient}


def _copy_for(state: SandboxState, fact: Row, patient: int) -> int:
    office = office_by_number(state.store, fact["Office"])
    local = office.local_text(state.clock.now())
    old = fact["TreatPlanNum"]
    source = select(state.store, TREAT_PLANS, office.number, "t.TreatPlanNum = ?", (old,))[0]
    fresh = {"PatNum": patient, "DateTP": local[:10], "SecDateTEdit": local, "SecDateEntry": local[:10]}
    unsigned = {"isSigned": "false", "DateTSigned": "0001-01-01 00:00:00", "SignatureText": ""}
    plan = insert(state.store, TREAT_PLANS, office.number, _stored(TREAT_PLANS, source) | fresh | unsigned)
    for row in select(state.store, PROC_TPS, office.number, "t.TreatPlanNum = ?", (old,)):
        original = select(state.store, PROCEDURE_LOGS, office.number, "t.ProcNum = ?", (row["ProcNumOrig"],))[0]
        blank = {"PatNum": patient, "AptNum": 0, "PlannedAptNum": 0, "ProcStatus": "TP", "DateTStamp": local}
        procedure = insert(state.store, PROCEDURE_LOGS, office.number, _stored(PROCEDURE_LOGS, original) | blank)
        for claim in select(state.store, CLAIM_PROCS, office.number, "t.ProcNum = ?", (row["ProcNumOrig"],)):
            ours = {"PatNum": patient, "ProcNum": procedure, "SecDateTEdit": local}
            insert(state.store, CLAIM_PROCS, office.number, _stored(CLAIM_PROCS, claim) | ours)
        moved = {"TreatPlanNum": plan, "PatNum": patient, "ProcNumOrig": procedure, "SecDateTEdit": local}
        insert(state.store, PROC_TPS, office.number, _stored(PROC_TPS, row) | moved)
    values = (plan, office.number, fact["Kind"], fact["Tier"], "acceptable", fact["ValueCents"], fact["PatientCents"])
    state.store.execute("INSERT INTO plan_fact VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    return plan


def _stored(resource: Resource, row: Row) -> Row:
    return {f.name: row[f.name] for f in resource.stored if f.name != resource.key}


def revoke(state: SandboxState, number: int) -> dict[str, Any]:
    """A signature is taken back."""
    office = office_of(state, TREAT_PLANS, number)
    row: dict[str, Any] = act(state, office, plans.change, {"isSigned": "false"}, [number])
    return row


def book_by_phone(state: SandboxState, wish: PhoneBooking) -> dict[str, Any]:
    """Somebody at the desk books: the plan's first-priority procedures of one provider, or a plain visit."""
    if wish.treat_plan_num is not None:
        office = office_of(state, TREAT_PLANS, wish.treat_plan_num)
        first = _first_procedures(state, office, wish.treat_plan_num)
        patient, provider = first[0]["PatNum"], wish.prov or first[0]["ProvNum"]
        pattern = of_procedures(state.store, office, [p["CodeNum"] for p in first])
    elif wish.pat_num is not None:
        office, first, patient = office_of(state, PATIENTS, wish.pat_num), [], wish.pat_num
        found = select(state.store, PATIENTS, office.number, "t.PatNum = ?", (patient,))
        provider, pattern = wish.prov or found[0]["PriProv"], "X" * (wish.minutes // 5)
    else:
        raise NothingFound("give treat_plan_num or pat_num")
    if wish.at is not None and wish.op is not None:
        at, op = wish.at, wish.op
    else:
        at, op = _next_opening(state, office, provider, pattern, wish.days_ahead)
    body = {"PatNum": patient, "Op": op, "AptDateTime": at, "ProvNum": provider, "Pattern": pattern}
    made: dict[str, Any] = act(state, office, appointments.create, body | {"Note": "Booked by phone"})
    for procedure in first:
        act(state, office, procedures.change, {"AptNum": made["AptNum"]}, [procedure["ProcNum"]])
    return made


def _first_procedures(state: SandboxState, office: Office, plan: int) -> list[Row]:
    """Those of the plan's first priority and provider among what is not done yet."""
    planned = "t.TreatPlanNum = ? AND t.ProcNumOrig IN (SELECT ProcNum FROM procedurelog WHERE ProcStatus = 'TP')"
    rows = select(state.store, PROC_TPS, office.number, planned, (plan,))
    if not rows:
        raise NothingFound(f"plan {plan} has no procedures that are still to be done")
    same = [r for r in rows if (r["Priority"], r["ProvNum"]) == (rows[0]["Priority"], rows[0]["ProvNum"])]
    marks = ",".join(str(r["ProcNumOrig"]) for r in same)
    return select(state.store, PROCEDURE_LOGS, office.number, f"t.ProcNum IN ({marks})")


def _next_opening(state: SandboxState, office: Office, provider: int, pattern: str, days: int) -> tuple[str, int]:
    found = openings.first(state.store, office, provider, len(pattern) * 5, state.clock.now(), days)
    if found is None:
        raise NothingFound(f"provider {provider} has no opening of {len(pattern) * 5} minutes")
    return found


def finish_task(state: SandboxState, number: int, status: str = "Done") -> dict[str, Any]:
    """Somebody ticks a task off (or opens it again)."""
    office = office_of(state, TASKS, number)
    row: dict[str, Any] = act(state, office, tasks.change, {"TaskStatus": status}, [number])
    return row


def change_patient(state: SandboxState, number: int, fields: dict[str, Any]) -> dict[str, Any]:
    """The desk changes a patient: status, consent, telephone, ..."""
    office = office_of(state, PATIENTS, number)
    row: dict[str, Any] = act(state, office, patients.change, fields, [number])
    return row


def break_appointment(state: SandboxState, number: int, *, to_list: bool) -> dict[str, Any]:
    """The desk breaks an appointment."""
    office = office_of(state, APPOINTMENTS, number)
    flag = {"sendToUnscheduledList": "true" if to_list else "false"}
    row: dict[str, Any] = act(state, office, appointments.break_it, flag, [number])
    return row


def complete_appointment(state: SandboxState, number: int) -> dict[str, Any]:
    """The visit took place: the desk sets the appointment complete, and with it its procedures."""
    office = office_of(state, APPOINTMENTS, number)
    row: dict[str, Any] = act(state, office, appointments.change, {"AptStatus": "Complete"}, [number])
    return row


def delete_appointment(state: SandboxState, number: int) -> dict[str, Any]:
    """The desk deletes an appointment, which the API cannot."""
    office = office_of(state, APPOINTMENTS, number)
    row: dict[str, Any] = act(state, office, appointments.delete, {}, [number])
    return row


def plan_appointment(state: SandboxState, patient: int, numbers: Sequence[int]) -> dict[str, Any]:
    """The office decides which procedures go together in a coming visit."""
    office = office_of(state, PATIENTS, patient)
    body = {"PatNum": patient, "procNums": list(numbers)}
    row: dict[str, Any] = act(state, office, appointments.plan, body)
    return row


def complete_procedure(state: SandboxState, number: int) -> dict[str, Any]:
    """A procedure is done today."""
    office = office_of(state, PROCEDURE_LOGS, number)
    done = {"ProcStatus": "C", "ProcDate": office.local_text(state.clock.now())[:10]}
    row: dict[str, Any] = act(state, office, procedures.change, done, [number])
    return row


def insurance_pays(state: SandboxState, number: int, paid: int, write_off: int, *, by_plan: bool) -> dict[str, Any]:
    """A claim comes back for a procedure, in cents; `by_plan`: the carrier pays in parts, on an insurance plan."""
    office = office_of(state, PROCEDURE_LOGS, number)
    (procedure,) = select(state.store, PROCEDURE_LOGS, office.number, "t.ProcNum = ?", (number,))
    patient, local = procedure["PatNum"], office.local_text(state.clock.now())
    with state.store.transaction():
        state.store.execute("DELETE FROM claimproc WHERE ProcNum = ?", (number,))
        plan = 0
        if by_plan:
            values = {"PatNum": patient, "Guarantor": patient, "PlanNum": 1, "InsSubNum": 1, "IsDynamic": "false"}
            plan = insert(state.store, PAY_PLANS, office.number, values | {"CompletedAmt": paid})
        values = {"ProcNum": number, "PatNum": patient, "ProvNum": procedure["ProvNum"], "Status": "Received"}
        values |= {"InsPayAmt": paid, "WriteOff": write_off, "PayPlanNum": plan, "SecDateTEdit": local}
        insert(state.store, CLAIM_PROCS, office.number, values | {"ClinicNum": office.clinic_num})
    return {"ProcNum": number, "PayPlanNum": plan}


def adjust(state: SandboxState, fields: dict[str, Any]) -> dict[str, Any]:
    """The desk enters an adjustment."""
    office = office_of(state, PATIENTS, fields["PatNum"])
    types = select(state.store, DEFINITIONS, office.number, "t.Category = ?", (adjustments.TYPES,))
    row: dict[str, Any] = act(state, office, adjustments.create, {"AdjType": types[0]["DefNum"]} | fields)
    return row


def take_off(state: SandboxState, provider: int, first: str, last: str) -> int:
    """A provider will not work from `first` to `last` (office days, both included); says how many shifts fell out."""
    office = office_of(state, PROVIDERS, provider)
    where, given = "t.SchedType = 'Provider' AND t.ProvNum = ? AND t.SchedDate BETWEEN ? AND ?", (provider, first, last)
    with state.store.transaction():
        gone = [row["ScheduleNum"] for row in select(state.store, SCHEDULES, office.number, where, given)]
        for table in ("scheduleop", "schedule"):
            state.store.executemany(f"DELETE FROM {table} WHERE ScheduleNum = ?", [(number,) for number in gone])
    return len(gone)

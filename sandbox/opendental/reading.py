"""GET of every resource: one row by number, or a filtered, paged list in the resource's fixed order."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sandbox.opendental.call import Call, Endpoint, Reply
from sandbox.opendental.resource import Resource, Row, select
from sandbox.opendental.resources import money, people, plans, scheduling, setup, work
from sandbox.opendental.wire import bad, parse

LISTED = (
    setup.CLINICS,
    setup.PROVIDERS,
    setup.OPERATORIES,
    setup.APPOINTMENT_TYPES,
    setup.PROCEDURE_CODES,
    setup.FEES,
    setup.PREFERENCES,
    setup.USERODS,
    scheduling.APPOINTMENTS,
    scheduling.HIST_APPOINTMENTS,
    scheduling.SCHEDULE_OPS,
    people.PATIENTS,
    people.PATIENTS_SIMPLE,
    people.PAT_FIELD_DEFS,
    people.COMMLOGS,
    people.DOCUMENTS,
    plans.TREAT_PLANS,
    plans.PROC_TPS,
    plans.TREAT_PLAN_ATTACHES,
    plans.PROCEDURE_LOGS,
    money.PAYMENTS,
    money.PAY_SPLITS,
    money.PAY_PLAN_CHARGES,
    money.PAY_PLAN_LINKS,
    money.ADJUSTMENTS,
    money.CLAIM_PROCS,
    work.TASK_LISTS,
    work.TASK_NOTES,
    work.SUBSCRIPTIONS,
)
SINGLE = (
    setup.PROVIDERS,
    setup.OPERATORIES,
    setup.PROCEDURE_CODES,
    setup.FEES,
    scheduling.APPOINTMENTS,
    scheduling.SCHEDULES,
    people.PATIENTS,
    people.PAT_FIELDS,
    people.DOCUMENTS,
    plans.PROCEDURE_LOGS,
    money.PAY_PLANS,
    money.PAY_PLAN_LINKS,
    money.CLAIM_PROCS,
    work.TASKS,
)


def find(call: Call, resource: Resource, query: Mapping[str, str]) -> list[Row]:
    """The page of stored rows that a query asks for."""
    filters = resource.filters()
    for name in resource.required_filters:
        if name not in query:
            raise bad(f"{name} is required.")
    conditions: list[str] = []
    values: list[Any] = []
    for name, text in query.items():
        if name not in filters:
            raise bad(f"{name} is not a valid parameter for {resource.name}.")
        conditions.append(filters[name].sql)
        values.append(parse(filters[name].field, text))
    tail = f"LIMIT {call.limit} OFFSET {call.offset}"
    return select(call.store, resource, call.office.number, " AND ".join(conditions), values, tail)


def write_rows(call: Call, resource: Resource, rows: list[Row], *, server_time: str = "") -> list[Row]:
    stamp = {"serverDateTime": server_time} if server_time else {}
    return [call.write(resource, row) | stamp for row in rows]


def list_rows(resource: Resource, call: Call) -> Reply:
    # The server's time is read before the rows, so a change in between is seen again next time (24.3 behaviour).
    time = call.local_now if resource.server_time and not _without_time(resource, call.query) else ""
    return Reply(write_rows(call, resource, find(call, resource, call.query), server_time=time))


def _without_time(resource: Resource, query: Mapping[str, str]) -> bool:
    return resource is setup.PROVIDERS and "ClinicNum" in query


def get_row(resource: Resource, call: Call) -> Reply:
    time = {"serverDateTime": call.local_now} if resource.server_time else {}
    return Reply(call.write(resource, call.row(resource, call.ids[0])) | time)


def list_schedules(call: Call) -> Reply:
    """Today only unless a date is asked for."""
    dated = {"date", "dateStart", "dateEnd"} & set(call.query)
    query = dict(call.query) if dated else {**call.query, "date": call.local_today}
    return Reply(write_rows(call, scheduling.SCHEDULES, find(call, scheduling.SCHEDULES, query)))


def list_definitions(call: Call) -> Reply:
    query = {"includeHidden": "false", **call.query}
    return Reply(write_rows(call, setup.DEFINITIONS, find(call, setup.DEFINITIONS, query)))


def list_pat_fields(call: Call) -> Reply:
    """An array, but a bare object when there is just one match."""
    rows = write_rows(call, people.PAT_FIELDS, find(call, people.PAT_FIELDS, call.query))
    return Reply(rows[0] if len(rows) == 1 else rows)


def get_appt_field(call: Call) -> Reply:
    """One object; its value is empty when the field was never set."""
    for name in ("AptNum", "FieldName"):
        if name not in call.query:
            raise bad(f"{name} is required.")
    rows = find(call, people.APPT_FIELDS, call.query)
    value = rows[0]["FieldValue"] if rows else ""
    return Reply({"AptNum": int(call.query["AptNum"]), "FieldName": call.query["FieldName"], "FieldValue": value})


def list_asap(call: Call) -> Reply:
    query = dict(call.query)
    provider = query.pop("ProvNum", None)
    rows = find(call, scheduling.APPOINTMENTS, {**query, "AptStatus": "ASAP"})
    wanted = [r for r in rows if provider is None or str(r["ProvNum"]) == provider]
    return Reply(write_rows(call, scheduling.APPOINTMENTS, wanted, server_time=call.local_now))


def list_pay_plans(call: Call) -> Reply:
    if not {"PatNum", "Guarantor"} & set(call.query):
        raise bad("PatNum or Guarantor is required.")
    return Reply(write_rows(call, money.PAY_PLANS, find(call, money.PAY_PLANS, call.query)))


ENDPOINTS = (
    Endpoint("GET", "/appointments/ASAP", list_asap),
    Endpoint("GET", "/schedules", list_schedules),
    Endpoint("GET", "/definitions", list_definitions),
    Endpoint("GET", "/patfields", list_pat_fields),
    Endpoint("GET", "/apptfields", get_appt_field),
    Endpoint("GET", "/payplans", list_pay_plans),
    *(Endpoint("GET", f"/{r.name}", partial(list_rows, r)) for r in LISTED),
    *(Endpoint("GET", f"/{r.name}/{{}}", partial(get_row, r)) for r in SINGLE),
)

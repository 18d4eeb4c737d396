"""Adjustments of the ledger: what is added to or taken off an account or one procedure."""

from __future__ import annotations

from sandbox.opendental.call import Call, Endpoint, Reply
from sandbox.opendental.resource import insert, parse_body
from sandbox.opendental.resources.money import ADJUSTMENTS
from sandbox.opendental.resources.people import PATIENTS
from sandbox.opendental.resources.plans import PROCEDURE_LOGS
from sandbox.opendental.resources.setup import DEFINITIONS, PROVIDERS
from sandbox.opendental.wire import bad

TYPES = 1
"""The category of definitions that adjustment types are."""


def create(call: Call) -> Reply:
    """POST /adjustments"""
    required = ("PatNum", "AdjType", "AdjAmt")
    allowed = (*required, "AdjDate", "ProvNum", "AdjNote", "ProcNum", "ClinicNum")
    values = parse_body(ADJUSTMENTS, call.body, allowed=allowed, required=required)
    patient = call.check(PATIENTS, "PatNum", values["PatNum"])
    if call.check(DEFINITIONS, "AdjType", values["AdjType"])["Category"] != TYPES:
        raise bad(f"AdjType is invalid: definition {values['AdjType']} is not an adjustment type.")
    defaults = {"AdjDate": call.local_today, "ProvNum": patient["PriProv"], "ClinicNum": call.office.clinic_num}
    if values.get("ProcNum"):
        procedure = call.check(PROCEDURE_LOGS, "ProcNum", values["ProcNum"])
        defaults |= {"ProvNum": procedure["ProvNum"], "ProcDate": procedure["ProcDate"]}
    if values.get("ProvNum"):
        call.check(PROVIDERS, "ProvNum", values["ProvNum"])
    stamps = {"DateEntry": call.local_today, "SecDateTEdit": call.local_now}
    return call.made(ADJUSTMENTS, insert(call.store, ADJUSTMENTS, call.office.number, defaults | values | stamps))


ENDPOINTS = (Endpoint("POST", "/adjustments", create),)

"""Invented payment plans with good defaults."""

from datetime import UTC, date, datetime
from typing import Any

from domain.payment_plan.production import ProductionItem
from domain.payment_plan.terms import Terms
from domain.plan_life import By
from domain.plan_records import PlanRecord, Proposal

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 17, tzinfo=UTC)
PAULA = By("paula", NOW, TODAY)


def an_item(number: int = 1, cents: int = 60_000, **fields: Any) -> ProductionItem:
    return ProductionItem(str(number), fee_cents=cents, on=TODAY, description=f"Crown {number}", **fields)


def a_proposal(*items: ProductionItem, **terms: Any) -> Proposal:
    wanted: dict[str, Any] = {"first_payment": date(2026, 12, 23), "agreement_date": TODAY, "number_of_payments": 4}
    return Proposal(Terms(**(wanted | terms)), items or (an_item(),))


def a_plan(number: int = 1, **fields: Any) -> PlanRecord:
    values: dict[str, Any] = {
        "id": f"pp_{number}",
        "location": "north",
        "account": "opendental:north",
        "patient_id": "7",
        "first_name": "Ann",
        "last_name": "Example",
        "guarantor_id": "7",
        "guarantor_name": "Ann Example",
        "debit_patient_id": "7",
        "phone": "+12085550142",
        "proposal": a_proposal(an_item(number)),
        "created_at": NOW,
    }
    return PlanRecord.model_validate(values | fields)

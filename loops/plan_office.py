"""Keeps plans in step with the practice management system: files agreements, writes plans, compares posted charges."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import date

import structlog

from connectors.base import (
    Capability,
    DocumentDraft,
    Documents,
    PaymentPlanCharge,
    PaymentPlanDraft,
    PaymentPlans,
    Pms,
    Vendors,
)
from connectors.errors import ConnectorError, InvalidRequest
from domain.location import Location
from domain.payment_plan.comparison import charge_differences
from domain.payment_plan.plan import Charge, ChargeKind
from domain.payment_plan.production import ProductionKind
from domain.plan_records import NOT_IN_PMS, PlanDifference, PlanEvent, PlanRecord, PlanVersion
from loops.plan_ports import Days, Locations, Plans
from loops.ports import Clock

log = structlog.get_logger(__name__)


class PlanOfficeLoop:
    """Every write is looked for by our tag first, so a round may be repeated at any point."""

    name = "plan_office"
    every = 60.0

    def __init__(self, plans: Plans, days: Days, locations: Locations, vendors: Vendors, clock: Clock) -> None:
        self._plans = plans
        self._days = days
        self._locations = locations
        self._vendors = vendors
        self._clock = clock

    async def step(self) -> None:
        for location in self._locations.all():
            for work in (self.file_agreements, self.write_plans, self.compare):
                await asyncio.to_thread(self._guarded, work, location)

    def _guarded(self, work: Callable[[Location], int], location: Location) -> None:
        """The PMS may be down; our rows stand and the next round tries again."""
        try:
            work(location)
        except ConnectorError as down:
            log.warning("plans wait for the PMS", location=location.key, error=type(down).__name__)

    def file_agreements(self, location: Location) -> int:
        """Signed agreements go into the patient's chart. Returns how many did."""
        waiting = self._plans.not_filed(location.key)
        pms = self._vendors.pms(location.key)
        if not waiting or not isinstance(pms, Documents) or Capability.DOCUMENTS not in pms.info.capabilities:
            return 0
        for version in waiting:
            plan = self._plans.readable(version.plan_id)
            if plan is None:
                continue
            document_id = pms.file_document(_document(plan, version))
            self._plans.filed(plan.id, version.number, document_id)
            self._log(plan, "filed", f"the signed agreement is document {document_id} of the PMS")
        return len(waiting)

    def write_plans(self, location: Location) -> int:
        """Plans at work are made in the PMS too. Returns how many were."""
        pms = self._vendors.pms(location.key)
        if not location.payment_plans.write_to_pms or not _keeps_plans(pms):
            return 0
        assert isinstance(pms, PaymentPlans)
        written = 0
        for plan in self._plans.not_in_pms(location.key):
            draft = pms_draft(plan)
            if draft is None:
                continue
            try:
                pms_plan_id = pms.create_payment_plan(draft)
            except InvalidRequest as refused:
                self._log(plan, "pms", f"the PMS does not take this plan: {refused}")
                self._plans.mark(plan.id, {"pms_plan_id": NOT_IN_PMS})
                continue
            self._plans.mark(plan.id, {"pms_plan_id": pms_plan_id})
            self._log(plan, "pms", f"the plan is payment plan {pms_plan_id} of the PMS")
            written += 1
        return written

    def compare(self, location: Location) -> int:
        """Posted charges of both sides, once a day a plan. Returns how many dates differ."""
        pms = self._vendors.pms(location.key)
        if not _keeps_plans(pms):
            return 0
        assert isinstance(pms, PaymentPlans)
        today = self._clock.now().astimezone(location.tz).date()
        found = 0
        for plan in self._plans.to_compare(location.key, today):
            if plan.pms_plan_id != NOT_IN_PMS:
                theirs = pms.payment_plan_charges(plan.pms_plan_id)
                rows = list(differences(plan, [_charge(each) for each in theirs], today))
                self._days.replace_differences(plan.id, rows)
                found += len(rows)
            self._plans.mark(plan.id, {"compared_on": today})
        return found

    def _log(self, plan: PlanRecord, kind: str, text: str) -> None:
        self._plans.log(plan.id, [PlanEvent(at=self._clock.now(), actor="chairtime", kind=kind, text=text)])


def pms_draft(plan: PlanRecord) -> PaymentPlanDraft | None:
    """The plan in the PMS's terms; None when it has nothing that the PMS could attach."""
    in_force = plan.plan
    if in_force is None:
        return None
    procedures = tuple(item.id for item in in_force.production if item.kind is ProductionKind.PROCEDURE)
    if not procedures:
        return None
    terms = in_force.terms
    outside = plan.guarantor_id if plan.guarantor_id != plan.patient_id else ""
    return PaymentPlanDraft(
        patient_id=plan.patient_id,
        guarantor_id=outside,
        procedure_ids=procedures,
        agreed_on=terms.agreement_date or terms.first_payment,
        first_due=terms.first_payment,
        payment_cents=in_force.payment_cents,
        down_payment_cents=terms.down_payment_cents,
        apr=terms.apr_percent,
        interest_from=terms.interest_from,
        frequency=terms.frequency.value,
        treat_planned=terms.treatment_planned.value,
        note="Agreed with Chairtime",
        tag=plan.id,
    )


def differences(plan: PlanRecord, theirs: list[Charge], today: date) -> Iterator[PlanDifference]:
    """Every date on which the two sides differ, as a row with its explanation."""
    if plan.plan is None:
        return
    for each in charge_differences(plan.plan, theirs, today):
        yield PlanDifference(
            plan_id=plan.id,
            day=each.date,
            our_principal_cents=each.our_principal_cents,
            our_interest_cents=each.our_interest_cents,
            pms_principal_cents=each.pms_principal_cents,
            pms_interest_cents=each.pms_interest_cents,
            explanation=each.explanation.value,
            seen_on=today,
        )


def _keeps_plans(pms: Pms) -> bool:
    return isinstance(pms, PaymentPlans) and Capability.PAYMENT_PLANS in pms.info.capabilities


def _charge(row: PaymentPlanCharge) -> Charge:
    kind = ChargeKind.OFFSET if row.offset else ChargeKind.PERIOD
    return Charge(row.day, row.procedure_id, row.principal_cents, row.interest_cents, kind, note=row.note)


def _document(plan: PlanRecord, version: PlanVersion) -> DocumentDraft:
    return DocumentDraft(
        patient_id=plan.patient_id,
        title=f"Payment plan agreement, version {version.number}",
        extension=".pdf",
        content=version.signed_agreement,
        tag=f"{plan.id}-{version.number}",
    )

"""What the practice management system says of a plan's people and production."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from activities.standing import textable
from connectors.base import Pms
from connectors.errors import ConnectorError
from connectors.plan_roles import LedgerItem, Production
from domain.location import Location
from domain.payment_plan.production import ProcedureStatus, ProductionItem, ProductionKind
from domain.people import Patient
from domain.plan_records import PlanRecord
from domain.treatment_plan import PlannedProcedure
from domain.treatment_plan import ProcedureStatus as PlannedStatus

_GONE = frozenset({PlannedStatus.DELETED, PlannedStatus.INACTIVE, PlannedStatus.REFERRED})


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays, on whose account the debits go, and where texts go."""

    guarantor_id: str
    name: str
    debit_patient_id: str
    phone: str
    language: str
    state: str

    def fields(self) -> dict[str, str]:
        """As fields of the plan's record."""
        return {
            "guarantor_id": self.guarantor_id,
            "guarantor_name": self.name,
            "debit_patient_id": self.debit_patient_id,
            "phone": self.phone,
            "language": self.language,
            "patient_state": self.state,
        }


def payer(pms: Pms, patient: Patient, guarantor_id: str, location: Location) -> Payer:
    """The guarantor: the family's when none is named. One outside the family has the debits on their own account."""
    wanted = guarantor_id or patient.guarantor_id or patient.id
    guarantor = patient if wanted == patient.id else pms.patient(wanted)
    same_family = (guarantor.guarantor_id or guarantor.id) == (patient.guarantor_id or patient.id)
    language = guarantor.language or "en"
    may_text = not textable(guarantor, location.languages)
    return Payer(
        guarantor_id=guarantor.id,
        name=f"{guarantor.first_name} {guarantor.last_name}".strip(),
        debit_patient_id=patient.id if same_family else guarantor.id,
        phone=(guarantor.mobile or "") if may_text else "",
        language=language if language in location.languages else "en",
        state=guarantor.state,
    )


@dataclass(frozen=True, slots=True)
class Account:
    """What a payment plan could pay of a patient's account. `taken`: item id to the PMS's payment plan that has it;
    `insured`: items that an insurance payment plan covers too."""

    items: tuple[ProductionItem, ...]
    taken: Mapping[str, str]
    insured: frozenset[str]

    def free(self, pms_plan_id: str) -> list[ProductionItem]:
        """Items on no other plan of the PMS, with something left to pay."""
        mine = ("", pms_plan_id)
        return [item for item in self.items if self.taken.get(item.id, "") in mine and item.amount_end_cents > 0]


def account_of(pms: Pms, patient_id: str, treatment_plan_id: str) -> Account:
    """Read from the PMS now; one that keeps no ledger for us tells of the treatment plan's procedures only."""
    if isinstance(pms, Production):
        rows = pms.production(patient_id, treatment_plan_id)
        taken = {row.id: row.plan_id for row in rows if row.plan_id}
        return Account(_ledger(rows), taken, frozenset(row.id for row in rows if row.on_insurance_plan))
    if not treatment_plan_id:
        return Account((), {}, frozenset())
    found = pms.plan(treatment_plan_id, patient_id)
    return Account(production_of(found.procedures, estimated=found.estimates_insurance), {}, frozenset())


def _ledger(rows: Iterable[LedgerItem]) -> tuple[ProductionItem, ...]:
    return tuple(
        ProductionItem(
            id=row.id,
            kind=ProductionKind.ADJUSTMENT if row.adjustment else ProductionKind.PROCEDURE,
            status=ProcedureStatus.COMPLETE if row.done else ProcedureStatus.TREATMENT_PLANNED,
            fee_cents=row.fee_cents,
            quantity=row.quantity,
            adjustments_cents=row.adjustments_cents,
            insurance_cents=row.insurance_cents,
            write_off_cents=row.write_off_cents,
            discount_cents=row.discount_cents,
            tax_cents=row.tax_cents,
            prior_payments_cents=row.prior_payments_cents,
            on=row.day or date.min,
            provider=row.provider_id,
            clinic=row.clinic_id,
            description=row.description,
        )
        for row in rows
    )


def production_of(rows: Iterable[PlannedProcedure], *, estimated: bool) -> tuple[ProductionItem, ...]:
    """Procedures as production; where insurance was estimated, it pays what the patient's portion leaves."""
    return tuple(
        ProductionItem(
            id=row.id,
            status=_status(row),
            fee_cents=row.fee_cents,
            insurance_cents=max(0, row.fee_cents - row.patient_cents) if estimated else 0,
            provider=row.provider_id,
            description=f"{row.code} {row.description}".strip(),
        )
        for row in rows
        if row.status not in _GONE
    )


def waits(record: PlanRecord) -> bool:
    """Whether planned work of this plan may have been done since."""
    items = record.plan.production if record.plan else ()
    return any(item.status is ProcedureStatus.TREATMENT_PLANNED for item in items)


def heard(pms: Pms, record: PlanRecord) -> Account | None:
    """The plan's items as they are now; None when the PMS cannot say at present."""
    try:
        account = account_of(pms, record.patient_id, record.treatment_plan_id)
    except ConnectorError:
        return None
    mine = {item.id for item in record.shown_plan.production}
    return replace(
        account,
        items=tuple(item for item in account.items if item.id in mine),
        insured=frozenset(mine & account.insured),
    )


def _status(row: PlannedProcedure) -> ProcedureStatus:
    done = row.status is PlannedStatus.COMPLETED
    return ProcedureStatus.COMPLETE if done else ProcedureStatus.TREATMENT_PLANNED

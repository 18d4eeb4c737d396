"""What the practice management system says of a plan's people and production."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from activities.standing import textable
from connectors.base import Pms
from connectors.errors import ConnectorError
from domain.location import Location
from domain.payment_plan.production import ProcedureStatus, ProductionItem
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
    return bool(record.treatment_plan_id) and any(item.status is ProcedureStatus.TREATMENT_PLANNED for item in items)


def heard(pms: Pms, record: PlanRecord) -> Sequence[ProductionItem]:
    """The plan's procedures as they are now; none when the PMS cannot say at present."""
    try:
        treatment_plan = pms.plan(record.treatment_plan_id, record.patient_id)
    except ConnectorError:
        return ()
    mine = {item.id for item in record.shown_plan.production}
    return [
        item
        for item in production_of(treatment_plan.procedures, estimated=treatment_plan.estimates_insurance)
        if item.id in mine
    ]


def _status(row: PlannedProcedure) -> ProcedureStatus:
    done = row.status is PlannedStatus.COMPLETED
    return ProcedureStatus.COMPLETE if done else ProcedureStatus.TREATMENT_PLANNED

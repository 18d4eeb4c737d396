"""What a PMS may do about payment plans: tell what of an account a plan could pay, keep plans of its own."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True)


class LedgerItem(_Wire):
    """A procedure or a positive adjustment of a patient that a payment plan may pay, with what is known to come off.

    Insurance and write-offs are what was paid, or the estimate until then. ``adjustments_cents`` are those of the same
    patient, provider and clinic; ``discount_cents`` and ``tax_cents`` count while the work is planned.
    ``prior_payments_cents`` are the patient's payments on it outside any plan. ``plan_id``: the payment plan of the PMS
    that has it. ``on_insurance_plan``: an insurance payment plan covers it too.
    """

    id: str
    adjustment: bool = False
    done: bool = True
    day: date | None = None
    description: str = ""
    provider_id: str = ""
    clinic_id: str = ""
    fee_cents: int = 0
    quantity: int = 1
    adjustments_cents: int = 0
    insurance_cents: int = 0
    write_off_cents: int = 0
    discount_cents: int = 0
    tax_cents: int = 0
    prior_payments_cents: int = 0
    plan_id: str = ""
    on_insurance_plan: bool = False


@runtime_checkable
class Production(Protocol):
    """A PMS that tells what of a patient's account a payment plan could pay."""

    def production(self, patient_id: str, treatment_plan_id: str = "") -> Sequence[LedgerItem]:
        """Planned and completed procedures, and positive adjustments that name no procedure."""
        ...


class PaymentPlanItem(_Wire):
    """An item on a payment plan by its id (see LedgerItem); an override of 0 means none."""

    id: str
    override_cents: int = 0


class PaymentPlanDraft(_Wire):
    """Terms of a payment plan to be written to the PMS: exactly one of ``payment_cents`` and ``payments``.

    ``apr`` is the yearly rate in percent; ``tag`` is our own reference and stands in the plan's note.
    """

    patient_id: str
    guarantor_id: str = ""
    items: tuple[PaymentPlanItem, ...]
    locked: bool = False
    agreed_on: date
    first_due: date
    payment_cents: int = 0
    payments: int = 0
    down_payment_cents: int = 0
    apr: Decimal = Decimal(0)
    interest_from: date | None = None
    frequency: Literal["weekly", "every_other_week", "monthly", "quarterly", "ordinal_weekday"] = "monthly"
    treat_planned: Literal["await_complete", "treat_as_complete"] = "await_complete"
    note: str = ""
    tag: str


class PaymentPlanCharge(_Wire):
    """A posted charge of a payment plan; the PMS keeps no future ones. ``offset``: mends an overcharge."""

    id: str
    day: date
    principal_cents: int
    interest_cents: int
    note: str = ""
    procedure_id: str = ""
    offset: bool = False


class PaymentPlanTerms(_Wire):
    """What the PMS holds of a payment plan."""

    payment_cents: int
    down_payment_cents: int
    apr: Decimal
    agreed_on: date | None
    first_due: date | None
    interest_from: date | None
    frequency: str
    treat_planned: str
    guarantor_id: str
    locked: bool
    closed: bool
    items: tuple[PaymentPlanItem, ...]


@runtime_checkable
class PaymentPlans(Protocol):
    """A PMS with Capability.PAYMENT_PLANS."""

    def create_payment_plan(self, draft: PaymentPlanDraft) -> str:
        """Looked for by ``tag`` first, so creating it twice makes one. Returns the plan's id."""
        ...

    def change_payment_plan(self, plan_id: str, draft: PaymentPlanDraft) -> None:
        """Write the terms and items that the vendor lets change; the rest stays as it is there. May be repeated."""
        ...

    def payment_plan(self, plan_id: str) -> PaymentPlanTerms: ...
    def payment_plan_charges(self, plan_id: str) -> Sequence[PaymentPlanCharge]: ...
    def close_payment_plan(self, plan_id: str) -> None: ...

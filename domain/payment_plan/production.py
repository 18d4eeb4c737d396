"""Production attached to a plan: procedures and adjustments, and what the patient owes on each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.money import Cents, format_usd
from domain.payment_plan.terms import TreatmentPlanned


class ProductionKind(StrEnum):
    """What is attached."""

    PROCEDURE = "procedure"
    ADJUSTMENT = "adjustment"


class ProcedureStatus(StrEnum):
    """Done, or still planned. Adjustments count as complete."""

    COMPLETE = "C"
    TREATMENT_PLANNED = "TP"


@dataclass(frozen=True, slots=True)
class ProductionItem:
    """One procedure or adjustment on a plan. It may be on one plan only.

    `adjustments_cents` are those explicitly linked to the procedure (see `linked_adjustments_cents`). Insurance and
    write-offs are what was paid, or the estimate until then; pre-authorisations never count. `discount_cents` and
    `tax_cents` (estimated sales tax) count while the work is planned: once done they are adjustments.
    `prior_payments_cents` are the patient's payments on the item outside the plan. `override_cents` of zero means none.
    """

    id: str
    kind: ProductionKind = ProductionKind.PROCEDURE
    status: ProcedureStatus = ProcedureStatus.COMPLETE
    fee_cents: Cents = 0
    quantity: int = 1
    adjustments_cents: Cents = 0
    insurance_cents: Cents = 0
    write_off_cents: Cents = 0
    discount_cents: Cents = 0
    tax_cents: Cents = 0
    prior_payments_cents: Cents = 0
    override_cents: Cents = 0
    on: date = date.min
    completed_on: date | None = None
    ortho: bool = False
    provider: str = ""
    clinic: str = ""
    description: str = ""

    @property
    def amount_original_cents(self) -> Cents:
        """The amount before payments, adjustments and insurance."""
        return self.fee_cents * self.quantity

    @property
    def amount_end_cents(self) -> Cents:
        """What is owed after payments, adjustments and insurance."""
        planned = self.tax_cents - self.discount_cents if self.status is ProcedureStatus.TREATMENT_PLANNED else 0
        taken_off = self.insurance_cents + self.write_off_cents + self.prior_payments_cents
        return self.amount_original_cents + self.adjustments_cents + planned - taken_off

    @property
    def amount_cents(self) -> Cents:
        """What the plan charges in all for the item: the override when there is one."""
        return self.override_cents or self.amount_end_cents

    def is_complete(self, day: date) -> bool:
        """Whether the work was done by the end of `day`."""
        if self.kind is ProductionKind.ADJUSTMENT:
            return True
        done = self.status is ProcedureStatus.COMPLETE
        return done and (self.completed_on is None or self.completed_on <= day)


@dataclass(frozen=True, slots=True)
class LinkedAdjustment:
    """An adjustment of the ledger that names a procedure."""

    amount_cents: Cents
    patient: str
    provider: str
    clinic: str


def linked_adjustments_cents(
    adjustments: Iterable[LinkedAdjustment], patient: str, provider: str, clinic: str
) -> Cents:
    """Sum of the adjustments that change a procedure's amount: same patient, provider and clinic. Others must be
    attached."""
    same = (patient, provider, clinic)
    return sum(each.amount_cents for each in adjustments if (each.patient, each.provider, each.clinic) == same)


def attach_problem(item: ProductionItem, other_plan: str | None) -> str | None:
    """Why an item cannot be attached to a plan, or None. `other_plan` names the plan that already has it."""
    if other_plan is not None:
        return f"{item.id} is already on payment plan {other_plan}; an item may be on one plan only."
    if item.kind is ProductionKind.ADJUSTMENT and item.amount_end_cents < 0:
        return (
            f"Adjustment {item.id} of {format_usd(item.amount_end_cents)} is negative; attach it to a procedure "
            "that the plan pays instead."
        )
    return None


def portion_problems(production: Sequence[ProductionItem], insured: Iterable[str]) -> list[str]:
    """Items that an insurance payment plan covers too, by id, and that lack the patient's portion as their override."""
    covered = set(insured)
    return [
        f"{item.id} is on an insurance payment plan too; enter the patient's portion as its amount override."
        for item in production
        if item.id in covered and not item.override_cents
    ]


def lock_amounts(production: Sequence[ProductionItem]) -> tuple[ProductionItem, ...]:
    """Full lock: each amount becomes its own override, so later insurance or adjustments no longer move the plan."""
    return tuple(replace(item, override_cents=item.amount_cents) for item in production)


def charge_order(production: Sequence[ProductionItem], day: date) -> list[ProductionItem]:
    """The order in which items are charged: planned work last, then by date, then ortho, procedures, adjustments.

    Items equal in all of that keep the order in which they were attached.
    """
    return sorted(
        production,
        key=lambda item: (
            not item.is_complete(day),
            item.on,
            not item.ortho,
            item.kind is ProductionKind.ADJUSTMENT,
        ),
    )


def display_order(production: Sequence[ProductionItem], day: date) -> list[ProductionItem]:
    """The order of the production list: by date, then ortho, completed procedures, adjustments, planned work."""

    def rank(item: ProductionItem) -> int:
        if item.ortho:
            return 0
        if item.kind is ProductionKind.ADJUSTMENT:
            return 2
        return 1 if item.is_complete(day) else 3

    return sorted(production, key=lambda item: (item.on, rank(item)))


def chargeable(production: Sequence[ProductionItem], handling: TreatmentPlanned, day: date) -> list[ProductionItem]:
    """Items whose amount may be charged on `day`, in the order of charging."""
    ordered = charge_order(production, day)
    if handling is TreatmentPlanned.TREAT_AS_COMPLETE:
        return ordered
    return [item for item in ordered if item.is_complete(day)]


def total_cents(production: Iterable[ProductionItem]) -> Cents:
    """Sum of the items' amounts."""
    return sum(item.amount_cents for item in production)

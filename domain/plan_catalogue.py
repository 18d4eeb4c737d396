"""What the office has prepared for payment plans: categories, named sets of terms, the words of the agreement."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from string import Template

from pydantic import BaseModel, ConfigDict

from domain.money import Cents
from domain.payment_plan.frequency import Frequency, period_date
from domain.payment_plan.terms import DEFAULT_PAYMENTS, Terms, TreatmentPlanned

FIELDS = ("patient", "guarantor", "practice", "phone", "date", "first_payment", "payment", "payments", "apr",
          "down_payment", "principal", "total", "notice_days", "with_down_payment", "down_payment_first",
          "planned_work")  # fmt: skip
"""Replacement fields of the terms and conditions, written as $name; the last three are words, or nothing."""


class PlanTemplate(BaseModel):
    """A named set of terms without dates and amounts; the first payment is `first_after` periods after agreement."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    name: str
    number_of_payments: int | None = DEFAULT_PAYMENTS
    payment_cents: Cents | None = None
    frequency: Frequency = Frequency.MONTHLY
    apr_percent: Decimal = Decimal(0)
    down_payment_percent: Decimal = Decimal(0)
    no_interest_payments: int = 0
    treatment_planned: TreatmentPlanned = TreatmentPlanned.AWAIT_COMPLETE
    locked: bool = False
    first_after: int = 1

    def terms(self, today: date, principal_cents: Cents) -> Terms:
        """The terms of a plan agreed today."""
        down = int(principal_cents * self.down_payment_percent / 100)
        return Terms(
            first_payment=period_date(self.frequency, today, self.first_after),
            agreement_date=today,
            frequency=self.frequency,
            apr_percent=self.apr_percent,
            number_of_payments=self.number_of_payments,
            payment_cents=self.payment_cents,
            down_payment_cents=down,
            no_interest_payments=self.no_interest_payments,
            treatment_planned=self.treatment_planned,
            locked=self.locked or self.apr_percent > 0,
        )


class PlanCatalogue(BaseModel):
    """`agreement` and `card_permission` are by language; English is always there. The first template is the default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    categories: tuple[str, ...]
    templates: tuple[PlanTemplate, ...]
    agreement: Mapping[str, str]
    card_permission: Mapping[str, str]

    def template(self, key: str = "") -> PlanTemplate:
        """The template of that key, "" for the default; KeyError names the ones there are."""
        found = [each for each in self.templates if key in ("", each.key)]
        if not found:
            raise KeyError(f"no plan template {key!r}; known: {', '.join(each.key for each in self.templates)}")
        return found[0]


def filled(words: Mapping[str, str], language: str, fields: Mapping[str, str]) -> str:
    """The words in a language (English when there is no other) with the replacement fields filled in.

    Raises KeyError for a field that is not known.
    """
    return Template(words.get(language, words["en"])).substitute(fields)

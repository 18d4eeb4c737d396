"""The PMS's payments beside a plan's: what was paid at the desk, and where the two ledgers do not agree.

What the PMS counts for a plan: parts of payments that it ties to the plan, and parts on a procedure of the plan beyond
what the plan does not cover. Payments that carry our own reference were made by us and are never money from the desk.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.money import Cents
from domain.payment_plan.plan import PaymentPlan, PaymentSplit
from domain.plan_money import receive
from domain.plan_records import Collection, CollectionState

TYPED = "typed"
"""The source of money that staff typed into the plan; it becomes the PMS's payment once that is seen there."""

PMS = "pms:"
"""Begins the source of money that was read from the PMS; its payment's id follows."""


_OUR_TAG = re.compile(r"\[(pc|dep)_[0-9a-f]+\]")


@dataclass(frozen=True, slots=True)
class LedgerPart:
    """A part of one PMS payment. `plan_id`: the PMS's plan that it is tied to; `procedure_id`: what it pays;
    `unearned`: it waits there, as a prepayment."""

    payment_id: str
    day: date
    cents: Cents
    plan_id: str = ""
    procedure_id: str = ""
    unearned: bool = False


@dataclass(frozen=True, slots=True)
class LedgerHead:
    """One PMS payment: its whole amount, and the words in it that may hold a reference of ours."""

    payment_id: str
    cents: Cents
    words: str = ""

    def names(self, reference: str) -> bool:
        """Whether it carries this reference of ours."""
        return bool(reference) and reference in self.words

    @property
    def is_ours(self) -> bool:
        """Whether we made it: for this plan, for another one, or for a deposit. Our references stand in brackets."""
        return _OUR_TAG.search(self.words) is not None


@dataclass(frozen=True, slots=True)
class Heard:
    """Money that the desk took for the plan and that is not counted yet. `on_charges_cents` of it stand on the plan in
    the PMS; the rest waits there, or stands on a procedure."""

    payment_id: str
    day: date
    cents: Cents
    on_charges_cents: Cents = 0


class MoneyExplanation(StrEnum):
    """Why a payment differs, and what a person does about it; `{}` is the payment's name."""

    REFUND = (
        "the money went back to the card, but the PMS takes no refund of a plan's payment from other programs; enter "
        "the refund there by hand, on the payment plan or with {} in its note"
    )
    CHANGED = "this card payment was changed or deleted in the PMS; put it right there, its reference is {}"
    NOT_POSTED = "the card payment is not in the PMS yet; it is being tried again, its reference is {}"
    DESK_CHANGED = "this desk payment ({}) was counted on the plan and changed in the PMS since; correct the plan"
    TAKEN_BACK = "the PMS took money back on this plan with payment {}; no refund of ours says why; correct the plan"
    NOT_ON_PLAN = "desk payment {} counts on the plan, but in the PMS it stands on the procedure; attach it to the plan"
    TYPED_ONLY = "typed here as taken at the desk, but no such payment is in the PMS; enter it there"


@dataclass(frozen=True, slots=True)
class MoneyDifference:
    """A payment that is not the same on both sides. `reference` is ours or the PMS's id of it."""

    reference: str
    day: date
    our_cents: Cents
    pms_cents: Cents
    why: MoneyExplanation

    @property
    def explanation(self) -> str:
        """In words, with the payment's name."""
        return self.why.value.format(self.reference)


@dataclass(frozen=True, slots=True)
class Ledgers:
    """Both sides. `pms_plan_id` may be "" (the PMS does not keep this plan); `ours` names payments that we made."""

    plan: PaymentPlan
    pms_plan_id: str
    since: date
    collections: tuple[Collection, ...]
    parts: tuple[LedgerPart, ...]
    heads: Mapping[str, LedgerHead]

    def counted(self) -> dict[str, Cents]:
        """What of each payment counts for this plan, in the order of their dates."""
        allowance = {item.id: _uncovered(self.plan, item.id) for item in self.plan.production}
        sums: dict[str, Cents] = {}
        for part in sorted(self.parts, key=lambda part: (part.day, part.payment_id)):
            cents = part.cents if self._is_tied(part) else self._beyond(part, allowance)
            sums[part.payment_id] = sums.get(part.payment_id, 0) + cents
        return {payment_id: cents for payment_id, cents in sums.items() if cents}

    def tied(self, payment_id: str) -> Cents:
        """What of this payment the PMS ties to the plan itself."""
        return sum(part.cents for part in self.parts if part.payment_id == payment_id and self._is_tied(part))

    def on_charges(self, payment_id: str) -> Cents:
        """What of this payment the PMS ties to the plan and does not let wait."""
        mine = [part for part in self.parts if part.payment_id == payment_id and self._is_tied(part)]
        return max(0, sum(part.cents for part in mine if not part.unearned))

    def total(self, payment_id: str) -> Cents:
        """All of this payment that stands on these people's accounts."""
        return sum(part.cents for part in self.parts if part.payment_id == payment_id)

    def day_of(self, payment_id: str) -> date:
        return min(part.day for part in self.parts if part.payment_id == payment_id)

    def strangers(self) -> list[str]:
        """Payments that may be news from the desk: we must look at what they say of themselves."""
        ours = {row.ledger_id for row in self.collections if row.ledger_id}
        return [
            payment_id
            for payment_id, cents in self.counted().items()
            if payment_id not in ours and cents != from_source(self.plan, f"{PMS}{payment_id}")
        ]

    def is_ours(self, payment_id: str) -> bool:
        head = self.heads.get(payment_id)
        return any(row.ledger_id == payment_id for row in self.collections) or (head is not None and head.is_ours)

    def names(self, payment_id: str, reference: str) -> bool:
        head = self.heads.get(payment_id)
        return head is not None and head.names(reference)

    def is_transfer(self, payment_id: str) -> bool:
        """Money moved inside the PMS, such as a deposit put on the plan: nobody paid anything."""
        head = self.heads.get(payment_id)
        return (head.cents if head is not None else self.total(payment_id)) == 0

    def _is_tied(self, part: LedgerPart) -> bool:
        return bool(self.pms_plan_id) and part.plan_id == self.pms_plan_id

    def _beyond(self, part: LedgerPart, allowance: dict[str, Cents]) -> Cents:
        """What a payment on a procedure pays of the plan's share of it; the rest of its price comes first."""
        if part.plan_id or part.procedure_id not in allowance or part.day < self.since:
            return 0
        outside = max(0, min(part.cents, allowance[part.procedure_id]))
        allowance[part.procedure_id] -= outside
        return part.cents - outside


def heard(ledgers: Ledgers) -> list[Heard]:
    """Desk payments that the plan does not count yet, oldest first.

    What was moved inside the PMS is our own money first (a deposit, a card payment that found no charge); only beyond
    that is it money that the patient had there before.
    """
    found: list[Heard] = []
    own = _own_money_elsewhere(ledgers)
    for payment_id, cents in ledgers.counted().items():
        if ledgers.is_ours(payment_id):
            continue
        if ledgers.is_transfer(payment_id):
            covered = min(own, max(0, cents))
            own, cents = own - covered, cents - covered
        news = cents - from_source(ledgers.plan, f"{PMS}{payment_id}")
        if news > 0:
            found.append(Heard(payment_id, ledgers.day_of(payment_id), news, ledgers.on_charges(payment_id)))
    return found


def with_heard(plan: PaymentPlan, heard: Iterable[Heard], today: date) -> tuple[PaymentPlan, Cents]:
    """The plan with the desk's money, each PMS payment once, and what of it was new. Typed money is that money.

    On a plan with interest, money beyond what is due lowers the principal that bears it wherever it does so in the PMS.
    """
    new, bears_interest = 0, plan.terms.apr_percent > 0
    for each in heard:
        source = f"{PMS}{each.payment_id}"
        known = min(each.cents, from_source(plan, TYPED))
        plan = _renamed(plan, known, TYPED, source)
        if each.cents > known:
            waits = max(0, each.cents - known - each.on_charges_cents) if bears_interest else None
            plan = receive(plan, each.cents - known, today, source, waits)
            new += each.cents - known
    return plan, new


def money_differences(ledgers: Ledgers) -> list[MoneyDifference]:
    """Every payment that the two sides do not tell alike, oldest first."""
    found = [*_card_payments(ledgers), *_desk_payments(ledgers)]
    return sorted(found, key=lambda each: (each.day, each.reference))


def from_source(plan: PaymentPlan, source: str) -> Cents:
    """Money on the plan that came from there."""
    return sum(split.amount_cents for split in plan.splits if split.source == source)


def _card_payments(ledgers: Ledgers) -> Iterator[MoneyDifference]:
    loose = -sum(cents for cents in _unexplained_refunds(ledgers).values())
    for row in sorted(ledgers.collections, key=lambda row: row.day):
        if not row.paid_cents or row.paid_at is None:
            continue
        if not row.ledger_id:
            yield MoneyDifference(row.id, row.day, row.paid_cents, 0, MoneyExplanation.NOT_POSTED)
            continue
        there = ledgers.total(row.ledger_id) + _named_refunds(ledgers, row)
        expected = row.paid_cents - row.refunded_cents
        used = min(loose, max(0, there - expected))
        loose, there = loose - used, there - used
        if there != expected:
            why = MoneyExplanation.REFUND if there > expected else MoneyExplanation.CHANGED
            yield MoneyDifference(row.id, row.day, expected, there, why)


def _desk_payments(ledgers: Ledgers) -> Iterator[MoneyDifference]:
    counted = ledgers.counted()
    for source in dict.fromkeys(split.source for split in ledgers.plan.splits if split.source.startswith(PMS)):
        payment_id, ours = source.removeprefix(PMS), from_source(ledgers.plan, source)
        theirs = counted.get(payment_id, 0)
        day = next(split.paid_on for split in ledgers.plan.splits if split.source == source) or ledgers.since
        if ours > theirs:
            yield MoneyDifference(payment_id, day, ours, theirs, MoneyExplanation.DESK_CHANGED)
        elif ledgers.pms_plan_id and (tied := ledgers.tied(payment_id)) < ours:
            yield MoneyDifference(payment_id, day, ours, tied, MoneyExplanation.NOT_ON_PLAN)
    if typed := from_source(ledgers.plan, TYPED):
        day = max(split.paid_on or ledgers.since for split in ledgers.plan.splits if split.source == TYPED)
        yield MoneyDifference(TYPED, day, typed, 0, MoneyExplanation.TYPED_ONLY)
    refunded = sum(row.refunded_cents for row in ledgers.collections)
    for payment_id, cents in _unexplained_refunds(ledgers).items():
        refunded += cents
        if refunded < 0:
            day = ledgers.day_of(payment_id)
            yield MoneyDifference(payment_id, day, 0, max(cents, refunded), MoneyExplanation.TAKEN_BACK)
            refunded = 0


def _named_refunds(ledgers: Ledgers, row: Collection) -> Cents:
    """What payments below zero that carry this collection's reference took back; a negative number."""
    named = [head for head in ledgers.heads.values() if head.names(row.id) and head.payment_id != row.ledger_id]
    return sum(head.cents for head in named if head.cents < 0)


def _unexplained_refunds(ledgers: Ledgers) -> dict[str, Cents]:
    """Payments below zero on the plan that name no payment of ours; each a negative number."""
    return {
        payment_id: cents
        for payment_id, cents in ledgers.counted().items()
        if cents < 0
        and not ledgers.is_ours(payment_id)
        and not ledgers.is_transfer(payment_id)
        and not any(ledgers.names(payment_id, row.id) for row in ledgers.collections)
    }


def _own_money_elsewhere(ledgers: Ledgers) -> Cents:
    """Our payments and the deposit, as far as the PMS does not tie them to the plan."""
    posted = [row for row in ledgers.collections if row.ledger_id and row.state is not CollectionState.REFUNDED]
    loose = sum(max(0, ledgers.total(row.ledger_id) - ledgers.tied(row.ledger_id)) for row in posted)
    deposits = {split.source for split in ledgers.plan.splits if split.source.startswith("dep_")}
    return loose + sum(from_source(ledgers.plan, source) for source in deposits)


def _uncovered(plan: PaymentPlan, item_id: str) -> Cents:
    """The part of the item's price that the plan does not cover, because an override makes it less."""
    item = plan.item(item_id)
    return max(0, replace(item, override_cents=0).amount_cents - item.amount_cents)


def _renamed(plan: PaymentPlan, cents: Cents, old: str, new: str) -> PaymentPlan:
    """The plan with this much of its money from `old` called `new`."""
    splits: list[PaymentSplit] = []
    for split in plan.splits:
        part = min(cents, split.amount_cents) if split.source == old else 0
        if part > 0:
            cents -= part
            splits.append(replace(split, amount_cents=part, source=new))
            split = replace(split, amount_cents=split.amount_cents - part)
        if split.amount_cents:
            splits.append(split)
    return replace(plan, splits=tuple(splits))

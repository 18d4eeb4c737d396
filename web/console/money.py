"""Deposits as the staff's pages show them; the card is asked for at that moment and nowhere kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.deposit_decisions import CardFacts, DecisionKind, left_cents, refusal
from domain.records import CaseRecord, DepositRecord
from web.console.desk import Desk


@dataclass(frozen=True, slots=True)
class Money:
    """One deposit as the case page shows it. ``card`` None: the card processor does not say."""

    deposit: DepositRecord
    card: CardFacts | None
    asked: bool
    may_refund: bool
    may_keep: bool
    why_not: str

    @property
    def left_cents(self) -> int:
        return left_cents(self.deposit)


def moneys(at: Desk, case: CaseRecord, deposits: Sequence[DepositRecord]) -> list[Money]:
    """Every deposit with its card; after one silence the others are not asked for, so that the page comes soon."""
    shown, silent = list[Money](), False
    for deposit in deposits:
        asked = bool(deposit.payment_id)
        card = at.deps.card_facts(deposit.location, deposit.payment_id) if asked and not silent else None
        silent = silent or (asked and card is None)
        shown.append(_money(case, deposit, card, at.now))
    return shown


def _money(case: CaseRecord, deposit: DepositRecord, card: CardFacts | None, now: datetime) -> Money:
    no_refund = refusal(DecisionKind.REFUND, case, deposit, now)
    no_keeping = refusal(DecisionKind.FORFEIT, case, deposit, now)
    disputed = card is not None and card.disputed
    return Money(
        deposit=deposit,
        card=card,
        asked=bool(deposit.payment_id),
        may_refund=not no_refund and not disputed,
        may_keep=not no_keeping and not disputed,
        why_not=no_refund,
    )


def cancelled_event(at: Desk, case: CaseRecord) -> datetime | None:
    """When the visit was cancelled, by the timeline."""
    found = [event.at for event in at.deps.cases.events(case.case_id) if event.kind == "cancelled"]
    return found[-1] if found else None

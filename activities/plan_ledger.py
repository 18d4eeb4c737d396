"""A plan's payments read back from the PMS: money taken at the desk is counted, what does not agree is named."""

from collections.abc import Iterable
from datetime import timedelta

from activities.plan_ports import CollectionStore, PlanStore
from activities.plan_steps import PlanSteps
from activities.ports import Locations
from connectors.base import LedgerReads, LedgerRefunds, Vendors
from connectors.errors import Conflict, InvalidRequest
from domain import plan_life as life
from domain.money import Cents, format_usd
from domain.plan_ledger import (
    LedgerHead,
    LedgerPart,
    Ledgers,
    MoneyDifference,
    MoneyExplanation,
    heard,
    money_differences,
    with_heard,
)
from domain.plan_life import By, Step
from domain.plan_money import kept_cents, over_cents
from domain.plan_records import NOT_IN_PMS, PlanRecord

_POSTING_TAKES = timedelta(days=1)
"""A payment that is younger than this may still be on its way into the PMS."""


class PlanLedger:
    """Reads one to four pages a plan; a PMS that cannot tell its payments is left alone."""

    def __init__(
        self,
        plans: PlanStore,
        collections: CollectionStore,
        steps: PlanSteps,
        locations: Locations,
        vendors: Vendors,
    ) -> None:
        self._plans = plans
        self._collections = collections
        self._steps = steps
        self._locations = locations
        self._vendors = vendors

    def hear(self, plan_id: str) -> Cents:
        """Count what was paid at the desk, each payment of the PMS once; returns what was news."""
        ledgers = self._read(self._plans.get(plan_id))
        if ledgers is None or not heard(ledgers):
            return 0
        news: list[Cents] = [0]

        def work(record: PlanRecord, who: By) -> Step:
            now = self._beside(record, ledgers.parts, ledgers.heads.values())
            plan, news[0] = with_heard(now.plan, heard(now), who.today)
            if plan == now.plan:
                return Step(record, ())
            text = f"{format_usd(news[0])} paid at the desk, read from the PMS"
            if (kept := kept_cents(plan) - kept_cents(now.plan)) > 0:
                text += f"; {format_usd(kept)} of it is more than is due and kept for the next charges"
            if (over := over_cents(plan) - over_cents(now.plan)) > 0:
                text += f"; {format_usd(over)} of it is more than is due, bears less interest and pays the next charges"
            return life.in_force(record, plan, who.event("paid", text))

        self._steps.take(plan_id, work)
        return news[0]

    def compare(self, plan_id: str) -> list[MoneyDifference]:
        """Payments that the two sides tell differently, once what the PMS lets us put right there is put right."""
        record = self._plans.get(plan_id)
        ledgers = self._read(record)
        if ledgers is None:
            return []
        found = money_differences(ledgers)
        if self._given_back(record, ledgers, found):
            again = self._read(record)
            found = money_differences(again) if again else []
        fresh = self._steps.today(record.location) - _POSTING_TAKES
        return [each for each in found if each.why is not MoneyExplanation.NOT_POSTED or each.day < fresh]

    def _given_back(self, record: PlanRecord, ledgers: Ledgers, found: Iterable[MoneyDifference]) -> bool:
        """Refund in the PMS what it allows: whole payments that are on no payment plan. Whether anything was."""
        pms = self._vendors.pms(record.location)
        rows = {row.id: row for row in ledgers.collections}
        done = False
        for each in found:
            row = rows.get(each.reference)
            whole = row is not None and row.ledger_id and row.refunded_cents == row.paid_cents
            if not whole or not isinstance(pms, LedgerRefunds) or each.why is not MoneyExplanation.REFUND:
                continue
            assert row is not None
            try:
                if not ledgers.tied(row.ledger_id):
                    refund = pms.refund_payment(row.ledger_id)
                    done = True
                    who = self._steps.by(record.location)
                    text = f"payment {row.ledger_id} of the PMS is given back there as {refund}"
                    self._plans.log(record.id, [who.event("pms", text)])
            except (Conflict, InvalidRequest):
                continue  # it is on a plan after all: a person enters it
        return done

    def _read(self, record: PlanRecord) -> Ledgers | None:
        """Both sides now; None when the PMS cannot tell, or nothing is signed."""
        pms = self._vendors.pms(record.location)
        if not isinstance(pms, LedgerReads) or record.plan is None or record.activated_at is None:
            return None
        people = dict.fromkeys((record.patient_id, record.guarantor_id, record.debit_patient_id))
        parts = tuple(
            LedgerPart(part.payment_id, part.day, part.amount_cents, part.plan_id, part.procedure_id, part.unearned)
            for person in people
            for part in pms.ledger_splits(person)
        )
        found = self._beside(record, parts, ())
        if not found.strangers() and not any(row.refunded_cents for row in found.collections):
            return found
        heads = [
            LedgerHead(each.payment_id, each.amount_cents, each.words)
            for person in people
            for each in pms.ledger_payments(person)
        ]
        return self._beside(record, parts, heads)

    def _beside(self, record: PlanRecord, parts: Iterable[LedgerPart], heads: Iterable[LedgerHead]) -> Ledgers:
        assert record.plan is not None
        assert record.activated_at is not None
        return Ledgers(
            plan=record.plan,
            pms_plan_id="" if record.pms_plan_id == NOT_IN_PMS else record.pms_plan_id,
            since=record.activated_at.astimezone(self._locations.get(record.location).tz).date(),
            collections=tuple(self._collections.of_plan(record.id)),
            parts=tuple(parts),
            heads={head.payment_id: head for head in heads},
        )

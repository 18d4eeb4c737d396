"""Prepayments at the desk: what the PMS holds for a patient, and which case counts it."""

from collections.abc import Sequence
from datetime import datetime

from activities.ports import CaseStore, Clock, DepositStore, Locations
from connectors.base import LedgerReads, LedgerSplit, Pms, Vendors
from connectors.errors import NotFound, PermissionDenied, Unsupported
from domain.location import Location
from domain.prepaid import is_called_off, is_long_past, may_be_used
from domain.records import CaseRecord, DepositRecord, DepositState

_NONE = (NotFound, PermissionDenied, Unsupported)


class Prepayments:
    def __init__(
        self, cases: CaseStore, deposits: DepositStore, locations: Locations, vendors: Vendors, clock: Clock
    ) -> None:
        self._cases = cases
        self._deposits = deposits
        self._locations = locations
        self._vendors = vendors
        self._clock = clock

    def held_cents(self, case: CaseRecord) -> int:
        """Prepayments in the PMS without the deposits that we posted there; a PMS that cannot say has none.

        What the patient's other cases count is still in it: ``count`` takes that off.
        """
        pms = self._vendors.pms(case.location)
        try:
            prepaid = pms.prepaid_cents(case.patient_id)
        except _NONE:
            return 0
        return max(0, prepaid - self._spoken_for(case, pms)) if prepaid else 0

    def count(self, case: CaseRecord, held_cents: int, wanted_cents: int) -> int:
        """Let the case count up to ``wanted_cents`` of what is held, in place of what it counted before."""
        accounts = [office.account for office in self._offices(case)]
        return self._cases.count_prepaid(case.case_id, accounts, held_cents, wanted_cents, self._clock.now())

    def _spoken_for(self, case: CaseRecord, pms: Pms) -> int:
        """Deposits of ours that still are in the PMS. Those of work that is paid for have been used."""
        offices, now = self._offices(case), self._clock.now()
        posted = self._deposits.in_ledger([office.key for office in offices], case.patient_id)
        counting = self._cases.counting_prepaid([office.account for office in offices], case.patient_id)
        claims = {each.case_id: each for each in (*counting, *(self._cases.get(each.case_id) for each in posted))}
        begun = [each for each in claims.values() if may_be_used(each, now)]
        used = self._used(pms, case.patient_id, begun, posted)
        for each in begun:
            if each.case_id in used and each.prepaid_cents:
                self._cases.update(each.case_id, {"prepaid_cents": 0})
        waiting = (d for d in posted if d.case_id not in used and not _is_settled(d, claims[d.case_id], now))
        return sum(map(_left_cents, waiting))

    def _used(
        self, pms: Pms, patient_id: str, begun: Sequence[CaseRecord], posted: Sequence[DepositRecord]
    ) -> frozenset[str]:
        """The cases whose work has been paid with at least what stood for it: then that money is not waiting here."""
        if not begun or not isinstance(pms, LedgerReads):
            return frozenset()
        try:
            splits = pms.ledger_splits(patient_id)
        except _NONE:
            return frozenset()
        stood = {each.case_id: each.prepaid_cents for each in begun}
        for deposit in posted:
            if deposit.case_id in stood:
                stood[deposit.case_id] += _left_cents(deposit)
        return frozenset(each.case_id for each in begun if 0 < stood[each.case_id] <= _paid_cents(each, splits))

    def _offices(self, case: CaseRecord) -> Sequence[Location]:
        """The offices of one PMS database, where a patient is the same patient."""
        own = self._locations.get(case.location)
        return [each for each in self._locations.all() if each.budget == own.budget]


def _paid_cents(case: CaseRecord, splits: Sequence[LedgerSplit]) -> int:
    """What was paid for the visit's procedures; a prepayment that is tied to one is not used yet."""
    ours = {row.id for row in case.procedures}
    return sum(each.amount_cents for each in splits if each.procedure_id in ours and not each.unearned)


def _left_cents(deposit: DepositRecord) -> int:
    return deposit.amount_cents - deposit.refunded_cents


def _is_settled(deposit: DepositRecord, case: CaseRecord, now: datetime) -> bool:
    """One that nobody has decided about, though its visit was called off, is never settled by time."""
    decided = deposit.state is DepositState.FORFEITED or not is_called_off(case)
    return decided and is_long_past(case, now)

"""Whose visit a patient's prepayments in the PMS stand for: each cent counts towards one deposit only.

A case keeps on its row what it counted. Nothing has to give it back: an end without a booking ends the claim.
"""

from datetime import datetime, timedelta

from domain.case import CaseState
from domain.next_visit import CALLED_OFF
from domain.records import CaseRecord

SETTLED_AFTER = timedelta(days=90)
"""After its visit. By then the office has used the money in its ledger, or has left it there for anything."""


def stands_for(case: CaseRecord, now: datetime) -> bool:
    """Whether money in the PMS may still be for the visit of this case: it is being booked, or booked, or not settled.

    A case that ended otherwise, or whose booked visit was called off, claims nothing.
    """
    if case.ended_at is None:
        return True
    if case.state is CaseState.BOOKED_ELSEWHERE:
        return now < case.ended_at + SETTLED_AFTER
    return case.state is CaseState.BOOKED and not is_called_off(case) and not is_long_past(case, now)


def is_called_off(case: CaseRecord) -> bool:
    """Whether the visit that we booked was cancelled, or taken off the schedule in the PMS and asked about again."""
    booked = case.state is CaseState.BOOKED and case.ended_at is not None
    return booked and (not case.appointment_id or case.followed == CALLED_OFF)


def is_long_past(case: CaseRecord, now: datetime) -> bool:
    """Whether the booked time is so long ago that its money waits for nothing any more."""
    return case.booked_start is not None and now >= case.booked_start + SETTLED_AFTER


def may_be_used(case: CaseRecord, now: datetime) -> bool:
    """Whether the visit may have taken place, so that the office may have used its money."""
    if case.state is CaseState.BOOKED_ELSEWHERE:
        return True
    stood = case.state is CaseState.BOOKED and not is_called_off(case)
    return stood and case.booked_start is not None and case.booked_start <= now


def wanted_cents(case: CaseRecord) -> int:
    """The whole deposit by the rules that routed the case, before anything was counted towards it."""
    return case.route.deposit_cents + case.route.prepaid_cents if case.route else 0

"""Pages that only show: the state of the case decides what the link opens."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from fastapi import APIRouter, Depends, Response

from domain.case import END_STATES, CaseState
from domain.location import Location
from domain.records import LOOKING_AT_COST, HoldRecord, HoldState
from domain.slots import Opening
from web.booking import openings, policy
from web.booking.calendar_file import calendar_file
from web.booking.identity import known
from web.booking.person import tell_none_left
from web.booking.visit import Visit, opened
from web.booking.words import zone_words
from web.site import PageRoute, Turned

routes = APIRouter(route_class=PageRoute)

_NOT_READY = (CaseState.DETECTED, CaseState.CLASSIFIED, CaseState.AWAITING_APPROVAL)
_ENDS = {CaseState.BOOKED_ELSEWHERE: "ended_elsewhere", CaseState.DECLINED: "ended_declined"}
_LOOKS = 40
_LOOK_SECONDS = 3
_HELD_SECONDS = 60
_SETTLING = timedelta(minutes=5)
"""After its end a hold is let go, or booked if it was paid in the last second; longer than this nobody waits for it."""


@routes.get("")
def home(visit: Visit = Depends(opened)) -> Response:
    """What the link opens: times to choose, the held time, the booked visit, or how it ended."""
    state = visit.case.state
    if state is CaseState.BOOKED:
        return _booked(visit) if visit.is_booked else visit.message("cancel_done_title", "cancel_done")
    if state in END_STATES:
        title = "ended_elsewhere_title" if state is CaseState.BOOKED_ELSEWHERE else "ended_title"
        return visit.message(title, _ENDS.get(state, "ended_over"))
    if state in _NOT_READY:
        return visit.message("working_title", "working_ready", again=True)
    hold = visit.deps.holds.live_of_case(visit.case.case_id)
    if hold is not None and (hold.expires_at + _SETTLING > visit.now or hold.state is HoldState.BOOKING):
        waits = state is CaseState.AWAITING_DEPOSIT and hold.expires_at > visit.now
        return _held(visit, hold) if waits else waiting(visit, "working_title", "working_lead")
    return choosing(visit)


@routes.get("/times")
def times(visit: Visit = Depends(opened), day: str = "", move: str = "") -> Response:
    """All free times, a day at a time."""
    _only_open(visit, moving=bool(move))
    found = openings.days(visit)
    if not found:
        raise _no_times(visit, moving=bool(move))
    asked = next((each for each in found if each.date.isoformat() == day), None)
    shown = asked or found[0]
    return visit.page(
        "times.html",
        days=found,
        shown=shown,
        gone=bool(day) and asked is None,
        move=move,
        zone=_zone_words(visit, (*shown.morning, *shown.afternoon)[0]),
        offices=_offices(visit, (*shown.morning, *shown.afternoon)),
    )


@routes.get("/paid")
def paid(visit: Visit = Depends(opened)) -> Response:
    """Back from paying: wait here until the visit is written, or pick another time if that one went."""
    hold = visit.deps.holds.live_of_case(visit.case.case_id)
    if visit.case.state in END_STATES or (hold is None and visit.paid_deposit() is not None):
        return visit.to()
    return waiting(visit, "paid_title", "paid_lead", "/paid")


@routes.get("/calendar.ics")
def calendar(visit: Visit = Depends(opened)) -> Response:
    if not visit.is_booked or visit.case.booked_start is None:
        return visit.to()
    headers = {"Content-Disposition": 'attachment; filename="visit.ics"'}
    return Response(calendar_file(visit), media_type="text/calendar", headers=headers)


def choosing(visit: Visit, *, lost: bool = False, move: str = "") -> Response:
    """The three openings; ``lost``: somebody else was faster, said with 409. Raises Turned when there is none."""
    shown = openings.three(visit)
    if not shown:
        raise _no_times(visit, lost=lost, moving=bool(move))
    return visit.page(
        "choose.html",
        status=409 if lost else 200,
        openings=shown,
        lost=lost,
        paid=visit.has_money_here and not move,
        person=visit.case.state is CaseState.ESCALATED
        or (visit.case.state is CaseState.PAUSED and visit.case.owner != ""),
        lender=visit.location.financing if visit.case.next_what == LOOKING_AT_COST["financing"] else None,
        move=move,
        zone=_zone_words(visit, shown[0]),
        offices=_offices(visit, shown),
    )


def waiting(visit: Visit, title: str, text: str, rest: str = "") -> Response:
    """Something is under way. The page looks again by itself for two minutes, then says what happens next."""
    looked = visit.request.query_params.get("looked", "0")
    count = int(looked) if looked.isdecimal() and len(looked) < 4 else 0
    again = visit.address(rest, looked=str(count + 1))
    refresh = (_LOOK_SECONDS, again) if count < _LOOKS else None
    return visit.page("waiting.html", refresh=refresh, title=title, text=text, long=refresh is None, again=again)


def _zone_words(visit: Visit, opening: Opening) -> str:
    return zone_words(opening.start, visit.zone_of(opening))


def _offices(visit: Visit, openings: Sequence[Opening]) -> list[Location]:
    """The other offices that these times are at; the case's own goes without saying."""
    found = {each.key: each for each in (visit.office_of(opening) for opening in openings if opening.location)}
    return list(found.values())


def _held(visit: Visit, hold: HoldRecord) -> Response:
    """The held time and how long it stays; it keeps itself up to date unless the reader says no."""
    left = hold.expires_at - visit.now
    still = bool(visit.request.query_params.get("still"))
    seconds = min(_HELD_SECONDS, int(left.total_seconds()) + 2)
    return visit.page(
        "held.html",
        refresh=None if still else (seconds, visit.path),
        hold=hold,
        minutes=int(left / timedelta(minutes=1)),
        most=int((hold.expires_at - hold.created_at) / timedelta(minutes=1)),
        still=still,
    )


def _booked(visit: Visit) -> Response:
    deposit = visit.paid_deposit()
    return visit.page(
        "booked.html",
        amount=policy.dollars(deposit.amount_cents - deposit.refunded_cents) if deposit and known(visit) else "",
        changeable=policy.may_change(visit),
        hours=policy.policy_of(visit).refundable_hours,
        zone=zone_words(visit.case.booked_start or visit.now, visit.office.tz),
    )


def _no_times(visit: Visit, *, lost: bool = False, moving: bool = False) -> Turned:
    """Never an empty calendar: a person finds a time, and has a task that says so before the page does."""
    page = visit.page("no_times.html", status=409 if lost else 200, lost=lost, moving=moving)
    return Turned(page, first=partial(tell_none_left, visit))


def _only_open(visit: Visit, *, moving: bool) -> None:
    """Times are for cases that can still be booked, or for a booked visit that is to be moved."""
    ended = visit.case.state in END_STATES
    may_move = moving and visit.is_booked and policy.may_change(visit)
    if (ended and not may_move) or visit.case.state in _NOT_READY:
        raise Turned(visit.to())

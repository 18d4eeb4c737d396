"""Sending real openings, and every other text of a case."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from activities.alarm import Alarm
from activities.cases import CaseRef
from activities.courier import Courier, SendResult, Sent, case_draft, location_fields
from activities.ports import CaseStore, Clock, HoldStore, LinkStore, Locations, OfferStore, OpeningSearch
from activities.reader import reader_changes
from activities.standing import Look, Standing, see
from connectors.base import Vendors
from domain.case import CaseState
from domain.location import Location
from domain.people import Patient
from domain.records import (
    WAITING_FOR_OPENINGS,
    WAITING_FOR_OTHER_PLAN,
    CaseRecord,
    NumberedOpening,
    OfferRecord,
    goes_first,
)
from domain.slots import Opening
from rules.messages import MessageFields, clock_line, opening_line

LINK_LIFE = timedelta(days=14)
"""From the text on; the link of a booked visit lives as long after the visit."""
WAIT_FOR_OPENINGS = timedelta(hours=12)
WAIT_FOR_OTHER_PLAN = timedelta(hours=6)
OFFERED = 3
"""Openings in one text; the page shows more."""
_LOOKS = 5


class OfferInput(CaseRef):
    """``step`` names this send ("offer", "nudge_1", ...); ``late_after``: later than this it is skipped, not sent.

    ``next_at``/``next_what``: the workflow's deadline once this is sent, for the projection.
    """

    step: str
    template: str
    late_after: datetime | None = None
    next_at: datetime | None = None
    next_what: str = ""
    answer: bool = False
    asked_about: str = ""


class OfferKind(StrEnum):
    SENT = "sent"
    DEFERRED = "deferred"
    SKIPPED = "skipped"
    NO_OPENINGS = "no_openings"
    BLOCKED = "blocked"
    STOPPED = "stopped"


class OfferResult(BaseModel):
    """DEFERRED carries ``until``, and ``queued`` when it waits for the patient's other plan; STOPPED carries what the
    look before the send found."""

    model_config = ConfigDict(frozen=True)

    kind: OfferKind
    why: str = ""
    until: datetime | None = None
    queued: bool = False
    look: Look | None = None


class AlertInput(CaseRef):
    task_id: str


class NoticeInput(CaseRef):
    """A text without openings: confirmation, reminder, answer.

    ``link_case``: the case the link leads to, when it is not this one.
    ``late_after``: it is of no use from then on, and fails rather than leave so late."""

    step: str
    template: str
    answer: bool = True
    link: bool = False
    link_path: str = ""
    link_case: str = ""
    late_after: datetime | None = None


class OfferActivities:
    def __init__(
        self,
        cases: CaseStore,
        offers: OfferStore,
        links: LinkStore,
        holds: HoldStore,
        openings: OpeningSearch,
        locations: Locations,
        courier: Courier,
        vendors: Vendors,
        clock: Clock,
        public_url: str,
        alarm: Alarm,
    ) -> None:
        self._alarm = alarm
        self._cases = cases
        self._offers = offers
        self._links = links
        self._holds = holds
        self._openings = openings
        self._locations = locations
        self._courier = courier
        self._vendors = vendors
        self._clock = clock
        self._public_url = public_url.rstrip("/")

    @activity.defn(name="send_offer")
    def send_offer(self, given: OfferInput) -> OfferResult:
        """Look again, find openings, text three of them with a link. One text a step, whatever dies."""
        case = self._cases.get(given.case_id)
        now = self._clock.now()
        if given.late_after is not None and now > given.late_after:
            self._cases.update(case.case_id, {"next_at": given.next_at, "next_what": given.next_what})
            return OfferResult(kind=OfferKind.SKIPPED, why="too late to be useful")
        local_now = now.astimezone(self._locations.get(case.location).tz)
        found, reader = see(self._vendors.pms(case.location), case, local_now, asked_about=given.asked_about)
        if found.standing is not Standing.GO:
            return OfferResult(kind=OfferKind.STOPPED, look=found, why=found.why)
        case = self._addressed(case, reader, now)
        if not given.answer and self._another_first(case):
            until, why = now + WAIT_FOR_OTHER_PLAN, WAITING_FOR_OTHER_PLAN
            self._cases.update(case.case_id, {"next_at": until, "next_what": why})
            return OfferResult(kind=OfferKind.DEFERRED, until=until, queued=True, why=why)
        offer = self._offered(case, given.step, now)
        if offer is None:
            until = now + WAIT_FOR_OPENINGS
            self._cases.update(case.case_id, {"next_at": until, "next_what": WAITING_FOR_OPENINGS})
            why = "no opening fits this visit in the next weeks"
            return OfferResult(kind=OfferKind.NO_OPENINGS, until=until, why=why)
        return self._text_openings(case, given, offer, now)

    def _offered(self, case: CaseRecord, step: str, now: datetime) -> OfferRecord | None:
        """The best openings, put on record as an offer; None when there is none.

        Others look at the same moment: when together we offered one too often, this offer looks again.
        """
        for _ in range(_LOOKS):
            openings = self._openings.ranked(case, OFFERED, now)
            if not openings:
                return None
            offer = self._offers.put(_offer(case, step, openings, now))
            if not self._openings.crowded(case, [each.opening for each in offer.openings]):
                return offer
            self._offers.close(case.case_id, "unsent", now)
        return None

    def _addressed(self, case: CaseRecord, reader: Patient | None, now: datetime) -> CaseRecord:
        """A number that was corrected, a patient who turned 18: texts go there now, and older links open nothing."""
        changes = reader_changes(reader)
        if all(getattr(case, name) == value for name, value in changes.items()):
            return case
        if changes["phone"] != case.phone:
            self._links.close_all(case.case_id, "the phone changed", now)
            self._offers.close(case.case_id, "withdrawn", now)
            self._cases.note(case.case_id, "phone", "texts go to another phone from here on, as the PMS has it", now)
        self._cases.update(case.case_id, changes)
        return case.model_copy(update=changes)

    def _another_first(self, case: CaseRecord) -> bool:
        """Two plans of one patient are a queue, unless a person has the other one."""
        return goes_first(case, self._cases.open_for_patient(case.location, case.patient_id)) is not None

    @activity.defn(name="send_notice")
    def send_notice(self, given: NoticeInput) -> SendResult:
        """Send one text of this case, once."""
        case = self._cases.get(given.case_id)
        now = self._clock.now()
        if _is_stale(case, given.template):
            return SendResult(sent=Sent.STALE, why="the visit was changed again")
        if given.late_after is not None and now >= given.late_after:
            return SendResult(sent=Sent.FAILED, why="it would come too late")
        fields = self._fields(case)
        if given.link:
            link = self._new_link(case, now, given.link_path, given.link_case)
            fields = fields.model_copy(update={"link": link})
        result = self._courier.send(case_draft(case, given.step, given.template, fields, answer=given.answer))
        if given.late_after is not None and result.until is not None and result.until >= given.late_after:
            result = SendResult(sent=Sent.FAILED, why=f"it could not leave in time ({result.why})")
        self._note(case, given.step, result)
        return result

    @activity.defn(name="alert_on_call")
    def alert_on_call(self, given: AlertInput) -> None:
        """Tell the on-call people at any hour that an urgent task waits. Nothing of what the patient said is in it."""
        case = self._cases.get(given.case_id)
        self._alarm.sound(case.location, given.task_id, case.case_id)

    def send_new_link(self, case_id: str) -> bool:
        """A fresh link for somebody who asked for one; at most one a minute. False when no text can go there."""
        case = self._cases.get(case_id)
        now = self._clock.now()
        fields = self._fields(case).model_copy(update={"link": self._new_link(case, now)})
        step = f"new_link_{int(now.timestamp()) // 60}"
        result = self._courier.send(case_draft(case, step, "new_link", fields, answer=True))
        return result.sent in (Sent.SENT, Sent.UNSURE, Sent.DEFERRED)

    def _text_openings(self, case: CaseRecord, given: OfferInput, offer: OfferRecord, now: datetime) -> OfferResult:
        office = self._locations.get(case.office_of(offer.openings[0].opening))
        lines = tuple(
            opening_line(each.number, each.opening.start, office.zone, case.language) for each in offer.openings
        )
        offered = {"openings": lines, "office": self._other_office(case, office, offer.openings[0].opening.start)}
        fields = self._fields(case).model_copy(update={**offered, "link": self._new_link(case, now)})
        result = self._courier.send(case_draft(case, given.step, given.template, fields, answer=given.answer))
        self._note(case, given.step, result)
        return self._concluded(case, given, result, now)

    def _concluded(self, case: CaseRecord, given: OfferInput, result: SendResult, now: datetime) -> OfferResult:
        if result.sent in (Sent.SENT, Sent.UNSURE):
            first = {} if case.first_offered_at else {"first_offered_at": now}
            upcoming = {"next_at": given.next_at, "next_what": given.next_what}
            self._cases.update(case.case_id, {"state": CaseState.OFFERING, **upcoming, **first})
            return OfferResult(kind=OfferKind.SENT)
        waits = result.sent is Sent.DEFERRED and bool(result.text_id)
        if not waits:  # a text that is written already will say these numbers
            self._offers.close(case.case_id, "withdrawn" if result.text_id else "unsent", now)
        if result.sent is Sent.DEFERRED:
            self._cases.update(case.case_id, {"next_at": result.until, "next_what": f"text {given.step}"})
            return OfferResult(kind=OfferKind.DEFERRED, until=result.until, why=result.why)
        return OfferResult(kind=OfferKind.BLOCKED, why=result.why)

    def _fields(self, case: CaseRecord) -> MessageFields:
        location = self._locations.get(case.location)
        fields = location_fields(location, case.first_name)
        hold = self._holds.live_of_case(case.case_id)
        start = case.booked_start or (hold.opening.start if hold else None)
        if start is None:
            return fields
        at_hold = hold is not None and case.booked_start is None
        office = self._locations.get(case.office_of(hold.opening) if hold and at_hold else case.visit_office)
        known = {"when": opening_line(None, start, office.zone, case.language), "practice": office.text_name}
        known["place"] = (office.address or office.name) + self._other_clock(case, office, start)
        if hold is not None:
            known["until"] = clock_line(hold.expires_at, location.zone)
        return fields.model_copy(update=known)

    def _other_office(self, case: CaseRecord, office: Location, start: datetime) -> str:
        """Name and address of an office that is not the case's own, and its clock where that differs; else ""."""
        if office.key == case.location:
            return ""
        where = ", ".join(part for part in (office.text_name, office.address) if part)
        return where + self._other_clock(case, office, start)

    def _other_clock(self, case: CaseRecord, office: Location, start: datetime) -> str:
        """`` (PST)`` where the office's clock is not that of the case's own office; else ""."""
        there, here = (start.astimezone(each.tz) for each in (office, self._locations.get(case.location)))
        return f" ({there:%Z})" if there.utcoffset() != here.utcoffset() else ""

    def _new_link(self, case: CaseRecord, now: datetime, path: str = "", leads_to: str = "") -> str:
        ends = max(now, case.booked_start or now) + LINK_LIFE
        token = self._links.issue(leads_to or case.case_id, case.phone, now, ends)
        return f"{self._public_url}/b/{token}{path}"

    def _note(self, case: CaseRecord, step: str, result: SendResult) -> None:
        line = f"text {step}: {result.sent}" + (f" ({result.why})" if result.why else "")
        self._cases.note(case.case_id, "text", line, self._clock.now())


def _is_stale(case: CaseRecord, template: str) -> bool:
    """Whether what a text says of the booked visit is not so any more: it waited for its hours meanwhile."""
    if template == "paused_apology":
        return not (case.displaced and case.appointment_id and case.booked_start == case.displaced_start)
    return template == "rescheduled" and not case.appointment_id


def _offer(case: CaseRecord, step: str, openings: Sequence[Opening], now: datetime) -> OfferRecord:
    return OfferRecord(
        id=_offer_id(case.case_id, step),
        case_id=case.case_id,
        location=case.location,
        step=step,
        phone=case.phone,
        made_at=now,
        openings=tuple(NumberedOpening(number=n, opening=o) for n, o in enumerate(openings, start=1)),
    )


def _offer_id(case_id: str, step: str) -> str:
    return "of_" + sha256(f"{case_id}|{step}".encode()).hexdigest()[:24]

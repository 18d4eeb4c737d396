"""Reading a case from the PMS, routing it by the rules, closing it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from activities.ports import (
    CaseStore,
    Clock,
    HoldStore,
    LinkStore,
    Locations,
    MirrorReader,
    OfferStore,
    RuleBook,
)
from activities.prepaid import Prepayments
from activities.reader import reader_changes, reader_of, why_not_texted
from activities.standing import Look, Standing, judge, see, textable
from connectors.base import Pms, ProcedureCode, Vendors
from connectors.errors import NotFound
from domain.case import CaseState, earlier_case_id
from domain.people import Patient, ProviderKind
from domain.records import CaseRecord
from domain.route import CaseFacts, PatientFacts, ProcedureFacts, Route
from domain.slots import Appointment, AppointmentStatus
from domain.treatment_plan import PlannedProcedure, TreatmentPlan, UnsureVisit, Visit, choose_visit, fit_pattern

_STILL_HEALING = timedelta(days=366)
"""What was done longer ago heals no more."""
_BEFORE_VISIT = timedelta(minutes=15)
_AFTER_VISIT = timedelta(minutes=30)
_TOLD = ("path", "earliest")
"""The values whose reasons the case itself tells a person."""


class CaseRef(BaseModel):
    model_config = ConfigDict(frozen=True)

    case_id: str


class CheckInput(CaseRef):
    """``asked_about``: an appointment that a person said has nothing to do with the plan."""

    asked_about: str = ""


class Reading(BaseModel):
    """What the PMS says of the case: whether it may go on, and the facts that the rules look at.

    ``prepaid_cents``: what the PMS holds of unallocated prepayments made at the desk; they count towards deposits.
    ``moves``: the booked case whose visit stands without its provider; this case is there to move it.
    """

    model_config = ConfigDict(frozen=True)

    look: Look
    facts: CaseFacts | None = None
    prepaid_cents: int = 0
    moves: str = ""


class RouteInput(CaseRef):
    """``moves``: the visit is booked already and keeps its deposit."""

    facts: CaseFacts
    prepaid_cents: int = 0
    moves: bool = False


class CloseInput(CaseRef):
    """``by``: the staff member's key when a person decided it; the timeline names them."""

    state: CaseState
    why: str
    next_at: datetime | None = None
    by: str = "chairtime"


class CaseActivities:
    """The case against the PMS and the rules. Reads ride on the PMS queue; routing is a local activity."""

    def __init__(
        self,
        cases: CaseStore,
        mirror: MirrorReader,
        holds: HoldStore,
        offers: OfferStore,
        links: LinkStore,
        prepayments: Prepayments,
        locations: Locations,
        rules: RuleBook,
        vendors: Vendors,
        clock: Clock,
    ) -> None:
        self._cases = cases
        self._mirror = mirror
        self._holds = holds
        self._offers = offers
        self._links = links
        self._prepayments = prepayments
        self._locations = locations
        self._rules = rules
        self._vendors = vendors
        self._clock = clock

    @activity.defn(name="read_case")
    def read_case(self, ref: CaseRef) -> Reading:
        """Read plan, patient and appointments live; choose the visit; keep what the case needs in its row."""
        case = self._cases.get(ref.case_id)
        pms = self._vendors.pms(case.location)
        now = self._clock.now()
        try:
            patient = pms.patient(case.patient_id)
            plan = pms.plan(case.plan_id, case.patient_id)
        except NotFound:
            return Reading(look=Look(standing=Standing.REVOKED, why="the patient or the plan is not in the PMS"))
        appointments = pms.appointments_of(case.patient_id)
        found = judge(case, patient, plan, appointments, now)
        if found.standing in (Standing.SILENT, Standing.REVOKED):
            self._cases.update(case.case_id, {"first_name": patient.first_name, "last_name": patient.last_name})
            return Reading(look=found)
        displaced = self._displaced(case)
        if displaced is not None:
            standing = _standing_visit(displaced, plan)
            kept = self._keep(case, pms, patient, standing, plan, appointments, found)
            return kept.model_copy(update={"moves": displaced.case_id})
        if not plan.open_procedures():
            return Reading(look=Look(standing=Standing.BOOKED_ELSEWHERE, why="every procedure is booked or done"))
        visit = choose_visit(plan, pms.planned_appointments(case.patient_id))
        return self._keep(case, pms, patient, visit, plan, appointments, found)

    @activity.defn(name="route_case")
    def route_case(self, given: RouteInput) -> Route:
        """Classify by the rules in force; history freezes the answer, so mended rules cannot break an open case."""
        case = self._cases.get(given.case_id)
        route = self._rules.route(given.facts)
        deposit = 0 if given.moves else route.deposit_cents
        counted = self._prepayments.count(case, given.prepaid_cents, deposit)
        route = route.model_copy(update={"deposit_cents": deposit - counted, "prepaid_cents": counted})
        now = self._clock.now()
        begins = max(case.accepted_at, route.start_at or case.accepted_at)
        self._cases.update(
            case.case_id,
            {
                "state": CaseState.CLASSIFIED if case.state is CaseState.DETECTED else case.state,
                "facts": given.facts,
                "route": route,
                "tier": route.tier,
                "path": route.path.value,
                "priority": route.priority,
                "deposit_cents": route.deposit_cents,
                "pattern": fit_pattern(case.pattern, route.minutes),
                "provider_kind": route.provider_type or case.provider_kind,
                "rule_version": route.rule_version,
                "first_offer_due_at": begins + timedelta(minutes=route.first_offer_minutes),
            },
        )
        self._cases.note(case.case_id, "classified", f"{route.tier}, path {route.path}", now)
        return route.model_copy(update={"reasons": tuple(r for r in route.reasons if r.value in _TOLD)})

    @activity.defn(name="check_case")
    def check_case(self, given: CheckInput) -> Look:
        """Look again in the PMS, because something there changed."""
        case = self._cases.get(given.case_id)
        local_now = self._clock.now().astimezone(self._locations.get(case.location).tz)
        return see(self._vendors.pms(case.location), case, local_now, asked_about=given.asked_about).look

    @activity.defn(name="close_case")
    def close_case(self, given: CloseInput) -> None:
        """Write the end: no open offer, hold or link is left behind."""
        now = self._clock.now()
        hold = self._holds.live_of_case(given.case_id)
        if hold is not None:
            self._holds.release(hold.id)
        self._offers.close(given.case_id, "withdrawn", now)
        self._links.close_all(given.case_id, str(given.state), now)
        self._cases.update(
            given.case_id,
            {"state": given.state, "ended_at": now, "end_reason": given.why, "next_at": None, "next_what": ""},
        )
        self._cases.note(given.case_id, str(given.state), given.why, now, given.by)

    @activity.defn(name="pause_case")
    def pause_case(self, given: CloseInput) -> None:
        """Nothing is sent until ``next_at``; the open offer is withdrawn so that old numbers do not book."""
        now = self._clock.now()
        self._offers.close(given.case_id, "withdrawn", now)
        self._cases.update(given.case_id, {"state": given.state, "next_at": given.next_at, "next_what": given.why})
        self._cases.note(given.case_id, str(given.state), given.why, now, given.by)

    def _displaced(self, case: CaseRecord) -> CaseRecord | None:
        """The booked case that this one goes on from, while its visit stands and its provider is out."""
        earlier = earlier_case_id(case.case_id)
        booked = self._cases.get(earlier) if earlier else None
        return booked if booked is not None and booked.displaced and booked.appointment_id else None

    def _keep(
        self,
        case: CaseRecord,
        pms: Pms,
        patient: Patient,
        visit: Visit | UnsureVisit,
        plan: TreatmentPlan,
        appointments: Sequence[Appointment],
        found: Look,
    ) -> Reading:
        location = self._locations.get(case.location)
        now = self._clock.now()
        reader = reader_of(pms, patient, now.astimezone(location.tz).date())
        guardian = reader is not None and reader.id != patient.id
        why_not = textable(reader, location.languages, guardian=guardian) if reader else why_not_texted(reader)
        rows = visit.procedures or plan.open_procedures()
        kinds = {p.id: p.kind for p in self._mirror.providers(case.account)}
        codes = self._mirror.codes(case.account)
        self._mirror.put_patient(case.account, patient)
        self._cases.update(
            case.case_id,
            _patient_changes(patient, reader)
            | _visit_changes(visit, rows, kinds)
            | {"plan_visits": max(visit.count, case.visit_number)},
        )
        facts = CaseFacts(
            location=case.location,
            procedures=tuple(_procedure_facts(row, kinds, codes) for row in rows),
            patient=PatientFacts(
                in_office=_in_the_building(appointments, now),
                age=patient.age_on(now.astimezone(location.tz).date()),
                language=(reader or patient).language or "en",
                textable=not why_not,
                why_not_textable=why_not,
            ),
            at=case.accepted_at,
            patient_cents=sum(row.patient_cents for row in rows),
            insurance="estimated" if plan.estimates_insurance else "none",
            visit_minutes=visit.minutes if isinstance(visit, Visit) else None,
            unsure=visit.why if isinstance(visit, UnsureVisit) else "",
            zone=location.zone,
            done=tuple(each for each in plan.done if each.day >= (now - _STILL_HEALING).date()),
        )
        return Reading(look=found, facts=facts, prepaid_cents=self._prepayments.held_cents(case))


def _patient_changes(patient: Patient, reader: Patient | None) -> dict[str, Any]:
    return {
        "first_name": patient.first_name,
        "last_name": patient.last_name,
        "birthdate": patient.birthdate,
    } | reader_changes(reader)


def _standing_visit(booked: CaseRecord, plan: TreatmentPlan) -> Visit | UnsureVisit:
    """The visit as it was booked."""
    ours = {row.id for row in booked.procedures}
    rows = tuple(row for row in plan.procedures if row.id in ours)
    if not rows:
        return UnsureVisit(why="the booked visit is no longer in the plan")
    return Visit(
        number=booked.visit_number,
        procedures=rows,
        provider_id=booked.provider_id,
        pattern=booked.pattern,
        planned_appointment_id=booked.planned_appointment_id,
        why="the booked visit, which is to be moved",
    )


def _visit_changes(
    visit: Visit | UnsureVisit, rows: Sequence[PlannedProcedure], kinds: Mapping[str, ProviderKind]
) -> dict[str, Any]:
    sure = visit if isinstance(visit, Visit) else None
    provider_id = sure.provider_id if sure else ""
    return {
        "procedures": tuple(rows),
        "value_cents": sum(row.fee_cents for row in rows),
        "patient_cents": sum(row.patient_cents for row in rows),
        "pattern": sure.pattern if sure else "",
        "provider_id": provider_id,
        "provider_kind": kinds[provider_id].value if provider_id in kinds else "",
        "hygiene": bool(rows) and all(row.hygiene for row in rows),
        "planned_appointment_id": sure.planned_appointment_id if sure else "",
        "visit_why": visit.why,
    }


def _procedure_facts(
    row: PlannedProcedure, kinds: Mapping[str, ProviderKind], codes: Mapping[str, ProcedureCode]
) -> ProcedureFacts:
    known = codes.get(row.code)
    return ProcedureFacts(
        code=row.code,
        fee_cents=row.fee_cents,
        minutes=row.minutes,
        provider_type=kinds[row.provider_id].value if row.provider_id in kinds else "",
        category=row.category or (known.category if known else ""),
        tooth=row.tooth,
    )


def _in_the_building(appointments: Sequence[Appointment], now: datetime) -> bool:
    """In the chair or just out of it: an appointment of right now."""
    return any(
        a.status in (AppointmentStatus.SCHEDULED, AppointmentStatus.COMPLETE)
        and a.start - _BEFORE_VISIT <= now <= a.stop + _AFTER_VISIT
        for a in appointments
    )

"""Treatment plans: the feed of acceptances, a plan as it is now, the office's planned appointments."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from connectors.base import ChangePage
from connectors.opendental import mapping, values
from connectors.opendental.info import INFO
from connectors.opendental.marks import Sighting, marks_of
from connectors.opendental.office import Office
from connectors.opendental.values import Row, cents, ident, text, whole
from domain.case import Acceptance
from domain.treatment_plan import PlannedAppointment, PlannedProcedure, PlanState, TreatmentPlan

OVERLAP = timedelta(minutes=5)
"""Treatment plans carry no server time: our mark is the newest stamp seen, and each poll reaches back this far."""

_STANDING = frozenset({"Scheduled", "ASAP", "Complete"})
_LAST_RANK = 1_000_000


class Plans:
    """``location`` is the key that acceptances carry."""

    def __init__(self, office: Office, location: str) -> None:
        self._office = office
        self._location = location
        self._marks = marks_of(office)
        self._clinic_of: dict[str, str] = {}

    def accepted_since(self, watermark: str) -> ChangePage:
        """Acceptances and unaccepted plans touched since the mark. "" reads every saved plan (the baseline)."""
        since = values.since_text(datetime.fromisoformat(watermark), self._office.tz, OVERLAP) if watermark else ""
        touched = [item for mark in self._marks for item in mark.touched(since)]
        stamps = [item.stamp for item in touched] + ([datetime.fromisoformat(watermark)] if watermark else [])
        plans = {ident(item.plan.get("TreatPlanNum")): item.plan for item in touched if self._is_here(item.plan)}
        seen = {number: (plan, self._sighting(plan)) for number, plan in plans.items()}
        return ChangePage(
            acceptances=tuple(self._acceptance(plan, sighting) for plan, sighting in seen.values() if sighting),
            withdrawn_plans=tuple(number for number, (_, sighting) in seen.items() if sighting is None),
            watermark=max(stamps).isoformat() if stamps else "",
        )

    def plan(self, plan_id: str, patient_id: str) -> TreatmentPlan:
        """The plan as it stands, its rows compared with the live procedures. GONE when it was deleted."""
        rows = self._office.client.rows("/treatplans", PatNum=patient_id)
        row = next((row for row in rows if ident(row.get("TreatPlanNum")) == plan_id), None)
        if row is None:
            return TreatmentPlan(id=plan_id, patient_id=patient_id, state=PlanState.GONE)
        frozen = self._office.client.rows("/proctps", TreatPlanNum=plan_id)
        live = self._office.client.rows("/procedurelogs", PatNum=patient_id)
        sighting = self._sighting(row)
        return TreatmentPlan(
            id=plan_id,
            patient_id=patient_id,
            state=self._state(row, sighting),
            acceptance=sighting.acceptance if sighting else "",
            accepted_at=sighting.at if sighting else None,
            heading=text(row, "Heading"),
            presenter=ident(row.get("UserNumPresenter")),
            procedures=self._procedures(patient_id, frozen, {ident(row.get("ProcNum")): row for row in live}),
            done=tuple(done for row in live if (done := mapping.done_procedure(row)) is not None),
            estimates_insurance=any(cents(r.get("PriInsAmt")) + cents(r.get("SecInsAmt")) > 0 for r in frozen),
        )

    def planned_appointments(self, patient_id: str) -> Sequence[PlannedAppointment]:
        """The patient's planned appointments that hold procedures, in the office's order."""
        client = self._office.client
        rows = client.rows("/appointments", PatNum=patient_id, AptStatus="Planned")
        live = client.rows("/procedurelogs", PatNum=patient_id) if rows else []
        planned = (self._planned(row, live) for row in rows)
        return sorted((p for p in planned if p.procedure_ids), key=lambda p: (p.order, int(p.id)))

    def _planned(self, row: Row, live: Sequence[Row]) -> PlannedAppointment:
        identity = ident(row.get("AptNum"))
        procedures = [ident(p.get("ProcNum")) for p in live if ident(p.get("PlannedAptNum")) == identity]
        hygiene = values.truth(row.get("IsHygiene"))
        provider = ident(row.get("ProvHyg")) if hygiene else ""
        return PlannedAppointment(
            id=identity,
            pattern=values.pattern(row.get("Pattern")),
            provider_id=provider or ident(row.get("ProvNum")),
            procedure_ids=tuple(sorted(procedures, key=int)),
            hygiene=hygiene,
            order=whole(row.get("ItemOrderPlanned")),
            made_at=values.instant(row.get("SecDateTEntry"), self._office.tz),
        )

    def _procedures(
        self, patient_id: str, frozen: Sequence[Row], live: Mapping[str, Row]
    ) -> tuple[PlannedProcedure, ...]:
        codes, ranks = self._office.codes_by_name(), self._office.priority_ranks()
        on_book = self._standing_appointments(patient_id, frozen, live)
        ordered = sorted(frozen, key=lambda row: whole(row.get("ItemOrder")))
        return tuple(
            mapping.planned_procedure(
                row,
                live.get(ident(row.get("ProcNumOrig"))),
                codes.get(text(row, "ProcCode")),
                rank=ranks.get(ident(row.get("Priority")), _LAST_RANK),
                on_book=on_book,
            )
            for row in ordered
        )

    def _standing_appointments(
        self, patient_id: str, frozen: Sequence[Row], live: Mapping[str, Row]
    ) -> Collection[str]:
        """The patient's appointments that still stand; asked for only when a procedure of the plan is on one."""
        ours = (live.get(ident(row.get("ProcNumOrig")), {}) for row in frozen)
        if not any(ident(row.get("AptNum")) for row in ours):
            return frozenset()
        rows = self._office.client.rows("/appointments", PatNum=patient_id)
        return {ident(row.get("AptNum")) for row in rows if text(row, "AptStatus") in _STANDING}

    def _sighting(self, plan: Row) -> Sighting | None:
        """The first mark that the plan bears; None when unaccepted, declined or no longer a saved plan."""
        if text(plan, "TPStatus") != "Saved" or self._is_declined(plan):
            return None
        sightings = (mark.sighting(plan) for mark in self._marks)
        return next((sighting for sighting in sightings if sighting is not None), None)

    def _is_declined(self, plan: Row) -> bool:
        words = self._office.options.declined_heading.lower()
        return bool(words) and words in text(plan, "Heading").lower()

    def _state(self, plan: Row, sighting: Sighting | None) -> PlanState:
        if sighting is not None:
            return PlanState.ACCEPTED
        return PlanState.DECLINED if self._is_declined(plan) else PlanState.PRESENTED

    def _acceptance(self, plan: Row, sighting: Sighting) -> Acceptance:
        return Acceptance(
            location=self._location,
            source=INFO.kind,
            plan_id=ident(plan.get("TreatPlanNum")),
            patient_id=ident(plan.get("PatNum")),
            acceptance=sighting.acceptance,
            accepted_at=sighting.at,
        )

    def _is_here(self, plan: Row) -> bool:
        """In a database with clinics a plan belongs to the clinic of its patient."""
        clinic = self._office.options.clinic_num
        if not clinic:
            return True
        patient = ident(plan.get("PatNum"))
        if patient not in self._clinic_of:
            self._clinic_of[patient] = ident(self._office.client.get(f"/patients/{patient}").get("ClinicNum"))
        return self._clinic_of[patient] == clinic

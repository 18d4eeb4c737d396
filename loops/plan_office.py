"""Keeps plans in step with the practice management system: files agreements, writes plans, compares daily."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta

import structlog

from connectors.base import Capability, DocumentDraft, Documents, Pms, Vendors
from connectors.errors import ABOUT_THIS_ROW, ConnectorError, InvalidRequest, NotFound
from connectors.plan_roles import PaymentPlans
from domain.location import Location
from domain.plan_records import (
    NOT_FILED,
    NOT_IN_PMS,
    PlanEvent,
    PlanRecord,
    PlanState,
    PlanTermDifference,
    PlanVersion,
)
from loops.plan_differences import differences, for_a_person, seen_before
from loops.plan_ports import Days, Hearing, Locations, Plans, TaskAsker, TaskKeeper
from loops.plan_writing import (
    GONE,
    NOT_CLOSED,
    person_s_word,
    pms_draft,
    refused_difference,
    since_first_seen,
    term_differences,
)
from loops.ports import Clock

log = structlog.get_logger(__name__)

TERMS_KIND, CHARGES_KIND = "plan_terms", "plan_charges"

_FEW = 60
"""So many plans of a location are asked about every day: seven minutes of its PMS's one request a second."""


class PlanOfficeLoop:
    """Every write is looked for by our tag first, so a round may be repeated at any point. What the PMS refuses of one
    plan is put aside with its reason, and the round goes on to the next; only a PMS that is down ends it."""

    name = "plan_office"
    every = 60.0

    def __init__(
        self,
        plans: Plans,
        days: Days,
        hearing: Hearing,
        locations: Locations,
        vendors: Vendors,
        clock: Clock,
        ask_person: TaskAsker,
        keeper: TaskKeeper,
    ) -> None:
        self._plans = plans
        self._hearing = hearing
        self._days = days
        self._locations = locations
        self._vendors = vendors
        self._clock = clock
        self._ask_person = ask_person
        self._keeper = keeper

    async def step(self) -> None:
        for location in self._locations.all():
            for work in (self.file_agreements, self.write_plans, self.tell_pms, self.compare):
                await asyncio.to_thread(self._guarded, work, location)

    def _guarded(self, work: Callable[[Location], int], location: Location) -> None:
        """The PMS may be down; our rows stand and the next round tries again."""
        try:
            work(location)
        except ConnectorError as down:
            log.warning("plans wait for the PMS", location=location.key, error=type(down).__name__)

    def file_agreements(self, location: Location) -> int:
        """Signed agreements go into the patient's chart. Returns how many did."""
        waiting = self._plans.not_filed(location.key)
        pms = self._vendors.pms(location.key)
        if not waiting or not isinstance(pms, Documents) or Capability.DOCUMENTS not in pms.info.capabilities:
            return 0
        for version in waiting:
            plan = self._plans.readable(version.plan_id)
            if plan is None:
                continue
            try:
                document_id = pms.file_document(_document(plan, version))
            except ABOUT_THIS_ROW as refused:
                self._not_filed(plan, version, type(refused).__name__)
                continue
            self._plans.filed(plan.id, version.number, document_id)
            self._log(plan, "filed", f"the signed agreement is document {document_id} of the PMS")
        return len(waiting)

    def _not_filed(self, plan: PlanRecord, version: PlanVersion, why: str) -> None:
        """A person puts it into the chart; the task comes first, so that none is lost."""
        text = f"The PMS refused the signed agreement, version {version.number} ({why}). Put it into the chart by hand."
        self._ask_person(plan.id, "plan_paper", text, f"version {version.number}")
        self._plans.filed(plan.id, version.number, NOT_FILED)
        self._log(plan, "filed", f"the PMS refused the signed agreement, version {version.number}: {why}")

    def write_plans(self, location: Location) -> int:
        """Plans at work are made in the PMS too. Returns how many were."""
        pms = self._vendors.pms(location.key)
        if not location.payment_plans.write_to_pms or not _keeps_plans(pms):
            return 0
        assert isinstance(pms, PaymentPlans)
        written = 0
        for plan in self._plans.not_in_pms(location.key):
            draft = pms_draft(plan)
            if draft is None or not draft.items:
                continue
            try:
                pms_plan_id = pms.create_payment_plan(draft)
            except ABOUT_THIS_ROW as refused:
                self._log(plan, "pms", f"the PMS does not take this plan: {refused}")
                self._plans.mark(plan.id, {"pms_plan_id": NOT_IN_PMS})
                continue
            self._plans.mark(plan.id, {"pms_plan_id": pms_plan_id})
            self._log(plan, "pms", f"the plan is payment plan {pms_plan_id} of the PMS")
            written += 1
        return written

    def tell_pms(self, location: Location) -> int:
        """Newly signed terms and production, and closing, go to the PMS as far as it takes them; what it holds then is
        read back, and each difference kept as a row. Returns how many plans it was told of."""
        pms = self._vendors.pms(location.key)
        if not location.payment_plans.write_to_pms or not _keeps_plans(pms):
            return 0
        assert isinstance(pms, PaymentPlans)
        waiting = self._plans.to_tell_pms(location.key)
        for plan in waiting:
            tell = self._tell_terms if plan.state is PlanState.ACTIVE else self._tell_closing
            tell(pms, plan, self._today(location))
        return len(waiting)

    def _tell_closing(self, pms: PaymentPlans, plan: PlanRecord, today: date) -> None:
        text = f"payment plan {plan.pms_plan_id} of the PMS is closed"
        left: list[PlanTermDifference] = []
        try:
            pms.close_payment_plan(plan.pms_plan_id)
        except NotFound:
            text = f"payment plan {plan.pms_plan_id} is not in the PMS any more: {GONE}"
        except ABOUT_THIS_ROW as refused:
            text = f"the PMS does not close payment plan {plan.pms_plan_id}: {refused}"
            left = [refused_difference(plan, "open", NOT_CLOSED, today)]
        self._keep_terms(plan, left)
        self._keeper.keep_tasks(plan.id, CHARGES_KIND, {})
        self._plans.mark(plan.id, {"pms_closed": True})
        self._log(plan, "pms", text)

    def _tell_terms(self, pms: PaymentPlans, plan: PlanRecord, today: date) -> None:
        try:
            self._change_terms(pms, plan, today)
        except ABOUT_THIS_ROW as refused:
            self._put_aside(plan, refused, today)
            self._plans.mark(plan.id, {"pms_version": plan.signed_version})

    def _put_aside(self, plan: PlanRecord, refused: ConnectorError, today: date) -> None:
        """The PMS says nothing of this plan; a row of the report says why, a person looks, each day asks anew."""
        why = GONE if isinstance(refused, NotFound) else f"the PMS refused to tell of it: {refused}"
        known = {row.explanation for row in self._days.term_differences(plan_id=plan.id)}
        self._keep_terms(plan, [refused_difference(plan, "payment plan", why, today)])
        if why not in known:
            self._log(plan, "pms", f"payment plan {plan.pms_plan_id} of the PMS: {why}")
            log.warning("a plan is put aside", plan_id=plan.id, error=type(refused).__name__)

    def _change_terms(self, pms: PaymentPlans, plan: PlanRecord, today: date) -> None:
        draft = pms_draft(plan)
        if draft is not None:
            try:
                pms.change_payment_plan(plan.pms_plan_id, draft)
            except InvalidRequest as refused:
                self._log(plan, "pms", f"the PMS does not take the new terms: {refused}")
        found = self._keep_terms(plan, term_differences(plan, pms.payment_plan(plan.pms_plan_id), today))
        self._plans.mark(plan.id, {"pms_version": plan.signed_version})
        differ = f"; {len(found)} differ" if found else ", which holds the same"
        self._log(plan, "pms", f"version {plan.signed_version} was told to the PMS{differ}")

    def compare(self, location: Location) -> int:
        """Posted charges, terms and production of both sides, once a day a plan: three requests, more when a plan has
        more than a page of charges or of items. Returns how much differs."""
        pms = self._vendors.pms(location.key)
        if not _keeps_plans(pms):
            return 0
        assert isinstance(pms, PaymentPlans)
        today = self._today(location)
        found = 0
        waiting = self._plans.to_compare(location.key, today)
        few = bool(waiting) and self._plans.at_work(location.key) <= _FEW
        for plan in waiting:
            if _may_have_news(plan, today, few):
                plan = self._hearing.hear(plan.id)
            if plan.pms_plan_id != NOT_IN_PMS:
                found += self._compare_both(pms, plan, today)
            self._plans.mark(plan.id, {"compared_on": today})
        return found

    def _compare_both(self, pms: PaymentPlans, plan: PlanRecord, today: date) -> int:
        try:
            charges = pms.payment_plan_charges(plan.pms_plan_id)
            terms = pms.payment_plan(plan.pms_plan_id)
        except ABOUT_THIS_ROW as refused:
            self._put_aside(plan, refused, today)
            return 1
        rows = seen_before(differences(plan, charges, today), self._days.differences(plan_id=plan.id))
        self._days.replace_differences(plan.id, rows)
        if plan.pms_version < plan.signed_version:
            return len(rows)  # the PMS was not told yet, or is not told of this location's plans any more
        self._keeper.keep_tasks(plan.id, CHARGES_KIND, for_a_person(plan, rows, today))
        return len(rows) + len(self._keep_terms(plan, term_differences(plan, terms, today)))

    def _keep_terms(self, plan: PlanRecord, found: list[PlanTermDifference]) -> list[PlanTermDifference]:
        """What differs now takes the place of what did, and a person has a task as long as anything does."""
        rows = since_first_seen(found, self._days.term_differences(plan_id=plan.id))
        self._days.replace_term_differences(plan.id, rows)
        self._keeper.keep_tasks(plan.id, TERMS_KIND, person_s_word(plan, rows))
        return rows

    def _today(self, location: Location) -> date:
        return self._clock.now().astimezone(location.tz).date()

    def _log(self, plan: PlanRecord, kind: str, text: str) -> None:
        self._plans.log(plan.id, [PlanEvent(at=self._clock.now(), actor="chairtime", kind=kind, text=text)])


def _keeps_plans(pms: Pms) -> bool:
    return isinstance(pms, PaymentPlans) and Capability.PAYMENT_PLANS in pms.info.capabilities


def _may_have_news(plan: PlanRecord, today: date, few: bool) -> bool:
    """Insurance and adjustments come in at any time, but a question costs the PMS several requests: where plans are
    many it is asked shortly before a charge, and on Mondays, so that a plan that charged everything can still turn out
    overcharged."""
    if plan.plan is None or plan.plan.terms.locked:
        return False
    soon = plan.next_due is not None and plan.next_due <= today + timedelta(days=2)
    return few or soon or today.weekday() == 0


def _document(plan: PlanRecord, version: PlanVersion) -> DocumentDraft:
    return DocumentDraft(
        patient_id=plan.patient_id,
        title=f"Payment plan agreement, version {version.number}",
        extension=".pdf",
        content=version.signed_agreement,
        tag=f"{plan.id}-{version.number}",
    )

"""What the office and the patient do with a plan: make, change, offer, sign, allow a card, close, delete.

Everything is refused here and not only on a page; each refusal says how to mend it.
"""

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from activities.plan_facts import Payer, account_of, payer, production_of
from activities.plan_paper import PlanPapers
from activities.plan_ports import AgreementPrinter, Catalogue, CollectionStore, PlanStore
from activities.plan_steps import PATIENT, PlanSteps
from activities.ports import CaseStore, DepositStore, Locations
from connectors.base import Vendors
from domain import plan_life as life
from domain.money import format_usd
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.production import ProductionItem
from domain.payment_plan.terms import OfficePolicy
from domain.plan_catalogue import PlanCatalogue
from domain.plan_law import Shown, shown
from domain.plan_life import By, PlanRefusedError, Step
from domain.plan_news import insured_too
from domain.plan_records import (
    COMING_IN,
    DEPOSIT_USED,
    PLAN_ID,
    PlanRecord,
    PlanState,
    PlanVersion,
    Proposal,
    Signature,
)
from domain.records import DepositRecord, DepositState

_CHANGED_MEANWHILE = (
    "Somebody else changed this since you opened the page, so yours was not saved. Below is theirs, with the note that "
    "you typed beside it; put together what is to stand, and save again."
)


@dataclass(frozen=True, slots=True)
class Preview:
    """A proposal worked out without keeping anything."""

    plan: PaymentPlan
    figures: Shown


class PlanDesk:
    def __init__(
        self,
        plans: PlanStore,
        collections: CollectionStore,
        steps: PlanSteps,
        cases: CaseStore,
        deposits: DepositStore,
        locations: Locations,
        vendors: Vendors,
        catalogue: Catalogue,
        printer: AgreementPrinter,
    ) -> None:
        self._plans = plans
        self._collections = collections
        self._steps = steps
        self._cases = cases
        self._deposits = deposits
        self._locations = locations
        self._vendors = vendors
        self._catalogue = catalogue
        self._papers = PlanPapers(locations, catalogue, printer)

    def catalogue(self, location: str) -> PlanCatalogue:
        """Categories, templates and words of this location."""
        return self._catalogue(location)

    def from_case(self, case_id: str, by: str, template: str = "") -> PlanRecord:
        """A draft of the case's procedures; the one there is when the case has one already.

        A deposit that was paid becomes the down payment.
        """
        for known in self._plans.of_case(case_id):
            if known.state is not PlanState.DELETED:
                return known
        case = self._cases.get(case_id)
        deposit = self.free_deposit(case_id)
        return self._make(
            plan_id=_plan_id(case_id, str(len(self._plans.of_case(case_id)))),
            location=case.location,
            patient_id=case.patient_id,
            treatment_plan_id=case.plan_id,
            by=by,
            template=template,
            case_id=case_id,
            only={row.id for row in case.procedures},
            deposit=deposit,
        )

    def from_treatment_plan(
        self, location: str, patient_id: str, treatment_plan_id: str, by: str, command_id: str
    ) -> PlanRecord:
        """A draft of all that a treatment plan of the PMS has; the same command makes the same draft."""
        plan_id = _plan_id(location, command_id)
        return self._plans.find(plan_id) or self._make(plan_id, location, patient_id, treatment_plan_id, by)

    def available(self, plan_id: str) -> tuple[ProductionItem, ...]:
        """Procedures and adjustments of the patient that are on no payment plan yet, read from the PMS now."""
        record = self._plans.get(plan_id)
        account = account_of(self._vendors.pms(record.location), record.patient_id, record.treatment_plan_id)
        free = account.free(record.pms_plan_id)
        return tuple(item for item in free if not self._plans.item_plan(record.account, item.id))

    def preview(self, plan_id: str, proposal: Proposal) -> Preview:
        """The plan as it would be. Raises PlanRefusedError with everything that is wrong with the proposal."""
        record = self._plans.get(plan_id)
        today = self._steps.today(record.location)
        plan = life.proposed_plan(record, proposal, today, self._policy(record))
        return Preview(plan, shown(plan, today, record.cash_price_of(plan.principal_cents), record.plan))

    def propose(self, plan_id: str, proposal: Proposal, by: str) -> PlanRecord:
        """Keep new terms or production; what is signed stays in force until the new version is signed."""

        insured = self._insured_news(self._plans.get(plan_id), {item.id for item in proposal.production})

        def work(record: PlanRecord, who: By) -> Step:
            return insured_too(life.propose(record, proposal, self._policy(record), who), insured, who)

        return self._steps.take(plan_id, work, by)

    def _insured_news(self, record: PlanRecord, proposed: set[str]) -> Set[str]:
        """New items may be on an insurance payment plan too; then the offer waits for the patient's portion. Read
        before anything is kept, so that a PMS that is down leaves nothing half done."""
        if proposed <= {item.id for item in record.newest_production}:
            return frozenset()
        account = account_of(self._vendors.pms(record.location), record.patient_id, record.treatment_plan_id)
        return account.insured & proposed

    def describe(
        self, plan_id: str, by: str, *, seen: str = "", guarantor_id: str = "", **changes: object
    ) -> PlanRecord:
        """Set `category`, `autopay`, `cash_price_cents`, `insured` or `note` of a plan, and who pays if somebody else
        does: all or nothing, each change audited; refused when it is not as it was `seen` (PlanRecord.about)."""
        record = self._plans.get(plan_id)
        pays = self._payer(record, guarantor_id) if guarantor_id not in ("", record.guarantor_id) else None

        def work(record: PlanRecord, who: By) -> Step:
            if seen not in ("", record.about):
                raise PlanRefusedError(_CHANGED_MEANWHILE)
            real = {name: value for name, value in changes.items() if getattr(record, name) != value}
            if "cash_price_cents" in real and record.plan is not None:
                raise PlanRefusedError("The cash price is part of what was signed; make a new plan to change it.")
            if real.get("autopay") and not self._card_was_signed(record):
                raise PlanRefusedError("The card was not part of what was signed; make a new plan to charge one.")
            events = tuple(who.event(name, f"{name.replace('_', ' ')}: {value}") for name, value in real.items())
            on_paper = real.keys() & {"cash_price_cents", "autopay"}
            if "cash_price_cents" in real:
                real["cash_price_for_cents"] = record.shown_plan.principal_cents
            base = life.without_offer(record) if on_paper else record
            after = base.model_copy(update=real)
            if "cash_price_cents" in real:
                _refuse_cash_price(after, who)
            return _paid_by(Step(after, events), pays, who) if pays else Step(after, events)

        return self._steps.take(plan_id, work, by)

    def _payer(self, record: PlanRecord, guarantor_id: str) -> Payer:
        pms = self._vendors.pms(record.location)
        return payer(pms, pms.patient(record.patient_id), guarantor_id, self._locations.get(record.location))

    def offer(self, plan_id: str, by: str, language: str = "") -> PlanVersion:
        """Freeze the proposal as a version with its paper, to be signed; an older offer ends. In this language, else in
        the one that this payer chose for the last one."""
        record = self._plans.get(plan_id)
        last = self._plans.version(plan_id, record.version)
        same = last is not None and last.parties is not None and last.parties.guarantor_id == record.guarantor_id
        return self._offered(record, by, language or (last.language if last is not None and same else ""))

    def offer_in(self, plan_id: str, language: str) -> PlanVersion:
        """The offer that is out, made anew in another language as the payer wishes; it does not end later for it."""
        record = self._plans.get(plan_id)
        out = self._plans.version(plan_id, record.version)
        if out is None or not life.waits_for_signature(record, out):
            raise PlanRefusedError("There is no offer that waits; ask the office for a new one.", "offer_over")
        if self._steps.today(record.location) > out.valid_until:
            raise PlanRefusedError(f"This offer ended on {out.valid_until}; ask for a new one.", "offer_over")
        return out if out.language == language else self._offered(record, PATIENT, language, out.valid_until)

    def _offered(self, record: PlanRecord, by: str, language: str = "", until: date = date.max) -> PlanVersion:
        made = self._papers.offer(record, self._steps.by(record.location, by), language)
        version = made.model_copy(update={"valid_until": min(made.valid_until, until)})

        def work(now: PlanRecord, who: By) -> Step:
            if now.proposal != version.proposal or now.version >= version.number or _paper_of(now) != _paper_of(record):
                raise PlanRefusedError("The plan was changed a moment ago; look at it and offer it again.")
            return life.offered(now, version.number, who)

        self._steps.take(record.id, work, by, version=version)
        return version

    def sign(self, plan_id: str, number: int, agreement_sha256: str, signature: Signature) -> PlanRecord:
        """The patient signs what was offered. Raises PlanRefusedError when the law's disclosures were not in it.

        A plan that charges no card goes to work at once; else it does when the card is allowed, or on its first date.
        """
        version = self._plans.version(plan_id, number)
        if version is None:
            raise PlanRefusedError("There is no such offer; open the newest one.", "offer_over")
        record = self._plans.get(plan_id)
        who = self._steps.by(record.location, PATIENT)
        kept = self._papers.signed(version.model_copy(update={"signature": signature, "signed_at": who.now}), record)

        def work(record: PlanRecord, who: By) -> Step:
            if version.shown.finance_charge_cents and not self._policy(record).allow_apr:
                raise PlanRefusedError("This location does not allow a finance charge any more.", "offer_over")
            return life.signed(record, version, signature, agreement_sha256, who)

        after = self._steps.take(plan_id, work, PATIENT, version=kept)
        if after.state is PlanState.SIGNED and not after.autopay:
            return self.activate(plan_id)
        return after

    def activate(self, plan_id: str, by: str = "chairtime") -> PlanRecord:
        """Put a signed plan to work; a deposit of its case that was paid and is free pays its down payment."""
        record = self._plans.get(plan_id)
        if record.state is not PlanState.SIGNED:
            return record
        deposit = self.free_deposit(record.case_id, plan_id) if record.case_id else None

        def work(now: PlanRecord, who: By) -> Step:
            if now.state is not PlanState.SIGNED:
                return Step(now, ())
            return life.activated(now, who, deposit.id if deposit else "", _kept_cents(deposit))

        after = self._steps.take(plan_id, work, by)
        if deposit is not None and after.deposit_id == deposit.id:
            self._deposits.settle(deposit.id, DepositState.PAID, {"note": f"{DEPOSIT_USED}{plan_id}"})
        return after

    def close(self, plan_id: str, by: str) -> PlanRecord:
        return self._steps.take(plan_id, life.closed, by)

    def reopen(self, plan_id: str, by: str) -> PlanRecord:
        return self._steps.take(plan_id, life.reopened, by)

    def delete(self, plan_id: str, by: str) -> PlanRecord:
        """Refused while money of the plan is being taken: it would come in on a plan that is no more."""

        def work(record: PlanRecord, who: By) -> Step:
            if any(row.state in COMING_IN for row in self._collections.of_plan(plan_id)):
                raise PlanRefusedError("A payment of this plan is being made just now; look again in a minute.")
            return life.deleted(record, who)

        return self._steps.take(plan_id, work, by)

    def free_deposit(self, case_id: str, plan_id: str = "") -> DepositRecord | None:
        """The case's paid deposit that is not another plan's already."""
        for deposit in self._deposits.of_case(case_id):
            users = {plan.id for plan in self._plans.of_deposit(deposit.id) if plan.state is not PlanState.DELETED}
            if deposit.state is DepositState.PAID and users <= {plan_id}:
                return deposit
        return None

    def _make(
        self,
        plan_id: str,
        location: str,
        patient_id: str,
        treatment_plan_id: str,
        by: str,
        template: str = "",
        case_id: str = "",
        only: set[str] | None = None,
        deposit: DepositRecord | None = None,
    ) -> PlanRecord:
        place, pms = self._locations.get(location), self._vendors.pms(location)
        who = self._steps.by(location, by)
        patient = pms.patient(patient_id)
        found = pms.plan(treatment_plan_id, patient_id)
        rows = [row for row in found.procedures if not only or row.id in only]
        account = account_of(pms, patient_id, treatment_plan_id)
        named = production_of(rows, estimated=found.estimates_insurance)
        known = {item.id: item for item in account.items}
        items = tuple(known.get(item.id, item) for item in named)
        if not items:
            raise PlanRefusedError("This treatment plan has no procedure that could be paid in parts.")
        chosen = self._catalogue(location).template(template)
        terms = chosen.terms(who.today, sum(item.amount_cents for item in items))
        if deposit is not None:
            terms = replace(terms, down_payment_cents=_kept_cents(deposit))
        record = PlanRecord(
            id=plan_id,
            location=location,
            account=place.account,
            patient_id=patient_id,
            first_name=patient.first_name,
            last_name=patient.last_name,
            birthdate=patient.birthdate,
            case_id=case_id,
            treatment_plan_id=treatment_plan_id,
            deposit_id=deposit.id if deposit else "",
            template=chosen.key,
            proposal=Proposal(terms, items),
            insured=tuple(sorted(account.insured & {item.id for item in items})),
            created_at=who.now,
            **payer(pms, patient, "", place).fields(),
        )
        self._plans.add(record, [who.event("draft", f"made from treatment plan {treatment_plan_id}")])
        return self._plans.get(plan_id)

    def _policy(self, record: PlanRecord) -> OfficePolicy:
        return self._locations.get(record.location).payment_plans.policy

    def _card_was_signed(self, record: PlanRecord) -> bool:
        """Whether the paper that is in force has the permission to charge a card; a draft has none to lack."""
        version = self._plans.version(record.id, record.signed_version) if record.plan is not None else None
        return version is None or bool(version.card_words)


def _paid_by(step: Step, pays: Payer, who: By) -> Step:
    event = who.event("guarantor", f"{pays.name} (#{pays.guarantor_id}) pays")
    return life.with_payer(step.record, pays.fields(), (*step.events, event), who)


def _refuse_cash_price(record: PlanRecord, who: By) -> None:
    """A price with which the law's figures cannot be worked out, such as one below the down payment or above the
    plan's own amount, is not kept."""
    plan = record.shown_plan
    named = record.cash_price_cents
    if named is not None and not 0 < named <= plan.principal_cents:
        most = format_usd(plan.principal_cents)
        raise PlanRefusedError(
            f"The cash price is what the work costs without the plan: above zero and at most {most}, the amount of "
            "this plan. Leave it empty when both are the same."
        )
    try:
        shown(plan, who.today, record.cash_price_of(plan.principal_cents))
    except ValueError as wrong:
        raise PlanRefusedError(f"The cash price does not fit the terms: {wrong}") from wrong


def _paper_of(record: PlanRecord) -> tuple[object, ...]:
    """What of a plan stands on its paper beside the terms."""
    who = (record.guarantor_id, record.guarantor_name, record.debit_patient_id, record.autopay, record.language)
    return (*who, record.cash_price_cents)


def _plan_id(*seed: str) -> str:
    """Opaque, the same for the same request."""
    return PLAN_ID + sha256("|".join(seed).encode()).hexdigest()[:20]


def _kept_cents(deposit: DepositRecord | None) -> int:
    return deposit.amount_cents - deposit.refunded_cents if deposit else 0

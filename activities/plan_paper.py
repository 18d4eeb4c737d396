"""The paper of an offer: its figures, its words in the payer's language, the PDF and its hash; and the signed one."""

from datetime import date, timedelta
from hashlib import sha256

from activities.plan_ports import AgreementPrinter, Catalogue
from activities.ports import Locations
from domain import plan_life as life
from domain.payment_plan.disclosure import is_new
from domain.plan_agreement import agreement_of, printed_phone, replacement_fields
from domain.plan_catalogue import filled
from domain.plan_law import rate_holds_until, rest_holds_until, shown
from domain.plan_life import By, PlanRefusedError
from domain.plan_records import Parties, PlanRecord, PlanVersion
from domain.plan_words import in_their_language


class PlanPapers:
    def __init__(self, locations: Locations, catalogue: Catalogue, printer: AgreementPrinter) -> None:
        self._locations = locations
        self._catalogue = catalogue
        self._print = printer

    def offer(self, record: PlanRecord, who: By, language: str = "") -> PlanVersion:
        """The proposal as a version with its paper, in the plan's language or another. Raises PlanRefusedError."""
        place = self._locations.get(record.location)
        settings = place.payment_plans
        if record.proposal is None:
            raise PlanRefusedError("There is nothing new to offer; change the terms or the production first.")
        plan = life.proposed_plan(record, record.proposal, who.today, settings.policy)
        cash_price = record.cash_price_of(plan.principal_cents)
        figures = shown(plan, who.today, cash_price, record.plan)
        catalogue, parties = self._catalogue(record.location), self.parties(record)
        language = language or record.language
        reader = record.model_copy(update={"language": language})
        fields = replacement_fields(reader, plan, figures, parties.practice, place.phone, settings.notice_days)
        phone = printed_phone(place.phone)
        card = filled(catalogue.card_permission, language, fields) if record.autopay else ""
        draft = PlanVersion(
            plan_id=record.id,
            number=record.version + 1,
            proposal=record.proposal,
            shown=figures,
            parties=parties,
            language=language,
            words=in_their_language(
                filled(catalogue.agreement, language, fields), catalogue.agreement, language, phone
            ),
            card_words=in_their_language(card, catalogue.card_permission, language, phone),
            offered_at=who.now,
            offered_by=who.actor,
            valid_until=rate_holds_until(
                figures, plan, cash_price, _last_day(record, who.today, settings.offer_days), record.plan
            ),
            agreement=b"",
            agreement_sha256="",
        )
        paper = self._print(agreement_of(draft, parties))
        return draft.model_copy(update={"agreement": paper, "agreement_sha256": sha256(paper).hexdigest()})

    def signed(self, version: PlanVersion, record: PlanRecord) -> PlanVersion:
        """The version with its signed paper."""
        paper = self._print(agreement_of(version, version.parties or self.parties(record)))
        return version.model_copy(update={"signed_agreement": paper})

    def parties(self, record: PlanRecord) -> Parties:
        """Who agrees, as the plan says now."""
        place = self._locations.get(record.location)
        return Parties(
            practice=place.payment_plans.creditor or place.name,
            address=place.address,
            phone=place.phone,
            zone=place.zone,
            patient=f"{record.first_name} {record.last_name}".strip(),
            guarantor_id=record.guarantor_id,
            guarantor=record.guarantor_name,
            debit_patient_id=record.debit_patient_id,
            autopay=record.autopay,
        )


def _last_day(record: PlanRecord, today: date, days: int) -> date:
    """The last day on which the offer could be signed, as far as the dates go."""
    last = today + timedelta(days=days)
    assert record.proposal is not None, "an offer has a proposal"
    if record.plan is None or is_new(record.plan):
        return max(today, min(last, record.proposal.terms.first_due))
    return rest_holds_until(record.plan, today, last)

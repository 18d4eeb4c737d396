"""The life of a payment plan: draft, offered, signed, active, closed, reopened; every step refuses what it must.

A step gives the plan after it and the lines of the audit; a refused one raises PlanRefusedError with the mend.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from domain.money import format_usd
from domain.payment_plan import close as closing
from domain.payment_plan.change import attach_production, change_terms, refresh_production, remove_production
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.posting import open_plan
from domain.payment_plan.production import ProcedureStatus, ProductionItem, attach_problem, portion_problems
from domain.payment_plan.render import terms_note
from domain.payment_plan.terms import OfficePolicy, term_problems
from domain.plan_law import missing_disclosures, rate_problems, shown
from domain.plan_money import gathered, next_due, owed_by, receive
from domain.plan_records import (
    ENDED,
    IN_FORCE,
    SIGNABLE,
    PlanCard,
    PlanEvent,
    PlanRecord,
    PlanState,
    PlanVersion,
    Proposal,
    Signature,
)

PayerWord = Literal["plan_refused", "offer_over", "sign_full_name", "just_now", "payment_over", "nothing_left"]


class PlanRefusedError(ValueError):
    """The step is not allowed; the message tells staff why and what to do instead, `word` names what a payer reads."""

    def __init__(self, message: str, word: PayerWord = "plan_refused") -> None:
        super().__init__(message)
        self.word = word


class PlanChangedError(Exception):
    """Somebody saved this plan since it was read; read it again and repeat the step."""


class CollectionMovedError(Exception):
    """The money of this date was settled meanwhile; look at it again."""


@dataclass(frozen=True, slots=True)
class Step:
    """What became of the plan, and the audit of it. `owed`: money to collect, by date."""

    record: PlanRecord
    events: tuple[PlanEvent, ...]
    owed: tuple[tuple[date, int], ...] = ()


@dataclass(frozen=True, slots=True)
class By:
    """Who does it, when, and on which local day."""

    actor: str
    now: datetime
    today: date

    def event(self, kind: str, text: str) -> PlanEvent:
        """A line of the audit."""
        return PlanEvent(at=self.now, actor=self.actor, kind=kind, text=text)


def proposed_plan(record: PlanRecord, proposal: Proposal, today: date, policy: OfficePolicy) -> PaymentPlan:
    """The plan as it would be with this proposal. Raises PlanRefusedError with everything that is wrong with it."""
    problems = [problem for item in proposal.production if (problem := attach_problem(item, None))]
    problems += portion_problems(proposal.production, record.insured)
    if problems:
        raise PlanRefusedError(" ".join(problems))
    try:
        plan = _new_or_changed(record, proposal, today, policy)
        figures = shown(plan, today, record.cash_price_of(plan.principal_cents), record.plan)
    except ValueError as refused:
        raise PlanRefusedError(str(refused)) from refused
    if figures.finance_charge_cents and not policy.allow_apr:
        raise PlanRefusedError(
            f"The plan costs {format_usd(figures.finance_charge_cents)} more than the cash price, which is a finance "
            "charge; this location does not allow one. Use the cash price as the plan's amount."
        )
    return plan


def _new_or_changed(record: PlanRecord, proposal: Proposal, today: date, policy: OfficePolicy) -> PaymentPlan:
    if record.plan is not None:
        plan = _changed(record.plan, proposal, today, policy)
        if plan.charges and plan.terms != record.plan.terms and not _has_more_to_charge(plan):
            raise PlanRefusedError(
                "All of this plan is charged, so other terms would change nothing: what is unpaid stays due as it is. "
                "Take it as it comes in, or attach more work."
            )
        return plan
    plan = PaymentPlan(proposal.terms, proposal.production)
    wrong = term_problems(proposal.terms, plan.principal_cents, today, policy)
    if wrong:
        raise PlanRefusedError(" ".join(wrong))
    return plan


def propose(record: PlanRecord, proposal: Proposal, policy: OfficePolicy, by: By) -> Step:
    """New terms or production, to be offered and signed. What is in force stays in force until then."""
    _refuse(record, PlanState.CLOSED, "reopen it first")
    _refuse(record, PlanState.DELETED, "make a new one")
    proposed_plan(record, proposal, by.today, policy)
    before = record.proposal
    state = PlanState.DRAFT if record.state is PlanState.OFFERED else record.state
    after = record.model_copy(update={"proposal": proposal, "state": state})
    return Step(after, tuple(by.event("terms", line) for line in _what_changed(before, proposal)))


def offered(record: PlanRecord, number: int, by: By) -> Step:
    """The version of that number goes out to be signed; an older offer ends."""
    _refuse(record, PlanState.CLOSED, "reopen it first")
    _refuse(record, PlanState.DELETED, "make a new one")
    if record.proposal is None:
        raise PlanRefusedError("There is nothing new to offer; change the terms or the production first.")
    state = PlanState.OFFERED if record.plan is None else record.state
    after = record.model_copy(update={"state": state, "version": number})
    text = f"version {number} offered: {terms_note(record.proposal.terms)}"
    return Step(after, (by.event("offered", text),))


def with_payer(record: PlanRecord, fields: Mapping[str, object], events: tuple[PlanEvent, ...], by: By) -> Step:
    """Somebody else pays. Who pays is part of what is offered and signed: an offer ends, a signed plan refuses."""
    if record.plan is not None:
        raise PlanRefusedError("Who pays is part of what was signed; close or delete this plan and make a new one.")
    if record.card is not None:
        events = (*events, by.event("card", "the card permission of the guarantor before is cleared"))
    return Step(without_offer(record).model_copy(update={**without_card(record), **fields}), events)


def without_offer(record: PlanRecord) -> PlanRecord:
    """The plan when what its paper says is no longer so: the offer that is out ends."""
    return record.model_copy(update={"state": PlanState.DRAFT}) if record.state is PlanState.OFFERED else record


def waits_for_signature(record: PlanRecord, version: PlanVersion) -> bool:
    """Whether this offer still stands as it was made."""
    return (
        record.state in SIGNABLE
        and version.number == record.version > record.signed_version
        and not (version.withdrawn_at or version.signature)
        and record.proposal == version.proposal
        and _same_payer(record, version)
    )


def _same_payer(record: PlanRecord, version: PlanVersion) -> bool:
    """Whether the paper names the one who pays now; offers from before that was kept name nobody."""
    parties = version.parties
    return parties is None or (parties.guarantor_id, parties.guarantor, parties.debit_patient_id, parties.autopay) == (
        record.guarantor_id,
        record.guarantor_name,
        record.debit_patient_id,
        record.autopay,
    )


def sign_problems(record: PlanRecord, version: PlanVersion, agreement_sha256: str, today: date) -> list[str]:
    """Why this version cannot be signed now; empty when it can. Checks the law again, whatever the page showed."""
    proposal = record.proposal
    if record.state in ENDED:
        return [f"This plan is {record.state}, so it cannot be signed; ask the office for a new one."]
    if proposal is None or version.number != record.version or version.withdrawn_at or version.signature:
        return ["This offer was replaced or signed already; please open the newest one."]
    if today > version.valid_until:
        return [f"This offer ended on {version.valid_until}; ask the office for a new one."]
    if agreement_sha256 != version.agreement_sha256:
        return ["The agreement that was read is not the one on offer; please open it again."]
    if proposal != version.proposal:
        return ["The terms were changed after this offer; please open the newest one."]
    if record.state not in SIGNABLE or not _same_payer(record, version):
        return ["Who pays, or how, was changed after this offer; ask the office for a new one."]
    try:
        plan = _as_offered(record, proposal, version)
        cash_price = record.cash_price_of(plan.principal_cents)
        return missing_disclosures(version.shown, plan, cash_price, record.plan) or rate_problems(
            version.shown, plan, cash_price, today, record.plan
        )
    except ValueError as refused:
        return [f"The plan was changed after this offer: {refused}"]


def signed(record: PlanRecord, version: PlanVersion, signature: Signature, sha256: str, by: By) -> Step:
    """The patient agreed. Changed terms of a plan at work count at once; a new plan is put to work by `activated`."""
    if problems := sign_problems(record, version, sha256, by.today):
        raise PlanRefusedError(" ".join(problems), "offer_over")
    if len(signature.name.strip()) < 2 or not signature.mark.strip():
        raise PlanRefusedError("Please type or draw your full name.", "sign_full_name")
    assert record.proposal is not None
    notes = _with_note(record.terms_notes, by.today, version.number, record.proposal)
    plan = _as_offered(record, record.proposal, version)
    changes: dict[str, object] = {
        "plan": plan,
        "proposal": None,
        "signed_version": version.number,
        "terms_notes": notes,
    }
    if record.state is PlanState.ACTIVE:
        changes["next_due"] = next_due(plan)
    else:
        due = _first_due(plan, by.today)
        changes |= {"state": PlanState.SIGNED, "signed_on": by.today, "next_due": due}
    text = f"version {version.number} signed ({signature.how}) by {signature.name} from {signature.address}"
    return Step(record.model_copy(update=changes), (by.event("signed", text),))


def activated(record: PlanRecord, by: By, deposit_id: str = "", deposit_cents: int = 0) -> Step:
    """Put a signed plan to work: its down payment is charged, and a deposit that was paid pays it.

    It opens as of the day of its signature, so that a run a day late charges the dates that were signed.
    """
    if record.state is not PlanState.SIGNED or record.plan is None:
        raise PlanRefusedError("Only a signed plan can be put to work.")
    plan = open_plan(record.plan, record.signed_on or by.today)
    events = [by.event("active", "the plan is at work")]
    if deposit_cents:
        plan = receive(plan, deposit_cents, by.today, deposit_id)
        events.append(by.event("deposit", f"the deposit of {format_usd(deposit_cents)} counts as a payment"))
    after = record.model_copy(
        update={
            "plan": plan,
            "state": PlanState.ACTIVE,
            "deposit_id": deposit_id or record.deposit_id,
            "activated_at": by.now,
            "next_due": next_due(plan),
        }
    )
    return Step(after, tuple(events), owed_by(plan, 0, by.today))


def with_card(record: PlanRecord, card: PlanCard, by: By) -> Step:
    """The payer allowed us to charge this card."""
    _refuse(record, PlanState.CLOSED, "reopen it first")
    _refuse(record, PlanState.DELETED, "make a new one")
    freed = without_card(record) if record.card and record.card.payment_method_id != card.payment_method_id else {}
    after = record.model_copy(update=freed | {"card": card, "card_permission_at": by.now, "card_checkout_id": ""})
    return Step(after, (by.event("card", f"{card.brand} card ending in {card.last4} may be charged"),))


def closed(record: PlanRecord, by: By) -> Step:
    """Close the plan: what is left of charged items falls due, the card may no longer be charged."""
    if record.state not in IN_FORCE or record.plan is None:
        raise PlanRefusedError("Only a plan in force can be closed; delete a draft instead.")
    done = closing.close(gathered(record.plan, by.today), by.today)
    after = record.model_copy(
        update=without_card(record) | {"plan": done.plan, "proposal": None, "state": PlanState.CLOSED, "next_due": None,
                                       "closed_at": by.now}
    )  # fmt: skip
    events = [by.event("closed", "the plan is closed; the card permission is cleared")]
    if done.charges:
        total = format_usd(sum(charge.principal_cents for charge in done.charges))
        events.append(by.event("close_out", f"{total} fell due on closing"))
    if done.detached:
        events.append(by.event("detached", f"never charged, off the plan: {', '.join(done.detached)}"))
    if done.to_unearned_cents:
        events.append(by.event("unearned", f"{format_usd(done.to_unearned_cents)} moved to unearned money"))
    return Step(after, tuple(events), ())


def reopened(record: PlanRecord, by: By) -> Step:
    """Open a closed plan again; the card must be allowed anew, and days it was closed are not caught up."""
    if record.state is not PlanState.CLOSED or record.plan is None:
        raise PlanRefusedError("Only a closed plan can be reopened.")
    plan = closing.reopen(record.plan, by.today)
    after = record.model_copy(
        update={
            "plan": plan,
            "state": PlanState.ACTIVE,
            "closed_at": None,
            "next_due": next_due(plan),
            "pms_version": 0,
        }
    )
    return Step(after, (by.event("reopened", "the plan is open again; the card must be allowed anew"),))


def deleted(record: PlanRecord, by: By) -> Step:
    """Delete the plan: only while no payment is on it. The card permission and every offer go too; the audit stays.

    A draft keeps what was proposed, which is all there is to show of it; nothing of a deleted plan can be signed.
    """
    if record.state is PlanState.DELETED:
        raise PlanRefusedError("The plan is deleted already.")
    if record.plan is not None and sum(split.amount_cents for split in record.plan.splits) != 0:
        raise PlanRefusedError("Payments are on this plan; give them back first, or close the plan instead.")
    proposal = None if record.plan is not None else record.proposal
    ended: dict[str, object] = {"state": PlanState.DELETED, "next_due": None, "proposal": proposal}
    after = record.model_copy(update=without_card(record) | ended)
    return Step(after, (by.event("deleted", "the plan is deleted; the card permission is cleared"),))


def in_force(record: PlanRecord, plan: PaymentPlan, event: PlanEvent) -> Step:
    """A change of charges or money of the plan in force, by hand or by itself."""
    after = record.model_copy(update={"plan": plan, "next_due": next_due(plan)})
    return Step(after, (event,))


def _changed(plan: PaymentPlan, proposal: Proposal, today: date, policy: OfficePolicy) -> PaymentPlan:
    wanted = {item.id: item for item in proposal.production}
    for item in plan.production:
        if item.id not in wanted:
            plan = remove_production(plan, item.id)
    known = {item.id: item for item in plan.production}
    for item in proposal.production:
        if item.id in known:
            plan = refresh_production(plan, [_still_done(item, known[item.id])])
        else:
            plan = attach_production(plan, item)
    return plan if proposal.terms == plan.terms else change_terms(plan, proposal.terms, today, policy)


def _has_more_to_charge(plan: PaymentPlan) -> bool:
    return sum(charge.principal_cents for charge in plan.charges) < plan.principal_cents


def _still_done(item: ProductionItem, now: ProductionItem) -> ProductionItem:
    """Work that is done stays done, whatever a proposal from before says."""
    if now.status is not ProcedureStatus.COMPLETE or item.status is ProcedureStatus.COMPLETE:
        return item
    return replace(now, override_cents=item.override_cents or now.override_cents)


def _first_due(plan: PaymentPlan, today: date) -> date:
    """The day on which a signed plan must go to work: at once for a down payment, else on its first date."""
    first = plan.terms.first_due
    return min(first, today) if plan.terms.down_payment_cents else first


def _as_offered(record: PlanRecord, proposal: Proposal, version: PlanVersion) -> PaymentPlan:
    """The offered plan; its policy was checked when it was proposed, so nothing of it is judged again here."""
    anything = OfficePolicy(allow_future_agreement=True, require_lock_for_apr=False)
    if record.plan is None:
        return PaymentPlan(proposal.terms, proposal.production)
    return _changed(record.plan, proposal, version.shown.on, anything)


def _with_note(notes: str, day: date, number: int, proposal: Proposal) -> str:
    """A line for each signature, only ever added to; what staff type is kept apart."""
    line = f"{day} version {number}: {terms_note(proposal.terms)}"
    return f"{notes}\n{line}".strip()


def _what_changed(before: Proposal | None, after: Proposal) -> list[str]:
    lines = [] if before and before.terms == after.terms else [f"terms: {terms_note(after.terms)}"]
    old = {item.id: item for item in before.production} if before else {}
    new = {item.id: item for item in after.production}
    lines += [f"attached {item_words(new[key])}" for key in new if key not in old]
    lines += [f"taken off {item_words(old[key])}" for key in old if key not in new]
    both = [key for key in new if key in old and old[key] != new[key]]
    return lines + [f"{item_words(old[key])} is now {item_words(new[key])}" for key in both]


def item_words(item: ProductionItem) -> str:
    """An item in a line of the audit."""
    return f"{item.description or item.id} ({format_usd(item.amount_cents)}, {item.status.value})"


def without_card(record: PlanRecord) -> dict[str, object]:
    """The permission is over: the card may not be charged from now on, and is to be detached at the processor."""
    old = (record.card,) if record.card is not None and record.card not in record.released_cards else ()
    cleared: dict[str, object] = {"card": None, "card_permission_at": None, "card_checkout_id": ""}
    return cleared | {"released_cards": (*record.released_cards, *old)}


def card_released(record: PlanRecord, card: PlanCard, text: str, by: By) -> Step:
    """The card is off the list of those still to be detached; unchanged when it was off already."""
    if card not in record.released_cards:
        return Step(record, ())
    rest = tuple(each for each in record.released_cards if each != card)
    return Step(record.model_copy(update={"released_cards": rest}), (by.event("card", text),))


def _refuse(record: PlanRecord, state: PlanState, mend: str) -> None:
    if record.state is state:
        raise PlanRefusedError(f"The plan is {state}; {mend}.")

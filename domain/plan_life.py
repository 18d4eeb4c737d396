"""The life of a payment plan: draft, offered, signed, active, closed, reopened; every step refuses what it must.

A step gives the plan after it and the lines of the audit; a refused one raises PlanRefusedError with the mend.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.money import format_usd
from domain.payment_plan import close as closing
from domain.payment_plan.change import attach_production, change_terms, refresh_production, remove_production
from domain.payment_plan.edit import EditRefusedError
from domain.payment_plan.interest import PaymentTooSmallError
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.posting import open_plan
from domain.payment_plan.production import ProductionItem, attach_problem, portion_problems
from domain.payment_plan.render import terms_note
from domain.payment_plan.terms import OfficePolicy, term_problems
from domain.plan_law import missing_disclosures, shown
from domain.plan_money import next_due, owed_by, receive
from domain.plan_records import (
    IN_FORCE,
    PlanCard,
    PlanEvent,
    PlanRecord,
    PlanState,
    PlanVersion,
    Proposal,
    Signature,
)


class PlanRefusedError(ValueError):
    """The step is not allowed; the message says why and what to do instead."""


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
        if record.plan is not None:
            return _changed(record.plan, proposal, today, policy)
        plan = PaymentPlan(proposal.terms, proposal.production)
        wrong = term_problems(proposal.terms, plan.principal_cents, today, policy)
        if wrong:
            raise PlanRefusedError(" ".join(wrong))
        figures = shown(plan, today, record.cash_price_cents)
    except (EditRefusedError, PaymentTooSmallError) as refused:
        raise PlanRefusedError(str(refused)) from refused
    if figures.finance_charge_cents and not policy.allow_apr:
        raise PlanRefusedError(
            f"The plan costs {format_usd(figures.finance_charge_cents)} more than the cash price, which is a finance "
            "charge; this location does not allow one. Use the cash price as the plan's amount."
        )
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
    if record.proposal is None:
        raise PlanRefusedError("There is nothing new to offer; change the terms or the production first.")
    state = PlanState.OFFERED if record.plan is None else record.state
    after = record.model_copy(update={"state": state, "version": number})
    text = f"version {number} offered: {terms_note(record.proposal.terms)}"
    return Step(after, (by.event("offered", text),))


def sign_problems(record: PlanRecord, version: PlanVersion, agreement_sha256: str, today: date) -> list[str]:
    """Why this version cannot be signed now; empty when it can. Checks the law again, whatever the page showed."""
    proposal = record.proposal
    if proposal is None or version.number != record.version or version.withdrawn_at or version.signature:
        return ["This offer was replaced or signed already; please open the newest one."]
    if today > version.valid_until:
        return [f"This offer ended on {version.valid_until}; ask the office for a new one."]
    if agreement_sha256 != version.agreement_sha256:
        return ["The agreement that was read is not the one on offer; please open it again."]
    if proposal != version.proposal:
        return ["The terms were changed after this offer; please open the newest one."]
    plan = _as_offered(record, proposal, version)
    return missing_disclosures(version.shown, plan, record.cash_price_cents)


def signed(record: PlanRecord, version: PlanVersion, signature: Signature, sha256: str, by: By) -> Step:
    """The patient agreed. Changed terms of a plan at work count at once; a new plan is put to work by `activated`."""
    problems = sign_problems(record, version, sha256, by.today)
    if len(signature.name.strip()) < 2 or not signature.mark.strip():
        problems.append("Please type or draw your full name.")
    if problems:
        raise PlanRefusedError(" ".join(problems))
    assert record.proposal is not None
    note = _with_note(record.note, by.today, version.number, record.proposal)
    changes: dict[str, object] = {"proposal": None, "signed_version": version.number, "note": note}
    if record.plan is None:
        plan = PaymentPlan(record.proposal.terms, record.proposal.production)
        first = min(plan.terms.first_payment, by.today) if plan.terms.down_payment_cents else plan.terms.first_payment
        changes |= {"plan": plan, "state": PlanState.SIGNED, "next_due": first}
    else:
        plan = _as_offered(record, record.proposal, version)
        changes |= {"plan": plan, "next_due": next_due(plan)}
    text = f"version {version.number} signed ({signature.how}) by {signature.name} from {signature.address}"
    return Step(record.model_copy(update=changes), (by.event("signed", text),))


def activated(record: PlanRecord, by: By, deposit_id: str = "", deposit_cents: int = 0) -> Step:
    """Put a signed plan to work: its down payment is charged, and a deposit that was paid pays it."""
    if record.state is not PlanState.SIGNED or record.plan is None:
        raise PlanRefusedError("Only a signed plan can be put to work.")
    plan = open_plan(record.plan, by.today)
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
    done = closing.close(record.plan, by.today)
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
        update={"plan": plan, "state": PlanState.ACTIVE, "closed_at": None, "next_due": next_due(plan)}
    )
    return Step(after, (by.event("reopened", "the plan is open again; the card must be allowed anew"),))


def deleted(record: PlanRecord, by: By) -> Step:
    """Delete the plan: only while no payment is on it. The card permission goes too; the audit stays."""
    if record.state is PlanState.DELETED:
        raise PlanRefusedError("The plan is deleted already.")
    if record.plan is not None and sum(split.amount_cents for split in record.plan.splits) != 0:
        raise PlanRefusedError("Payments are on this plan; give them back first, or close the plan instead.")
    after = record.model_copy(update=without_card(record) | {"state": PlanState.DELETED, "next_due": None})
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
    known = {item.id for item in plan.production}
    for item in proposal.production:
        plan = refresh_production(plan, [item]) if item.id in known else attach_production(plan, item)
    return plan if proposal.terms == plan.terms else change_terms(plan, proposal.terms, today, policy)


def _as_offered(record: PlanRecord, proposal: Proposal, version: PlanVersion) -> PaymentPlan:
    """The offered plan; its policy was checked when it was proposed, so nothing of it is judged again here."""
    anything = OfficePolicy(allow_future_agreement=True, require_lock_for_apr=False)
    if record.plan is None:
        return PaymentPlan(proposal.terms, proposal.production)
    return _changed(record.plan, proposal, version.shown.on, anything)


def _with_note(note: str, day: date, number: int, proposal: Proposal) -> str:
    line = f"{day} version {number}: {terms_note(proposal.terms)}"
    return f"{note}\n{line}".strip()


def _what_changed(before: Proposal | None, after: Proposal) -> list[str]:
    lines = [] if before and before.terms == after.terms else [f"terms: {terms_note(after.terms)}"]
    old = {item.id: item for item in before.production} if before else {}
    new = {item.id: item for item in after.production}
    lines += [f"attached {_item(new[key])}" for key in new if key not in old]
    lines += [f"taken off {_item(old[key])}" for key in old if key not in new]
    both = [key for key in new if key in old and old[key] != new[key]]
    return lines + [f"{_item(old[key])} is now {_item(new[key])}" for key in both]


def _item(item: ProductionItem) -> str:
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


def newer_production(record: PlanRecord, items: tuple[ProductionItem, ...], by: By) -> Step | None:
    """Facts heard from the practice management system; None when they are no news.

    Work that is done and amounts that became less count at once: both were agreed. An amount that became more is a
    proposal that must be signed. Under full lock, and while an override stands, amounts move nothing.
    """
    plan = record.plan
    if plan is None or record.state not in IN_FORCE:
        return None
    heard = {item.id: item for item in items}
    done = tuple(_as_done(item, heard.get(item.id, item), by.today) for item in plan.production)
    wanted = done if plan.terms.locked else tuple(_as_heard(item, heard.get(item.id, item)) for item in done)
    eased = tuple(new if new.amount_cents < old.amount_cents else old for old, new in zip(done, wanted, strict=True))
    events = [by.event("production", f"{_item(old)} is done") for old, _ in _differing(plan.production, done)]
    events += [by.event("production", f"{_item(old)} is now {_item(new)}") for old, new in _differing(done, eased)]
    after = replace(plan, production=eased)
    changes: dict[str, object] = {"plan": after, "next_due": next_due(after)}
    dearer = [(old, new) for old, new in zip(eased, wanted, strict=True) if new.amount_cents > old.amount_cents]
    if dearer and (record.proposal is None or record.proposal.production != wanted):
        changes["proposal"] = Proposal(plan.terms, wanted)
        events += [by.event("production", f"{_item(old)} is now {_item(new)}; to be signed") for old, new in dearer]
    return Step(record.model_copy(update=changes), tuple(events)) if events else None


def _differing(
    before: tuple[ProductionItem, ...], after: tuple[ProductionItem, ...]
) -> list[tuple[ProductionItem, ProductionItem]]:
    return [(old, new) for old, new in zip(before, after, strict=True) if old != new]


def _as_done(item: ProductionItem, heard: ProductionItem, today: date) -> ProductionItem:
    if item.status is heard.status:
        return item
    done = replace(item, status=heard.status, completed_on=heard.completed_on or today)
    # A planned discount or tax is kept in the override, so that the amount stays what was signed.
    return done if done.amount_cents == item.amount_cents else replace(done, override_cents=item.amount_cents)


def _as_heard(item: ProductionItem, heard: ProductionItem) -> ProductionItem:
    if item.override_cents:
        return item
    return replace(heard, status=item.status, completed_on=item.completed_on)

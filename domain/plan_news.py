"""News of a plan's production from the practice management system: what counts at once, what must be signed."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.production import ProcedureStatus, ProductionItem
from domain.plan_life import By, Step, item_words
from domain.plan_money import next_due
from domain.plan_records import IN_FORCE, PlanRecord, Proposal


def newer_production(record: PlanRecord, items: tuple[ProductionItem, ...], by: By) -> Step | None:
    """Facts heard from the practice management system; None when they are no news.

    Work that is done and amounts that became less count at once: both were agreed. An amount that became more is a
    proposal that must be signed; one that staff made keeps its terms and items and takes the newer facts, so that an
    offer from before them can no longer be signed. Under full lock, and while an override stands, amounts move nothing.
    """
    plan = record.plan
    if plan is None or record.state not in IN_FORCE:
        return None
    heard = {item.id: item for item in items}
    done = tuple(_as_done(item, heard.get(item.id, item), by.today) for item in plan.production)
    wanted = done if plan.terms.locked else tuple(_as_heard(item, heard.get(item.id, item)) for item in done)
    eased = tuple(new if new.amount_cents < old.amount_cents else old for old, new in zip(done, wanted, strict=True))
    events = [by.event("production", _status_words(old, new)) for old, new in _differing(plan.production, done)]
    events += [
        by.event("production", f"{item_words(old)} is now {item_words(new)}") for old, new in _differing(done, eased)
    ]
    after = replace(plan, production=eased)
    changes: dict[str, object] = {"plan": after, "next_due": next_due(after)}
    proposed, lines = _proposed(record, plan, eased, wanted, heard, by.today)
    changes["proposal"] = proposed
    events += [by.event("production", line) for line in lines]
    return Step(record.model_copy(update=changes), tuple(events)) if events else None


def _proposed(
    record: PlanRecord,
    plan: PaymentPlan,
    eased: tuple[ProductionItem, ...],
    wanted: tuple[ProductionItem, ...],
    heard: Mapping[str, ProductionItem],
    today: date,
) -> tuple[Proposal | None, list[str]]:
    """What is to be signed after the news, and the lines of the audit about it."""
    before = record.proposal
    if before is None:
        dearer = [(old, new) for old, new in zip(eased, wanted, strict=True) if new.amount_cents > old.amount_cents]
        lines = [f"{item_words(old)} is now {item_words(new)}; to be signed" for old, new in dearer]
        return (Proposal(plan.terms, wanted) if dearer else None), lines
    merged = tuple(_merged(item, heard.get(item.id, item), today) for item in before.production)
    changed = _differing(before.production, merged)
    lines = [f"in the proposal {item_words(old)} is now {item_words(new)}" for old, new in changed]
    if changed and record.version > record.signed_version:
        lines.append(f"version {record.version} can no longer be signed; offer it again")
    return replace(before, production=merged), lines


def _status_words(old: ProductionItem, new: ProductionItem) -> str:
    return f"{item_words(old)} is {'done' if new.status is ProcedureStatus.COMPLETE else 'planned again'}"


def _merged(item: ProductionItem, heard: ProductionItem, today: date) -> ProductionItem:
    done = _as_done(item, heard, today)
    return _as_heard(done, heard)


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


def insured_too(step: Step, found: Collection[str], by: By) -> Step:
    """The step, with the items that the PMS's insurance payment plans cover marked: they want the patient's portion."""
    new = [item_id for item_id in sorted(found) if item_id not in step.record.insured]
    if not new:
        return step
    names = {item.id: item.description or item.id for item in step.record.newest_production}
    lines = [by.event("insured", f"{names.get(each, each)} is on an insurance payment plan too") for each in new]
    after = step.record.model_copy(update={"insured": (*step.record.insured, *new)})
    return replace(step, record=after, events=(*step.events, *lines))

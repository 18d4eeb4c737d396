"""Cases about what is charged and when: schedules, posting, completion, edits."""

import re
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import date
from typing import Any

from domain.payment_plan.edit import (
    ChargeEdit,
    EditRefusedError,
    add_charge,
    delete_charge,
    edit_posted,
    edit_projected,
    zero_out,
)
from domain.payment_plan.plan import Charge, ChargeKind, PaymentPlan, PaymentSplit, principal_of
from domain.payment_plan.production import ProcedureStatus
from tests.conformance.compare import AnyOf
from tests.conformance.facts import by_period, in_detail, plan_facts, shapes
from tests.conformance.inputs import (
    Inputs,
    cents,
    dollars,
    read_day,
)
from tests.conformance.payplan_money import balance_step, number_in, run_end
from tests.conformance.payplan_old import old_schedule
from tests.conformance.story import Facts, Story
from tests.conformance.wording import slug


def _schedule(inputs: Inputs) -> Facts:
    if inputs.get("plan_type") == "old":
        return old_schedule(inputs)
    story = Story(with_today(inputs))
    if not inputs.get("posted_charges") and story.plan.terms.first_due < story.today:
        story.open(story.today)
    return plan_facts(story)


def with_today(inputs: Inputs) -> Inputs:
    """A case that names no day is looked at when the plan is agreed, or when it begins."""
    beside = inputs | (inputs.get("terms") or {})
    day = inputs.get("today") or beside.get("agreement_date") or beside.get("first_payment")
    return inputs if inputs.get("posted_charges") or day is None else inputs | {"today": day}


def _dynamic_schedule(inputs: Inputs) -> Facts:
    inputs = with_today(inputs)
    story = Story(inputs, post_today="posted_charges" not in inputs)
    before = _rows(story.expected())
    facts = plan_facts(story) | {"unchanged_when_procedures_complete": _same_when_complete(story, before)}
    facts |= _beside_only_completed(story)
    posted = story.post_next() if story.expected() else []
    after = schedule_after(story)
    facts |= {"next_posted": shapes(posted), "next_posted_detail": shapes(posted)}
    return facts | {"expected_after_next_posted": after} | _until_the_end(inputs)


def schedule_after(story: Story) -> AnyOf:
    """Projected periods once another was posted."""
    latest = max((charge.date for charge in story.plan.charges), default=story.today)
    return shapes(story.expected(max(story.today, latest)))


def _until_the_end(inputs: Inputs) -> Facts:
    """What is posted when every period comes and nothing more is paid."""
    story = Story(inputs, post_today="posted_charges" not in inputs)
    for _ in range(2000):
        if not story.expected() or not story.post_next():
            break
    rows = by_period(charge for charge in story.plan.charges if charge.kind is not ChargeKind.DOWN_PAYMENT)
    return {
        "posted_when_never_paid": rows,
        "rows_when_never_paid": len(rows),
        "interest_when_never_paid": [row["interest"] for row in rows],
    }


def _same_when_complete(story: Story, before: list[Facts]) -> bool:
    done = Story(story.inputs, post_today="posted_charges" not in story.inputs)
    done.set_status(None, ProcedureStatus.COMPLETE)
    return _rows(done.expected()) == before


def _beside_only_completed(story: Story) -> Facts:
    """Whether the plan is charged like one that has only the work that is done; cases say it in several ways."""
    done = [item for item in story.plan.production if item.is_complete(story.today)]
    other = copy(story)
    other.plan = replace(story.plan, production=tuple(done))
    return dict.fromkeys(ONLY_COMPLETED, _rows(story.expected()) == _rows(other.expected()))


ONLY_COMPLETED = (
    "same_as_plan_with_only_completed", "same_as_completed_only", "equals_plan_with_only_completed",
    "equals_plan_without_treatment_planned", "equals_plan_without_tp", "identical_to_plan_with_only_completed",
)  # fmt: skip


def _rows(charges: list[Charge]) -> list[Facts]:
    return in_detail(charges)


def _await_complete(inputs: Inputs) -> Facts:
    story = Story(inputs)
    order = inputs.get("complete_in_order")
    before = plan_facts(story)
    if inputs.get("attach_in_order") or inputs.get("production_attached_later"):
        before = plan_facts(Story(dict(inputs) | {"production": [], "procedures": [], "posted_charges": []}))
    counts, amounts, facts = [before["total_rows"]], [before["completed_amount"]], before
    attached = inputs.get("attach_in_order")
    names = attached if isinstance(attached, list) else []
    for at in range(1, len(names) + 1):
        on_it = [item for item in inputs["production"] if item.get("id") in names[:at]]
        facts = plan_facts(Story(dict(inputs) | {"production": on_it}))
        counts.append(facts["total_rows"])
        amounts.append(facts["completed_amount"])
    if order is None and not names:
        story.set_status(None, ProcedureStatus.COMPLETE)
        facts = plan_facts(story)
    for one in order or ():
        story.set_status([one], ProcedureStatus.COMPLETE)
        facts = plan_facts(story)
        counts.append(facts["total_rows"])
        amounts.append(facts["completed_amount"])
    return (
        facts
        | _beside_only_completed(story)
        | {
            "rows_before": before["total_rows"],
            "rows_before_complete": before["total_rows"],
            "rows_after": facts["total_rows"],
            "rows_after_complete": facts["total_rows"],
            "expected_charge_rows_after_each": counts,
            "completed_amount_after_each": amounts,
        }
    )


def _posting(inputs: Inputs) -> Facts:
    untouched = not inputs.get("steps") and "posted_charges" not in inputs
    story = Story({name: value for name, value in inputs.items() if name != "steps"}, post_today=untouched)
    end = run_end(inputs)
    if end is not None:
        story.run_service(end)
    facts: Facts = {}
    dates = last = [charge.date for charge in story.plan.charges]
    changed = False
    for step in inputs.get("steps", ()):
        take_step(story, step)
        dates = [charge.date for charge in story.plan.charges]
        if "post" in str(step):
            last = dates
        elif dates != last:
            changed = True
        rows = len([charge for charge in story.plan.charges if charge.kind is not ChargeKind.DOWN_PAYMENT])
        facts[f"rows_after_{slug(str(step))}"] = rows
        for word in ("first", "next", "last", "status"):
            if word in str(step) or (word == "status" and str(step).startswith("set")):
                facts["rows_after_status_change" if word == "status" else f"rows_after_{word}"] = rows
    facts |= {"rows_before": next(iter(facts.values()), 0), "rows_after": list(facts.values())[-1] if facts else 0}
    facts["dates_after_status_changes"] = "changed" if changed else "unchanged"
    known = plan_facts(story)
    return known | {"rows": AnyOf((known["posted"], known["rows"]))} | facts


def take_step(story: Story, step: Any) -> None:
    """One step, in words or as fields: post a period, set items to a status, run the service, pay."""
    if isinstance(step, dict):
        balance_step(story, step)
        return
    phrase = str(step).lower()
    if phrase.startswith("post first"):
        story.post_periods(1)
    elif phrase.startswith("post"):
        for _ in range(number_in(phrase)):
            story.post_next()
    elif phrase.startswith(("set", "complete", "mark")):
        status = ProcedureStatus.TREATMENT_PLANNED if re.search(r"\btp\b", phrase) else ProcedureStatus.COMPLETE
        ids = [item.id for item in story.plan.production if re.search(rf"\b{re.escape(item.id.lower())}\b", phrase)]
        story.set_status(ids or None, status)
    elif "service" in phrase or phrase.startswith("run"):
        story.run_service(read_day(phrase, story.today))
    elif phrase.startswith("pay"):
        amount = re.search(r"\d+(?:\.\d+)?", phrase)
        story.pay([PaymentSplit(cents(amount.group() if amount else 0))])
    else:
        raise ValueError(f"the step {step!r} is not understood")


def _next_charge(inputs: Inputs) -> Facts:
    return plan_facts(Story(inputs, post_today="posted_charges" not in inputs))


def _edit_charge(inputs: Inputs) -> Facts:
    story = Story(inputs)
    before, posted_before = story.expected(), story.plan.charges
    edit = inputs.get("edit") or inputs
    index = _edited_index(edit, before)
    day = before[index].date if index < len(before) else _edited_day(edit, story.today)
    refused = ""
    try:
        story.plan = _edited(story, edit, index, day)
    except EditRefusedError as refusal:
        refused = str(refusal)
    after = story.expected()
    posted = [charge for charge in story.plan.charges if charge.date == day]
    whole = principal_of(before) + principal_of(posted_before)
    same_total = whole == principal_of(after) + principal_of(story.plan.charges)
    return plan_facts(story) | {
        "refused": bool(refused),
        "reason": refused,
        "no_expected_charge_on_edited_date": all(charge.date != day for charge in after),
        "expected_principal_total_before_minus_after": dollars(principal_of(before) - principal_of(after)),
        "plan_total_unchanged": same_total,
        "total_unchanged": same_total,
        "edited_charge": in_detail(posted)[0] if posted else None,
        "expected_after": shapes(after),
        "expected_before": shapes(before),
        "expected_rows_before": len(before),
        "expected_rows_after": len(after),
    }


def _edited_index(edit: Inputs, coming: list[Charge]) -> int:
    """Which coming charge is meant: by its place, or by its date and, over several items, its item."""
    for name in ("expected_charge_date", "charge_date", "date"):
        if edit.get(name) and "expected_charge_index" not in edit:
            day = read_day(edit[name])
            named = (at for at, charge in enumerate(coming) if charge.date == day and _is_entry(edit, charge))
            return next(named, len(coming))
    return int(edit.get("expected_charge_index", 0))


def _edited_day(edit: Inputs, today: date) -> date:
    """The date that the case names, though no charge is to come on it."""
    named = edit.get("charge_date") or edit.get("date")
    return read_day(named, today) if named else today


def _edited(story: Story, edit: Inputs, index: int, day: date) -> PaymentPlan:
    plan, today = story.plan, story.today
    action = str(edit.get("action") or "")
    principal = cents(edit["principal_to"]) if edit.get("principal_to") is not None else None
    interest = cents(edit["interest_to"]) if edit.get("interest_to") is not None else None
    moved = read_day(edit["date_to"], today) if edit.get("date_to") else None
    change = ChargeEdit(principal, interest, moved)
    if edit.get("zero") or action == "zero":
        return zero_out(plan, today, read_day(edit["date"], today) if edit.get("date") else day)
    if action == "add":
        return add_charge(plan, today, read_day(edit["date"], today))
    numbers = _posted_numbers(plan, edit, day)
    if action == "delete":
        return _without(plan, today, numbers, day)
    by_day = edit.get("date") or edit.get("charge_date") or _names_posted(edit)
    return edit_posted(plan, numbers[0], change) if numbers and by_day else edit_projected(plan, today, index, change)


def _names_posted(edit: Inputs) -> bool:
    return bool(edit.get("number")) or edit.get("posted_charge_index") is not None


def _posted_numbers(plan: PaymentPlan, edit: Inputs, day: date) -> list[int]:
    """The posted charges that are meant: by number, by place among the posted ones, or by date and item; none when a
    coming one is."""
    if edit.get("number"):
        return [int(edit["number"])]
    if edit.get("posted_charge_index") is not None:
        return [plan.charges[int(edit["posted_charge_index"])].number]
    of_day = [charge for charge in plan.charges if charge.date == day and charge.takes_its_date]
    return [charge.number for charge in of_day if _is_entry(edit, charge)]


def _is_entry(edit: Inputs, charge: Charge) -> bool:
    return edit.get("entry") in (None, charge.item_id)


def _without(plan: PaymentPlan, today: date, numbers: list[int], day: date) -> PaymentPlan:
    if not numbers:
        raise EditRefusedError(f"no charge is posted on {day}")
    for number in numbers:
        plan = delete_charge(plan, today, number)
    return plan


OPERATIONS: dict[str, Callable[[dict[str, Any]], Facts]] = {
    "schedule": _schedule,
    "dynamic_schedule": _dynamic_schedule,
    "dynamic_await_complete": _await_complete,
    "dynamic_posting": _posting,
    "dynamic_next_charge": _next_charge,
    "dynamic_edit_charge": _edit_charge,
}

"""Payment-plan cases: what each `kind` asks of the product."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from domain.money import Cents
from domain.payment_plan.balance import Overpayment
from domain.payment_plan.close import close
from domain.payment_plan.edit import ChargeEdit, add_charge, delete_charge, edit_projected, zero_out
from domain.payment_plan.frequency import PERIODS_PER_YEAR, period_date
from domain.payment_plan.interest import payment_for_count, period_rate
from domain.payment_plan.old_plan import close_out_cents, fixed_schedule, recalculate
from domain.payment_plan.overcharge import mend_overcharge, offset_charges, overcharged_cents
from domain.payment_plan.paid import auto_split, dues, money_of
from domain.payment_plan.plan import Charge, ChargeKind, PaymentPlan, PaymentSplit, SplitKind, principal_of
from domain.payment_plan.production import ProcedureStatus
from domain.payment_plan.schedule import expected_charges
from domain.payment_plan.terms import Terms
from tests.conformance.inputs import (
    SPLIT_KINDS,
    Inputs,
    case_production,
    case_terms,
    cents,
    dollars,
    read_day,
    read_frequency,
    read_splits,
    read_today,
)
from tests.conformance.story import (
    Facts,
    Story,
    by_period,
    in_detail,
    money_facts,
    phrase_dates,
    plan_facts,
    same_or_list,
    slug,
)


def _rate(inputs: Inputs) -> Facts:
    frequency = read_frequency(inputs["frequency"])
    numerator, denominator = period_rate(Decimal(str(inputs.get("apr_percent", 0))), frequency)
    return {"periods_per_year": PERIODS_PER_YEAR[frequency], "rate": numerator / denominator}


def _payment(inputs: Inputs) -> Facts:
    rate = period_rate(Decimal(str(inputs.get("apr_percent", 0))), read_frequency(inputs.get("frequency", "monthly")))
    for name in ("amount_financed_after_down_payment", "amount_financed", "principal", "total_principal"):
        if inputs.get(name) is not None:
            principal = cents(inputs[name])
            break
    else:
        raise KeyError("amount_financed_after_down_payment")
    if name in ("principal", "total_principal"):
        principal -= cents(inputs.get("down_payment"))
    count = inputs.get("number_of_payments") or inputs["count"]
    return {"payment_amount": dollars(payment_for_count(principal, rate, int(count)))}


def _dates(inputs: Inputs) -> Facts:
    frequency, first = read_frequency(inputs["frequency"]), read_day(inputs["first_payment"])
    start = int(inputs.get("start_index", 0))
    indexes = range(start, start + int(inputs.get("count", 1)))
    return {"dates": [period_date(frequency, first, index).isoformat() for index in indexes]}


def _interest_start(inputs: Inputs) -> Facts:
    start = case_terms(inputs, read_today(inputs)).interest_from
    return {"interest_start": start.isoformat() if start else None}


def _schedule(inputs: Inputs) -> Facts:
    if inputs.get("plan_type") == "old":
        return _old_schedule(inputs)
    story = Story({name: value for name, value in inputs.items() if name != "posted_charges"})
    story._post_given(inputs.get("posted_charges"), post_today=False)
    return plan_facts(story)


def _old_schedule(inputs: Inputs) -> Facts:
    terms = case_terms(inputs, read_today(inputs))
    principal = sum(item.amount_cents for item in case_production(inputs))
    periods = fixed_schedule(terms, principal)
    charges = [Charge(period.date, "", period.principal_cents, period.interest_cents) for period in periods]
    interest = sum(period.interest_cents for period in periods)
    facts: Facts = {
        "payment_amount": dollars(terms.payment_for(principal)),
        "total_cost": dollars(principal + interest),
        "total_interest": dollars(interest),
        "number_of_charges": len(periods),
        "charges": in_detail(charges),
        "expected_by_period": by_period(charges),
        "interest_by_charge": [dollars(period.interest_cents) for period in periods],
        "principal_by_charge": [dollars(period.principal_cents) for period in periods],
        "last_charge": in_detail(charges)[-1] if charges else None,
        "total_principal": dollars(principal),
    }
    return facts | _recalculated(inputs, terms, principal)


def _recalculated(inputs: Inputs, terms: Terms, principal: Cents) -> Facts:
    mode = inputs.get("recalculate") or inputs.get("mode")
    if not mode:
        return {}
    charged = fixed_schedule(terms, principal)[: int(inputs.get("charges_due", 1))]
    asked = sum(period.principal_cents + period.interest_cents for period in charged)
    paid = asked + cents(inputs["overpayment"]) if "overpayment" in inputs else cents(inputs.get("paid"))
    coming = recalculate(terms, charged, principal, paid, Overpayment(mode))
    interest = sum(period.interest_cents for period in coming)
    return {"recalculated_interest": dollars(interest), "remaining_interest": dollars(interest)}


def _dynamic_schedule(inputs: Inputs) -> Facts:
    story = Story(inputs, post_today="posted_charges" not in inputs)
    before = _rows(story.expected())
    facts = plan_facts(story) | {"unchanged_when_procedures_complete": _same_when_complete(story, before)}
    posted = story.post_next() if story.expected() else []
    after = schedule_after(story)
    facts |= {"next_posted": by_period(posted), "next_posted_detail": in_detail(posted)}
    return facts | {"expected_after_next_posted": after} | _until_the_end(inputs)


def schedule_after(story: Story) -> list[Facts]:
    """Projected periods once another was posted."""
    latest = max((charge.date for charge in story.plan.charges), default=story.today)
    return by_period(expected_charges(story.plan, max(story.today, latest)))


def _until_the_end(inputs: Inputs) -> Facts:
    """What is posted when every period comes and nothing more is paid."""
    story = Story(inputs, post_today="posted_charges" not in inputs)
    for _ in range(2000):
        if not story.expected() or not story.post_next():
            break
    rows = by_period(charge for charge in story.plan.charges if charge.kind is not ChargeKind.DOWN_PAYMENT)
    bearing = [row["interest"] for row in rows if row["interest"]]
    return {
        "posted_when_never_paid": rows,
        "interest_when_never_paid": sum(bearing, Decimal(0)),
        "periods_with_interest": len(bearing),
        "interest_each_period": same_or_list(bearing) if bearing else dollars(0),
    }


def _same_when_complete(story: Story, before: list[Facts]) -> bool:
    done = Story(story.inputs, post_today="posted_charges" not in story.inputs)
    done.set_status(None, ProcedureStatus.COMPLETE)
    return _rows(done.expected()) == before


def _rows(charges: list[Charge]) -> list[Facts]:
    return in_detail(charges)


def _await_complete(inputs: Inputs) -> Facts:
    story = Story(inputs)
    order = inputs.get("complete_in_order")
    before = plan_facts(story)
    counts, amounts, facts = [before["total_rows"]], [before["completed_amount"]], before
    if order is None:
        story.set_status(None, ProcedureStatus.COMPLETE)
        facts = plan_facts(story)
    for one in order or ():
        story.set_status([one], ProcedureStatus.COMPLETE)
        facts = plan_facts(story)
        counts.append(facts["total_rows"])
        amounts.append(facts["completed_amount"])
    return facts | {
        "rows_before": before["total_rows"],
        "rows_before_complete": before["total_rows"],
        "rows_after": facts["total_rows"],
        "rows_after_complete": facts["total_rows"],
        "expected_charge_rows_after_each": counts,
        "completed_amount_after_each": amounts,
    }


def _posting(inputs: Inputs) -> Facts:
    story = Story({name: value for name, value in inputs.items() if name != "steps"})
    facts: Facts = {}
    dates = last = [charge.date for charge in story.plan.charges]
    changed = False
    for step in inputs.get("steps", ()):
        _take_step(story, step)
        dates = [charge.date for charge in story.plan.charges]
        if "post" in str(step):
            last = dates
        elif dates != last:
            changed = True
        rows = len([charge for charge in story.plan.charges if charge.kind is not ChargeKind.DOWN_PAYMENT])
        facts[f"rows_after_{slug(str(step))}"] = rows
        for word in ("first", "next", "last"):
            if word in str(step):
                facts[f"rows_after_{word}"] = rows
    facts["dates_after_status_changes"] = "changed" if changed else "unchanged"
    return plan_facts(story) | facts


def _take_step(story: Story, step: Any) -> None:
    """One step in words: post a period, set items to a status, or a run of the service."""
    phrase = str(step).lower()
    if phrase.startswith("post first"):
        story.post_periods(1)
    elif phrase.startswith("post"):
        for _ in range(_number_in(phrase)):
            story.post_next()
    elif phrase.startswith("set"):
        status = ProcedureStatus.TREATMENT_PLANNED if re.search(r"\btp\b", phrase) else ProcedureStatus.COMPLETE
        ids = [item.id for item in story.plan.production if re.search(rf"\b{item.id.lower()}\b", phrase)]
        story.set_status(ids or None, status)
    else:
        raise ValueError(f"the step {step!r} is not understood")


def _number_in(phrase: str) -> int:
    words = {"two": 2, "three": 3, "four": 4}
    found = re.search(r"\d+", phrase)
    return int(found.group()) if found else next((n for word, n in words.items() if word in phrase), 1)


def _next_charge(inputs: Inputs) -> Facts:
    return plan_facts(Story(inputs, post_today="posted_charges" not in inputs))


def _edit_charge(inputs: Inputs) -> Facts:
    story = Story(inputs)
    before = story.expected()
    edit = inputs.get("edit") or inputs
    index = int(edit.get("expected_charge_index", 0))
    day = before[index].date
    story.plan = _edited(story, edit, index, day)
    after = story.expected()
    posted = [charge for charge in story.plan.charges if charge.date == day]
    same_total = principal_of(before) == principal_of(after) + principal_of(story.plan.charges)
    return plan_facts(story) | {
        "no_expected_charge_on_edited_date": all(charge.date != day for charge in after),
        "expected_principal_total_before_minus_after": dollars(principal_of(before) - principal_of(after)),
        "plan_total_unchanged": same_total,
        "total_unchanged": same_total,
        "edited_charge": in_detail(posted)[0] if posted else None,
        "expected_after": by_period(after),
        "expected_before": by_period(before),
        "expected_rows_before": len(before),
        "expected_rows_after": len(after),
    }


def _edited(story: Story, edit: Inputs, index: int, day: date) -> PaymentPlan:
    plan, today = story.plan, story.today
    if edit.get("zero") or edit.get("action") == "zero":
        return zero_out(plan, today, day)
    if edit.get("action") == "add":
        return add_charge(plan, today, read_day(edit["date"], today))
    if edit.get("action") == "delete":
        return delete_charge(plan, today, int(edit["number"]))
    principal = cents(edit["principal_to"]) if edit.get("principal_to") is not None else None
    moved = read_day(edit["date_to"], today) if edit.get("date_to") else None
    return edit_projected(plan, today, index, ChargeEdit(principal, to_date=moved))


def _production_amount(inputs: Inputs) -> Facts:
    items = case_production(inputs)
    total = sum(item.amount_cents for item in items)
    facts: Facts = {
        "amount": dollars(total),
        "amounts": {item.id: dollars(item.amount_cents) for item in items},
        "amount_original": dollars(sum(item.amount_original_cents for item in items)),
        "amount_end": dollars(sum(item.amount_end_cents for item in items)),
        "plan_total": dollars(total),
    }
    if not inputs.get("terms"):
        return facts
    first = case_terms(inputs, read_today(inputs)).first_payment
    story = Story(dict(inputs) | {"today": inputs.get("today") or first}, post_today="posted_charges" not in inputs)
    known = plan_facts(story)
    principals = known["principal_by_charge"]
    dates = known["expected_dates"]
    phrase = phrase_dates(dates, first)
    each = same_or_list(principals) if principals else None
    return facts | known | {"each_principal": each, "expected_dates": phrase or dates} | facts


def _principal_remaining(inputs: Inputs) -> Facts:
    principal, kind = cents(inputs["principal"]), SPLIT_KINDS[str(inputs.get("split_type", "unknown"))]
    next_only = bool(inputs.get("for_next_period_only"))
    steps = int(inputs.get("steps", 1))
    charged = charged_interest = 0
    splits: list[PaymentSplit] = []
    after = []
    for at in range(steps):
        charged += _each(inputs["charge_principal_each"], at)
        charged_interest += _each(inputs.get("charge_interest_each"), at)
        splits.append(PaymentSplit(_each(inputs.get("payment_each"), at), kind))
        money = money_of(splits)
        left = principal - charged - money.over(charged, charged_interest)
        left += money.unpaid_principal(charged, charged_interest) if next_only else 0
        after.append(dollars(max(0, left)))
    return {"before_any": dollars(principal), "after_each_step": after, "after_all": after[-1], "remaining": after[-1]}


def _each(value: Any, at: int) -> Cents:
    return cents(value[at] if isinstance(value, list) else value)


def _auto_split(inputs: Inputs) -> Facts:
    due = inputs["due"]
    splits = auto_split(cents(due.get("principal")), cents(due.get("interest")), cents(inputs["payment"]))
    return {"splits": [{"type": split.kind.value, "amount": dollars(split.amount_cents)} for split in splits]}


def _rebalance(inputs: Inputs) -> Facts:
    story = Story(inputs)
    splits, charges = len(story.plan.splits), len(story.plan.charges)
    facts: Facts = {}
    if not inputs.get("steps"):
        story.balance()
    for at, step in enumerate(inputs.get("steps") or (), 1):
        _balance_step(story, step)
        facts[f"after_step_{at}"] = money_facts(story)
    new = list(story.plan.charges[charges:])
    return (
        plan_facts(story)
        | facts
        | {
            "new_splits": len(story.plan.splits) - splits,
            "new_charges": len(new) if not new or _wants_count(inputs) else by_period(new),
        }
    )


def _wants_count(inputs: Inputs) -> bool:
    return bool(inputs.get("steps"))


def _balance_step(story: Story, step: Inputs) -> None:
    if step.get("service_run_on"):
        story.run_service(read_day(step["service_run_on"], story.today))
        return
    for name in ("payment_splits", "payments", "splits"):
        given = step.get(name)
        for each in given if isinstance(given, list) else [given] if given else []:
            story.pay(read_splits(each))
    raised = step.get("principal_split_raised_to")
    if raised is not None:
        story.pay([PaymentSplit(cents(raised), SplitKind.PRINCIPAL, story.today)])
    elif step.get("payment"):
        story.pay(read_splits(step["payment"]))
    story.balance(Overpayment(step["mode"]) if step.get("mode") else None)


def _prepayment(inputs: Inputs) -> Facts:
    story = Story(inputs)
    story.balance()
    hidden, charges, splits = story.plan.held_cents(SplitKind.PREPAYMENT), len(story.plan.charges), story.plan.splits
    new_from_balance = sum(len(done.charges) for done in story.balanced)
    due = dues([charge for charge in story.plan.charges if charge.date <= story.today], money_of(splits))
    if "post" in str(inputs.get("then", "post")):
        story.run_service(_next_due(story))
    new = story.plan.splits[len(splits) :]
    applied = {kind: sum(split.amount_cents for split in new if split.kind is kind) for kind in SplitKind}
    posted = by_period(story.plan.charges[charges:])
    return plan_facts(story) | {
        "hidden_unearned_before": dollars(hidden),
        "hidden_unearned_after": dollars(story.plan.held_cents(SplitKind.PREPAYMENT)),
        "left_due_before": dollars(sum(each.total_cents for each in due)),
        "next_charge": posted[0] if posted else None,
        "applied_to_interest": dollars(applied[SplitKind.INTEREST]),
        "applied_to_principal": dollars(applied[SplitKind.PRINCIPAL]),
        "new_charges_from_rebalance": new_from_balance,
    }


def _next_due(story: Story) -> date:
    return next((charge.date for charge in story.expected()), story.today)


def _close(inputs: Inputs) -> Facts:
    if inputs.get("plan_type") == "old":
        return _close_old(inputs)
    story = Story(inputs)
    story.balance()
    hidden = story.plan.held_cents(SplitKind.PREPAYMENT)
    done = close(story.plan, story.today)
    story.plan = done.plan
    every = done.plan.charges
    close_outs = in_detail(done.charges)
    total = dollars(sum(charge.total_cents for charge in every))
    return plan_facts(story) | {
        "hidden_before_close": dollars(hidden),
        "close_out_charges_derived": close_outs,
        "close_out_charges": close_outs,
        "detached": list(done.detached),
        "new_charges": len(done.charges),
        "all_charges_total_after_close": total,
        "is_closed": done.plan.is_closed,
        "moved_to_regular": dollars(done.to_unearned_cents),
    }


def _close_old(inputs: Inputs) -> Facts:
    charge = close_out_cents(
        cents(inputs.get("future_principal")),
        cents(inputs.get("tp_credits")),
        cents(inputs.get("total")),
        cents(inputs.get("other_credits")),
    )
    return {"close_out_charge": dollars(charge), "close_out_principal": dollars(charge)}


def _service_run(inputs: Inputs) -> Facts:
    runs = inputs.get("run_on") or inputs.get("today") or read_today(inputs)
    days = [read_day(day) for day in (runs if isinstance(runs, list) else [runs])]
    story = Story(dict(inputs) | {"today": _before_run(inputs, days[0])})
    story.balance()
    if inputs.get("manually_posted_future_period"):
        future = read_day(inputs["manually_posted_future_period"], story.today)
        story.plan = edit_projected(story.plan, story.today, _index_of(story, future), ChargeEdit())
    first = len(story.plan.charges)
    after = []
    for day in days:
        story.run_service(day)
        after.append(money_facts(story) | {"posted_rows": len(story.plan.charges)})
    new = by_period(story.plan.charges[first:])
    same = all(facts == after[0] for facts in after)
    return plan_facts(story) | {
        "after_each_run": after[-1] if same else after,
        "posted_by_run": new,
        "new_charges": new,
        "posted_on_run": [row["date"] for row in new],
        "rerun_changes_nothing": same,
    }


def _before_run(inputs: Inputs, run: date) -> date:
    if inputs.get("today"):
        return read_day(inputs["today"])
    posted = inputs.get("posted_charges")
    dated = [read_day(each["date"]) for each in posted if each.get("date")] if isinstance(posted, list) else []
    return max(dated, default=run - timedelta(days=1))


def _index_of(story: Story, day: date) -> int:
    return next(at for at, charge in enumerate(story.expected()) if charge.date == day)


def _overcharge(inputs: Inputs) -> Facts:
    story = Story(_overcharge_inputs(inputs))
    over = overcharged_cents(story.plan, story.today)
    mended = mend_overcharge(story.plan, story.today)
    return plan_facts(story) | {
        "overcharged": over > 0,
        "overcharged_amount": dollars(over),
        "overcharged_by": dollars(over),
        "amount": dollars(over),
        "offset_charge": _offset(story),
        "net_due": dollars(principal_of(mended.charges)),
    }


def _overcharge_inputs(inputs: Inputs) -> Inputs:
    charged = inputs.get("charged_principal")
    fields = {name: value for name, value in inputs.items() if name not in ("charged_principal", "posted_rows")}
    fields.setdefault("first_payment", inputs.get("plan_start", "today"))
    if charged is not None and "posted_charges" not in fields:
        fields["posted_charges"] = [{"principal": dollars(_charged(charged)), "interest": 0}]
    elif inputs.get("posted_rows"):
        fields["posted_charges"] = int(inputs["posted_rows"]) - 1
    return fields


def _charged(value: Any) -> Cents:
    if not isinstance(value, str):
        return cents(value)
    numbers = [Decimal(each) for each in re.findall(r"\d+(?:\.\d+)?", value)]
    total = Decimal(1)
    for number in numbers:
        total *= number
    return cents(total)


def _offset(story: Story) -> Facts | None:
    charges = offset_charges(story.plan, story.today)
    if not charges:
        return None
    return in_detail(charges)[0] | {"principal": dollars(principal_of(charges))}


def _overcharge_fix(inputs: Inputs) -> Facts:
    initial, changed = inputs.get("procedure_initial"), inputs.get("procedure_changed_to")
    now = {"procedure": changed if changed is not None else inputs.get("procedure", initial)}
    return _overcharge({name: value for name, value in inputs.items() if "procedure" not in name} | now)


OPERATIONS: dict[str, Callable[[dict[str, Any]], Facts]] = {
    "period_rate": _rate,
    "period_payment": _payment,
    "period_dates": _dates,
    "interest_start": _interest_start,
    "schedule": _schedule,
    "dynamic_schedule": _dynamic_schedule,
    "dynamic_await_complete": _await_complete,
    "dynamic_posting": _posting,
    "dynamic_next_charge": _next_charge,
    "dynamic_edit_charge": _edit_charge,
    "production_amount": _production_amount,
    "principal_remaining": _principal_remaining,
    "auto_split": _auto_split,
    "rebalance": _rebalance,
    "prepayment": _prepayment,
    "close": _close,
    "service_run": _service_run,
    "overcharge": _overcharge,
    "overcharge_fix": _overcharge_fix,
}

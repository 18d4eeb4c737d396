"""Cases about money on a plan: splits, prepayments, balancing, closing, the daily run, overcharges."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from domain.money import Cents
from domain.payment_plan.close import close
from domain.payment_plan.edit import ChargeEdit, edit_coming
from domain.payment_plan.overcharge import mend_overcharge, offset_charges, overcharged_cents
from domain.payment_plan.paid import auto_split, dues, money_of
from domain.payment_plan.plan import PaymentSplit, SplitKind, principal_of
from domain.payment_plan.production import ProductionItem, lock_amounts
from tests.conformance.compare import AnyOf
from tests.conformance.facts import by_period, in_detail, money_facts, plan_facts, shapes
from tests.conformance.given import how_many
from tests.conformance.inputs import (
    LATER_FACTS,
    Inputs,
    case_production,
    case_terms,
    cents,
    dollars,
    read_day,
    read_splits,
    read_today,
)
from tests.conformance.payplan_old import close_old
from tests.conformance.story import Facts, Story, read_mode

UNTIL = ("run_until", "run_service_until", "post_until", "post_through", "run_through", "service_run_until", "until")
"""A day up to which the daily service runs."""


def run_end(inputs: Inputs) -> date | None:
    """The day up to which the daily service runs, or the span for which it does, counted from the case's day."""
    today = read_today(inputs)
    named = next((inputs[name] for name in (*UNTIL, "run_for") if inputs.get(name)), None)
    if named is not None:
        return read_day(named, today)
    for unit in ("days", "weeks", "months", "years"):
        if inputs.get(f"run_for_{unit}"):
            return read_day(f"{inputs[f'run_for_{unit}']} {unit}", today)
    return None


def number_in(phrase: str) -> int:
    words = {"two": 2, "three": 3, "four": 4}
    found = re.search(r"\d+", phrase)
    return int(found.group()) if found else next((n for word, n in words.items() if word in phrase), 1)


def _auto_split(inputs: Inputs) -> Facts:
    given = inputs["charges"] if "charges" in inputs else inputs["due"]
    left = cents(inputs["payment"])
    each: list[PaymentSplit] = []
    owed = given if isinstance(given, list) else [given]
    principal, interest = (sum(cents(due.get(name)) for due in owed) for name in ("principal", "interest"))
    for due in owed:
        splits = auto_split(cents(due.get("principal")), cents(due.get("interest")), left)
        paying = [split for split in splits if split.kind is not SplitKind.UNEARNED]
        left -= sum(split.amount_cents for split in paying)
        each += paying
    if left:
        each.append(PaymentSplit(left, SplitKind.UNEARNED))
    whole = auto_split(principal, interest, cents(inputs["payment"]))
    by_kind = {split.kind: split.amount_cents for split in whole}
    return {
        "splits": AnyOf((_listed(whole), _listed(each), _listed(sorted(whole, key=_interest_first)), len(whole))),
        "principal": dollars(by_kind.get(SplitKind.PRINCIPAL, 0)),
        "interest": dollars(by_kind.get(SplitKind.INTEREST, 0)),
        "unearned": dollars(by_kind.get(SplitKind.UNEARNED, 0)),
    }


def _listed(splits: list[PaymentSplit]) -> list[Facts]:
    return [{"type": split.kind.value, "amount": dollars(split.amount_cents)} for split in splits]


def _interest_first(split: PaymentSplit) -> int:
    return [SplitKind.INTEREST, SplitKind.PRINCIPAL, SplitKind.UNEARNED].index(split.kind)


def _rebalance(inputs: Inputs) -> Facts:
    story = Story(inputs)
    splits, charges = len(story.plan.splits), len(story.plan.charges)
    facts: Facts = {}
    if not inputs.get("steps"):
        story.balance()
    for at, step in enumerate(inputs.get("steps") or (), 1):
        balance_step(story, step)
        facts[f"after_step_{at}"] = money_facts(story)
    new = list(story.plan.charges[charges:])
    return (
        plan_facts(story)
        | facts
        | {
            "new_splits": len(story.plan.splits) - splits,
            "new_charges": shapes(new),
            "new_charge": shapes(new),
            "new_charge_total": dollars(principal_of(new)),
        }
    )


def balance_step(story: Story, step: Inputs) -> None:
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
    story.balance(read_mode(step.get("mode")))


def _prepayment(inputs: Inputs) -> Facts:
    story = Story(inputs)
    story.balance()
    hidden, charges, splits = story.plan.held_cents(SplitKind.PREPAYMENT), len(story.plan.charges), story.plan.splits
    new_from_balance = sum(len(done.charges) for done in story.balanced)
    due = dues([charge for charge in story.plan.charges if charge.date <= story.today], money_of(splits))
    then = str(inputs.get("then", "post")).lower()
    for day in re.findall(r"\d{4}-\d{2}-\d{2}", then):
        story.run_service(read_day(day))
    for _ in range(number_in(then) if "post" in then and not re.search(r"\d{4}-", then) else 0):
        story.run_service(_next_due(story))
    new = story.plan.splits[len(splits) :]
    applied = {kind: sum(split.amount_cents for split in new if split.kind is kind) for kind in SplitKind}
    posted = by_period(story.plan.charges[charges:])
    return plan_facts(story) | {
        "hidden_unearned_before": dollars(hidden),
        "hidden_unearned_after": dollars(story.plan.held_cents(SplitKind.PREPAYMENT)),
        "left_due_before": dollars(sum(each.total_cents for each in due)),
        "next_charge": posted[0] if posted else None,
        "next_charges": shapes(story.plan.charges[charges:]),
        "applied_to_interest": dollars(applied[SplitKind.INTEREST]),
        "applied_to_principal": dollars(applied[SplitKind.PRINCIPAL]),
        "new_charges_from_rebalance": new_from_balance,
    }


def _next_due(story: Story) -> date:
    return next((charge.date for charge in story.expected()), story.today)


def _close(inputs: Inputs) -> Facts:
    if inputs.get("plan_type") == "old":
        return close_old(inputs)
    story = Story(inputs)
    story.balance()
    hidden = story.plan.held_cents(SplitKind.PREPAYMENT)
    done = close(story.plan, story.today)
    story.plan = done.plan
    every = done.plan.charges
    close_outs = shapes(done.charges)
    total = AnyOf((dollars(sum(charge.total_cents for charge in every)), dollars(principal_of(every))))
    return plan_facts(story) | {
        "hidden_before_close": dollars(hidden),
        "close_out_charges_derived": close_outs,
        "close_out_charges": close_outs,
        "close_out_total": dollars(principal_of(done.charges)),
        "remaining_after_close": len(story.expected()),
        "detached": list(done.detached),
        "new_charges": close_outs,
        "all_charges_total_after_close": total,
        "is_closed": done.plan.is_closed,
        "charge_dates_after_close": [charge.date.isoformat() for charge in every],
        "future_charges_redated": all(charge.date <= story.today for charge in every),
        "moved_to_regular": dollars(done.to_unearned_cents),
    }


def _service_run(inputs: Inputs) -> Facts:
    runs = inputs.get("run_on") or run_end(inputs) or inputs.get("today") or read_today(inputs)
    days = [read_day(day, read_today(inputs)) for day in (runs if isinstance(runs, list) else [runs])]
    story = Story(dict(inputs))
    story.today = _before_run(inputs, days[0])
    if not inputs.get("posted_charges"):
        story.open(_opened_on(story, inputs, days[0]))
    story.balance()
    if inputs.get("manually_posted_future_period"):
        future = read_day(inputs["manually_posted_future_period"], story.today)
        story.plan = edit_coming(story.plan, story.today, future, ChargeEdit())
    first = len(story.plan.charges)
    after = []
    for day in days:
        story.run_service(day)
        after.append(money_facts(story) | {"posted_rows": len(story.plan.charges)})
    run = story.plan.charges[first:]
    new = shapes(run)
    same = all(facts == after[0] for facts in after)
    return plan_facts(story) | {
        "after_each_run": AnyOf((after[-1], after)) if same else after,
        "posted_now": new,
        "posted_by_run": new,
        "new_charges": new,
        "posted_on_run": [row["date"] for row in by_period(run)],
        "rerun_changes_nothing": same,
    }


def _opened_on(story: Story, inputs: Inputs, run: date) -> date:
    """When a plan without any charge was put to work: the case's own day, else no later than its first payment."""
    terms = story.plan.terms
    return read_day(inputs["today"]) if inputs.get("today") else min(terms.agreement_date or terms.first_due, run)


def _before_run(inputs: Inputs, run: date) -> date:
    if inputs.get("today"):
        return read_day(inputs["today"])
    posted = inputs.get("posted_charges")
    dated = [read_day(each["date"]) for each in posted if each.get("date")] if isinstance(posted, list) else []
    return max(dated, default=run - timedelta(days=1))


def _overcharge(inputs: Inputs) -> Facts:
    given = _overcharge_inputs(inputs)
    before = {name: value for name, value in given.items() if name not in LATER_FACTS}
    locked = case_terms(given, read_today(given)).locked
    story = Story(before if inputs.get("posted_rows") or locked else given)
    while len(story.plan.charges) < how_many(inputs.get("posted_rows") or 0) and story.expected():
        story.post_periods(1)
    story.plan = replace(story.plan, production=_now(story, given, locked=locked))
    over = 0 if inputs.get("plan_type") == "old" else overcharged_cents(story.plan, story.today)
    mended = mend_overcharge(story.plan, story.today)
    return plan_facts(story) | {
        "overcharged": over > 0,
        "overcharged_amount": dollars(over),
        "overcharged_by": dollars(over),
        "amount": dollars(over),
        "offset_charge": _offset(story),
        "offset_amount": dollars(-over),
        "net_charged": dollars(principal_of(mended.charges)),
        "net_due": dollars(principal_of(mended.charges)),
    }


def _now(story: Story, given: Inputs, *, locked: bool) -> tuple[ProductionItem, ...]:
    """The production as it is by now; full lock took the amounts of the start as overrides."""
    now = case_production(given)
    if not locked:
        return now
    kept = {item.id: item.override_cents for item in lock_amounts(story.plan.production)}
    return tuple(replace(item, override_cents=kept.get(item.id, item.override_cents)) for item in now)


def _overcharge_inputs(inputs: Inputs) -> Inputs:
    charged = inputs.get("charged_principal")
    fields = {name: value for name, value in inputs.items() if name not in ("charged_principal", "posted_rows")}
    fields.setdefault("first_payment", inputs.get("plan_start", "today"))
    if charged is not None and "posted_charges" not in fields:
        each = charged.items() if isinstance(charged, dict) else [(None, charged)]
        fields["posted_charges"] = [
            {"entry": item_id, "principal": dollars(_charged(part)), "interest": 0} for item_id, part in each
        ]
    return fields


def _charged(value: Any) -> Cents:
    if not isinstance(value, str):
        return cents(value)
    numbers = [Decimal(each) for each in re.findall(r"\d+(?:\.\d+)?", value)]
    return cents(sum(numbers) if "+" in value else math.prod(numbers))


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
    "auto_split": _auto_split,
    "rebalance": _rebalance,
    "prepayment": _prepayment,
    "close": _close,
    "service_run": _service_run,
    "overcharge": _overcharge,
    "overcharge_fix": _overcharge_fix,
}

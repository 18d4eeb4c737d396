"""What counts as money from the desk, and what does not, whatever the PMS did with it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.payment_plan.plan import PaymentPlan
from domain.plan_ledger import (
    PMS,
    LedgerHead,
    LedgerPart,
    Ledgers,
    MoneyExplanation,
    from_source,
    heard,
    money_differences,
    with_heard,
)
from domain.plan_money import kept_cents, over_cents, post_day, receive
from domain.plan_records import Collection, CollectionState
from tests.domain.test_plan_money import FIRST, interest_plan, weekly

SINCE = FIRST - timedelta(days=7)
AT = datetime(2026, 12, 1, 17, tzinfo=UTC)


def part(payment: int, cents: int, *, plan: str = "12", procedure: str = "", day: date = FIRST) -> LedgerPart:
    return LedgerPart(str(payment), day, cents, plan, procedure)


def head(payment: int, cents: int, words: str = "") -> LedgerHead:
    return LedgerHead(str(payment), cents, words)


def collected(cents: int, ledger: str = "", **fields: Any) -> Collection:
    values: dict[str, Any] = {"id": "pc_0001", "plan_id": "pp_1", "location": "north", "day": FIRST}
    values |= {"amount_cents": cents, "paid_cents": cents, "paid_at": AT, "state": CollectionState.PAID}
    return Collection.model_validate(values | {"ledger_id": ledger} | fields)


def beside(*parts: LedgerPart, plan: PaymentPlan | None = None, **fields: Any) -> Ledgers:
    known: dict[str, Any] = {"pms_plan_id": "12", "since": SINCE, "collections": (), "heads": {}} | fields
    known["heads"] = {each.payment_id: each for each in known["heads"] or ()}
    return Ledgers(plan=plan or weekly(), parts=parts, **known)


def counted(ledgers: Ledgers) -> int:
    _, new = with_heard(ledgers.plan, heard(ledgers), FIRST)
    return new


def test_money_tied_to_the_plan_counts_and_other_money_does_not() -> None:
    assert counted(beside(part(1, 2_500), part(2, 900, plan=""), part(3, 800, plan="13"))) == 2_500


def test_money_that_we_posted_for_this_plan_another_one_or_a_deposit_is_not_the_desks() -> None:
    heads = [head(1, 100, "x [pc_ab12]"), head(2, 200, "pc_99 Installment [pc_99]"), head(3, 300, "Deposit [dep_a1]")]
    assert counted(beside(part(1, 100), part(2, 200), part(3, 300), heads=heads)) == 0
    assert counted(beside(part(1, 100), collections=(collected(100, "1"),))) == 0


def test_a_note_that_only_mentions_a_payment_of_ours_is_still_money_from_the_desk() -> None:
    assert counted(beside(part(1, 100), heads=[head(1, 100, "cash instead of pc_ab12")])) == 100


def test_a_prepayment_that_the_pms_applies_to_a_charge_is_not_paid_twice() -> None:
    applied = (part(2, -1_000), part(2, 1_000))
    assert counted(beside(part(1, 1_000), *applied)) == 1_000


def test_a_deposit_moved_onto_the_plan_inside_the_pms_is_the_money_we_counted() -> None:
    plan = receive(weekly(), 5_000, FIRST, "dep_a1")
    moved = (part(7, -5_000, plan=""), part(7, 5_000))
    assert counted(beside(*moved, plan=plan, heads=[head(7, 0)])) == 0
    more = (part(7, -8_000, plan=""), part(7, 8_000))
    assert counted(beside(*more, plan=plan, heads=[head(7, 0)])) == 3_000, "what was there before is the patient's own"


def test_our_card_payment_that_found_no_charge_and_is_moved_later_is_not_new_money() -> None:
    row = collected(4_000, "5")
    plan = receive(weekly(), 4_000, FIRST, row.id)
    parts = (part(5, 4_000, plan=""), part(6, -4_000, plan=""), part(6, 4_000))
    assert counted(beside(*parts, plan=plan, collections=(row,), heads=[head(6, 0)])) == 0


def test_a_procedure_of_the_plan_paid_outside_it_counts_beyond_what_the_plan_leaves_out() -> None:
    plan = weekly()
    item = replace(plan.production[0], fee_cents=50_000, override_cents=40_000)
    covered = replace(plan, production=(item,))
    paid = part(1, 12_000, plan="", procedure=item.id)
    assert counted(beside(paid, plan=covered)) == 2_000
    assert counted(beside(replace(paid, day=SINCE - timedelta(days=1)), plan=covered)) == 0


def test_typed_money_becomes_the_payment_of_the_pms_and_the_rest_of_that_is_new() -> None:
    plan = receive(weekly(), 3_000, FIRST, "typed")
    ledgers = beside(part(1, 5_000), plan=plan)
    after, new = with_heard(plan, heard(ledgers), FIRST)
    assert new == 2_000
    assert (from_source(after, "typed"), from_source(after, f"{PMS}1")) == (0, 5_000)
    assert money_differences(replace(ledgers, plan=after)) == []


def test_on_a_plan_with_interest_money_beyond_what_is_due_is_what_it_is_in_the_pms() -> None:
    plan = post_day(interest_plan(), FIRST).plan
    [charge] = plan.charges
    whole = charge.total_cents + 30_000
    stands, _ = with_heard(plan, heard(beside(part(1, whole), plan=plan)), FIRST)
    assert (kept_cents(stands), over_cents(stands)) == (0, 30_000)
    waiting = (part(1, whole - 20_000), replace(part(1, 20_000), unearned=True))
    both, _ = with_heard(plan, heard(beside(*waiting, plan=plan)), FIRST)
    assert (kept_cents(both), over_cents(both)) == (20_000, 10_000)
    procedure = part(1, whole, plan="", procedure=plan.production[0].id)
    held, new = with_heard(plan, heard(beside(procedure, plan=plan)), FIRST)
    assert (kept_cents(held), over_cents(held), new) == (30_000, 0, whole)
    without, _ = with_heard(weekly(), heard(beside(part(1, 3_000))), FIRST - timedelta(days=1))
    assert (kept_cents(without), over_cents(without)) == (3_000, 0), "without interest it is all the same"


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 9_000)), max_size=8), st.integers(1, 4))
def test_however_often_it_is_read_each_payment_counts_once(paid: list[tuple[int, int]], rounds: int) -> None:
    parts = [part(payment, cents, day=FIRST + timedelta(days=payment)) for payment, cents in paid]
    plan, total = weekly(100_000), 0
    for seen in [*range(len(parts) + 1), *[len(parts)] * rounds]:
        plan, new = with_heard(plan, heard(beside(*parts[:seen], plan=plan)), FIRST)
        total += new
    assert total == sum(cents for _, cents in paid)
    assert sum(split.amount_cents for split in plan.splits) == total
    assert money_differences(beside(*parts, plan=plan)) == []


@given(st.integers(1, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_refund_is_named_until_the_pms_shows_exactly_it(paid: int, back: int, entered: int) -> None:
    back, entered = min(back, paid), min(entered, paid)
    row = collected(paid, "5", refunded_cents=back)
    plan = receive(weekly(100_000), paid, FIRST, row.id)
    parts = [part(5, paid), *([part(6, -entered)] if entered else [])]
    found = money_differences(beside(*parts, plan=plan, collections=(row,), heads=[head(6, -entered)]))
    assert (found == []) == (back == entered)
    for each in found:
        assert each.why in (MoneyExplanation.REFUND, MoneyExplanation.TAKEN_BACK)
        if each.why is MoneyExplanation.REFUND:
            assert each.pms_cents - each.our_cents == back - entered


def test_a_card_payment_changed_or_missing_in_the_pms_is_named() -> None:
    row = collected(4_000, "5")
    [gone] = money_differences(beside(collections=(row,)))
    assert (gone.our_cents, gone.pms_cents, gone.why) == (4_000, 0, MoneyExplanation.CHANGED)
    [waiting] = money_differences(beside(collections=(collected(4_000),)))
    assert waiting.why is MoneyExplanation.NOT_POSTED

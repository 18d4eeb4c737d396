"""The schedule of the plan window and the payer's page, without a practice around it."""

from datetime import date

from domain.payment_plan.edit import ChargeEdit, edit_coming
from domain.payment_plan.plan import PaymentPlan, PaymentSplit, SplitKind
from domain.payment_plan.posting import open_plan, post_due
from domain.payment_plan.production import ProductionItem
from domain.payment_plan.rows import schedule_rows
from domain.payment_plan.terms import Terms
from domain.payment_plan.totals import loan_totals
from web.plans.paper import STAFF_PAGES
from web.plans.window import Worked
from web.plans.words import PlanWords

FIRST = date(2027, 1, 10)


def a_plan(through: date) -> PaymentPlan:
    plan = PaymentPlan(Terms(FIRST, payment_cents=25_000), (ProductionItem("1", fee_cents=75_000),))
    paid = [PaymentSplit(25_000, SplitKind.PRINCIPAL, FIRST, 1)]
    return post_due(open_plan(plan, FIRST), through).with_splits(paid)


def figures(plan: PaymentPlan, today: date, *, past: bool = True) -> str:
    schedule = schedule_rows(plan, today)
    shown = schedule if past else schedule.without_past()
    worked = Worked(plan, shown, loan_totals(plan, today), None, plan.production)
    return " ".join(STAFF_PAGES.get_template("plan_figures.html").render(worked=worked, problem="").split())


def test_a_line_for_today_stands_below_the_last_row_when_all_is_past() -> None:
    late = date(2027, 6, 1)
    page = figures(a_plan(late), late)
    assert page.count('class="today"') == 1
    assert page.index("2027-03-10") < page.index("Today 2027-06-01") < page.index("<tfoot>")
    early = date(2027, 2, 1)
    page = figures(a_plan(early), early)
    assert page.count('class="today"') == 1
    assert page.index("2027-01-10") < page.index("Today 2027-02-01") < page.index("2027-02-10")


def test_current_totals_end_today_and_hiding_the_past_changes_no_total() -> None:
    today = date(2027, 2, 20)
    plan = a_plan(today)
    schedule = schedule_rows(plan, today)
    now, whole = schedule.current, schedule.whole
    assert (now.due_cents, now.payment_cents, now.balance_cents) == (50_000, 25_000, 25_000)
    assert (whole.due_cents, whole.payment_cents, whole.balance_cents) == (75_000, 25_000, 50_000)
    page, hidden = figures(plan, today), figures(plan, today, past=False)
    assert "2027-01-10" not in hidden
    assert page[page.index("<tfoot>") :] == hidden[hidden.index("<tfoot>") :]


def test_a_coming_charge_that_was_changed_by_hand_is_still_to_come() -> None:
    today = date(2027, 1, 20)
    plan = edit_coming(a_plan(today), today, date(2027, 2, 10), ChargeEdit(principal_cents=10_000))
    coming = schedule_rows(plan, today).coming
    assert [(row.date.month, row.due_cents) for row in coming] == [(2, 10_000), (3, 25_000), (4, 15_000)]
    opened = open_plan(PaymentPlan(plan.terms, plan.production), FIRST)
    assert schedule_rows(opened, FIRST).coming[0].date == FIRST, "today's is to come until the run posts it"


def test_the_payer_reads_what_a_row_is_for_in_their_own_language() -> None:
    say = PlanWords("es")
    assert [say.charge(words) for words in ("2 items", "Down Payment", "Close Out Charge", "D2740 Crown")] == [
        "2 tratamientos",
        "Pago inicial",
        "Resto, al cerrar el plan",
        "D2740 Crown",
    ]

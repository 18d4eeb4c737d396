"""Plans to test with, and strategies that make them."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from domain.payment_plan.frequency import Frequency
from domain.payment_plan.plan import PaymentPlan, PaymentSplit, SplitKind
from domain.payment_plan.posting import open_plan
from domain.payment_plan.production import ProcedureStatus, ProductionItem
from domain.payment_plan.terms import Terms, TreatmentPlanned

TODAY = date(2026, 3, 2)

days = st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=70))
frequencies = st.sampled_from(list(Frequency))
aprs = st.sampled_from([Decimal(text) for text in ("0", "4.99", "9.9", "12", "18", "29.99")])
amounts = st.integers(min_value=2_000, max_value=900_000)


def item(item_id: str, cents: int, status: str = "C", **more: object) -> ProductionItem:
    """A procedure of this amount."""
    return ProductionItem(item_id, status=ProcedureStatus(status), fee_cents=cents, **more)  # type: ignore[arg-type]  # fields pass through


def plan_of(*cents: int, **terms: object) -> PaymentPlan:
    """A plan over procedures of these amounts, opened on TODAY; monthly from TODAY and one month on unless told."""
    given: dict[str, object] = {"first_payment": date(2026, 4, 2), "payment_cents": 10_000} | terms
    production = tuple(item(f"p{at}", amount) for at, amount in enumerate(cents, 1))
    return open_plan(PaymentPlan(Terms(**given), production), TODAY)  # type: ignore[arg-type]  # fields pass through


@st.composite
def plans(draw: st.DrawFn, first: st.SearchStrategy[date] = days) -> PaymentPlan:
    """New plans with one to four items, some planned, any frequency, rate, down payment and interest start."""
    fees = draw(st.lists(amounts, min_size=1, max_size=4))
    statuses = draw(st.lists(st.sampled_from(["C", "C", "TP"]), min_size=len(fees), max_size=len(fees)))
    production = tuple(
        item(f"p{at}", fee, status) for at, (fee, status) in enumerate(zip(fees, statuses, strict=True), 1)
    )
    first_payment = draw(first)
    terms = Terms(
        first_payment=first_payment,
        frequency=draw(frequencies),
        apr_percent=draw(aprs),
        number_of_payments=draw(st.integers(min_value=1, max_value=40)),
        down_payment_cents=draw(st.integers(min_value=0, max_value=sum(fees) // 2)),
        interest_start=draw(st.none() | st.just(first_payment + timedelta(days=45))),
        treatment_planned=draw(st.sampled_from(list(TreatmentPlanned))),
    )
    return open_plan(PaymentPlan(terms, production), TODAY)


payments = st.lists(
    st.builds(
        PaymentSplit,
        amount_cents=st.integers(min_value=1, max_value=60_000),
        kind=st.sampled_from([SplitKind.UNKNOWN, SplitKind.PRINCIPAL, SplitKind.INTEREST, SplitKind.PREPAYMENT]),
        paid_on=st.dates(TODAY, TODAY + timedelta(days=120)),
    ),
    max_size=5,
)

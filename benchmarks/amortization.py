"""`python -m benchmarks.amortization`: what a schedule and a day's run cost, beside two packages in one run.

Ours is exact in whole cents and dated; `amortization` and `numpy-financial` work in floating point without dates. A
ratio is the median over rounds of our time over theirs, each round measuring all three in turn.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import numpy_financial as npf
from amortization.schedule import amortization_schedule

from domain.payment_plan.frequency import Frequency, period_dates
from domain.payment_plan.interest import Period, amortize, payment_for_count, period_rate
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.posting import open_plan, post_due
from domain.payment_plan.production import ProductionItem
from domain.payment_plan.terms import Terms, TreatmentPlanned

COUNTS = (12, 60, 360)
ROUNDS = 41
PRINCIPAL_CENTS = 1_250_000
APR = Decimal("9.9")
FIRST = date(2027, 1, 31)
PLANS = 100_000


def ours(count: int) -> list[Period]:
    """Payment and dated schedule, from the terms as they are typed."""
    rate = period_rate(APR, Frequency.MONTHLY)
    payment = payment_for_count(PRINCIPAL_CENTS, rate, count)
    return amortize(PRINCIPAL_CENTS, rate, payment, period_dates(Frequency.MONTHLY, FIRST))


def with_amortization(count: int) -> list[object]:
    """The `amortization` package: payment and rows, undated."""
    return list(amortization_schedule(12_500.0, 0.099, count))


def with_numpy_financial(count: int) -> list[tuple[float, float]]:
    """`numpy-financial`: interest and principal of every period, undated, as numbers of Python."""
    periods = np.arange(1, count + 1)
    interest = npf.ipmt(0.099 / 12, periods, count, -12_500.0)
    principal = npf.ppmt(0.099 / 12, periods, count, -12_500.0)
    return list(zip(interest.tolist(), principal.tolist(), strict=True))


def seconds(work: Callable[[], object], repeats: int) -> float:
    """Time of one call, the mean of `repeats` in a row."""
    start = time.perf_counter()
    for _ in range(repeats):
        work()
    return (time.perf_counter() - start) / repeats


def compare(count: int, rounds: int) -> dict[str, float]:
    """Median times in microseconds and median ratios for schedules of `count` payments."""
    repeats = max(3, 6_000 // count)
    works = (lambda: ours(count), lambda: with_amortization(count), lambda: with_numpy_financial(count))
    times = [[seconds(work, repeats) for work in works] for _ in range(rounds)]
    mine, package, numpy = (statistics.median(column) * 1e6 for column in zip(*times, strict=True))
    return {
        "payments": count,
        "ours_us": round(mine, 2),
        "amortization_us": round(package, 2),
        "numpy_financial_us": round(numpy, 2),
        "ratio_to_amortization": round(statistics.median(one / other for one, other, _ in times), 3),
        "ratio_to_faster": round(statistics.median(one / min(rest) for one, *rest in times), 3),
    }


def plans(count: int, today: date) -> list[PaymentPlan]:
    """Active plans over a year of first payments, a month of which are due on each day of the month."""
    made = []
    for at in range(count):
        terms = Terms(
            first_payment=today - timedelta(days=at % 300),
            apr_percent=APR if at % 2 else Decimal(0),
            payment_cents=9_000 + at % 7_000,
            treatment_planned=TreatmentPlanned.TREAT_AS_COMPLETE,
        )
        items = (ProductionItem("p1", fee_cents=120_000 + at % 50_000), ProductionItem("p2", fee_cents=80_000))
        made.append(post_due(open_plan(PaymentPlan(terms, items), today), today))
    return made


def day_run(count: int) -> dict[str, float]:
    """One day's posting over `count` active plans, engine only: nothing is read or stored."""
    today = date(2027, 3, 9)
    active = plans(count, today)
    tomorrow = today + timedelta(days=1)
    start = time.perf_counter()
    after = [post_due(plan, tomorrow) for plan in active]
    spent = time.perf_counter() - start
    posted = sum(len(new.charges) - len(old.charges) for new, old in zip(after, active, strict=True))
    return {
        "plans": count,
        "charge_rows_posted": posted,
        "seconds": round(spent, 3),
        "microseconds_per_plan": round(spent / count * 1e6, 2),
    }


def main(arguments: list[str] | None = None) -> int:
    """Print the comparison and the day's run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--plans", type=int, default=PLANS)
    options = parser.parse_args(arguments)
    schedules = [compare(count, options.rounds) for count in COUNTS]
    run = day_run(options.plans)
    if options.json:
        print(json.dumps({"schedules": schedules, "day_run": run}))
        return 0
    for row in schedules:
        print(
            f"{row['payments']:>4} payments: ours {row['ours_us']:>8} us, amortization {row['amortization_us']:>8} us, "
            f"numpy-financial {row['numpy_financial_us']:>8} us; ratio to amortization {row['ratio_to_amortization']}, "
            f"to the faster {row['ratio_to_faster']}"
        )
    print(
        f"a day's run over {run['plans']:,} active plans: {run['seconds']} s, "
        f"{run['microseconds_per_plan']} us a plan, {run['charge_rows_posted']:,} charge rows posted"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""When the PMS is asked for news of a plan's work."""

from dataclasses import replace
from datetime import date

import pytest

from loops.plan_office import _may_have_news
from tests.loops.test_plan_writing import at_work

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.mark.parametrize(
    ("today", "due", "few", "asked"),
    [
        (TUESDAY, date(2026, 12, 24), True, True),
        (TUESDAY, date(2026, 12, 24), False, False),
        (TUESDAY, date(2026, 11, 26), False, True),
        (TUESDAY, date(2026, 11, 27), False, False),
        (MONDAY, None, False, True),
        (TUESDAY, None, False, False),
    ],
)
def test_many_plans_are_asked_about_before_a_charge_and_on_mondays_few_every_day(
    today: date, due: date | None, few: bool, asked: bool
) -> None:
    plan = at_work().model_copy(update={"next_due": due})
    assert _may_have_news(plan, today, few) is asked


def test_nothing_is_news_to_a_plan_under_full_lock() -> None:
    plan = at_work()
    assert plan.plan is not None
    locked = replace(plan.plan, terms=replace(plan.plan.terms, locked=True))
    assert not _may_have_news(plan.model_copy(update={"plan": locked}), MONDAY, few=True)

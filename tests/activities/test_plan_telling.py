"""Payers are told page by page: none is lost, none is told twice, whatever the size of a page."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from activities.courier import SendResult, Sent
from activities.plan_people import PlanText
from activities.plan_steps import PlanSteps
from activities.plan_tasks import PlanTask
from activities.plan_telling import PlanTelling, Stand, TellPage, ToldPage
from db.session import Database
from db.stores.plan_posting import PlanPostingStore
from db.stores.plans import PlanStore
from domain.payment_plan.posting import open_plan
from domain.payment_plan.schedule import expected_periods
from domain.plan_money import next_due
from domain.plan_records import PlanCard, PlanState
from domain.records import TaskRecord
from tests.activities.test_plan_posting import _North, _Then
from tests.db.plan_samples import a_plan, an_item

DAY = date(2026, 12, 20)
ENDS = datetime(2026, 12, 21, 13, tzinfo=UTC)
OLD = PlanCard(customer_id="c", payment_method_id="p", exp_month=11, exp_year=2026)


class Office:
    """Every text goes out, but to those whose answer is named here."""

    def __init__(self, database: Database, **answers: SendResult) -> None:
        self.texts: list[PlanText] = []
        self.tasks: list[PlanTask] = []
        self.answers = answers
        store = PlanStore(database)
        steps = PlanSteps(store, _North(), _Then())
        posting = PlanPostingStore(database)
        self.telling = PlanTelling(store, posting, steps, _North(), self, self)

    def send(self, text: PlanText) -> SendResult:
        self.texts.append(text)
        return self.answers.get(text.plan_id, SendResult(sent=Sent.SENT))

    def put_task(self, task: PlanTask) -> TaskRecord:
        self.tasks.append(task)
        return TaskRecord(id="t", case_id=task.plan_id, location="north", kind=task.kind, owner="o", text=task.why,
                          opened_at=ENDS)  # fmt: skip

    def walk(self, limit: int, between: Any = lambda: None) -> list[ToldPage]:
        pages, at = [], Stand()
        while True:
            page = self.telling.tell(TellPage(location="north", day=DAY, at=at, ends=ENDS, limit=limit))
            pages.append(page)
            if page.at is None:
                return pages
            at = page.at
            between()


def at_work(database: Database, number: int, first: date, **fields: Any) -> str:
    draft = a_plan(number, **fields)
    terms = replace(draft.shown_plan.terms, first_payment=first)
    plan = open_plan(replace(draft.shown_plan, terms=terms, production=(an_item(number),)), date(2026, 12, 1))
    active = {"plan": plan, "state": PlanState.ACTIVE, "next_due": next_due(plan), "proposal": None}
    PlanStore(database).add(draft.model_copy(update=active), ())
    return draft.id


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8, 100])
def test_each_payer_is_told_once_whatever_the_size_of_a_page(database: Database, limit: int) -> None:
    """Eight plans on three dates, one too far off, one of another office; two cards run out."""
    due = [at_work(database, n, DAY + timedelta(days=1 + n % 3), card=OLD if n < 3 else None) for n in range(1, 9)]
    at_work(database, 9, DAY + timedelta(days=9))
    at_work(database, 10, DAY + timedelta(days=1), location="south")
    office = Office(database)
    pages = office.walk(limit)
    told = Counter((text.plan_id, text.template) for text in office.texts)
    assert told == Counter([*((each, "charge_notice") for each in due), *((each, "card_expiring") for each in due[:2])])
    assert sum(page.texts for page in pages) == 10
    assert len(pages) == 8 // limit + 1 + 2 // limit + 1
    assert office.tasks == []


def test_a_plan_that_is_charged_between_two_pages_shifts_nobody(database: Database) -> None:
    due = [at_work(database, n, DAY + timedelta(days=1)) for n in range(1, 7)]
    gone = iter(due)

    def charged() -> None:
        plan = PlanStore(database).get(next(gone))
        PlanStore(database).save(plan.model_copy(update={"next_due": DAY + timedelta(days=31)}), ())

    office = Office(database)
    pages = office.walk(2, charged)
    assert [text.plan_id for text in office.texts] == due
    assert len(pages) == 5


def test_who_can_get_no_text_is_called_and_who_may_have_it_later_is_waited_for(database: Database) -> None:
    tomorrow, later = DAY + timedelta(days=1), DAY + timedelta(days=3)
    for n, day in ((1, tomorrow), (2, tomorrow), (3, later), (4, tomorrow)):
        at_work(database, n, day)
    soon = ENDS - timedelta(hours=3)
    office = Office(
        database,
        pp_1=SendResult(sent=Sent.BLOCKED, why="opted out"),
        pp_2=SendResult(sent=Sent.DEFERRED, until=ENDS),
        pp_3=SendResult(sent=Sent.DEFERRED, until=ENDS),
        pp_4=SendResult(sent=Sent.DEFERRED, until=soon),
    )
    pages = office.walk(2)
    assert [(task.plan_id, task.kind, task.command_id) for task in office.tasks] == [
        ("pp_1", "plan_call", f"notice:{tomorrow}"),
        ("pp_2", "plan_call", f"notice:{tomorrow}"),
    ]
    assert "opted out" in office.tasks[0].why
    assert [page.until for page in pages if page.until] == [soon]
    assert sum(page.texts for page in pages) == 0


def test_a_plan_that_breaks_keeps_no_other_from_being_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    due = [at_work(database, n, DAY + timedelta(days=1)) for n in (1, 2, 3)]

    def breaks_for_two(plan: Any, today: date) -> Any:
        if plan.production[0].id == "2":
            raise ZeroDivisionError("two")
        return expected_periods(plan, today)

    monkeypatch.setattr("activities.plan_telling.expected_periods", breaks_for_two)
    office = Office(database)
    office.walk(2)
    assert [text.plan_id for text in office.texts] == [due[0], due[2]]
    assert "ZeroDivisionError" in PlanStore(database).events("pp_2")[-1].text

"""A page of plans in one transaction: the same as one by one, and no plan keeps another."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Engine, event, text

from activities.plan_posting import PlanPostingActivities, PostPage
from activities.plan_steps import PlanSteps
from db.session import Database
from db.stores.plan_collections import CollectionStore
from db.stores.plan_posting import PlanPostingStore
from db.stores.plans import PlanStore
from domain.payment_plan.posting import open_plan
from domain.plan_life import Step
from domain.plan_money import next_due, post_day
from domain.plan_records import PlanRecord, PlanState
from domain.plan_settings import PlanSettings
from tests.db.plan_samples import TODAY, a_plan, an_item

DUE = date(2026, 12, 23)
TODAY_REF = PostPage(location="north", day=DUE)


class _Then:
    def now(self) -> datetime:
        return datetime(2026, 12, 23, 17, tzinfo=UTC)


class _North:
    tz = UTC
    payment_plans = PlanSettings()

    def get(self, key: str) -> Any:
        return self

    def all(self) -> Sequence[Any]:
        return [self]


def activities(database: Database, posting: PlanPostingStore | None = None) -> PlanPostingActivities:
    store, nobody = PlanStore(database), cast(Any, None)
    given = posting or PlanPostingStore(database)
    return PlanPostingActivities(
        store, given, nobody, PlanSteps(store, _North(), _Then()), nobody, _North(), nobody, _Then()
    )


def at_work(database: Database, count: int, **fields: Any) -> list[PlanRecord]:
    made = []
    for number in range(1, count + 1):
        draft = a_plan(number, **fields)
        plan = open_plan(replace(draft.shown_plan, production=(an_item(number, 60_000 + number),)), TODAY)
        active = draft.model_copy(update={"plan": plan, "state": PlanState.ACTIVE, "next_due": next_due(plan)})
        PlanStore(database).add(active.model_copy(update={"proposal": None}), ())
        made.append(PlanStore(database).get(active.id))
    return made


def spoil(database: Database, plan_id: str) -> None:
    with database.write() as session:
        session.connection().execute(text("UPDATE plans SET plan = '{\"terms\": 3}' WHERE id = :id"), {"id": plan_id})


def test_a_page_is_posted_as_each_plan_alone_would_be_and_again_changes_nothing(database: Database) -> None:
    before = at_work(database, 5)
    run = activities(database)
    page = run.post_page(TODAY_REF)
    expected = {plan.id: post_day(plan.plan, DUE) for plan in before if plan.plan}
    assert page.plans == 5
    assert not page.more
    assert page.stuck == ()
    for plan_id, posted in expected.items():
        kept = PlanStore(database).get(plan_id)
        assert kept.plan == posted.plan
        assert kept.next_due == next_due(posted.plan)
        [row] = CollectionStore(database).of_plan(plan_id)
        assert ((row.day, row.amount_cents),) == posted.owed
        assert [line.kind for line in PlanStore(database).events(plan_id)] == ["charge"]
    assert page.charged_cents == sum(cents for posted in expected.values() for _, cents in posted.owed)
    after = [PlanStore(database).get(plan.id) for plan in before]
    again = run.post_page(TODAY_REF)
    assert (again.plans, again.charged_cents) == (0, 0)
    assert [PlanStore(database).get(plan.id) for plan in before] == after


def test_a_row_that_cannot_be_read_and_a_plan_that_breaks_are_put_aside_and_the_others_are_saved(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work(database, 6)
    spoil(database, "pp_2")

    def fails_for_five(plan: Any, day: date) -> Any:
        if plan.production[0].id == "5":
            raise ZeroDivisionError("five")
        return post_day(plan, day)

    monkeypatch.setattr("activities.plan_posting.post_day", fails_for_five)
    page = activities(database).post_page(TODAY_REF)
    assert dict(page.stuck).keys() == {"pp_2", "pp_5"}
    assert "ZeroDivisionError: five" in dict(page.stuck)["pp_5"]
    collections = CollectionStore(database)
    assert [bool(collections.of_plan(f"pp_{n}")) for n in range(1, 7)] == [True, False, True, True, False, True]
    assert "stuck" in {line.kind for line in PlanStore(database).events("pp_2")}
    assert not PlanPostingStore(database).due_page("north", DUE, 10).records, "today is done"
    tomorrow = PlanPostingStore(database).due_page("north", DUE + timedelta(days=1), 10)
    assert [plan.id for plan in tomorrow.records] == ["pp_5"]
    assert [plan_id for plan_id, _ in tomorrow.unreadable] == ["pp_2"]


def test_when_every_plan_breaks_the_page_is_tried_later_and_none_is_put_aside(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work(database, 12)

    def broken(plan: Any, day: date) -> Any:
        raise ZeroDivisionError("all")

    monkeypatch.setattr("activities.plan_posting.post_day", broken)
    with pytest.raises(ZeroDivisionError):
        activities(database).post_page(TODAY_REF)
    assert len(PlanPostingStore(database).due_page("north", DUE, 20).records) == 12


def test_a_plan_that_the_database_refuses_does_not_take_the_page_with_it(database: Database) -> None:
    at_work(database, 4)

    class Refusing(PlanPostingStore):
        def save_posted(self, steps: Sequence[Step]) -> frozenset[str]:
            spoiled = [
                replace(step, owed=((None, "x"),)) if step.record.id == "pp_3" else step  # type: ignore[arg-type]  # on purpose
                for step in steps
            ]
            return super().save_posted(spoiled)

    page = activities(database, Refusing(database)).post_page(TODAY_REF)
    assert [plan_id for plan_id, _ in page.stuck] == ["pp_3"]
    assert [len(CollectionStore(database).of_plan(f"pp_{n}")) for n in range(1, 5)] == [1, 1, 0, 1]


def test_a_plan_saved_by_somebody_else_meanwhile_comes_again_and_nothing_is_lost(database: Database) -> None:
    at_work(database, 3)

    class Slow(PlanPostingStore):
        raced = False

        def save_posted(self, steps: Sequence[Step]) -> frozenset[str]:
            if not self.raced:
                self.raced = True
                other = PlanStore(database).get("pp_2")
                PlanStore(database).save(other.model_copy(update={"category": "Ortho"}), ())
            return super().save_posted(steps)

    run = activities(database, Slow(database))
    first = run.post_page(TODAY_REF)
    assert first.more
    assert CollectionStore(database).of_plan("pp_2") == []
    second = run.post_page(TODAY_REF)
    assert (second.plans, second.more) == (1, False)
    assert PlanStore(database).get("pp_2").category == "Ortho"
    assert len(CollectionStore(database).of_plan("pp_2")) == 1


def test_two_workers_on_the_same_page_charge_each_plan_once(database: Database) -> None:
    at_work(database, 3)
    both = PlanPostingStore(database)
    page = both.due_page("north", DUE, 10)
    run = activities(database)
    steps = run._worked_out(page.records, DUE, {})
    assert both.save_posted(steps) == frozenset()
    assert both.save_posted(steps) == {"pp_1", "pp_2", "pp_3"}
    assert [len(CollectionStore(database).of_plan(f"pp_{n}")) for n in range(1, 4)] == [1, 1, 1]


def test_the_statements_of_a_page_do_not_grow_with_its_plans(database: Database) -> None:
    counts = []
    for size, location in ((2, "north"), (40, "north")):
        made = at_work(database, size) if size == 2 else [p for p in at_work(database, 40) if p.next_due]
        seen: list[str] = []

        def count(_c: Any, _cursor: Any, statement: str, *_: Any, kept: list[str] = seen) -> None:
            kept.append(statement)

        event.listen(Engine, "before_cursor_execute", count)
        try:
            page = activities(database).post_page(PostPage(location=location, day=DUE))
        finally:
            event.remove(Engine, "before_cursor_execute", count)
        assert page.plans == len(made)
        counts.append(len(seen))
        with database.write() as session:
            for table in ("plan_collections", "plan_items", "plan_events", "plans"):
                session.connection().execute(text(f"DELETE FROM {table}"))
    assert counts[0] == counts[1]
    assert counts[1] < 12

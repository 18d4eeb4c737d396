from datetime import datetime

from db.session import Database
from db.stores.cases import CaseStore
from db.stores.inbound import InboundStore
from db.stores.inbox import InboxStore
from db.stores.outbox import OutboxStore
from db.stores.tasks import TaskStore
from db.stores.worklist import Waiting, Wanted, WorkList
from domain.case import CaseState
from domain.records import CaseRecord, InboundText, TextState
from tests.db.samples import DAY, HOUR, MINUTE, NOON, a_case, a_task, a_text


def filled(database: Database, *cases: CaseRecord) -> WorkList:
    store = CaseStore(database)
    for case in cases:
        store.add(case)
    store.add(a_case(99, first_name="Base", value_cents=999_999, tier="surgical"), baseline=True)
    return WorkList(database)


def plans(work: WorkList, **wanted: str) -> list[str]:
    return [case.plan_id for case in work.open_cases(Wanted(**wanted))]


def test_of_equal_value_the_sooner_deadline_comes_first(database: Database) -> None:
    work = filled(
        database,
        a_case(1, value_cents=200, next_at=NOON + HOUR),
        a_case(2, value_cents=200, next_at=NOON),
        a_case(3, value_cents=200),
        a_case(4, value_cents=300, next_at=NOON + DAY),
        a_case(5, value_cents=900, ended_at=NOON, state=CaseState.BOOKED),
    )
    assert plans(work) == ["4", "2", "1", "3"]
    assert work.count(Wanted()) == 4
    assert [case.plan_id for case in work.open_cases(Wanted(), limit=2, offset=1)] == ["2", "1"]


def test_search_finds_parts_of_names_in_any_case(database: Database) -> None:
    work = filled(
        database,
        a_case(1, first_name="Dana", last_name="Whitfield"),
        a_case(2, first_name="Whitney", last_name="Dorn"),
        a_case(3, first_name="O_O", last_name="100%"),
    )
    assert plans(work, name="WHIT") == ["1", "2"]
    assert plans(work, name="whit dorn") == ["2"]
    assert plans(work, name="%") == ["3"], "a percent sign is a letter like others"
    assert plans(work, name="_") == ["3"]
    assert plans(work, name="base") == []


def test_every_filter_narrows(database: Database) -> None:
    work = filled(
        database,
        a_case(1, owner="dana", path="link", state=CaseState.OFFERING),
        a_case(2, owner="dana", path="same_visit", location="south"),
        a_case(3, owner="lee", state=CaseState.OFFERING),
    )
    assert plans(work, owner="dana", location="south") == ["2"]
    assert plans(work, state="offering") == ["1", "3"]
    assert plans(work, path="same_visit") == ["2"]
    assert work.owners() == ["dana", "lee"]
    assert work.open_counts() == {"north": 2, "south": 1}


def test_first_offers_are_late_when_due_and_not_made(database: Database) -> None:
    work = filled(
        database,
        a_case(1, first_offer_due_at=NOON - MINUTE),
        a_case(2, first_offer_due_at=NOON - MINUTE, first_offered_at=NOON),
        a_case(3, first_offer_due_at=NOON + MINUTE),
        a_case(4, location="south"),
    )
    assert work.late_first_offers(NOON) == {"north": 1}


def test_open_tasks_urgent_first_then_by_the_next_rung(database: Database) -> None:
    work = filled(database, a_case(1))
    tasks = TaskStore(database)
    tasks.put(a_task(1, next_climb_at=NOON + DAY))
    tasks.put(a_task(2, next_climb_at=NOON + HOUR))
    tasks.put(a_task(3, next_climb_at=None))
    tasks.put(a_task(4, urgent=True, next_climb_at=NOON + 2 * DAY, owner="lee"))
    tasks.put(a_task(5, done_at=NOON))
    assert [task.id for task in work.open_tasks()] == ["tk_4", "tk_2", "tk_1", "tk_3"]
    assert [task.id for task in work.open_tasks(owner="lee")] == ["tk_4"]
    assert work.open_tasks("south") == []
    assert work.task_counts() == {"north": 4}


def test_the_rows_and_cents_behind_the_numbers(database: Database) -> None:
    work = filled(
        database,
        a_case(1, provider_id="7", value_cents=100, tier="surgical"),
        a_case(2, provider_id="7", value_cents=200, booked_at=NOON),
        a_case(3, provider_id="", value_cents=400, accepted_at=NOON + MINUTE),
        a_case(4, provider_id="7", value_cents=800, state=CaseState.BOOKED_ELSEWHERE, ended_at=NOON),
        a_case(5, provider_id="7", value_cents=1600, accepted_at=NOON - DAY),
    )
    span = (NOON, NOON + HOUR)
    assert [case.plan_id for case in work.accepted(*span)] == ["3", "1", "2", "4"]
    assert [case.plan_id for case in work.accepted(*span, provider="")] == ["3"]
    assert work.accepted(*span, location="south") == []
    assert work.unscheduled_cents(*span) == {("north", "7"): 100, ("north", ""): 400}
    assert [case.plan_id for case in work.routed("north")] == ["1"]
    assert set(work.named([a_case(2).case_id, "case/none"])) == {a_case(2).case_id}
    assert work.named([]) == {}


def test_texts_that_reached_nobody(database: Database) -> None:
    work = filled(database, a_case(1))
    outbox = OutboxStore(database)
    outbox.add(a_text(1, state=TextState.FAILED))
    outbox.add(a_text(2, state=TextState.UNDELIVERED, created_at=NOON + HOUR))
    outbox.add(a_text(3, state=TextState.DELIVERED))
    outbox.add(a_text(4, state=TextState.FAILED, created_at=NOON - DAY))
    assert [text.id for text in work.failed_texts(NOON)] == ["tx_2", "tx_1"]


def test_queues_say_how_many_wait_and_since_when(database: Database) -> None:
    work = filled(database, a_case(1))
    assert {each.rows for each in work.queues()} == {0}
    outbox = OutboxStore(database)
    outbox.add(a_text(1, created_at=NOON + HOUR))
    outbox.add(a_text(2, created_at=NOON))
    InboxStore(database).add("stripe", "evt_1", "{}", NOON)
    InboundStore(database).add(
        InboundText(sid="SM1", sender="+12085550142", recipient="+12085550100", body="hi", received_at=NOON)
    )
    TaskStore(database).put(a_task(1))
    found = {each.name: each for each in work.queues()}
    assert found["texts to send"] == Waiting("texts to send", 2, NOON)
    for name in ("webhooks", "texts from patients", "tasks not yet in the PMS"):
        assert found[name] == Waiting(name, 1, NOON)
    oldest = found["webhooks"].oldest
    assert isinstance(oldest, datetime)
    assert oldest.utcoffset() is not None

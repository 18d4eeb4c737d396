from threading import Thread

from db.session import Database
from db.stores.inbox import MANY_ATTEMPTS, InboxStore
from tests.db.samples import MINUTE, NOON


def test_a_webhook_delivered_many_times_at_once_is_stored_once(database: Database) -> None:
    inbox = InboxStore(database)
    created: list[bool] = []
    threads = [Thread(target=lambda: created.append(inbox.add("stripe", "evt_1", '{"a": 1}', NOON))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert created.count(True) == 1
    assert [row.body for row in inbox.unhandled()] == ['{"a": 1}']


def test_the_same_id_of_another_source_is_another_webhook(database: Database) -> None:
    inbox = InboxStore(database)
    assert inbox.add("stripe", "1", "{}", NOON)
    assert inbox.add("twilio", "1", "{}", NOON)


def test_handled_ones_are_done_and_failed_ones_wait_behind_fresh_ones(database: Database) -> None:
    inbox = InboxStore(database)
    for number in range(3):
        inbox.add("stripe", str(number), "{}", NOON + MINUTE * number)
    inbox.mark_failed("stripe", "0", "case not there yet")
    inbox.mark_handled("stripe", "1", NOON)
    waiting = [(row.external_id, row.attempts, row.error) for row in inbox.unhandled()]
    assert waiting == [("2", 0, ""), ("0", 1, "case not there yet")]


def test_a_webhook_that_always_fails_is_shown_and_still_tried(database: Database) -> None:
    inbox = InboxStore(database)
    inbox.add("stripe", "1", "{}", NOON)
    for _ in range(MANY_ATTEMPTS):
        assert inbox.stuck() == []
        inbox.mark_failed("stripe", "1", "broken")
    assert [row.external_id for row in inbox.stuck()] == ["1"]
    assert [row.external_id for row in inbox.unhandled()] == ["1"]

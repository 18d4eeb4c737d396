from commands.demo.watching import next_deadline, under_way
from db.session import Database
from db.stores.outbox import OutboxStore
from tests.db.samples import HOUR, MINUTE, NOON, a_text


def test_a_text_that_is_tried_again_in_an_hour_is_waited_for_then(sqlite_database: Database) -> None:
    again = NOON + HOUR
    OutboxStore(sqlite_database).add(a_text(not_before=again))
    assert under_way(sqlite_database, NOON) == []
    assert next_deadline(sqlite_database, NOON) == again
    assert next_deadline(sqlite_database, again) is None
    [waits] = under_way(sqlite_database, again + MINUTE)
    assert "is being sent" in waits

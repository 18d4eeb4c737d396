import pytest

from db.session import Database
from db.stores.tasks import TaskStore
from tests.db.samples import DAY, HOUR, NOON, a_case, a_task


def test_a_task_is_made_once(database: Database) -> None:
    tasks = TaskStore(database)
    assert tasks.put(a_task(1)) == a_task(1)
    assert tasks.put(a_task(1, text="another text")) == a_task(1)
    assert tasks.get("tk_1") == a_task(1)
    assert tasks.get("tk_9") is None


def test_a_done_task_is_open_no_more(database: Database) -> None:
    tasks = TaskStore(database)
    tasks.put(a_task(1))
    tasks.update("tk_1", {"done_at": NOON, "outcome": "booked", "done_by": "dana"})
    assert tasks.open_of_case(a_case(1).case_id) == []
    assert [task.outcome for task in tasks.of_case(a_case(1).case_id)] == ["booked"]
    assert tasks.due_to_climb(NOON + 2 * DAY) == []


def test_updates_name_what_is_wrong(database: Database) -> None:
    tasks = TaskStore(database)
    with pytest.raises(KeyError, match="tk_9"):
        tasks.update("tk_9", {"owner": "dana"})
    with pytest.raises(ValueError, match="state"):
        tasks.update("tk_9", {"state": "done"})


def test_lists_put_urgent_tasks_first_then_the_oldest(database: Database) -> None:
    tasks = TaskStore(database)
    tasks.put(a_task(1, opened_at=NOON + HOUR))
    tasks.put(a_task(2))
    tasks.put(a_task(3, opened_at=NOON + 2 * HOUR, urgent=True))
    tasks.put(a_task(4, owner="max"))
    tasks.put(a_task(5, location="south"))
    assert [task.id for task in tasks.open_of_location("north", "dana")] == ["tk_3", "tk_2", "tk_1"]
    assert len(tasks.open_of_location("north")) == 4


def test_tasks_climb_when_their_time_has_come(database: Database) -> None:
    tasks = TaskStore(database)
    tasks.put(a_task(1))
    tasks.put(a_task(2, next_climb_at=None))
    assert tasks.due_to_climb(NOON + DAY - HOUR) == []
    assert [task.id for task in tasks.due_to_climb(NOON + DAY)] == ["tk_1"]


def test_what_the_pms_has_and_has_not(database: Database) -> None:
    tasks = TaskStore(database)
    tasks.put(a_task(1))
    tasks.put(a_task(2, pms_task_id="77"))
    assert [task.id for task in tasks.mirrored("north")] == ["tk_2"]
    assert tasks.mirrored("south") == []
    assert [task.id for task in tasks.unmirrored()] == ["tk_1"]


def test_notes_stay_in_order(database: Database) -> None:
    tasks = TaskStore(database)
    tasks.put(a_task(1))
    tasks.add_note("tk_1", NOON + HOUR, "dana", "called again")
    tasks.add_note("tk_1", NOON, "dana", "called")
    assert [note.text for note in tasks.notes("tk_1")] == ["called", "called again"]

"""The counter of billed actions, against a history written by hand."""

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from runtime.billing import billed_actions


def event(name: str, number: int = 0) -> HistoryEvent:
    return HistoryEvent(event_id=number, event_type=EventType.Value(f"EVENT_TYPE_{name}"))


def local(task: int) -> HistoryEvent:
    made = event("MARKER_RECORDED")
    made.marker_recorded_event_attributes.marker_name = "core_local_activity"
    made.marker_recorded_event_attributes.workflow_task_completed_event_id = task
    return made


def test_each_kind_counts_as_the_price_list_says() -> None:
    third_try = event("ACTIVITY_TASK_STARTED")
    third_try.activity_task_started_event_attributes.attempt = 3
    counted = billed_actions(
        [
            event("WORKFLOW_EXECUTION_STARTED"),
            event("WORKFLOW_TASK_SCHEDULED"),
            local(4),
            local(4),
            local(9),
            event("ACTIVITY_TASK_SCHEDULED"),
            third_try,
            event("TIMER_STARTED"),
            event("TIMER_CANCELED"),
            event("WORKFLOW_EXECUTION_SIGNALED"),
            event("WORKFLOW_EXECUTION_UPDATE_ACCEPTED"),
            event("START_CHILD_WORKFLOW_EXECUTION_INITIATED"),
            event("WORKFLOW_EXECUTION_COMPLETED"),
        ]
    )
    assert counted == {
        "start": 1,
        "local activities": 2,
        "activity": 1,
        "retry": 2,
        "timer": 1,
        "signal": 1,
        "update": 1,
        "child": 2,
    }
    assert counted.total() == 11

"""Billed Temporal actions of a finished or running workflow, counted from its history.

What counts is Temporal Cloud's list (docs.temporal.io/cloud/actions): a start, each activity and each retry of it,
timers, signals, accepted updates, upserts of search attributes; local activities of one workflow task are one.
"""

from collections.abc import Iterable

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

_LOCAL_ACTIVITY = "core_local_activity"

_ONE_EACH = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
        EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
        EventType.EVENT_TYPE_TIMER_STARTED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
        EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    }
)


def billed_actions(events: Iterable[HistoryEvent]) -> int:
    """How many actions this history is billed as. Retries show in the attempt of the started event."""
    once, retries, local_tasks = 0, 0, set()
    for event in events:
        if event.event_type in _ONE_EACH:
            once += 1
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
            retries += event.activity_task_started_event_attributes.attempt - 1
        elif _is_local_activity(event):
            local_tasks.add(event.marker_recorded_event_attributes.workflow_task_completed_event_id)
    return once + retries + len(local_tasks)


def _is_local_activity(event: HistoryEvent) -> bool:
    kind = EventType.EVENT_TYPE_MARKER_RECORDED
    return event.event_type == kind and event.marker_recorded_event_attributes.marker_name == _LOCAL_ACTIVITY

"""What a recorded history would be billed as: Temporal Cloud's billable actions, counted from its events.

The rules are those of docs.temporal.io/cloud/actions: a start, a signal, an update, a timer, an activity and each of
its retries are one action each; all local activities of one workflow task are one together; a child workflow is two.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from temporalio.api.enums.v1 import EventType

_ONE_EACH: Mapping[Any, str] = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: "start",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: "signal",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: "update",
    EventType.EVENT_TYPE_TIMER_STARTED: "timer",
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: "activity",
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: "upsert",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: "continue as new",
}
_LOCAL_ACTIVITY = "core_local_activity"


def billed_actions(events: Iterable[Any]) -> Counter[str]:
    """Actions by kind; ``total()`` is what is billed. ``events`` are those of a history, in order."""
    counted: Counter[str] = Counter()
    tasks_with_local: set[int] = set()
    for event in events:
        if event.event_type in _ONE_EACH:
            counted[_ONE_EACH[event.event_type]] += 1
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
            counted["retry"] += event.activity_task_started_event_attributes.attempt - 1
        elif event.event_type == EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED:
            counted["child"] += 2
        elif event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED:
            marker = event.marker_recorded_event_attributes
            if marker.marker_name == _LOCAL_ACTIVITY:
                tasks_with_local.add(marker.workflow_task_completed_event_id)
    counted["local activities"] = len(tasks_with_local)
    return +counted

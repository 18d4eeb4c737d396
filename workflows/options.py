"""Task queues, timeouts and retries by kind of call; nothing else says them."""

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy

QUEUE = "chairtime"
PMS_QUEUE = "chairtime-pms"
"""Few slots, because the PMS answers one request a second: priority orders the wait here."""


class CallOptions(TypedDict, total=False):
    task_queue: str
    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta
    retry_policy: RetryPolicy


_PATIENT = RetryPolicy(
    initial_interval=timedelta(seconds=2), backoff_coefficient=2.0, maximum_interval=timedelta(minutes=5)
)
"""For as long as it takes: the case has nothing better to do while a vendor is down."""

PMS: CallOptions = {
    "task_queue": PMS_QUEUE,
    "start_to_close_timeout": timedelta(minutes=5),
    "retry_policy": _PATIENT,
}
BOOK: CallOptions = {**PMS, "schedule_to_close_timeout": timedelta(minutes=20)}
"""A booking that cannot be written for twenty minutes goes to a person as well."""

VENDOR: CallOptions = {
    "task_queue": QUEUE,
    "start_to_close_timeout": timedelta(minutes=1),
    "retry_policy": _PATIENT,
}
CLAIM: CallOptions = {**VENDOR, "schedule_to_close_timeout": timedelta(minutes=2)}
"""A patient is waiting at the page."""

POSTING: CallOptions = {**PMS, "start_to_close_timeout": timedelta(minutes=30)}
"""A page of payment plans, some of which ask the PMS whether their work is done."""


class LocalOptions(TypedDict, total=False):
    schedule_to_close_timeout: timedelta
    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


OURS: LocalOptions = {
    "start_to_close_timeout": timedelta(seconds=10),
    "schedule_to_close_timeout": timedelta(minutes=10),
    "retry_policy": RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=5)),
}
"""Our own database and rules, in the worker's process."""

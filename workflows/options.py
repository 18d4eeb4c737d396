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
    "start_to_close_timeout": timedelta(minutes=2),
    "retry_policy": _PATIENT,
}
"""At most eight requests, each up to 14 s with the wait for its turn on a busy key; one that hangs ends the attempt
after 35 s by the connector's own timeouts. A worker that was killed is noticed by the timeout alone: a heartbeat would
be sooner, but each one is a billed action. What an attempt leaves half done, the next one finds before it acts."""
MOVE: CallOptions = {**PMS, "start_to_close_timeout": timedelta(minutes=3)}
"""Up to twelve requests around one write, which is begun only while there is time for it (activities/attempt.py)."""
BOOK: CallOptions = {**MOVE, "schedule_to_close_timeout": timedelta(minutes=20)}
"""A booking that cannot be written for twenty minutes goes to a person as well."""

VENDOR: CallOptions = {
    "task_queue": QUEUE,
    "start_to_close_timeout": timedelta(minutes=1),
    "retry_policy": _PATIENT,
}
"""One text, or two requests to the card processor, each at most 35 s and safe to ask again by its own key."""
CLAIM: CallOptions = {**VENDOR, "schedule_to_close_timeout": timedelta(minutes=2)}
"""A patient is waiting at the page."""

POSTING: CallOptions = {**PMS, "start_to_close_timeout": timedelta(minutes=30)}
"""A page of payment plans, some of which ask the PMS whether their work is done."""

TELLING: CallOptions = {**VENDOR, "start_to_close_timeout": timedelta(minutes=15)}
"""A page of texts, each found again by its own step: an attempt that ran out of time was not for nothing."""


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

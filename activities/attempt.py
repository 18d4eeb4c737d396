"""How long one attempt of an activity may still take."""

import time
from datetime import timedelta

from temporalio import activity

from connectors.errors import Unavailable

ONE_WRITE = timedelta(seconds=45)
"""The longest that one request can take: 5 s to connect, 30 s to answer, and the wait for its turn."""


class Attempt:
    """Made when the work begins; outside of an activity there is no limit."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._limit = activity.info().start_to_close_timeout if activity.in_activity() else None

    def leave_time_to_write(self) -> None:
        """Raises Unavailable when a write begun now could still be under way when the next attempt looks for it.

        So no two attempts of one activity ever write side by side, however slow the office is.
        """
        spent = timedelta(seconds=time.monotonic() - self._begun)
        if self._limit is not None and spent + ONE_WRITE > self._limit:
            raise Unavailable("the office is too slow for one attempt; the next one goes on")

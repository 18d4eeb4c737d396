"""A write is only begun while it can end before another attempt looks for it."""

import dataclasses
from datetime import timedelta

import pytest
from temporalio.testing import ActivityEnvironment

from activities.attempt import ONE_WRITE, Attempt
from connectors.errors import Unavailable
from connectors.http import DEFAULT_TIMEOUT
from workflows.options import BOOK, MOVE


def write_within(limit: timedelta) -> None:
    env = ActivityEnvironment()
    env.info = dataclasses.replace(ActivityEnvironment.default_info(), start_to_close_timeout=limit)
    env.run(lambda: Attempt().leave_time_to_write())


def test_there_is_time_for_one_write() -> None:
    write_within(ONE_WRITE + timedelta(seconds=5))


def test_too_little_time_is_left_to_the_next_attempt() -> None:
    with pytest.raises(Unavailable, match="next one"):
        write_within(ONE_WRITE - timedelta(seconds=1))


def test_outside_of_an_activity_nothing_limits_it() -> None:
    Attempt().leave_time_to_write()


def test_one_write_covers_the_connectors_own_timeouts_and_an_attempt_covers_it() -> None:
    longest = (DEFAULT_TIMEOUT.connect or 0) + (DEFAULT_TIMEOUT.read or 0)
    assert timedelta(seconds=longest) < ONE_WRITE
    assert BOOK["start_to_close_timeout"] == MOVE["start_to_close_timeout"] > 3 * ONE_WRITE

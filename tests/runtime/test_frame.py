"""The clock, the translation of errors, the log, the child processes."""

import json
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.errors import Ambiguous, Conflict, InvalidRequest, RateLimited, Unavailable
from runtime.clock import SteppedClock, WallClock
from runtime.interceptors import translated
from runtime.processes import Child, StartError, refuse_taken

NOON = datetime(2029, 3, 5, 12, tzinfo=UTC)


def test_a_stepped_clock_goes_forward_only() -> None:
    clock = SteppedClock(NOON)
    clock.set(NOON + timedelta(hours=1))
    with pytest.raises(ValueError, match="cannot go back"):
        clock.set(NOON)
    assert clock.now() == NOON + timedelta(hours=1)


def test_the_wall_clock_is_aware() -> None:
    assert WallClock().now().tzinfo is UTC


def test_what_may_be_tried_again_is_and_what_may_not_is_not() -> None:
    assert not translated(Unavailable("down")).non_retryable
    assert not translated(Ambiguous("no answer")).non_retryable
    assert translated(InvalidRequest("no such field")).non_retryable
    assert translated(Conflict("taken")).non_retryable
    assert translated(Unavailable("down")).type == "Unavailable"


def test_a_vendor_s_pause_is_kept() -> None:
    assert translated(RateLimited("slow down", retry_after=7.0)).next_retry_delay == timedelta(seconds=7)


LOGGING = """
import logging, structlog
from runtime.logging import set_up_logging
set_up_logging("INFO", as_json=True)
structlog.get_logger("ours").info("a case", case_id="case/1", last_name="Carver", phone="+12085550142")
logging.getLogger("theirs").warning("plain")
"""


def test_a_log_line_keeps_only_what_is_allowed() -> None:
    done = subprocess.run([sys.executable, "-c", LOGGING], capture_output=True, text=True, check=True, timeout=60)
    ours, theirs = (json.loads(line) for line in done.stderr.strip().splitlines())
    assert ours["case_id"] == "case/1"
    assert "Carver" not in done.stderr
    assert "2085550142" not in done.stderr
    assert theirs["event"] == "plain"


def test_a_taken_port_says_which_variable_mends_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=rf"port {port} \(the web app\) is taken.*CHAIRTIME_WEB_PORT"):
            refuse_taken(port, "the web app", "CHAIRTIME_WEB_PORT")


async def test_a_child_that_ends_at_once_shows_its_last_words(tmp_path: Path) -> None:
    child = Child("sandbox", [sys.executable, "-c", "raise SystemExit('no such seed')"], tmp_path / "child.log")
    child.start()
    with pytest.raises(StartError, match="no such seed"):
        await child.until_listening(1, seconds=10)


def test_a_child_is_ended_and_may_be_ended_twice(tmp_path: Path) -> None:
    child = Child("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"], tmp_path / "child.log")
    child.start()
    assert child.ended() is None
    child.stop()
    child.stop()
    assert child.ended() is not None

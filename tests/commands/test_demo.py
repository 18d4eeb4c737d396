"""`chairtime demo` as a check from outside runs it: a process, its exit code, one JSON object last."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
PLANS = 12


@pytest.fixture(scope="module")
def played() -> dict[str, Any]:
    command = [sys.executable, "cli.py", "demo", "--plans", str(PLANS), "--seed", "2", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def test_every_plan_is_accounted_for(played: dict[str, Any]) -> None:
    assert played["plans"] == PLANS == sum(played["ends"].values()) + played["open_cases"]
    assert played["void_cases"] == played["duplicate_texts"] == played["double_bookings"] == 0
    assert played["hours_played"] >= 74


def test_it_does_the_main_job(played: dict[str, Any]) -> None:
    assert played["bookings"] == played["ends"]["booked"] > 0
    later = played["next_visits"]
    assert later["cases"] == later["open"] + sum(later["ends"].values())
    assert later["bookings"] == later["ends"].get("booked", 0)
    assert played["texts"] > played["bookings"]
    assert 0 < played["accept_to_offer_ms"]["p50"] <= played["accept_to_offer_ms"]["p99"]
    assert played["billed_actions_per_case"]["by_end"]["booked"] > 5


def test_every_invariant_holds(played: dict[str, Any]) -> None:
    assert set(played["invariants"].values()) == {"ok"}
    assert len(played["invariants"]) >= 12

"""The process: its start, its clock, its memory."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.sandbox.practice_process import ROOT, START, Practice, running


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "sandbox", "--port", port, "--home", str(tmp_path)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert port in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    manual = ("--clock", "manual")
    with running(tmp_path, *manual, "--at", START) as base, httpx.Client() as client:
        practice = Practice(base, client)
        practice.order("clock", {"seconds": 90})
        number = practice.order("accept", {"count": 1})[0]["TreatPlanNum"]
    with running(tmp_path, *manual) as base, httpx.Client() as client:
        practice = Practice(base, client)
        clock = practice.ask("clock")
        assert clock["now"] == "2026-11-23T17:01:30+00:00"
        assert clock["started_at"] == "2026-11-23T17:00:00+00:00"
        signed = {p["TreatPlanNum"] for p in practice.ask("records")["treatplans"] if p["signed"]}
        assert number in signed


def test_life_goes_on_by_itself(tmp_path: Path) -> None:
    with running(tmp_path, "--life", "0.2") as base, httpx.Client() as client:
        practice = Practice(base, client)
        assert practice.ask("clock")["manual"] is False
        deadline = time.monotonic() + 30
        while sum(p["signed"] for p in practice.ask("records")["treatplans"]) < 46:
            assert time.monotonic() < deadline, "no plan gets signed"
            time.sleep(0.1)


def test_the_clock_is_set_with_any_offset(own_practice: Practice) -> None:
    assert own_practice.order("clock", {"at": "2026-12-01T09:00:00-07:00"})["now"] == "2026-12-01T16:00:00+00:00"
    assert own_practice.get("/appointments", Limit=1)[0]["serverDateTime"] == "2026-12-01 09:00:00"

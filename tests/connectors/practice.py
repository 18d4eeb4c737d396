"""The whole sandbox as a process of its own, reached over HTTP only."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

START = "2026-11-23T17:00:00+00:00"
READY = "sandbox ready on "


@dataclass(frozen=True)
class Practice:
    """A running practice with a manual clock."""

    url: str
    http: httpx.Client
    _waiting: list[dict[str, Any]] = field(default_factory=list)

    def get(self, path: str) -> Any:
        answer = self.http.get(f"/_sandbox/{path}")
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, /, **body: Any) -> Any:
        answer = self.http.post(f"/_sandbox/{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def now(self) -> datetime:
        return datetime.fromisoformat(self.get("clock")["now"])

    def advance(self, seconds: float) -> None:
        """Move the clock; the second, empty step lets go what the first one queued."""
        self.post("clock", seconds=seconds)
        self.post("clock", seconds=0)

    def fault(self, **spec: Any) -> None:
        self.post("faults", **spec)

    def recover(self) -> None:
        """No faults, no throttle."""
        self.http.delete("/_sandbox/faults").raise_for_status()
        self.post("throttle", seconds_apart=None)

    def waiting_plan(self, kind: str = "") -> dict[str, Any]:
        """A plan of the first location that its patient is ready to sign, each handed out once."""
        if not self._waiting:
            plans = self.get("records")["treatplans"]
            ready = (p for p in plans if p["clinic"] == 1 and not p["signed"] and p["outcome"] == "acceptable")
            self._waiting.extend(sorted(ready, key=lambda p: p["kind"] == "implant"))
        plan = next(p for p in self._waiting if kind in ("", p["kind"]))
        self._waiting.remove(plan)
        return plan

    def sender(self) -> str:
        """The number that the first location texts from."""
        return str(self.post("twilio/config")["senders"][0]["number"])

    def requests(self, vendor: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"requests?vendor={vendor}")
        return found


@contextmanager
def running_practice(home: Path, *, seed: int = 7) -> Iterator[Practice]:
    """Start it on a free port, and end it."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--home", str(home), "--seed", str(seed)]
    process = subprocess.Popen([*command, "--clock", "manual", "--at", START], stdout=subprocess.PIPE, text=True)
    try:
        url = _address(process)
        with httpx.Client(base_url=url, trust_env=False, timeout=30) as http:
            yield Practice(url, http)
    finally:
        process.terminate()
        process.wait(10)


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        if line.startswith(READY):
            return line.removeprefix(READY).strip()
        if process.poll() is not None:
            break
    raise AssertionError("the sandbox did not start; run `python -m sandbox` to see why")

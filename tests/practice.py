"""A practice in a box as a process of its own, begun from a finished copy, with a clock that only the test moves."""

import asyncio
import multiprocessing
import os
import sys
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx

import sandbox.__main__

START = datetime.fromisoformat("2029-03-05T17:00:00+00:00")
"""A Monday, ten in the morning in Boise; far enough ahead that the test server's clock can always be moved there."""

_READY = "sandbox ready on "
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


class PracticeProcess:
    """Starts and ends ``python -m sandbox``, forked from a process that has imported it: that is most of its start.

    A copied home begins twice as fast as a new one.
    """

    def __init__(self, home: Path, at: datetime | None = START, seed: int = 7) -> None:
        """``at`` None: the clock runs with the real time."""
        self._arguments = ["--port", "0", "--home", str(home), "--seed", str(seed)]
        self._arguments += ["--clock", "manual", "--at", at.isoformat()] if at else ["--clock", "real"]
        self._process: BaseProcess | None = None

    def start(self) -> str:
        """The base address. Raises AssertionError when the process ends instead of answering."""
        heard, said = _FORKS.Pipe(duplex=False)
        self._process = _FORKS.Process(target=_run, args=(self._arguments, said))
        self._process.start()
        said.close()
        with os.fdopen(os.dup(heard.fileno())) as output:
            line = output.readline()
        heard.close()
        assert line.startswith(_READY), f"the sandbox said {line!r}; run `python -m sandbox` to see why"
        return line.removeprefix(_READY).strip()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.join(10)


def _run(arguments: list[str], said: Connection) -> None:
    """In the child: what it prints goes to the parent."""
    os.dup2(said.fileno(), sys.stdout.fileno())
    said.close()
    sys.exit(sandbox.__main__.main(arguments))


@dataclass(frozen=True)
class Practice:
    """The practice's control endpoints: what its people do, what goes wrong, what its own records say."""

    url: str
    http: httpx.AsyncClient

    async def get(self, path: str) -> Any:
        answer = await self.http.get(f"/_sandbox/{path}")
        answer.raise_for_status()
        return answer.json()

    async def post(self, path: str, /, **body: Any) -> Any:
        answer = await self.http.post(f"/_sandbox/{path}", json=body)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def set_clock(self, at: datetime) -> None:
        """Everything that fell due by then has happened when this returns; the second step lets go what it queued."""
        await self.post("clock", at=at.isoformat())
        await self.post("clock", seconds=0)

    async def fault(self, **spec: Any) -> None:
        await self.post("faults", **spec)

    async def recover(self) -> None:
        (await self.http.delete("/_sandbox/faults")).raise_for_status()

    async def requests(self, vendor: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.get(f"requests?vendor={vendor}")
        return found

    async def records(self) -> dict[str, list[dict[str, Any]]]:
        """What was made since the practice began."""
        found: dict[str, list[dict[str, Any]]] = await self.get("records?new=true")
        return found

    async def texts(self, phone: str = "") -> list[dict[str, Any]]:
        """Texts that the practice sent, oldest first; of one phone or of all."""
        found = await self.get(f"twilio/messages?to={phone.replace('+', '%2B')}")
        return [m for m in found["messages"] if not m["direction"].startswith("inbound")]

    async def struck(self, kind: str) -> None:
        """Wait until a fault of that kind has met a request."""
        async with asyncio.timeout(60):
            while kind not in {request["fault"] for request in await self.requests("opendental")}:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def appointments(self, patient: str) -> list[dict[str, Any]]:
        """Scheduled appointments of a patient that were made since the practice began."""
        rows = (await self.records())["appointments"]
        return [row for row in rows if str(row["PatNum"]) == patient and row["status"] == "Scheduled"]


async def opened(process: PracticeProcess) -> Practice:
    url = await asyncio.to_thread(process.start)
    return Practice(url, httpx.AsyncClient(base_url=url, trust_env=False, timeout=30))

"""A real sandbox process for tests, and a client that speaks to it as an office's integration does."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from sandbox.app import create_app
from sandbox.settings import SandboxSettings

ROOT = Path(__file__).parents[2]
START = "2026-11-23T17:00:00Z"  # a Monday, ten in the morning in Boise and Phoenix
KEYS = {1: "SandboxBoise", 2: "SandboxPhoenix", 3: "SandboxPortland", 4: "SandboxScottsdale"}


@contextmanager
def running(home: Path, *arguments: str, seed: int = 1) -> Iterator[str]:
    """The base address of a fresh process; it is ended afterwards."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--home", str(home), "--seed", str(seed), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("sandbox ready on "), line
        yield line.split()[-1]
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The same over real HTTP from a thread of the test process: quicker to begin, so that a test can have its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    at = datetime.fromisoformat(START)
    settings = SandboxSettings(home=home, port=listener.getsockname()[1], manual_clock=True, at=at)
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield settings.base_url
    finally:
        server.should_exit = True
        thread.join(10)


@dataclass(frozen=True)
class Practice:
    """`get`, `post`, `put` and `delete` speak Open Dental for one office; `ask` and `order` the control endpoints."""

    base: str
    client: httpx.Client
    key: str = KEYS[1]

    def office(self, number: int) -> Practice:
        return Practice(self.base, self.client, KEYS[number])

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        headers = {"Authorization": f"ODFHIR SandboxDeveloperKey/{self.key}"}
        url = f"{self.base}/opendental/api/v1{path}"
        return self.client.request(method, url, params=query, json=body, headers=headers)

    def get(self, path: str, **query: Any) -> Any:
        response = self.call("GET", path, **query)
        assert response.status_code == 200, response.text
        return response.json()

    def all(self, path: str, **query: Any) -> list[Any]:
        rows: list[Any] = []
        while True:
            page = self.get(path, **query, Offset=len(rows))
            rows += page
            if len(page) < 100:
                return rows

    def post(self, path: str, body: Any) -> Any:
        response = self.call("POST", path, body)
        assert response.status_code == 201, response.text
        return response.json()

    def put(self, path: str, body: Any) -> Any:
        response = self.call("PUT", path, body)
        assert response.status_code == 200, response.text
        return response.json()

    def refusal(self, method: str, path: str, body: Any = None, **query: Any) -> str:
        """The plain text of a 400."""
        response = self.call(method, path, body, **query)
        assert response.status_code == 400, response.text
        assert response.headers["content-type"].startswith("text/plain")
        return response.text

    def ask(self, path: str, **query: Any) -> Any:
        response = self.client.get(f"{self.base}/_sandbox/{path}", params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def order(self, path: str, body: Any) -> Any:
        response = self.client.post(f"{self.base}/_sandbox/{path}", json=body)
        assert response.is_success, response.text
        return response.json()

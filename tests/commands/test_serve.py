"""The production processes as processes: they serve, say what is missing, and end in order on SIGTERM."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from google.protobuf.json_format import MessageToJson, Parse
from temporalio.api.common.v1 import Payload, Payloads

from commands.codec_server import codec_app
from runtime.codec import EncryptionCodec, Keyring
from runtime.processes import embedded_temporal, free_port, hold_home

ROOT = Path(__file__).parent.parent.parent
UI = "http://localhost:8233"


@pytest.fixture(scope="module")
def temporal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    server = embedded_temporal(tmp_path_factory.mktemp("temporal"), port, "default", ["ChairtimeLocation"])
    server.start()
    asyncio.run(server.until_listening(port))
    yield port
    server.stop()


class Running:
    """A process of the command line, with settings of its own."""

    def __init__(self, home: Path, *arguments: str, **settings: object) -> None:
        locations = home / "locations"
        if not locations.exists():
            shutil.copytree(ROOT / "deploy" / "sandbox", locations)
        ours = {"HOME": home, "LOCATIONS": locations, **settings}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CHAIRTIME_")}
        environment |= {f"CHAIRTIME_{name}": str(value) for name, value in ours.items()}
        command = [sys.executable, "cli.py", *arguments]
        self._log = (home / f"{arguments[0]}.log").open("wb+")
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=self._log, stderr=self._log)

    def health(self, port: int, *, status: int) -> httpx.Response:
        """The answer of /healthz once it has this status."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                answer = httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False, timeout=10)
                if answer.status_code == status:
                    return answer
            time.sleep(0.2)
        raise AssertionError(f"no {status} from /healthz; it said:\n{self.said()}")

    def end(self) -> int:
        """SIGTERM, and the exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self.ended()

    def ended(self) -> int:
        return self._process.wait(60)

    def said(self) -> str:
        self._log.seek(0)
        return self._log.read().decode()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def test_worker_and_web_apart(tmp_path: Path, temporal: int) -> None:
    """The web app is unwell until a worker beats; then both say so, and both end in order."""
    address, web_port, health_port = f"127.0.0.1:{temporal}", free_port(), free_port()
    web = Running(tmp_path, "web", TEMPORAL_ADDRESS=address, WEB_PORT=web_port)
    worker: Running | None = None
    try:
        assert web.health(web_port, status=503).json()["worker"] == "no worker has started"
        worker = Running(tmp_path, "worker", "--health-port", str(health_port), TEMPORAL_ADDRESS=address)
        assert worker.health(health_port, status=200).json()["status"] == "ok"
        assert web.health(web_port, status=200).json()["status"] == "ok"
        assert (worker.end(), web.end()) == (0, 0)
    finally:
        for process in (web, worker):
            if process is not None:
                process.kill()


@pytest.mark.parametrize("command", ["web", "worker"])
def test_without_temporal_one_message_says_what_to_do(tmp_path: Path, command: str) -> None:
    address = f"127.0.0.1:{free_port()}"
    process = Running(tmp_path, command, TEMPORAL_ADDRESS=address, WEB_PORT=free_port())
    assert process.ended() == 1
    assert f"chairtime: Temporal at {address} cannot be reached" in process.said()
    assert "Traceback" not in process.said()


def test_two_stacks_never_share_a_home(tmp_path: Path) -> None:
    with hold_home(tmp_path):
        second = Running(tmp_path, "up", WEB_PORT=free_port(), SANDBOX_PORT=free_port(), TEMPORAL_PORT=free_port())
        assert second.ended() == 1
        assert f"another `chairtime up` runs with the home {tmp_path}" in second.said()
        assert "CHAIRTIME_HOME" in second.said()
    hold_home(tmp_path).close()


# --- the codec server


@pytest.fixture
def codec() -> EncryptionCodec:
    return EncryptionCodec(Keyring({"k1": bytes(32)}), "default")


@pytest.fixture
def client(codec: EncryptionCodec) -> TestClient:
    return TestClient(codec_app(codec, "default", UI), base_url="http://localhost:8703")


def sealed(codec: EncryptionCodec, *bodies: bytes) -> str:
    plain = [Payload(metadata={"encoding": b"json/plain"}, data=body) for body in bodies]
    return MessageToJson(Payloads(payloads=asyncio.run(codec.encode(plain))))


def test_it_opens_what_our_key_sealed(codec: EncryptionCodec, client: TestClient) -> None:
    body = sealed(codec, b'{"case": 1}', b"2")
    assert "case" not in body
    answer = client.post("/decode", content=body, headers={"X-Namespace": "default"})
    opened = Parse(answer.text, Payloads()).payloads
    assert [payload.data for payload in opened] == [b'{"case": 1}', b"2"]


def test_only_the_temporal_ui_may_read_the_answer(client: TestClient) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x-namespace"}
    ours = client.options("/decode", headers={"Origin": UI, **asked})
    other = client.options("/decode", headers={"Origin": "https://elsewhere.example", **asked})
    assert ours.headers["access-control-allow-origin"] == UI
    assert "access-control-allow-origin" not in other.headers
    assert client.post("/encode", content="{}").status_code == 404


@pytest.mark.parametrize(
    ("body", "headers", "status", "words"),
    [
        ("no json", {}, 400, "not the JSON of Temporal payloads"),
        ('{"payload": []}', {}, 400, "not the JSON of Temporal payloads"),
        (json.dumps({"payloads": []}), {"X-Namespace": "other"}, 400, "knows the namespace default only"),
        (json.dumps({"payloads": []}), {"Host": "evil.example"}, 403, "by the name localhost"),
    ],
)
def test_what_it_refuses(client: TestClient, body: str, headers: dict[str, str], status: int, words: str) -> None:
    answer = client.post("/decode", content=body, headers=headers)
    assert answer.status_code == status
    assert words in answer.text


def test_a_key_that_is_gone_is_named_and_nothing_else(codec: EncryptionCodec, client: TestClient) -> None:
    foreign = EncryptionCodec(Keyring({"k0": b"x" * 32}), "default")
    answer = client.post("/decode", content=sealed(foreign, b'{"name": "Ada"}'))
    assert answer.status_code == 400
    assert "key 'k0', which is not in the keyring" in answer.text
    assert "Ada" not in answer.text


def test_the_codec_server_as_a_process(tmp_path: Path) -> None:
    port = free_port()
    process = Running(tmp_path, "codec-server", CODEC_PORT=port)
    try:
        assert process.health(port, status=200).text == "ok"
        assert process.end() == 0
    finally:
        process.kill()

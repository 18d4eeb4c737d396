"""`python -m sandbox`: the practice in a box on one loopback port."""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import uvicorn

from sandbox.app import create_app
from sandbox.settings import DEFAULT_PORT, SandboxSettings

HOST = "127.0.0.1"


class AnnouncingServer(uvicorn.Server):
    """Says so when it accepts connections."""

    port = DEFAULT_PORT

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(f"sandbox ready on http://{HOST}:{self.port}\n")
        sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until interrupted; 2 when the port is taken or an argument is wrong."""
    given = _parser().parse_args(arguments)
    try:
        listener = socket.create_server((HOST, given.port))
    except OSError as error:
        sys.stderr.write(f"sandbox: port {given.port} cannot be used ({error.strerror}); choose another with --port\n")
        return 2
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio does it only for sockets it made itself
    port = listener.getsockname()[1]
    settings = SandboxSettings(
        home=given.home,
        port=port,
        seed=given.seed,
        manual_clock=given.clock == "manual",
        at=given.at,
        life_seconds=given.life,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    config = uvicorn.Config(create_app(settings), access_log=False, log_config=None, timeout_graceful_shutdown=2)
    server = AnnouncingServer(config)
    server.port = port
    with suppress(KeyboardInterrupt):  # uvicorn has shut down by then and passes Ctrl-C on
        server.run(sockets=[listener])
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    default_port = int(os.environ.get("CHAIRTIME_SANDBOX_PORT", DEFAULT_PORT))
    parser.add_argument("--port", type=int, default=default_port, help="0 takes a free one")
    parser.add_argument("--home", type=Path, default=Path(".chairtime/sandbox"), help="folder of the database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clock", choices=("real", "manual"), default="real")
    parser.add_argument("--at", type=_moment, help="where the clock starts, such as 2026-11-21T17:00:00Z")
    parser.add_argument("--life", type=float, metavar="SECONDS", help="sign a waiting plan every so often")
    return parser


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} has no UTC offset; write it as 2026-11-21T17:00:00Z")
    return at


if __name__ == "__main__":
    sys.exit(main())

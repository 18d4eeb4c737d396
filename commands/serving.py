"""A web server inside a process of ours, which decides itself when to end."""

import contextlib
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI


class QuietServer(uvicorn.Server):
    """Leaves Ctrl-C and SIGTERM to us: what the web app needs must outlive it, and the process ends in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server_of(app: FastAPI, host: str, port: int) -> QuietServer:
    """Ready to ``serve()``; wait for ``started``."""
    config = uvicorn.Config(
        app, host=host, port=port, log_config=None, log_level="warning", access_log=False, lifespan="off"
    )
    return QuietServer(config)

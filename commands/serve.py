"""`chairtime worker`, `web` and `codec-server`: the production processes, each by itself; SIGTERM ends them."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI

from commands.codec_server import HOST, codec_app
from commands.serving import server_of
from runtime.codec import EncryptionCodec
from runtime.collecting import keep_what_is_loaded
from runtime.logging import set_up_logging
from runtime.processes import refuse_taken
from runtime.settings import Settings, read_settings
from runtime.temporal import keyring_of, reach
from web import health
from web.app import create_app, health_deps
from wiring import build_parts
from worker import run_worker


def worker(
    health_port: Annotated[int, typer.Option(help="Answer /healthz and /metrics on this port; 0: do not.")] = 0,
    health_host: Annotated[str, typer.Option(help="Address to answer them at.")] = "127.0.0.1",
) -> None:
    """Work the cases and run the loops until told to stop; running work is finished first."""
    asyncio.run(serve_worker(_ready(), health_host, health_port))


def web() -> None:
    """Serve webhooks, patients' pages and the console; the loops run in the worker."""
    asyncio.run(serve_web(_ready()))


def codec_server() -> None:
    """Decode payloads for the Temporal UI, on this machine only."""
    asyncio.run(serve_codec(_ready()))


async def serve_worker(settings: Settings, health_host: str, health_port: int) -> None:
    """Until SIGTERM. Raises what the parts raise at their start, and what ends a worker."""
    stop = _told_to_stop()
    if health_port:
        refuse_taken(health_port, "the worker's health", "--health-port")
    parts = build_parts(settings)
    client = await reach(settings)
    pages = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    pages.include_router(health.router(health_deps(parts, client)))
    keep_what_is_loaded()
    async with _beside(pages, health_host, health_port):
        await run_worker(parts, client, stop)


async def serve_web(settings: Settings) -> None:
    """Until SIGTERM. The loops are another process: it finds a stored webhook at its next round."""
    stop = _told_to_stop()
    refuse_taken(settings.web_port, "the web app", "CHAIRTIME_WEB_PORT")
    parts = build_parts(settings)
    client = await reach(settings)
    app = create_app(parts, client, lambda: None)
    keep_what_is_loaded()
    await _until(stop, server_of(app, settings.web_host, settings.web_port))


async def serve_codec(settings: Settings) -> None:
    """Until SIGTERM, at loopback."""
    stop = _told_to_stop()
    refuse_taken(settings.codec_port, "the codec server", "CHAIRTIME_CODEC_PORT")
    codec = EncryptionCodec(keyring_of(settings), settings.temporal_namespace)
    app = codec_app(codec, settings.temporal_namespace, settings.codec_ui_origin)
    await _until(stop, server_of(app, HOST, settings.codec_port))


@asynccontextmanager
async def _beside(app: FastAPI, host: str, port: int) -> AsyncIterator[None]:
    """Serve ``app`` while the block runs; not at all without a port."""
    if not port:
        yield
        return
    stop = asyncio.Event()
    serving = asyncio.create_task(_until(stop, server_of(app, host, port)))
    try:
        yield
    finally:
        stop.set()
        await serving


async def _until(stop: asyncio.Event, server: uvicorn.Server) -> None:
    async def ask_to_end() -> None:
        await stop.wait()
        server.should_exit = True

    asking = asyncio.create_task(ask_to_end())
    try:
        await server.serve()
    finally:
        asking.cancel()


def _told_to_stop() -> asyncio.Event:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    return stop


def _ready() -> Settings:
    settings = read_settings()
    set_up_logging(settings.log_level or "INFO", as_json=settings.log_json)
    return settings

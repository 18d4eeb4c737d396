"""The product's own two processes inside a test: its workers, and its web app."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from temporalio.client import Client
from temporalio.worker import Worker

import worker as product_worker
from web.app import create_app
from wiring import Parts


@asynccontextmanager
async def working(
    parts: Parts, client: Client, cached_workflows: int | None = None
) -> AsyncIterator[Callable[[], bool]]:
    """The two workers, without the loops; gives whether they have an activity in hand."""
    threads = product_worker.ActivityThreads(32)
    with _cache_of(cached_workflows):
        workers = product_worker._workers(parts, client, threads)
    tasks = [asyncio.create_task(each.run()) for each in workers]
    try:
        yield lambda: bool(threads.calls)
    finally:
        await asyncio.gather(*(each.shutdown() for each in workers))
        await asyncio.gather(*tasks, return_exceptions=True)
        threads.shutdown(wait=False, cancel_futures=True)


@contextlib.contextmanager
def _cache_of(workflows: int | None) -> Iterator[None]:
    """``workflows`` 0 forces a replay at each workflow task."""

    def with_cache(*arguments: Any, **options: Any) -> Any:
        if "workflows" in options and workflows is not None:
            options["max_cached_workflows"] = workflows
            options["max_concurrent_workflow_task_polls"] = 2
        return Worker(*arguments, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(product_worker, "Worker", with_cache)
        yield


@asynccontextmanager
async def serving(parts: Parts, client: Client) -> AsyncIterator[None]:
    """The web app, for the vendors' webhooks."""
    app = create_app(parts, client, lambda: None)
    config = uvicorn.Config(app, port=parts.settings.web_port, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())
    while not (server.started or task.done()):  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await task

"""``chairtime up``: everything on one machine in the foreground, with a line for each step."""

import asyncio
import shutil
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
import uvicorn
from google.protobuf.duration_pb2 import Duration
from rich.console import Console
from rich.markup import escape
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client

from commands.doctor_files import read_sites
from commands.doctor_vendors import check_answers
from commands.findings import Status
from commands.serving import server_of
from runtime.collecting import keep_what_is_loaded
from runtime.ending import end_process
from runtime.locations import LocationBook
from runtime.logging import set_up_logging
from runtime.processes import Child, StartError, embedded_temporal, hold_home, refuse_taken, sandbox
from runtime.settings import Settings, read_settings
from runtime.temporal import reach
from web.app import create_app
from web.webhooks.opendental import event_path
from wiring import Parts, build_parts
from worker import Processes
from workflows.gateway import LOCATION

SHIPPED_LOCATIONS = Path(__file__).parent.parent / "deploy" / "sandbox"
_SANDBOX_ADDRESS = "http://127.0.0.1:8701"
_RETENTION = timedelta(days=30)
_ACCEPT_EVERY_SECONDS = 20

out = Console(highlight=False)


def command(
    no_sandbox: Annotated[bool, typer.Option("--no-sandbox", help="Without the practice in a box.")] = False,
    seed: Annotated[int, typer.Option(help="Which practice the sandbox makes up.")] = 1,
    still: Annotated[bool, typer.Option("--still", help="Nobody accepts plans by themselves in the sandbox.")] = False,
) -> None:
    """Start everything on this machine in the foreground; Ctrl-C stops all of it."""
    settings = read_settings()
    set_up_logging(settings.log_level or "WARNING", as_json=settings.log_json)
    asyncio.run(up(settings, with_sandbox=not no_sandbox, seed=seed, life=not still))


async def up(settings: Settings, *, with_sandbox: bool, seed: int, life: bool) -> None:
    """Start sandbox, Temporal, worker and web; run until Ctrl-C. Raises StartError and the parts' own errors."""
    stop = asyncio.Event()

    def told_to_stop() -> None:
        if stop.is_set():
            end_process(130)
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, told_to_stop)
    lock = hold_home(settings.home)
    refuse_taken(settings.web_port, "the web app", "CHAIRTIME_WEB_PORT")
    children: list[Child] = []
    try:
        if with_sandbox:
            children.append(await _start_sandbox(settings, seed, life))
        parts = build_parts(settings)
        _say("practice", f"{len(parts.locations.all())} locations, database ready")
        if not settings.temporal_address:
            children.append(await _start_temporal(settings))
        client = await reach(settings)
        _say("temporal", f"{client.service_client.config.target_host}, namespace {settings.temporal_namespace}")
        await _ask_vendors(settings, parts)
        await _serve(settings, parts, client, stop, children, with_sandbox=with_sandbox)
    finally:
        for child in reversed(children):
            child.stop()
        lock.close()
        if children or stop.is_set():
            out.print("everything is stopped; start again to go on where it stopped")


async def _serve(
    settings: Settings, parts: Parts, client: Client, stop: asyncio.Event, children: list[Child], *, with_sandbox: bool
) -> None:
    if not settings.temporal_address:
        await _keep_histories(client, settings.temporal_namespace)
    async with Processes(parts, client) as processes:
        _say("worker", f"{len(processes.runners)} loops running")
        server = web_server(settings, parts, client, lambda: processes.wake("inbox"))
        keep_what_is_loaded()
        web = asyncio.create_task(server.serve())
        while not (server.started or web.done()):  # noqa: ASYNC110  uvicorn has no event for it
            await asyncio.sleep(0.05)
        if with_sandbox:
            await point_sandbox_at_us(settings, parts.locations, parts)
            _say("webhooks", "sandbox vendors call the web app")
        _print_addresses(settings, with_sandbox=with_sandbox)
        watching = [asyncio.create_task(w) for w in (stop.wait(), processes.failed(), _first_to_end(children))]
        done, pending = await asyncio.wait([*watching, web], return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        for task in pending - {web}:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for task in done - {web}:
            task.result()


async def _start_sandbox(settings: Settings, seed: int, life: bool) -> Child:
    refuse_taken(settings.sandbox_port, "the sandbox", "CHAIRTIME_SANDBOX_PORT")
    arguments = ["--life", str(_ACCEPT_EVERY_SECONDS)] if life else []
    child = sandbox(settings.home, settings.sandbox_port, seed, *arguments)
    child.start()
    await child.until_listening(settings.sandbox_port, seconds=60)
    _say("sandbox", f"http://127.0.0.1:{settings.sandbox_port}")
    if settings.locations is None:
        copy_sandbox_locations(settings.locations_folder, settings.sandbox_port)
    return child


def copy_sandbox_locations(folder: Path, port: int) -> None:
    """The four locations of the practice in a box, pointed at its port."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in SHIPPED_LOCATIONS.glob("*.yaml"):
        text = path.read_text("utf-8").replace(_SANDBOX_ADDRESS, f"http://127.0.0.1:{port}")
        (folder / path.name).write_text(text, "utf-8")


async def _ask_vendors(settings: Settings, parts: Parts) -> None:
    """Say which vendor does not answer. That stops nothing: it may come back, and what we owe others goes on."""
    sites, _ = read_sites(settings)
    findings = await asyncio.to_thread(check_answers, sites, parts.vendors)
    silent = [finding for finding in findings if finding.status is Status.WRONG]
    for finding in silent:
        out.print(f"  [red]!![/red]  {finding.where}: {escape(finding.line)}", soft_wrap=True)
    if not silent:
        _say("vendors", f"{len(findings)} answer")


async def _start_temporal(settings: Settings) -> Child:
    refuse_taken(settings.temporal_port, "Temporal", "CHAIRTIME_TEMPORAL_PORT")
    child = embedded_temporal(settings.home, settings.temporal_port, settings.temporal_namespace, [LOCATION.name])
    child.start()
    await child.until_listening(settings.temporal_port)
    return child


async def _keep_histories(client: Client, namespace: str) -> None:
    """The embedded server forgets closed cases after a day unless told; a reused id must be refused for longer."""
    config = NamespaceConfig(workflow_execution_retention_ttl=Duration(seconds=int(_RETENTION.total_seconds())))
    await client.workflow_service.update_namespace(UpdateNamespaceRequest(namespace=namespace, config=config))


def web_server(settings: Settings, parts: Parts, client: Client, wake: Callable[[], None]) -> uvicorn.Server:
    """The web app on its port; run ``serve()`` and wait for ``started``."""
    return server_of(create_app(parts, client, wake), settings.web_host, settings.web_port)


async def point_sandbox_at_us(settings: Settings, locations: LocationBook, parts: Parts) -> None:
    """Tell the sandbox's Twilio, Stripe and Open Dental where to send their webhooks."""
    base = f"http://127.0.0.1:{settings.sandbox_port}"
    async with httpx.AsyncClient(base_url=base, timeout=30) as control:
        for location in locations.all():
            number = location.messaging.option("from_number")
            url = f"{settings.url}/webhooks/twilio/inbound/{location.key}"
            await _told(control, "/_sandbox/twilio/config", {"number": number, "inbound_url": url})
            path = event_path(location.key, parts.vendors.secret(location.key, "pms", "customer_key"))
            await asyncio.to_thread(parts.vendors.pms(location.key).subscribe, f"{settings.url}{path}")
        first = locations.all()[0].key
        secret = parts.vendors.secret(first, "payments", "webhook_secret")
        body = {"webhook_url": f"{settings.url}/webhooks/stripe/{first}", "secret": secret}
        await _told(control, "/_sandbox/stripe/config", body)


async def _told(control: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
    answer = await control.post(path, json=body)
    if answer.is_error:
        raise StartError(f"the sandbox refused {path}: {answer.status_code} {answer.text[:200]}")


async def _first_to_end(children: list[Child]) -> None:
    """Returns never while all children live; raises StartError when one ends by itself."""
    while True:
        await asyncio.sleep(1)
        for child in children:
            if child.ended() is not None:
                raise StartError(f"{child.name} ended by itself (code {child.ended()}); see the logs folder")


def _print_addresses(settings: Settings, *, with_sandbox: bool) -> None:
    out.print()
    out.print(f"  Console            {settings.url}/console")
    if with_sandbox:
        base = f"http://127.0.0.1:{settings.sandbox_port}"
        out.print(f"  The practice       {base}/")
        out.print(f"  Patients' phones   {base}/phone")
    out.print(f"  Health             {settings.url}/healthz")
    out.print("\n  Ctrl-C stops all of it.\n")


def _say(what: str, how: str) -> None:
    out.print(f"  [green]ok[/green]  {what:<10} {how}")

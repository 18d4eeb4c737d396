"""``chairtime demo``: days of a practice in about a minute, judged by the practice's own records."""

import asyncio
import json
import logging
import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from commands.demo.driver import Driver, Stuck
from commands.demo.evidence import gather
from commands.demo.judge import judged
from commands.demo.report import Report, report, show
from commands.demo.stack import running
from runtime.logging import set_up_logging

BROKEN = 1
_TUESDAY = datetime(2030, 3, 5, 17, tzinfo=UTC)
"""Ten in the morning in Boise. The same days at every run, so that a seed says it all; Temporal's test server begins
at the real time and can only be moved ahead, hence so late a year."""

_SWITCH_SECONDS = 0.0005
"""Worker, web app and driver share one interpreter, and each database call gives it away: with Python's 5 ms they
wait for each other (measured: a third of the time)."""

_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 1_000_000_000

messages = Console(stderr=True, highlight=False)


def demo(
    plans: Annotated[int, typer.Option(min=1, max=2000, help="How many treatment plans are accepted.")] = 40,
    seed: Annotated[int, typer.Option(help="Which practice, which plans, which habits of the patients.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the data folder for a look inside.")] = False,
) -> None:
    """Play some days of a practice with time compressed; exit 1 when an invariant is broken."""
    _log_to_stderr()
    sys.setswitchinterval(_SWITCH_SECONDS)
    home = Path(tempfile.mkdtemp(prefix="chairtime-demo-", dir=_fast_folder()))
    try:
        said = asyncio.run(_played(home, plans, seed))
    except Stuck as stuck:
        messages.print(f"chairtime demo: {stuck}", style="red")
        raise typer.Exit(BROKEN) from stuck
    finally:
        _leave(home, keep=keep)
    _tell(said, as_json=as_json)


async def _played(home: Path, plans: int, seed: int) -> Report:
    async with running(home, _start(), seed) as stack:
        messages.print(f"the stack is up in {home}; playing {plans} plans")
        driver = Driver(stack, plans, seed)
        story = await driver.play()
        seen = await gather(stack, story)
        return await report(stack.client, seen, judged(seen), seed)


def _start() -> datetime:
    """That Tuesday, or the first one like it after the real time has passed it."""
    at = _TUESDAY
    while at < datetime.now(UTC) + timedelta(days=1):
        at += timedelta(weeks=52)
    return at


def _fast_folder() -> Path | None:
    """Memory, where there is enough of it: what is thrown away need not wait for a disk. None: the usual place."""
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES:
        return _MEMORY
    return None


def _log_to_stderr() -> None:
    """Temporal's core would write its warnings to standard output, where only the answer belongs."""
    set_up_logging("WARNING")
    core = logging.getLogger("temporalio.core")
    core.setLevel(logging.ERROR)
    forwarding = LogForwardingConfig(logger=core)
    kept = LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"), forwarding=forwarding)
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=kept)), error_if_already_set=False)


def _leave(home: Path, *, keep: bool) -> None:
    if keep:
        messages.print(f"kept: {home}")
    else:
        shutil.rmtree(home, ignore_errors=True)


def _tell(said: Report, *, as_json: bool) -> None:
    broken = {name: found for name, found in said["invariants"].items() if found != "ok"}
    for name, found in broken.items():
        messages.print(f"broken: {name}", style="red")
        for line in found:
            messages.print(f"  {line}", markup=False)
    if as_json:
        sys.stdout.write(json.dumps(said) + "\n")
    else:
        show(said, Console(highlight=False))
    if broken:
        raise typer.Exit(BROKEN)

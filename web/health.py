"""``GET /healthz``: whether Temporal, the database and a worker are there; and the numbers for Prometheus."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from domain.records import TextingStop

WORKER_SILENT_AFTER = timedelta(seconds=30)


class Clock(Protocol):
    def now(self) -> datetime: ...


class Heartbeats(Protocol):
    def all(self) -> Mapping[str, tuple[datetime, Mapping[str, Any]]]: ...


@dataclass(frozen=True, slots=True)
class HealthDeps:
    """``temporal_ready`` and ``check_database`` raise or say False when their part is not there."""

    temporal_ready: Callable[[], Awaitable[bool]]
    check_database: Callable[[], None]
    heartbeats: Heartbeats
    count_states: Callable[[], Mapping[str, int]]
    texting_stops: Callable[[], Sequence[TextingStop]]
    clock: Clock


def router(deps: HealthDeps) -> APIRouter:
    routes = APIRouter()

    @routes.get("/healthz")
    async def healthz() -> JSONResponse:
        """200 when every part is there, else 503 with the reason of each that is not.

        ``texting`` is for people: "ok", or what the carrier keeps a location from sending.
        """
        parts = {
            "temporal": await _temporal(deps),
            "database": await asyncio.to_thread(_database, deps),
            "worker": await asyncio.to_thread(_worker, deps),
        }
        healthy = all(found == "ok" for found in parts.values())
        said = {
            "status": "ok" if healthy else "unavailable",
            **parts,
            "texting": await asyncio.to_thread(_texting, deps),
        }
        return JSONResponse(said, 200 if healthy else 503)

    @routes.get("/metrics")
    async def metrics() -> Response:
        return Response(await asyncio.to_thread(_metrics, deps), media_type=CONTENT_TYPE_LATEST)

    return routes


async def _temporal(deps: HealthDeps) -> str:
    try:
        return "ok" if await asyncio.wait_for(deps.temporal_ready(), 5) else "Temporal is not serving"
    except Exception as fault:
        return f"Temporal does not answer ({type(fault).__name__})"


def _database(deps: HealthDeps) -> str:
    try:
        deps.check_database()
    except Exception as fault:
        return f"the database does not answer ({type(fault).__name__})"
    return "ok"


def _worker(deps: HealthDeps) -> str:
    try:
        beat = deps.heartbeats.all().get("worker")
    except Exception as fault:
        return f"unknown, the database does not answer ({type(fault).__name__})"
    if beat is None:
        return "no worker has started"
    silent = deps.clock.now() - beat[0]
    return "ok" if silent < WORKER_SILENT_AFTER else f"no sign of a worker for {int(silent.total_seconds())} s"


def _texting(deps: HealthDeps) -> str | list[dict[str, str]]:
    """What carriers keep from being sent. A person lifts that; starting the process anew would not, so it is no 503."""
    try:
        stops = deps.texting_stops()
    except Exception as fault:
        return f"unknown, the database does not answer ({type(fault).__name__})"
    return [stop.model_dump() for stop in stops] or "ok"


def _metrics(deps: HealthDeps) -> bytes:
    """Made for each request from the database, so that every process tells the same."""
    registry = CollectorRegistry()
    cases = Gauge("chairtime_cases", "Cases by state", ["state"], registry=registry)
    for state, count in deps.count_states().items():
        cases.labels(state).set(count)
    beats = deps.heartbeats.all()
    age = Gauge("chairtime_loop_age_seconds", "Seconds since a loop's last good round", ["loop"], registry=registry)
    for name, (at, _) in beats.items():
        age.labels(name.removeprefix("loop:")).set((deps.clock.now() - at).total_seconds())
    void = Gauge("chairtime_void_cases", "Open cases with neither a deadline nor a task: must be 0", registry=registry)
    void.set(float(beats["void"][1].get("void", 0)) if "void" in beats else 0)
    return generate_latest(registry)

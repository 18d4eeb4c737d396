"""Control of what goes wrong: faults, Open Dental's throttle, and the log of what was received."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from sandbox.faults import Fault, FaultSpec
from sandbox.opendental.throttle import Throttle
from sandbox.state import SandboxState


class Pace(BaseModel):
    """Open Dental's limit for each customer key; None switches it off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds_apart: float | None = Field(gt=0)


def router(state: SandboxState, throttle: Throttle) -> APIRouter:
    routes = APIRouter()

    @routes.get("/faults")
    async def list_faults() -> list[dict[str, Any]]:
        return [_told(fault) for fault in state.faults.list()]

    @routes.post("/faults", status_code=201)
    async def add_fault(spec: FaultSpec) -> dict[str, Any]:
        return _told(state.faults.add(spec))

    @routes.delete("/faults")
    async def clear_faults() -> dict[str, int]:
        return {"removed": state.faults.remove()}

    @routes.delete("/faults/{number}")
    async def remove_fault(number: int) -> dict[str, int]:
        if not state.faults.remove(number):
            raise HTTPException(404, f"no fault {number}")
        return {"removed": 1}

    @routes.get("/throttle")
    async def read_throttle() -> dict[str, Any]:
        return {"seconds_apart": throttle.seconds_apart}

    @routes.post("/throttle")
    async def set_throttle(pace: Pace) -> dict[str, Any]:
        throttle.seconds_apart = pace.seconds_apart
        return {"seconds_apart": throttle.seconds_apart}

    @routes.get("/requests")
    async def list_requests(vendor: str | None = None) -> list[dict[str, Any]]:
        return state.requests.list(vendor)

    @routes.delete("/requests")
    async def clear_requests() -> dict[str, bool]:
        state.requests.clear()
        return {"cleared": True}

    return routes


def _told(fault: Fault) -> dict[str, Any]:
    return {"id": fault.id, "seen": fault.seen, "struck": fault.struck, **fault.spec.model_dump()}

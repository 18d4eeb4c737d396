"""Control of the clock."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict

from sandbox.state import SandboxState

SETTLE_SECONDS = 10.0


class Move(BaseModel):
    """Either `at` (ISO 8601 with an offset) or `seconds` to go on by."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: datetime | None = None
    seconds: float | None = None


def router(state: SandboxState) -> APIRouter:
    routes = APIRouter(prefix="/clock")

    @routes.get("")
    async def read() -> dict[str, Any]:
        return _reading(state)

    @routes.post("")
    async def move(wanted: Move) -> dict[str, Any]:
        """Move the clock, then let everything that fell due happen before answering."""
        if (wanted.at is None) == (wanted.seconds is None):
            raise HTTPException(422, 'give either {"at": "2026-11-21T17:00:00Z"} or {"seconds": 60}')
        try:
            _ = state.clock.set(wanted.at) if wanted.at else state.clock.advance(wanted.seconds or 0)
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        state.remember_clock()
        await settle(state)
        return _reading(state)

    return routes


async def settle(state: SandboxState) -> None:
    """One run of everything that is due, as long as receivers answer in time."""
    task = asyncio.ensure_future(state.ticker.tick())
    await asyncio.wait([task], timeout=SETTLE_SECONDS)


def _reading(state: SandboxState) -> dict[str, Any]:
    return {
        "now": state.clock.now().isoformat(),
        "manual": state.clock.manual,
        "started_at": state.started_at().isoformat(),
        "pending_deliveries": state.delivery.pending(),
    }

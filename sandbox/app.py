"""The whole practice in one ASGI app: three vendors, the practice's pages, the control endpoints."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import PlainTextResponse

from sandbox.control import acts, clock, trouble, truth
from sandbox.faultgate import FaultGate
from sandbox.group.build import build_group
from sandbox.life import Life
from sandbox.opendental.app import OpenDentalApp
from sandbox.opendental.events import Events
from sandbox.opendental.payplan_service import PayPlanService
from sandbox.opendental.throttle import Throttle
from sandbox.opendental.wire import ApiError
from sandbox.pages.practice import practice_router
from sandbox.settings import SandboxSettings
from sandbox.state import SandboxState, open_state
from sandbox.stripe.app import router as stripe_router
from sandbox.stripe.control import control_router as stripe_control
from sandbox.twilio.app import router as twilio_router
from sandbox.twilio.control import control_router as twilio_control
from sandbox.twilio.phone import phone_router

OPENDENTAL_PATH = "/opendental/api/v1"


def create_app(settings: SandboxSettings) -> FastAPI:
    """Open the practice in `settings.home`, building it first if there is none."""
    state = open_state(settings)
    build_group(state.store, settings.seed, state.clock.now())
    throttle = Throttle()
    app = FastAPI(title="Practice in a box", lifespan=_lifespan(state), docs_url=None, redoc_url=None)
    app.state.sandbox = state
    app.mount(OPENDENTAL_PATH, OpenDentalApp(state, throttle))
    app.include_router(twilio_router(state), prefix="/twilio")
    app.include_router(stripe_router(state), prefix="/stripe")
    for routes in (twilio_control(state), stripe_control(state), phone_router(state), practice_router(state)):
        app.include_router(routes)
    app.include_router(_control(state, throttle), prefix="/_sandbox")
    app.add_exception_handler(ApiError, _refused)
    app.add_middleware(FaultGate, state=state)
    _add_steps(state)
    return app


def _control(state: SandboxState, throttle: Throttle) -> APIRouter:
    routes = APIRouter()
    for part in (clock.router(state), trouble.router(state, throttle), truth.router(state), acts.router(state)):
        routes.include_router(part)
    return routes


def _add_steps(state: SandboxState) -> None:
    state.ticker.add(PayPlanService(state).step)
    state.ticker.add(Events(state).step)
    if state.settings.life_seconds:
        state.ticker.add(Life(state, state.settings.life_seconds).step)


async def _refused(_request: Request, error: Exception) -> PlainTextResponse:
    """A control request or a page asked the practice for something that it refuses."""
    return PlainTextResponse(str(error), error.status if isinstance(error, ApiError) else 500)


def _lifespan(state: SandboxState) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        ticking = asyncio.create_task(state.ticker.run())
        yield
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking
        await state.delivery.close()
        state.store.close()

    return lifespan

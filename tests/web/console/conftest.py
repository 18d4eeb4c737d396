"""The staff pages as an app over a real database; only the door to the cases is a recording one."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from db.session import Database
from tests.databases import sqlite_database, sqlite_template
from tests.web.console.practice import Practice, fill
from web.console.room import router
from web.site import SecurityHeaders

__all__ = ["sqlite_database", "sqlite_template"]


@pytest.fixture
def practice(sqlite_database: Database) -> Practice:
    made = Practice(sqlite_database)
    fill(made)
    return made


@pytest.fixture
def app(practice: Practice) -> FastAPI:
    made = FastAPI()
    made.add_middleware(SecurityHeaders)
    made.include_router(router(practice.deps()))
    return made


@pytest.fixture
async def page(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client


def client_of(app: FastAPI, address: str = "127.0.0.1", base: str = "http://localhost:8700") -> httpx.AsyncClient:
    """A browser at ``address`` that asks for ``base``."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app, client=(address, 50_000)), base_url=base)

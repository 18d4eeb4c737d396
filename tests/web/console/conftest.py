"""The staff pages as an app over a real database; only the door to the cases is a recording one."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from db.session import Database
from tests.web.console.day import fill
from tests.web.console.practice import Practice
from web.console.room import router
from web.site import SecurityHeaders


@pytest.fixture(scope="session")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented practice's database, made once."""
    path = tmp_path_factory.mktemp("console") / "filled.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    fill(Practice(database))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def practice(filled: Path, tmp_path: Path) -> Iterator[Practice]:
    shutil.copy(filled, tmp_path / "console.db")
    database = Database(f"sqlite:///{tmp_path / 'console.db'}")
    yield Practice(database)
    database.close()


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

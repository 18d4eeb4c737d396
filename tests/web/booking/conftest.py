from collections.abc import AsyncIterator

import httpx
import pytest

from db.session import Database
from tests.databases import sqlite_database, sqlite_template
from tests.web.booking.office import Office

__all__ = ["sqlite_database", "sqlite_template"]


@pytest.fixture
def office(sqlite_database: Database) -> Office:
    return Office(sqlite_database)


@pytest.fixture
async def web(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with office.browser() as client:
        yield client

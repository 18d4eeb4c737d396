"""The migrations make the schema that the code expects, on both databases, also when many processes start at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect

from db.errors import DatabaseProblem
from db.migrate import _config, differences, upgrade
from db.session import Database, open_engine
from db.stores.offers import OfferStore
from db.tables.all import metadata
from tests.databases import PostgresServer
from tests.db.samples import ANN, NOON, an_offer

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.empty().replace("postgresql://", "postgresql+psycopg://")


def tables_at(url: str) -> set[str]:
    engine = open_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_upgrade_makes_every_table_and_may_be_repeated(empty_url: str) -> None:
    upgrade(empty_url)
    upgrade(empty_url)
    assert tables_at(empty_url) == set(metadata.tables) | {"alembic_version"}


def test_tables_in_code_and_in_the_database_agree(database_url: str) -> None:
    assert differences(database_url) == []


def test_a_missing_column_is_noticed(empty_url: str) -> None:
    upgrade(empty_url)
    engine = open_engine(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE leases DROP COLUMN holder")
    engine.dispose()
    assert "holder" in differences(empty_url)[0]


def test_processes_that_start_at_once_wait_for_each_other(empty_url: str) -> None:
    script = "import sys; from db.migrate import upgrade; upgrade(sys.argv[1])"
    started = [
        subprocess.Popen([sys.executable, "-c", script, empty_url], cwd=ROOT, stderr=subprocess.PIPE) for _ in range(4)
    ]
    errors = [process.communicate(timeout=60)[1].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0, 0, 0], errors
    assert differences(empty_url) == []


def test_a_schema_of_a_newer_version_is_refused_in_words(empty_url: str) -> None:
    upgrade(empty_url)
    engine = open_engine(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(DatabaseProblem, match=r"9999.*newer version"):
        upgrade(empty_url)


def test_a_folder_that_is_not_there_is_named() -> None:
    with pytest.raises(DatabaseProblem, match="nowhere"):
        upgrade("sqlite:////nowhere/at/all.db")


def test_numbers_that_were_texted_before_they_were_remembered_are_not_given_anew(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with engine.begin() as connection:
        command.upgrade(_config(connection), "0014")
        for offer, day in (("of_1", 18), ("of_2", 19)):
            values = f"('{offer}', 'c', 'north', 's', '{ANN}', '2026-11-{day} 12:00:00', 'withdrawn')"
            connection.exec_driver_sql(f"INSERT INTO offers VALUES {values}")
            opening = f"('{offer}', 2, 'k', '2026-11-24 12:00:00', 'X', '1', '2', '[]', '')"
            columns = "offer_id, number, key, start, pattern, operatory_id, provider_id, reasons, location"
            connection.exec_driver_sql(f"INSERT INTO offer_openings ({columns}) VALUES {opening}")
    engine.dispose()
    upgrade(empty_url)
    database = Database(empty_url)
    offers = OfferStore(database)
    told = offers.put(an_offer(1, made_at=NOON))
    another_phone = offers.put(an_offer(2, phone="+12085550143", made_at=NOON))
    database.close()
    assert [each.number for each in told.openings] == [3, 4, 5]
    assert [each.number for each in another_phone.openings] == [1, 2, 3]

"""The short forms of the two long trials, ``python -m tests.chaos.sends`` and ``python -m tests.chaos.race``."""

from pathlib import Path

import pytest

from tests.chaos.race import race
from tests.chaos.sends import send_many
from tests.databases import PostgresServer
from tests.stack import Template, running


async def test_each_text_arrives_once_or_is_with_a_person(template: Template, tmp_path: Path) -> None:
    async with running(template, tmp_path / "home", worker=False) as stack:
        verdict = await send_many(stack, 60)
    assert verdict.good, verdict
    assert verdict.arrived > 40, "the trial has to leave most texts a chance"


@pytest.mark.parametrize(("kind", "rounds"), [("sqlite", 2), ("postgresql", 1)])
async def test_fifty_patients_choose_one_opening_and_one_of_them_gets_it(
    template: Template, tmp_path: Path, postgres: PostgresServer, kind: str, rounds: int
) -> None:
    url = postgres.fresh() if kind == "postgresql" else ""
    async with running(template, tmp_path / "home", database_url=url) as stack:
        found = await race(stack, 50, rounds)
    assert found.good, found
    assert len(found.winners) == rounds, found
    assert found.on_pages > len(found.winners), "somebody besides the winner has to see it on a page"

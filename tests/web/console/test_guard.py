"""Staff pages answer this computer only."""

import pytest
from fastapi import FastAPI

from tests.web.console.conftest import client_of
from tests.web.console.practice import case_id

PAGES = ["/console", "/console/front-desk", "/console/tasks", "/console/numbers", "/console/health",
         "/console/cases/" + case_id(1).removeprefix("case/")]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
async def test_another_computer_is_refused_in_words(app: FastAPI, path: str) -> None:
    async with client_of(app, "198.51.100.7") as stranger:
        answer = await stranger.get(path)
    assert answer.status_code == 403
    assert "until staff can sign in" in answer.text
    assert "Whitfield" not in answer.text


async def test_the_bare_address_leads_to_the_console_here_and_nowhere_for_others(app: FastAPI) -> None:
    async with client_of(app) as here:
        answer = await here.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")
    async with client_of(app, "198.51.100.7") as stranger:
        assert (await stranger.get("/")).status_code == 404


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
async def test_this_computer_is_answered(app: FastAPI, address: str) -> None:
    async with client_of(app, address) as here:
        assert (await here.get("/console")).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        {"x-forwarded-for": "198.51.100.7"},
        {"x-forwarded-for": "127.0.0.1, 198.51.100.7"},
        {"x-real-ip": "198.51.100.7"},
        {"forwarded": "for=198.51.100.7"},
    ],
)
async def test_a_proxy_on_this_computer_lets_nobody_in(app: FastAPI, header: dict[str, str]) -> None:
    async with client_of(app) as proxied:
        assert (await proxied.get("/console", headers=header)).status_code == 403


async def test_a_foreign_name_for_this_computer_is_refused(app: FastAPI) -> None:
    async with client_of(app, base="http://evil.example.org:8700") as rebound:
        assert (await rebound.get("/console")).status_code == 403


async def test_commands_of_strangers_are_refused_too(app: FastAPI) -> None:
    async with client_of(app, "203.0.113.9") as stranger:
        answer = await stranger.post(f"/console/cases/{case_id(1)}/resolve", data={"outcome": "booked"})
    assert answer.status_code == 403

"""Open cases are re-routed only on a person's word, after a look at what changes."""

import re

import httpx

from rules.loading import content_hash
from tests.web.console.practice import Practice, case_id
from workflows.contracts import case as wire

ADDRESS = "/console/rules/reroute"


def dearer(practice: Practice) -> None:
    """Put rules in force that ask $700 for implants."""
    tiers = practice.folder["base/tiers.yaml"].replace("at_least: $500", "at_least: $700")
    files = {**practice.folder, "base/tiers.yaml": tiers.replace("deposit: $500", "deposit: $700")}
    practice.rules.save(content_hash(files), files, "lee", "")
    practice.rules.activate(content_hash(files), "lee")


async def command(page: httpx.AsyncClient) -> str:
    found = re.search(r'name="command" value="([^"]+)"', (await page.get(ADDRESS)).text)
    assert found is not None
    return found[1]


async def test_nothing_differs_while_the_rules_are_the_same(page: httpx.AsyncClient) -> None:
    text = (await page.get(ADDRESS, params={"location": "boise"})).text
    assert "Every open case at River Street Dental is handled as the rules in force now" in text


async def test_the_preview_names_the_open_cases_and_the_change(page: httpx.AsyncClient, practice: Practice) -> None:
    dearer(practice)
    text = (await page.get(ADDRESS)).text
    assert text.count("deposit: $500.00 → $700.00") == 2
    assert "Dana Whitfield" in text
    assert "Priya Raman" in text
    assert "Marco Ibarra" not in text
    assert not practice.door.said, "looking changes nothing"


async def test_the_chosen_ones_alone_are_re_routed_once(page: httpx.AsyncClient, practice: Practice) -> None:
    dearer(practice)
    form = {"command": await command(page), "author": "lee", "location": "boise", f"case:{case_id(4)}": "yes"}
    for _ in range(2):
        answer = await page.post(ADDRESS, data=form)
        assert answer.status_code == 303
    assert list(practice.door.said.values()) == [(case_id(4), wire.Reroute(by="lee"))]
    assert "1 re-routed." in (await page.get(answer.headers["location"])).text


async def test_cases_that_ended_meanwhile_are_counted(page: httpx.AsyncClient, practice: Practice) -> None:
    dearer(practice)
    form = {"command": await command(page), "author": "lee", f"case:{case_id(4)}": "yes"}
    practice.door.gone = True
    answer = await page.post(ADDRESS, data=form)
    assert "0 re-routed. 1 had ended meanwhile." in (await page.get(answer.headers["location"])).text


async def test_when_temporal_is_silent_the_form_can_be_sent_again(page: httpx.AsyncClient, practice: Practice) -> None:
    dearer(practice)
    practice.door.silent = True
    form = {"command": await command(page), "author": "lee", f"case:{case_id(4)}": "yes"}
    answer = await page.post(ADDRESS, data=form)
    assert answer.status_code == 503
    assert "it acts once" in answer.text


async def test_it_needs_our_form_and_a_person(page: httpx.AsyncClient, practice: Practice) -> None:
    dearer(practice)
    chosen = {f"case:{case_id(4)}": "yes"}
    assert (await page.post(ADDRESS, data={"author": "lee", **chosen})).status_code == 400
    assert (await page.post(ADDRESS, data={"command": await command(page), **chosen})).status_code == 400
    assert not practice.door.said

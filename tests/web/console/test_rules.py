"""The rule editor: check, dry run, versions, going back."""

import re
from datetime import timedelta
from pathlib import Path

import httpx

from rules.loading import content_hash
from runtime.rulebook import RuleBook
from tests.web.console.practice import LOCATIONS, Practice

TIERS = "base/tiers.yaml"


async def command(page: httpx.AsyncClient) -> str:
    found = re.search(r'name="command" value="([^"]+)"', (await page.get("/console/rules")).text)
    assert found is not None
    return found[1]


async def save(
    page: httpx.AsyncClient, practice: Practice, text: str, file: str = TIERS, **more: str
) -> httpx.Response:
    active = practice.rules.active_version()
    data = {"file": file, "text": text, "author": "lee", "base": active or content_hash(practice.folder)} | more
    return await page.post("/console/rules/save", data={"command": await command(page), **data})


def dearer(practice: Practice) -> str:
    return practice.folder[TIERS].replace("at_least: $500", "at_least: $700").replace("deposit: $500", "deposit: $700")


async def test_the_editor_opens_with_the_routing_rules(page: httpx.AsyncClient, practice: Practice) -> None:
    text = (await page.get("/console/rules")).text
    assert "default_tier: restorative" in text
    assert "Nothing was saved here yet" in text
    for name in practice.folder:
        assert name.split("/")[1] in text


async def test_mistakes_come_with_line_column_and_hint(page: httpx.AsyncClient, practice: Practice) -> None:
    text = practice.folder[TIERS].replace("follow_up:", "folow_up:", 1)
    found = (await page.post("/console/rules/check", data={"file": TIERS, "text": text})).json()
    assert not found["ok"]
    [error] = [each for each in found["errors"] if "folow_up" in each["message"]]
    line = text.splitlines().index("    folow_up:") + 1
    assert (error["file"], error["line"], error["column"]) == (TIERS, line, 5)
    assert error["hint"] == "did you mean follow_up?"


async def test_text_that_is_no_yaml_is_a_mistake_like_any_other(page: httpx.AsyncClient) -> None:
    found = (await page.post("/console/rules/check", data={"file": TIERS, "text": "tiers: [unclosed"})).json()
    assert any("not YAML" in each["message"] for each in found["errors"])


async def test_good_rules_check_clean(page: httpx.AsyncClient, practice: Practice) -> None:
    found = (await page.post("/console/rules/check", data={"file": TIERS, "text": practice.folder[TIERS]})).json()
    assert found["ok"]
    assert found["tiers"] == ["surgical", "aesthetic", "restorative", "add-on"]
    assert found["examples"] == 7


async def test_windows_line_ends_of_browsers_change_nothing(page: httpx.AsyncClient, practice: Practice) -> None:
    answer = await save(page, practice, practice.folder[TIERS].replace("\n", "\r\n"))
    assert "Nothing was changed" in (await page.get(answer.headers["location"])).text
    assert not practice.rules.versions()


async def test_the_dry_run_shows_past_cases_and_changes_in_words(page: httpx.AsyncClient, practice: Practice) -> None:
    data = {"file": TIERS, "text": dearer(practice), "location": "boise"}
    text = (await page.post("/console/rules/try", data=data)).text
    assert "tiers › surgical › deposit › at_least: was $500, now $700" in text
    assert '<h2>On past cases <span class="quiet">6 of River Street Dental' in text
    assert '<td class="num">$1,000</td><td class="num"><b>$1,400</b></td>' in text
    assert "2 cases would differ" in text
    assert "Dana Whitfield" in text
    assert not practice.rules.versions(), "trying saves nothing"


async def test_the_script_gets_the_result_alone(page: httpx.AsyncClient, practice: Practice) -> None:
    data = {"file": TIERS, "text": dearer(practice), "location": "boise", "part": "1"}
    text = (await page.post("/console/rules/try", data=data)).text
    assert "<html" not in text
    assert "2 cases would differ" in text


async def test_without_script_the_button_keeps_what_was_typed(page: httpx.AsyncClient, practice: Practice) -> None:
    broken = practice.folder[TIERS] + "\nnonsense: 1\n"
    text = (await page.post("/console/rules/try", data={"file": TIERS, "text": broken, "note": "why not"})).text
    assert "nonsense: 1" in text
    assert "1 mistake" in text
    assert 'value="why not"' in text


async def test_saving_puts_a_version_in_force_and_keeps_the_first(page: httpx.AsyncClient, practice: Practice) -> None:
    before = content_hash(practice.folder)
    answer = await save(page, practice, dearer(practice), note="dearer implants")
    assert answer.status_code == 303
    assert "it is in force now" in (await page.get(answer.headers["location"])).text
    newest, oldest = sorted(practice.rules.versions(), key=lambda row: row.version == before)
    assert (newest.author, newest.note) == ("lee", "dearer implants")
    assert newest.version == content_hash(newest.files) == practice.rules.active_version()
    assert oldest.version == before


async def test_running_workers_see_a_saved_version_at_once(page: httpx.AsyncClient, practice: Practice) -> None:
    book = RuleBook(Path("nowhere"), practice.rules, LOCATIONS, practice.clock)
    assert book.rule_set("boise").tier("surgical").deposit.at_least_cents == 50_000
    await save(page, practice, dearer(practice))
    practice.clock.at += timedelta(seconds=4)
    assert book.rule_set("boise").tier("surgical").deposit.at_least_cents == 70_000


async def test_mistakes_are_not_saved(page: httpx.AsyncClient, practice: Practice) -> None:
    answer = await save(page, practice, "tiers: nothing")
    assert answer.status_code == 400
    assert "Not saved: there are mistakes" in answer.text
    assert "tiers: nothing" in answer.text, "what was typed is still there"
    assert not practice.rules.versions()


async def test_two_people_do_not_overwrite_each_other(page: httpx.AsyncClient, practice: Practice) -> None:
    opened_at = content_hash(practice.folder)
    await save(page, practice, dearer(practice))
    answer = await save(page, practice, practice.folder[TIERS] + "# mine\n", base=opened_at)
    assert answer.status_code == 409
    assert "Somebody saved other rules meanwhile" in answer.text
    assert "# mine" in answer.text


async def test_saving_twice_the_same_is_one_version(page: httpx.AsyncClient, practice: Practice) -> None:
    opened_at = content_hash(practice.folder)
    for _ in range(2):
        assert (await save(page, practice, dearer(practice), base=opened_at)).status_code == 303
    assert len(practice.rules.versions()) == 2
    assert len(practice.rules.activations()) == 1


async def test_a_save_needs_a_person_and_our_form(page: httpx.AsyncClient, practice: Practice) -> None:
    assert "Choose who you are" in (await save(page, practice, dearer(practice), author="")).text
    forged = await page.post("/console/rules/save", data={"file": TIERS, "text": dearer(practice), "author": "lee"})
    assert forged.status_code == 400
    assert not practice.rules.versions()


async def test_a_new_file_of_a_higher_layer(page: httpx.AsyncClient, practice: Practice) -> None:
    name = "locations/boise/deposits.yaml"
    answer = await save(page, practice, "tiers:\n  surgical:\n    first_offer: 10 min\n", file=name, is_new="yes")
    assert answer.status_code == 303, re.findall(r'class="errors">(.*?)</ul>', answer.text, re.S)
    assert name in (practice.rules.active_files() or {})
    gone = await save(page, practice, "  \n", file=name)
    assert gone.status_code == 303
    assert name not in (practice.rules.active_files() or {})


async def test_a_files_name_is_checked(page: httpx.AsyncClient, practice: Practice) -> None:
    for name in ("../../etc/passwd", "base/x.txt", "locations/nowhere/x.yaml", ""):
        answer = await save(page, practice, "tiers: {}", file=name)
        assert answer.status_code == 400
        checked = (await page.post("/console/rules/check", data={"file": name, "text": ""})).json()
        assert not checked["ok"]
    assert not practice.rules.versions()


async def test_importing_makes_the_folder_the_first_version_once(page: httpx.AsyncClient, practice: Practice) -> None:
    for _ in range(2):
        data = {"command": await command(page), "author": "kim"}
        assert (await page.post("/console/rules/import", data=data)).status_code == 303
    [row] = practice.rules.versions()
    assert row.files == practice.folder
    assert len(practice.rules.activations()) == 1
    assert "Nothing was saved here yet" not in (await page.get("/console/rules")).text


async def test_going_back_to_an_older_version(page: httpx.AsyncClient, practice: Practice) -> None:
    first = content_hash(practice.folder)
    await save(page, practice, dearer(practice))
    data = {"command": await command(page), "author": "kim", "version": first, "note": "too dear"}
    answer = await page.post("/console/rules/activate", data=data)
    assert answer.status_code == 303
    assert practice.rules.active_version() == first
    text = (await page.get("/console/rules")).text
    assert "too dear" in text
    assert "at_least: $500" in text
    unknown = await page.post("/console/rules/activate", data={**data, "version": "nothing"})
    assert unknown.status_code == 400


async def test_comparing_versions_in_words_and_lines(page: httpx.AsyncClient, practice: Practice) -> None:
    await save(page, practice, dearer(practice))
    text = (await page.get("/console/rules/compare", params={"old": "folder"})).text
    assert "was $500, now $700" in text
    assert "<del>-       at_least: $500</del>" in text
    assert "<ins>+       at_least: $700</ins>" in text
    assert (await page.get("/console/rules/compare", params={"old": "nothing"})).status_code == 404


async def test_a_rule_text_cannot_break_out_of_the_editor(page: httpx.AsyncClient) -> None:
    evil = "</textarea><script>alert(1)</script>"
    text = (await page.post("/console/rules/try", data={"file": TIERS, "text": evil})).text
    assert "<script>alert" not in text


async def test_the_one_script_is_ours_and_static(page: httpx.AsyncClient) -> None:
    answer = await page.get("/console/rules")
    sources = re.findall(r"<script([^>]*)>", answer.text)
    assert len(sources) == 1
    address = re.search(r'src="([^"]+)"', sources[0])
    assert address is not None
    script = await page.get(address[1])
    assert script.headers["content-type"].startswith("text/javascript")
    assert not re.search(r"\son\w+=|style=", answer.text), "nothing inline: the content policy would refuse it"

"""What carriers stopped is seen on every page and lifted by staff; tasks about no case are closed."""

import re

import httpx

from domain.records import TaskRecord
from tests.web.console.practice import NOW, Practice, a_case, case_id


def form_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes there."""
    found = re.search(rf'<form method="post" action="{re.escape(action)}">(.*?)</form>', page, re.DOTALL)
    assert found is not None, f"no form goes to {action}"
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', found[1]))


def a_task(about: str, kind: str) -> TaskRecord:
    return TaskRecord(
        id="tk_9", case_id=about, location="boise", kind=kind, owner="kim", text="what it says", opened_at=NOW
    )


async def test_every_page_says_what_is_stopped_and_staff_lift_it(page: httpx.AsyncClient, practice: Practice) -> None:
    practice.switch.halt("boise", "the carrier refuses this sender (code 30034)")
    practice.switch.stop("spokane", "nudge_1", "the carrier took it for spam (code 30007)")
    practice.tasks.put(a_task("location/boise", "texting"))
    for address in ("/console", "/console/tasks", "/console/numbers", "/console/health", "/console/rules"):
        shown = (await page.get(address)).text
        assert "River Street Dental:</b> no text is sent. The carrier refuses this sender (code 30034)" in shown
        assert "Cedar Dental:</b> the text “nudge 1” is not sent" in shown
    form = form_of((await page.get("/console/health")).text, "/console/texting/lift")
    answer = await page.post("/console/texting/lift", data={**form, "by": "lee"}, follow_redirects=True)
    assert "texting goes on (it was stopped: the carrier refuses this sender (code 30034))" in answer.text
    assert [stop.template for stop in practice.switch.stops()] == ["nudge_1"]
    [task] = practice.tasks.of_case("location/boise")
    assert (task.done_by, task.outcome_note) == ("lee", "lifted")


async def test_who_lifts_a_stop_says_who_they_are(page: httpx.AsyncClient, practice: Practice) -> None:
    practice.switch.halt("boise", "the carrier refuses this sender (code 30034)")
    form = form_of((await page.get("/console/health")).text, "/console/texting/lift")
    assert (await page.post("/console/texting/lift", data=form)).status_code == 400
    assert practice.switch.halted("boise")


async def test_a_letter_is_listed_with_its_words_and_closed(page: httpx.AsyncClient, practice: Practice) -> None:
    practice.tasks.put(a_task("phone/boise", "letter"))
    shown = (await page.get("/console/tasks")).text
    assert "what it says" in shown
    form = form_of(shown, "/console/tasks/tk_9/done")
    await page.post("/console/tasks/tk_9/done", data={**form, "by": "kim", "note": "called back"})
    task = practice.tasks.get("tk_9")
    assert task is not None
    assert (task.done_by, task.outcome_note, task.done_at) == ("kim", "called back", NOW)


async def test_what_is_left_of_an_ended_case_is_closed_here(page: httpx.AsyncClient, practice: Practice) -> None:
    practice.cases.add(a_case(70, state="booked", ended_at=NOW))
    practice.tasks.put(a_task(case_id(70), "urgent"))
    form = form_of((await page.get("/console/tasks")).text, "/console/tasks/tk_9/done")
    await page.post("/console/tasks/tk_9/done", data={**form, "by": "kim", "note": "seen today"})
    task = practice.tasks.get("tk_9")
    assert task is not None
    assert (task.done_by, task.outcome_note) == ("kim", "seen today")


async def test_a_task_of_a_case_is_not_closed_here(page: httpx.AsyncClient, practice: Practice) -> None:
    practice.tasks.put(a_task("case/boise/opendental/1/s/1", "callback"))
    answer = await page.post("/console/tasks/tk_9/done", data={"by": "kim"})
    assert answer.status_code == 404

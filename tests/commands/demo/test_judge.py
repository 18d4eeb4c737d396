"""Each invariant holds for a spotless evidence and is seen broken when it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from commands.demo.evidence import Evidence
from commands.demo.judge import CHECKS, judged
from tests.commands.demo.evidence import (
    CASE,
    PHONE,
    TUESDAY,
    appointment,
    case_line,
    payment,
    session,
    spotless,
    text,
)

NIGHT = timedelta(hours=13)


def test_a_spotless_run_breaks_nothing() -> None:
    assert {name for name, found in judged(spotless()).items() if found} == set()


def _records(**changed: list[dict[str, Any]]) -> Evidence:
    seen = spotless()
    return replace(seen, records={**seen.records, **changed})


def _messages(*more: dict[str, Any]) -> Evidence:
    seen = spotless()
    return replace(seen, messages=[*seen.messages, *more])


def _stripe(**changed: list[dict[str, Any]]) -> Evidence:
    seen = spotless()
    return replace(seen, stripe={**seen.stripe, **changed})


def _after(what: str) -> Evidence:
    seen = _messages(text("SM1", "Still happy to see you", timedelta(hours=2)))
    if what == "STOP":
        seen.story.acts[PHONE] = [(TUESDAY + timedelta(hours=1), "wrote STOP")]
    else:
        seen.story.gone[7] = (TUESDAY + timedelta(hours=1), what)
    return seen


def _task(mark: str) -> dict[str, Any]:
    return {"Descript": f"Please call [{mark}]"}


BROKEN: list[tuple[str, Callable[[], Evidence]]] = [
    ("no void", lambda: replace(spotless(), void=["case/boise/opendental/7/a/1"])),
    ("no void", lambda: replace(spotless(), cases=[])),
    ("one winner", lambda: replace(spotless(), conflicts=[_clash(31, 40)])),
    ("no text twice", lambda: _messages(text("SM3", "Hi, it's Cedar Ridge. Reply 1"))),
    ("no booking twice", lambda: _records(appointments=[appointment(), appointment(32)])),
    ("no charge twice", lambda: _stripe(sessions=[session(), session() | {"id": "cs_2", "payment_intent": "pi_2"}])),
    ("no ledger entry twice", lambda: _records(payments=[payment(), payment()])),
    ("no task twice", lambda: _records(tasks=[_task("tk_1"), _task("tk_1")])),
    ("booked means booked", lambda: _records(appointments=[])),
    ("booked means booked", lambda: replace(spotless(), cases=[case_line(state="offering", appointment_id="")])),
    ("stops when it should", lambda: _after("STOP")),
    ("stops when it should", lambda: _after("died")),
    ("deposits come to rest", lambda: _records(payments=[])),
    ("deposits come to rest", lambda: _records(payments=[payment(amount="20.00")])),
    ("deposits come to rest", lambda: replace(spotless(), cases=[case_line(state="declined")])),
    ("in allowed hours", lambda: _messages(text("SM3", "Pick a time by number", NIGHT))),
    ("texts say nothing of health", lambda: _messages(text("SM3", "Time for your root canal"))),
    ("stripe knows nobody", lambda: replace(spotless(), stripe_requests=[_request("description=Quillfeather+visit")])),
]


def _clash(*apt_nums: int) -> dict[str, Any]:
    return {"clinic": 1, "kind": "chair", "num": 101, "apt_nums": list(apt_nums)}


def _request(body: str) -> dict[str, Any]:
    return {"method": "POST", "path": "/v1/checkout/sessions", "body": body}


@pytest.mark.parametrize(("name", "evidence"), BROKEN, ids=[f"{n} {i}" for i, (n, _) in enumerate(BROKEN)])
def test_a_broken_invariant_is_seen(name: str, evidence: Callable[[], Evidence]) -> None:
    assert judged(evidence())[name]


def test_every_invariant_can_be_broken() -> None:
    assert {name for name, _ in BROKEN} == set(CHECKS)


def test_what_the_desk_books_over_itself_is_its_own_affair() -> None:
    assert judged(replace(spotless(), conflicts=[_clash(40, 41)]))["one winner"] == []


def test_an_answer_may_come_at_night() -> None:
    seen = _messages(text("SM3", "We will call you", NIGHT))
    seen.story.acts[PHONE] = [(TUESDAY + NIGHT - timedelta(minutes=1), "wrote a question")]
    assert judged(seen)["in allowed hours"] == []


@pytest.mark.parametrize(("words", "late"), [("Your time Mon Mar 18 is held until 8:28 PM", False), ("Hello", True)])
def test_who_holds_a_time_may_be_reminded_at_night(words: str, late: bool) -> None:
    seen = _messages(text("SM3", words, NIGHT))
    seen.story.acts[PHONE] = [(TUESDAY + NIGHT - timedelta(minutes=27), "chose on the page")]
    assert bool(judged(seen)["in allowed hours"]) is late


def test_a_deposit_given_back_may_follow_another() -> None:
    twice = [session("dep_0"), session("dep_1")]
    refund = {"payment_intent": "pi_dep_0", "amount": 20_000, "status": "succeeded"}
    seen = replace(_stripe(sessions=twice, refunds=[refund]), case_of_deposit={"dep_0": "c", "dep_1": "c"})
    assert judged(seen)["no charge twice"] == []


def test_the_next_visit_of_a_plan_may_be_asked_about_in_the_same_words() -> None:
    seen = _messages(text("SM3", "Hi, it's Cedar Ridge. Reply 1", timedelta(days=1)))
    second = case_line(case_id=f"{CASE[:-1]}2", visit=2, state="offering", ended=False, appointment_id="")
    followed = replace(seen, cases=[*seen.cases, second], case_of_text={**seen.case_of_text, "SM3": second.case_id})
    assert judged(followed)["no text twice"] == []
    assert judged(seen)["no text twice"]

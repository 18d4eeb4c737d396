"""Texts: filled from closed fields, plain alphabet, short, and nothing about health by construction."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rules.gsm import encoding_of, plain, segments
from rules.messages import PLACEHOLDERS, MessageFields, clock_line, day_line, opening_line, render
from rules.model import RuleSet
from rules.template_lint import OPT_OUT_LINE, SAMPLE

BOISE = "America/Boise"
START = datetime(2026, 11, 23, 16, tzinfo=UTC)

FLOW = (
    "offer", "nudge_1", "nudge_2", "nudge_3", "fresh_openings", "held_pay", "deposit_reminder",
    "booked", "refund_done", "refund_part_done", "rescheduled", "cancelled", "help_answer",
    "cancelled_refunded", "called_off", "called_off_refunded",
    "urgent_answer", "person_will_call", "new_link", "paused_apology",
    "numbers_stale",
    "plan_offer", "charge_notice", "charge_failed", "charge_action_needed", "card_expiring",
)  # fmt: skip


def fields(**more: Any) -> MessageFields:
    lines = tuple(opening_line(n, START + timedelta(days=n, hours=n), BOISE, "en") for n in (1, 2, 3))
    values = {"practice": "Maple Dental", "phone": "208-555-0142", "first_name": "Ann", "openings": lines}
    return MessageFields(**{**values, "link": "https://book.example/b/Abcdefghij0123456789Kl", **more})


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("key", FLOW)
def test_every_text_of_the_flow_is_plain_short_and_signed(shipped: RuleSet, key: str, language: str) -> None:
    text = render(shipped.templates, key, language, SAMPLE)
    assert text.encoding == "GSM-7"
    assert text.segments <= 2
    assert "Maple Dental" in text.body
    assert "{" not in text.body
    assert "[" not in text.body


def test_the_first_offer(shipped: RuleSet) -> None:
    text = render(shipped.templates, "offer", "en", fields())
    assert text.body.split("\n") == [
        "Hi Ann, it's Maple Dental. Let's book your next visit. Reply with a number:",
        "1) Tue Nov 24, 10:00 AM",
        "2) Wed Nov 25, 11:00 AM",
        "3) Thu Nov 26, 12:00 PM",
        "More times: https://book.example/b/Abcdefghij0123456789Kl",
        "Reply STOP to opt out",
    ]
    assert text.segments == 2


def test_the_confirmation_repeats_name_day_time_and_place(shipped: RuleSet) -> None:
    when = opening_line(None, START, BOISE, "en")
    body = render(shipped.templates, "booked", "en", fields(when=when, place="12 Main St")).body
    for part in ("Ann", "Mon Nov 23, 9:00 AM", "Maple Dental", "12 Main St"):
        assert part in body


def test_what_is_in_brackets_goes_when_its_field_is_empty(shipped: RuleSet) -> None:
    body = render(shipped.templates, "held_pay", "en", MessageFields(practice="Maple Dental", link=SAMPLE.link)).body
    assert body.startswith("Maple Dental: we are holding for you. Pay the deposit here")


def test_a_field_outside_brackets_must_be_there(shipped: RuleSet) -> None:
    with pytest.raises(ValueError, match="template offer needs link"):
        render(shipped.templates, "offer", "en", fields(link=""))


def test_an_unknown_template_names_the_known_ones(shipped: RuleSet) -> None:
    with pytest.raises(KeyError, match="known: "):
        render(shipped.templates, "ofer", "en", SAMPLE)


def test_a_language_without_words_gets_english(shipped: RuleSet) -> None:
    assert render(shipped.templates, "booked", "vi", SAMPLE) == render(shipped.templates, "booked", "en", SAMPLE)


def test_there_is_no_field_for_treatment_or_price() -> None:
    with pytest.raises(ValidationError):
        MessageFields(practice="Maple Dental", procedure="D6010")  # type: ignore[call-arg]  # the point of the test
    assert not {"procedure", "treatment", "tooth", "price", "amount", "plan", "code", "diagnosis"} & set(PLACEHOLDERS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"when": "your implant on Monday"},
        {"until": "after the surgery"},
        {"date": "$6,000"},
        {"openings": ("1) root canal, 9:00 AM",)},
        {"link": "https://book.example/b/x y"},
        {"phone": "call about crown"},
    ],
)
def test_a_field_takes_only_its_own_kind(shipped: RuleSet, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"the field|an opening"):
        render(shipped.templates, "booked", "en", SAMPLE.model_copy(update=wrong))


def test_a_strange_name_never_stops_a_text(shipped: RuleSet) -> None:
    body = render(shipped.templates, "offer", "en", fields(first_name="<b>1</b>")).body
    assert body.startswith("Hi, it's Maple Dental.")


def test_accents_cost_nothing(shipped: RuleSet) -> None:
    text = render(shipped.templates, "offer", "es", fields(first_name="María José"))
    assert text.body.startswith("Hola Maria José,")
    assert text.encoding == "GSM-7"


def test_every_first_text_says_how_to_opt_out(shipped: RuleSet) -> None:
    for template in shipped.templates.by_key.values():
        if template.first:
            for language, line in OPT_OUT_LINE.items():
                assert plain(line) in render(shipped.templates, template.key, language, SAMPLE).body


@pytest.mark.parametrize(
    ("text", "encoding", "count"),
    [
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("€" * 80, "GSM-7", 1),
        ("€" * 81, "GSM-7", 2),
        ("ñ¿¡é", "GSM-7", 1),
        ("í", "UCS-2", 1),
        ("í" * 71, "UCS-2", 2),
        ("😀" * 35, "UCS-2", 1),
        ("😀" * 36, "UCS-2", 2),
    ],
)
def test_segments(text: str, encoding: str, count: int) -> None:
    assert (encoding_of(text), segments(text)) == (encoding, count)


def test_dates_are_said_in_the_office_s_zone_and_the_patient_s_language() -> None:
    assert opening_line(2, START, BOISE, "es") == "2) lun 23 nov, 9:00 AM"
    assert opening_line(None, START, "America/New_York", "en") == "Mon Nov 23, 11:00 AM"
    assert day_line(START.date(), "en") == "Mon Nov 23"
    assert clock_line(START, BOISE) == "9:00 AM"


@given(st.integers(0, 3 * 366 * 24 * 4), st.sampled_from(["en", "es", "vi"]), st.integers(1, 12))
def test_every_opening_line_is_accepted_back(shipped: RuleSet, quarter: int, language: str, number: int) -> None:
    line = opening_line(number, START + timedelta(minutes=15 * quarter), BOISE, language)
    assert plain(line) in render(shipped.templates, "offer", "en", fields(openings=(line,))).body

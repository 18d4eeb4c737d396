"""Replies: hundreds of wordings in English and Spanish, and properties that must hold for any text."""

from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.replies import ReplyContext, Understanding, understand
from tests.rules.phrases import CALM, PHRASES
from tests.rules.wordings import LINES as THREE_LINES
from tests.rules.wordings import WORDINGS

THREE = ReplyContext(offered=(1, 2, 3))


def meaning(found: Understanding) -> str:
    if found.urgent:
        return "urgent"
    return f"choose {found.choice}" if found.intent == "choose" else found.intent


def lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("kind", list(PHRASES))
def test_every_phrase_is_understood(kind: str) -> None:
    wrong = {
        line: (meaning(found), found.why)
        for line in lines(PHRASES[kind])
        if meaning(found := understand(line, THREE)) != kind
    }
    assert not wrong


def test_the_table_is_large() -> None:
    counts = {kind: len(lines(text)) for kind, text in PHRASES.items()}
    assert sum(counts.values()) > 1_000
    assert min(counts.values()) > 8


def test_alarming_words_without_alarm_stay_calm() -> None:
    assert [line for line in lines(CALM) if understand(line, THREE).urgent] == []


@pytest.mark.parametrize("text", ["CANCEL", "end", "Quit.", "please cancel", "cancelar"])
def test_words_that_may_mean_the_appointment_opt_out_and_raise_a_task(text: str) -> None:
    found = understand(text, THREE)
    assert (found.intent, found.also_task) == ("stop", True)


@pytest.mark.parametrize("text", ["STOP", "unsubscribe", "stpo", "no mas mensajes"])
def test_a_plain_stop_raises_no_task(text: str) -> None:
    assert understand(text, THREE).also_task is False


@pytest.mark.parametrize("text", ["STOP. My face is swollen", "stop texting me, I'm bleeding"])
def test_stop_is_honoured_and_what_cannot_wait_is_still_told(text: str) -> None:
    found = understand(text, THREE)
    assert (found.intent, found.urgent, found.also_task) == ("stop", True, True)


def test_a_stop_from_a_stranger_is_both() -> None:
    found = understand("Wrong number stop", THREE)
    assert (found.intent, found.wrong_number, found.also_task) == ("stop", True, True)
    assert understand("stop", THREE).wrong_number is False


def test_what_cannot_wait_comes_before_a_choice() -> None:
    found = understand("2, but my tooth really hurts", THREE)
    assert (found.intent, found.urgent, found.choice) == ("person", True, None)


def test_yes_chooses_only_when_one_opening_was_offered() -> None:
    for text in ("yes", "Sí", "sounds good", "👍", "ok perfect"):
        assert understand(text, ReplyContext(offered=(4,))).choice == 4
        assert understand(text, THREE).intent == "person"
        assert understand(text, ReplyContext()).intent == "person"


def test_numbers_of_an_old_offer_never_choose() -> None:
    found = understand("2", ReplyContext(offered=(4, 5, 6)))
    assert (found.intent, found.choice, found.number) == ("person", None, 2)
    assert understand("the last one", ReplyContext(offered=(4, 5, 6))).choice == 6


def test_a_tap_on_our_text_repeats_our_words_and_means_nothing() -> None:
    for text in ("Liked “Hi. Reply STOP to opt out”", 'Loved "You are booked"', "Reacted 👍 to “Reply STOP”"):
        assert understand(text, THREE).intent == "person"


def test_our_own_line_quoted_back_and_signatures_do_not_count() -> None:
    assert understand("2\nSent from my iPhone", THREE).choice == 2
    assert understand("Stop\nSent from my iPhone", THREE).intent == "stop"
    assert understand("2 please\n> Reply STOP to opt out", THREE).choice == 2
    assert understand("Reply STOP to opt out", THREE).intent == "stop"


LINES = ReplyContext(
    offered=(1, 2, 3),
    lines=("1) Tue Nov 24, 11:00 AM", "2) Wed Nov 25, 12:00 PM", "3) Wed Nov 25, 2:30 PM"),
)


NO_CHOICES = (
    *("at 1", "at 3", "at 2 works", "a las 2", "2 pm", "pm", "tuesday?", "1?", "is it 2", "for 2", "a second", "$1"),
    *("the one", "las 2", "25", "11", "24", "am please", "nov", "the 25"),
)
"""A time, a question or an amount is no option's number."""


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("Tuesday works", 1),
        ("tues 11am please", 1),
        ("Wednesday at 2:30", 3),
        ("1) Tue Nov 24, 11:00 AM", 1),
        ("I can do Tuesday the 24th", 1),
        ("Wednesday", None),
        ("Thursday", None),
        ("not Tuesday", None),
        ("Tuesday or Wednesday", None),
        ("Tuesday at 11 works for me", 1),
        ("the 11 am one", 1),
        ("Nov 24", 1),
        ("El martes", 1),
        ("el martes a las 11 de la mañana", 1),
        ("2:30 pm", 3),
        ("option3", 3),
        ("2, the Wednesday one", 2),
        *((text, None) for text in NO_CHOICES),
    ],
)
def test_a_day_chooses_when_one_opening_only_has_it(text: str, choice: int | None) -> None:
    assert understand(text, LINES).choice == choice


@pytest.mark.parametrize(
    ("text", "language"), [("la segunda por favor", "es"), ("2 please", "en"), ("no más mensajes", "es")]
)
def test_the_language_is_seen(text: str, language: str) -> None:
    assert understand(text, THREE).language == language


@given(st.text(max_size=200))
def test_any_text_has_one_meaning_and_only_offered_numbers_are_chosen(text: str) -> None:
    found = understand(text, THREE)
    assert found.why
    assert (found.intent == "choose") == (found.choice is not None)
    assert found.choice in (None, 1, 2, 3)


@given(st.sampled_from(lines(PHRASES["stop"])), st.sampled_from(["", " ", "!!", " 🙏", "\n"]), st.booleans())
def test_case_and_trimmings_never_lose_a_stop(text: str, trimming: str, shout: bool) -> None:
    written = (text.upper() if shout else text) + trimming
    assert understand(written, THREE).intent == "stop"


@given(st.sampled_from(lines(PHRASES["urgent"])), st.booleans())
def test_case_never_loses_an_alarm(text: str, shout: bool) -> None:
    assert understand(text.upper() if shout else text, THREE).urgent


@pytest.mark.parametrize(
    "text", ["yes ok " * 300, "stop " * 400, "no thanks " * 200 + "zz", "please " * 300 + "x", "1 " * 800, "x" * 5_000]
)
def test_a_long_text_is_judged_at_once(text: str) -> None:
    started = thread_time()
    understand(text, THREE)
    assert thread_time() - started < 1, "seconds of this thread: a busy machine does not count"


def kind_of(found: Understanding) -> str:
    if found.courtesy:
        return "courtesy"
    return meaning(found) + (" task" if found.also_task else "")


@pytest.mark.parametrize("meanings", list(WORDINGS), ids=" / ".join)
def test_wordings_with_openings_on_offer_and_with_nothing_asked(meanings: tuple[str, str]) -> None:
    contexts = (ReplyContext(offered=(1, 2, 3), lines=THREE_LINES), ReplyContext())
    found = {line: tuple(kind_of(understand(line, each)) for each in contexts) for line in lines(WORDINGS[meanings])}
    assert {line: got for line, got in found.items() if got != meanings} == {}


NEVER_BY_ACCIDENT = """
I'm not Sure yet
I'm not Interested in financing
I'm not Free then
This is not Good for me
It's not Tuesday is it?
This isn't Working
I'm not Pregnant
No soy Paciente nueva
I’m not Available Tuesday
I'm not Ann, I'm her husband Bob
I don't know a good time
I dont know a lot about this
I don't know him, is he new?
no one here can drive me
no parking here
I don't have this day off
you have the wrong insurance
no conozco a ese doctor
aquí no hay estacionamiento
se equivocaron de precio
equivocado, el 3
dont unsubscribe me
please do not remove me from your list
I didn't mean to unsubscribe
did I unsubscribe?
I don't want to stop getting texts
take me off the 3pm slot
I don't want to come on Friday
I don't want a morning appointment
I don't want that time
I dont want to book online, call me
I don't want to have to pay a deposit
changed my mind - 3
I have another doctor appt that day
I went to another dentist for a second opinion, still want this
I no longer want tuesday
I'll pass on 1
no?
ya no quiero el martes
no me interesa la financiación
"""
"""Each has a word of a stop, of a stranger or of a final no, and is none."""

PLAIN_ALL_THE_SAME = """
stop: call don't text
stop: You can stop now, I booked already
wrong_number: I'm not Ann
wrong_number: No soy María
wrong_number: this number belongs to someone else
wrong_number: I dont know any ann
declined: nvm
declined: no lo necesito
another_time: any evenings?
another_time: ¿tienen en la tarde?
choose: make it 2
choose: tha second 1
urgent: ouch it hrts so much
urgent: difficulty swallowing
"""


@pytest.mark.parametrize("text", lines(NEVER_BY_ACCIDENT))
def test_nobody_is_silenced_or_given_up_by_accident(text: str) -> None:
    for context in (ReplyContext(offered=(1, 2, 3), lines=THREE_LINES), ReplyContext()):
        assert understand(text, context).intent not in ("stop", "wrong_number", "declined")


@pytest.mark.parametrize("line", lines(PLAIN_ALL_THE_SAME))
def test_slips_and_short_words_are_understood(line: str) -> None:
    wanted, _, text = line.partition(": ")
    assert meaning(understand(text, ReplyContext(offered=(1, 2, 3), lines=THREE_LINES))).split()[0] == wanted


_NOT_A_COURTESY = (
    "?",
    " but I can't come",
    " at 3",
    " and cancel it",
    ", it hurts",
    " 2",
    " no",
    ", who is this",
    " STOP",
)


@pytest.mark.parametrize("more", _NOT_A_COURTESY)
@pytest.mark.parametrize("polite", ["thanks", "ok thank you", "gracias", "perfect, thanks", "see you then", "👍"])
def test_a_courtesy_with_anything_more_is_none(polite: str, more: str) -> None:
    for context in (THREE, ReplyContext()):
        assert not understand(polite + more, context).courtesy


@given(st.text())
def test_a_courtesy_is_for_nobody_else_to_read(text: str) -> None:
    found = understand(text, ReplyContext())
    assert not (found.courtesy and (found.urgent or found.intent != "person" or any(c in text for c in "?¿0123456789")))


@pytest.mark.parametrize(
    "text",
    [
        "I'm driving with Do Not Disturb While Driving turned on. I'll see your message when I get where I'm going.",
        "I’m driving with Driving Focus turned on. I’ll see your message when I get where I’m going. "
        "(I’m not receiving notifications. If this is urgent, reply “urgent” to send a notification through with your "
        "original message.)",
        "I'm driving right now - I'll get back to you later.",
        "Automatic reply: I am out of the office until Monday. In an emergency call 911.",
        "I am currently out of the office and will return on Nov 30.",
        "Estoy conduciendo con No molestar al conducir activado. Veré tu mensaje cuando llegue.",
        "Respuesta automática: estoy fuera de la oficina hasta el lunes",
    ],
)
def test_what_a_machine_wrote_is_nobody_s_word(text: str) -> None:
    found = understand(text, THREE)
    assert (found.automatic, found.intent, found.urgent) == (True, "person", False)


@pytest.mark.parametrize(
    ("text", "intent", "urgent"),
    [
        ("I'm driving right now but my tooth is bleeding", "person", True),
        ("I am out of the office until Monday, my face is swollen", "person", True),
        ("Auto-reply: stop texting me", "stop", False),
        ("urgent", "person", True),
        ("driving, 2 please", "person", False),
    ],
)
def test_what_a_person_wrote_around_it_counts(text: str, intent: str, urgent: bool) -> None:
    found = understand(text, THREE)
    assert (found.automatic, found.intent, found.urgent) == (False, intent, urgent)

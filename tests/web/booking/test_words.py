"""The words are complete in both languages, plain, and say nothing about health."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from web.booking import words
from web.booking.words import LANGUAGES, Words, phone_link, phone_words, zone_words

_TEMPLATES = Path(words.__file__).parent / "templates"
_HEALTH = re.compile(
    r"\b(tooth|teeth|dental|treatment|procedure|implant|crown|surgery|exam|diente|muela|tratamiento|cirugía)\b", re.I
)


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_key_is_there_in_every_language_with_the_same_fields(language: str) -> None:
    english, other = LANGUAGES["en"], LANGUAGES[language]
    assert set(other) == set(english)
    for key, text in other.items():
        assert text.strip(), key
        assert _fields(text) == _fields(english[key]), key


def test_templates_ask_only_for_words_that_there_are() -> None:
    asked = set()
    for page in _TEMPLATES.glob("*.html"):
        asked |= set(re.findall(r'say\("(\w+)"[^~]', page.read_text("utf-8")))
    asked -= {"need_", "call_", "later_", "financing_is_"}
    assert len(asked) > 60
    assert asked <= set(LANGUAGES["en"])


def test_no_words_speak_of_health() -> None:
    for language, texts in LANGUAGES.items():
        for key, text in texts.items():
            assert not _HEALTH.search(text), (language, key)


def test_english_keeps_to_short_sentences_and_words() -> None:
    """A rough measure of sixth grade: the Flesch-Kincaid grade of all sentences together (Kincaid 1975)."""
    text = " ".join(t if t[-1] in ".?!" else t + "." for t in LANGUAGES["en"].values() if "{" not in t)
    sentences = len(re.findall(r"[.?!]+(?:\s|$)", text))
    spoken = re.findall(r"[A-Za-z’']+", text)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", word.lower().removesuffix("e")))) for word in spoken)
    grade = 0.39 * len(spoken) / sentences + 11.8 * syllables / len(spoken) - 15.59
    assert grade < 6


def test_an_unknown_key_or_a_missing_field_is_an_error() -> None:
    with pytest.raises(KeyError):
        Words("en")("no_such_words")
    with pytest.raises(KeyError):
        Words("en")("call_at")


def test_a_guardian_is_spoken_to_about_the_patient() -> None:
    assert Words("en", "Ben", guardian=True)("choose_title") == "Pick a time for Ben’s visit"
    assert Words("en", "Ben")("choose_title") == "Pick a time for your visit"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (45, "Plan for about 45 minutes."),
        (90, "Plan for about 90 minutes."),
        (120, "Plan for about 2 hours."),
        (150, "Plan for about 2 h 30 min."),
    ],
)
def test_lengths(minutes: int, said: str) -> None:
    assert Words("en").length(minutes) == said


def test_days_times_zones_and_phones() -> None:
    boise = ZoneInfo("America/Boise")
    late = datetime(2026, 7, 1, 6, 5, tzinfo=UTC)
    assert Words("en").time(late, boise) == "12:05 AM"
    assert zone_words(late, boise) == "MDT"
    assert Words("en").day(date(2026, 3, 1)) == "Sunday, March 1"
    assert Words("es").day(date(2026, 3, 1)) == "domingo 1 de marzo"
    assert Words("es").short_date(date(2026, 3, 1)) == "1 mar"
    assert phone_words("+12085550100") == "(208) 555-0100"
    assert phone_words("208 555 0100") == "208 555 0100"
    assert phone_link("(208) 555-0100") == "tel:2085550100"

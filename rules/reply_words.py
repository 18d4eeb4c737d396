"""A reply as words: folded, respelled and searched with the phrase tables."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rules.phrases import spelling


@dataclass(frozen=True, slots=True)
class Reply:
    """``raw`` as written, ``text`` normalised, ``tokens`` its words."""

    raw: str
    text: str
    tokens: tuple[str, ...]


def normal(text: str) -> Reply:
    """The reply with short forms, slips and words written apart respelled."""
    spaced = re.sub(r"(?i)\b(options?|opt|number|num|slot|choice|opci[oó]n|n[uú]mero)(?=\d)", r"\1 ", text)
    spaced = re.sub(r"(?i)\bmake it (?=(?:number |option |# ?)?\d\W*$)", "", spaced)
    spaced = re.sub(r"(?i)\b(first|second|third|last|1st|2nd|3rd) 1\b", r"\1 one", spaced)
    plain = plain_words(re.sub(r"(?i)\bno\. ?(?=\d)|#", " number ", spaced))
    for written, joined in spelling.JOINED:
        plain = re.sub(rf"\b{written}\b", joined, plain)
    spoken = [spelling.SHORTHAND.get(token, token) for token in plain.split()]
    spoken = ["stop" if token in _SLIPS else token for token in spoken]
    joined_text = " ".join(spoken)
    return Reply(text, joined_text, tuple(joined_text.split()))


_SLIPS = spelling.word_set("stpo sotp tsop stopp sstop sttop stoop stoppp stopppp stooop stap")

_EMOJI = {
    **dict.fromkeys("👍👌✅", " yes "),
    **dict.fromkeys("❌👎", " no "),
    "🙂": " ",
    "🛑": " stop ",
    "🆘": " emergency ",
    "🚑": " ambulance ",
    "🩸": " bleeding ",
}


@lru_cache(maxsize=1024)
def plain_words(text: str) -> str:
    """Lower case, no accents, no apostrophes, words and numbers one space apart; clock times keep their colon."""
    for sign, word in _EMOJI.items():
        text = text.replace(sign, word)
    folded = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'")).casefold()
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    bare = re.sub(r"(?<=[a-z])['`´](?=[a-z])", "", bare)
    bare = re.sub(r"(?<=\d)\.(?=\d)", ":", bare)
    bare = re.sub(r"(?<!\d):|:(?!\d)|[^\w: ]", " ", bare)
    return re.sub(r"[\s_]+", " ", re.sub(r"(\d)(am|pm)\b", r"\1 \2", bare)).strip()


def find(patterns: tuple[str, ...], text: str) -> str | None:
    """The first thing in it that any of the patterns matches."""
    found = _compiled(patterns).search(text)
    return found[0].strip() if found else None


def without(patterns: tuple[str, ...], text: str) -> str:
    """The text with ``~`` for whatever the patterns match."""
    return re.sub(r" +", " ", _compiled(patterns).sub(" ~ ", text)).strip()


@lru_cache(maxsize=32)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))

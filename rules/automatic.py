"""What a phone or a mailbox writes by itself: whole texts, reactions, signatures, our own words quoted back."""

import re
from typing import Literal

from rules.phrases.automatic import AWAY, CANNED, LABELLED
from rules.reply_words import plain_words

_CANNED = re.compile(rf"(?:{'|'.join(CANNED)})(?: (?:{'|'.join(CANNED)}))*")


def is_canned(text: str) -> bool:
    """Word for word what a phone says while its owner drives or sleeps, whatever else its words might mean."""
    return bool(_CANNED.fullmatch(plain_words(text)))


def is_automatic(text: str, *, urgent: bool) -> bool:
    """A text that calls itself automatic, or says how long somebody is away. ``urgent``: its words cannot wait."""
    return bool(LABELLED.match(text)) or (not urgent and bool(AWAY.match(text)))


def tapped(text: str) -> Literal["", "glad", "other"]:
    """Whether the text is a reaction to one of ours, and a friendly one."""
    found = _TAPBACK.match(text)
    if not found:
        return ""
    return "glad" if found[1].casefold() in _GLAD_TAPS else "other"


def own_words(text: str) -> str:
    """The text without a phone's signature and without our own opt-out line when it is quoted back."""
    bare = _SIGNATURE.sub("", text)
    without = _OUR_LINES.sub(" ", bare)
    return without if without.strip() else bare


_TAPBACK = re.compile(
    r"(?i)^\s*(liked|loved|disliked|laughed at|emphasized|questioned|reacted \S+ to|removed an? \w+ from"
    r"|le gustó|le encantó|no le gustó|se rio de|reaccionó con \S+ a)\s+[\"“«']"
)
"""What phones send when a message is tapped; it repeats our own words."""
_GLAD_TAPS = frozenset({"liked", "loved", "laughed at", "emphasized", "le gustó", "le encantó", "se rio de"})

_SIGNATURE = re.compile(r"(?i)\n\s*(?:sent (?:from|via)|enviado desde|get outlook for)\b.*\Z", re.DOTALL)

_OUR_LINES = re.compile(r"(?i)reply stop to opt out|responda stop para no recibir mensajes")

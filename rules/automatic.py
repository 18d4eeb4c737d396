"""Texts that a phone or a mailbox wrote by itself."""

import re

from rules.phrases.automatic import AWAY, CANNED, LABELLED
from rules.reply_words import plain_words

_CANNED = re.compile(rf"(?:{'|'.join(CANNED)})(?: (?:{'|'.join(CANNED)}))*")


def is_canned(text: str) -> bool:
    """Word for word what a phone says while its owner drives or sleeps, whatever else its words might mean."""
    return bool(_CANNED.fullmatch(plain_words(text)))


def is_automatic(text: str, *, urgent: bool) -> bool:
    """A text that calls itself automatic, or says how long somebody is away. ``urgent``: its words cannot wait."""
    return bool(LABELLED.match(text)) or (not urgent and bool(AWAY.match(text)))

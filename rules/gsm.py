"""The GSM 03.38 alphabet: what fits into a plain text message, and how many segments it takes."""

import math
import unicodedata
from typing import Literal

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
_ALPHABET = _BASIC | _EXTENDED

Encoding = Literal["GSM-7", "UCS-2"]


def encoding_of(text: str) -> Encoding:
    """``GSM-7`` when every character is in the alphabet or its extension, else ``UCS-2``."""
    return "GSM-7" if _ALPHABET.issuperset(text) else "UCS-2"


def segments(text: str) -> int:
    """How many messages the network sends: 160 or 153 characters each in GSM-7, 70 or 67 in UCS-2."""
    if encoding_of(text) == "GSM-7":
        size, one, many = len(text) + sum(map(text.count, _EXTENDED)), 160, 153
    else:
        size, one, many = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if size <= one else math.ceil(size / many)


_PLAIN = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "}


def plain(text: str) -> str:
    """The same text in GSM-7 where that only costs an accent or a curly quote (María is Maria); else unchanged.

    One letter outside the alphabet would more than double the number of segments.
    """
    if encoding_of(text) == "GSM-7":
        return text
    fitted = "".join(_plain_char(char) for char in text)
    return fitted if encoding_of(fitted) == "GSM-7" else text


def _plain_char(char: str) -> str:
    if char in _ALPHABET:
        return char
    if char in _PLAIN:
        return _PLAIN[char]
    bare = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    return bare or char

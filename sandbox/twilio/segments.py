"""Segments of a text: GSM 7-bit 160 (153 when split), else UCS-2 70 (67); 3GPP TS 23.038 and 23.040."""

from __future__ import annotations

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
SMART = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})
"""What smart encoding makes plain."""


def count(body: str, *, smart: bool = False) -> int:
    """Segments of one message, at least 1."""
    text = body.translate(SMART) if smart else body
    if all(character in BASIC or character in EXTENDED for character in text):
        units, alone, split = sum(2 if character in EXTENDED else 1 for character in text), 160, 153
    else:
        units, alone, split = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if units <= alone else -(-units // split)

"""Thanks and nods: what a patient writes without asking for anything."""

import re

from rules.phrases import wishes
from rules.reply_words import Reply, without

GOODBYES = (
    r"\b(?:ill |will )?see (?:you|ya|yall)(?: all| guys| then| there| soon| tomorrow)*\b|\blooking forward(?: to "
    r"(?:it|that|"
    r"seeing you))?\b|\bhave a (?:\w+ )?(?:day|one|weekend|evening|night)\b|\btalk (?:soon|then)\b|\bgod bless\b"
    r"|\b(?:i )?appreciate (?:it|you)\b|\bcant wait\b|\b(?:ahi |alla )?nos vemos(?: ahi| alla| entonces| pronto)*\b|"
    r"\bhasta (?:luego|entonces|pronto)\b|\bque tenga\w* (?:un )?buen dia\b",
)
"""Goodbyes around a choice."""

_GLAD_SIGNS = re.compile(
    "(?:[\U0001f600-\U0001f60b\U0001f60d\U0001f618-\U0001f61d\U0001f642\U0001f643\U0001f60e\U0001f917\U0001f970\U0001f973"
    "\U0001f44b-\U0001f44d\U0001f44f\U0001f64c\U0001f64f\U0001f4aa\U0001f389\U0001f38a\U0001f4af\U0001f90d\U0001f90e"
    "\U0001f493-\U0001f49f\u2764\u2665\u263a\u2705\u2714\U0001f607\U0001f929\U0001f9e1\U0001f31f\u2b50\u2728"
    "\ufe0f\U0001f3fb-\U0001f3ff\u200d\\s!.~:;()]|:\\)|:D|<3)+"
)
"""Smiles, hands and hearts; any other sign is looked at by a person."""


def is_glad_sign(text: str) -> bool:
    return bool(_GLAD_SIGNS.fullmatch(text.strip()))


def is_courtesy(reply: Reply, *, asked: bool) -> bool:
    """Nothing but thanks, or a nod unless something is ``asked``; with one word more, or a question, it is neither."""
    if _ASKS_OR_AGREES.search(reply.raw):
        return False
    said = set(without(wishes.COURTESIES + GOODBYES, reply.text).split())
    if not said - {"~"} <= _COURTEOUS:
        return False
    nods = said & (wishes.NODS | {"~"}) or not re.search(r"\w", reply.raw)
    return bool(said & wishes.THANKS) or (not asked and bool(nods))


_COURTEOUS = wishes.THANKS | wishes.NODS | wishes.AROUND_COURTESY
_ASKS_OR_AGREES = re.compile(r"(?i)[?¿]|\b(?:y|yes|yep|yeah|yea|yup|s[ií])\b")
"""A yes, unlike a nod, may answer something that was asked by voice."""

"""What a text must and must not say: checked when rules are loaded, so that a bad template never reaches a patient."""

import re
from collections.abc import Iterable
from functools import lru_cache

from rules.errors import Place, Problems, nearest
from rules.gsm import encoding_of, plain, segments
from rules.messages import PLACEHOLDERS, MessageFields, placeholders, render
from rules.model import RuleSet, Template, Templates, Words

OPT_OUT_LINE = {"en": "Reply STOP to opt out", "es": "Responda STOP para no recibir mensajes"}
"""Said in a conversation's first text (47 CFR 64.1200, CTIA messaging principles)."""

MOST_SEGMENTS = 3

_OPT_OUT_WORDS = re.compile(
    r"\b(?:stop|stopall|cancel|end|quit|unsubscribe|revoke|opt ?out|cancele|cancelar|alto|baja)\b", re.IGNORECASE
)
_ASKS = re.compile(
    r"\b(?:reply|text|send|write|answer|respond|responda|envie|envíe|escriba|mande|conteste)\b", re.IGNORECASE
)
_PRICE = re.compile(r"[$€£]\s*\d|\b\d+\s*(?:dollars|usd|dolares|dólares)\b", re.IGNORECASE)
_PRICE_WORDS = re.compile(
    r"\b(?:costs?|costing|prices?|priced|pricing|fees?|dollars?|bucks?|hundreds?|thousands?"
    r"|costos?|costes?|costar|cuestan?|precios?|honorarios|importes?|dólares|dolares|cientos)\b",
    re.IGNORECASE,
)
_PLAIN_NUMBERS = re.compile(
    r"\b911\b"
    r"|\b(?:reply|text|responda)(?: (?:with|con))? \d(?:(?:, ?| (?:or|o|to|a) |, (?:or|o) )\d)*\b"
    r"|\b\d{1,2} (?:to|a) \d{1,2} (?:business )?(?:days|días|dias)\b",
    re.IGNORECASE,
)
"""Numbers that are no price: the emergency number, the choice to reply with, how long a refund takes."""

SAMPLE = MessageFields(
    practice="Maple Dental",
    phone="208-555-0142",
    first_name="Jordan",
    person="Robin",
    coordinator="Casey",
    openings=("1) Mon Nov 23, 9:00 AM", "2) Tue Nov 24, 11:30 AM", "3) Wed Nov 25, 2:00 PM"),
    link="https://book.example/b/Abcdefghij0123456789Kl",
    when="Mon Nov 23, 9:00 AM",
    until="4:35 PM",
    date="Mon Nov 23",
    place="12 Main St",
    deposit_cents=50_000,
)
"""An invented patient, for previews and length checks."""


def lint(rule_set: RuleSet, problems: Problems) -> None:
    """Every fault of every template."""
    templates = rule_set.templates
    for template in templates.by_key.values():
        for language in rule_set.languages:
            if language not in template.texts:
                problems.add(template.at, f"the template {template.key} has no {language} text", "add one under text:")
        for tier, language, words in _texts_of(template):
            _lint_text(templates, template, tier, language, words, problems)


def _texts_of(template: Template) -> Iterable[tuple[str, str, Words]]:
    for language, words in template.texts.items():
        yield "", language, words
    for tier, texts in template.tiers.items():
        for language, words in texts.items():
            yield tier, language, words


def _lint_text(
    templates: Templates, template: Template, tier: str, language: str, words: Words, problems: Problems
) -> None:
    name = f"{template.key} ({language}{', ' + tier if tier else ''})"
    fillable = _fields_right(template, name, words, problems)
    if "{practice}" not in words.text:
        problems.add(words.at, f"the text {name} does not say who sends it", "put {practice} into it")
    _lint_opt_out(template, name, language, words, problems)
    _lint_words(templates, name, words, problems)
    _lint_numbers(name, words, problems)
    filled = _filled(templates, template, name, tier, language, words.at, problems) if fillable else words.text
    _lint_length(name, filled, words.at, problems)


def _fields_right(template: Template, name: str, words: Words, problems: Problems) -> bool:
    try:
        used = placeholders(words.text)
    except ValueError as wrong:
        problems.add(words.at, f"the braces in the text {name} are not in pairs: {wrong}", "a field is written {link}")
        return False
    unknown = [field for field in used if field not in PLACEHOLDERS]
    for field in unknown:
        problems.add(
            words.at, f"the text {name} uses the field {{{field}}}, which no text may say", nearest(field, PLACEHOLDERS)
        )
    for field in template.needs:
        if field not in used:
            problems.add(words.at, f"the text {name} must carry {{{field}}}", f"put {{{field}}} into it")
    return not unknown


def _lint_opt_out(template: Template, name: str, language: str, words: Words, problems: Problems) -> None:
    line = OPT_OUT_LINE.get(language, OPT_OUT_LINE["en"])
    if template.first and line not in words.text:
        problems.add(words.at, f"the text {name} lacks the opt-out line", f"end it with: {line}")
    rest = words.text.replace(line, "")
    for sentence in re.split(r"[.!?\n]", rest):
        found = _OPT_OUT_WORDS.search(sentence)
        if found and (_ASKS.search(sentence) or found[0].isupper()):
            message = f"the text {name} asks for `{found[0]}`, a word that opts the patient out"
            problems.add(words.at, message, "ask for a number, a link or a call instead")


def _lint_words(templates: Templates, name: str, words: Words, problems: Problems) -> None:
    bare = re.sub(r"\{\w*\}", " ", words.text)
    for found in _any_of(tuple(templates.forbidden.values())).finditer(bare):
        message = f"the text {name} says `{found[0].lower()}`: nothing about treatment goes into a text"
        problems.add(words.at, message, "say: your visit")
    for found in _PRICE_WORDS.finditer(bare):
        message = f"the text {name} says `{found[0].lower()}`: no text speaks of the price"
        problems.add(words.at, message, "only {deposit} may stand in a text")


def _lint_numbers(name: str, words: Words, problems: Problems) -> None:
    """A number may only come from a field, which knows its kind; a bare one could be a price."""
    bare = re.sub(r"\{\w*\}", " ", words.text)
    if _PRICE.search(bare):
        problems.add(words.at, f"the text {name} names an amount", "only {deposit} may stand in a text")
        return
    for found in re.finditer(r"\d[\d.,:/-]*(?<=\d)", _PLAIN_NUMBERS.sub(" ", bare)):
        message = f"the text {name} writes the number `{found[0]}`, which could be a price"
        problems.add(words.at, message, "let a field say it: {deposit}, {phone}, {when}, {date} or {link}")


@lru_cache(maxsize=64)
def _any_of(lists: tuple[tuple[str, ...], ...]) -> re.Pattern[str]:
    """Any listed word, longest first, also in the plural; nothing when there is no list."""
    listed = sorted({word for words in lists for word in words}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, listed))})s?(?!\w)" if listed else r"(?!)", re.IGNORECASE)


def _filled(
    templates: Templates, template: Template, name: str, tier: str, language: str, at: Place, problems: Problems
) -> str:
    """The text as the invented patient would get it; nothing when it cannot be filled in."""
    try:
        return render(templates, template.key, language, SAMPLE, tier).body
    except (ValueError, KeyError, IndexError) as wrong:
        problems.add(at, f"the text {name} cannot be filled in: {wrong}", "a field is written {link}")
        return ""


def _lint_length(name: str, body: str, at: Place, problems: Problems) -> None:
    body = plain(body)
    if encoding_of(body) != "GSM-7":
        odd = next(char for char in body if encoding_of(char) != "GSM-7")
        problems.add(at, f"the text {name} has `{odd}`, which makes every text cost double", "use plain letters")
    elif segments(body) > MOST_SEGMENTS:
        problems.add(at, f"the text {name} takes {segments(body)} segments", f"keep it to {MOST_SEGMENTS}")

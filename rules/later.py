"""When a patient who says "not now" wants to be asked again. Pure.

Who names no time is asked in two weeks, and told so. A time that is not understood ("after my surgery", "3/15") is for
a person, as is a wish to be called, or the cost as the reason: those are questions, no dates.
"""

import re
from calendar import monthrange
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict

from rules.phrases.spelling import word_set
from rules.reply_words import find


class Later(BaseModel):
    """Days and months from today on, or the ``month`` (1 to 12) that was named, by default soon after it begins: the
    first of January is no working day."""

    model_config = ConfigDict(frozen=True)

    days: int = 0
    months: int = 0
    month: int = 0
    day_of_month: int = 2

    def day(self, today: date) -> date:
        """The day to ask again on, after ``today``."""
        if self.month:
            this_year = _day(today.year, self.month, self.day_of_month)
            return this_year if this_year > today else _day(today.year + 1, self.month, self.day_of_month)
        months = today.month - 1 + self.months
        return _day(today.year + months // 12, months % 12 + 1, today.day) + timedelta(days=self.days)


def _day(year: int, month: int, day: int) -> date:
    """That day, or the month's last one."""
    return date(year, month, min(day, monthrange(year, month)[1]))


VAGUE = Later(days=14)

_COUNTS = {
    **dict.fromkeys(("a", "an", "one", "un", "una", "uno", "another", "otro", "otra"), 1),
    **dict.fromkeys(("two", "couple", "dos", "par"), 2),
    **dict.fromkeys(("three", "few", "tres", "unos", "unas"), 3),
    **dict.fromkeys(("four", "cuatro"), 4),
    **dict.fromkeys(("five", "cinco"), 5),
    **dict.fromkeys(("six", "seis"), 6),
    **dict.fromkeys(("eight", "ocho"), 8),
}
_UNITS = {
    **dict.fromkeys(("day", "days", "dia", "dias"), Later(days=1)),
    **dict.fromkeys(("week", "weeks", "wk", "wks", "semana", "semanas"), Later(days=7)),
    **dict.fromkeys(("month", "months", "mes", "meses"), Later(months=1)),
    **dict.fromkeys(("year", "years", "ano", "anos"), Later(months=12)),
}
_MONTHS = {
    **dict.fromkeys(("january", "enero", "jan"), 1), **dict.fromkeys(("february", "febrero", "feb"), 2),
    **dict.fromkeys(("march", "marzo"), 3), **dict.fromkeys(("april", "abril", "apr"), 4),
    **dict.fromkeys(("may", "mayo"), 5), **dict.fromkeys(("june", "junio"), 6), **dict.fromkeys(("july", "julio"), 7),
    **dict.fromkeys(("august", "agosto", "aug"), 8), **dict.fromkeys(("september", "septiembre", "sept"), 9),
    **dict.fromkeys(("october", "octubre", "oct"), 10), **dict.fromkeys(("november", "noviembre", "nov"), 11),
    **dict.fromkeys(("december", "diciembre", "dec"), 12),
}  # fmt: skip
_PARTS = {
    **dict.fromkeys(("mid", "middle", "mediados"), 15),
    **dict.fromkeys(("late", "end", "finales", "fines"), 25),
}

_SPAN = re.compile(
    rf"\b(?P<count>\d{{1,2}}|{'|'.join(_COUNTS)}) (?:(?:of|de|more|mas) )?(?P<unit>{'|'.join(_UNITS)})\b"
    r"(?! (?:ago|old|atras|or))"
)
_MONTH = re.compile(
    rf"(?:^|\b(?:(?P<part>{'|'.join(_PARTS)}) (?:of |de )?|(?P<before>\d{{1,2}}) de |(?:in|until|till|til|by|after|for|"
    r"on|en|hasta|para|desde|next|around|early|de) ))"
    rf"(?P<month>{'|'.join(_MONTHS)})\b(?: (?P<after>\d{{1,2}})(?:st|nd|rd|th)?\b(?! ?[:/]))?"
)
_NEXT = (
    (re.compile(r"\btomorrow\b|(?<!la )\bmanana\b"), Later(days=1)),
    (re.compile(r"\b(?:next|following) (?:week|wk)\b|\b(?:proxima|siguiente) semana\b|\bsemana (?:que viene|"
                r"proxima|entrante)\b"), Later(days=7)),
    (re.compile(r"\b(?:next|following) month\b|\b(?:proximo|siguiente) mes\b|\bmes (?:que viene|proximo|entrante)\b"),
     Later(months=1)),
    (re.compile(r"\b(?:next|new) years?\b|\bafter (?:the )?(?:holidays?|christmas|xmas)\b|\bano nuevo\b|"
                r"\b(?:proximo|nuevo|siguiente) ano\b|\bano (?:que viene|proximo|entrante)\b|"
                r"\bdespues de (?:las fiestas|navidad|los reyes)\b|\bbenefits? (?:year|reset|renew)\w*"),
     Later(month=1)),
)  # fmt: skip

_DIGITS = (r"\b20\d\d\b|\b\d{1,2} \d{1,2}\b",)
"""A year, or a date as ``3/15``."""
_OF_THEIR_OWN = (
    r"\b(?:until|till|til|once|after|when|while|as soon as|spring|summer|fall|autumn|winter|waiting (?:on|for)|"
    r"hasta|cuando|despues de|en cuanto|primavera|verano|otono|invierno|esperando)\b",
)
"""Words that name a time which only a person understands."""
_COME_BACK = (
    r"\b(?:ill|i will|well|we will) (?:\w+ )?(?:call|text|let you|get back|reach out|contact)\b",
    r"\b(?:yo|les?|te) (?:llamo|aviso|escribo|marco|confirmo)\b",
)
"""They will be back by themselves."""
_CALL = (
    r"\b(?:call|phone|ring) (?:me|us|back)\b|\bgive me a (?:call|ring)\b|\b(?:llame|llamen|marque|marquen)(?:me|nos)\b"
    r"|\bllamame\b|\bme (?:llama|llaman|llame|llamen|marca|marcan)\b",
)
COST = (
    r"\b(?:afford|expensive|pricey|cost|costs|cash|money|funds|paycheck|payday|broke|budget|get paid|dinero|caro|cara|"
    r"costoso|plata|presupuesto|quincena|no me alcanza)\b",
)
_AROUND = word_set(
    """
    maybe ok please in about like around for until till ask text remind me again on try check back yes no better would
    be is the a of thanks how sometime en dentro de para el la mejor hasta just not actually then too soon us it early
    """
)


def later_in(words: str) -> Later | None:
    """When the words of a "not now" ask for; None when that is a person's to find out.

    ``words``: as ``rules.reply_words.normal`` gives them.
    """
    if find(_CALL, words) or find(COST, words) or find(_DIGITS, words):
        return None
    own = find(_OF_THEIR_OWN, words) and not find(_COME_BACK, words)
    return _named_in(words) or (None if own else VAGUE)


def only_names_a_time(words: str) -> Later | None:
    """The time that the words name, when they say nothing else."""
    for pattern in (_MONTH, _SPAN, *(each for each, _ in _NEXT)):
        if pattern.search(words) and word_set(pattern.sub(" ", words)) <= _AROUND:
            return _named_in(words)
    return None


def _named_in(words: str) -> Later | None:
    month, span = _MONTH.search(words), _SPAN.search(words)
    if month:
        said = month["before"] or month["after"]
        day = int(said) if said else _PARTS.get(month["part"] or "", 2)
        return Later(month=_MONTHS[month["month"]], day_of_month=day) if 1 <= day <= 31 else None
    known = next((later for pattern, later in _NEXT if pattern.search(words)), None)
    return known or (_times(span["count"], _UNITS[span["unit"]]) if span else None)


def _times(count: str, unit: Later) -> Later | None:
    """Up to a year; what is farther off is for a person."""
    number = _COUNTS.get(count) or int(count)
    days, months = number * unit.days, number * unit.months
    return Later(days=days, months=months) if 0 < days + 30 * months <= 366 else None

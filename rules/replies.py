"""What a patient's reply means. Pure; whatever is not plain goes to a person.

Order of judging: a wish to get no more texts is honoured first, then anything that cannot wait, then help, wrong
number, a choice among the numbers offered, declined, another time, not now.
"""

import re
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from rules.automatic import is_automatic, is_canned, own_words, tapped
from rules.courtesies import GOODBYES, is_courtesy, is_glad_sign
from rules.later import COST, Later, later_in, only_names_a_time
from rules.phrases import spelling, stop, urgent, wishes
from rules.reply_words import Reply, find, normal, plain_words, without
from rules.strangers import is_somebody_else

Intent = Literal["choose", "stop", "help", "wrong_number", "another_time", "declined", "not_now", "person"]


class ReplyContext(BaseModel):
    """What the phone was last asked. ``offered`` are the numbers that still stand, ``lines`` their opening lines."""

    model_config = ConfigDict(frozen=True)

    offered: tuple[int, ...] = ()
    lines: tuple[str, ...] = ()


class Understanding(BaseModel):
    """``choice`` is an offered number; ``number`` a number that was written but is not offered (an old message's).

    ``urgent``: alert the on-call person at any hour. ``also_task``: honoured, yet a person should look (the patient may
    have meant the appointment). ``wrong_number``: a stop, and not from the patient. ``language`` is "en"
    or "es" as the words suggest. ``courtesy``: thanks or a nod that asks for nothing; kept in the thread, no task.
    ``automatic``: nobody wrote it; kept in the thread, nothing is done. ``later``: when to ask again; a not_now without
    one is for a person, as one that is about the ``cost``.
    """

    model_config = ConfigDict(frozen=True)

    intent: Intent
    choice: int | None = None
    urgent: bool = False
    why: str = ""
    language: str = "en"
    also_task: bool = False
    number: int | None = None
    wrong_number: bool = False
    courtesy: bool = False
    automatic: bool = False
    later: Later | None = None
    cost: bool = False


def understand(text: str, context: ReplyContext | None = None) -> Understanding:
    """The meaning of one incoming text."""
    tap = tapped(text)
    if tap:
        why = "a reaction to one of our texts, not a reply"
        return Understanding(intent="person", why=why, courtesy=tap == "glad")
    if is_canned(text):
        return _BY_ITSELF
    reply = normal(own_words(text)[:_LONGEST])
    found = _judge(reply, context or ReplyContext())
    if found.intent != "stop" and is_automatic(text, urgent=found.urgent):
        return _BY_ITSELF
    return found.model_copy(update={"language": _language(reply), **_when(found.intent, reply.text)})


def _when(intent: Intent, words: str) -> dict[str, Any]:
    if intent == "not_now":
        return {"later": later_in(words), "cost": bool(find(COST, words))}
    return {"later": only_names_a_time(words)} if intent == "person" else {}


_BY_ITSELF = Understanding(intent="person", automatic=True, why="a phone or a mailbox wrote this by itself")

_LONGEST = 1600
"""Characters of the longest text that arrives (ten segments); more is not read."""


def _judge(reply: Reply, context: ReplyContext) -> Understanding:
    urgent = _urgent_word(reply)
    stop = _stop(reply, alarming=bool(urgent))
    if stop is not None:
        if _is_wrong_number(reply):
            stop = stop.model_copy(update={"wrong_number": True, "also_task": True})
        return stop.model_copy(update={"urgent": True, "also_task": True}) if urgent else stop
    if urgent:
        return Understanding(intent="person", urgent=True, why=f"`{urgent}` cannot wait")
    if not reply.tokens:
        glad = is_glad_sign(reply.raw)
        return Understanding(intent="person", why="there are no words in it", courtesy=glad)
    found = _plain_intent(reply, context) or Understanding(intent="person", why="not plain enough to act on")
    if found.intent == "person" and is_courtesy(reply, asked=bool(context.offered)):
        return Understanding(intent="person", why="thanks or a nod; nothing is asked", courtesy=True)
    return found


def _plain_intent(reply: Reply, context: ReplyContext) -> Understanding | None:
    if find(wishes.HELP, reply.text):
        return Understanding(intent="help", why="asks for help or who is writing")
    if _is_wrong_number(reply):
        return Understanding(intent="wrong_number", why="says that the number is somebody else's")
    chosen = _choice(reply, context)
    if chosen is not None:
        return chosen
    torn = "but" in reply.tokens and bool(_numbers(reply, context)[0])
    for intent, patterns in _WISHES:
        found = find(patterns, reply.text)
        half_a_no = intent == "declined" and ("?" in reply.raw or find(wishes.NOT_ALL_OF_IT, reply.text))
        if found and not torn and not half_a_no:
            return Understanding(intent=intent, why=f"`{found}`")
    if _ASKED_LATER & set(reply.tokens) and only_names_a_time(reply.text):
        return Understanding(intent="not_now", why="says when to ask again")
    return _agreement(reply, context)


_ASKED_LATER = frozenset({"ask", "remind", "text", "check", "until", "till", "hasta"})


def _is_wrong_number(reply: Reply) -> bool:
    own = without(wishes.OWN_NUMBER, reply.text)
    return bool(is_somebody_else(reply.raw) or find(wishes.WRONG_NUMBER, own))


_WISHES: tuple[tuple[Intent, tuple[str, ...]], ...] = (
    ("declined", wishes.DECLINED),
    ("another_time", wishes.ANOTHER_TIME),
    ("not_now", wishes.NOT_NOW),
)


# --- stopping


def _stop(reply: Reply, alarming: bool) -> Understanding | None:
    """A wish for no more texts; None when ``stop`` and its like mean something else."""
    core = [token for token in reply.tokens if token not in spelling.POLITE]
    if len(core) == 1:
        alone = core[0]
        if alone in stop.STOP_MAYBE_APPOINTMENT:
            why = f"`{alone}` opts out; the appointment may have been meant"
            return Understanding(intent="stop", why=why, also_task=True)
        if alone in stop.STOP_ALONE or _nearly(alone, "stop") or _nearly(alone, "unsubscribe"):
            return Understanding(intent="stop", why=f"`{alone}`")
    found = find(stop.STOP_PATTERNS, without(stop.STOP_BENIGN, reply.text)) or _stop_clause(reply.raw)
    if found is None and not alarming:
        at_the_end = find(stop.STOP_AT_THE_END, without(stop.STOP_BENIGN, reply.text))
        found = "STOP" if _shouted_stop(reply.raw) else at_the_end
    if found is None:
        return None
    more = len(reply.tokens) > 6 or bool(find(stop.MORE_THAN_A_STOP, reply.text))
    return Understanding(intent="stop", why=f"`{found}` asks for no more texts", also_task=more)


_CLAUSE_STOP = re.compile(
    r"^(?:please )?(?:stop|unsubscribe|optout|opt out|remove me|stop it|no more)(?: please| now| thanks)*$"
)


def _stop_clause(raw: str) -> str | None:
    """``..., stop.``: the wish as a clause of its own in a longer message."""
    for clause in re.split(r"[.,;!?\n]+|\s-+\s", raw):
        plain = plain_words(clause)
        if _CLAUSE_STOP.match(plain):
            return plain
    return None


_SHOUTED = re.compile(r"(?<!\w)STOP(?!\w)(?! (?:by|in|at|over|the|my|sign|light|on)\b)")


def _shouted_stop(raw: str) -> bool:
    """STOP in capitals inside a message that is not all capitals."""
    found = _SHOUTED.search(raw)
    if not found or not any(char.islower() for char in raw):
        return False
    before = plain_words(raw[: found.start()]).split()
    return not before or before[-1] not in {
        "dont",
        "cant",
        "wont",
        "didnt",
        "doesnt",
        "not",
        "never",
        "bus",
        "next",
        "non",
        "a",
    }


_REAL_WORDS = spelling.word_set("step shop top slop spot atop stow swop drop stomp sport storm story store stock soup")


def _nearly(word: str, target: str) -> bool:
    """A slip of the finger: one letter missing, doubled, swapped or wrong, and no word of its own."""
    if word in _REAL_WORDS or abs(len(word) - len(target)) > 1 or (len(target) <= 4 and word[:1] not in "sdatx"):
        return False
    return _distance(word, target) <= (1 if len(target) <= 4 else 2)


@lru_cache(maxsize=4096)
def _distance(left: str, right: str) -> int:
    """Letters to insert, drop, change or swap (optimal string alignment)."""
    rows = [
        [row + column if not row * column else 0 for column in range(len(right) + 1)] for row in range(len(left) + 1)
    ]
    for i, a in enumerate(left, 1):
        for j, b in enumerate(right, 1):
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


# --- what cannot wait


def _urgent_word(reply: Reply) -> str | None:
    if re.search(r"[?¿]", reply.raw) and find(urgent.URGENT_QUESTIONS, reply.text):
        return None
    return find(_URGENT, without(urgent.URGENT_BENIGN, reply.text))


_URGENT = tuple(rf"\b(?:{pattern})\b" for pattern in urgent.URGENT)


# --- choosing

_SPOKEN = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)"
_CLOCK = re.compile(
    r"\b\d{1,2} ?(?:am|pm|a m|p m|oclock|o clock|hrs|hours?|horas?|weeks?|days?|months?|minutes?|mins?|dias|semanas"
    r"|meses|years?)\b|\b\d{1,2}:\d\d\b"
    rf"|\b(?:at|after|before|until|till|by|around|las|despues de las|antes de las|las \d+ y) {_SPOKEN}\b"
)
"""A time of day or a span; its number is no option's."""

_NO_CHOICE = re.compile(
    rf"^(?:is|are|was|were|does|did|what|which|why|cual) |^(?:for|in|to|from|of|by|a|an) {_SPOKEN}$"
    r"|\b(?:a|an|one|1|un|uno|per|split|another) (?:second|sec|segundo|minute|moment)\b|\b(?:a|an) (?:third|fourth|"
    r"fifth)\b"
    r"|\b(?:the|that|this|which|any|no|some|each|every) one$"
)
_MONEY = re.compile(r"[$€£]\s*\d|\d\s*[%€$£]")
_ASKS_FOR = frozenset({"can", "could", "may", "would", "will", "book", "schedule", "puedo", "podria"})
"""A question with one of these is a request: "can I do 2?"."""


def _choice(reply: Reply, context: ReplyContext) -> Understanding | None:
    """The one offered number that the whole reply comes down to."""
    reply = _without_goodbye(reply)
    chosen = _counted(reply, context)
    doubt = _doubt(reply)
    if doubt and chosen is not None:
        return Understanding(intent="person", why=doubt)
    return chosen


def _without_goodbye(reply: Reply) -> Reply:
    text = without(GOODBYES, reply.text).replace("~", " ")
    tokens = tuple(text.split())
    return Reply(reply.raw, " ".join(tokens), tokens) if tokens else reply


def _doubt(reply: Reply) -> str:
    """Why a number or a day in it is not taken as a choice; empty when nothing speaks against it."""
    if _MONEY.search(reply.raw):
        return "an amount, not an option"
    if "?" in reply.raw and not _ASKS_FOR & set(reply.tokens):
        return "a question, not a choice"
    return "the number may not be an option" if _NO_CHOICE.search(reply.text) else ""


def _counted(reply: Reply, context: ReplyContext) -> Understanding | None:
    if _CLOCK.search(reply.text) and not _repeats_a_line(reply, context):
        return _named_line(reply, context)
    numbers, rest = _numbers(reply, context)
    if not numbers & set(context.offered):
        named = _named_line(reply, context)
        if named is not None or not numbers:
            return named
    if len(numbers) != 1 or any(token in spelling.NEGATIONS for token in rest):
        return None
    number = numbers.pop()
    left = {spelling.CALENDAR.get(token, token) for token in rest if token not in spelling.CHOICE_FILLERS}
    if not left - spelling.LINE_FILLERS <= _line_words(context, number) or (left and not context.lines):
        return None
    if number in context.offered:
        return Understanding(intent="choose", choice=number, why=f"number {number} and nothing else that matters")
    return Understanding(intent="person", why=f"number {number} is not among those offered", number=number)


def _numbers(reply: Reply, context: ReplyContext) -> tuple[set[int], list[str]]:
    """The numbers in a reply and its other words; "one" counts only when nothing else does: "the second one" is 2."""
    ends = {"last": max(context.offered, default=0), "ultima": max(context.offered, default=0)}
    ends["ultimo"] = ends["last"]
    if len(context.offered) == 3:
        ends |= dict.fromkeys(("middle", "medio"), sorted(context.offered)[1])
    found: set[int] = set()
    rest: list[str] = []
    for token in reply.tokens:
        value = int(token) if token.isdecimal() else spelling.NUMBERS.get(token) or ends.get(token) or 0
        if value and token not in ("one", "una", "uno"):
            found.add(value)
        elif not value:
            rest.append(token)
    if not found and any(token in ("one", "una", "uno") for token in reply.tokens):
        found = {1} if not {"that", "this", "any", "either", "which", "no"} & set(rest) else set()
    if found and reply.tokens[0].isdecimal() and _repeats_a_line(reply, context):
        found = {int(reply.tokens[0])}
    return found, rest


def _repeats_a_line(reply: Reply, context: ReplyContext) -> bool:
    """``1) Tue Nov 24, 11:00 AM`` copied back."""
    if not reply.tokens or not reply.tokens[0].isdecimal():
        return False
    line = _line_words(context, int(reply.tokens[0]))
    said = {spelling.CALENDAR.get(token, token) for token in reply.tokens[1:]}
    return bool(said & line & spelling.DAYS_AND_MONTHS) and said <= line | spelling.CHOICE_FILLERS


def _named_line(reply: Reply, context: ReplyContext) -> Understanding | None:
    """``Tuesday works`` when one opening is on a Tuesday: every word that matters is in exactly one line."""
    tokens = _full_hours(reply).split()
    said = {spelling.CALENDAR.get(token, _ORDINAL.sub("", token)) for token in tokens}
    plain = any(_ORDINAL.search(token) or ":" in token for token in tokens) or said & spelling.DAYS_AND_MONTHS
    said -= spelling.CHOICE_FILLERS | spelling.LINE_FILLERS
    if not plain or not said or said & spelling.NEGATIONS:
        return None
    fitting = [number for number in context.offered if said <= _line_words(context, number)]
    if len(fitting) != 1:
        return None
    return Understanding(intent="choose", choice=fitting[0], why="names the day and time of one opening only")


_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)$")


def _full_hours(reply: Reply) -> str:
    """``9 am`` as the lines write it, ``9:00 am``; ``at 9`` too, where a day is named."""
    text = re.sub(r"\b(?:in the (?=morning|afternoon)|(?:de|en|por) la (?=manana|tarde))", "", reply.text)
    text = re.sub(r"\bmanana$", "am", re.sub(r"\btarde$", "pm", text))
    text = re.sub(r"(?<![:\d])(\d{1,2}) (?=am\b|pm\b)", r"\1:00 ", text)
    named = {spelling.CALENDAR.get(token, token) for token in reply.tokens} & spelling.DAYS_AND_MONTHS
    return re.sub(r"\b(at|las|la) (\d{1,2})(?![:\d])", r"\1 \2:00", text) if named else text


def _line_words(context: ReplyContext, number: int) -> set[str]:
    """The words of an opening's line without its number; a Spanish line reads as an English one."""
    mark = f"{number})"
    line = next((line for line in context.lines if line.startswith(mark)), "").removeprefix(mark)
    words = plain_words(line).split()
    if len(words) > 2 and words[0] == "mar" and words[1].isdecimal():
        words[0] = "tue"
    return {spelling.CALENDAR.get(word, word) for word in words}


def _agreement(reply: Reply, context: ReplyContext) -> Understanding | None:
    """A bare yes books only when there was one thing to say yes to."""
    said = set(reply.tokens)
    if not said & wishes.YES or not said <= wishes.YES | wishes.YES_AROUND | spelling.POLITE:
        return None
    if len(context.offered) == 1:
        return Understanding(intent="choose", choice=context.offered[0], why="yes to the one opening offered")
    return Understanding(
        intent="person", why="yes, but several openings were offered" if context.offered else "yes to what?"
    )


def _language(reply: Reply) -> str:
    spanish = sum(token in spelling.SPANISH for token in reply.tokens)
    return "es" if spanish and spanish * 2 >= len(reply.tokens) else "en"

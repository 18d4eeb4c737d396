"""Whether a text says by name that its writer is somebody else: "I'm not Ann"."""

import re

from rules.phrases import spelling

_SAYS = re.compile(
    r"\b(?:I ?['’]?a?m not|[Tt]his (?:is not|isn['’]?t|ain['’]?t)|[Ii]t['’]?s not|[Nn]o soy|[Ee]st[ea] no es)"
    r" (?:the |el |la )?(?P<name>[A-ZÁÉÍÓÚÑ][\wáéíóúñ]+)(?P<rest>[^.,;!?\n]*)"
)
"""On the text as written, because only the capital tells a name from "I'm not interested"."""

_AFTER_A_NAME = re.compile(
    r"^(?:['’]s)?(?: [A-ZÁÉÍÓÚÑ][\wáéíóúñ'’-]*)*"
    r"(?: (?:anymore|sorry|phone|number|cell|mobile|any|more|but|and|so|please|stop|who|you|wrong|lo|ni|y|pero)\b.*)?$"
)
"""Behind a name the clause ends, or says what follows from it; "I'm not Sure yet" names nobody."""

_NO_NAME = spelling.word_set(
    """
    sure interested free available able ready happy going gonna in at on it ok okay good great fine well home here there
    possible true right fair cool bad easy working doing done coming that this what how when where me my mine yours his
    hers ours theirs the too so as for to a an any much very really quite even still yet now today tomorrow tonight
    certain comfortable busy late early sick worth possible important urgent necessary painful convenient enough only
    just like paciente seguro segura capaz nuevo nueva de yo el ella eso esto bueno buena mucho nada un una muy tan
    posible urgente listo lista mayor menor patient dentist doctor insured insurance covered monday tuesday wednesday
    thursday friday saturday sunday am pm im lol jewish pregnant allergic religious catholic christian american mexican
    diabetic hungry mad angry afraid nervous upset single crazy eligible embarazada alergico alergica diabetica
    diabetico
    """
) | frozenset(spelling.CALENDAR)
"""Ordinary words that a phone, or a heavy thumb, gives a capital."""

_FAMILY = re.compile(
    r"(?i)\b(?:her|his|their|my|['’]s|su|la|el) (?:husband|wife|mom|mother|dad|father|son|daughter|parent|guardian|"
    r"spouse|partner|caregiver|sister|brother|esposo|esposa|mam[aá]|pap[aá]|madre|padre|hij[oa]|herman[oa])\b"
)
"""Who answers for somebody of the family is no stranger: a person reads that."""

_ENDINGS = re.compile(r"(?:ing|ed|able|ible|ful|less|ado|ada|ando|iendo)$")


def is_somebody_else(raw: str) -> bool:
    """``raw`` as written. Only a plain "I am not NAME": whoever it is said of loses links and texts."""
    return _FAMILY.search(raw) is None and any(_is_name(found) for found in _SAYS.finditer(raw))


def _is_name(found: re.Match[str]) -> bool:
    name = found["name"].casefold()
    ordinary = name in _NO_NAME or (_ENDINGS.search(name) is not None and len(name) > 4)
    return not ordinary and _AFTER_A_NAME.match(found["rest"].rstrip()) is not None

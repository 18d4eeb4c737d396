"""Is it the patient, or who books for them? The date of birth says so; never anything the texted phone itself shows."""

from collections.abc import Mapping
from datetime import date, timedelta

from fastapi import Response

from web.booking.visit import Visit, too_many
from web.site import Turned

MOST_FAILURES = 5
CLOSED_BY_BIRTH_DATES = "five wrong birth dates"
_COOKIE = "who"
_KNOWN_FOR = timedelta(days=1)


def known(visit: Visit) -> bool:
    """Whether this browser gave the right date of birth on this link within a day."""
    signed = visit.request.cookies.get(_COOKIE, "")
    until = visit.signer.read(_purpose(visit), signed) or "0"
    return int(until) > visit.now.timestamp()


def require(visit: Visit, then: str, key: str = "") -> None:
    """Raises Turned towards the question when the reader is not known yet; ``then`` names where they wanted to go."""
    if not known(visit):
        raise Turned(visit.to("/who", then=then, o=key))


def remember(visit: Visit, answer: Response) -> None:
    visit.deps.links.forget_failures(visit.case.case_id)
    until = str(int((visit.now + _KNOWN_FOR).timestamp()))
    signed = visit.signer.sign(_purpose(visit), until)
    visit.keep_cookie(answer, _COOKIE, signed, int(_KNOWN_FOR.total_seconds()))


def given_date(form: Mapping[str, str]) -> date | None:
    """The date in the form; None when it is none."""
    try:
        return date(int(form.get("year", "")), int(form.get("month", "")), int(form.get("day", "")))
    except (ValueError, OverflowError):
        return None


def may_try(visit: Visit) -> None:
    """Raises Turned when dates come too fast for a person."""
    if not visit.deps.limiter.allow(f"birth {visit.link.token_hash}", visit.deps.limits.birth_dates):
        raise Turned(too_many(visit.say.language))


def count_failure(visit: Visit) -> int:
    """One wrong date more; returns how many tries are left. With the last one every link of the case is closed."""
    failures = visit.deps.links.count_failure(visit.link.token_hash)
    if failures >= MOST_FAILURES:
        visit.deps.links.close_all(visit.case.case_id, CLOSED_BY_BIRTH_DATES, visit.now)
        visit.deps.cases.note(visit.case.case_id, "link", "links closed: five wrong birth dates", visit.now)
    return max(0, MOST_FAILURES - failures)


def _purpose(visit: Visit) -> str:
    """Bound to the link and the birth date: a corrected date asks again."""
    return f"who {visit.link.token_hash} {visit.case.birthdate}"

"""Why a time is or is not offered for a case, in the words of the opening finder."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from domain.openings import OpeningRequest
from domain.openings_days import DayReport, explain_days
from domain.openings_explain import explain_opening
from domain.records import CaseRecord
from web.console.desk import Desk

_MOST_PLACES = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks: an ISO day, "HH:MM" and ids; "" means any."""

    day: str = ""
    time: str = ""
    chair: str = ""
    provider: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One chair with one provider at the asked time, and what stands against it."""

    chair: str
    provider: str
    reasons: Sequence[str]

    @property
    def offered(self) -> bool:
        return self.reasons[0].startswith("Offered")


@dataclass(frozen=True, slots=True)
class WhyNot:
    """``problem``: the question itself cannot be answered. Else reports by day, and by place when a time was asked."""

    problem: str = ""
    start: datetime | None = None
    days: Sequence[DayReport] = ()
    places: Sequence[Place] = ()


def answer(at: Desk, case: CaseRecord, asked: Asked) -> WhyNot:
    """Look at the mirror as the opening finder does and say what it finds."""
    if not case.pattern:
        return WhyNot("The length of this visit is not known, so no time can be looked for.")
    try:
        day = date.fromisoformat(asked.day)
        clock = time.fromisoformat(asked.time) if asked.time else None
    except ValueError:
        return WhyNot("Give the day like 2026-11-24 and the time like 14:30.")
    request = _request(at, case, asked.provider)
    if not request.providers or not request.operatories:
        return WhyNot("Nobody of the right kind, or no chair of the right sort, is set up at this location.")
    sheet = at.deps.mirror.day_sheet(case.account, *_span(at.now, request))
    near = [report for report in explain_days(request, *sheet) if abs((report.day - day).days) <= 3]
    if clock is None:
        return WhyNot(days=near)
    start = datetime.combine(day, clock, tzinfo=request.tz).astimezone(UTC)
    chairs = [each for each in request.chairs if asked.chair in ("", each.id)]
    people = [each for each in request.providers if asked.provider in ("", each)]
    pairs = [(chair, person) for chair in chairs for person in people][:_MOST_PLACES]
    places = [
        Place(chair.name, person, explain_opening(request, *sheet, start, chair.id, person)) for chair, person in pairs
    ]
    return WhyNot(start=start, days=near, places=sorted(places, key=lambda each: (not each.offered, len(each.reasons))))


def _request(at: Desk, case: CaseRecord, provider: str) -> OpeningRequest:
    """As the case looks: with its own provider while that one may do the visit, else with anybody of the kind."""
    request = at.deps.search.request(case, at.now, provider or case.provider_id)
    return request if request.providers else at.deps.search.request(case, at.now, "")


def _span(now: datetime, request: OpeningRequest) -> tuple[datetime, datetime]:
    return now - timedelta(days=1), now + timedelta(days=(request.last - request.first).days + 2)

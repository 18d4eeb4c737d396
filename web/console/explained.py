"""Why a time is or is not offered for a case, in the words of the opening finder."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from domain.location import Location
from domain.openings import OpeningRequest
from domain.openings_days import DayReport, explain_days
from domain.openings_explain import explain_places
from domain.records import CaseRecord
from web.console.desk import Desk

_MOST_PLACES = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks: an ISO day, "HH:MM" and ids; "" means any, as office the case's own."""

    day: str = ""
    time: str = ""
    chair: str = ""
    provider: str = ""
    office: str = ""


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
    if asked.office not in ("", case.location) and asked.office not in [each.key for each in offices(at, case)]:
        return WhyNot("The rule of this case does not look at that office, or it does not know the patient.")
    request = _request(at, case, asked)
    if not request.providers or not request.operatories:
        return WhyNot("Nobody of the right kind, or no chair of the right sort, is set up at this location.")
    if healing := _healing(case, day, request):
        return WhyNot(healing)
    sheet = at.deps.search.sheet(asked.office or case.location, request)
    near = [report for report in explain_days(request, *sheet) if abs((report.day - day).days) <= 3]
    if clock is None:
        return WhyNot(days=near)
    start = datetime.combine(day, clock, tzinfo=request.tz).astimezone(UTC)
    chairs = [each for each in request.chairs if asked.chair in ("", each.id)]
    people = [each for each in request.providers if asked.provider in ("", each)]
    pairs = [(chair, person) for chair in chairs for person in people][:_MOST_PLACES]
    said = explain_places(request, *sheet, start, [(chair.id, person) for chair, person in pairs])
    places = [Place(chair.name, person, reasons) for (chair, person), reasons in zip(pairs, said, strict=True)]
    return WhyNot(start=start, days=near, places=sorted(places, key=lambda each: (not each.offered, len(each.reasons))))


def offices(at: Desk, case: CaseRecord) -> list[Location]:
    """The offices at which a time may be looked for: the case's own first, then by rule its sister offices."""
    every = {each.key: each for each in at.locations}
    own = every.get(case.location)
    others = case.route.other_locations if case.route else ()
    sisters = (every[key] for key in others if key in every and key != case.location)
    return [own, *(each for each in sisters if each.budget == own.budget)] if own else []


def _request(at: Desk, case: CaseRecord, asked: Asked) -> OpeningRequest:
    """As the case looks: with its own provider while that one may do the visit, else with anybody of the kind."""
    request = at.deps.search.request(case, at.now, asked.provider or case.provider_id, asked.office)
    return request if request.providers else at.deps.search.request(case, at.now, "", asked.office)


def _healing(case: CaseRecord, day: date, request: OpeningRequest) -> str:
    """Why nothing is looked for on a day before something has healed, with the rule's line; "" on other days."""
    if case.route is None or case.route.earliest is None or day >= request.first:
        return ""
    said = next((each for each in case.route.reasons if each.value == "earliest"), None)
    where = f" ({said.file}:{said.line})" if said and said.line else ""
    return f"Something has to heal first: {said.text}{where}." if said else "Something has to heal first."

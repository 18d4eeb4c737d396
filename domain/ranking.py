"""Which openings to offer: soonest for what cannot wait, otherwise a spread of days and times of day."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from domain.crowd import MOST_UNANSWERED
from domain.slots import Opening

_NOON = time(12)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class _Moment(NamedTuple):
    """When an opening is, as a patient thinks of it."""

    day: date
    half: str


def _nobody(opening: Opening) -> int:
    return 0


def rank(
    openings: Sequence[Opening],
    how: Literal["soonest", "spread"],
    zone: str,
    wanted: int,
    earlier_choices: Sequence[datetime] = (),
    unanswered: Callable[[Opening], int] = _nobody,
) -> list[Opening]:
    """At most ``wanted`` openings of which no two overlap, in order of time, each with its reasons.

    ``soonest``: the earliest ones. ``spread``: other days first, then the other half of the day, then soonest.
    ``earlier_choices`` are starts the patient chose before: the first pick of a spread keeps to their weekday and half
    of the day. ``unanswered``: in how many unanswered offers an opening stands; asked only of what would be picked.
    Openings that start together keep the order they came in.
    """
    in_time = sorted(openings, key=lambda opening: opening.start)
    if how == "soonest":
        return _soonest(in_time, wanted, unanswered)
    chosen = _spread(in_time, wanted, ZoneInfo(zone), earlier_choices, unanswered)
    return sorted(chosen, key=lambda opening: opening.start)


def _fits(opening: Opening, chosen: Sequence[Opening], unanswered: Callable[[Opening], int]) -> bool:
    apart = all(opening.start >= other.stop or opening.stop <= other.start for other in chosen)
    return apart and unanswered(opening) < MOST_UNANSWERED


def _soonest(openings: Sequence[Opening], wanted: int, unanswered: Callable[[Opening], int]) -> list[Opening]:
    chosen: list[Opening] = []
    for opening in openings:
        if len(chosen) >= wanted:
            break
        if _fits(opening, chosen[-1:], unanswered):
            reason = "the soonest opening that fits" if not chosen else "the soonest after the one before"
            chosen.append(_because(opening, reason))
    return chosen


def _spread(
    openings: Sequence[Opening],
    wanted: int,
    tz: tzinfo,
    earlier: Sequence[datetime],
    unanswered: Callable[[Opening], int],
) -> list[Opening]:
    """The best half-day by the rule, of that the first opening that fits, and again."""
    halves = _halves(openings, tz)
    habits = [_moment(choice, tz) for choice in earlier]
    taken: list[_Moment] = []
    chosen: list[Opening] = []
    while halves and len(chosen) < wanted:
        # What comes first in time wins a tie.
        best = min(halves, key=partial(_sameness, taken=taken) if taken else partial(_strangeness, habits=habits))
        pick = next((each for each in halves[best] if _fits(each, chosen, unanswered)), None)
        if pick is None:
            del halves[best]
            continue
        chosen.append(_because(pick, _variety(best, taken) if taken else _habit(best, habits)))
        taken.append(best)
    return chosen


def _halves(openings: Sequence[Opening], tz: tzinfo) -> dict[_Moment, Iterator[Opening]]:
    """The openings, which are in order of time, by half-day; what is taken from one does not come again."""
    halves: defaultdict[_Moment, list[Opening]] = defaultdict(list)
    ends = _LONG_AGO
    for opening in openings:
        if opening.start >= ends:
            moment = _moment(opening.start, tz)
            ends = _end(moment, tz)
        halves[moment].append(opening)
    return {moment: iter(each) for moment, each in halves.items()}


def _moment(instant: datetime, tz: tzinfo) -> _Moment:
    local = instant.astimezone(tz)
    return _Moment(local.date(), "morning" if local.hour < 12 else "afternoon")


def _end(moment: _Moment, tz: tzinfo) -> datetime:
    noon = datetime.combine(moment.day, _NOON, tz)
    midnight = datetime.combine(moment.day + timedelta(days=1), time(), tz)
    return (noon if moment.half == "morning" else midnight).astimezone(UTC)


def _sameness(moment: _Moment, taken: Sequence[_Moment]) -> tuple[int, int]:
    """How much a moment repeats those taken: same day weighs most, then the same half of the day."""
    return sum(moment.day == each.day for each in taken), sum(moment.half == each.half for each in taken)


def _likeness(moment: _Moment, habits: Sequence[_Moment]) -> int:
    """How well a moment fits what the patient chose before: the half of the day weighs more than the weekday."""
    matches = ((moment.half == each.half) * 2 + (moment.day.weekday() == each.day.weekday()) for each in habits)
    return max(matches, default=0)


def _strangeness(moment: _Moment, habits: Sequence[_Moment]) -> int:
    return -_likeness(moment, habits)


def _habit(moment: _Moment, habits: Sequence[_Moment]) -> str:
    likeness = _likeness(moment, habits)
    if likeness == 3:
        return f"the soonest {_name(moment)}, as the patient chose before"
    if likeness == 2:
        return f"the soonest {moment.half}, as the patient chose before"
    if likeness == 1:
        return f"the soonest {moment.day:%A}, as the patient chose before"
    return "the soonest opening that fits"


def _variety(moment: _Moment, taken: Sequence[_Moment]) -> str:
    same_day, same_half = _sameness(moment, taken)
    day = "another time on the same day" if same_day else "another day"
    half = f"another {moment.half}" if same_half else f"a {moment.half}" if moment.half == "morning" else "an afternoon"
    return f"{day}, {half}: {_name(moment)}"


def _name(moment: _Moment) -> str:
    return f"{moment.day:%A} {moment.half}"


def _because(opening: Opening, reason: str) -> Opening:
    return opening.model_copy(update={"reasons": (*opening.reasons, reason)})

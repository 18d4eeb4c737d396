"""Which openings to offer: soonest for what cannot wait, otherwise a spread of days and times of day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from domain.openings_masks import CHUNK, ones, provider_bits
from domain.slots import Opening, cell_of

MOST_UNANSWERED = 3
"""No opening stands in more unanswered offers than this, or most patients who choose it would be disappointed."""

_WHOLE_DAY = ones(CHUNK)
_NONE_ELSEWHERE: Mapping[str, int] = {}


class _Moment(NamedTuple):
    """When an opening is, as a patient thinks of it."""

    day: date
    half: str


def rank(
    openings: Sequence[Opening],
    how: Literal["soonest", "spread"],
    zone: str,
    wanted: int,
    earlier_choices: Sequence[datetime] = (),
    offered_elsewhere: Mapping[str, int] = _NONE_ELSEWHERE,
) -> list[Opening]:
    """At most ``wanted`` openings of which no two overlap, in order of time, each with its reasons.

    ``soonest``: the earliest ones. ``spread``: other days first, then the other half of the day, then soonest.
    ``earlier_choices`` are starts the patient chose before: the first pick of a spread keeps to their weekday and half
    of the day. ``offered_elsewhere``: by opening key, in how many unanswered offers it stands. Openings that start
    together keep the order they came in.
    """
    tz = ZoneInfo(zone)
    free = [each for each in openings if offered_elsewhere.get(each.key, 0) < MOST_UNANSWERED]
    free.sort(key=lambda opening: opening.start)
    chosen = _soonest(free, wanted) if how == "soonest" else _spread(free, wanted, tz, earlier_choices)
    return sorted(chosen, key=lambda opening: opening.start)


class OfferedTime(NamedTuple):
    """Chair and provider time that stands in ``offers`` unanswered offers; ``cell`` is its first (domain.slots)."""

    cell: int
    pattern: str
    operatory_id: str
    provider_id: str
    offers: int = 1

    @staticmethod
    def of(opening: Opening) -> "OfferedTime":
        return OfferedTime(cell_of(opening.start), opening.pattern, opening.operatory_id, opening.provider_id)


def unanswered_counts(openings: Sequence[Opening], offered: Iterable[OfferedTime]) -> dict[str, int]:
    """By opening key: how many unanswered offers hold a time that needs the same chair or provider at one moment.

    Offers of visits of other lengths count too, since whoever chooses first takes the time from all.
    """
    crowds = _crowds(offered)
    return {opening.key: _most(crowds, OfferedTime.of(opening)) for opening in openings}


_Crowds = dict[tuple[str, int], list[int]]
"""By resource and UTC day: level n has the cells, one bit each, that more than n unanswered offers hold."""


def _crowds(offered: Iterable[OfferedTime]) -> _Crowds:
    crowds: _Crowds = {}
    for time in offered:
        for place, cells in _taken(time):
            levels = crowds.setdefault(place, [0] * MOST_UNANSWERED)
            for _ in range(min(time.offers, MOST_UNANSWERED)):
                _add(levels, cells)
    return crowds


def _add(levels: list[int], cells: int) -> None:
    """One more offer holds these cells: those a level has already move up to the next."""
    for level, held in enumerate(levels):
        levels[level] = held | cells
        cells &= held
        if not cells:
            return


def _most(crowds: _Crowds, time: OfferedTime) -> int:
    return max((sum(1 for held in crowds.get(place, ()) if held & cells) for place, cells in _taken(time)), default=0)


def _taken(time: OfferedTime) -> Iterator[tuple[tuple[str, int], int]]:
    """The cells that a time takes of its chair and its provider, by UTC day."""
    day, offset = divmod(time.cell, CHUNK)
    needs = (
        (f"op:{time.operatory_id}", ones(len(time.pattern))),
        (f"prov:{time.provider_id}", provider_bits(time.pattern)),
    )
    for resource, cells in needs:
        cells <<= offset
        yield (resource, day), cells & _WHOLE_DAY
        if cells > _WHOLE_DAY:
            yield (resource, day + 1), cells >> CHUNK


def _soonest(openings: Sequence[Opening], wanted: int) -> list[Opening]:
    chosen: list[Opening] = []
    for opening in openings:
        if len(chosen) >= wanted:
            break
        if not chosen or opening.start >= chosen[-1].stop:
            reason = "the soonest opening that fits" if not chosen else "the soonest after the one before"
            chosen.append(_because(opening, reason))
    return chosen


def _spread(openings: Sequence[Opening], wanted: int, tz: tzinfo, earlier: Sequence[datetime]) -> list[Opening]:
    timed = [(opening, _moment(opening.start, tz)) for opening in openings]
    habits = [_moment(choice, tz) for choice in earlier]
    chosen: list[Opening] = []
    while timed and len(chosen) < wanted:
        if chosen:
            taken = [_moment(each.start, tz) for each in chosen]
            best = min(range(len(timed)), key=lambda at: (_sameness(timed[at][1], taken), at))
            reason = _variety(timed[best][1], taken)
        else:
            best = min(range(len(timed)), key=lambda at: (-_likeness(timed[at][1], habits), at))
            reason = _habit(timed[best][1], habits)
        pick = timed[best][0]
        chosen.append(_because(pick, reason))
        timed = [each for each in timed if each[0].start >= pick.stop or each[0].stop <= pick.start]
    return chosen


def _moment(instant: datetime, tz: tzinfo) -> _Moment:
    local = instant.astimezone(tz)
    return _Moment(local.date(), "morning" if local.hour < 12 else "afternoon")


def _sameness(moment: _Moment, taken: Sequence[_Moment]) -> tuple[int, int]:
    """How much a moment repeats those taken: same day weighs most, then the same half of the day."""
    return sum(moment.day == each.day for each in taken), sum(moment.half == each.half for each in taken)


def _likeness(moment: _Moment, habits: Sequence[_Moment]) -> int:
    """How well a moment fits what the patient chose before: the half of the day weighs more than the weekday."""
    matches = ((moment.half == each.half) * 2 + (moment.day.weekday() == each.day.weekday()) for each in habits)
    return max(matches, default=0)


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

"""How many patients are still thinking about the same chair or provider time."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from domain.openings_masks import ones, provider_bits
from domain.slots import Opening, cell_of

MOST_UNANSWERED = 3
"""No opening stands in more unanswered offers than this, or most patients who choose it would be disappointed."""

_DAY = 288
"""Cells in one UTC day."""

_WHOLE_DAY = ones(_DAY)


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


class Crowd:
    """In how many unanswered offers a time stands."""

    def __init__(self, offered: Iterable[OfferedTime] = ()) -> None:
        self._crowds = _crowds(offered)

    def count(self, opening: Opening) -> int:
        """How many offers hold a time that needs the same chair or provider at one moment.

        Offers of visits of other lengths count too, since whoever chooses first takes the time from all.
        """
        return _most(self._crowds, OfferedTime.of(opening)) if self._crowds else 0


_Crowds = dict[tuple[str, int], list[int]]
"""By resource and UTC day: level n has the cells, one bit each, that more than n unanswered offers hold."""


def _crowds(offered: Iterable[OfferedTime]) -> _Crowds:
    crowds: _Crowds = {}
    for one in offered:
        for place, cells in _taken(one):
            levels = crowds.setdefault(place, [0] * MOST_UNANSWERED)
            for _ in range(min(one.offers, MOST_UNANSWERED)):
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
    day, offset = divmod(time.cell, _DAY)
    needs = (
        (f"op:{time.operatory_id}", ones(len(time.pattern))),
        (f"prov:{time.provider_id}", provider_bits(time.pattern)),
    )
    for resource, cells in needs:
        cells <<= offset
        yield (resource, day), cells & _WHOLE_DAY
        if cells > _WHOLE_DAY:
            yield (resource, day + 1), cells >> _DAY

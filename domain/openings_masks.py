"""Bit masks over 5-minute UTC cells: bit ``n`` of a window that starts at cell ``c`` stands for cell ``c + n``.

A day is one 288-bit integer, so "does this visit fit anywhere" is a handful of shifts instead of a walk.
"""

from functools import lru_cache

CHUNK = 288
"""Cells in one UTC day."""

_FULL = (1 << CHUNK) - 1


class CellSet:
    """A set of cell numbers, kept as one integer a UTC day."""

    __slots__ = ("_days",)

    def __init__(self) -> None:
        self._days: dict[int, int] = {}

    def add(self, first: int, bits: int) -> None:
        """Add cell ``first + n`` for every set bit ``n``."""
        day, offset = divmod(first, CHUNK)
        bits <<= offset
        while bits:
            self._days[day] = self._days.get(day, 0) | (bits & _FULL)
            bits >>= CHUNK
            day += 1

    def window(self, first: int, cells: int) -> int:
        """The cells ``first`` to ``first + cells - 1`` as a mask."""
        if not self._days:
            return 0
        day, offset = divmod(first, CHUNK)
        bits = self._days.get(day, 0) >> offset
        have = CHUNK - offset
        while have < cells:
            day += 1
            bits |= self._days.get(day, 0) << have
            have += CHUNK
        return bits & ((1 << cells) - 1)


EMPTY = CellSet()
"""Shared by every resource that has nothing; never add to it."""


def ones(cells: int) -> int:
    """A mask of ``cells`` set bits."""
    return (1 << cells) - 1


def touching(busy: int, cells: int) -> int:
    """The starts from which a stretch of ``cells`` would meet a busy cell."""
    reach = 1
    while reach < cells:
        step = min(reach, cells - reach)
        busy |= busy >> step
        reach += step
    return busy


@lru_cache(maxsize=512)
def provider_runs(pattern: str) -> tuple[tuple[int, int], ...]:
    """(offset, length) of each run of ``X`` in a pattern."""
    runs: list[tuple[int, int]] = []
    for offset, mark in enumerate(pattern):
        if mark != "X":
            continue
        if runs and sum(runs[-1]) == offset:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((offset, 1))
    return tuple(runs)


@lru_cache(maxsize=512)
def provider_bits(pattern: str) -> int:
    """The ``X`` cells of a pattern as a mask."""
    return sum(ones(length) << offset for offset, length in provider_runs(pattern))


def meeting_pattern(busy: int, pattern: str) -> int:
    """The starts from which an ``X`` of ``pattern`` would meet a busy cell."""
    starts = 0
    for offset, length in provider_runs(pattern):
        starts |= touching(busy >> offset, length)
    return starts


@lru_cache(maxsize=256)
def off_grid(cells: int, phase: int, step: int) -> int:
    """The bits of a window that are not on the office grid; ``phase`` is the window's first cell modulo ``step``."""
    return sum(1 << at for at in range(cells) if (phase + at) % step)


def first_clear(mask: int, at: int) -> int:
    """The lowest position from ``at`` on whose bit is not set (there always is one: masks are finite)."""
    rest = ~(mask >> at)
    return at + (rest & -rest).bit_length() - 1


def longest_clear(busy: int, cells: int) -> int:
    """Length of the longest stretch of clear bits among the first ``cells``."""
    text = format(busy & ones(cells), f"0{cells}b") if cells else ""
    return max((len(stretch) for stretch in text.split("1")), default=0)

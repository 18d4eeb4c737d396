"""Bit masks over 5-minute UTC cells: bit ``n`` of a mask that starts at cell ``c`` stands for cell ``c + n``.

Months of a chair are one integer, so "where does this visit fit" is a handful of shifts instead of a walk.
"""

from functools import lru_cache


def ones(cells: int) -> int:
    """A mask of ``cells`` set bits."""
    return (1 << cells) - 1


def window(mask: int, at: int, cells: int) -> int:
    """``cells`` bits of a mask from position ``at`` on; before its first bit nothing is set."""
    return (mask >> at if at >= 0 else mask << -at) & ones(cells)


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


def first_one(mask: int) -> int:
    """The lowest position whose bit is set; the mask must not be 0."""
    return (mask & -mask).bit_length() - 1


def longest_clear(busy: int, cells: int) -> int:
    """Length of the longest stretch of clear bits among the first ``cells``."""
    text = format(busy & ones(cells), f"0{cells}b") if cells else ""
    return max((len(stretch) for stretch in text.split("1")), default=0)

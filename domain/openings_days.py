"""Day by day: how many openings, and where there is none, what took the last of them."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from domain.openings import find_openings, outside_reserved
from domain.openings_board import Board, OpeningRequest, Shift, day_cells, lay_out
from domain.openings_masks import longest_clear, meeting_pattern, off_grid, ones, touching
from domain.slots import Appointment, BlockKind, ScheduleBlock, cell_of


@dataclass(frozen=True, slots=True)
class DayReport:
    """One local day: ``openings`` of the search, and without any the ``reason``, a sentence for staff."""

    day: date
    openings: int
    reason: str = ""


_RuledOut = Callable[[Board, OpeningRequest, Shift], int]
"""The starts of a shift that one cause rules out."""


def explain_days(
    request: OpeningRequest, schedule: Sequence[ScheduleBlock], appointments: Sequence[Appointment]
) -> tuple[DayReport, ...]:
    """A report for every day from ``first`` to ``last``.

    The causes are taken one after another; the one that leaves no start on the day is named.
    """
    starts = [cell_of(opening.start) for opening in find_openings(request, schedule, appointments)]
    opens = datetime.combine(request.first, time(), tzinfo=request.tz).astimezone(UTC)
    # The board of the whole days: shifts before the lead time must be seen to be explained.
    board = lay_out(replace(request, not_before=opens), schedule, appointments)
    days = [request.first + timedelta(days=n) for n in range((request.last - request.first).days + 1)]
    return tuple(_report(request, schedule, board, day, starts) for day in days)


def _report(
    request: OpeningRequest, schedule: Sequence[ScheduleBlock], board: Board, day: date, starts: Sequence[int]
) -> DayReport:
    begins, ends = day_cells(day, request.tz)
    openings = bisect_left(starts, ends) - bisect_left(starts, begins)
    return DayReport(day, openings, "" if openings else _why_none(request, schedule, board, begins, ends))


def _why_none(request: OpeningRequest, schedule: Sequence[ScheduleBlock], board: Board, begins: int, ends: int) -> str:
    shifts = [shift for shift in board.shifts if begins <= shift.first < ends]
    if not shifts:
        return _why_no_shift(request, schedule, begins, ends)
    ruled_out = [0] * len(shifts)
    for cause, words in _CAUSES:
        ruled_out = [mask | cause(board, request, shift) for mask, shift in zip(ruled_out, shifts, strict=True)]
        if all(mask & ones(shift.cells) == ones(shift.cells) for mask, shift in zip(ruled_out, shifts, strict=True)):
            return words.format(
                minutes=request.minutes, grid=request.increment_minutes, longest=_longest_gap(board, shifts)
            )
    return "What is left lies between the steps in which starts are listed."


def _why_no_shift(request: OpeningRequest, schedule: Sequence[ScheduleBlock], begins: int, ends: int) -> str:
    at_work = any(
        block.kind is BlockKind.WORK
        and block.provider_id in request.providers
        and begins <= cell_of(block.start) < ends
        for block in schedule
    )
    if at_work:
        return "The providers who do this visit work in other chairs that day."
    return "No provider who does this visit works that day."


def _longest_gap(board: Board, shifts: Sequence[Shift]) -> int:
    """Minutes of the longest stretch that blockouts and appointments leave in any chair."""
    return 5 * max(longest_clear(_blocked(board, shift) | _booked(board, shift), shift.cells) for shift in shifts)


def _blocked(board: Board, shift: Shift) -> int:
    return board.during(board.blocked[shift.operatory.id], shift)


def _booked(board: Board, shift: Shift) -> int:
    return board.during(board.booked[shift.operatory.id], shift)


def _too_short(board: Board, request: OpeningRequest, shift: Shift) -> int:
    return ones(shift.cells) & ~ones(max(shift.cells - request.cells + 1, 0))


def _too_soon(board: Board, request: OpeningRequest, shift: Shift) -> int:
    low, _ = request.bounds()
    return ones(min(max(low - shift.first, 0), shift.cells))


def _in_blockouts(board: Board, request: OpeningRequest, shift: Shift) -> int:
    return touching(_blocked(board, shift), request.cells)


def _in_appointments(board: Board, request: OpeningRequest, shift: Shift) -> int:
    return touching(_blocked(board, shift) | _booked(board, shift), request.cells)


def _provider_elsewhere(board: Board, request: OpeningRequest, shift: Shift) -> int:
    return meeting_pattern(board.during(board.busy[shift.provider_id], shift), request.pattern)


def _held(board: Board, request: OpeningRequest, shift: Shift) -> int:
    chair = board.during(board.chair(shift.operatory.id), shift)
    provider = board.during(board.provider(shift.provider_id), shift)
    return touching(chair, request.cells) | meeting_pattern(provider, request.pattern)


def _off_the_grid(board: Board, request: OpeningRequest, shift: Shift) -> int:
    return off_grid(shift.cells, shift.phase % request.step, request.step) if request.snap else 0


def _outside_reserved(board: Board, request: OpeningRequest, shift: Shift) -> int:
    return outside_reserved(board, request, shift)


_CAUSES: tuple[tuple[_RuledOut, str], ...] = (
    (_too_short, "No shift is as long as the visit ({minutes} minutes)."),
    (_too_soon, "Too soon: every start is inside the lead time or the healing gap."),
    (_in_blockouts, "Blockouts leave no stretch of {minutes} minutes."),
    (_outside_reserved, "No blockout for this kind of visit is long enough and free."),
    (
        _in_appointments,
        "The chairs are taken: the longest free stretch is {longest} minutes, the visit needs {minutes}.",
    ),
    (_provider_elsewhere, "Chairs are free, but the provider is needed elsewhere at those times."),
    (_held, "The last openings are being chosen by other patients."),
    (_off_the_grid, "What is left does not begin on the office's {grid}-minute grid."),
)

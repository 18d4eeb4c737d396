"""The opening finder: chair time that a visit really fits into.

Per shift (a provider's hours in one chair): the chair must be free of blockouts, appointments and holds for the
whole visit, the provider free in every ``X`` cell. Starts follow Open Dental 24.3's Web Sched search: from the
beginning of the shift in steps of the visit's length; after an obstacle from its end, then back to those steps
as soon as one lies inside the visit just found (so two neighbouring openings may overlap).
Intervals are half-open: a visit may start when another ends. Everything counts in UTC cells, so days on which
clocks change need no special care; only the grid and the days are local.
"""

from collections.abc import Iterator, Sequence

from pydantic import TypeAdapter

from domain.openings_board import Board, OpeningRequest, Shift, lay_out
from domain.openings_eligible import Eligible, eligible
from domain.openings_masks import first_one, meeting_pattern, off_grid, ones, touching
from domain.slots import Appointment, Opening, ScheduleBlock, cell_start

_OPENINGS = TypeAdapter(list[Opening])

__all__ = ["Eligible", "OpeningRequest", "eligible", "find_openings"]


def find_openings(
    request: OpeningRequest, schedule: Sequence[ScheduleBlock], appointments: Sequence[Appointment]
) -> list[Opening]:
    """Every opening, by start, then chair order.

    Pass the appointments of all chairs: a provider's time elsewhere counts. The same start with the same provider
    is listed once, in the chair that the office orders first.
    """
    board = lay_out(request, schedule, appointments)
    low, high = request.bounds()
    chairs = [chair.id for chair in request.chairs]
    ranks = {chair: rank for rank, chair in enumerate(chairs)}
    found = [
        (cell, ranks[shift.operatory.id], shift.provider_id)
        for shift, starts in shift_starts(board, request)
        for cell in starts
        if low <= cell < high
    ]
    first_chairs: dict[tuple[int, str], int] = {}
    for cell, rank, provider in sorted(found):
        first_chairs.setdefault((cell, provider), rank)
    # Made all at once, which takes half the time.
    return _OPENINGS.validate_python(
        [
            {
                "start": cell_start(cell),
                "pattern": request.pattern,
                "operatory_id": chairs[rank],
                "provider_id": provider,
            }
            for (cell, provider), rank in first_chairs.items()
        ]
    )


def shift_starts(board: Board, request: OpeningRequest) -> Iterator[tuple[Shift, list[int]]]:
    """The cells in which a visit may start, shift by shift (steps 2 to 5 of the Web Sched search)."""
    # Chairs and providers are judged once for the whole search; a shift looks at its part of that.
    no_room = {chair.id: touching(board.chair(chair.id), request.cells) for chair in request.chairs}
    refused = {who: meeting_pattern(board.provider(who), request.pattern) for who in request.providers}
    for shift in board.shifts:
        if shift.cells < request.cells:
            continue
        shut = board.during(no_room[shift.operatory.id], shift)
        if request.snap:
            shut |= off_grid(shift.cells, shift.phase % request.step, request.step)
        open_starts = ones(shift.cells - request.cells + 1) & ~shut
        passed_over = board.during(refused[shift.provider_id], shift) | outside_reserved(board, request, shift)
        yield shift, walk(request, shift, open_starts, passed_over)


def walk(request: OpeningRequest, shift: Shift, open_starts: int, passed_over: int) -> list[int]:
    """The starts that the search lists out of those a shift's chair allows, as cells.

    ``open_starts``: where the chair is free for the whole visit; ``passed_over``: where something else forbids it, so
    that the search tries one increment later. Both count from the beginning of the shift.
    """
    step = request.step
    origin = -shift.phase % step
    stride = -(-request.cells // step) * step
    starts: list[int] = []
    at = origin
    while rest := open_starts >> at:
        at += first_one(rest)
        if passed_over >> at & 1:
            at += step
            continue
        starts.append(shift.first + at)
        at += stride - (at - origin) % stride
    return starts


def outside_reserved(board: Board, request: OpeningRequest, shift: Shift) -> int:
    """Starts refused because the visit would not lie whole in one blockout it is restricted to."""
    if not request.restrict_to_blockouts:
        return 0
    inside = 0
    for first, past in board.reserved[shift.operatory.id]:
        low, high = max(first - shift.first, 0), past - shift.first - request.cells
        if high >= low:
            inside |= ones(high - low + 1) << low
    return ones(shift.cells) & ~inside

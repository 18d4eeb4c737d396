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
from domain.openings_masks import first_clear, meeting_pattern, off_grid, ones, touching
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
    best: dict[tuple[int, str], int] = {}
    ranks = {chair: rank for rank, chair in enumerate(chairs)}
    for shift in board.shifts:
        rank, first, provider = ranks[shift.operatory.id], shift.first, shift.provider_id
        for offset in shift_starts(board, request, shift):
            cell = first + offset
            if low <= cell < high and rank <= best.get((cell, provider), rank):
                best[cell, provider] = rank
    # Made all at once, which takes half the time.
    return _OPENINGS.validate_python(
        [
            {
                "start": cell_start(cell),
                "pattern": request.pattern,
                "operatory_id": chairs[rank],
                "provider_id": provider,
            }
            for cell, rank, provider in sorted((cell, rank, provider) for (cell, provider), rank in best.items())
        ]
    )


def shift_starts(board: Board, request: OpeningRequest, shift: Shift) -> Iterator[int]:
    """The starts of one shift, as offsets in cells from its beginning (steps 2 to 5 of the Web Sched search)."""
    cells, step = request.cells, request.step
    origin = -shift.phase % step
    stride = -(-cells // step) * step
    no_room = touching(board.chair(shift), cells)
    if request.snap:
        no_room |= off_grid(shift.cells, shift.phase % step, step)
    refused = meeting_pattern(board.provider(shift), request.pattern) | outside_reserved(board, request, shift)
    at, last = origin, shift.cells - cells
    while (at := first_clear(no_room, at)) <= last:
        if refused >> at & 1:
            at += step
            continue
        yield at
        at += stride - (at - origin) % stride


def outside_reserved(board: Board, request: OpeningRequest, shift: Shift) -> int:
    """Starts refused because the visit would not lie whole in one blockout it is restricted to."""
    if not request.restrict_to_blockouts:
        return 0
    inside = 0
    for first, past in board.reserved.get(shift.operatory.id, ()):
        low, high = max(first - shift.first, 0), past - shift.first - request.cells
        if high >= low:
            inside |= ones(high - low + 1) << low
    return ones(shift.cells) & ~inside

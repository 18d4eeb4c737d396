"""Why a start was or was not offered, in words for staff; and the exact check of one start before it is promised."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.openings import find_openings
from domain.openings_board import (
    TAKES_THE_CHAIR,
    OpeningRequest,
    ceil_cell,
    chairs_of,
    floor_cell,
    is_obstacle,
    same_label,
)
from domain.people import Operatory
from domain.slots import Appointment, BlockKind, Opening, ScheduleBlock, cell_of, held_cells


def is_open(
    request: OpeningRequest, schedule: Sequence[ScheduleBlock], appointments: Sequence[Appointment], opening: Opening
) -> bool:
    """Whether this start, chair and provider is still free for the request's visit.

    Unlike a look into ``find_openings`` it does not depend on which of several free starts the search lists, so an
    opening once offered stays open until something really takes its time.
    """
    place = opening.start, opening.operatory_id, opening.provider_id
    return next(obstacles(request, schedule, appointments, *place), None) is None


def explain_opening(
    request: OpeningRequest,
    schedule: Sequence[ScheduleBlock],
    appointments: Sequence[Appointment],
    start: datetime,
    operatory_id: str,
    provider_id: str,
) -> tuple[str, ...]:
    """Why this start was or was not offered; the first word of the first line is "Offered" when it was."""
    return explain_places(request, schedule, appointments, start, [(operatory_id, provider_id)])[0]


def explain_places(
    request: OpeningRequest,
    schedule: Sequence[ScheduleBlock],
    appointments: Sequence[Appointment],
    start: datetime,
    places: Sequence[tuple[str, str]],
) -> list[tuple[str, ...]]:
    """``explain_opening`` of one start for several (chair, provider)."""
    offered = find_openings(request, schedule, appointments)
    return [
        tuple(obstacles(request, schedule, appointments, start, chair, provider))
        or (_listed_or_not(request, offered, start, chair, provider),)
        for chair, provider in places
    ]


def _listed_or_not(
    request: OpeningRequest, offered: Sequence[Opening], start: datetime, operatory_id: str, provider_id: str
) -> str:
    here = [each for each in offered if each.start == start and each.provider_id == provider_id]
    if any(each.operatory_id == operatory_id for each in here):
        return (
            f"Offered: the chair is free for all {request.minutes} minutes and the provider works and is free "
            "whenever the visit needs them."
        )
    if here:
        name = _chair_name(request, here[0].operatory_id)
        return f"Free, but offered in {name} at the same time, which comes first in the office's order of chairs."
    return _between_steps(request, offered, start, operatory_id, provider_id)


def obstacles(
    request: OpeningRequest,
    schedule: Sequence[ScheduleBlock],
    appointments: Sequence[Appointment],
    start: datetime,
    operatory_id: str,
    provider_id: str,
) -> Iterator[str]:
    """Everything that keeps the visit from starting here; nothing when it can."""
    visit = Opening(start=start, pattern=request.pattern, operatory_id=operatory_id, provider_id=provider_id)
    chair = next((each for each in request.chairs if each.id == operatory_id), None)
    yield from _wrong_request(request, visit, chair)
    if chair is not None:
        yield from _schedule_obstacles(request, schedule, visit, chair)
    yield from _appointment_obstacles(request, appointments, visit)
    yield from _hold_obstacles(request, visit)


def _wrong_request(request: OpeningRequest, visit: Opening, chair: Operatory | None) -> Iterator[str]:
    low, high = request.bounds()
    local = visit.start.astimezone(request.tz)
    if chair is None:
        yield f"Chair {visit.operatory_id} may not be used for this visit: it is hidden or of another sort."
    if visit.provider_id not in request.providers:
        yield f"Provider {visit.provider_id} does not do this visit, or another provider was asked for."
    if not request.first <= local.date() <= request.last or cell_of(visit.start) >= high:
        yield f"The search covers {request.first:%b} {request.first.day} to {request.last:%b} {request.last.day} only."
    elif cell_of(visit.start) < low:
        yield f"Too soon: with lead time and healing gap the first start is {_when(request, request.not_before)}."
    elif visit.start.timestamp() % 300 or (request.snap and local.minute % request.increment_minutes):
        yield f"Off the grid: the office starts visits every {request.increment_minutes} minutes."


def _schedule_obstacles(
    request: OpeningRequest, schedule: Sequence[ScheduleBlock], visit: Opening, chair: Operatory
) -> Iterator[str]:
    first, past = _cells(visit)
    working = belongs = False
    for block in schedule:
        if not chairs_of(block, {chair.id: chair}):
            continue
        covers = ceil_cell(block.start) <= first and past <= floor_cell(block.stop)
        if block.kind is BlockKind.WORK:
            working = working or (covers and block.provider_id == visit.provider_id)
        elif is_obstacle(block, request):
            if floor_cell(block.start) < past and first < ceil_cell(block.stop):
                yield f"Blockout {block.label or 'without a name'}, {_span(request, block.start, block.stop)}."
        else:
            belongs = belongs or (covers and same_label(block.label, request.restrict_to_blockouts))
    if not working:
        yield f"The provider has no working hours in {chair.name} that cover {_span(request, visit.start, visit.stop)}."
    if request.restrict_to_blockouts and not belongs:
        kinds = " or ".join(request.restrict_to_blockouts)
        yield f"The visit must lie in one blockout of type {kinds}; none covers it."


def _appointment_obstacles(
    request: OpeningRequest, appointments: Sequence[Appointment], visit: Opening
) -> Iterator[str]:
    first, past = _cells(visit)
    needed = {first + at for at, mark in enumerate(visit.pattern) if mark == "X"}
    for appointment in appointments:
        begins, ends = floor_cell(appointment.start), ceil_cell(appointment.stop)
        if appointment.status not in TAKES_THE_CHAIR or ends <= first or begins >= past:
            continue
        span = _span(request, appointment.start, appointment.stop)
        if appointment.operatory_id == visit.operatory_id:
            yield f"An appointment has the chair, {span}."
        elif not request.allow_double_booking and needed & _provider_cells(appointment, visit.provider_id):
            name = _chair_name(request, appointment.operatory_id)
            yield f"The provider is needed in {name} during the appointment of {span}."


def _hold_obstacles(request: OpeningRequest, visit: Opening) -> Iterator[str]:
    needed = set(held_cells(visit.start, visit.pattern, visit.operatory_id, visit.provider_id))
    held = {resource for resource, _ in needed.intersection(request.taken)}
    if f"op:{visit.operatory_id}" in held:
        yield "Another patient is choosing this chair at this time."
    if f"prov:{visit.provider_id}" in held:
        yield "Another patient is choosing this provider at this time."


def _between_steps(
    request: OpeningRequest, offered: Sequence[Opening], start: datetime, operatory_id: str, provider_id: str
) -> str:
    same = [o.start for o in offered if (o.operatory_id, o.provider_id) == (operatory_id, provider_id)]
    nearest = min(same or [o.start for o in offered], key=lambda other: abs(other - start), default=None)
    text = "Free, but starts are listed in steps of the visit's length from the beginning of the shift"
    return f"{text}; the nearest is {_when(request, nearest)}." if nearest else f"{text}."


def _provider_cells(appointment: Appointment, provider_id: str) -> set[int]:
    """The cells in which an appointment needs a provider; one that starts inside a cell needs the next as well."""
    first = floor_cell(appointment.start)
    late = ceil_cell(appointment.start) - first
    marks = [
        at
        for provider, pattern in appointment.provider_time()
        if provider == provider_id
        for at, mark in enumerate(pattern)
        if mark == "X"
    ]
    return {first + at + spill for at in marks for spill in range(late + 1)}


def _cells(visit: Opening) -> tuple[int, int]:
    first = cell_of(visit.start)
    return first, first + len(visit.pattern)


def _chair_name(request: OpeningRequest, operatory_id: str) -> str:
    return next((o.name for o in request.operatories if o.id == operatory_id), f"chair {operatory_id}")


def _clock(local: datetime) -> str:
    return f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"


def _when(request: OpeningRequest, instant: datetime) -> str:
    local = instant.astimezone(request.tz)
    return f"{local:%a %b} {local.day}, {_clock(local)}"


def _span(request: OpeningRequest, start: datetime, stop: datetime) -> str:
    return f"{_when(request, start)} to {_clock(stop.astimezone(request.tz))}"

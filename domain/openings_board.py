"""What a search looks at, sorted by chair and provider: the shifts, and what stands in the way and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import ceil
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.openings_masks import ones, provider_bits, window
from domain.people import Operatory
from domain.slots import Appointment, AppointmentStatus, BlockKind, ScheduleBlock, cell_of, cell_start
from domain.treatment_plan import CELL_MINUTES

_CELL_SECONDS = CELL_MINUTES * 60
_LONGEST_VISIT = 108
_ONE_DAY = 288

TAKES_THE_CHAIR = frozenset({AppointmentStatus.SCHEDULED, AppointmentStatus.COMPLETE})
"""Appointments that really sit in a chair (Open Dental 24.3; planned, unscheduled and broken ones do not)."""


@dataclass(frozen=True, slots=True)
class OpeningRequest:
    """What is looked for.

    ``pattern``: the visit in 5-minute characters, ``X`` = provider time. ``providers`` and ``operatories``: who and
    which chairs may be used (hidden ones are left out). ``first`` and ``last``: office-local days, both searched.
    ``not_before``: earliest start (now + lead time, end of a healing gap). ``increment_minutes``: the office grid.
    ``allowed_blockouts``: blockout labels that count as free. ``restrict_to_blockouts``: when given, the whole visit
    must lie in one blockout of such a label. ``taken``: (resource, cell) pairs that others hold, as
    ``domain.slots.held_cells`` writes them. ``snap``: whether a start after a blockout or appointment that ends off
    the grid moves up to the grid (our rule) or begins right at that end (Open Dental 24.3 behaviour).
    """

    pattern: str
    providers: tuple[str, ...]
    operatories: tuple[Operatory, ...]
    zone: str
    first: date
    last: date
    not_before: datetime
    increment_minutes: int
    allow_double_booking: bool = False
    allowed_blockouts: tuple[str, ...] = ()
    restrict_to_blockouts: tuple[str, ...] = ()
    taken: Iterable[tuple[str, int]] = ()
    snap: bool = True

    def __post_init__(self) -> None:
        if not self.pattern or set(self.pattern) - {"X", "/"}:
            raise ValueError(f"pattern {self.pattern!r}: write one X or / for every 5 minutes of the visit")
        if len(self.pattern) > _LONGEST_VISIT:
            raise ValueError(f"pattern of {len(self.pattern)} cells: a visit has at most {_LONGEST_VISIT} (9 hours)")
        if self.increment_minutes <= 0 or self.increment_minutes % CELL_MINUTES or 60 % self.increment_minutes:
            raise ValueError(f"increment_minutes {self.increment_minutes}: use 5, 10, 15, 20, 30 or 60")
        if self.not_before.tzinfo is None:
            raise ValueError("not_before has no time zone: give an aware datetime, in UTC")
        # A generator would be used up by the first reader.
        object.__setattr__(self, "taken", tuple(self.taken))

    @property
    def cells(self) -> int:
        return len(self.pattern)

    @property
    def minutes(self) -> int:
        return self.cells * CELL_MINUTES

    @property
    def step(self) -> int:
        """The office grid in cells."""
        return self.increment_minutes // CELL_MINUTES

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def chairs(self) -> tuple[Operatory, ...]:
        """The chairs that may be used, the office's first chair first."""
        return tuple(sorted((o for o in self.operatories if not o.hidden), key=lambda o: (o.order, o.id)))

    def span(self) -> tuple[datetime, datetime]:
        """The instants whose schedule and appointments the search looks at: the days asked for and one around them."""
        opens, closes = day_cells(self.first, self.tz)[0], day_cells(self.last, self.tz)[1]
        return cell_start(opens - _ONE_DAY), cell_start(closes + _ONE_DAY)

    def bounds(self) -> tuple[int, int]:
        """The cells in which a visit may start: from ``first`` or, if later, ``not_before``, to the end of ``last``."""
        opens, closes = day_cells(self.first, self.tz)[0], day_cells(self.last, self.tz)[1]
        return max(opens, ceil_cell(self.not_before)), closes


class Shift(NamedTuple):
    """A stretch in which a provider works in a chair: ``cells`` cells from cell ``first``.

    ``phase`` is the local cell number of ``first`` modulo one hour, from which the office grid follows.
    """

    provider_id: str
    operatory: Operatory
    first: int
    cells: int
    phase: int


@dataclass(frozen=True, slots=True)
class Board:
    """Shifts and obstacles of one search.

    The obstacles of a chair or provider are one mask for the whole search: bit ``n`` stands for cell ``first + n``.
    ``blocked``, ``booked``: chair id -> mask; ``busy``: provider id -> mask; ``held``: resource name -> mask. Each has
    exactly the chairs and providers that the request may use. ``reserved``: chair id -> (first, past) cells.
    """

    first: int
    shifts: list[Shift]
    blocked: dict[str, int]
    booked: dict[str, int]
    busy: dict[str, int]
    held: dict[str, int]
    reserved: dict[str, list[tuple[int, int]]]

    @staticmethod
    def blank(request: OpeningRequest) -> "Board":
        chairs = [chair.id for chair in request.chairs]
        return Board(
            first=_obstacles_from(request),
            shifts=[],
            blocked=dict.fromkeys(chairs, 0),
            booked=dict.fromkeys(chairs, 0),
            busy=dict.fromkeys(request.providers, 0),
            held=dict.fromkeys([*(f"op:{one}" for one in chairs), *(f"prov:{one}" for one in request.providers)], 0),
            reserved={chair: [] for chair in chairs},
        )

    def chair(self, chair_id: str) -> int:
        """Cells in which a chair is not free, whatever the cause."""
        return self.blocked[chair_id] | self.booked[chair_id] | self.held[f"op:{chair_id}"]

    def provider(self, provider_id: str) -> int:
        """Cells in which a provider is promised elsewhere."""
        return self.busy[provider_id] | self.held[f"prov:{provider_id}"]

    def during(self, mask: int, shift: Shift) -> int:
        """The part of a mask that lies in a shift, from the shift's first cell on."""
        return window(mask, shift.first - self.first, shift.cells)


def floor_cell(instant: datetime) -> int:
    return cell_of(instant)


def ceil_cell(instant: datetime) -> int:
    return -(-ceil(instant.timestamp()) // _CELL_SECONDS)


def day_cells(day: date, tz: ZoneInfo) -> tuple[int, int]:
    """First cell of a local day and of the next; 276, 288 or 300 cells apart where clocks change."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=tz)
    # Adding a day to a local time keeps the wall clock, so this is the next midnight also where clocks change.
    return cell_of(midnight), cell_of(midnight + timedelta(days=1))


def same_label(label: str, labels: Sequence[str]) -> bool:
    return label.strip().casefold() in {one.strip().casefold() for one in labels}


def is_obstacle(block: ScheduleBlock, request: OpeningRequest) -> bool:
    """Whether a blockout keeps this visit out.

    Every blockout does, whatever its "NS" flag, but those the office named as allowed and those the visit belongs in.
    """
    free = request.allowed_blockouts + request.restrict_to_blockouts
    return block.kind is BlockKind.BLOCKOUT and not same_label(block.label, free)


def chairs_of(block: ScheduleBlock, chairs: Mapping[str, Operatory]) -> list[Operatory]:
    """The chairs a block counts in: those it names, else the provider's usual ones (WORK) or all (BLOCKOUT).

    None for a row without time (Open Dental keeps notes as rows from 00:00 to 00:00).
    """
    if block.stop <= block.start:
        return []
    if block.operatories:
        return [chairs[chair] for chair in block.operatories if chair in chairs]
    if block.kind is BlockKind.BLOCKOUT:
        return list(chairs.values())
    return [chair for chair in chairs.values() if block.provider_id in chair.providers]


def lay_out(request: OpeningRequest, schedule: Sequence[ScheduleBlock], appointments: Sequence[Appointment]) -> Board:
    """Sort schedule, appointments and holds into a board for this request."""
    board = Board.blank(request)
    _lay_blocks(board, request, schedule)
    _lay_appointments(board, request, appointments)
    for resource, cell in request.taken:
        if resource in board.held and cell >= board.first:
            board.held[resource] |= 1 << cell - board.first
    return board


def _lay_blocks(board: Board, request: OpeningRequest, schedule: Sequence[ScheduleBlock]) -> None:
    low, high = request.bounds()
    chairs = {chair.id: chair for chair in request.chairs}
    earliest, latest, before = cell_start(low), cell_start(high), cell_start(board.first)
    for block in schedule:
        start, stop = block.start, block.stop
        if start >= latest or stop <= start:
            continue
        if block.kind is BlockKind.WORK:
            if stop > earliest and block.provider_id in board.busy:
                _lay_shift(board, request, block, chairs)
        elif stop > before:
            _lay_blockout(board, request, block, chairs)


def _obstacles_from(request: OpeningRequest) -> int:
    """The cell from which on obstacles are laid out: a day early, whatever the lead time.

    Where a shift's starts fall depends on all obstacles since its beginning, which may lie before the first start
    asked for or, at night, on the day before.
    """
    return day_cells(request.first, request.tz)[0] - _ONE_DAY


def _lay_shift(board: Board, request: OpeningRequest, block: ScheduleBlock, chairs: Mapping[str, Operatory]) -> None:
    first = ceil_cell(block.start)
    cells = max(floor_cell(block.stop) - first, 0)
    phase = local_phase(first, request.zone)
    for chair in chairs_of(block, chairs):
        board.shifts.append(Shift(block.provider_id, chair, first, cells, phase))


def _lay_blockout(board: Board, request: OpeningRequest, block: ScheduleBlock, chairs: Mapping[str, Operatory]) -> None:
    first, past = max(floor_cell(block.start), board.first), ceil_cell(block.stop)
    obstacle = is_obstacle(block, request)
    reserved = same_label(block.label, request.restrict_to_blockouts)
    for chair in chairs_of(block, chairs):
        if obstacle:
            board.blocked[chair.id] |= ones(past - first) << first - board.first
        if reserved:
            board.reserved[chair.id].append((ceil_cell(block.start), floor_cell(block.stop)))


@lru_cache(maxsize=4096)
def local_phase(cell: int, zone: str) -> int:
    """How many cells after a full local hour ``cell`` begins (zones are off UTC by whole cells)."""
    return cell_start(cell).astimezone(ZoneInfo(zone)).minute // CELL_MINUTES


def _lay_appointments(board: Board, request: OpeningRequest, appointments: Sequence[Appointment]) -> None:
    booked, busy = board.booked, {} if request.allow_double_booking else board.busy
    begins, past = board.first * _CELL_SECONDS, request.bounds()[1] + _LONGEST_VISIT - board.first
    for appointment in appointments:
        if appointment.status not in TAKES_THE_CHAIR:
            continue
        at, late = divmod(int(appointment.start.timestamp()) - begins, _CELL_SECONDS)
        if not 0 <= at < past:
            continue
        spill = 1 if late else 0
        chair = appointment.operatory_id
        if chair in booked:
            booked[chair] |= ones(len(appointment.pattern) + spill) << at
        for provider, pattern in appointment.provider_time():
            if provider in busy:
                bits = provider_bits(pattern)
                busy[provider] |= (bits | bits << spill) << at

"""Small made-up offices for the opening tests, and a plain minute-by-minute finder to compare with."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from domain.openings import OpeningRequest
from domain.people import Operatory
from domain.slots import Appointment, AppointmentStatus, BlockKind, ScheduleBlock, cell_of

DAY = date(2026, 3, 10)
BOISE = "America/Boise"
CLOCK_CHANGES = (date(2026, 3, 8), date(2026, 11, 1))
MINUTE = timedelta(minutes=1)


def at(clock: str, day: date = DAY, zone: str = BOISE) -> datetime:
    """A local clock time as a UTC instant."""
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def chair(name: str = "op1", order: int = 0, **more: Any) -> Operatory:
    return Operatory(id=name, name=name.upper(), order=order, **more)


def work(
    start: str, stop: str, provider: str = "dr", chairs: tuple[str, ...] = ("op1",), day: date = DAY
) -> ScheduleBlock:
    return ScheduleBlock(
        id=f"w{start}",
        kind=BlockKind.WORK,
        start=at(start, day),
        stop=at(stop, day),
        provider_id=provider,
        operatories=chairs,
    )


def blockout(
    start: str, stop: str, label: str = "Lunch", chairs: tuple[str, ...] = (), day: date = DAY
) -> ScheduleBlock:
    return ScheduleBlock(
        id=f"b{start}",
        kind=BlockKind.BLOCKOUT,
        start=at(start, day),
        stop=at(stop, day),
        label=label,
        operatories=chairs,
    )


def visit(start: str, pattern: str, op: str = "op1", provider: str = "dr", day: date = DAY, **more: Any) -> Appointment:
    return Appointment(
        id=f"a{start}{op}",
        patient_id="p1",
        status=more.pop("status", AppointmentStatus.SCHEDULED),
        start=at(start, day),
        pattern=pattern,
        operatory_id=op,
        provider_id=provider,
        **more,
    )


def asking(pattern: str = "/XXXX/XX", **more: Any) -> OpeningRequest:
    """A 40-minute visit with "dr" in "op1" on DAY, unless said otherwise."""
    first = more.get("first", DAY)
    usual: dict[str, Any] = {
        "providers": ("dr",),
        "operatories": (chair(),),
        "zone": BOISE,
        "first": first,
        "last": first,
        "not_before": at("00:00", first),
        "increment_minutes": 10,
    }
    return OpeningRequest(pattern=pattern, **{**usual, **more})


def subsets(names: Sequence[str]) -> list[tuple[str, ...]]:
    """All but the empty one."""
    return [each for size in range(1, len(names) + 1) for each in combinations(names, size)]


def naive_openings(
    request: OpeningRequest, schedule: Sequence[ScheduleBlock], appointments: Sequence[Appointment]
) -> list[tuple[datetime, str, str]]:
    """(start, chair, provider) of every opening, found by walking minute by minute over sets of busy minutes."""
    chairs = sorted((o for o in request.operatories if not o.hidden), key=lambda o: (o.order, o.id))
    sat = [a for a in appointments if a.status in (AppointmentStatus.SCHEDULED, AppointmentStatus.COMPLETE)]
    busy = {provider: _provider_minutes(request, sat, provider) for provider in request.providers}
    found: dict[tuple[datetime, str], str] = {}
    for place in chairs:
        taken = _chair_minutes(request, schedule, sat, place.id)
        for block in schedule:
            mine = place.id in block.operatories or (not block.operatories and block.provider_id in place.providers)
            if block.kind is not BlockKind.WORK or not mine or block.provider_id not in request.providers:
                continue
            for start in _walk(request, schedule, place.id, block, taken, busy[block.provider_id]):
                found.setdefault((start, block.provider_id), place.id)
    order = {place.id: rank for rank, place in enumerate(chairs)}
    inside = [(s, op, dr) for (s, dr), op in found.items() if _in_range(request, s)]
    return sorted(inside, key=lambda each: (each[0], order[each[1]], each[2]))


def _walk(
    request: OpeningRequest,
    schedule: Sequence[ScheduleBlock],
    op: str,
    block: ScheduleBlock,
    taken: set[datetime],
    busy: set[datetime],
) -> Iterable[datetime]:
    length = timedelta(minutes=request.minutes)
    grid = timedelta(minutes=request.increment_minutes)
    stride = -(-length // grid) * grid
    begin = _up_to_grid(request, block.start)
    start = begin
    while start + length <= block.stop:
        clash = next((m for m in _minutes(start, start + length) if m in taken), None)
        if clash is not None:
            while clash in taken:
                clash += MINUTE
            start = _up_to_grid(request, clash) if request.snap else clash
            continue
        if _provider_clash(request, start, busy) or not _belongs(request, schedule, op, start, start + length):
            start += grid
            continue
        yield start
        after = start + stride
        steps = (start - begin) // stride
        start = after if begin + steps * stride == start else begin + ((after - begin - MINUTE) // stride) * stride


def _up_to_grid(request: OpeningRequest, instant: datetime) -> datetime:
    while instant.astimezone(request.tz).minute % request.increment_minutes:
        instant += MINUTE
    return instant


def _minutes(start: datetime, stop: datetime) -> Iterable[datetime]:
    while start < stop:
        yield start
        start += MINUTE


def _chair_minutes(
    request: OpeningRequest, schedule: Sequence[ScheduleBlock], appointments: Sequence[Appointment], op: str
) -> set[datetime]:
    taken: set[datetime] = set()
    free = {label.casefold() for label in request.allowed_blockouts + request.restrict_to_blockouts}
    for block in schedule:
        here = not block.operatories or op in block.operatories
        if block.kind is BlockKind.BLOCKOUT and here and block.label.casefold() not in free:
            taken.update(_minutes(block.start, block.stop))
    for one in appointments:
        if one.operatory_id == op:
            taken.update(_minutes(one.start, one.stop))
    return taken | _held_minutes(request, f"op:{op}")


def _provider_minutes(request: OpeningRequest, appointments: Sequence[Appointment], provider: str) -> set[datetime]:
    busy = _held_minutes(request, f"prov:{provider}")
    for one in appointments:
        if request.allow_double_booking or one.busy_provider_id != provider:
            continue
        for at_cell, mark in enumerate(one.pattern):
            if mark == "X":
                begins = one.start + 5 * at_cell * MINUTE
                busy.update(_minutes(begins, begins + 5 * MINUTE))
    return busy


def _held_minutes(request: OpeningRequest, resource: str) -> set[datetime]:
    cells = [cell for name, cell in request.taken if name == resource]
    starts = [datetime.fromtimestamp(cell * 300, UTC) for cell in cells]
    return {minute for start in starts for minute in _minutes(start, start + 5 * MINUTE)}


def _provider_clash(request: OpeningRequest, start: datetime, busy: set[datetime]) -> bool:
    needed = (start + 5 * cell * MINUTE for cell, mark in enumerate(request.pattern) if mark == "X")
    return any(minute in busy for begins in needed for minute in _minutes(begins, begins + 5 * MINUTE))


def _belongs(
    request: OpeningRequest, schedule: Sequence[ScheduleBlock], op: str, start: datetime, stop: datetime
) -> bool:
    if not request.restrict_to_blockouts:
        return True
    labels = {label.casefold() for label in request.restrict_to_blockouts}
    return any(
        block.kind is BlockKind.BLOCKOUT
        and block.label.casefold() in labels
        and (not block.operatories or op in block.operatories)
        and block.start <= start
        and stop <= block.stop
        for block in schedule
    )


def _in_range(request: OpeningRequest, start: datetime) -> bool:
    return start >= request.not_before and request.first <= start.astimezone(request.tz).date() <= request.last


CHAIRS = ("op1", "op2", "op3")
PROVIDERS = ("dr", "hyg")
LABELS = ("Lunch", "Emergency", "Surgery")

# Every strategy is made once: made anew in each example, they cost more than the searches themselves.
_PROVIDER = st.sampled_from(PROVIDERS)
_SOME_PROVIDERS = st.sampled_from([(), *subsets(PROVIDERS)])
_SOME_CHAIRS = st.sampled_from([(), (), *subsets(CHAIRS)])
_MINUTE = st.integers(0, 26 * 60)
_PATTERN = st.text("X/", min_size=1, max_size=12)
_STATUS = st.sampled_from((AppointmentStatus.SCHEDULED, AppointmentStatus.COMPLETE, AppointmentStatus.BROKEN))
_SHIFT_MINUTES = st.sampled_from((0, 3, 30, 60, 90, 150, 240, 300, 480, 600))
_RESOURCE = st.sampled_from([f"op:{name}" for name in CHAIRS] + [f"prov:{name}" for name in PROVIDERS])
_HIDDEN = st.sampled_from((False, False, False, True))

_Rows = st.SearchStrategy[list[tuple[Any, ...]]]

_WORKS: _Rows = st.lists(st.tuples(_MINUTE, _SHIFT_MINUTES, _PROVIDER, _SOME_CHAIRS), min_size=1, max_size=4)
_BLOCKOUTS: _Rows = st.lists(st.tuples(_MINUTE, st.integers(-1, 40), st.sampled_from(LABELS), _SOME_CHAIRS), max_size=3)
_VISITS: _Rows = st.lists(
    st.tuples(_MINUTE, _PATTERN, _STATUS, st.sampled_from(CHAIRS), st.sampled_from(("", "hyg")), st.booleans()),
    max_size=6,
)
_ROOMS = st.tuples(*(st.tuples(st.just(name), st.integers(0, 2), _SOME_PROVIDERS, _HIDDEN) for name in CHAIRS))
_HELD = st.lists(st.tuples(_RESOURCE, st.integers(0, 300)), max_size=4)
_DAY = st.sampled_from((DAY, *CLOCK_CHANGES))
_WISHES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "pattern": _PATTERN,
        "providers": st.sampled_from(subsets(PROVIDERS)),
        "increment_minutes": st.sampled_from((5, 10, 15)),
        "allow_double_booking": st.booleans(),
        "allowed_blockouts": st.sampled_from(((), ("emergency",))),
        "restrict_to_blockouts": st.sampled_from(((), (), ("Surgery",))),
    }
)


@st.composite
def searches(draw: st.DrawFn) -> tuple[OpeningRequest, list[ScheduleBlock], list[Appointment]]:
    """A request with a schedule and appointments of one or two days, clock changes among them."""
    first, snap = draw(_DAY), draw(st.booleans())
    midnight = at("00:00", first)

    def moment(minute: int) -> datetime:
        # Off-grid ends are compared minute by minute only where starts move up to the grid.
        return midnight + (minute if snap else minute // 5 * 5) * MINUTE

    request = OpeningRequest(
        **draw(_WISHES),
        operatories=tuple(chair(name, order, providers=usual, hidden=off) for name, order, usual, off in draw(_ROOMS)),
        zone=BOISE,
        first=first,
        last=first + timedelta(days=draw(st.integers(0, 1))),
        not_before=midnight + draw(st.integers(-600, 900)) * MINUTE,
        taken=[(resource, cell_of(midnight) + n) for resource, n in draw(_HELD)],
        snap=snap,
    )
    works = [_a_shift(moment(begins), *rest) for begins, *rest in draw(_WORKS)]
    blockouts = [_a_blockout(moment(begins), *rest) for begins, *rest in draw(_BLOCKOUTS)]
    return request, works + blockouts, [_a_visit(moment(begins), *rest) for begins, *rest in draw(_VISITS)]


def _a_shift(start: datetime, minutes: int, provider: str, chairs: tuple[str, ...]) -> ScheduleBlock:
    return ScheduleBlock(
        id="w",
        kind=BlockKind.WORK,
        start=start,
        stop=start + minutes * MINUTE,
        provider_id=provider,
        operatories=chairs,
    )


def _a_blockout(start: datetime, cells: int, label: str, chairs: tuple[str, ...]) -> ScheduleBlock:
    return ScheduleBlock(
        id="b",
        kind=BlockKind.BLOCKOUT,
        start=start,
        stop=start + 5 * cells * MINUTE,
        label=label,
        operatories=chairs,
    )


def _a_visit(
    start: datetime, pattern: str, status: AppointmentStatus, op: str, hygienist: str, hygiene: bool
) -> Appointment:
    return Appointment(
        id="a",
        patient_id="p1",
        status=status,
        start=start,
        pattern=pattern,
        operatory_id=op,
        provider_id="dr",
        hygienist_id=hygienist,
        hygiene=hygiene,
    )

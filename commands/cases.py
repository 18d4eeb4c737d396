"""`chairtime cases`: look at cases and say what became of one."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Annotated, Any, NoReturn
from uuid import uuid4

import typer

from commands import cases_text
from commands.doctor_machine import check_database
from db.session import Database
from db.stores.board import CaseBoard
from db.stores.cases import CaseStore
from db.stores.outbox import OutboxStore
from db.stores.tasks import TaskStore
from domain.case import END_STATES, CaseState, Outcome
from domain.records import CaseRecord
from runtime.locations import LocationBook, read_locations
from runtime.settings import Settings, read_settings
from runtime.temporal import reach
from workflows.contracts.case import Resolve
from workflows.gateway import CaseGone, Gateway

app = typer.Typer(name="cases", help="Cases: list them, look into one, resolve one.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
CaseId = Annotated[str, typer.Argument(help="As `cases list` shows it: case/boise/...")]


@app.command("list")
def list_cases(
    location: Annotated[str, typer.Option(help="Key of one location.")] = "",
    state: Annotated[str, typer.Option(help="A state, `open` or `ended`.")] = "open",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    as_json: Json = False,
) -> None:
    """Cases by value, the open ones unless another state is asked for; names are left out."""
    settings = read_settings()
    locations = read_locations(settings.locations_folder)
    if location:
        _zone(locations, location)
    found = _listed(CaseBoard(open_database(settings)), location, state, limit)
    if as_json:
        rows = [case.model_dump(mode="json", exclude=_PRIVATE) for case in found]
        typer.echo(json.dumps({"cases": rows}))
        return
    for case in found:
        typer.echo(cases_text.case_line(case, _zone(locations, case.location)))
    typer.echo(f"{len(found)} cases ({state}){', more with --limit' if len(found) == limit else ''}", err=True)


@app.command()
def show(
    case_id: CaseId,
    live: Annotated[bool, typer.Option("--live", help="Ask the running workflow, too.")] = False,
    as_json: Json = False,
) -> None:
    """One case: its row, timeline, texts and tasks, with the patient's name."""
    settings = read_settings()
    database = open_database(settings)
    case = _case(database, case_id)
    events = CaseStore(database).events(case_id)
    texts = OutboxStore(database).of_case(case_id)
    tasks = TaskStore(database).of_case(case_id)
    snapshot = asyncio.run(_snapshot(settings, case_id)) if live else None
    if as_json:
        parts = {"timeline": events, "texts": texts, "tasks": tasks}
        rows = {name: [row.model_dump(mode="json") for row in found] for name, found in parts.items()}
        typer.echo(json.dumps({"case": case.model_dump(mode="json"), **rows, "workflow": snapshot}))
        return
    zone = _zone(read_locations(settings.locations_folder), case.location)
    typer.echo(cases_text.whole_case(case, events, texts, tasks, zone))
    if snapshot:
        typer.echo("\n" + cases_text.snapshot_text(snapshot))


@app.command()
def resolve(
    case_id: CaseId,
    outcome: Annotated[Outcome, typer.Option(help="What became of it.")],
    by: Annotated[str, typer.Option(help="Key of the staff member who says so.")],
    note: Annotated[str, typer.Option(help="Why, or what was agreed.")] = "",
    call_back_at: Annotated[str, typer.Option(help="For call_back: local time there, 2026-11-24T15:30.")] = "",
    as_json: Json = False,
) -> None:
    """Say what became of a case that a person has worked; the answer says what the case did with it."""
    settings = read_settings()
    database = open_database(settings)
    case = _case(database, case_id)
    locations = read_locations(settings.locations_folder)
    _known_person(locations, case.location, by)
    at = _call_back(call_back_at, _zone(locations, case.location), outcome)
    said = Resolve(outcome=outcome, by=by, note=note, call_back_at=at)
    try:
        answer = asyncio.run(_resolved(settings, case_id, said))
    except CaseGone:
        _refuse(f"{case_id} is not running any more; the database says: {_case(database, case_id).state}")
    typer.echo(json.dumps(answer) if as_json else f"{answer['done']}; the case is now {answer['state']}")


_PRIVATE = {"first_name", "last_name", "birthdate", "phone", "route", "procedures"}


def _listed(board: CaseBoard, location: str, state: str, limit: int) -> Sequence[CaseRecord]:
    if state == "open":
        return board.open_cases(location, limit=limit)
    if state == "ended":
        return board.ended_cases(location, limit=limit)
    if state not in set(CaseState):
        _refuse(f"{state!r} is no state; use open, ended or one of: {', '.join(CaseState)}")
    if state not in END_STATES:
        return board.open_cases(location, state=CaseState(state), limit=limit)
    return [case for case in board.ended_cases(location, limit=100_000) if case.state == state][:limit]


def open_database(settings: Settings) -> Database:
    """The database, which must be there: looking at cases makes nothing."""
    found, usable = check_database(settings)
    if not usable:
        _refuse(f"the database {found.where}: {found.line}")
    return Database(settings.database)


def _case(database: Database, case_id: str) -> CaseRecord:
    found = CaseStore(database).find(case_id)
    if found is None:
        _refuse(f"there is no case {case_id!r}; `chairtime cases list` shows the ids")
    return found


def _zone(locations: LocationBook, key: str) -> tzinfo:
    try:
        return locations.get(key).tz
    except KeyError as unknown:
        _refuse(str(unknown.args[0]))


def _known_person(locations: LocationBook, location: str, by: str) -> None:
    try:
        locations.get(location).member(by)
    except KeyError as unknown:
        _refuse(str(unknown.args[0]))


def _call_back(text: str, zone: tzinfo, outcome: Outcome) -> datetime | None:
    if outcome is Outcome.CALL_BACK and not text:
        _refuse("call_back needs --call-back-at, the local time of the call")
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        _refuse(f"{text!r} is no time; write it like 2026-11-24T15:30")
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


async def _snapshot(settings: Settings, case_id: str) -> dict[str, Any]:
    found = await Gateway(await reach(settings)).snapshot(case_id)
    return found.model_dump(mode="json")


async def _resolved(settings: Settings, case_id: str, said: Resolve) -> dict[str, Any]:
    answer = await Gateway(await reach(settings)).resolve(case_id, said, f"cli:{uuid4()}")
    return answer.model_dump(mode="json")


def _refuse(message: str) -> NoReturn:
    typer.echo(f"chairtime: {message}", err=True)
    raise typer.Exit(2)

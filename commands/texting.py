"""`chairtime texting`: may this location text, and lifting a halt that a carrier's refusal brought about."""

import json
from typing import Annotated, Any, NoReturn

import typer

from commands.cases import open_database
from db.stores.switch import TextingSwitch
from domain.location import Location
from runtime.clock import WallClock
from runtime.locations import read_locations
from runtime.settings import read_settings

app = typer.Typer(name="texting", help="Texting: who may text, lift a halt.", no_args_is_help=True)


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Say for each location whether texts go out."""
    settings = read_settings()
    switch = TextingSwitch(open_database(settings))
    rows = [_row(location, switch) for location in read_locations(settings.locations_folder).all()]
    if as_json:
        typer.echo(json.dumps({"locations": rows}))
        return
    for row in rows:
        typer.echo(f"{row['location']:<16} {row['texting']:<13} {row['halted'] or 'no halt'}")
        for template, why in row["stopped"].items():
            typer.echo(f"{'':<16} {template:<13} {why}")


@app.command()
def lift(
    location: Annotated[str, typer.Argument(help="Key of the location.")],
    template: Annotated[str, typer.Option(help="Lift the stop of this template only.")] = "",
) -> None:
    """Text again after a carrier's refusal was dealt with; cases that became calls stay calls."""
    settings = read_settings()
    try:
        key = read_locations(settings.locations_folder).get(location).key
    except KeyError as unknown:
        _refuse(str(unknown.args[0]))
    switch = TextingSwitch(open_database(settings))
    what = f"{key} {template}".strip()
    why = switch.lift(key, WallClock().now(), template)
    if not why:
        typer.echo(f"{what}: nothing was halted")
        return
    typer.echo(f"{what}: texting goes on (it was halted: {why})")


def _row(location: Location, switch: TextingSwitch) -> dict[str, Any]:
    halted, stopped = switch.halted(location.key), dict(switch.stopped(location.key))
    return {"location": location.key, "texting": location.texting, "halted": halted, "stopped": stopped}


def _refuse(message: str) -> NoReturn:
    typer.echo(f"chairtime: {message}", err=True)
    raise typer.Exit(2)

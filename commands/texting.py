"""`chairtime texting`: may this location text, and lifting a halt that a carrier's refusal brought about."""

import json
from typing import Annotated, NoReturn

import typer

from commands.cases import open_database
from db.stores.switch import TextingSwitch
from domain.location import Location
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
    rows = [_row(location, switch.halted(location.key)) for location in read_locations(settings.locations_folder).all()]
    if as_json:
        typer.echo(json.dumps({"locations": rows}))
        return
    for row in rows:
        typer.echo(f"{row['location']:<16} {row['texting']:<13} {row['halted'] or 'no halt'}")


@app.command()
def lift(location: Annotated[str, typer.Argument(help="Key of the location.")]) -> None:
    """Text again after a carrier's refusal was dealt with; cases that became calls stay calls."""
    settings = read_settings()
    try:
        key = read_locations(settings.locations_folder).get(location).key
    except KeyError as unknown:
        _refuse(str(unknown.args[0]))
    switch = TextingSwitch(open_database(settings))
    why = switch.halted(key)
    if not why:
        typer.echo(f"{key}: nothing was halted")
        return
    switch.lift(key)
    typer.echo(f"{key}: texting goes on (it was halted: {why})")


def _row(location: Location, halted: str) -> dict[str, str]:
    return {"location": location.key, "texting": location.texting, "halted": halted}


def _refuse(message: str) -> NoReturn:
    typer.echo(f"chairtime: {message}", err=True)
    raise typer.Exit(2)

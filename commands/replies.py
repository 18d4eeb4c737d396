"""`chairtime replies`: what a patient's reply is taken to mean."""

import json
from typing import Annotated

import typer

from rules.replies import ReplyContext, understand

app = typer.Typer(name="replies", help="Replies: what a patient's text is taken to mean.", no_args_is_help=True)


@app.callback()
def replies() -> None:
    """Replies: what a patient's text is taken to mean."""


@app.command(context_settings={"ignore_unknown_options": True})
def explain(
    text: Annotated[str, typer.Argument(help="The text as it came in.")],
    offered: Annotated[int, typer.Option(min=0, help="How many numbered openings stand.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Say what TEXT means and why."""
    found = understand(text, ReplyContext(offered=tuple(range(1, offered + 1))))
    if as_json:
        values = found.model_dump(include={"intent", "choice", "urgent", "why", "language", "also_task", "courtesy"})
        typer.echo(json.dumps(values, ensure_ascii=False))
        return
    choice = f" {found.choice}" if found.choice else ""
    typer.echo(f"{found.intent}{choice}{', urgent' if found.urgent else ''}: {found.why}")

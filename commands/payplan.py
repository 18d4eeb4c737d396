"""`chairtime payplan`: payment plans at the command line."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from domain.payment_plan.document import ScheduleDocument, schedule_document
from domain.payment_plan.render import as_csv, as_json, as_text
from runtime.documents import schedule_pdf

BAD_INPUT = 2

app = typer.Typer(name="payplan", help="Payment plans: work out a schedule.", no_args_is_help=True)


@app.callback()
def payplan() -> None:
    """Payment plans: work out a schedule."""


@app.command()
def schedule(
    terms: Annotated[Path, typer.Argument(help="JSON file with the terms and the principal or the production.")],
    as_json_: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
    as_csv_: Annotated[bool, typer.Option("--csv", help="CSV on standard output.")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write a PDF.")] = False,
    out: Annotated[Path | None, typer.Option(help="Where the PDF goes; beside TERMS when not given.")] = None,
) -> None:
    """Print the amortization schedule of TERMS, exact to the cent, with the Regulation Z box where the law wants it."""
    if as_json_ + as_csv_ + pdf > 1:
        _refuse("choose one of --json, --csv and --pdf")
    document = _document(terms)
    if pdf:
        target = out or terms.with_suffix(".pdf")
        try:
            target.write_bytes(schedule_pdf(document))
        except OSError as error:
            _refuse(f"cannot write {target}: {error.strerror}; give another file with --out")
        typer.echo(f"wrote {target}", err=True)
    elif as_json_:
        typer.echo(json.dumps(as_json(document)))
    else:
        typer.echo(as_csv(document) if as_csv_ else as_text(document), nl=False)


def _document(path: Path) -> ScheduleDocument:
    try:
        return schedule_document(_read(path), datetime.now(UTC).astimezone().date())
    except ValueError as error:
        _refuse(f"{path}: {error}")


def _read(path: Path) -> dict[str, Any]:
    try:
        fields = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except OSError as error:
        _refuse(f"cannot read {path}: {error.strerror}")
    except UnicodeDecodeError as error:
        _refuse(f"{path}: not UTF-8 text at byte {error.start}; save it as UTF-8")
    except RecursionError:
        _refuse(f"{path}: nested too deep; the terms need an object within an object at most")
    except KeyError as twice:
        _refuse(f"{path}: {twice.args[0]} is given twice; keep one of them")
    except json.JSONDecodeError as error:
        _refuse(f"{path}, line {error.lineno}: not JSON: {error.msg}")
    if not isinstance(fields, dict):
        _refuse(f'{path}: give one JSON object with the terms, such as {{"principal": 900, ...}}')
    return fields


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are given once; JSON itself would silently take the last."""
    fields: dict[str, Any] = {}
    for key, value in pairs:
        if key in fields:
            raise KeyError(key)
        fields[key] = value
    return fields


def _refuse(message: str) -> NoReturn:
    typer.echo(f"error: {message}", err=True)
    sys.exit(BAD_INPUT)

"""The ``chairtime`` command; wiring only. Errors are one message each: what, where, how to mend it."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from commands import cases, payplan, replies, rules, serve, texting
from commands.baseline import baseline
from commands.demo.command import demo
from commands.doctor import doctor
from commands.up import up as run_up
from commands.webhooks import webhooks
from connectors.errors import ConnectorError
from connectors.secrets import ConfigurationError
from db.errors import DatabaseProblem
from rules.errors import RuleErrors
from runtime.codec import KeyringError
from runtime.ending import end_process
from runtime.locations import LocationFileError
from runtime.logging import set_up_logging
from runtime.processes import StartError
from runtime.settings import Settings, SettingsError, read_settings

app = typer.Typer(
    help="Chairtime turns accepted treatment plans into booked chair time.", no_args_is_help=True, add_completion=False
)


app.add_typer(payplan.app, name="payplan")
app.add_typer(cases.app, name="cases")
app.add_typer(rules.app, name="rules")
app.add_typer(replies.app, name="replies")
app.add_typer(texting.app, name="texting")
app.command()(baseline)
app.command()(demo)
app.command()(doctor)
app.command()(webhooks)
for process in (serve.worker, serve.web, serve.codec_server):
    app.command()(process)

EXPECTED = (
    SettingsError,
    LocationFileError,
    ConfigurationError,
    RuleErrors,
    KeyringError,
    StartError,
    ConnectorError,
    DatabaseProblem,
)
"""Faults that their message explains; anything else is ours and shows its traceback."""


@app.command()
def up(
    no_sandbox: Annotated[bool, typer.Option("--no-sandbox", help="Without the practice in a box.")] = False,
    seed: Annotated[int, typer.Option(help="Which practice the sandbox makes up.")] = 1,
    still: Annotated[bool, typer.Option("--still", help="Nobody accepts plans by themselves in the sandbox.")] = False,
) -> None:
    """Start everything on this machine in the foreground; Ctrl-C stops all of it."""
    settings = _ready("WARNING")
    asyncio.run(run_up(settings, with_sandbox=not no_sandbox, seed=seed, life=not still))


def _ready(quiet: str = "") -> Settings:
    """``quiet``: the log level where the settings name none."""
    settings = read_settings()
    set_up_logging(settings.log_level or quiet or "INFO", as_json=settings.log_json)
    return settings


def main() -> None:
    """Entry point. Ends by ``end_process``, because the Temporal client's teardown may abort the interpreter."""
    sys.path.insert(0, str(Path(__file__).parent))
    set_up_logging("WARNING")  # to standard error: standard output belongs to --json
    code = 0
    try:
        app()
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else 1
    except KeyboardInterrupt:
        code = 130
    except EXPECTED as fault:
        print(f"chairtime: {fault}", file=sys.stderr)
        code = 1
    end_process(code)


if __name__ == "__main__":
    main()

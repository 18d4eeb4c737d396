"""The ``chairtime`` command; wiring only. Errors are one message each: what, where, how to mend it."""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

import typer

from runtime.ending import end_process
from runtime.logging import set_up_logging

COMMANDS = {
    "up": "commands.up:command",
    "doctor": "commands.doctor:doctor",
    "demo": "commands.demo.command:demo",
    "cases": "commands.cases:app",
    "baseline": "commands.baseline:baseline",
    "rules": "commands.rules:app",
    "replies": "commands.replies:app",
    "payplan": "commands.payplan:app",
    "texting": "commands.texting:app",
    "webhooks": "commands.webhooks:webhooks",
    "worker": "commands.serve:worker",
    "web": "commands.serve:web",
    "codec-server": "commands.serve:codec_server",
}
"""Only the command that is asked for is imported: starting everything takes seconds, explaining a reply should not."""

EXPECTED = (
    "runtime.settings:SettingsError",
    "runtime.locations:LocationFileError",
    "connectors.secrets:ConfigurationError",
    "rules.errors:RuleErrors",
    "runtime.codec:KeyringError",
    "runtime.processes:StartError",
    "connectors.errors:ConnectorError",
    "db.errors:DatabaseProblem",
)
"""Faults that their message explains; anything else is ours and shows its traceback."""


def build(asked: str) -> typer.Typer:
    """The command line with the command asked for, or with all of them when it is none of ours."""
    app = typer.Typer(
        help="Chairtime turns accepted treatment plans into booked chair time.",
        no_args_is_help=True,
        add_completion=False,
    )
    app.callback()(lambda: None)
    for name in [asked] if asked in COMMANDS else COMMANDS:
        found = _named(COMMANDS[name])
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(cast(Callable[..., None], found))
    return app


def main() -> None:
    """Entry point. Ends by ``end_process``, because the Temporal client's teardown may abort the interpreter."""
    sys.path.insert(0, str(Path(__file__).parent))
    set_up_logging("WARNING")  # to standard error: standard output belongs to --json
    code = 0
    try:
        build(sys.argv[1] if len(sys.argv) > 1 else "")()
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else 1
    except KeyboardInterrupt:
        code = 130
    except Exception as fault:
        if not any(isinstance(fault, cast(type, _named(name))) for name in EXPECTED):
            raise
        print(f"chairtime: {fault}", file=sys.stderr)
        code = 1
    end_process(code)


def _named(place: str) -> object:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


if __name__ == "__main__":
    main()

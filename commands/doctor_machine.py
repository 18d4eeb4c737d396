"""``chairtime doctor``, our own side: settings, home, database, ports, Temporal, running processes."""

import difflib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from pydantic_core import PydanticUndefined
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

import db.migrate
from commands.findings import Finding, note, ok, wrong
from db.errors import DatabaseProblem, shown, unreachable
from db.session import Database, normal_url, open_engine
from db.stores.running import HeartbeatStore
from db.stores.switch import TextingSwitch
from runtime.codec import KeyringError
from runtime.processes import StartError, refuse_taken
from runtime.settings import Settings
from runtime.temporal import keyring_of
from web.health import WORKER_SILENT_AFTER

PREFIX = "CHAIRTIME_"
_SECRET = frozenset({"temporal_api_key", "encryption_keys"})
_LOOP_SILENT_AFTER = timedelta(minutes=5)
_LOOPBACK = ("http://127.0.0.1", "http://localhost")


def settings_table(settings: Settings) -> list[dict[str, Any]]:
    """Every setting with its value (secrets hidden), default and meaning."""
    return [
        {
            "name": PREFIX + name.upper(),
            "value": _shown(name, getattr(settings, name)),
            "default": "" if field.default in (None, PydanticUndefined) else str(field.default),
            "meaning": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]


def _shown(name: str, value: object) -> str:
    if name in _SECRET:
        return "set, hidden" if value else ""
    if name == "database_url":
        return shown(str(value)) if value else ""
    return "" if value is None else str(value)


def check_settings(settings: Settings, environment: Mapping[str, str], known: Iterable[str]) -> Iterator[Finding]:
    """``known``: names of the environment that location files refer to, which are no settings."""
    names = {PREFIX + name.upper() for name in Settings.model_fields}
    ours = [name for name in environment if name.upper().startswith(PREFIX)]
    yield ok("settings", "environment", f"{sum(name.upper() in names for name in ours)} of {len(names)} are set")
    for name in sorted(name for name in ours if name.upper() not in names and name not in set(known)):
        close = difflib.get_close_matches(name.upper(), names, n=1)
        mend = f"Did you mean {close[0]}?" if close else "The list of settings stands below."
        yield wrong("settings", name, "this is no setting of ours and has no effect", mend)
    if settings.deployment and not settings.build_id:
        says = "worker versioning is on, but the worker does not say which version it is"
        yield wrong("settings", "CHAIRTIME_BUILD_ID", says, "Set it, for example to the commit of the deploy.")
    yield from _check_keys(settings)


def _check_keys(settings: Settings) -> Iterator[Finding]:
    if settings.encryption_keys:
        try:
            keyring_of(settings)
        except KeyringError as fault:
            yield wrong("settings", "CHAIRTIME_ENCRYPTION_KEYS", str(fault))
        else:
            yield ok("settings", "CHAIRTIME_ENCRYPTION_KEYS", "the keyring is in order")
    elif settings.temporal_address:
        says = (
            f"the key stands in {settings.home / 'encryption.key'}; processes with another home cannot read each other"
        )
        yield note("settings", "CHAIRTIME_ENCRYPTION_KEYS", says, "Set it when worker and web do not share the home.")


def check_public_url(settings: Settings, vendor_urls: Iterable[str]) -> Iterator[Finding]:
    """A vendor elsewhere must reach us, and patients' phones too."""
    if settings.url.startswith("https://"):
        yield ok("settings", "CHAIRTIME_PUBLIC_URL", settings.url)
    elif all(url.startswith(_LOOPBACK) for url in vendor_urls):
        yield ok("settings", "CHAIRTIME_PUBLIC_URL", f"{settings.url}, enough for vendors on this machine")
    else:
        says = f"links in texts and vendors' webhooks would go to {settings.url}"
        yield wrong("settings", "CHAIRTIME_PUBLIC_URL", says, "Set it to the https address of this web app.")


def check_home(home: Path) -> Finding:
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            return ok("home", str(home), "can be written to")
    except OSError as fault:
        mend = "Give this user the right to write there, or set CHAIRTIME_HOME to another folder."
        return wrong("home", str(home), f"cannot be written to ({fault.strerror})", mend)


def check_database(settings: Settings) -> tuple[Finding, bool]:
    """Whether it answers, and whether its tables are those of this version. Nothing is made or changed."""
    where = shown(normal_url(settings.database))
    if _is_missing_file(settings.database):
        return ok("database", where, "is not there yet; the first start makes it"), False
    try:
        current, newest = _revisions(settings.database)
    except DatabaseProblem as fault:
        return wrong("database", where, str(fault)), False
    if current == newest:
        return ok("database", where, f"answers, schema {current}"), True
    if current is None:
        return ok("database", where, "answers and is empty; the first start makes the tables"), False
    mend = "The next start migrates it, unless a newer version made it."
    return note("database", where, f"has schema {current}, this version needs {newest}", mend), False


def _is_missing_file(url: str) -> bool:
    try:
        parsed = make_url(url)
    except ArgumentError:
        return False
    if not parsed.get_backend_name().startswith("sqlite") or not parsed.database:
        return False
    path = Path(parsed.database)
    return not path.exists() and path.parent.is_dir()


def _revisions(url: str) -> tuple[str | None, str | None]:
    engine = open_engine(normal_url(url), connections=1)
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except OperationalError as fault:
        raise unreachable(url, fault) from fault
    finally:
        engine.dispose()
    folder = Path(db.migrate.__file__).parent / "migrations"
    return current, ScriptDirectory(str(folder)).get_current_head()


def check_ports(settings: Settings) -> Iterator[Finding]:
    """Free, or held by our own running processes."""
    wanted = [(settings.web_port, "the web app", "CHAIRTIME_WEB_PORT", "/healthz", "worker")]
    if settings.locations is None:
        wanted.append((settings.sandbox_port, "the sandbox", "CHAIRTIME_SANDBOX_PORT", "/_sandbox/clock", "now"))
    for port, what, variable, path, mark in wanted:
        try:
            refuse_taken(port, what, variable)
            yield ok("port", str(port), f"free for {what}")
        except StartError as taken:
            answer = _answer(f"http://127.0.0.1:{port}{path}")
            yield _held(port, what, answer) if mark in answer else wrong("port", str(port), str(taken))


def _held(port: int, what: str, answer: Mapping[str, Any]) -> Finding:
    state = answer.get("status", "ok")
    if state == "ok":
        return ok("port", str(port), f"held by our own running {what.removeprefix('the ')}")
    reasons = "; ".join(f"{name}: {said}" for name, said in answer.items() if name != "status" and said != "ok")
    return note("port", str(port), f"our own running web app says {state}: {reasons}")


def _answer(url: str) -> Mapping[str, Any]:
    try:
        content = httpx.get(url, timeout=5, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def check_processes(database: Database, now: datetime) -> Iterator[Finding]:
    """The worker's sign of life and the last good round of each loop."""
    beats = HeartbeatStore(database).all()
    worker = beats.get("worker")
    if worker is None or now - worker[0] > WORKER_SILENT_AFTER:
        seen = f"since {worker[0]:%Y-%m-%d %H:%M:%S} UTC" if worker else "so far"
        yield note(
            "worker", "heartbeat", f"no worker is running ({seen})", "Start `chairtime up` or `chairtime worker`."
        )
        return
    yield ok("worker", "heartbeat", f"running, last sign {int((now - worker[0]).total_seconds())} s ago")
    for name, (at, said) in beats.items():
        if name.startswith("loop:") and now - at > _LOOP_SILENT_AFTER:
            silent = int((now - at).total_seconds() // 60)
            yield wrong("worker", name, f"no good round for {silent} min", "The worker's log says why.")
        if said.get("void"):
            says = f"{said['void']} open cases have neither a deadline nor a task"
            yield wrong("worker", name, says, "Look at `chairtime cases list`; the watch restarts missing workflows.")


def check_halts(database: Database, locations: Iterable[str]) -> Iterator[Finding]:
    """A carrier's refusal stops a location's texts until a person has dealt with it."""
    switch = TextingSwitch(database)
    for key in locations:
        if why := switch.halted(key):
            mend = f"Deal with it at the text-message vendor, then run `chairtime texting lift {key}`."
            yield wrong("texting", key, f"texts are halted: {why}", mend)
        for template, why in switch.stopped(key).items():
            mend = f"Mend its words, then run `chairtime texting lift {key} --template {template}`."
            yield wrong("texting", key, f"the text {template} is not sent: {why}", mend)
